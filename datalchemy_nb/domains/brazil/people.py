"""People: given names and surnames as common as they are in Brazil (IBGE, Nomes no Brasil).

A person ordinal is three digits of mixed radix: given name, surname from the mother (often none), last surname. Each
digit counts shares, so a uniform ordinal gives weighted names, and the place among the shares of one spelling numbers
the namesakes. That number is what keeps e-mail addresses apart.
"""

from __future__ import annotations

import threading
from functools import lru_cache, partial

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Entity, Members, Relation, Sex
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.tables import I64, Shares, read_rows, slug
from datalchemy_nb.records import dataclass

_WITHOUT_MIDDLE = 400
"""Shares of people with one surname, beside the shares of `surnames.csv`."""
_SHIFT = 71


@dataclass(frozen=True)
class Part:
    """One digit of a person ordinal.

    Attributes:
        shares: ordinals to labels.
        labels: as written, e.g. ``da Silva``.
        keys: as folded for addresses, e.g. ``silva``; labels that fold alike share one.
        key_of: label to key.
        weights: shares of each key.
        starts: first share of each key.
    """

    shares: Shares
    labels: pl.Series
    keys: pl.Series
    key_of: I64
    weights: I64
    starts: I64


def _part(weighted: list[tuple[str, int]]) -> Part:
    items = sorted(((slug(label, "."), label, weight) for label, weight in weighted if weight), key=lambda i: i[:2])
    keys = sorted({key for key, _, _ in items})
    key_of = np.array([keys.index(key) for key, _, _ in items], dtype=np.int64)
    shares = Shares([weight for _, _, weight in items])
    weights = np.bincount(key_of, weights=shares.weights).astype(np.int64)
    labels = pl.Series([label for _, label, _ in items])
    return Part(shares, labels, pl.Series(keys), key_of, weights, np.cumsum(weights) - weights)


@dataclass(frozen=True)
class Census:
    """The three digits, and what is known of them.

    Attributes:
        given: given names.
        middle: surnames from the mother, first the empty one.
        last: last surnames.
        female: per given name.
        generations: per given name, the letter of when it was given most.
    """

    given: Part
    middle: Part
    last: Part
    female: I64
    generations: tuple[str, ...]


@lru_cache(maxsize=1)
def census() -> Census:
    """Return the names, read once."""
    people = read_rows("given_names.csv")
    given = _part([(name, int(weight)) for name, _, weight, _ in people])
    sexes = {name: sex for name, sex, _, _ in people}
    born = {name: kind for name, _, _, kind in people}
    surnames: list[tuple[str, int]] = []
    for name, particle, plain, joined in read_rows("surnames.csv"):
        surnames += [(name, int(plain)), (f"{particle} {name}", int(joined))]
    female = np.array([sexes[label] == "F" for label in given.labels], dtype=np.int64)
    generations = tuple(born[label] for label in given.labels)
    return Census(given, _part([("", _WITHOUT_MIDDLE), *surnames]), _part(surnames), female, generations)


@lru_cache(maxsize=1)
def person() -> Entity:
    """Return the entity that name, e-mail, user name and job title of a row share."""
    names = census()
    size = names.given.shares.size * _surnames()
    draw = partial(scale, size=size)
    return Entity("br.person", size, draw, look=_looks, of_sex=_of_sex, relate=_relate)


def _surnames() -> int:
    return census().middle.shares.size * census().last.shares.size


def _looks(entity: U64) -> U64:
    """Number the full names: people who bear one name in all its parts are the same to a reader."""
    names = census()
    keys = read_people(entity).keys()
    given, middle, last = (key.view(np.uint64) for key in keys)
    return (given * np.uint64(len(names.middle.keys)) + middle) * np.uint64(len(names.last.keys)) + last


@lru_cache(maxsize=2)
def _given_of(sex: Sex) -> U64:
    """The shares of the given names of a sex."""
    names = census()
    female = names.female.take(names.given.shares.item_of) == 1
    return np.flatnonzero(female if sex == "female" else ~female).astype(np.uint64)


@lru_cache(maxsize=2)
def _of_sex(sex: Sex) -> Members:
    given, surnames = _given_of(sex), np.uint64(_surnames())
    size = len(given) * _surnames()

    def whole(ordinals: U64) -> U64:
        above = ordinals // surnames
        return given.take(above.view(np.int64)) * surnames + (ordinals - above * surnames)

    return Members(size, partial(scale, size=size), whole)


def _relate(relation: Relation, relatives: U64, bits: U64) -> U64:
    """Relatives of people, as surnames go in Brazil: the mother's comes in the middle and the father's last.

    A mother bears the middle surname of her child as her last one, a father the last; a child of one surname has it
    of both. Half of the couples share the last one. A woman's child has her surname in the middle, a man's last.
    """
    names, people = census(), read_people(relatives)
    one, two, three = (mix(bits ^ np.uint64(salt)) for salt in (1, 2, 3))
    women, men = (_share_of(_given_of(sex), one) for sex in ("female", "male"))
    any_given = scale(one, names.given.shares.size)
    middle, last = scale(two, names.middle.shares.size), scale(three, names.last.shares.size)
    family = names.last.shares.within(people.last, three)
    female = names.female.take(people.given) == 1
    match relation:
        case "mother":
            given = women
            # Middle surnames are the last ones, after the empty one.
            last = names.last.shares.within(np.where(people.middle == 0, people.last, people.middle - 1), three)
        case "father":
            given, last = men, family
        case "spouse":
            given, last = np.where(female, men, women), np.where(bits >> np.uint64(63) == 0, family, last)
        case "child":
            given = any_given
            middle = np.where(female, names.middle.shares.within(people.last + 1, two), middle)
            last = np.where(female, last, family)
        case "sibling":
            given, middle, last = any_given, names.middle.shares.within(people.middle, two), family
        case "relative":
            given, last = any_given, family
    return (given * np.uint64(names.middle.shares.size) + middle) * np.uint64(names.last.shares.size) + last


def _share_of(shares: U64, bits: U64) -> U64:
    return shares.take(scale(bits, len(shares)).view(np.int64))


@dataclass(frozen=True)
class People:
    """Person ordinals taken apart.

    Attributes:
        given: given name labels.
        middle: middle surname labels.
        last: last surname labels.
        shares: the three digits of the ordinals.
        repeated: where the middle surname was the last one again and is replaced, its key; else -1.
    """

    given: I64
    middle: I64
    last: I64
    shares: tuple[U64, U64, U64]
    repeated: I64

    def keys(self) -> tuple[I64, I64, I64]:
        """Return the folded spelling of each part."""
        names = census()
        return (
            names.given.key_of.take(self.given),
            names.middle.key_of.take(self.middle),
            names.last.key_of.take(self.last),
        )

    def namesake(self) -> U64:
        """Return the number of each person among those whose names fold alike, from 0."""
        names = census()
        given, shown, last = self.keys()
        twice = self.repeated >= 0
        middle = np.where(twice, self.repeated, shown)
        g, m, n = (share.view(np.int64) for share in self.shares)
        number = g - names.given.starts.take(given)
        number = number * names.middle.weights.take(middle) + m - names.middle.starts.take(middle)
        number = number * names.last.weights.take(last) + n - names.last.starts.take(last)
        # Replaced surnames come after all who really have that name.
        bearers = names.given.weights.take(given) * names.middle.weights.take(shown) * names.last.weights.take(last)
        number += np.where(twice, bearers, 0)
        return number.view(np.uint64)


@lru_cache(maxsize=1)
def _stand_ins() -> I64:
    # For a repeated surname (Silva da Silva): per middle key the label of another.
    middle = census().middle
    count = len(middle.keys)
    keys = np.concatenate([[0], 1 + (np.arange(count - 1) + _SHIFT) % (count - 1)]).astype(np.int64)
    return np.searchsorted(middle.key_of, keys).astype(np.int64)


_latest = threading.local()


def read_people(entity: U64) -> People:
    """Take person ordinals apart; a surname given twice has another in the middle."""
    # Name, e-mail and user name of a row ask for the same people, one after the other.
    known: tuple[U64, People] | None = getattr(_latest, "people", None)
    if known is None or known[0] is not entity:
        known = _latest.people = (entity, _read_people(entity))
    return known[1]


def _read_people(entity: U64) -> People:
    names = census()
    lasts, middles = np.uint64(names.last.shares.size), np.uint64(names.middle.shares.size)
    above = entity // lasts
    last_share = entity - above * lasts
    given_share = above // middles
    middle_share = above - given_share * middles
    given, last = names.given.shares.items(given_share), names.last.shares.items(last_share)
    middle = names.middle.shares.items(middle_share)
    labels = _stand_ins()
    middle_key = names.middle.key_of.take(middle)
    # The keys of the two parts are the same but for the empty one, which is first.
    twice = middle_key == names.last.key_of.take(last) + 1
    repeated = np.where(twice, middle_key, -1)
    middle = np.where(twice, labels.take(middle_key), middle)
    return People(given, middle, last, (given_share, middle_share, last_share), repeated)
