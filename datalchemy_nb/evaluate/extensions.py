"""How cells of the types of PostgreSQL's extensions are read in DuckDB: their published text forms, no code of ours.

PostGIS writes EWKT or hexadecimal EWKB; pgvector ``[x,y]`` and ``{i:x}/n``; isn numbers with a check digit (ISO 2108,
3297, 10957, GS1); ltree labels joined by points; hstore ``"k"=>"v"``; ip4r addresses and blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from datalchemy_nb.evaluate.reading import Cell, Fault, Reading
from datalchemy_nb.evaluate.typebook import modifiers

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TYPED = re.compile(r"\(\s*([A-Za-z]+?)\s*(ZM|Z|M)?\s*(?:,\s*(\d+)\s*)?\)")
_ANY = "Geometry"


def _shape(cell: Cell, pattern: str) -> Fault:
    return Fault("type", f"NOT {cell.matches(pattern)}", f"is no {cell.type.data_type}")


def _shaped(pattern: str, family: str = "opaque") -> Callable[[Cell], Reading]:
    def reader(cell: Cell) -> Reading:
        return Reading("VARCHAR", "exact" if family == "exact" else "opaque", cell.raw, (_shape(cell, pattern),))

    return reader


def _spatial(cell: Cell) -> Reading:
    """EWKT of the column's kind, dimensions and reference system; EWKB is taken as it is."""
    found = _TYPED.search(cell.type.data_type)
    kind = found[1] if found and found[1].lower() != _ANY.lower() else "[A-Z]+"
    dimensions = (found[2] or "") if found else "(ZM|Z|M)?"
    usual = "4326" if cell.type.udt_name == "geography" else ""
    srid = (found[3] or usual) if found else ""
    prefix = rf"(SRID={srid or '[0-9]+'};)?" if not srid or srid == usual else f"SRID={srid};"
    text = rf"(?i){prefix}\s*{kind}\s*{dimensions}\s*(\(.*\)|EMPTY)"
    return Reading("VARCHAR", "opaque", cell.raw, (_shape(cell, f"{text}|[0-9A-F]{{18,}}"),))


def _vector(cell: Cell) -> Reading:
    faults = [_shape(cell, rf"\[\s*{_NUMBER}(\s*,\s*{_NUMBER})*\s*\]")]
    size = next(iter(modifiers(cell.type)), None)
    if size is not None:
        count = f"length({cell.raw}) - length(replace({cell.raw}, ',', '')) + 1"
        faults.append(Fault("length", f"{count} <> {size}", f"has not {size} dimensions"))
    return Reading("VARCHAR", "opaque", cell.raw, tuple(faults))


def _sparse(cell: Cell) -> Reading:
    size = next(iter(modifiers(cell.type)), None)
    element = rf"[1-9][0-9]*:{_NUMBER}"
    pattern = rf"\{{({element}(,{element})*)?\}}/{size if size is not None else '[1-9][0-9]*'}"
    return Reading("VARCHAR", "opaque", cell.raw, (_shape(cell, pattern),))


def _article(lengths: tuple[int, ...], prefix: str = "") -> Callable[[Cell], Reading]:
    """Numbers with a check digit: modulo 11 for 8 and 10 characters, modulo 10 for 12 and 13."""

    def reader(cell: Cell) -> Reading:
        bare = f"upper(regexp_replace({cell.raw}, '[ -]', '', 'g'))"
        forms = "|".join(f"[0-9]{{{size - 1}}}[0-9X]" if size < 12 else f"{prefix}[0-9]{{{size - len(prefix)}}}"
                         for size in lengths)  # fmt: skip
        shape = Fault("type", f"NOT regexp_full_match({bare}, '{forms}')", f"is no {cell.type.data_type}")
        wrong = " OR ".join(f"(length({bare}) = {size} AND {_check(bare, size)} <> 0)" for size in lengths)
        digit = Fault("type", wrong, f"is no {cell.type.data_type}: its check digit is wrong")
        return Reading("VARCHAR", "exact", bare, (shape, digit))

    return reader


def _check(bare: str, size: int) -> str:
    """What must be 0: the weighted sum of all characters, check digit included, by its modulus."""
    eleven = size < 12
    terms = []
    for at in range(1, size + 1):
        weight = size + 1 - at if eleven else (1 if (size - at) % 2 == 0 else 3)
        terms.append(f"{weight} * coalesce(TRY_CAST(substr({bare}, {at}, 1) AS INTEGER), 10)")
    return f"({' + '.join(terms)}) % {11 if eleven else 10}"


_LABEL = "[A-Za-z0-9_-]+"
_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IP4 = rf"{_OCTET}(\.{_OCTET}){{3}}"
_IP6 = "[0-9a-fA-F:]*:[0-9a-fA-F:.]*"
_HSTORE = r'(\s*("([^"\\]|\\.)*"|[^\s=,"]+)\s*=>\s*("([^"\\]|\\.)*"|[^\s=,"]+)\s*(,|$))*'

READERS: dict[str, Callable[[Cell], Reading]] = {
    "geometry": _spatial,
    "geography": _spatial,
    "box2d": _shaped(r"(?i)BOX\(.*,.*\)"),
    "box3d": _shaped(r"(?i)BOX3D\(.*,.*\)"),
    "vector": _vector,
    "halfvec": _vector,
    "sparsevec": _sparse,
    "ean13": _article((13,)),
    "isbn": _article((10, 13)),
    "isbn13": _article((13,), "978"),
    "ismn": _article((13,), "9790"),
    "ismn13": _article((13,), "9790"),
    "issn": _article((8, 13)),
    "issn13": _article((13,), "977"),
    "upc": _article((12, 13)),
    "ltree": _shaped(rf"({_LABEL}(\.{_LABEL})*)?", "exact"),
    "hstore": _shaped(_HSTORE),
    "cube": _shaped(rf"[(\[]?\s*{_NUMBER}.*[)\]]?"),
    "seg": _shaped(rf"[<>~]?\s*{_NUMBER}.*|\.\..*"),
    "ip4": _shaped(_IP4, "exact"),
    "ip6": _shaped(_IP6),
    "ipaddress": _shaped(f"{_IP4}|{_IP6}"),
    "ip4r": _shaped(rf"{_IP4}((/|-).*)?"),
    "ip6r": _shaped(rf"{_IP6}((/|-).*)?"),
    "iprange": _shaped(rf"-|({_IP4}|{_IP6})((/|-).*)?"),
}
"""By name of the type in the catalog."""
