"""Dates and timestamps that come after another of their row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.drafting.habits import habits_of, history_of, timetable
from datalchemy_nb.drafting.meaning import MOMENTS, Meaning, first_meaning, suggest
from datalchemy_nb.drafting.offers import Offer, Offers, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import begins, split_words, vocabulary

# --- dates that a name places in time: births, deadlines, events of the past ------------------------------------------

_YEAR = 365
_SAFE = 30


def recognise_dates(view: ColumnView) -> Suggestion | None:
    """Suggest ranges around the plan's base date: births decades before, deadlines after, events of two years."""
    return first_meaning(view, "recognise_dates", (*MEANINGS, *TIMES_OF_DAY, UNIX_TIME))


def between(view: ColumnView, first: int, last: int) -> Offer:
    """Offer the column's own kind of moment, from `first` to `last` days after the base date."""
    low, high = (_shifted(view.slot.base_date, days) for days in (first, last))
    if view.category == "date":
        return offer("primitive.date", min=low.isoformat(), max=high.isoformat())
    return offer("primitive.timestamp", min=f"{low}T00:00:00", max=f"{high}T23:59:59", **timetable(view))


def _shifted(day: dt.date, days: int) -> dt.date:
    """The base date may be the first or last day there is."""
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


def _days(first: int, last: int) -> Offers:
    return lambda view: [between(view, first, last)]


def grown(first: int, last: int) -> Offers:
    """Moments that people make: more of them lately, at the hours and days of their trade."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        plain = between(view, first, last)
        habits = habits_of(view.table, moments=view.category != "date")
        return [shaped_offer(plain, "calendar", **habits, growth=_GROWTH), plain]

    return offers


_GROWTH = 1.6
_OLD_AND_YOUNG = 6.0
"""Of what stands today, more was founded lately than long ago."""


_DUE = vocabulary("due, due date, due on, due at", "vencimento, data vencimento, vence em")
_SETTLED = vocabulary(
    "paid at, paid on, payment date, paid, settled at, amount paid, paid amount",
    "pago em, data pagamento, pagamento, valor pago, quitado em, data quitacao",
)
_PLANNED = vocabulary(
    "scheduled for, scheduled at, scheduled on, scheduled date", "agendado para, agendado em, data agendada"
)
_DONE = vocabulary(
    "started at, finished at, completed at, done at, performed at, ended at, checked in at",
    "iniciado em, finalizado em, concluido em, realizado em, encerrado em",
)


def _coming(view: ColumnView) -> Sequence[Offer]:
    """What is due is mostly past where rows say when they were paid; a CHECK against today asks for the future."""
    if (view.says(_DUE) and view.neighbour(_SETTLED)) or (view.says(_PLANNED) and view.neighbour(_DONE)):
        return [between(view, -2 * _YEAR, _SAFE)]
    far = view.slot.future_margin_days + _SAFE
    return [between(view, 1, _YEAR), between(view, far, far + _YEAR)]


def _unix(view: ColumnView) -> Sequence[Offer]:
    """Whole numbers since 1970: seconds where they are small, else milliseconds unless the name has another unit."""
    units = {"nano": 10**9, "nanos": 10**9, "ns": 10**9, "us": 10**6, "micros": 10**6, "s": 1, "sec": 1, "seconds": 1}
    named = next((units[word] for word in view.words if word in units), None)
    first, last = (
        (_shifted(view.slot.base_date, days) - dt.date(1970, 1, 1)).days * 86_400 for days in (-2 * _YEAR, -31)
    )
    scales = (named,) if named else (1_000, 1)
    return [offer("primitive.int", min=first * scale, max=last * scale) for scale in scales]


def _birth(view: ColumnView) -> Sequence[Offer]:
    return [offer("semantic.br.birth_date"), between(view, -80 * _YEAR, -18 * _YEAR)]


def _past(view: ColumnView) -> Sequence[Offer]:
    """Up to a month before the base date, so that what follows these moments is past as well."""
    return grown(-history_of(view.table, recorded=bool(view.says(_RECORD))), -31)(view)


_RECORD = vocabulary(
    "created at, created on, created, inserted at, date added, added at, updated, updated at, modified at, last login, "
    "last seen at, last seen, last access, last activity at, last used at, action time, timestamp",
    "criado em, data cadastro, cadastrado em, data inclusao, ultimo acesso, ultimo login, ultima atividade",
)


FOUNDED = vocabulary(
    "founded, founded on, founded at, founding date, foundation date, date founded, established, established on, "
    "established at, establishment date, incorporated on, incorporation date, date established",
    "fundacao, data fundacao, fundado em, fundada em, data constituicao",
)
_OLDEST, _YOUNGEST = -70 * _YEAR, -_YEAR


MEANINGS = (
    Meaning(
        "when something was founded",
        FOUNDED,
        lambda view: [
            shaped_offer(between(view, _OLDEST, _YOUNGEST), "calendar", growth=_OLD_AND_YOUNG),
            between(view, _OLDEST, _YOUNGEST),
        ],
        holds=MOMENTS,
        confidence=0.9,
    ),
    Meaning(
        "a date of birth",
        vocabulary("birth date, birthday, birthdate, date birth, birth", "nascimento, data nascimento, nasc"),
        _birth,
        holds=MOMENTS,
        confidence=0.97,
    ),
    Meaning(
        "a moment still to come",
        vocabulary(
            "due, due date, deadline, expires, expires at, expire date, expire at, expiry, expiry date, "
            "expires on, expire on, expiry on, renews on, renews at, renewal on, valid thru, good until, "
            "expiration date, expiration, valid until, valid to, scheduled at, scheduled for, next run, "
            "expected delivery, go live at, renewal date, until",
            "vencimento, data vencimento, validade, data limite, expira em, data prevista, agendado para, "
            "previsao, previsao entrega, data agendamento",
        ),
        _coming,
        holds=MOMENTS,
    ),
    Meaning(
        "a moment of the past",
        vocabulary(
            "created, created at, created on, creation date, date created, inserted at, date joined, joined at, "
            "date added, added at, registered at, submitted at, started at, timestamp, logged at, action time, "
            "event time, occurred at, order date, issue date, invoice date, payment date, last login, "
            "hire date, hired, "
            "applied, last seen at, last seen, last access, last activity at, last used at, published at, date, "
            "purchase date, transaction date, updated, updated at, modified at, time, "
            "datetime, date time, day, at, on",
            "criacao, criado em, data criacao, data cadastro, cadastrado em, data inclusao, emissao, data emissao, "
            "data pagamento, data venda, data pedido, data compra, data admissao, data abertura, data inicio, "
            "ultimo acesso, ultimo login, ultima atividade, momento, data evento, data, data hora, ocorrido em, "
            "registrado em, em",
        ),
        _past,
        holds=MOMENTS,
        confidence=0.85,
    ),
)

_QUARTER, _HALF = 900, 1800


def _clock(first: str, last: str, every: int = _HALF) -> Offers:
    """Times as timetables have them, within the hours people are up."""
    return lambda view: [
        offer("primitive.time", min=f"{first}:00", max=f"{last}:00", every=every),
        offer("primitive.time", min=f"{first}:00", max=f"{last}:00"),
    ]


TIMES_OF_DAY = (
    Meaning("an hour of opening", vocabulary("opens, opens at, opening time, open time, opening hour",
            "abre, abre as, hora abertura, horario abertura"), _clock("07:00", "10:00"), ("time",), 0.9),
    Meaning("an hour of closing", vocabulary("closes, closes at, closing time, close time, closing hour",
            "fecha, fecha as, hora fechamento, horario fechamento"), _clock("17:00", "22:00"), ("time",), 0.9),
    Meaning("when guests may come", vocabulary("check in, check in from, check in time, checkin, checkin time",
            "check in, hora check in, entrada a partir"), _clock("14:00", "16:00"), ("time",), 0.9),
    Meaning("when guests must go", vocabulary("check out, check out until, check out by, check out time, checkout time",
            "check out, hora check out, saida ate"), _clock("10:00", "12:00"), ("time",), 0.9),
    Meaning("the time at which something ends", vocabulary("end, ends, ends at, end time, finish, finishes at, finish "
            "time, to, to time, until, departure time",
            "fim, hora fim, hora final, horario fim, horario termino, termino, ate, hora saida, saida"),
            _clock("11:00", "19:00"), ("time",), 0.85),
    Meaning("the time at which something begins", vocabulary("start, starts, starts at, start time, begin, begins, "
            "begins at, begin time, from, from time, arrival time",
            "inicio, hora inicio, horario inicio, hora inicial, de, hora entrada, entrada, chegada"),
            _clock("07:30", "16:00"), ("time",), 0.85),
    Meaning("a time of day", vocabulary("time, at, hour, time day, reminder time, delivery time, appointment time",
            "hora, horario, hora consulta, hora entrega"), _clock("07:00", "20:00", _QUARTER), ("time",), 0.7),
)  # fmt: skip

UNIX_TIME = Meaning(
    "a moment as a number",
    vocabulary(
        "created at, updated at, last updated at, modified at, deleted at, started at, ended at, finished at, "
        "expires at, occurred at, received at, sent at, timestamp, timestamp ms, timestamp ns, created time, "
        "creation time, created on, last updated time, start time, end time, last update time, attempt at, unix time, "
        "epoch, time unix nano, time ms, time ns",
        "criado em, atualizado em, alterado em, excluido em, carimbo tempo",
    ),
    _unix,
    holds=("integer",),
    confidence=0.75,
)

# --- dates and timestamps that come after another of their row --------------------------------------------------------

RULE = "order_moments"
_USUAL_DAYS, _LONG_DAYS = 30, 180


def order_moments(view: ColumnView) -> Suggestion | None:
    """Suggest a moment after another column's where a CHECK says so; what names say is the shapes' business."""
    if view.category not in MOMENTS:
        return None
    for name, order in view.not_before:
        low = view.table.columns.get(order.low)
        if low is not None and order.offset is None and _can_follow(view, low):
            return _after(view, low, f"CHECK {name}: not before {low.name}", 1.0, strict=order.strict)
    return None


def _can_follow(view: ColumnView, low: ColumnView) -> bool:
    """A null start makes a null end, and a key needs values of its own."""
    kept = view.may_be_null or not low.may_be_null
    return kept and low.column.generated is None and low.category == view.category and not view.in_key


def _after(view: ColumnView, low: ColumnView, told: str, confidence: float, *, strict: bool) -> Suggestion | None:
    far = _LONG_DAYS if view.category == "date" else _USUAL_DAYS
    least = {"min_days": 1} if strict else {}
    found = offer("derive.end_after_start", input_columns=[low.name], **least, max_days=far)
    return suggest(view, RULE, first_fitting(view, [found]), (told,), confidence)


# --- moments that only some states of a row have: the day of payment of what is paid, the closing of what is closed ---

_STATE = vocabulary("status, state, stage", "status, situacao, estado, etapa")
_EVENTS = (
    ("paid pay pago paga quit", "paid pago paga quit settle liquid"),
    ("close closing fech encerr", "close won lost ganh perd fechad encerrad done conclu finaliz resolv cancel"),
    ("complet conclu finish finaliz", "complet conclu finish finaliz done succe realizad closed"),
    ("ship envi despach", "ship sent envia despach deliver entreg"),
    ("deliver entreg", "deliver entreg"),
    ("resolv", "resolv close fechad"),
    ("qualif", "qualif convert"),
    *((same, same) for same in (
        "cancel", "publish publica", "approv aprov", "reject rejeit recus reprov", "refund reembols estorn",
        "archiv arquiv", "delet exclu remov", "convert", "suspen", "confirm", "verif", "expir", "revok revog",
    )),
)  # fmt: skip
"""Beginnings of words that name an event, and of words that name the states after it."""


def tied_to_state(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let a moment be null unless the row's state says that it has come, where names tell which states those are."""
    if found.generator_id is None or view.category not in MOMENTS or not view.may_be_null or view.in_key:
        return found
    state = view.neighbour(_STATE)
    if state is None or any(_reads(check.expression, view, state) for check in view.table.table.checks):
        return found
    labels = state.sayings
    after = next((after for event, after in _EVENTS if begins(view.words, event)), "")
    told = tuple(value for value, label in labels.items() if after and begins(split_words(label), after))
    if not told or len(told) == len(labels):
        return found
    when = Presence(column=state.name, **{"in": told})
    shown = " or ".join(repr(label) for label in told)
    return replace(found, when=when, null_rate=0.0, evidence=(*found.evidence, f"only where {state.name} is {shown}"))


def _reads(expression: str, *views: ColumnView) -> bool:
    return all(view.name in expression for view in views)


# --- moments that are kept as text: what comes from spreadsheets and from databases without a type for them ---------

_TEXT_DATE = vocabulary(
    "date, birth date, dob, start date, end date, day date, date time", "data, data nascimento, data inicio, data fim"
)
_TEXT_TIME = vocabulary("time, start time, end time, time day", "hora, horario, hora inicio, hora fim")
_TIME_OF_DAY = frozenset(
    "time start end begin departure arrival match game kick boarding pickup checkin opening closing scheduled "
    "event".split()
)
_DATE_LETTERS, _TIME_LETTERS = 10, 5


def write_moments(view: ColumnView) -> Suggestion | None:
    """Suggest dates and times of day as ISO 8601 writes them, for texts that are called so."""
    if view.category != "text" or view.is_unique or view.limits:
        return None
    room = view.slot.max_length or 99
    year = view.slot.base_date.year
    if (
        room >= _DATE_LETTERS
        and view.says(_TEXT_DATE)
        and not (set(view.words) & {"data"} and not _is_portuguese(view))
    ):
        born = {"birth", "dob", "nascimento"} & set(view.words)
        years = r"19[5-9]\d|200[0-6]" if born else f"{year - 2}|{year - 1}"
        pattern = rf"({years})-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
    elif room >= _TIME_LETTERS and view.says(_TEXT_TIME) and set(view.words) <= _TIME_OF_DAY | {"hora", "horario"}:
        pattern = r"(0[7-9]|1\d|2[01]):(00|15|30|45)"
    else:
        return None
    found = first_fitting(view, [offer("primitive.text.pattern", pattern=pattern)])
    return suggest(view, "write_moments", found, ("name says a moment, kept as text",), 0.7)


def _is_portuguese(view: ColumnView) -> bool:
    return view.table.plan.locale.lower().startswith("pt")
