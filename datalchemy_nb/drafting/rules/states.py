"""Small sets of states and kinds that no constraint lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.domains import reference
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.drafting.meaning import NUMBERS, Meaning, first_meaning, left_alone, suggest
from datalchemy_nb.drafting.offers import Offer, Offers, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.usual import usual_weights
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

# --- small sets of states and kinds that no constraint lists ----------------------------------------------------------


def recognise_states(view: ColumnView) -> Suggestion | None:
    """Suggest a few common words; a literal default means that the application has words of its own."""
    if view.literal_default is not None or view.is_unique:
        return None
    return first_meaning(view, "recognise_states", MEANINGS)


def _pays(view: ColumnView) -> bool:
    """Whether a row of the table is a payment."""
    return bool({"payment", "payments", "pagamento", "pagamentos", "refund", "refunds"} & set(view.table.words))


def _words(portuguese: str, english: str, spanish: str, french: str, german: str) -> Offers:
    told = {"pt": portuguese, "en": english, "es": spanish, "fr": french, "de": german}
    return lambda view: [
        offer(
            "primitive.choice",
            values=told.get(view.text_language, english).split(),
            weights=_FALLING[: len(english.split())],
        )
    ]


def _tracked(view: ColumnView) -> list[Offer]:
    """A number of the form that posts agree on: two letters, nine digits, the country."""
    country = view.slot.locale.partition("_")[2] or "US"
    if view.is_brazilian or len(country) != 2:
        return []
    return [offer("primitive.text.pattern", pattern=rf"(CE|CP|EE|LX|RA|RR)\d{{9}}{country}")]


_MOST_THINGS = 8


def _things(view: ColumnView) -> Sequence[Offer]:
    """The schema's own tables, by what a row of each is."""
    tables = sorted(view.table.schema.tables)
    names = ["_".join((*words[:-1], singular(words[-1]))) for ref in tables if (words := split_words(ref.table))]
    own = "_".join(view.table.words)
    found = [name for name in dict.fromkeys(names) if name != own][:_MOST_THINGS]
    return [offer("primitive.choice", values=found)] if len(found) > 1 else []


_FALLING = [48, 27, 16, 9]
_UNIT = 10


MEANINGS = (
    Meaning(
        "a payment method",
        vocabulary("payment method, payment type, method", "metodo, metodo pagamento, forma pagamento, meio pagamento"),
        lambda view: [
            *([] if view.is_portuguese else [offer("reference.payment_method.code")]),
            offer("domain.finance.payment_method"),
            offer("primitive.choice", values=["pix", "boleto", "cartao"]),
        ],
        confidence=0.8,
        when=lambda view: len(view.words) > 1 or _pays(view),
    ),
    Meaning(
        "an HTTP method",
        vocabulary("http method, request method, method", ""),
        lambda view: [offer("primitive.choice", values=["GET", "POST", "PUT", "PATCH", "DELETE"])],
        confidence=0.7,
        when=lambda view: (len(view.words) == 1 or bool({"http", "request"} & set(view.words))) and not _pays(view),
    ),
    Meaning(
        "a shipping method",
        vocabulary("shipping method, delivery method, shipping type", "forma envio, metodo envio, tipo frete"),
        _words(
            "padrao expressa retirada",
            "standard express pickup",
            "estandar urgente recogida",
            "standard express retrait",
            "standard express abholung",
        ),
        confidence=0.8,
    ),
    Meaning(
        "a unit of measure by its code",
        vocabulary(
            "uom, base uom, sales uom, stock uom, purchase uom, uom code, unit measure, unit measure code",
            "un medida, unid medida, unidade medida, un, und, unid, codigo unidade medida",
        ),
        lambda view: [
            *([offer("semantic.br.product.unit")] if view.is_brazilian else []),
            offer("primitive.choice", values=["EA", "BOX", "KG", "PK", "L", "M"], weights=[58, 13, 11, 8, 6, 4]),
        ],
        confidence=0.8,
        when=lambda view: (view.slot.max_length or _UNIT) <= _UNIT,
    ),
    Meaning(
        "a card network",
        vocabulary("card type, card brand, card network", "bandeira, bandeira cartao"),
        lambda view: [
            offer(
                "primitive.choice",
                values=["visa", "mastercard", "elo" if view.is_brazilian else "maestro", "amex"],
                weights=[45, 38, 10, 7],
            )
        ],
    ),
    Meaning(
        "a tracking code",
        vocabulary("tracking code, tracking number", "codigo rastreio, rastreio, codigo rastreamento"),
        lambda view: [*_tracked(view), offer("domain.logistics.tracking_code")],
    ),
    Meaning(
        "an action",
        vocabulary("action, event type, operation, verb", "acao, operacao, tipo evento"),
        _words(
            "alterar criar consultar excluir",
            "update create view delete",
            "modificar crear consultar eliminar",
            "modifier creer consulter supprimer",
            "aendern anlegen ansehen loeschen",
        ),
        confidence=0.6,
    ),
    Meaning(
        "a state of affairs",
        vocabulary("status, state, stage", "status, situacao, estado"),
        _words(
            "ativo concluido pendente cancelado",
            "active done pending cancelled",
            "activo terminado pendiente cancelado",
            "actif termine attente annule",
            "aktiv erledigt offen storniert",
        ),
        confidence=0.6,
    ),
    Meaning(
        "a priority",
        vocabulary("priority, severity, urgency", "prioridade, severidade, urgencia"),
        _words("media baixa alta", "medium low high", "media baja alta", "moyenne basse haute", "mittel niedrig hoch"),
        confidence=0.75,
    ),
    Meaning(
        "a role",
        vocabulary("role", "papel, perfil acesso"),
        _words(
            "leitor editor administrador",
            "viewer editor admin",
            "lector editor administrador",
            "lecteur editeur administrateur",
            "leser redakteur administrator",
        ),
        confidence=0.6,
    ),
    Meaning(
        "what a record is of",
        vocabulary(
            "entity type, object type, resource type, target type, subject type, model name, table name, entity",
            "tipo entidade, entidade, nome tabela, tabela",
        ),
        _things,
        confidence=0.75,
    ),
    Meaning(
        "a kind",
        vocabulary("type, kind, category", "tipo, categoria, especie, classificacao"),
        _words(
            "padrao interno externo especial",
            "standard internal external special",
            "estandar interno externo especial",
            "standard interne externe special",
            "standard intern extern sonder",
        ),
        confidence=0.5,
    ),
    Meaning(
        "a numbered state or kind",
        vocabulary("status, state, stage, type, kind, priority", "status, situacao, tipo, prioridade"),
        lambda view: [offer("primitive.choice", values=[0, 1, 2, 3])],
        holds=("integer",),
        confidence=0.6,
    ),
)

# --- booleans: how often each is true ---------------------------------------------------------------------------------

RULE = "recognise_flags"
_SHARES: tuple[tuple[float, frozenset[str]], ...] = (
    (0.05, frozenset(
        "deleted excluido deletado superuser admin staff root locked bloqueado banned archived arquivado expired "
        "cancelled canceled cancelado blocked suspended suspenso hidden default padrao private privado discontinued "
        "descontinuado fraud fraude refunded estornado duplicate duplicado spam gift presente bounced returned "
        "devolvido deceased falecido obsolete obsoleto locked overdue vencido test teste error erro".split()
    )),
    (0.15, frozenset(
        "featured destaque urgent urgente vip premium smoker fumante promoted pinned fixado holiday feriado "
        "exempt isento pregnant gestante disabled desabilitado flagged anonymous anonimo escalated".split()
    )),
    (0.4, frozenset("newsletter subscribed inscrito remote remoto recurring recorrente partial parcial optin".split())),
    (0.75, frozenset(
        "read lido paid pago approved aprovado completed concluido primary principal main delivered entregue "
        "processed processado realizado billable faturavel public publico shipped enviado attended compareceu".split()
    )),
    (0.9, frozenset(
        "active ativo enabled habilitado valid valido visible visivel live published publicado available disponivel "
        "verified verificado confirmed confirmado taxable tributavel current vigente required obrigatorio "
        "accepted aceito "
        "consent consentimento success sucesso official oficial".split()
    )),
)  # fmt: skip
"""How often a flag of these words is set."""
_UNUSUAL, _EVEN, _OFTEN = 0.1, 0.5, 0.9
_ASKING = frozenset("is has was can flag ind indicador eh possui tem permite allow allows".split())
_YES = {"pt": ("S", "N"), "es": ("S", "N"), "fr": ("O", "N"), "de": ("J", "N")}


def recognise_flags(view: ColumnView) -> Suggestion | None:
    """Suggest the share of true: by the words of the name, else by the default; numbers and letters may be flags."""
    if view.category != "boolean":
        return _spelt(view)
    if view.in_key:
        return left_alone(view, RULE, "boolean in a unique key: dealt by the key")
    rate, told, confidence = _share(view)
    found = first_fitting(view, [offer("primitive.bool", true_rate=rate), offer("primitive.bool")])
    return suggest(view, RULE, found, (told,), confidence)


_COUNTING = frozenset(
    "quantity quantidade number numero count total contagem seats lugares vagas units unidades stock estoque days dias "
    "hours horas amount valor".split()
)
_COUNTED_BESIDE = frozenset(
    "capacity capacidade registered inscritos enrolled seats lugares invited convidados".split()
)


def _is_counted(view: ColumnView) -> bool:
    """Whether a number stands among numbers of people: `attended` beside `registered` is no flag."""
    others = (one for one in view.table.columns.values() if one.name != view.name and one.category == "integer")
    return any(_COUNTED_BESIDE & set(one.words) for one in others)


def _spelt(view: ColumnView) -> Suggestion | None:
    """A flag kept as 1 and 0, or as the letters for yes and no."""
    first, last = view.words[:1], view.words[-1:]
    asks = bool({*first, *last} & _ASKING)
    ends = bool(last) and _share_of(last[0]) is not None
    if not asks and (_COUNTING & set(view.words) or (view.category == "integer" and _is_counted(view))):
        return None
    if not (asks or ends) or view.in_key or view.literal_default not in (None, "0", "1", "S", "N", "Y", "J", "O"):
        return None
    rate, told, _ = _share(view)
    if view.category == "integer":
        values: list[object] = [1, 0]
    elif view.category == "text" and view.slot.max_length == 1:
        values = list(_YES.get(view.text_language, ("Y", "N")))
    else:
        return None
    found = first_fitting(view, [offer("primitive.choice", values=values, weights=[rate, round(1 - rate, 2)])])
    return suggest(view, RULE, found, (told,), 0.8)


def _share_of(word: str) -> float | None:
    """How often a flag of a word is set: in Portuguese `aprovada` says what `aprovado` does."""
    forms = {word, f"{word[:-1]}o"} if word.endswith(("ada", "ida", "ita", "osa", "iva")) else {word}
    return next((share for share, words in _SHARES if forms & words), None)


_ATTENDED = frozenset({"present", "presente", "presenca", "attended", "compareceu"})
_ROLLS = frozenset(
    "attendance frequencia presenca chamada rollcall roll class aula lesson enrollment matricula participant "
    "participante attendee registration inscricao".split()
)
_MOSTLY_THERE = 0.91


def _share(view: ColumnView) -> tuple[float, str, float]:
    if _ATTENDED & set(view.words) and _ROLLS & {singular(word) for word in view.table.words}:
        return _MOSTLY_THERE, "most of those who are called are there", 0.85
    for word in view.words:
        share = _share_of(word)
        if share is not None:
            return share, f"name says how often it is set ({word})", 0.85
    default = (view.column.default or "").strip()
    if default in ("true", "false"):
        return (_OFTEN if default == "true" else _UNUSUAL), f"default {default}: most rows keep it", 0.7
    return _EVEN, "a flag", 0.6


# --- closed lists: enum types, and CHECKs that list values ------------------------------------------------------------

RULE_CHOOSE_LISTED_VALUES = "choose_listed_values"
_SEX = vocabulary("gender, sex", "sexo, genero")
_MEN = frozenset("m male man masculino homem hombre h homme maennlich männlich".split())
_WOMEN = frozenset("f female woman feminino mulher femenino mujer femme w weiblich".split())


def _sexes(view: ColumnView, values: Sequence[object]) -> list[Offer]:
    """Values that tell men and women apart agree with the row's given name; what else is listed is rare."""
    if not 2 <= len(values) <= _MOST_SEXES or not view.says(_SEX) or not view.is_about("person"):
        return []
    texts = [str(value) for value in values]
    women = [text for text in texts if text.lower() in _WOMEN] or ["M"] * (set(texts) == {"H", "M"})
    men = [text for text in texts if text.lower() in _MEN and text not in women]
    if len(men) != 1 or len(women) != 1 or len(texts) > 2 + sum(text.lower() not in _MEN | _WOMEN for text in texts):
        return []
    id_ = "semantic.br.sex" if view.is_brazilian else "semantic.person.sex"
    return [offer(id_, male=men[0], female=women[0])]


_MOST_SEXES = 5
_MOST_LISTED = 200
_SHOWN = 3


def _weighted(view: ColumnView, values: Sequence[object]) -> list[Offer]:
    """The values as often as such words are met; a key deals them evenly."""
    weights = None if view.in_key else usual_weights(values)
    return [] if weights is None else [offer("primitive.choice", values=list(values), weights=weights)]


def choose_listed_values(view: ColumnView) -> Suggestion | None:
    """Draw from an enum's labels, from the values a CHECK lists, or from those that a comment explains."""
    if view.category == "enum":
        labels = f"enum {view.column.column_type.data_type} with {len(view.slot.labels)} labels"
        found = first_fitting(view, [*_explained(view), *_weighted(view, view.slot.labels), offer("primitive.enum")])
        return suggest(view, RULE_CHOOSE_LISTED_VALUES, found, (labels,), 1.0)
    for name, limit in view.limits:
        if isinstance(limit, OneOf) and len(limit.values) <= _MOST_LISTED:
            values = [value for value in limit.values if isinstance(value, bool | int | float | str)]
            if len(values) != len(limit.values) or not values:
                continue
            shown = ", ".join(repr(value) for value in values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
            found = first_fitting(
                view,
                [
                    *_sexes(view, values),
                    *_explained(view),
                    *_weighted(view, values),
                    offer("primitive.choice", values=values),
                ],
            )
            return suggest(view, RULE_CHOOSE_LISTED_VALUES, found, (f"CHECK {name} lists {shown}",), 1.0)
    return None


def read_values_of_comment(view: ColumnView) -> Suggestion | None:
    """Draw from the values that a comment lists, from its range, or from codes like its example."""
    if view.is_unique or view.category in ("enum", "boolean") or view.listed_values:
        return None if not view.is_unique else _like_the_example(view)
    if view.codes:
        values = list(view.codes)
        shown = ", ".join(map(repr, values[:_SHOWN])) + (", ..." if len(values) > _SHOWN else "")
        offers = [*_sexes(view, values), *_explained(view), offer("primitive.choice", values=values)]
        return suggest(view, RULE_COMMENT, first_fitting(view, offers), (f"comment lists {shown}",), 0.9)
    return _within_the_range(view) or _like_the_example(view)


def _explained(view: ColumnView) -> list[Offer]:
    """Values by what they stand for: as often as such words are met, else the first ones more often than the last."""
    if not view.codes or view.in_key:
        return []
    values, said = list(view.codes), list(view.codes.values())
    rate = _share(view)[0]
    yes, no = ([place for place, text in enumerate(said) if _plainly(text) in words] for words in (_TRUE, _FALSE))
    if len(yes) == len(no) == 1 and len(values) == len(_FLAG):
        weights = [rate if place in yes else round(1 - rate, 2) for place in range(len(values))]
    else:
        weights = usual_weights(said) or [round(100 / (place + 1) ** 0.7) for place in range(len(values))]
    return [offer("primitive.choice", values=values, weights=weights)]


def _plainly(text: str) -> str:
    return "".join(split_words(text))


_TRUE = frozenset("s sim y yes si oui o ja j true verdadeiro t v".split())
_FALSE = frozenset("n nao no non nein false falso f".split())
_FLAG = (True, False)


def _within_the_range(view: ColumnView) -> Suggestion | None:
    """Numbers of the range that the comment gives, most of them past its middle, as marks and percentages are."""
    between = view.told.between
    if between is None or view.category not in NUMBERS or view.in_key or view.limits:
        return None
    low, high = between
    whole = view.category == "integer"
    id_ = {"integer": "primitive.int", "decimal": "primitive.decimal.numeric"}.get(view.category, "primitive.float")
    plain = offer(id_, min=int(low) if whole else low, max=int(high) if whole else high)
    middle, spread = low + 0.62 * (high - low), 0.2 * (high - low)
    found = first_fitting(view, [shaped_offer(plain, "normal", mean=middle, stddev=spread), plain])
    return suggest(view, RULE_COMMENT, found, (f"comment gives {low:g} to {high:g}",), 0.85)


def _like_the_example(view: ColumnView) -> Suggestion | None:
    """Codes of the form of the comment's example."""
    form = view.told.example
    if form is None or view.category != "text" or view.limits or view.own_conditions:
        return None
    found = first_fitting(view, [offer("primitive.text.pattern", pattern=form)])
    return suggest(view, RULE_COMMENT, found, (f"comment gives an example, like {form}",), 0.85)


RULE_COMMENT = "read_values_of_comment"


# --- what is known of a card, where a card was used ------------------------------------------------------------------

_METHOD = vocabulary(
    "payment method, method, payment type", "forma pagamento, metodo, metodo pagamento, meio pagamento, tipo pagamento"
)
_GIFT = frozenset({"gift", "presente"})
_CARD_WORDS = frozenset("card cartao carte tarjeta karte karten credit debit credito debito kredit".split())


def with_cards(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let what is known of a card be null where the row was paid otherwise."""
    told = {"card", "cartao", "tarjeta", "bandeira", "brand", "last4", "last"} & set(view.words)
    if found.generator_id is None or not told or not view.may_be_null or view.in_key or found.when is not None:
        return found
    method = view.neighbour(_METHOD)
    if method is None or method.name == view.name:
        return found
    paid = recognise_states(method)
    values = [str(value) for value in (paid.params.get("values", ()) if paid else ())]
    if paid is not None and paid.generator_id is not None and paid.generator_id.startswith("reference."):
        _, listed, field = paid.generator_id.split(".")
        values = [str(value) for value in reference.records(listed, view.slot.locale).columns[field]]
    said = method.sayings or {value: value for value in values}
    cards = tuple(
        str(v) for v, t in said.items() if _CARD_WORDS & set(split_words(t)) and not _GIFT & set(split_words(t))
    )
    values = [str(value) for value in said]
    if not cards or len(cards) == len(values):
        return found
    when = Presence(column=method.name, **{"in": cards})
    return replace(found, when=when, null_rate=0.0, evidence=(*found.evidence, f"only where {method.name} is a card"))
