"""Report: the judge's verdict, filtered, and down to the offending rows."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as w

from datalchemy_nb.contracts.metrics import Violation
from datalchemy_nb.results.depth import depth, relations
from datalchemy_nb.results.evaluation import statistics_grid, tallies
from datalchemy_nb.results.rows import frame_grid
from datalchemy_nb.show.document import Badge, Block, Code, Document, Note, facts, plural
from datalchemy_nb.show.document import Grid as Table
from datalchemy_nb.widgets.front.grid import Actions, Column, Grid, Row
from datalchemy_nb.widgets.models.report import ReportModel
from datalchemy_nb.widgets.panels.look import button, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.runs import run_choice, run_options
from datalchemy_nb.widgets.panels.sheet import Sheet

_SHOWN_STATISTICS = 200


class ReportPanel(Panel):
    """What is right and wrong with a run."""

    def __init__(self, model: ReportModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["run_id", "violations", "rows", "chosen", "busy", "search"])
        model.bench.observe(lambda _: self.refresh(), ["evaluation", "runs"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Run, verdict, search, violations with rows, statistics."""
        model = self.model
        self.run = run_choice(model)
        self.judge = button("Evaluate", model.evaluate, main=True, tip="Check every constraint and measure columns")
        self.search = labelled(w.Text, "Filter", placeholder="words of checks, tables, columns", value=model.search)
        self.search.layout = w.Layout(width="360px")
        self.on_user(self.search, lambda value: setattr(model, "search", value))
        self.violations = Grid("Violations", Actions(choose=self._drill), height="180px", local=True)
        self.verdict, self.rows, self.statistics = Sheet(), Sheet(), Sheet()
        self.list = w.VBox([self.violations.widget, self.rows.widget], layout=w.Layout(width="100%"))
        parts = [self.verdict.widget, self.search, self.list, self.statistics.widget]
        return [row(self.run.widget, self.judge), self.notice.widget, *parts]

    def refresh(self) -> None:
        """Show the model."""
        model, metrics = self.model, self.model.metrics
        self.run.show(run_options(model.bench), model.run_id)
        self._list_violations()
        self.judge.disabled = bool(model.busy) or not model.bench.runs
        for part in (self.search.layout, self.list.layout):
            part.display = "none" if metrics is None else None
        if metrics is None:
            self.verdict.show(Document("", (), (Note("Not evaluated yet: choose a run and evaluate it.", "off"),)))
            return
        if not metrics.violations:
            self.list.layout.display = "none"
        self.verdict.show(self._verdict())
        self.rows.show(self._offending())
        shown = statistics_grid(model.statistics[:_SHOWN_STATISTICS])
        left = len(model.statistics) - _SHOWN_STATISTICS
        more = f"{plural(left, 'more column')}: filter the report to see them" if left > 0 else ""
        self.statistics.show(Document("", (), (replace(shown, remark=more),)) if shown.rows else None)

    def _list_violations(self) -> None:
        found = self.model.violations
        rows = (
            Row(str(place), (Badge(v.code.replace("_", " "), "bad"), Code(v.path), v.count, v.message))
            for place, v in enumerate(found)
        )
        columns = (Column("broken"), Column("where"), Column("rows", right=True), Column("what"))
        chosen = found.index(self.model.chosen) if self.model.chosen in found else ""
        self.violations.show(
            columns, rows, selected=str(chosen), title=f"Violations ({len(found):,}): choose one to see its rows"
        )

    def _drill(self, key: str) -> None:
        self.model.drill(self.model.violations[int(key)])

    def _verdict(self) -> Document | None:
        metrics = self.model.metrics
        if metrics is None:
            return None
        count = metrics.violation_count
        badge = Badge(plural(count, "violation"), "bad") if count else Badge("no violations", "ok")
        where = facts(("full report", str(self.model.bench.evaluation.directory / "report.html")))
        blocks = (where, tallies(metrics), *relations(metrics), *depth(metrics))
        return Document(f"Run {metrics.run_id[:8]}", (badge,), blocks)

    def _offending(self) -> Document | None:
        model = self.model
        violation: Violation | None = model.chosen
        if violation is None:
            return None
        told = facts(("what", violation.message), ("rows", violation.count), ("first row", violation.row_index))
        blocks: tuple[Block, ...] = (told,)
        if model.rows is not None:
            first, frame = model.rows.first, model.rows.frame
            ref = model.table_of(violation)
            table = model.bench.schema.tables.get(ref) if model.bench.schema is not None and ref is not None else None
            place = f"rows {first:,} to {first + frame.height - 1:,} of the file, from 1:"
            rows = _marked(frame_grid(frame, first_row=first, table=table), first, violation.row_index)
            blocks = (told, Note(place, "off"), rows)
        return Document(violation.path, (Badge(violation.code.replace("_", " "), "bad"),), blocks)


def _marked(grid: Table, first: int, wrong: int | None) -> Table:
    """The grid with one of its rows pointed at."""
    rows = [
        (Badge(f"{wrong:,}", "bad"), *row[1:]) if number == wrong else row
        for number, row in enumerate(grid.rows, first)
    ]
    return replace(grid, rows=tuple(rows))
