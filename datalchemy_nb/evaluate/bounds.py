"""The text form of a range taken apart: its two bounds, what they are worth, and whether they make a range."""

from __future__ import annotations

from collections.abc import Callable

from datalchemy_nb.contracts.pg_types import TYPES
from datalchemy_nb.evaluate.reading import Cell, Fault, Reading

SUBTYPES = {type_.udt_name: type_.subtype for type_ in TYPES if type_.subtype}
AS_WORD = {
    "int2": "TRY_CAST({0} AS BIGINT)",
    "int4": "TRY_CAST({0} AS BIGINT)",
    "int8": "TRY_CAST({0} AS BIGINT)",
    "numeric": "TRY_CAST(TRY_CAST({0} AS DECIMAL(38,9)) * 1000000000 AS HUGEINT)",
    "date": "epoch_us(TRY_CAST({0} AS TIMESTAMP)) // 86400000000",
    "timestamp": "epoch_us(TRY_CAST({0} AS TIMESTAMP))",
    "timestamptz": "epoch_us(TRY_CAST({0} AS TIMESTAMPTZ))",
}
"""A bound as a whole number, by the type of the bounds."""
_TYPES = {
    "int4": "INTEGER",
    "int8": "BIGINT",
    "numeric": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}
_SHAPE = r"\s*empty\s*|\s*[\[(].*,.*[\])]\s*"


def bounds_of(cell: str) -> tuple[str, str]:
    """SQL for the lower and upper bound of a trimmed cell, as text; null where there is none."""
    inner = f"substr({cell}, 2, length({cell}) - 2)"
    # No subtype that is read here has a comma in its text form.
    low, high = (f"nullif(replace(trim(split_part({inner}, ',', {i})), '\"', ''), '')" for i in (1, 2))
    return low, high


def range_reader(udt_name: str) -> Callable[[Cell], Reading]:
    """The reading of a built-in range type: its shape, bounds of its subtype, and the lower one not above the upper."""
    subtype = SUBTYPES[udt_name]

    def reader(cell: Cell) -> Reading:
        name = cell.type.data_type
        low, high = bounds_of(f"trim({cell.raw})")
        unread = " OR ".join(
            f"({bound} IS NOT NULL AND TRY_CAST({bound} AS {_TYPES[subtype]}) IS NULL AND {bound} NOT LIKE '% BC')"
            for bound in (low, high)
        )
        first, last = (f"TRY_CAST({bound} AS {_TYPES[subtype]})" for bound in (low, high))
        faults = (
            Fault("type", f"NOT {cell.matches(_SHAPE)}", f"is no {name}"),
            Fault("type", f"lower(trim({cell.raw})) <> 'empty' AND ({unread})", f"has a bound that is no {subtype}"),
            Fault("type", f"lower(trim({cell.raw})) <> 'empty' AND {first} > {last}", "ends before it begins"),
        )
        return Reading("VARCHAR", "opaque", cell.raw, faults)

    return reader
