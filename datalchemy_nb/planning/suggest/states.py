"""Moments that only some states of a row have: the day of payment of what is paid, the closing of what is closed."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.planning.suggest.meaning import MOMENTS
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import split_words, vocabulary

_STATE = vocabulary("status, state, stage", "status, situacao, estado, etapa")
_EVENTS = (
    ("paid pay pago paga quit", "paid pago paga quit settle liquid"),
    ("close closing fech encerr", "close won lost ganh perd fechad encerrad done conclu finaliz resolv cancel"),
    ("complet conclu finish finaliz", "complet conclu finish finaliz done succe realizad closed"),
    ("ship envi despach", "ship sent envia despach deliver entreg"),
    ("deliver entreg", "deliver entreg"),
    ("resolv", "resolv close fechad"),
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
    labels = _labels(state)
    after = next((after for event, after in _EVENTS if _begins(view.words, event)), "")
    told = tuple(label for label in labels if after and _begins(split_words(label), after))
    if not told or len(told) == len(labels):
        return found
    when = Presence(column=state.name, **{"in": told})
    shown = " or ".join(repr(label) for label in told)
    return replace(found, when=when, null_rate=0.0, evidence=(*found.evidence, f"only where {state.name} is {shown}"))


def _labels(state: ColumnView) -> tuple[str, ...]:
    if state.category == "enum":
        return tuple(state.slot.labels)
    listed = next((limit.values for _, limit in state.limits if isinstance(limit, OneOf)), ())
    return tuple(value for value in listed if isinstance(value, str))


def _begins(words: tuple[str, ...], stems: str) -> bool:
    return any(word.startswith(tuple(stems.split())) for word in words)


def _reads(expression: str, *views: ColumnView) -> bool:
    return all(view.name in expression for view in views)
