"""How the judge's verdict is shown: one row a check, worst first."""

from __future__ import annotations

import json
from collections.abc import Iterable

from datalchemy_nb.contracts.metrics import CheckTally, ColumnStat, Metrics, Tally, Violation
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import EvaluationResult
from datalchemy_nb.results.depth import depth, relations
from datalchemy_nb.show import document as doc

_NAMES = {
    "not_null": "NOT NULL",
    "pk": "primary key",
    "unique": "unique",
    "fk": "foreign key",
    "check": "CHECK",
    "type": "type",
    "length": "length, precision",
    "enum": "enum label",
    "domain": "domain",
    "rows": "row count",
    "exclusion": "EXCLUDE",
    "relation": "relation (strict plan)",
    "file": "form of the file",
}


def describe_evaluation(result: EvaluationResult) -> doc.Document:
    """Tallies, violations with an offending row, rows, statistics."""
    metrics = result.metrics
    blocks: list[doc.Block] = [
        doc.facts(
            ("directory", str(result.directory)),
            ("report", str(result.directory / "report.md")),
            ("time", duration(metrics.performance.total_ms / 1000)),
        ),
        tallies(metrics),
    ]
    blocks += relations(metrics)
    if metrics.violations:
        blocks.append(_violations(metrics))
    if metrics.warnings:
        warnings = (
            doc.Finding(doc.Badge(f"warning: {w.code}", "warn"), w.path, w.message, w.hint or "")
            for w in metrics.warnings
        )
        blocks.append(doc.Findings(tuple(warnings), "Warnings"))
    blocks.append(_tables(metrics))
    blocks += depth(metrics)
    blocks += statistics_of(metrics.column_stats)
    count = metrics.violation_count
    verdict = doc.Badge("no violations", "ok") if result.ok else doc.Badge(doc.plural(count, "violation"), "bad")
    title = f"Evaluation of run {metrics.run_id[:8]}"
    return doc.Document(title, (verdict,), tuple(blocks), "report.html in the run's directory holds them")


def tallies(metrics: Metrics) -> doc.Grid:
    """One row per class of constraint, broken ones first."""
    found: list[tuple[str, Tally]] = [(name, getattr(metrics.constraints, name)) for name in _NAMES]
    checked = [(name, tally) for name, tally in found if tally.checked or tally.violations]
    checked.sort(key=lambda entry: -entry[1].violations)
    rows = [[_state(tally), _NAMES[name], tally.checked, tally.violations, _skipped(tally)] for name, tally in checked]
    return doc.grid(["", "constraint", "checked>", "violations>", "not evaluated>"], rows, "Constraints")


def _state(tally: Tally) -> doc.Badge:
    if tally.violations:
        return doc.Badge("broken", "bad")
    return doc.Badge("in part", "warn") if _skipped(tally) else doc.Badge("holds", "ok")


def _skipped(tally: Tally) -> int | None:
    return (tally.not_evaluated or None) if isinstance(tally, CheckTally) else None


def _violations(metrics: Metrics) -> doc.Findings:
    worst = sorted(metrics.violations, key=lambda violation: -violation.count)
    return doc.Findings(tuple(_violation(violation) for violation in worst), "Violations, worst first")


def _violation(violation: Violation) -> doc.Finding:
    rows = doc.plural(violation.count, "row")
    first = f", first row {violation.row_index:,}" if violation.row_index is not None else ""
    example = f": {json.dumps(violation.example, ensure_ascii=False)}" if violation.example else ""
    badge = doc.Badge(violation.code.replace("_", " "), "bad")
    return doc.Finding(badge, violation.path, violation.message, detail=rows + first + example)


def _tables(metrics: Metrics) -> doc.Grid:
    rows: list[list[doc.Cell]] = []
    for table in metrics.tables:
        wanted = table.rows_expected
        state = doc.Badge("equal", "ok") if wanted in (None, table.rows_found) else doc.Badge("differs", "bad")
        ref = str(TableRef(table.schema_name, table.table))
        rows.append([state, doc.Code(ref), table.rows_found, wanted if wanted is not None else doc.Dim("not planned")])
    return doc.grid(["", "table", "rows found>", "rows planned>"], rows, "Rows", fold=len(rows) > 12)


_STATISTICS = ("column", "nulls", "distinct>", "min", "max", "most frequent", "histogram")


def statistics_of(stats: Iterable[ColumnStat]) -> list[doc.Grid]:
    """Statistics of columns, folded by table."""
    by_table: dict[TableRef, list[ColumnStat]] = {}
    for stat in stats:
        by_table.setdefault(TableRef(stat.schema_name, stat.table), []).append(stat)
    return [
        doc.grid(_STATISTICS, [_stat(s) for s in stats], f"Columns of {ref}", fold=True)
        for ref, stats in by_table.items()
    ]


def statistics_grid(stats: Iterable[ColumnStat]) -> doc.Grid:
    """Statistics of columns of all tables, in one grid."""
    rows = ([doc.Code(str(TableRef(s.schema_name, s.table))), *_stat(s)] for s in stats)
    return doc.grid(["table", *_STATISTICS], rows, "Columns")


def _stat(stat: ColumnStat) -> list[doc.Cell]:
    distinct = (
        f"{'' if stat.distinct_exact else '≈ '}{stat.distinct_count:,}" if stat.distinct_count is not None else None
    )
    top = ", ".join(f"{value} ({count:,})" for value, count in stat.top_values[:3])
    return [
        doc.Code(show_ident(stat.column)),
        doc.Bar(stat.null_rate or 0.0, f"{stat.null_rate:.1%}") if stat.null_rate else doc.Dim("none"),
        distinct,
        stat.min,
        stat.max,
        top,
        doc.Bins(stat.histogram) if stat.histogram else None,
    ]
