"""Choosing a run."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets as w

from datalchemy_nb.export.rundir import METRICS
from datalchemy_nb.results.base import RunSummary
from datalchemy_nb.show.document import plural
from datalchemy_nb.widgets.models.workbench import Workbench
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import LABEL

NEWEST = ""


def run_choice(model: Any, label_width: str = LABEL) -> Choice:
    """A list of runs; the one that is chosen is the model's ``run_id``."""
    layout = w.Layout(width="520px", max_width="100%")
    take = partial(setattr, model, "run_id")
    return Choice(w.Dropdown, take, label="Run", label_width=label_width, layout=layout)


def run_options(bench: Workbench) -> list[tuple[str, Any]]:
    """The newest first, with its id, time and rows."""
    listed = [
        (
            f"{run.run_id[:8]} · {moment(run.started)} · {run.status} · {plural(run.rows, 'row')}{_judged(run)}",
            run.run_id,
        )
        for run in bench.runs
    ]
    return [("the newest", NEWEST), *listed]


def _judged(run: RunSummary) -> str:
    return " · evaluated" if (run.directory / METRICS).is_file() else ""


def moment(stamp: str) -> str:
    """``2026-01-31T12-05-09Z`` of a directory's name, as a person writes it."""
    day, _, time = stamp.partition("T")
    return f"{day} {time.rstrip('Z').replace('-', ':')}" if time else stamp
