"""States with their moments: an order that is placed, paid, shipped and delivered, or cancelled on the way.

The states are those that the type or a CHECK lists, ordered by what their names say. A row passes through them in time;
its moments and the columns that only some states fill follow from how far it has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

from datalchemy_nb.contracts.relations import Gap, LifecycleRule, State, Transition
from datalchemy_nb.domains import reference
from datalchemy_nb.drafting.habits import MEETINGS, RUNS_OUT, TIMETABLED, habits_of, history_of, takes_place, timetable
from datalchemy_nb.drafting.nulls import STEM, reason_stems
from datalchemy_nb.drafting.rules.defaults import recognise_defaults
from datalchemy_nb.drafting.rules.kinds import recognise_kinds
from datalchemy_nb.drafting.rules.reference import recognise_reference
from datalchemy_nb.drafting.shapes.base import MOMENTS, Claims, SchemaView, begins, columns_saying, nouns
from datalchemy_nb.drafting.shapes.moments import (
    BORN,
    RECORDED,
    birth_of,
    gap_between,
    is_ahead,
    parents_births,
    start_of,
)
from datalchemy_nb.drafting.usual import known_weights, usual_weights
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import split_words, vocabulary
from datalchemy_nb.records import dataclass

STATE = vocabulary(
    "status, state, stage, phase, workflow state, order status, payment status, lifecycle",
    "status, situacao, etapa, fase, estagio, estado pedido, estado",
)
_RANKS: tuple[tuple[int, str], ...] = (
    (
        0,
        "draft rascunho new nova novo created criad lead prospect backlog todo afazer placed invited convidad "
        "trial teste borrador nuev pedido brouillon nouveau nouvelle entwurf neu",
    ),
    (
        1,
        "open abert pend waiting aguard wait queued fila request solicit schedul agend plan planej submit "
        "enviado_analise received "
        "recebid prepar unpaid reserv booked abiert pendient espera solicitad programad recibid impagad ouvert attente "
        "demand planifi recu impaye offen wartend angefragt geplant erhalten unbezahlt",
    ),
    (
        2,
        "confirm accept aceit approv aprov assign atribu qualif contact authori autoriz review analise triag "
        "validat issued "
        "emitid confirmad aceptad aprobad asignad cualific revis emitid valide accept approuv attribu emis bestaetigt "
        "angenommen genehmigt zugewiesen geprueft ausgestellt",
    ),
    (
        3,
        "cursand enrolled paid pago paga captur process in_progress progress andamento running active ativ "
        "proposal proposta picking "
        "checked_in started iniciad picked collected coletad recolhid retirad negotiat negoci producao treat "
        "ongoing pagad curso proces negociacion paye atendimento serving in_service consultorio "
        "cours bezahlt "
        "bearbeitung laufend aktiv",
    ),
    (
        4,
        "pack embal empac emball verpack unload descarreg entlad arriv chegou cheg_ llegad angekommen putaway "
        "en_route shipp ship sent envia despach transit transito dispatch out_for readi pronto partial parcial enviad "
        "expedie envoye "
        "versandt versendet",
    ),
    (
        5,
        "deliver entreg complet conclu done finish finaliz closed fechad encerr resolv resolvid won ganh success "
        "sucesso "
        "settled liquid quitad convert checked_out publish publica attended realizad fulfilled graduated "
        "aprovado_final "
        "vendid sold entregad completad terminad cerrad resuelt ganad realizad publicad atendid livre termine "
        "clotur ferme "
        "resolu gagn realise publie geliefert abgeschlossen erledigt geschlossen geloest gewonnen veroeffentlicht",
    ),
)
_EXITS = (
    # Beginnings of words; from which ranks; how many of those that come there leave so.
    ("cancel abort annul stornier abgebroch abgesagt", (0, 1, 2, 3), 0.05),
    ("reject recus reprov declin deni negad rechazad denegad refus rejet abgelehnt", (1, 2), 0.08),
    ("fail falh error erro fallid echou echec fehlgeschlag", (1, 2, 3), 0.04),
    ("lost perd verlor", (0, 1, 2, 3), 0.35),
    ("refund estorn reembols chargeback rembours erstatt", (3, 4, 5), 0.04),
    ("return devol retourn zurueckgegeb", (3, 4, 5), 0.05),
    ("expir", (1, 2, 3), 0.06),
    ("no_show noshow faltou ausent missed absent nicht_erschienen", (1, 2), 0.06),
    ("void anulad", (1, 2, 3), 0.03),
    ("overdue vencid atrasad late past_due inadimpl retard ueberfaellig", (1, 2), 0.08),
    ("suspend inactiv inativ block bloque disabled desativ banned churn", (3,), 0.12),
    ("archiv arquiv", (5,), 0.3),
    ("bounc", (1, 2, 3), 0.04),
    ("unsubscrib desinscri", (2, 3), 0.15),
    ("hold paus tranc", (3,), 0.06),
    ("transferi evadi desist dropped withdrawn abandon", (1, 2, 3), 0.04),
    ("terminat deslig demit dismiss left", (3,), 0.15),
)
_PACE = (
    ("order pedido shipment entrega delivery remessa parcel", Gap(min=0.02, typical=1.2, max=12, unit="days")),
    ("ticket chamado issue incident support case atendimento", Gap(min=0.2, typical=14, max=240, unit="hours")),
    ("task tarefa job todo activity atividade", Gap(min=0.1, typical=3, max=40, unit="days")),
    ("opportunity oportunidade deal lead negocio proposal proposta quote orcamento cotacao",
     Gap(min=1, typical=16, max=120, unit="days")),
    ("invoice fatura nota bill boleto titulo conta payable receivable", Gap(min=0.5, typical=16, max=75, unit="days")),
    ("payment pagamento transaction transacao refund charge", Gap(min=0.02, typical=6, max=96, unit="hours")),
    ("subscription assinatura membership contract contrato policy apolice employee funcionario user usuario "
    "account conta "
     "customer cliente", Gap(min=5, typical=210, max=1500, unit="days")),
    ("appointment consulta booking reservation reserva visit visita", Gap(min=0.1, typical=7, max=60, unit="days")),
    ("run execution build import export backup", Gap(min=1, typical=120, max=7200, unit="seconds")),
)  # fmt: skip
_USUAL_PACE = Gap(min=0.1, typical=5, max=60, unit="days")
_EVENTS = (
    # Beginnings of a moment's words, and of the states that set it, the best first.
    ("confirm", "confirm bestaetigt"),
    ("approv aprov", "approv aprov genehmigt"),
    ("accept aceit", "accept aceit aceptad angenommen"),
    ("assign atribu", "assign atribu asignad zugewiesen progress andamento curso cours"),
    ("paid pay pago paga quit settle liquid baixa", "paid pago paga pagad paye bezahlt quit settle liquid captur"),
    ("authori autoriz", "authori autoriz"),
    ("process", "process proces"),
    ("start inici begin",
     "progress andamento running start inici process active ativ curso cours atendimento serving in_service"),
    ("ship dispatch envi despach", "shipp ship sent enviad envia expedie envoye versandt despach transit"),
    ("sent", "sent envia issued emitid emis"),
    ("arriv cheg llegad", "arriv cheg llegad angekommen"),
    ("unload descarreg", "unload descarreg"),
    ("releas liber", "releas liber"),
    ("pick separ", "picked pick separad separ"),
    ("pack embal", "packed pack embalad embal"),
    ("deliver entreg", "deliver entreg livre geliefert"),
    ("receiv receb", "receiv receb recibid recu deliver entreg"),
    ("complet conclu finish finaliz done", "complet conclu finish finaliz done success succe realizad terminad termine "
     "erledigt abgeschlossen deliver entreg closed fechad resolv"),
    ("resolv solv soluc", "resolv resuelt resolu geloest closed cerrad fechad encerr done conclu"),
    ("close closed fech "
    "encerr", "closed close fech encerr cerrad clotur ferme geschlossen won ganh ganad gagn gewonnen "
     "lost perd verlor resolv done conclu terminad"),
    ("won ganh", "won ganh ganad gagn gewonnen"),
    ("lost perd", "lost perd verlor"),
    ("convert", "convert won ganh"),
    ("cancel", "cancel annul stornier abgesagt"),
    ("reject reprov recus", "reject reprov recus declin rechazad refus abgelehnt"),
    ("fail falh", "fail falh error erro fallid"),
    ("refund estorn reembols", "refund estorn reembols rembours erstatt"),
    ("return devol", "return devol retourn"),
    ("expir", "expir"),
    ("publish publica", "publish publica"),
    ("submit submet", "submit submet pend"),
    ("activat ativa", "active ativ"),
    ("suspend", "suspend"),
    ("archiv arquiv", "archiv arquiv"),
    ("terminat deslig demiss", "terminat deslig inactiv inativ"),
    ("checked_in checkin", "checked_in"),
    ("void anul", "void anul"),
    ("block bloque", "block bloque"),
)  # fmt: skip
_DECIDED = "won ganh ganad gagn gewonnen lost perd verlor"
_CLOSING = "close closing fech encerr cierre cerrad clotur ferme"
_FILLS = (
    ("tracking rastre carrier transportadora", "shipp ship sent envia despach transit"),
    ("cancel", "cancel"), ("reject rejei recus reprov", "reject recus reprov declin"), ("refund estorn reembols",
    "refund estorn reembols"),
    ("resolution solucao resolucao", "resolv closed fechad encerr"), ("lost perda perdid", "lost perd verlor"),
    ("fail error erro "
    "falha", "fail falh error erro"), ("closed close fech", "closed fech encerr cerrad won lost ganh ganad perd"),
    ("payment pagamento paid pago", "paid pago paga settle quit captur"), ("deliver entrega", "deliver entreg"),
    ("return devolu", "return devol"), ("signed assinad recebedor", "deliver entreg"),
)  # fmt: skip
_RECEIVED = "receiv receb recibid recu erhalten"
_FEWEST, _MOST = 2, 12
_FITTING = 0.8
"""Share of the rows whose usual states must fit the column; the longer ones are then left out."""
_MOSTLY = 12.0
_UNDER_WAY = 3
"""From this rank on, a state whose name says nothing leads away: an active account is, now and then, on hold."""


@dataclass(frozen=True)
class _Place:
    """A state on the way: its rank, or None where it is an exit, and how it is left."""

    value: str
    rank: int | None
    sources: tuple[int, ...] = ()
    weight: float = 0.0


def pass_through_states(view: SchemaView, claims: Claims) -> None:
    """Recognise tables whose rows pass through listed states."""
    for table in view.tables.values():
        state = state_of(table)
        if state is None or not claims.is_free(table, state.name) or state.in_key or state.is_region:
            continue
        codes = {said: value for value, said in state.sayings.items()}
        if len(codes) < len(state.sayings):
            continue
        values = tuple(codes)
        shares = known_weights(values) or {}
        if not values:
            shares = usual_states(state)
            values = tuple(shares)
        if not _FEWEST <= len(values) <= _MOST:
            continue
        if not _is_way(values):
            continue
        places = _placed(values, certain=not shares)
        if sum(place.rank is not None for place in places) >= _FEWEST or (
            places and any(place.rank is not None for place in places) and len(places) >= _FEWEST
        ):
            _claim(view, table, state, places, claims, shares, codes)


def state_of(table: TableView) -> ColumnView | None:
    """The column that says what state a row is in: of texts, or of numbers that a comment explains."""
    found = columns_saying(table, STATE, ("text", "enum", "integer"))
    return next((one for one in found if one.category != "integer" or one.codes), None)


def listed(column: ColumnView) -> tuple[str, ...]:
    """The texts that the type, a CHECK or the comment lists, in its order."""
    return tuple(value for value in column.sayings if isinstance(value, str))


def usual_states(column: ColumnView) -> dict[str, float]:
    """The states that everybody knows, with their weights, where nothing lists any: of orders, invoices, tickets."""
    if column.category != "text" or column.limits or column.own_conditions:
        return {}
    trade = recognise_defaults(column) or recognise_kinds(column)
    if trade is not None:
        words = trade.params["values"]  # in a key, each once: without weights
        told = zip(words, map(float, trade.params.get("weights", [1.0] * len(words))), strict=True)
        room = column.slot.max_length
        return {value: weight for value, weight in told if room is None or len(value) <= room}
    found = recognise_reference(column)
    if found is None or found.generator_id is None:
        return {}
    kind, _, path = found.generator_id.partition(".")
    listed_id, _, field = path.partition(".")
    if kind != "reference" or not listed_id.endswith("_status") or listed_id == "marital_status":
        return {}
    records = reference.records(listed_id, column.slot.locale)
    longest = column.slot.max_length
    weights = {str(v): float(w) for v, w in zip(records.columns[field], records.weights, strict=True)}
    fitting = {text: weight for text, weight in weights.items() if longest is None or len(text) <= longest}
    return fitting if sum(fitting.values()) >= _FITTING * sum(weights.values()) else {}


def _rank(value: str) -> int | None:
    """How far on the way a state is, as its name tells."""
    return next((number for number, stems in _RANKS if begins(_words(value), stems)), None)


def _is_way(values: Sequence[str]) -> bool:
    """Whether states come one after another: two that names order, or one and a way out; else they are ways to be."""
    if any(begins(_words(value), _COMES_BACK) for value in values) and not any(_ends_well(value) for value in values):
        return False
    ranks = {_rank(value) for value in values} - {None}
    return len(ranks) >= _FEWEST or (bool(ranks) and any(_leaving(value) for value in values))


_COMES_BACK = "availab disponiv disponib free libre livre vacant vago idle ocios verfueg frei in_stock"
"""Beginnings of states to which things come back again and again: a copy is lent, and stands on its shelf again."""


def _ends_well(value: str) -> bool:
    """Whether a state is one that a thing comes to once, and does not leave."""
    return begins(_words(value), _SOLD)


_SOLD = "sold vendid deliver entreg complet conclu closed fechad"


def _leaving(value: str) -> tuple[tuple[int, ...], float] | None:
    """From which ranks a state leads away, and how many go there; None where its name does not say that it does."""
    return next(((sources, weight) for stems, sources, weight in _EXITS if begins(_words(value), stems)), None)


_TAUGHT = "cursand enrolled matriculad attending studying inscrit eingeschrieben"
_PASSED, _FAILED = "aprovad approved passed aprobad admis bestanden", "reprovad failed suspens recal durchgefallen"
_COURSE_ENDS = 5
"""Who takes a course is in the middle of it, and passes it at its end."""


def _placed(values: Sequence[str], *, certain: bool = True) -> list[_Place]:
    """Order states by their names; one that says nothing stands where the list has it, or leads away from there."""
    places, rank = [], 0
    taught = any(begins(_words(value), _TAUGHT) for value in values)
    for value in values:
        leaving = _leaving(value)
        if taught and begins(_words(value), _FAILED):
            leaving = ((_UNDER_WAY,), 0.09)
        if leaving is not None:
            places.append(_Place(value, None, *leaving))
            continue
        said = _rank(value)
        if taught and begins(_words(value), _PASSED):
            said = _COURSE_ENDS
        if said is None and (not certain or rank >= _UNDER_WAY):
            places.append(_Place(value, None, (rank,), 0.05))
            continue
        if said is not None and said < rank and begins(_words(value), _RECEIVED):
            said = rank  # goods are received where their way ends, an application where it begins
        rank = rank if said is None else said
        places.append(_Place(value, rank))
    return places


def _claim(
    view: SchemaView, table: TableView, state: ColumnView, places: list[_Place], claims: Claims,
    weights: dict[str, float], codes: Mapping[str, str | int],
) -> None:  # fmt: skip
    """Claim what passes through states; all is told by what the states are called, and written with their codes."""
    path = sorted((place for place in places if place.rank is not None), key=lambda place: place.rank or 0)
    if len(path) == 1 and not weights:
        # Not a way that ends, but where most rows are, and how some are kept from it.
        usual = usual_weights([place.value for place in places])
        told = usual or [_MOSTLY if place.rank is not None else 1.0 for place in places]
        weights = {place.value: weight for place, weight in zip(places, told, strict=True)}
    pace = next((gap for stems, gap in _PACE if set(nouns(table)) & set(stems.split())), _USUAL_PACE)
    start = birth_of(table) or _beginning(table)
    history = history_of(table, recorded=start is not None and bool(start.says(RECORDED)))
    # Where a row is for good, or for years: a member is active until something ends it.
    standing = Gap(min=min(20.0, history / 20), typical=history / 2, max=history, unit="days")
    if len(path) == 1:
        pace = standing
    until = _lasts_until(view, table, start, [place.value for place in places], claims)
    visited = _pace_of_meetings(table, start) if until is None else None
    if visited is not None:
        # Who has come is seen: nobody calls a visit off that has begun.
        pace = visited
        places = [replace(one, sources=tuple(rank for rank in one.sources if rank < _UNDER_WAY)) for one in places]
    if until is not None and start is not None and until.name == start.name:
        start = next((one for one in columns_saying(table, RECORDED, MOMENTS) if one.category == start.category), None)
    if start is not None and (start.may_be_null or not claims.is_free(table, start.name)):
        start = None
    if until is not None and not takes_place(until):
        pace = standing = gap_between(until, table)
        if start is not None and begins(start.words, _OF_NOW):
            path, places = _in_one_period(path, places)
        if not weights:
            told = usual_weights([place.value for place in places]) or [
                _MOSTLY if place is path[-1] else 1.0 for place in places
            ]
            weights = {place.value: weight for place, weight in zip(places, told, strict=True)}
    exits = [place for place in places if place.rank is None]
    ways = list(_ways(path, exits, pace, standing, lasts=until is not None))
    reached = {path[0].value, *(way.target for way in ways)}
    states = [State(value=place.value) for place in places if place.value in reached]
    states = _with_moments(table, states, start, claims)
    states = _with_fills(table, states, state, claims)
    columns = [state.name, *([start.name] if start else []), *([until.name] if until else [])]
    columns += [one.enters for one in states if one.enters] + [name for one in states for name in one.fills]
    filled = {name for one in states for name in one.fills}
    decided = [name for name in dict.fromkeys(columns) if name not in filled]
    dated = start is not None or until is not None or any(one.enters for one in states)
    by_default = start is not None and start.takes_null
    after = parents_births(view, table, certain=by_default) if dated else ()
    moments = [table.columns[name] for name in decided if table.columns[name].category in MOMENTS]
    habits = habits_of(table, moments=all(one.category != "date" for one in moments))
    lasting = {
        **_until_of(until, [place.value for place in places if place.value in reached]),
        **(timetable(start) if until is None and start is not None else {}),
    }
    if "ended" in lasting:
        lasting["ended"] = [codes.get(value, value) for value in lasting["ended"]]
    accepted = claims.relation(
        table, LifecycleRule, "lifecycle", f"{state.name} passes through states: {', '.join(p.value for p in path)}",
        decides=decided, state=state.name, start=start.name if start else None,
        initial=codes.get(path[0].value, path[0].value),
        states=[_coded(one, codes, "value") for one in states],
        transitions=[_coded(one, codes, "source", "target") for one in ways], after=after, history_days=history,
        shares={str(codes.get(one, one)): share for one, share in _shares(weights, reached).items()}
        if weights else None,
        calendar={"kind": "calendar", **habits} if habits and moments else None,
        **lasting,
    )  # fmt: skip
    if accepted:
        claims.take(table, filled, "lifecycle")


_OVER = (
    "expir cancel terminat complet conclu finish finaliz ended end clos laps encerr venc churn revok revog reject "
    "recus no_show noshow missed faltou attended realizad done deliver entreg return devol refund archiv resolv annul "
    "abort stornier abgesagt abgeschlossen atendid absent fail falh void accept aceit used redeem utiliz consum "
    "arriv landed pousou aterriz gelandet honor checked_out ausgecheckt nicht_erschienen termine servid servi serviert"
)


_OF_NOW = "current period ciclo cycle atual corrente"
"""Beginnings of words of moments that begin the period of now, whatever came before it."""


def _in_one_period(path: list[_Place], places: list[_Place]) -> tuple[list[_Place], list[_Place]]:
    """The states as ways to be in a period, of which the usual one is where others come from."""
    usual = next((place for place in path if begins(_words(place.value), _STANDING)), path[-1])
    others = [place if place.rank is None else _Place(place.value, None, (), 0.05) for place in places]
    kept = [usual if place.value == usual.value else replace(place, sources=(usual.rank or 0,)) for place in others]
    return [usual], kept


_RUN_OUT = "expir venc laps"
_SETTLED = "paid pago paga pagad paye bezahlt quitad liquidad"
_PAYABLE = "due requir deadline prazo entrega deliver ship expect previs promis"


def _lasts_until(
    view: SchemaView, table: TableView, start: ColumnView | None, states: Sequence[str], claims: Claims
) -> ColumnView | None:
    """When the state of a row ends: what a contract says of its end, or when an appointment takes place.

    What is active runs out some day ahead, what has expired has run out: the end is of both. So is the time of a visit
    that is scheduled, or has been.
    """
    over = [value for value in states if begins(_words(value), _OVER)]
    if not over or len(over) == len(states):
        return None
    if any(begins(_words(value), _SETTLED) for value in states):
        return None  # a bill is due, and is not good for as long
    free = [
        column
        for column in table.columns.values()
        if column.category in MOMENTS and not column.in_key and claims.is_free(table, column.name)
        and (not column.may_be_null or is_ahead(column))
    ]  # fmt: skip
    ends = {column.words: column for column in free}
    runs_out = any(begins(_words(value), _RUN_OUT) for value in over)
    for column in free:
        if begins(column.words, _PAYABLE if runs_out else f"{_PAYABLE} venc"):
            continue  # what is due may be paid before and after
        if start is None or column.name == start.name or column.category != start.category:
            continue
        paired = start_of(column, {**ends, start.words: start})
        if (paired is not None and paired.name == start.name) or begins(column.words, RUNS_OUT):
            if not _is_short_meeting(table, start, column):
                return column
            # A visit of half an hour is over when it has begun: what it is agreed for says what state it is in. What
            # is written of a visit has been, so that visits with such rows have.
            return None if view.down(table) else start
    if set(nouns(table)) & MEETINGS and not view.down(table) and not _has_ends(table, start):
        return next((column for column in free if takes_place(column)), None)
    return None


def _pace_of_meetings(table: TableView, start: ColumnView | None) -> Gap | None:
    """How long a visit lasts, where a row has the time of the clock at which it is: its states pass as fast."""
    if start is None:
        return None
    if set(nouns(table)) & MEETINGS and start.category != "date" and takes_place(start):
        about = gap_between(start, table)
        if about.unit == "minutes":
            return about
    moments = {one.words: one for one in table.columns.values() if one.category == start.category}
    ends = (one for one in moments.values() if getattr(start_of(one, moments), "name", None) == start.name)
    short = next((one for one in ends if not one.may_be_null and _is_short_meeting(table, start, one)), None)
    return None if short is None else gap_between(short, table)


def _is_short_meeting(table: TableView, start: ColumnView, end: ColumnView) -> bool:
    """Whether a row is agreed for a time of the clock and lasts for minutes or hours: a visit, a flight, no stay."""
    meets = bool(set(nouns(table)) & TIMETABLED) and start.category != "date" and takes_place(start)
    return meets and gap_between(end, table).unit in ("minutes", "hours")


def _beginning(table: TableView) -> ColumnView | None:
    """What begins the period of a row, whatever it is called: `valid_from`."""
    moments = {column.words: column for column in table.columns.values() if column.category in MOMENTS}
    found = (start_of(column, moments) for column in moments.values() if not column.says(BORN))
    return next((one for one in found if one is not None), None)


def _has_ends(table: TableView, start: ColumnView | None) -> bool:
    """Whether a row has an end of its own: then it is a stay, and what it begins with is no single moment."""
    moments = {column.words: column for column in table.columns.values() if column.category in MOMENTS}
    return any(start_of(column, moments) is not None for column in moments.values())


_Part = TypeVar("_Part", State, Transition)


def _coded(part: _Part, codes: Mapping[str, str | int], *names: str) -> _Part:
    """A part of a lifecycle with the codes that the column holds in place of what they stand for."""
    return part.model_copy(update={name: codes.get(getattr(part, name), getattr(part, name)) for name in names})


def _until_of(column: ColumnView | None, states: Sequence[str]) -> dict[str, Any]:
    if column is None:
        return {}
    every = timetable(column)
    return {"until": column.name, "ended": [value for value in states if begins(_words(value), _OVER)], **every}


def _shares(weights: dict[str, float], reached: set[str | int]) -> dict[str, float]:
    """The shares of the states that can be reached, one in all."""
    kept = {value: weight for value, weight in weights.items() if value in reached}
    whole = sum(kept.values())
    found = {value: round(weight / whole, 4) for value, weight in kept.items()}
    most = max(found, key=lambda value: found[value])
    return found | {most: round(found[most] + 1 - sum(found.values()), 4)}


_STANDING = "activ ativ aktiv actif enroll matriculad vigent employed contratad in_force"
"""Beginnings of states that last for as long as somebody belongs to something."""


def _ways(
    path: list[_Place], exits: list[_Place], pace: Gap, standing: Gap, *, lasts: bool
) -> Iterator[Transition]:  # fmt: skip
    """The usual way through the states, and how some rows leave it; what runs out leaves its last state too."""

    def lasting(place: _Place) -> Gap:
        return standing if begins(_words(place.value), _STANDING) else pace

    leaving = path if lasts and not begins(_words(path[-1].value), _OVER) else path[:-1]
    for before, after in pairwise(path):
        yield Transition(source=before.value, target=after.value, weight=1.0, after=lasting(before))
    for one in exits:
        # Every row that comes to a state with one way out leaves by it: exits are taken before the end.
        found = [place for place in leaving if place.rank in one.sources]
        for place in found or path[-2:-1] or path[-1:]:
            yield Transition(source=place.value, target=one.value, weight=one.weight, after=lasting(place))


def _with_moments(table: TableView, states: list[State], start: ColumnView | None, claims: Claims) -> list[State]:
    """Give every state the moment that its name sets."""
    first = start or birth_of(table)
    left = [
        column
        for column in table.columns.values()
        if column.category in MOMENTS and column.may_be_null and claims.is_free(table, column.name)
        and not begins(column.words, _FORESEEN)
        and (start is None or column.name != start.name) and (first is None or column.category == first.category)
    ]  # fmt: skip
    entered: dict[str, str] = {}
    named = {tuple(split_words(str(one.value))): str(one.value) for one in states}
    for column in left:
        exact = named.get(tuple(word for word in column.words if word not in _WHEN))
        if exact is not None and exact not in entered:
            entered[exact] = column.name
    for column in (one for one in left if one.name not in entered.values()):
        stems = next((after for event, after in _EVENTS if begins(column.words, event)), "")
        for stem in stems.split():
            value = next(
                (s.value for s in states if begins(_words(s.value), stem) and str(s.value) not in entered), None
            )
            if value is not None:
                entered[str(value)] = column.name
                alone = not any(begins(other.words, _DECIDED) for other in left if other is not column)
                if stem in _DECIDED.split() and alone and begins(column.words, _CLOSING):  # whichever way it ends
                    ends = (str(s.value) for s in states if begins(_words(s.value), _DECIDED))
                    entered.update({end: column.name for end in ends if end not in entered})
                break
    if start is None and first is not None and first.name not in entered.values():
        entered = {}  # the row begins at a moment that no state sets: others would not be sure to follow it
    return [s.model_copy(update={"enters": entered.get(str(s.value))}) for s in states]


_AGREED = "condic term prazo zahlungsbeding plazo"
"""Beginnings of words of what is agreed before a row comes to anything."""
_FORESEEN = "expect previs planned planej estimat estimad promis forecast"
"""Beginnings of words of moments that somebody thinks of beforehand: no state sets them."""
_WHEN = frozenset("at on date dt time day timestamp ts data em dia hora".split())


def _with_fills(table: TableView, states: list[State], state: ColumnView, claims: Claims) -> list[State]:
    taken = {one.enters for one in states}
    fills: dict[str, list[str]] = {}
    for column in table.columns.values():
        if not column.may_be_null or column.category in MOMENTS or column.name in (state.name, *taken):
            continue
        if not claims.is_free(table, column.name) or column.says(STATE) or begins(column.words, _AGREED):
            continue
        stems = next((after for event, after in _FILLS if begins(column.words, event)), "")
        found = [str(one.value) for one in states if stems and begins(_words(one.value), stems)]
        why = reason_stems(column)
        found = found or [str(one.value) for one in states if why & {word[:STEM] for word in _words(one.value)}]
        if found:
            fills.setdefault(found[0], []).append(column.name)
    return [one.model_copy(update={"fills": tuple(fills.get(str(one.value), ()))}) for one in states]


def _words(value: object) -> tuple[str, ...]:
    words = split_words(str(value))
    return (*words, "_".join(words))
