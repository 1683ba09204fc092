"""Licence plates, of the Mercosul form and of the one before."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.codes import Code
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import TextRows, char_table

_LAYOUTS = {"mercosul": "AAA9A99", "old": "AAA9999", "old-": "AAA-9999"}


class Plate(Code):
    """Plates: ``ABC1D23`` (Contran, Resolução 780/2019) or ``ABC-1234``."""

    def __init__(self, form: Literal["mercosul", "old"] = "mercosul", formatted: bool = False) -> None:
        self.layout = _LAYOUTS["old-" if form == "old" and formatted else form]
        size = 1
        for place in self.layout:
            size *= {"A": 26, "9": 10}.get(place, 1)
        super().__init__(size, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        places: list[U64] = []
        rest = ordinals
        for place in reversed(self.layout.replace("-", "")):
            base = np.uint64(26 if place == "A" else 10)
            above = rest // base
            places.append(rest - above * base)
            rest = above
        rows = TextRows(len(ordinals), self.length)
        letters, digits = char_table(ascii_uppercase), char_table("0123456789")
        for at, place in enumerate(self.layout):
            if place == "-":
                rows.literal(at, b"-")
            else:
                rows.put(at, letters if place == "A" else digits, places.pop())
        return rows.finish()


class PlateParams(Params):
    """Which plates.

    Attributes:
        form: ``mercosul`` (ABC1D23) or ``old`` (ABC1234).
        formatted: the old form with its hyphen.
    """

    form: Literal["mercosul", "old"] = "mercosul"
    formatted: Bool = False


@generator("semantic.br.plate", params=PlateParams, tags=("pii.plate",))
def plate(params: PlateParams) -> Domain:
    """Licence plate of a vehicle."""
    return Plate(params.form, params.formatted)
