"""Choosing a run."""

from __future__ import annotations

from typing import Any

from datalchemy_nb.widgets.models.workbench import Workbench


def run_options(bench: Workbench) -> list[tuple[str, Any]]:
    """The newest first, with its id, time and rows."""
    listed = [
        (f"{run.run_id[:8]} · {run.started} · {run.status} · {run.rows:,} rows", run.run_id) for run in bench.runs
    ]
    return [("the newest", ""), *listed]
