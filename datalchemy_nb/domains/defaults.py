"""The domain of a column that no rule speaks of, chosen by its type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import polars as pl

from datalchemy_nb.contracts.pg_types import BY_NAME, BY_PRINTED, Category, category_by_print
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain, boolean
from datalchemy_nb.domains.fitting import base_type, default_bounds, number_domain, recent_days, recent_moments
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.literals import ArrayText
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.strings import join
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
    "name": (r"[a-z]{4,12}", "text"),
    '"char"': (r"[A-Za-z]", "text"),
}
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
    if name == "vector":
        return _vector(slot)
    bounds = _bounds(name)
    if bounds is not None:
        return _range(slot, bounds, multi="multirange" in name)
    if name in ("bit", "bit varying", "varbit"):
        return _bits(slot, name)
    if name.startswith("interval"):
        return _interval(name)
    if name == "time with time zone":
        return Written(TimeDomain(dt.time(), dt.time(23, 59, 59)), "", "+00")
    if name not in _PATTERNS:
        return None
    return _shared(*_PATTERNS[name])


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


def _element(slot: Slot, type_name: str) -> Domain | None:
    name = base_type(replace(slot, type_name=type_name))
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
    element = _element(slot, slot.type_name[: slot.type_name.index("[]")])
    if element is None:
        return None
    return ArrayText(element, slot.type_name.count("[]"))


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
