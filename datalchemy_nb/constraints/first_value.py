"""``coalesce(a, b) IS NULL`` written as null tests of its columns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from datalchemy_nb.constraints.parse import column_name, is_null_test, unwrap

_FIRST_OF = exp.Coalesce | exp.Greatest | exp.Least
"""Functions that are null where all their arguments are."""


def null_tests_apart(tree: exp.Expr) -> exp.Expr:
    """Return a condition in which a null test of the first value among columns is a null test of each of them."""
    return tree.transform(_apart) if tree.find(exp.Coalesce, exp.Greatest, exp.Least) else tree


def _apart(node: exp.Expr) -> exp.Expr:
    negated = is_null_test(node, negated=True)
    if not negated and not is_null_test(node):
        return node
    test = node
    while not isinstance(test, exp.Is):
        test = test.this
    columns = tuple(_columns(test.this))
    if not isinstance(unwrap(test.this), _FIRST_OF) or not all(column_name(one) for one in columns):
        return node
    tests = [exp.Is(this=one.copy(), expression=exp.Null()) for one in columns]
    if negated:
        return exp.Paren(this=exp.or_(*(exp.Not(this=one) for one in tests)))
    return exp.Paren(this=exp.and_(*tests))


def _columns(node: exp.Expr) -> Iterator[exp.Expr]:
    node = unwrap(node)
    if not isinstance(node, _FIRST_OF):
        yield node
        return
    for one in (node.this, *node.expressions):
        yield from _columns(one)
