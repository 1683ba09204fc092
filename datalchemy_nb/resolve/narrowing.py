"""A column's domain under a limit, and a limit in words."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, OrderedDomain, Slot, Subset
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.defaults import Written
from datalchemy_nb.domains.fitting import default_bounds, number_domain, type_ends
from datalchemy_nb.domains.folded import Folded
from datalchemy_nb.domains.limits import (
    AtLeast,
    AtMost,
    Cased,
    Contains,
    Divisible,
    EmptyDomainError,
    Length,
    Limit,
    Matches,
    Multiple,
    NoneOf,
    OneOf,
)
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain, plainer
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.temporal import DateDomain, IntervalDomain, TimestampDomain
from datalchemy_nb.domains.text import CharsDomain
from datalchemy_nb.domains.usual import Usual, usual
from datalchemy_nb.resolve.phases import TableTask
from datalchemy_nb.resolve.state import Draft

_EMAIL = "semantic.br.email.safe"
_LISTED = 8
_MOST_NAMED = 256
_SAMPLE = 1024
_MANY = 4096
_NEARLY = 0.9
_WIDTHS = (12, 64)
_PLENTY = 1_000_000
"""So many texts of a plainer form are enough for any table."""
_CODE = string.ascii_lowercase + string.digits
_LONGER = 8
"""Characters that a text which no words make may have more than asked."""


def narrowed(item: Draft, limit: Limit, *, roomy: bool = True) -> Domain | None:
    """Return the domain under the limit; without a rule, one made for the limit if the default one cannot follow.

    Args:
        item: the column; the limit is added to its own.
        limit: what its values must hold.
        roomy: where a bound leaves one value of those guessed, and allows others, take those others.

    Raises:
        EmptyDomainError: no value holds it.
    """
    assert item.domain is not None
    item.limits = (*item.limits, limit)
    if item.rule is not None:
        smaller = item.domain.narrow(limit)
        return _roomier(item, limit, smaller) if roomy and item.guessed else smaller
    try:
        smaller = item.domain.narrow(limit)
        smaller = _roomier(item, limit, smaller) if roomy else smaller
        if isinstance(item.domain, Usual) and smaller is not None and smaller.size == 1:
            smaller = _beside_default(item, limit, smaller)
    except EmptyDomainError:
        made = made_instead(item, limit)
        if made is None:
            raise
        return made
    return smaller or made_instead(item, limit)


def _roomier(item: Draft, limit: Limit, smaller: Domain | None) -> Domain | None:
    """Where a bound leaves one of the values that were guessed, and allows others, those others."""
    assert item.domain is not None
    lost = isinstance(item.domain, OrderedDomain) if smaller is None else smaller.size <= 1 < item.domain.size
    if not lost or item.origin == "foreign_key" or not isinstance(limit, AtLeast | AtMost):
        return smaller
    try:
        other = window(item.slot, item.limits)
    except EmptyDomainError:
        return smaller
    return smaller if other is None or other.size <= 1 else other


def _beside_default(item: Draft, limit: Limit, default: Domain) -> Domain:
    """Where a limit lists or describes what is allowed, and leaves a default alone, the default among those."""
    if not isinstance(limit, OneOf | Matches) or (isinstance(limit, Matches) and limit.negated):
        return default
    try:
        others = made_instead(item, limit)
    except EmptyDomainError:
        others = None
    value = default.take(np.zeros(1, dtype=np.uint64))[0]
    return default if others is None or others.size == 1 else usual(value, others, item.slot)


def made_instead(item: Draft, limit: Limit) -> Domain | None:
    """Return a domain made for the last of a column's limits, under those that came before it.

    Raises:
        EmptyDomainError: they contradict each other.
    """
    return _plain(item) or _made_under(item, limit, item.limits[:-1])


def _plain(item: Draft) -> Domain | None:
    """Texts of letters and digits that match a pattern and hold a column's other limits, where there are plenty."""
    patterns = [limit for limit in item.limits if isinstance(limit, Matches) and not limit.negated]
    for limit, width in product(patterns, _WIDTHS):
        form = plainer(limit.made or limit.pattern, width)
        if form is None:
            continue
        with suppress(EmptyDomainError):
            others = [one for one in item.limits if one is not limit]
            made = _made_under(item, replace(limit, made=form), others)
            if made is not None and made.size >= _PLENTY:
                return made
    return None


def _made_under(item: Draft, limit: Limit, others: Iterable[Limit]) -> Domain | None:
    made = made_for(item, limit)
    for other in others:
        made = made.narrow(other) if made is not None else None
    return made


def some_of(domain: Domain, limit: Limit) -> Domain | None:
    """Return those of many texts that match a pattern, where the domain cannot tell; None for other limits.

    Raises:
        EmptyDomainError: none of some thousands matches.
    """
    if not isinstance(limit, Matches) or limit.negated or isinstance(domain, Facet) or domain.category != "text":
        return None
    ordinals = np.arange(min(_MANY, domain.size), dtype=np.uint64) * np.uint64(max(domain.size // _MANY, 1))
    held = filled(limit.mask(domain.take(ordinals)), False).to_numpy()
    if not held.any():
        raise EmptyDomainError(str(limit))
    return Subset(domain, ordinals[held])


def under(domain: Domain | None, limits: Iterable[Limit]) -> Domain | None:
    """Return a domain under limits, or None when it cannot be had."""
    try:
        for limit in limits:
            domain = domain.narrow(limit) if domain is not None else None
    except EmptyDomainError:
        return None
    return domain


def all_under(domain: Domain | None, limits: Iterable[Limit]) -> Domain | None:
    """Return a large domain under limits, those that it cannot be narrowed by held by all of a sample; None else."""
    for limit in limits:
        smaller = under(domain, [limit])
        if smaller is None and domain is not None:
            ordinals = np.arange(_SAMPLE, dtype=np.uint64) * np.uint64(max(domain.size // _SAMPLE, 1))
            try:
                held = limit.mask(domain.take(ordinals[ordinals < domain.size])).fill_null(value=True).all()
            except (pl.exceptions.PolarsError, TypeError):
                return None
            smaller = domain if held else None
        domain = smaller
    return domain


def some_hold(domain: Domain, limit: Limit) -> bool:
    """Whether a limit holds for any of a sample of a domain's values."""
    ordinals = np.arange(_SAMPLE, dtype=np.uint64) * np.uint64(max(domain.size // _SAMPLE, 1))
    try:
        return bool(limit.mask(domain.take(ordinals[ordinals < domain.size])).any())
    except (pl.exceptions.PolarsError, TypeError):
        return True  # judged by DuckDB, row by row


def most_hold(domain: Domain, limit: Limit) -> bool:
    """Whether a limit that leaves values out holds for nearly all of a sample of a domain's values."""
    if not (isinstance(limit, NoneOf) or (isinstance(limit, Matches) and limit.negated)):
        return False
    ordinals = np.arange(_SAMPLE, dtype=np.uint64) * np.uint64(max(domain.size // _SAMPLE, 1))
    try:
        held = filled(limit.mask(domain.take(ordinals[ordinals < domain.size])), True)
    except (pl.exceptions.PolarsError, TypeError):
        return False
    return float(held.mean() or 0.0) >= _NEARLY  # type: ignore[arg-type]


def made_for(item: Draft, limit: Limit) -> Domain | None:
    """Return a domain made for one limit, or None where there is none, or its values were chosen."""
    made: Domain | None = None
    if item.chosen:
        return None
    if isinstance(limit, AtLeast | AtMost):
        return window(item.slot, item.limits)
    if isinstance(limit, OneOf):
        made = ChoiceDomain(list(limit.values), category=item.slot.category)
    elif isinstance(limit, Cased) and item.domain is not None:
        return Folded(item.domain, limit.upper)
    elif isinstance(limit, Divisible) and isinstance(item.domain, IntegerDomain):
        lower = -(-item.domain.lower // limit.divisor) * limit.divisor
        return IntegerDomain(lower, item.domain.upper, limit.divisor) if lower <= item.domain.upper else None
    elif isinstance(limit, Multiple) and item.slot.category == "interval":
        return IntervalDomain(dt.timedelta(seconds=limit.seconds), dt.timedelta(days=90), limit.seconds)
    elif isinstance(limit, Contains) and limit.text == "@":
        return _email(item.slot)
    elif isinstance(limit, Matches) and item.slot.category not in ("text", "enum"):
        made = _of_type(item, limit)
    elif isinstance(limit, Matches) and not limit.negated:
        made = _of_pattern(limit)
    elif isinstance(limit, Length) and item.slot.category == "bytes" and limit.at_least % 2 == 0:
        bytes_ = limit.at_least // 2 - 1 if limit.at_least else min(((limit.at_most or 34) - 2) // 2, 16)
        made = PatternDomain(rf"\\x([0-9a-f]{{2}}){{{max(bytes_, 0)}}}")
    elif isinstance(limit, Length) and item.slot.category == "text":
        longest = limit.at_least + _LONGER
        made = CharsDomain(_CODE, limit.at_least, longest if limit.at_most is None else min(limit.at_most, longest))
    if made is not None and item.slot.max_length is not None:
        return made.narrow(Length(0, item.slot.max_length))
    return made


def _of_type(item: Draft, limit: Matches) -> Domain | None:
    """Values of a type that is no text, whose texts match a pattern; a text made of the pattern may be none of them."""
    begins = _BEGINS.fullmatch(limit.pattern)
    if item.slot.category == "uuid" and begins is not None and not limit.negated:
        given = begins[1].replace("\\", "")
        given = given.lower() if limit.ignore_case else given
        if all((one == "-") == (at in _DASHES) and one in _HEX for at, one in enumerate(given)) and len(given) <= 36:
            made = PatternDomain(given + "".join(_UUID[len(given) :]))
            made.category = "uuid"
            return made
    held = None if item.domain is None else _held_of(item.domain, limit)
    if held is None and item.domain is not None and item.slot.category == "json" and not limit.negated:
        forms = map(PatternDomain, ('"[a-z]{3,8}"', "[1-9][0-9]{0,3}", "true|false"))
        documents: list[Domain] = [Written(item.domain, "[", "]", "json"), *forms]
        found = next((one for one in documents if _held_of(one, limit) is one), None)
        if found is not None:
            found.category = "json"
        return found
    return held


_BEGINS = re.compile(r"\^((?:[0-9A-Fa-f]|\\?-)+)(?:\.\*\$?)?")
"""A pattern of all that begins so."""
_HEX, _DASHES = "0123456789abcdef-", (8, 13, 18, 23)
_UUID = tuple("-" if at in _DASHES else {14: "4", 19: "[89ab]"}.get(at, "[0-9a-f]") for at in range(36))
"""A random one, character by character."""


def _held_of(domain: Domain, limit: Limit) -> Domain | None:
    """Those of many values that hold a limit; None where none does."""
    every = np.uint64(max(domain.size // FILTER_SIZE, 1))
    ordinals = np.arange(min(domain.size, FILTER_SIZE), dtype=np.uint64) * every
    held = filled(limit.mask(domain.take(ordinals)), False).to_numpy()
    return domain if held.all() else Subset(domain, ordinals[held]) if held.any() else None


def _of_pattern(limit: Matches) -> Domain | None:
    """Texts made from a pattern; where it marks words, those that match it."""
    plain = re.sub(r"\\[bB]|\\z", "", limit.made or limit.pattern)
    try:
        made: Domain = PatternDomain(plain)
    except (ValueError, RecursionError):
        return None
    return _held_of(made, limit)


def _email(slot: Slot) -> Domain | None:
    """E-mail addresses; at a short reserved host where the column is too short for a usual one."""
    spec = find_generator(_EMAIL)
    built = spec.build(spec.params(), slot) if spec else None
    if slot.max_length is None:
        return built if isinstance(built, Domain) else None
    try:
        usual = built.narrow(Length(0, slot.max_length)) if isinstance(built, Domain) else None
    except EmptyDomainError:
        usual = None
    if usual is not None:
        return usual
    host = "@a.test" if slot.max_length > len("@a.test") else "@a"
    return PatternDomain(f"[a-z0-9]{{{max(slot.max_length - len(host), 1)}}}{host.replace('.', chr(92) + '.')}")


def name_lost(draft: TableTask, item: Draft, before: Domain | None, kept: Sequence[Domain], check: str) -> None:
    """Warn of values that the plan lists and a constraint leaves out; a generator's own list is not the plan's."""
    if item.rule is None or before is None or before.size > _MOST_NAMED or isinstance(before, OrderedDomain | Facet):
        return
    if any(one.size > before.size for one in kept):
        return  # others took their place
    listed = before.take(np.arange(before.size, dtype=np.uint64))
    weights = before.weights or [1.0] * before.size
    left = {v for one in kept for v in one.take(np.arange(one.size, dtype=np.uint64)).to_list()}
    told = set(_written(item.rule.effective_params or {}))
    lost = [
        v for v, weight in zip(listed.to_list(), weights, strict=True) if weight and v not in left and str(v) in told
    ]
    if lost and len(lost) < before.size:
        draft.warn(
            "values_excluded",
            item.path,
            f"{draft.name_of(item.name)}: {check} leaves out {_listed(tuple(lost))}, which the plan lists",
            "take them out of the list; the others share their part",
        )


def _written(value: Any) -> Iterator[str]:
    """Every text, number and key in the parameters of a rule."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _written(inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _written(inner)
    else:
        yield str(value)


def describe(limit: Limit) -> str:
    """Say what a limit asks, for a message."""
    match limit:
        case AtLeast(bound, strict):
            return f"{'more than' if strict else 'at least'} {bound}"
        case AtMost(bound, strict):
            return f"{'less than' if strict else 'at most'} {bound}"
        case OneOf(values):
            return f"one of {_listed(values)}"
        case Length(at_least, at_most):
            return f"a length of {at_least} to {'any' if at_most is None else at_most} characters"
        case Matches(pattern, _, negated):
            return f"{'no ' if negated else ''}match of {pattern!r}"
        case NoneOf(values):
            return f"none of {_listed(values)}"
        case Cased(upper):
            return f"{'upper' if upper else 'lower'} case"
        case Divisible(divisor):
            return f"a multiple of {divisor}"
        case Multiple(seconds):
            return f"whole multiples of {seconds} s"
        case Contains(text, position):
            return f"{text!r} at character {position} or later"
        case _:
            return str(limit)


def _listed(values: tuple[Any, ...]) -> str:
    shown = ", ".join(repr(v) if isinstance(v, str) else str(v) for v in values[:_LISTED])
    return f"{shown}{', ...' if len(values) > _LISTED else ''}"


# --- the range a column without a rule gets when its CHECKs lie outside its type's usual values -----------------------

_USUAL_DAYS = dt.timedelta(days=365)


def window(slot: Slot, limits: Sequence[Limit]) -> Domain | None:
    """Return an ordered domain between the bounds among the limits, one usual width where a side is open.

    Raises:
        EmptyDomainError: the bounds contradict each other.
    """
    told = [limit for limit in limits if isinstance(limit, AtLeast | AtMost) and not _is_of_type(slot, limit)]
    whole = slot.category == "integer"
    lower = max((_end(limit, whole=whole) for limit in told if isinstance(limit, AtLeast)), default=None)
    upper = min((_end(limit, whole=whole) for limit in told if isinstance(limit, AtMost)), default=None)
    built = _between(slot, lower, upper)
    for limit in limits:
        if built is not None:
            built = built.narrow(limit)
    return built


def _is_of_type(slot: Slot, limit: AtLeast | AtMost) -> bool:
    """Whether a bound says no more than the column's type does."""
    if slot.category not in ("integer", "decimal"):
        return False
    least, most = type_ends(slot)
    return bool(limit.bound <= least if isinstance(limit, AtLeast) else limit.bound >= most)


def _end(limit: AtLeast | AtMost, *, whole: bool) -> Any:
    """The bound, or the whole number beside one that is itself excluded."""
    if not (whole and limit.strict and isinstance(limit.bound, int)):
        return limit.bound
    return limit.bound + (1 if isinstance(limit, AtLeast) else -1)


def _between(slot: Slot, lower: Any, upper: Any) -> Domain | None:
    try:
        match slot.category:
            case "integer" | "decimal" | "float":
                return number_domain(slot, *default_bounds(slot, lower, upper))
            case "date":
                return DateDomain(*_span(lower, upper))
            case "timestamp" | "timestamptz":
                return TimestampDomain(*_span(lower, upper), utc=slot.category == "timestamptz")
            case _:
                return None
    except ValueError as error:
        raise EmptyDomainError(str(error)) from None


def _span(lower: Any, upper: Any) -> tuple[Any, Any]:
    if upper is None:
        return lower, lower + _USUAL_DAYS
    return (upper - _USUAL_DAYS if lower is None else lower), upper
