"""Ranges as pairs of numbers: half-open intervals on a doubled scale, so that open and closed ends compare exactly."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.contracts.names import literal
from datalchemy_nb.contracts.pg_types import WHOLE
from datalchemy_nb.contracts.schema import ColumnType, DatabaseSchema
from datalchemy_nb.evaluate.bounds import AS_WORD, SUBTYPES, bounds_of
from datalchemy_nb.evaluate.nodes import peel, text_of
from datalchemy_nb.evaluate.reader import LoadedColumn
from datalchemy_nb.evaluate.unsupported import Unsupported

_DISCRETE = WHOLE | {"date"}
_LEAST, _MOST = (
    "(-170141183460469231731687303715884105728)::HUGEINT",
    "170141183460469231731687303715884105727::HUGEINT",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """SQL for a range: all ``x`` with ``low <= x < high``; ``present`` is false for nulls and empty ranges."""

    low: str
    high: str
    present: str


def of_column(column: LoadedColumn, schema: DatabaseSchema) -> Interval:
    """The interval of a column that holds ranges in PostgreSQL's text form.

    Raises:
        Unsupported: bounds of its subtype cannot be compared here.
    """
    subtype = _subtype(column.column.column_type, schema)
    cell = f"trim({column.sql})"
    low, high = bounds_of(cell)
    found = _interval(low, high, f"left({cell}, 1)", f"right({cell}, 1)", subtype)
    return Interval(found.low, found.high, f"({column.sql} IS NOT NULL AND {cell} <> 'empty' AND {found.present})")


def of_call(low: str, high: str, bounds: str, subtype: str) -> Interval:
    """The interval of ``daterange(low, high, bounds)`` over DuckDB expressions."""
    return _interval(low, high, literal(bounds[0]), literal(bounds[1]), subtype)


def call_parts(expression: str) -> tuple[str, str, str, str]:
    """Take ``tstzrange(a, b, '[]')`` apart: lower and upper bound (PostgreSQL's SQL), bounds, subtype.

    Raises:
        Unsupported: it is no such call.
    """
    try:
        node = peel(sqlglot.parse_one(expression, read="postgres"))
    except (SqlglotError, RecursionError):
        raise Unsupported("its expression is not understood") from None
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    arguments = list(node.expressions) if isinstance(node, exp.Anonymous) else []
    bounds = text_of(arguments[2]) if len(arguments) == 3 else "[)"
    if name not in SUBTYPES or len(arguments) not in (2, 3) or bounds not in ("[)", "[]", "(]", "()"):
        raise Unsupported("its expression is no range of two columns")
    return arguments[0].sql("postgres"), arguments[1].sql("postgres"), bounds, SUBTYPES[name]


def is_range(column_type: ColumnType) -> bool:
    """Whether a column holds ranges."""
    return column_type.kind == "range" or column_type.udt_name in SUBTYPES


def _subtype(column_type: ColumnType, schema: DatabaseSchema) -> str:
    name = column_type.udt_name
    own = {(r.schema_name, r.name): r.subtype.udt_name for r in schema.ranges}
    subtype = own.get((column_type.udt_schema, name)) or SUBTYPES.get(name)
    if subtype not in AS_WORD:
        raise Unsupported(f"ranges of {subtype or name} cannot be compared here")
    return subtype


def _interval(low: str, high: str, opening: str, closing: str, subtype: str) -> Interval:
    lower, upper = (AS_WORD[subtype].format(f"({bound})") for bound in (low, high))
    if subtype in _DISCRETE:
        # As PostgreSQL does: (1,5] is [2,6).
        start = f"2 * (({lower})::HUGEINT + ({opening} = '(')::INT)"
        end = f"2 * (({upper})::HUGEINT + ({closing} = ']')::INT)"
    else:
        start = f"2 * ({lower})::HUGEINT + ({opening} = '(')::INT"
        end = f"2 * ({upper})::HUGEINT + ({closing} = ']')::INT"
    first = f"CASE WHEN ({low}) IS NULL THEN {_LEAST} ELSE {start} END"
    last = f"CASE WHEN ({high}) IS NULL THEN {_MOST} ELSE {end} END"
    return Interval(first, last, f"(({first}) < ({last}))")
