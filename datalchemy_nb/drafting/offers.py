"""Generators in order of preference, and the first of them that a column can hold."""

from __future__ import annotations

import ipaddress
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
import polars as pl
from pydantic import TypeAdapter

from datalchemy_nb.constraints.probe import accepted
from datalchemy_nb.contracts.distributions import Distribution
from datalchemy_nb.domains.base import Built, Category, Derivation, Domain, Facet
from datalchemy_nb.domains.bits import mix
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.distributions import shape
from datalchemy_nb.domains.limits import EmptyDomainError, Limit
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.planning.rules.generators import fits
from datalchemy_nb.records import dataclass

_DISTRIBUTION: TypeAdapter[Distribution] = TypeAdapter(Distribution)
_SAMPLE = mix(np.arange(256, dtype=np.uint64))
_READ_COUNT = 32
_ENOUGH = 0.5
"""Share of a sample that must satisfy a limit the domain cannot be narrowed by: the rest is redrawn. What shows the
person, product or place that a row is about is not drawn again: all of it must."""


@dataclass(frozen=True)
class Offer:
    """A generator with parameters."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    distribution: Mapping[str, Any] | None = None
    """How often each value comes up, as a plan writes it."""


Offers = Callable[[ColumnView], Sequence[Offer]]


def offer(id_: str, **params: Any) -> Offer:
    """Make an offer."""
    return Offer(id_, params)


def shaped_offer(wanted: Offer, kind: str, **fields: Any) -> Offer:
    """The same generator, its values by a distribution."""
    return replace(wanted, distribution={"kind": kind, **fields})


def always(*offers: Offer) -> Offers:
    """Offer the same everywhere."""
    return lambda view: offers


def by_locale(brazil: Sequence[Offer], elsewhere: Sequence[Offer]) -> Offers:
    """Offer Brazilian values first where the plan is of Brazil, and last elsewhere."""
    at_home, abroad = (*brazil, *elsewhere), (*elsewhere, *brazil)
    return lambda view: at_home if view.is_brazilian else abroad


def first_fitting(view: ColumnView, offers: Sequence[Offer]) -> Offer | None:
    """Return the first offer that exists and fits the column's type, length, CHECKs and uniqueness."""
    return next((each for each in offers if domain_size(view, each) is not None), None)


def domain_size(view: ColumnView, wanted: Offer) -> int | None:
    """Return how many values the generator has for this column, or None where it does not fit."""
    spec = find_generator(wanted.id)
    if spec is None or not fits(spec.produces, view.category):
        return None
    try:
        built = spec.build(spec.params.model_validate(dict(wanted.params)), view.slot)
        size = _size_within_limits(view, built)
        if size is not None and wanted.distribution is not None:
            if view.in_key:
                return None
            shape(built, _DISTRIBUTION.validate_python(dict(wanted.distribution)))
        return size
    except ValueError:
        # How builders and domains refuse a column or its parameters; anything else is a fault, and is seen.
        return None


def narrowed(domain: Domain, limits: Sequence[Limit]) -> Domain | None:
    """Return the domain under all limits; None where too little of it satisfies one that cannot be built in."""
    enough = 1 if isinstance(domain, Facet) else _ENOUGH
    for limit in limits:
        try:
            smaller = domain.narrow(limit)
        except EmptyDomainError:
            return None
        if smaller is None:
            sample = domain.take(domain.draw(_SAMPLE))
            if limit.mask(sample).fill_null(value=False).sum() < enough * len(_SAMPLE):
                return None
        domain = smaller or domain
    return domain


def _size_within_limits(view: ColumnView, built: Built) -> int | None:
    if not isinstance(built, Domain):
        # A derived column cannot be narrowed: where a CHECK or a key asks something of it, others do better.
        apart = isinstance(built, Derivation) and built.unique_by_row
        return None if (view.in_key and not apart) or view.limits else 1 << 64
    if not fits((built.category,), view.category):
        return None
    domain = narrowed(built, [*view.type_limits, *(limit for _, limit in view.limits)])
    if domain is None or not _is_of_type(view, domain) or (view.in_key and not domain.injective):
        return None
    if not _keeps_conditions(view, domain):
        return None
    size = _distinct(domain, view.slot.rows)
    if view.is_unique and size < view.slot.rows:
        wider = domain.widen(view.slot.rows)
        # What is widened must be as short as before.
        return wider.size if wider is not None and narrowed(wider, view.type_limits) is not None else None
    return size


_READ: Mapping[Category, Callable[[str], object]] = {
    "uuid": uuid.UUID, "json": json.loads, "network": ipaddress.ip_interface,
}  # fmt: skip
"""How texts of a family are read; one that is none raises ValueError. Others' texts have a generator of their own."""
_READ_TYPES = ("uuid", "json", "jsonb", "inet", "cidr")


def _is_of_type(view: ColumnView, domain: Domain) -> bool:
    """Whether texts are values of the column's type: a CPF is no uuid, whatever the column is called."""
    read = _READ.get(view.category)
    if domain.category != "text" or read is None or view.slot.type_name not in _READ_TYPES:
        return True
    for text in domain.take(domain.draw(_SAMPLE[:_READ_COUNT])).cast(pl.String).to_list():
        try:
            read(text)
        except ValueError:
            return False
    return True


def _keeps_conditions(view: ColumnView, domain: Domain) -> bool:
    """Whether enough values satisfy the CHECKs on this column alone that are no limit a domain can take in."""
    conditions = view.own_conditions
    if not conditions:
        return True
    sample = cast(domain.take(domain.draw(_SAMPLE)), view.slot.dtype).drop_nulls()
    shares = (accepted(sql, view.name, view.slot.dtype, sample) for sql in conditions)
    return all(share is None or share >= _ENOUGH for share in shares)


def _distinct(domain: Domain, rows: int) -> int:
    """Ordinals a key can count on; those of a facet by itself or of its entity."""
    if isinstance(domain, Facet):
        if domain.drives:
            return domain.entity.size
        return domain.own_size if domain.own_injective and domain.own_size >= rows else domain.size
    return domain.size
