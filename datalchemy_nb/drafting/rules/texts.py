"""Prose, titles, names of things, codes, documents of JSON and lists of tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from datalchemy_nb.domains.texts import Purpose, purposes
from datalchemy_nb.drafting.meaning import Meaning, first_meaning, suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.rules.documents import known_document
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import SITES, ColumnView
from datalchemy_nb.drafting.words import Vocabulary, Words, singular, split_words, vocabulary

_PREFIX = 3
_NAME_WORDS = 2
_AUXILIARY = frozenset("auth core app tb tbl tab cad base main common django wagtail".split())
_LAST = frozenset("name nome code codigo number numero reference ref key".split())
_ADJECTIVES = frozenset("display verbose printable short long full code numero nome codigo external".split())

# --- prose and titles by purpose -------------------------------------------------------------------------------------

_ANYWHERE = (
    "description", "note", "reason", "subject", "message", "comment", "biography", "instruction", "question", "answer",
    "slogan", "title", "headline", "address_complement", "search_query", "error_message", "log_message", "policy",
    "article_body", "diagnosis_note",
)  # fmt: skip
"""Purposes whose columns say enough by themselves; the others need the table's name too."""
_NAMED = vocabulary("name, display name, verbose name, label", "nome, denominacao, rotulo")
_READ = {
    "rating_column": vocabulary("rating, stars, score", "nota, avaliacao, estrelas, pontuacao"),
    "category_column": vocabulary("category, kind, type", "categoria, tipo"),
    "kind_column": vocabulary("kind, type, category, topic", "tipo, categoria, assunto"),
    "priority_column": vocabulary("priority, urgency, severity", "prioridade, urgencia, severidade"),
    "role_column": vocabulary("job title, job, occupation, role, profession", "cargo, profissao, ocupacao, funcao"),
    "name_column": vocabulary("name, product name, title", "nome, nome produto, titulo"),
}


def recognise_texts(view: ColumnView) -> Suggestion | None:
    """Suggest sentences for prose, titles and names of the table's kind, and lettered numbers for codes."""
    if view.literal_default:
        return None
    return _described_name(view) or _by_purpose(view) or first_meaning(view, "recognise_texts", MEANINGS)


COUNTED = frozenset("numero codigo tipo data id qtd quantidade total status situacao number code".split())
"""A Portuguese name that begins so is about a number or a kind of what follows: `numero_nota` is no note."""
_NUMBERED_BY = frozenset("number no num code id count date url email".split())
"""A name that ends so is about a number or an address of what goes before: a `policy number` is no policy."""
_SHORT_NAME = 100
_DESCRIBED = vocabulary("description, desc", "descricao")


def _described_name(view: ColumnView) -> Suggestion | None:
    """`territory_description varchar(60)` of a table without a name is the name of its rows."""
    length = view.slot.max_length
    if view.category != "text" or length is None or length > _SHORT_NAME or not view.says(_DESCRIBED):
        return None
    if view.neighbour(_CALLED) is not None or not view.is_bare:
        return None
    found = first_fitting(view, _names(view))
    return suggest(view, "recognise_texts", found, ("the only words for a row",), 0.6)


_CALLED = vocabulary("name, title, label, subject, code", "nome, titulo, denominacao, rotulo, assunto")


def _by_purpose(view: ColumnView) -> Suggestion | None:
    if view.category != "text" or (
        len(view.words) > 1 and (view.words[0] in COUNTED or view.words[-1] in _NUMBERED_BY)
    ):
        return None
    for purpose, phrase, told in _asked(view):
        found = first_fitting(view, list(_offers(view, purpose)))
        if found is not None:
            return suggest(view, "recognise_texts", found, (f"name says {_spoken(purpose)} ({phrase}){told}",), 0.8)
    return None


def _asked(view: ColumnView) -> Iterator[tuple[Purpose, str, str]]:
    """Purposes that the column's name asks for: first those that the table's name agrees to."""
    named = [
        (one, phrase)
        for one in purposes()
        if (phrase := view.says(_columns_of(one.name))) is not None
        and (one.name != "address_complement" or view.neighbour(_ADDRESSED) is not None)
    ]
    table = {singular(word) for word in view.table.words}
    # `cancellation_reason` of appointments says itself what it is a reason for: nobody came with it.
    own = next(((one, phrase) for one, phrase in named if one.name == "reason" and _kind_in(view.words, one)), None)
    if own is not None:
        yield *own, ""
    for purpose, phrase in named:
        about = sorted(
            table & {singular(w) for words in purpose.tables.values() for word in words for w in word.split()}
        )
        if about and not (purpose.name == "log_message" and view.neighbour(_HELD) is not None):
            yield purpose, phrase, f" of {about[0]}"
    for name in _ANYWHERE:
        for purpose, phrase in named:
            if purpose.name == name and not view.says(_NAMED):
                yield purpose, phrase, ""


_HELD = vocabulary(
    "title, venue, starts at, start time, starts on, organizer, host", "titulo, local, organizador, inicia em"
)
"""Beside these an event is one that people go to, and no line of a log."""
_ADDRESSED = vocabulary(
    "street, address, city, postal code, zip, house number", "rua, logradouro, endereco, cidade, cep, numero"
)
"""Beside these a `unit` or a `suite` is a part of an address."""


@lru_cache(maxsize=256)
def _columns_of(name: str) -> Vocabulary:
    words = next(one.columns for one in purposes() if one.name == name)
    english = tuple(tuple(phrase.split()) for phrase in words.get("en", ()))
    others = tuple(tuple(p.split()) for language, phrases in words.items() if language != "en" for p in phrases)
    return Vocabulary(english, others)


def _offers(view: ColumnView, purpose: Purpose) -> Iterator[Offer]:
    id_ = f"text.{purpose.name}"
    read = dict(_read(view, purpose))
    if read:
        yield offer(id_, **read)
    kind = _kind(view, purpose)
    yield offer(id_, **({"kind": kind} if kind is not None else {}))


def _read(view: ColumnView, purpose: Purpose) -> Iterator[tuple[str, str]]:
    wanted = [purpose.reads, purpose.names, "priority_column" if purpose.urgent else None]
    for parameter in wanted:
        other = view.neighbour(_READ[parameter]) if parameter in _READ else None
        if parameter is not None and other is not None and (view.may_be_null or not other.may_be_null):
            yield parameter, other.name


def _kind(view: ColumnView, purpose: Purpose) -> str | None:
    return _kind_in(view.words, purpose) or _kind_in((*view.table.words, *view.words), purpose)


def _kind_in(named: Words, purpose: Purpose) -> str | None:
    words = {singular(word) for word in named}
    for kind, by_language in purpose.kind_tables.items():
        if words & {singular(word) for phrases in by_language.values() for p in phrases for word in p.split()}:
            return kind
    return None


def _spoken(purpose: Purpose) -> str:
    name = purpose.name.replace("_", " ")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


# --- names and codes -------------------------------------------------------------------------------------------------


def numbered_codes(view: ColumnView) -> Sequence[Offer]:
    """Letters of the thing and a number, shorter where the column is short."""
    # A code begins with the schema's own word, not with the English one that it is read as.
    thing = split_words(view.table.ref.table)[-1:] if view.table.language else _thing(view)
    letters = "".join(thing).upper()[:_PREFIX] or "COD"
    patterns: tuple[str, ...] = (
        rf"{letters}-\d{{6}}",
        rf"{letters}\d{{5}}",
        r"[A-Z]{2}\d{3}",
        r"[A-Z]\d{2}",
        r"[A-Z]{2}",
        r"[A-Z0-9]",
    )
    length = view.slot.max_length
    if length is not None and view.slot.type_name.startswith("character("):
        patterns = _of_length(letters, length, digits=bool(_NUMBERS & set(view.words)))
    return [offer("primitive.text.pattern", pattern=pattern) for pattern in patterns]


_NUMBERS = frozenset("number numero no num matricula registration".split())
_LEAST_DIGITS = 4


def _of_length(letters: str, length: int, *, digits: bool) -> tuple[str, ...]:
    """Codes of so many characters: digits where the name says a number, else letters of the thing, and digits."""
    if digits and length >= _LEAST_DIGITS:
        return (rf"[1-9]\d{{{length - 1}}}", rf"\d{{{length}}}")
    if length - len(letters) >= _LEAST_DIGITS:
        return (rf"{letters}\d{{{length - len(letters)}}}",)
    return (rf"[A-Z0-9]{{{length}}}",)


def _names(view: ColumnView) -> Sequence[Offer]:
    """Names of things that no vocabulary knows: words of the language, a number behind only where a key needs it."""
    name = re.escape(" ".join(_thing(view)).capitalize()).replace(r"\ ", " ")
    numbered = offer("primitive.text.pattern", pattern=rf"{name} [1-9]\d{{0,4}}")
    if _NUMBERED & set(_thing(view)):
        return [offer("primitive.text.pattern", pattern=pattern) for pattern in _rooms(view)]
    if {"serie", "series", "grade"} & set(_thing(view)) and view.table.of_a_school:
        years = _SCHOOL_YEARS.get(view.text_language, _SCHOOL_YEARS["en"])
        return [offer("primitive.text.pattern", pattern=years), numbered]
    site = _site(view)
    if site is not None:
        return [offer("primitive.text.pattern", pattern=pattern) for pattern in site]
    called = [offer(f"text.{title}") for words, title in _MADE_UP if set(words.split()) & set(_thing(view))]
    return [
        *called,
        offer("text.label"),
        offer("text.song_title"),
        offer("text.title"),
        numbered,
        *numbered_codes(view),
    ]


_SCHOOL_YEARS = {
    "en": r"(Kindergarten|Grade ([1-9]|1[0-2]))( [A-C])?", "pt": r"([1-9]º ano|[1-3]ª série|Infantil [1-5])( [A-C])?",
    "es": r"[1-6]º de (Primaria|Secundaria)( [A-C])?",
    "fr": r"(CP|CE1|CE2|CM1|CM2|6e|5e|4e|3e|2de|1re|Terminale)( [A-C])?",
    "de": r"Klasse ([1-9]|1[0-3])( ?[a-c])?",
}  # fmt: skip
_NAMED_AFTER = {
    "en": "Riverside|Northgate|Lakeside|Hillcrest|Oakwood|Parkview|Harborview|Maplewood|Eastfield|Westbrook|Cedar Hill|"
    "Kingsway|Fairview|Brookside|Greenfield|Southport|Ashford|Elm Grove|Stonebridge|Meadowbank|Millbrook|Rosewood|"
    "Summit|Bayview|Grand Avenue|Union Square|Old Town|Pinecrest|Silver Lake|Highland",
    "pt": "Centro|Boa Vista|Santa Clara|São José|Jardim América|Vila Nova|Beira-Rio|Bela Vista|Santo "
    "Antônio|Alto da Serra|"
    "Morada do Sol|Parque das Flores|Lagoa|Monte Verde|Ipiranga|Campo Belo|Primavera|Horizonte|Rio Branco|Esplanada|"
    "Aeroporto|Praia Grande|Universitário|Cidade Nova|Planalto|Imperial|Aurora|Tropical|Estrela|Palmeiras",
    "es": "Centro|San José|Santa Clara|Las Flores|El Prado|La Colina|Buenavista|Miraflores|Los Álamos|San "
    "Martín|Del Río|"
    "Alameda|La Florida|Monteverde|El Bosque|Santa Rosa|Las Palmas|Los Pinos|Del Lago|Costa Azul",
    "fr": "du Parc|de la Gare|des Lilas|du Lac|Saint-Michel|de la Plaine|des Tilleuls|du Port|Belle-Vue|des "
    "Acacias|du Moulin|"
    "Saint-Louis|de la Colline|des Érables|du Château|de l'Étoile|des Roses|du Marché|Beau-Site|de la Rivière",
    "de": "am Park|am Bahnhof|Lindenhof|am See|Sonnenberg|Nordstadt|Südstadt|am "
    "Markt|Rosenhof|Birkenweg|Waldblick|am Hafen|"
    "Bergstraße|Altstadt|Neustadt|Wiesengrund|Schlossberg|Mühlental|Rheinblick|am Ring",
}


def is_site(view: ColumnView) -> bool:
    """Whether a row of the table is a place where people work or go."""
    return _site(view) is not None


def _site(view: ColumnView) -> tuple[str, ...] | None:
    """Names of places where people work or go: the thing they are, and where: ``Riverside Depot``."""
    words = view.table.noun
    sites = [word for word in words if singular(word) in SITES]
    if not sites or not view.table.is_site:
        return None
    own = split_words(view.table.ref.table)
    noun = next((singular(word) for word in own if singular(word) in SITES), singular(sites[0])).capitalize()
    noun = _SITES_ABROAD.get(view.text_language, {}).get(noun.lower(), _SPELT.get(noun.lower(), noun))
    where = _NAMED_AFTER.get(view.text_language, _NAMED_AFTER["en"])
    if noun == "Property":
        noun = "Hotel" if view.neighbour(_STAYS) else "House"
    named = rf"({where}) {noun}" if view.text_language == "en" else rf"{noun} ({where})"
    if view.text_language == "en" and view.slot.rows > _FEW_SITES:
        named = rf"({where})( {_QUARTERS})? {noun}"
    return named, rf"{named} ([2-9]|[1-9]\d)", rf"{named} [1-9]\d{{0,3}}"


_FEW_SITES = 25
_QUARTERS = "(North|South|East|West|Central|Park|Road|Hill|Village|Square|Gardens|Heights)"
"""What tells places of one name apart, where there are many."""

_SITES_ABROAD = {
    "de": {"warehouse": "Lager", "store": "Filiale", "shop": "Laden", "branch": "Filiale", "school": "Schule",
           "clinic": "Praxis", "hospital": "Krankenhaus", "restaurant": "Restaurant", "hotel": "Hotel",
           "site": "Standort", "depot": "Depot", "office": "Büro", "library": "Bücherei", "museum": "Museum",
           "factory": "Werk"},
    "es": {"warehouse": "Almacén", "store": "Tienda", "shop": "Tienda", "branch": "Sucursal", "school": "Colegio",
           "clinic": "Clínica", "hospital": "Hospital", "restaurant": "Restaurante", "hotel": "Hotel", "site": "Sede",
           "depot": "Depósito", "office": "Oficina", "library": "Biblioteca", "museum": "Museo", "factory": "Fábrica",
           "venue": "Sala"},
    "fr": {"warehouse": "Entrepôt", "store": "Magasin", "shop": "Boutique", "branch": "Agence", "school": "École",
           "clinic": "Clinique", "hospital": "Hôpital", "restaurant": "Restaurant", "hotel": "Hôtel", "site": "Site",
           "depot": "Dépôt", "office": "Bureau", "library": "Bibliothèque", "museum": "Musée", "factory": "Usine"},
}  # fmt: skip
"""Sites whose tables are read as English ones, in the language of the rows."""
_SPELT = {"deposito": "Depósito", "armazem": "Armazém", "clinica": "Clínica", "estadio": "Estádio",
          "estacao": "Estação",
          "farmacia": "Farmácia", "fabrica": "Fábrica"}  # fmt: skip
_STAYS = vocabulary("stars, check in, check in from, check in time, rooms", "estrelas, quartos")
_NUMBERED = frozenset(
    "room sala quarto desk mesa table gate portao locker armario ward ala bed leito court quadra".split()
)
_ROOMS = {"en": "Room", "pt": "Sala", "es": "Sala", "fr": "Salle", "de": "Raum"}


def _rooms(view: ColumnView) -> tuple[str, ...]:
    """Rooms and the like are numbered: their own word and a number."""
    own = split_words(view.table.ref.table)[-1:] or ("room",)
    word = (
        _ROOMS.get(view.text_language, "Room")
        if {"room", "sala"} & set(_thing(view))
        else singular(own[0]).capitalize()
    )
    return (rf"{word} [1-4](0[1-9]|1[0-9])", rf"{word} [1-9]\d{{0,3}}")


_MADE_UP = (
    ("track song musica faixa cancao playlist", "song_title"), ("album disco", "album_title"),
    ("film movie game show series episode filme jogo episodio", "film_title"), ("book chapter livro capitulo",
    "book_title"), ("dish prato meal refeicao", "dish_name"), ("recipe receita", "recipe_name"),
)  # fmt: skip


def _thing(view: ColumnView) -> Words:
    """What the name or code is of: the words before it, else the table's."""
    named = view.words[-1:] and view.words[-1] in _LAST and view.words[0] not in _ADJECTIVES
    own = view.words[:-1] if named else ()
    words = own or view.table.noun
    return tuple(singular(word) for word in words if word not in _AUXILIARY)[:_NAME_WORDS] or ("item",)


_PRESCRIBED = frozenset("prescription receita medication medicamento treatment tratamento receituario".split())
_SIG = vocabulary("dosage instructions, posology", "posologia")
_COUPON_WORDS = {
    "en": "WELCOME|SAVE|VIP|SUMMER|WINTER|SPRING|DEAL|GIFT|EXTRA|TAKE",
    "pt": "BEMVINDO|VOLTA|VIP|VERAO|INVERNO|PRIMAVERA|OFERTA|PRESENTE|EXTRA|NATAL",
    "es": "BIENVENIDA|AHORRO|VIP|VERANO|INVIERNO|PRIMAVERA|OFERTA|REGALO|EXTRA|NAVIDAD",
    "fr": "BIENVENUE|PROMO|VIP|ETE|HIVER|PRINTEMPS|OFFRE|CADEAU|EXTRA|NOEL",
    "de": "WILLKOMMEN|SPAREN|VIP|SOMMER|WINTER|HERBST|AKTION|GESCHENK|EXTRA|ADVENT",
}


def _coupons(view: ColumnView) -> Sequence[Offer]:
    words = _COUPON_WORDS.get(view.text_language, _COUPON_WORDS["en"])
    return _patterns(rf"({words})(5|10|15|20|25)[A-Z]{{2}}\d{{2}}", r"[A-Z]{4}\d{2}", r"[A-Z]{2}\d{2}")


_DOSES = {
    "en": r"(1|2) (tablet|capsule)s? every (6|8|12|24) hours",
    "pt": r"(1 comprimido|1 cápsula|2 comprimidos) a cada (6|8|12|24) horas",
    "es": r"(1 comprimido|1 cápsula|2 comprimidos) cada (6|8|12|24) horas",
    "fr": r"(1 comprimé|1 gélule|2 comprimés) toutes les (6|8|12|24) heures",
    "de": r"(1 Tablette|1 Kapsel|2 Tabletten) alle (6|8|12|24) Stunden",
}
_BUILDINGS = {
    "en": r"(North|South|East|West|Main|Old|New|Science|Library|Arts|Garden|River) (Hall|Building|Wing|House|Block)",
    "pt": r"(Bloco|Prédio|Edifício|Ala) (Norte|Sul|Leste|Oeste|Central|[A-F])",
    "es": r"(Edificio|Pabellón|Bloque) (Norte|Sur|Este|Oeste|Central|[A-F])",
    "fr": r"(Bâtiment|Pavillon|Aile) (Nord|Sud|Est|Ouest|[A-F])",
    "de": r"(Gebäude|Haus|Flügel) (Nord|Süd|Ost|West|[A-F])",
}
_SEAT = vocabulary("seat, seat number, seat no", "assento, poltrona, cadeira, numero assento")
_IBAN = {
    "DE": r"DE\d{20}", "ES": r"ES\d{22}", "FR": r"FR\d{25}", "PT": r"PT50\d{21}", "IT": r"IT\d{2}[A-Z]\d{22}",
    "GB": r"GB\d{2}EXAM\d{14}", "AT": r"AT\d{18}", "NL": r"NL\d{2}EXAM\d{10}",
}  # fmt: skip
"""The form of account numbers, where nothing else fits; the check digits are any."""
_UNCHECKED = frozenset({"IT"})
"""Countries whose numbers no generator writes with their check digits."""
_IDENTITY = {"ES": r"\d{8}[A-HJ-NP-TV-Z]", "DE": r"[CFGHJK]\d{8}", "FR": r"\d{2}[A-Z]{2}\d{5}", "US": r"[A-Z]\d{8}"}
_LINES = {"BR": r"55[1-9]\d9[6-9]\d{7}", "ES": r"346\d{8}", "FR": r"336\d{8}", "DE": r"4915\d{9}"}
_SIMS = {"imsi": r"310\d{12}", "imei": r"35\d{13}", "iccid": r"89\d{17}"}
_PATH = (
    r"/(news|blog|shop|help|about|products|articles|guides|events|jobs)/(new|old|best|summer|winter|annual|local|open)-"
    r"(guide|report|offer|sale|story|review|list|tips)(-[1-9]\d{0,3})?"
)


def _of_service(view: ColumnView) -> str:
    letters = {"customer": "cus", "subscription": "sub", "invoice": "in", "payment": "pi", "price": "price"}
    known = next((letters[word] for word in view.words if word in letters), "cus")
    return rf"{known}_[A-Za-z0-9]{{14}}"


def _iban(view: ColumnView) -> Sequence[Offer]:
    """Numbers that pass their check, at a bank that does not exist; else numbers of their form."""
    country = view.slot.locale.partition("_")[2]
    form = _patterns(_IBAN.get(country, _IBAN["DE"]))
    if country in _UNCHECKED:
        return form
    return [offer("domain.finance.iban", country=country if country in (*_IBAN, "CH") else "DE"), *form]


def _bank_code(view: ColumnView) -> str:
    country = view.slot.locale.partition("_")[2] or "DE"
    return rf"(EXAM|DEMO|TEST|SAMP){country}[A-Z0-9]{{2}}"


def _authority(view: ColumnView) -> str:
    """Forms of Brazilian registers: of health plans, medicines, procedures and professions."""
    words = set(view.words)
    if "anvisa" in words:
        return r"1\.\d{4}\.\d{4}\.\d{3}-\d"
    if "tuss" in words:
        return r"[1-4]0[1-9]\d{5}"
    if "ans" in words:
        return r"3\d{5}|4[01]\d{4}"
    return r"[1-9]\d{4,5}"


_DAYS = {
    "en": (["Mon, Wed, Fri", "Tue, Thu", "Mon, Wed", "Sat", "Mon to Fri", "Fri"], [26, 28, 20, 6, 12, 8]),
    "pt": (["seg, qua, sex", "ter, qui", "seg, qua", "sáb", "seg a sex", "sex"], [26, 28, 20, 6, 12, 8]),
    "es": (["lun, mié, vie", "mar, jue", "lun, mié", "sáb", "lun a vie", "vie"], [26, 28, 20, 6, 12, 8]),
    "fr": (["lun, mer, ven", "mar, jeu", "lun, mer", "sam", "lun au ven", "ven"], [26, 28, 20, 6, 12, 8]),
    "de": (["Mo, Mi, Fr", "Di, Do", "Mo, Mi", "Sa", "Mo bis Fr", "Fr"], [26, 28, 20, 6, 12, 8]),
}


def _patterns(*patterns: str) -> Sequence[Offer]:
    return [offer("primitive.text.pattern", pattern=pattern) for pattern in patterns]


_FLYING = frozenset("flight airport airline aircraft boarding voo aeroporto vuelo aeropuerto vol aeroport flug".split())
_ON_FILM = frozenset("film movie show series episode filme serie pelicula video netflix".split())


def _words_of_schema(view: ColumnView) -> set[str]:
    return {singular(word) for ref in view.table.schema.tables for word in split_words(ref.table)}


_IN_STOCK = frozenset("product produto item stock estoque sku inventory inventario lote batch material".split())
_POLICY = 40

_PAYING = frozenset(
    "payment pagamento credit credito debit debito expiry expiration brand bandeira cvv bank banco cardholder".split()
)


def _is_of_members(view: ColumnView) -> bool:
    """Whether a card is that of a member of something, and pays for nothing."""
    told = {word for one in view.table.columns.values() for word in one.words}
    members = {"member", "membro", "patron", "socio", "reader", "leitor"} & {singular(w) for w in view.table.words}
    return bool(members) and not told & (_PAYING - {"expiration", "expiry"})


WHERE = (
    Meaning("a building",
            vocabulary("building, building name, block, wing, pavilion", "predio, edificio, bloco, ala, pavilhao"),
            lambda view: _patterns(_BUILDINGS.get(view.text_language, _BUILDINGS["en"]), "[A-H]"), confidence=0.7),
    Meaning("a room by its number", vocabulary("office, room, room number, classroom, office number, suite, cubicle",
            "sala, numero sala, escritorio, gabinete, quarto, numero quarto"),
            lambda view: _patterns(r"[A-F]-?[1-4]\d{2}", r"[1-4]\d{2}"), confidence=0.7),
    Meaning("a place on a shelf", vocabulary("shelf, bin, bin location, shelf location, rack, aisle, storage location, "
            "call number", "prateleira, estante, corredor, posicao estoque, localizacao estoque, gaveta"),
            lambda view: _patterns(r"[A-F]-[0-2]\d-[1-6]", r"[A-F]\d{2}", r"[A-F]\d"), confidence=0.7),
    Meaning("where goods lie", vocabulary("location, warehouse location, stock location", "localizacao, local estoque, "
            "endereco estoque, posicao"), lambda view: _patterns(r"[A-F]-[0-2]\d-[1-6]", r"[A-F]\d{2}"),
            confidence=0.7, when=lambda view: bool(_IN_STOCK & {singular(word) for word in view.table.noun})),
    Meaning("a policy's number", vocabulary("policy, insurance policy", "apolice, apolice seguro, numero apolice"),
            lambda view: _patterns(r"\d{4}\.\d{3}\.\d{7}", r"\d{10}", r"\d{6}"), confidence=0.8,
            when=lambda view: view.slot.max_length is None or view.slot.max_length <= _POLICY),
    Meaning("a switch's key", vocabulary("key, name, flag, code", "chave, nome, codigo"),
            lambda view: _patterns(r"(enable|new|beta|show|use|allow)_(checkout|dashboard|search|reports|billing|"
                r"exports|invites|"
                                   r"themes|alerts|uploads|profiles|imports)(_v[2-4])?"), confidence=0.8,
            when=lambda view: bool({"flag", "feature", "toggle"} & {singular(word) for word in view.table.noun})),
    Meaning("a row of seats", vocabulary("row, seat row, row label", "fila, fileira"),
            lambda view: _patterns("[A-R]"), confidence=0.7, when=lambda view: view.neighbour(_SEAT) is not None),
    Meaning("a seat of an aeroplane", _SEAT, lambda view: _patterns(r"([1-9]|[12]\d|3[0-4])[A-F]"), confidence=0.85,
            when=lambda view: bool(_FLYING & _words_of_schema(view))),
    Meaning("a flight's number", vocabulary("flight number, flight no, flight code, flight", "numero voo, voo"),
            lambda view: _patterns(r"(AX|BZ|CQ|QV|XN|ZT)[1-9]\d{2,3}", r"(AX|BZ|QV)[1-9]\d{2}"), confidence=0.85,
            when=lambda view: bool(_FLYING & _words_of_schema(view))),
    Meaning("a cabin", vocabulary("cabin, cabin number, cabin no, stateroom", "cabine, numero cabine"),
            lambda view: _patterns(r"[A-G][1-9]\d{0,2}"), confidence=0.75),
    Meaning("how long it plays", vocabulary("duration, runtime, length, running time", "duracao"),
            lambda view: _patterns(r"([5-9]\d|1[0-6]\d) min"), confidence=0.8,
            when=lambda view: bool(_ON_FILM & {singular(word) for word in view.table.words})),
    Meaning("a seat", _SEAT, lambda view: _patterns(r"[1-3]?[1-9]", r"[A-R][1-3]?[1-9]"), confidence=0.7),
    Meaning("a project", vocabulary("project, project name", "projeto, nome projeto"),
            lambda view: [offer("text.project_name")], confidence=0.7),
    Meaning("a period that is judged", vocabulary("period, review period, reporting period, evaluation period",
            "periodo, periodo avaliacao"), lambda view: _patterns(r"202[456]-Q[1-4]"), confidence=0.7),
    Meaning("a cost centre", vocabulary("cost center, cost centre", "centro custo"),
            lambda view: _patterns(r"[1-9]\d{3}"), confidence=0.85),
    Meaning("the beginning of a key", vocabulary("prefix, key prefix, token prefix"),
            lambda view: _patterns(r"(live|test)_[a-z0-9]{6}"), confidence=0.7,
            when=lambda view: bool({"key", "token", "api"} & {singular(word) for word in view.table.words})),
    Meaning("an identifier of a payment service", vocabulary("stripe customer id, stripe id, stripe subscription id, "
            "stripe invoice id, stripe payment id"), lambda view: _patterns(_of_service(view)), confidence=0.9),
    Meaning("a school year", vocabulary("academic year, school year", "ano academico, periodo letivo"),
            lambda view: _patterns(r"2023-2024|2024-2025|2025-2026"), confidence=0.8),
    Meaning("a batch of goods", vocabulary("batch, batch number, batch no, lot, lot number, lot no", "lote, numero "
    "lote"),
            lambda view: _patterns(r"L2[456](0[1-9]|1[0-2])[0-2]\d", r"L\d{4}"), confidence=0.8),
    Meaning("the number of a member's card", vocabulary("card number, card no, library card, membership number",
            "numero cartao, numero carteirinha"), lambda view: _patterns(r"2[0-9]{3}0{2}[0-9]{7}", r"2[0-9]{7}",
            r"[1-9][0-9]{5}"), confidence=0.85, when=lambda view: _is_of_members(view)),
    Meaning("a number of a card", vocabulary("card number, card no, pan", "numero cartao"),
            lambda view: [offer("primitive.text.pattern", pattern=one) for one in (r"4000 00\d{2} \d{4} \d{4}",
                          r"400000\d{10}", r"\*{4} \d{4}")], confidence=0.85),
    Meaning("an account's number", vocabulary("account number, account no, bank account, bank account number, "
            "counterparty account", "numero conta, conta bancaria"),
            lambda view: _patterns(r"[1-9]\d{9}", r"[1-9]\d{7}"), confidence=0.8,
            when=lambda view: bool({"bank", "account", "transaction", "beneficiary", "conta", "loan", "payment"}
                                   & {singular(word) for word in view.table.words})),
    Meaning("the number of an identity document", vocabulary("identity document number, passport number, id number, "
            "identity number, document number", "numero documento, numero passaporte"),
            lambda view: _patterns(_IDENTITY.get(view.slot.locale.partition("_")[2], r"[A-Z]\d{7}"), r"\d{7}"),
            confidence=0.7, when=lambda view: view.is_about("person")),
    Meaning("a taxpayer's number in Germany", vocabulary("personal tax number"),
            lambda view: _patterns(r"[1-9]\d{10}"), confidence=0.85),
    Meaning("the number of a mobile line", vocabulary("msisdn"),
            lambda view: _patterns(_LINES.get(view.slot.locale.partition("_")[2], r"1[2-9]\d{2}555\d{4}")),
            confidence=0.9),
    Meaning("the number of a subscriber's card", vocabulary("imsi, iccid, sim number, imei, device imei"),
            lambda view: _patterns(_SIMS.get(view.words[-1], r"89\d{17}"), r"\d{15}"), confidence=0.9),
    Meaning("the number of a chip", vocabulary("microchip, microchip number, chip number, chip id", "microchip"),
            lambda view: _patterns(r"98[15]\d{12}"), confidence=0.85),
    Meaning("a letter of a grade", vocabulary("credit class, grade, class, fare class, boarding group, group, tier, "
    "level, "
            "section, category, rating", "classe, grupo, turma, categoria, nivel"),
            lambda view: _patterns("[A-E]"), confidence=0.6, when=lambda view: view.slot.max_length == 1),
    Meaning("a gate or a terminal", vocabulary("gate, terminal, platform, dock door", "portao, plataforma"),
            lambda view: _patterns(r"[A-E][1-4]?\d", r"[A-E]", r"\d"), confidence=0.75,
            when=lambda view: view.table.ref.table.lower() not in ("gates", "terminals")),
    Meaning("what an aircraft is registered as", vocabulary("registration, tail number, registration number",
    "matricula"),
            lambda view: _patterns(r"N[1-9]\d{2}[A-HJ-NP-Z]{2}"), confidence=0.85,
            when=lambda view: bool({"aircraft", "plane", "airplane", "aeronave", "aviao",
            "avion"} & set(view.table.words))),
    Meaning("a tag of a bag", vocabulary("bag tag, tag number, baggage tag"),
            lambda view: _patterns(r"0\d{9}"), confidence=0.85),
    Meaning("a lawsuit by its number", vocabulary("", "numero processo, processo"),
            lambda view: _patterns(r"\d{7}-\d{2}\.202[0-6]\.[58]\.\d{2}\.0\d{3}"), confidence=0.85),
    Meaning("a number of dangerous goods", vocabulary("un number, un no, hazmat number", "numero onu"),
            lambda view: _patterns(r"UN[123]\d{3}", r"[123]\d{3}"), confidence=0.85, null_rate=0.9),
    Meaning("a category of shops", vocabulary("merchant category code, mcc, mcc code"),
            lambda view: [offer("primitive.choice", values=["5411", "5812", "5541", "5912", "4111", "5999", "5732",
            "7011"],
                                weights=[30, 22, 14, 10, 8, 8, 5, 3])], confidence=0.9),
    Meaning("a number that the police gave", vocabulary("police report number, police report, report number",
            "boletim ocorrencia, numero bo"), lambda view: _patterns(r"20(24|25|26)-\d{6}"), confidence=0.85,
            null_rate=0.7, when=lambda view: bool({"police", "ocorrencia", "bo"} & set(view.words))),
    Meaning("a place on a site", vocabulary("path, from path, to path, source path, target path, url path, old path, "
            "new path, route path"), lambda view: _patterns(_PATH, r"/[a-z]{3,8}/\d{1,4}"), confidence=0.7,
            when=lambda view: bool({"redirect", "url", "page", "route", "link", "visit", "pageview"}
                                   & {singular(word) for word in view.table.words})),
    Meaning("an account at a bank", vocabulary("iban, bank iban", "iban"),
            _iban, confidence=0.9),
    Meaning("the code of a bank", vocabulary("bic, swift, swift code, bic code", "bic, codigo swift"),
            lambda view: _patterns(_bank_code(view)), confidence=0.9),
    Meaning("a number that an authority gave", vocabulary("", "registro ans, registro anvisa, codigo tuss, "
        "coren, cro, crea, "
            "oab, crp, crefito, crf, cress"), lambda view: _patterns(_authority(view)), confidence=0.85),
    Meaning("a member's number of an insurer", vocabulary("member id, member number, insurance number",
            "numero carteirinha, carteirinha, numero carteira convenio"), lambda view: _patterns(r"\d{4} \d{4} \d{4}",
            r"\d{9}"), confidence=0.8),
    Meaning("a person's page", vocabulary("linkedin, linkedin url, linkedin profile", "linkedin"),
            lambda view: _patterns(r"https://linkedin\.example/in/[a-z]{2,9}-[a-z]{3,9}-\d{3}"), confidence=0.85),
    Meaning("days of the week", vocabulary("meets on, meeting days, days, days week, weekdays, working days",
            "dias, dias semana, dias aula, dias atendimento"),
            lambda view: [offer("primitive.choice", values=values, weights=weights)
                          for values, weights in [_DAYS.get(view.text_language, _DAYS["en"])]], confidence=0.7),
)  # fmt: skip
"""Where in a house something is, and on which days: short texts of a form of their own."""
MEANINGS = (
    *WHERE,
    Meaning(
        "how a medicine is taken",
        vocabulary("dosage, dosage instructions, posology, frequency, sig", "posologia, dosagem"),
        lambda view: [offer("primitive.text.pattern", pattern=_DOSES.get(view.text_language, _DOSES["en"]))],
        confidence=0.8,
        when=lambda view: (
            bool(_PRESCRIBED & {singular(word) for word in view.table.words}) or view.says(_SIG) is not None
        ),
    ),
    Meaning(
        "prose",
        vocabulary(
            "description, comment, comments, note, notes, body, content, message, bio, biography, summary, abstract, "
            "text, details, remarks, feedback, excerpt, reason, instructions, search description, introduction, intro, "
            "question, answer, review, about, help text, caption, html, richtext, rich text, template, value text",
            "descricao, observacao, observacoes, informacoes complementares, informacoes adicionais, "
            "dados adicionais, comentario, comentarios, nota, notas, mensagem, conteudo, texto, "
            "resumo, motivo, justificativa, detalhes, anotacao, historico, biografia, parecer, pergunta, resposta",
        ),
        lambda view: [offer("text.description"), offer("text.comment"), offer("text.title"), offer("text.word")],
        confidence=0.7,
    ),
    Meaning(
        "a title",
        vocabulary(
            "title, subject, headline, heading, label, subtitle, short description, seo title, object repr, tagline, "
            "query, query string, search term, keyword, keywords, tag, alt text, menu label, change message",
            "titulo, assunto, rotulo, subtitulo, tema, legenda",
        ),
        lambda view: [offer("text.title"), offer("text.word"), *numbered_codes(view)],
        confidence=0.7,
    ),
    Meaning("the name of a thing", _NAMED, _names, confidence=0.5),
    Meaning(
        "a coupon's code",
        vocabulary("code, coupon code, promo code", "codigo, codigo cupom"),
        _coupons,
        confidence=0.8,
        when=lambda view: bool(
            {"coupon", "cupom", "voucher", "promotion", "promocao"} & set(map(singular, view.table.noun))
        ),
    ),
    Meaning(
        "the last digits of a card",
        vocabulary("last4, last four, last digits, last four digits, card last, last", "ultimos digitos, final cartao"),
        lambda view: [offer("primitive.text.pattern", pattern=r"\d{4}")],
        confidence=0.9,
        when=lambda view: bool({"4", "four", "digits", "digitos", "cartao", "last4"} & set(view.words)),
    ),
    Meaning(
        "a slug",
        vocabulary("slug, permalink, handle", "slug"),
        lambda view: [offer("text.slug"), *numbered_codes(view)],
        confidence=0.8,
    ),
    Meaning(
        "the number of a room",
        vocabulary("number, no, nr, room number, code", "numero, codigo"),
        lambda view: _patterns(r"[1-4](0[1-9]|[12]\d)", r"[A-F][1-4](0[1-9]|[12]\d)"),
        when=lambda view: bool(_NUMBERED & {singular(word) for word in view.table.noun[-1:]}),
    ),
    Meaning(
        "a code",
        vocabulary(
            "code, codename, number, no, nr, nbr, reference, ref, external id, identifier, serial, "
            "serial number, order number, "
            "invoice number, account number, key",
            "codigo, numero, num, referencia, protocolo, matricula, numero serie, sigla, inscricao, chave",
        ),
        numbered_codes,
        confidence=0.7,
    ),
    Meaning(
        "a row's number kept as text",
        vocabulary("id"),
        lambda view: [offer("primitive.text.pattern", pattern=r"[1-9]\d{0,4}"), *numbered_codes(view)],
        confidence=0.5,
    ),
)

# --- documents of JSON, and lists ------------------------------------------------------------------------------------

_DOCUMENTS: Mapping[str, Vocabulary] = {
    "address": vocabulary("address, location", "endereco, localizacao"),
    "settings": vocabulary("settings, config, configuration, options, params, parameters", "configuracoes, "
    "config, opcoes, parametros"),
    "preferences": vocabulary("preferences, prefs", "preferencias"),
    "attributes": vocabulary("attributes, properties, specs, specifications, features, details, traits",
    "atributos, propriedades, especificacoes, caracteristicas, detalhes"),
    "tags": vocabulary("tags, labels, keywords, categories, skills", "tags, etiquetas, palavras chave, "
    "categorias, habilidades"),
    "items": vocabulary("items, lines, products, cart", "itens, linhas, produtos, carrinho"),
    "event": vocabulary("payload, event, data, changes, diff, old values, new values, request, response, body",
    "dados, evento, carga, alteracoes, requisicao, resposta"),
    "permissions": vocabulary("permissions, scopes, grants, rights", "permissoes, escopos"),
    "translations": vocabulary("translations, i18n, localized", "traducoes"),
}  # fmt: skip


def recognise_documents_of_json(view: ColumnView) -> Suggestion | None:
    """Suggest documents by name, and metadata where the name says nothing; words for lists of texts."""
    if view.category == "json":
        if view.column.default and not view.column.default.strip().startswith(("'{}'", "'[]'")):
            return None
        known = known_document(view)
        if known is not None:
            what, schema = known
            found = first_fitting(view, [offer("document.json", schema=schema)])
            if found is not None:
                return suggest(view, "recognise_documents_of_json", found, (f"name says {what}",), 0.8)
        name, phrase = next(
            ((name, phrase) for name, words in _DOCUMENTS.items() if (phrase := view.says(words)) is not None),
            ("metadata", ""),
        )
        if name == "attributes" and phrase != "attributes" and not view.is_about("product"):
            name = "metadata"  # features of a plan and properties of an event have no colour and no weight
        told = f"name says {name} ({phrase})" if phrase else "a document of metadata"
        found = first_fitting(
            view, [offer(f"document.{name}"), offer("document.metadata"), offer("primitive.json.object")]
        )
        return suggest(view, "recognise_documents_of_json", found, (told,), 0.8 if phrase else 0.5)
    if view.category == "array" and _is_text_array(view):
        if (phrase := view.says(_LANGUAGES)) is not None:
            values, weights = spoken_languages(view.text_language)
            found = first_fitting(view, [offer("primitive.choice", values=values, weights=weights)])
            told = f"name says languages ({phrase})"
            return suggest(view, "recognise_documents_of_json", found, (told,), 0.8)
        for what, words, lists in _LISTS:
            if (phrase := view.says(words)) is not None:
                values, weights = list(lists), list(lists.values())
                found = first_fitting(view, [offer("primitive.choice", values=values, weights=weights)])
                if found is not None:
                    return suggest(view, "recognise_documents_of_json", found, (f"name says {what} ({phrase})",), 0.8)
        return suggest(
            view, "recognise_documents_of_json", first_fitting(view, [offer("text.tags")]), ("a list of words",), 0.6
        )
    return None


_LANGUAGES = vocabulary("languages, spoken languages, language", "idiomas, linguas")
_OTHERS = {"en": "es fr de pt", "pt": "en es fr it", "es": "en fr pt ca", "fr": "en es de it", "de": "en fr es tr"}


def spoken_languages(own: str) -> tuple[list[str], list[float]]:
    """Lists of languages that people speak: the plan's own, and one or two others."""
    own = own if own in _OTHERS else "en"
    first, second, third, fourth = _OTHERS[own].split()
    lists = [
        f"{{{own}}}",
        *(f"{{{own},{one}}}" for one in (first, second, third, fourth)),
        f"{{{own},{first},{second}}}",
    ]
    return lists, [40, 32, 10, 5, 3, 10]


_LISTS: tuple[tuple[str, Vocabulary, Mapping[str, float]], ...] = (
    ("scopes of access", vocabulary("scopes, scope, permissions, grants, rights, privileges", "permissoes, escopos"),
     {"{read}": 34, "{read,write}": 40, "{read,write,delete}": 12, "{admin}": 5, "{read,export}": 9}),
    ("events to listen to", vocabulary("events, event types, triggers, topics, subscribed events", "eventos"),
     {"{order.created}": 20, "{order.created,order.updated}": 24, "{payment.succeeded,payment.failed}": 22,
      "{customer.created}": 12, "{invoice.paid}": 14, "{order.created,invoice.paid,customer.created}": 8}),
    ("roles", vocabulary("roles, groups", "papeis, perfis"),
     {"{member}": 50, "{viewer}": 22, "{member,editor}": 14, "{admin}": 8, "{owner,admin}": 6}),
    ("days of the week", vocabulary("days, weekdays, working days, days week", "dias, dias semana"),
     {"{mon,tue,wed,thu,fri}": 52, "{mon,wed,fri}": 20, "{tue,thu}": 18, "{sat,sun}": 10}),
)  # fmt: skip


def _is_text_array(view: ColumnView) -> bool:
    return view.column.column_type.data_type.removesuffix("[]") in ("text", "character varying")
