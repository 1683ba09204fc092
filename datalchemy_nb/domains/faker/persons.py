"""Names as facets of a person: full, given, family. Those of one row agree, with each other and with addresses."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Facet
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.faker.people import People, Persons, Sex
from datalchemy_nb.domains.faker.templates import Template
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.grammar.counted import SequenceNode
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import decimal_digits, gather, join
from datalchemy_nb.domains.text import by_part, widened

_OWN = 1 << 32
Part = Literal["full", "given", "family", "titled", "untitled"]
_WRITTEN = ("full", "titled", "untitled")


class Side(Facet):
    """A facet of the people of a locale.

    Args:
        people: whose.
        rows: rows of the table, which all its facets must know alike.
        longest: longest value allowed; None = any.
    """

    category: Category = "text"

    def __init__(self, people: People, rows: int, longest: int | None = None) -> None:
        self.people, self.rows, self.longest = people, rows, longest
        self.entity = people.entity(rows)
        self.size = min(self.entity.size * self.own_size, MAX_SIZE)


class PersonName(Side):
    """Names as the locale writes them.

    Args:
        people: whose.
        rows: rows of the table.
        part: which of the names; ``titled`` has a title before or after, ``untitled`` none.
        longest: longest value allowed: longer names lose their titles, then are given names, then initials.
    """

    injective = False

    def __init__(self, people: People, rows: int, part: Part = "full", longest: int | None = None) -> None:
        self.part = part
        self.own_size = _OWN if part in _WRITTEN else 1
        super().__init__(people, rows, longest)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        persons = self.people.read(entity)
        match self.part:
            case "given":
                names = persons.given_names()
            case "family":
                names = persons.family_names()
            case _:
                names = self._written(persons, own)
        if self.longest is None:
            return names
        shorter = [plain(persons), persons.given_names()] if self.part in _WRITTEN else []
        for other in [*shorter, names.str.slice(0, 1)]:
            names = names.zip_with(names.str.len_chars() <= self.longest, other)
        return names

    def _written(self, persons: Persons, own: U64) -> pl.Series:
        ways = [(number, t) for number, sex in enumerate(self.people.sexes) for t in self._templates(sex)]
        bits = mix(own)
        way = np.empty(len(own), dtype=np.int64)
        for number in range(len(self.people.sexes)):
            here = persons.sex == number
            mine = [i for i, (sex, _) in enumerate(ways) if sex == number]
            way[here] = np.array(mine)[WeightTable([ways[i][1].weight for i in mine]).pick(bits[here]).view(np.int64)]

        def filled(number: int, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> pl.Series:
            return _fill(self.people, ways[number][1], persons.given[rows], persons.family[rows], bits[rows])

        return by_part(way, len(ways), filled)

    def _templates(self, sex: Sex) -> tuple[Template, ...]:
        if self.part == "untitled":
            return tuple(t for t in sex.templates if not t.titled) or sex.templates
        titled = tuple(t for t in sex.templates if t.joint is None)
        return titled if self.part == "titled" and titled else sex.templates

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length) or limit.at_least > 1:
            return super().narrow(limit) if self.size < _OWN else None
        if limit.at_most is None:
            return self
        if limit.at_most < 1:
            raise EmptyDomainError(str(limit))
        return PersonName(self.people, self.rows, self.part, min(limit.at_most, self.longest or limit.at_most))


class SexOf(Side):
    """What agrees with the sex of a person's given name: a letter, a word, a form of address.

    Args:
        people: whose.
        rows: rows of the table.
        values: for a man and for a woman.
    """

    injective = False
    own_size = 1

    def __init__(self, people: People, rows: int, values: tuple[str, str]) -> None:
        super().__init__(people, rows)
        self.values = values
        self._listed = pl.Series(values)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self._listed, self.people.read(entity).sex.view(np.uint64))

    def narrow(self, limit: Limit) -> Domain | None:
        return self if limit.mask(self._listed).all() else super().narrow(limit)


class UniqueName(Side):
    """Plain full names, each person's own; the other facets of the row follow."""

    injective = True
    drives = True

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        persons = self.people.read(entity)
        names = plain(persons)
        if self.entity.size == self.people.size:
            return names
        numbered = join([names, " ", decimal_digits(persons.number + np.uint64(1))])
        return names.zip_with(pl.Series(persons.number == 0), numbered)

    def widen(self, size: int) -> Domain | None:
        return UniqueName(self.people, size)

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length):
            return None
        sexes = [_pairs(self.people, sex) for sex in self.people.sexes]
        numbers = 1 + len(str(self.entity.size // self.people.size)) if self.entity.size > self.people.size else 0
        most = max(node.shape.most for node in sexes) + numbers
        if limit.at_least <= min(node.shape.least for node in sexes) and most <= (limit.at_most or most):
            return self
        # Short names cannot follow the person any more: too many of them are left out.
        return Widening(max(sexes, key=lambda node: node.size).within(limit.at_least, limit.at_most or most))


class Widening(Domain):
    """Texts with numbered copies where they are too few."""

    category: Category = "text"

    def __init__(self, base: Node) -> None:
        self.base, self.size, self.injective = base, base.size, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        return self.base.narrow(limit)

    def widen(self, size: int) -> Domain | None:
        return widened(self.base, size, " ")


def plain(persons: Persons) -> pl.Series:
    """Write given and family name, in the locale's order."""
    given, family = persons.given_names(), persons.family_names()
    first, last = (family, given) if persons.people.family_first else (given, family)
    return join([first, persons.people.joint, last])


def _pairs(people: People, sex: Sex) -> Node:
    first, last = (sex.family, sex.given) if people.family_first else (sex.given, sex.family)
    return SequenceNode([first, WordsNode([people.joint]), last], apart=True)


def _fill(people: People, template: Template, given: U64, family: U64, bits: U64) -> pl.Series:
    places = dict(template.places)
    parts: list[pl.Series | str] = []
    for number, piece in enumerate(template.pieces):
        if number in places:
            names, index = (people.given, given) if places[number] == "given" else (people.family, family)
            parts.append(gather(names, index))
        elif isinstance(piece, str):
            parts.append(piece)
        else:
            parts.append(piece.take(piece.draw(mix(bits + np.uint64(number + 1)))))
    return join(parts)
