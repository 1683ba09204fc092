"""Between which numbers the columns of parents and children lie, told before the run from what they are made of.

What follows is used twice: a CHECK on a sum of children holds by construction (``total >= 0``), and a sum that may not
fit its column is named. `datalchemy_nb.resolve.spans` does the same within a row and its ancestors, while tables are
resolved; this needs the children too, and comes when all are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from datalchemy_nb.constraints.parse import columns_of, unwrap
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.circles import Node, made_from
from datalchemy_nb.resolve.dealing import largest
from datalchemy_nb.resolve.family_plan import Entered, InOrder, Numbered, Part, Rolled, Running
from datalchemy_nb.resolve.narrowing import describe
from datalchemy_nb.resolve.phases import RelatedTable, SourcedTable
from datalchemy_nb.resolve.plan import Predicate, ResolvedColumn, ResolvedTable
from datalchemy_nb.resolve.redraw import redraws
from datalchemy_nb.resolve.relations.linear import Linear, Reader
from datalchemy_nb.resolve.sources import (
    Between,
    Bounded,
    CopiedFromParent,
    Decided,
    Drawn,
    FromParent,
    Keyed,
    Reached,
    Repeated,
)
from datalchemy_nb.resolve.spans import Span, domain_span, drifted, holds, scale_of, span_of, stored_span
from datalchemy_nb.resolve.state import Claim

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
        low, high = unwrap(low), unwrap(high)
        if isinstance(low, exp.Column) and isinstance(high, exp.Column):
            if not strict and self._is_part_of(ref, low.name, high.name):
                return True
            if self._follows(ref, low.name, high.name, strict=strict) or self._is_beside(ref, low, high, strict=strict):
                return True
        below, above = self._span(ref, low), self._span(ref, high)
        if below is None or above is None:
            return False
        return below[1] < above[0] if strict else below[1] <= above[0]

    def _follows(self, ref: TableRef, low: str, high: str, *, strict: bool, depth: int = 0) -> bool:
        """Whether bounds, periods or a lifecycle put one value of a row after another."""
        table = self._tables[ref]
        first, last = table.every.get(low), table.every.get(high)
        if first is None or last is None or depth > _DEEPEST:
            return False
        match first.source, last.source:
            case InOrder() as begin, InOrder() as end:
                same = (begin.link, begin.purpose) == (end.link, end.purpose)
                return same and begin.apart and end.following and not begin.following
            case Entered(life, ()), Entered(other):
                return life.purpose == other.purpose and not strict
            case _, Bounded() as source:
                for side in source.after:
                    apart = side.strict or (side.gaps is not None and side.gaps.least > 0 and not source.before)
                    if side.column == low and (apart or not strict) and not last.steps:
                        return True
                    further = side.column is not None and source.follows_null and side.column in table.every
                    if further and self._follows(
                        ref, low, side.column or "", strict=strict and not apart, depth=depth + 1
                    ):
                        return True
        match first.source:
            case Bounded() as source:
                sides = (side for side in source.before if side.column == high and (side.strict or not strict))
                return next(sides, None) is not None and not first.steps
        return False

    def _is_beside(self, ref: TableRef, low: exp.Column, high: exp.Column, *, strict: bool) -> bool:
        """Whether one number is a multiple of the other that leaves no doubt: ``amount * 0.9 <= amount``."""
        found = self._beside(ref, low, high.name)
        if found is not None:
            over = found.more[1] < 0 if strict else found.more[1] <= 0
            if found.times[1] <= 1 and over:
                return True
        found = self._beside(ref, high, low.name)
        if found is None:
            return False
        return found.times[0] >= 1 and (found.more[0] > 0 if strict else found.more[0] >= 0)

    def _beside(self, ref: TableRef, tree: exp.Expr, name: str) -> Linear | None:
        column, span = self._tables[ref].every.get(name), self.of(ref, name)
        if column is None or span is None or span[0] < 0 or not _is_exact(column.dtype):
            return None

        def made(other: str) -> tuple[exp.Expr, int | None] | None:
            known, expression = self._tables[ref].every.get(other), self._trees.get((ref, other))
            if known is None or expression is None or known.steps or known.cases is not None:
                return None
            return expression, scale_of(known.dtype) if _is_exact(known.dtype) else None

        return Reader(name, scale_of(column.dtype), lambda other: self.of(ref, other), made).read(tree)

    def _span(self, ref: TableRef, tree: exp.Expr) -> Span | None:
        spans = {name: self.of(ref, name) for name in columns_of(tree)}
        return span_of(tree, {name: span for name, span in spans.items() if span is not None})

    def _is_part_of(self, ref: TableRef, low: str, high: str) -> bool:
        """Whether a number is the sum of some of the parts that children have of another: of payments received."""
        column = self._tables[ref].every.get(low)
        source = column.source if column is not None else None
        if column is None or not isinstance(source, Rolled) or source.function != "sum" or source.value is None:
            return False
        child = self._tables[source.child]
        part = child.every[source.value]
        if not isinstance(part.source, Part) or part.source.link != source.link:
            return False
        whole, least = child.reaches.get(part.source.whole), self.of(ref, high)
        return (
            whole == Reached((source.link,), high)
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
            found = None if found is None else stored_span(found, column.dtype)
            return self._closer(table.ref, column, tree, found)
        match column.source:
            case Drawn(domain) | Keyed(domain):
                return domain_span(domain)
            case Decided(_, domain):
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

    def _closer(self, ref: TableRef, column: ResolvedColumn, tree: exp.Expr, found: Span | None) -> Span | None:
        """A span, made smaller where the number is a multiple of one that it reads."""
        for name in columns_of(tree) if _is_exact(column.dtype) else ():
            span, beside = self._known.get((ref, name)), self._beside(ref, tree, name)
            if span is None or beside is None:
                continue
            corners = [end * times for end in span for times in beside.times]
            low, high = stored_span((min(corners) + beside.more[0], max(corners) + beside.more[1]), column.dtype)
            found = (low, high) if found is None else (max(found[0], low), min(found[1], high))
        return found

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
    draft: SourcedTable,
    table: ResolvedTable,
    claims: tuple[Claim, ...],
    intervals: Intervals,
    inputs: Mapping[Node, tuple[Node, ...]],
) -> tuple[ResolvedTable, tuple[Claim, ...]]:
    """Return the table without the redraws that are not needed, or not possible, and what is left to prove.

    A condition that the numbers prove needs none. One that reads what is made, over rows above and below, from the very
    columns that would be drawn again (``paid <= total``, where payments share the total) cannot be met so: it is
    measured like other conditions on what relations decide.
    """
    left, more = list[Predicate](), list(claims)
    for group in table.groups:
        drawn = {(draft.ref, name) for name in group.columns}
        for predicate in group.predicates:
            read = [(draft.ref, name) for name in predicate.columns if name not in group.columns]
            if intervals.prove(draft.ref, predicate.sql):
                draft.account.proved(predicate.name, predicate.columns, "held", _PROVED)
            elif made_from(inputs, read) & drawn:
                draft.account.measured(predicate.name, predicate.columns)
                more.append(Claim(predicate, draft.left.limits.get(predicate.sql)))
            else:
                left.append(predicate)
    if len(left) == sum(len(group.predicates) for group in table.groups):
        return table, tuple(more)
    again = redraws(draft, left)
    return replace(table, groups=again.groups), (*more, *again.claims)


_PROVED = "the numbers it is made of prove it"


def prove(draft: RelatedTable, table: ResolvedTable, claims: Iterable[Claim], intervals: Intervals) -> ResolvedTable:
    """Return the table with the conditions that are left to be measured; refuse those that cannot hold, and warn of
    sums that may be too large for their column."""
    left = []
    for claim in claims:
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
        if isinstance(column.source, Rolled | Running) or draft.columns[column.name].tree is not None:
            _name_overflow(draft, column, intervals.of(draft.ref, column.name))
    return replace(table, verified=tuple(left))


def _name_overflow(draft: RelatedTable, column: ResolvedColumn, known: Span | None) -> None:
    most = capacity(column.dtype)
    if most is None or known is None or max(-known[0], known[1]) <= most:
        return
    least = min(abs(known[0]), abs(known[1])) if known[0] > 0 or known[1] < 0 else Fraction(0)
    worst = _shown(max(-known[0], known[1]))
    message = f"{draft.name_of(column.name)} is {column.slot.type_name}, and can become {worst}"
    where = pointer("rules", draft.decided.get(column.name, 0), "column")
    if least > most:
        draft.refuse(
            "relation_overflow", where, message, "let the column hold more digits, or narrow what it is made of"
        )
    elif draft.columns[column.name].tree is not None:
        hint = "a row that does not fit ends the run; let the column hold more digits, or narrow what it is made of"
        draft.warn("relation_overflow", where, message, hint)
    else:
        hint = "a row that does not fit ends the run; narrow what it adds up, or ask for fewer children per parent"
        draft.warn("relation_overflow", where, message, hint)


def _is_exact(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or isinstance(dtype, pl.Decimal)


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
