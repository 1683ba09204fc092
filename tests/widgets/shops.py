"""Schemas for the panels' tests: a small shop, and one of many tables. No server is needed."""

from __future__ import annotations

from typing import Any

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema

CUSTOMERS, ORDERS = TableRef("loja", "clientes"), TableRef("loja", "pedidos")
_TYPES = {"uuid": "uuid", "text": "text", "integer": "int4", "date": "date"}


def _column(position: int, name: str, written: str) -> dict[str, Any]:
    data_type = written.rstrip("!")
    kind = {"data_type": data_type, "udt_schema": "pg_catalog", "udt_name": _TYPES[data_type]}
    return {"ordinal_position": position, "name": name, "column_type": kind, "is_nullable": not written.endswith("!")}


def _table(name: str, columns: dict[str, str], *constraints: dict[str, Any]) -> dict[str, Any]:
    key = {"kind": "primary_key", "name": f"{name}_pkey", "columns": ["id"]}
    made = [_column(i, *item) for i, item in enumerate(columns.items(), 1)]
    return {"name": name, "kind": "table", "columns": made, "constraints": [key, *constraints]}


def _reference(column: str, table: str) -> dict[str, Any]:
    return {
        "kind": "foreign_key",
        "columns": [column],
        "referenced_schema": "loja",
        "referenced_table": table,
        "referenced_columns": ["id"],
    }


def _schema(*tables: dict[str, Any]) -> DatabaseSchema:
    made = DatabaseSchema.model_validate({"schemas": [{"name": "loja", "tables": list(tables)}]})
    return made.model_copy(update={"schema_fingerprint": made.fingerprint()})


def shop() -> DatabaseSchema:
    """Customers with orders."""
    customers = {"id": "uuid!", "nome": "text!", "apelido": "text", "idade": "integer"}
    orders = {"id": "uuid!", "cliente_id": "uuid!", "total": "integer", "dia": "date"}
    return _schema(_table("clientes", customers), _table("pedidos", orders, _reference("cliente_id", "clientes")))


def many_tables(count: int = 300) -> DatabaseSchema:
    """Tables of eight columns, each referring to the one of half its number."""
    tables = []
    for i in range(count):
        columns = {"id": "uuid!", "anterior_id": "uuid", **{f"campo_{k}": "text" for k in range(6)}}
        reference = [_reference("anterior_id", f"tabela_{i // 2:03}")] if i else []
        tables.append(_table(f"tabela_{i:03}", columns, *reference))
    return _schema(*tables)


def shop_plan(rows: int = 100) -> Plan:
    """Two rules on customers."""
    rule = {"type": "column_generator", "schema": "loja", "table": "clientes"}
    return Plan.model_validate(
        {
            "plan_version": "0.2",
            "seed": 7,
            "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
            "targets": [
                {"schema": "loja", "table": "clientes", "rows": rows},
                {"schema": "loja", "table": "pedidos", "rows": 3 * rows},
            ],
            "rules": [
                {**rule, "column": "nome", "generator": "semantic.br.name", "evidence": "it says nome"},
                {**rule, "column": "idade", "generator": {"id": "primitive.int", "params": {"min": 18, "max": 80}}},
            ],
        }
    )
