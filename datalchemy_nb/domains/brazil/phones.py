"""Phone numbers whose DDD is that of the row's city."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.brazil.codes import write_digits
from datalchemy_nb.domains.brazil.facets import Numbered
from datalchemy_nb.domains.brazil.places import gazetteer, place
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import TextRows

Kind = Literal["mobile", "landline"]
_PREFIXES = {True: ("+55 99 ", "(99) ", "99 "), False: ("+5599", "99")}
_MOBILE_START, _LANDLINE_START = 6 * 10**7, 2 * 10**7
_USUAL = 4 * 10**7


class Phone(Numbered):
    """Phone numbers: mobile numbers are 9 and eight digits, landlines eight digits from 2 to 5 (Anatel).

    Args:
        formatted: with spaces and a hyphen.
        kind: mobile or landline.
        layout: which of the layouts, from the longest to the shortest.
    """

    def __init__(self, formatted: bool = False, kind: Kind = "mobile", layout: int = 0) -> None:
        super().__init__(place(), 10**8 if kind == "mobile" else _USUAL)
        self.formatted, self.kind, self.layout = formatted, kind, layout
        number = "99999-9999" if kind == "mobile" else "9999-9999"
        self.prefix = _PREFIXES[formatted][layout]
        self.number = number if formatted else number.replace("-", "")

    def draw_own(self, bits: U64) -> U64:
        """Draw numbers as they are assigned: the digit after the 9 of a mobile is 6 to 9."""
        start = _MOBILE_START if self.kind == "mobile" else 0
        return scale(bits, _USUAL) + np.uint64(start)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        start = 9 * 10**8 if self.kind == "mobile" else _LANDLINE_START
        rows = TextRows(len(own), len(self.prefix) + len(self.number))
        area, at = gazetteer().area_code_of(entity), self.prefix.index("99")
        rows.literal(0, self.prefix[:at].encode())
        rows.digits(at, area, 2)
        rows.literal(at + 2, self.prefix[at + 2 :].encode())
        write_digits(rows, len(self.prefix), self.number, own + np.uint64(start))
        return rows.finish()

    def shorten(self, limit: Length) -> Domain | None:
        for formatted, layout in ((self.formatted, i) for i in range(self.layout, len(_PREFIXES[self.formatted]))):
            phone = Phone(formatted, self.kind, layout)
            length = len(phone.prefix) + len(phone.number)
            if length >= limit.at_least and (limit.at_most is None or length <= limit.at_most):
                return phone
        if self.formatted:
            return Phone(False, self.kind).shorten(limit)
        raise EmptyDomainError(str(limit))


class PhoneParams(RoleParams):
    """How a phone number is written.

    Attributes:
        formatted: ``+55 11 91234-5678`` rather than ``+5511912345678``.
        kind: ``mobile`` or ``landline``.
    """

    formatted: Bool = False
    kind: Kind = "mobile"


@generator("semantic.br.phone", params=PhoneParams, tags=("pii.phone",))
def phone(params: PhoneParams) -> Domain:
    """Phone number with the DDD of the row's city; without the country code where the column is short."""
    return Phone(params.formatted, params.kind)
