"""Conditions that are a choice between branches: ORs, and counts of nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from sqlglot import exp

from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, Limit, Matches, NoneOf, OneOf
from datalchemy_nb.planning.checks.facts import Fact, Narrow, NotNull, Null
from datalchemy_nb.planning.checks.parse import column_name, conjuncts, disjuncts, unwrap

_CONDITIONS = (exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Not, exp.Like, exp.RegexpLike)
MOST_JOINED = 256
"""Of choices that are joined, at most so many combinations are built."""
MOST = 16
"""Conditions with more branches are left to redraw."""
Branch = tuple[Narrow | NotNull | Null, ...]


def branches_of(node: exp.Expr, facts: Callable[[exp.Expr], Iterator[Fact]]) -> tuple[Branch, ...]:
    """Return the branches of a condition, or nothing when it is no such choice.

    Args:
        node: the condition.
        facts: classifies one conjunct.
    """
    found = _same_truth(node, facts) or _counted(node) or _disjunction(node, facts)
    return found if 1 < len(found) <= MOST else ()


def _disjunction(node: exp.Expr, facts: Callable[[exp.Expr], Iterator[Fact]]) -> tuple[Branch, ...]:
    parts = list(disjuncts(node))
    if len(parts) < 2:
        return ()
    branches: list[Branch] = []
    for part in parts:
        found = [fact for conjunct in conjuncts(part) for fact in facts(conjunct)]
        simple = tuple(fact for fact in found if isinstance(fact, Narrow | NotNull | Null))
        if len(simple) < len(found):
            return ()
        branches.append(simple)
    return tuple(branches)


def _same_truth(node: exp.Expr, facts: Callable[[exp.Expr], Iterator[Fact]]) -> tuple[Branch, ...]:
    """``A = B`` and ``A <> B`` between conditions such as ``x IS NULL`` and ``status = 'paid'``."""
    if not isinstance(node, exp.EQ | exp.NEQ):
        return ()
    left, right = unwrap(node.this), unwrap(node.expression)
    if not all(isinstance(side, _CONDITIONS) for side in (left, right)):
        return ()
    a, b = _single(left, facts), _single(right, facts)
    if a is None or b is None:
        return ()
    not_a, not_b = negation(a), negation(b)
    if not_a is None or not_b is None:
        return ()
    if isinstance(node, exp.EQ):
        return ((a, b), (not_a, not_b))
    return ((a, not_b), (not_a, b))


def _single(node: exp.Expr, facts: Callable[[exp.Expr], Iterator[Fact]]) -> Narrow | NotNull | Null | None:
    found = list(facts(node))
    simple = found[0] if len(found) == 1 else None
    return simple if isinstance(simple, Narrow | NotNull | Null) else None


def negation(fact: Narrow | NotNull | Null) -> Narrow | NotNull | Null | None:
    """The fact that holds where this one does not, for a value that is not null."""
    match fact:
        case Null(column):
            return NotNull(column)
        case NotNull(column):
            return Null(column)
        case Narrow(column, limit, sql):
            opposite = _opposite(limit)
            return None if opposite is None else Narrow(column, opposite, f"NOT ({sql})")


def _opposite(limit: Limit) -> Limit | None:
    match limit:
        case OneOf(values):
            return NoneOf(values)
        case NoneOf(values):
            return OneOf(values)
        case AtLeast(bound, strict):
            return AtMost(bound, not strict)
        case AtMost(bound, strict):
            return AtLeast(bound, not strict)
        case Matches(pattern, ignore_case, negated):
            return Matches(pattern, ignore_case, not negated)
        case Length(at_least, None) if at_least > 0:
            return Length(0, at_least - 1)
        case _:
            return None


def agrees(branch: Branch) -> bool:
    """Whether no column is both null and not null, and no list of values is empty."""
    columns = {fact.column for fact in branch}
    return all(_possible([fact for fact in branch if fact.column == name]) for name in columns)


def _possible(facts: list[Narrow | NotNull | Null]) -> bool:
    if any(isinstance(f, Null) for f in facts) and any(isinstance(f, NotNull) for f in facts):
        return False
    limits = [fact.limit for fact in facts if isinstance(fact, Narrow)]
    listed = [set(limit.values) for limit in limits if isinstance(limit, OneOf)]
    if not listed:
        return True
    kept = set.intersection(*listed)
    for limit in limits:
        if isinstance(limit, NoneOf):
            kept -= set(limit.values)
    return bool(kept)


def _counted(node: exp.Expr) -> tuple[Branch, ...]:
    """``num_nonnulls(a, b, ...) = n`` (also <=, >=, <, >) and ``num_nulls``."""
    call = unwrap(node.this) if isinstance(node, exp.EQ | exp.GTE | exp.LTE | exp.GT | exp.LT) else None
    if not isinstance(call, exp.Anonymous) or call.name.lower() not in ("num_nulls", "num_nonnulls"):
        return ()
    names = [column_name(argument) for argument in call.expressions]
    bound = unwrap(node.expression)
    if None in names or not isinstance(bound, exp.Literal) or bound.is_string:
        return ()
    columns = [name for name in names if name is not None]
    wanted = [n for n in range(len(columns) + 1) if _compares(n, node, int(bound.this))]
    if call.name.lower() == "num_nulls":
        wanted = [len(columns) - n for n in wanted]
    return tuple(
        tuple(NotNull(name) if name in present else Null(name) for name in columns)
        for count in wanted
        for present in combinations(columns, count)
    )


def _compares(count: int, node: exp.Expr, bound: int) -> bool:
    match node:
        case exp.EQ():
            return count == bound
        case exp.GTE():
            return count >= bound
        case exp.LTE():
            return count <= bound
        case exp.GT():
            return count > bound
        case _:
            return count < bound
