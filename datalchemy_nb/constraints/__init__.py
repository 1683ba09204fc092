"""CHECK constraints: parsed, split into conjuncts, each turned into a fact the resolver can build on."""

from datalchemy_nb.constraints.classify import classify
from datalchemy_nb.constraints.facts import (
    Alternatives,
    Condition,
    Equation,
    Fact,
    Narrow,
    NotNull,
    Null,
    Order,
    Unequal,
    Unsupported,
)

__all__ = [
    "Alternatives",
    "Condition",
    "Equation",
    "Fact",
    "Narrow",
    "NotNull",
    "Null",
    "Order",
    "Unequal",
    "Unsupported",
    "classify",
]
