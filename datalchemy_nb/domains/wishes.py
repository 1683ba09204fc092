"""What people want of a column, in English and Portuguese, and the generators that make it, the usual one first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Wish:
    """One thing wanted of a column.

    Attributes:
        group: what kind of thing it is, in English and Portuguese.
        english: its words, some names of it with commas between.
        portuguese: the same in Portuguese.
        ids: generators, the usual one first.
    """

    group: tuple[str, str]
    english: str
    portuguese: str
    ids: tuple[str, ...]


def _read() -> Iterator[Wish]:
    for group, lines in parts_of(__package__, "wishes.txt").items():
        english, _, portuguese = group.partition(" | ")
        for line in lines:
            yield Wish((english, portuguese), line[0], line[1], tuple(line[2].split()))


WISHES = tuple(_read())


def plain(text: str) -> str:
    """Return a text in small letters without accents."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().casefold()


def wished(words: str) -> tuple[str, ...]:
    """Return the generators of the wishes in whose words each of these begins one, in either language.

    Args:
        words: as somebody types them; accents and capitals do not matter.
    """
    asked = plain(words).split()
    found = [id_ for wish in WISHES if asked and _speaks_of(wish, asked) for id_ in wish.ids]
    return tuple(dict.fromkeys(found))


def _speaks_of(wish: Wish, asked: list[str]) -> bool:
    texts = (plain(text).replace(",", " ").split() for text in (wish.english, wish.portuguese))
    return any(all(any(own.startswith(word) for own in text) for word in asked) for text in texts)
