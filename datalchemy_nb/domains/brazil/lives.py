"""What people do and when they were born."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Domain, Facet, OrderedDomain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.facets import Side, fits
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import Length, Limit
from datalchemy_nb.domains.parameters import Count
from datalchemy_nb.domains.registry import PersonParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.domains.temporal import DateDomain
from datalchemy_nb.domains.text import sorted_parts

TITLES = read_rows("occupations.csv")
"""Titles of men and women, and their code in the classification of occupations (CBO)."""


def job_of(entity: U64) -> U64:
    """Return the index into `TITLES` of what each person does, the same in every column."""
    return mix(entity ^ np.uint64(0x0B)) % np.uint64(len(TITLES))


class JobTitle(Side):
    """Job titles, in the gender of the row's given name."""

    def __init__(self) -> None:
        super().__init__(person())
        self.titles = pl.Series([title for pair in TITLES for title in pair[:2]])

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        female = census().female.take(read_people(entity).given).view(np.uint64)
        return gather(self.titles, job_of(entity) * np.uint64(2) + female)

    def shorten(self, limit: Length) -> Domain | None:
        lengths = self.titles.str.len_chars().to_list()
        return self if fits(limit, min(lengths), max(lengths)) else None


_DECADES = {
    "a": (10, 10, 8, 4, 1.5, 0.6, 0.3, 0.2, 0.1, 0.1), "b": (4, 8, 10, 9, 4, 1.5, 0.6, 0.2, 0.1, 0.1),
    "c": (1, 3, 8, 10, 8, 3, 1, 0.4, 0.2, 0.1), "d": (0.3, 0.8, 3, 8, 10, 7, 3, 1, 0.4, 0.2),
    "e": (0.1, 0.2, 0.6, 2, 7, 10, 7, 3, 1.5, 0.8), "f": (0, 0.1, 0.2, 0.6, 2, 7, 10, 7, 3, 1.5),
    "g": (0, 0, 0, 0.1, 0.4, 2, 7, 10, 7, 4), "h": (0, 0, 0, 0, 0, 0.2, 1, 5, 10, 10),
    "r": (5, 5, 4, 3, 2, 2, 2, 4, 9, 10), "m": (9, 10, 10, 9, 6, 4, 3, 2, 1.5, 1), "k": (6, 7, 8, 8, 8, 8, 8, 8, 6, 5),
}  # fmt: skip
"""How often the names of a generation were given, from the thirties to the twenties: those of old people, of every
decade from the fifties to the tens (b to h), revived ones, those that go out of use, those of all times. Round figures
after the ranking by decades of IBGE's Nomes no Brasil (census of 2010) and the registries since."""
_FIRST_DECADE = 1930


@lru_cache(maxsize=1)
def _generations() -> npt.NDArray[np.uint16]:
    """Of each given name, the place in `_DECADES` of the generation it is of."""
    kinds = list(_DECADES)
    return np.array([kinds.index(letter) for letter in census().generations], dtype=np.uint16)


class BirthDate(Facet, OrderedDomain):
    """Dates of birth from one day to another, in the years when the row's given name was given.

    Where none of them lies between, the days nearest to them. Keys, bounds and distributions take the days alone.

    Args:
        days: the dates there are.
    """

    category: Category = "date"

    def __init__(self, days: DateDomain) -> None:
        self.days, self.apart = days, days
        self.entity, self.own_size = person(), 1 << 32
        self.size, self.lower, self.upper = days.size, days.lower, days.upper
        years = range(days.lower.year // 10 * 10, days.upper.year + 1, 10)
        ends = [max((dt.date(year, 1, 1) - days.lower).days, 0) for year in years]
        self.starts = np.array(ends, dtype=np.uint64)
        self.lengths = np.diff([*ends, days.size]).astype(np.int64)
        places = [min(max((year - _FIRST_DECADE) // 10, 0), 9) for year in years]
        self.tables = {kind: self._shares(kind, places) for kind in _DECADES}

    def _shares(self, kind: str, places: list[int]) -> WeightTable:
        weights = [_DECADES[kind][place] * int(n) for place, n in zip(places, self.lengths, strict=True)]
        if not any(weights):
            peak = max(range(10), key=lambda place: _DECADES[kind][place])
            nearest = min(range(len(places)), key=lambda i: (abs(places[i] - peak), i) if self.lengths[i] else (99, i))
            weights = [1.0 if i == nearest else 0.0 for i in range(len(places))]
        return WeightTable(weights)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        bits = mix(own + np.uint64(1))
        order, edges = sorted_parts(_generations().take(read_people(entity).given), len(_DECADES))
        ordered, decade = bits[order], np.zeros(len(own), dtype=np.int64)
        for letter, (first, stop) in zip(_DECADES, pairwise(edges), strict=True):
            decade[order[first:stop]] = self.tables[letter].pick(ordered[first:stop]).view(np.int64)
        width: U64 = self.lengths.take(decade).view(np.uint64)
        begin: U64 = self.starts.take(decade)
        return self.days.take(begin + ((mix(bits) >> np.uint64(32)) * width >> np.uint64(32)))

    def take(self, ordinals: U64) -> pl.Series:
        return self.days.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.days.draw(bits)

    def rank(self, values: pl.Series, side: Literal["left", "right"]) -> npt.NDArray[np.int64]:
        return self.days.rank(values, side)

    def narrow(self, limit: Limit) -> Domain | None:
        fewer = self.days.narrow(limit)
        return BirthDate(fewer) if isinstance(fewer, DateDomain) else fewer


class AgeParams(PersonParams):
    """How old people are on the plan's base date.

    Attributes:
        min_age: youngest, in years.
        max_age: oldest, in years.
    """

    min_age: Count = Field(default=18)
    max_age: Count = Field(default=80)


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


@generator("semantic.br.job_title", params=PersonParams)
def job_title() -> Domain:
    """Job title (cargo), in the gender of the row's given name."""
    return JobTitle()


@generator("semantic.br.birth_date", params=AgeParams, produces=("date",), tags=("pii.birth_date",))
def birth_date(params: AgeParams, slot: Slot) -> Domain:
    """Date of birth of the row's person, 18 to 80 years old on the plan's base date, of the years of the given name."""
    latest = _years_before(slot.base_date, params.min_age)
    return BirthDate(DateDomain(_years_before(slot.base_date, params.max_age), latest))
