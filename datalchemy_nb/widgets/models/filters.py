"""What is typed into the heading of a column, as a condition in SQL on the rows of a file.

The grid reads the same of rows that it holds itself (front/grid.js).
"""

from __future__ import annotations

import re

import polars as pl

from datalchemy_nb.contracts.names import literal, quote_ident
from datalchemy_nb.errors import UsageError

_SIGN = re.compile(r"(!=|>=|<=|=|>|<|!)?\s*(.*)", re.DOTALL)
_NULL = re.compile(r"(not )?null", re.IGNORECASE)
HELP = "words it holds; = whole value; != other; > >= < <= or low..high; null; not null"


def filterable(dtype: pl.DataType) -> bool:
    """Whether values of a type can be filtered: bytes and lists are not read as text."""
    return not (dtype.is_nested() or isinstance(dtype, pl.Binary))


def condition(column: str, dtype: pl.DataType, typed: str) -> str:
    """Return the condition; empty where nothing was typed.

    Args:
        column: the column's name.
        dtype: of its values: numbers and moments are compared as such, all others as text.
        typed: what a person typed.

    Raises:
        UsageError: a number is wanted, and something else was typed.
    """
    wanted = typed.strip()
    name = quote_ident(column)
    if not wanted:
        return ""
    text = name if isinstance(dtype, pl.String) else f"CAST({name} AS VARCHAR)"
    null = _NULL.fullmatch(wanted)
    if null:
        return f"{name} IS NOT NULL" if null[1] else f"{name} IS NULL"
    sign, rest = _SIGN.fullmatch(wanted).groups()  # type: ignore[union-attr]
    low, dots, high = rest.partition("..")
    if dots and sign is None:
        ends = [_compared(name, text, dtype, sign, end.strip()) for sign, end in ((">=", low), ("<=", high))]
        return " AND ".join(end for end in ends if end)
    if sign is None or sign == "!":
        holds = f"STRPOS(LOWER({text}), {literal(rest.lower())}) > 0"
        return holds if sign is None else f"({name} IS NULL OR NOT {holds})"
    if sign == "!=":
        return f"({name} IS NULL OR NOT {_compared(name, text, dtype, '=', rest)})"
    return _compared(name, text, dtype, sign, rest)


def _compared(name: str, text: str, dtype: pl.DataType, sign: str, value: str) -> str:
    if not value and sign != "=":
        return ""
    if dtype.is_numeric():
        return f"{name} {sign} {_number(value)}"
    if dtype.is_temporal():
        # As text they stand in order; as far as was typed, so that a day holds all of its moments.
        return f"LEFT({text}, {len(value)}) {sign} {literal(value)}"
    return f"{text} {sign} {literal(value)}"


def _number(value: str) -> str:
    bare = value.replace(",", "").replace("_", "").strip()
    try:
        float(bare)
    except ValueError:
        raise UsageError(f"{value[:20]!r} is no number", hint=f"type {HELP}") from None
    return bare
