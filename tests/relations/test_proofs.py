"""What is proved before the run: keys over expressions, room between bounds, CHECKs over numbers made of each other."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import GenerationError, Infeasible
from datalchemy_nb.generate.acceptance import unmet
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve, survey
from datalchemy_nb.session.trial import tried
from tests.relations.shop import MOMENT, MONEY, Rule, check, gen, key, of, over, plan_of, schema_of, table, unique

NONE = {"customers": 0, "products": 0, "orders": 0, "items": 0}


def engine(schema: DatabaseSchema, *rules: Rule, **rows: int) -> Engine:
    plan, _ = read_plan(plan_of(*rules, **(NONE | rows)))
    assert [issue for issue in validate(plan, schema) if issue.severity == "error"] == []
    return Engine(resolve(plan, schema))


def refused(schema: DatabaseSchema, *rules: Rule, **rows: int) -> list[tuple[str, str]]:
    plan, _ = read_plan(plan_of(*rules, **(NONE | rows)))
    return [(i.code, i.message) for i in survey(plan, schema).issues if i.severity == "error"]


def everything(made: Engine, name: str) -> pl.DataFrame:
    ref = TableRef("public", name)
    return made.rows(ref, range(made.plan.tables[ref].rows))


# --- unique keys over expressions -------------------------------------------------------------------------------------


def numbered(*constraints: dict[str, Any]) -> DatabaseSchema:
    return schema_of(
        table("a", {"id": "integer#", "at": f"{MOMENT}!", "word": "text!", "no": "text!"}, unique("no")),
        table("b", {"id": "integer#", "a_id": "integer!", "line": "integer!", "code": "text!"}, key("a_id", "a"),
              unique("a_id", "line"), *constraints),
    )  # fmt: skip


A_NO = of("a", "expression", column="no", sql="'SO-' || to_char(at, 'YYYY') || '-' || lpad(id::text, 4, '0')")


@pytest.mark.parametrize(
    "sql",
    [
        "to_char(at, 'YYYYMMDD') || id",
        "id || '/' || word",
        "md5(word) || lpad((id * 3 + 10)::text, 4, '0')",
        "lpad(id::text, 3, '0') || word || 'x'",
        "to_char(at, 'YYYY') || word",  # the words are made unique
    ],
)
def test_an_expression_that_tells_a_unique_column_is_unique(sql: str) -> None:
    rows = everything(engine(numbered(), of("a", "expression", column="no", sql=sql), a=500), "a")
    assert rows["no"].n_unique() == 500


@pytest.mark.parametrize(
    "sql",
    [
        "word || id",  # where the word ends with a digit, nobody knows where the number begins
        "lpad(id::text, 2, '0')",  # cut off
        "left(id::text, 3) || '-' || word",
        "lower(word)",
        "id / 2 || ''",
    ],
)
def test_an_expression_that_may_repeat_is_refused(sql: str) -> None:
    rule = of("a", "expression", column="no", sql=sql)
    [(code, message)] = refused(numbered(), rule, a=500)
    assert code == "not_unique"
    assert "its expression may give two rows the same value" in message


def test_keys_are_told_through_the_row_above() -> None:
    """A line's code is its order's number and its place: unique, because both are."""
    rules = (A_NO, of("b", "position", column="line", within="a_id"),
             of("b", "expression", column="code", sql="a_id.no || '.' || line"))  # fmt: skip
    rows = everything(engine(numbered(unique("code")), *rules, a=100, b=700), "b")
    assert rows["code"].n_unique() == 700


# --- CHECKs that numbers prove ----------------------------------------------------------------------------------------


def test_numbers_made_of_each_other_prove_checks_and_need_no_redraw() -> None:
    """Each condition holds by arithmetic; that rows keep it is asked of the rows themselves."""
    checks = {
        "less": "cost <= price", "more": "total > price", "paid": "paid <= total", "whole": "net >= 0",
        "later": "ends > begins", "some": "gifts <= price + 100000",
    }  # fmt: skip
    schema = schema_of(
        table("a", {"id": "integer#", "price": f"{MONEY}!", "cost": f"{MONEY}!", "fee": f"{MONEY}!",
                    "total": f"{MONEY}!", "rate": "numeric(4,3)!", "net": f"{MONEY}!", "paid": f"{MONEY}!",
                    "gifts": "integer!", "begins": f"{MOMENT}!", "ends": f"{MOMENT}!"},
              *(check(name, text) for name, text in checks.items())),
        table("b", {"id": "integer#", "a_id": "integer!", "part": f"{MONEY}!", "got": "boolean!"}, key("a_id", "a")),
    )  # fmt: skip
    rules = (
        gen("a", "price", "money.price", min=1, max=500),
        gen("a", "rate", "primitive.choice", values=[0, 0.5, 1]),
        of("a", "expression", column="cost", sql="round(price * 0.62, 2)"),
        of("a", "expression", column="fee", sql="round(0.5 + price * 0.01, 2)"),
        of("a", "expression", column="total", sql="price + fee"),
        of("a", "expression", column="net", sql="total - total * rate"),
        of("b", "share", column="part", within="a_id", of="a_id.total"),
        over("a", "paid", "b", "a_id", "sum", value="part", where="got"),
        over("a", "gifts", "b", "a_id", "count"),
        of("a", "bounds", column="ends", after=[{"column": "begins", "strict": True}]),
    )
    made = engine(schema, *rules, a=300, b=900)
    resolved = made.plan.tables[TableRef("public", "a")]
    assert (resolved.groups, resolved.verified) == ((), ())
    rows = everything(made, "a")
    for text in checks.values():
        assert rows.select(pl.sql_expr(text).all()).item(), text


def test_a_redraw_that_would_go_round_in_a_circle_is_measured_instead() -> None:
    """The part of a total that exceeds it can be told only from rows: nothing is drawn again, nothing loops."""
    schema = schema_of(
        table("a", {"id": "integer#", "rate": "numeric(4,3)!", "base": f"{MONEY}!", "total": f"{MONEY}!",
                    "largest": MONEY}, check("half", "largest <= total * 0.9")),
        table("b", {"id": "integer#", "a_id": "integer!", "part": f"{MONEY}!"}, key("a_id", "a")),
    )  # fmt: skip
    rules = (
        gen("a", "base", "primitive.decimal.numeric", min=10, max=90),
        gen("a", "rate", "primitive.decimal.numeric", min=0.1, max=0.9),
        of("a", "expression", column="total", sql="base * rate"),
        of("b", "share", column="part", within="a_id", of="a_id.total", spread=0),
        over("a", "largest", "b", "a_id", "max", value="part"),
    )
    made = engine(schema, *rules, a=50, b=150)
    assert [one.name for one in made.plan.tables[TableRef("public", "a")].verified] == ["half"]
    [issue] = unmet(made)  # some have one part, which is the whole
    assert (issue.code, issue.constraint) == ("relation_check", "half")


# --- room between bounds ----------------------------------------------------------------------------------------------


def dated() -> DatabaseSchema:
    return schema_of(
        table("a", {"id": "integer#", "since": f"{MOMENT}!", "until": f"{MOMENT}!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "at": f"{MOMENT}!", "on": "date!", "n": "integer!",
                    "m": "integer!"}, key("a_id", "a")),
    )  # fmt: skip


SINCE = gen("a", "since", "primitive.timestamp", min="2020-01-01T00:00:00", max="2025-06-01T00:00:00")


def test_the_range_of_a_child_keeps_its_ancestor_early_enough() -> None:
    rules = (
        SINCE,
        gen("b", "at", "primitive.timestamp", min="2020-01-01T00:00:00", max="2023-01-01T00:00:00"),
        of("b", "bounds", column="at", after=[{"column": "a_id.since", "gap": {"min": 30, "max": 90}}]),
    )
    made = engine(dated(), *rules, a=100, b=400)
    assert unmet(made) == []
    rows = everything(made, "b").join(everything(made, "a"), left_on="a_id", right_on="id")
    gaps = rows.select((pl.col("at") - pl.col("since")).dt.total_days()).to_series()
    assert gaps.min() >= 30  # type: ignore[operator]
    assert rows["at"].max().date().isoformat() <= "2023-01-01"  # type: ignore[union-attr]


def test_ranges_that_leave_no_room_are_refused_by_name() -> None:
    late = gen("b", "at", "primitive.timestamp", min="2018-01-01T00:00:00", max="2019-01-01T00:00:00")
    rule = of("b", "bounds", column="at", after=[{"column": "a_id.since"}])
    [(code, message)] = refused(dated(), SINCE, late, rule, a=10, b=40)
    assert code == "relation_infeasible"
    assert message.startswith("public.a.since begins at 2020-01-01")


def test_numbers_have_room_too() -> None:
    rules = (
        gen("b", "n", "primitive.int", min=0, max=1000), gen("b", "m", "primitive.int", min=0, max=500),
        of("b", "bounds", column="m", after=[{"column": "n", "gap": {"min": 10, "max": 60, "unit": "units"}}]),
    )  # fmt: skip
    rows = everything(engine(dated(), *rules, a=10, b=400), "b")
    assert rows.select(((pl.col("m") - pl.col("n")) >= 10).all()).item()
    assert rows["m"].max() <= 500  # type: ignore[operator]


def test_bounds_that_cross_in_some_rows_are_found_before_the_run() -> None:
    rules = (
        SINCE,
        gen("a", "until", "primitive.timestamp", min="2021-01-01T00:00:00", max="2025-12-01T00:00:00"),
        of("b", "bounds", column="at", after=[{"column": "a_id.since"}], before=[{"column": "a_id.until"}]),
    )
    crossing = engine(dated(), *rules, a=100, b=400)
    [issue] = unmet(crossing)
    assert (issue.code, issue.path, issue.column) == ("relation_infeasible", "/rules/2", "at")
    assert "a_id.since is later than a_id.until" in issue.message
    with pytest.raises(GenerationError, match=r"b\.at: its bounds leave no value"):
        everything(crossing, "b")
    # one bounds rule more, and the two are in order in every row
    ordered = engine(dated(), *rules, of("a", "bounds", column="until", after=[{"column": "since"}]), a=100, b=400)
    assert ordered.plan.tables[TableRef("public", "b")].unsure == ()
    assert everything(ordered, "b").height == 400


def test_a_draft_gives_up_bounds_that_few_rows_cannot_keep() -> None:
    rules = (
        gen("a", "since", "primitive.timestamp", min="2020-01-01T00:00:00", max="2021-01-05T00:00:00"),
        gen("a", "until", "primitive.timestamp", min="2020-12-05T00:00:00", max="2025-12-01T00:00:00"),
        of("b", "bounds", column="at", after=[{"column": "a_id.since"}], before=[{"column": "a_id.until"}]),
    )
    plan, _ = read_plan(plan_of(*rules, a=2000, b=2000))
    kept, _ = tried(plan, dated())
    assert [rule.type for _, rule in kept.relations] == []
    assert "leave no value" in kept.rules_unsupported[0].reason


def test_days_between_moments_of_one_day_are_missed_before_the_run() -> None:
    rules = (
        SINCE,
        gen("a", "until", "primitive.timestamp", min="2021-01-01T00:00:00", max="2025-12-01T00:00:00"),
        of("a", "bounds", column="until", after=[{"column": "since", "gap": {"min": 1, "max": 40, "unit": "hours"}}]),
        of("b", "bounds", column="on", after=[{"column": "a_id.since"}], before=[{"column": "a_id.until"}]),
    )
    [issue] = unmet(engine(dated(), *rules, a=100, b=400))
    assert (issue.code, issue.path, issue.column) == ("relation_infeasible", "/rules/3", "on")


def test_bounds_are_no_proof_of_their_own_room() -> None:
    schema = schema_of(table("b", {"id": "integer#", "low": "integer!", "n": "integer!", "high": "integer!"}))
    rules = (
        gen("b", "low", "primitive.int", min=0, max=500), gen("b", "high", "primitive.int", min=0, max=500),
        of("b", "bounds", column="n", after=[{"column": "low"}], before=[{"column": "high"}]),
    )  # fmt: skip
    [issue] = unmet(engine(schema, *rules, b=200))
    assert (issue.code, issue.path, issue.column) == ("relation_infeasible", "/rules/2", "n")


def test_a_number_beyond_those_of_a_fine_column_is_told_and_not_cut() -> None:
    schema = schema_of(table("b", {"id": "integer#", "n": "integer!", "f": "double precision!"}))
    bound = of("b", "bounds", column="f", after=[{"column": "n", "gap": {"min": 1, "max": 3, "unit": "units"}}])
    for most in (9000, 2_000_000_000):
        rows = everything(engine(schema, gen("b", "n", "primitive.int", min=0, max=most), bound, b=50), "b")
        assert rows.select((pl.col("f") >= pl.col("n") + 1).all()).item()
    far = gen("b", "n", "primitive.int", min=1_900_000_000, max=2_000_000_000)
    assert [code for code, _ in refused(schema, far, bound, b=50)] == ["relation_infeasible"]


def test_a_column_after_one_without_room_is_told_like_it() -> None:
    late = gen("b", "at", "primitive.timestamp", min="2018-01-01T00:00:00", max="2022-01-01T00:00:00")
    until = gen("a", "until", "primitive.timestamp", min="2021-01-01T00:00:00", max="2025-12-01T00:00:00")
    rules = (
        SINCE, until, late,
        of("b", "bounds", column="on", after=[{"column": "at"}], before=[{"column": "a_id.since"}]),
        of("b", "bounds", column="at", after=[{"column": "a_id.until"}], before=[{"column": "a_id.since"}]),
    )  # fmt: skip
    [issue] = unmet(engine(dated(), *rules, a=100, b=400))
    assert issue.code == "relation_infeasible"
    assert "b.at: its bounds leave no value" in issue.message


def test_least_durations_of_a_lifecycle_have_room_before_today() -> None:
    """Parents come early enough for the least of all steps, and what follows a state early enough for its own gap."""
    schema = schema_of(
        table("a", {"id": "integer#", "since": f"{MOMENT}!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "state": "text!", "at": f"{MOMENT}!", "done_at": MOMENT,
                    "reviewed_on": "date"}, key("a_id", "a")),
    )  # fmt: skip
    rules = (
        gen("a", "since", "primitive.timestamp", min="2024-01-01T00:00:00", max="2026-01-01T00:00:00"),
        of("b", "lifecycle", state="state", start="at", initial="new", history_days=60, shares={"new": 1, "done": 3},
           after=[{"column": "a_id.since"}], states=[{"value": "new"}, {"value": "done", "enters": "done_at"}],
           transitions=[{"from": "new", "to": "done", "after": {"min": 20, "typical": 25, "max": 40}}]),
        of("b", "bounds", column="reviewed_on", before=[{"column": "base_date"}],
           after=[{"column": "done_at", "gap": {"min": 9, "max": 12}}]),
    )  # fmt: skip
    made = engine(schema, *rules, a=60, b=600)
    rows = everything(made, "b").join(everything(made, "a"), left_on="a_id", right_on="id")
    done = rows.filter(pl.col("state") == "done")
    assert done.height == 450
    assert rows.select((pl.col("at") >= pl.col("since")).all()).item()
    assert done.select((pl.col("done_at") - pl.col("at")).dt.total_seconds().min()).item() >= 20 * 86400 - 1
    assert done.select((pl.col("reviewed_on") - pl.col("done_at").dt.date()).dt.total_days().min()).item() >= 9
    assert done["reviewed_on"].max().isoformat() <= "2026-01-01"  # type: ignore[union-attr]


def test_families_have_a_tick_for_every_child() -> None:
    """Daily periods of a parent that comes late: it comes early enough for as many days as it has children."""
    schema = schema_of(
        table("a", {"id": "integer#", "since": "date!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "start": "date!", "stop": "date!"}, key("a_id", "a"),
              unique("a_id", "start"), check("order", "stop > start")),
    )  # fmt: skip
    rules = (
        gen("a", "since", "primitive.date", min="2025-06-01", max="2026-01-01"),
        of("b", "periods", within="a_id", start="start", end="stop", open_last=False, after={"column": "a_id.since"}),
    )
    rows = everything(engine(schema, *rules, a=50, b=600), "b")
    assert rows["stop"].max().isoformat() <= "2026-01-01"  # type: ignore[union-attr]
    assert rows.select((pl.col("stop") > pl.col("start")).all()).item()
    assert not rows.select("a_id", "start").is_duplicated().any()


def test_the_largest_family_needs_room_in_a_unique_key() -> None:
    """Children per parent as a rule says: the parent with most children decides whether a key has values enough."""
    schema = schema_of(
        table("a", {"id": "integer#", "n": "integer!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "kind": "integer!"}, key("a_id", "a"),
              unique("a_id", "kind"), check("few", "kind BETWEEN 1 AND 10")),
    )  # fmt: skip
    count = over("a", "n", "b", "a_id", "count")

    def children(most: int) -> Rule:
        return {"type": "foreign_key", "schema": "public", "table": "b", "columns": ["a_id"],
                "children": {"kind": "range", "min": 1, "max": most}}  # fmt: skip

    [(code, message)] = refused(schema, count, children(14), a=40, b=300)
    assert code == "domain_too_small"
    assert "up to 14 rows here, and kind tells 10 apart" in message
    rows = everything(engine(schema, count, children(10), a=40, b=220), "b")
    assert not rows.select("a_id", "kind").is_duplicated().any()


# --- copies in groups -------------------------------------------------------------------------------------------------


def test_copies_of_a_group_are_all_or_none() -> None:
    schema = schema_of(
        table("a", {"id": "integer#", "street": "text!", "city": "text!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "street": "text!", "city": "text!"}, key("a_id", "a")),
    )
    pattern = {"generator": "primitive.text.pattern", "pattern": "[a-z]{12}"}
    own = [gen(name, column, **pattern) for name in ("a", "b") for column in ("street", "city")]
    copies = [of("b", "copy", column=column, share=0.7, group="address", **{"from": f"a_id.{column}"})
              for column in ("street", "city")]  # fmt: skip
    made = engine(schema, *own, *copies, a=100, b=2000)
    rows = everything(made, "b").join(everything(made, "a"), left_on="a_id", right_on="id")
    same = rows.select(street=pl.col("street") == pl.col("street_right"), city=pl.col("city") == pl.col("city_right"))
    assert (same["street"] == same["city"]).all()
    assert 0.66 < same["street"].mean() < 0.74  # type: ignore[operator]
    alone = [{**rule, "group": None} for rule in copies]
    rows = everything(engine(schema, *own, *alone, a=100, b=2000), "b")
    assert rows.height == 2000
    plan, _ = read_plan(plan_of(*own, copies[0], {**copies[1], "share": 0.5}, **(NONE | {"a": 10, "b": 10})))
    found = [(issue.code, issue.path) for issue in validate(plan, schema) if issue.severity == "error"]
    assert found == [("relation_conflict", "/rules/5/share")]


def test_what_may_not_fit_is_named_before_the_run() -> None:
    schema = schema_of(table("a", {"id": "integer#", "n": "integer!", "small": "numeric(5,2)!"}))
    rules = (gen("a", "n", "primitive.int", min=0, max=1000), of("a", "expression", column="small", sql="n * n"))
    plan, _ = read_plan(plan_of(*rules, **(NONE | {"a": 10})))
    [issue] = [issue for issue in survey(plan, schema).issues if issue.code == "relation_overflow"]
    assert (issue.severity, issue.column or "small") == ("warning", "small")
    assert "can become 1,000,000" in issue.message
    too_large = (gen("a", "n", "primitive.int", min=500, max=1000), rules[1])
    with pytest.raises(Infeasible, match="can become 1,000,000"):
        resolve(read_plan(plan_of(*too_large, **(NONE | {"a": 10})))[0], schema)


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_what_follows_a_null_has_a_value_where_a_check_asks_for_one(rate: float) -> None:
    schema = schema_of(
        table("a", {"id": "integer#", "created": MOMENT, "shipped": MOMENT},
              check("c", "created IS NOT NULL OR shipped IS NOT NULL"))
    )  # fmt: skip
    ends = {"min": "2020-01-01T00:00:00", "max": "2025-12-01T00:00:00"}
    after = of("a", "bounds", column="shipped", after=[{"column": "created", "gap": {"min": 1, "max": 40}}])
    rules = (
        gen("a", "created", "primitive.timestamp", **ends) | {"null_rate": 0.4},
        gen("a", "shipped", "primitive.timestamp", **ends) | {"null_rate": rate},
        after,
    )
    rows = everything(engine(schema, *rules, a=400), "a")
    alone = rows.filter(pl.col("created").is_null())
    assert alone.height > 60
    assert alone["shipped"].null_count() == 0
    both = rows.drop_nulls()
    assert both.height > 60
    assert (both["shipped"] > both["created"]).all()
