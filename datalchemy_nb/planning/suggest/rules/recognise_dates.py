"""Dates that a name places in time: births, deadlines, events of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import MOMENTS, Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, Offers, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_YEAR = 365
_SAFE = 30


def recognise_dates(view: ColumnView) -> Suggestion | None:
    """Suggest ranges around the plan's base date: births decades before, deadlines after, events of two years."""
    return first_meaning(view, "recognise_dates", (*MEANINGS, UNIX_TIME))


def between(view: ColumnView, first: int, last: int) -> Offer:
    """Offer the column's own kind of moment, from `first` to `last` days after the base date."""
    low, high = (_shifted(view.slot.base_date, days) for days in (first, last))
    if view.category == "date":
        return offer("primitive.date", min=low.isoformat(), max=high.isoformat())
    return offer("primitive.timestamp", min=f"{low}T08:00:00", max=f"{high}T20:00:00")


def _shifted(day: dt.date, days: int) -> dt.date:
    """The base date may be the first or last day there is."""
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


def _days(first: int, last: int) -> Offers:
    return lambda view: [between(view, first, last)]


def _coming(view: ColumnView) -> Sequence[Offer]:
    """A CHECK against today asks for dates that stay in the future."""
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


MEANINGS = (
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
            "expiration date, expiration, valid until, valid to, scheduled at, scheduled for, next run, "
            "expected delivery, go live at, renewal date, until",
            "vencimento, data vencimento, validade, prazo, data limite, expira em, data prevista, agendado para, "
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
            "event time, occurred at, order date, issue date, invoice date, payment date, last login, hire date, "
            "applied, published at, date, purchase date, transaction date, updated, updated at, modified at, time, "
            "datetime, date time, at, on",
            "criacao, criado em, data criacao, data cadastro, cadastrado em, data inclusao, emissao, data emissao, "
            "data pagamento, data venda, data pedido, data compra, data admissao, data abertura, data inicio, "
            "momento, data evento, data, data hora, ocorrido em, registrado em, em",
        ),
        # A month before the base date, so that what follows these moments is past as well.
        _days(-2 * _YEAR, -31),
        holds=MOMENTS,
        confidence=0.85,
    ),
)

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
