"""Dates and timestamps that come after another of their row."""

from __future__ import annotations

from itertools import product

from datalchemy_nb.planning.checks import Order
from datalchemy_nb.planning.suggest.meaning import MOMENTS, suggest
from datalchemy_nb.planning.suggest.offers import Offer, first_fitting, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import Words, vocabulary

RULE = "order_moments"
_CREATED = vocabulary(
    "created, created at, created on, creation date, date created, created date, inserted at, date joined, "
    "date added, added at, registered at, submitted at, started, started at, first seen",
    "criacao, criado, criado em, data criacao, data cadastro, cadastrado em, cadastro, incluido em, data inclusao",
)
_UPDATED = vocabulary(
    "updated, updated at, updated on, modified, modified at, last modified, last updated, last update, date modified, "
    "last edited, edited at, changed at, latest revision created at, update date",
    "atualizacao, atualizado, atualizado em, data atualizacao, data alteracao, alterado em, modificado em, "
    "ultima atualizacao",
)
_ENDED = vocabulary(
    "deleted at, deleted on, archived at, closed at, cancelled at, canceled at, completed at, finished at, "
    "processed at, confirmed at, approved at, rejected at, verified at, expired at, resolved at, shipped at, "
    "delivered at, paid at, revoked at, used at, last login, last used at, last seen at, last seen, read at, sent at, "
    "published at, viewed at",
    "excluido em, deletado em, data exclusao, removido em, arquivado em, encerrado em, cancelado em, concluido em, "
    "finalizado em, aprovado em, pago em, enviado em, entregue em, ultimo acesso, ultimo login, confirmado em",
)
_RARE = vocabulary(
    "deleted at, deleted on, archived at, revoked at, cancelled at, canceled at, rejected at",
    "excluido em, deletado em, data exclusao, removido em, arquivado em, cancelado em",
)
_PAIRS = (
    ("start", "end"), ("starts", "ends"), ("started", "ended"), ("started", "finished"), ("start", "finish"),
    ("begin", "end"), ("begins", "ends"), ("from", "to"), ("from", "until"), ("opened", "closed"), ("open", "close"),
    ("issue", "due"), ("issued", "due"), ("invoice", "due"), ("first", "last"), ("start", "stop"), ("go", "expire"),
    ("inicio", "fim"), ("inicial", "final"), ("inicio", "termino"), ("abertura", "fechamento"),
    ("abertura", "encerramento"), ("emissao", "vencimento"), ("emissao", "validade"), ("entrada", "saida"),
    ("admissao", "demissao"), ("admissao", "desligamento"), ("pedido", "entrega"), ("checkin", "checkout"),
    ("in", "out"), ("envio", "entrega"), ("order", "ship"), ("hire", "termination"), ("issued", "expires"),
    ("issued", "expiry"), ("issue", "expiry"), ("valid", "expiry"), ("live", "expire"),
)  # fmt: skip
_USUAL_DAYS, _LONG_DAYS = 30, 180


def order_moments(view: ColumnView) -> Suggestion | None:
    """Suggest a moment after another column's, where a CHECK, `created`/`updated` or a pair like start/end says so."""
    if view.category not in MOMENTS:
        return None
    for name, order in view.not_before:
        low = view.table.columns.get(order.low)
        if low is not None and order.offset is None and _can_follow(view, low):
            return _after(view, low, f"CHECK {name}: not before {low.name}", 1.0, strict=order.strict)
    if any(view.name == order.low for _, order in _orders(view)):
        return None
    return _by_name(view)


def _by_name(view: ColumnView) -> Suggestion | None:
    created = view.neighbour(_CREATED)
    if created is not None and _can_follow(view, created) and not view.says(_CREATED):
        if view.says(_UPDATED):
            found = offer("derive.updated_after_created", input_columns=[created.name], max_days=_USUAL_DAYS)
            return _suggest(view, found, f"name says last change; {created.name} is the first", 0.95)
        if view.says(_ENDED):
            rate = 0.9 if view.says(_RARE) else 0.3
            return _after(view, created, f"name says a later event than {created.name}", 0.8, null_rate=rate)
    start = _start_of(view)
    return _after(view, start, f"the end of the pair that {start.name} begins", 0.85) if start is not None else None


def _orders(view: ColumnView) -> list[tuple[str, Order]]:
    return [pair for other in view.table.columns.values() for pair in other.not_before]


def _start_of(view: ColumnView) -> ColumnView | None:
    words = {other.words: other for other in view.table.columns.values() if other.name != view.name}
    for (start, end), position in product(_PAIRS, range(len(view.words))):
        if view.words[position] != end:
            continue
        paired: Words = (*view.words[:position], start, *view.words[position + 1 :])
        other = words.get(paired) or next((o for w, o in words.items() if w == (start,)), None)
        if other is not None and _can_follow(view, other):
            return other
    return None


def _can_follow(view: ColumnView, low: ColumnView) -> bool:
    """A null start makes a null end, and a key needs values of its own."""
    kept = view.may_be_null or not low.may_be_null
    return kept and low.column.generated is None and low.category == view.category and not view.in_key


def _after(
    view: ColumnView, low: ColumnView, told: str, confidence: float, *, strict: bool = False,
    null_rate: float | None = None,
) -> Suggestion | None:  # fmt: skip
    far = _LONG_DAYS if view.category == "date" else _USUAL_DAYS
    least = {"min_days": 1} if strict else {}
    found = offer("derive.end_after_start", input_columns=[low.name], **least, max_days=far)
    return _suggest(view, found, told, confidence, null_rate)


def _suggest(
    view: ColumnView, found: Offer, told: str, confidence: float, null_rate: float | None = None
) -> Suggestion | None:
    return suggest(view, RULE, first_fitting(view, [found]), (told,), confidence, null_rate)
