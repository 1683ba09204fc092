"""Streets as countries name and number them, put together from common names: no list of anybody's addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import polars as pl

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.strings import decimal_digits, gather, join
from datalchemy_nb.records import dataclass

_OTHER = np.uint64(0xA0761D6478BD642F)
_THIRD = np.uint64(0x589965CC75374CC3)


@dataclass(frozen=True, eq=False)
class Streets:
    """The streets of a country or language.

    Attributes:
        kinds: forms such as ``Rua {}`` and how often each comes up; ``{}`` is the name.
        names: what streets are named after.
        line: where street and number stand: ``{street}, {number}``.
        highest: house number that is rarely passed.
        units: second lines, with ``{}`` for a number.
    """

    kinds: Mapping[str, int]
    names: Sequence[str]
    line: tuple[str, str, str]
    highest: int
    units: Sequence[str]

    @cached_property
    def streets(self) -> pl.Series:
        """All streets, kind by kind."""
        return pl.Series([kind.format(name) for kind in self.kinds for name in self.names])

    @cached_property
    def _kind(self) -> WeightTable:
        return WeightTable(list(self.kinds.values()))

    @cached_property
    def _units(self) -> pl.Series:
        return pl.Series([unit.format(number) for unit in self.units for number in _DOORS])

    def sizes(self, part: str) -> int:
        """How many texts of a part are distinct."""
        match part:
            case "line":
                return len(self.streets) * self.highest
            case "street":
                return len(self.streets)
            case "unit":
                return len(self._units)
        return self.highest

    def write(self, part: str, bits: U64, longest: int | None) -> pl.Series:
        """Return a text for each uniform word."""
        match part:
            case "unit":
                return _cut(gather(self._units, scale(mix(bits ^ _THIRD), len(self._units))), longest)
            case "number":
                return decimal_digits(self._number(bits))
        kind = self._kind.pick(bits)
        street = kind * np.uint64(len(self.names)) + scale(mix(bits ^ _OTHER), len(self.names))
        if part == "street":
            return _cut(gather(self.streets, street), longest)
        return self._line(street, self._number(bits), longest)

    def nth(self, part: str, ordinals: U64, longest: int | None) -> pl.Series:
        """Return the text with each number below `sizes`."""
        match part:
            case "line":
                number = ordinals // np.uint64(len(self.streets))
                street = ordinals - number * np.uint64(len(self.streets))
                return self._line(street, number + np.uint64(1), longest)
            case "street":
                return _cut(gather(self.streets, ordinals), longest)
            case "unit":
                return _cut(gather(self._units, ordinals), longest)
        return decimal_digits(ordinals + np.uint64(1))

    def _number(self, bits: U64) -> U64:
        """House numbers: the product of two even ones, so that small ones are frequent."""
        one, other = mix(bits ^ _THIRD) >> np.uint64(32), mix(bits + _OTHER) >> np.uint64(32)
        number: U64 = ((one * other >> np.uint64(32)) * np.uint64(self.highest) >> np.uint64(32)) + np.uint64(1)
        return number

    def _line(self, street: U64, number: U64, longest: int | None) -> pl.Series:
        before, between, behind = self.line
        parts = {"street": gather(self.streets, street), "number": decimal_digits(number)}
        line = join([parts[before], between, parts[behind]])
        if longest is None:
            return line
        # Where the line is too long the street loses its end, never the number.
        room = longest - len(between) - len(str(self.highest))
        short = join([_cut(parts[before], None if before == "number" else max(room, 1)), between,
            _cut(parts[behind], None if behind == "number" else max(room, 1))])  # fmt: skip
        return _cut(line.zip_with(line.str.len_chars() <= longest, short), longest)


def _cut(texts: pl.Series, longest: int | None) -> pl.Series:
    return texts if longest is None else texts.str.slice(0, longest).str.strip_chars_end()


_DOORS: Final = ("2", "3", "11", "12", "14", "21", "22", "31", "42", "53", "101", "102", "201", "304", "502", "703")
_LINE: Final = re.compile(r"{(\w+)}(.*){(\w+)}")


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Mapping[str, list[str]]]:
    parts = parts_of(__package__, "data/streets.txt")
    return {country: {line[0]: line[1:] for line in lines} for country, lines in parts.items()}


@lru_cache(maxsize=32)
def _grammar(country: str) -> Streets:
    said = _countries()[country]
    kinds = (kind.rpartition(" ") for kind in said["kinds"])
    street, between, number = _LINE.fullmatch(said["line"][0]).groups()  # type: ignore[union-attr]
    return Streets(
        kinds={form: int(share) for form, _, share in kinds},
        names=said["names"],
        line=(street, between, number),
        highest=int(said["highest"][0]),
        units=said["units"],
    )


@lru_cache(maxsize=512)
def grammar_of(country: str) -> Streets:
    """Return how streets are written in a country; as in the United Kingdom where nothing nearer is known."""
    if country in _countries():
        return _grammar(country)
    alike = (other for other, countries in _countries()["like"].items() if country in countries[0].split())
    return _grammar(next(alike, "GB"))
