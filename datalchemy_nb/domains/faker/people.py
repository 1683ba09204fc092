"""People of a locale: given names and family names from Faker's lists, as frequent as Faker has them.

A person ordinal is ``number * persons + person``; the person is given name times family name within a sex. Numbers
above 0 tell namesakes apart and only exist where a table needs more people than there are pairs of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Entity, Members, Relation
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.faker.clock import pinned
from datalchemy_nb.domains.faker.library import Library, library
from datalchemy_nb.domains.faker.templates import Template, read_templates
from datalchemy_nb.domains.faker.trace import TODAY, form_of
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.forms import Words
from datalchemy_nb.domains.grammar.nodes import WordsNode
from datalchemy_nb.domains.strings import fold, gather
from datalchemy_nb.records import dataclass

I64 = npt.NDArray[np.int64]
_SEXES = ("male", "female")
_LISTED = 20_000
_SAMPLES = 3000
_SALT = np.uint64(0xE7037ED1A0B428DB)


@dataclass(frozen=True)
class Sex:
    """The names of one sex.

    Attributes:
        given: given names.
        family: family names.
        templates: how they are written together, with titles and the like.
    """

    given: WordsNode
    family: WordsNode
    templates: tuple[Template, ...]

    @property
    def size(self) -> int:
        """Pairs of names."""
        return self.given.size * self.family.size


class People:
    """The people of a locale.

    Args:
        locale: Faker's locale.
    """

    def __init__(self, locale: str) -> None:
        self.locale = locale
        faker = library(locale)
        self.sexes = _sexes(faker)
        self.size = sum(sex.size for sex in self.sexes)
        self.family_first, self.joint = _order(self.sexes)
        self.given = pl.concat([sex.given.values for sex in self.sexes])
        self.family = pl.concat([sex.family.values for sex in self.sexes])
        spelled = _spellings(faker)
        self.given_keys, self.family_keys = _keys(self.given, spelled), _keys(self.family, spelled)
        self.foldable = bool((self.given_keys != "").all() and (self.family_keys != "").all())

    @cached_property
    def longest(self) -> tuple[int, int]:
        """The most characters of a given and of a family name, folded."""
        given, family = (keys.str.len_chars().max() for keys in (self.given_keys, self.family_keys))
        return int(str(given)), int(str(family))

    def entity(self, rows: int) -> Entity:
        """Return the entity for a table of so many rows."""
        numbers = min(max(-(-rows // self.size), 1), MAX_SIZE // self.size)
        name = f"faker.person.{self.locale}"
        return Entity(name, self.size * numbers, self.draw, self._looks, partial(self._of_sex, numbers), self.related)

    def _looks(self, ordinals: U64) -> U64:
        """Number the pairs of names: namesakes are the same to a reader."""
        return ordinals % np.uint64(self.size)

    def _of_sex(self, numbers: int, sex: str) -> Members | None:
        if len(self.sexes) == 1:
            return None
        names, first = self.sexes[_SEXES.index(sex)], self._start(_SEXES.index(sex))

        def draw(bits: U64) -> U64:
            given, family = names.given.draw(mix(bits ^ _SALT)), names.family.draw(mix(~bits))
            return given * np.uint64(names.family.size) + family

        def whole(ordinals: U64) -> U64:
            number = ordinals // np.uint64(names.size)
            person = ordinals - number * np.uint64(names.size) + np.uint64(first)
            return number * np.uint64(self.size) + person

        return Members(names.size * numbers, draw, whole)

    def related(self, relation: Relation, relatives: U64, bits: U64) -> U64:
        """Return relatives of people: of their family name, or half of the time of another where they are a couple."""
        persons = self.read(relatives)
        female = persons.sex == 1
        wanted = {
            "mother": np.ones(len(bits), dtype=np.int64),
            "father": np.zeros(len(bits), dtype=np.int64),
            "spouse": np.where(female, 0, 1),
        }.get(relation, (bits & np.uint64(1)).view(np.int64)) % len(self.sexes)
        own = np.zeros(len(bits), dtype=np.bool_) if relation != "spouse" else bits >> np.uint64(63) == 1
        found = np.zeros(len(bits), dtype=np.uint64)
        for number, sex in enumerate(self.sexes):
            here = np.flatnonzero(wanted == number)
            given = sex.given.draw(mix(bits[here] ^ _SALT))
            family = self._family_as(number, persons.sex[here], persons.family[here])
            family = np.where(own[here], sex.family.draw(mix(~bits[here])), family)
            found[here] = given * np.uint64(sex.family.size) + family + np.uint64(self._start(number))
        return found

    def _family_as(self, number: int, sexes: I64, families: U64) -> U64:
        """The family names as the sex ``number`` bears them; lists of one length hold them in one order."""
        sizes = [sex.family.size for sex in self.sexes]
        starts = np.cumsum([0, *sizes], dtype=np.int64)[:-1]
        return (families - starts.take(sexes).view(np.uint64)) % np.uint64(sizes[number])

    def _start(self, number: int) -> int:
        return sum(sex.size for sex in self.sexes[:number])

    def draw(self, bits: U64) -> U64:
        """Turn uniform words into persons, as frequent as their names."""
        given_bits, family_bits = mix(bits ^ _SALT), mix(~bits)
        drawn = np.empty(len(bits), dtype=np.uint64)
        chosen = (bits >> np.uint64(63)).view(np.int64) if len(self.sexes) > 1 else np.zeros(len(bits), np.int64)
        start = 0
        for number, sex in enumerate(self.sexes):
            here = chosen == number
            pair = sex.given.draw(given_bits[here]) * np.uint64(sex.family.size) + sex.family.draw(family_bits[here])
            drawn[here] = pair + np.uint64(start)
            start += sex.size
        return drawn

    def read(self, ordinals: U64) -> Persons:
        """Take person ordinals apart."""
        number = ordinals // np.uint64(self.size)
        person = ordinals - number * np.uint64(self.size)
        given, family = np.zeros_like(person), np.zeros_like(person)
        sex_of = np.zeros(len(person), dtype=np.int64)
        start = given_start = family_start = 0
        for index, sex in enumerate(self.sexes):
            here = (person >= np.uint64(start)) & (person < np.uint64(start + sex.size))
            inside = person[here] - np.uint64(start)
            first = inside // np.uint64(sex.family.size)
            given[here] = first + np.uint64(given_start)
            family[here] = inside - first * np.uint64(sex.family.size) + np.uint64(family_start)
            sex_of[here] = index
            start, given_start = start + sex.size, given_start + sex.given.size
            family_start += sex.family.size
        return Persons(self, person, number, sex_of, given, family)


@dataclass(frozen=True)
class Persons:
    """Person ordinals taken apart: indices into the lists of their people."""

    people: People
    person: U64
    number: U64
    sex: np.ndarray[tuple[int], np.dtype[np.int64]]
    given: U64
    family: U64

    def given_names(self) -> pl.Series:
        """Return the given names."""
        return gather(self.people.given, self.given)

    def family_names(self) -> pl.Series:
        """Return the family names."""
        return gather(self.people.family, self.family)


@lru_cache(maxsize=16)
def people(locale: str) -> People:
    """Return the people of a locale, read once."""
    return People(locale)


def _sexes(faker: Library) -> tuple[Sex, ...]:
    given = [_listed(faker, f"first_name_{sex}", "first_name") for sex in _SEXES]
    family = [_listed(faker, f"last_name_{sex}", "last_name") for sex in _SEXES]
    same = given[0].labels == given[1].labels and family[0].labels == family[1].labels
    found: list[Sex] = []
    taken: set[str] = set()
    for number, sex in enumerate(_SEXES[: 1 if same else 2]):
        templates = read_templates(faker, "" if same else sex)
        names = _unambiguous(given[number], family[number], *_order_of(templates), taken)
        if names is not None:
            taken.update(names.labels)
            found.append(Sex(names, family[number], templates))
    return tuple(found)


def _listed(faker: Library, *methods: str) -> WordsNode:
    """Return the texts of the first method there is, one by one."""
    method = next(m for m in methods if faker.has(m))
    form = form_of(faker, method)
    if isinstance(form, Words):
        return WordsNode(form.labels, form.weights)
    node = build(form) if form is not None else None
    if node is not None and node.size <= _LISTED:
        return WordsNode(node.take(np.arange(node.size, dtype=np.uint64)).unique(maintain_order=True).to_list())
    with pinned(faker, TODAY, 0):
        return WordsNode(sorted({getattr(faker.generator, method)() for _ in range(_SAMPLES)}))


def _order_of(templates: Sequence[Template]) -> tuple[bool, str]:
    """Return whether the family name comes first, and what stands between the two."""
    plain = next((t for t in templates if t.joint is not None), None)
    if plain is not None and plain.joint is not None:
        return plain.family_first, plain.joint
    return (templates[0].family_first if templates else False), " "


def _order(sexes: Sequence[Sex]) -> tuple[bool, str]:
    return _order_of(sexes[0].templates)


def _unambiguous(
    given: WordsNode, family: WordsNode, family_first: bool, joint: str, taken: set[str]
) -> WordsNode | None:
    """Leave out given names that would make two people's full names the same."""
    before, after = (family, given) if family_first else (given, family)
    # What is left of a longer first part when a shorter one is cut off: "Maria " of "Ana Maria ".
    firsts, lasts = {label + joint for label in before.labels}, set(after.labels)
    rests = {x[i:]: x for x in firsts for i in range(1, len(x)) if x[:i] in firsts}
    hidden = {rests[b[:i]] for b in lasts for i in range(1, len(b)) if b[:i] in rests and b[i:] in lasts}
    clashing = {x[: len(x) - len(joint)] for x in hidden}
    if family_first:
        clashing = {b for b in lasts for i in range(1, len(b)) if b[:i] in rests and b[i:] in lasts}
    kept = [label not in taken and label not in clashing for label in given.labels]
    return given.only(kept) if any(kept) else None


def _spellings(faker: Library) -> dict[str, str]:
    """Return the Latin spelling of names that Faker lists with their readings (Japanese)."""
    provider = faker.providers["person"]
    pairs = [pair for name in sorted(dir(provider)) if name.endswith("_pairs") for pair in getattr(provider, name)]
    return {pair[0]: pair[-1] for pair in pairs}


def _keys(labels: pl.Series, spelled: dict[str, str]) -> pl.Series:
    """Fold names to ``a-z0-9``, each its own: a key that comes up again has a number."""
    written = pl.Series([spelled.get(label, label) for label in labels.to_list()], dtype=pl.String)
    folded = fold(_latin(written)).str.replace_all(r"[^a-z0-9]", "")
    taken: set[str] = set()
    by_label: dict[Any, str] = {}
    for label, key in zip(labels.to_list(), folded.to_list(), strict=True):
        if label in by_label:
            continue
        own, number = key, 2
        while own and own in taken:
            own, number = f"{key}{number}", number + 1
        taken.add(own)
        by_label[label] = own
    return pl.Series([by_label[label] for label in labels.to_list()], dtype=pl.String)


def _latin(labels: pl.Series) -> pl.Series:
    """Write other scripts in Latin letters; Latin ones are left to folding, which knows their accents."""
    if labels.str.contains(r"\p{L}").any() and labels.str.contains(r"[^\p{Latin}\P{L}]").any():
        from faker.decode import unidecode

        return pl.Series([unidecode(label) for label in labels.to_list()], dtype=pl.String)
    return labels
