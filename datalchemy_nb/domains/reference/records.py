"""The records of a reference list: one row per record, one column per field, in the language asked for.

Lists that the world agrees on (countries, currencies, ...) are tables of codes with names per language beside them; the
others are `lists/*.txt`, written for this package in five languages. The sources are named in `data/NOTICE.md`.
"""

from __future__ import annotations

import csv
import lzma
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from datalchemy_nb.datafiles import text_of

LANGUAGES: Final = ("pt", "en", "es", "fr", "de")
"""Languages in which every list is complete; the names of the world's lists come in about sixty."""
_MILLION = 1_000_000
_HOME_SHARE = 700_000
"""Rows in a million that are of the locale's own country, where a list is of countries or what belongs to them."""

Column = tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True)
class Records:
    """A list, read.

    Attributes:
        columns: values of every field, one per record; texts or whole numbers.
        weights: how often rows that refer to a record use it, as whole numbers.
    """

    columns: Mapping[str, Column]
    weights: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.weights)

    def only(self, codes: Sequence[str]) -> Records:
        """Return the records with these codes (or slugs, or names), in this order.

        Raises:
            ValueError: a code is not of the list.
        """
        places: list[int] = []
        for code in codes:
            found = [self.columns[f].index(code) for f in ("code", "slug", "name") if code in self.columns.get(f, ())]
            if not found:
                shown = ", ".join(map(str, self.columns["code"][:8]))
                raise ValueError(f"{code!r} is not of the list; there are {shown}, ...")
            places.append(found[0])
        columns = {name: tuple(values[i] for i in places) for name, values in self.columns.items()}
        columns["position"] = tuple(range(1, len(places) + 1))
        return Records(columns, tuple(self.weights[i] for i in places))  # type: ignore[arg-type]


@lru_cache(maxsize=16)
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of codes."""
    return tuple(csv.DictReader(text_of(__package__, f"data/{name}.csv").splitlines()))


@lru_cache(maxsize=8)
def _names(language: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    path = files(__package__).joinpath("data", "names", f"{language}.tsv.xz")
    if not path.is_file():
        return {}
    lines = lzma.decompress(path.read_bytes()).decode().splitlines()
    return {(kind, key): tuple(rest) for kind, key, *rest in (line.split("\t") for line in lines)}


def names_of(kind: str, language: str) -> Callable[[str], tuple[str, ...]]:
    """Return a function from a code to its name (and abbreviation, where there is one) in a language."""
    own, english = _names(language), _names("en")
    return lambda code: own.get((kind, code)) or english[kind, code]


def slug(text: str) -> str:
    """Return a text as `snake_case` of plain letters and digits."""
    plain = unicodedata.normalize("NFD", text.replace("ß", "ss").replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "_".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


def homeward(weights: Sequence[int], home: Sequence[bool]) -> tuple[int, ...]:
    """Give what is at home most of the rows, keeping proportions within both parts; the sum is about a million."""
    own = sum(w for w, h in zip(weights, home, strict=True) if h)
    others = sum(weights) - own
    if not own or not others:
        return tuple(weights)
    parts = {True: (_HOME_SHARE, own), False: (_MILLION - _HOME_SHARE, others)}
    return tuple(max(w * parts[h][0] // parts[h][1], 1) for w, h in zip(weights, map(bool, home), strict=True))
