"""Rows per table of a draft that follows a profile, larger or smaller by the table's role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.learned.known import Known
from datalchemy_nb.drafting.suggestion import RowCount

_LISTED = 300
"""A table of at most so many rows that others refer to, and that refers to none that grows, is a list of kinds."""
_MANY = 8.0
"""Of a list each row has so many children, on average."""


def learned_rows(
    refs: Sequence[TableRef], schema: DatabaseSchema, known: Known, usual: Mapping[TableRef, RowCount]
) -> dict[TableRef, RowCount]:
    """Return rows per table: as many as the profile's, times the scale unless the table is a lookup.

    A table that was not told gets what a draft gives it, and no more than its parents have where they are lookups.

    Args:
        refs: tables of the draft, parents first where they can be.
        schema: the schema.
        known: the profile and the scale.
        usual: what a draft without a profile gives each table.
    """
    stays = _lookups(refs, schema, known)
    found: dict[TableRef, RowCount] = {}
    for ref in refs:
        table = known.tables.get(ref)
        if table is None or not table.rows:
            few = known.profile.by_ref.get(ref)
            told = usual[ref]
            if few is not None and few.suppressed:
                told = RowCount(min(told.rows, max(known.profile.k - 1, 1)), f"fewer than {known.profile.k} rows")
            found[ref] = told
        elif ref in stays or known.scale == 1:
            why = "a lookup stays as it is" if known.scale != 1 else "rows of the profile"
            found[ref] = RowCount(table.rows, why)
        else:
            found[ref] = RowCount(max(1, round(table.rows * known.scale)), f"{known.scale:g} times {table.rows} rows")
    return found


def _lookups(refs: Sequence[TableRef], schema: DatabaseSchema, known: Known) -> frozenset[TableRef]:
    """Small tables that others refer to with many rows each, and that refer to lookups alone."""
    lookups: set[TableRef] = set()
    above = {
        ref: {partition_root(key.target, schema) for key in schema.tables[ref].foreign_keys} - {ref} for ref in refs
    }
    for _ in refs:
        more = {
            ref for ref in refs if ref not in lookups and above[ref] <= lookups and _is_small(ref, refs, above, known)
        }
        if not more:
            break
        lookups |= more
    return frozenset(lookups)


def _is_small(ref: TableRef, refs: Sequence[TableRef], above: Mapping[TableRef, set[TableRef]], known: Known) -> bool:
    own = known.tables.get(ref)
    if own is None or not own.rows or own.rows > _LISTED:
        return False
    below = [
        other.rows or 0 for child in refs if ref in above[child] and (other := known.tables.get(child)) is not None
    ]
    return bool(below) and max(below) >= _MANY * own.rows
