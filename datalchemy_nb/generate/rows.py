"""A table is a function of row numbers.

    rows(table, columns, index) -> DataFrame

Any rows, any order, any columns; nothing is remembered between calls but pure lookup tables.
"""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Domain, Facet, OrderedDomain
from datalchemy_nb.domains.between import MOMENTS, rank_above, rank_below, take_between
from datalchemy_nb.domains.bits import U64, scale, text_words, unit
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.grid import whole_ticks, wide
from datalchemy_nb.domains.mixed import ByLocale
from datalchemy_nb.domains.parties import Party
from datalchemy_nb.errors import Cancelled, GenerationError
from datalchemy_nb.generate import checks, keys, lifecycles, relations
from datalchemy_nb.generate.bounding import bounded
from datalchemy_nb.generate.exact import DAY_MICROSECONDS, evaluate
from datalchemy_nb.generate.families import Family, Place
from datalchemy_nb.generate.kept import Kept
from datalchemy_nb.generate.lifecycles import Lived, Parents
from datalchemy_nb.generate.numbers import Attempts, Mask, Numbers
from datalchemy_nb.generate.pointing import Pointing
from datalchemy_nb.generate.redrawing import Counters, Redrawing, UnderWay, verify
from datalchemy_nb.generate.sieves import Sieves
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.family_plan import (
    Entered,
    Families,
    Historic,
    InOrder,
    Lasts,
    Life,
    Now,
    Numbered,
    Part,
    Rolled,
    Running,
    Told,
)
from datalchemy_nb.resolve.plan import (
    Cases,
    Link,
    Predicate,
    RedrawGroup,
    ResolvedColumn,
    ResolvedPlan,
    ResolvedTable,
    Tried,
)
from datalchemy_nb.resolve.sources import (
    Between,
    Bounded,
    Computed,
    CopiedFromParent,
    Decided,
    Derived,
    Drawn,
    Edge,
    FromParent,
    Keyed,
    Kind,
    OfKindRow,
    Repeated,
    Side,
    Source,
)

_SMALL_PARENT = 1 << 18
"""Columns of parents of up to so many rows are made once, for chunks of at least a quarter as many."""
_MOST_ASKED = 1 << 22
"""Of parents of up to so many rows it is remembered which ones a condition holds for."""
_FEW_PARENTS, _FEW_VALUES, _FEW_PAIRS = 1 << 12, 1 << 11, 1 << 18
"""A condition on a parent and on one text of so few is answered once for each pair."""
_REMEMBERED_BYTES = 48 << 20
_POINTED = "\x1flink {}"
"""Under this name the rows of a redraw carry the parents they point to."""


class Engine:
    """Computes rows of a resolved plan. Remembers nothing, and is safe to share between threads.

    Args:
        plan: the plan.
        whole: parents of up to so many rows are made once for all, however few rows point at them: worth it where
            rows of many tables are made.
    """

    def __init__(self, plan: ResolvedPlan, whole: int = 0) -> None:
        self.plan = plan
        self.whole = whole
        self.seed = plan.plan.seed
        self.today = (plan.plan.base_date - dt.date(1970, 1, 1)).days * DAY_MICROSECONDS
        self.stopped = False
        self.kept = Kept()
        self.under_way = UnderWay()
        self.sieves = Sieves(self)
        self.answers: dict[tuple[TableRef, int, str | None], Mask] = {}
        self._columns: dict[tuple[TableRef, tuple[int, ...], str], pl.Series] = {}
        self._remembered = 0

    def stop(self) -> None:
        """Make work under way on any thread end soon, with `Cancelled`."""
        self.stopped = True

    def rows(
        self,
        ref: TableRef,
        index: Iterable[int] | U64,
        columns: Sequence[str] | None = None,
        counters: Counters | None = None,
    ) -> pl.DataFrame:
        """Return rows of a table.

        Args:
            ref: the table.
            index: row numbers from 0, in any order.
            columns: wanted columns; None = all, in file order.
            counters: where redraws are counted.

        Raises:
            GenerationError: a row's predicates fail on every attempt, or it is made from rows of its own table over too
                many steps.
        """
        table = self.plan.tables[ref]
        numbers = index if isinstance(index, np.ndarray) else np.fromiter(index, dtype=np.uint64)
        batch = Batch(self, table, numbers.astype(np.uint64, copy=False), counters=counters)
        try:
            frame = pl.DataFrame([batch.column(name) for name in columns or table.column_names])
        except RecursionError:
            raise too_deep(table) from None
        if columns is None and table.verified:
            verify(table, numbers, frame, counters)
        return frame

    def unsifted(self, table: ResolvedTable, numbers: U64, columns: Sequence[str]) -> pl.DataFrame:
        """Return what a table's keys deal by these numbers, whichever row they are for."""
        batch = Batch(self, table, numbers, bare=True)
        return pl.DataFrame([batch.column(name) for name in columns])

    def batch(self, table: ResolvedTable, rows: U64) -> Batch:
        """Return rows of a table whose columns are made when first asked for."""
        return Batch(self, table, rows)

    def whole_column(self, ref: TableRef, name: str, links: tuple[int, ...] = ()) -> pl.Series:
        """Return a column of all rows of a small table, remembered: many rows point to few parents.

        Args:
            ref: the small table.
            name: the column.
            links: the foreign keys that lead from its rows to those whose column it is.
        """
        values = self._columns.get((ref, links, name))
        if values is None:
            rows = np.arange(self.plan.tables[ref].parents, dtype=np.uint64)
            values = Batch(self, self.plan.tables[ref], rows).reach(links, name)
            size = values.estimated_size()
            if self._remembered + size > _REMEMBERED_BYTES:
                self._columns, self._remembered = {}, 0
            self._columns[ref, links, name] = values
            self._remembered += int(size)
        return values


class Batch:
    """Some rows of one table, columns computed when first asked for.

    Args:
        group: the group being redrawn; its columns, and only they, depend on the attempt.
        attempt: which redraw this is, 0 the first; or several of every row at once.
        fixed: columns whose values are known already.
        bare: columns of keys as the numbers given deal them, no nulls: numbers are being sifted.
    """

    def __init__(
        self,
        engine: Engine,
        table: ResolvedTable,
        index: U64,
        *,
        group: RedrawGroup | None = None,
        attempt: int | Attempts = 0,
        fixed: dict[str, pl.Series] | None = None,
        counters: Counters | None = None,
        bare: bool = False,
    ) -> None:
        known = table.known
        self._engine, self._table, self._rows = engine, table, index
        self._index = index if known is None or bare else known.candidates(index)
        self._redrawn: frozenset[str] = frozenset(group.columns) if group else frozenset()
        self._held = None if known is None or not known.existing or bare else _Held.of(engine, table, index)
        sifted = None if bare else engine.sieves.sifted(table)
        self._numbers = Numbers(
            engine.seed, table, self._index, group, attempt, index, sifted, bare=bare,
            closed=lambda choice: engine.sieves.closed(table, choice),
        )  # fmt: skip
        # A circle of references would keep each chunk until the collector comes by; Pointing lives within the batch.
        rows: Batch = weakref.proxy(self)
        self._pointing = Pointing(
            self._numbers,
            rows,
            lambda link: engine.sieves.parents(table, link),
            lambda link: engine.sieves.by_value(table, link),
        )
        self._counters = counters
        self._columns: dict[str, pl.Series] = dict(fixed or {})
        self._parents: dict[int, Batch] = {}
        self._lives: dict[str, Lived] = {}
        self._parents_lived: dict[int, Parents] = {}
        self._answered: dict[int, tuple[npt.NDArray[np.uint32], Mask] | None] = {}

    # --- who belongs to whom -----------------------------------------------------------------------------------

    @property
    def engine(self) -> Engine:
        """What makes rows of other tables."""
        return self._engine

    @property
    def table(self) -> ResolvedTable:
        """The rows' table."""
        return self._table

    @property
    def redraws(self) -> bool:
        """Whether some columns are being drawn again: what reads them is not that of the final rows."""
        return bool(self._redrawn)

    @property
    def index(self) -> U64:
        """The numbers that values are made from."""
        return self._index

    @property
    def rows(self) -> U64:
        """The row numbers, in the file; the same as `index` where no rows are known before the run."""
        return self._rows

    def place(self, link: int) -> Place:
        """Return where the rows stand among the children of the row that a link leads to."""
        return self._pointing.place(self._table.links[link])

    def family(self, link: int) -> Family:
        """Return a link both ways."""
        return self._numbers.family(self._table.links[link])

    def family_of(self, ref: TableRef, link: int) -> Family:
        """Return a link of another table both ways."""
        table = self._engine.plan.tables[ref]
        one = table.links[link]
        return Family(self._engine.seed, ref, table.rows, one.pointing, one.target_rows)

    def would_do(self, link: Link, way: Tried, at: npt.NDArray[np.intp], parents: U64) -> Mask:
        """Return whether rows may refer to these parents; ``at`` says which row each is tried for."""
        if not way.reads and link.target_rows <= _MOST_ASKED and self._told_by_parent(link, way):
            name = link.target, f"{self._table.ref} may refer to it by {link.name}"
            held = self._engine.kept.of(name, link.target_rows, parents, lambda rows: (self._may_be(link, way, rows),))
            return held[0]
        if link.index not in self._answered:
            self._answered[link.index] = self._answers(link, way)
        answered = self._answered[link.index]
        if answered is not None:
            codes, answers = answered
            told: Mask = answers[codes[at], parents.view(np.int64)]
            return told
        whose = pl.Series(at.astype(np.uint32))
        fixed = {name: self.column(name)[whose] for name in way.reads}
        tried = Batch(self._engine, self._table, self._index[at], fixed=fixed)
        tried._pointing.settle(link, parents, None)
        will_do: Mask = tried.column(way.where).fill_null(value=False).to_numpy()
        return will_do

    def would_break(
        self,
        link: Link,
        parents: U64,
        missing: Mask | None,
        conditions: Sequence[Predicate],
        at: npt.NDArray[np.intp] | None = None,
    ) -> Mask:
        """Return which rows break a condition where a link points to these parents; ``at`` says which each is for."""
        tried = Batch(self._engine, self._table, self._rows if at is None else self._rows[at])
        tried._pointing.settle(link, parents, missing)
        names = dict.fromkeys(name for predicate in conditions for name in predicate.columns)
        frame = pl.DataFrame([tried.column(name) for name in names])
        return checks.failing(frame, [predicate.sql for predicate in conditions])

    def _told_by_parent(self, link: Link, way: Tried) -> bool:
        """Whether the condition on a parent tells nothing else than what it reads, so that an answer holds for all."""
        table, told = self._table, self._table.every[way.where]
        plain = not (told.null_rate or told.steps or told.cases or told.when or told.visited)
        if not plain or not isinstance(told.source, Computed) or table.known is not None:
            return False
        reached = [table.reaches.get(name) for name in told.source.inputs if name not in way.reads]
        through = all(one is not None and one.links[:1] == (link.index,) for one in reached)
        return through and way.where not in table.group_of and table.group_of.keys().isdisjoint(link.columns)

    def _may_be(self, link: Link, way: Tried, parents: U64) -> Mask:
        """Whether a row that reads nothing of its own may refer to these parents."""
        tried = Batch(self._engine, self._table, np.zeros(len(parents), dtype=np.uint64))
        tried._pointing.settle(link, parents, None)
        will_do: Mask = tried.column(way.where).fill_null(value=False).to_numpy()
        return will_do

    def _answers(self, link: Link, way: Tried) -> tuple[npt.NDArray[np.uint32], Mask] | None:
        """For a condition that reads one text of few of the row: which each row has, and what each says of each parent.

        Returns:
            Numbers of the rows' texts, and answers by number and parent; None where it is no such condition.
        """
        few = link.target_rows <= min(_FEW_PARENTS, len(self._index))
        if not few or len(way.reads) != 1 or not self._told_by_parent(link, way):
            return None
        values = self.column(way.reads[0])
        if not isinstance(values.dtype, pl.String) or values.head(4 * _FEW_VALUES).n_unique() > _FEW_VALUES:
            return None
        names: list[str] = values.drop_nulls().unique(maintain_order=True).to_list()
        if len(names) > _FEW_VALUES or len(names) * link.target_rows > max(_FEW_PAIRS, 32 * link.target_rows):
            return None
        codes = values.cast(pl.Enum(names)).to_physical().cast(pl.UInt32).fill_null(len(names)).to_numpy()
        texts = [*names, None] if values.null_count() else names
        known = self._engine.answers
        asked = [text for text in texts if (self._table.ref, link.index, text) not in known]
        if asked:
            parents = np.tile(np.arange(link.target_rows, dtype=np.uint64), len(asked))
            each = pl.Series(way.reads[0], asked, dtype=pl.String)[np.repeat(np.arange(len(asked)), link.target_rows)]
            tried = Batch(
                self._engine, self._table, np.zeros(len(parents), dtype=np.uint64), fixed={way.reads[0]: each}
            )
            tried._pointing.settle(link, parents, None)
            will_do = tried.column(way.where).fill_null(value=False).to_numpy().reshape(len(asked), -1)
            known.update({(self._table.ref, link.index, text): told for text, told in zip(asked, will_do, strict=True)})
        return codes, np.stack([known[self._table.ref, link.index, text] for text in texts])

    def lived(self, life: Life) -> Lived:
        """Return how far the rows have come in a lifecycle."""
        if life.purpose not in self._lives:
            self._lives[life.purpose] = Lived(self, life)
        return self._lives[life.purpose]

    def parents_lived(self, source: Told) -> Parents:
        """Return the lives of the rows that a history's rows are of."""
        if source.link not in self._parents_lived:
            self._parents_lived[source.link] = lifecycles.parents_of(self, source)
        return self._parents_lived[source.link]

    # --- columns -----------------------------------------------------------------------------------------------

    def column(self, name: str) -> pl.Series:
        """Return a column's final values, typed as in the file."""
        if name not in self._columns:
            if self._engine.stopped:
                raise Cancelled("stopped on request")
            if self._held is not None:
                self._columns[name] = self._held.column(name)
                return self._columns[name]
            group = self._table.group_of.get(name)
            reached = self._table.reaches.get(name)
            if group is not None and name not in self._redrawn:
                self._solve(self._table.groups[group])
            elif reached is not None:
                self._columns[name] = self.reach(reached.links, reached.column).alias(name)
            else:
                self._columns[name] = self._listed(name, self._finish(self._table.every[name]))
        return self._columns[name]

    def reach(self, links: tuple[int, ...], column: str) -> pl.Series:
        """Return a column of the rows that a chain of foreign keys leads to; null where one of them is.

        Args:
            links: one foreign key a table, by position, the rows' own first; none = the rows themselves.
            column: of the table they lead to.
        """
        if not links:
            return self.column(column)
        if self._held is not None:
            return self._held.reach(links, column)
        return self._from_parent(self._table.links[links[0]], column, links[1:])

    def along(self, links: tuple[int, ...]) -> tuple[U64, Mask | None]:
        """Return the rows that a chain of foreign keys leads to, and where it leads nowhere."""
        link = self._table.links[links[0]]
        parents, missing = self.pointed(link)
        if len(links) == 1:
            return parents, missing
        table = self._engine.plan.tables[link.target]
        above, nowhere = Batch(self._engine, table, parents).along(links[1:])
        if missing is None or nowhere is None:
            return above, nowhere if missing is None else missing
        return above, missing | nowhere

    def pointed(self, link: Link) -> tuple[U64, Mask | None]:
        """Return the parent row of each row, and which rows point nowhere, redraws included."""
        for name in link.columns:
            group = self._table.group_of.get(name)
            if group is not None and name not in self._redrawn and name not in self._columns:
                self._solve(self._table.groups[group])
        return self._pointing.of(link)

    def _listed(self, name: str, values: pl.Series) -> pl.Series:
        """Put the values in place that the plan lists for fixed rows."""
        known = self._table.known
        if known is None or name not in known.cells:
            return values
        fixed, cells = known.cells[name]
        which = np.searchsorted(fixed, self._rows)
        at = np.flatnonzero((which < len(fixed)) & (fixed[np.minimum(which, len(fixed) - 1)] == self._rows))
        if not len(at):
            return values
        source = np.arange(len(values))
        source[at] = len(values) + which[at]
        return pl.concat([values, cells.alias(name)])[source]

    def _of_type(self, column: ResolvedColumn, values: pl.Series) -> pl.Series:
        """Give values the column's type."""
        places = column.slot.scale or 0
        try:
            made = cast(values, column.dtype)
            return made if places >= 0 or not isinstance(made.dtype, pl.Decimal) else _coarse(made, -places)
        except pl.exceptions.InvalidOperationError:
            raise GenerationError(
                f"{self._table.ref}.{column.name}: a value is none of its type {column.slot.type_name}",
                hint="leave the table out, or let what it is made from, or refers to, keep to the type",
                columns=(column.name,),
            ) from None

    def _finish(self, column: ResolvedColumn) -> pl.Series:
        values = self._source(column, column.source)
        if column.cases is not None:
            values = self._branched(column, column.cases, values)
        for step in column.steps:
            values = step.transform.apply(values, self._numbers.bits(column.name, f"transform {step.index} {step.id}"))
        values = self._of_type(column, values)
        missing = self._numbers.missing(column.name, column.null_rate, column.cases)
        if column.when is not None:
            other = self.column(column.when.column)
            told = _is_one_of(other, column.when.texts) if column.when.texts else other.is_not_null()
            absent = ~told.fill_null(value=False).to_numpy()
            missing = absent if missing is None else missing | absent
        if column.visited is not None:
            absent = lifecycles.absent(self, column.visited)
            missing = absent if missing is None else missing | absent
        return (values if missing is None else _with_nulls(values, missing)).alias(column.name)

    def _branched(self, column: ResolvedColumn, cases: Cases, values: pl.Series) -> pl.Series:
        """Replace values by those of the domain that the row's branch asks for."""
        branch = self._numbers.branch(cases)
        values = cast(values, column.dtype)
        for number, case in enumerate(cases.cases):
            if case.domain is not None:
                drawn = cast(self._of_branch(column, case.domain), column.dtype)
                values = drawn.zip_with(pl.Series(branch == number), values)
        return values

    def _of_branch(self, column: ResolvedColumn, domain: Domain) -> pl.Series:
        """Draw from a branch's domain, between what other columns leave of it."""
        if isinstance(column.source, Between) and isinstance(domain, OrderedDomain):
            return self._between(column.name, replace(column.source, domain=domain))
        return self._drawn(column.name, domain)

    def _source(self, column: ResolvedColumn, source: Source) -> pl.Series:
        match source:
            case Drawn(domain):
                return self._drawn(column.name, domain)
            case Keyed():
                return self._keyed(column.name, source)
            case FromParent(link, referenced):
                return self._key_of_parent(column.name, self._table.links[link], referenced)
            case CopiedFromParent(link, referenced):
                return self._from_parent(self._table.links[link], referenced)
            case Derived(derivation):
                inputs = {name: self.column(name) for name in derivation.inputs}
                if isinstance(derivation, Party):
                    return derivation.choose(inputs, *(self._drawn(column.name, part) for part in derivation.parts))
                return derivation.compute(inputs, self._numbers.bits(column.name, "value"), self._index)
            case Between():
                return self._between(column.name, source)
            case Numbered() | Part() | Running() | InOrder() | Rolled():
                return relations.compute(self, column, source)
            case Now() | Entered() | Lasts() | Told():
                return lifecycles.compute(self, column, source)
            case Computed():
                return self._computed(column, source)
            case Kind():
                which, _, missing = self._kind(source)
                series = pl.Series(source.values)[which.astype(np.uint32)]
                return series if missing is None else _with_nulls(series, missing)
            case OfKindRow():
                return self._of_kind(column, source)
            case Repeated():
                return self._repeated(column, source)
            case Decided():
                return self._decided(column, source)
            case Bounded():
                values, broken = self._bounded(column.name, source)
                if len(broken):
                    raise self._no_room(column, broken)
                return values
            case _:
                assert_never(source)

    def _bounded(self, name: str, source: Bounded) -> tuple[pl.Series, npt.NDArray[np.int64]]:
        return bounded(source, self.column, lambda purpose: self._numbers.bits(name, purpose), self._size)

    def without_room(self, name: str) -> npt.NDArray[np.int64]:
        """Return the places of rows in which the bounds of a column leave no value."""
        source = self._table.every[name].source
        assert isinstance(source, Bounded)
        return self._bounded(name, source)[1]

    def _kind(self, kind: Kind) -> tuple[U64, U64, Mask | None]:
        """Which kind each row refers to, its place among the rows of that kind, and which refer to nothing."""
        which, place = keys.place_in_share(kind.shares, self._engine.seed, self._table.ref, self._index)
        return which, place, self._numbers.missing(kind.purpose, kind.null_rate, None, 0)

    def _of_kind(self, column: ResolvedColumn, source: OfKindRow) -> pl.Series:
        """A column of a row of the table that the kind names."""
        which, place, missing = self._kind(source.kind)
        parts: list[pl.Series] = [pl.Series([], dtype=column.dtype)]
        order: list[npt.NDArray[np.intp]] = []
        bits = self._numbers.bits(column.name, "row")
        for number, (ref, rows, name) in enumerate(source.targets):
            here = np.flatnonzero(which == number)
            if not len(here):
                continue
            if source.apart:
                numbers = keys.permuted(
                    f"{column.name} {number}", self._engine.seed, self._table.ref, rows, place[here]
                )
            else:
                numbers = scale(bits[here], rows)
            parts.append(cast(Batch(self._engine, self._engine.plan.tables[ref], numbers).column(name), column.dtype))
            order.append(here)
        back = np.argsort(np.concatenate(order)) if order else np.zeros(0, dtype=np.intp)
        series = pl.concat(parts)[back]
        return series if missing is None else _with_nulls(series, missing)

    @property
    def _size(self) -> int:
        return len(self._index)

    def _computed(self, column: ResolvedColumn, source: Computed) -> pl.Series:
        if source.whole is not None:
            made = evaluate(source.whole, self.column, column.dtype)
            if made is not None and not (source.never_null and made.has_nulls()):
                return made
        frame = pl.DataFrame([self.column(name) for name in source.inputs] or [pl.Series("row", self._index)])
        if not source.stored:
            return checks.compute(frame, source.expression, column.dtype)
        try:
            values = checks.values(frame, source.expression, column.dtype)
        except checks.OutOfTypeError:
            raise GenerationError(
                f"{self._table.ref}.{column.name}: its expression makes numbers too large for {column.slot.type_name}",
                hint="give the columns it reads smaller values, or the column a wider type",
                columns=[column.name],
            ) from None
        if source.never_null and values.has_nulls():
            rows = ", ".join(str(self._rows[i]) for i in values.is_null().arg_true()[:3])
            raise GenerationError(
                f"{self._table.ref}.{column.name} is NOT NULL, but its expression is null in rows {rows}",
                hint="write coalesce(...) around what can be null, or nullif and coalesce around what is divided by",
            )
        return values

    def _fitted(self, column: ResolvedColumn, name: str) -> pl.Series:
        """Another column of the row as a value of this one's type."""
        try:
            return cast(self.column(name), column.dtype)
        except pl.exceptions.InvalidOperationError:
            raise GenerationError(
                f"{self._table.ref}.{column.name}: values of {name} are too large for {column.slot.type_name}",
                hint="copy a column of its size, or give the column a wider type",
            ) from None

    def _repeated(self, column: ResolvedColumn, source: Repeated) -> pl.Series:
        copy = source.source
        values = self._computed(column, copy) if isinstance(copy, Computed) else self._fitted(column, copy)
        if source.drift is not None:
            least, most = source.drift
            factors = scale(self._numbers.bits(column.name, "drift"), most - least + 1).astype(np.int64) + least
            values = _drifted(values, factors, column.dtype)
        if source.own is None:
            return values
        own = cast(self._drawn(column.name, source.own.domain), column.dtype)
        missing = self._numbers.missing(column.name, source.own_nulls, None)
        own = own if missing is None else _with_nulls(own, missing)
        if source.group is None:
            bits = self._numbers.bits(column.name, "copy")
        else:  # never drawn again: a redraw of one column would part it from its group
            bits = self._numbers.raw_bits(f"copies {source.group}", "copy", 0)
        repeats = unit(bits) < source.share
        return values.zip_with(pl.Series(repeats), own)

    def _decided(self, column: ResolvedColumn, source: Decided) -> pl.Series:
        """Values drawn from those of other columns; rows in which none has one draw for themselves."""
        words = self._index
        for name in reversed(source.columns):
            given = self.column(name)
            own = text_words(given.cast(pl.String))
            words = np.where(given.is_null().to_numpy(), words, own) if given.null_count() else own
        made = self._drawn_by(words, column.name, source.domain)
        if source.null_rate <= 0:
            return made
        return _with_nulls(made, unit(self._numbers.drawn_by(words, column.name, "null")) < source.null_rate)

    def _no_room(self, column: ResolvedColumn, broken: npt.NDArray[np.int64]) -> GenerationError:
        rows = ", ".join(str(self._rows[i]) for i in broken[:3])
        return GenerationError(
            f"{self._table.ref}.{column.name}: its bounds leave no value in rows {rows}",
            hint="the value it lies after is later than the one it lies before: give them ranges with room between",
            columns=[column.name],
        )

    def _drawn_by(self, words: U64, name: str, domain: object) -> pl.Series:
        """A domain drawn by words in place of rows."""
        if isinstance(domain, ByLocale):
            return domain.of_rows(words, [self._drawn_by(words, name, part) for part in domain.parts])
        values = self._numbers.drawn_by(words, name, "value")
        if isinstance(domain, Facet):
            entity = domain.entity.draw(self._numbers.drawn_by(words, domain.entity.name, "entity"))
            return domain.take_in(entity, domain.draw_own(values))
        return domain.take(domain.draw(values))  # type: ignore[attr-defined,no-any-return]

    def _drawn(self, name: str, domain: object) -> pl.Series:
        if isinstance(domain, ByLocale):
            return domain.of_rows(self._index, [self._drawn(name, part) for part in domain.parts])
        if isinstance(domain, Facet):
            return domain.take_in(self._numbers.entity(domain), domain.draw_own(self._numbers.bits(name, "value")))
        return domain.take(domain.draw(self._numbers.bits(name, "value")))  # type: ignore[attr-defined,no-any-return]

    def _keyed(self, name: str, source: Keyed) -> pl.Series:
        domain = source.domain
        if isinstance(domain, Facet) and domain.drives:
            own = np.zeros(len(self._index), dtype=np.uint64)
            driven = self._table.entity_keys.get(domain.entity.name)
            follows = driven is not None and driven.allocation == source.allocation
            dealt = self._numbers.entity(domain) if follows else self._numbers.ordinals(source.allocation)
            return domain.take_in(dealt, own)
        numbers = self._numbers.ordinals(source.allocation)
        if isinstance(domain, Facet) and domain.apart is not None:
            return domain.apart.take(numbers)
        if isinstance(domain, Facet) and domain.own_injective and domain.own_size >= self._table.size:
            return domain.take_in(self._numbers.entity(domain), numbers)
        return domain.take(numbers)

    def _between(self, name: str, source: Between) -> pl.Series:
        size = source.domain.size
        low = np.zeros(len(self._index), dtype=np.int64)
        high = np.full(len(self._index), size, dtype=np.int64)
        for side in source.lower:
            low = np.maximum(low, rank_above(source.domain, self._bound(side), strict=side.strict))
        if source.span:
            high = np.minimum(high, low + source.span)
        for side in source.upper:
            high = np.minimum(high, rank_below(source.domain, self._bound(side), strict=side.strict))
        for edge in source.above:
            low = np.maximum(low, rank_above(source.domain, self._edge(source.domain, edge), strict=edge.strict))
        for edge in source.below:
            high = np.minimum(high, rank_below(source.domain, self._edge(source.domain, edge), strict=edge.strict))
        return take_between(source.domain, self._numbers.bits(name, "value"), low, high)

    def _edge(self, domain: OrderedDomain, edge: Edge) -> pl.Series:
        frame = pl.DataFrame([self.column(name) for name in edge.inputs])
        return checks.bound(frame, edge.expression, moments=domain.category in MOMENTS)

    def _bound(self, side: Side) -> pl.Series:
        values = self.column(side.column)
        return values if side.offset is None else values + side.offset

    # --- foreign keys ------------------------------------------------------------------------------------------

    def _key_of_parent(self, name: str, link: Link, referenced: str) -> pl.Series:
        """A foreign key column: null only where that column may be null."""
        if name in link.nullable:
            return self._from_parent(link, referenced)
        parents, _ = self._pointing.of(link)
        return self._of_rows(link, parents, None, referenced, ())

    def _from_parent(self, link: Link, column: str, further: tuple[int, ...] = ()) -> pl.Series:
        """A column of the parent's row, or of a row above it."""
        parents, missing = self.pointed(link)
        if link.target == self._table.ref and missing is not None:
            return self._up_the_tree(parents, missing, column, further)
        return self._of_rows(link, parents, missing, column, further)

    def _of_rows(
        self, link: Link, parents: U64, missing: Mask | None, column: str, further: tuple[int, ...]
    ) -> pl.Series:
        if 0 < link.target_rows <= max(min(_SMALL_PARENT, 4 * len(parents)), self._engine.whole):
            numbers = pl.Series(parents.astype(np.uint32))
            if missing is not None and missing.any():
                numbers = numbers.set(pl.Series(missing), None)
            return self._engine.whole_column(link.target, column, further)[numbers]
        values = self._of_families(link, parents, column, further)
        if values is not None:
            return values if missing is None else _with_nulls(values, missing)
        if link.index not in self._parents:
            table = self._engine.plan.tables[link.target]
            self._parents[link.index] = Batch(self._engine, table, parents, counters=None)
        values = self._parents[link.index].reach(further, column)
        return values if missing is None else _with_nulls(values, missing)

    def _of_families(self, link: Link, parents: U64, column: str, further: tuple[int, ...]) -> pl.Series | None:
        """A column of parents whose children are neighbours: each parent's once."""
        way = link.pointing
        if not (isinstance(way, Historic) or (isinstance(way, Families) and not way.scattered)) or not len(parents):
            return None
        first = np.flatnonzero(np.concatenate([[True], parents[1:] != parents[:-1]]))
        if link.index not in self._parents:
            table = self._engine.plan.tables[link.target]
            self._parents[link.index] = Batch(self._engine, table, parents[first], counters=None)
        place = np.repeat(np.arange(len(first), dtype=np.uint32), np.diff(np.append(first, len(parents))))
        return self._parents[link.index].reach(further, column)[pl.Series(place)]

    def _up_the_tree(self, parents: U64, missing: Mask, column: str, further: tuple[int, ...]) -> pl.Series:
        """A column of earlier rows of the same table, which may be made from those before them: roots have none."""
        linked = ~missing
        above, inverse = np.unique(parents[linked], return_inverse=True)
        numbers = np.zeros(len(parents), dtype=np.uint32)
        numbers[linked] = inverse
        places = pl.Series(numbers).set(pl.Series(missing), None)
        if not len(above):
            return pl.Series([None], dtype=self._dtype(column, further))[places]
        return Batch(self._engine, self._table, above).reach(further, column)[places]

    def _dtype(self, column: str, links: tuple[int, ...]) -> pl.DataType:
        table = self._table
        for link in links:
            table = self._engine.plan.tables[table.links[link].target]
        return table.by_name[column].dtype

    # --- predicates ----------------------------------------------------------------------------------------------

    def _solve(self, group: RedrawGroup) -> None:
        """Draw the group's columns; redraw the rows whose predicates fail, attempt by attempt."""
        with self._engine.under_way:
            self._solved(group)

    def _solved(self, group: RedrawGroup) -> None:
        first = self.first_draw(group)
        fixed = {name: first[name] for name in group.inputs}

        def again(whose: npt.NDArray[np.intp], attempt: int | Attempts) -> pl.DataFrame:
            if self._engine.under_way.too_many():
                raise too_deep(self._table)
            return self._attempted(group, self._rows[whose], {name: s[whose] for name, s in fixed.items()}, attempt)

        most = self._engine.plan.max_attempts
        solved = Redrawing(self._table, group, self._rows, most, again, self._counters).of(first)
        self._columns.update({name: solved[name] for name in group.columns})
        for link in self._links_of(group):
            parents = solved[_POINTED.format(link.index)]
            missing = parents.is_null().to_numpy() if parents.has_nulls() else None
            self._pointing.settle(link, parents.fill_null(0).to_numpy(), missing)

    def _links_of(self, group: RedrawGroup) -> tuple[Link, ...]:
        """The foreign keys that a group draws again."""
        return tuple(link for link in self._table.links if link.columns and set(link.columns) <= set(group.columns))

    def first_draw(self, group: RedrawGroup) -> pl.DataFrame:
        """Return a group's columns as first drawn, and the columns its predicates read besides."""
        return self.draw_of(group, 0)

    def draw_of(self, group: RedrawGroup, attempt: int | Attempts) -> pl.DataFrame:
        """Return the same as drawn the first time, the second, and so on; or as drawn several times."""
        fixed = {name: self.column(name) for name in group.inputs}
        if isinstance(attempt, int):
            return self._attempted(group, self._rows, fixed, attempt)
        whose = np.repeat(np.arange(len(self._rows)), attempt.width)
        fixed = {name: values[whose] for name, values in fixed.items()}
        return self._attempted(group, self._rows[whose], fixed, attempt)

    def _attempted(
        self, group: RedrawGroup, rows: U64, fixed: dict[str, pl.Series], attempt: int | Attempts
    ) -> pl.DataFrame:
        batch = Batch(self._engine, self._table, rows, group=group, attempt=attempt, fixed=fixed)
        links = (batch.pointed_series(link) for link in self._links_of(group))
        return pl.DataFrame([*(batch.column(name) for name in group.columns), *fixed.values(), *links])

    def pointed_series(self, link: Link) -> pl.Series:
        """The parent row of each row, null where there is none, named for the rows of a redraw."""
        parents, missing = self._pointing.of(link)
        series = pl.Series(_POINTED.format(link.index), parents)
        return series if missing is None else series.set(pl.Series(missing), None)


@dataclass
class _Held:
    """Rows of which some are in the database already: of those the keys are known, and nothing else.

    Attributes:
        made: the others.
        order: where each row stands among the made ones, followed by those of the database.
        existing: number of each of those among the keys.
    """

    made: Batch
    order: npt.NDArray[np.intp]
    existing: npt.NDArray[np.int64]
    keys: pl.DataFrame

    @classmethod
    def of(cls, engine: Engine, table: ResolvedTable, rows: U64) -> _Held | None:
        """Return the rows taken apart; None where all of them are made."""
        assert table.known is not None
        there = rows >= np.uint64(table.rows)
        if not there.any():
            return None
        order = np.zeros(len(rows), dtype=np.intp)
        order[~there] = np.arange(int((~there).sum()))
        order[there] = np.arange(int((~there).sum()), len(rows))
        existing = (rows[there] - np.uint64(table.rows)).astype(np.int64)
        return cls(Batch(engine, table, rows[~there]), order, existing, table.known.keys)

    def column(self, name: str) -> pl.Series:
        if name not in self.keys.columns:
            return self._joined(self.made.column(name), None)
        held = self.keys[name][self.existing]
        return self._joined(self.made.column(name) if len(self.made.rows) else held[:0], held)

    def reach(self, links: tuple[int, ...], column: str) -> pl.Series:
        return self._joined(self.made.reach(links, column), None)

    def _joined(self, made: pl.Series, held: pl.Series | None) -> pl.Series:
        """Made and existing in the order of the rows; what was not read is null, and nothing points there."""
        behind = pl.Series([None] * len(self.existing), dtype=made.dtype) if held is None else held.cast(made.dtype)
        return pl.concat([made, behind.alias(made.name)])[self.order]


def too_deep(table: ResolvedTable) -> GenerationError:
    """The error of a table whose rows are made from rows they refer to, over too many steps."""
    own = next((link for link in table.links if link.target == table.ref), None)
    key = "its foreign keys" if own is None else f"foreign key {own.name}"
    return GenerationError(
        f"{table.ref}: rows are made from the rows that {key} leads to, over more steps than can be followed",
        hint="leave the table out, or ask for fewer rows",
    )


def _drifted(values: pl.Series, factors: npt.NDArray[np.int64], dtype: pl.DataType) -> pl.Series:
    """Multiply by ten-thousandths, rounded half away from zero to the digits of the type."""
    if dtype.is_float():
        return values * (pl.Series(factors.astype(np.float64)) / 10_000.0)
    digits = dtype.scale if isinstance(dtype, pl.Decimal) else 0
    product = whole_ticks(values, 10**digits, "left").cast(pl.Int128) * pl.Series(factors).cast(pl.Int128)
    sign = product.sign()
    whole = (product.abs() + wide(5_000)) // wide(10_000) * sign
    return checks.from_stored(whole.cast(pl.Int64), dtype)


def _is_one_of(values: pl.Series, texts: Sequence[str]) -> pl.Series:
    """Whether values read as one of some texts; numbers with digits behind the point are compared as numbers."""
    if values.dtype.is_decimal() or values.dtype.is_float():
        return values.cast(pl.Float64).is_in(pl.Series(texts, dtype=pl.String).cast(pl.Float64, strict=False))
    return values.cast(pl.String).is_in(texts)


def _with_nulls(values: pl.Series, missing: Mask) -> pl.Series:
    if not missing.any():
        return values
    return values.zip_with(pl.Series(~missing), pl.Series([None], dtype=values.dtype))


def _coarse(values: pl.Series, places: int) -> pl.Series:
    """Numbers of a type that keeps none of so many last digits, rounded half away from zero as PostgreSQL does."""
    if values.dtype.precision > _MOST_DIGITS:  # type: ignore[attr-defined]
        return values
    whole, unit = values.cast(pl.Int64), 10**places
    made: pl.Series = (whole.abs() + unit // 2) // unit * unit * whole.sign()
    return made.cast(values.dtype)


_MOST_DIGITS = 18
"""Of a whole number of 64 bits."""
