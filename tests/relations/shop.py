"""A small shop: the tables that the tests of relations make rows of."""

from __future__ import annotations

from typing import Any

from datalchemy_nb.contracts.schema import DatabaseSchema

_UDT = {
    "integer": "int4", "bigint": "int8", "text": "text", "boolean": "bool", "date": "date", "uuid": "uuid",
    "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp", "double precision": "float8",
}  # fmt: skip


Rule = dict[str, Any]


def of(name: str, kind: str, **fields: Any) -> Rule:
    """Return a rule of a table."""
    return {"type": kind, "schema": "public", "table": name, **fields}


def gen(name: str, column: str, generator: str, **params: Any) -> Rule:
    """Return a rule that fills a column, without nulls."""
    rule = {"type": "column_generator", "schema": "public", "table": name, "column": column, "null_rate": 0}
    return rule | {"generator": {"id": generator, "params": params}}


def over(name: str, column: str, child: str, by: str, function: str, **fields: Any) -> Rule:
    """Return a rollup over the children."""
    return of(name, "rollup", column=column, child_schema="public", child_table=child, child_columns=[by],
              function=function, **fields)  # fmt: skip


def table(name: str, columns: dict[str, str], *constraints: dict[str, Any]) -> dict[str, Any]:
    """Return a table; a type ends with ``!`` where nulls are refused, with ``#`` where it counts rows."""
    return {
        "name": name,
        "kind": "table",
        "columns": [_column(i, *one) for i, one in enumerate(columns.items(), 1)],
        "constraints": [{"kind": "primary_key", "name": f"{name}_pkey", "columns": ["id"]}, *constraints],
    }


def _column(position: int, name: str, written: str) -> dict[str, Any]:
    kind = written.rstrip("!#")
    numeric = kind.removeprefix("numeric(").rstrip(")").split(",") if kind.startswith("numeric(") else None
    told: dict[str, Any] = {"data_type": kind, "udt_schema": "pg_catalog", "udt_name": _UDT.get(kind, "numeric")}
    if numeric:
        told |= {"numeric_precision": int(numeric[0]), "numeric_scale": int(numeric[1])}
    nulls = not written.endswith(("!", "#"))
    column: dict[str, Any] = {"ordinal_position": position, "name": name, "column_type": told, "is_nullable": nulls}
    return column | ({"identity": "always"} if written.endswith("#") else {})


def key(column: str, target: str) -> dict[str, Any]:
    """Return a foreign key to the id of another table."""
    return {
        "kind": "foreign_key", "name": f"{column}_fkey", "columns": [column], "referenced_schema": "public",
        "referenced_table": target, "referenced_columns": ["id"],
    }  # fmt: skip


def check(name: str, condition: str) -> dict[str, Any]:
    """Return a CHECK."""
    return {"kind": "check", "name": name, "expression": f"CHECK (({condition}))"}


def unique(*columns: str) -> dict[str, Any]:
    """Return a unique constraint."""
    return {"kind": "unique", "name": "_".join((*columns, "key")), "columns": list(columns)}


def schema_of(*tables: dict[str, Any]) -> DatabaseSchema:
    """Return a schema of these tables."""
    return DatabaseSchema.model_validate(
        {
            "schema_version": "0.2", "engine": "postgres", "database": "shop",
            "schemas": [{"name": "public", "tables": list(tables)}],
        },
    )  # fmt: skip


MOMENT = "timestamp with time zone"
MONEY = "numeric(12,2)"


def shop(*checks: dict[str, Any]) -> DatabaseSchema:
    """Return the shop; the CHECKs are of its order lines."""
    return schema_of(
        table("customers", {"id": "integer#", "name": "text!", "email": "text", "created_at": f"{MOMENT}!"}),
        table("products", {"id": "integer#", "name": "text!", "price": f"{MONEY}!", "cost": MONEY, "grams": "integer"}),
        table(
            "orders",
            {
                "id": "integer#", "customer_id": "integer!", "status": "text!", "placed_at": f"{MOMENT}!",
                "shipped_at": MOMENT, "delivered_at": MOMENT, "due_on": "date", "ship_name": "text", "total": MONEY,
                "parent_id": "integer", "depth": "integer",
            },
            key("customer_id", "customers"),
            key("parent_id", "orders"),
        ),
        table(
            "items",
            {
                "id": "integer#", "order_id": "integer!", "product_id": "integer!", "quantity": "integer!",
                "unit_price": f"{MONEY}!", "discount": "numeric(5,4)!", "line_total": f"{MONEY}!", "note": "text",
                "customer_email": "text",
            },
            key("order_id", "orders"),
            key("product_id", "products"),
            *checks,
        ),
    )  # fmt: skip


def plan_of(*rules: dict[str, Any], seed: int = 7, **rows: int) -> dict[str, Any]:
    """Return a plan over the shop."""
    wanted = {"customers": 50, "products": 40, "orders": 300, "items": 1000} | rows
    return {
        "plan_version": "0.3",
        "seed": seed,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": "en_US"},
        "targets": [{"schema": "public", "table": name, "rows": count} for name, count in wanted.items() if count],
        "rules": list(rules),
        "options": {"base_date": "2026-01-01"},
    }
