"""Codes of a fixed layout: documents, plates, accounts."""

from __future__ import annotations

import re
from abc import abstractmethod

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.brazil.facets import fits
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
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
