"""The judge's verdict: filtered, and down to the rows."""

from __future__ import annotations

from typing import Any

import polars as pl
from traitlets import Any as AnyTrait
from traitlets import Tuple, Unicode, observe

from datalchemy_nb.contracts.metrics import ColumnStat, Metrics, Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.records import dataclass
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic

AROUND = 2


@dataclass(frozen=True, eq=False)
class FileRows:
    """Some rows of a file, as text.

    Attributes:
        first: number of the first of them, from 1 as in the file.
    """

    frame: pl.DataFrame
    first: int


class ReportModel(PanelModel):
    """Checks, statistics and offending rows of a run.

    Attributes:
        run_id: which run to evaluate; empty for the newest.
        search: words that violations and columns must hold.
        violations: those that fit, worst first.
        chosen: the violation that is drilled into, or None.
        rows: the offending row with its neighbours (`FileRows`), or None.
    """

    run_id = Unicode("")
    search = Unicode("")
    violations = Tuple()
    chosen = AnyTrait(None, allow_none=True)
    rows = AnyTrait(None, allow_none=True)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        bench.observe(self._filter, ["evaluation"])
        bench.observe(self._run_made, ["run"])
        self._filter(None)

    @property
    def metrics(self) -> Metrics | None:
        """The verdict."""
        return self.bench.evaluation.metrics if self.bench.evaluation else None

    @property
    def statistics(self) -> list[ColumnStat]:
        """Columns that fit the search."""
        words = self.search.lower().split()
        stats = self.metrics.column_stats if self.metrics else ()
        return [s for s in stats if all(w in f"{s.schema_name}.{s.table}.{s.column}".lower() for w in words)]

    def evaluate(self) -> None:
        """Check every constraint, and measure every column."""
        run = self.run_id or None
        self.start("evaluating", lambda job: self.session.evaluate(run), self._judged)

    def drill(self, violation: Violation | None) -> None:
        """Show the rows of a violation."""
        self.chosen = violation

    def magic_line(self) -> str:
        """``evaluate`` of the run."""
        return magic("evaluate", *([self.run_id[:8]] if self.run_id else []))

    def _judged(self, result: Any) -> None:
        self.bench.evaluation = result
        count = result.metrics.violation_count
        self.notice = Notice("no violations", "ok") if result.ok else Notice(f"{count:,} violations", "bad")

    def _run_made(self, change: Any) -> None:
        self.run_id = change["new"].run_id if change["new"] is not None else ""

    @observe("run_id")
    def _renamed(self, change: Any) -> None:
        self.magic = self.magic_line()

    @observe("search")
    def _filter(self, change: Any) -> None:
        words = self.search.lower().split()
        found = sorted(self.metrics.violations, key=lambda v: -v.count) if self.metrics else []
        self.chosen = None
        self.violations = tuple(v for v in found if all(w in f"{v.code} {v.path} {v.message}".lower() for w in words))

    @observe("chosen")
    def _drilled(self, change: Any) -> None:
        self.rows = None
        if self.chosen is not None:
            self.rows = self._rows_of(self.chosen)

    def _rows_of(self, violation: Violation) -> FileRows | None:
        """Rows of the file around the offending one; the file is what was judged, whatever the plan says now."""
        ref = self.table_of(violation)
        if ref is None or violation.row_index is None:
            return None
        path = self.bench.evaluation.directory / f"{ref.file_stem}.csv"
        typed = path.with_suffix(".parquet")
        first = max(violation.row_index - 1 - AROUND, 0)
        try:
            frame = pl.scan_csv(path, infer_schema=False) if path.is_file() else pl.scan_parquet(typed)
            rows = frame.slice(first, 2 * AROUND + 1).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            self.notice = Notice(f"cannot read {path.name}: {error}", "warn", "evaluate the run again")
            return None
        return FileRows(rows, first + 1)

    def table_of(self, violation: Violation) -> TableRef | None:
        """The table a violation is in: the longest name its path begins with."""
        metrics = self.metrics
        names = (
            {str(TableRef(t.schema_name, t.table)): TableRef(t.schema_name, t.table) for t in metrics.tables}
            if (metrics)
            else {}
        )
        fitting = [n for n in names if violation.path == n or violation.path.startswith((f"{n}.", f"{n} ", f"{n}:"))]
        return names[max(fitting, key=len)] if fitting else None
