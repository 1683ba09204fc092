"""Numbers dealt to the parts of unique keys: pure functions of the row number."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64, mix, stream_key
from datalchemy_nb.generate.permute import Permutation
from datalchemy_nb.planning.resolved import Allocation, Base, Mixed, Permuted, Radix, Rest, RowNumber


@lru_cache(maxsize=4096)
def _permutation(seed: int, ref: TableRef, purpose: str, size: int) -> Permutation:
    return Permutation(size, stream_key(seed, ref.schema, ref.table, "permute", purpose))


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
            return _permutation(seed, ref, purpose, size).forward(rows)
        case Mixed(product, digit, purpose):
            return _digit(_permutation(seed, ref, purpose, product).forward(rows), digit)
        case Base(groups, digit, purpose):
            numbers = _permutation(seed, ref, purpose, table_rows).forward(rows)
            return _digit(numbers % np.uint64(groups), digit)
        case Rest(groups, product, digit, purpose, shuffled):
            base_purpose = purpose.split("/", 1)[0]
            numbers = _permutation(seed, ref, base_purpose, table_rows).forward(rows)
            group, within = numbers % np.uint64(groups), numbers // np.uint64(groups)
            if shuffled:
                within = _shuffle(group, within, product, _rest_key(seed, ref, purpose))
            return _digit(within, digit)


def _shuffle(group: U64, within: U64, product: int, key: np.uint64) -> U64:
    """Rotate each group's numbers by a random amount and stride: injective per group, different between groups."""
    size = np.uint64(product)
    random = mix(group + key)
    return (within + random % size) % size
