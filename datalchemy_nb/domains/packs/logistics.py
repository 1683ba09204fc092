"""Shipping: ``domain.logistics.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import generator

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
