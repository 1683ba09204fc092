"""Fifty clean runs of random plans over the CRM: the judge finds nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session

TABLES = ("usuarios", "empresas", "fontes_lead", "funis", "produtos", "listas_precos", "etapas_funil", "contatos")
RULES = st.sampled_from(
    [
        ("usuarios", "nome", "semantic.br.name", {}),
        ("usuarios", "email", "semantic.br.email.safe", {}),
        ("usuarios", "ativo", "primitive.bool", {"true_rate": 0.9}),
        ("usuarios", "telefone", "semantic.br.phone", {}),
        ("empresas", "cnpj", "semantic.br.cnpj", {}),
        ("empresas", "razao_social", "semantic.br.company.name", {}),
        ("produtos", "preco_base", "semantic.br.money.brl", {"min": 10, "max": 99}),
        ("produtos", "ativo", "primitive.choice", {"values": [True, False], "weights": [3, 1]}),
        ("etapas_funil", "probabilidade", "primitive.int", {"min": 10, "max": 90}),
        ("contatos", "nome", "semantic.br.first_name", {}),
        ("contatos", "data_nascimento", "semantic.br.birth_date", {}),
        ("fontes_lead", "descricao", "primitive.text.lorem", {}),
    ]
)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A seed, one to three tables, some rules, a null rate."""
    names = draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
    rules = {(table, column): (id_, params) for table, column, id_, params in draw(st.lists(RULES, max_size=5))}
    return {
        "plan_version": "0.2",
        "seed": draw(st.integers(0, 2**64 - 1)),
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "crm", "table": name, "rows": draw(st.integers(1, 400))} for name in names],
        "rules": [
            {"type": "column_generator", "schema": "crm", "table": t, "column": c, "generator": {"id": i, "params": p}}
            for (t, c), (i, p) in rules.items()
        ],
        "options": {"null_rate": draw(st.sampled_from([0.0, 0.05, 0.5, 1.0]))},
    }


@pytest.fixture(scope="module")
def crm(database: Callable[..., str], _crm_template: str) -> DatabaseSchema:
    with connect(database(template=_crm_template)) as connection:
        return introspect(connection)


@settings(max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans())
def test_fifty_clean_runs(crm: DatabaseSchema, plan: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        session = Session(out_dir=Path(directory))
        session.use_schema(crm)
        session.generate(plan, workers=1)
        metrics = session.evaluate().metrics
    assert [(v.code, v.path, v.message) for v in metrics.violations] == []
    deviating = [c for c in metrics.conformance if c.status == "deviates"]
    assert [(c.table, c.column, c.what, c.expected, c.found) for c in deviating] == []
