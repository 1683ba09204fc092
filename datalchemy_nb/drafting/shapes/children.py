"""How many rows refer to each row: most things have a few favourites, some have nothing, and an address one owner."""

from __future__ import annotations

import math

from datalchemy_nb.constraints.facts import columns_read
from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.contracts.relations import SameAncestorRule
from datalchemy_nb.domains import reference
from datalchemy_nb.domains.reference.places import country_of
from datalchemy_nb.drafting.shapes.base import MOMENTS, Claim, Claims, Link, SchemaView, links_read, nouns
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Words, singular, split_words, vocabulary

_OWN = frozenset(
    "address endereco login credential credencial photo foto image passport passaporte license licence ssn badge cpf "
    "cnh habilitacao licencia fuhrerschein".split()
)
"""Things that each row has for itself."""
_CARRIED = frozenset("card cartao carte karte tarjeta creditcard phone telefone email description descricao".split())
"""Things that hardly anybody shares."""
_PLAYERS = frozenset("player athlete jogador atleta jugador joueur spieler sportler".split())
_LASTING = frozenset(
    "squad elenco contract contrato membership registration inscricao transfer stat statistic estatistica "
    "profile position season roster vertrag plantilla".split()
)
"""What nearly every player has."""
_DEEDS = frozenset(
    "comment reply post message like vote reaction follow follower view click download play stream listen "
    "watch rating goal card award medal trophy penalty substitution injury suspension fine complaint "
    "incident accident claim offense offence tip donation bid favorite favourite wishlist bookmark share "
    "referral redemption warning absence bug commit crime arrest achievement badge comentario resposta "
    "mensagem curtida voto reacao seguidor visualizacao gol cartao premio medalha penalidade substituicao "
    "lesao suspensao multa reclamacao ocorrencia acidente sinistro gorjeta doacao lance favorito "
    "indicacao resgate advertencia falta conquista infracao mensaje respuesta tarjeta queja accidente "
    "donacion commentaire reponse vue but carton prix amende don kommentar nachricht antwort tor karte "
    "preis beschwerde unfall spende".split()
)
"""What some do or suffer again and again, and most never."""
_BUSIEST = 5.0
"""How often one does it is a negative binomial of shape one half: its mean says how many never do."""
_PARTS = frozenset(
    "item line detail entry row lancamento linha detalhe parcela installment component componente step etapa stop "
    "leg position posicao".split()
)
_LOOKUP_COLUMNS = 6
_STANDARDS = frozenset(
    "unit measure uom unitmeasure currency language culture locale timezone unidade moeda idioma medida".split()
)
_WHOLE_STANDARD, _UNUSED, _FEWEST_IN_USE = 25, 0.8, 3
"""Standards list far more units and currencies than one business uses."""
_LATER = vocabulary(
    "cancelled by, canceled by, deleted by, closed by, approved by, rejected by, resolved by, verified by, "
    "refunded by, "
    "coupon, promotion, discount, campaign, referrer, referred by, original language, parent, replaced by, merged into",
    "cancelado por, excluido por, fechado por, aprovado por, rejeitado por, resolvido por, cupom, promocao, campanha, "
    "indicado por, pai, substituido por",
)
_SHARE_EMPTY = 0.7
_LARGEST = 2.9
"""The largest family of an ordinary parent, in times of the mean: a best customer, a busiest room."""
_PAIR, _PLENTY, _DAYS = 2, 12, 365
_BEYOND, _MOST_WEIGHTS = 3, 4096
"""Rows beyond a list are referred to as often as its rarest."""
_STAFF = frozenset(
    "employee staff funcionario colaborador user usuario worker person pessoa empregado mitarbeiter empleado".split()
)
_SERVING = frozenset(
    "rep representative support advisor consultant agent manager seller salesperson assistant representante vendedor "
    "atendente consultor gerente supervisor responsavel".split()
)
_OTHER_STAFF = 0.45
"""Share of a staff that has another job than one of them."""


def deal_children(view: SchemaView, claims: Claims) -> None:
    """Let some parents have many children, where no relation reads the children and no key decides them."""
    read = set(links_read(claims))
    ruled = claims.ruled_keys
    anchored = {
        (claim.rule.ref, (path.partition(".")[0],))
        for claim in claims.found
        if isinstance(claim.rule, SameAncestorRule)
        for path in claim.rule.paths
    }
    for table in view.tables.values():
        for link in view.up(table):
            counted = view.families.get((table.ref, link.key.columns))
            if counted is not None and _is_free(link) and (table.ref, link.key.columns) not in anchored:
                claims.found.append(Claim(counted, (), True, 0.99))
                continue
            if (table.ref, link.key.columns) in read or (table.ref, link.key.columns) in ruled:
                continue
            told_before = claims.dealt.get((table.ref, link.key.columns))
            if told_before is not None and (_is_free(link) or _leads_a_key(view, link)):
                children, told = told_before
            elif _is_free(link):
                children, told = _of_list(view, claims, link) or _usual(view, claims, link)
            elif _leads_a_key(view, link) and not any((table.ref, one.key.columns) in read for one in view.up(table)):
                children, told = _pairs(view, link)
            else:
                continue
            empty = _SHARE_EMPTY if not link.is_certain and _LATER.find(_bare(link)) else None
            rule = ForeignKeyRule(
                type="foreign_key", schema_name=table.ref.schema, table=table.ref.table, columns=link.key.columns,
                children=children, null_rate=empty, comment=f"{told} [shape: children]",
            )  # fmt: skip
            claims.found.append(Claim(rule, (), True, 0.7))


def _is_free(link: Link) -> bool:
    """Whether rows choose their parents by this key alone: no key of the table and no other reference has a say."""
    own, table = set(link.key.columns), link.child
    others = [key for key in table.table.foreign_keys if key is not link.key]
    return not (
        any(own & set(columns) for columns in table.unique_sets)
        or any(own & set(key.columns) for key in others)
        or any(own & set(columns_read(fact)) for _, fact in table.facts)
    )


def _leads_a_key(view: SchemaView, link: Link) -> bool:
    """Whether a key is made of references alone, and this one, of which it has most rows, is to lead it.

    The others then differ among the rows of one parent.
    """
    table, own = link.child, set(link.key.columns)
    holding = [set(columns) for columns in table.unique_sets if own & set(columns)]
    beside = [key for key in table.table.foreign_keys if key is not link.key]
    if len(holding) != 1 or len(own) != 1 or any(own & set(key.columns) for key in beside):
        return False
    if any(own & set(columns_read(fact)) for _, fact in table.facts):
        return False
    parts = [one for one in view.up(table) if len(one.key.columns) == 1 and {one.column} < holding[0]]
    rest = holding[0] - {one.column for one in parts}
    dated = bool(rest) and all(table.columns[name].category in MOMENTS for name in rest)
    if (rest and not dated) or len(parts) < (1 if dated else _PAIR) or not all(one.is_certain for one in parts):
        return False
    if len({one.column for one in parts}) != len(parts):
        return False
    leading = max(parts, key=lambda one: (one.parent.rows, bool(set(nouns(one.parent)[-1:]) & (_OWN | _CARRIED))))
    others = math.prod(one.parent.rows for one in parts if one is not leading) * (_DAYS if dated else 1)
    mean = -(-table.rows // max(leading.parent.rows, 1))
    return leading is link and mean <= others


def _pairs(view: SchemaView, link: Link) -> tuple[SkewedChildren, str]:
    """Every row of the larger side has a partner; some have many where there are plenty of partners."""
    partners = min((one.parent.rows for one in view.up(link.child) if one.column != link.column), default=_DAYS)
    mean = link.child.rows / max(link.parent.rows, 1)
    told = f"rows pair {link.parent.ref} with others, each pair once, and no row of it is without"
    plenty = partners >= _PLENTY * max(mean, 1)
    return SkewedChildren(kind="skewed", exponent=0.3 if plenty else 0, childless=0), told


def _of_list(view: SchemaView, claims: Claims, link: Link) -> tuple[SkewedChildren, str] | None:
    """Records of a list that everybody knows are referred to as often as they are met; places are in one country."""
    listed = list_of(claims, link.parent)
    if listed is None:
        return None
    country = country_of(None, view.plan.locale)
    records = reference.records(listed, view.plan.locale)
    weights = [float(weight) for weight in records.weights]
    if listed == "country" and (
        list_of(claims, link.child) == "subdivision"
        or any(column.says(_CITY) or column.is_about("city") for column in link.child.columns.values())
    ):
        weights = [float(code == country) for code in records.columns["alpha2"]]
    while weights and not weights[-1]:
        weights.pop()
    if not weights:
        return None
    if listed in _FEW_IN_USE and not _is_list_too(view, link) and len(weights) >= _WHOLE_STANDARD:
        used = max(round(min(len(weights), link.parent.rows) * (1 - _UNUSED)), _FEWEST_IN_USE)
        kept = set(sorted(range(len(weights)), key=lambda at: (-weights[at], at))[:used])
        weights = [weight if at in kept else 0.0 for at, weight in enumerate(weights)]
        while not weights[-1]:
            weights.pop()
    elif all(weights):
        weights += [min(weights)] * min(_BEYOND * len(weights), _MOST_WEIGHTS - len(weights))
    told = f"records of {link.parent.ref} as often as they are met"
    return SkewedChildren(kind="skewed", weights=tuple(weights)), told


def list_of(claims: Claims, table: TableView) -> str | None:
    """Return the list that a table's rows are in order, by its id; None where it is none."""
    for (ref, _), found in claims.suggestions.items():
        played = found.rule == "play_games"  # teams bear names of countries, and play as often as each other
        if ref == table.ref and found.generator_id and found.params.get("ordered") and not played:
            kind, _, path = found.generator_id.partition(".")
            return path.partition(".")[0] if kind == "reference" else None
    return None


_FEW_IN_USE = ("currency", "unit", "language")


def _is_list_too(view: SchemaView, link: Link) -> bool:
    """Whether the child pairs two lists that everybody knows: countries with their currencies or languages."""
    return any(
        set(nouns(one.parent)) & {"country", "countryregion", "region", "pais"}
        for one in view.up(link.child)
        if one.column != link.column
    )


_CITY = vocabulary("city, town, city name, postal code, zip, zip code", "cidade, municipio, cep")


def _is_deed(link: Link) -> bool:
    """Whether rows are what persons do, or what befalls them or is done to a work: few have most of it."""
    child, parent = set(nouns(link.child)), set(nouns(link.parent))
    if child & _LASTING:
        return False
    if parent & _PLAYERS:
        return True
    person = link.parent.subject is not None and link.parent.subject[0] == "person"
    return bool(child & _DEEDS) and (person or bool(parent & _ACTING))


_ACTING = frozenset(
    "user usuario member membro customer cliente employee funcionario student aluno driver motorista "
    "person pessoa account conta profile perfil donor doador team equipe time post video article artigo "
    "track song film movie book photo product produto channel canal utilisateur benutzer".split()
)


def _usual(view: SchemaView, claims: Claims, link: Link) -> tuple[SkewedChildren, str]:
    parent = link.parent
    if (set(nouns(parent)[-1:]) | set(_bare(link)[-1:])) & _OWN:
        return SkewedChildren(kind="skewed", exponent=0, childless=0), f"each has a row of {parent.ref} for itself"
    if set(nouns(link.child)) & _PARTS and set(nouns(parent)) & set(nouns(link.child)):
        return SkewedChildren(kind="skewed", exponent=0.3, childless=0), f"no row of {parent.ref} is without"
    if parent.subject is not None and parent.subject[0] == "city":
        told = f"rows of {parent.ref} are there for what lies in them"
        return SkewedChildren(kind="skewed", childless=0, largest=_LARGEST), told
    if set(nouns(parent)) & _STANDARDS and parent.rows >= _WHOLE_STANDARD:
        told = f"of all that {parent.ref} lists, few are in use"
        return SkewedChildren(kind="skewed", exponent=1.1, childless=_UNUSED), told
    if _is_deed(link):
        mean = claims.rows_of(link.child) / max(claims.rows_of(parent), 1)
        idle = round(1 / math.sqrt(1 + 2 * mean), 2)
        told = f"a few rows of {parent.ref} have most, and many none"
        return SkewedChildren(kind="skewed", exponent=0.5, childless=idle, largest=_BUSIEST), told
    if _is_lookup(view, parent):
        return SkewedChildren(kind="skewed", exponent=1.1, childless=0), f"a few rows of {parent.ref} have most"
    if _SERVING & set(_bare(link)) and set(nouns(parent)) & _STAFF:
        told = f"only some rows of {parent.ref} serve as {' '.join(_bare(link))}"
        return SkewedChildren(kind="skewed", childless=_OTHER_STAFF), told
    return SkewedChildren(kind="skewed", largest=_LARGEST), f"some rows of {parent.ref} have many, some none"


def _is_lookup(view: SchemaView, table: TableView) -> bool:
    """Whether a table lists kinds of things: few columns, none of them a reference, a person or a price."""
    plain = [column for column in table.columns.values() if column.category not in MOMENTS]
    return (
        len(plain) <= _LOOKUP_COLUMNS
        and not view.up(table)
        and table.subject is None
        and any(column.says(_CALLED) or _bears_its_name(column, table) for column in plain)
    )


def _bears_its_name(column: ColumnView, table: TableView) -> bool:
    """Whether a text is called as its table is: ``status.status``."""
    return column.category == "text" and tuple(singular(word) for word in column.words) == nouns(table)


_CALLED = vocabulary("name, title, label, code, description", "nome, titulo, descricao, sigla, codigo")


def _bare(link: Link) -> Words:
    """The words of the key's column without the one for a number."""
    words = split_words(link.key.columns[0])
    return tuple(singular(word) for word in words if word != "id") or words
