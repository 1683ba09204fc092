"""Values a Faker method gives, called a fixed number of times with a fixed seed, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import polars as pl

from datalchemy_nb.domains.base import Category, Domain
from datalchemy_nb.domains.bits import stream_key
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.clock import pinned, plain
from datalchemy_nb.domains.faker.library import library
from datalchemy_nb.records import dataclass

DEFAULT_SIZE = 4096
LARGEST = 1_000_000
_WIDEST = 200_000
_ENOUGH = 4 << 20
"""Bytes of text after which a pool is large enough."""
_IDLE = 400
_FAMILIES: tuple[tuple[type, Category], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "float"), (Decimal, "decimal"), (dt.datetime, "timestamp"),
    (dt.date, "date"), (dt.time, "time"), (dt.timedelta, "interval"), (bytes, "bytes"), (str, "text"),
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """All that a pool depends on."""

    locale: str
    provider: str
    method: str
    arguments: tuple[tuple[str, Any], ...]
    seed: int
    base_date: dt.date
    size: int = DEFAULT_SIZE

    @property
    def name(self) -> str:
        """``provider.method``."""
        return f"{self.provider}.{self.method}"


class PoolDomain(ChoiceDomain):
    """The values of a pool; how often each was met is its weight where they are few."""

    def __init__(self, recipe: Recipe, values: Sequence[Any], weights: Sequence[int] | None) -> None:
        self.recipe = recipe
        series, category = _series(values)
        super().__init__(series, weights, category)

    def widen(self, size: int) -> Domain | None:
        if self.size < self.recipe.size or size > _WIDEST:
            return None
        wider = pool(replace(self.recipe, size=size))
        return wider if wider.size >= size else None


@lru_cache(maxsize=128)
def pool(recipe: Recipe) -> PoolDomain:
    """Return the pool of a recipe.

    Raises:
        ValueError: the method refuses the arguments, or gives nothing that a column can hold.
    """
    found = _met(recipe)
    if not found:
        raise ValueError(f"faker.{recipe.name} gives no values")
    few = len(found) * 4 <= recipe.size
    return PoolDomain(recipe, list(found), list(found.values()) if few else None)


def _met(recipe: Recipe) -> dict[Any, int]:
    faker = library(recipe.locale)
    owner = faker.providers["misc" if recipe.provider == "base" else recipe.provider]
    call, arguments = getattr(owner, recipe.method), dict(recipe.arguments)
    seed = int(stream_key("faker", recipe.seed, recipe.locale, recipe.name, recipe.arguments))
    found: dict[Any, int] = {}
    idle = size = 0
    with pinned(faker, recipe.base_date, seed):
        while len(found) < recipe.size and idle < _IDLE + len(found) and size < _ENOUGH:
            try:
                value = plain(call(**arguments))
                hash(value)
            except Exception as error:
                raise ValueError(f"faker.{recipe.name}: {str(error) or type(error).__name__}") from error
            if value is None or value in found:
                idle += 1
            else:
                idle = 0
                size += len(value) if isinstance(value, str | bytes) else 0
            if value is not None:
                found[value] = found.get(value, 0) + 1
    return found


def _family(value: Any) -> Category:
    return next((family for kind, family in _FAMILIES if isinstance(value, kind)), "text")


def _series(values: Sequence[Any]) -> tuple[pl.Series, Category]:
    families = {_family(value) for value in values}
    family = families.pop() if len(families) == 1 else "text"
    match family:
        case "interval":
            return pl.Series([_interval(v) for v in values]), family
        case "bytes":
            return pl.Series([f"\\x{v.hex()}" for v in values]), family
        case "timestamp":
            return pl.Series([v.replace(tzinfo=None) for v in values], dtype=pl.Datetime("us")), family
        case "decimal":
            return _decimals(values), family
        case "text":
            return pl.Series([str(v) for v in values], dtype=pl.String), family
        case _:
            return pl.Series(values), family


def _decimals(values: Sequence[Decimal]) -> pl.Series:
    scale = min(max(max(-int(v.as_tuple().exponent), 0) for v in values), 18)
    whole = max(len(str(abs(int(v)))) for v in values)
    if whole + scale > 38:
        raise ValueError("decimals of more than 38 digits; give left_digits and right_digits")
    step = Decimal(1).scaleb(-scale)
    return pl.Series([v.quantize(step) for v in values], dtype=pl.Decimal(38, scale)).unique(maintain_order=True)


def _interval(value: dt.timedelta) -> str:
    return f"{value.days} days {value.seconds + value.microseconds / 1e6:g} seconds"
