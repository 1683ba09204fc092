"""Banks, branches, accounts and boletos."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64, mix, scale, stream_key
from datalchemy_nb.domains.brazil.checkdigits import luhn_10, weighted_sum
from datalchemy_nb.domains.brazil.codes import Code, write_digits
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import TextRows, char_table

_BANKS = {
    "001": 16, "104": 17, "237": 14, "341": 14, "033": 10, "260": 12, "077": 5, "336": 4, "290": 3, "323": 4,
    "756": 4, "748": 4, "041": 2, "422": 1, "070": 1, "085": 1, "212": 1, "655": 1, "389": 1, "004": 1, "003": 1,
    "021": 1, "047": 1, "037": 1, "318": 1, "623": 1, "208": 1, "197": 1, "380": 2, "403": 1, "364": 1, "121": 1,
    "136": 1, "102": 1,
}  # fmt: skip
"""COMPE codes with rough shares of customers."""
_SLIP_BANKS = ("001", "033", "104", "237", "341", "748", "756")
_EPOCH = dt.date(2025, 2, 22)
"""Day the due date factor began again at 1000 (FEBRABAN)."""
_FIRST_FACTOR = 1000
_LARGEST_CENTS = 500_000
_DUE_WITHIN = 60
_OUR_NUMBERS = 10**11


def _remainder_digits(numbers: U64, width: int) -> I64:
    sums = weighted_sum(numbers, [2 + i % 8 for i in reversed(range(width))])
    digits: I64 = (11 - sums % 11) % 11
    return digits


class Branch(Code):
    """Branch numbers, with a check digit or X (modulus 11, as Banco do Brasil)."""

    def __init__(self, digit: bool = False) -> None:
        self.digit = digit
        super().__init__(9999, 6 if digit else 4)

    def take(self, ordinals: U64) -> pl.Series:
        number = ordinals + np.uint64(1)
        rows = TextRows(len(number), self.length)
        rows.digits(0, number, 4)
        if self.digit:
            rows.literal(4, b"-")
            rows.put(5, char_table("0123456789X"), _remainder_digits(number, 4))
        return rows.finish()


class Account(Code):
    """Account numbers of eight digits and a check digit or X (modulus 11, as Banco do Brasil)."""

    def __init__(self, formatted: bool = True) -> None:
        self.formatted = formatted
        super().__init__(10**8 - 1, 10 if formatted else 9)

    def take(self, ordinals: U64) -> pl.Series:
        number = ordinals + np.uint64(1)
        rows = TextRows(len(number), self.length)
        rows.digits(0, number, 8)
        if self.formatted:
            rows.literal(8, b"-")
        rows.put(self.length - 1, char_table("0123456789X"), _remainder_digits(number, 8))
        return rows.finish()


class Boleto(Code):
    """Boleto lines of 47 digits (FEBRABAN): free field, three digits modulus 10, one modulus 11, due date and amount.

    The ordinal is the bank's own number of the slip; bank, due date and amount follow from it.

    Args:
        today: slips fall due within sixty days of it.
        formatted: with dots and spaces.
    """

    def __init__(self, today: dt.date, formatted: bool = False) -> None:
        self.layout = "99999.99999 99999.999999 99999.999999 9 99999999999999" if formatted else "9" * 47
        cycle = (today - _EPOCH).days % 9000
        self.factor = _FIRST_FACTOR + cycle
        self.banks = np.array([int(b) for b in _SLIP_BANKS], dtype=np.uint64)
        super().__init__(_OUR_NUMBERS, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        word = mix(ordinals + stream_key("boleto"))
        bank = self.banks.take((word % np.uint64(len(self.banks))).view(np.int64)) * np.uint64(10) + np.uint64(9)
        factor = np.uint64(_FIRST_FACTOR) + (
            np.uint64(self.factor - _FIRST_FACTOR) + scale(mix(word), _DUE_WITHIN)
        ) % np.uint64(9000)
        cents = scale(mix(~word), _LARGEST_CENTS) + np.uint64(1000)
        # Free field of 25 digits: agreement (5), own number in two halves (5 and 6), and the rest.
        head = scale(mix(word ^ np.uint64(1)), 10**5)
        middle = ordinals // np.uint64(10) % np.uint64(10**10)
        tail = ordinals % np.uint64(10) * np.uint64(10**9) + scale(mix(word ^ np.uint64(2)), 10**9)
        fields = (bank * np.uint64(10**5) + head, middle, tail)
        general = _general(bank, factor, cents, (head, middle, tail))
        return self._write(fields, general, factor * np.uint64(10**10) + cents)

    def _write(self, fields: tuple[U64, U64, U64], general: U64, last: U64) -> pl.Series:
        rows, at = TextRows(len(last), self.length), 0
        layouts = self.layout.split(" ") if self.length > 47 else ["9" * 10, "9" * 11, "9" * 11, "9", "9" * 14]
        gap = self.length > 47
        numbers = [f * np.uint64(10) + luhn_10(f).view(np.uint64) for f in fields]
        for layout, number in zip(layouts, [*numbers, general, last], strict=True):
            write_digits(rows, at, layout, number)
            at += len(layout)
            if gap and at < self.length:
                rows.literal(at, b" ")
                at += 1
        return rows.finish()


def _general(bank: U64, factor: U64, cents: U64, free: tuple[U64, U64, U64]) -> U64:
    # Weights 2 to 9 from the right, over the 43 digits of the bar code without this one.
    parts = ((bank, 4), (factor, 4), (cents, 10), (free[0], 5), (free[1], 10), (free[2], 10))
    weights = [2 + i % 8 for i in reversed(range(43))]
    total = np.zeros(len(bank), dtype=np.int64)
    for numbers, width in parts:
        total += weighted_sum(numbers, weights[:width])
        weights = weights[width:]
    digit = 11 - total % 11
    return np.where(digit > 9, 1, digit).view(np.uint64)


class BankChoice(ChoiceDomain):
    """COMPE codes of banks."""

    def __init__(self) -> None:
        super().__init__(list(_BANKS), list(_BANKS.values()))


class BranchParams(Params):
    """How a branch number is written.

    Attributes:
        digit: with its check digit, ``1234-3``.
    """

    digit: Bool = False


class WrittenParams(Params):
    """How a code is written.

    Attributes:
        formatted: with the usual punctuation.
    """

    formatted: Bool = False


@generator("semantic.br.bank.code")
def bank_code(params: Params, slot: Slot) -> Domain:
    """COMPE code of a bank, three digits."""
    del params, slot
    return BankChoice()


@generator("semantic.br.bank.branch", params=BranchParams, tags=("pii.bank_account",))
def bank_branch(params: BranchParams, slot: Slot) -> Domain:
    """Branch number (agência)."""
    del slot
    return Branch(params.digit)


@generator("semantic.br.bank.account", params=WrittenParams, tags=("pii.bank_account",))
def bank_account(params: WrittenParams, slot: Slot) -> Domain:
    """Account number with its check digit."""
    del slot
    return Account(params.formatted)


@generator("semantic.br.boleto", params=WrittenParams)
def boleto(params: WrittenParams, slot: Slot) -> Domain:
    """Boleto line (linha digitável), due within sixty days of the plan's base date."""
    return Boleto(slot.base_date, params.formatted)
