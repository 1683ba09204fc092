"""Languages, locales, time zones, currencies, colours."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, Offers, always, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_LOCALES = ["pt-br", "en", "en-us", "es", "fr", "de", "it", "nl", "ja", "pt", "sv", "pl", "tr", "ru", "ko", "zh-hans"]
_LANGUAGES = ["pt", "en", "es", "fr", "de", "it", "nl", "ja", "sv", "pl", "tr", "ru", "ko", "zh"]
_CURRENCIES = ["BRL", "USD", "EUR", "ARS", "GBP", "CLP", "MXN", "JPY", "CAD", "CHF"]
_ZONES = [
    "America/Sao_Paulo",
    "America/Manaus",
    "America/Recife",
    "America/New_York",
    "Europe/Lisbon",
    "Europe/London",
    "UTC",
]


def recognise_culture(view: ColumnView) -> Suggestion | None:
    """Suggest codes of languages, currencies, time zones and colours."""
    return first_meaning(view, "recognise_culture", MEANINGS)


def _starting_with_default(
    values: Sequence[str], at_home: str = "", abroad: str = "", more: Sequence[Offer] = ()
) -> Offers:
    """One of the codes; a literal default is the most frequent. Keys with more rows than codes take `more`."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        default = view.literal_default or (at_home if view.is_portuguese else abroad)
        if not default or view.in_key:
            return [offer("primitive.choice", values=list(values)), *more]
        others = [value for value in values if value != default]
        weights = [max(90, 3 * len(others)), *([1] * len(others))]
        return [offer("primitive.choice", values=[default, *others], weights=weights)]

    return offers


MEANINGS = (
    Meaning(
        "a locale",
        vocabulary("locale, language code, preferred language, language tag", "localidade idioma"),
        _starting_with_default(_LOCALES, more=[offer("primitive.text.pattern", pattern="[a-z]{2}-[A-Z]{2}")]),
    ),
    Meaning("a language", vocabulary("language", "idioma, lingua"), _starting_with_default(_LANGUAGES)),
    Meaning(
        "a currency",
        vocabulary("currency, currency code", "moeda, codigo moeda"),
        _starting_with_default(_CURRENCIES, "BRL", "USD"),
        confidence=0.95,
    ),
    Meaning(
        "a time zone",
        vocabulary("timezone, time zone, current time zone", "fuso, fuso horario"),
        _starting_with_default(_ZONES),
    ),
    Meaning(
        "a colour",
        vocabulary("color, colour, color code, hex color, text color, background color", "cor, cor hexadecimal"),
        always(offer("semantic.color.hex"), offer("primitive.text.pattern", pattern="#[0-9a-f]{6}")),
        when=lambda view: view.literal_default is None or view.literal_default.startswith("#"),
    ),
)
