"""A difference is located by table, column and row range, from digests alone."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.contracts.golden import Golden, GoldenDiff, TableDiff
from datalchemy_nb.contracts.run import BlockDigest, Manifest, TableManifest
from datalchemy_nb.golden import compare

BLOCK = 4


def one_table(
    name: str = "t", *, rows: int = 10, columns: str = "abc", changes: tuple[tuple[int, str], ...] = ()
) -> Any:
    """A table whose block digests are their place, with ``changes`` (block number, column) altered."""
    blocks = tuple(
        BlockDigest(
            first_row=first,
            rows=min(BLOCK, rows - first),
            columns=tuple(f"{c}{first}" + "!" * ((first // BLOCK, c) in changes) for c in columns),
        )
        for first in range(0, rows, BLOCK)
    )
    sha = f"{rows}{columns}{changes}"
    return TableManifest(
        schema_name="s", table=name, file=f"s.{name}.csv", rows=rows, bytes=rows * 9, sha256=sha,
        columns=tuple(columns), blocks=blocks,
    )  # fmt: skip


def manifest(*tables: TableManifest, **more: Any) -> Manifest:
    base: dict[str, Any] = {
        "output_version": 1,
        "run_id": "new",
        "seed": 7,
        "plan_sha256": "p" * 64,
        "schema_fingerprint": "f" * 64,
        "package_version": "1",
        "dependencies": {"polars": "2.1.0"},
        "block_rows": BLOCK,
    }
    return Manifest(**{**base, **more}, tables=tables)


def diff(old: Manifest, new: Manifest) -> GoldenDiff:
    return compare(Golden(name="g", manifest=old), new)


def changed(found: TableDiff) -> dict[str, list[tuple[int, int]]]:
    return {c.column: [(r.first, r.last) for r in c.ranges] for c in found.columns_changed}


def test_equal_manifests() -> None:
    same = manifest(one_table(), one_table("u"))
    found = diff(same, same.model_copy(update={"run_id": "later", "seed": 8}))
    assert (found.equal, found.reasons, [t.status for t in found.tables]) == (True, (), ["equal", "equal"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (((0, "a"),), {"a": [(0, 3)]}),
        (((2, "b"),), {"b": [(8, 9)]}),
        (((0, "a"), (1, "a")), {"a": [(0, 7)]}),
        (((0, "c"), (2, "c"), (1, "b")), {"b": [(4, 7)], "c": [(0, 3), (8, 9)]}),
    ],
)
def test_changes_are_located(changes: tuple[tuple[int, str], ...], expected: dict[str, list[tuple[int, int]]]) -> None:
    found = diff(manifest(one_table()), manifest(one_table(changes=changes)))
    assert changed(found.tables[0]) == expected
    assert not found.equal


@pytest.mark.parametrize(("old", "new", "where"), [(10, 9, (8, 9)), (10, 8, (8, 9)), (10, 15, (8, 14)), (8, 9, (8, 8))])
def test_row_counts_that_differ(old: int, new: int, where: tuple[int, int]) -> None:
    table = diff(manifest(one_table(rows=old)), manifest(one_table(rows=new))).tables[0]
    assert (table.status, table.expected_rows, table.actual_rows) == ("changed", old, new)
    assert changed(table) == {"a": [where], "b": [where], "c": [where]}


def test_columns_added_and_removed() -> None:
    table = diff(manifest(one_table(columns="abc")), manifest(one_table(columns="cbx"))).tables[0]
    assert (table.columns_added, table.columns_removed, changed(table)) == (("x",), ("a",), {})


def test_tables_missing_and_unexpected() -> None:
    found = diff(manifest(one_table("t"), one_table("u")), manifest(one_table("u"), one_table("v")))
    assert [(t.table, t.status) for t in found.tables] == [("t", "missing"), ("u", "equal"), ("v", "unexpected")]
    assert (found.tables[0].actual_sha256, found.tables[2].expected_rows) == (None, None)


def test_empty_tables() -> None:
    found = diff(manifest(one_table(rows=0)), manifest(one_table(rows=2)))
    assert changed(found.tables[0]) == {"a": [(0, 1)], "b": [(0, 1)], "c": [(0, 1)]}


def test_bytes_alone_may_differ() -> None:
    """The header or the line ends: no column is to blame, and still it is a difference."""
    old, new = one_table(), one_table().model_copy(update={"sha256": "other"})
    table = diff(manifest(old), manifest(new)).tables[0]
    assert (table.status, table.columns_changed) == ("changed", ())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"seed": 8}, "seed changed: 7 to 8"),
        ({"plan_sha256": "q" * 64}, "plan changed"),
        ({"schema_fingerprint": "e" * 64}, "schema changed"),
        ({"output_version": 2}, "output version changed: 1 to 2"),
        ({"dependencies": {"polars": "3.0.0"}}, "polars changed: 2.1.0 to 3.0.0"),
        ({"dependencies": {"polars": "2.1.0", "faker": "40"}}, "faker changed: none to 40"),
        ({"block_rows": 8}, "block size changed"),
    ],
)
def test_reasons(change: dict[str, Any], word: str) -> None:
    reasons = diff(manifest(one_table()), manifest(one_table(changes=((0, "a"),)), **change)).reasons
    assert [word in reason for reason in reasons] == [True]


def test_blocks_of_another_size_blame_the_whole_column() -> None:
    new = manifest(one_table(changes=((0, "a"),)), block_rows=8)
    assert changed(diff(manifest(one_table()), new).tables[0])["b"] == [(0, 9)]
