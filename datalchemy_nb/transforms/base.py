"""Transforms change a column's finished values; they know the column, never the table."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import polars as pl

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.registry import Params

MODULES = ("datalchemy_nb.transforms.text", "datalchemy_nb.transforms.choice", "datalchemy_nb.transforms.mask")


class Transform(ABC):
    """One step: a vectorised function of a column. Nulls pass through.

    Attributes:
        injective: distinct values stay distinct, so the column may be unique.
        category: the family of values produced; None = unchanged.
        null_rate: share of values it turns into nulls (the engine does that itself).
    """

    injective: bool = False
    category: Category | None = None
    null_rate: float = 0.0

    @abstractmethod
    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        """Return the changed values.

        Args:
            values: the column so far.
            bits: 64 random bits per row, this step's own.
        """


@dataclass(frozen=True)
class TransformSpec:
    """One entry of the catalogue of transforms.

    Attributes:
        id: the name used in plans.
        params: model of its parameters.
        build: makes the step for a slot; raises ValueError with a reason when it does not fit.
        accepts: families of values it takes; empty = all.
        doc: first paragraph of the builder's docstring.
    """

    id: str
    params: type[Params]
    build: Callable[[Any, Slot], Transform]
    accepts: tuple[Category, ...]
    doc: str


_REGISTRY: dict[str, TransformSpec] = {}


def transform(
    id_: str, *, params: type[Params], accepts: tuple[Category, ...] = ()
) -> Callable[[Callable[[Any, Slot], Transform]], Callable[[Any, Slot], Transform]]:
    """Register a builder of transform steps under an id.

    Raises:
        ValueError: the id is taken.
    """

    def register(build: Callable[[Any, Slot], Transform]) -> Callable[[Any, Slot], Transform]:
        if id_ in _REGISTRY:
            raise ValueError(f"transform {id_!r} is registered twice")
        doc = inspect.cleandoc(build.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        _REGISTRY[id_] = TransformSpec(id_, params, build, accepts, doc)
        return build

    return register


@lru_cache(maxsize=1)
def _load() -> None:
    for module in MODULES:
        import_module(module)


def transforms() -> Mapping[str, TransformSpec]:
    """Return all registered transforms by id, sorted."""
    _load()
    return dict(sorted(_REGISTRY.items()))


def find_transform(id_: str) -> TransformSpec | None:
    """Return the transform with this id, or None."""
    _load()
    return _REGISTRY.get(id_)
