"""A run on its way: start, stop, resume, how far each table is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Dict, Unicode

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.progress import Tick, tick_of
from datalchemy_nb.records import dataclass
from datalchemy_nb.widgets.jobs import Job
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic


@dataclass(frozen=True)
class TableProgress:
    """How far one table is."""

    done: int
    total: int


@dataclass(frozen=True)
class _Event:
    """What the worker tells: the newest state of every table, the whole, and the memory."""

    tick: Tick
    tables: dict[TableRef, TableProgress]
    memory: int | None


class RunModel(PanelModel):
    """Runs of the session's plan.

    Attributes:
        out_dir: where runs go; the session's.
        formats: a word of `export.formats.OUTPUTS`.
        tick: how far the whole is (`Tick`), or None.
        tables: `TableProgress` by table.
        memory: peak memory of the process in bytes, or None.
    """

    out_dir = Unicode("runs")
    formats = Unicode("csv")
    tick = AnyTrait(None, allow_none=True)
    tables: Dict[TableRef, TableProgress] = Dict()
    memory = AnyTrait(None, allow_none=True)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.out_dir = str(bench.session.out_dir)
        self.observe(self._renamed, ["out_dir"])
        self.observe(lambda _: self._say(), ["formats"])
        bench.observe(lambda _: self._say(), ["runs"])
        self._renamed(None)

    @property
    def partial(self) -> str | None:
        """The newest run, if it was stopped."""
        newest = self.bench.runs[0] if self.bench.runs else None
        return str(newest.directory) if newest is not None and newest.status == "partial" else None

    def generate(self) -> None:
        """Start a run."""
        formats = self.formats
        self._begin("generating", lambda **hooks: self.session.generate(formats=formats, **hooks))

    def resume(self) -> None:
        """Go on with the newest run, which was stopped."""
        partial = self.partial
        if partial is not None:
            self._begin("resuming", lambda **hooks: self.session.generate(resume=partial, **hooks))

    def magic_line(self) -> str:
        """``generate``; after a run that was stopped, the line that goes on with it."""
        newest = self.bench.runs[0] if self.partial else None
        if newest is not None:
            return magic("generate", resume=newest.run_id[:8])
        out_dir = None if self.out_dir == "runs" else self.out_dir
        return magic("generate", out_dir=out_dir, format=None if self.formats == "csv" else self.formats)

    def _begin(self, name: str, work: Callable[..., Any]) -> None:
        self.tick, self.tables, self.memory = None, {}, None
        self.start(
            name,
            lambda job: work(on_progress=_Listener(job), cancelled=job.cancelled),
            self._made,
            on_event=self._heard,
        )

    def _heard(self, event: _Event) -> None:
        with self.hold_trait_notifications():
            self.tables, self.memory, self.tick = event.tables, event.memory, event.tick

    def _made(self, run: Any) -> None:
        self.bench.run = run
        rows = sum(table.rows_generated for table in run.report.tables)
        self.bench.list_runs()
        self.notice = Notice(f"run {run.run_id[:8]} is complete: {rows:,} rows in {run.directory}", "ok")

    def on_failed(self, error: DatalchemyError) -> None:
        """A stopped run is listed too."""
        self.bench.list_runs()

    def _renamed(self, change: Any) -> None:
        self.session.out_dir = Path(self.out_dir or "runs")
        self._say()
        self.attempt(self.bench.list_runs)

    def _say(self) -> None:
        self.magic = self.magic_line()


class _Listener:
    """Called on the worker after every chunk; keeps every table's state, since not every event is passed on."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tables: dict[TableRef, TableProgress] = {}

    def __call__(self, event: Any) -> None:
        from datalchemy_nb.export.run import peak_memory

        self._tables = {**self._tables, event.ref: TableProgress(event.rows, event.rows_total)}
        self._job.report(_Event(tick_of(event, event.seconds), self._tables, peak_memory()))
