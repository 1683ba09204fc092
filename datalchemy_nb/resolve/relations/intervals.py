"""Between which numbers a column lies, told before the run from the domains it is made of.

What follows is used twice: a CHECK on a sum of children holds by construction (``total >= 0``), and a sum that may not
fit its column is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import numpy as np
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, OrderedDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, Limit
from datalchemy_nb.domains.number import exact
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.dealing import largest
from datalchemy_nb.resolve.family_plan import Numbered, Part, Rolled, Running
from datalchemy_nb.resolve.narrowing import describe
from datalchemy_nb.resolve.plan import (
    Between,
    Computed,
    CopiedFromParent,
    Drawn,
    FromParent,
    Keyed,
    ResolvedColumn,
    ResolvedTable,
)
from datalchemy_nb.resolve.state import TableDraft

Tables = Mapping[TableRef, ResolvedTable]
Interval = tuple[Fraction, Fraction]
_DEEPEST = 24


def prove(draft: TableDraft, tables: Tables) -> ResolvedTable:
    """Return the table with the conditions that are left to be measured; refuse those that cannot hold, and warn of
    sums that may be too large for their column."""
    table = tables[draft.ref]
    left = []
    for claim in draft.verified:
        predicate = claim.predicate
        known = bounds(tables, draft.ref, predicate.columns[0]) if claim.limit is not None else None
        holds = None if known is None or claim.limit is None else _holds(known, claim.limit)
        if known is None or holds is None or claim.limit is None:
            left.append(predicate)
            continue
        told = f"{draft.name_of(predicate.columns[0])} lies between {_shown(known[0])} and {_shown(known[1])}"
        draft.account.proved(predicate.name, predicate.columns, "held" if holds else "impossible", told)
        if not holds:
            draft.refuse(
                "relation_check",
                pointer("rules", draft.decided.get(predicate.columns[0], 0)),
                f"{told}: CHECK {predicate.name} asks for {describe(claim.limit)}",
                "change what it is made of",
            )
    for column in table.columns:
        _name_overflow(draft, tables, column)
    return replace(table, verified=tuple(left))


def _shown(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.2f}"


def _holds(known: Interval, limit: Limit) -> bool | None:
    """Whether all (none) of an interval satisfies a limit; None where only some does, or nobody can tell."""
    low, high = known
    bound = exact(limit.bound) if isinstance(limit, AtLeast | AtMost) else None
    if bound is None:
        return None
    if isinstance(limit, AtMost):
        low, high, bound = -high, -low, -bound
    assert isinstance(limit, AtLeast | AtMost)
    if low > bound or (low == bound and not limit.strict):
        return True
    return False if high < bound or (high == bound and limit.strict) else None


def _name_overflow(draft: TableDraft, tables: Tables, column: ResolvedColumn) -> None:
    if not isinstance(column.source, Rolled | Running):
        return
    most = capacity(column.dtype)
    known = bounds(tables, draft.ref, column.name)
    if most is None or known is None or max(-known[0], known[1]) <= most:
        return
    worst = max(-known[0], known[1])
    least = min(abs(known[0]), abs(known[1])) if known[0] > 0 or known[1] < 0 else Fraction(0)
    message = f"{draft.name_of(column.name)} is {column.slot.type_name}, and can become {_shown(worst)}"
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


def bounds(tables: Tables, ref: TableRef, name: str, depth: int = 0) -> Interval | None:
    """Return the numbers between which a column lies where it is not null; None where nobody can tell."""
    table = tables[ref]
    if depth > _DEEPEST:
        return None
    reached = table.reaches.get(name)
    if reached is not None:
        for position in reached.links:
            table = tables[table.links[position].target]
        return bounds(tables, table.ref, reached.column, depth + 1)
    column = table.every.get(name)
    if column is None or column.steps:
        return None
    found = _of_source(tables, table, column, depth)
    if column.cases is not None:
        for case in column.cases.cases:
            found = _joined(found, _of_domain(case.domain)) if case.domain is not None else found
    return found


def _of_source(tables: Tables, table: ResolvedTable, column: ResolvedColumn, depth: int) -> Interval | None:
    match column.source:
        case Drawn(domain) | Keyed(domain):
            return _of_domain(domain)
        case Between():
            return _of_domain(column.source.domain)
        case FromParent(link, name) | CopiedFromParent(link, name):
            return bounds(tables, table.links[link].target, name, depth + 1)
        case Numbered(link, start):
            return Fraction(start), Fraction(start + _largest(table, link) - 1)
        case Part(_, whole, _):
            return _joined(bounds(tables, table.ref, whole, depth + 1), (Fraction(0), Fraction(0)))
        case Running(link, value, start):
            return _sum(
                _times(bounds(tables, table.ref, value, depth + 1), 1, _largest(table, link)),
                (Fraction(0), Fraction(0)) if start is None else bounds(tables, table.ref, start, depth + 1),
            )
        case Rolled():
            return _of_children(tables, column.source, depth)
        case Computed(expression, _):
            return _of_sql(tables, table, expression, depth)
        case _:
            return None


def _largest(table: ResolvedTable, link: int) -> int:
    way = table.links[link]
    return largest(way.pointing, table.rows, way.target_rows)


def _of_children(tables: Tables, source: Rolled, depth: int) -> Interval | None:
    child = tables[source.child]
    most = _largest(child, source.link)
    if source.value is None:
        return Fraction(0), Fraction(most)
    value = bounds(tables, source.child, source.value, depth + 1)
    if source.function == "sum":
        return _times(value, 0, most)
    zero = (Fraction(0), Fraction(0))
    return value if source.empty == "null" else _joined(value, zero)


def _of_domain(domain: Domain) -> Interval | None:
    if isinstance(domain, OrderedDomain):
        low, high = exact(domain.lower), exact(domain.upper)
        return None if low is None or high is None else (low, high)
    if domain.category in ("integer", "decimal", "float") and domain.size <= FILTER_SIZE:
        values = [exact(value) for value in set(domain.take(np.arange(domain.size, dtype=np.uint64)).to_list())]
        known = [value for value in values if value is not None]
        return (min(known), max(known)) if len(known) == len(values) and known else None
    return None


def _joined(left: Interval | None, right: Interval | None) -> Interval | None:
    return None if left is None or right is None else (min(left[0], right[0]), max(left[1], right[1]))


def _sum(left: Interval | None, right: Interval | None) -> Interval | None:
    return None if left is None or right is None else (left[0] + right[0], left[1] + right[1])


def _product(left: Interval | None, right: Interval | None) -> Interval | None:
    if left is None or right is None:
        return None
    corners = [one * other for one in left for other in right]
    return min(corners), max(corners)


def _times(value: Interval | None, least: int, most: int) -> Interval | None:
    return _product(value, (Fraction(least), Fraction(max(most, least))))


# --- expressions ------------------------------------------------------------------------------------------------------


def _of_sql(tables: Tables, table: ResolvedTable, text: str, depth: int) -> Interval | None:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except SqlglotError:
        return None
    return _of_tree(tables, table, tree, depth)


def _of_tree(tables: Tables, table: ResolvedTable, node: exp.Expr, depth: int) -> Interval | None:
    def inner(part: exp.Expr) -> Interval | None:
        return _of_tree(tables, table, part, depth)

    match node:
        case exp.Paren() | exp.Cast():
            return inner(node.this)
        case exp.Column():
            return bounds(tables, table.ref, node.name, depth + 1)
        case exp.Literal() if not node.is_string:
            number = Fraction(str(node.this))
            return number, number
        case exp.Neg():
            return _product(inner(node.this), (Fraction(-1), Fraction(-1)))
        case exp.Add():
            return _sum(inner(node.this), inner(node.expression))
        case exp.Sub():
            return _sum(inner(node.this), _product(inner(node.expression), (Fraction(-1), Fraction(-1))))
        case exp.Mul():
            return _product(inner(node.this), inner(node.expression))
        case exp.Div() if isinstance(node.expression, exp.Literal) and float(str(node.expression.this)):
            share = 1 / Fraction(str(node.expression.this))
            return _product(inner(node.this), (share, share))
        case exp.Round():
            value = inner(node.this)
            return _sum(value, (Fraction(-1 if value is not None and value[0] < 0 else 0), Fraction(1)))
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return reduce(_joined, [inner(part) for part in (node.this, *node.expressions)])
        case exp.Case():
            branches = [branch.args["true"] for branch in node.args["ifs"]]
            rest = node.args.get("default")
            return reduce(_joined, [inner(part) for part in (*branches, *([rest] if rest is not None else []))])
        case _:
            return None
