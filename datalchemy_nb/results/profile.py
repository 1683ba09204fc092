"""How profiles and evidence pages are shown."""

from __future__ import annotations

from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.contracts.profile import ColumnProfile
from datalchemy_nb.results.base import EvidenceResult, ProfileResult
from datalchemy_nb.show.document import (
    Badge,
    Bar,
    Block,
    Cell,
    Code,
    Dim,
    Document,
    facts,
    grid,
    plural,
    remarks,
    yes_no,
)


def describe_profile(result: ProfileResult) -> Document:
    """Tables, columns, and every query that was sent."""
    profile = result.profile
    blocks: list[Block] = [
        facts(
            ("source", profile.source),
            ("file", str(result.path) if result.path else None),
            ("threshold", f"counts of fewer than {profile.k} rows are not told"),
        )
    ]
    rows: list[list[Cell]] = []
    for table in profile.tables:
        told = Dim("fewer than told") if table.suppressed else Dim("never analysed")
        rows.append([Code(str(table.ref)), table.rows if table.rows is not None else told, len(table.columns)])
    blocks.append(grid(["table", "rows (estimate)>", "columns told>"], rows, "Tables"))
    names = ["column", "nulls", "distinct>", "width in bytes>", "correlation>", "histogram"]
    told_of = [table for table in profile.tables if table.columns]
    blocks += [grid(names, [_column(c) for c in t.columns], f"Columns of {t.ref}", fold=True) for t in told_of]
    audit: list[list[Cell]] = [[entry.at, Code(entry.query), entry.rows] for entry in profile.audit]
    blocks.append(grid(["at", "query", "rows>"], audit, "Every query that was sent (texts are in the profile)"))
    blocks += remarks(result.note)
    badge = Badge("aggregates only, no row was read", "ok")
    return Document(f"Profile of {plural(len(profile.tables), 'table')}", (badge,), tuple(blocks))


def _column(column: ColumnProfile) -> list[Cell]:
    distinct = column.distinct
    share = column.null_fraction
    return [
        Code(show_ident(column.column)),
        Bar(share, f"{share:.1%}") if share else Dim("none"),
        None if distinct is None else f"{distinct:,.0f}" if distinct > 0 else f"{-distinct:.1%} of rows",
        column.average_width,
        None if column.correlation is None else f"{column.correlation:.2f}",
        plural(len(column.histogram), "bound") if column.histogram else None,
    ]


def describe_evidence(result: EvidenceResult) -> Document:
    """Where the page was written."""
    badge = yes_no(result.ok, "all checks passed", "something differs: see the page")
    return Document("Evidence", (badge,), (facts(("file", str(result.path))),))
