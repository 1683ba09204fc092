"""Goldens of runs, of directories made by anything, and of parts of either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from datalchemy_nb.contracts.golden import Golden, GoldenDiff
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import DataFileManifest, Manifest, TableManifest
from datalchemy_nb.errors import OutputError, UsageError, did_you_mean
from datalchemy_nb.export.adopt import file_sha256, manifest_of_files
from datalchemy_nb.export.rundir import MANIFEST, PLAN, RunDirectory
from datalchemy_nb.golden import compare
from datalchemy_nb.golden.cells import SAMPLE_ROWS, redacted

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema

_File = TableManifest | DataFileManifest


def make(
    name: str,
    run: RunDirectory,
    schema: DatabaseSchema | None,
    *,
    tables: Sequence[str] | None = None,
    rows: int | None = None,
) -> Golden:
    """A golden of a directory.

    Args:
        name: what it is to be called.
        run: a run, or any directory of data files.
        schema: needed where there is no manifest, or for ``rows``.
        tables: only these.
        rows: only the first so many rows of each table.

    Raises:
        UsageError: no such table, no rows, or a schema is needed.
    """
    if rows is not None and rows < 1:
        raise UsageError("a golden needs at least one row (--rows)")
    manifest = _chosen(manifest_of(run, schema, rows=rows), tables)
    sample = {t.file: redacted(head) for t in manifest.tables if (head := _head(run.path, t, rows)) is not None}
    return Golden(
        name=name,
        manifest=manifest,
        sample=sample,
        plan=_plan(run),
        only_tables=tuple(str(t.ref) for t in manifest.tables) if tables else None,
        only_rows=rows,
    )


def difference(golden: Golden, run: RunDirectory, schema: DatabaseSchema | None, goldens: Path | str) -> GoldenDiff:
    """Compare a directory with a golden, or the part of it that the golden is about.

    Args:
        golden: what is expected.
        run: what is there.
        schema: needed where there is no manifest.
        goldens: where the golden lies, and its files of digests.

    Raises:
        UsageError: a schema is needed.
        RunNotFound: the directory holds no data.
    """
    manifest = manifest_of(run, schema, rows=golden.only_rows)
    if golden.only_tables is not None:
        kept = tuple(t for t in manifest.tables if str(t.ref) in golden.only_tables)
        manifest = manifest.model_copy(update={"tables": kept})
    heads = {t.ref: head for t in manifest.tables if (head := _head(run.path, t, golden.only_rows)) is not None}
    return compare(golden, manifest, plan=_plan(run), heads=heads, beside=(Path(goldens), run.path))


def manifest_of(run: RunDirectory, schema: DatabaseSchema | None, *, rows: int | None = None) -> Manifest:
    """The manifest of a directory: its own where the files still are what it says, else computed from the files.

    Raises:
        UsageError: it must be computed and there is no schema.
        RunNotFound: the directory holds no data.
    """
    own = Manifest.read(run.path / MANIFEST) if (run.path / MANIFEST).is_file() else None
    if own is not None:
        # What is wrong with a table's first file is told by its digests; a missing one is not read from the others.
        beside = [file for table in own.tables for file in table.others]
        gone = [table for table in own.tables if table.others and not (run.path / table.file).is_file()]
        refuse_damaged(run.path, [*_faults(run.path, gone), *_faults(run.path, beside)])
    if own is not None and rows is None and all(_is_true(run.path, table) for table in own.tables):
        return own
    if schema is None:
        raise UsageError(
            f"{run.path} has no manifest of its own, so a schema is needed", hint="add --schema-file schema.json"
        )
    return manifest_of_files(run.path, schema, like=own, rows=rows)


def _is_true(directory: Path, table: TableManifest) -> bool:
    # Parts may lie anywhere; each has a hash of its own.
    return bool(table.parts) or not _faults(directory, [table])


def damaged(directory: Path, manifest: Manifest, suffix: str = "") -> tuple[str, ...]:
    """Which files of a run are not what its manifest says, and why; parts apart, which may lie anywhere.

    Args:
        directory: of the run.
        manifest: its own.
        suffix: only files whose names end so.
    """
    whole = [table for table in manifest.tables if not table.parts]
    named: list[_File] = [*whole, *(other for table in whole for other in table.others)]
    named += [table.digests for table in manifest.tables if table.digests is not None]
    return tuple(_faults(directory, [file for file in named if file.file.endswith(suffix)]))


def refuse_damaged(directory: Path, faults: Sequence[str]) -> None:
    """Stop where a run's files are not what its manifest says.

    Raises:
        OutputError: there are faults.
    """
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise OutputError(
            f"{directory.name}: {faults[0]}{more}: not what {MANIFEST} says",
            hint="copy the file again, or generate: the same plan and seed give the same bytes",
        )


def begins_with(whole: Path, head: Path) -> bool:
    """Whether a file begins with all bytes of another."""
    left = head.stat().st_size
    if whole.stat().st_size < left:
        return False
    with whole.open("rb") as first, head.open("rb") as second:
        while block := second.read(1 << 20):
            if first.read(len(block)) != block:
                return False
    return True


def _faults(directory: Path, files: Iterable[_File]) -> list[str]:
    found = []
    for file in files:
        path = directory / file.file
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            found.append(f"{file.file} is missing")
        elif size != file.bytes:
            found.append(f"{file.file} has {size:,} bytes of {file.bytes:,}")
        elif file_sha256(path) != file.sha256:
            found.append(f"{file.file} has other bytes")
    return found


def _chosen(manifest: Manifest, tables: Sequence[str] | None) -> Manifest:
    if not tables:
        return manifest
    known = {str(t.ref): t for t in manifest.tables} | {f"{t.schema_name}.{t.table}": t for t in manifest.tables}
    names = [t.table for t in manifest.tables]
    known |= {t.table: t for t in manifest.tables if names.count(t.table) == 1}
    for name in tables:
        if name not in known:
            raise UsageError(f"no table {name!r} in the run", hint=did_you_mean(name, known))
    wanted: set[TableRef] = {known[name].ref for name in tables}
    return manifest.model_copy(update={"tables": tuple(t for t in manifest.tables if t.ref in wanted)})


def _plan(run: RunDirectory) -> dict[str, object] | None:
    path = run.path / PLAN
    return Plan.read(path).to_plain() if path.is_file() else None


def _head(directory: Path, table: TableManifest, rows: int | None) -> str | None:
    """The first rows as CSV text; parts may lie anywhere, and are not read."""
    count = min(SAMPLE_ROWS, rows or SAMPLE_ROWS)
    path = directory / table.file
    if table.parts or not path.is_file():
        return None
    scan = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
    return scan.head(count).collect().write_csv()
