"""PostgreSQL's built-in types: what each is called, by the catalog and in print, and the family its values belong to.

The one list of type names. A new type is a line here, a domain in ``domains/defaults.py`` and a reading in
``evaluate/readings.py``.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Category = Literal[
    "boolean", "integer", "decimal", "float", "text", "uuid", "date", "time", "timestamp", "timestamptz",
    "interval", "json", "enum", "bytes", "array", "range", "network", "other",
]  # fmt: skip
"""The family a value belongs to, whatever PostgreSQL calls the exact type."""

NUMBERS: tuple[Category, ...] = ("integer", "decimal", "float")
MOMENTS: tuple[Category, ...] = ("date", "timestamp", "timestamptz")


class PgType(NamedTuple):
    """One built-in type.

    Attributes:
        udt_name: its name in the catalog (``int4``).
        printed: its name as PostgreSQL prints it (``integer``), without modifiers.
        category: the family of its values.
        bits: of a whole number that has a sign, its width; of a float, the width of its mantissa.
        subtype: of a range, the catalog's name of the type of its bounds.
    """

    udt_name: str
    printed: str
    category: Category
    bits: int | None = None
    subtype: str | None = None


TYPES: tuple[PgType, ...] = (
    PgType("bool", "boolean", "boolean"),
    PgType("int2", "smallint", "integer", 16),
    PgType("int4", "integer", "integer", 32),
    PgType("int8", "bigint", "integer", 64),
    PgType("oid", "oid", "integer"),
    PgType("numeric", "numeric", "decimal"),
    PgType("float4", "real", "float", 24),
    PgType("float8", "double precision", "float", 53),
    PgType("text", "text", "text"),
    PgType("varchar", "character varying", "text"),
    PgType("bpchar", "character", "text"),
    PgType("char", '"char"', "text"),
    PgType("name", "name", "text"),
    PgType("citext", "citext", "text"),
    PgType("uuid", "uuid", "uuid"),
    PgType("date", "date", "date"),
    PgType("time", "time without time zone", "time"),
    PgType("timestamp", "timestamp without time zone", "timestamp"),
    PgType("timestamptz", "timestamp with time zone", "timestamptz"),
    PgType("timetz", "time with time zone", "other"),
    PgType("interval", "interval", "interval"),
    PgType("json", "json", "json"),
    PgType("jsonb", "jsonb", "json"),
    PgType("bytea", "bytea", "bytes"),
    PgType("inet", "inet", "network"),
    PgType("cidr", "cidr", "network"),
    PgType("macaddr", "macaddr", "network"),
    PgType("macaddr8", "macaddr8", "network"),
    PgType("int4range", "int4range", "range", subtype="int4"),
    PgType("int8range", "int8range", "range", subtype="int8"),
    PgType("numrange", "numrange", "range", subtype="numeric"),
    PgType("daterange", "daterange", "range", subtype="date"),
    PgType("tsrange", "tsrange", "range", subtype="timestamp"),
    PgType("tstzrange", "tstzrange", "range", subtype="timestamptz"),
)
"""The types whose values have a family of their own; every other type's values are ``other``."""

BY_NAME: dict[str, PgType] = {type_.udt_name: type_ for type_ in TYPES}
BY_PRINTED: dict[str, PgType] = {type_.printed: type_ for type_ in TYPES}
WHOLE: frozenset[str] = frozenset(t.udt_name for t in TYPES if t.category == "integer" and t.bits)
"""Catalog names of the whole numbers that have a sign."""


_OF_CITEXT = re.compile(r"OPERATOR\((?:\w+|\"[^\"]+\")\.(!?(?:~~?\*?)|=|<>)\)")
_AS_CITEXT = re.compile(r"::(?:(?:\w+|\"[^\"]+\")\.)?citext\b(?!\()")


def of_citext(text: str) -> str:
    """Return an expression with operators and casts of ``citext`` as those of text that heed no case.

    PostgreSQL writes them with the schema of the extension: ``OPERATOR(public.~)``, ``'x'::public.citext``.
    """
    if "citext" not in text:
        return text
    plain = _OF_CITEXT.sub(lambda found: found[1] if found[1][-1] in "*=>" else f"{found[1]}*", text)
    return _AS_CITEXT.sub("::text", plain)


def category_by_name(udt_name: str) -> Category:
    """Return the family of a type by its catalog name; ``other`` where it has none."""
    known = BY_NAME.get(udt_name)
    return known.category if known else "other"


def category_by_print(printed: str) -> Category:
    """Return the family of a type by its printed name without modifiers; ``other`` where it has none."""
    known = BY_PRINTED.get(printed)
    return known.category if known else "other"


SHAPES = ("geometry", "geography")
"""Types of PostGIS; what kind of shape and in which reference system, the type says or a CHECK."""
VECTORS = ("vector", "halfvec", "sparsevec")
"""Types of pgvector; how many dimensions, the type says or a CHECK."""
