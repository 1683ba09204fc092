"""Arithmetic as data: written by whoever reads an expression, done by whoever makes rows."""

from __future__ import annotations

from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Whole:
    """Arithmetic that 64-bit registers do exactly, of numbers as whole numbers of their last digit.

    Attributes:
        op: ``column``, ``number``, ``+``, ``-``, ``*``, ``neg``, ``round`` or ``point``, which moves the point left.
        scale: digits after the point of what it makes.
        name: of a column.
        value: of a number, in its last digit.
        parts: what it is made of.
    """

    op: str
    scale: int
    name: str = ""
    value: int = 0
    parts: tuple[Whole, ...] = ()
