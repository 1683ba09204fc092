"""What CHECKs tell where names are silent: regular expressions and ranges."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from datalchemy_nb.constraints.facts import Alternatives, Equation, Narrow
from datalchemy_nb.domains.limits import AtLeast, AtMost, Matches, OneOf
from datalchemy_nb.domains.pattern import plainer
from datalchemy_nb.domains.text import WordsDomain
from datalchemy_nb.drafting.meaning import MOMENTS, NUMBERS, left_alone, suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.rules.technical import URLS
from datalchemy_nb.drafting.rules.texts import numbered_codes
from datalchemy_nb.drafting.rules.timestamps import between
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import vocabulary

# --- what CHECKs tell where names are silent: regular expressions and ranges ------------------------------------------


def follow_pattern(view: ColumnView) -> Suggestion | None:
    """Suggest texts that match the regular expression of a CHECK, where not all words do."""
    for name, limit in view.limits:
        if view.category == "text" and isinstance(limit, Matches) and not limit.negated and not limit.ignore_case:
            if limit.made is not None or WordsDomain().narrow(limit) is not None:
                continue
            forms = [form for form in (plainer(limit.pattern), limit.pattern) if form is not None]
            found = first_fitting(view, [offer("primitive.text.pattern", pattern=form) for form in forms])
            return suggest(view, "follow_pattern", found, (f"CHECK {name} asks for {limit.pattern}",), 0.9)
    check = next(_addresses(view), None)
    if check is None:
        return None
    found = first_fitting(view, [offer("primitive.text.pattern", pattern=pattern) for pattern in URLS])
    return suggest(view, "follow_pattern", found, (f"CHECK {check} asks for an address in some rows",), 0.8)


def _addresses(view: ColumnView) -> Iterator[str]:
    """CHECKs that ask a text to begin as an address of the web does, in some of their branches."""
    for name, fact in view.table.facts:
        for one in (one for branch in fact.branches for one in branch) if isinstance(fact, Alternatives) else ():
            if not isinstance(one, Narrow) or one.column != view.name or not isinstance(one.limit, Matches):
                continue
            address, word = one.limit.mask(pl.Series(["https://example.com", "example"])).to_list()
            if address and not word:
                yield name


def follow_range(view: ColumnView) -> Suggestion | None:
    """Suggest numbers and dates between the bounds of a CHECK, where it gives both."""
    low = next((each for each in view.limits if isinstance(each[1], AtLeast)), None)
    high = next((each for each in view.limits if isinstance(each[1], AtMost)), None)
    if low is None or high is None:
        return None
    assert isinstance(low[1], AtLeast)
    assert isinstance(high[1], AtMost)
    first, last = _plain(low[1].bound), _plain(high[1].bound)
    found = _between(view, first, last)
    told = f"CHECK {low[0]} asks for {first} to {last}"
    return suggest(view, "follow_range", first_fitting(view, [found]) if found else None, (told,), 0.9)


def _plain(bound: object) -> object:
    if isinstance(bound, Decimal):
        return int(bound) if bound == bound.to_integral_value() else float(bound)
    return bound


def _between(view: ColumnView, first: object, last: object) -> Offer | None:
    if view.category in NUMBERS and isinstance(first, int | float) and isinstance(last, int | float):
        id_ = {"integer": "primitive.int", "decimal": "primitive.decimal.numeric"}.get(view.category, "primitive.float")
        return offer(id_, min=first, max=last)
    if view.category == "date" and isinstance(first, dt.date) and isinstance(last, dt.date):
        return offer("primitive.date", min=f"{first:%Y-%m-%d}", max=f"{last:%Y-%m-%d}")
    return None


# --- columns whose meaning is not known: dates get an explicit range, the rest the engine's default for the type ------

RULE = "fall_back_on_type"
_TWO_YEARS = 730
_UNSURE = 0.3


def fall_back_on_type(view: ColumnView) -> Suggestion | None:
    """Suggest two years of dates; write no rule for other types, whose defaults are sane."""
    data_type = view.column.column_type.data_type
    if view.category in MOMENTS and view.column.default is None:
        found = first_fitting(view, [between(view, -_TWO_YEARS, -1)])
        dated = suggest(view, RULE, found, ("two years before the base date",), _UNSURE)
        if dated is not None:
            return dated
    if view.category == "text" and view.is_unique:
        found = first_fitting(view, numbered_codes(view))
        return suggest(view, RULE, found, ("unique text without a meaning: lettered numbers",), _UNSURE) or left_alone(
            view, RULE, f"nothing but type {data_type}", confidence=_UNSURE
        )
    documents = view.literal_default is not None and view.category in ("json", "array", "other")
    if documents or (view.literal_default and view.category == "text"):
        return left_alone(view, RULE, "literal default, and no better idea", confidence=_UNSURE)
    if view.category == "text":
        found = first_fitting(view, _plain_words(view))
        if found is not None:
            return suggest(view, RULE, found, ("text without a meaning: words of the language",), _UNSURE)
    listed = any(isinstance(limit, OneOf) for _, limit in view.limits)
    if view.category in NUMBERS and not view.in_key and not listed:
        found = first_fitting(view, _some_number(view))
        return suggest(view, RULE, found, ("a number without a meaning: mostly small",), _UNSURE) or left_alone(
            view, RULE, f"nothing but type {data_type}", confidence=_UNSURE
        )
    if view.category == "uuid":
        return left_alone(view, RULE, "type uuid: random version 4")
    return left_alone(view, RULE, f"nothing but type {data_type}", confidence=_UNSURE)


_NUMBER = re.compile(r"^\(*'?(-?\d+(?:\.\d+)?)'?\)*(?:::.*)?$")


def _some_number(view: ColumnView) -> list[Offer]:
    """Around a default, which most rows keep; else small numbers mostly, as counts and measures are."""
    given = _NUMBER.match((view.column.default or "").strip())
    value = float(given[1]) if given else 0.0
    whole = view.category == "integer"
    if whole and 0 < value <= _FEW:
        near = {int(value): 70, int(value) + 1: 12, max(int(value) - 1, 0): 10, int(value) + 2: 5, int(value) * 2: 3}
        return [offer("primitive.choice", values=list(near), weights=list(near.values()))]
    id_ = {"integer": "primitive.int", "decimal": "primitive.decimal.numeric"}.get(view.category, "primitive.float")
    top = (
        10_000 if view.slot.precision is None else min(10_000, 10 ** (view.slot.precision - (view.slot.scale or 0)) - 1)
    )
    plain = offer(id_, min=0, max=max(top, 1))
    median = max(min(20 if whole else 60, top / 4), 0.2)
    return [shaped_offer(plain, "lognormal", median=median, sigma=1.1), plain]


_FEW = 50


def _plain_words(view: ColumnView) -> list[Offer]:
    """A word, or a code where there is no room for one or a key needs more than there are words."""
    length = view.slot.max_length
    if length == 1 and not view.in_key:
        sides = view.says(_SIDES)
        letters = _LETTERS if sides is None else {"D": 55, "C": 45}
        return [offer("primitive.choice", values=list(letters), weights=list(letters.values())), *numbered_codes(view)]
    if length is not None and length < _SHORT:
        return [*([] if view.in_key or length < _A_WORD else [offer("text.word")]), *numbered_codes(view)]
    return [offer("text.label"), offer("text.word"), *numbered_codes(view)]


_SHORT = 20
_A_WORD = 6
_LETTERS = {"A": 58, "B": 24, "C": 12, "D": 6}
"""One letter is a code of few kinds, of which the first is met most."""
_SIDES = vocabulary(
    "normal balance, debit credit, dc, side, balance side, dr cr",
    "natureza, natureza saldo, natureza conta, debito credito",
)

# --- columns that need no rule: the database or the engine fills them -------------------------------------------------

CALENDAR = vocabulary(
    "year, fiscal year, month, quarter, week, week number, semester",
    "ano, exercicio, mes, trimestre, semana, semestre, bimestre",
)
"""Parts of a date are what they are, in a key too."""
_SEQUENCE = re.compile(r"\bnextval\(", re.IGNORECASE)
RULE_LEAVE_TO_ENGINE = "leave_to_engine"


def leave_to_engine(view: ColumnView) -> Suggestion | None:
    """Leave keys and computed columns alone: generated, identity, sequences, foreign keys, numbers in keys."""
    reason = _reason(view)
    return left_alone(view, RULE_LEAVE_TO_ENGINE, reason) if reason else None


_YEAR = vocabulary("year, fiscal year, school year", "ano, exercicio, ano letivo")
_FEW_YEARS = 13
"""A table with a row for each year, as far back as years are drafted."""


def _reason(view: ColumnView) -> str | None:
    column = view.column
    if column.generated is not None:
        return "generated column: PostgreSQL computes it"
    if column.identity is not None or column.sequence or _SEQUENCE.search(column.default or ""):
        return "counts by itself: row numbers from 1"
    for key in view.table.table.foreign_keys:
        if view.name in key.columns:
            return f"foreign key to {key.target}: the key of a row made there"
    for name, fact in view.table.facts:
        if isinstance(fact, Equation) and fact.column == view.name:
            return f"CHECK {name} says what it is: {fact.expression}"
    listed = any(isinstance(limit, OneOf) for _, limit in view.limits)
    dated = view.says(CALENDAR) and (not view.is_unique or (view.says(_YEAR) and view.slot.rows <= _FEW_YEARS))
    if view.in_key and view.category == "integer" and not listed and not dated:
        return "number in a unique key: counted from 1, by row or within its group"
    return None
