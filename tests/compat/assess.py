"""One plan on one schema: planned, generated, judged by our evaluator and by PostgreSQL; every defect is kept.

A run as a user makes it stops at its first error. To see all of them, a constraint that fails is noted and peeled off,
from the schema and from the scratch database, and the rest goes on; a table that fails for another reason is set aside,
with those that cannot do without it. Only tables without any finding count as clean.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from datalchemy_nb.constraints.graph import fk_graph
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PlanOptions
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import DatalchemyError, Infeasible
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.resolve.resolve import resolve
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session
from tests.compat import scratch
from tests.compat.survey import ordinary

_CHECKED = ("not_null", "pk", "unique", "fk", "check", "type", "length", "enum", "domain", "rows", "exclusion", "file")


_ROUNDS = 40


@dataclass(frozen=True)
class Finding:
    """One thing that went wrong.

    Attributes:
        stage: validate, resolve, rows, evaluate, table, key or load; ``held back`` for what depends on a failure.
        table: the table; empty where it is the whole plan.
        code: issue code, constraint or exception.
    """

    stage: str
    table: str
    code: str
    message: str
    severity: str = "error"


@dataclass
class Assessment:
    """What came of a plan.

    Attributes:
        tables: ordinary tables asked for.
        clean: tables that PostgreSQL took whole, every foreign key checked.
        whole: whether one load of everything that was generated, rolled back, went through.
        redraw: the largest share of redrawn rows of a table.
        constant: columns with one value only, nulls apart, of ``filled`` columns with any.
    """

    tables: int = 0
    clean: int = 0
    whole: bool = False
    rows: int = 0
    resolve_s: float = 0.0
    generate_s: float = 0.0
    evaluate_s: float = 0.0
    load_s: float = 0.0
    redraw: float = 0.0
    redraw_table: str = ""
    constant: int = 0
    filled: int = 0
    checked: dict[str, int] = field(default_factory=dict)
    triggers: int = 0
    findings: list[Finding] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def assess(schema: DatabaseSchema, plan: Plan, url: str | None) -> Assessment:
    """Take a plan through every stage.

    Args:
        url: the database the schema was read from; None = stop before loading.
    """
    return _Assessor(schema, plan, url).run()


class _Assessor:
    def __init__(self, schema: DatabaseSchema, plan: Plan, url: str | None) -> None:
        self._schema, self._plan, self._url = schema, plan, url
        self._wanted = [target.ref for target in plan.targets if target.ref in ordinary(schema)]
        self._found: list[Finding] = []
        self._aside: set[TableRef] = set()
        self._peeled: dict[TableRef, set[str]] = {}
        self._result = Assessment(tables=len(self._wanted), findings=self._found)

    def run(self) -> Assessment:
        for issue in validate(self._plan, self._schema):
            self._note("validate", "", issue.code, issue.message, issue.severity)
        resolved: ResolvedPlan | None = None
        for _ in range(_ROUNDS):
            self._peel_until_resolved()
            if not self._left() or (resolved := self._resolve(self._left())) is None:
                return self._result
            if not self._compute_each(resolved):
                break
        if resolved is not None:
            self._judge(resolved, list(resolved.tables))
        return self._result

    def _left(self) -> list[TableRef]:
        return self._without(self._wanted, self._aside)

    def _blame(self, ref: TableRef, message: str, *, also: Iterable[str] = ()) -> None:
        """Peel the constraints a message names off their table; without a name, set the table aside."""
        table = self._schema.tables[ref]
        names = [c.name for c in table.constraints if c.name] + [i.name for i in table.indexes]
        blamed = {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message)} or set(also)
        if not blamed:
            self._aside.add(ref)
            return
        self._peeled.setdefault(ref, set()).update(blamed)
        self._schema = _peel(self._schema, ref, blamed)

    def _note(self, stage: str, table: object, code: str, message: str, severity: str = "error") -> None:
        finding = Finding(stage, str(table), code, " ".join(message.split())[:1000], severity)
        if finding not in self._found:
            self._found.append(finding)

    def _try(self, stage: str, table: object, work: Callable[[], Any]) -> Any:
        """The result of `work`, or None; what it raises is a finding."""
        try:
            return work()
        except DatalchemyError as error:
            self._note(stage, table, type(error).__name__, error.message)
        except Exception as error:  # noqa: BLE001 - a crash is what this harness looks for
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
            self._note(stage, table, f"crash {type(error).__name__}", f"{error} ({where})")
        return None

    # --- stages --------------------------------------------------------------------------------------------------

    def _peel_until_resolved(self) -> None:
        for _ in range(_ROUNDS):
            refs = self._left()
            if not refs or not self._refused(refs):
                return

    def _refused(self, refs: list[TableRef]) -> bool:
        """Whether planning refuses anything; what it refuses is noted and blamed."""
        try:
            issues = resolve(self._only(refs), self._schema).issues
        except Infeasible as error:
            issues = error.issues
        except Exception:  # noqa: BLE001 - a crash is what this harness looks for
            self._aside |= self._crashing(refs)
            return True
        refused = False
        lowered: set[TableRef] = set()
        for issue in issues:
            level = getattr(issue, "severity", None) or issue.level
            ref = self._named(issue.message)
            if level == "error" and ref in lowered and "distinct values are possible" in issue.message:
                continue  # the same cause by another name
            if level == "error" and ref is not None and self._lowered(ref, issue.message):
                self._note("rows", ref, "lowered", issue.message, "warning")
                lowered.add(ref)
                refused = True
                continue
            self._note("resolve", ref or "", issue.code, issue.message, level)
            if level == "error" and ref is not None:
                self._blame(ref, issue.message)
                refused = True
        return refused

    def _lowered(self, ref: TableRef, message: str) -> bool:
        """Ask for as many rows as a key can hold, as its refusal says."""
        told = re.search(r"\b(\d+) distinct values are possible", message)
        most = int(told[1]) if told else 0
        if not 0 < most < next((t.rows for t in self._plan.targets if t.ref == ref), 0):
            return False
        targets = tuple(t.model_copy(update={"rows": most}) if t.ref == ref else t for t in self._plan.targets)
        self._plan = self._plan.model_copy(update={"targets": targets})
        return True

    def _named(self, message: str) -> TableRef | None:
        """The table a message begins with."""
        fits = [ref for ref in self._wanted if re.match(rf"{re.escape(str(ref))}[.:\s]", message)]
        return max(fits, key=lambda ref: len(str(ref)), default=None)

    def _crashing(self, refs: list[TableRef]) -> set[TableRef]:
        """Tables whose own resolution crashes, parents first, so that no child is blamed for a parent."""
        bad: set[TableRef] = set()
        for ref in fk_graph(self._schema).insertion_order(refs):
            family = [one for one in self._ancestors(ref) if one in refs and one not in bad]
            try:
                resolve(self._only([*family, ref]), self._schema)
            except Infeasible:
                continue
            except Exception:  # noqa: BLE001
                self._try("resolve", ref, partial(resolve, self._only([*family, ref]), self._schema))
                bad.add(ref)
        return bad

    def _ancestors(self, ref: TableRef) -> set[TableRef]:
        found: set[TableRef] = set()
        todo = [ref]
        while todo:
            table = self._schema.tables.get(todo.pop())
            more = {key.target for key in table.foreign_keys} - found if table else set()
            found |= more
            todo.extend(more)
        return found - {ref}

    def _resolve(self, refs: list[TableRef]) -> ResolvedPlan | None:
        started = time.perf_counter()
        resolved = self._try("resolve", "", lambda: resolve(self._only(refs), self._schema))
        self._result.resolve_s = time.perf_counter() - started
        return resolved  # type: ignore[no-any-return]

    def _compute_each(self, resolved: ResolvedPlan) -> bool:
        """Whether any table cannot be computed; which ones is noted and blamed."""
        engine, failed = Engine(resolved), False
        for ref, table in resolved.tables.items():
            before = len(self._found)
            made = self._try("rows", ref, partial(engine.rows, ref, range(table.rows)))
            if made is None:
                failed = True
                checks = [check.name for check in self._schema.tables[ref].checks if check.name]
                message = " ".join(finding.message for finding in self._found[before:])
                self._blame(ref, message, also=checks)
        return failed

    def _judge(self, resolved: ResolvedPlan, left: list[TableRef]) -> None:
        with tempfile.TemporaryDirectory(prefix="compat_") as directory:
            session = Session(out_dir=directory)
            session.use_schema(self._schema)
            run = self._try("generate", "", lambda: session.generate(self._only(left)))
            if run is None:
                return
            self._measure(run)
            self._evaluate(session, run)
            if self._url is not None:
                self._load(session, run, resolved)

    def _measure(self, run: Run) -> None:
        result = self._result
        result.rows = sum(table.rows_generated for table in run.report.tables)
        result.generate_s = run.report.duration_ms / 1000
        for table in run.report.tables:
            rate = table.retries / max(table.rows_generated, 1)
            if rate > result.redraw:
                result.redraw, result.redraw_table = rate, f"{table.schema_name}.{table.table}"
        for issue in (*run.report.warnings, *run.report.unsupported):
            if not any(finding.message == " ".join(issue.message.split())[:1000] for finding in self._found):
                self._note("generate", issue.table or "", issue.code, issue.message, "warning")

    def _evaluate(self, session: Session, run: Run) -> None:
        started = time.perf_counter()
        evaluation = self._try("evaluate", "", lambda: session.evaluate(run, max_examples=1000))
        self._result.evaluate_s = time.perf_counter() - started
        if evaluation is None:
            return
        metrics = evaluation.metrics
        self._result.checked = {name: getattr(metrics.constraints, name).checked for name in _CHECKED}
        for violation in metrics.violations:
            self._note(
                "evaluate", "", violation.code, f"{violation.path}: {violation.message} ({violation.count} rows)"
            )
        for warning in metrics.warnings:
            self._note("evaluate", "", warning.code, f"{warning.path}: {warning.message}", "warning")
        seen = [stat for stat in metrics.column_stats if stat.distinct_count]
        self._result.filled, self._result.constant = len(seen), sum(stat.distinct_count == 1 for stat in seen)

    def _load(self, session: Session, run: Run, resolved: ResolvedPlan) -> None:
        assert self._url is not None
        url = self._url
        files = {ref: run.directory / run.manifest.by_ref[ref].file for ref in resolved.tables}
        refusals = self._try("load", "", lambda: scratch.verdicts(url, files, self._peeled))
        if refusals is None:
            return
        for refusal in refusals:
            self._note("table" if refusal.table else "key", refusal.table, refusal.constraint, refusal.message)
        self._result.clean = len(set(files) - {refusal.table for refusal in refusals} - set(self._peeled))
        started = time.perf_counter()
        loaded = self._try("load", "", lambda: session.load(run, url, truncate=True))
        self._result.load_s = time.perf_counter() - started
        self._result.whole = loaded is not None
        if loaded is not None:
            self._result.triggers = len(loaded.report.triggers)

    # --- setting aside -------------------------------------------------------------------------------------------

    def _only(self, refs: list[TableRef]) -> Plan:
        if len(refs) == len(self._plan.targets):
            return self._plan
        kept = set(refs)
        return self._plan.model_copy(
            update={
                "targets": tuple(target for target in self._plan.targets if target.ref in kept),
                "rules": tuple(rule for rule in self._plan.rules if rule.ref in kept),
                "options": (self._plan.options or PlanOptions()).model_copy(update={"auto_generate_parents": False}),
            }
        )

    def _without(self, refs: Iterable[TableRef], bad: set[TableRef]) -> list[TableRef]:
        """Tables that are not bad and need no bad one; those that do are noted as held back."""
        hard = [(edge.parent, edge.child) for edge in fk_graph(self._schema).edges if edge.hard]
        gone = set(bad)
        grown = bool(bad)
        while grown:
            more = {child: parent for parent, child in hard if parent in gone and child not in gone}
            for child, parent in more.items():
                self._note("held back", child, "needs", f"needs rows of {parent}")
            gone |= set(more)
            grown = bool(more)
        return [ref for ref in refs if ref not in gone]


def _peel(schema: DatabaseSchema, ref: TableRef, names: set[str]) -> DatabaseSchema:
    """Return the schema without some constraints and indexes of one table."""
    plain = schema.to_dict()
    for namespace in plain["schemas"]:
        for table in namespace["tables"] if namespace["name"] == ref.schema else ():
            if table["name"] == ref.table:
                table["constraints"] = [c for c in table["constraints"] if c["name"] not in names]
                table["indexes"] = [i for i in table["indexes"] if i["name"] not in names]
    return DatabaseSchema.model_validate(plain)
