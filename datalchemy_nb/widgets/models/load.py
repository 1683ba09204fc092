"""Loading a run into the connected database: first on trial, then for good, and what was refused."""

from __future__ import annotations

import time
from typing import Any

import polars as pl
from traitlets import Any as AnyTrait
from traitlets import Bool, Unicode, observe

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import DatalchemyError, LoadError
from datalchemy_nb.progress import Tick, tick_of
from datalchemy_nb.records import dataclass
from datalchemy_nb.widgets.jobs import Job
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic

AROUND = 2


@dataclass(frozen=True, eq=False)
class RefusedRow:
    """A row that PostgreSQL did not take, as the run's file has it: it was made up, so it may be shown.

    Attributes:
        frame: the row with its neighbours.
        first: number of the first of them, from 0.
        number: of the row that was refused.
        columns: those that the server or the constraint names.
        constraint: its name; empty where none is named.
    """

    ref: TableRef
    frame: pl.DataFrame
    first: int
    number: int
    columns: tuple[str, ...]
    constraint: str


class LoadModel(PanelModel):
    """A load of a run.

    Attributes:
        run_id: which run; empty for the newest.
        truncate: empty the tables first.
        confirmed: the person said that the rows may stay.
        tick: how far the load is (`Tick`), or None.
        result: the last `LoadResult`, or None.
        refused: the row that was refused (`RefusedRow`), or None.
    """

    run_id = Unicode("")
    truncate = Bool(False)
    confirmed = Bool(False)
    tick = AnyTrait(None, allow_none=True)
    result = AnyTrait(None, allow_none=True)
    refused = AnyTrait(None, allow_none=True)

    def __init__(self, bench: Workbench) -> None:
        self._committing = False
        super().__init__(bench)
        bench.observe(self._run_made, ["run"])
        self.attempt(bench.list_runs)

    @property
    def target(self) -> str:
        """Where rows would go, without a secret; empty where nothing is connected."""
        return self.session.database

    def dry_run(self) -> None:
        """Load every row, let PostgreSQL check it, and roll back."""
        self._begin(commit=False)

    def commit(self) -> None:
        """Load and keep the rows, where that was confirmed."""
        if not self.confirmed:
            self.notice = Notice("not confirmed", "warn", "say that the rows may stay")
            return
        self._begin(commit=True)

    def magic_line(self) -> str:
        """``load`` of the run."""
        run = [self.run_id[:8]] if self.run_id else []
        return magic("load", *run, commit=self.confirmed, truncate=self.truncate)

    def _begin(self, *, commit: bool) -> None:
        self.tick = self.result = self.refused = None
        self._committing = commit
        run, truncate = self.run_id or None, self.truncate

        def work(job: Job) -> Any:
            started = time.perf_counter()
            return self.session.load(
                run,
                commit=commit,
                truncate=truncate,
                on_progress=lambda event: job.report(tick_of(event, time.perf_counter() - started)),
                cancelled=job.cancelled,
            )

        name = "loading" if commit else "loading on trial"
        self.start(name, work, self._loaded, on_event=self._heard)

    def _heard(self, tick: Tick) -> None:
        self.tick = tick

    def _loaded(self, result: Any) -> None:
        self.result, self.tick, self.confirmed = result, None, False
        rows = f"{result.report.rows:,} rows"
        if result.report.committed:
            self.notice = Notice(f"{rows} are in {result.target}", "ok")
        else:
            self.notice = Notice(f"{rows} would be accepted; nothing was kept", "ok")

    def on_failed(self, error: DatalchemyError) -> None:
        """A refused row is looked up in the run's file."""
        self.tick, self.confirmed = None, False
        if isinstance(error, LoadError) and error.refusal is not None:
            self.attempt(lambda: self._look_up(error.refusal))

    def _look_up(self, refusal: Any) -> None:
        if refusal.table is None or refusal.line is None or refusal.schema_name is None:
            return
        ref = TableRef(refusal.schema_name, refusal.table)
        number = refusal.line - 2  # the first line is the header
        first = max(number - AROUND, 0)
        page = self.session.preview(ref, run=self.run_id or "latest", offset=first, rows=2 * AROUND + 1)
        self.refused = RefusedRow(ref, page.frame, first, number, refusal.columns, refusal.constraint or "")

    def _run_made(self, change: Any) -> None:
        self.run_id = change["new"].run_id if change["new"] is not None else ""

    @observe("run_id", "truncate", "confirmed")
    def _described(self, change: Any) -> None:
        self.magic = self.magic_line()
