"""Fields of a record as columns: drawn together in any table, in order in the table of the list itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Entity, Facet, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import decimal_digits, gather, join
from datalchemy_nb.domains.text import widened


def entity_of(name: str, weights: Sequence[int]) -> Entity:
    """Return the entity whose ordinals are records, drawn by weight."""
    return Entity(name, len(weights), WeightTable(weights).pick)


class RecordField(Facet):
    """One field of the record that a row is about; fields of one entity agree.

    Args:
        entity: which record; see `entity_of`.
        values: one per record.
        weights: of the records, for what is left under a limit.
        category: family of the values.
        wordy: whether a value that is too long may be cut after a word.
    """

    def __init__(
        self, entity: Entity, values: pl.Series, weights: Sequence[float], category: Category, wordy: bool = False
    ) -> None:
        self.entity, self.values, self.weights = entity, values, list(weights)
        self.category, self.wordy, self.size = category, wordy, entity.size
        self.injective = self.drives = values.n_unique() == len(values)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.values, entity)

    def draw(self, bits: U64) -> U64:
        return self.entity.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        kept = limit.mask(self.values)
        if kept.all():
            return self
        if self.wordy and isinstance(limit, Length) and limit.at_most and limit.at_least <= 1:
            assert self.weights is not None
            return RecordField(self.entity, shortened(self.values, limit.at_most), self.weights, self.category, True)
        if not kept.any():
            raise EmptyDomainError(str(limit))
        return Subset(self, kept.arg_true().to_numpy().astype(np.uint64))

    def widen(self, size: int) -> Domain | None:
        return widened(self, size, " ") if self.category == "text" else None


class RecordsInOrder(Domain):
    """One field of a list in the list's own table: row i shows record i.

    All columns of the table follow the row number, so they agree whatever its keys are. Rows beyond the list begin it
    again, texts with a number behind.

    Args:
        values: one per record.
        rows: of the table.
        category: family of the values.
        wordy: whether a value that is too long may be cut after a word.
        numbered: whether texts of later rounds have a number.
    """

    sequential = True

    def __init__(
        self, values: pl.Series, rows: int, category: Category, wordy: bool = False, numbered: bool = True
    ) -> None:
        self.values, self.rows, self.category = values, rows, category
        self.wordy, self.numbered = wordy, numbered and category == "text"
        self.size = max(len(values), rows)
        self.injective = values.n_unique() == len(values) and (self.numbered or rows <= len(values))

    def take(self, ordinals: U64) -> pl.Series:
        count = np.uint64(len(self.values))
        turn = ordinals // count
        plain = gather(self.values, ordinals - turn * count)
        if not self.numbered or self.size <= len(self.values):
            return plain
        return plain.zip_with(pl.Series(turn == 0), join([plain, " ", decimal_digits(turn + np.uint64(1))]))

    def narrow(self, limit: Limit) -> Domain | None:
        if self.numbered and self.size > len(self.values):
            everything = self.take(np.arange(self.size, dtype=np.uint64))
            if limit.mask(everything).all():
                return self
        kept = limit.mask(self.values)
        if self.wordy and isinstance(limit, Length) and limit.at_most and limit.at_least <= 1:
            room = limit.at_most - (1 + len(str(-(-self.rows // len(self.values)))) if self.size > len(kept) else 0)
            return self._with(shortened(self.values, max(room, 1)), self.numbered)
        if not kept.any():
            raise EmptyDomainError(str(limit))
        if kept.all() and not self.numbered:
            return self
        return self._with(self.values.filter(kept), False)

    def _with(self, values: pl.Series, numbered: bool) -> RecordsInOrder:
        return RecordsInOrder(values, self.rows, self.category, self.wordy, numbered)


def shortened(values: pl.Series, longest: int) -> pl.Series:
    """Cut texts that are too long after their last whole word that fits, or within the first."""
    text = pl.col("text")
    words = text.str.slice(0, longest + 1).str.extract(r"^(.*\S)\s", 1).str.strip_chars(" ,;:-(")
    whole = pl.when((words.is_null() | (words == "")).fill_null(value=True)).then(text.str.slice(0, longest))
    made = pl.when(text.str.len_chars() <= longest).then(text).otherwise(whole.otherwise(words))
    return values.to_frame("text").select(made.alias("text")).to_series().alias(values.name)
