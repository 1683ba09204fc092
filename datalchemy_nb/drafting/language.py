"""The language of a schema's names, and names of other languages read as English ones.

Words of tables, columns and comments vote for a language; some words are of one country only (`cpf`, `siret`, `plz`).
Spanish, French and German names are then read through a glossary, word by word, so that every rule and shape that
knows an English name knows theirs: ``fecha_nacimiento`` is `birth date`, ``Bestelldatum`` `order date`. Spanish and
French names begin with their noun and are turned round; German ones end with it, often in one word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.drafting.words import Words, singular, split_words
from datalchemy_nb.records import dataclass

DEFAULT_LOCALE = "en_US"
_SHOWN = 8

_GLOSSARIES = ("es", "fr", "de", "pt_PT")
"""Languages whose names are read by a glossary of their own."""

# --- which language, which country ------------------------------------------------------------------------------------

_MARK = 2
"""A word of one country only counts for its language as often."""


@dataclass(frozen=True)
class Detected:
    """The locale of a draft.

    Attributes:
        locale: as plans write it.
        evidence: what tells so.
    """

    locale: str
    evidence: str


def detect(schema: DatabaseSchema, tables: Iterable[TableRef]) -> Detected:
    """Return the locale that the words of tables, columns and comments speak for; English of the US where none does."""
    words = {word for text in _texts(schema, tables) for word in split_words(text)}
    known = _countries()
    marks = {language: words & frozenset().union(*countries.values()) for language, countries in known.items()}
    told = {language: sorted(word for word in words if _says(word, language)) for language in known}
    score = {language: len(told[language]) + _MARK * len(marks[language]) for language in known}
    # Of words alike the first language in this order has them; it decides only where two say as much.
    language = max(known, key=lambda one: (score[one], one == "en"))
    if not score[language]:
        return Detected(DEFAULT_LOCALE, f"no word of the schema tells a language: {DEFAULT_LOCALE}")
    per_country = {locale: sorted(words & marked) for locale, marked in known[language].items()}
    # The first stands where nothing tells.
    locale = max(per_country, key=lambda one: len(per_country[one]))
    shown = dict.fromkeys([*per_country.get(locale, ()), *told[language]])
    others = ", ".join(f"{one} {n}" for one, n in Counter(score).most_common() if one != language and n)
    listed = ", ".join(list(shown)[:_SHOWN]) + (", ..." if len(shown) > _SHOWN else "")
    against = f"; other languages: {others}" if others else ""
    return Detected(locale, f"{score[language]} points for {language} from words of the schema: {listed}{against}")


def language_of_names(locale: str) -> str:
    """Return the language whose glossary reads the names of a draft; empty where none is needed."""
    own = locale.replace("-", "_")
    language = own.partition("_")[0].lower()
    return next((one for one in (own, language) if one in _GLOSSARIES), "")


def _texts(schema: DatabaseSchema, tables: Iterable[TableRef]) -> Iterator[str]:
    for ref in tables:
        table = schema.tables[ref]
        yield ref.table
        yield table.comment or ""
        for column in table.columns:
            yield column.name
            yield column.comment or ""


def _says(word: str, language: str) -> bool:
    forms = {word, singular(word)}
    if forms & _words_of("shared"):
        return False
    if language in _GLOSSARIES:
        return _translated((word,), language) is not None
    return bool(forms & _words_of(language))


@lru_cache(maxsize=1)
def _telling() -> Mapping[str, list[list[str]]]:
    return parts_of(__package__, "data/languages.txt")


@lru_cache(maxsize=3)
def _words_of(whose: str) -> frozenset[str]:
    """The words of a language that tell it, or those that are `shared`."""
    return frozenset(words for name, listed in _telling()["words"] if name == whose for words in listed.split())


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Words that only one country of a language writes, by language and locale; the usual country first."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for language, locale, words in _telling()["countries"]:
        found.setdefault(language, {})[locale] = frozenset(words.split())
    return found


# --- names read as English ones ---------------------------------------------------------------------------------------

_ENDINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "es": (("iones", "ion"), ("ores", "or"), ("es", ""), ("s", "")),
    "fr": (("aux", "al"), ("s", ""), ("x", "")),
    "pt_PT": (("oes", "ao"), ("res", "r"), ("ns", "m"), ("s", "")),
    "de": (("innen", "in"), ("en", ""), ("n", ""), ("er", ""), ("e", ""), ("s", "")),
}
_LINKING = ("", "s", "n", "en", "es", "e")
"""Letters between the parts of a German compound."""
_PART = 3


@lru_cache(maxsize=len(_GLOSSARIES))
def _glossary(language: str) -> Mapping[Words, Words]:
    found: dict[Words, Words] = {}
    for english, phrases in parts_of(__package__, f"data/glossary_{language}.txt")[""]:
        for phrase in phrases.split(","):
            words, told = tuple(phrase.split()), tuple(english.split())
            found.setdefault(words, told)
            if language == "de":
                # Accents are folded away in names: `geändert` is written `geandert` there, by others `geaendert`.
                plain = tuple(re.sub("(?<=[aou])e", "", word) for word in words)
                found.setdefault(plain, told)
    return found


@lru_cache(maxsize=8192)
def in_english(words: Words, language: str) -> Words:
    """Return the words of a name as an English name has them; those that the glossary lacks stay.

    Args:
        words: of the name.
        language: as `language_of_names` returns it; empty = leave them as they are.
    """
    if not language:
        return words
    parts: list[tuple[Words, bool]] = []
    at = 0
    while at < len(words):
        length, told = _longest(words[at:], language)
        parts.append((told or words[at : at + 1], told is not None))
        at += length
    if language not in ("de", "pt_PT") and len(parts) > 1 and parts[0][1]:
        # Nouns stand first there and last in English; a number at the end stays there.
        numbers = [part for part in parts if part[0][0].isdigit()]
        parts = [*[part for part in reversed(parts) if part not in numbers], *numbers]
    return tuple(word for part, _ in parts for word in part)


def _longest(words: Words, language: str) -> tuple[int, Words | None]:
    for length in range(len(words), 0, -1):
        told = _translated(words[:length], language)
        if told is not None:
            return length, told
    return 1, None


@lru_cache(maxsize=8192)
def _translated(words: Words, language: str) -> Words | None:
    known = _glossary(language)
    for tried in _forms(words, language):
        if tried in known:
            return known[tried]
    return _compound(words[0], language) if language == "de" and len(words) == 1 else None


def _forms(words: Words, language: str) -> Iterator[Words]:
    """The words as they are, their last in the singular, and with the umlauts that folding took away."""
    yield words
    *first, last = words
    for ending, single in _ENDINGS[language]:
        if last.endswith(ending) and len(last) - len(ending) >= _PART:
            yield (*first, last[: -len(ending)] + single)
            if language == "de":
                yield (*first, last[: -len(ending)] + "e")


def _compound(word: str, language: str) -> Words | None:
    """``Bestelldatum``: a known word at the end, and a known one before it or its own beginning as it is."""
    known = _glossary(language)
    for cut in range(_PART, len(word) - _PART + 1):
        tail = next((known[form] for form in _forms((word[cut:],), language) if form in known), None)
        if tail is None:
            continue
        head = word[:cut]
        for link in _LINKING:
            bare = head.removesuffix(link) if link else head
            for form in ((bare,), (f"{bare}e",), (f"{bare}ung",)):
                if form in known:
                    return (*known[form], *tail)
    return None
