"""``reference.<list>.<field>``: generators made on demand, one for every field of every list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache, partial
from typing import Any, Literal

import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.reference import lists as own
from datalchemy_nb.domains.reference import world
from datalchemy_nb.domains.reference.facets import RecordField, RecordsInOrder, entity_of
from datalchemy_nb.domains.reference.records import Records
from datalchemy_nb.domains.registry import GeneratorSpec, RoleParams, cast

_WORDY = frozenset({"name", "official_name", "native_name", "description", "capital", "continent", "region"})
_CODES = frozenset({"code", "slug"})
_USUAL_COUNTRY = "US"


class ReferenceParams(RoleParams):
    """Which records, and how they are written.

    Attributes:
        role: a word such as ``from``: the columns of one role agree, and two roles of a row are never one record.
        language: of names and sentences; the locale's unless given.
        only: codes of the records to use, in this order; all of them unless given.
        ordered: row i shows record i, as in the table of the list itself.
        case: of codes.
    """

    language: Str | None = None
    only: tuple[Str, ...] | None = None
    ordered: Bool = False
    case: Literal["as_is", "lower", "upper", "kebab"] = "as_is"


class SubdivisionParams(ReferenceParams):
    """Which subdivisions, and how they are written.

    Attributes:
        country: two letters of the country; the locale's unless given; ``*`` = those of all countries.
    """

    country: Str | None = None


@cache
def list_ids() -> tuple[str, ...]:
    """Return the ids of all lists, those of the world first."""
    return (*world.FIELDS, *own.ids())


def fields_of(list_id: str) -> tuple[str, ...]:
    """Return the fields of a list."""
    return world.FIELDS[list_id] if list_id in world.FIELDS else own.fields(list_id)


@lru_cache(maxsize=128)
def records(list_id: str, locale: str = "en_US", language: str | None = None, country: str | None = None) -> Records:
    """Return a list.

    Args:
        list_id: see `list_ids`.
        locale: gives language and country where these are not given.
        language: of names and sentences.
        country: whose records come up most; of `subdivision`, whose they are.

    Raises:
        ValueError: no subdivisions of the country are known.
    """
    spoken, _, place = locale.partition("_")
    place = place if len(place) == 2 else ""
    if list_id not in world.FIELDS:
        return own.read(list_id, language or spoken)
    if list_id == "subdivision":
        place = country or (place if world.has_subdivisions(place) else _USUAL_COUNTRY)
    return world.read(list_id, language or spoken, country or place)


def find(id_: str) -> GeneratorSpec | None:
    """Return the generator of a field, or None where there is none."""
    _, list_id, field = (*id_.split("."), "", "", "")[:3]
    if id_.count(".") != 2 or list_id not in list_ids() or field not in fields_of(list_id):
        return None
    return _spec(list_id, field)


def every() -> Iterator[GeneratorSpec]:
    """Yield the generators of all fields."""
    for list_id in list_ids():
        for field in fields_of(list_id):
            yield _spec(list_id, field)


@cache
def _spec(list_id: str, field: str) -> GeneratorSpec:
    numeric: tuple[Category, ...] = ("integer", "decimal", "float", "text")
    digits: tuple[Category, ...] = ("text", "integer")
    shown, what = list_id.replace("_", " "), field.replace("_", " ")
    return GeneratorSpec(
        id=f"reference.{list_id}.{field}",
        params=SubdivisionParams if list_id == "subdivision" else ReferenceParams,
        build=cast(partial(_build, list_id, field)),
        produces=numeric if field in world.NUMBERS else digits if field in ("numeric", "level") else ("text",),
        tags=(),
        locale_aware=True,
        doc=f"{what.capitalize()} of a record of the list {shown}.",
    )


def _build(list_id: str, field: str, params: Any, slot: Slot) -> Domain:
    country = getattr(params, "country", None)
    found = records(list_id, slot.locale, params.language, country)
    if params.only:
        found = found.only(params.only)
    values, category = _values(found.columns[field], field, params.case, slot)
    wordy = field in _WORDY
    if params.ordered:
        return RecordsInOrder(values, slot.rows, category, wordy)
    home = slot.locale.partition("_")[2] if list_id in world.FIELDS else ""
    parts = [f"reference.{list_id}", country or home, ",".join(params.only or ())]
    facet = RecordField(entity_of("/".join(parts).rstrip("/"), found.weights), values, found.weights, category, wordy)
    if slot.unique and (not facet.injective or facet.size < slot.rows):
        return _distinct(values, slot, facet)
    return facet


def _distinct(values: pl.Series, slot: Slot, facet: RecordField) -> Domain:
    """What repeats, in a column that must not: its values once each, with numbers behind where texts are few."""
    if facet.category != "text":
        return facet
    listed = values.unique(maintain_order=True)
    weights = [1] * len(listed)
    alone = RecordField(entity_of(f"{facet.entity.name}/distinct", weights), listed, weights, "text", facet.wordy)
    return alone.widen(slot.rows) or alone


def _values(column: Any, field: str, case: str, slot: Slot) -> tuple[pl.Series, Category]:
    if isinstance(column[0], int):
        if slot.category in ("text", "enum"):
            return pl.Series([str(value) for value in column]), "text"
        return pl.Series(column, dtype=pl.Int64), "integer"
    if slot.category in ("integer", "decimal", "float") and all(value.isdigit() for value in column):
        return pl.Series([int(value) for value in column], dtype=pl.Int64), "integer"
    texts = pl.Series(column, dtype=pl.String)
    if field in _CODES and case != "as_is":
        texts = texts.str.to_uppercase() if case == "upper" else texts.str.to_lowercase()
        texts = texts.str.replace_all("[_.]", "-") if case == "kebab" else texts
    return texts, "text"
