"""E-mail addresses and user names that agree with the name of the row's person.

Hosts are reserved names (RFC 2606) unless the plan asks for others, so that no message reaches anyone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.companies import Company, company, hosts, longest_host
from datalchemy_nb.domains.brazil.facets import Side, blank, fits, pick
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.limits import Cased, Contains, EmptyDomainError, Length, Limit
from datalchemy_nb.domains.registry import PersonParams, generator
from datalchemy_nb.domains.strings import decimal_digits, gather, join

RESERVED = ("example.com", "example.org", "example.net")
_MAILBOXES = ("contato", "comercial", "vendas", "financeiro", "atendimento", "sac", "rh", "compras")
_SHORTEST = 10
Style = Literal["name", "initial", "number"]
_STYLES: tuple[Style, ...] = ("name", "initial", "number")


@lru_cache(maxsize=4)
def _keys(separator: str) -> tuple[pl.Series, pl.Series, pl.Series]:
    names = census()
    given = names.given.keys.str.replace_all(".", separator, literal=True)
    middle = pl.Series([f"{separator}{key}" if key else "" for key in names.middle.keys])
    return given, middle, pl.Series([f"{separator}{key}" for key in names.last.keys])


Pieces = list[pl.Series | str]


def _number(numbers: U64) -> pl.Series:
    """A number behind a name; nothing for the first who has it."""
    digits = decimal_digits(numbers)
    return pick(pl.Series(numbers == 0), blank(len(numbers)), digits) if (numbers == 0).any() else digits


def local_part(entity: U64, style: Style = "name", choices: int = 1, separator: str = ".") -> tuple[Pieces, U64]:
    """Return the pieces of the part before the @, and which of several hosts goes with it.

    Distinct people have distinct pairs of local part and host.

    Args:
        entity: person ordinals.
        style: all names; initial and last name; or a number alone.
        choices: number of hosts.
        separator: between names.
    """
    hosts_of = entity % np.uint64(choices)
    if style == "number":
        return ["u", decimal_digits(entity)], hosts_of
    people = read_people(entity)
    keys = people.keys()
    given, middle, last = (gather(p, k.view(np.uint64)) for p, k in zip(_keys(separator), keys, strict=True))
    if style == "initial":
        return [given.str.slice(0, 1), last, decimal_digits(entity)], hosts_of
    namesake = people.namesake()
    above = namesake // np.uint64(choices)
    return [given, middle, last, _number(above)], namesake - above * np.uint64(choices)


@lru_cache(maxsize=16)
def _local_lengths(style: Style, choices: int = 1) -> tuple[int, int]:
    digits = len(str(person().size))
    if style == "number":
        return 2, 1 + digits
    lengths = [p.str.len_chars().max() for p in _keys(".")]
    given, middle, last = (int(str(v)) for v in lengths)
    if style == "initial":
        return 4, 1 + last + digits
    names = census()
    most = int(names.given.weights.max() * names.middle.weights.max() * names.last.weights.max())
    return 6, given + middle + last + len(str(2 * most // choices))


class Address(Side):
    """What all addresses of people share: shorter styles where the column is short.

    Args:
        style: how the person is written.
        laps: people are counted this many times over, with a number after ``+``.
    """

    drives = True
    injective = True

    def __init__(self, style: Style = "name", laps: int = 1) -> None:
        super().__init__(person(), laps)
        self.style, self.drives = style, laps == 1

    def lengths(self) -> tuple[int, int]:
        """Return the least and the greatest length."""
        raise NotImplementedError

    def restyled(self, style: Style, laps: int) -> Address:
        """Return the same addresses in another style."""
        raise NotImplementedError

    def shorten(self, limit: Length) -> Domain | None:
        for style in _STYLES[_STYLES.index(self.style) :]:
            address = self.restyled(style, self.own_size)
            shortest, longest = address.lengths()
            if limit.at_most is None or longest <= limit.at_most:
                return address if shortest >= limit.at_least else None
        raise EmptyDomainError(str(limit))

    def narrow(self, limit: Limit) -> Domain | None:
        lower = isinstance(limit, Cased) and not limit.upper
        return self if lower else super().narrow(limit)

    def widen(self, size: int) -> Domain | None:
        return self.restyled(self.style, -(-size // self.entity.size))

    def lap(self, own: U64, mark: str) -> list[pl.Series | str]:
        """Return what follows the name where people are counted several times."""
        if self.own_size == 1:
            return []
        digits = join([mark, decimal_digits(own)])
        return [pick(pl.Series(own == 0), blank(len(own)), digits)]

    def lap_length(self) -> int:
        """Return the characters a lap takes at most."""
        return 0 if self.own_size == 1 else 1 + len(str(self.own_size - 1))


class Email(Address):
    """Addresses at given hosts, each person's own."""

    def __init__(self, hosts: tuple[str, ...] = RESERVED, style: Style = "name", laps: int = 1) -> None:
        super().__init__(style, laps)
        self.hosts = hosts

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        local, host = local_part(entity, self.style, len(self.hosts))
        return join([*local, *self.lap(own, "+"), "@", gather(pl.Series(list(self.hosts)), host)])

    def lengths(self) -> tuple[int, int]:
        least, most = _local_lengths(self.style, len(self.hosts))
        sizes = [len(h) for h in self.hosts]
        return least + 1 + min(sizes), most + self.lap_length() + 1 + max(sizes)

    def restyled(self, style: Style, laps: int) -> Email:
        return Email(self.hosts, style, laps)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Contains) and limit.text == "@" and limit.from_position <= 3:
            return self
        return super().narrow(limit)


class Username(Address):
    """User names: the names joined by a dot or another mark, numbered among namesakes."""

    def __init__(self, separator: str = ".", style: Style = "name", laps: int = 1) -> None:
        super().__init__(style, laps)
        self.separator = separator

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        local, _ = local_part(entity, self.style, separator=self.separator)
        return join([*local, *self.lap(own, "-")])

    def lengths(self) -> tuple[int, int]:
        least, most = _local_lengths(self.style)
        return least, most + self.lap_length()

    def restyled(self, style: Style, laps: int) -> Username:
        return Username(self.separator, style, laps)


class StaffEmail(Side):
    """The row's person at some company: ``ana.lima@silva-transportes.example.com``; namesakes are not told apart."""

    def __init__(self, domain: str) -> None:
        super().__init__(person(), company().size)
        self.domain = domain

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        keys = read_people(entity).keys()
        given, _, last = (gather(p, k.view(np.uint64)) for p, k in zip(_keys("."), keys, strict=True))
        return join([given, last, "@", hosts(own), f".{self.domain}"])

    def shorten(self, limit: Length) -> Domain | None:
        _, most = _local_lengths("name")
        longest = most + longest_host() + 2 + len(self.domain)
        if limit.at_least <= _SHORTEST and (limit.at_most is None or longest <= limit.at_most):
            return self
        return Email((self.domain,)).shorten(limit)

    def widen(self, size: int) -> Domain | None:
        return Email((self.domain,)).widen(size)


class CompanyEmail(Company):
    """A mailbox of the row's company: ``contato@silva-transportes.example.com``."""

    injective = True
    drives = True

    def __init__(self, domain: str) -> None:
        super().__init__(own_size=len(_MAILBOXES))
        self.domain = domain

    def draw_own(self, bits: U64) -> U64:
        """Draw ``contato`` half of the time."""
        return np.where(bits >> np.uint64(63) == 1, np.uint64(0), super().draw_own(bits << np.uint64(1)))

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return join([gather(pl.Series(list(_MAILBOXES)), own), "@", hosts(entity), f".{self.domain}"])

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 20, 12 + longest_host() + len(self.domain)) else None


class EmailParams(PersonParams):
    """Where addresses are.

    Attributes:
        domains: hosts; the default ones are reserved and deliver to nobody.
    """

    domains: tuple[str, ...] = RESERVED


class CorporateParams(PersonParams):
    """Whose addresses, and where.

    Attributes:
        domain: what company hosts end in.
        of: ``person`` or ``company``; ``auto`` looks at the other columns of the table.
    """

    domain: str = "example.com"
    of: Literal["auto", "person", "company"] = "auto"


class UsernameParams(PersonParams):
    """How user names are written.

    Attributes:
        separator: between names: a dot, a hyphen or an underscore.
    """

    separator: Literal[".", "-", "_"] = "."


@generator("semantic.br.email.safe", params=EmailParams, tags=("pii.email",))
def email(params: EmailParams) -> Domain:
    """E-mail address made of the row's name, at a host that delivers to nobody."""
    return Email(params.domains)


@generator("semantic.br.email.corporate", params=CorporateParams, tags=("pii.email",))
def corporate_email(params: CorporateParams, slot: Slot) -> Domain:
    """E-mail address at a company's own host, of a person or a mailbox of the row's company."""
    firm = {"razao_social", "nome_fantasia", "cnpj"} & set(slot.sibling_columns)
    if params.of == "company" or (params.of == "auto" and firm):
        return CompanyEmail(params.domain)
    return Email((params.domain,)) if slot.unique else StaffEmail(params.domain)


@generator("semantic.br.username", params=UsernameParams, tags=("pii.username",))
def username(params: UsernameParams) -> Domain:
    """User name made of the row's name."""
    return Username(params.separator)
