"""Between which numbers the columns of parents and children lie, told before the run from what they are made of.

What follows is used twice: a CHECK on a sum of children holds by construction (``total >= 0``), and a sum that may not
fit its column is named. `datalchemy_nb.resolve.spans` does the same within a row and its ancestors, while tables are
resolved; this needs the children too, and comes when all are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from datalchemy_nb.constraints.parse import columns_of, unwrap
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.dealing import largest
from datalchemy_nb.resolve.family_plan import Numbered, Part, Rolled, Running
from datalchemy_nb.resolve.narrowing import describe
from datalchemy_nb.resolve.plan import (
    Between,
    CopiedFromParent,
    Drawn,
    FromParent,
    Keyed,
    Predicate,
    Reached,
    Repeated,
    ResolvedColumn,
    ResolvedTable,
)
from datalchemy_nb.resolve.redraw import redraw_groups
from datalchemy_nb.resolve.relations.circles import Node, made_from
from datalchemy_nb.resolve.spans import Span, domain_span, drifted, holds, scale_of, span_of, stored_span
from datalchemy_nb.resolve.state import Claim, TableDraft

_DEEPEST = 24
_NOTHING: Span = (Fraction(0), Fraction(0))


class Intervals:
    """Between which numbers columns lie.

    Args:
        tables: all of the plan.
        trees: the expressions of columns that have one.
    """

    def __init__(
        self, tables: Mapping[TableRef, ResolvedTable], trees: Mapping[tuple[TableRef, str], exp.Expr]
    ) -> None:
        self._tables, self._trees = tables, trees
        self._known: dict[tuple[TableRef, str], Span | None] = {}

    def of(self, ref: TableRef, name: str, depth: int = 0) -> Span | None:
        """Return the numbers between which a column lies where it is not null; None where nobody can tell."""
        place = ref, name
        if place not in self._known:
            self._known[place] = None if depth > _DEEPEST else self._find(ref, name, depth + 1)
        return self._known[place]

    def prove(self, ref: TableRef, sql: str) -> bool:
        """Whether a condition on columns of a table holds wherever none of them is null.

        Args:
            ref: the table.
            sql: the condition, in DuckDB's dialect.
        """
        try:
            return self._proved(ref, sqlglot.parse_one(sql, dialect="duckdb"))
        except ParseError:
            return False

    def _proved(self, ref: TableRef, tree: exp.Expr) -> bool:
        node = unwrap(tree)
        match node:
            case exp.And():
                return self._proved(ref, node.this) and self._proved(ref, node.expression)
            case exp.Or():
                return self._proved(ref, node.this) or self._proved(ref, node.expression)
            case exp.GTE() | exp.GT():
                low, high = node.expression, node.this
            case exp.LTE() | exp.LT():
                low, high = node.this, node.expression
            case _:
                return False
        strict = isinstance(node, exp.GT | exp.LT)
        if not strict and self._is_part_of(ref, unwrap(low), unwrap(high)):
            return True
        below, above = self._span(ref, low), self._span(ref, high)
        if below is None or above is None:
            return False
        return below[1] < above[0] if strict else below[1] <= above[0]

    def _span(self, ref: TableRef, tree: exp.Expr) -> Span | None:
        spans = {name: self.of(ref, name) for name in columns_of(tree)}
        return span_of(tree, {name: span for name, span in spans.items() if span is not None})

    def _is_part_of(self, ref: TableRef, low: exp.Expr, high: exp.Expr) -> bool:
        """Whether a number is the sum of some of the parts that children have of another: of payments received."""
        if not isinstance(low, exp.Column) or not isinstance(high, exp.Column):
            return False
        column = self._tables[ref].every.get(low.name)
        source = column.source if column is not None else None
        if column is None or not isinstance(source, Rolled) or source.function != "sum" or source.value is None:
            return False
        child = self._tables[source.child]
        part = child.every[source.value]
        if not isinstance(part.source, Part) or part.source.link != source.link:
            return False
        whole, least = child.reaches.get(part.source.whole), self.of(ref, high.name)
        return (
            whole == Reached((source.link,), high.name)
            and least is not None
            and least[0] >= 0
            and scale_of(column.dtype) >= scale_of(part.dtype)
        )

    def _find(self, ref: TableRef, name: str, depth: int) -> Span | None:
        table = self._tables[ref]
        reached = table.reaches.get(name)
        if reached is not None:
            for position in reached.links:
                table = self._tables[table.links[position].target]
            return self.of(table.ref, reached.column, depth)
        column = table.every.get(name)
        if column is None or column.steps:
            return None
        found = self._of_source(table, column, depth)
        if column.cases is not None:
            for case in column.cases.cases:
                found = _joined(found, domain_span(case.domain)) if case.domain is not None else found
        return found

    def _of_source(self, table: ResolvedTable, column: ResolvedColumn, depth: int) -> Span | None:
        tree = self._trees.get((table.ref, column.name))
        if tree is not None:
            spans = {name: self.of(table.ref, name, depth) for name in columns_of(tree)}
            found = span_of(tree, {name: span for name, span in spans.items() if span is not None})
            return None if found is None else stored_span(found, column.dtype)
        match column.source:
            case Drawn(domain) | Keyed(domain):
                return domain_span(domain)
            case Between():
                return domain_span(column.source.domain)
            case FromParent(link, name) | CopiedFromParent(link, name):
                return self.of(table.links[link].target, name, depth)
            case Repeated(str() as name, _, own, _, drift, _):
                copied = drifted(self.of(table.ref, name, depth), drift)
                return copied if own is None else _joined(copied, domain_span(own.domain))
            case Numbered(link, start):
                return Fraction(start), Fraction(start + _largest(table, link) - 1)
            case Part(_, whole, _):
                return _joined(self.of(table.ref, whole, depth), _NOTHING)
            case Running(link, value, start):
                before = _NOTHING if start is None else self.of(table.ref, start, depth)
                return _sum(_times(self.of(table.ref, value, depth), 0, _largest(table, link)), before)
            case Rolled():
                return self._of_children(column.source, depth)
            case _:
                return None

    def _of_children(self, source: Rolled, depth: int) -> Span | None:
        child = self._tables[source.child]
        most = _largest(child, source.link)
        if source.value is None:
            return Fraction(0), Fraction(most)
        value = self.of(source.child, source.value, depth)
        if source.function == "sum":
            return _times(value, 0, most)
        return value if source.empty == "null" else _joined(value, _NOTHING)


# --- what follows from them -------------------------------------------------------------------------------------------


def settle_groups(
    draft: TableDraft, table: ResolvedTable, intervals: Intervals, inputs: Mapping[Node, tuple[Node, ...]]
) -> ResolvedTable:
    """Return the table without the redraws that are not needed, or not possible.

    A condition that the numbers prove needs none. One that reads what is made, over rows above and below, from the very
    columns that would be drawn again (``paid <= total``, where payments share the total) cannot be met so: it is
    measured like other conditions on what relations decide.
    """
    left: list[Predicate] = []
    for group in table.groups:
        drawn = {(draft.ref, name) for name in group.columns}
        for predicate in group.predicates:
            read = [(draft.ref, name) for name in predicate.columns if name not in group.columns]
            if intervals.prove(draft.ref, predicate.sql):
                draft.account.proved(predicate.name, predicate.columns, "held", _PROVED)
            elif made_from(inputs, read) & drawn:
                draft.account.measured(predicate.name, predicate.columns)
                draft.verified.append(Claim(predicate, draft.limits_asked.get(predicate.sql)))
            else:
                left.append(predicate)
    if len(left) == sum(len(group.predicates) for group in table.groups):
        return table
    return replace(table, groups=redraw_groups(draft, left, draft.keyed))


_PROVED = "the numbers it is made of prove it"


def prove(draft: TableDraft, table: ResolvedTable, intervals: Intervals) -> ResolvedTable:
    """Return the table with the conditions that are left to be measured; refuse those that cannot hold, and warn of
    sums that may be too large for their column."""
    left = []
    for claim in draft.verified:
        predicate = claim.predicate
        if intervals.prove(draft.ref, predicate.sql):
            draft.account.proved(predicate.name, predicate.columns, "held", _PROVED)
            continue
        known = intervals.of(draft.ref, predicate.columns[0]) if claim.limit is not None else None
        sure = holds(known, claim.limit) if claim.limit is not None else None
        if known is None or sure is None or claim.limit is None:
            left.append(predicate)
            continue
        told = f"{draft.name_of(predicate.columns[0])} lies between {_shown(known[0])} and {_shown(known[1])}"
        draft.account.proved(predicate.name, predicate.columns, "held" if sure else "impossible", told)
        if not sure:
            draft.refuse(
                "relation_check",
                pointer("rules", draft.decided.get(predicate.columns[0], 0)),
                f"{told}: CHECK {predicate.name} asks for {describe(claim.limit)}",
                "change what it is made of",
            )
    for column in table.columns:
        if isinstance(column.source, Rolled | Running):
            _name_overflow(draft, column, intervals.of(draft.ref, column.name))
    return replace(table, verified=tuple(left))


def _name_overflow(draft: TableDraft, column: ResolvedColumn, known: Span | None) -> None:
    most = capacity(column.dtype)
    if most is None or known is None or max(-known[0], known[1]) <= most:
        return
    least = min(abs(known[0]), abs(known[1])) if known[0] > 0 or known[1] < 0 else Fraction(0)
    worst = _shown(max(-known[0], known[1]))
    message = f"{draft.name_of(column.name)} is {column.slot.type_name}, and can become {worst}"
    where = pointer("rules", draft.decided.get(column.name, 0), "column")
    if least > most:
        draft.refuse("relation_overflow", where, message, "let the column hold more digits, or narrow what it adds up")
    else:
        hint = "a row that does not fit ends the run; narrow what it adds up, or ask for fewer children per parent"
        draft.warn("relation_overflow", where, message, hint)


def capacity(dtype: pl.DataType) -> int | None:
    """Return the largest number of a type; None where there is none to speak of."""
    if isinstance(dtype, pl.Decimal):
        return int(10 ** ((dtype.precision or 38) - dtype.scale)) - 1
    sizes = {pl.Int16: 15, pl.Int32: 31, pl.Int64: 63}
    return next(((1 << bits) - 1 for kind, bits in sizes.items() if isinstance(dtype, kind)), None)


def _shown(number: Fraction) -> str:
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,.2f}"


def _largest(table: ResolvedTable, link: int) -> int:
    way = table.links[link]
    return largest(way.pointing, table.size, way.target_rows)


def _joined(left: Span | None, right: Span | None) -> Span | None:
    return None if left is None or right is None else (min(left[0], right[0]), max(left[1], right[1]))


def _sum(left: Span | None, right: Span | None) -> Span | None:
    return None if left is None or right is None else (left[0] + right[0], left[1] + right[1])


def _times(value: Span | None, least: int, most: int) -> Span | None:
    if value is None:
        return None
    corners = [one * times for one in value for times in (least, max(most, least))]
    return min(corners), max(corners)
