"""Where numbers that count rows begin: a condition between a number and the row above may fail for the first of them.

``greatest(id, above) > 3`` holds in no tree for rows 1 to 3; a table that counts from 4 holds it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.constraints.probe import failing
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.resolve.narrowing import under
from datalchemy_nb.resolve.phases import CheckedTable
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.state import Draft

_LOOKED_AT = 64
"""Numbers that are tried, each with every smaller one as that of the row above."""


def count_from_where_it_holds(draft: CheckedTable) -> None:
    """Let rows be counted from the first number on from which conditions with the rows above always hold."""
    for item in draft.columns.values():
        counted = item.domain
        if not item.row_number or not isinstance(counted, IntegerDomain) or draft.known is not None:
            continue
        asked = [one for one in draft.demands.predicates if one.enforced and _is_between_rows(draft, item, one)]
        start = max((_start(item, one, counted.lower) for one in asked), default=counted.lower)
        if start == counted.lower or counted.step != 1:
            continue
        later = under(IntegerDomain(start, counted.upper), item.limits)
        if later is not None and later.size >= draft.rows:
            item.built = later


def _is_between_rows(draft: CheckedTable, item: Draft, predicate: Predicate) -> bool:
    """Whether a condition reads a number and the same of rows above in the own table, and nothing else."""
    others = [name for name in predicate.columns if name != item.name]
    links = [draft.link_of(name) for name in others]
    own = all(link is not None and link.target == draft.ref and link.referenced == (item.name,) for link in links)
    return bool(others) and own and item.name in predicate.columns


def _start(item: Draft, predicate: Predicate, first: int) -> int:
    """The first number from which a condition holds, whichever row from there on is above; `first` where none is."""
    places = np.arange(first, first + _LOOKED_AT)
    below, above = np.repeat(places, _LOOKED_AT), np.tile(places, _LOOKED_AT)
    tree = above <= below
    below, above = below[tree], above[tree]
    number, none = pl.Series(below, dtype=item.slot.dtype), [None] * len(places)
    both = {
        name: pl.concat([number, pl.Series(places, dtype=item.slot.dtype)])
        if name == item.name
        else pl.Series([*above.tolist(), *none], dtype=item.slot.dtype)
        for name in predicate.columns
    }
    broken = failing(pl.DataFrame(both), predicate.sql)
    if broken is None or not broken.any():
        return first
    below, above = np.concatenate([below, places]), np.concatenate([above, places])
    for start in range(first + 1, first + _LOOKED_AT // 2):
        if not broken[(above >= start) & (below >= start)].any():
            return start
    return first
