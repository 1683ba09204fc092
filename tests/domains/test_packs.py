from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError
from stdnum import iban

from datalchemy_nb.domains.registry import find_generator
from tests.domains.domain_laws import assert_laws, slot, words

VALUES = {
    "domain.crm.lead_stage": {"novo", "qualificado", "perdido"},
    "domain.crm.activity_type": {"tarefa", "reuniao", "anotacao"},
    "domain.crm.pipeline_name": {"Prospeccao", "Qualificacao", "Fechamento"},
    "domain.finance.transaction_type": {"debito", "credito", "pix"},
    "domain.finance.payment_method": {"cartao_credito", "cartao_debito", "pix", "boleto", "transferencia"},
    "domain.finance.invoice_status": {"aberta", "paga", "cancelada"},
    "domain.logistics.shipment_status": {"criado", "em_transito", "entregue", "cancelado"},
    "domain.logistics.carrier": {"correios", "jadlog", "total_express", "azul_cargo"},
}


def build(id_, column=None, **params):
    spec = find_generator(id_)
    return spec.build(spec.params.model_validate(params), column or slot())


@pytest.mark.parametrize(("id_", "values"), VALUES.items())
def test_lists_are_closed_and_weighted(id_, values):
    domain = build(id_)
    assert set(assert_laws(domain)) == values
    counts = domain.take(domain.draw(words(5000))).value_counts()["count"]
    assert counts.min() > 0
    assert counts.max() > 1.5 * counts.min()


@pytest.mark.parametrize(
    ("id_", "form", "size"),
    [
        ("domain.logistics.tracking_code", r"^BR\d{10}$", 10**10),
        ("domain.logistics.dimensions_cm", r"^(\d\d|100)x(\d\d|100)x(\d|[1-7]\d|80)$", 91 * 91 * 76),
    ],
)
def test_codes_are_counted(id_, form, size):
    domain = build(id_)
    assert domain.size == size
    assert domain.injective
    assert assert_laws(domain).str.contains(form).all()


def test_deal_values_are_money_and_mostly_small():
    domain = build("domain.crm.deal_value", slot("decimal", "numeric(12,2)", precision=12, scale=2))
    values = domain.take(domain.draw(words(5000)))
    assert values.dtype == pl.Decimal(12, 2)
    assert Decimal(1000) <= values.min() <= values.max() <= Decimal(75_000)
    assert values.median() < 25_000
    assert build("domain.crm.deal_value", slot("float"), min=1, max=2).upper == 2.0


def test_installments():
    domain = build("domain.finance.installments", max=24)
    assert assert_laws(domain).to_list() == list(range(1, 25))
    with pytest.raises(ValidationError, match="min 13 is above max 12"):
        build("domain.finance.installments", min=13)


@pytest.mark.parametrize("country", ["AT", "CH", "DE", "ES", "FR", "GB", "NL", "PT"])
def test_an_independent_library_accepts_account_numbers(country: str) -> None:
    domain = build("domain.finance.iban", country=country)
    found = domain.take(np.arange(0, domain.size, domain.size // 499, dtype=np.uint64))
    assert found.n_unique() == len(found)
    assert all(iban.is_valid(one) and one[:2] == country for one in found)
