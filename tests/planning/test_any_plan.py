"""Reading and validating never break, whatever the plan."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.planning.read import check_document, read_plan
from datalchemy_nb.planning.validate import validate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["crm", "od.d", "contatos", "empresas", "resumo", "vendas_2026", "empresa_id", "nome", "total"])
IDS = st.sampled_from(
    ["primitive.int", "primitive.text", "derive.parent_value", "derive.fk", "transform.mask", " ", "x"]
)
PARAMS = JSON | st.dictionaries(
    st.sampled_from(["min", "max", "input_columns", "parent_schema", "parent_table", "rate", "mode"]), JSON | NAMES
)
TRANSFORMS = st.lists(st.fixed_dictionaries({"transform": IDS | st.text()}, optional={"params": PARAMS}), max_size=3)
PLACE = {"schema": NAMES, "table": NAMES}
GENERATOR = IDS | st.fixed_dictionaries({"id": IDS}, optional={"params": PARAMS, "locale": st.text() | st.none()})
KINDS = st.sampled_from(["check", "unique", "not_null", "primary_key", "foreign_key"])
RULE = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("column_generator"), **PLACE, "column": NAMES, "generator": GENERATOR},
        optional={"params": PARAMS, "transforms": TRANSFORMS, "null_rate": st.floats(0, 1)},
    ),
    st.fixed_dictionaries(
        {"type": st.just("constraint_policy"), **PLACE, "constraint": KINDS, "mode": st.just("warn")}
    ),
    st.fixed_dictionaries({"type": st.just("foreign_key_strategy"), **PLACE, "mode": st.just("disable")}),
)
REFERENCE = st.fixed_dictionaries(PLACE, optional={"column": NAMES | st.none()})
PLAN = st.fixed_dictionaries(
    {
        "plan_version": st.just("0.2"),
        "seed": st.integers(0, 2**64 - 1),
        "schema_ref": st.fixed_dictionaries({"schema_version": st.text(), "engine": st.text()}),
        "targets": st.lists(st.fixed_dictionaries({**PLACE, "rows": st.integers(0, 2**64 - 1)}), max_size=3),
        "rules": st.lists(RULE, max_size=4),
    },
    optional={
        "rules_unsupported": st.lists(
            st.fixed_dictionaries({"description": st.text(), "reason": st.text(), "reference": REFERENCE})
        ),
        "options": st.fixed_dictionaries({"allow_fk_disable": st.booleans(), "auto_generate_parents": st.booleans()}),
    },
)


BROKEN = st.dictionaries(st.sampled_from(list(Plan.model_fields)) | st.text(), JSON | st.lists(RULE))


@given(document=PLAN)
def test_plans_of_the_right_shape(document: Any, schema: DatabaseSchema) -> None:
    plan, _ = read_plan(document)
    for issue in validate(plan, schema):
        assert issue.path.startswith("/")
        assert issue.message
        assert issue.hint


@given(document=BROKEN | JSON)
def test_documents_of_any_shape(document: Any) -> None:
    assert any(issue.severity == "error" for issue in check_document(document))


@given(document=JSON)
def test_any_json(document: Any) -> None:
    with pytest.raises(PlanInvalid):
        read_plan(json.dumps(document) + "\n")


@given(text=st.text())
def test_any_text(text: str) -> None:
    with pytest.raises(PlanInvalid):
        read_plan(text + "\n")
