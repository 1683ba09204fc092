"""Load: a run into the connected database, on trial or for good."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as w

from datalchemy_nb.progress import duration, size
from datalchemy_nb.results.rows import frame_grid
from datalchemy_nb.results.runs import describe_load
from datalchemy_nb.show.document import Badge, Bar, Code, Document, Note, facts
from datalchemy_nb.widgets.models.load import LoadModel, RefusedRow
from datalchemy_nb.widgets.panels.look import Doc, button, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.runs import run_choice, run_options
from datalchemy_nb.widgets.panels.sheet import Sheet
from datalchemy_nb.widgets.words import say


class LoadPanel(Panel):
    """Loading a run."""

    def __init__(self, model: LoadModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(
            lambda _: self.refresh(), ["run_id", "truncate", "confirmed", "tick", "result", "refused", "busy"]
        )
        model.bench.observe(lambda _: self.refresh(), ["connection", "database", "runs"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Which run and where to, trial and commit, what came of it."""
        model = self.model
        self.run = run_choice(model)
        self.where = Doc("dc-bare")
        self.truncate = w.Checkbox(
            description=say("empty the tables first"), indent=False, layout=w.Layout(width="auto")
        )
        self.on_user(self.truncate, lambda value: setattr(model, "truncate", value))
        self.trial = button("Dry run", model.dry_run, main=True, tip="PostgreSQL checks every row; nothing is kept")
        self.confirm = w.Checkbox(indent=False, layout=w.Layout(width="auto"))
        self.on_user(self.confirm, lambda value: setattr(model, "confirmed", value))
        self.keep = button("Load", model.commit, tip="Load the rows and keep them")
        self.halt = button("Stop", model.stop, tip="Stop; nothing is kept")
        self.progress, self.shown, self.refused = Doc("dc-scroll"), Sheet(), Sheet()
        head = row(self.run.widget, self.truncate)
        act = row(self.trial, self.halt, self.confirm, self.keep)
        return [
            head,
            self.where.widget,
            act,
            self.notice.widget,
            self.progress.widget,
            self.refused.widget,
            self.shown.widget,
        ]

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        usable = bool(model.target and model.bench.runs and not model.busy)
        self.run.show(run_options(model.bench), model.run_id)
        with self.filling():
            self.confirm.description = f"the rows may stay in {model.target or 'the database'}"
            self.confirm.value, self.truncate.value = model.confirmed, model.truncate
        self.trial.disabled = not usable
        self.keep.disabled = not usable or not model.confirmed
        self.halt.disabled = not model.busy
        self.where.show(_where(model))
        self.refused.show(_refused(model.refused) if model.refused is not None else None)
        under_way = bool(model.busy) and model.tick is not None
        self.progress.show(_progress(model) if under_way else None)
        self.shown.show(describe_load(model.result) if model.result is not None and not under_way else None)


def _where(model: LoadModel) -> Document | None:
    if not model.target:
        return Document("", (), (Note("Not connected: connect to a database first.", "off"),))
    if not model.bench.runs:
        return Document("", (), (Note("No run yet: generate one first.", "off"),))
    return Document("", (), (facts(("into", Code(model.target))),))


def _progress(model: LoadModel) -> Document:
    tick = model.tick
    left = tick.seconds_left
    told = facts(
        ("table", Code(tick.table)),
        ("all", Bar(tick.fraction, f"{tick.fraction:.0%} · {tick.done:,} of {tick.total:,} {tick.unit}")),
        ("sent", size(tick.bytes)),
        ("now", tick.step or None),
        ("time", duration(tick.seconds) + (f", {duration(left)} left" if left is not None else "")),
    )
    return Document("Load under way", (Badge("running", "info"),), (told,))


def _refused(refused: RefusedRow) -> Document:
    """The row with its neighbours, and the columns that the server names pointed at."""
    grid = frame_grid(refused.frame, first_row=refused.first)
    heads = tuple(replace(h, name=f"▸ {h.name}") if h.name in refused.columns else h for h in grid.headings)
    rows = [
        (Badge(f"{refused.number:,}", "bad"), *cells[1:]) if number == refused.number else cells
        for number, cells in enumerate(grid.rows, refused.first)
    ]
    told = facts(("constraint", Code(refused.constraint) if refused.constraint else None))
    title = f"PostgreSQL refused row {refused.number:,} of {refused.ref}"
    return Document(title, (Badge("refused", "bad"),), (told, replace(grid, headings=heads, rows=tuple(rows))))
