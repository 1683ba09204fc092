"""A small schema with one of everything validation looks at, and a plan for it that has no issues."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema

TYPES = {
    "uuid": "uuid",
    "text": "text",
    "integer": "int4",
    "boolean": "bool",
    "date": "date",
    "timestamp with time zone": "timestamptz",
    "numeric(12,2)": "numeric",
}


def _column(position: int, name: str, written: str) -> dict[str, Any]:
    data_type = written.rstrip("!")
    return {
        "ordinal_position": position,
        "name": name,
        "column_type": {"data_type": data_type, "udt_schema": "pg_catalog", "udt_name": TYPES[data_type]},
        "is_nullable": not written.endswith("!"),
    }


def _table(name: str, columns: dict[str, str], *constraints: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "table",
        "columns": [_column(i, *item) for i, item in enumerate(columns.items(), 1)],
        "constraints": list(constraints),
        **more,
    }


def _primary_key(*columns: str) -> dict[str, Any]:
    return {"kind": "primary_key", "name": "pk", "columns": columns}


def _foreign_key(column: str, schema: str, table: str) -> dict[str, Any]:
    return {
        "kind": "foreign_key",
        "name": f"{column}_fkey",
        "columns": [column],
        "referenced_schema": schema,
        "referenced_table": table,
        "referenced_columns": ["id"],
    }


def _part(name: str, above: str) -> dict[str, Any]:
    part_of = {"schema": "crm", "table": above, "bound": "DEFAULT"}
    return _table(name, {"id": "uuid!"}, partition_of=part_of)


@pytest.fixture(scope="session")
def schema() -> DatabaseSchema:
    """crm: companies, contacts, notes, partitioned sales, a view; and names that need care."""
    companies = _table("empresas", {"id": "uuid!", "nome": "text!", "total": "numeric(12,2)"}, _primary_key("id"))
    companies["columns"][2]["generated"] = {"kind": "stored", "expression": "1"}
    contacts = _table(
        "contatos",
        {
            "id": "uuid!",
            "empresa_id": "uuid",
            "nome": "text!",
            "email": "text!",
            "idade": "integer",
            "nascimento": "date",
            "criado": "timestamp with time zone!",
        },
        _primary_key("id"),
        _foreign_key("empresa_id", "crm", "empresas"),
        {"kind": "check", "name": "idade_chk", "expression": "CHECK ((idade >= 0))"},
    )
    tables = [
        companies,
        contacts,
        _table("notas", {"texto": "text"}),
        _table("vendas", {"id": "uuid!"}, kind="partitioned_table"),
        _part("vendas_2026", "vendas"),
        _part("vendas_2026_01", "vendas_2026"),
        _table("resumo", {"nome": "text"}, kind="view"),
    ]
    odd = [_table("ta.b/le", {"co~l/umn": "text"})]
    plain = {
        "schema_fingerprint": "abc123",
        "schemas": [{"name": "crm", "tables": tables}, {"name": "od.d", "tables": odd}],
    }
    return DatabaseSchema.model_validate(plain)


@pytest.fixture
def plain_plan() -> dict[str, Any]:
    """A plan without issues, as plain JSON values."""
    email = {"schema": "crm", "table": "contatos", "column": "email"}
    name = {"schema": "crm", "table": "contatos", "column": "nome"}
    return {
        "plan_version": "0.2",
        "seed": 42,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres", "schema_fingerprint": "abc123"},
        "global": {"locale": "pt_BR"},
        "targets": [{"schema": "crm", "table": "contatos", "rows": 100}],
        "rules": [
            {"type": "column_generator", **name, "generator": {"id": "primitive.text", "params": {"max_len": 40}}},
            {
                "type": "column_generator",
                **email,
                "generator": {"id": "derive.email_from_name", "params": {"input_columns": ["nome"]}},
                "transforms": [{"transform": "transform.casing", "params": {"mode": "lower"}}],
            },
        ],
        "options": {"allow_fk_disable": False, "strict": False},
    }
