"""When things happen, by trade: offices keep hours, clinics begin early, restaurants fill in the evening, machines
never sleep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datalchemy_nb.drafting.view import TableView
from datalchemy_nb.drafting.words import singular

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
    ("order pedido sale venda cart carrinho payment pagamento transaction transacao checkout refund estorno commande "
     "bestellung", _SHOP),
)  # fmt: skip
_DINING = frozenset("menu dish dining restaurant restaurante cardapio prato mesa".split())


def habits_of(table: TableView, *, moments: bool) -> dict[str, Any]:
    """Return the hours and days in which rows of a table come about, as fields of a `calendar`; empty = at any time.

    Args:
        table: the table.
        moments: hours count; else days alone.
    """
    words = [singular(word) for word in table.words]
    found = next((habits for stems, habits in _TRADES if set(words) & set(stems.split())), _ANY_TIME)
    if found is _SHOP and any(_DINING & {singular(w) for w in ref.table.lower().split("_")} for ref in _others(table)):
        found = _EVENING
    fields = {key: value for key, value in found.items() if moments or key != "hours"}
    if found in (_OFFICE, _CLINIC) and table.plan.locale.lower() in ("pt_br", "pt"):
        fields["holidays"] = "BR"
    if moments and found and table.plan.locale.lower() in ("pt_br", "pt"):
        fields["zone"] = "America/Sao_Paulo"
    return fields


def _others(table: TableView) -> list[Any]:
    return list(table.schema.tables)
