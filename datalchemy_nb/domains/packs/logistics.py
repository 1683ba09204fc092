"""Shipping: ``domain.logistics.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import NoParams, generator

_TEN_TO_HUNDRED = r"([1-9]\d|100)"
_FIVE_TO_EIGHTY = r"([5-9]|[1-7]\d|80)"


@generator("domain.logistics.tracking_code")
def tracking_code(params: NoParams, slot: Slot) -> Domain:
    """Tracking code of a parcel: `BR` and ten digits."""
    del params, slot
    return PatternDomain(r"BR\d{10}")


@generator("domain.logistics.shipment_status")
def shipment_status(params: NoParams, slot: Slot) -> Domain:
    """State of a shipment: criado, em_transito, entregue, cancelado; most have arrived."""
    del params, slot
    return ChoiceDomain(["criado", "em_transito", "entregue", "cancelado"], [10, 22, 64, 4])


@generator("domain.logistics.carrier")
def carrier(params: NoParams, slot: Slot) -> Domain:
    """Carrier: correios, jadlog, total_express, azul_cargo."""
    del params, slot
    return ChoiceDomain(["correios", "jadlog", "total_express", "azul_cargo"], [52, 24, 14, 10])


@generator("domain.logistics.dimensions_cm")
def dimensions_cm(params: NoParams, slot: Slot) -> Domain:
    """Size of a parcel in centimetres, length x width x height: `40x25x12`."""
    del params, slot
    return PatternDomain(f"{_TEN_TO_HUNDRED}x{_TEN_TO_HUNDRED}x{_FIVE_TO_EIGHTY}")
