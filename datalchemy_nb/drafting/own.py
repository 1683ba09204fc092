"""Inference rules of users: asked after the constraints and before the rules that know names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

from datalchemy_nb.domains.registering import Catalogue
from datalchemy_nb.domains.registry import first_paragraph
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView

OwnRule = Callable[[ColumnView], Offer | Sequence[Offer] | None]
Rule = Callable[[ColumnView], Suggestion | None]
Own = TypeVar("Own", bound=OwnRule)
_CATALOGUE: Catalogue[Rule] = Catalogue("inference rule", "datalchemy_nb.inference_rules")


@overload
def inference_rule(rule: Own) -> Own: ...
@overload
def inference_rule(*, confidence: float = 0.9) -> Callable[[Own], Own]: ...
def inference_rule(rule: Own | None = None, *, confidence: float = 0.9) -> Own | Callable[[Own], Own]:
    """Register a rule that drafts ask for every column, after the constraints and before the built-in names.

    The rule looks at a column and returns an `offer`, several (the first that fits the column's type, length, CHECKs
    and keys is taken), or None. The first paragraph of its docstring is the evidence that the plan carries.

    Args:
        rule: the function, where the decorator is used without arguments.
        confidence: 0 to 1; how often the rule is right.
    """

    def register(own: Own) -> Own:
        _CATALOGUE.add(f"{own.__module__}.{own.__name__}", _asked(own, confidence), own)
        return own

    return register if rule is None else register(rule)


def own_rules() -> tuple[Rule, ...]:
    """Return the users' rules, in the order they were registered."""
    return tuple(_CATALOGUE.entries().values())


def _asked(own: OwnRule, confidence: float) -> Rule:
    told = first_paragraph(own).rstrip(".") or "a rule of your own"

    def ask(view: ColumnView) -> Suggestion | None:
        offers = own(view)
        if offers is None:
            return None
        found = first_fitting(view, [offers] if isinstance(offers, Offer) else offers)
        return suggest(view, own.__name__, found, (told,), confidence)

    return ask
