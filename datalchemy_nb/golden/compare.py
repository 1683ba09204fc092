"""Where a run differs from a golden, told from digests alone: table, column, row range; and why it may."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from datalchemy_nb.contracts.golden import ColumnDiff, Golden, GoldenDiff, RowRange, TableDiff
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BlockDigest, Manifest, TableManifest
from datalchemy_nb.golden.blocks import Blocks, differing, same, sha256_of
from datalchemy_nb.golden.cells import with_cells

_SHOWN = 60
_MOST = 12
_MADE_ELSEWHERE = 0


def reasons_of(expected: Manifest, actual: Manifest) -> Iterator[str]:
    """What the two manifests say of themselves, where it differs."""
    if _MADE_ELSEWHERE in (expected.output_version, actual.output_version):
        if expected.output_version != actual.output_version:
            yield "one side was made elsewhere: there is no plan or version to compare"
    else:
        yield from _origins(expected, actual)
    if expected.schema_fingerprint != actual.schema_fingerprint:
        yield f"schema changed: {expected.schema_fingerprint[:12]} to {actual.schema_fingerprint[:12]}"
    if expected.block_rows != actual.block_rows:
        yield f"block size changed: {expected.block_rows} to {actual.block_rows}, so rows cannot be located"


def _origins(expected: Manifest, actual: Manifest) -> Iterator[str]:
    if expected.seed != actual.seed:
        yield f"seed changed: {expected.seed} to {actual.seed}"
    if expected.plan_sha256 != actual.plan_sha256:
        yield f"plan changed: {expected.plan_sha256[:12]} to {actual.plan_sha256[:12]}"
    if expected.output_version != actual.output_version:
        yield f"output version changed: {expected.output_version} to {actual.output_version}"
    for name in sorted({*expected.dependencies, *actual.dependencies}):
        before, after = expected.dependencies.get(name, "none"), actual.dependencies.get(name, "none")
        if before != after:
            yield f"{name} changed: {before} to {after}"


def plan_changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    """The places where two plans differ, the seed left out: rules by column, targets by table."""
    if old is None or new is None:
        return
    changes = list(_changes(_keyed(old), _keyed(new), ""))
    for path, before, after in changes[:_MOST]:
        yield f"in the plan, {path}: {_short(before)} to {_short(after)}"
    if len(changes) > _MOST:
        yield f"in the plan, {len(changes) - _MOST} more changes"


_ABSENT = object()


def _keyed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with its lists turned into mappings, so that an inserted rule is one change."""
    out = {key: value for key, value in plan.items() if key not in ("seed", "targets", "rules")}
    out["rows"] = {f"{t['schema']}.{t['table']}": t.get("rows") for t in plan.get("targets", ())}
    out["rule"] = {_name(rule): rule for rule in plan.get("rules", ())}
    return out


def _name(rule: Mapping[str, Any]) -> str:
    place = f"{rule.get('schema')}.{rule.get('table')}"
    return f"{place}.{rule['column']}" if "column" in rule else f"{place} {rule.get('constraint') or rule.get('type')}"


def _changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (*old, *(k for k in new if k not in old)):
            yield from _changes(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path} {key}".strip())
    elif old != new:
        yield path, old, new


def _short(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_NOTHING: Mapping[TableRef, str] = {}


def compare(
    golden: Golden,
    manifest: Manifest,
    *,
    plan: Mapping[str, Any] | None = None,
    heads: Mapping[TableRef, str] = _NOTHING,
    beside: tuple[Path | None, Path | None] = (None, None),
) -> GoldenDiff:
    """Compare a run's manifest with a golden, table by table.

    A difference is located as finely as the digests allow: runs of blocks per column. Reasons are given only where
    hashes differ.

    Args:
        golden: what is expected.
        manifest: what is there.
        plan: the plan the run was made from, to name what changed in it.
        heads: first rows of the run's files as CSV, to show cells that changed.
        beside: where files of digests lie, the golden's and the run's, of tables with many blocks.
    """
    expected, actual = golden.manifest, manifest
    tables = tuple(with_cells(table, golden, heads.get(_ref(table))) for table in _tables(expected, actual, beside))
    equal = all(table.status == "equal" for table in tables)
    unread = _not_located(expected, actual, beside, [table for table in tables if table.status == "changed"])
    reasons = () if equal else (*reasons_of(expected, actual), *plan_changes(golden.plan, plan), *unread)
    return GoldenDiff(golden=golden.name, run_id=actual.run_id, equal=equal, reasons=reasons, tables=tables)


def _not_located(
    expected: Manifest, actual: Manifest, beside: tuple[Path | None, Path | None], changed: Iterable[TableDiff]
) -> Iterator[str]:
    """Tables whose rows cannot be told, because the files of their digests are elsewhere."""
    for table in changed:
        ref = _ref(table)
        sides = _sides(expected, actual, ref, beside)
        if sides is not None and not (sides[0].known and sides[1].known):
            yield f"{ref}: the digests of its blocks are not beside both manifests, so rows cannot be located"


def _sides(
    expected: Manifest, actual: Manifest, ref: TableRef, beside: tuple[Path | None, Path | None]
) -> tuple[Blocks, Blocks] | None:
    """The blocks of a table that both have."""
    old, new = expected.by_ref.get(ref), actual.by_ref.get(ref)
    if old is None or new is None:
        return None
    return Blocks(old, beside[0], expected.block_rows), Blocks(new, beside[1], actual.block_rows)


def _tables(expected: Manifest, actual: Manifest, beside: tuple[Path | None, Path | None]) -> Iterator[TableDiff]:
    old, new = expected.by_ref, actual.by_ref
    for ref in sorted({*old, *new}):
        sides = _sides(expected, actual, ref, beside)
        if sides is not None and not (sides[0].known and sides[1].known and expected.block_rows == actual.block_rows):
            sides = None
        yield _table(ref, old.get(ref), new.get(ref), sides)


def _table(
    ref: TableRef, old: TableManifest | None, new: TableManifest | None, sides: tuple[Blocks, Blocks] | None
) -> TableDiff:
    if old is not None and new is not None:
        equal = _equal(old, new)
        status = "equal" if equal else "changed"
    else:
        status = "missing" if new is None else "unexpected"
    both = old is not None and new is not None and status == "changed"
    return TableDiff(
        schema_name=ref.schema,
        table=ref.table,
        status=status,
        expected_sha256=old.sha256 if old else None,
        actual_sha256=new.sha256 if new else None,
        expected_rows=old.rows if old else None,
        actual_rows=new.rows if new else None,
        expected_bytes=old.bytes if old else None,
        actual_bytes=new.bytes if new else None,
        columns_added=tuple(c for c in new.columns if c not in old.columns) if both and old and new else (),
        columns_removed=tuple(c for c in old.columns if c not in new.columns) if both and old and new else (),
        columns_changed=tuple(_columns(old, new, sides)) if both and old and new else (),
        columns_renamed=tuple(_renamed(*sides)) if both and sides else (),
    )


def _equal(old: TableManifest, new: TableManifest) -> bool:
    """Equal bytes; where one is CSV and the other Parquet, or lies in parts, equal values."""
    whole = old.sha256 is not None and new.sha256 is not None
    if whole and PurePath(old.file).suffix == PurePath(new.file).suffix:
        return (old.sha256, old.bytes, old.rows) == (new.sha256, new.bytes, new.rows)
    if (old.columns, old.rows) != (new.columns, new.rows):
        return False
    if old.digests is None and new.digests is None:
        return old.blocks == new.blocks
    return sha256_of(old) == sha256_of(new)


def _renamed(old: Blocks, new: Blocks) -> Iterator[tuple[str, str]]:
    added = [name for name in new.table.columns if name not in old.table.columns]
    for name in (column for column in old.table.columns if column not in new.table.columns):
        match = next((other for other in added if _alike(old, new, name, other)), None)
        if match is not None:
            added.remove(match)
            yield name, match


def _alike(old: Blocks, new: Blocks, before: str, after: str) -> bool:
    if old.inside and new.inside:
        digests = _digests(old.table, before)
        return bool(digests) and digests == _digests(new.table, after)
    return same(old, new, before, after)


def _digests(table: TableManifest, column: str) -> list[str]:
    at = table.columns.index(column)
    return [block.columns[at] for block in table.blocks]


def _ref(table: TableDiff) -> TableRef:
    return TableRef(table.schema_name, table.table)


def _columns(old: TableManifest, new: TableManifest, sides: tuple[Blocks, Blocks] | None) -> Iterator[ColumnDiff]:
    rows = max(old.rows, new.rows)
    both = [column for column in old.columns if column in new.columns]
    if sides is None:
        found: Mapping[str, Iterable[RowRange]] = dict.fromkeys(
            both, [RowRange(first=0, last=rows - 1)] if rows else []
        )
    elif sides[0].inside and sides[1].inside:
        places = {name: (old.columns.index(name), new.columns.index(name)) for name in both}
        found = {name: _differing(old.blocks, new.blocks, *place) for name, place in places.items()}
    else:
        found = differing(*sides, both)
    for name, parts in found.items():
        if ranges := tuple(_merged(parts)):
            yield ColumnDiff(column=name, ranges=ranges)


def _differing(
    old: tuple[BlockDigest, ...], new: tuple[BlockDigest, ...], old_index: int, new_index: int
) -> Iterator[RowRange]:
    """Rows of the blocks whose digests of one column differ; a block only one side has differs as a whole."""
    olds, news = {block.first_row: block for block in old}, {block.first_row: block for block in new}
    for first in sorted({*olds, *news}):
        before, after = olds.get(first), news.get(first)
        if before is not None and after is not None and _same(before, after, old_index, new_index):
            continue
        longest = max(block.rows for block in (before, after) if block is not None)
        if longest:
            yield RowRange(first=first, last=first + longest - 1)


def _same(before: BlockDigest, after: BlockDigest, old_index: int, new_index: int) -> bool:
    return before.rows == after.rows and before.columns[old_index] == after.columns[new_index]


def _merged(ranges: Iterable[RowRange]) -> Iterator[RowRange]:
    held: RowRange | None = None
    for found in ranges:
        if held is not None and found.first <= held.last + 1:
            held = RowRange(first=held.first, last=max(held.last, found.last))
            continue
        if held is not None:
            yield held
        held = found
    if held is not None:
        yield held
