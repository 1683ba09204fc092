"""Streets, addresses and neighbourhoods."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.base import Domain, Entity
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.facets import Side, fits, pick
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import decimal_digits, gather, join

_HIGHEST = 4000
_KINDS = ("Rua", "Rua", "Rua", "Avenida", "Avenida", "Travessa", "Alameda", "Praça")
_COMMON = parts_of(__package__, "data/streets.txt")
_NAMES, _HOODS, _GARDENS = (_COMMON[what][0] for what in ("names", "hoods", "gardens"))
_TITLES = (
    ("Doutor", "M"), ("Professor", "M"), ("Coronel", "M"), ("Vereador", "M"), ("Capitão", "M"), ("Padre", "M"),
    ("Engenheiro", "M"), ("Prefeito", "M"), ("Doutora", "F"), ("Professora", "F"), ("Dona", "F"), ("", "M"), ("", "F"),
)  # fmt: skip
_GARDEN_KINDS = ("Jardim", "Vila", "Parque", "Residencial", "Conjunto")


@lru_cache(maxsize=1)
def _streets() -> tuple[pl.Series, int]:
    common = [f"{kind} {name}" for name in _NAMES for kind in dict.fromkeys(_KINDS)]
    people = sorted(read_rows("given_names.csv"), key=lambda r: (-int(r[2]), r[0]))
    families = sorted(read_rows("surnames.csv"), key=lambda r: (-int(r[2]) - int(r[3]), r[0]))[:60]
    surnames = [f"{r[1]} {r[0]}" if int(r[3]) > int(r[2]) else r[0] for r in families]
    named: list[str] = []
    for title, sex in _TITLES:
        given = [r[0] for r in people if r[1] == sex and len(r[0]) < 16][:40]
        named += [f"Rua {title} {g} {s}".replace("  ", " ") for g in given for s in surnames]
    return pl.Series(list(dict.fromkeys(common + named))), len(common)


def _draw(bits: U64) -> U64:
    # Half of the streets bear one of the common names, most of them called Rua.
    streets, common = _streets()
    kinds = list(dict.fromkeys(_KINDS))
    kind = np.array([kinds.index(k) for k in _KINDS], dtype=np.uint64).take((bits & np.uint64(7)).view(np.int64))
    usual = scale(mix(bits), len(_NAMES)) * np.uint64(len(kinds)) + kind
    person = scale(mix(~bits), len(streets) - common) + np.uint64(common)
    return np.where(bits >> np.uint64(63) == 0, usual, person)


@lru_cache(maxsize=1)
def street_entity() -> Entity:
    """Return the entity that street and address of a row share."""
    return Entity("br.street", len(_streets()[0]), _draw)


class Street(Side):
    """Street names; with numbers, addresses.

    Args:
        numbered: whether a house number follows.
        longest: longest value allowed; longer streets are swapped for shorter ones.
    """

    def __init__(self, numbered: bool = False, longest: int | None = None) -> None:
        super().__init__(street_entity(), _HIGHEST if numbered else 1)
        self.numbered, self.longest = numbered, longest
        self.injective = longest is None
        self.drives = self.injective and not numbered
        room = 1000 if longest is None else longest - (6 if numbered else 0)
        streets = _streets()[0]
        self.short = streets.filter(streets.str.len_chars() <= room)
        self.room = room

    def draw_own(self, bits: U64) -> U64:
        """Draw low numbers more often than high ones."""
        return scale(mix(bits), self.own_size) * (bits >> np.uint64(48)) >> np.uint64(16)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        streets = gather(_streets()[0], entity)
        if self.longest is not None:
            others = gather(self.short, entity % np.uint64(len(self.short)))
            streets = pick(streets.str.len_chars() <= self.room, streets, others)
        return join([streets, ", ", decimal_digits(own + np.uint64(1))]) if self.numbered else streets

    def shorten(self, limit: Length) -> Domain | None:
        if limit.at_least > 8:
            return None
        street = Street(self.numbered, limit.at_most if self.longest is None else min(self.longest, limit.at_most or 0))
        if limit.at_most is None:
            return self
        if street.short.is_empty():
            raise EmptyDomainError(str(limit))
        longest = int(str(_streets()[0].str.len_chars().max())) + (6 if self.numbered else 0)
        return self if self.longest is None and fits(limit, 8, longest) else street


@generator("semantic.br.street", params=RoleParams, tags=("pii.address",))
def street() -> Domain:
    """Street type and name."""
    return Street()


@generator("semantic.br.address", params=RoleParams, tags=("pii.address",))
def address() -> Domain:
    """Street type, name and number."""
    return Street(numbered=True)


@generator("semantic.br.neighborhood", tags=("pii.location",))
def neighborhood() -> Domain:
    """Neighbourhood (bairro); the centre most often."""
    composed = [f"{kind} {name}" for kind in _GARDEN_KINDS for name in _GARDENS]
    weights = [30, *[4] * (len(_HOODS) - 1), *[5 - i for i in range(len(_GARDEN_KINDS)) for _ in _GARDENS]]
    return ChoiceDomain([*_HOODS, *composed], weights)
