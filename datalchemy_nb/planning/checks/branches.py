"""Conditions that are a choice between branches: ORs, and counts of nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from sqlglot import exp

from datalchemy_nb.planning.checks.facts import Fact, Narrow, NotNull, Null
from datalchemy_nb.planning.checks.parse import column_name, conjuncts, disjuncts, is_null_test, unwrap

MOST = 16
"""Conditions with more branches are left to redraw."""
Branch = tuple[Narrow | NotNull | Null, ...]


def branches_of(node: exp.Expr, facts: Callable[[exp.Expr], Iterator[Fact]]) -> tuple[Branch, ...]:
    """Return the branches of a condition, or nothing when it is no such choice.

    Args:
        node: the condition.
        facts: classifies one conjunct.
    """
    found = _either_null(node) or _counted(node) or _disjunction(node, facts)
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


def _either_null(node: exp.Expr) -> tuple[Branch, ...]:
    """``(a IS NULL) = (b IS NULL)`` and ``<>``, with IS NOT NULL on either side."""
    if not isinstance(node, exp.EQ | exp.NEQ):
        return ()
    left, right = _null_test(unwrap(node.this)), _null_test(unwrap(node.expression))
    if left is None or right is None:
        return ()
    (a, a_negated), (b, b_negated) = left, right
    same = isinstance(node, exp.EQ) == (a_negated == b_negated)
    if same:
        return ((Null(a), Null(b)), (NotNull(a), NotNull(b)))
    return ((Null(a), NotNull(b)), (NotNull(a), Null(b)))


def _null_test(node: exp.Expr) -> tuple[str, bool] | None:
    for negated in (False, True):
        if is_null_test(node, negated=negated):
            inner = node
            while isinstance(inner, exp.Not | exp.Paren):
                inner = inner.this
            name = column_name(inner.this)
            return (name, negated) if name else None
    return None


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
