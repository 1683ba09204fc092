"""Types of the catalog, taken apart into contract models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from datalchemy_nb.contracts.pg_types import TYPES
from datalchemy_nb.contracts.schema import (
    Check,
    Column,
    ColumnType,
    CompositeType,
    DomainType,
    EnumType,
    RangeType,
    TypeKind,
    TypeName,
)

Row = Mapping[str, Any]

_KINDS: dict[str, TypeKind] = {
    "b": "base",
    "c": "composite",
    "d": "domain",
    "e": "enum",
    "m": "multirange",
    "p": "pseudo",
    "r": "range",
}
_FIXED_PRECISION = {t.udt_name: (t.bits, 0 if t.category == "integer" else None) for t in TYPES if t.bits}
"""Width of the numbers whose types take no modifier, in bits, and their digits after the point."""
_TEMPORAL = frozenset({"time", "timetz", "timestamp", "timestamptz"})
_INTERVAL_BITS = (
    ("year", 1 << 2),
    ("month", 1 << 1),
    ("day", 1 << 3),
    ("hour", 1 << 10),
    ("minute", 1 << 11),
    ("second", 1 << 12),
)
_ALL_INTERVAL_FIELDS = 0x7FFF
_NO_INTERVAL_PRECISION = 0xFFFF


class Facets(NamedTuple):
    """What a type modifier says."""

    character_max_length: int | None = None
    numeric_precision: int | None = None
    numeric_scale: int | None = None
    datetime_precision: int | None = None
    interval_fields: str | None = None


def facets(type_name: str, typmod: int) -> Facets:
    """Decode pg_attribute.atttypmod for a built-in type."""
    if type_name in _FIXED_PRECISION:
        precision, scale = _FIXED_PRECISION[type_name]
        return Facets(numeric_precision=precision, numeric_scale=scale)
    if typmod < 0:
        return Facets()
    if type_name in ("varchar", "bpchar"):
        return Facets(character_max_length=typmod - 4)
    if type_name in ("bit", "varbit"):
        return Facets(character_max_length=typmod)
    if type_name == "numeric":
        # The scale is 11 bits with a sign: PostgreSQL 15 allows numeric(2, -3).
        scale = (((typmod - 4) & 0x7FF) ^ 0x400) - 0x400
        return Facets(numeric_precision=(typmod - 4) >> 16 & 0xFFFF, numeric_scale=scale)
    if type_name in _TEMPORAL:
        return Facets(datetime_precision=typmod)
    if type_name == "interval":
        precision = typmod & 0xFFFF
        return Facets(
            datetime_precision=None if precision == _NO_INTERVAL_PRECISION else precision,
            interval_fields=_interval_fields(typmod >> 16 & _ALL_INTERVAL_FIELDS),
        )
    return Facets()


def _interval_fields(bits: int) -> str | None:
    if bits == _ALL_INTERVAL_FIELDS:
        return None
    names = [name for name, bit in _INTERVAL_BITS if bits & bit]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}" if names else None


class TypeBook:
    """All types that were read, by oid."""

    def __init__(self, types: Iterable[Row], collations: Iterable[Row]) -> None:
        self._types = {row["oid"]: row for row in types}
        self._collations = {row["oid"]: _collation_name(row) for row in collations}

    @property
    def domain_oids(self) -> list[int]:
        """Oids of the domains."""
        return [oid for oid, row in self._types.items() if row["kind"] == "d"]

    def column_type(self, oid: int, typmod: int, formatted: str, collation: int, dimensions: int = 0) -> ColumnType:
        """Describe a column's or domain base's type.

        Lengths and precisions are those of the base type for a domain, and of the element for an array.
        """
        row = self._types[oid]
        base, base_typmod = self._base(row, typmod)
        kind: TypeKind = "array" if row["element"] else _KINDS[row["kind"]]
        return ColumnType(
            data_type=formatted,
            udt_schema=row["schema"],
            udt_name=row["name"],
            collation=self._collations.get(collation) if collation != row["collation"] else None,
            kind=kind,
            element=self._name(row["element"] or row["subtype"]),
            dimensions=max(dimensions, 1) if kind == "array" else 0,
            **facets(base["name"], base_typmod)._asdict() if base["schema"] == "pg_catalog" else {},
        )

    def is_not_null(self, oid: int) -> bool:
        """Whether a domain, or one it is made of, forbids null."""
        row = self._types[oid]
        while row["kind"] == "d":
            if row["not_null"]:
                return True
            row = self._types[row["base"]]
        return False

    def collations_of_domains(self) -> set[int]:
        """Collations that domains name."""
        return {row["collation"] for row in self._types.values() if row["kind"] == "d"}

    def with_collations(self, collations: Iterable[Row]) -> TypeBook:
        """The same types with these collations."""
        return TypeBook(self._types.values(), collations)

    def enums(self) -> tuple[EnumType, ...]:
        """Enum types by name."""
        return tuple(
            EnumType(schema_name=row["schema"], name=row["name"], labels=tuple(row["labels"] or ()))
            for row in self._of_kind("e")
        )

    def domains(self, checks: Mapping[int, tuple[Check, ...]]) -> tuple[DomainType, ...]:
        """Domains by name, with their checks by oid."""
        return tuple(
            DomainType(
                schema_name=row["schema"],
                name=row["name"],
                base=self.column_type(
                    row["base"], row["typmod"], row["formatted_base"], row["collation"], row["dimensions"]
                ),
                not_null=row["not_null"],
                default=row["default_expression"],
                checks=checks.get(row["oid"], ()),
            )
            for row in self._of_kind("d")
        )

    def composites(self, columns_of: Callable[[int], tuple[Column, ...]]) -> tuple[CompositeType, ...]:
        """Free-standing composite types by name; `columns_of` builds the columns of a relation."""
        return tuple(
            CompositeType(schema_name=row["schema"], name=row["name"], fields=columns_of(row["fields_of"]))
            for row in self._of_kind("c")
            if row["fields_of"]
        )

    def ranges(self) -> tuple[RangeType, ...]:
        """User-defined range types by name."""
        return tuple(
            RangeType(schema_name=row["schema"], name=row["name"], subtype=subtype, multirange=row["multirange"])
            for row in self._of_kind("r")
            if row["schema"] != "pg_catalog" and (subtype := self._name(row["subtype"]))
        )

    def _of_kind(self, kind: str) -> list[Row]:
        found = (row for row in self._types.values() if row["kind"] == kind)
        return sorted(found, key=lambda row: (row["schema"], row["name"]))

    def _name(self, oid: int) -> TypeName | None:
        row = self._types.get(oid)
        return TypeName(udt_schema=row["schema"], udt_name=row["name"]) if row else None

    def _base(self, row: Row, typmod: int) -> tuple[Row, int]:
        while True:
            if row["kind"] == "d":
                # A domain's own modifier wins; a nested domain's is -1.
                row, typmod = self._types[row["base"]], row["typmod"]
            elif row["element"]:
                row = self._types[row["element"]]
            else:
                return row, typmod


def _collation_name(row: Row) -> str:
    return str(row["name"] if row["schema"] == "pg_catalog" else f"{row['schema']}.{row['name']}")
