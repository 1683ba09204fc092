"""The demo's story: everything the package does, on a PostgreSQL of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.distributions import FixedChildren, RangeChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.demo.examples import example_plan, goldens_directory
from datalchemy_nb.errors import GoldenError
from datalchemy_nb.progress import rates, size
from datalchemy_nb.results.base import DemoResult, DemoStep, GoldenCheck, Run, Validation

if TYPE_CHECKING:
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.session import Session

PLANS = ("full_stack_ptbr", "crm_complete")
"""The second one fills every table, and is the one that is loaded."""
PREVIEWED = "crm.contatos"
_LIST = 30
"""Tables of so many rows are lists."""

Show = Callable[[str, Any], None]


def tell(
    session: Session,
    *,
    rows: int | None = None,
    out_dir: Path | str | None = None,
    show: Show | None = None,
    on_progress: Callable[[Any], None] | None = None,
) -> DemoResult:
    """Tell the story on a session (see `Session.demo`)."""
    with session.settings({"out_dir": out_dir} if out_dir is not None else {}):
        return _Story(session, show or (lambda title, result: None), on_progress).tell(rows)


class _Story:
    def __init__(self, session: Session, show: Show, on_progress: Callable[[Any], None] | None) -> None:
        self._session, self._show, self._on_progress = session, show, on_progress
        self._steps: list[DemoStep] = []
        self._places: dict[str, str] = {}
        self._runs: list[str] = []

    def tell(self, rows: int | None) -> DemoResult:
        session = self._session
        server = self._step("Start PostgreSQL", session.start_demo, lambda r: f"PostgreSQL {r.server_version}")
        self._places["server"] = server.redacted
        self._step("Introspect it", session.introspect, lambda r: f"{len(r.tables)} tables")
        run = None
        for name in PLANS:
            run = self._plan(name, rows) or run
        if run is not None:
            self._load(run)
        return DemoResult(tuple(self._steps), dict(self._places), tuple(self._runs))

    def _plan(self, name: str, rows: int | None) -> Run | None:
        """Everything about one plan; None if the plan is not valid."""
        session = self._session
        plan = session.use_plan(example_plan(name))
        if rows is not None and session.schema is not None:
            plan = capped(plan, session.schema, rows)
        self._places[f"plan {name}"] = str(example_plan(name))
        valid = self._step(f"Validate {name}", lambda: session.validate(plan), _validity, lambda r: bool(r.ok))
        if not valid.ok:
            return None
        if name == PLANS[0]:
            title = f"Preview {PREVIEWED}"
            self._step(title, lambda: session.preview(PREVIEWED, rows=5), lambda r: f"{r.frame.height} rows")
        run: Run = self._step(f"Generate {name}", lambda: session.generate(on_progress=self._on_progress), _speed)
        self._runs.insert(0, run.run_id)
        self._places[f"run of {name}"] = str(run.directory)
        self._step(f"Evaluate {name}", lambda: session.evaluate(run), _verdict, lambda r: bool(r.ok))
        self._places[f"report of {name}"] = str(run.directory / "report.md")
        if rows is None:
            self._golden(name, run)
        return run

    def _golden(self, name: str, run: Run) -> None:
        directory = goldens_directory()
        self._places["goldens"] = str(directory)

        def check() -> GoldenCheck:
            with self._session.settings({"goldens_dir": directory}):
                return self._session.golden_check(name, run)

        title = f"Golden of {name}"
        try:
            self._step(title, check, _comparison, lambda r: bool(r.ok))
        except GoldenError as error:
            self._steps.append(DemoStep(title, error.message, ok=False, seconds=0.0))

    def _load(self, run: Run) -> None:
        self._step(
            "Load it, and roll back",
            lambda: self._session.load(run, on_progress=self._on_progress),
            lambda r: f"{len(r.report.tables)} tables, {r.report.rows:,} rows accepted, 0 rejected",
        )

    def _step(
        self,
        title: str,
        work: Callable[[], Any],
        outcome: Callable[[Any], str],
        ok: Callable[[Any], bool] = lambda result: True,
    ) -> Any:
        started = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - started
        self._steps.append(DemoStep(title, outcome(result), ok(result), seconds))
        self._show(f"{len(self._steps)}. {title}", result)
        return result


def _validity(result: Validation) -> str:
    total = sum(result.tables.values())
    return f"valid: {len(result.tables)} tables, {total:,} rows" if result.ok else f"{len(result.issues)} issues"


def _speed(run: Run) -> str:
    report = run.report
    peak = report.peak_memory_bytes
    rows = sum(table.rows_generated for table in report.tables)
    memory = f", peak {size(peak)}" if peak else ""
    return f"{rows:,} rows, {rates(rows, report.bytes_written, report.duration_ms / 1000)}{memory}"


def _verdict(result: Any) -> str:
    return f"{result.metrics.violation_count:,} violations"


def _comparison(result: GoldenCheck) -> str:
    different = sum(table.status != "equal" for table in result.diff.tables)
    return f"{different} of {len(result.diff.tables)} files differ" if different else "every file is equal"


def capped(plan: Plan, schema: DatabaseSchema, rows: int) -> Plan:
    """Return the plan with at most so many rows a table, those that refer to others in proportion; lists stay whole.

    Where a rule says how many children a parent has, there are as many as it allows.
    """
    largest = max((target.rows for target in plan.targets), default=0)
    if largest <= rows:
        return plan
    counts = {
        target.ref: max(round(target.rows * rows / largest), 1)
        if target.rows > _LIST and schema.tables[target.ref].foreign_keys
        else min(target.rows, max(rows, _LIST))
        for target in plan.targets
    }
    for rule in plan.rules:
        children = rule.children if isinstance(rule, ForeignKeyRule) else None
        key = next((k for k in schema.tables[rule.ref].foreign_keys if k.columns == getattr(rule, "columns", ())), None)
        if key is None or not isinstance(children, FixedChildren | RangeChildren) or key.target not in counts:
            continue
        parents = round(counts[key.target] * (1 - children.childless))
        least, most = (children.count,) * 2 if isinstance(children, FixedChildren) else (children.min, children.max)
        counts[rule.ref] = min(max(counts[rule.ref], parents * least), parents * most)
    targets = tuple(target.model_copy(update={"rows": counts[target.ref]}) for target in plan.targets)
    return plan.model_copy(update={"targets": targets})
