"""Texts that hold several conditions at once, of which no construction has any: looked for among those that hold some.

Each condition on a column by itself has texts that hold it: those of a pattern, those it lists, those of a length.
Samples of them, and short texts of the characters that the conditions name, are asked of every condition as it is
written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from datalchemy_nb.constraints.probe import accepted, evaluated, understood
from datalchemy_nb.domains.base import FILTER_SIZE, Domain
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.text import CharsDomain
from datalchemy_nb.resolve.narrowing import made_for
from datalchemy_nb.resolve.phases import CheckedTable, TableTask
from datalchemy_nb.resolve.state import Draft

_AT_ONCE = 1 << 14
_ROUNDS = 8
_ENOUGH = 4
"""How many times the rows of a table are values enough."""
_FEWEST = 64
_DEALT, _HARDLY = 16, 0.1
_SHORTEST, _LONGEST = 1, 6
_USUAL = "aA1 "
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_CLASSES = re.compile(r"\[\^?[^\]]*\]|\\.|\{[^}]*\}|[\^$.*+?()|%]")


def common_values(draft: TableTask, item: Draft) -> Domain | None:
    """Return texts that hold every condition stated of a column so far; None where none is found.

    Args:
        draft: the table.
        item: a column of texts; the domain it has is one of the places where texts are looked for.
    """
    sql = " AND ".join(f"coalesce(({one}), true)" for one in dict.fromkeys(item.told))
    if item.slot.category != "text" or not sql or understood(sql, {item.name: item.slot.dtype}) is not None:
        return None
    wanted = max(_ENOUGH * draft.rows, _FEWEST)
    best = pl.Series([], dtype=pl.String)
    for place in places(item):
        held = values_held(item, place, sql, wanted)
        if len(held) > len(best):
            best = held
        if len(best) >= wanted:
            break
    return ChoiceDomain(best.to_list(), category="text") if len(best) else None


def texts_of_keys(draft: CheckedTable) -> None:
    """Give keys of several parts texts that hold their conditions, where hardly any that they would deal first does.

    Such a key deals the first texts of each part, and never draws one again.
    """
    alone = {name for key in draft.keys if len(key.parts) == 1 for name in draft.columns_of(key.parts[0])}
    dealt = math.isqrt(_DEALT * draft.rows) + 2
    for name in sorted(draft.in_keys - alone):
        item = draft.columns.get(name)
        own = [one.sql for one in draft.demands.predicates if one.columns == (name,) and one.enforced]
        free = item is not None and item.rule is None and not item.steps and not item.row_number and not item.relation
        free = free and name not in draft.constants
        if item is None or not own or not free or item.domain is None or item.slot.category != "text":
            continue
        first = cast(item.domain.take(np.arange(min(item.domain.size, dealt), dtype=np.uint64)), item.slot.dtype)
        shares = [accepted(sql, name, item.slot.dtype, first) for sql in own]
        if None in shares or min(share for share in shares if share is not None) >= _HARDLY:
            continue
        item.told, before = (*item.told, *own), item.told
        made = common_values(draft, item)
        item.told = before
        if made is not None and made.size >= min(draft.rows, item.domain.size):
            item.built = made


def values_held(item: Draft, place: Domain, sql: str, wanted: int, rounds: int = _ROUNDS) -> pl.Series:
    """Return different values of a domain, and few texts in other cases too, that hold a condition.

    Args:
        item: the column.
        place: the domain.
        sql: the condition in DuckDB's dialect.
        wanted: no more are looked for once so many are found.
        rounds: samples of a large domain that are taken at most.
    """
    step = max(place.size // (_AT_ONCE * rounds), 1)
    count = min(place.size, _AT_ONCE * rounds)
    dtype = item.slot.dtype
    found = pl.Series([], dtype=dtype)
    for first in range(0, count, _AT_ONCE):
        # Ordinals are taken from all over the domain, each time between those of the time before.
        here = np.arange(first // _AT_ONCE, count, -(-count // _AT_ONCE), dtype=np.uint64) * np.uint64(step)
        values = cast(place.take(here), dtype)
        if item.slot.category == "text":
            if place.size <= _AT_ONCE:
                lower, upper = values.str.to_lowercase(), values.str.to_uppercase()
                values = pl.concat([values, lower, upper, values.str.to_titlecase()])
            if item.slot.max_length is not None:
                values = values.filter(values.str.len_chars() <= item.slot.max_length)
        values = values.drop_nulls().unique(maintain_order=True)
        told = evaluated(sql, item.name, dtype, values) if len(values) else []
        if told is None:
            return found
        found = pl.concat([found, values.filter(pl.Series([one == "true" for one in told], dtype=pl.Boolean))])
        found = found.unique(maintain_order=True).head(FILTER_SIZE)
        if len(found) >= wanted:
            break
    return found


def places(item: Draft) -> Iterator[Domain]:
    """Yield where values are looked for: what the column has, what is made for one condition, and short texts."""
    if item.domain is not None:
        yield item.domain
    for limit in reversed(item.limits):
        try:
            made = made_for(replace(item, limits=(limit,)), limit)
        except EmptyDomainError:
            continue
        if made is not None:
            yield made
    if item.slot.category != "text":
        return
    told = "".join(text for sql in item.told for text in _LITERAL.findall(sql))
    characters = "".join(sorted(set(_CLASSES.sub("", told)) | set(_USUAL)))
    lengths = [limit for limit in item.limits if isinstance(limit, Length)]
    least = max([_SHORTEST, *(limit.at_least for limit in lengths)])
    most = min([max(least, _LONGEST), *(limit.at_most for limit in lengths if limit.at_most is not None)])
    if least <= most:
        yield CharsDomain(characters, least, most)
