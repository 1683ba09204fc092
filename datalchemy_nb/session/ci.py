"""The check of a pull request: validate, generate, judge, compare with the golden; every step is told, none raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.errors import DatalchemyError, GoldenError, PlanInvalid
from datalchemy_nb.results.base import CiResult, CiStep, EvaluationResult, GoldenCheck, Run, Validation
from datalchemy_nb.session.goldens import GoldenVerbs
from datalchemy_nb.session.plans import PlanVerbs

if TYPE_CHECKING:
    from datalchemy_nb.contracts.golden import GoldenDiff, TableDiff
    from datalchemy_nb.session.state import PlanSource


class CheckVerbs(PlanVerbs, GoldenVerbs):
    """The check of a pull request."""

    def ci(
        self,
        plan: PlanSource | None = None,
        *,
        golden: str | None = None,
        update: bool = False,
        report: Path | str | None = None,
        junit: Path | str | None = None,
    ) -> CiResult:
        """Validate a plan, generate it, judge the run and compare it with a golden: the check of a pull request.

        Never raises for what is wrong with plan or data: the steps tell, and the reports are written all the same.

        Args:
            plan: another plan than the session's.
            golden: its name; None = the only one there is.
            update: save the run as the golden instead of comparing.
            report: where to write the report as Markdown.
            junit: where to write it as JUnit XML.

        Raises:
            UsageError: no schema yet.
            OutputError: a report cannot be written.
        """
        from datalchemy_nb.export.rundir import write_out
        from datalchemy_nb.results import ci_report

        self._need_schema()
        job = _Check(self)
        job.run(plan, golden, update)
        named = str(plan) if isinstance(plan, Path | str) and "\n" not in str(plan) else "plan"
        result = CiResult(Path(named).name, tuple(job.steps), job.run_made, job.diff)
        wanted = [(report, ci_report.markdown), (junit, ci_report.junit)]
        for place, render in wanted:
            if place is not None:
                write_out(Path(place), render(result))
        return replace(result, written=tuple(Path(place) for place, _ in wanted if place is not None))


class _Check:
    def __init__(self, session: CheckVerbs) -> None:
        self._session = session
        self.steps: list[CiStep] = []
        self.run_made: Run | None = None
        self.diff: GoldenDiff | None = None

    def run(self, plan: PlanSource | None, golden: str | None, update: bool) -> None:
        session = self._session
        valid = self._step("validate", "the plan", lambda: self._validated(plan), self._validity)
        if valid is None or not valid.ok:
            return
        self.run_made = run = self._step("generate", "the run", session.generate, lambda run, s: [_made(run, s)])
        if run is None:
            return
        self._step("evaluate", "the run", lambda: session.evaluate(run), self._verdicts)
        self._compare(run, golden, update)

    def _compare(self, run: Run, golden: str | None, update: bool) -> None:
        session = self._session

        def name() -> str:
            known = session.golden_list().names
            if golden is not None or len(known) == 1:
                return golden or known[0]
            if not known:
                raise GoldenError(
                    f"there is no golden in {session.goldens_dir} yet", hint="save this run: add --update"
                )
            raise GoldenError(
                f"{session.goldens_dir} holds {len(known)} goldens, and none was named",
                hint=f"add --golden NAME: {', '.join(known[:8])}",
            )

        if update:
            named = golden or "ci"
            self._step(
                "golden",
                named,
                lambda: session.golden_save(named, run, force=True),
                lambda saved, s: [CiStep("golden", named, "passed", f"saved: {saved.tables} tables", seconds=s)],
            )
            return
        checked = self._step("golden", golden or "golden", lambda: session.golden_check(name(), run), self._differences)
        self.diff = checked.diff if checked is not None else None

    def _step(self, kind: str, where: str, work: Callable[[], Any], told: Callable[[Any, float], list[CiStep]]) -> Any:
        """Carry a step out; what went wrong with it is a step of its own, and None comes back."""
        started = time.perf_counter()
        try:
            result = work()
        except DatalchemyError as error:
            issues = tuple(str(issue) for issue in error.issues) if isinstance(error, PlanInvalid) else ()
            hint = (error.hint,) if error.hint and not issues else ()
            seconds = time.perf_counter() - started
            self.steps.append(CiStep(kind, where, "error", error.message, (*issues, *hint), seconds))
            return None
        self.steps += told(result, time.perf_counter() - started)
        return result

    def _validated(self, plan: PlanSource | None) -> Validation:
        found = self._session.validate(plan)
        assert isinstance(found, Validation)
        return found

    @staticmethod
    def _validity(result: Validation, seconds: float) -> list[CiStep]:
        issues = tuple(str(issue) for issue in result.issues)
        if result.ok:
            rows = sum(result.tables.values())
            told = f"{len(result.tables)} tables, {rows:,} rows"
            return [CiStep("validate", "the plan", "passed", told, issues, seconds)]
        errors = sum(issue.severity == "error" for issue in result.issues)
        return [CiStep("validate", "the plan", "error", f"{errors} errors", issues, seconds)]

    @staticmethod
    def _verdicts(result: EvaluationResult, seconds: float) -> list[CiStep]:
        found = result.metrics.violations
        if not found:
            return [CiStep("evaluate", "the run", "passed", "no constraint is broken", (), seconds)]
        lines = tuple(f"{one.code} {one.path}: {one.message} ({one.count:,} times)" for one in found)
        return [CiStep("evaluate", "the run", "failed", f"{len(found)} constraints are broken", lines, seconds)]

    @staticmethod
    def _differences(result: GoldenCheck, seconds: float) -> list[CiStep]:
        each = seconds / max(len(result.diff.tables), 1)
        return [
            CiStep("golden", f"{table.schema_name}.{table.table}", "passed", "equal", (), each)
            if table.status == "equal"
            else CiStep("golden", f"{table.schema_name}.{table.table}", "failed", table.status, _places(table), each)
            for table in result.diff.tables
        ]


def _made(run: Run, seconds: float) -> CiStep:
    rows = sum(table.rows_generated for table in run.report.tables)
    return CiStep("generate", "the run", "passed", f"{len(run.report.tables)} tables, {rows:,} rows", (), seconds)


def _places(table: TableDiff) -> tuple[str, ...]:
    lines = []
    if table.expected_rows != table.actual_rows:
        lines.append(f"rows: {table.expected_rows} then, {table.actual_rows} now")
    lines += [f"column {name} added" for name in table.columns_added]
    lines += [f"column {name} removed" for name in table.columns_removed]
    for column in table.columns_changed:
        ranges = ", ".join(f"{r.first:,} to {r.last:,}" for r in column.ranges)
        lines.append(f"column {column.column} differs in rows {ranges}")
    return tuple(lines)
