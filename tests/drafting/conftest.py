"""Schemas in a line or two, as introspection would return them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting import Draft, Suggestion, draft_plan
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve

UDT = {
    "uuid": "uuid", "text": "text", "integer": "int4", "smallint": "int2", "bigint": "int8", "boolean": "bool",
    "date": "date", "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
    "jsonb": "jsonb", "double precision": "float8", "inet": "inet", "time without time zone": "time",
    "text[]": "_text",
}  # fmt: skip
SHORT = {"timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone", "int": "integer"}


def column_type(written: str) -> dict[str, Any]:
    """``varchar(20)``, ``numeric(12,2)``, ``mood`` (an enum) or a plain type's name."""
    base, _, rest = written.partition("(")
    sizes = [int(part) for part in rest.rstrip(")").split(",") if part]
    plain = {"udt_schema": "pg_catalog"}
    if base in ("varchar", "char"):
        name = "character varying" if base == "varchar" else "character"
        udt = "varchar" if base == "varchar" else "bpchar"
        return {**plain, "data_type": f"{name}({sizes[0]})", "udt_name": udt, "character_max_length": sizes[0]}
    if base == "numeric":
        precision, scale = (*sizes, None, None)[:2]
        return {**plain, "data_type": written, "udt_name": base, "numeric_precision": precision, "numeric_scale": scale}
    if base == "mood":
        return {"udt_schema": "app", "data_type": "app.mood", "udt_name": "mood", "kind": "enum"}
    name = SHORT.get(base, base)
    return {**plain, "data_type": name, "udt_name": UDT[name]}


def column(position: int, name: str, written: str) -> dict[str, Any]:
    """A column from ``type``, ``type!`` (not null), ``type!=default`` and ``type # comment``."""
    written, _, comment = written.partition(" # ")
    written, _, default = written.partition("=")
    return {
        "ordinal_position": position,
        "name": name,
        "column_type": column_type(written.rstrip("!")),
        "is_nullable": not written.endswith("!"),
        "default": default or None,
        "comment": comment or None,
    }


def table(name: str, columns: dict[str, str], *constraints: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A table of these columns."""
    made = [column(i, *item) for i, item in enumerate(columns.items(), 1)]
    return {"name": name, "kind": "table", "columns": made, "constraints": list(constraints), **more}


def key(*columns: str, kind: str = "primary_key") -> dict[str, Any]:
    """A primary key or unique constraint."""
    return {"kind": kind, "name": f"{'_'.join(columns)}_{kind}", "columns": columns}


def check(expression: str, name: str = "chk") -> dict[str, Any]:
    """A CHECK."""
    return {"kind": "check", "name": name, "expression": f"CHECK (({expression}))"}


def foreign(name: str, target: str) -> dict[str, Any]:
    """A foreign key to ``target.id``."""
    return {
        "kind": "foreign_key",
        "name": f"{name}_fkey",
        "columns": [name],
        "referenced_schema": "app",
        "referenced_table": target,
        "referenced_columns": ["id"],
    }


def schema_of(*tables: dict[str, Any]) -> DatabaseSchema:
    """A database with schema ``app`` and enum ``app.mood``."""
    enums = [{"schema": "app", "name": "mood", "labels": ["calm", "cross"]}]
    return DatabaseSchema.model_validate({"schemas": [{"name": "app", "tables": list(tables)}], "enums": enums})


def drafted(*tables: dict[str, Any], **options: Any) -> Draft:
    """The draft for a schema of these tables."""
    return draft_plan(schema_of(*tables), **options)


def rows_drafted(schema: DatabaseSchema, rows: int, locale: str, base_date: str) -> dict[str, pl.DataFrame]:
    """All rows of all tables, by a draft."""
    engine = Engine(resolve(draft_plan(schema, rows=rows, locale=locale, base_date=base_date).plan, schema))
    return {
        one.table: engine.rows(one, np.arange(made.rows, dtype=np.uint64)) for one, made in engine.plan.tables.items()
    }


def ref(name: str) -> TableRef:
    """A table of schema ``app``."""
    return TableRef("app", name)


Judge = Callable[..., Suggestion]
Related = Callable[..., dict[str, Any]]


@pytest.fixture
def relations() -> Related:
    """``relations("t", a="date!", b="date")``: the relation rules of one table's columns."""

    def found(name: str, **columns: str) -> dict[str, Any]:
        draft = drafted(table(name, columns))
        return {rule.column: rule for _, rule in draft.plan.relations if hasattr(rule, "column")}

    return found


@pytest.fixture
def judge() -> Judge:
    """``judge("users", "email", "text", beside={...})``: what is suggested for one column."""

    def suggested(
        name: str, of: str, written: str, *constraints: dict[str, Any], beside: dict[str, str] | None = None,
        **options: Any,
    ) -> Suggestion:  # fmt: skip
        made = table(name, {**(beside or {}), of: written}, *constraints)
        return drafted(made, **{"locale": "pt_BR", **options}).by_column[ref(name), of]

    return suggested
