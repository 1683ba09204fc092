"""Dates and moments in the order in which things happen: within a row, and along foreign keys.

A table's *birth* is the moment at which a row came to be: ``ordered_at``, ``data_emissao``,
``created_at``. Other moments
of the row follow it, each after a time that is usual for what it means, and the birth of a child follows its parent's.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.contracts.relations import Bound, BoundsRule, ExpressionRule, Gap, LifecycleRule, Unit
from datalchemy_nb.domains.limits import AtLeast, AtMost
from datalchemy_nb.drafting.habits import MEETINGS, habits_of, history_of, takes_place
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting
from datalchemy_nb.drafting.rules.timestamps import FOUNDED, grown
from datalchemy_nb.drafting.shapes.base import MOMENTS, Claims, Link, SchemaView, begins, columns_saying, nouns, quoted
from datalchemy_nb.drafting.view import ColumnView, TableView, distances
from datalchemy_nb.drafting.words import Words, split_words, vocabulary

_BUSINESS = vocabulary(
    "ordered at, order date, ordered, placed at, invoice date, issued at, issue date, issued on, booked at, "
    "booking date, purchase date, purchased at, sale date, sold at, transaction date, hire date, hired, "
    "hired at, hired on, "
    "start date, started at, starts at, starts on, start time, opened at, open date, opened on, registered at, "
    "registration date, joined at, date joined, signup date, enrolled at, enrollment date, rental date, rented at, "
    "admission date, admitted at, visit date, visited at, appointment date, scheduled at, payment date, paid at, "
    "acquired at, acquired on, acquisition date, date acquired, installed at, installed on, commissioned on, "
    "order dt, posted at, posting date, submitted at, requested at, reported at, occurred at, event time, event date, "
    "logged at, sent at, received at, recorded at, measured at, collected at, check in, check in date, checked in at, "
    "arrival date, date, timestamp, time, shipped at, dispatched at, applied at, published at, written at",
    "data pedido, data emissao, emissao, data venda, data compra, data abertura, abertura, data admissao, admissao, "
    "data inicio, inicio, data cadastro, cadastro, data consulta, data agendamento, data matricula, data pagamento, "
    "data lancamento, data movimento, data evento, data hora, ocorrido em, registrado em, emitido em, aberto em, "
    "enviado em, recebido em, data entrada, entrada, data internacao, solicitado em, coletado em, medido em, "
    "publicado em, adquirido em, data aquisicao, data instalacao, instalado em, "
    "data, momento",
)
RECORDED = vocabulary(
    "created at, created on, created, creation date, date created, created date, inserted at, date added, added at, "
    "create date, create time, first seen at",
    "criado em, data criacao, criacao, cadastrado em, incluido em, data inclusao, inserido em",
)
BORN = vocabulary("birth date, birthdate, birthday, date birth, born, dob", "data nascimento, nascimento, nascido em")
_DIED = vocabulary(
    "death date, died, died on, died at, date death, deceased at, deceased on",
    "data obito, obito, obito em, data falecimento, falecimento, falecido em, faleceu em, data morte, morto em",
)
_BIRTH_YEAR = vocabulary("birth year, year birth, born year, year born", "ano nascimento")
_DEATH_YEAR = vocabulary("death year, year death, died year", "ano morte, ano falecimento, ano obito")
CHANGED = vocabulary(
    "updated at, updated on, updated, modified at, modified, last modified, last updated, last update, date modified, "
    "modified date, modification date, updated date, last modified date, last updated date, last update date, "
    "changed date, "
    "changed at, edited at, update date, last changed",
    "atualizado em, data atualizacao, alterado em, data alteracao, modificado em, ultima atualizacao, editado em",
)

_GAPS: Mapping[str, Gap] = {
    "minutes": Gap(min=5, typical=40, max=240, unit="minutes"),
    "hours": Gap(min=0.5, typical=8, max=240, unit="hours"),
    "days": Gap(min=0.05, typical=3, max=45, unit="days"),
    "weeks": Gap(min=1, typical=30, max=365, unit="days"),
    "years": Gap(min=90, typical=540, max=3650, unit="days"),
}
_STEPS = (
    ("expir venc validade due until ate", "weeks"),
    ("confirm accept approv authori aprov confirm aceit autoriz valid verif", "hours"),
    ("assign atribu acknowledg first_respon respond", "hours"),
    ("paid pay pago paga quit settle captur liquid", "days"),
    ("process start inicia prepar pick", "days"),
    ("ship sent dispatch envi despach embarc", "days"),
    ("deliver receiv entreg receb arriv chegad", "days"),
    ("complet finish conclu finaliz done resolv solv close closed fech encerr ended end fim", "weeks"),
    ("publish publica releas lanc", "weeks"),
    ("return devol refund estorn reembols", "weeks"),
    ("cancel reject recus rejeit fail falh", "weeks"),
    ("delet exclu remov archiv arquiv revok revog suspend terminat deslig demiss inativ deactiv", "years"),
    ("last ultim seen visto access acess login", "weeks"),
    ("read viewed lido visualiz open", "hours"),
)
_PAIRS = (
    ("start", "end"), ("starts", "ends"), ("started", "ended"), ("started", "finished"), ("start", "finish"),
    ("begin", "end"), ("begins", "ends"), ("from", "to"), ("from", "until"), ("from", "thru"), ("opened", "closed"),
    ("open", "close"), ("issue", "due"), ("issued", "due"), ("invoice", "due"), ("order", "due"), ("first", "last"),
    ("start", "stop"), ("check in", "check out"), ("checkin", "checkout"), ("rental", "return"), ("loan", "return"),
    ("rented", "returned"), ("borrowed", "returned"), ("acquired", "disposed"),
    ("bought", "sold"), ("purchased", "sold"), ("departed", "arrived"),
    ("admission", "discharge"), ("admitted", "discharged"),
    ("arrival", "departure"), ("departure", "arrival"), ("effective", "expiration"), ("effective", "expiry"),
    ("valid from", "valid to"), ("hire", "termination"), ("hired", "terminated"), ("issued", "expires"),
    ("issue", "expiry"), ("order", "required"), ("order", "shipped"), ("inicio", "fim"), ("inicial", "final"),
    ("inicio", "termino"), ("abertura", "fechamento"), ("abertura", "encerramento"), ("emissao", "vencimento"),
    ("emissao", "validade"), ("entrada", "saida"), ("admissao", "demissao"), ("admissao", "desligamento"),
    ("admissao", "alta"), ("internacao", "alta"), ("saida", "chegada"), ("emprestimo", "devolucao"),
    ("locacao", "devolucao"), ("retirada", "devolucao"), ("envio", "entrega"), ("pedido", "entrega"), ("in", "out"),
    ("entered", "left"), ("partida", "chegada"),
    ("entered", "exited"), ("arrived", "left"), ("joined", "left"), ("clock in", "clock out"),
    ("clocked in", "clocked out"),
    ("entrada", "alta"), ("internacao", "alta"), ("shipped", "delivered"), ("sent", "received"), ("sent", "delivered"),
    ("sent", "read"), ("dispatched", "arrived"), ("queued", "started"), ("requested", "approved"), ("ordered",
    "received"), ("solicitado", "resultado"), ("coleta", "resultado"), ("requested", "completed"), ("enviado",
    "entregue"), ("enviado", "recebido"), ("enviado", "lido"), ("departure", "return"), ("in", "out"), ("ida", "volta"),
    ("emitida", "validade"), ("emissao", "validade"), ("collected", "resulted"), ("planted", "harvested"),
    ("last", "next"), ("previous", "next"), ("last", "current"), ("previous", "current"),
    ("ultima", "proxima"), ("ultimo", "proximo"), ("administered", "valid until"),
    ("", "ate"), ("valid", "ate"), ("desde", "hasta"), ("von", "bis"), ("ab", "bis"), ("from", "bis"),
    ("seit", "bis"), ("du", "au"), ("depuis", "jusqu"), ("debut", "fin"), ("inicio", "fin"), ("beginn", "ende"),
    ("start", "ende"), ("solicitado", "recebido"), ("solicitado", "aprovado"), ("solicitado", "concluido"),
    ("solicitada", "aprovada"), ("solicitada", "recebida"), ("pedido", "recebido"), ("emitido", "vencido"),
    ("emitido", "recebido"), ("recebido", "devolvido"), ("aberto", "fechado"), ("aberto", "resolvido"),
    ("aberto", "concluido"), ("aberto", "finalizado"), ("aberto", "encerrado"),
    ("iniciado", "encerrado"), ("aprovado", "pago"), ("iniciado", "finalizado"),
    ("iniciado", "concluido"), ("criado", "concluido"), ("requested", "received"),
    ("requested", "decided"), ("submitted", "reviewed"), ("submitted", "approved"), ("submitted", "decided"),
    ("submitted", "decision"),
    ("submitted", "accepted"), ("applied", "decided"), ("applied", "decision"), ("applied", "approved"),
    ("filed", "decided"), ("filed", "settled"), ("reported", "resolved"),
    ("reported", "fixed"), ("gemeldet", "behoben"), ("solicitada", "resuelta"),
    ("enviada", "recibida"), ("enviado", "recibido"), ("postagem", "entrega"), ("distribuicao", "encerramento"),
)  # fmt: skip
"""Which word of a name makes the other end: the first begins, the second ends."""
_SPLIT: tuple[tuple[Words, Words], ...] = tuple((tuple(first.split()), tuple(last.split())) for first, last in _PAIRS)


def _neutral(words: Words) -> Words:
    """Participles of Portuguese in the one form that pairs have: `aberta` as `aberto`."""
    return tuple(f"{word[:-1]}o" if word.endswith(_FEMININE) else word for word in words)


_FEMININE = ("ada", "ida", "erta")
_LENGTHS = (
    # By words of the end's name, then of the table's: how long what lies between takes.
    ("period periodo ciclo cycle", Gap(min=28, typical=30, max=31, unit="days")),
    ("delivered entregue received recebido", Gap(min=0.5, typical=2.6, max=14, unit="days")),
    ("resultado result resulted", Gap(min=0.2, typical=2, max=20, unit="days")),
    ("vaccination vaccine vacinacao vacina vacuna vaccin impfung", Gap(min=180, typical=365, max=1095, unit="days")),
    ("tariff tarifa tarif pricelist", Gap(min=30, typical=365, max=1100, unit="days")),
    ("due vencimento", Gap(min=5, typical=28, max=90, unit="days")),
    ("valid valido validade until ate", Gap(min=7, typical=30, max=180, unit="days")),
    ("required", Gap(min=8, typical=21, max=45, unit="days")),
    ("invitation invite convite token reset verification otp", Gap(min=1, typical=7, max=30, unit="days")),
    ("shipped", Gap(min=1, typical=6, max=30, unit="days")),
    ("return returned devolucao", Gap(min=1, typical=5, max=30, unit="days")),
    ("discharge discharged alta", Gap(min=1, typical=4, max=45, unit="days")),
    ("trip viagem ride corrida journey flight voo leg trecho", Gap(min=0.3, typical=5, max=30, unit="hours")),
    ("booking reservation reserva stay hospedagem checkin checkout", Gap(min=1, typical=3, max=21, unit="days")),
    ("expiry expiration expires", Gap(min=90, typical=730, max=3650, unit="days")),
    ("employment employee funcionario colaborador emprego contrato contract termination terminated demissao "
    "desligamento "
     "position cargo job", Gap(min=60, typical=900, max=7300, unit="days")),
    ("subscription assinatura membership plano policy apolice license licenca insurance lease rental tenancy",
     Gap(min=28, typical=365, max=1460, unit="days")),
    ("promotion promocao discount coupon cupom sale campaign campanha", Gap(min=3, typical=21, max=120, unit="days")),
    ("project projeto obra", Gap(min=14, typical=150, max=900, unit="days")),
    ("vacation ferias leave licenca absence afastamento", Gap(min=1, typical=12, max=60, unit="days")),
    ("course curso semester semestre term turma enrollment", Gap(min=30, typical=120, max=365, unit="days")),
    ("season temporada tour exhibition exposicao", Gap(min=14, typical=90, max=300, unit="days")),
    ("sprint iteration", Gap(min=7, typical=14, max=28, unit="days")),
    ("trip viagem travel cruise", Gap(min=1, typical=7, max=30, unit="days")),
    ("arrived arrival chegada", Gap(min=0.5, typical=2.6, max=14, unit="days")),
)  # fmt: skip
_ENDS = (
    ("due vencimento vence", Gap(min=5, typical=21, max=60, unit="days")),
    ("returned devolvido devolucao", Gap(min=1, typical=11, max=75, unit="days")),
)  # fmt: skip
_NAMED_ENDS = 3
"""Lengths that the end's own name tells, whatever the table's."""
_HOURLY = (
    ("appointment agendamento cita termin rendezvous hearing audiencia consulta visit visita session sessao class "
    "aula lesson meeting reuniao call ligacao slot interview "
     "entrevista exam exame treatment tratamento", Gap(min=15, typical=40, max=120, unit="minutes")),
    ("check checkin", Gap(min=20, typical=70, max=240, unit="minutes")),
    ("shift turno", Gap(min=4, typical=8, max=12, unit="hours")),
    ("flight voo", Gap(min=45, typical=150, max=840, unit="minutes")),
    ("ride corrida trip viagem delivery entrega route rota", Gap(min=5, typical=25, max=180, unit="minutes")),
    ("event evento show screening sessao match game partida concert", Gap(min=1, typical=2.5, max=8, unit="hours")),
    ("job task run execution execucao backup import export build", Gap(min=2, typical=90, max=7200, unit="seconds")),
    ("rental locacao aluguel reservation reserva booking stay hospedagem", Gap(min=12, typical=72, max=500,
    unit="hours")),
    ("incident incidente outage chamado ticket case", Gap(min=0.5, typical=20, max=400, unit="hours")),
    ("subscription assinatura contract contrato employment plan policy", Gap(min=28, typical=365, max=1460,
    unit="days")),
    ("log session login", Gap(min=1, typical=25, max=480, unit="minutes")),
)  # fmt: skip


def order_moments(view: SchemaView, claims: Claims) -> None:
    """Let things happen in their order, within rows and along foreign keys."""
    births = {ref: birth_of(table) for ref, table in view.tables.items()}
    for table in view.tables.values():
        _before_it_begins(table, claims)
        _as_foreseen(table, births[table.ref], claims)
        _lives(table, claims)
        _periods(table, claims)
        _as_planned(table, claims)
        _steps_of_a_visit(table, claims)
        _after_birth(table, births[table.ref], claims)
    for table in view.tables.values():
        _after_parents(view, table, births[table.ref], claims)
    for link in view.links:
        if link.is_itself:
            _after_its_like(link, births[link.child.ref], claims)


_FORMER = "recommend refer invit sponsor repl answer respond in_reply previous prior indicad convid respost anterior"


SAID = frozenset(
    "comment message post reply discussion comentario mensagem resposta mensaje respuesta commentaire reponse "
    "kommentar "
    "nachricht".split()
)


def _answers(link: Link) -> bool:
    """Whether a key to rows of the same table leads to what came before: what is answered, who recommended."""
    return begins(split_words(link.column), _FORMER) or bool(SAID & set(nouns(link.child)))


def _before(link: Link, birth: ColumnView) -> Bound:
    """What a row of the same table dates is before this one; answers come within hours, and seldom after weeks."""
    talk = SAID & set(nouns(link.child)) and birth.may_be_null is False
    soon = _SOON_DAYS if birth.category == "date" else _SOON
    return Bound(column=f"{link.column}.{birth.name}", gap=soon if talk else None)


_SOON = Gap(min=1, typical=100, max=20_000, unit="minutes")
_SOON_DAYS = Gap(min=0, typical=1, max=14, unit="days")


def _after_its_like(link: Link, birth: ColumnView | None, claims: Claims) -> None:
    """Who was recommended by another came after them, and a reply after what it answers."""
    if birth is None or birth.may_be_null or len(link.key.columns) != 1:
        return
    if _answers(link):
        _bounds(claims, birth, f"not before that of {link.column}", [_before(link, birth)], [_TODAY], confidence=0.7)


def birth_of(view: TableView) -> ColumnView | None:
    """The moment at which a row of the table came to be: of the business first, then of the record."""
    for certain, meaning in product((True, False), (_BUSINESS, RECORDED)):
        for column in columns_saying(view, meaning, MOMENTS):
            # What may be null has not happened yet in some rows: an order is recorded before it is paid.
            past = not is_ahead(column) and not begins(column.words, _NO_BIRTH)
            if past and not (certain and column.may_be_null):
                return _begun(view, column)
    # Whatever it is called: what every row has comes before what only some have.
    moments = [column for column in view.columns.values() if column.category in MOMENTS]
    if any(column.may_be_null for column in moments):
        sure = [column for column in moments if not column.may_be_null and not column.says(BORN)]
        begun = next((column for column in sure if not is_ahead(column)), None)
        # A fee of a month knows only when it is due: it is paid about then.
        return begun or next((column for column in sure if begins(column.words, _DUE)), None)
    return None


def _begun(view: TableView, column: ColumnView) -> ColumnView:
    """What begins what a moment ends: a thing is sent for before it is received."""
    start = start_of(column, {one.words: one for one in view.columns.values() if one.category in MOMENTS})
    if start is None or is_ahead(start) or start.says(BORN) or (start.may_be_null and not column.may_be_null):
        return column
    return start


_NO_BIRTH = (
    "birth nasc obito falec death died deceas delet exclu cancel close closed encerr fech end ended fim saida alta "
    "terminat deslig demiss resolv return devol updat atualiz modif alter last ultim discharg"
)
_RENEWED = "expir venc valid renew renov"
_DUE = "due venc schedul agend"
_AHEAD = (
    "due venc expir matur deadline limit prazo until next prox planned planej expected previs schedul agend renew renov"
)


def is_ahead(column: ColumnView) -> bool:
    """Whether a moment lies ahead by its name, or by a CHECK that leaves nothing of the past."""
    today = column.slot.base_date
    bounds = (limit.bound for _, limit in column.limits if isinstance(limit, AtLeast))
    past = any(
        isinstance(one, dt.date) and (one.date() if isinstance(one, dt.datetime) else one) >= today for one in bounds
    )
    return past or begins(column.words, _AHEAD)


def gap_between(end: ColumnView, table: TableView) -> Gap:
    """How long what lies between the two ends of a period usually takes."""
    words = {*end.words, *nouns(table)}
    if begins(end.words, _NEXT):
        return Gap(min=60, typical=330, max=760, unit="days")
    if end.category != "date":
        found = (
            _by_words({*end.words}, _LENGTHS[:_NAMED_ENDS]) or _by_words(words, _HOURLY) or _by_words(words, _LENGTHS)
        )
        return found or Gap(min=10, typical=90, max=1440, unit="minutes")
    return _by_words(words, _LENGTHS) or Gap(min=1, typical=30, max=365, unit="days")


_NEXT = "next prox"
"""Beginnings of words of what is to be done again."""


def _named_gap(column: ColumnView) -> Gap | None:
    """How long after its birth a row comes to an end that is usual whatever it is of: returned, due."""
    return _by_words({*column.words}, _ENDS)


def _by_words(words: set[str], table: tuple[tuple[str, Gap], ...]) -> Gap | None:
    return next((gap for stems, gap in table if words & set(stems.split())), None)


def step_gap(words: Words) -> Gap | None:
    """How long after its birth a row comes to the step that a moment's name says; None where it says none."""
    return next((_GAPS[size] for stems, size in _STEPS if begins(words, stems)), None)


def _next_time(column: ColumnView) -> Gap | None:
    """How long after a row the day is at which what it tells of is to be done again."""
    if column.category != "date" or not begins(column.words[:1], _NEXT):
        return None
    monthly = begins(column.words, "bill invoice charge pay instal cobran fatura pagamento parcela")
    return Gap(min=28, typical=30, max=31, unit="days") if monthly else Gap(min=14, typical=180, max=400, unit="days")


def _some_time(column: ColumnView) -> Gap | None:
    """What only some rows have, and nothing else tells the time of, comes later than what all have."""
    optional = column.may_be_null and not is_ahead(column) and not column.not_before
    return _GAPS["days"] if optional else None


_PAST_DAYS, _AHEAD_DAYS, _CAREER_DAYS = 730, 3_650, 9_000

# --- within a row ----------------------------------------------------------------------------------------------------


def _bounds(
    claims: Claims, column: ColumnView, told: str, after: Any = (), before: Any = (), confidence: float = 0.9,
    since: int = 0,
) -> bool:  # fmt: skip
    if any(isinstance(limit, AtLeast) for _, limit in column.limits) and is_ahead(column):
        return False  # a CHECK keeps it in the future, wherever its row began
    if any(isinstance(limit, AtMost) and _long_ago(column, limit.bound) for _, limit in column.limits):
        return False  # a CHECK keeps it in years before those that the rest is of
    after = [_as_checked(column, bound) for bound in after]
    if any(bound.gap is not None and _least_days(bound.gap) > _ROOM_DAYS for bound in after):
        before = ()  # what began lately ends in days that are to come
    habits = {}
    if any(bound.gap is not None and _takes_days(bound.gap) for bound in after) and not column.says(_DIED):
        habits = habits_of(column.table, moments=column.category != "date")
    accepted = claims.relation(
        column.table, BoundsRule, "moments", told, decides=[column.name], keeps=True, confidence=confidence,
        column=column.name, after=after, before=before, calendar={"kind": "calendar", **habits} if habits else None,
    )  # fmt: skip
    if accepted:
        # The range must hold what the bounds may ask for: up to today, or some years ahead.
        last = 0 if before else _AHEAD_DAYS
        since = since or history_of(column.table, recorded=bool(column.says(RECORDED)))
        ranged = first_fitting(column, [*grown(-since, last)(column)])
        found = suggest(column, "order_moments", ranged, (told,), confidence)
        if found is not None and column.may_be_null and _is_short_end(column, after, before):
            found = replace(found, null_rate=_STILL_GOING)
        if found is not None and not column.says(_DIED):
            claims.suggest(found)
    return accepted


_ROOM_DAYS = 30
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}


def _as_checked(column: ColumnView, bound: Bound) -> Bound:
    """A bound whose gap is as short, or as long, as CHECKs ask of the two columns."""
    least, most = distances(column, bound.column)
    gap = bound.gap
    if gap is None or gap.unit not in _SECONDS or (least is None and most is None):
        return bound
    unit = _SECONDS[gap.unit]
    low = 0.0 if least is None else least.total_seconds()
    high = None if most is None else most.total_seconds()
    if low <= gap.min * unit and (high is None or (gap.max is not None and gap.max * unit <= high)):
        return bound
    name: Unit = "days" if column.category == "date" or high is None or high >= 2 * _SECONDS["days"] else "minutes"
    first = math.ceil(low / _SECONDS[name])
    if high is not None:
        last = math.floor(high / _SECONDS[name])
        return bound if last < max(first, 1) else bound.model_copy(update={"gap": Gap(min=first, max=last, unit=name)})
    usual = (gap.typical or gap.max or 1.0) * unit / _SECONDS[name]
    return bound.model_copy(update={"gap": Gap(min=first, typical=first + max(usual, 1.0), unit=name)})


def _least_days(gap: Gap) -> float:
    return gap.min * _SECONDS.get(gap.unit, 0) / _SECONDS["days"]


_STILL_GOING = 0.03


def _is_short_end(column: ColumnView, after: Any, before: Any) -> bool:
    """Whether a moment is when something ends that takes minutes or hours: hardly any row is still at it."""
    short = any(bound.gap is not None and bound.gap.unit in ("seconds", "minutes", "hours") for bound in after)
    return short and bool(before) and begins(column.words, _OBSERVED)


def _takes_days(gap: Gap) -> bool:
    """Whether a gap is so long that the hour in which it ends does not follow from it."""
    return gap.unit in ("days", "weeks", "months") and (gap.typical or gap.max or 0) >= 1


def _long_ago(column: ColumnView, bound: object) -> bool:
    day = bound.date() if isinstance(bound, dt.datetime) else bound
    return isinstance(day, dt.date) and (column.slot.base_date - day).days >= _PAST_DAYS


def _lives(table: TableView, claims: Claims) -> None:
    """Death follows birth; what people do, they do when they are old enough."""
    years = (columns_saying(table, meaning, ("integer",)) for meaning in (_BIRTH_YEAR, _DEATH_YEAR))
    for first, last in product(*years):
        told = f"a life begins in {first.name}"
        lived = Gap(min=22, typical=71, max=99, unit="units")
        claims.relation(
            table, BoundsRule, "moments", told, decides=[last.name], keeps=True, confidence=0.9,
            column=last.name, after=[Bound(column=first.name, gap=lived)], before=(),
        )  # fmt: skip
    born = next(iter(columns_saying(table, BORN, MOMENTS)), None)
    if born is None:
        return
    pets = bool(_PETS & set(nouns(table)))
    for died in columns_saying(table, _DIED, MOMENTS):
        old = Gap(min=1, typical=11, max=22, unit="years") if pets else Gap(min=1, typical=74, max=103, unit="years")
        _bounds(claims, died, f"a life begins with {born.name}", [Bound(column=born.name, gap=old)], [_TODAY])
    for hired in columns_saying(
        table, vocabulary("hire date, hired, hired at, hired on", "data admissao, admissao"), MOMENTS
    ):
        grown_up = Gap(min=18, typical=29, max=58, unit="years")
        _bounds(
            claims,
            hired,
            f"people work when they are grown: {born.name}",
            [Bound(column=born.name, gap=grown_up)],
            [_TODAY],
            since=_CAREER_DAYS,
        )


_PETS = frozenset("pet animal dog cat mascota haustier tier cachorro gato horse cavalo".split())
_TODAY = Bound(column="base_date")
_OBSERVED = (
    "deliver receiv return arriv result complet finish ended closed stopped discharg departed checked left read viewed "
    "left exit exited sai shipped sent entreg receb devol cheg conclu finaliz encerr fechad alta resultado lido "
    "enviad despach "
    "coletad decision decid review approv accept reject resolv decisao aprov aceit rejeit avaliad resuel behob"
)
"""Beginnings of words of ends that are written down when they have come: none lies ahead."""


def _periods(table: TableView, claims: Claims) -> None:
    """Ends of periods follow their beginnings."""
    by_words = {column.words: column for column in table.columns.values() if column.category in MOMENTS}
    for column in by_words.values():
        start = start_of(column, by_words)
        if start is not None and (column.may_be_null or not start.may_be_null):
            gap = gap_between(column, table)
            agreed = _planned(start)
            settled = agreed is None or claims.is_free(table, agreed.name)
            observed = settled and not is_ahead(column) and begins(column.words, _OBSERVED)
            told = f"ends what {start.name} begins"
            after = [Bound(column=start.name, gap=gap)]
            if _bounds(claims, column, told, after, [_TODAY] if observed else ()) and not settled:
                _only_where_it_came(claims, column)


_TRAVELS = frozenset(
    "flight voo trip viagem leg trecho segment voyage train trem bus onibus ride sailing route".split()
)


def _comes_first(one: ColumnView, other: ColumnView, table: TableView) -> bool:
    """Which of two moments begins, where names allow both: a guest arrives before departing, a flight departs first."""
    if any(order.low == one.name for _, order in other.not_before):
        return True
    if any(order.low == other.name for _, order in one.not_before):
        return False
    departs = begins(one.words, "depart saida partida")
    travels = bool(_TRAVELS & set(nouns(table))) and not _CALLS & set(nouns(table))
    return departs == travels


_CALLS = frozenset("stop parada arret halt visit call waypoint".split())
"""Where who travels arrives, and departs again."""


def start_of(end: ColumnView, by_words: Mapping[Words, ColumnView]) -> ColumnView | None:
    """The moment of a row that begins what another ends, by their names; None where none does."""
    found = _named_start(end, by_words)
    if found is None or getattr(_named_start(found, by_words), "name", None) != end.name:
        return found
    return found if _comes_first(found, end, end.table) else None


def _named_start(end: ColumnView, by_words: Mapping[Words, ColumnView]) -> ColumnView | None:
    neutral = _neutral(end.words)
    if neutral != end.words:
        by_words = {**{_neutral(words): one for words, one in by_words.items()}, **by_words}
    for first, closing in _SPLIT:
        words = end.words if closing[0] in end.words else neutral
        if closing[0] not in words:
            continue
        for at in range(len(words)):
            if words[at : at + len(closing)] != closing:
                continue
            opening: Words = (*words[:at], *first, *words[at + len(closing) :])
            found = by_words.get(opening) or by_words.get(first)
            if found is not None and found.name != end.name:
                return found
    return None


def _after_birth(table: TableView, birth: ColumnView | None, claims: Claims) -> None:
    """Every other moment of a row follows its birth, but for births of people and what lies ahead on purpose."""
    if birth is None:
        return
    for column in table.columns.values():
        if column.category not in MOMENTS or column.name == birth.name or column.says(BORN) or column.says(FOUNDED):
            continue
        if not column.may_be_null and birth.may_be_null:
            continue
        if is_ahead(column) and begins(column.words, _RENEWED) and (table.subject or ("",))[0] == "person":
            continue  # a licence runs out some years from now, whenever its holder was hired
        told = f"follows {birth.name}"
        if column.says(_WRITTEN) and birth.category == column.category:
            soon = Gap(min=0, typical=4, max=240, unit="minutes")
            _bounds(claims, column, f"written down after {birth.name}", [Bound(column=birth.name, gap=soon)], [_TODAY])
        elif begins(birth.words, _BOOKED) and column.says(_STAYS) and not column.may_be_null:
            before = Gap(min=0, typical=16, max=200, unit="days")
            _bounds(claims, column, f"booked before, at {birth.name}", [Bound(column=birth.name, gap=before)], [_TODAY])
        elif column.says(RECORDED):
            soon = Gap(min=0, typical=20, max=600, unit="minutes")
            _bounds(claims, column, f"the record of what {birth.name} dates", [Bound(column=birth.name, gap=soon)])
        elif column.says(CHANGED):
            recorded = next(iter(columns_saying(table, RECORDED, MOMENTS)), birth)
            since = recorded if recorded.name != column.name and not recorded.may_be_null else birth
            later = Gap(min=0, typical=40, max=900, unit="days")
            _bounds(
                claims,
                column,
                f"the last change of what {since.name} dates",
                [Bound(column=since.name, gap=later)],
                [_TODAY],
            )
        elif (
            gap := _next_time(column) or _named_gap(column) or step_gap(column.words) or _some_time(column)
        ) is not None:
            ahead = is_ahead(column) or begins(column.words, "valid")
            _bounds(
                claims, column, told, [Bound(column=birth.name, gap=gap)], () if ahead else [_TODAY], confidence=0.8
            )


_WRITTEN = vocabulary("recorded at, ingested at, logged at, registered at, synced at, imported at", "registrado em")
_BOOKED = "book reserv"
_STAYS = vocabulary(
    "check in, check in date, checkin, checkin date, arrival, arrival date, start date, pickup date, date from, "
    "booking date, "
    "reservation date, reserved for, event date",
    "entrada, data entrada, chegada, data inicio, data reserva, retirada",
)
_LATE = Gap(min=0, typical=9, max=160, unit="minutes")
_LATE_DAYS = Gap(min=0, typical=2, max=45, unit="days")
_PLANNED = frozenset(
    "scheduled planned estimated expected previsto prevista programado programada geplant prevu".split()
)
_REAL = frozenset("actual real effective realizado realizada efetivo efetiva tatsaechlich reel reelle".split())


_LEFT = "depart airborne progress andamento route flight curso boarded running"
_CAME = "arriv land complet conclu finish finaliz done deliver realiz terminad gelandet pousou"


_VISITED = (
    ("arriv chegad llegad checked", Gap(min=0, typical=8, max=45, unit="minutes")),
    ("start inicia began begun begonnen", Gap(min=1, typical=12, max=80, unit="minutes")),
    ("end encerr complet finaliz finish conclu left beendet", Gap(min=8, typical=30, max=150, unit="minutes")),
)  # fmt: skip


def _steps_of_a_visit(table: TableView, claims: Claims) -> None:
    """Who has a visit arrives about its time, waits, is seen, and leaves."""
    times = [
        one for one in table.columns.values() if one.category in MOMENTS and not one.may_be_null and takes_place(one)
    ]
    birth = next((one for one in times if one.category != "date"), None)
    if birth is None or not set(nouns(table)) & MEETINGS:
        return
    before = birth
    for stems, gap in _VISITED:
        for column in table.columns.values():
            if column.category != birth.category or column.name == birth.name or not begins(column.words, stems):
                continue
            if (column.may_be_null or not before.may_be_null) and _bounds(
                claims, column, f"follows {before.name}", [Bound(column=before.name, gap=gap)], [_TODAY]
            ):
                before = column
                break


def _as_planned(table: TableView, claims: Claims) -> None:
    """What happens, happens a little after the time that was planned for it."""
    for column in table.columns.values():
        planned = _planned(column) if column.category in MOMENTS else None
        if planned is None or (planned.may_be_null and not column.may_be_null):
            continue
        late = _LATE if column.category != "date" else _LATE_DAYS
        today = [_TODAY] if claims.is_free(table, planned.name) else []
        told = f"a little after {planned.name}"
        if _bounds(claims, column, told, [Bound(column=planned.name, gap=late)], today):
            _only_where_it_came(claims, column)


_EVENTS = frozenset(
    "event evento show concert gig festival conference conferencia congresso webinar workshop exhibition exposicao "
    "concerto screening veranstaltung konzert evenement".split()
)
"""Tables of what is announced, sold and prepared before it begins."""
_BEGINS = vocabulary(
    "starts at, start time, starts on, event date, start date, held on, held at, start at, date, event time, show time",
    "inicio, inicia em, data inicio, data evento, data hora, data, comeca em",
)
_LOGGED = frozenset("log type payload actor ip session level message source severity".split())
_PREPARED = (
    # By words of a moment before an event begins: how long before.
    ("door opens_doors abertura_portoes einlass", Gap(min=30, typical=60, max=120, unit="minutes")),
    ("sales_end sale_end sales_close registration_deadline registration_close fim_vendas vendas_fim inscricoes_fim",
     Gap(min=0, typical=2, max=48, unit="hours")),
    ("sales_start sale_start sales_open on_sale registration_open inicio_vendas vendas_inicio inscricoes_inicio "
     "publish announc publica anunci", Gap(min=10, typical=45, max=120, unit="days")),
)  # fmt: skip


def _planned_for(table: TableView) -> tuple[ColumnView, ColumnView] | None:
    """The moment of the record of an event, and that at which it begins; None where a table is no such plan."""
    if not _EVENTS & set(nouns(table)) or any(_LOGGED & set(one.words) for one in table.columns.values()):
        return None
    recorded = next(iter(columns_saying(table, RECORDED, MOMENTS)), None)
    begun = next((one for one in columns_saying(table, _BEGINS, MOMENTS) if not one.says(RECORDED)), None)
    if recorded is None or begun is None or recorded.may_be_null or begun.may_be_null or begun.in_key:
        return None
    return (recorded, begun) if recorded.category in (begun.category, "timestamptz", "timestamp") else None


def _before_it_begins(table: TableView, claims: Claims) -> None:
    """An event is recorded weeks before it begins, sold until it does, and its doors open an hour before."""
    planned = _planned_for(table)
    if planned is None:
        return
    recorded, begun = planned
    at = [Bound(column=begun.name, gap=Gap(min=20, typical=75, max=240, unit="days"))]
    _bounds(claims, recorded, f"recorded before {begun.name}", (), [*at, _TODAY])
    for column in table.columns.values():
        said = "_".join(column.words)
        if column.category != begun.category or column.name in (recorded.name, begun.name) or not column.may_be_null:
            continue
        gap = next((gap for stems, gap in _PREPARED if any(stem in said for stem in stems.split())), None)
        if gap is None or (begun.category == "date" and gap.unit != "days"):
            continue
        after = [Bound(column=recorded.name)] if gap.unit == "days" else []
        _bounds(claims, column, f"before {begun.name}", after, [Bound(column=begun.name, gap=gap)])


_FORESEEN = "expect estimat promis previs prevista eta forecast prometid prognos"
"""Beginnings of words of moments that somebody said beforehand what comes later would come at."""
_ABOUT = 5
_GOODS_COME = frozenset("deliv recei arriv entre receb chega llega ankun liefe date data".split())
"""Beginnings of words for one thing: goods that are delivered arrive, and are received."""


def _as_foreseen(table: TableView, birth: ColumnView | None, claims: Claims) -> None:
    """What was expected is about when it came, now and then a little before it; what has not come is still awaited."""
    if birth is None:
        return
    for column in table.columns.values():
        if column.category not in MOMENTS or column.name == birth.name or not begins(column.words, _FORESEEN):
            continue
        came = _came(column, birth)
        kinds = {one.category for one in (column, birth, came) if one is not None}
        if came is None or "time" in kinds or column.in_key or (birth.may_be_null and not column.may_be_null):
            continue
        if "date" in kinds and len(kinds) > 1 and column.category != "date":
            continue
        gap = step_gap(came.words) or gap_between(came, table)
        if column.category != "date" and gap_between(came, table).unit in ("minutes", "seconds"):
            gap = gap_between(came, table)
        _foresee(column, birth, came, gap, claims)


def _foresee(column: ColumnView, birth: ColumnView, came: ColumnView, gap: Gap, claims: Claims) -> None:
    short = gap.unit in ("minutes", "seconds")
    unit = "mins" if short else "days"
    usual = max(round((gap.typical or 1) / (24 if gap.unit == "hours" else 60 if gap.unit == "seconds" else 1)), 1)
    begun, arrived = quoted(birth.name), quoted(came.name)
    of = f"extract(day from {begun})::int + extract(month from {begun})::int * 3"
    off = f"(mod({of}, 4) - 1) * 10" if short else f"mod({of}, 4) - 1"
    later = f"greatest({arrived} + make_interval({unit} => {off}), {begun} + make_interval({unit} => 1))"
    ahead = f"{begun} + make_interval({unit} => {usual} + mod({of}, {max(usual // 2, 2)}))"
    at = f"CASE WHEN {arrived} IS NULL THEN {ahead} ELSE {later} END"
    if column.category == "date":
        sql = f"({at})::date"
    else:
        whole = "minute" if short else "hour"  # the next full one
        sql = f"date_trunc('{whole}', {at} + make_interval({whole.removesuffix('ute')}s => 1))::{column.category}"
    claims.relation(
        column.table, ExpressionRule, "moments", f"about when {came.name} came", decides=[column.name],
        column=column.name, sql=sql, confidence=0.8,
    )  # fmt: skip


def _came(column: ColumnView, birth: ColumnView) -> ColumnView | None:
    """The moment at which what was expected came: by a word that they share, else the first that ends the row."""
    own = {word[:_ABOUT] for word in column.words if not begins((word,), _FORESEEN) and len(word) >= _ABOUT}
    ends = [
        one
        for one in column.table.columns.values()
        if one.category in MOMENTS and one.name not in (column.name, birth.name)
        and (begins(one.words, _OBSERVED) or begins(one.words, "close fecha")) and not is_ahead(one)
    ]  # fmt: skip
    shared = (one for one in ends if own & {word[:_ABOUT] for word in one.words})
    found = next(shared, None)
    if found is None and own and own <= _GOODS_COME:
        found = next((one for one in ends if _GOODS_COME & {word[:_ABOUT] for word in one.words}), None)
    if found is None and not own:
        found = next((one for one in ends if not begins(one.words, "shipp sent ship envia despach")), None)
    return found


def _only_where_it_came(claims: Claims, column: ColumnView) -> None:
    """What has happened is null in the states before it: a flight that is scheduled has not departed."""
    place = (column.table.ref, column.name)
    passed = (one.rule for one in claims.found if isinstance(one.rule, LifecycleRule) and one.rule.ref == place[0])
    rule, found = next(passed, None), claims.suggestions.get(place)
    if rule is None or found is None or not column.may_be_null:
        return
    came = _CAME if begins(column.words, "arriv cheg llegad ankunft end finish complet") else f"{_LEFT} {_CAME}"
    told = [str(one.value) for one in rule.states if begins(split_words(str(one.value)), came)]
    if told and len(told) < len(rule.states):
        when = Presence(column=rule.state, **{"in": tuple(told)})
        claims.suggestions[place] = replace(found, when=when, null_rate=0.0)


def _planned(column: ColumnView) -> ColumnView | None:
    """The moment that was planned for what a column says has happened: `scheduled_departure` of `actual_departure`."""
    rest = tuple(word for word in column.words if word not in _REAL)
    if len(rest) == len(column.words) or not rest:
        return None
    return next(
        (
            one
            for one in column.table.columns.values()
            if one.category == column.category and _PLANNED & set(one.words)
            and tuple(word for word in one.words if word not in _PLANNED) == rest
        ),
        None,
    )  # fmt: skip


# --- along foreign keys ----------------------------------------------------------------------------------------------

_MOST_PARENTS = 3


def parents_births(view: SchemaView, table: TableView, *, certain: bool = False) -> tuple[Bound, ...]:
    """Bounds by which nothing is older than the rows it belongs to.

    Args:
        view: all tables.
        table: whose rows they are.
        certain: only rows that every row belongs to.
    """
    bounds = []
    for link in view.up(table):
        if certain and not link.is_certain:
            continue
        birth = birth_of(link.parent) if len(link.key.columns) == 1 else None
        if birth is not None and (planned := _planned_for(link.parent)) is not None:
            birth = planned[0]  # what belongs to an event is agreed before it begins
        if birth is not None:
            bounds.append(Bound(column=f"{link.column}.{birth.name}"))
    return tuple(bounds[:_MOST_PARENTS])


def _after_parents(view: SchemaView, table: TableView, birth: ColumnView | None, claims: Claims) -> None:
    """The birth of a row follows those of the rows it belongs to."""
    if birth is None:
        # Of a row that tells only its last change, that is not before what it belongs to.
        birth = next((one for one in columns_saying(table, CHANGED, MOMENTS) if not one.may_be_null), None)
    # A moment that its default fills is there also where a key points nowhere; a bound over that key would empty it.
    filled = birth is not None and birth.takes_null and not birth.may_be_null
    after = parents_births(view, table, certain=filled) if birth is not None and not birth.in_key else ()
    if birth is not None and after and not birth.may_be_null:
        own = (one for one in view.links if one.is_itself and one.child.ref == table.ref and len(one.key.columns) == 1)
        after = (*after, *(_before(one, birth) for one in own if _answers(one)))
    if birth is not None and after:
        names = ", ".join(bound.column for bound in after)
        _bounds(claims, birth, f"no row is older than what it belongs to ({names})", after, [_TODAY])
