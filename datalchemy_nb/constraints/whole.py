"""Expressions as arithmetic of whole numbers, for the engine's own registers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap
from datalchemy_nb.constraints.typed import QUOTIENT_DIGITS, Input
from datalchemy_nb.domains.arithmetic import Whole


def arithmetic(tree: exp.Expr, inputs: Mapping[str, Input]) -> Whole | None:
    """Return an expression of columns as arithmetic of whole numbers; None where it is anything else."""
    if not inputs:
        return None
    node = unwrap(tree)
    match node:
        case exp.Column() if inputs[node.name].category in ("integer", "decimal"):
            return Whole("column", inputs[node.name].scale, name=node.name)
        case exp.Literal() if not node.is_string and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", node.this):
            digits = node.this.partition(".")[2]
            return Whole("number", len(digits), value=int(node.this.replace(".", "")))
        case exp.Neg():
            inner = arithmetic(node.this, inputs)
            return None if inner is None else Whole("neg", inner.scale, parts=(inner,))
        case exp.Round():
            inner, digits = arithmetic(node.this, inputs), node.args.get("decimals")
            if inner is None or not (digits is None or (isinstance(digits, exp.Literal) and digits.this.isdigit())):
                return None
            places = int(digits.this) if digits is not None else 0
            return inner if places >= inner.scale else Whole("round", places, parts=(inner,))
        case exp.Div():
            # Of decimals by 10, 100, ...: no quotient is exact otherwise.
            top, below = arithmetic(node.this, inputs), unwrap(node.expression)
            if top is None or not top.scale or not isinstance(below, exp.Literal) or below.is_string:
                return None
            moved = top.scale + len(below.this) - 1
            exact = re.fullmatch("10+", below.this) is not None and moved <= QUOTIENT_DIGITS
            return Whole("point", moved, parts=(top,)) if exact else None
        case exp.Add() | exp.Sub() | exp.Mul():
            left, right = arithmetic(node.this, inputs), arithmetic(node.expression, inputs)
            if left is None or right is None:
                return None
            if isinstance(node, exp.Mul):
                return Whole("*", left.scale + right.scale, parts=(left, right))
            return Whole("+" if isinstance(node, exp.Add) else "-", max(left.scale, right.scale), parts=(left, right))
    return None
