"""Booleans: how often each is true."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import left_alone, suggest
from datalchemy_nb.planning.suggest.offers import first_fitting, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView

RULE = "recognise_flags"
_MOSTLY = frozenset("active ativo enabled habilitado valid valido visible visivel live published publicado".split())
_RARELY = frozenset(
    "deleted excluido deletado superuser admin staff root locked bloqueado banned archived arquivado expired "
    "cancelled canceled cancelado blocked suspended hidden default padrao private privado".split()
)
_OFTEN, _UNUSUAL, _SELDOM, _EVEN = 0.9, 0.1, 0.05, 0.5


def recognise_flags(view: ColumnView) -> Suggestion | None:
    """Suggest the share of true: by the words of the name, else by the default."""
    if view.category != "boolean":
        return None
    if view.in_key:
        return left_alone(view, RULE, "boolean in a unique key: dealt by the key")
    rate, told, confidence = _share(view)
    found = first_fitting(view, [offer("primitive.bool", true_rate=rate), offer("primitive.bool")])
    return suggest(view, RULE, found, (told,), confidence)


def _share(view: ColumnView) -> tuple[float, str, float]:
    for word in view.words:
        if word in _RARELY:
            return _SELDOM, f"name says a rare state ({word})", 0.85
        if word in _MOSTLY:
            return _OFTEN, f"name says the usual state ({word})", 0.85
    default = (view.column.default or "").strip()
    if default in ("true", "false"):
        return (_OFTEN if default == "true" else _UNUSUAL), f"default {default}: most rows keep it", 0.7
    return _EVEN, "a flag", 0.6
