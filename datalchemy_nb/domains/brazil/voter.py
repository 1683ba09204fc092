"""Título de eleitor, the number of voters, which names their state."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.checkdigits import append, spoil, weighted_sum
from datalchemy_nb.domains.brazil.codes import digit_text
from datalchemy_nb.domains.brazil.facets import Numbered, fits
from datalchemy_nb.domains.brazil.places import STATES, gazetteer, place
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import Length

_TSE_CODES = (
    "SP", "MG", "RJ", "RS", "BA", "PR", "CE", "PE", "SC", "GO", "MA", "PB", "PA", "ES",
    "PI", "RN", "AL", "MT", "MS", "DF", "SE", "AM", "RO", "AC", "AP", "RR", "TO",
)  # fmt: skip
"""States in the order of their number: SP = 01."""


class VoterCard(Numbered):
    """Título de eleitor of the row's state: eight digits, state, two check digits (TSE, Resolução 21.538/2003)."""

    def __init__(self, valid: bool = True) -> None:
        super().__init__(place(), 10**8)
        self.valid = valid

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        numbers = np.array([_TSE_CODES.index(uf) + 1 for uf in STATES], dtype=np.int64)
        states = numbers.take(gazetteer().state_of(entity))
        lenient = states <= 2
        first = _tse_digit(weighted_sum(own, range(2, 10)), lenient)
        second = _tse_digit(states // 10 * 7 + states % 10 * 8 + first * 9, lenient)
        if not self.valid:
            second = spoil(second, own)
        return digit_text("9" * 12, append(own * np.uint64(100) + states.view(np.uint64), first, second))

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 12, 12) else None


def _tse_digit(sums: I64, lenient: npt.NDArray[np.bool_]) -> I64:
    digit = sums % 11
    digit = np.where(lenient & (digit == 0), 1, digit)
    return np.where(digit == 10, 0, digit)
