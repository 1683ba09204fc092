"""report.md and report.html: the verdict for a person, worst first. Equal data gives equal text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from datalchemy_nb.contracts.metrics import CheckTally, ColumnStat, Metrics, RelationExample, Tally, Violation
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.errors import OutputError
from datalchemy_nb.files import replace
from datalchemy_nb.results.depth import matching
from datalchemy_nb.show import document as doc
from datalchemy_nb.show.markdown import render_markdown
from datalchemy_nb.show.render_html import render_page

_WORST = 40
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


def report(metrics: Metrics, plan: Plan | None, *, max_examples: int = 20) -> doc.Document:
    """Lay the report out, worst first. Timings stay in metrics.json, so equal data gives an equal report.

    Args:
        metrics: what the judge found.
        plan: the plan the data was made from, if known.
        max_examples: violations listed; the others are counted.
    """
    if metrics.violations:
        count, places = metrics.violation_count, len(metrics.violations)
        badge, verdict = doc.Badge("FAIL", "bad"), f"{doc.plural(count, 'violation')} in {doc.plural(places, 'place')}."
    else:
        badge, verdict = doc.Badge("PASS", "ok"), "No violations."
    parts: tuple[tuple[str, Iterable[doc.Block]], ...] = (
        ("Run summary", [_summary(metrics, plan)]),
        ("Targets and row counts", [_rows(metrics)]),
        ("Constraint summary", [_constraints(metrics)]),
        ("Relations", _relations(metrics)),
        ("Top violations", _violations(metrics, max_examples)),
        ("Warnings", _warnings(metrics)),
        ("Against the plan", _conformance(metrics)),
        ("Fidelity", _fidelity(metrics)),
        ("Children per parent", _fan_out(metrics)),
        ("Personal data", _privacy(metrics)),
        ("Columns", _columns(metrics)),
        ("Recommendations", _recommendations(metrics)),
    )
    blocks: list[doc.Block] = [doc.Note(verdict)]
    for title, shown in parts:
        if part := tuple(shown):
            blocks += [doc.Section(title), *part]
    return doc.Document("Evaluation report", (badge,), tuple(blocks))


def write_report(directory: Path, metrics: Metrics, plan: Plan | None, *, max_examples: int = 20) -> None:
    """Write metrics.json, report.md and report.html into a directory, each whole or not at all.

    Raises:
        OutputError: the directory cannot be written.
    """
    document = report(metrics, plan, max_examples=max_examples)
    # The verdict comes last: where it stands, the pages that explain it stand as well.
    texts = {
        directory / "report.md": render_markdown(document),
        directory / "report.html": render_page(document),
        directory / "metrics.json": metrics.to_json(),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        replace(texts)
    except OSError as error:
        raise OutputError(
            f"cannot write the report into {directory}: {error.strerror or error}",
            hint="free some space, and evaluate again",
        ) from None


def _table(names: Sequence[str], rows: Iterable[Sequence[doc.Cell]], *, right: int = 0, caption: str = "") -> doc.Grid:
    """A table; the last ``right`` columns are set to the right; one with a caption is folded in html."""
    first = len(names) - right
    shown = tuple(doc.Heading(name, right=i >= first) for i, name in enumerate(names))
    return doc.Grid(shown, tuple(tuple(row) for row in rows), caption, fold=bool(caption))


def _summary(metrics: Metrics, plan: Plan | None) -> doc.Facts:
    fingerprint = metrics.schema_ref.schema_fingerprint
    known = f", fingerprint {fingerprint[:12]}" if fingerprint else ""
    told = "none"
    if plan is not None:
        told = f"version {plan.plan_version}, seed {plan.seed}, base date {plan.base_date.isoformat()}"
    items = (("run", metrics.run_id), ("schema", f"version {metrics.schema_ref.schema_version}{known}"), ("plan", told))
    return doc.Facts(items)


def _rows(metrics: Metrics) -> doc.Grid:
    ordered = sorted(metrics.tables, key=lambda t: (t.rows_expected in (None, t.rows_found), t.schema_name, t.table))
    rows = [(str(TableRef(t.schema_name, t.table)), _or_dash(t.rows_expected), t.rows_found) for t in ordered]
    return _table(("table", "expected", "found"), rows, right=2)


def _constraints(metrics: Metrics) -> doc.Grid:
    tallies: list[tuple[str, Tally]] = [(name, getattr(metrics.constraints, name)) for name in _LABELS]
    used = [(name, t) for name, t in tallies if t.checked or t.violations or getattr(t, "not_evaluated", 0)]
    used.sort(key=lambda item: -item[1].violations)
    rows = [
        (_LABELS[n], t.checked, t.violations, t.not_evaluated if isinstance(t, CheckTally) else "-") for n, t in used
    ]
    return _table(("constraint", "checked", "violations", "not evaluated"), rows, right=3)


def _violations(metrics: Metrics, most: int) -> Iterator[doc.Block]:
    worst = sorted(metrics.violations, key=lambda v: (-v.count, v.path, v.code, v.message))
    if not worst:
        return
    rows = [(v.code, v.path, v.count, _or_dash(v.row_index), v.message, _example(v)) for v in worst[:most]]
    yield _table(("code", "where", "count", "first row", "what", "example"), rows)
    if len(worst) > most:
        yield doc.Note(f"{len(worst) - most} more are in metrics.json.")


def _example(violation: Violation) -> str:
    if not violation.example:
        return "-"
    cells = (f"{name} = {'null' if cell is None else repr(cell)}" for name, cell in violation.example.items())
    return ", ".join(cells)


def _warnings(metrics: Metrics) -> Iterator[doc.Block]:
    if metrics.warnings:
        ordered = sorted(metrics.warnings, key=lambda w: (-(w.count or 0), w.path, w.code, w.message))
        yield _table(("code", "where", "what"), [(w.code, w.path, w.message) for w in ordered])


def _recommendations(metrics: Metrics) -> Iterator[doc.Block]:
    constraints = metrics.constraints
    lines = [advice for names, advice in _ADVICE if any(getattr(constraints, name).violations for name in names)]
    if constraints.check.not_evaluated or constraints.domain.not_evaluated or constraints.exclusion.not_evaluated:
        lines.append("Some constraints were not evaluated here: `load` has PostgreSQL check them.")
    yield from map(doc.Note, lines or ["No violations: nothing to do."])


def _conformance(metrics: Metrics) -> Iterator[doc.Block]:
    """What follows the plan and what does not, deviations first."""
    found = metrics.conformance
    if not found:
        return
    deviating = [entry for entry in found if entry.status == "deviates"]
    yield doc.Note(f"{matching(len(found) - len(deviating), len(found))}.")
    if deviating:
        rows = [
            (
                _path(e.schema_name, e.table, e.column),
                e.what.replace("_", " "),
                e.expected,
                e.found,
                e.test or "-",
                "-" if e.p_value is None else f"{e.p_value:.2g}",
                e.sample,
            )
            for e in deviating[:_WORST]
        ]
        yield _table(("column", "what", "expected", "found", "test", "p", "sample"), rows, right=2)


def _relations(metrics: Metrics) -> Iterator[doc.Block]:
    """Which relations of the plan rows keep, and which not, with rows that do not."""
    found = metrics.relations
    if not found:
        return
    yield doc.Note(f"Relations of the plan: {metrics.relations_told} ({doc.plural(len(found), 'question')}).")
    doubtful = [entry for entry in found if entry.status != "holds"]
    if doubtful:
        rows = [
            (
                f"{TableRef(e.schema_name, e.table)}.{e.column}",
                e.relation,
                e.status.replace("_", " "),
                e.expected,
                e.outcome,
                "; ".join(map(_relation_example, e.examples)) or "-",
            )
            for e in sorted(doubtful, key=lambda e: (e.status != "deviates", e.rule))[:_WORST]
        ]
        yield _table(("column", "relation", "", "expected", "found", "rows"), rows)


def _relation_example(example: RelationExample) -> str:
    """A row that deviates: its number and what the relation reads of it."""
    cells = ", ".join(f"{name} = {'null' if cell is None else cell}" for name, cell in example.cells.items())
    return cells if example.row_index is None else f"row {example.row_index}: {cells}"


def _fidelity(metrics: Metrics) -> Iterator[doc.Block]:
    """How close the run comes to a profile, the farthest first."""
    found = metrics.fidelity
    if found is None:
        return
    score = "nothing could be compared" if found.score is None else f"score {found.score:.3f} (1 is alike)"
    yield doc.Note(f"Against profile {found.profile}: {score}.")
    worst = sorted(found.scores, key=lambda s: (s.score, s.schema_name, s.table, s.column or "", s.what))[:_WORST]
    rows = [
        (_path(s.schema_name, s.table, s.column), s.what.replace("_", " "), s.expected, s.found, f"{s.score:.3f}")
        for s in worst
    ]
    yield _table(("where", "what", "profile", "run", "score"), rows, right=3)


def _fan_out(metrics: Metrics) -> Iterator[doc.Block]:
    if not metrics.foreign_key_stats:
        return
    rows = [
        (
            f"{TableRef(f.schema_name, f.table)}.{','.join(map(show_ident, f.columns))}",
            str(TableRef(f.referenced_schema, f.referenced_table)),
            f.parents,
            f.children,
            f.min,
            f"{f.median:g}",
            f.max,
            _percent(f.childless_share),
        )
        for f in metrics.foreign_key_stats
    ]
    yield _table(("reference", "to", "parents", "children", "min", "median", "max", "childless"), rows, right=6)


def _privacy(metrics: Metrics) -> Iterator[doc.Block]:
    if not metrics.privacy:
        return
    yield doc.Note(
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
    yield _table(("column", "tag", "generator", "origin", "masking", "could be someone's"), rows)


def _columns(metrics: Metrics) -> Iterator[doc.Block]:
    """A table of statistics per table."""
    by_table: dict[TableRef, list[ColumnStat]] = {}
    for stat in metrics.column_stats:
        by_table.setdefault(TableRef(stat.schema_name, stat.table), []).append(stat)
    heading = ("column", "type", "range", "mean", "quartiles", "length", "most frequent", "patterns", "histogram")
    for ref, stats in by_table.items():
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
                doc.Bins(s.histogram) if s.histogram else "-",
                _percent(s.null_rate),
                _distinct(s),
            )
            for s in stats
        ]
        yield _table((*heading, "nulls", "distinct"), rows, right=2, caption=str(ref))


def _distinct(stat: ColumnStat) -> str:
    if stat.distinct_count is None:
        return "-"
    ratio = "" if stat.distinct_ratio is None else f" ({_percent(stat.distinct_ratio)})"
    return f"{'' if stat.distinct_exact else '≈ '}{stat.distinct_count}{ratio}"


def _or_dash(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _path(schema: str, name: str, column: str | None) -> str:
    ref = TableRef(schema, name)
    return f"{ref}.{show_ident(column)}" if column else str(ref)
