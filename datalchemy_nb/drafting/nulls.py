"""How often a column that may be empty is empty, by what its name says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.domains.limits import AtLeast
from datalchemy_nb.domains.reference.places import country_name, country_of
from datalchemy_nb.drafting.meaning import MOMENTS
from datalchemy_nb.drafting.rules.places import recognise_place
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import begins, singular, vocabularies, vocabulary, written

_RATES = vocabularies("empty")
_FILLED = written("filled")
"""What every row has, also where the column takes nulls."""


_SELDOM = (
    "deactivat disabl discontinu suspend bann block archiv delet remov revok terminat cancel reject refund fail lock "
    "void withdraw desativ bloque suspens exclu revog demit estorn reprov"
)
"""Beginnings of words of what happens to few rows, whatever it is called."""
_SELDOM_RATE = 0.92
_COUNTRY = vocabulary("country, country code, country name, nation", "pais, codigo pais")
_NO_REGION = 0.4
_REGION_UNSAID = 0.25
_WRITTEN = ("US", "CA", "AU", "BR", "MX", "IN", "CN")
"""Countries that write their states or provinces in addresses."""
_EXCUSE = vocabulary(
    "excuse, justification, absence reason, reason absence, reason for absence",
    "justificativa, motivo falta, motivo ausencia, justificativa falta",
)
_PRESENT = vocabulary("present, attended, is present, attendance", "presente, compareceu, presenca")
_UNEXCUSED = 0.4
_LIMIT = vocabulary(
    "due date, due, due on, due at, deadline", "data limite, prazo, limite, data prevista, vencimento, data entrega"
)
_YEARS_AHEAD = 1000
_BORN = vocabulary("birth date, birthdate, date birth, birthday", "nascimento, data nascimento")
_HIRED = vocabulary("hire date, hired, hired at, hired on", "admissao, data admissao")


_OF_SOME_GOODS = vocabulary(
    "color, colour, size, style, class, material, product line, flavor, flavour, pattern, weight",
    "cor, tamanho, estilo, material, sabor, peso, linha",
)
_GOODS = frozenset("product item article produto artigo produkt articulo producto merchandise".split())
_NOT_OF_ALL = 0.42
"""Share of goods that have no colour or size to tell."""
_ENDED = vocabulary("end date, ended at, ends at, end time, finish date", "data fim, fim, data termino, data final")
_SCHEDULED = frozenset(
    "tournament championship cup contest competition stage event season festival conference course term semester "
    "sprint trip holiday exhibition fair workshop camp session match game race tour torneio campeonato copa evento "
    "temporada curso semestre viagem feira congresso torneo competicion turnier veranstaltung tournoi".split()
)
"""What is held on days that are known before it begins."""
_KEPT_SECRET = frozenset(
    "customer client user contact lead subscriber account profile cliente usuario contato usuaria profil kunde".split()
)
"""Who need not say when he was born."""
_UNKNOWN_BIRTH = 0.03
_APART = frozenset("id zone agent count by at on line 2 ext extension".split())
"""Words of what begins like another column and is another thing, or comes and goes by itself."""


def _is_part_of(view: ColumnView) -> ColumnView | None:
    """The column that this one belongs to, by its name: `photo` of `photo_mime_type`, `weight` of `weight_unit`.

    Where there is none of a thing, nothing is told of it.
    """
    words = view.words
    if not view.may_be_null or view.in_key or view.column.default is not None or set(words[1:]) & _APART:
        return None
    for size in range(len(words) - 1, 0, -1):
        found = next((one for one in view.table.columns.values() if one.words == words[:size]), None)
        if found is None:
            continue
        if found.may_be_null and not found.in_key and found.column.generated is None and found.column.default is None:
            return found if _is_part_of(found) is None and found.category != "boolean" else None
        return None
    return None


def _written_in(view: ColumnView, found: Suggestion) -> Presence | None:
    """The countries whose addresses name a region, as the country's column of the same address writes them."""
    if not (found.generator_id or "").startswith("place.region") or not found.params.get("abroad"):
        return None
    told = next((one for one in view.table.columns.values() if one.says(_COUNTRY) and _same_address(one, view)), None)
    if told is None or told.column.generated is not None or len(view.table.plan.locales) > 1:
        return None
    by = recognise_place(told)
    if by is None or by.generator_id != "place.country":
        return None
    codes = dict.fromkeys((country_of(None, view.slot.locale), *_WRITTEN))
    most, everyday = told.slot.max_length, bool(by.params.get("everyday"))
    texts = [country_name(code, view.text_language, everyday=everyday) for code in codes]
    fitting = tuple(text for text in texts if most is None or len(text) <= most)
    return Presence(column=told.name, **{"in": fitting}) if fitting else None


def _same_address(one: ColumnView, other: ColumnView) -> bool:
    """Whether two columns have the same words before what they are: ``ship_region`` and ``ship_country``."""
    return one.words[:-1] == other.words[:-1]


REASON = frozenset("reason motivo causa razon motif grund".split())
"""Words of columns that say why something befell a row."""
STEM = 5
"""Letters that what befell and the reason for it have in common: `terminated_on`, `termination_reason`."""
_RARE_REASON = 0.93


def reason_stems(view: ColumnView) -> frozenset[str]:
    """Beginnings of the words of what a column gives the reason for; none where it gives none."""
    if not REASON & set(view.words):
        return frozenset()
    return frozenset(word[:STEM] for word in view.words if word not in REASON and len(word) >= STEM)


def _flag_of(view: ColumnView) -> ColumnView | None:
    """The flag that says whether there is anything to give a reason for: `bloqueado` of `motivo_bloqueio`."""
    stems = reason_stems(view)
    flags = (one for one in view.table.columns.values() if one.category == "boolean" and not one.may_be_null)
    return next((one for one in flags if stems & {word[:STEM] for word in one.words}), None)


def _moment_of(view: ColumnView) -> ColumnView | None:
    """The moment at which what a column gives the reason for befell a row: `terminated_on`."""
    stems = reason_stems(view)
    if view.in_key or not stems:
        return None
    others = (one for one in view.table.columns.values() if one.category in MOMENTS and one.may_be_null)
    free = (one for one in others if one.column.generated is None and not one.in_key)
    return next((one for one in free if stems & {word[:STEM] for word in one.words}), None)


def _lies_years_ahead(view: ColumnView) -> bool:
    """Whether a CHECK against the day of loading leaves only days that are years from what the rest is of."""
    bounds = (limit.bound for _, limit in view.limits if isinstance(limit, AtLeast))
    days = (bound.date() if isinstance(bound, dt.datetime) else bound for bound in bounds)
    return any(isinstance(day, dt.date) and (day - view.slot.base_date).days > _YEARS_AHEAD for day in days)


def _happens_seldom(view: ColumnView) -> bool:
    return view.category in MOMENTS and begins(view.words, _SELDOM)


def with_usual_nulls(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let a column be empty as often as its name says, unless its rule has said so already."""
    if found.null_rate is not None or found.when is not None or found.generator_id is None:
        return found
    if view.takes_null and not view.may_be_null:
        return replace(found, null_rate=0.0)  # its default fills what nobody gives
    if not view.may_be_null or view.in_key:
        return found
    rate = next((rate for rate, meaning in _RATES if view.says(meaning)), None)
    if view.is_region and view.neighbour(_COUNTRY) is not None:
        rate = _NO_REGION  # most countries write none in their addresses
        presence = _written_in(view, found)
        if presence is not None:
            told = "most countries write no region in their addresses"
            return replace(found, when=presence, null_rate=_REGION_UNSAID, evidence=(*found.evidence, told))
    there = view.neighbour(_PRESENT) if view.says(_EXCUSE) else None
    if there is not None and there.category == "boolean":
        told = f"who is there needs no excuse: only where {there.name} is false"
        absent = Presence(column=there.name, **{"in": (False,)})
        return replace(found, when=absent, null_rate=_UNEXCUSED, evidence=(*found.evidence, told))
    flag = _flag_of(view)
    if flag is not None:
        told = f"there is a reason only where {flag.name} is true"
        return replace(
            found, when=Presence(column=flag.name, **{"in": (True,)}), null_rate=0.05, evidence=(*found.evidence, told)
        )
    moment = _moment_of(view)
    if moment is not None:
        told = f"there is a reason only where there is {moment.name}"
        return replace(found, when=Presence(column=moment.name), null_rate=0.05, evidence=(*found.evidence, told))
    nouns = {singular(word) for word in view.table.noun}
    if view.says(_BORN) and view.neighbour(_HIRED) is not None:
        rate = 0.0  # an employer knows it, and what follows from it is there too
    elif view.says(_BORN) and not nouns & _KEPT_SECRET:
        rate = _UNKNOWN_BIRTH
    if view.says(_ENDED) and nouns & _SCHEDULED:
        rate = 0.0
    if view.says(_OF_SOME_GOODS) and nouns <= _GOODS and view.column.default is None:
        rate = _NOT_OF_ALL
    if view.says(_LIMIT) and _lies_years_ahead(view):
        told = "its CHECK leaves only days after the loading: no limit of what has been done"
        return replace(found, null_rate=1.0, evidence=(*found.evidence, told))
    whole = _is_part_of(view)
    if whole is not None and whole.name not in view.table.foreign_columns:
        told = f"belongs to {whole.name}, where there is one"
        return replace(found, when=Presence(column=whole.name), null_rate=rate or 0.0, evidence=(*found.evidence, told))
    if rate is None and _happens_seldom(view):
        rate = _SELDOM_RATE
    if rate is None and reason_stems(view) and begins(view.words, _SELDOM):
        rate = _RARE_REASON
    if rate is None and view.says(_FILLED):
        rate = 0.0
    return found if rate is None else replace(found, null_rate=rate)
