"""When things happen, by trade: offices keep hours, clinics begin early, restaurants fill in the evening, machines
never sleep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import begins, singular

Habits = Mapping[str, Any]
"""Fields of a `calendar` distribution: hours, weekdays, holidays, zone."""

_ANY_TIME: Habits = {"weekdays": (1.1, 1.1, 1.1, 1.1, 1.05, 0.7, 0.55), "hours": (
    1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 4, 6, 7, 7, 6, 6, 7, 7, 6, 6, 5, 5, 4, 4, 3, 2,
)}  # fmt: skip
"""People at home: more by day than by night, fewer at weekends. Weights begin at midnight, and on Monday."""
_SHOP: Habits = {"weekdays": (1, 1, 0.95, 1, 1.1, 1.15, 0.9), "hours": (
    1, 0.3, 0, 0, 0, 0, 0.3, 1, 3, 5, 7, 7, 7, 6, 6, 6, 7, 7, 7, 8, 8, 7, 5, 2.5,
)}  # fmt: skip
_OFFICE: Habits = {"weekdays": (1, 1.05, 1, 1, 0.95, 0, 0), "hours": (
    0, 0, 0, 0, 0, 0, 0, 0.3, 4, 7, 8, 7, 3, 5, 7, 7, 6, 3, 0.6, 0, 0, 0, 0, 0,
)}  # fmt: skip
_CLINIC: Habits = {"weekdays": (1.1, 1.05, 1, 1, 0.9, 0.2, 0), "hours": (
    0, 0, 0, 0, 0, 0, 0, 3, 7, 8, 8, 6, 2.5, 5, 7, 7, 6, 3, 1, 0, 0, 0, 0, 0,
)}  # fmt: skip
_EVENING: Habits = {"weekdays": (0.6, 0.7, 0.8, 1, 1.5, 1.7, 1.1), "hours": (
    0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0.3, 0.6, 2, 5, 5, 2, 1, 1, 2.5, 5, 7, 8, 6, 3, 1,
)}  # fmt: skip
_STAY: Habits = {"weekdays": (0.9, 0.8, 0.8, 1, 1.4, 1.5, 1), "hours": (
    0.3, 0, 0, 0, 0, 0, 0.5, 2, 4, 5, 6, 6, 6, 6, 7, 7, 6, 5, 4, 3, 2, 1.5, 1, 0.6,
)}  # fmt: skip
_WORKSHOP: Habits = {"weekdays": (1.15, 1.05, 1, 1, 1.05, 0.35, 0), "hours": (
    0, 0, 0, 0, 0, 0, 0, 2, 7, 8, 7, 6, 2.5, 5, 6, 6, 5, 2, 0.4, 0, 0, 0, 0, 0,
)}  # fmt: skip
_MACHINE: Habits = {}

_TRADES: tuple[tuple[str, Habits], ...] = (
    # By words of the table's name, the first that meets one.
    ("run execution build backup cron job heartbeat metric reading measurement sensor telemetry ping health probe "
     "observation leitura medicao sensores telemetria execucao", _MACHINE),
    ("menu dish dining restaurant restaurante comanda mesa prato cardapio screening show concert ticketing bar",
     _EVENING),
    ("booking reservation reserva stay hospedagem checkin rental locacao aluguel", _STAY),
    ("appointment consulta encounter exam exame diagnosis diagnostico prescription receita admission internacao "
     "patient paciente treatment tratamento procedure procedimento vaccination vacinacao triage triagem cita "
     "rendezvous", _CLINIC),
    ("invoice fatura nota quote quotation orcamento cotacao proposal proposta opportunity oportunidade deal negocio "
     "lead contract contrato employee funcionario colaborador payroll folha purchase compra supplier fornecedor vendor "
     "ticket chamado case task tarefa project projeto meeting reuniao call activity atividade journal lancamento "
     "company empresa contact contato issue incident budget claim sinistro policy apolice enrollment matricula loan "
     "emprestimo shipment remessa factura presupuesto oportunidad empresa contacto tarea actividad contrato facture "
     "devis entreprise tache rechnung angebot auftrag vertrag", _OFFICE),
    ("repair workshop maintenance inspection conserto reparo manutencao oficina vistoria werkstatt reparatur atelier "
     "reparacion taller", _WORKSHOP),
    ("order pedido sale venda cart carrinho payment pagamento transaction transacao checkout refund estorno commande "
     "bestellung", _SHOP),
)  # fmt: skip
_ORDERS_OF_WORK = frozenset("order ordem orden".split()), frozenset("work service servico repair job".split())
"""Words that make an order one of work when they stand together: `work_orders`, `ordens_servico`."""
_DINING = frozenset("menu dish dining restaurant restaurante cardapio prato mesa".split())


_YEAR = 365
_TRANSACTIONS = 730
_SINCE: tuple[tuple[str, int], ...] = (
    # By the head of the table's name: how many days ago the oldest of its rows came about.
    (
        "branch store shop warehouse site office clinic hospital school hotel restaurant factory plant gym "
        "library museum "
        "station airport campus venue property building facility academy university department "
        "filial loja deposito armazem unidade agencia escola clinica fabrica academia biblioteca imovel predio estacao "
        "universidade departamento",
        25 * _YEAR,
    ),
    (
        "employee funcionario colaborador staff staffer teacher professor doctor medico nurse enfermeiro instructor "
        "instrutor seller vendedor agent driver motorista dentist dentista technician tecnico lawyer advogado",
        15 * _YEAR,
    ),
    (
        "vehicle veiculo car truck machine maquina equipment equipamento asset ativo device dispositivo sensor meter "
        "medidor instrument copy exemplar bike aircraft aeronave boat",
        8 * _YEAR,
    ),
    (
        "contract contrato policy apolice lease subscription assinatura membership plan plano partner parceiro "
        "partnership supplier fornecedor vendor",
        5 * _YEAR,
    ),
)
_PEOPLE_SINCE = 6 * _YEAR
_RECORDS_SINCE = 3 * _YEAR


def history_of(table: TableView, *, recorded: bool = False) -> int:
    """Return how many days before today the oldest rows of a table came about: sites last longer than orders.

    Args:
        table: the table.
        recorded: the moment is that of the record, not of the thing: no older than the system that holds it.
    """
    words = [singular(word) for word in table.noun]
    head = {words[-1], words[0]} if not table.language and words else set(words)
    person = table.subject is not None and table.subject[0] == "person"
    found = next((days for stems, days in _SINCE if head & set(stems.split())), _PEOPLE_SINCE if person else 0)
    if len(words) > 1 and found and words[-1] in _HAPPENING:
        found = 0
    longest = max(found, _TRANSACTIONS)
    return min(longest, _RECORDS_SINCE) if recorded else longest


_HAPPENING = frozenset(
    "order visit session event log entry change history note payment reading measurement assignment shift absence "
    "leave review booking reservation transfer movement request document address tag pedido visita sessao evento "
    "historico pagamento leitura escala ausencia ferias avaliacao reserva movimento solicitacao documento endereco "
    "stock estoque price preco trip viagem ticket message invoice attendance".split()
)
"""Last words of tables of what happens to people and things: a visit of a patient is no patient."""


def habits_of(table: TableView, *, moments: bool) -> dict[str, Any]:
    """Return the hours and days in which rows of a table come about, as fields of a `calendar`; empty = at any time.

    Args:
        table: the table.
        moments: hours count; else days alone.
    """
    words = [singular(word) for word in table.words]
    found = next((habits for stems, habits in _TRADES if set(words) & set(stems.split())), _ANY_TIME)
    if all(set(words) & told for told in _ORDERS_OF_WORK):
        found = _WORKSHOP
    elif found is _ANY_TIME and table.of_a_school:
        found = _OFFICE
    if found is _SHOP and any(_DINING & {singular(w) for w in ref.table.lower().split("_")} for ref in _others(table)):
        found = _EVENING
    fields = {key: value for key, value in found.items() if moments or key != "hours"}
    if found in (_OFFICE, _CLINIC, _WORKSHOP) and table.plan.locale.lower() in ("pt_br", "pt"):
        fields["holidays"] = "BR"
    if moments and found and table.plan.locale.lower() in ("pt_br", "pt"):
        fields["zone"] = "America/Sao_Paulo"
    return fields


def _others(table: TableView) -> list[Any]:
    return list(table.schema.tables)


# --- what is agreed for a time of the clock ---------------------------------------------------------------------------

MEETINGS = frozenset(
    "appointment booking reservation visit consultation meeting interview lesson consulta agendamento agenda reserva "
    "compromisso visita reuniao entrevista aula cita termin rendezvous session sessao inspection vistoria demo".split()
)
"""Tables of what two people make a time for."""
TIMETABLED = MEETINGS | frozenset(
    "trip viagem class course turma shift turno flight voo departure partida screening show concert event evento "
    "match game "
    "partida "
    "exam exame webinar training treinamento workshop lecture palestra tour exhibition conference slot schedule "
    "horario".split()
)
_PLACED = "schedul planned depart appoint start begin date time visit check arrival agend inicio data hora consulta "
"entrada at on"
_RECORDING = "book reserv creat request made record registr solicit cri regist modif updat"
_BY_TIMETABLE = "schedul planned appoint agendad previst programad geplant"
_ENDS = "end ends ended until due finish fim ate termino"
RUNS_OUT = "expir valid renew renov venc"
"""Beginnings of words of moments at which something is good no longer."""
_QUARTER = 900


def takes_place(column: ColumnView) -> bool:
    """Whether a moment says when a row takes place, not when it was written down, or for how long it is good."""
    plain = not begins(column.words, f"{_RECORDING} {RUNS_OUT} {_ENDS}")
    return plain and begins(column.words, _PLACED)


def timetable(column: ColumnView) -> dict[str, Any]:
    """Quarter hours, as a parameter, where people agree on a time; nothing where things happen when they happen."""
    if column.category not in ("timestamp", "timestamptz"):
        return {}
    agreed = bool({singular(word) for word in column.table.noun} & TIMETABLED)
    actual = any(word.endswith("ed") and word not in ("scheduled", "planned") for word in column.words)
    planned = begins(column.words, _BY_TIMETABLE)
    ends = begins(column.words, "ends end fim termino") and not actual
    return {"every": _QUARTER} if planned or (agreed and not actual and (takes_place(column) or ends)) else {}
