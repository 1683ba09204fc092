"""A column's generator, made to show the figures that a profile tells of the real one."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from pydantic import TypeAdapter

from datalchemy_nb.contracts.distributions import Distribution
from datalchemy_nb.contracts.profile import ColumnProfile, TextShape, ToldValue
from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.distributions import DistributionError, shape
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.candidates import candidates
from datalchemy_nb.drafting.learned.known import Known
from datalchemy_nb.drafting.meaning import MOMENTS, NUMBERS
from datalchemy_nb.drafting.offers import Offer, first_fitting
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.records import dataclass

_DISTRIBUTION: TypeAdapter[Distribution] = TypeAdapter(Distribution)
_REASONS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
_LISTED, _MOSTLY = 0.9, 0.7
"""Share of the rows whose values are told, from which on these values are all there are; of texts."""
_ALL = 0.98
_RARE = 200
_FORMS = 4
_YEAR = 365 * 86_400.0
_SAMPLE, _MANY = 200, 4000
_GOOD = 0.35
_WORDS = (
    "title", "description", "comment", "product name", "company name", "full name", "last name", "first name",
    "category", "code", "slug", "city", "street", "address", "country", "state", "email", "phone", "url", "job title",
    "brand", "color", "note", "status", "username", "postal code", "sku",
)  # fmt: skip
"""Words for which drafts have generators of texts: one of another kind may look like the real texts do."""
_LITERAL = re.compile(r"([\\.^$*+?{}\[\]|()-])")
_CLASSES = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}
_RULE = "profile"


def learned_suggestion(view: ColumnView, base: Suggestion, known: Known) -> Suggestion:
    """Return a suggestion that shows what the profile tells of the column; the draft's own where it tells nothing.

    Args:
        view: the column.
        base: what its name, type and constraints speak for.
        known: the profile.
    """
    told = known.columns.get((view.table.ref, view.name))
    if told is None or view.column.generated is not None or view.column.identity is not None:
        return base
    if view.name in view.table.foreign_columns:
        return base
    found = None
    if not view.in_key:
        if view.category in NUMBERS or view.category in MOMENTS:
            found = _on_a_scale(view, told, known)
        elif view.category in ("text", "enum", "boolean"):
            found = _listed(view, base, told, known)
            if found is None and view.category == "text":
                found = _text(view, base, told, known)
    elif view.category == "text" and told.text is not None:
        found = _text(view, base, told, known)
    chosen = base if found is None else _with(base, found)
    if chosen.generator_id is None:
        return chosen
    if told.null_fraction is not None and view.takes_null:
        rate = told.null_fraction
        evidence = chosen.evidence if not rate else (*chosen.evidence, f"{rate:.1%} of the real rows have none")
        # Which states it is empty in is for counted relations to say.
        when = None if known.is_counted(view.table.ref) else base.when
        return replace(chosen, null_rate=rate, when=when, evidence=evidence)
    return chosen


def _with(base: Suggestion, found: tuple[Offer, str]) -> Suggestion:
    offer, why = found
    return replace(
        base, generator_id=offer.id, params=offer.params, distribution=offer.distribution, rule=_RULE,
        evidence=(why,), confidence=0.95,
    )  # fmt: skip


# --- listed values ---


def _listed(view: ColumnView, base: Suggestion, told: ColumnProfile, known: Known) -> tuple[Offer, str] | None:
    """The values that the profile tells, where they are most there are; those that are too rare are made up."""
    covered = sum(value.share for value in told.values)
    if not told.values or covered < _MOSTLY:
        return None
    why = f"{len(told.values)} values that {covered:.1%} of the real rows have"
    if view.category == "boolean":
        true = sum(value.share for value in told.values if value.value in ("t", "true"))
        offer = Offer("primitive.bool", {"true_rate": round(true / covered, 4)})
    else:
        values = {value.value: value.share for value in told.values}
        distinct = known.distinct(view.table.ref, view.name) or 0
        rare = min(distinct - len(values), _RARE)
        if view.category == "text" and rare > 0 and covered < _ALL:
            more = [text for text in _made(view, base, told, known, 4 * rare) if text not in values][:rare]
            values |= {text: round((1 - covered) / len(more), 6) for text in more}
            why += f"; {len(more)} like them for the rare ones" if more else ""
        offer = Offer("primitive.choice", {"values": list(values), "weights": list(values.values())})
    fitting = first_fitting(view, [offer])
    return None if fitting is None else (fitting, why)


def _made(view: ColumnView, base: Suggestion, told: ColumnProfile, known: Known, count: int) -> list[str]:
    """Different texts of a generator whose texts look like the real ones."""
    found = _text(view, base, told, known, few=False)
    offer = found[0] if found is not None else Offer(base.generator_id or "", base.params, base.distribution)
    built = _built(view, offer)
    return [] if built is None else _texts(view, built, count).unique(maintain_order=True).to_list()


# --- numbers, dates and moments ---


def _on_a_scale(view: ColumnView, told: ColumnProfile, known: Known) -> tuple[Offer, str] | None:
    read = _numbers if view.category in NUMBERS else _moments
    bounds = [value for text in told.histogram if (value := read(text)) is not None]
    values = [(value, one.share) for one in told.values if (value := read(one.value)) is not None]
    if not bounds and told.middle is not None and (middle := read(told.middle)) is not None:
        wide = _YEAR if view.category in MOMENTS else abs(middle) or 1.0
        bounds = [middle - wide / 2, middle, middle + wide / 2]
    covered = sum(share for _, share in values)
    if covered >= _LISTED or (values and len(bounds) < 2):
        bounds = []
    elif len(bounds) < 2:
        return None
    own = {value for value, _ in values}
    bounds = _without(bounds, own)
    if bounds:
        bounds = _with_tails(bounds, whole=view.category == "integer")
    ends = [*bounds, *own]
    low, high = min(ends), max(ends)
    distinct = known.distinct(view.table.ref, view.name)
    fields: dict[str, Any] = {"kind": "empirical"}
    if bounds:
        fields["bounds"] = [_shown(view, value) for value in bounds]
    if values:
        total = covered if not bounds else max(covered, 1e-9) / max(min(covered, 1.0), 1e-9)
        fields["values"] = {str(_shown(view, value)): round(share / max(total, 1e-9), 5) for value, share in values}
        if sum(fields["values"].values()) > 1:
            scale = 1 / sum(fields["values"].values())
            fields["values"] = {name: math.floor(share * scale * 1e5) / 1e5 for name, share in fields["values"].items()}
    rows = known.tables[view.table.ref].rows or 0
    if bounds and distinct is not None and distinct <= 0.5 * rows and distinct <= 65_536:
        fields["distinct"] = max(1, distinct)
    if bounds and view.category in MOMENTS and told.rhythm is not None:
        fields |= _rhythm(view, told)
    plain = _plain(view, low, high)
    fitting = first_fitting(view, [replace(plain, distribution=fields)])
    if fitting is None:
        fitting = first_fitting(
            view, [replace(plain, distribution={k: v for k, v in fields.items() if k not in ("hours", "weekdays")})]
        )
    why = "spread as counted" if bounds else f"{len(values)} values as often as counted"
    return None if fitting is None else (fitting, why)


def _rhythm(view: ColumnView, told: ColumnProfile) -> dict[str, Any]:
    assert told.rhythm is not None
    found: dict[str, Any] = {}
    if told.rhythm.weekdays and _uneven(told.rhythm.weekdays):
        found["weekdays"] = list(told.rhythm.weekdays)
    if view.category != "date" and told.rhythm.hours and _uneven(told.rhythm.hours):
        found["hours"] = list(told.rhythm.hours)
    return found


def _uneven(shares: Sequence[float]) -> bool:
    return any(shares) and max(shares) > 1.15 * sum(shares) / len(shares)


def _without(bounds: Sequence[float], own: set[float]) -> list[float]:
    """Bounds with no more than one of each value that is told apart: its share is not counted twice."""
    found: list[float] = []
    for bound in bounds:
        if found and bound == found[-1] and bound in own:
            continue
        found.append(bound)
    return found if len(found) >= 2 else []


def _with_tails(bounds: Sequence[float], *, whole: bool) -> list[float]:
    """The outermost buckets are not told: two more on each side, as wide as their neighbours, on the same side of 0."""
    below, above = bounds[1] - bounds[0], bounds[-1] - bounds[-2]
    low = [bounds[0] - 2 * below, bounds[0] - below]
    high = [bounds[-1] + above, bounds[-1] + 2 * above]
    if bounds[0] >= 0:
        low = [max(0.0, value) for value in low]
    if bounds[-1] <= 0:
        high = [min(0.0, value) for value in high]
    found = [*low, *bounds, *high]
    return [float(round(value)) for value in found] if whole else found


def _plain(view: ColumnView, low: float, high: float) -> Offer:
    ends = {"min": _shown(view, low), "max": _shown(view, high)}
    match view.category:
        case "integer":
            return Offer("primitive.int", ends)
        case "decimal":
            return Offer("primitive.decimal.numeric", ends)
        case "float":
            return Offer("primitive.float", ends)
        case "date":
            return Offer("primitive.date", ends)
    return Offer("primitive.timestamp", ends)


def _numbers(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moments(text: str) -> float | None:
    """Seconds since 1970."""
    try:
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return float(round(moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp()))


def _shown(view: ColumnView, value: float) -> float | int | str:
    """A value as a plan writes it."""
    if view.category in MOMENTS:
        moment = dt.datetime.fromtimestamp(value, dt.UTC).replace(tzinfo=None)
        return moment.date().isoformat() if view.category == "date" else moment.isoformat(timespec="seconds")
    if view.category == "integer" or (value == int(value) and abs(value) < 1e15):
        return int(value)
    digits = view.slot.scale if view.category == "decimal" and view.slot.scale is not None else 6
    return round(value, digits)


# --- texts ---


@dataclass(frozen=True)
class _Looks:
    """How texts of a generator look."""

    length: float
    digits: float
    blanks: float
    capital: float
    upper: float

    def far(self, told: TextShape) -> float:
        """How far they are from what is told: 1 is as far as one share from none to all."""
        shares = (
            abs(self.digits - told.digits), abs(self.blanks - told.blanks), abs(self.capital - told.capital),
            abs(self.upper - told.upper),
        )  # fmt: skip
        longer = abs(math.log(max(self.length, 0.5) / max(told.mean_length, 0.5)))
        return max(*shares, min(longer, 2.0) / 1.4) + 0.1 * sum(shares)


def _text(
    view: ColumnView, base: Suggestion, told: ColumnProfile, known: Known, *, few: bool = True
) -> tuple[Offer, str] | None:
    """The draft's own generator where its texts look like the real ones, else another that does."""
    if told.text is None or not told.text.mean_length:
        return None
    distinct, rows = known.distinct(view.table.ref, view.name), known.tables[view.table.ref].rows or 0
    held = round(rows * (1 - (told.null_fraction or 0.0)))
    own = [] if base.generator_id is None else _variants(Offer(base.generator_id, base.params, base.distribution))
    best: tuple[float, Offer] | None = None
    code = _code(view, own[0] if own else None, told)
    if code is not None:
        own, best = [], (0.0, code)
    for number, offer in enumerate((*own, *_others(view, told))):
        far = _distance(view, offer, told.text, distinct, held)
        if best is not None and best[0] <= _GOOD:
            break
        if far is None:
            continue
        far += 0.0 if number < len(own) else 0.1
        if best is None or far < best[0]:
            best = far, offer
        if best[0] <= _GOOD:
            break
    if best is None:
        return None
    offer = best[1]
    if few and offer.distribution is None and distinct is not None and not view.in_key and distinct <= 0.5 * held:
        shape_of = {"kind": "empirical", "distinct": min(distinct, 65_536)}
        fewer = first_fitting(view, [replace(offer, distribution=shape_of)])
        if fewer is not None:
            return fewer, f"texts that look like the real ones, about {distinct} different"
    if own and offer is own[0]:
        return None
    return offer, f"texts that look like the real ones: {told.text.mean_length:g} characters on average"


def _code(view: ColumnView, own: Offer | None, told: ColumnProfile) -> Offer | None:
    """Texts of the real ones' patterns, where these are of a code and the draft's own are of others."""
    assert told.text is not None
    patterns = told.text.patterns
    words = any("aa" in one.value for one in patterns)
    if sum(one.share for one in patterns) < _ALL or len(patterns) > _FORMS or words:
        return None
    pattern = _pattern(told)
    offer = Offer("primitive.text.pattern", {"pattern": pattern})
    if pattern is None or first_fitting(view, [offer]) is None:
        return None
    built = None if own is None else _built(view, own)
    if built is not None and _texts(view, built, _SAMPLE).str.contains(f"^({pattern})$").all():
        return None
    return offer


def _variants(own: Offer) -> list[Offer]:
    """The draft's own choice, and the same generator with more different values."""
    spec = find_generator(own.id)
    found = [own]
    if spec is not None and "ordered" in spec.params.model_fields and not own.params.get("ordered"):
        found.append(replace(own, params={**own.params, "ordered": True}))
    if own.distribution is None:
        found.append(replace(own, distribution={"kind": "uniform"}))
    return found


def _others(view: ColumnView, told: ColumnProfile) -> Iterator[Offer]:
    pattern = _pattern(told)
    if pattern is not None:
        yield Offer("primitive.text.pattern", {"pattern": pattern})
    for suggestion in candidates(view):
        if suggestion.generator_id is not None:
            yield Offer(suggestion.generator_id, suggestion.params)
    for words in _WORDS:
        for suggestion in candidates(view, words)[:2]:
            if suggestion.generator_id is not None:
                yield Offer(suggestion.generator_id, suggestion.params)
    if told.text is not None:
        yield from _made_up(told.text)


def _pattern(told: ColumnProfile) -> str | None:
    """A regular expression for the classes of characters that most texts have."""
    assert told.text is not None
    patterns = told.text.patterns
    if sum(one.share for one in patterns) < _MOSTLY:
        return None
    return "|".join(_regex(one) for one in patterns[:6])


def _regex(one: ToldValue) -> str:
    parts = [_CLASSES.get(letter) or _LITERAL.sub(r"\\\1", letter) for letter in one.value]
    found: list[str] = []
    for part in parts:  # runs of one class are counted
        known = re.fullmatch(r"(.*?)(?:\{(\d+)\})?", found[-1]) if found else None
        if known is not None and known[1] == part:
            found[-1] = f"{part}{{{int(known[2] or 1) + 1}}}"
        else:
            found.append(part)
    return "".join(found)


def _made_up(told: TextShape) -> Iterator[Offer]:
    """Texts without a meaning that look alike: the last resort."""
    length = max(1, round(told.mean_length))
    letters = "[A-Z]" if told.upper > 0.5 else "[a-z]"
    first = "[A-Z]" if told.capital > 0.5 else letters
    tail = "[0-9]{2}" if told.digits > 0.5 and length > 3 else ""
    if told.digits > 0.9 and told.capital < 0.1 and told.blanks < 0.5:
        yield Offer("primitive.text.pattern", {"pattern": f"[1-9][0-9]{{{max(length - 1, 0)}}}"})
    if told.blanks > 0.5 and length > 6:
        word = f"{letters}{{3,8}}"
        more = max(1, round(length / 6.5) - 1)
        yield Offer(
            "primitive.text.pattern",
            {"pattern": f"{first}{letters}{{2,7}}( {word}){{{more}}}{' ' + tail if tail else ''}"},
        )
    rest = max(0, length - 1 - (2 if tail else 0))
    yield Offer("primitive.text.pattern", {"pattern": f"{first}{letters}{{{max(0, rest - 1)},{rest + 1}}}{tail}"})


def _distance(view: ColumnView, offer: Offer, told: TextShape, distinct: int | None, held: int) -> float | None:
    """How far a generator's texts are from the real ones; None where it does not fit."""
    built = _built(view, offer) if first_fitting(view, [offer]) is not None else None
    if built is None:
        return None
    try:
        texts = _texts(view, built, _SAMPLE)
        far = _looks(texts).far(told)
        if distinct is not None and held and not view.in_key:
            far += _too_few(_texts(view, built, min(held, _MANY)) if distinct > _SAMPLE / 4 else texts, distinct, held)
    except (*_REASONS, DistributionError):
        return None
    return far


def _too_few(texts: pl.Series, distinct: int, held: int) -> float:
    """How much too few different texts there are; too many can be made fewer."""
    if not len(texts):
        return 1.0
    part = min(1.0, len(texts) / held)
    wanted = min(distinct, distinct * part * 2) if distinct <= 0.5 * held else distinct * part
    return max(0.0, min(math.log(max(wanted, 1) / texts.n_unique()) - 0.2, 1.5))


def _built(view: ColumnView, offer: Offer) -> Domain | None:
    spec = find_generator(offer.id)
    if spec is None:
        return None
    try:
        built = spec.build(spec.params.model_validate(dict(offer.params)), view.slot)
        if isinstance(built, Domain) and offer.distribution is not None:
            return shape(built, _DISTRIBUTION.validate_python(dict(offer.distribution)))
    except (*_REASONS, DistributionError):
        return None
    return built if isinstance(built, Domain) else None


def _texts(view: ColumnView, domain: Domain, count: int) -> pl.Series:
    """What the generator would put into so many rows."""
    rows = np.arange(count, dtype=np.uint64)
    bits = draw(stream_key("looks", view.name), rows)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key("looks", domain.entity.name), rows))
        made = domain.take_in(entity, domain.draw_own(bits))
    else:
        made = domain.take(rows % np.uint64(domain.size) if domain.sequential else domain.draw(bits))
    return cast(made, view.slot.dtype).cast(pl.String).drop_nulls().str.strip_chars()


def _looks(texts: pl.Series) -> _Looks:
    def share(pattern: str) -> float:
        return float(texts.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]

    return _Looks(
        float(texts.str.len_chars().mean() or 0.0),  # type: ignore[arg-type]
        share("[0-9]"), share("[^ ] [^ ]"), share("^[A-Z]"), share("^[^a-z]*[A-Z][^a-z]*$"),
    )  # fmt: skip
