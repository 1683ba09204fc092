"""Numbers dealt to the parts of unique keys: pure functions of the row number."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains import finder
from datalchemy_nb.domains.bits import U64, mix, stream_key
from datalchemy_nb.generate.families import Place
from datalchemy_nb.generate.permute import permutation
from datalchemy_nb.resolve.allocations import Allocation, Base, Mixed, Permuted, Radix, Rest, RowNumber, Shares, Sibling
from datalchemy_nb.resolve.plan import Deal, OfKind, PerParent

_ONE = np.uint64(1)


@lru_cache(maxsize=4096)
def _rest_key(seed: int, ref: TableRef, purpose: str) -> np.uint64:
    return stream_key(seed, ref.schema, ref.table, "rest", purpose)


def _digit(numbers: U64, radix: Radix) -> U64:
    return numbers // np.uint64(radix.below) % np.uint64(radix.size)


def ordinals(allocation: Allocation, seed: int, ref: TableRef, table_rows: int, rows: U64) -> U64:
    """Return one part's ordinal for each row.

    Args:
        allocation: the part's share of the key.
        seed: the plan's seed.
        ref: the table.
        table_rows: rows the plan asks of the table.
        rows: row numbers below ``table_rows``.
    """
    match allocation:
        case RowNumber():
            return rows
        case Permuted(size, purpose):
            return permutation(seed, ref, purpose, size).forward(rows)
        case Mixed(product, digit, purpose):
            return _digit(permutation(seed, ref, purpose, product).forward(rows), digit)
        case Base(groups, digit, purpose, room):
            group = permutation(seed, ref, purpose, table_rows).forward(rows) % np.uint64(groups)
            if room:
                group = permutation(seed, ref, f"{purpose} groups", room).forward(group)
            return _digit(group, digit)
        case Rest(groups, product, digit, purpose, shuffled):
            base_purpose = purpose.split("/", 1)[0]
            numbers = permutation(seed, ref, base_purpose, table_rows).forward(rows)
            group, within = numbers % np.uint64(groups), numbers // np.uint64(groups)
            if shuffled:
                within = _shuffle(group, within, product, _rest_key(seed, ref, purpose))
            return _digit(within, digit)
        case Shares(starts, size, purpose):
            places = permutation(seed, ref, purpose, size).forward(rows)
            return finder.places(np.array(starts, dtype=np.uint64), places).astype(np.uint64) - _ONE
        case Sibling():
            raise TypeError(allocation)


def among_siblings(way: Sibling, seed: int, ref: TableRef, place: Place) -> U64:
    """Return a part of a number that differs between siblings."""
    numbers = place.number
    if way.shuffled:
        turned = _shuffle(place.parents, numbers, way.product, _rest_key(seed, ref, way.purpose))
        numbers = permutation(seed, ref, way.purpose, way.product).forward(turned)
    return _digit(numbers, way.digit)


def _shuffle(group: U64, within: U64, product: int, key: np.uint64) -> U64:
    """Rotate each group's numbers by a random amount and stride: injective per group, different between groups."""
    size = np.uint64(product)
    random = mix(group + key)
    return (within + random % size) % size


def deal_out(deal_purpose: str, seed: int, ref: TableRef, table_rows: int, parents: int, rows: U64) -> U64:
    """Return the parent each row is dealt to."""
    return permutation(seed, ref, deal_purpose, table_rows).forward(rows) % np.uint64(parents)


def members(deal: Deal, parents: U64) -> U64:
    """Count the rows dealt to each parent; those behind the last that rows are dealt to have none."""
    whole, left = divmod(deal.rows, deal.parents)
    counts = (parents < np.uint64(left)).astype(np.uint64) + np.uint64(whole)
    return np.where(parents < np.uint64(deal.parents), counts, np.uint64(0))


def member(deal: Deal, seed: int, parents: U64, numbers: U64) -> U64:
    """Return the number-th row dealt to each parent; numbers below `members`."""
    slots = numbers * np.uint64(deal.parents) + parents
    return permutation(seed, deal.table, deal.purpose, deal.rows).inverse(slots)


def number_within(deal: Deal, seed: int, rows: U64) -> U64:
    """Return each row's number among the rows dealt to its parent."""
    return permutation(seed, deal.table, deal.purpose, deal.rows).forward(rows) // np.uint64(deal.parents)


def per_parent(
    way: PerParent, seed: int, ref: TableRef, table_rows: int, rows: U64
) -> tuple[U64, npt.NDArray[np.bool_]]:
    """Return each row's parent, and which rows point nowhere."""
    places = permutation(seed, ref, f"{way.purpose} rows", table_rows).forward(rows)
    beyond = places >= np.uint64(way.linked)
    places = np.where(beyond, np.uint64(0), places)
    at = way.by_place.find(places) - 1
    ranks = way.ranks[at] + (places - way.places[at]) % way.counts[at]
    parents = ranks if way.in_order else permutation(seed, ref, f"{way.purpose} parents", way.parents).forward(ranks)
    return parents, beyond


def of_kind(way: OfKind, seed: int, numbers: U64) -> U64:
    """Return the number-th parent row of certain kinds; numbers below the way's size."""
    starts, lengths = (np.array(column, dtype=np.uint64) for column in zip(*way.stretches, strict=True))
    ends = np.cumsum(lengths)
    at = finder.places(ends, numbers)
    places = starts[at] + numbers - (ends - lengths)[at]
    return permutation(seed, way.table, way.shares.purpose, way.shares.rows).inverse(places)


def place_in_share(shares: Shares, seed: int, ref: TableRef, rows: U64) -> tuple[U64, U64]:
    """Return each row's ordinal among fixed shares, and its place among the rows of that ordinal."""
    places = permutation(seed, ref, shares.purpose, shares.rows).forward(rows)
    starts = np.array(shares.starts, dtype=np.uint64)
    at = finder.places(starts, places) - 1
    return at.astype(np.uint64), places - starts[at]


def permuted(purpose: str, seed: int, ref: TableRef, size: int, numbers: U64) -> U64:
    """Return numbers below a size in another order."""
    return permutation(seed, ref, purpose, size).forward(numbers)
