"""What texts are for: the purposes, the kinds they come in, and the words of columns and tables that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.records import dataclass

Words = Mapping[str, tuple[str, ...]]
"""Language -> words."""
_ASKING = ("columns", "tables", "kind ")
_KEYWORDS = "keywords"


@dataclass(frozen=True)
class Purpose:
    """One kind of text, ``text.<name>``.

    Attributes:
        name: the last part of the generator's id.
        doc: what it makes, one sentence or two.
        sentences: fewest and most sentences; None = it is no prose, and takes no number of sentences.
        paragraphs: fewest and most paragraphs.
        kinds: the kinds it comes in, the usual one first, with their shares where no kind is given.
        mixed: without a kind all of them come up; else the first.
        reads: parameter that names a column whose value decides the kind.
        names: parameter that names a column whose text is part of this one.
        urgent: a last sentence says how much hurry there is, by the column that ``priority_column`` names.
        columns: names of columns that ask for it, by language: nouns, in ASCII, parted by spaces.
        tables: words of table names that make it this purpose rather than another one with the same columns.
        kind_tables: kind -> words of table or column names that ask for this kind.
    """

    name: str
    doc: str
    sentences: tuple[int, int] | None = None
    paragraphs: tuple[int, int] = (1, 1)
    kinds: Mapping[str, float] = field(default_factory=dict)
    mixed: bool = True
    reads: str | None = None
    names: str | None = None
    urgent: bool = False
    separator: str | None = " "
    columns: Words = field(default_factory=dict)
    tables: Words = field(default_factory=dict)
    kind_tables: Mapping[str, Words] = field(default_factory=dict)


URGENCIES = {"normal": 0.55, "high": 0.25, "low": 0.2}


@lru_cache(maxsize=1)
def purposes() -> tuple[Purpose, ...]:
    """Return all purposes."""
    return tuple(_read(name, lines) for name, lines in _parts().items() if name != _KEYWORDS)


@lru_cache(maxsize=1)
def keywords() -> Mapping[str, str]:
    """Return, by kind, what the value of a column must hold for it: a regular expression over folded text."""
    return {line[0]: "|".join(line[1:]) for line in _parts()[_KEYWORDS]}


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, list[list[str]]]:
    return parts_of(__package__, "data/vocabulary.txt")


def _read(name: str, lines: list[list[str]]) -> Purpose:
    said = {line[0]: line[1:] for line in lines}
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    for what, language, listed in (line for line in lines if line[0].startswith(_ASKING)):
        words.setdefault(what, {})[language] = tuple(word.strip() for word in listed.split(","))
    separator = said.get("separator", [" "])[0]
    return Purpose(
        name,
        said["makes"][0],
        sentences=_two(said["sentences"]) if "sentences" in said else None,
        paragraphs=_two(said.get("paragraphs", ["1", "1"])),
        kinds={kind: float(share or 1) for kind, _, share in (one.partition(" ") for one in said.get("kinds", ()))},
        mixed="first" not in said,
        reads=next(iter(said.get("reads", ())), None),
        names=next(iter(said.get("names", ())), None),
        urgent="urgent" in said,
        separator=None if separator == "none" else separator,
        columns=words.pop("columns", {}),
        tables=words.pop("tables", {}),
        kind_tables={kind.removeprefix("kind "): listed for kind, listed in words.items()},
    )


def _two(numbers: list[str]) -> tuple[int, int]:
    fewest, most = map(int, numbers)
    return fewest, most
