"""Pages of a run's file, in an order and under a condition, without sorting more than it takes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from datalchemy_nb.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

NUMBER = "row number in the file"
_FIRST_ROWS = 2_000
"""So many rows of an order are found without sorting the rest; who looks further gets the whole order."""
_MOST_KEPT_ROWS = 5_000_000
_MOST_KEPT = 4


@dataclass(frozen=True)
class Order:
    """Which rows of a file, and in which order."""

    where: str | None = None
    sort: str | None = None
    descending: bool = False

    @property
    def is_plain(self) -> bool:
        """All rows, as they stand in the file."""
        return not self.where and not self.sort


class FileKey(NamedTuple):
    """A table's file as it is now: its place, when it was written and how long it is."""

    path: str
    written: int
    size: int


class Pages:
    """Cuts pages; remembers the last few orders and samples, so that a page more costs a page."""

    def __init__(self) -> None:
        self._orders: OrderedDict[tuple[FileKey, Order], tuple[pl.Series, int]] = OrderedDict()
        self._samples: OrderedDict[tuple[FileKey, tuple[str, ...], int], pl.DataFrame] = OrderedDict()

    def page(self, lazy: pl.LazyFrame, key: FileKey, order: Order, offset: int, rows: int) -> tuple[pl.DataFrame, int]:
        """Return rows with their numbers in the file, and how many rows there are in all.

        Args:
            lazy: the file.
            key: stands for it.
            order: not a plain one.
            offset: number of the first row in this order.
            rows: how many.

        Raises:
            UsageError: the condition is none of these rows.
        """
        import polars as pl

        try:
            numbers, total = self._numbers(lazy, key, order, offset + rows)
            wanted = numbers.slice(offset, rows)
            found = lazy.with_row_index(NUMBER).filter(pl.col(NUMBER).is_in(wanted.implode())).collect()
            place = pl.DataFrame({NUMBER: wanted})
            return place.join(found, on=NUMBER, how="left", maintain_order="left"), total
        except pl.exceptions.PolarsError as error:
            raise UsageError(
                f"{order.where!r} is no condition on these rows: {str(error).splitlines()[0]}",
                hint="write SQL, say \"total > 100 AND state = 'open'\"",
            ) from None

    def sample(self, lazy: pl.LazyFrame, key: FileKey, columns: list[str], every: int) -> pl.DataFrame:
        """Return every so many-th row."""
        place = (key, tuple(columns), every)
        if place not in self._samples:
            self._samples[place] = lazy.select(columns).gather_every(every).collect()
            _forget(self._samples)
        return self._samples[place]

    def _numbers(self, lazy: pl.LazyFrame, key: FileKey, order: Order, until: int) -> tuple[pl.Series, int]:
        """Numbers of the first rows in this order, and how many there are in all; only what decides is read."""
        import polars as pl

        place = (key, order)
        kept = self._orders.get(place)
        if kept is not None and (until <= len(kept[0]) or len(kept[0]) == kept[1]):
            self._orders.move_to_end(place)
            return kept
        numbered = lazy.with_row_index(NUMBER)
        if order.where:
            numbered = numbered.filter(pl.sql_expr(order.where))
        total = kept[1] if kept is not None else int(numbered.select(pl.len()).collect().item())
        if order.sort:
            numbered = numbered.select(NUMBER, order.sort).sort(
                order.sort, descending=order.descending, nulls_last=True, maintain_order=True
            )
        if until <= _FIRST_ROWS:
            numbered = numbered.head(_FIRST_ROWS)
        numbers = numbered.select(NUMBER).collect()[NUMBER]
        if len(numbers) <= _MOST_KEPT_ROWS:
            self._orders[place] = (numbers, total)
            _forget(self._orders)
        return numbers, total


def _forget(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
