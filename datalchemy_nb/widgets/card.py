"""The static card that stands before the panels: what a notebook without a kernel still shows."""

from __future__ import annotations

from datalchemy_nb.results.golden import describe_check
from datalchemy_nb.results.rows import frame_grid
from datalchemy_nb.results.runs import status_badge
from datalchemy_nb.show.document import Badge, Block, Cell, Code, Document, Note, facts, grid, plural
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import Workbench

_GONE = "The panels live while the kernel does: run the cell again to open them."
_ELSEWHERE = "Panels need a notebook: JupyterLab, Notebook 7, VS Code. Every verb works here too."


def card(bench: Workbench, name: str, plan: PlanModel | None, *, here: bool = True) -> Document:
    """The last state of the session, and of the panel it stands for.

    Args:
        bench: the session.
        name: ``studio``, or the panel's name.
        plan: the plan panel's model, where it was opened.
        here: panels can be opened here at all.
    """
    blocks: list[Block] = [facts(*_facts(bench))]
    if name in ("studio", "plan") and plan is not None and plan.preview is not None:
        blocks.append(Note(f"Rows of {plan.preview.ref}, as the plan is now:", "off"))
        blocks.append(frame_grid(plan.preview.frame, first_row=plan.preview.offset))
    if name in ("studio", "golden") and bench.difference is not None:
        blocks += describe_check(bench.difference).blocks
    if name in ("run", "report", "golden") and bench.runs:
        rows: list[list[Cell]] = [[status_badge(run.status), Code(run.run_id[:8]), run.rows] for run in bench.runs[:5]]
        blocks.append(grid(["", "run", "rows>"], rows, "Newest runs"))
    blocks.append(Note(_GONE if here else _ELSEWHERE, "off"))
    return Document(f"datalchemy {name}", (), tuple(blocks))


def _facts(bench: Workbench) -> list[tuple[str, Cell]]:
    schema, plan, run = bench.schema, bench.plan, bench.run
    connection = bench.connection
    known: list[tuple[str, Cell]] = [
        ("connection", connection.redacted if connection else None),
        ("schema", plural(len(schema.tables), "table") if schema else "none yet"),
    ]
    if plan is None:
        known.append(("plan", "none yet"))
    else:
        rows = sum(plan.counts().values())
        parts = (plural(len(plan.targets), "table"), plural(rows, "row"), plural(len(plan.column_rules), "rule"))
        known.append(("plan", f"{', '.join(parts)}, hash {plan.sha256()[:12]}"))
    if run is not None:
        known.append(("run", f"{run.run_id[:8]}: {run.report.status}, in {run.directory}"))
    if bench.evaluation is not None:
        count = bench.evaluation.metrics.violation_count
        which = bench.evaluation.directory.name.rpartition("__run_")[2][:8]
        verdict = Badge(plural(count, "violation"), "bad") if count else Badge("no violations", "ok")
        known.append((f"run {which} evaluated", verdict))
    return known
