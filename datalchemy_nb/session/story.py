"""The demo's story: everything the package does, on a PostgreSQL of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.distributions import FixedChildren, RangeChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.demo.examples import example_plan, goldens_directory
from datalchemy_nb.demo.shop import shop_directory
from datalchemy_nb.drafting.mend import mend
from datalchemy_nb.errors import GoldenError
from datalchemy_nb.progress import rates, size
from datalchemy_nb.records import dataclass
from datalchemy_nb.results.base import DemoResult, DemoStep, GoldenCheck, Run, Validation

if TYPE_CHECKING:
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.session import Session

PLANS = ("full_stack_ptbr", "crm_complete")
"""The second one fills every table, and is the one that is loaded."""
_LIST = 30
"""Tables of so many rows are lists."""

Show = Callable[[str, Any], None]


@dataclass(frozen=True)
class Tale:
    """What the story is told of.

    Attributes:
        plans: files by name; the last one is loaded.
        previewed: a table of the first plan.
        goldens: where theirs lie.
        shop: whether the server starts with the shop.
    """

    plans: Mapping[str, Path]
    previewed: str
    goldens: Path
    shop: bool = False


def tale(shop: bool) -> Tale:
    """Return the story of the CRM in Portuguese, or of the shop in English."""
    if not shop:
        return Tale({name: example_plan(name) for name in PLANS}, "crm.contatos", goldens_directory())
    return Tale({"shop": shop_directory() / "plan.yaml"}, "shop.orders", shop_directory(), shop=True)


def tell(
    session: Session,
    *,
    shop: bool = False,
    rows: int | None = None,
    out_dir: Path | str | None = None,
    show: Show | None = None,
    on_progress: Callable[[Any], None] | None = None,
) -> DemoResult:
    """Tell the story on a session (see `Session.demo`)."""
    with session.settings({"out_dir": out_dir} if out_dir is not None else {}):
        return _Story(session, tale(shop), show or (lambda title, result: None), on_progress).tell(rows)


class _Story:
    def __init__(self, session: Session, tale: Tale, show: Show, on_progress: Callable[[Any], None] | None) -> None:
        self._session, self._tale, self._show, self._on_progress = session, tale, show, on_progress
        self._steps: list[DemoStep] = []
        self._places: dict[str, str] = {}
        self._runs: list[str] = []

    def tell(self, rows: int | None) -> DemoResult:
        session = self._session
        server = self._step(
            "Start PostgreSQL",
            lambda: session.start_demo(shop=self._tale.shop),
            lambda r: f"PostgreSQL {r.server_version}",
        )
        self._places["server"] = server.redacted
        self._step("Introspect it", session.introspect, lambda r: f"{len(r.tables)} tables")
        run = None
        for name, path in self._tale.plans.items():
            run = self._plan(name, path, rows) or run
        if run is not None:
            self._load(run)
        return DemoResult(tuple(self._steps), dict(self._places), tuple(self._runs))

    def _plan(self, name: str, path: Path, rows: int | None) -> Run | None:
        """Everything about one plan; None if the plan is not valid."""
        session = self._session
        plan = session.use_plan(path)
        if rows is not None and session.schema is not None:
            plan = mend(capped(plan, session.schema, rows), session.schema)[0]
        self._places[f"plan {name}"] = str(path)
        valid = self._step(f"Validate {name}", lambda: session.validate(plan), _validity, lambda r: bool(r.ok))
        if not valid.ok:
            return None
        if name == next(iter(self._tale.plans)):
            shown = self._tale.previewed
            self._step(f"Preview {shown}", lambda: session.preview(shown, rows=5), lambda r: f"{r.frame.height} rows")
        run: Run = self._step(f"Generate {name}", lambda: session.generate(on_progress=self._on_progress), _speed)
        self._runs.insert(0, run.run_id)
        self._places[f"run of {name}"] = str(run.directory)
        self._step(f"Evaluate {name}", lambda: session.evaluate(run), _verdict, lambda r: bool(r.ok))
        self._places[f"report of {name}"] = str(run.directory / "report.md")
        if rows is None:
            self._golden(name, run)
        return run

    def _golden(self, name: str, run: Run) -> None:
        directory = self._tale.goldens
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
