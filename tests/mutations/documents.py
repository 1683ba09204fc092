"""A plan and a schema with some of everything, and what a careless or hostile hand may do to them."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

_TYPES = {
    "uuid": "uuid",
    "text": "text",
    "integer": "int4",
    "bigint": "int8",
    "boolean": "bool",
    "date": "date",
    "jsonb": "jsonb",
    "timestamp with time zone": "timestamptz",
    "numeric(12,2)": "numeric",
    "character varying(40)": "varchar",
}


def _column(place: int, name: str, written: str) -> dict[str, Any]:
    kind = written.rstrip("!")
    shown: dict[str, Any] = {"data_type": kind.split("(")[0], "udt_schema": "pg_catalog", "udt_name": _TYPES[kind]}
    if kind.startswith("numeric"):
        shown |= {"numeric_precision": 12, "numeric_scale": 2}
    if kind.startswith("character"):
        shown |= {"character_max_length": 40}
    return {"ordinal_position": place, "name": name, "column_type": shown, "is_nullable": not written.endswith("!")}


def _table(name: str, columns: dict[str, str], *constraints: dict[str, Any], **more: Any) -> dict[str, Any]:
    listed = [_column(place, *item) for place, item in enumerate(columns.items(), 1)]
    return {"name": name, "kind": "table", "columns": listed, "constraints": list(constraints), **more}


def _key(kind: str, name: str, *columns: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "columns": list(columns)}


def _reference(name: str, columns: list[str], table: str, to: list[str]) -> dict[str, Any]:
    return {
        "kind": "foreign_key",
        "name": name,
        "columns": columns,
        "referenced_schema": "public",
        "referenced_table": table,
        "referenced_columns": to,
    }


def _check(name: str, text: str) -> dict[str, Any]:
    return {"kind": "check", "name": name, "expression": f"CHECK (({text}))"}


SCHEMA: dict[str, Any] = {
    "schema_version": "0.2",
    "engine": "postgres",
    "schemas": [
        {
            "name": "public",
            "tables": [
                _table(
                    "account",
                    {
                        "id": "uuid!",
                        "code": "character varying(40)!",
                        "state": "text!",
                        "balance": "numeric(12,2)!",
                        "opened": "date!",
                        "closed": "date",
                        "meta": "jsonb",
                    },
                    _key("primary_key", "account_pkey", "id"),
                    _key("unique", "account_code_key", "code"),
                    _check("account_state", "state = ANY (ARRAY['open'::text, 'closed'::text, 'held'::text])"),
                    _check("account_balance", "balance >= 0::numeric"),
                    _check("account_dates", "closed IS NULL OR closed >= opened"),
                ),
                _table(
                    "booking",
                    {
                        "id": "bigint!",
                        "account_id": "uuid!",
                        "number": "integer!",
                        "amount": "numeric(12,2)!",
                        "at": "timestamp with time zone!",
                        "label": "text",
                        "settled": "boolean!",
                    },
                    _key("primary_key", "booking_pkey", "id"),
                    _key("unique", "booking_number_key", "account_id", "number"),
                    _reference("booking_account_fk", ["account_id"], "account", ["id"]),
                    _check("booking_amount", "amount > 0::numeric AND number > 0"),
                    _check("booking_label", "label IS NULL OR length(label) <= 30"),
                ),
                _table(
                    "tag",
                    {"booking_id": "bigint!", "name": "character varying(40)!", "parent_id": "bigint"},
                    _key("primary_key", "tag_pkey", "booking_id", "name"),
                    _reference("tag_booking_fk", ["booking_id"], "booking", ["id"]),
                ),
            ],
        }
    ],
}


def _rule(table: str, column: str, generator: str, params: Any = None, **more: Any) -> dict[str, Any]:
    made = {"id": generator} | ({"params": params} if params is not None else {})
    return {
        "type": "column_generator",
        "schema": "public",
        "table": table,
        "column": column,
        "generator": made,
        **more,
    }


PLAN: dict[str, Any] = {
    "plan_version": "0.3",
    "seed": 7,
    "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
    "global": {"locale": "en_US"},
    "targets": [
        {"schema": "public", "table": "account", "rows": 12},
        {"schema": "public", "table": "booking", "rows": 40},
        {"schema": "public", "table": "tag", "rows": 30},
    ],
    "rules": [
        _rule("account", "code", "primitive.text.pattern", {"pattern": "[A-Z]{3}-\\d{4}"}),
        _rule("account", "state", "primitive.choice", {"values": ["open", "closed", "held"], "weights": [6, 3, 1]}),
        _rule("account", "balance", "primitive.decimal.numeric", {"min": 0, "max": 900, "scale": 2}),
        _rule("account", "opened", "primitive.date", {"min": "2024-01-01", "max": "2024-12-31"}),
        _rule(
            "account", "closed", "derive.end_after_start", {"input_columns": ["opened"], "max_days": 90}, null_rate=0.4
        ),
        _rule("booking", "amount", "primitive.decimal.numeric", {"min": 1, "max": 50, "scale": 2}),
        _rule("booking", "at", "primitive.timestamp", {"min": "2024-01-01T00:00:00", "max": "2025-01-01T00:00:00"}),
        _rule(
            "booking",
            "label",
            "primitive.choice",
            {"values": ["rent", "food", "travel"]},
            transforms=[{"transform": "transform.truncate", "params": {"max_len": 20}}],
        ),
        _rule("booking", "settled", "primitive.bool", {"true_rate": 0.7}),
        _rule("tag", "name", "primitive.choice", {"values": ["a", "b", "c", "d", "e", "f"]}),
        {"type": "constraint_policy", "schema": "public", "table": "booking", "constraint": "check", "mode": "warn"},
    ],
    "options": {"base_date": "2026-01-01"},
}

_ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    3,
    2**31,
    2**63,
    -(2**63) - 1,
    10**40,
    0.5,
    1.5,
    -0.1,
    1e308,
    "",
    " ",
    "x",
    "id",
    "state",
    "account",
    "public",
    "2024-02-30",
    "9999-12-31",
    "'; DROP TABLE account; --",
    "(((((((((a+)+)+)+)+)+)+)+)+)+$",
    "\x00",
    "é\u202e",
    "x" * 5_000,
    [],
    {},
    [[]],
    [None],
    {"id": "primitive.int"},
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def mutated(document: Any, chance: random.Random) -> Any:
    """Change one to three places of a copy: gone, odd, twice, moved, another's value, another's name."""
    changed = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
        places = list(_places(changed))
        if not places:
            return changed
        path = chance.choice(places)
        holder, key = _at(changed, path[:-1]), path[-1]
        match chance.randrange(18):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(chance.choice(_ODD))
            case 2 if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case 3 if isinstance(holder, list):
                chance.shuffle(holder)
            case 4:
                holder[key] = _nudged(holder[key], chance)
            case 5:
                other = _at(changed, chance.choice(places))
                if type(other) is type(holder[key]) and not isinstance(other, dict | list):
                    holder[key] = other
            case 6 if isinstance(holder, dict):
                holder[f"{key}_"] = holder.pop(key)
            case _:
                holder[key] = _nudged(holder[key], chance)
    return changed


def _nudged(value: Any, chance: random.Random) -> Any:
    """A value of the same kind, which is likely to be valid."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 10, 1000))
    if isinstance(value, float):
        return value * chance.choice((0.5, 2, -1))
    if isinstance(value, str):
        return chance.choice((value + "x", value[1:], value.upper(), value.replace(">=", "<"), value.replace("0", "7")))
    return copy.deepcopy(value)
