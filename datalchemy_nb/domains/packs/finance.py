"""Payments: ``domain.finance.*``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bounds, Int
from datalchemy_nb.domains.registry import generator

_USUAL_INSTALLMENTS = {1: 40, 2: 12, 3: 14, 4: 5, 5: 4, 6: 8, 7: 1, 8: 2, 9: 1, 10: 7, 11: 1, 12: 5}
_MAX_INSTALLMENTS = 480


class InstallmentParams(Bounds):
    """``min`` to ``max``, inclusive."""

    min: Annotated[Int, Field(ge=0)] = 1
    max: Annotated[Int, Field(le=_MAX_INSTALLMENTS)] = 12


@generator("domain.finance.transaction_type")
def transaction_type() -> Domain:
    """Kind of transaction: debito, credito, pix; mostly pix."""
    return ChoiceDomain(["debito", "credito", "pix"], [25, 25, 50])


@generator("domain.finance.payment_method")
def payment_method() -> Domain:
    """Means of payment: cartao_credito, cartao_debito, pix, boleto, transferencia."""
    methods = ["cartao_credito", "cartao_debito", "pix", "boleto", "transferencia"]
    return ChoiceDomain(methods, [30, 14, 38, 13, 5])


@generator("domain.finance.invoice_status")
def invoice_status() -> Domain:
    """State of an invoice: aberta, paga, cancelada; most are paid."""
    return ChoiceDomain(["aberta", "paga", "cancelada"], [25, 68, 7])


@generator("domain.finance.installments", params=InstallmentParams, produces=("integer",))
def installments(params: InstallmentParams) -> Domain:
    """Number of instalments from `min` (1) to `max` (12); one, three and six are the usual ones."""
    counts = range(params.min, params.max + 1)
    return ChoiceDomain(list(counts), [_USUAL_INSTALLMENTS.get(n, 1) for n in counts], "integer")
