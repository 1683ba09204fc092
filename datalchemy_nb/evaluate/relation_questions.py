"""Questions about rows, put together into few queries, and their answers."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import duckdb

from datalchemy_nb.contracts.metrics import RelationExample, RelationStat
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import REDACTED
from datalchemy_nb.contracts.relations import HistoryRule, OrderedRule, PositionRule, RelationRule
from datalchemy_nb.evaluate import at_hand
from datalchemy_nb.evaluate.relation_rows import Data, Rows, Value
from datalchemy_nb.evaluate.workspace import one_row

_SHOWN = 80
_FLOAT = 1e-9


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that every row must satisfy.

    Attributes:
        says: what must be so, after the column's name.
        ok: the condition; null is no.
        asked: of which rows.
        cells: what is shown of a row that deviates.
    """

    says: str
    ok: str
    asked: str = "true"
    cells: tuple[Value, ...] = ()

    def columns(self) -> list[str]:
        """What the query of all rows counts."""
        asked = f"({self.asked}) IS TRUE"
        return [f"count(*) FILTER (WHERE {asked})", f"count(*) FILTER (WHERE {asked} AND {self.deviates})"]

    @property
    def deviates(self) -> str:
        """The condition turned round."""
        return f"({self.ok}) IS NOT TRUE"


@dataclass(frozen=True, slots=True)
class Families:
    """A condition over the children of a parent together.

    Attributes:
        key: columns of the foreign key.
        ok: a condition over aggregates of a parent's children.
    """

    says: str
    key: tuple[str, ...]
    ok: str
    cells: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of the rows are so.

    Attributes:
        parts: what is counted: a name and a condition each.
        judged: whether the counts, of so many rows, are as the plan says; and what it says.
    """

    says: str
    parts: tuple[tuple[str, str], ...]
    judged: Callable[[int, Sequence[int]], bool]
    asked: str = "true"
    cells: tuple[Value, ...] = ()

    def columns(self) -> list[str]:
        """What the query of all rows counts."""
        asked = f"({self.asked}) IS TRUE"
        counts = (f"count(*) FILTER (WHERE {asked} AND ({condition}) IS TRUE)" for _, condition in self.parts)
        return [f"count(*) FILTER (WHERE {asked})", *counts]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a rule, and the rows it is asked of."""

    index: int
    rule: RelationRule
    column: str
    rows: Rows
    question: Question | Families | Shares

    def answer(self, **more: object) -> RelationStat:
        """The entry of metrics.json."""
        return stat(self.index, self.rule, self.rows.ref, self.column, self.question.says, **more)


def stat(index: int, rule: RelationRule, ref: TableRef, column: str, says: str, **more: object) -> RelationStat:
    """The entry of metrics.json: of the rows of a table, which may be one above the rule's own."""
    fields = {"rule": index, "relation": rule.type, "schema": ref.schema, "table": ref.table, "column": column}
    return RelationStat.model_validate({**fields, "expected": says, **more})


def ask(data: Data, asked: Sequence[Asked], examples: int) -> Iterator[tuple[Asked, RelationStat]]:
    """Answer questions: all about the rows of one table in one query, all about one kind of family in another."""
    for rows in {id(one.rows): one.rows for one in asked}.values():
        own = [one for one in asked if one.rows is rows]
        plain = [one for one in own if not isinstance(one.question, Families)]
        yield from _together(data, rows, plain, _of_rows, examples)
        families = [one for one in own if isinstance(one.question, Families)]
        for key in dict.fromkeys(one.question.key for one in families if isinstance(one.question, Families)):
            kind = [one for one in families if isinstance(one.question, Families) and one.question.key == key]
            yield from _together(data, rows, kind, _of_families, examples)


Answers = Callable[[Data, Rows, Sequence[Asked], int], list[RelationStat]]


def _together(
    data: Data, rows: Rows, asked: Sequence[Asked], answers: Answers, examples: int
) -> Iterator[tuple[Asked, RelationStat]]:
    """In one query; where that fails, in one each, so that only what fails has no answer."""
    if not asked:
        return
    try:
        yield from zip(asked, answers(data, rows, asked, examples), strict=True)
    except duckdb.Error as error:
        if len(asked) > 1:
            for one in asked:
                yield from _together(data, rows, [one], answers, examples)
        else:
            # The error's own words may hold a value.
            why = f"DuckDB cannot compute it ({type(error).__name__})"
            yield asked[0], asked[0].answer(status="not_evaluated", found=why)


def _of_rows(data: Data, rows: Rows, asked: Sequence[Asked], examples: int) -> list[RelationStat]:
    known = _at_hand(rows, asked)
    selected = [
        column
        for one, counts in zip(asked, known, strict=True)
        if counts is None and not isinstance(one.question, Families)
        for column in one.question.columns()
    ]
    told = iter(one_row(data.con, f"SELECT {', '.join(selected)} FROM ({rows.flat()})") if selected else ())
    found = []
    for one, at in zip(asked, known, strict=True):
        row = told if at is None else iter(at)
        question, total = one.question, int(next(row))
        if isinstance(question, Shares):
            counts = [int(next(row)) for _ in question.parts]
            ok = not total or question.judged(total, counts)
            shares = ", ".join(
                f"{name} {count / max(total, 1):.1%}" for (name, _), count in zip(question.parts, counts, strict=True)
            )
            found.append(one.answer(status="holds" if ok else "deviates", rows=total, found=shares))
        elif isinstance(question, Question):
            count = int(next(row))
            where = f"({question.asked}) IS TRUE AND {question.deviates}"
            shown = _examples(data, rows, question.cells, where, examples) if count else []
            found.append(_counted(one, total, count, shown))
    return found


def _at_hand(rows: Rows, asked: Sequence[Asked]) -> list[tuple[int, int] | None]:
    """Counts of rows that questions are asked of, and of those that deviate; None where a query must tell."""
    few = rows.holders[0].few
    if few is None or not rows.at_hand:
        return [None] * len(asked)
    found: list[tuple[int, int] | None] = []
    for one in asked:
        question = one.question
        counts = None
        if isinstance(question, Question):
            with suppress(at_hand.NotAtHand):
                total = at_hand.count((question.asked,), few.rows, rows.vector)
                deviating = at_hand.count((question.asked, question.deviates), few.rows, rows.vector)
                counts = (total, deviating)
        found.append(counts)
    return found


def _of_families(data: Data, rows: Rows, asked: Sequence[Asked], examples: int) -> list[RelationStat]:
    questions = [one.question for one in asked if isinstance(one.question, Families)]
    key = questions[0].key
    oks = ", ".join(f"({question.ok}) IS TRUE AS ok{i}" for i, question in enumerate(questions))
    present = " AND ".join(f"{name} IS NOT NULL" for name in key)
    grouped = (
        f"SELECT count(*) AS n, min(rid) AS first, {oks} FROM ({rows.flat()}) WHERE {present} GROUP BY {', '.join(key)}"
    )
    counts = ", ".join(
        f"coalesce(sum(n) FILTER (WHERE NOT ok{i}), 0), min(first, {max(examples, 1)}) FILTER (WHERE NOT ok{i})"
        for i in range(len(questions))
    )
    total, *row = one_row(data.con, f"SELECT coalesce(sum(n), 0), {counts} FROM ({grouped})")
    found = []
    for one, question, count, first in zip(asked, questions, row[::2], row[1::2], strict=True):
        listed = ", ".join(map(str, first or ()))
        shown = _examples(data, rows, question.cells, f"rid IN ({listed})", examples) if count and listed else []
        found.append(_counted(one, int(total), int(count), shown))
    return found


def _counted(one: Asked, total: int, count: int, examples: Sequence[RelationExample]) -> RelationStat:
    status = "deviates" if count else "holds"
    return one.answer(status=status, rows=total, deviating=count, examples=tuple(examples))


def _examples(data: Data, rows: Rows, cells: Sequence[Value], where: str, most: int) -> list[RelationExample]:
    if not most:
        return []
    listed = "".join(f", {cell.text}" for cell in cells)
    query = f"SELECT rid{listed} FROM ({rows.flat()}) WHERE {where} ORDER BY rid LIMIT {most}"
    return [
        RelationExample(
            row_index=int(row) + 1 if rows.numbered else None,
            cells={cell.path: _cell(cell, value) for cell, value in zip(cells, values, strict=True)},
        )
        for row, *values in data.con.execute(query).fetchall()
    ]


def _cell(cell: Value, value: str | None) -> str | None:
    if cell.column.tag is not None:
        return REDACTED
    return value if value is None or len(value) <= _SHOWN else f"{value[:_SHOWN]}..."


# --- what questions are made of ---------------------------------------------------------------------------------------


def same(own: Value, sql: str) -> str:
    """A condition: a column holds a value, rounded and cast as PostgreSQL assigns it; null is equal to null."""
    reading = own.column.reading
    if reading.family == "float":
        near = f"abs({own.sql} - ({sql})) <= {_FLOAT} * greatest(1, abs({own.sql}))"
        return f"(({own.sql} IS NULL AND ({sql}) IS NULL) OR {near})"
    if reading.family == "decimal":
        # A quotient is a double here: it may lie on either side of a half.
        step = tick(own)
        near = (
            f"abs({own.sql}::DOUBLE - ({sql})::DOUBLE) <= 0.5 * {step} + {_FLOAT} * greatest(1, abs({own.sql}::DOUBLE))"
        )
        exact = f"{own.sql} IS NOT DISTINCT FROM CAST(({sql}) AS {reading.sql_type})"
        return f"CASE WHEN typeof({sql}) = 'DOUBLE' AND ({sql}) IS NOT NULL THEN {near} ELSE {exact} END"
    if reading.family == "enum":
        return f"{own.text} IS NOT DISTINCT FROM CAST(({sql}) AS VARCHAR)"
    return f"{own.sql} IS NOT DISTINCT FROM CAST(({sql}) AS {reading.sql_type})"


def tick(value: Value) -> str:
    """The smallest step of a number."""
    sql_type = value.sql_type
    scale = int(sql_type.partition(",")[2].rstrip(")") or 0) if sql_type.startswith("DECIMAL") else 0
    return "1" if scale == 0 else f"0.{'0' * (scale - 1)}1"


def ordered(a: str, a_type: str, sign: str, b: str, b_type: str) -> str:
    """A condition: two values compared. DuckDB looks up the zone of each date that it compares with a moment of one.

    All zones are UTC here, so that microseconds tell the same. Endless moments have none, and are compared as they are.
    """
    compared = f"{a} {sign} {b}"
    if {a_type, b_type} != {"DATE", "TIMESTAMPTZ"}:
        return compared
    return f"coalesce(epoch_us({a}) {sign} epoch_us({b}), {compared})"


def not_before(late: str, late_type: str, early: str, early_type: str) -> str:
    """A condition: one moment is not before another. A date of a moment may be the day it ends on."""
    if early_type == "DATE" and late_type != "DATE":
        return f"{late} > {early} - INTERVAL 1 DAY"
    return ordered(late, late_type, ">=", early, early_type)


def same_moment(a: Value, sql: str, sql_type: str) -> str:
    """A condition: a moment is another; the date of a moment is the day it lies on or ends on."""
    if a.sql_type == "DATE" and sql_type != "DATE":
        ceiling = f"({sql} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)::DATE"
        return f"({a.sql} IS NOT DISTINCT FROM ({sql})::DATE OR {a.sql} IS NOT DISTINCT FROM {ceiling})"
    if a.sql_type != "DATE" and sql_type == "DATE":
        near = f"abs(epoch({a.sql}) - epoch({sql}::TIMESTAMP)) <= 86400"
        return f"({near} OR ({a.sql} IS NULL AND {sql} IS NULL))"
    return f"{a.sql} IS NOT DISTINCT FROM {sql}"


def place(data: Data, rows: Rows, within: str) -> Value | None:
    """The column that tells a row's place among the children of its parent; None where nothing does."""
    key = {value.sql for value in rows.key(within)}
    late: Value | None = None
    for _, rule in data.plan.relations:
        if rule.ref != rows.ref:
            continue
        if isinstance(rule, PositionRule) and key == {value.sql for value in rows.key(rule.within)}:
            return rows.column(rule.column)
        if isinstance(rule, HistoryRule) and rule.position and key == {value.sql for value in rows.key(rule.of)}:
            return rows.column(rule.position)
        if isinstance(rule, OrderedRule) and key == {value.sql for value in rows.key(rule.within)}:
            moment = rows.column(rule.column)
            late = late or (moment if moment.sql_type != "DATE" else None)
    return late
