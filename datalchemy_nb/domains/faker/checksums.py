"""Numbers with check digits, computed on whole arrays.

Luhn: ISO/IEC 7812-1 annex B. ISIN: ISO 6166. ISBN: ISO 2108.
"""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np
import polars as pl

from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.grammar.nodes import Node, Shape
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.strings import TextRows, gather, join, text_table, zero_padded

_TEN = np.uint64(10)


def luhn_digit(numbers: U64, width: int) -> U64:
    """Return the digit that makes ``number * 10 + digit`` pass Luhn's check."""
    total, rest = np.zeros_like(numbers), numbers
    for place in range(width):
        above = rest // _TEN
        digit = rest - above * _TEN
        if place % 2 == 0:
            digit = digit * np.uint64(2)
            digit = np.where(digit > 9, digit - np.uint64(9), digit)
        total, rest = total + digit, above
    return (_TEN - total % _TEN) % _TEN


class CardNumbers(Node):
    """Card numbers of one network.

    Args:
        first: the lowest prefix.
        last: the highest prefix, of the same length.
        length: digits in all.
    """

    def __init__(self, first: int, last: int, length: int) -> None:
        self.first, self.length = first, length
        self.free = length - len(str(first)) - 1
        self.size = (last - first + 1) * 10**self.free
        digits = frozenset(string.digits)
        starts = frozenset(str(prefix)[0] for prefix in (first, last))
        self.shape = Shape(length, length, starts, digits, digits, frozenset())

    def take(self, ordinals: U64) -> pl.Series:
        numbers = ordinals + np.uint64(self.first * 10**self.free)
        return zero_padded(numbers * _TEN + luhn_digit(numbers, self.length - 1), self.length)

    def within(self, least: int, most: int) -> Node:
        if not least <= self.length <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


class Isin(Node):
    """Security numbers: country, nine digits, check digit.

    Args:
        countries: codes of two letters.
    """

    _places = 10**9

    def __init__(self, countries: Sequence[str]) -> None:
        self.countries = tuple(countries)
        self.size = len(self.countries) * self._places
        letters = {letter: 10 + i for i, letter in enumerate(string.ascii_uppercase)}
        # Letters count as two digits each: A is 10, Z is 35.
        self._worth = np.array([letters[c[0]] * 100 + letters[c[1]] for c in self.countries], dtype=np.uint64)
        self._codes = text_table(self.countries)
        digits = frozenset(string.digits)
        heads = frozenset(c[0] for c in self.countries)
        letters_used = frozenset("".join(self.countries))
        self.shape = Shape(12, 12, heads, digits, digits | letters_used, frozenset())

    def take(self, ordinals: U64) -> pl.Series:
        country = ordinals // np.uint64(self._places)
        number = ordinals - country * np.uint64(self._places)
        spelled = self._worth.take(country.view(np.int64)) * np.uint64(self._places) + number
        rows = TextRows(len(ordinals), 12)
        rows.put(0, self._codes, country)
        rows.digits(2, number * _TEN + luhn_digit(spelled, 13), 10)
        return rows.finish()

    def within(self, least: int, most: int) -> Node:
        if not least <= 12 <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


class Isbn(Node):
    """Book numbers of a registration group of 978, hyphenated by the agency's ranges.

    Args:
        ranges: group, first and last registrant as digits, and how many of them count.
        short: ten digits without 978, the last perhaps X.
    """

    def __init__(self, ranges: Sequence[tuple[str, str, str, int]], short: bool) -> None:
        self.short = short
        self._groups = [group for group, *_ in ranges]
        self._widths = [width for *_, width in ranges]
        self._first = np.array([int(low) * 10 for _, low, _, _ in ranges], dtype=np.uint64)
        counts = [(int(high) - int(low) + 1) * 10 for _, low, high, _ in ranges]
        self._starts: U64 = np.array([sum(counts[:i]) for i in range(len(counts))], dtype=np.uint64)
        self.size = sum(counts)
        letters = frozenset("0123456789-X" if short else "0123456789-")
        length = 13 if short else 17
        self.shape = Shape(length, length, letters, letters, letters, frozenset("-"))

    def take(self, ordinals: U64) -> pl.Series:
        ranges = places(self._starts, ordinals) - 1
        body = ordinals - self._starts.take(ranges) + self._first.take(ranges)
        groups = np.array([int(g) for g in self._groups], dtype=np.uint64).take(ranges)
        digits = zero_padded(body, 8)
        widths = pl.Series(np.array(self._widths, dtype=np.int64).take(ranges))
        frame = pl.DataFrame({"body": digits, "width": widths})
        cut = frame.select(
            pl.concat_str([pl.col("body").str.slice(0, pl.col("width")), pl.lit("-"),
                           pl.col("body").str.slice(pl.col("width"))])
        ).to_series()  # fmt: skip
        number = groups * np.uint64(10**8) + body
        check = gather(pl.Series([*string.digits, "X"]), _isbn10(number) if self.short else _isbn13(number))
        group = groups.astype(str)
        parts: list[pl.Series | str] = [pl.Series(group.tolist()), "-", cut, "-", check]
        return join(parts if self.short else ["978-", *parts])

    def within(self, least: int, most: int) -> Node:
        if not least <= self.shape.least <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


def _isbn10(numbers: U64) -> U64:
    """Weights 2 to 10 from the right, modulo 11."""
    total, rest = np.zeros_like(numbers), numbers
    for weight in range(2, 11):
        above = rest // _TEN
        total += (rest - above * _TEN) * np.uint64(weight)
        rest = above
    return (np.uint64(11) - total % np.uint64(11)) % np.uint64(11)


def _isbn13(numbers: U64) -> U64:
    """Weights 3 and 1 from the right, modulo 10, with 978 before the nine digits."""
    total = np.zeros_like(numbers)
    rest = numbers + np.uint64(978 * 10**9)
    for place in range(12):
        above = rest // _TEN
        total += (rest - above * _TEN) * np.uint64(1 if place % 2 else 3)
        rest = above
    return (_TEN - total % _TEN) % _TEN
