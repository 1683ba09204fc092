"""Generators by line of business: ``domain.finance.*``, ``domain.crm.*`` and ``domain.logistics.*``."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.codes import Code
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.parameters import Bounds, Int, Num
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import from_fixed_bytes

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


_BANKS = {
    "AT": ("00999", 11), "CH": ("99999", 12), "DE": ("09999999", 10), "ES": ("99990001", 10), "FR": ("9999900001", 11),
    "GB": ("EXAM000000", 8), "NL": ("EXAM", 10), "PT": ("99990001", 11),
}  # fmt: skip
"""By country: a bank and branch that nobody has, and the digits of an account there."""
_SPANISH_WEIGHTS = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
_NINETY_SEVEN = 97


class IbanParams(Params):
    """The country of the bank."""

    country: Literal["AT", "CH", "DE", "ES", "FR", "GB", "NL", "PT"] = "DE"


class Iban(Code):
    """Numbers of accounts at a bank that does not exist, in ascending order of the account.

    Check digits: ISO 13616 (modulo 97 of ISO/IEC 7064); of France and Portugal modulo 97, of Spain modulo 11.

    Args:
        country: two letters, a key of the table of banks.
    """

    def __init__(self, country: str) -> None:
        self.country = country
        self.bank, self.free = _BANKS[country]
        self.own = 2 if country in ("ES", "FR", "PT") else 0
        super().__init__(10**self.free, 4 + len(self.bank) + self.free + self.own)

    def take(self, ordinals: U64) -> pl.Series:
        account = np.empty((len(ordinals), self.free), dtype=np.int64)
        rest = ordinals.copy()
        for at in reversed(range(self.free)):
            account[:, at] = (rest % np.uint64(10)).astype(np.int64)
            rest //= np.uint64(10)
        bank = np.tile(np.array([int(sign, 36) for sign in self.bank], dtype=np.int64), (len(ordinals), 1))
        parts = [bank, account]
        if self.country == "ES":
            parts.insert(1, self._spanish(account))
        elif self.own:
            # The whole is 0 modulo 97 in France, and 1 in Portugal.
            left = _NINETY_SEVEN + (self.country == "PT")
            parts.append(_two(left - _modulo(np.column_stack(parts)) * 100 % _NINETY_SEVEN))
        body = np.column_stack(parts)
        head = np.array([int(sign, 36) for sign in f"{self.country}00"], dtype=np.int64)
        told = np.column_stack([body, np.tile(head, (len(body), 1))])
        check = _two(_NINETY_SEVEN + 1 - _modulo(told))
        signs = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
        cells = np.column_stack([np.tile(head[:2], (len(body), 1)), check, body])
        return from_fixed_bytes(np.ascontiguousarray(signs[cells]))

    def _spanish(self, account: I64) -> I64:
        bank = np.array([0, 0, *(int(sign) for sign in self.bank)], dtype=np.int64)
        both = [np.broadcast_to(bank, account.shape), account]
        digits = [(11 - (one * np.array(_SPANISH_WEIGHTS)).sum(axis=1) % 11) % 11 for one in both]
        return np.column_stack([np.where(one == 10, 1, one) for one in digits])


def _two(numbers: I64) -> I64:
    return np.column_stack([numbers // 10, numbers % 10])


def _modulo(signs: I64) -> I64:
    """The remainder by 97 of numbers in which letters count as two digits (A is 10)."""
    rest = np.zeros(len(signs), dtype=np.int64)
    for at in range(signs.shape[1]):
        rest = (rest * np.where(signs[:, at] > 9, 100, 10) + signs[:, at]) % _NINETY_SEVEN
    return rest


@generator("domain.finance.iban", params=IbanParams)
def iban(params: IbanParams) -> Domain:
    """International bank account number (ISO 13616) with valid check digits, at a bank that does not exist.

    `country` is AT, CH, DE, ES, FR, GB, NL or PT (DE).
    """
    return Iban(params.country)


# --- sales ------------------------------------------------------------------------------------------------------------


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


# --- shipping ---------------------------------------------------------------------------------------------------------

_TEN_TO_HUNDRED = r"([1-9]\d|100)"
_FIVE_TO_EIGHTY = r"([5-9]|[1-7]\d|80)"


@generator("domain.logistics.tracking_code")
def tracking_code() -> Domain:
    """Tracking code of a parcel: `BR` and ten digits."""
    return PatternDomain(r"BR\d{10}")


@generator("domain.logistics.shipment_status")
def shipment_status() -> Domain:
    """State of a shipment: criado, em_transito, entregue, cancelado; most have arrived."""
    return ChoiceDomain(["criado", "em_transito", "entregue", "cancelado"], [10, 22, 64, 4])


@generator("domain.logistics.carrier")
def carrier() -> Domain:
    """Carrier: correios, jadlog, total_express, azul_cargo."""
    return ChoiceDomain(["correios", "jadlog", "total_express", "azul_cargo"], [52, 24, 14, 10])


@generator("domain.logistics.dimensions_cm")
def dimensions_cm() -> Domain:
    """Size of a parcel in centimetres, length x width x height: `40x25x12`."""
    return PatternDomain(f"{_TEN_TO_HUNDRED}x{_TEN_TO_HUNDRED}x{_FIVE_TO_EIGHTY}")
