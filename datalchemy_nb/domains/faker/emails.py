"""E-mail addresses and user names made of a person's names."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.faker.people import People
from datalchemy_nb.domains.faker.persons import Side
from datalchemy_nb.domains.limits import Cased, Contains, EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import decimal_digits, gather, join

RESERVED = ("example.com", "example.org", "example.net")
"""Names that RFC 2606 keeps free: mail sent there reaches nobody."""


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
        given, family = self.people.longest
        extra = 1 + numbers if self.entity.size > self.people.size else 0
        return 3, given + family + 1 + extra

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
