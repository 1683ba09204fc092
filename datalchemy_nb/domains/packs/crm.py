"""Sales: ``domain.crm.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.parameters import Bounds, Num
from datalchemy_nb.domains.registry import generator


class DealParams(Bounds):
    """``min`` to ``max``, inclusive."""

    min: Num = 1_000
    max: Num = 75_000


@generator("domain.crm.lead_stage")
def lead_stage() -> Domain:
    """Stage of a lead: novo, qualificado, perdido; more new ones than lost ones."""
    return ChoiceDomain(["novo", "qualificado", "perdido"], [50, 30, 20])


@generator("domain.crm.activity_type")
def activity_type() -> Domain:
    """Kind of activity: tarefa, reuniao, anotacao."""
    return ChoiceDomain(["tarefa", "reuniao", "anotacao"], [50, 20, 30])


@generator("domain.crm.deal_value", params=DealParams, produces=("decimal", "float", "integer"))
def deal_value(params: DealParams, slot: Slot) -> Domain:
    """Value of a deal from `min` (1000) to `max` (75000), two decimals; small deals are more frequent."""
    values = number_domain(slot, params.min, params.max, 2)
    values.skew = 2
    return values


@generator("domain.crm.pipeline_name")
def pipeline_name() -> Domain:
    """Name of a sales pipeline: Prospeccao, Qualificacao, Fechamento."""
    return ChoiceDomain(["Prospeccao", "Qualificacao", "Fechamento"], [45, 35, 20])
