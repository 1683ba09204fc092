"""CHECK expressions as PostgreSQL prints them, judged on rows by three-valued logic."""

from __future__ import annotations

from pathlib import Path

import pytest

from datalchemy_nb.contracts.schema import Column, Generated, SqlFunction, Table
from tests.evaluate.judging import STATUS, check, column, judge_one, plan, policy, table, typed

COLUMNS = [
    column("k", "int4"),
    column("a", "int4", null=True),
    column("b", "int4", null=True),
    column("n", "numeric(12,2)", null=True),
    column("t", "text", null=True),
    column("ci", "citext", null=True),
    column("c3", "bpchar(3)", null=True),
    column("d", "date", null=True),
    column("z", "timestamptz", null=True),
    column("s", typed("status", schema="loja", kind="enum"), null=True),
    column("j", "jsonb", null=True),
    column("by", "bytea", null=True),
    column("f", "float8", null=True),
    column("yes", "bool", null=True),
    column("r", "int4range", null=True),
]
NAMES = [c.name for c in COLUMNS]


def cases(*constraints: object) -> Table:
    return table("t", COLUMNS, *constraints)


def row(**cells: str) -> str:
    quoted = {k: '"' + v.replace('"', '""') + '"' for k, v in {"k": "1", **cells}.items()}
    return ",".join(quoted.get(name, "") for name in NAMES) + "\n"


HOLDS = [
    ("CHECK ((a > 0))", {}),
    ("CHECK ((a > 0)) NOT VALID", {"a": "1"}),
    ("CHECK (((a > 0) AND (b > 0))) NO INHERIT", {"a": "1"}),
    ("CHECK ((POSITION(('@'::text) IN (t)) > 1))", {"t": "a@b"}),
    ("CHECK ((t = ANY (ARRAY['x'::text, 'y'::text])))", {"t": "y"}),
    ("CHECK (((t)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])))", {"t": "x"}),
    ("CHECK ((t <> ALL (ARRAY['x'::text, 'y'::text])))", {"t": "z"}),
    ("CHECK ((t ~~ ANY (ARRAY['x%'::text, 'y%'::text])))", {"t": "yes"}),
    ("CHECK ((t !~~ ALL (ARRAY['x%'::text, 'y%'::text])))", {"t": "no"}),
    ("CHECK ((t ~ '^[0-9]{3}\\.[0-9]{3}$'::text))", {"t": "123.456"}),
    ("CHECK ((t ~* '^[a-z]+$'::text))", {"t": "ABC"}),
    ("CHECK ((t ~ '^\\w+$'::text))", {"t": "ação"}),
    ("CHECK ((t ~ '^[[:alpha:] ]+$'::text))", {"t": "São José"}),
    ("CHECK ((t ~ 'a.b'::text))", {"t": "a\nb"}),
    ("CHECK ((t !~ '\\s'::text))", {"t": "ab"}),
    ("CHECK ((t ~ similar_to_escape('(A|B)[0-9]_%'::text)))", {"t": "A1xyz"}),
    ("CHECK ((t ~~ 'a\\_b'::text))", {"t": "a_b"}),
    ("CHECK ((s = 'pago'::loja.status))", {"s": "pago"}),
    ("CHECK ((s > 'aberto'::loja.status))", {"s": "pago"}),
    ("CHECK (((s)::text = 'pago'::text))", {"s": "pago"}),
    ("CHECK ((num_nonnulls(a, b, t) = 1))", {"b": "1"}),
    ("CHECK ((num_nulls(a, r) = 1))", {"r": "[1,2)"}),
    ("CHECK ((char_length(t) = 3))", {"t": "ção"}),
    ("CHECK ((octet_length(t) = 5))", {"t": "ção"}),
    ("CHECK ((length(by) = 2))", {"by": "\\xffff"}),
    ("CHECK ((octet_length(by) = 2))", {"by": "\\xffff"}),
    ("CHECK ((jsonb_typeof(j) = 'object'::text))", {"j": '{"a":1}'}),
    ("CHECK (((j ->> 'a'::text) = 'x'::text))", {"j": '{"a":"x"}'}),
    ("CHECK ((j ? 'a'::text))", {"j": '{"a":null}'}),
    ("CHECK ((jsonb_array_length(j) <= 2))", {"j": "[1,2]"}),
    ("CHECK ((j <> '{}'::jsonb))", {"j": '{"a":1}'}),
    ("CHECK ((d <= CURRENT_DATE))", {"d": "2026-01-01"}),
    ("CHECK ((d >= CURRENT_DATE))", {"d": "2026-01-01"}),
    ("CHECK ((d <= (CURRENT_DATE - '18 years'::interval)))", {"d": "2008-01-01"}),
    ("CHECK ((z <= now()))", {"z": "2026-01-01T00:00:00Z"}),
    ("CHECK ((EXTRACT(year FROM z) >= (2020)::numeric))", {"z": "2020-01-01T00:00:00Z"}),
    ("CHECK ((date_part('dow'::text, d) <> (0)::double precision))", {"d": "2024-01-01"}),
    ("CHECK (((a / b) = 2))", {"a": "5", "b": "2"}),
    ("CHECK (((a / b) = '-2'::integer))", {"a": "-5", "b": "2"}),
    (
        "CHECK ((n = round((((a)::numeric * 1.005) * ((100)::numeric - (b)::numeric)) / (100)::numeric, 2)))",
        {"a": "10", "b": "0", "n": "10.05"},
    ),
    ("CHECK ((n = ((a)::numeric * 0.1)))", {"a": "3", "n": "0.30"}),
    ("CHECK ((ci = 'abc'::citext))", {"ci": "ABC"}),
    ("CHECK ((ci OPERATOR(public.~) '^ab'::public.citext))", {"ci": "ABC"}),
    ("CHECK ((ci OPERATOR(public.!~~) 'b%'::public.citext))", {"ci": "ABC"}),
    ("CHECK ((length(c3) = 2))", {"c3": "ab "}),
    ("CHECK (yes)", {"yes": "true"}),
    ("CHECK (((a IS NULL) = (b IS NULL)))", {}),
    ("CHECK (\nCASE\n    WHEN (a = 1) THEN (b IS NOT NULL)\n    ELSE true\nEND)", {"a": "2"}),
    ("CHECK ((upper(t) = t))", {"t": "É"}),
    ("CHECK ((COALESCE(a, 0) >= 0))", {}),
    ("CHECK ((btrim(t) <> ''::text))", {"t": " x "}),
    ("CHECK ((r IS NOT NULL))", {"r": "empty"}),
    ("CHECK ((f >= (0)::double precision))", {"f": "0"}),
]
BREAKS = [
    ("CHECK ((a > 0))", {"a": "0"}),
    ("CHECK (((a > 0) OR (b > 0)))", {"a": "0", "b": "0"}),
    ("CHECK ((t = ANY (ARRAY['x'::text, 'y'::text])))", {"t": "X"}),
    ("CHECK ((t <> ALL (ARRAY['x'::text, 'y'::text])))", {"t": "y"}),
    ("CHECK ((t !~~ ALL (ARRAY['x%'::text, 'y%'::text])))", {"t": "yes"}),
    ("CHECK ((t ~ '^[0-9]+$'::text))", {"t": "1\n"}),
    ("CHECK ((t ~~ 'a\\_b'::text))", {"t": "axb"}),
    ("CHECK ((t ~ similar_to_escape('a.b'::text)))", {"t": "axb"}),
    ("CHECK ((s > 'aberto'::loja.status))", {"s": "aberto"}),
    ("CHECK ((num_nonnulls(a, b, t) = 1))", {"a": "1", "b": "1"}),
    ("CHECK ((d > CURRENT_DATE))", {"d": "2026-01-01"}),
    ("CHECK (((a / b) = 2))", {"a": "6", "b": "2"}),
    ("CHECK ((n = ((a)::numeric * 0.1)))", {"a": "3", "n": "0.31"}),
    ("CHECK ((a IS NOT NULL))", {}),
    ("CHECK ((char_length(t) <= 2))", {"t": "ção"}),
    ("CHECK ((jsonb_typeof(j) = 'object'::text))", {"j": "[]"}),
]
UNSUPPORTED = [
    "CHECK (loja.no_such_function(t))",
    "CHECK ((t ~ '^(?=.*a)'::text))",
    "CHECK ((NOT isempty(r)))",
    "CHECK ((lower(r) > 3))",
    "CHECK ((j = '{\"a\": 1}'::jsonb))",
    "CHECK ((random() > 0.5))",
    "CHECK ((zz > 1))",
    "CHECK (((( a",
]


@pytest.mark.parametrize(("expression", "cells"), HOLDS)
def test_holds(tmp_path: Path, expression: str, cells: dict[str, str]) -> None:
    text = ",".join(NAMES) + "\n" + row(**cells)
    metrics = judge_one(tmp_path, cases(check(expression)), text, enums=(STATUS,))
    assert [v.message for v in metrics.violations] == []
    assert [w.message for w in metrics.warnings] == []
    assert metrics.constraints.check.checked == 1


@pytest.mark.parametrize(("expression", "cells"), BREAKS)
def test_breaks(tmp_path: Path, expression: str, cells: dict[str, str]) -> None:
    text = ",".join(NAMES) + "\n" + row() * ("NULL" not in expression and "num_" not in expression) + row(**cells)
    metrics = judge_one(tmp_path, cases(check(expression)), text, enums=(STATUS,))
    assert [(v.code, v.path, v.count) for v in metrics.violations] == [("check", "loja.t", 1)]


class TestUnsupported:
    @pytest.mark.parametrize("expression", UNSUPPORTED)
    def test_is_counted_and_warned_about_never_a_violation(self, tmp_path: Path, expression: str) -> None:
        metrics = judge_one(tmp_path, cases(check(expression)), ",".join(NAMES) + "\n" + row(t="a"))
        assert metrics.violations == ()
        assert [w.code for w in metrics.warnings] == ["check_unsupported"]
        assert (metrics.constraints.check.checked, metrics.constraints.check.not_evaluated) == (0, 1)

    def test_ignore_silences(self, tmp_path: Path) -> None:
        the_plan = plan(policy("t", "check", "ignore"))
        text = ",".join(NAMES) + "\n" + row()
        metrics = judge_one(tmp_path, cases(check(UNSUPPORTED[0])), text, plan=the_plan)
        assert metrics.warnings == ()

    def test_failing_on_a_row_never_shows_its_cell(self, tmp_path: Path) -> None:
        text = ",".join(NAMES) + "\n" + row(t="secret")
        metrics = judge_one(tmp_path, cases(check("CHECK (((t)::integer > 3))"), check("CHECK ((a > 0))")), text)
        assert [w.code for w in metrics.warnings] == ["check_unsupported"]
        assert "secret" not in str(metrics.warnings)
        assert metrics.constraints.check.checked == 1


class TestPolicies:
    TEXT = ",".join(NAMES) + "\n" + row(a="0")

    @pytest.mark.parametrize(("mode", "violations", "warnings"), [("enforce", 1, 0), ("warn", 0, 1), ("ignore", 0, 0)])
    def test_of_a_failing_check(self, tmp_path: Path, mode: str, violations: int, warnings: int) -> None:
        the_plan = plan(policy("t", "check", mode))
        metrics = judge_one(tmp_path, cases(check("CHECK ((a > 0))")), self.TEXT, plan=the_plan)
        assert (len(metrics.violations), len(metrics.warnings)) == (violations, warnings)
        assert [(w.code, w.count) for w in metrics.warnings] == [("check_failed", 1)] * warnings

    def test_base_date_is_the_plans(self, tmp_path: Path) -> None:
        text = ",".join(NAMES) + "\n" + row(d="2025-06-01")
        for base_date, ok in (("2025-06-01", True), ("2025-05-31", False)):
            the_plan = plan(base_date=base_date)
            evaluation = judge_one(tmp_path, cases(check("CHECK ((d <= CURRENT_DATE))")), text, plan=the_plan)
            assert evaluation.ok is ok


def test_sql_functions_are_written_out(tmp_path: Path) -> None:
    even = SqlFunction(
        schema_name="loja",
        name="even",
        arguments=("x",),
        argument_types=("integer",),
        returns="boolean",
        language="sql",
        volatility="immutable",
        body=" SELECT (x % 2) = 0; ",
    )
    small = even.model_copy(update={"name": "small", "arguments": ("",), "body": "RETURN loja.even($1) AND $1 < 10"})
    one = cases(check("CHECK (loja.small(a))"))
    text = ",".join(NAMES) + "\n" + "".join(row(a=a) for a in ("2", "3", "12", "8"))
    metrics = judge_one(tmp_path, one, text, functions=(even, small))
    assert [(v.count, v.row_index) for v in metrics.violations] == [(2, 2)]


def test_generated_columns_are_computed_from_their_expression(tmp_path: Path) -> None:
    generated = Column(
        ordinal_position=0,
        name="total",
        column_type=typed("int4"),
        is_nullable=True,
        generated=Generated(kind="stored", expression="(a * 2)"),
    )
    one = table("t", [column("a", "int4"), generated], check("CHECK ((total < 10))"))
    metrics = judge_one(tmp_path, one, "a\n4\n5\n")
    assert [(v.count, v.row_index, v.example) for v in metrics.violations] == [(1, 2, {"a": "5"})]


def test_quoted_names_differ_by_case(tmp_path: Path) -> None:
    one = table("t", [column("A", "int4"), column("a", "int4")], check('CHECK ((("A" > 0) AND (a > "A")))'))
    metrics = judge_one(tmp_path, one, "A,a\n1,2\n2,1\n")
    assert [(v.row_index, v.example) for v in metrics.violations] == [(2, {"A": "2", "a": "1"})]
