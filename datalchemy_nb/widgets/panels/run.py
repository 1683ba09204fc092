"""Run: start, stop, resume; how far every table is, how fast, how much memory."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.export.formats import OUTPUTS
from datalchemy_nb.progress import Tick, duration, size
from datalchemy_nb.results.base import RunList
from datalchemy_nb.results.runs import describe_run, describe_run_list
from datalchemy_nb.show.document import Badge, Bar, Block, Cell, Code, Document, facts, grid
from datalchemy_nb.widgets.models.run import RunModel, TableProgress
from datalchemy_nb.widgets.panels.look import Doc, button, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.sheet import Sheet
from datalchemy_nb.widgets.words import say

_LISTED = 12


class RunPanel(Panel):
    """Runs of the plan."""

    def __init__(self, model: RunModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["tick", "busy", "out_dir"])
        model.bench.observe(lambda _: self.refresh(), ["run", "runs", "plan"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Buttons, progress, the last run, the list of runs."""
        model = self.model
        self.start = button("Start", model.generate, main=True, tip="Generate every table of the plan")
        self.halt = button("Stop", model.stop, tip="Stop at the next chunk; what is written stays")
        self.resume = button("Resume", model.resume, tip="Go on with the newest run, which was stopped")
        self.out_dir = labelled(
            w.Text, "Runs go to", value=model.out_dir, continuous_update=False, label_width="initial"
        )
        self.out_dir.layout = w.Layout(width="300px")
        self.on_user(self.out_dir, lambda value: setattr(model, "out_dir", value))
        formats = [(say(output.label), word) for word, output in OUTPUTS.items()]
        self.formats = labelled(w.Dropdown, "Format", options=formats, value=model.formats, label_width="initial")
        self.formats.layout = w.Layout(width="190px")
        self.formats.tooltip = say("Parquet holds the same values, typed")
        self.on_user(self.formats, lambda value: setattr(model, "formats", value))
        self.progress, self.run, self.runs = Doc("dc-scroll"), Sheet(), Sheet()
        self.progress.widget.add_class("dc-progress")
        buttons = row(self.start, self.halt, self.resume, self.formats, self.out_dir)
        return [buttons, self.notice.widget, self.progress.widget, self.run.widget, self.runs.widget]

    def refresh(self) -> None:
        """Show the model."""
        model, bench = self.model, self.model.bench
        self.start.disabled = bool(model.busy) or bench.plan is None
        self.halt.disabled = not model.busy
        self.resume.disabled = bool(model.busy)
        self.resume.layout.display = None if model.partial else "none"
        self.resume.button_style = "primary" if model.partial else ""
        self.start.button_style = "" if model.partial else "primary"
        finished = not model.busy and bench.run is not None and (model.tick is None or _complete(model.tick))
        self.progress.show(_progress(model) if model.tick and not finished else None)
        self.run.show(describe_run(bench.run) if finished else None)
        listed = RunList(self.model.session.out_dir, bench.runs[:_LISTED])
        self.runs.show(describe_run_list(listed) if bench.runs else None)


def _complete(tick: Tick) -> bool:
    return tick.done >= tick.total


def _progress(model: RunModel) -> Document:
    tick: Tick = model.tick
    seconds = max(tick.seconds, 0.001)
    left = tick.seconds_left
    running = bool(model.busy)
    blocks: list[Block] = [
        facts(
            ("all", Bar(tick.fraction, f"{tick.fraction:.0%} · {tick.done:,} of {tick.total:,} rows")),
            ("written", size(tick.bytes)),
            ("rate", f"{tick.done / seconds:,.0f} rows/s, {size(tick.bytes / seconds)}/s"),
            ("time", duration(tick.seconds) + (f", {duration(left)} left" if running and left is not None else "")),
            ("peak memory", size(model.memory) if model.memory else None),
        ),
        grid(["", "table", "rows"], [_table(str(r), state, running) for r, state in _under_way_first(model)]),
    ]
    state = Badge("running", "info") if running else Badge("stopped", "warn")
    return Document("Run under way" if running else "Run", (state,), tuple(blocks))


def _under_way_first(model: RunModel) -> list[tuple[TableRef, TableProgress]]:
    return sorted(model.tables.items(), key=lambda entry: entry[1].done >= entry[1].total)


def _table(name: str, state: TableProgress, running: bool) -> list[Cell]:
    whole = state.done >= state.total
    share = state.done / state.total if state.total else 1.0
    badge = Badge("written", "ok") if whole else Badge("under way", "info") if running else Badge("stopped", "warn")
    return [badge, Code(name), Bar(share, f"{state.done:,} of {state.total:,}")]
