"""What CHECK texts, as PostgreSQL prints them, are understood to say."""

from __future__ import annotations

import datetime as dt

import pytest

from datalchemy_nb.constraints.classify import Context, classify, like_to_regex, similar_to_regex
from datalchemy_nb.constraints.constants import Span, interval
from datalchemy_nb.constraints.facts import Alternatives, Condition, Equation, Narrow, NotNull, Null, Order, Unsupported
from datalchemy_nb.constraints.inline import readable
from datalchemy_nb.contracts.schema import SqlFunction
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import AtLeast, AtMost, Cased, Contains, Length, Limit, Matches, NoneOf, OneOf

CATEGORIES: dict[str, Category] = {
    "n": "integer", "m": "integer", "k": "integer", "price": "decimal", "total": "decimal", "t": "text", "u": "text",
    "status": "enum", "d": "date", "e": "date", "ts": "timestamptz", "te": "timestamptz", "b": "boolean", "j": "json",
}  # fmt: skip
TODAY = dt.date(2026, 1, 1)
CONTEXT = Context(CATEGORIES, TODAY, margin=365)


@pytest.mark.parametrize(
    ("text", "columns", "judged"),
    [
        ("CHECK (((n + m) IS NOT NULL))", ["m", "n"], False),
        ("CHECK ((lower(t) IS NOT NULL))", ["t"], False),
        ("CHECK (((t)::uuid IS NOT NULL))", ["t"], True),
        ("CHECK ((NOT (((t)::integer + n) IS NULL)))", ["n", "t"], True),
    ],
)
def test_what_an_expression_that_is_never_null_reads_is_never_null(text: str, columns: list[str], judged: bool) -> None:
    facts = classify(text, CONTEXT)
    assert sorted(fact.column for fact in facts if isinstance(fact, NotNull)) == columns
    assert any(isinstance(fact, Condition) for fact in facts) is judged
    assert not any(isinstance(fact, NotNull) for fact in classify("CHECK ((COALESCE(n, m) IS NOT NULL))", CONTEXT))


@pytest.mark.parametrize(
    ("text", "column", "limit"),
    [
        ("CHECK ((n > 0))", "n", AtLeast(0, strict=True)),
        ("CHECK ((0 < n))", "n", AtLeast(0, strict=True)),
        ("CHECK (((n IS NULL) OR (n <= '-5'::integer)))", "n", AtMost(-5)),
        ("CHECK ((price >= (0)::numeric))", "price", AtLeast(0)),
        ("CHECK ((d > '2020-02-29'::date))", "d", AtLeast(dt.date(2020, 2, 29), strict=True)),
        ("CHECK ((d <= CURRENT_DATE))", "d", AtMost(TODAY)),
        ("CHECK ((ts < now()))", "ts", AtMost(dt.datetime(2026, 1, 1), strict=True)),
        ("CHECK ((n = ANY (ARRAY[1, 2, 3])))", "n", OneOf((1, 2, 3))),
        (
            "CHECK (((t)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
            "t",
            OneOf(("a", "b")),
        ),
        ("CHECK ((status = 'paid'::crm.status))", "status", OneOf(("paid",))),
        ("CHECK ((status <> ALL (ARRAY['x'::crm.status])))", "status", NoneOf(("x",))),
        ("CHECK ((t <> ''::text))", "t", Length(1)),
        ("CHECK ((char_length(t) >= 3))", "t", Length(3)),
        ("CHECK ((length((t)::text) = 8))", "t", Length(8, 8)),
        ("CHECK ((POSITION(('@'::text) IN (t)) > 1))", "t", Contains("@", 2)),
        ("CHECK ((t ~ '^[A-Z]+$'::text)) NOT VALID", "t", Matches("^[A-Z]+$")),
        ("CHECK ((t !~* 'x'::text))", "t", Matches("x", ignore_case=True, negated=True)),
        ("CHECK ((t ~~ 'ab%'::text))", "t", Matches("^ab.*$")),
        ("CHECK ((t OPERATOR(public.~) '^a'::public.citext))", "t", Matches("^a", ignore_case=True)),
        ("CHECK ((t OPERATOR(ext.!~~) 'a%'::ext.citext))", "t", Matches("^a.*$", ignore_case=True, negated=True)),
        ("CHECK ((t OPERATOR(public.=) ANY (ARRAY['a'::public.citext, 'b'::public.citext])))", "t", OneOf(("a", "b"))),
        ("CHECK ((lower(t) = t))", "t", Cased(upper=False)),
        ("CHECK (b)", "b", OneOf((True,))),
        ("CHECK ((NOT b))", "b", OneOf((False,))),
        ("CHECK ((b IS FALSE))", "b", OneOf((False,))),
    ],
)
def test_one_column_is_narrowed(text: str, column: str, limit: Limit) -> None:
    (fact,) = classify(text, CONTEXT)
    assert isinstance(fact, Narrow)
    assert (fact.column, fact.limit) == (column, limit)


def test_an_absolute_value_lies_on_both_sides_of_zero() -> None:
    for text in ("CHECK ((abs(n) < 10))", "CHECK ((10 > abs(n)))"):
        limits = [fact.limit for fact in classify(text, CONTEXT) if isinstance(fact, Narrow)]
        assert limits == [AtLeast(-10, strict=True), AtMost(10, strict=True)]
    both = classify("CHECK ((abs(n - m) <= 3))", CONTEXT)
    assert len(both) == 2
    assert not any(isinstance(fact, Condition) for fact in both)
    assert isinstance(classify("CHECK ((abs(n) >= 10))", CONTEXT)[0], Condition | Alternatives)


def test_between_and_conjunctions_are_split() -> None:
    facts = classify("CHECK (((n >= 1) AND (n <= 5) AND (m BETWEEN 2 AND 3) AND (t IS NOT NULL)))", CONTEXT)
    assert [f.limit for f in facts if isinstance(f, Narrow)] == [AtLeast(1), AtMost(5), AtLeast(2), AtMost(3)]
    assert facts[-1] == NotNull("t")


def test_a_bound_above_today_keeps_its_margin_and_remembers_the_plain_one() -> None:
    (fact,) = classify("CHECK (((d IS NULL) OR (d >= CURRENT_DATE)))", CONTEXT)
    assert isinstance(fact, Narrow)
    assert fact.limit == AtLeast(dt.date(2027, 1, 1))
    assert fact.relaxed == AtLeast(TODAY)


@pytest.mark.parametrize(
    ("text", "low", "high", "strict", "offset"),
    [
        ("CHECK ((e >= d))", "d", "e", False, None),
        ("CHECK ((d < e))", "d", "e", True, None),
        ("CHECK (((e IS NULL) OR (e > (d + 7))))", "d", "e", True, dt.timedelta(days=7)),
        ("CHECK ((te >= (ts + '01:30:00'::interval)))", "ts", "te", False, dt.timedelta(minutes=90)),
        ("CHECK (((te - ts) < '08:00:00'::interval))", "te", "ts", True, dt.timedelta(hours=-8)),
        ("CHECK (((te - ts) >= '1 day'::interval))", "ts", "te", False, dt.timedelta(days=1)),
        ("CHECK ((m >= (n - 2)))", "n", "m", False, -2),
    ],
)
def test_two_columns_are_ordered(text: str, low: str, high: str, strict: bool, offset: object) -> None:
    (fact,) = classify(text, CONTEXT)
    assert isinstance(fact, Order)
    assert (fact.low, fact.high, fact.strict, fact.offset) == (low, high, strict, offset)


def test_an_equation_names_the_column_it_determines() -> None:
    (fact,) = classify("CHECK ((total = (((n)::numeric * price) - (m)::numeric)))", CONTEXT)
    assert isinstance(fact, Equation)
    assert fact.column == "total"
    assert set(fact.inputs) == {"n", "price", "m"}


def test_conditional_pairs_become_branches() -> None:
    text = "CHECK ((((status = 'paid'::crm.st) AND (d IS NOT NULL)) OR ((status <> 'paid'::crm.st) AND (d IS NULL))))"
    (fact,) = classify(text, CONTEXT)
    assert isinstance(fact, Alternatives)
    first, second = fact.branches
    assert NotNull("d") in first
    assert Null("d") in second


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("CHECK ((num_nonnulls(n, m, k) = 1))", 3),
        ("CHECK ((num_nulls(n, m) = 1))", 2),
        ("CHECK ((num_nonnulls(n, m) >= 1))", 3),
        ("CHECK (((n IS NULL) <> (m IS NULL)))", 2),
        ("CHECK (((n IS NULL) = (m IS NULL)))", 2),
    ],
)
def test_counts_of_nulls_become_branches(text: str, branches: int) -> None:
    (fact,) = classify(text, CONTEXT)
    assert isinstance(fact, Alternatives)
    assert len(fact.branches) == branches


def test_what_nothing_covers_is_a_condition_for_duckdb() -> None:
    (fact,) = classify("CHECK (((n % 5) = 1))", CONTEXT)
    assert isinstance(fact, Condition)
    assert fact.columns == ("n",)


def test_an_or_over_different_columns_is_not_taken_for_a_null_guard() -> None:
    (fact,) = classify("CHECK (((t IS NULL) OR (n > 3)))", CONTEXT)
    assert isinstance(fact, Alternatives)


def test_sql_functions_are_put_in_place_of_their_calls() -> None:
    function = SqlFunction(
        schema_name="public",
        name="positive",
        arguments=("i",),
        argument_types=("integer",),
        returns="boolean",
        language="sql",
        volatility="immutable",
        body="select i > 0",
    )
    context = Context(CATEGORIES, TODAY, 365, readable([function]))
    for call in ("public.positive(n)", "positive(n)"):
        (fact,) = classify(f"CHECK ({call})", context)
        assert isinstance(fact, Narrow)
        assert fact.limit == AtLeast(0, strict=True)


@pytest.mark.parametrize("text", ["CHECK ((nope > 1))", "CHECK ((x y z))"])
def test_what_cannot_be_read_is_said_so(text: str) -> None:
    (fact,) = classify(text, CONTEXT)
    assert isinstance(fact, Unsupported)
    assert fact.reason


@pytest.mark.parametrize(("like", "regex"), [("a%", "^a.*$"), ("a_c", "^a.c$"), (r"50\%", "^50%$"), ("a.b", r"^a\.b$")])
def test_like_patterns(like: str, regex: str) -> None:
    assert like_to_regex(like) == regex


def test_similar_patterns_keep_their_alternation() -> None:
    assert similar_to_regex("(ab|cd)%") == "^(?:(ab|cd).*)$"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("3 days", dt.timedelta(days=3)),
        ("01:02:03", dt.timedelta(hours=1, minutes=2, seconds=3)),
        ("1 day -02:00:00", dt.timedelta(hours=22)),
        ("2 mons", Span(2)),
        ("1 year 2 days", Span(12, dt.timedelta(days=2))),
        ("nonsense 3 foo", None),
    ],
)
def test_intervals_as_postgresql_prints_them(text: str, span: dt.timedelta | Span | None) -> None:
    assert interval(text) == span


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("(a IS NULL) = b", 2),
        ("(b AND c) = (a IS NULL)", 3),
        ("k <> 1 OR (a IS NULL AND b)", 2),
        ("(n + m) IS NULL", 2),
        ("n * m = 0", 2),
        ("COALESCE(n, (0)::numeric) * (m - k) >= (0)::numeric", 2),
        ("b AND NULLIF(a, '') IS NULL OR NOT b AND NULLIF(a, '') IS NOT NULL", 3),
        ("n * (m - k) >= 0", 2),
        ("array_length(tags, 1) IS NOT NULL OR b", 2),
        ("k <> 5 OR b OR k2 <> ALL (ARRAY[1, 2])", 3),
    ],
)
def test_choices(text: str, branches: int) -> None:
    kinds = {"a": "text", "b": "boolean", "c": "boolean", "tags": "array"}
    context = Context({**dict.fromkeys(("n", "m", "k", "k2"), "integer"), **kinds}, TODAY, 0)
    (found,) = classify(f"CHECK ({text})", context)
    assert isinstance(found, Alternatives)
    assert len(found.branches) == branches


@pytest.mark.parametrize(
    "text",
    [
        "CHECK (((e >= d) OR (e IS NULL) OR (d IS NULL)))",
        "CHECK (((d IS NULL) OR (e IS NULL) OR (e >= d)))",
        "CHECK (((d IS NULL) OR (e >= d)))",
    ],
)
def test_guards_against_null_say_nothing(text: str) -> None:
    """A null operand makes the comparison null, and null passes."""
    assert [type(fact) for fact in classify(text, CONTEXT)] == [Order]


def test_guards_of_other_columns_do() -> None:
    assert not any(isinstance(fact, Order) for fact in classify("CHECK (((e >= d) OR (n IS NULL)))", CONTEXT))


@pytest.mark.parametrize(("patterns", "fact"), [(3, Alternatives), (3000, Condition)])
def test_patterns_of_a_list_are_read_one_by_one_while_they_are_few(patterns: int, fact: type) -> None:
    items = ", ".join(f"'{number}%'" for number in range(patterns))
    (found,) = classify(f"t LIKE ANY (ARRAY[{items}])", Context({"t": "text"}, dt.date(2026, 1, 1), 0))
    assert isinstance(found, fact)
