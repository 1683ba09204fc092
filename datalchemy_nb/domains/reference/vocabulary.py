"""Which tables are lookups of which list, and which of their columns show which field: the words, in five languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.reference.catalogue import fields_of, list_ids, records
from datalchemy_nb.domains.reference.records import LANGUAGES
from datalchemy_nb.records import dataclass

_PREFIXES = re.compile(
    r"^(tbl|tb|lkp|lookup|lu|ref|dim|d|t|dom|sys|cat|md|master|enum|aux|tab|cad)_+|_+(lkp|lookup|ref|dim|master|enum)$"
)


@dataclass(frozen=True)
class FieldWords:
    """A field of a list, and what columns that show it are called.

    Attributes:
        name: last part of the generator's id.
        words: column names, the surest first; lower case, plain letters, ``_`` between words.
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ListWords:
    """A list, and what tables that hold it are called.

    Attributes:
        id: middle part of the generators' ids.
        size: how many records there are; of subdivisions, those of the United States.
        fields: in their order.
        tables: table names per language, singular and plural.
    """

    id: str
    size: int
    fields: tuple[FieldWords, ...]
    tables: Mapping[str, tuple[str, ...]]

    def generator(self, field: str) -> str:
        """Return the id of the generator of a field."""
        return f"reference.{self.id}.{field}"


@lru_cache(maxsize=1)
def lists() -> tuple[ListWords, ...]:
    """Return every list there is, with the words that denote it."""
    words = _tables()
    return tuple(
        ListWords(
            list_id,
            records(list_id).size,
            tuple(FieldWords(name, _words(list_id, name)) for name in fields_of(list_id)),
            words[list_id],
        )
        for list_id in list_ids()
    )


def size_of(list_id: str, locale: str = "en_US") -> int:
    """Return how many records a list has; of subdivisions, those of the locale's country.

    Args:
        list_id: one of `lists()`.
        locale: of the plan.
    """
    return records(list_id, locale).size


def weights(list_id: str, locale: str = "en_US", *, country: str | None = None) -> tuple[int, ...]:
    """Return how often rows that refer to the list use each record, in the list's order.

    Args:
        list_id: one of `lists()`.
        locale: its country comes up most in lists of countries and of what belongs to them.
        country: of `subdivision`, whose they are.

    Raises:
        ValueError: no subdivisions of the country are known.
        KeyError: there is no such list.
    """
    return records(list_id, locale, None, country).weights


def list_for(table: str, languages: Iterable[str] = LANGUAGES) -> ListWords | None:
    """Return the list that a table of this name holds, or None; accents, case and a ``tb_`` before it do not count.

    Args:
        table: name of the table, without its schema.
        languages: in which to read it; the first that knows it decides.
    """
    name = plain_name(table)
    by_word = _by_word()
    for key in dict.fromkeys((name, _PREFIXES.sub("", name))):
        for language in languages:
            found = by_word.get((language, key))
            if found:
                return found
    return None


_DICTIONARY = {"nm": "nome", "ds": "descricao", "cd": "codigo", "sg": "sigla"}
"""What the prefixes of Brazilian data dictionaries say, where nothing else is left of a name: ``nm_uf`` of states."""


def field_for(list_words: ListWords, column: str, table: str = "") -> str | None:
    """Return the field of a list that a column of this name shows, or None.

    Args:
        list_words: the list.
        column: name of the column.
        table: name of the table; its words before or behind those of the column do not count (``country_name``).
    """
    name, whose = plain_name(column), plain_name(table)
    own = {_PREFIXES.sub("", whose), whose, *(word for words in list_words.tables.values() for word in words)} - {""}
    bare = {name}
    for word in sorted(own):
        bare |= {name.removeprefix(f"{word}_"), name.removesuffix(f"_{word}")}
        if name == word:
            bare.add("name")
        for joint in ("do", "da", "de", "del", "of", "du"):
            bare.add(name.removesuffix(f"_{joint}_{word}"))
    bare |= {_DICTIONARY.get(word, word) for word in bare}
    ranked = [
        (word != name, field.words.index(word), order, field.name)
        for order, field in enumerate(list_words.fields)
        for word in sorted(bare)
        if word in field.words
    ]
    return min(ranked)[3] if ranked else None


def plain_name(name: str) -> str:
    """Return a name in lower case, without accents, ``_`` between its words (``PaísOrigem`` -> ``pais_origem``)."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    german = apart.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFD", german).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found = {}
    for list_id, *parts in parts_of(__package__, "data/vocabulary.txt")[""]:
        found[list_id] = {name: tuple(words.split()) for name, words in zip(LANGUAGES, parts, strict=True)}
    return found


@lru_cache(maxsize=1)
def _by_word() -> Mapping[tuple[str, str], ListWords]:
    found: dict[tuple[str, str], ListWords] = {}
    for one in lists():
        for language, words in one.tables.items():
            for word in words:
                found.setdefault((language, word), one)
    return found


@lru_cache(maxsize=1)
def _fields() -> Mapping[str, str]:
    return {line[0]: line[1] for line in parts_of(__package__, "data/fields.txt")[""]}


def _words(list_id: str, field: str) -> tuple[str, ...]:
    fields = _fields()
    if list_id == "subdivision" and field == "code":
        return ("iso_code", "iso_3166_2", "iso3166_2", "codigo_iso")
    if list_id == "diagnosis" and field == "code":
        return (*"icd icd10 icd_code icd10_code cid cid10 codigo_cid cie cie10".split(), *fields["code"].split())
    if list_id in ("country", "language") and field == "alpha2":
        return tuple(w for w in fields["alpha2"].split() if list_id == "country" or "country" not in w)
    return tuple(dict.fromkeys(fields.get(field, field).split()))
