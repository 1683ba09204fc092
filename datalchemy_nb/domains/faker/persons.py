"""Facets of a person: name, given name, family name, e-mail address, user name. Those of one row agree."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Facet
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.faker.nodes import Node, SequenceNode, WordsNode
from datalchemy_nb.domains.faker.people import People, Persons, Sex
from datalchemy_nb.domains.faker.templates import Template
from datalchemy_nb.domains.limits import Cased, Contains, EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import decimal_digits, gather, join
from datalchemy_nb.domains.text import unsort, widened
from datalchemy_nb.domains.weights import WeightTable

RESERVED = ("example.com", "example.org", "example.net")
"""Names that RFC 2606 keeps free: mail sent there reaches nobody."""
_OWN = 1 << 32
Part = Literal["full", "given", "family", "titled"]


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
        part: which of the names; ``titled`` has a title before or after.
        longest: longest value allowed: longer names lose their titles, then are given names, then initials.
    """

    injective = False

    def __init__(self, people: People, rows: int, part: Part = "full", longest: int | None = None) -> None:
        self.part = part
        self.own_size = _OWN if part in ("full", "titled") else 1
        super().__init__(people, rows, longest)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        persons = self.people.read(entity)
        match self.part:
            case "given":
                names, shorter = persons.given_names(), []
            case "family":
                names, shorter = persons.family_names(), []
            case _:
                names, shorter = self._written(persons, own), [plain(persons), persons.given_names()]
        if self.longest is None:
            return names
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
        order = np.argsort(way, kind="stable")
        edges = np.searchsorted(way[order], np.arange(len(ways) + 1))
        pieces: list[pl.Series] = []
        for number, (_, template) in enumerate(ways):
            rows = order[edges[number] : edges[number + 1]]
            if len(rows):
                pieces.append(_fill(self.people, template, persons.given[rows], persons.family[rows], bits[rows]))
        return unsort(pl.concat(pieces), order) if pieces else pl.Series(dtype=pl.String)

    def _templates(self, sex: Sex) -> tuple[Template, ...]:
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


class Address(Side):
    """What a person's e-mail address and user name share: the names folded, or a number where they do not fit."""

    injective = True
    drives = True
    mark = "."

    @cached_property
    def lengths(self) -> tuple[int, int]:
        """The fewest and most characters of the part made of the person."""
        numbers = len(str(self.entity.size))
        if not self.people.foldable:
            return 5, 4 + numbers
        given, family = (k.str.len_chars() for k in (self.people.given_keys, self.people.family_keys))
        extra = 1 + numbers if self.entity.size > self.people.size else 0
        return 3, int(str(given.max())) + int(str(family.max())) + 1 + extra

    def local(self, entity: U64) -> pl.Series:
        """Return the folded names; namesakes have a number."""
        if not self.people.foldable:
            return join(["user", decimal_digits(entity)])
        persons = self.people.read(entity)
        given = gather(self.people.given_keys, persons.given)
        family = gather(self.people.family_keys, persons.family)
        names = join([given, self.mark, family])
        if self.entity.size == self.people.size:
            return names
        numbered = join([names, self.mark, decimal_digits(persons.number)])
        return names.zip_with(pl.Series(persons.number == 0), numbered)

    def suffixes(self, entity: U64) -> pl.Series | None:
        """Return what follows the part made of the person."""
        del entity
        return None

    def suffix_lengths(self) -> tuple[int, int]:
        """Return the fewest and most characters that follow."""
        return 0, 0

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        suffixes = self.suffixes(entity)
        local = self.local(entity)
        values = local if suffixes is None else join([local, suffixes])
        if self.longest is None:
            return values
        # Without a dot, so it is nobody's name.
        short = join(["u", decimal_digits(entity), *([] if suffixes is None else [suffixes])])
        return values.zip_with(values.str.len_chars() <= self.longest, short)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Cased) and not limit.upper:
            return self
        if not isinstance(limit, Length):
            return None
        least, most = self.lengths
        fewest, longest = self.suffix_lengths()
        if limit.at_least > min(least, 2) + fewest:
            return None
        if limit.at_most is None or most + longest <= limit.at_most:
            return self
        if 1 + len(str(self.entity.size - 1)) + longest > limit.at_most:
            raise EmptyDomainError(str(limit))
        return self.shorter(limit.at_most)

    def shorter(self, longest: int) -> Address:
        """Return the same, with no value longer than this."""
        return type(self)(self.people, self.rows, longest)

    def widen(self, size: int) -> Domain | None:
        return type(self)(self.people, size, self.longest)


class Email(Address):
    """Addresses at given hosts.

    Args:
        people: whose.
        rows: rows of the table.
        longest: longest address allowed.
        hosts: at least one.
    """

    def __init__(
        self, people: People, rows: int, longest: int | None = None, hosts: tuple[str, ...] = RESERVED
    ) -> None:
        super().__init__(people, rows, longest)
        self.hosts = hosts
        self._hosts = pl.Series([f"@{host}" for host in hosts])

    def suffixes(self, entity: U64) -> pl.Series:
        return gather(self._hosts, mix(entity % np.uint64(self.people.size)) % np.uint64(len(self.hosts)))

    def suffix_lengths(self) -> tuple[int, int]:
        sizes = [len(host) + 1 for host in self.hosts]
        return min(sizes), max(sizes)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Contains) and limit.text == "@" and limit.from_position <= 3:
            return self
        return super().narrow(limit)

    def shorter(self, longest: int) -> Address:
        return Email(self.people, self.rows, longest, self.hosts)

    def widen(self, size: int) -> Domain | None:
        return Email(self.people, size, self.longest, self.hosts)


class Username(Address):
    """User names: ``ana.lima``."""


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
