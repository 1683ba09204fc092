"""E-mail addresses."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_FIRST = vocabulary("first name, given name", "primeiro nome")
_LAST = vocabulary("last name, family name, surname", "sobrenome, ultimo nome")
_BRAZILIAN = (offer("semantic.br.email.safe"),)


def recognise_email(view: ColumnView) -> Suggestion | None:
    """Suggest addresses at reserved domains that agree with the row's person or company."""
    return first_meaning(view, "recognise_email", MEANINGS)


def _offers(view: ColumnView) -> Sequence[Offer]:
    if view.is_about("company"):
        return (offer("semantic.br.email.corporate", of="company"), *_BRAZILIAN)
    if view.is_portuguese:
        return _BRAZILIAN
    names = [n for n in (view.neighbour(_FIRST), view.neighbour(_LAST)) if n is not None and n.category == "text"]
    # An address is null where all the names are.
    named = bool(names) and (view.may_be_null or not all(n.may_be_null for n in names))
    derived = [offer("derive.email_from_name", input_columns=[n.name for n in names])] if named else []
    return (*derived, offer("semantic.person.email"), *_BRAZILIAN)


MEANINGS = (Meaning("an e-mail address", vocabulary("email, e mail", "email, e mail"), _offers, confidence=0.97),)
