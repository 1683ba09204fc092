"""CNPJ, the number of companies: digits only, or with letters."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.codes import Code, append, complement_11, digit_text, spoil, weighted_sum
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.strings import TextRows, char_table

_SYMBOLS = "0123456789ABCDEGHJKLMNPRSTVWXYZ"
"""Characters of the form with letters: F, I, O, Q and U, easily misread, are left out."""
_FIRST_WEIGHTS = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_BRANCHES = 9999


def _branches(bits: U64) -> U64:
    # Four in five are head offices; the others are branches 2 to 30.
    return np.where(scale(bits, 5) == 0, scale(mix(~bits), 29) + np.uint64(1), np.uint64(0))


class Cnpj(Code):
    """CNPJ: root of eight digits, branch of four, two check digits, modulus 11 (Receita Federal)."""

    def __init__(self, formatted: bool = False, valid: bool = True, branch: str = "first") -> None:
        self.layout, self.valid = ("99.999.999/9999-99" if formatted else "9" * 14), valid
        self.branches = 1 if branch == "first" else _BRANCHES
        super().__init__((10**8 - 1) * self.branches, len(self.layout))

    def draw(self, bits: U64) -> U64:
        """Draw mostly head offices, and few large chains."""
        if self.branches == 1:
            return scale(bits, self.size)
        return scale(mix(bits), 10**8 - 1) * np.uint64(self.branches) + _branches(bits)

    def take(self, ordinals: U64) -> pl.Series:
        many = np.uint64(self.branches)
        roots = ordinals // many
        base = (roots + np.uint64(1)) * np.uint64(10_000) + (ordinals - roots * many) + np.uint64(1)
        first = complement_11(weighted_sum(base, _FIRST_WEIGHTS))
        second = complement_11(weighted_sum(base, (6, *_FIRST_WEIGHTS[:-1])) + 2 * first)
        return digit_text(self.layout, append(base, first, second if self.valid else spoil(second, base)))


class AlphanumericCnpj(Code):
    """CNPJ with letters: a character counts as its ASCII code less 48 (Instrução Normativa RFB 2.229/2024)."""

    def __init__(self, formatted: bool = False, valid: bool = True, branch: str = "first") -> None:
        self.formatted, self.valid = formatted, valid
        self.branches = 1 if branch == "first" else _BRANCHES
        super().__init__(len(_SYMBOLS) ** 8 * self.branches, 18 if formatted else 14)

    def draw(self, bits: U64) -> U64:
        """Draw mostly head offices, and few large chains."""
        if self.branches == 1:
            return scale(bits, self.size)
        return scale(mix(bits), len(_SYMBOLS) ** 8) * np.uint64(self.branches) + _branches(bits)

    def take(self, ordinals: U64) -> pl.Series:
        many = np.uint64(self.branches)
        roots = ordinals // many
        branch = ordinals - roots * many + np.uint64(1)
        symbols = _split(roots, len(_SYMBOLS), 8)
        values = np.frombuffer(_SYMBOLS.encode(), dtype=np.uint8).astype(np.int64) - 48
        chars = [values.take(s.view(np.int64)) for s in symbols]
        digits = [d.view(np.int64) for d in _split(branch, 10, 4)]
        first = _weigh([*chars, *digits], _FIRST_WEIGHTS)
        second = _weigh([*chars, *digits, first], (6, *_FIRST_WEIGHTS))
        if not self.valid:
            second = spoil(second, ordinals)
        return self._write(symbols, branch, first * 10 + second)

    def _write(self, symbols: list[U64], branch: U64, check: I64) -> pl.Series:
        rows, table = TextRows(len(branch), self.length), char_table(_SYMBOLS)
        places = (0, 1, 3, 4, 5, 7, 8, 9) if self.formatted else range(8)
        marks = {2: b".", 6: b".", 10: b"/", 15: b"-"} if self.formatted else {}
        for place, symbol in zip(places, symbols, strict=True):
            rows.put(place, table, symbol)
        rows.digits(11 if self.formatted else 8, branch, 4)
        rows.digits(self.length - 2, check.view(np.uint64), 2)
        for place, mark in marks.items():
            rows.literal(place, mark)
        return rows.finish()


def _split(numbers: U64, base: int, width: int) -> list[U64]:
    digits: list[U64] = []
    for _ in range(width):
        above = numbers // np.uint64(base)
        digits.append(numbers - above * np.uint64(base))
        numbers = above
    return digits[::-1]


def _weigh(digits: list[I64], weights: tuple[int, ...]) -> I64:
    total = np.zeros(len(digits[0]), dtype=np.int64)
    for digit, weight in zip(digits, weights, strict=True):
        total += digit * weight
    return complement_11(total)
