"""report.md and report.html: the verdict for a person, worst first. Equal data gives equal text."""

from __future__ import annotations

from datalchemy_nb.contracts.metrics import CheckTally, Metrics, Tally, Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.evaluate import report_depth
from datalchemy_nb.evaluate.page import Items, Page, Section, table

_LABELS = {
    "file": "file form",
    "rows": "row counts",
    "type": "types",
    "length": "length, precision",
    "enum": "enum labels",
    "not_null": "NOT NULL",
    "pk": "PRIMARY KEY",
    "unique": "UNIQUE",
    "fk": "FOREIGN KEY",
    "check": "CHECK",
    "domain": "domain CHECK",
    "exclusion": "EXCLUDE",
    "relation": "relation (strict plan)",
}
_ADVICE = (
    (("file",), "Files differ from the agreed form: write them with `generate`, or fix header, columns and line ends."),
    (("rows",), "Row counts differ from the plan: the run may be partial; look at generation_report.json."),
    (("type", "length", "enum"), "Values do not fit their column's type: check the generators of those columns."),
    (("not_null",), "Nulls in NOT NULL columns: lower the null rate of those columns."),
    (("pk", "unique"), "Repeated keys: use a generator whose domain is at least as large as the table."),
    (("fk",), "References without a parent: generate parents and children in one run, without rules on the key."),
    (("check", "domain"), "CHECK constraints broken: narrow the generators of the columns they read."),
    (("exclusion",), "Rows in each other's way: spread the ranges, or the columns that must be equal."),
    (("relation",), "Relations of the plan that rows do not keep: see Relations."),
)


def page(metrics: Metrics, plan: Plan | None, *, max_examples: int) -> Page:
    """Lay the report out. Timings stay in metrics.json."""
    total = metrics.violation_count
    verdict = "no violations." if not metrics.violations else f"{total} violations in {len(metrics.violations)} places."
    sections = (
        _summary(metrics, plan),
        _rows(metrics),
        _constraints(metrics),
        report_depth.relations(metrics),
        _violations(metrics, max_examples),
        _warnings(metrics),
        report_depth.conformance(metrics),
        report_depth.fidelity(metrics),
        report_depth.fan_out(metrics),
        report_depth.privacy(metrics),
        report_depth.columns(metrics),
        _recommendations(metrics),
    )
    return Page("Evaluation report", not metrics.violations, verdict, tuple(s for s in sections if s is not None))


def _summary(metrics: Metrics, plan: Plan | None) -> Section:
    fingerprint = metrics.schema_ref.schema_fingerprint
    known = f", fingerprint {fingerprint[:12]}" if fingerprint else ""
    lines = [f"run: {metrics.run_id}", f"schema: version {metrics.schema_ref.schema_version}{known}"]
    if plan is None:
        lines.append("plan: none")
    else:
        base = plan.base_date.isoformat()
        lines.append(f"plan: version {plan.plan_version}, seed {plan.seed}, base date {base}")
    return Section("Run summary", (Items(tuple(lines)),))


def _rows(metrics: Metrics) -> Section:
    ordered = sorted(metrics.tables, key=lambda t: (t.rows_expected in (None, t.rows_found), t.schema_name, t.table))
    rows = [(str(TableRef(t.schema_name, t.table)), _or_dash(t.rows_expected), str(t.rows_found)) for t in ordered]
    return Section("Targets and row counts", (table(("table", "expected", "found"), rows, right=2),))


def _constraints(metrics: Metrics) -> Section:
    tallies: list[tuple[str, Tally]] = [(name, getattr(metrics.constraints, name)) for name in _LABELS]
    used = [(name, t) for name, t in tallies if t.checked or t.violations or getattr(t, "not_evaluated", 0)]
    used.sort(key=lambda item: -item[1].violations)
    rows = [
        (_LABELS[n], str(t.checked), str(t.violations), str(t.not_evaluated) if isinstance(t, CheckTally) else "-")
        for n, t in used
    ]
    heading = ("constraint", "checked", "violations", "not evaluated")
    return Section("Constraint summary", (table(heading, rows, right=3),))


def _violations(metrics: Metrics, most: int) -> Section | None:
    if not metrics.violations:
        return None
    worst = sorted(metrics.violations, key=lambda v: (-v.count, v.path, v.code, v.message))
    rows = [(v.code, v.path, str(v.count), _or_dash(v.row_index), v.message, _example(v)) for v in worst[:most]]
    heading = ("code", "where", "count", "first row", "what", "example")
    note = () if len(worst) <= most else (f"{len(worst) - most} more are in metrics.json.",)
    return Section("Top violations", (table(heading, rows), *note))


def _example(violation: Violation) -> str:
    if not violation.example:
        return "-"
    cells = (f"{name} = {'null' if cell is None else repr(cell)}" for name, cell in violation.example.items())
    return ", ".join(cells)


def _warnings(metrics: Metrics) -> Section | None:
    if not metrics.warnings:
        return None
    ordered = sorted(metrics.warnings, key=lambda w: (-(w.count or 0), w.path, w.code, w.message))
    rows = [(w.code, w.path, w.message) for w in ordered]
    return Section("Warnings", (table(("code", "where", "what"), rows),))


def _recommendations(metrics: Metrics) -> Section:
    constraints = metrics.constraints
    lines = [advice for names, advice in _ADVICE if any(getattr(constraints, name).violations for name in names)]
    if constraints.check.not_evaluated or constraints.domain.not_evaluated or constraints.exclusion.not_evaluated:
        lines.append("Some constraints were not evaluated here: `load` has PostgreSQL check them.")
    return Section("Recommendations", (Items(tuple(lines or ["No violations: nothing to do."])),))


def _or_dash(value: int | None) -> str:
    return "-" if value is None else str(value)
