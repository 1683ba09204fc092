"""Labels of enums are in the order of their type, not of their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from datalchemy_nb.constraints.parse import MIRROR, column_name, uncast, unwrap

_ORDERS = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def by_place(tree: exp.Expr, labels: Mapping[str, Sequence[str]]) -> exp.Expr:
    """Write orders of labels as lists of labels, and orders between two columns as orders of their places.

    Args:
        tree: in PostgreSQL's dialect.
        labels: of each enum column, in their order.
    """
    if not labels or not any(column.name in labels for column in tree.find_all(exp.Column)):
        return tree
    return tree.transform(lambda node: _written(node, labels))


def _written(node: exp.Expr, labels: Mapping[str, Sequence[str]]) -> exp.Expr:
    if isinstance(node, exp.Between) and _labelled(node.this, labels) and not node.args.get("symmetric"):
        low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
        return exp.Paren(this=exp.And(this=_written(low, labels), expression=_written(high, labels)))
    if not isinstance(node, _ORDERS):
        return node
    left, right = node.this, node.expression
    kind: type[exp.Expr] = type(node)
    if _labelled(right, labels) and not _labelled(left, labels):
        left, right, kind = right, left, MIRROR[kind]
    known = _labelled(left, labels)
    other = uncast(right)
    if known is None:
        return node
    if isinstance(other, exp.Literal) and other.this in known:
        place = known.index(other.this)
        rest: dict[type[exp.Expr], Sequence[str]] = {
            exp.GT: known[place + 1 :],
            exp.GTE: known[place:],
            exp.LT: known[:place],
            exp.LTE: known[: place + 1],
        }
        kept = rest[kind]
        listed = exp.In(this=left.copy(), expressions=[exp.Literal.string(one) for one in kept or known])
        return listed if kept else exp.Not(this=listed)
    if _labelled(right, labels) == known:
        return kind(this=_place(left, known), expression=_place(right, known))
    return node


def _labelled(node: exp.Expr, labels: Mapping[str, Sequence[str]]) -> Sequence[str] | None:
    """The labels of the column that a part is."""
    name = column_name(unwrap(node))
    return None if name is None else labels.get(name)


def _place(node: exp.Expr, labels: Sequence[str]) -> exp.Expr:
    pairs = enumerate(labels)
    branches = [exp.If(this=exp.Literal.string(one), true=exp.Literal.number(place)) for place, one in pairs]
    return exp.Case(this=node.copy(), ifs=branches)
