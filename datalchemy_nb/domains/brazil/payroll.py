"""Wages and what is taken from them: INSS, income tax, FGTS, what is left; by the tables of each year.

Minimum wages: Leis 14.663/2023 and earlier, Decretos 11.864/2023, 12.342/2024 and 12.797/2025. Contributions: Emenda
Constitucional 103/2019 with the yearly Portarias Interministeriais (MPS/MF 26/2023, 2/2024, 6/2025, 13/2026). Income
tax: Leis 14.663/2023, 14.848/2024, 15.191/2025, and 15.270/2025 with its reduction up to R$ 7.350. FGTS: Lei
8.036/1990, 8%.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.contracts.distributions import Lognormal
from datalchemy_nb.domains.base import Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.banking import cents_of
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.distributions import shape
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.number import MAX_PRECISION, decimals
from datalchemy_nb.domains.parameters import Num, Str
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.records import dataclass

MINIMUM_WAGE = {
    2015: 788, 2016: 880, 2017: 937, 2018: 954, 2019: 998, 2020: 1045, 2021: 1100, 2022: 1212, 2023: 1320, 2024: 1412,
    2025: 1518, 2026: 1621,
}  # fmt: skip
"""Reais a month at the end of each year."""
_FGTS = 80
_MONTHS = 24


@dataclass(frozen=True)
class Tables:
    """The brackets of a year, in cents and thousandths.

    Attributes:
        contribution: upper ends of INSS's brackets; the last is the ceiling.
        tax: upper ends of the brackets of income tax but the last.
        deductions: what each bracket above the first takes off the tax.
        simplified: the least that is taken off the income before it is taxed.
        relief: whether the reduction of Lei 15.270/2025 holds.
    """

    contribution: tuple[int, int, int, int]
    tax: tuple[int, int, int, int]
    deductions: tuple[int, int, int, int]
    simplified: int
    relief: bool = False


_CONTRIBUTION_RATES = (75, 90, 120, 140)
_TAX_RATES = (0, 75, 150, 225, 275)
TABLES = {
    2023: Tables(
        (132000, 257129, 385694, 750749), (211200, 282665, 375105, 466468), (15840, 37040, 65173, 88496), 52800
    ),
    2024: Tables(
        (141200, 266668, 400003, 778602), (225920, 282665, 375105, 466468), (16944, 38144, 66277, 89600), 56480
    ),
    2025: Tables(
        (151800, 279388, 419083, 815741), (242880, 282665, 375105, 466468), (18216, 39416, 67549, 90873), 60720
    ),
    2026: Tables(
        (162100, 290284, 435427, 847555), (242880, 282665, 375105, 466468), (18216, 39416, 67549, 90873), 60720, True
    ),
}  # fmt: skip
_RELIEF_ALL, _RELIEF_END, _RELIEF_MOST = 500_000, 735_000, 31_289
_RELIEF_START, _RELIEF_SLOPE = 97_862, 133_145
"""Up to R$ 5.000 no tax is left; up to R$ 7.350 the reduction is 978,62 less 0,133145 of the income."""

What = Literal["inss", "irrf", "fgts", "net"]


def tables_of(year: int) -> Tables:
    """Return the tables of a year; of the nearest one there is."""
    return TABLES[min(max(year, min(TABLES)), max(TABLES))]


def _part(amounts: I64, thousandths: int) -> I64:
    """A share of amounts in cents, half a cent rounded up."""
    share: I64 = (amounts * thousandths + 500) // 1000
    return share


def contribution(gross: I64, tables: Tables) -> I64:
    """Return the employee's contribution to INSS in cents: every bracket by its own rate."""
    thousandths = np.zeros_like(gross)
    below = 0
    for end, rate in zip(tables.contribution, _CONTRIBUTION_RATES, strict=True):
        thousandths = thousandths + np.clip(gross - below, 0, end - below) * rate
        below = end
    taken: I64 = (thousandths + 500) // 1000
    return taken


def income_tax(gross: I64, taken: I64, tables: Tables) -> I64:
    """Return the tax withheld (IRRF) in cents.

    Args:
        gross: wages in cents.
        taken: contributions to INSS in cents.
        tables: of the year.
    """
    base = np.maximum(gross - np.maximum(taken, tables.simplified), 0)
    bracket = np.searchsorted(np.array(tables.tax), base, side="left")
    rate = np.array(_TAX_RATES, dtype=np.int64).take(bracket)
    tax = (base * rate + 500) // 1000 - np.array((0, *tables.deductions), dtype=np.int64).take(bracket)
    if tables.relief:
        falling = _RELIEF_START - (gross * _RELIEF_SLOPE + 500_000) // 1_000_000
        relief = np.where(gross <= _RELIEF_ALL, _RELIEF_MOST, np.where(gross <= _RELIEF_END, falling, 0))
        tax = tax - np.maximum(relief, 0)
    withheld: I64 = np.maximum(tax, 0)
    return withheld


class FromWage(Derivation):
    """What follows from a wage in another column.

    Args:
        inputs: the wage; for what is left also the columns to take off, else INSS and income tax are.
        what: contribution, tax, FGTS, or what is left.
        year: whose tables.
        slot: the column.
    """

    def __init__(self, inputs: tuple[str, ...], what: What, year: int, slot: Slot) -> None:
        self.inputs, self.what, self.tables = inputs, what, tables_of(year)
        self.category: Category | None = (
            slot.category if slot.category in ("decimal", "float", "integer") else "decimal"
        )

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits, rows
        wage, *others = (inputs[name] for name in self.inputs)
        cents = self._cents(cents_of(wage), [cents_of(other) for other in others])
        match self.category:
            case "integer":
                values = pl.Series((cents + 50) // 100)
            case "float":
                values = pl.Series(cents) / 100
            case _:
                values = decimals(pl.Series(cents).cast(pl.Int128), MAX_PRECISION, 2)
        return values.set(wage.is_null(), None)

    def _cents(self, gross: I64, others: list[I64]) -> I64:
        taken = contribution(gross, self.tables)
        match self.what:
            case "inss":
                return taken
            case "irrf":
                return income_tax(gross, taken, self.tables)
            case "fgts":
                return _part(gross, _FGTS)
            case "net":
                off = sum(others) if others else taken + income_tax(gross, taken, self.tables)
                left: I64 = np.maximum(gross - off, 0)
                return left


class SalaryParams(Params):
    """Which wages.

    Attributes:
        median: half earn less.
        year: whose minimum wage is the least; None = that of the plan's base date.
        max: the most.
    """

    median: Annotated[Num, Field(gt=0)] = 2_600
    year: int | None = None
    max: Annotated[Num, Field(gt=0)] = 40_000


class WageParams(Params):
    """``input_columns``: the wage, and for what is left perhaps the columns to take off; ``year``: whose tables."""

    input_columns: Annotated[tuple[Str, ...], Field(min_length=1)]
    year: int | None = None


class MonthParams(Params):
    """How a month is written where it is text.

    Attributes:
        form: ``2025-03``, ``03/2025`` or ``202503``.
    """

    form: Literal["2025-03", "03/2025", "202503"] = "2025-03"


@generator("semantic.br.salary", params=SalaryParams, produces=("decimal", "float", "integer"))
def salary(params: SalaryParams, slot: Slot) -> Domain:
    """Monthly wage in reais, lognormal above the minimum wage of the year."""
    year = params.year or slot.base_date.year
    least = MINIMUM_WAGE[min(max(year, min(MINIMUM_WAGE)), max(MINIMUM_WAGE))]
    domain = number_domain(slot, least, max(params.max, least + 1), 0)
    return shape(domain, Lognormal(kind="lognormal", median=float(max(params.median, least * 1.05)), sigma=0.6))


def _from_wage(params: WageParams, slot: Slot, what: What) -> Derivation:
    return FromWage(params.input_columns, what, params.year or slot.base_date.year, slot)


@generator("semantic.br.payroll.inss", params=WageParams, produces=("decimal", "float", "integer"))
def inss(params: WageParams, slot: Slot) -> Derivation:
    """Employee's contribution to INSS, by the brackets of the year, of the wage in another column."""
    return _from_wage(params, slot, "inss")


@generator("semantic.br.payroll.irrf", params=WageParams, produces=("decimal", "float", "integer"))
def irrf(params: WageParams, slot: Slot) -> Derivation:
    """Income tax withheld (IRRF), by the brackets of the year, of the wage in another column."""
    return _from_wage(params, slot, "irrf")


@generator("semantic.br.payroll.fgts", params=WageParams, produces=("decimal", "float", "integer"))
def fgts(params: WageParams, slot: Slot) -> Derivation:
    """FGTS of the wage in another column, eight per cent."""
    return _from_wage(params, slot, "fgts")


@generator("semantic.br.payroll.net", params=WageParams, produces=("decimal", "float", "integer"))
def net(params: WageParams, slot: Slot) -> Derivation:
    """What is left of the wage in another column: less the other columns named, else less INSS and income tax."""
    return _from_wage(params, slot, "net")


@generator("semantic.br.competencia", params=MonthParams, produces=("text", "date", "integer"))
def month(params: MonthParams, slot: Slot) -> Domain:
    """Month that a payment belongs to (competência), of the two years before the plan's base date."""
    last = slot.base_date.year * 12 + slot.base_date.month - 2
    months = [dt.date(number // 12, number % 12 + 1, 1) for number in range(last - _MONTHS + 1, last + 1)]
    if slot.category == "date":
        return ChoiceDomain(months, category="date")
    if slot.category == "integer":
        return ChoiceDomain([day.year * 100 + day.month for day in months], category="integer")
    form = {"2025-03": "{0:04}-{1:02}", "03/2025": "{1:02}/{0:04}", "202503": "{0:04}{1:02}"}[params.form]
    return ChoiceDomain([form.format(day.year, day.month) for day in months])
