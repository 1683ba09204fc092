"""Paging through a table that does not exist yet, or through a run's file."""

from __future__ import annotations

from typing import Any

import polars as pl
from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, Int, Tuple, Unicode

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import DatalchemyError, PlanInvalid, UsageError
from datalchemy_nb.widgets.models.choose import matching
from datalchemy_nb.widgets.models.filters import condition
from datalchemy_nb.widgets.models.nearby import Nearby
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic


class PreviewModel(PanelModel):
    """A page of rows.

    Attributes:
        tables: what the plan fills, added parents included.
        table: the one that is shown.
        offset: row number of the page's first row.
        size: rows a page.
        columns: words; columns whose name holds one of them are shown, all where it is empty.
        source: a run whose file is shown; empty for rows of the plan.
        sort: column by which a run's rows are sorted; empty for the file's order.
        descending: largest first.
        where: SQL condition on a run's rows.
        filters: what was typed into the headings, by column; every one of them must hold.
        page: the rows (`Preview`), or None.
        total: rows there are to page through.
    """

    tables = Tuple()
    table = AnyTrait(None, allow_none=True)
    offset = Int(0)
    size = Int(20)
    columns = Unicode("")
    source = Unicode("")
    sort = Unicode("")
    descending = Bool(False)
    where = Unicode("")
    filters = Dict()
    page = AnyTrait(None, allow_none=True)
    total = Int(0)

    def __init__(self, bench: Workbench) -> None:
        self.nearby = Nearby()
        self._dtypes: dict[str, pl.DataType] = {}
        self._where = ""
        super().__init__(bench)
        bench.observe(self._plan_changed, ["plan", "schema"])
        bench.observe(self._run_made, ["run"])
        self.observe(
            self._moved, ["table", "offset", "size", "columns", "source", "sort", "descending", "where", "filters"]
        )
        self.attempt(bench.list_runs)
        self._plan_changed(None)

    @property
    def shown_columns(self) -> list[str] | None:
        """Columns that fit the words; None for all."""
        if not self.columns.strip() or self.table is None:
            return None
        names = list(self.bench.schema.tables[self.table].by_name)
        wanted = [word for word in self.columns.replace(",", " ").split() if word]
        found = {name for word in wanted for name in matching(word, names)}
        return [name for name in names if name in found]

    def choose(self, table: TableRef | None) -> None:
        """Show a table from its first row."""
        with self.hold_trait_notifications():
            self.table, self.offset, self.sort, self.where, self.filters = table, 0, "", "", {}

    def choose_source(self, run_id: str) -> None:
        """Show a run's file, or with an empty id the plan's rows."""
        with self.hold_trait_notifications():
            self.source, self.offset, self.sort, self.where, self.filters = run_id, 0, "", "", {}

    def search(self, where: str) -> None:
        """Show only rows for which a condition holds, from the first."""
        with self.hold_trait_notifications():
            self.where, self.offset = where.strip(), 0

    def filter_by(self, column: str, typed: str) -> None:
        """Show only rows whose value in a column is as typed; nothing shows all."""
        with self.hold_trait_notifications():
            self.filters = {name: text for name, text in {**self.filters, column: typed}.items() if text.strip()}
            self.offset = 0

    @property
    def condition(self) -> str:
        """What rows are shown, in SQL: what was written and what was typed into headings.

        Raises:
            UsageError: something was typed that cannot be compared with the column.
        """
        parts = [condition(name, self._dtypes[name], text) for name, text in self.filters.items()]
        written = [f"({self.where})"] if self.where and any(parts) else [self.where]
        return " AND ".join(part for part in (*written, *parts) if part)

    def order_by(self, column: str, *, descending: bool) -> None:
        """Show a run's rows by a column, from the first; an empty name is the file's order."""
        with self.hold_trait_notifications():
            self.sort, self.descending, self.offset = column, descending, 0

    def move(self, pages: int) -> None:
        """Turn pages; before the first and after the last there is nothing."""
        last = max((self.total - 1) // self.size * self.size, 0)
        self.offset = min(max(self.offset + pages * self.size, 0), last)

    def go(self, row: int) -> None:
        """Show the page that begins with a row."""
        self.offset = min(max(row, 0), max(self.total - 1, 0))

    def go_last(self) -> None:
        """Show the last page."""
        self.go(self.total - self.size)

    def magic_line(self) -> str:
        """``preview`` with the same page."""
        if self.table is None:
            return "%datalchemy preview TABLE"
        columns = self.shown_columns
        words = ",".join(columns) if columns else None
        run = self.source[:8]
        return magic(
            "preview",
            self.table,
            rows=self.size,
            offset=self.offset or None,
            columns=words,
            run=run,
            where=run and self._where,
            sort=run and self.sort,
            descending=bool(run and self.sort and self.descending),
        )

    def _plan_changed(self, change: Any) -> None:
        from datalchemy_nb.constraints.graph import planned_rows

        plan, schema = self.bench.plan, self.bench.schema
        filled = sorted(planned_rows(plan, schema)) if plan is not None and schema is not None else []
        self.tables = tuple(filled)
        if self.table not in self.tables:
            self.choose(filled[0] if filled else None)
        else:
            self._moved(None)

    def _moved(self, change: Any) -> None:
        try:
            self._where = self.condition
        except UsageError as error:
            # What stands there is of the condition before.
            self.notice = Notice.of(error)
            return
        self.magic = self.magic_line()
        self.attempt(self._show)

    def _show(self) -> None:
        if self.source and self.table is not None:
            self._show_run(self.table)
            return
        plan, schema = self.bench.plan, self.bench.schema
        if plan is None or schema is None or self.table is None:
            self.page, self.total = None, 0
            self.notice = Notice("no plan yet", "info", "draft one under Plan, or write one in a cell")
            return
        columns = self.shown_columns
        if columns == []:
            self.page, self.notice = None, Notice(f"no column of {self.table} fits {self.columns!r}", "warn")
            return
        try:
            page = self.nearby.preview(
                plan, schema, self.table, offset=self.offset, rows=max(self.size, 1), columns=columns, summarised=True
            )
        except PlanInvalid:
            self.page = None
            raise
        self.total, self.page, self.notice = page.total, page, None

    def _show_run(self, table: TableRef) -> None:
        try:
            page = self.session.preview(
                table,
                run=self.source,
                rows=max(self.size, 1),
                offset=self.offset,
                columns=self.shown_columns or None,
                where=self._where or None,
                sort=self.sort or None,
                descending=self.descending,
            )
        except DatalchemyError:
            # The page before stays until there is another; one that is not what was asked for does not.
            self.page = None
            raise
        self.total, self.page, self.notice = page.total, page, None
        self._dtypes.update(page.frame.schema)

    def _run_made(self, change: Any) -> None:
        if self.source:
            self.choose_source("")
