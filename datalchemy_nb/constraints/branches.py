"""Conditions that are a choice between branches: ORs, and counts of nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from sqlglot import exp

from datalchemy_nb.constraints.facts import Alternatives, Fact, Narrow, NotNull, Null
from datalchemy_nb.constraints.parse import column_name, columns_of, is_null_test, unwrap
from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, Limit, Matches, NoneOf, OneOf

_CONDITIONS = (exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Not, exp.Like, exp.RegexpLike)
_STRICT = (exp.Add, exp.Sub, exp.Mul, exp.DPipe, exp.Paren, exp.Column, exp.Identifier, exp.Literal)
MOST_JOINED = 256
"""Of choices that are joined, at most so many combinations are built."""
MOST = 64
"""Conditions with more branches are left to redraw."""
Branch = tuple[Narrow | NotNull | Null, ...]
Facts = Callable[[exp.Expr], Iterator[Fact]]


def branches_of(node: exp.Expr, facts: Facts) -> tuple[Branch, ...]:
    """Return the branches of a condition, or nothing when it is no such choice.

    Args:
        node: the condition.
        facts: classifies one conjunct.
    """
    found = _counted(node) or _null_operand(node) or _either(node, facts)
    return found if 1 < len(found) <= MOST else ()


def _either(node: exp.Expr, facts: Facts) -> tuple[Branch, ...]:
    """The branches of a condition made of ANDs, ORs, NOTs and comparisons of truth."""
    if not isinstance(unwrap(node), exp.Or | exp.And | exp.Not | exp.EQ | exp.NEQ):
        return ()
    return _ways(node, facts, holds=True) or ()


def _ways(node: exp.Expr, facts: Facts, *, holds: bool) -> tuple[Branch, ...] | None:
    """Branches under which a condition is true, or false; None where one of its parts is no fact about one column."""
    node = unwrap(node)
    while isinstance(node, exp.Not) and not isinstance(unwrap(node.this), exp.In | exp.Like | exp.ILike | exp.Is):
        node, holds = unwrap(node.this), not holds
    if isinstance(node, exp.And | exp.Or):
        left, right = node.this, node.expression
        if isinstance(node, exp.And) == holds:
            return _both(_ways(left, facts, holds=holds), _ways(right, facts, holds=holds))
        return _one_of(left, right, facts, holds=holds)
    if isinstance(node, exp.EQ | exp.NEQ) and all(_is_truth(side) for side in (node.this, node.expression)):
        same = isinstance(node, exp.EQ) == holds
        found = [
            _both(_ways(node.this, facts, holds=value), _ways(node.expression, facts, holds=value == same))
            for value in (True, False)
        ]
        return None if found[0] is None or found[1] is None else _distinct((*found[0], *found[1]))
    return _leaf(node, facts, holds=holds)


def _is_truth(node: exp.Expr) -> bool:
    return isinstance(unwrap(node), (*_CONDITIONS, exp.And, exp.Or, exp.Column))


def _one_of(left: exp.Expr, right: exp.Expr, facts: Facts, *, holds: bool) -> tuple[Branch, ...] | None:
    """One side holds, or the other while the first does not: branches that exclude each other, where that is simple."""
    one, other = _ways(left, facts, holds=holds), _ways(right, facts, holds=holds)
    if one is None or other is None:
        return None
    against = _ways(left, facts, holds=not holds)
    if against is not None and len(against) == 1:
        other = _both(against, other) or other
    return _distinct((*one, *other))


def _both(one: tuple[Branch, ...] | None, other: tuple[Branch, ...] | None) -> tuple[Branch, ...] | None:
    if one is None or other is None or len(one) * len(other) > MOST_JOINED:
        return None
    return _distinct(tuple(joined for a in one for b in other if agrees(joined := (*a, *b))))


def _distinct(branches: tuple[Branch, ...]) -> tuple[Branch, ...]:
    return tuple(dict.fromkeys(branches))


def _leaf(node: exp.Expr, facts: Facts, *, holds: bool) -> tuple[Branch, ...] | None:
    found = list(facts(node))
    if holds and len(found) == 1 and isinstance(found[0], Alternatives):
        return found[0].branches
    simple = tuple(fact for fact in found if isinstance(fact, Narrow | NotNull | Null))
    if len(simple) < len(found) or not found:
        return None
    if holds:
        return (simple,)
    opposites = tuple(opposite for fact in simple if (opposite := negation(fact)) is not None)
    return tuple((fact,) for fact in opposites) if len(opposites) == len(simple) else None


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


def _null_operand(node: exp.Expr) -> tuple[Branch, ...]:
    """``(a + b) IS NULL``: an operand is null."""
    if not is_null_test(node) or not isinstance(node, exp.Is):
        return ()
    inner = unwrap(node.this)
    if not all(isinstance(part, _STRICT) for part in inner.walk()):
        return ()
    return tuple((Null(name),) for name in columns_of(inner))


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
