"""Manifests of data files made by anything: the digests a run has, computed from CSV or Parquet and a schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from datalchemy_nb.constraints.types import dtype_of
from datalchemy_nb.contracts.run import BLOCK_ROWS, BlockDigest, Manifest, TableManifest
from datalchemy_nb.errors import OutputError, RunNotFound
from datalchemy_nb.export.digest import BlockHasher
from datalchemy_nb.results.reading import typed

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema

SUFFIXES = (".csv", ".parquet")
ELSEWHERE = 0
"""Output version of files this package did not make."""
_READ = 1 << 20


def manifest_of_files(
    directory: Path, schema: DatabaseSchema, *, like: Manifest | None = None, rows: int | None = None
) -> Manifest:
    """Compute the manifest of a directory's ``<schema>.<table>.csv`` or ``.parquet`` files.

    Args:
        directory: where the files lie.
        schema: gives the columns' types.
        like: the manifest the run came with: seed, plan and versions are taken from it.
        rows: only the first so many rows of each table.

    Raises:
        RunNotFound: there is no file of a known table.
        OutputError: a file cannot be read.
    """
    found = files_of(directory, schema)
    if not found:
        raise RunNotFound(
            f"{directory}: no data file of any table of the schema",
            hint="files are called <schema>.<table>.csv or .parquet; is this the schema they were made for?",
        )
    tables = tuple(table_manifest(ref, path, schema, rows=rows) for ref, path in found.items())
    if like is not None:
        return like.model_copy(update={"tables": tables})
    return Manifest(
        output_version=ELSEWHERE,
        run_id=directory.resolve().name,
        seed=0,
        plan_sha256="",
        schema_fingerprint=schema.schema_fingerprint or schema.fingerprint(),
        package_version="",
        tables=tables,
    )


def files_of(directory: Path, schema: DatabaseSchema) -> Mapping[TableRef, Path]:
    """The data file of each table that has one; CSV before Parquet."""
    paths = {ref: [directory / f"{ref.file_stem}{suffix}" for suffix in SUFFIXES] for ref in schema.tables}
    present = {ref: next((path for path in options if path.is_file()), None) for ref, options in paths.items()}
    return {ref: path for ref, path in present.items() if path is not None}


def table_manifest(ref: TableRef, path: Path, schema: DatabaseSchema, *, rows: int | None = None) -> TableManifest:
    """Digest one file.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        columns, count, blocks = _blocks(ref, path, schema, rows)
        size, sha = _fingerprint(path, rows)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise OutputError(f"{path}: {str(error).splitlines()[0]}") from None
    return TableManifest(
        schema_name=ref.schema,
        table=ref.table,
        file=path.name,
        rows=count,
        bytes=size,
        sha256=sha,
        columns=columns,
        blocks=blocks,
    )


def _blocks(
    ref: TableRef, path: Path, schema: DatabaseSchema, limit: int | None
) -> tuple[tuple[str, ...], int, tuple[BlockDigest, ...]]:
    scan = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
    columns = tuple(scan.collect_schema().names())
    if limit is not None:
        scan = scan.head(limit)
    by_name = schema.tables[ref].by_name
    dtypes = {n: dtype_of(by_name[n].column_type, schema) if n in by_name else pl.String() for n in columns}
    blocks: list[BlockDigest] = []
    done = 0
    for frame in _in_blocks(scan.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True)):
        hasher = BlockHasher(len(columns))
        hasher.update(pl.DataFrame([typed(frame[name], dtypes[name]) for name in columns]))
        blocks.append(BlockDigest(first_row=done, rows=frame.height, columns=hasher.digests()))
        done += frame.height
    return columns, done, tuple(blocks)


def _in_blocks(batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in blocks of exactly 65,536, the last one shorter."""
    held: pl.DataFrame | None = None
    for batch in batches:
        held = batch if held is None else held.vstack(batch)
        while held.height >= BLOCK_ROWS:
            yield held.head(BLOCK_ROWS).rechunk()
            held = held.slice(BLOCK_ROWS)
    if held is not None and held.height:
        yield held.rechunk()


def _fingerprint(path: Path, rows: int | None) -> tuple[int, str]:
    """Size and SHA-256 of the file, or of its header and first rows."""
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        whole = rows is None or path.suffix != ".csv"
        for part in iter(lambda: file.read(_READ), b"") if whole else _records(file, (rows or 0) + 1):
            sha.update(part)
            size += len(part)
    return size, sha.hexdigest()


def _records(lines: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Lines of the first records; a line break inside quotes ends none."""
    quotes = 0
    for line in lines:
        if count == 0:
            return
        yield line
        quotes += line.count(b'"')
        count -= quotes % 2 == 0


def file_sha256(path: Path) -> str:
    """SHA-256 of a whole file."""
    return _fingerprint(path, None)[1]
