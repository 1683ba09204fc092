"""What an invoice says of a product: NCM, CEST, unit, GTIN, price and cost. All follow from the row's product.

``goods.csv`` has a line for each thing that ``products.csv`` names: its place in the Mercosul nomenclature (NCM), its
code where tax is substituted (CEST, Convênio ICMS 142/2018), its unit and the range of its price in shops, in reais.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.codes import append, digit_text, weighted_sum
from datalchemy_nb.domains.brazil.facets import Labelled, Side, fits, for_column
from datalchemy_nb.domains.brazil.products import product
from datalchemy_nb.domains.brazil.tables import I64, read_rows
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.number import decimals
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.records import dataclass

_GTINS = 2 * 10**9
"""Numbers of nine digits behind 789 and 790, the prefixes of GS1 Brasil."""
_STRIDE = np.uint64(618_033_989)
_PRECISION = 18


@dataclass(frozen=True)
class Goods:
    """The lines of ``goods.csv``, and which of them each product is.

    Attributes:
        of_product: line per product.
        ncm: eight digits.
        cest: seven digits, or empty.
        units: unit of sale.
        low: lowest price in cents.
        high: highest price in cents.
    """

    of_product: I64
    ncm: pl.Series
    cest: pl.Series
    units: pl.Series
    low: I64
    high: I64


@lru_cache(maxsize=1)
def goods() -> Goods:
    """Return the goods, read once."""
    rows = read_rows("goods.csv", ";")
    line = {(row[0], row[1]): number for number, row in enumerate(rows)}
    of_product: list[int] = []
    for _, code, nouns, lines, variants in read_rows("products.csv", ";"):
        each = len(lines.split("|")) * len(variants.split("|"))
        for noun in nouns.split("|"):
            of_product += [line[code, noun]] * each
    low, high = (np.array([int(row[i]) * 100 for row in rows], dtype=np.int64) for i in (5, 6))
    ncm, cest, units = (pl.Series([row[i] for row in rows]) for i in (2, 3, 4))
    return Goods(np.array(of_product, dtype=np.int64), ncm, cest, units, low, high)


class GoodsCode(Labelled):
    """A code of the row's product.

    Args:
        labels: by line of ``goods.csv``.
    """

    def __init__(self, labels: pl.Series) -> None:
        super().__init__(product())
        self.labels = labels

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, goods().of_product.take(entity.view(np.int64)).view(np.uint64))


class Gtin(Side):
    """Bar codes of thirteen digits, the last one modulus 10 with weights 3 and 1 (GS1).

    Args:
        laps: products are counted this many times over, each with a number of its own.
    """

    injective = True

    def __init__(self, laps: int = 1, category: Category = "text") -> None:
        super().__init__(product(), laps)
        self.category, self.drives = category, laps == 1
        self.size = min(self.size, _GTINS)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        counted = own * np.uint64(self.entity.size) + entity
        base = np.uint64(789 * 10**9) + counted * _STRIDE % np.uint64(_GTINS)
        check = (10 - weighted_sum(base, (1, 3) * 6) % 10) % 10
        if self.category == "integer":
            return pl.Series(append(base, check).view(np.int64))
        return digit_text("9" * 13, append(base, check))

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 13, 13) else None

    def widen(self, size: int) -> Domain | None:
        return Gtin(-(-size // self.entity.size), self.category) if size <= _GTINS else None


class ProductPrice(Side):
    """Prices of products in reais: each product has its own, with the endings of prices in shops.

    Args:
        category: ``decimal``, ``float`` or ``integer``.
        cost: what the shop pays, 45 to 75 per cent of the price.
    """

    def __init__(self, category: Category = "decimal", cost: bool = False) -> None:
        super().__init__(product())
        self.category, self.cost = category, cost

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        return Decimal("0.01"), Decimal(int(goods().high.max())) / 100 + 2

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        cents = self._cents(entity)
        if self.cost:
            share = (mix(entity + np.uint64(77)) % np.uint64(31)).view(np.int64) + 45
            cents = np.maximum(cents * share // 100, 1)
        match self.category:
            case "integer":
                return pl.Series(np.maximum(cents // 100, 1))
            case "float":
                return pl.Series(cents) / 100
            case _:
                return decimals(pl.Series(cents).cast(pl.Int128), _PRECISION, 2)

    def _cents(self, entity: U64) -> I64:
        stock = goods()
        line = stock.of_product.take(entity.view(np.int64))
        word = mix(entity + np.uint64(1))
        place = (word >> np.uint64(48)).view(np.int64)
        low = stock.low.take(line)
        # The square of an even share: most products cost little more than the cheapest.
        cents = low + (stock.high.take(line) - low) * (place * place >> 16) // (1 << 16)
        ending = np.where(word & np.uint64(1) == 0, 90, 99)
        priced: I64 = cents // 100 * 100 + np.where(
            cents < 2000, (word % np.uint64(10)).view(np.int64) * 10 + 9, ending
        )
        return priced


class GtinParams(RoleParams):
    """Whose bar code; the parameters are those of every facet."""


class NcmParams(RoleParams):
    """How a code is written.

    Attributes:
        formatted: ``8471.30.12`` rather than ``84713012``.
    """

    formatted: Bool = False


class PriceParams(RoleParams):
    """Which amount.

    Attributes:
        of: what it costs in the shop (``sale``), or what the shop pays (``cost``).
    """

    of: Literal["sale", "cost"] = "sale"


@generator("semantic.br.product.ncm", params=NcmParams)
def ncm(params: NcmParams, slot: Slot) -> Domain:
    """Code of the row's product in the Mercosul nomenclature (NCM)."""
    codes = goods().ncm
    if params.formatted:
        codes = pl.Series([f"{code[:4]}.{code[4:6]}.{code[6:]}" for code in codes])
    return for_column(GoodsCode(codes), slot)


@generator("semantic.br.product.cest", params=NcmParams)
def cest(params: NcmParams, slot: Slot) -> Domain:
    """Code of the row's product where tax is substituted (CEST); empty where it is not."""
    codes = goods().cest
    if params.formatted:
        codes = pl.Series([f"{code[:2]}.{code[2:5]}.{code[5:]}" if code else "" for code in codes])
    return for_column(GoodsCode(codes), slot)


_UNIT_LETTERS = 3
_TWO_LETTERS = {"PCT": "PT", "PAR": "PR"}


@generator("semantic.br.product.unit", params=RoleParams)
def unit(slot: Slot) -> Domain:
    """Unit that the row's product is sold in: UN, PCT, PAR; in two letters where the column has no more."""
    short = slot.max_length is not None and slot.max_length < _UNIT_LETTERS
    return for_column(GoodsCode(goods().units.replace(_TWO_LETTERS) if short else goods().units), slot)


@generator("semantic.br.product.gtin", params=GtinParams, produces=("text", "integer"))
def gtin(slot: Slot) -> Domain:
    """Bar code of the row's product (GTIN, EAN-13) with the prefix of Brazil and its check digit."""
    code = Gtin(category="integer" if slot.category == "integer" else "text")
    return code.widen(slot.rows) or code if slot.unique and slot.rows > code.size else code


@generator("semantic.br.product.price", params=PriceParams, produces=("decimal", "float", "integer"))
def price(params: PriceParams, slot: Slot) -> Domain:
    """Price of the row's product in reais, or what the shop paid for it."""
    category = slot.category if slot.category in ("decimal", "float", "integer") else "decimal"
    return ProductPrice(category, params.of == "cost")
