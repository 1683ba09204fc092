"""Products: name, category and SKU agree."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain, Entity, Slot
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.brazil.facets import Numbered, Side, fits, for_column, pick
from datalchemy_nb.domains.brazil.tables import I64, read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import gather, join, row_digits, zero_padded
from datalchemy_nb.records import dataclass

_SKU_DIGITS = 7


@dataclass(frozen=True)
class Catalogue:
    """All products and their categories.

    Attributes:
        names: product names, distinct.
        category_of: per product.
        categories: category names.
        codes: three letters per category.
    """

    names: pl.Series
    category_of: I64
    categories: pl.Series
    codes: pl.Series


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the products, composed once."""
    names: list[str] = []
    counts: list[int] = []
    rows = read_rows("products.csv", ";")
    for _, _, nouns, lines, variants in rows:
        made = [f"{n} {q} {v}" for n in nouns.split("|") for q in lines.split("|") for v in variants.split("|")]
        names += made
        counts.append(len(made))
    category_of = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    return Catalogue(pl.Series(names), category_of, pl.Series([r[0] for r in rows]), pl.Series([r[1] for r in rows]))


@lru_cache(maxsize=1)
def product() -> Entity:
    """Return the entity that name, category and SKU of a row share."""
    size = len(catalogue().names)
    return Entity("br.product", size, partial(scale, size=size))


class ProductName(Side):
    """Product names.

    Args:
        numbers: with more than one, a number of its own follows the name.
        longest: longest value allowed; longer names are swapped for shorter ones of the catalogue.
    """

    def __init__(self, numbers: int = 1, longest: int | None = None) -> None:
        super().__init__(product(), numbers)
        self.longest = longest
        self.injective = longest is None
        self.drives, self.own_injective = numbers == 1 and longest is None, numbers > 1
        self.suffix = 0 if numbers == 1 else 1 + max(4, len(str(numbers)))
        names = catalogue().names
        self.room = 1000 if longest is None else longest - self.suffix
        self.short = names.filter(names.str.len_chars() <= self.room)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        names = gather(catalogue().names, entity)
        if self.longest is not None:
            others = gather(self.short, entity % np.uint64(len(self.short)))
            names = pick(names.str.len_chars() <= self.room, names, others)
        return names if self.own_size == 1 else join([names, " ", row_digits(own)])

    def shorten(self, limit: Length) -> Domain | None:
        longest = int(str(catalogue().names.str.len_chars().max())) + self.suffix
        if self.longest is None and fits(limit, 8, longest):
            return self
        if limit.at_least > 8 or limit.at_most is None:
            return None
        shorter = ProductName(self.own_size, min(limit.at_most, self.longest or limit.at_most))
        if shorter.short.is_empty():
            raise EmptyDomainError(str(limit))
        return shorter

    def widen(self, size: int) -> Domain | None:
        return ProductName(size, self.longest)


class Category(Side):
    """Categories of products."""

    def __init__(self) -> None:
        super().__init__(product())

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        stock = catalogue()
        return gather(stock.categories, stock.category_of.take(entity.view(np.int64)).view(np.uint64))

    def widen(self, size: int) -> Domain | None:
        categories = catalogue().categories
        return ChoiceDomain(categories) if size <= len(categories) else None


class Sku(Numbered):
    """Stock codes: letters of the category and a number, such as ``ELE-0042137``."""

    def __init__(self, digits: int = _SKU_DIGITS) -> None:
        super().__init__(product(), 10**digits)
        self.digits = digits

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        stock = catalogue()
        codes = gather(stock.codes, stock.category_of.take(entity.view(np.int64)).view(np.uint64))
        return join([codes, "-", zero_padded(own, self.digits)])

    def shorten(self, limit: Length) -> Domain | None:
        room = self.digits if limit.at_most is None else min(self.digits, limit.at_most - 4)
        if room < 1 or limit.at_least > 4 + room:
            raise EmptyDomainError(str(limit))
        return self if room == self.digits else Sku(room)

    def widen(self, size: int) -> Domain | None:
        return Sku(len(str(size - 1)))


@generator("semantic.br.product.name", params=RoleParams)
def product_name() -> Domain:
    """Product: what it is, its line and its variant."""
    return ProductName()


@generator("semantic.br.product.category", params=RoleParams)
def product_category(slot: Slot) -> Domain:
    """Category of the row's product."""
    return for_column(Category(), slot)


@generator("semantic.br.product.sku", params=RoleParams)
def product_sku() -> Domain:
    """Stock code (SKU) that begins with the category of the row's product."""
    return Sku()
