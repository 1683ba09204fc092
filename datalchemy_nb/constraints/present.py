"""What a condition asks once it is known which columns are never null."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from datalchemy_nb.constraints.parse import column_name, is_null_test, unwrap


def without_null_tests(tree: exp.Expr, present: Collection[str]) -> exp.Expr:
    """Return a condition in which null tests of columns that are never null are decided.

    What is left reads fewer columns, and so can be met by what decides those. A condition that is decided altogether,
    and in the negative, stays as it is, so that the column is named.

    Args:
        tree: the condition.
        present: columns that are never null.
    """
    if not present or not any(_decided(node, present) is not None for node in tree.find_all(exp.Is)):
        return tree
    found = _folded(tree, present)
    return tree if isinstance(found, exp.Boolean) and not found.this else found


def _decided(node: exp.Expr, present: Collection[str]) -> bool | None:
    """Whether a null test of such a column holds; None of anything else."""
    if not isinstance(node, exp.Is) or not isinstance(node.expression, exp.Null):
        return None
    return not is_null_test(node) if column_name(node.this) in present else None


def _folded(node: exp.Expr, present: Collection[str]) -> exp.Expr:
    node = unwrap(node)
    truth = _decided(node, present)
    if truth is not None:
        return exp.Boolean(this=truth)
    if isinstance(node, exp.Not):
        inner = _folded(node.this, present)
        return exp.Boolean(this=not inner.this) if isinstance(inner, exp.Boolean) else _denied(inner)
    if isinstance(node, exp.And | exp.Or):
        return _joined(type(node), _folded(node.this, present), _folded(node.expression, present))
    if isinstance(node, exp.EQ | exp.NEQ):
        return _compared(node, present)
    return node


def _joined(kind: type[exp.And | exp.Or], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """AND or OR of what is left; one side decided decides all of it, or nothing."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, exp.Boolean):
            return other if bool(one.this) == (kind is exp.And) else one
    return kind(this=_wrapped(left), expression=_wrapped(right))


def _compared(node: exp.EQ | exp.NEQ, present: Collection[str]) -> exp.Expr:
    """``(a IS NULL) = (b IS NULL)`` where one side is decided is the other, or its opposite."""
    sides = [unwrap(side) for side in (node.this, node.expression)]
    if not any(_tests(side, present) for side in sides):
        return node
    left, right = (_folded(side, present) for side in sides)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, exp.Boolean):
            same = bool(one.this) == isinstance(node, exp.EQ)
            if isinstance(other, exp.Boolean):
                return exp.Boolean(this=bool(other.this) == same)
            return other if same else _denied(other)
    return type(node)(this=_wrapped(left), expression=_wrapped(right))


def _tests(side: exp.Expr, present: Collection[str]) -> bool:
    """Whether a truth is made of null tests, some of columns that are never null."""
    while isinstance(side, exp.Not | exp.Paren):
        side = side.this
    if isinstance(side, exp.And | exp.Or):
        return _tests(side.this, present) or _tests(side.expression, present)
    return _decided(side, present) is not None


def _denied(node: exp.Expr) -> exp.Expr:
    return exp.Not(this=_wrapped(node))


def _wrapped(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node.copy()) if isinstance(node, exp.And | exp.Or | exp.EQ | exp.NEQ) else node.copy()
