"""A draft is whole, valid, feasible and the same each time, whatever the schema."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datalchemy_nb.contracts.schema import DatabaseSchema, SqlFunction
from datalchemy_nb.drafting import Draft, draft_plan, explain
from datalchemy_nb.errors import UsageError
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve

from .conftest import check, drafted, foreign, key, ref, schema_of, table

ID = {"id": "uuid!=gen_random_uuid()"}


def rows(draft: Draft) -> dict[str, int]:
    return {target.table: target.rows for target in draft.plan.targets}


class TestDocument:
    def test_seed_base_date_fingerprint_and_evidence_are_written(self) -> None:
        made = schema_of(table("clientes", {**ID, "email": "text!", "doc": "text"}, key("id")))
        schema = made.model_copy(update={"schema_fingerprint": made.fingerprint()})
        plan = draft_plan(schema, seed=7, locale="en_US", base_date=dt.date(2026, 3, 4)).plan
        assert (plan.seed, plan.locale, plan.base_date) == (7, "en_US", dt.date(2026, 3, 4))
        assert plan.schema_ref.schema_fingerprint == schema.fingerprint()
        assert all(rule.evidence for _, rule in plan.column_rules)

    def test_the_same_schema_gives_the_same_plan(self) -> None:
        tables = [table("clientes", {**ID, "nome": "text", "email": "text!"}, key("id"), key("email", kind="unique"))]
        assert drafted(*tables).plan == drafted(*tables).plan

    def test_every_column_has_a_suggestion(self) -> None:
        draft = drafted(table("t", {**ID, "a": "text", "b": "jsonb"}, key("id")))
        assert [s.column for s in draft.suggestions] == ["id", "a", "b"]

    def test_views_and_partitions_are_no_targets(self) -> None:
        part = {"schema": "app", "table": "vendas", "bound": "DEFAULT"}
        draft = drafted(
            table("vendas", {"dia": "date"}, kind="partitioned_table"),
            table("vendas_1", {"dia": "date"}, partition_of=part),
            table("resumo", {"nome": "text"}, kind="view"),
        )
        assert rows(draft) == {"vendas": 1000}

    def test_chosen_tables_bring_what_they_refer_to(self) -> None:
        tables = [
            table("a", ID, key("id")),
            table("b", {**ID, "a_id": "uuid!"}, key("id"), foreign("a_id", "a")),
            table("c", ID, key("id")),
        ]
        assert set(rows(drafted(*tables, tables=[ref("b")]))) == {"a", "b"}

    @pytest.mark.parametrize("options", [{"rows": 0}, {"tables": [ref("nothing")]}])
    def test_usage(self, options: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            drafted(table("a", ID, key("id")), **options)


class TestRows:
    def test_lookups_are_small_masters_ordinary_details_large(self) -> None:
        draft = drafted(
            table("grupos", {**ID, "nome": "text!"}, key("id"), key("nome", kind="unique")),
            table("pedidos", {**ID, "grupo_id": "uuid!", "x": "text"}, key("id"), foreign("grupo_id", "grupos")),
            table("pedido_itens", {**ID, "pedido_id": "uuid!"}, key("id"), foreign("pedido_id", "pedidos")),
            table("django_migrations", {"id": "bigint!", "name": "text"}, key("id")),
        )
        assert rows(draft) == {"grupos": 20, "pedidos": 1000, "pedido_itens": 3000, "django_migrations": 20}

    def test_one_to_one_has_no_more_than_its_parent(self) -> None:
        one = table("b", {**ID, "a_id": "uuid!"}, key("id"), key("a_id", kind="unique"), foreign("a_id", "a"))
        assert rows(drafted(table("a", ID, key("id")), one, rows=50)) == {"a": 50, "b": 50}

    def test_junctions_are_bounded_by_the_product(self) -> None:
        pair = {"a_id": "uuid!", "b_id": "uuid!"}
        both = (foreign("a_id", "a"), foreign("b_id", "b"))
        draft = drafted(
            table("a", ID, key("id")), table("b", ID, key("id")), table("ab", pair, key(*pair), *both), rows=1
        )
        assert rows(draft)["ab"] == 1

    def test_unique_columns_hold_what_their_values_hold(self) -> None:
        draft = drafted(
            table("moods", {"m": "mood!"}, key("m")),
            table("flags", {"f": "boolean!"}, key("f")),
            table("sizes", {"s": "varchar(1)!"}, key("s"), check("s = ANY (ARRAY['P'::text, 'M'::text, 'G'::text])")),
        )
        assert rows(draft)["moods"] == rows(draft)["flags"] == 2
        assert rows(draft)["sizes"] == 3


class TestRepair:
    def test_an_impossible_table_is_left_out_with_those_that_need_it(self) -> None:
        draft = drafted(
            table("bad", {**ID, "n": "integer!"}, key("id"), check("n > 5 AND n < 3")),
            table("child", {**ID, "bad_id": "uuid!"}, key("id"), foreign("bad_id", "bad")),
            table("good", ID, key("id")),
        )
        assert set(rows(draft)) == {"good"}
        assert [told.reference.table for told in draft.plan.rules_unsupported if told.reference] == ["bad", "child"]


class TestSqlFunctions:
    def test_a_check_that_calls_one_is_read_like_any_other(self) -> None:
        grades = table("exams", {**ID, "state": "text!"}, key("id"), check("app.is_grade(state)", "graded"))
        function = {
            "schema": "app",
            "name": "is_grade",
            "arguments": ["g"],
            "argument_types": ["text"],
            "returns": "boolean",
            "language": "sql",
            "volatility": "immutable",
            "body": "SELECT g IN ('A', 'B', 'C')",
        }
        schema = schema_of(grades).model_copy(update={"functions": (SqlFunction.model_validate(function),)})
        draft = draft_plan(schema, seed=1, base_date=dt.date(2026, 3, 4))
        told = explain(draft, ref("exams"), "state")
        assert "CHECK graded lists 'A', 'B', 'C'" in told


class TestExplain:
    def test_a_draft_tells_rule_evidence_and_confidence(self) -> None:
        draft = drafted(table("clientes", {**ID, "cpf": "text"}, key("id")))
        told = explain(draft, ref("clientes"), "cpf")
        assert "semantic.br.cpf" in told
        assert "recognise_brazil" in told
        assert "random version 4" in explain(draft, ref("clientes"), "id")

    def test_a_plan_tells_its_evidence(self) -> None:
        plan = drafted(table("clientes", {**ID, "cpf": "text"}, key("id"))).plan
        assert "name says cpf" in explain(plan, ref("clientes"), "cpf")
        assert "no rule" in explain(plan, ref("clientes"), "id")

    def test_an_unknown_column_is_a_usage_error(self) -> None:
        with pytest.raises(UsageError, match="did you mean"):
            explain(drafted(table("clientes", {"cpf": "text"})), ref("clientes"), "cpff")


NAMES = st.sampled_from(
    "id nome name email cpf cnpj uf cidade cep status tipo data_inicio data_fim created_at updated_at deleted_at slug "
    "url password token quantidade preco valor_total ordem latitude locale moeda first_name last_name numero codigo "
    "Ação ß x1 1x is_active título due_date nascimento line_1 file hash uuid".split()
) | st.text(min_size=1, max_size=8)
TYPES = st.sampled_from(
    "uuid text integer smallint bigint boolean date timestamptz timestamp jsonb inet mood varchar(1) varchar(6) "
    "varchar(40) char(2) numeric(5,2) numeric(2,2) numeric".split()
)
TESTS = st.sampled_from(
    ["{0} IS NOT NULL", "{0} > 5", "{0} <= '2020-01-01'", "length({0}) = 3", "{0} ~ '^a+$'", "{0} <> ''"]
)


@st.composite
def tables(draw: st.DrawFn, name: str, others: list[str]) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    columns = {each: draw(TYPES) + draw(st.sampled_from(["", "!"])) for each in names}
    constraints: list[dict[str, Any]] = []
    if draw(st.booleans()):
        constraints.append(key(*draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))))
    if draw(st.booleans()):
        unique = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        constraints.append(key(*unique, kind="unique"))
    if draw(st.booleans()):
        quoted = '"' + draw(st.sampled_from(names)).replace('"', '""') + '"'
        constraints.append(check(draw(TESTS).format(quoted)))
    columns = {"pk": "bigint!", **columns}
    if others and draw(st.booleans()):
        columns["parent_id"] = draw(st.sampled_from(["bigint!", "bigint"]))
        target = draw(st.sampled_from(others))
        constraints.append({**foreign("parent_id", target), "referenced_columns": ["pk"]})
    constraints.append(key("pk", kind="unique"))
    return table(name, columns, *constraints)


@st.composite
def schemas(draw: st.DrawFn) -> DatabaseSchema:
    names = draw(
        st.lists(st.sampled_from(["clientes", "pedido_itens", "Tag s", "auth_user", "x"]), max_size=3, unique=True)
    )
    return schema_of(*(draw(tables(name, names)) for name in names))


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(schemas(), st.sampled_from(["pt_BR", "en_US"]), st.integers(1, 300))
def test_drafts_of_any_schema_validate_and_resolve(schema: DatabaseSchema, locale: str, count: int) -> None:
    plan = draft_plan(schema, locale=locale, rows=count).plan
    if plan.targets:
        assert [i for i in validate(plan, schema) if i.severity == "error"] == []
        resolve(plan, schema)


@pytest.mark.parametrize("condition", ["length({0}) = 3", "{0} ~ '^a+$'", "{0} <> ''", "{0} <= '2020-01-01'"])
def test_a_date_in_a_text_column_is_held_against_the_checks_as_it_is_written(condition: str) -> None:
    birth = table("clientes", {**ID, "data_nascimento": "text!"}, key("id"), check(condition.format("data_nascimento")))
    schema = schema_of(birth)
    plan = draft_plan(schema, locale="pt_BR", rows=50).plan
    assert [i for i in validate(plan, schema) if i.severity == "error"] == []
    resolve(plan, schema)
