"""Documents of JSON whose keys a name asks for: opening hours, what a home has, answers to choose from, histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import Vocabulary, singular, vocabulary

JsonSchema = Mapping[str, Any]

_DAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "pt": ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"),
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
}
_CLOSED = {"en": "closed", "pt": "fechado", "es": "cerrado", "fr": "fermé", "de": "geschlossen"}
_HOURS = ("08:00-17:00", "08:00-18:00", "09:00-18:00", "09:00-19:00", "10:00-20:00")
_SHORT = ("09:00-13:00", "09:00-14:00", "10:00-16:00")
_DINNERS = ("11:30-15:00, 18:00-23:00", "12:00-15:00, 19:00-23:30", "18:00-00:00")
_EATEN = frozenset("restaurant restaurante dish plat plato prato bar".split())
_HOME = {
    "en": ("furnished", "balcony", "pets_allowed", "heating", ("gas", "electric", "heat pump"), "parking_spaces"),
    "pt": ("mobiliado", "varanda", "aceita_animais", "aquecimento", ("gás", "elétrico", "solar"), "vagas"),
    "es": (
        "amueblado",
        "terraza",
        "admite_mascotas",
        "calefaccion",
        ("gas natural", "eléctrica", "central"),
        "garajes",
    ),
    "fr": ("meuble", "balcon", "animaux_acceptes", "chauffage", ("gaz", "électrique", "collectif"), "parkings"),
    "de": ("moebliert", "balkon", "haustiere_erlaubt", "heizung", ("Gas", "Fernwärme", "Wärmepumpe"), "stellplaetze"),
}
_CHOSEN = {
    "en": ("It depends on the case", "Always", "Never", "Only with approval", "All of the above", "None of the above"),
    "pt": (
        "Depende do caso",
        "Sempre",
        "Nunca",
        "Somente com aprovação",
        "Todas as anteriores",
        "Nenhuma das anteriores",
    ),
    "es": ("Depende del caso", "Siempre", "Nunca", "Solo con autorización", "Todas las anteriores", "Ninguna"),
    "fr": ("Cela dépend du cas", "Toujours", "Jamais", "Seulement avec accord", "Toutes ces réponses", "Aucune"),
    "de": ("Kommt darauf an", "Immer", "Nie", "Nur mit Freigabe", "Alle Antworten", "Keine der Antworten"),
}
_HISTORY = {
    "en": ("smoker", "alcohol", "chronic_disease", "medication", ("none", "hypertension", "diabetes", "asthma"),
           ("no", "occasionally", "weekly")),
    "pt": ("fumante", "alcool", "doenca_cronica", "usa_medicacao", ("nenhuma", "hipertensão", "diabetes", "asma"),
           ("não", "às vezes", "toda semana")),
    "es": ("fumador", "alcohol", "enfermedad_cronica", "toma_medicacion", ("ninguna", "hipertensión", "diabetes",
    "asma"),
           ("no", "ocasional", "semanal")),
    "fr": ("fumeur", "alcool", "maladie_chronique", "traitement", ("aucune", "hypertension", "diabète", "asthme"),
           ("non", "parfois", "chaque semaine")),
    "de": ("raucher", "alkohol", "chronische_krankheit", "medikamente", ("keine", "Bluthochdruck", "Diabetes",
    "Asthma"),
           ("nein", "gelegentlich", "wöchentlich")),
}  # fmt: skip
_MENU = {
    "en": ("Home", "About", "News", "Contact", "Sports", "Business", "Help"),
    "pt": ("Início", "Sobre", "Notícias", "Contato", "Esportes", "Economia", "Ajuda"),
    "es": ("Inicio", "Quiénes somos", "Noticias", "Contacto", "Deportes", "Economía", "Ayuda"),
    "fr": ("Accueil", "À propos", "Actualités", "Contact", "Sport", "Économie", "Aide"),
    "de": ("Startseite", "Über uns", "Nachrichten", "Kontakt", "Sport", "Wirtschaft", "Hilfe"),
}


def _words(view: ColumnView, by_language: Mapping[str, Any]) -> Any:
    return by_language.get(view.text_language, by_language["en"])


def _object(properties: Mapping[str, Any], optional: Sequence[str] = ()) -> JsonSchema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def _hours(view: ColumnView) -> JsonSchema:
    others = {singular(word) for ref in view.table.schema.tables for word in ref.table.lower().split("_")}
    usual = _DINNERS if _EATEN & others else _HOURS
    *weekdays, saturday, sunday = _words(view, _DAYS)
    closed = _words(view, _CLOSED)
    week: dict[str, Any] = {day: {"enum": list(usual)} for day in weekdays}
    week[saturday] = {"enum": [*(usual if usual is _DINNERS else _SHORT), closed]}
    week[sunday] = {"enum": [closed, closed, *(usual if usual is _DINNERS else _SHORT[:1])]}
    return _object(week)


def _home(view: ColumnView) -> JsonSchema:
    furnished, balcony, pets, heating, ways, parking = _words(view, _HOME)
    flag = {"type": "boolean"}
    return _object(
        {furnished: flag, balcony: flag, pets: flag, heating: {"enum": list(ways)}, parking: {"enum": [0, 1, 1, 2]}},
        [pets, parking],
    )


def _choices(view: ColumnView) -> JsonSchema:
    answers = list(_words(view, _CHOSEN))
    return {"type": "array", "items": {"enum": answers}, "minItems": 3, "maxItems": 4, "uniqueItems": True}


def _history(view: ColumnView) -> JsonSchema:
    smokes, drinks, disease, treated, diseases, often = _words(view, _HISTORY)
    flag = {"type": "boolean"}
    return _object(
        {smokes: flag, drinks: {"enum": list(often)}, disease: {"enum": [diseases[0], *diseases]}, treated: flag},
        [drinks],
    )


def _menu(view: ColumnView) -> JsonSchema:
    labels = list(_words(view, _MENU))
    link = _object(
        {
            "label": {"enum": labels},
            "url": {"type": "string", "pattern": "/(home|about|news|contact|help|p/[1-9][0-9]?)"},
        }
    )
    return {"type": "array", "items": link, "minItems": 3, "maxItems": 5}


_HOMES = frozenset("property apartment home flat imovel apartamento inmueble vivienda logement appartement "
                   "immobilie wohnung".split())  # fmt: skip
_ASKED = frozenset("question pergunta questao pregunta frage quiz poll survey".split())
_LINKED = frozenset("menu menus navigation navegacao".split())
_KINDS: tuple[tuple[str, Vocabulary, frozenset[str], Callable[[ColumnView], JsonSchema]], ...] = (
    ("opening hours", vocabulary(
        "opening hours, business hours, hours, open hours, working hours, schedule",
        "horario funcionamento, horario atendimento, horarios, horario, horarios funcionamento",
    ), frozenset(), _hours),
    ("what a home has", vocabulary("features, attributes, amenities, details", "caracteristicas, detalhes"), _HOMES,
    _home),
    ("answers to choose from", vocabulary("choices, options, answers", "opcoes, alternativas, escolhas"), _ASKED,
    _choices),
    ("a history of health", vocabulary(
        "medical history, anamnesis, health history, health questionnaire", "anamnese, historico saude",
    ), frozenset(), _history),
    ("links of a menu", vocabulary("items, links, entries", "itens, links"), _LINKED, _menu),
)  # fmt: skip


def known_document(view: ColumnView) -> tuple[str, JsonSchema] | None:
    """Return what a document is and its JSON Schema, where the column's name, with its table's, asks for known keys.

    Args:
        view: a column of JSON.
    """
    table = {singular(word) for word in (*view.table.words, *view.table.ref.table.lower().split("_"))}
    for what, words, of, make in _KINDS:
        if view.says(words) and (not of or of & table):
            return what, make(view)
    return None
