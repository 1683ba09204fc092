"""Phone numbers."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_LANDLINE = vocabulary("landline, fax", "telefone fixo, fixo, fax")


def recognise_phone(view: ColumnView) -> Suggestion | None:
    """Suggest phone numbers whose area code is the row's city's."""
    return first_meaning(view, "recognise_phone", MEANINGS)


def _offers(view: ColumnView) -> Sequence[Offer]:
    kind = "landline" if view.is_about("company") or view.says(_LANDLINE) else "mobile"
    formatted = view.slot.max_length is not None and view.slot.max_length < 20
    brazilian = [offer("semantic.br.phone", kind=kind, formatted=f) for f in (formatted, not formatted)]
    foreign = [offer("semantic.person.phone"), offer("faker.phone_number.phone_number")]
    return [*brazilian, *foreign] if view.is_portuguese else [*foreign, *brazilian]


MEANINGS = (
    Meaning(
        "a phone number",
        vocabulary(
            "phone, telephone, mobile, mobile number, cell, cellphone, cell phone, phone number, fax, whatsapp",
            "telefone, celular, fone, fax, whatsapp",
        ),
        _offers,
        confidence=0.95,
    ),
)
