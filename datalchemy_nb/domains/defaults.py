"""The domain of a column that no rule speaks of, chosen by its type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
import polars as pl

from datalchemy_nb.contracts.pg_types import BY_NAME, BY_PRINTED, Category, category_by_print
from datalchemy_nb.domains.article_numbers import SCHEMES, ArticleNumber
from datalchemy_nb.domains.base import MAX_SIZE, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain, boolean
from datalchemy_nb.domains.fitting import base_type, default_bounds, number_domain, recent_days, recent_moments
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.literals import ArrayText
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.strings import decimal_digits, join, zero_padded
from datalchemy_nb.domains.temporal import DateDomain, IntervalDomain, TimeDomain, TimestampDomain
from datalchemy_nb.domains.text import words_within

_OCTET = r"(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])"
_COORDINATE = r"-?\d{1,2}\.\d{4}"
_MAX_BITS = 64
_PATTERNS: dict[str, tuple[str, Category]] = {
    "json": (r'\{"id": [1-9]\d{0,5}, "tag": "[a-z]{3,8}"\}', "json"),
    "jsonb": (r'\{"id": [1-9]\d{0,5}, "tag": "[a-z]{3,8}"\}', "json"),
    "jsonpath": (r"\$\.[a-z]{3,8}", "other"),
    "bytea": (r"\\x([0-9a-f]{2}){8}", "bytes"),
    "inet": (rf"10\.{_OCTET}\.{_OCTET}\.{_OCTET}", "network"),
    "cidr": (rf"10\.{_OCTET}\.{_OCTET}\.0/24", "network"),
    "macaddr": (r"02(:[0-9a-f]{2}){5}", "network"),
    "macaddr8": (r"02(:[0-9a-f]{2}){7}", "network"),
    "xml": (r"<item id=\"[1-9]\d{0,5}\">[a-z]{3,8}</item>", "other"),
    "tsvector": (r"'[a-h]{3,6}' '[i-z]{3,6}'", "other"),
    "tsquery": (r"'[a-z]{3,8}'", "other"),
    "money": (r"[1-9]\d{0,3}\.\d{2}", "other"),
    "point": (rf"\({_COORDINATE},{_COORDINATE}\)", "other"),
    "lseg": (rf"\[\({_COORDINATE},{_COORDINATE}\),\({_COORDINATE},{_COORDINATE}\)\]", "other"),
    "path": (rf"\(\({_COORDINATE},{_COORDINATE}\),\({_COORDINATE},{_COORDINATE}\)\)", "other"),
    "polygon": (r"\(\(0,0\),\([1-9]\d?,0\),\([1-9]\d?,[1-9]\d?\)\)", "other"),
    "box": (r"\([5-9]\d,[5-9]\d\),\([1-4]\d,[1-4]\d\)", "other"),
    "line": (r"\{[1-9]\d?,[1-9]\d?,-?\d{1,2}\}", "other"),
    "circle": (rf"<\({_COORDINATE},{_COORDINATE}\),[1-9]\d?>", "other"),
    "hstore": (r'"[a-z]{3,8}"=>"[a-z]{3,8}"', "other"),
    "ltree": (r"[a-z]{3,6}\.[a-z]{3,6}", "other"),
    "pg_lsn": (r"[1-9A-F]/[0-9A-F]{8}", "other"),
    "lquery": (r"[a-z]{3,6}\.\*", "other"),
    "ltxtquery": (r"[a-z]{3,6} & [a-z]{3,6}", "other"),
    "query_int": (r"[1-9]\d?&[1-9]\d?", "other"),
    "cube": (r"\(\d{1,2}\.\d{2},\d{1,2}\.\d{2},\d{1,2}\.\d{2}\)", "other"),
    "seg": (r"[1-4]\d\.\d \.\. [5-9]\d\.\d", "other"),
    "ip4": (rf"10\.{_OCTET}\.{_OCTET}\.{_OCTET}", "other"),
    "ipaddress": (rf"10\.{_OCTET}\.{_OCTET}\.{_OCTET}", "other"),
    "ip4r": (rf"10\.{_OCTET}\.{_OCTET}\.0/24", "other"),
    "iprange": (rf"10\.{_OCTET}\.{_OCTET}\.0/24", "other"),
    "ip6": (r"fd00(:[1-9a-f][0-9a-f]{3}){2}::[1-9a-f][0-9a-f]{3}", "other"),
    "ip6r": (r"fd00(:[1-9a-f][0-9a-f]{3}){2}::/48", "other"),
    "xid": (r"[1-9]\d{0,8}", "other"),
    "xid8": (r"[1-9]\d{0,17}", "other"),
    "cid": (r"[1-9]\d{0,8}", "other"),
    "tid": (r"\([1-9]\d{0,4},[1-9]\d?\)", "other"),
    "txid_snapshot": (r"[1-4]\d{3}:[5-9]\d{3}:", "other"),
    "pg_snapshot": (r"[1-4]\d{3}:[5-9]\d{3}:", "other"),
    "int2vector": (r"[1-9]\d{0,2} [1-9]\d{0,2}", "other"),
    "oidvector": (r"[1-9]\d{0,4} [1-9]\d{0,4}", "other"),
    "refcursor": (r"[a-z]{4,12}", "other"),
    "name": (r"[a-z]{4,12}", "text"),
    '"char"': (r"[A-Za-z]", "text"),
}
_NAMED: dict[str, tuple[str, ...]] = {
    "regclass": ("pg_class", "pg_type", "pg_attribute", "pg_index", "pg_proc", "pg_namespace", "pg_database"),
    "regtype": ("integer", "bigint", "text", "boolean", "numeric", "date", "uuid", "jsonb"),
    "regproc": ("now", "version", "pg_backend_pid", "pg_sleep", "clock_timestamp", "timeofday"),
    "regprocedure": ("now()", "version()", "lower(text)", "upper(text)", "md5(text)", "abs(integer)"),
    "regoper": ("|/", "||/"),
    "regoperator": ("+(integer,integer)", "-(integer,integer)", "=(text,text)", "<(date,date)", "||(text,text)"),
    "regrole": ("pg_monitor", "pg_read_all_stats", "pg_read_all_settings", "pg_signal_backend"),
    "regnamespace": ("pg_catalog", "information_schema", "pg_toast"),
    "regcollation": ('"C"', '"POSIX"', '"default"'),
    "regconfig": ("simple", "english", "portuguese", "spanish", "french", "german"),
    "regdictionary": ("simple", "english_stem", "portuguese_stem", "spanish_stem", "french_stem"),
    "aclitem": ("=r/pg_monitor", "pg_monitor=r/pg_monitor", "pg_read_all_stats=rw/pg_monitor"),
}
"""Names of what every server has, for types that refer to its objects."""
_MODIFIERS = re.compile(r"\((\d+)(?:,\s*(-?\d+))?\)")


def default_domain(slot: Slot) -> Domain | None:
    """Return a domain of sane values for the column, or None where its type is not known."""
    build = _BY_CATEGORY.get(slot.category)
    if build is not None and base_type(slot) != "time with time zone":
        return build(slot)
    name = base_type(slot)
    if name.endswith("[]"):
        return _array(slot)
    name = name.rsplit(".", 1)[-1]
    if name in _BUILDERS:
        return _BUILDERS[name](slot)
    bounds = _bounds(name)
    if bounds is not None:
        return _range(slot, bounds, multi="multirange" in name)
    if name.startswith("interval"):
        return _interval(name)
    if name in _NAMED:
        return ChoiceDomain(_NAMED[name], category="other")
    return _shared(*_PATTERNS[name]) if name in _PATTERNS else None


@lru_cache(maxsize=256)
def _shared(pattern: str, category: Category) -> Domain:
    """A pattern's domain, built once: schemas have many columns of one type."""
    domain = PatternDomain(pattern)
    domain.category = category
    return domain


def _text(slot: Slot) -> Domain:
    name = base_type(slot)
    return PatternDomain(_PATTERNS[name][0]) if name in _PATTERNS else words_within(slot.max_length)


def _number(slot: Slot) -> Domain:
    if slot.category == "integer":
        low, high = default_bounds(slot, None, None)
        return IntegerDomain(int(low), int(high))
    return number_domain(slot, *default_bounds(slot, None, None))


def _enum(slot: Slot) -> Domain | None:
    return ChoiceDomain(slot.labels, category="enum") if slot.labels else None


def _timestamp(slot: Slot) -> Domain:
    return TimestampDomain(*recent_moments(slot), utc=slot.category == "timestamptz")


_BY_CATEGORY: dict[Category, Callable[[Slot], Domain | None]] = {
    "boolean": lambda slot: boolean(),
    "integer": _number,
    "decimal": _number,
    "float": _number,
    "text": _text,
    "uuid": lambda slot: UuidDomain(slot.seed),
    "time": lambda slot: TimeDomain(dt.time(), dt.time(23, 59, 59)),
    "date": lambda slot: DateDomain(*recent_days(slot)),
    "timestamp": _timestamp,
    "timestamptz": _timestamp,
    "enum": _enum,
}


class Written(Domain):
    """The values of another domain as text between two constants."""

    def __init__(self, base: Domain, before: str, after: str, category: Category = "other") -> None:
        self.base, self.before, self.after = base, before, after
        self.size, self.injective, self.category = base.size, base.injective, category

    def take(self, ordinals: U64) -> pl.Series:
        return join([self.before, self.base.take(ordinals).cast(pl.String), self.after])

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)


def _bits(slot: Slot, name: str) -> Domain:
    found = _MODIFIERS.search(slot.type_name)
    length = int(found[1]) if found else slot.max_length or (1 if name == "bit" else _MAX_BITS)
    domain = PatternDomain(f"[01]{{{length}}}" if name == "bit" else f"[01]{{1,{min(length, _MAX_BITS)}}}")
    domain.category = "other"
    return domain


_DELIMITERS = {"box": ";", "geometry": ":", "geography": ":"}
"""What stands between elements of an array (pg_type.typdelim), where it is no comma."""


def _element(slot: Slot, type_name: str) -> Domain | None:
    name = base_type(replace(slot, type_name=type_name))
    name = "citext" if name.endswith(".citext") else name
    found = _MODIFIERS.search(type_name)
    sizes = (int(found[1]), int(found[2] or 0)) if found else (None, None)
    category = category_by_print(name)
    element = replace(
        slot,
        type_name=type_name,
        category="enum" if category == "other" and slot.labels else category,
        max_length=sizes[0] if category == "text" else None,
        precision=sizes[0] if category == "decimal" else None,
        scale=sizes[1] if category == "decimal" else None,
    )
    return default_domain(element)


def _array(slot: Slot) -> Domain | None:
    name = slot.type_name[: slot.type_name.index("[]")]
    element = _element(slot, name)
    if element is None:
        return None
    between = _DELIMITERS.get(name.partition("(")[0].rsplit(".", 1)[-1], ",")
    return ArrayText(element, slot.type_name.count("[]"), between=between)


def _interval(name: str) -> Domain:
    """Days, hours and seconds; whole months or years where the type keeps nothing finer."""
    if name.endswith(("year", "month")):
        return Written(IntegerDomain(1, 48), "", " mon", "interval")
    if name.endswith(("to day", "interval day")):
        return Written(IntegerDomain(0, 365), "", " days", "interval")
    return IntervalDomain(dt.timedelta(0), dt.timedelta(days=90))


def _vector(slot: Slot) -> Domain:
    found = _MODIFIERS.search(slot.type_name)
    part = r"-?0\.\d{3}"
    domain = PatternDomain(r"\[" + ",".join([part] * (int(found[1]) if found else 3)) + r"\]")
    domain.category = "other"
    return domain


class SparseVector(Domain):
    """Sparse vectors of pgvector: ``{index:value,index:value}/dimensions``, indices from 1, ascending.

    Args:
        dimensions: how many elements the vector has, at least 1.
    """

    category: Category = "other"

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._low = max(dimensions // 2, 1)
        self._high = dimensions - self._low
        self._values = 999
        self.size = min(self._low * max(self._high, 1) * self._values**2, MAX_SIZE)
        self.injective = self._high > 0

    def take(self, ordinals: U64) -> pl.Series:
        rest, first = np.divmod(ordinals, np.uint64(self._values))
        rest, second = np.divmod(rest, np.uint64(self._values))
        rest, low = np.divmod(rest, np.uint64(self._low))
        parts: list[pl.Series | str] = ["{", decimal_digits(low + np.uint64(1)), ":0."]
        parts.append(zero_padded(first + np.uint64(1), 3))
        if self._high:
            high = rest % np.uint64(self._high) + np.uint64(self._low + 1)
            parts += [",", decimal_digits(high), ":0.", zero_padded(second + np.uint64(1), 3)]
        return join([*parts, f"}}/{self.dimensions}"])


def _article(kind: str, slot: Slot) -> Domain:
    return ArticleNumber(kind)


def _sparse(slot: Slot) -> Domain:
    found = _MODIFIERS.search(slot.type_name)
    return SparseVector(int(found[1]) if found else 100)


def _spatial(slot: Slot) -> Domain | None:
    from datalchemy_nb.domains.spatial import spatial  # the places are read only where they are needed

    name = base_type(slot).rsplit(".", 1)[-1]
    return spatial(slot, name if name.startswith("box") else "")


_BUILDERS: dict[str, Callable[[Slot], Domain | None]] = {
    "vector": _vector,
    "halfvec": _vector,
    "sparsevec": _sparse,
    "bit": lambda slot: _bits(slot, "bit"),
    "bit varying": lambda slot: _bits(slot, "bit varying"),
    "varbit": lambda slot: _bits(slot, "varbit"),
    "time with time zone": lambda slot: Written(TimeDomain(dt.time(), dt.time(23, 59, 59)), "", "+00"),
    "geometry": _spatial,
    "geography": _spatial,
    "box2d": _spatial,
    "box3d": _spatial,
    **{kind: partial(_article, kind) for kind in SCHEMES},
}
"""What is built for types whose values follow from a modifier, or from more than a pattern."""


def _bounds(name: str) -> str | None:
    """The printed type of a built-in range's bounds; sums of money where they are numeric."""
    known = BY_PRINTED.get(name.replace("multirange", "range"))
    if known is None or known.subtype is None:
        return None
    return "numeric(10,2)" if known.subtype == "numeric" else BY_NAME[known.subtype].printed


def _range(slot: Slot, bounds: str, *, multi: bool) -> Domain | None:
    element = _element(slot, bounds)
    before, after = ("{[", ",)}") if multi else ("[", ",)")
    return None if element is None else Written(element, before, after, "range")
