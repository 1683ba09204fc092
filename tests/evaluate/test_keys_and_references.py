"""Keys, unique indexes and foreign keys of every kind, and their policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.schema import Exclusion, ExclusionElement, Index, IndexKey, PartitionOf
from datalchemy_nb.evaluate import evaluate
from tests.evaluate.judging import (
    Shop,
    column,
    foreign_key,
    judge_one,
    only,
    plan,
    policy,
    primary_key,
    schema,
    table,
    typed,
    unique,
)


def index(definition: str = "", *, keys: tuple[IndexKey, ...] = (), **more: Any) -> Index:
    base = {"name": "t_idx", "is_unique": True, "is_primary": False, "is_valid": True, "method": "btree"}
    return Index.model_validate({**base, "definition": definition, "keys": keys, **more})


AB = [column("a", "int4", null=True), column("b", "text", null=True)]


class TestUnique:
    def test_nulls_are_distinct(self, tmp_path: Path) -> None:
        assert judge_one(tmp_path, table("t", AB, unique("a", "b")), "a,b\n1,\n1,\n,x\n,x\n").ok

    def test_nulls_not_distinct(self, tmp_path: Path) -> None:
        one = table("t", AB, unique("a", "b", nulls_not_distinct=True))
        violation = only(judge_one(tmp_path, one, "a,b\n1,\n2,\n1,\n"))
        assert (violation.code, violation.count, violation.row_index) == ("unique", 1, 3)

    def test_bad_cells_do_not_collide_with_nulls(self, tmp_path: Path) -> None:
        one = table("t", AB, unique("a", nulls_not_distinct=True))
        assert only(judge_one(tmp_path, one, "a,b\n,x\nbad,y\n")).code == "type"

    def test_keys_are_not_joined_as_text(self, tmp_path: Path) -> None:
        one = table("t", [column("a", "text"), column("b", "text")], unique("a", "b"))
        assert judge_one(tmp_path, one, 'a,b\nx|,y\nx,|y\n"x,",y\nx,",y"\n').ok

    def test_citext_ignores_case(self, tmp_path: Path) -> None:
        one = table("t", [column("k", "int4"), column("e", "citext")], unique("e"))
        assert only(judge_one(tmp_path, one, "k,e\n1,Ana\n2,bia\n3,ANA\n")).row_index == 3

    def test_char_ignores_padding(self, tmp_path: Path) -> None:
        one = table("t", [column("k", "int4"), column("e", "bpchar(3)")], unique("e"))
        assert only(judge_one(tmp_path, one, "k,e\n1,ab\n2,ab \n")).row_index == 2

    def test_equal_numbers_written_differently(self, tmp_path: Path) -> None:
        one = table("t", [column("k", "int4"), column("n", "numeric(5,2)")], unique("n"))
        assert only(judge_one(tmp_path, one, "k,n\n1,1.5\n2,1.50\n")).row_index == 2

    @pytest.mark.parametrize("repeated", [0, 1])
    def test_many_texts_that_are_nearly_alike(self, tmp_path: Path, repeated: int) -> None:
        """Two of them have the same hash in some versions of DuckDB."""
        alike = ["fernanda.brito221@example.net", "fernando.brito281@example.net"]
        texts = [*alike, *(f"ana.{n}@example.net" for n in range(12_000)), *alike[:repeated]]
        made = judge_one(tmp_path, table("t", [column("a", "text")], unique("a")), "\n".join(["a", *texts, ""]))
        assert [(v.code, v.count, v.row_index) for v in made.violations] == [("unique", 1, 12_003)] * repeated
        assert made.column_stats[0].distinct_count == 12_002


class TestUniqueIndexes:
    def test_partial(self, tmp_path: Path) -> None:
        keys = (IndexKey(column="a"),)
        one = table("t", AB, indexes=(index(keys=keys, predicate="(b = 'x'::text)"),))
        violation = only(judge_one(tmp_path, one, "a,b\n1,x\n1,y\n1,y\n1,x\n"))
        assert (violation.code, violation.path, violation.row_index) == ("unique", "loja.t.a", 4)

    def test_expression(self, tmp_path: Path) -> None:
        one = table("t", AB, indexes=(index(keys=(IndexKey(expression="lower(b)"),)),))
        violation = only(judge_one(tmp_path, one, "a,b\n1,Ana\n2,ANA\n"))
        assert (violation.path, violation.example) == ("loja.t.t_idx", {"b": "ANA"})

    def test_from_the_definition_alone(self, tmp_path: Path) -> None:
        text = "CREATE UNIQUE INDEX t_idx ON loja.t USING btree (lower(b), a DESC) WHERE (a > 0)"
        one = table("t", AB, indexes=(index(text),))
        assert only(judge_one(tmp_path, one, "a,b\n1,Ana\n1,ANA\n0,x\n0,x\n")).row_index == 2

    def test_not_evaluated_is_a_warning(self, tmp_path: Path) -> None:
        one = table("t", AB, indexes=(index(keys=(IndexKey(expression="loja.f(b)"),)),))
        evaluation = judge_one(tmp_path, one, "a,b\n1,x\n")
        assert evaluation.ok
        assert [w.code for w in evaluation.warnings] == ["unique_unsupported"]

    def test_of_a_constraint_is_not_judged_twice(self, tmp_path: Path) -> None:
        keys = (IndexKey(column="a"),)
        one = table("t", AB, unique("a"), indexes=(index(keys=keys, constraint="a_unique"),))
        assert only(judge_one(tmp_path, one, "a,b\n1,x\n1,y\n")).count == 1

    def test_exclusion_is_not_evaluated(self, tmp_path: Path) -> None:
        element = ExclusionElement(column="a", expression="a", operator="&&")
        exclude = Exclusion(kind="exclusion", name="x", method="gist", elements=(element,), definition="EXCLUDE ...")
        metrics = judge_one(tmp_path, table("t", AB, exclude), "a,b\n1,x\n")
        assert metrics.constraints.exclusion.not_evaluated == 1


PARENT = table("p", [column("x", "int4"), column("y", "int4")], primary_key("x", "y"))
CHILD = [column("k", "int4"), column("x", "int4", null=True), column("y", "int4", null=True)]


class TestComposite:
    def judge(self, directory: Path, rows: str, **more: Any) -> Any:
        child = table("c", CHILD, foreign_key(["y", "x"], "p", ["y", "x"], **more))
        (directory / "loja.p.csv").write_text("x,y\n1,2\n3,4\n")
        (directory / "loja.c.csv").write_text("k,x,y\n" + rows)
        return evaluate(directory, schema(PARENT, child))

    def test_pairs_are_matched_in_declared_order(self, tmp_path: Path) -> None:
        violation = only(self.judge(tmp_path, "1,1,2\n2,2,1\n3,1,4\n"))
        assert (violation.count, violation.row_index, violation.example) == (2, 2, {"y": "1", "x": "2"})

    def test_simple_passes_over_partial_nulls(self, tmp_path: Path) -> None:
        assert self.judge(tmp_path, "1,1,\n2,,9\n3,,\n").ok

    def test_full_refuses_partial_nulls(self, tmp_path: Path) -> None:
        violation = only(self.judge(tmp_path, "1,,\n2,,9\n3,1,2\n", match_type="full"))
        assert (violation.code, violation.count, violation.row_index) == ("foreign_key", 1, 2)

    def test_not_enforced_is_not_judged(self, tmp_path: Path) -> None:
        assert self.judge(tmp_path, "1,9,9\n", enforced=False).ok


def test_chains_of_any_depth(tmp_path: Path) -> None:
    tables = [table("t0", [column("id", "int4"), column("v", "int4")], primary_key("id"))]
    for i in range(1, 5):
        columns = [column("id", "int4"), column("up", "int4")]
        tables.append(table(f"t{i}", columns, primary_key("id"), foreign_key(["up"], f"t{i - 1}")))
    for i, one in enumerate(tables):
        (tmp_path / f"loja.t{i}.csv").write_text(
            f"{one.columns[0].name},{one.columns[1].name}\n1,{2 if i == 3 else 1}\n"
        )
    violation = only(evaluate(tmp_path, schema(*tables)))
    assert violation.path == "loja.t3 -> loja.t2"


def test_key_types_may_differ_in_width(tmp_path: Path) -> None:
    parent = table("p", [column("id", "int8"), column("v", "int4")], primary_key("id"))
    child = table("c", [column("id", "int4"), column("p_id", "int2")], foreign_key(["p_id"], "p"))
    (tmp_path / "loja.p.csv").write_text("id,v\n1,1\n")
    (tmp_path / "loja.c.csv").write_text("id,p_id\n1,1\n")
    assert evaluate(tmp_path, schema(parent, child)).ok


class TestPartitions:
    @pytest.fixture
    def tables(self) -> list[Any]:
        columns = [column("id", "int4"), column("v", "int4")]
        of = PartitionOf(
            schema_name="loja", table="m", bound="FOR VALUES FROM (1) TO (10)", constraint="((id >= 1) AND (id < 10))"
        )
        root = table("m", columns, primary_key("id"), kind="partitioned_table")
        part = table("m1", columns[::-1], primary_key("id"), partition_of=of)
        child = table("c", [column("k", "int4"), column("m_id", "int4")], foreign_key(["m_id"], "m"))
        return [root, part, child]

    def test_references_find_rows_in_partitions(self, tmp_path: Path, tables: list[Any]) -> None:
        (tmp_path / "loja.m1.csv").write_text("v,id\n0,1\n0,2\n")
        (tmp_path / "loja.c.csv").write_text("k,m_id\n1,2\n2,3\n")
        evaluation = evaluate(tmp_path, schema(*tables), plan(targets=[("m", 2)]))
        assert (only(evaluation).code, only(evaluation).row_index) == ("foreign_key", 2)

    def test_bounds_are_judged(self, tmp_path: Path, tables: list[Any]) -> None:
        (tmp_path / "loja.m1.csv").write_text("v,id\n0,1\n0,10\n")
        violation = only(evaluate(tmp_path, schema(*tables)))
        assert (violation.code, violation.path, violation.row_index) == ("check", "loja.m1", 2)


POLICIES = [
    ("clientes", "not_null", "Ana,", ",", "not_null"),
    ("clientes", "primary_key", '2,"Bia', '1,"Bia', "primary_key"),
    ("clientes", "unique", "bia@", "ana@", "unique"),
    ("clientes", "foreign_key", "1990-01-31,", "1990-01-31,9", "foreign_key"),
]


@pytest.mark.parametrize(("name", "kind", "old", "new", "code"), POLICIES)
@pytest.mark.parametrize("mode", ["enforce", "warn", "ignore"])
def test_policies(loja: Shop, name: str, kind: str, old: str, new: str, code: str, mode: str) -> None:
    loja.change(name, old, new)
    metrics = loja.judge(plan(policy(name, kind, mode)))
    violations = [v.code for v in metrics.violations if v.path.startswith("loja.clientes")]
    if mode == "enforce":
        assert code in violations
    else:
        assert code not in violations
        assert [w.code for w in metrics.warnings] == ([f"{code}_failed"] if mode == "warn" else [])


def test_a_policy_of_another_table_changes_nothing(loja: Shop) -> None:
    loja.change("clientes", "bia@", "ana@")
    assert not loja.judge(plan(policy("pedidos", "unique", "ignore"))).ok


@pytest.mark.parametrize(("allowed", "ok"), [(True, True), (None, False)])
def test_disabled_foreign_keys_need_the_flag(loja: Shop, allowed: bool | None, ok: bool) -> None:
    loja.change("pedidos", "1,1,aberto", "9,1,aberto")
    rule = {"type": "foreign_key_strategy", "table": "pedidos", "mode": "disable"}
    assert loja.judge(plan(rule, allow_fk_disable=allowed)).ok is ok


def test_enum_keys(tmp_path: Path) -> None:
    from tests.evaluate.judging import STATUS

    one = table("t", [column("k", "int4"), column("s", typed("status", schema="loja"))], unique("s"))
    assert only(judge_one(tmp_path, one, "k,s\n1,pago\n2,pago\n", enums=(STATUS,))).row_index == 2
