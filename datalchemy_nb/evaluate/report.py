"""report.md: the verdict for a person, worst first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from datalchemy_nb.contracts.metrics import CheckTally, Metrics, Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan

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
}
_ADVICE = (
    (("file",), "Files differ from the agreed form: write them with `generate`, or fix header, columns and line ends."),
    (("rows",), "Row counts differ from the plan: the run may be partial; look at generation_report.json."),
    (("type", "length", "enum"), "Values do not fit their column's type: check the generators of those columns."),
    (("not_null",), "Nulls in NOT NULL columns: lower the null rate of those columns."),
    (("pk", "unique"), "Repeated keys: use a generator whose domain is at least as large as the table."),
    (("fk",), "References without a parent: generate parents and children in one run, without rules on the key."),
    (("check", "domain"), "CHECK constraints broken: narrow the generators of the columns they read."),
)
_UNSAFE = re.compile(r"([\\`*_{}\[\]<>|#])")


def render(metrics: Metrics, plan: Plan | None, *, max_examples: int) -> str:
    """Return the report as Markdown. Equal data gives equal text: timings stay in metrics.json."""
    total = metrics.violation_count
    verdict = "no violations" if not metrics.violations else f"{total} violations in {len(metrics.violations)} places"
    sections = [
        ["# Evaluation report", "", f"**{'FAIL' if metrics.violations else 'PASS'}**: {verdict}."],
        _summary(metrics, plan),
        _rows(metrics),
        _constraints(metrics),
        _violations(metrics, max_examples),
        _warnings(metrics),
        _recommendations(metrics),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _summary(metrics: Metrics, plan: Plan | None) -> list[str]:
    lines = ["## Run summary", "", f"- run: {_plain(metrics.run_id)}"]
    fingerprint = metrics.schema_ref.schema_fingerprint
    lines.append(
        f"- schema: version {_plain(metrics.schema_ref.schema_version)}"
        + (f", fingerprint `{fingerprint[:12]}`" if fingerprint else "")
    )
    if plan is None:
        return [*lines, "- plan: none"]
    base = plan.base_date.isoformat()
    return [*lines, f"- plan: version {_plain(plan.plan_version)}, seed {plan.seed}, base date {base}"]


def _rows(metrics: Metrics) -> list[str]:
    ordered = sorted(metrics.tables, key=lambda t: (t.rows_expected in (None, t.rows_found), t.schema_name, t.table))
    rows = [
        (_plain(str(TableRef(t.schema_name, t.table))), _or_dash(t.rows_expected), str(t.rows_found)) for t in ordered
    ]
    return ["## Targets and row counts", "", *_table(("table", "expected", "found"), rows, right=2)]


def _constraints(metrics: Metrics) -> list[str]:
    tallies = [(name, getattr(metrics.constraints, name)) for name in _LABELS]
    used = [(name, t) for name, t in tallies if t.checked or t.violations or getattr(t, "not_evaluated", 0)]
    used.sort(key=lambda item: -item[1].violations)
    rows = [
        (
            _LABELS[name],
            str(t.checked),
            str(t.violations),
            str(t.not_evaluated) if isinstance(t, CheckTally) else "-",
        )
        for name, t in used
    ]
    heading = ("constraint", "checked", "violations", "not evaluated")
    return ["## Constraint summary", "", *_table(heading, rows, right=3)]


def _violations(metrics: Metrics, most: int) -> list[str]:
    if not metrics.violations:
        return []
    worst = sorted(metrics.violations, key=lambda v: (-v.count, v.path, v.code, v.message))
    rows = [
        (v.code, _plain(v.path), str(v.count), _or_dash(v.row_index), _plain(v.message), _example(v))
        for v in worst[:most]
    ]
    heading = ("code", "where", "count", "first row", "what", "example")
    note = [] if len(worst) <= most else ["", f"{len(worst) - most} more are in metrics.json."]
    return ["## Top violations", "", *_table(heading, rows), *note]


def _example(violation: Violation) -> str:
    if not violation.example:
        return "-"
    cells = (f"{name} = {'null' if cell is None else repr(cell)}" for name, cell in violation.example.items())
    return _plain(", ".join(cells))


def _warnings(metrics: Metrics) -> list[str]:
    if not metrics.warnings:
        return []
    ordered = sorted(metrics.warnings, key=lambda w: (-(w.count or 0), w.path, w.code, w.message))
    rows = [(w.code, _plain(w.path), _plain(w.message)) for w in ordered]
    return ["## Warnings", "", *_table(("code", "where", "what"), rows)]


def _recommendations(metrics: Metrics) -> list[str]:
    constraints = metrics.constraints
    lines = [f"- {advice}" for names, advice in _ADVICE if any(getattr(constraints, name).violations for name in names)]
    if constraints.check.not_evaluated or constraints.domain.not_evaluated or constraints.exclusion.not_evaluated:
        lines.append("- Some constraints were not evaluated here: `load` has PostgreSQL check them.")
    return ["## Recommendations", "", *(lines or ["- No violations: nothing to do."])]


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> list[str]:
    """A Markdown table; the last ``right`` columns are aligned right."""
    marks = ["---"] * (len(heading) - right) + ["---:"] * right
    return [f"| {' | '.join(cells)} |" for cells in (heading, marks, *rows)]


def _or_dash(value: int | None) -> str:
    return "-" if value is None else str(value)


def _plain(text: str) -> str:
    return _UNSAFE.sub(r"\\\1", " ".join(text.split()))
