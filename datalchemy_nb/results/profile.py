"""How profiles and evidence pages are shown."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.contracts.profile import ColumnProfile, FoundRelation, TableProfile
from datalchemy_nb.results.base import EvidenceResult, ProfileResult
from datalchemy_nb.show import document as doc


def describe_profile(result: ProfileResult) -> doc.Document:
    """Tables, columns, and every query that was sent."""
    profile = result.profile
    blocks: list[doc.Block] = [
        doc.facts(
            ("source", profile.source),
            ("file", str(result.path) if result.path else None),
            ("threshold", f"counts of fewer than {profile.k} rows are not told"),
        )
    ]
    rows: list[list[doc.Cell]] = []
    for table in profile.tables:
        told = doc.Dim("fewer than told") if table.suppressed else doc.Dim("never analysed")
        rows.append([doc.Code(str(table.ref)), table.rows if table.rows is not None else told, len(table.columns)])
    blocks.append(doc.grid(["table", "rows (estimate)>", "columns told>"], rows, "Tables"))
    found: list[list[doc.Cell]] = [
        [
            doc.Code(f"{one.ref}.{show_ident(one.column)}"),
            one.kind.replace("_", " "),
            relation_in_words(one),
            doc.Bar(one.share, f"{one.share:.1%}"),
            f"{one.held:,} of {one.of:,}",
        ]
        for one in profile.relations
    ]
    if found:
        blocks.append(doc.grid(["column", "what", "holds", "share", "rows>"], found, "Relations that were counted"))
    names = ["column", "nulls", "distinct>", "values or spread", "texts", "personal"]
    told_of = [table for table in profile.tables if table.columns]
    blocks += [doc.grid(names, [_column(c) for c in t.columns], f"Columns of {t.ref}", fold=True) for t in told_of]
    if profile.not_counted:
        missing: list[list[doc.Cell]] = [[one.query, one.reason] for one in profile.not_counted]
        blocks.append(doc.grid(["question", "why it has no answer"], missing, "Not counted"))
    audit: list[list[doc.Cell]] = [[entry.at, doc.Code(entry.query), entry.rows] for entry in profile.audit]
    blocks.append(doc.grid(["at", "query", "rows>"], audit, "Every query that was sent (texts are in the profile)"))
    blocks += doc.remarks(result.note)
    badge = doc.Badge("aggregates only, no row was read", "ok")
    return doc.Document(f"Profile of {doc.plural(len(profile.tables), 'table')}", (badge,), tuple(blocks))


def relation_in_words(found: FoundRelation) -> str:
    """Return what a relation says of its column, in a few words."""
    reads = ", ".join(found.reads)
    match found.kind:
        case "order":
            return f"not below {reads}"
        case "computed":
            return f"= {found.sql}"
        case "together":
            return f"empty where {reads} is"
        case "present":
            return f"only where {reads} is {' or '.join(found.values)}"
        case "decides":
            return f"decided by {reads}"
        case "copy":
            return f"= {reads}"
        case "sum":
            return f"{found.function} of {found.sql or 'rows'} over {show_ident(found.child_table or '')}"
        case _:
            return f"one row: {' = '.join(found.reads)}"


def _column(column: ColumnProfile) -> list[doc.Cell]:
    distinct, share, text = column.distinct, column.null_fraction, column.text
    looks = None
    if text is not None:
        looks = f"{text.mean_length:g} characters" + (f", {text.patterns[0].value}" if text.patterns else "")
    return [
        doc.Code(show_ident(column.column)),
        doc.Bar(share, f"{share:.1%}") if share else doc.Dim("none"),
        None if distinct is None else f"{distinct:,.0f}" if distinct > 0 else f"{-distinct:.1%} of rows",
        _spread(column),
        looks,
        column.personal,
    ]


def _spread(column: ColumnProfile) -> doc.Cell:
    if column.values:
        first = ", ".join(f"{one.value} {one.share:.0%}" for one in column.values[:4])
        return first if len(column.values) <= 4 else f"{first}, and {len(column.values) - 4} more"
    if len(column.histogram) > 1:
        middle = column.histogram[len(column.histogram) // 2]
        return f"{column.histogram[0]} to {column.histogram[-1]}, half below {middle}"
    return column.middle and f"about {column.middle}"


_LEVELS = 4


def describe_beside(table: TableProfile, made: pl.DataFrame | None) -> doc.Document:
    """A table's columns as they are in the real database, each beside what the plan makes of it.

    Args:
        table: its profile.
        made: rows as the plan makes them, or None.
    """
    names = ["column", "nulls, real", "made", "values or spread, real", "made ", "texts, real", "made  "]
    rows: list[list[doc.Cell]] = []
    for column in table.columns:
        values = None if made is None or column.column not in made.columns else made[column.column]
        real = _column(column)
        rows.append([real[0], real[1], _nulls(values), real[3], _spread_of(column, values), real[4], _looks(values)])
    badges = () if made is not None else (doc.Badge("no plan makes rows of it yet", "off"),)
    sample = f"{made.height:,} rows of the plan" if made is not None else None
    return doc.Document(f"Columns of {table.ref}", badges, (doc.facts(("beside", sample)), doc.grid(names, rows)))


def _nulls(values: pl.Series | None) -> doc.Cell:
    if values is None or not len(values):
        return None
    share = values.null_count() / len(values)
    return doc.Bar(share, f"{share:.1%}") if share else doc.Dim("none")


def _spread_of(column: ColumnProfile, values: pl.Series | None) -> doc.Cell:
    """The shares of the real values, or the ends and the middle, as they are made."""
    present = None if values is None else values.drop_nulls()
    if present is None or not len(present):
        return None
    if column.values:
        texts = present.cast(pl.String)
        shares = ((one.value, (texts == one.value).sum() / len(texts)) for one in column.values[:_LEVELS])
        return ", ".join(f"{value} {share:.0%}" for value, share in shares)
    if len(column.histogram) > 1 or column.middle is not None:
        ordered = present.sort()
        return f"{ordered[0]} to {ordered[-1]}, half below {ordered[len(ordered) // 2]}"
    return None


def _looks(values: pl.Series | None) -> doc.Cell:
    if values is None or values.dtype != pl.String or values.null_count() == len(values):
        return None
    present = values.drop_nulls()
    return f"{present.str.len_chars().sum() / len(present):.3g} characters"


def describe_evidence(result: EvidenceResult) -> doc.Document:
    """Where the page was written."""
    badge = doc.yes_no(result.ok, "all checks passed", "something differs: see the page")
    return doc.Document("Evidence", (badge,), (doc.facts(("file", str(result.path))),))
