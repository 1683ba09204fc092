"""Transforms change a column's finished values; they know the column, never the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import polars as pl

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.registering import Catalogue, taking
from datalchemy_nb.domains.registry import NoParams, Params, first_paragraph
from datalchemy_nb.records import dataclass

MODULES = (
    "datalchemy_nb.transforms.text",
    "datalchemy_nb.transforms.choice",
    "datalchemy_nb.transforms.mask",
    "datalchemy_nb.transforms.replacing",
    "datalchemy_nb.transforms.rounding",
)


class Transform(ABC):
    """One step: a vectorised function of a column. Nulls pass through.

    Attributes:
        injective: distinct values stay distinct, so the column may be unique.
        category: the family of values produced; None = unchanged.
        null_rate: share of values it turns into nulls (the engine does that itself).
        accepts: families of values this very step takes; empty = as the catalogue says.
        added: characters it adds to every text; None = not known.
        longest: characters no result exceeds; None = not known.
        fills: whether nulls before it are none after it.
    """

    injective: bool = False
    category: Category | None = None
    null_rate: float = 0.0
    accepts: tuple[Category, ...] = ()
    added: int | None = None
    longest: int | None = None
    fills: bool = False

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


CATALOGUE: Catalogue[TransformSpec] = Catalogue("transform", "datalchemy_nb.transforms", MODULES)
Builder = TypeVar("Builder", bound=Callable[..., Transform])


def transform(
    id_: str, *, params: type[Params] = NoParams, accepts: tuple[Category, ...] = ()
) -> Callable[[Builder], Builder]:
    """Register a builder of transform steps. A function defined again, as a cell run twice does, replaces itself.

    The builder takes what it uses: ``(params, slot)``, ``(params)``, ``(slot)`` or nothing.

    Args:
        id_: the name used in plans.
        params: model of the parameters.
        accepts: families of values it takes; empty = all.

    Raises:
        UsageError: the id is built in, taken by another function, or no dotted name.
    """

    def register(build: Builder) -> Builder:
        CATALOGUE.add(id_, TransformSpec(id_, params, taking(build), accepts, first_paragraph(build)), build)
        return build

    return register


def transforms() -> Mapping[str, TransformSpec]:
    """Return all registered transforms by id, sorted."""
    return dict(sorted(CATALOGUE.entries().items()))


def find_transform(id_: str) -> TransformSpec | None:
    """Return the transform with this id, or None."""
    return CATALOGUE.find(id_)


TEMPORAL: tuple[Category, ...] = ("date", "time", "timestamp", "timestamptz")
TEXTUAL: tuple[Category, ...] = ("text", "uuid", "enum")


def plain_text(values: pl.Series) -> pl.Series:
    """Write values as text: ISO dates, ``T`` between date and time, ``Z`` for UTC, shortest numbers."""
    if values.dtype == pl.String:
        return values
    if isinstance(values.dtype, pl.Datetime):
        fraction = "%.6f" if bool((values.dt.microsecond() != 0).any()) else ""
        return values.dt.strftime(f"%Y-%m-%dT%H:%M:%S{fraction}" + ("Z" if values.dtype.time_zone else ""))
    if values.dtype == pl.Time:
        return values.dt.strftime("%H:%M:%S")
    if values.dtype.is_float():
        return values.cast(pl.String).str.strip_suffix(".0")
    return values.cast(pl.String)
