"""What CHECKs say of types that name it themselves elsewhere: the kind and reference system of shapes, dimensions.

``geometry`` with ``st_srid(g) = 4326`` and ``geometrytype(g) = 'POINT'`` is ``geometry(Point,4326)``, and ``vector``
with ``vector_dims(v) = 3`` is ``vector(3)``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from datalchemy_nb.constraints.parse import (
    UnreadableCheckError,
    column_name,
    conjuncts,
    disjuncts,
    is_null_test,
    listed,
    parse,
    unwrap,
)
from datalchemy_nb.contracts.pg_types import VECTORS

_SYSTEM = ("st_srid", "srid")
_SHAPE = ("geometrytype", "st_geometrytype")
_DIMENSIONS = ("st_ndims", "ndims", "st_coorddim")
_SIZE = ("vector_dims",)


def told_type(type_name: str, column: str, conditions: Iterable[str]) -> str:
    """Return a type with what conditions over one of its columns ask, as PostgreSQL prints it; else the type itself.

    Args:
        type_name: as PostgreSQL prints it, with no modifier.
        column: the name by which conditions call a value.
        conditions: CHECKs, as PostgreSQL prints them.
    """
    asked: dict[str, str] = {}
    for text in conditions:
        if any(name in text.lower() for name in (*_SYSTEM, *_SHAPE, *_DIMENSIONS, *_SIZE)):
            try:
                tree = parse(text)
            except UnreadableCheckError:
                continue
            for part in conjuncts(tree):
                asked |= _told(part, column)
    name = type_name.rpartition(".")[2]
    if name in VECTORS:
        return f"{type_name}({asked['size']})" if "size" in asked else type_name
    if not asked:
        return type_name
    shape = asked.get("shape", "geometry").removeprefix("st_").upper()
    if asked.get("dimensions") == "3" and not shape.endswith(("Z", "M")):
        shape += "Z"
    return f"{type_name}({shape},{asked.get('system', 0)})"


def _told(node: exp.Expr, column: str) -> dict[str, str]:
    """What a condition says, one of its own values: of a list the first."""
    parts = [part for part in disjuncts(node) if not is_null_test(part)]
    if len(parts) != 1:
        return {}
    part = parts[0]
    found = listed(part)
    items = found[0] if found is not None and not found[1] else [part.expression] if isinstance(part, exp.EQ) else []
    call = unwrap(part.this) if items else None
    call = call.expression if isinstance(call, exp.Dot) else call  # of a schema
    if not isinstance(call, exp.Anonymous) or len(call.expressions) != 1 or column_name(call.expressions[0]) != column:
        return {}
    value = unwrap(items[0])
    while isinstance(value, exp.Cast):
        value = unwrap(value.this)
    if not isinstance(value, exp.Literal):
        return {}
    words = {"system": _SYSTEM, "shape": _SHAPE, "dimensions": _DIMENSIONS, "size": _SIZE}
    return {what: value.name.lower() for what, names in words.items() if call.name.lower() in names}
