"""How goldens and differences are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from datalchemy_nb.contracts.golden import GoldenDiff, TableDiff
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import GoldenCheck, GoldenList, GoldenSaved, GoldenUpdated, Verification
from datalchemy_nb.show import document as doc

_STATES: dict[str, doc.State] = {"equal": "ok", "changed": "bad", "missing": "bad", "unexpected": "warn"}
_ORDER = ("changed", "missing", "unexpected", "equal")


def describe_check(result: GoldenCheck) -> doc.Document:
    """The difference between a run and a golden."""
    return _difference(result.diff, f"Golden {result.diff.golden} against run {result.diff.run_id[:8]}")


def describe_verification(result: Verification) -> doc.Document:
    """The difference between a run and itself made again."""
    title = f"Run {result.diff.golden[:8]} made again in {duration(result.seconds)}, digests compared"
    found = _difference(result.diff, title)
    if not result.damaged:
        return found
    verdict = doc.Badge(f"{doc.plural(len(result.damaged), 'file')} not as the manifest says", "bad")
    return doc.Document(title, (*found.badges, verdict), (*(doc.Note(line) for line in result.damaged), *found.blocks))


def _difference(diff: GoldenDiff, title: str) -> doc.Document:
    different = [table for table in diff.tables if table.status != "equal"]
    count = f"{len(different)} of {doc.plural(len(diff.tables), 'table')} differ{'s' * (len(different) == 1)}"
    verdict = (
        doc.Badge(f"equal: {doc.plural(len(diff.tables), 'table')}", "ok") if diff.equal else doc.Badge(count, "bad")
    )
    blocks: list[doc.Block] = [doc.Note(f"may explain it: {reason}") for reason in diff.reasons]
    blocks.append(_tables(different or diff.tables, "Files"))
    if any(table.columns_changed or table.columns_added or table.columns_removed for table in different):
        blocks.append(_columns(different))
    if any(table.cells for table in different):
        blocks.append(_cells(different))
    same = [table for table in diff.tables if table.status == "equal"]
    if different and same:
        blocks.append(_tables(same, f"{doc.plural(len(same), 'file')} equal", fold=True))
    return doc.Document(title, (verdict,), tuple(blocks))


def _tables(tables: Iterable[TableDiff], caption: str, *, fold: bool = False) -> doc.Grid:
    names = ["", "table", "expected sha256", "actual sha256", "rows>", "size in bytes>"]
    worst_first = sorted(tables, key=lambda table: _ORDER.index(table.status))
    return doc.grid(names, [_table(table) for table in worst_first], caption, fold=fold)


def _table(table: TableDiff) -> list[doc.Cell]:
    return [
        doc.Badge(table.status, _STATES[table.status]),
        doc.Code(_name(table)),
        doc.Code(table.expected_sha256[:16]) if table.expected_sha256 else doc.Dim("no file"),
        doc.Code(table.actual_sha256[:16]) if table.actual_sha256 else doc.Dim("no file"),
        _change(table.expected_rows, table.actual_rows),
        _change(table.expected_bytes, table.actual_bytes),
    ]


def _change(expected: int | None, actual: int | None) -> str:
    before, after = ("none" if n is None else f"{n:,}" for n in (expected, actual))
    return after if before == after else f"{before} → {after}"


def _columns(tables: list[TableDiff]) -> doc.Grid:
    rows: list[list[doc.Cell]] = []
    for table in tables:
        rows += [["+", doc.Code(_name(table)), doc.Code(show_ident(c)), "column added"] for c in table.columns_added]
        rows += [
            ["−", doc.Code(_name(table)), doc.Code(show_ident(c)), "column removed"] for c in table.columns_removed
        ]
        rows += [
            ["→", doc.Code(_name(table)), doc.Code(show_ident(o)), f"is now {n}"] for o, n in table.columns_renamed
        ]
        rows += [
            [
                "≠",
                doc.Code(_name(table)),
                doc.Code(show_ident(c.column)),
                ", ".join(f"{r.first:,} to {r.last:,}" for r in c.ranges),
            ]
            for c in table.columns_changed
        ]
    return doc.grid(["", "table", "column", "rows that differ (blocks that hold them)"], rows, "Where they differ")


def _cells(tables: list[TableDiff]) -> doc.Grid:
    rows: list[list[doc.Cell]] = [
        [doc.Code(_name(table)), cell.row, doc.Code(show_ident(cell.column)), _content(cell.old), _content(cell.new)]
        for table in tables
        for cell in table.cells
    ]
    more = sum(table.cells_more for table in tables)
    caption = "Cells of the golden's sample that differ" + (f" ({more:,} more)" if more else "")
    return replace(doc.grid(["table", "row>", "column", "golden", "now"], rows, caption), lines=True)


def _content(cell: str | None) -> doc.Cell:
    return doc.Dim("nothing") if cell is None else cell or doc.Dim("empty")


def _name(table: TableDiff) -> str:
    return str(TableRef(table.schema_name, table.table))


def describe_saved(result: GoldenSaved) -> doc.Document:
    """Where a golden was written."""
    where = doc.facts(("tables", result.tables), ("file", str(result.path)))
    return doc.Document(f"Golden {result.name}", (doc.Badge("saved", "ok"),), (where,))


def describe_updated(result: GoldenUpdated) -> doc.Document:
    """What a golden was replaced by."""
    document = _difference(result.diff, f"Golden {result.diff.golden}: what it was against what it is now")
    where = doc.facts(("file", str(result.path)))
    return doc.Document(document.title, (doc.Badge("updated", "ok"), *document.badges), (where, *document.blocks))


def describe_list(result: GoldenList) -> doc.Document:
    """The names."""
    blocks: tuple[doc.Block, ...] = (doc.grid(["golden"], [[name] for name in result.names]),) if result.names else ()
    return doc.Document(f"{doc.plural(len(result.names), 'golden')} in {result.directory}", (), blocks)
