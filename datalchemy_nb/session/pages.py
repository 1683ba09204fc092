"""Pages of a run's file, in an order and under a condition, without sorting more than it takes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from datalchemy_nb.errors import UsageError
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    import polars as pl

NUMBER = "row number in the file"
_FIRST_ROWS = (2_000, 20_000)
"""So many rows at either end of an order are found without sorting the rest; who looks further gets the whole order."""
_MOST_KEPT_ROWS = 5_000_000
_MOST_KEPT = 12
_MOST_SLICES = 100


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
        self._orders: OrderedDict[tuple[FileKey, Order, int], pl.Series] = OrderedDict()
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
            wanted, total = self._numbers(lazy, key, order, offset, rows)
            found = _rows(lazy, key, wanted)
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

    def _numbers(self, lazy: pl.LazyFrame, key: FileKey, order: Order, offset: int, rows: int) -> tuple[pl.Series, int]:
        """Numbers of some rows in this order, and how many rows there are in all; only what decides is read."""
        if not order.sort:
            numbers = self._kept((key, order, 0), lambda: _ordered(lazy, order).collect()[NUMBER])
            return numbers.slice(offset, rows), len(numbers)
        total = self._kept((key, Order(order.where), -1), lambda: _count(lazy, order)).item()
        for most in _FIRST_ROWS:
            if offset + rows <= most:
                first = self._kept((key, order, most), partial(_first, lazy, order, most))
                return first.slice(offset, rows), total
            if offset >= total - most:
                last = self._kept((key, order, -most), partial(_last, lazy, order, most))
                return last.slice(offset - total + len(last), rows), total
        numbers = self._kept((key, order, 0), lambda: _ordered(lazy, order).collect()[NUMBER])
        return numbers.slice(offset, rows), total

    def _kept(self, place: tuple[FileKey, Order, int], find: Callable[[], pl.Series]) -> pl.Series:
        """What was found before, else found now; kept as long as it is not too long."""
        if place in self._orders:
            self._orders.move_to_end(place)
            return self._orders[place]
        found = find()
        if len(found) <= _MOST_KEPT_ROWS:
            self._orders[place] = found
            _forget(self._orders)
        return found


def _numbered(lazy: pl.LazyFrame, order: Order) -> pl.LazyFrame:
    """Rows for which the condition holds, with their numbers."""
    import polars as pl

    numbered = lazy.with_row_index(NUMBER)
    return numbered.filter(pl.sql_expr(order.where)) if order.where else numbered


def _count(lazy: pl.LazyFrame, order: Order) -> pl.Series:
    import polars as pl

    return _numbered(lazy, order).select(pl.len()).collect().to_series()


def _ordered(lazy: pl.LazyFrame, order: Order) -> pl.LazyFrame:
    """Numbers of rows in an order; those that are alike stand as in the file, nulls last."""
    numbered = _numbered(lazy, order)
    if order.sort:
        numbered = numbered.select(NUMBER, order.sort).sort(
            order.sort, descending=order.descending, nulls_last=True, maintain_order=True
        )
    return numbered.select(NUMBER)


def _first(lazy: pl.LazyFrame, order: Order, rows: int) -> pl.Series:
    return _ordered(lazy, order).head(rows).collect()[NUMBER]


def _last(lazy: pl.LazyFrame, order: Order, rows: int) -> pl.Series:
    """The end of an order: the beginning of the opposite one, turned round."""
    assert order.sort is not None
    numbered = _numbered(lazy, order).select(NUMBER, order.sort)
    opposite = numbered.sort([order.sort, NUMBER], descending=[not order.descending, True], nulls_last=[False, False])
    return opposite.head(rows).select(NUMBER).collect()[NUMBER].reverse()


def _rows(lazy: pl.LazyFrame, key: FileKey, wanted: pl.Series) -> pl.DataFrame:
    """Rows by their numbers in the file, in any order; of Parquet only the parts that hold them are read."""
    import polars as pl

    numbered = lazy.with_row_index(NUMBER)
    if key.path.endswith(".parquet") and 0 < len(wanted) <= _MOST_SLICES:
        return pl.concat(pl.collect_all([numbered.slice(number, 1) for number in wanted]))
    return numbered.filter(pl.col(NUMBER).is_in(wanted.implode())).collect()


def _forget(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
