"""Sections of the report beyond constraints: plan, profile, references, personal data, columns."""

from __future__ import annotations

from datalchemy_nb.contracts.metrics import ColumnStat, Metrics, RelationExample
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.evaluate.page import Section, Table, table

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WORST = 40


def conformance(metrics: Metrics) -> Section | None:
    """What follows the plan and what does not, deviations first."""
    found = metrics.conformance
    if not found:
        return None
    deviating = [entry for entry in found if entry.status == "deviates"]
    line = f"{len(found) - len(deviating)} of {len(found)} questions about the plan's columns: as the plan says."
    if not deviating:
        return Section("Against the plan", (line,))
    rows = [
        (
            _path(e.schema_name, e.table, e.column),
            e.what.replace("_", " "),
            e.expected,
            e.found,
            e.test or "-",
            "-" if e.p_value is None else f"{e.p_value:.2g}",
            str(e.sample),
        )
        for e in deviating[:_WORST]
    ]
    heading = ("column", "what", "expected", "found", "test", "p", "sample")
    return Section("Against the plan", (line, table(heading, rows, right=2)))


def relations(metrics: Metrics) -> Section | None:
    """Which relations of the plan rows keep, and which not, with rows that do not."""
    found = metrics.relations
    if not found:
        return None
    line = f"Relations of the plan: {metrics.relations_told} ({len(found)} questions)."
    doubtful = [entry for entry in found if entry.status != "holds"]
    if not doubtful:
        return Section("Relations", (line,))
    ordered = sorted(doubtful, key=lambda e: (e.status != "deviates", e.rule))[:_WORST]
    rows = [
        (
            f"{TableRef(e.schema_name, e.table)}.{e.column}",
            e.relation,
            e.status.replace("_", " "),
            e.expected,
            e.outcome,
            "; ".join(map(relation_example, e.examples)) or "-",
        )
        for e in ordered
    ]
    return Section("Relations", (line, table(("column", "relation", "", "expected", "found", "rows"), rows)))


def relation_example(example: RelationExample) -> str:
    """A row that deviates: its number and what the relation reads of it."""
    cells = ", ".join(f"{name} = {'null' if cell is None else cell}" for name, cell in example.cells.items())
    return cells if example.row_index is None else f"row {example.row_index}: {cells}"


def fidelity(metrics: Metrics) -> Section | None:
    """How close the run comes to a profile, the farthest first."""
    found = metrics.fidelity
    if found is None:
        return None
    score = "nothing could be compared" if found.score is None else f"score {found.score:.3f} (1 is alike)"
    worst = sorted(found.scores, key=lambda s: (s.score, s.schema_name, s.table, s.column or "", s.what))[:_WORST]
    rows = [
        (_path(s.schema_name, s.table, s.column), s.what.replace("_", " "), s.expected, s.found, f"{s.score:.3f}")
        for s in worst
    ]
    heading = ("where", "what", "profile", "run", "score")
    return Section("Fidelity", (f"Against profile {found.profile}: {score}.", table(heading, rows, right=3)))


def fan_out(metrics: Metrics) -> Section | None:
    """Children per parent."""
    if not metrics.foreign_key_stats:
        return None
    rows = [
        (
            f"{TableRef(f.schema_name, f.table)}.{','.join(map(show_ident, f.columns))}",
            str(TableRef(f.referenced_schema, f.referenced_table)),
            str(f.parents),
            str(f.children),
            str(f.min),
            f"{f.median:g}",
            str(f.max),
            _percent(f.childless_share),
        )
        for f in metrics.foreign_key_stats
    ]
    heading = ("reference", "to", "parents", "children", "min", "median", "max", "childless")
    return Section("Children per parent", (table(heading, rows, right=6),))


def privacy(metrics: Metrics) -> Section | None:
    """Columns of personal data."""
    if not metrics.privacy:
        return None
    lines = (
        "Columns whose names speak of personal data, and how their values came about. No value was read from a "
        "database: generation has no connection. Where a value could by chance be a real person's, it is said."
    )
    rows = [
        (
            _path(p.schema_name, p.table, p.column),
            p.tag,
            p.generator or "-",
            p.origin,
            ", ".join(p.masking) or "-",
            ("yes: " if p.may_belong_to_someone else "no: ") + p.why,
        )
        for p in metrics.privacy
    ]
    heading = ("column", "tag", "generator", "origin", "masking", "could be someone's")
    return Section("Personal data", (lines, table(heading, rows)))


def columns(metrics: Metrics) -> Section | None:
    """A table of statistics per table."""
    by_table: dict[TableRef, list[ColumnStat]] = {}
    for stat in metrics.column_stats:
        by_table.setdefault(TableRef(stat.schema_name, stat.table), []).append(stat)
    if not by_table:
        return None
    return Section("Columns", tuple(_columns(ref, stats) for ref, stats in by_table.items()))


def _columns(ref: TableRef, stats: list[ColumnStat]) -> Table:
    heading = ("column", "type", "range", "mean", "quartiles", "length", "most frequent", "patterns", "histogram")
    rows = [
        (
            show_ident(s.column),
            s.type or "-",
            "-" if s.min is None else f"{s.min} to {s.max}",
            s.mean or "-",
            ", ".join(s.quantiles[1:4]) or "-",
            "-" if s.min_length is None else f"{s.min_length} to {s.max_length}, mean {s.mean_length:g}",
            ", ".join(f"{value} ({count})" for value, count in s.top_values[:3]) or "-",
            ", ".join(f"{shape} ({count})" for shape, count in s.patterns[:2]) or "-",
            _bars(s.histogram),
            _percent(s.null_rate),
            _distinct(s),
        )
        for s in stats
    ]
    return table((*heading, "nulls", "distinct"), rows, right=2, caption=str(ref))


def _distinct(stat: ColumnStat) -> str:
    if stat.distinct_count is None:
        return "-"
    ratio = "" if stat.distinct_ratio is None else f" ({_percent(stat.distinct_ratio)})"
    return f"{'' if stat.distinct_exact else '≈ '}{stat.distinct_count}{ratio}"


def _bars(counts: tuple[int, ...]) -> str:
    most = max(counts, default=0)
    return "".join(_BLOCKS[-(-count * 8 // most)] for count in counts) if most else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _path(schema: str, name: str, column: str | None) -> str:
    ref = TableRef(schema, name)
    return f"{ref}.{show_ident(column)}" if column else str(ref)
