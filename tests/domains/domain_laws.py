"""What every domain promises, checked the same way for all."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Domain, OrderedDomain, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.limits import (
    AtLeast,
    AtMost,
    Contains,
    EmptyDomainError,
    Length,
    Limit,
    Matches,
    NoneOf,
    OneOf,
)

MANY = 3000


def slot(category: str = "text", type_name: str | None = None, **facts: Any) -> Slot:
    """A column to build generators for."""
    usual = {"rows": 1000, "base_date": dt.date(2026, 1, 1)}
    return Slot(TableRef("s", "t"), "c", category, pl.String(), type_name or category, **(usual | facts))


def words(count: int, salt: int = 0) -> U64:
    """Uniform 64-bit words."""
    return mix(np.arange(count, dtype=np.uint64) + np.uint64(salt))


def ordinals_of(domain: Domain) -> U64:
    """All ordinals of a small domain; the first, the last and random ones of a large one."""
    if domain.size <= MANY:
        return np.arange(domain.size, dtype=np.uint64)
    edge = np.arange(MANY // 3, dtype=np.uint64)
    return np.unique(np.concatenate([edge, np.uint64(domain.size - 1) - edge, scale(words(MANY), domain.size)]))


def assert_laws(domain: Domain) -> pl.Series:
    """Check one domain and return a sample of its values."""
    assert 1 <= domain.size <= 1 << 64
    ordinals = ordinals_of(domain)
    values = domain.take(ordinals)
    assert len(values) == len(ordinals)
    assert values.null_count() == 0
    empty = domain.take(np.array([], dtype=np.uint64))
    assert len(empty) == 0
    assert empty.dtype == values.dtype
    order = np.argsort(mix(ordinals.copy()))
    assert domain.take(ordinals[order]).to_list() == values.gather(order).to_list(), "a value depends on its neighbours"
    if domain.injective:
        assert values.n_unique() == len(ordinals)
    drawn = domain.draw(words(MANY))
    assert drawn.dtype == np.uint64
    assert int(drawn.max()) < domain.size
    if isinstance(domain, OrderedDomain):
        _assert_ordered(domain, ordinals, values)
    return values


def _assert_ordered(domain: OrderedDomain, ordinals: U64, values: pl.Series) -> None:
    assert values.is_sorted(descending=False) or domain.sequential
    low, high = values.min(), values.max()
    if not domain.sequential:
        assert (low, high) == (domain.lower, domain.upper)
    if domain.size >= 1 << 63 or domain.sequential:
        return
    assert (domain.rank(values, "left") == ordinals.astype(np.int64)).all()
    assert (domain.rank(values, "right") == ordinals.astype(np.int64) + 1).all()
    null = pl.Series([None], dtype=values.dtype)
    assert domain.rank(null, "left").tolist() == [0]
    assert domain.rank(null, "right").tolist() == [domain.size]


def satisfies(value: Any, limit: Limit) -> bool:
    """What a limit means, said in Python."""
    match limit:
        case AtLeast(bound, strict):
            return value > _like(bound, value) if strict else value >= _like(bound, value)
        case AtMost(bound, strict):
            return value < _like(bound, value) if strict else value <= _like(bound, value)
        case OneOf(values):
            return any(value == _like(v, value) for v in values)
        case NoneOf(values):
            return all(value != _like(v, value) for v in values)
        case Length(least, most):
            return least <= len(value) and (most is None or len(value) <= most)
        case Matches(pattern, ignore_case, negated):
            return bool(re.search(pattern, value, re.IGNORECASE if ignore_case else 0)) != negated
        case Contains(text, position):
            return value.find(text) + 1 >= position
    raise NotImplementedError(limit)


def _like(bound: Any, value: Any) -> Any:
    return Decimal(repr(bound)) if isinstance(bound, float) and isinstance(value, Decimal) else bound


def assert_narrows_exactly(domain: Domain, limit: Limit) -> Domain | None:
    """Check that narrowing a small domain keeps exactly the values that satisfy the limit, in order."""
    everything = domain.take(np.arange(domain.size, dtype=np.uint64))
    kept = [value for value in everything.to_list() if satisfies(value, limit)]
    assert everything.filter(limit.mask(everything)).to_list() == kept
    try:
        narrowed = domain.narrow(limit)
    except EmptyDomainError:
        assert kept == []
        return None
    assert narrowed is not None
    assert_laws(narrowed)
    assert narrowed.take(np.arange(narrowed.size, dtype=np.uint64)).to_list() == kept
    return narrowed
