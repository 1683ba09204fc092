"""Codes of a fixed layout (documents, plates, accounts), and check digits on whole arrays."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.facets import fits
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.domains.strings import TextRows

_PROBES = 2048


def write_digits(rows: TextRows, position: int, layout: str, numbers: U64) -> None:
    """Write numbers digit by digit into a layout such as ``999.999.999-99``; other characters stand for themselves."""
    left = layout.count("9")
    for run in re.finditer(r"9+|[^9]+", layout):
        at = position + run.start()
        if run[0][0] == "9":
            left -= len(run[0])
            rows.digits(at, numbers // np.uint64(10**left), len(run[0]))
        else:
            rows.literal(at, run[0].encode())


def digit_text(layout: str, numbers: U64) -> pl.Series:
    """Return numbers written into a layout of digits."""
    rows = TextRows(len(numbers), len(layout))
    write_digits(rows, 0, layout, numbers)
    return rows.finish()


class Code(Domain):
    """Text of one length and one layout.

    Args:
        size: number of codes.
        length: characters of each.
    """

    category: Category = "text"

    def __init__(self, size: int, length: int) -> None:
        self.size, self.length = size, length

    @abstractmethod
    def take(self, ordinals: U64) -> pl.Series: ...

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Length):
            return self if fits(limit, self.length, self.length) else None
        if self.size <= FILTER_SIZE:
            return super().narrow(limit)
        return self._probe(limit)

    def _probe(self, limit: Limit) -> Domain | None:
        # Codes differ in digits only, so conditions on the layout hold for all of them or for none.
        step = np.uint64(max((1 << 64) // _PROBES, 1))
        ordinals = scale(np.arange(_PROBES, dtype=np.uint64) * step, self.size)
        passed = limit.mask(self.take(ordinals)).fill_null(True)
        if passed.all():
            return self
        if not passed.any() and not isinstance(limit, Length):
            raise EmptyDomainError(str(limit))
        return None


class WrittenParams(Params):
    """How a code is written.

    Attributes:
        formatted: with the usual punctuation.
    """

    formatted: Bool = False


# --- check digits: weighted sums of decimal digits --------------------------------------------------------------------

_GROUP = 4


@lru_cache(maxsize=256)
def _sums(weights: tuple[int, ...]) -> I64:
    sums = np.zeros(1, dtype=np.int64)
    for weight in weights:
        sums = np.add.outer(sums, np.arange(10, dtype=np.int64) * weight).reshape(-1)
    return sums


def weighted_sum(numbers: U64, weights: Sequence[int]) -> I64:
    """Return the sum of digit times weight, for numbers of ``len(weights)`` zero-padded digits."""
    total = np.zeros(len(numbers), dtype=np.int64)
    rest, right = numbers, len(weights)
    while right > 0:
        left = max(0, right - _GROUP)
        above = rest // np.uint64(10 ** (right - left))
        group = rest - above * np.uint64(10 ** (right - left))
        total += _sums(tuple(weights[left:right])).take(group.view(np.int64))
        rest, right = above, left
    return total


def complement_11(sums: I64) -> I64:
    """Return ``11 - sum mod 11``, ten and eleven becoming zero: the rule of CPF, CNPJ and PIS."""
    digits: I64 = (11 - sums % 11) % 11
    digits[digits == 10] = 0
    return digits


@lru_cache(maxsize=1)
def _doubled() -> I64:
    # Sums of four digits with the last and the third from the right doubled, digits of products added.
    single, double = np.arange(10), np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])
    sums = np.add.outer(np.add.outer(np.add.outer(single, double), single), double)
    table: I64 = sums.reshape(-1).astype(np.int64)
    return table


def luhn_10(numbers: U64) -> I64:
    """Return the modulus 10 digit: weights 2, 1, 2, ... from the right, digits of products added (FEBRABAN)."""
    total = np.zeros(len(numbers), dtype=np.int64)
    rest = numbers
    while rest.any():
        above = rest // np.uint64(10_000)
        total += _doubled().take((rest - above * np.uint64(10_000)).view(np.int64))
        rest = above
    return (10 - total % 10) % 10


def spoil(digits: I64, numbers: U64) -> I64:
    """Return another digit than the right one, chosen by the number."""
    return (digits + 1 + (mix(numbers) % np.uint64(9)).view(np.int64)) % 10


def append(numbers: U64, *digits: I64) -> U64:
    """Write decimal digits at the right end of the numbers."""
    for digit in digits:
        numbers = numbers * np.uint64(10) + digit.view(np.uint64)
    return numbers
