"""Which files a run directory holds, and what was asked of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from datalchemy_nb.contracts.existing import DIRECTORY as KEYS
from datalchemy_nb.contracts.existing import EXISTING, ExistingKeys
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import DataFileManifest, Manifest, TableManifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import OutputError, RunNotFound


@dataclass(frozen=True, slots=True)
class Dataset:
    """A run directory seen through a schema.

    Attributes:
        files: data file of every table that has one, in schema order.
        expected: rows asked for, by table.
        strangers: CSV files of no known table.
        hashes: SHA-256 that the run's manifest gives for files, by name; empty without one.
        others: further files of a table, in other formats, that the manifest names.
        existing: files of the keys of rows that the database held, by table.
    """

    directory: Path
    run_id: str
    files: Mapping[TableRef, Path]
    expected: Mapping[TableRef, int]
    strangers: tuple[str, ...]
    hashes: Mapping[str, str]
    others: Mapping[TableRef, tuple[DataFileManifest, ...]]
    existing: Mapping[TableRef, Path]


def find(
    directory: Path, schema: DatabaseSchema, plan: Plan | None, expected_rows: Mapping[TableRef, int] | None
) -> Dataset:
    """Match the CSV files of a directory with the tables of a schema.

    Raises:
        RunNotFound: no directory, or no file of any known table in it.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise RunNotFound(f"{directory}: no such directory", hint="`runs` lists the runs there are")
    present = {path.name: path for path in sorted(directory.glob("*.csv")) if path.is_file()}
    files = {ref: present[name] for ref in schema.tables if (name := f"{ref.file_stem}.csv") in present}
    if not files and next(directory.glob("*.parquet"), None):
        raise RunNotFound(
            f"{directory} holds no CSV, and the judge reads what PostgreSQL would read, no Parquet",
            hint="generate --format both",
        )
    if not files:
        raise RunNotFound(
            f"{directory}: no data file of any table of the schema",
            hint="a run holds one <schema>.<table>.csv per table; is this the schema it was made from?",
        )
    targets = {ref: rows for ref, rows in plan.counts().items() if rows} if plan is not None else {}
    listed = _listed(directory)
    known = {path.name for path in files.values()}
    return Dataset(
        directory=directory,
        run_id=_run_id(directory),
        files=files,
        expected={**targets, **(expected_rows or {})},
        strangers=tuple(name for name in present if name not in known),
        hashes={table.file: table.sha256 for table in listed if table.sha256 is not None},
        others={table.ref: table.others for table in listed if table.ref in files and table.others},
        existing=_existing(directory, schema),
    )


def _existing(directory: Path, schema: DatabaseSchema) -> dict[TableRef, Path]:
    """Files of keys beside the data, where they are still those that the run was made with.

    Raises:
        OutputError: one of them was changed, or is gone.
    """
    if not (directory / EXISTING).is_file():
        return {}
    found = {}
    for table in ExistingKeys.read(directory / EXISTING).tables:
        path = directory / KEYS / table.file
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != table.sha256:
            raise OutputError(
                f"{path}: not the keys of existing rows that the run was made with",
                hint="copy the file again, or generate again",
            )
        if table.ref in schema.tables and table.columns and table.rows:
            found[table.ref] = path
    return found


def _listed(directory: Path) -> tuple[TableManifest, ...]:
    path = directory / "manifest.json"
    return Manifest.read(path).tables if path.is_file() else ()


def _run_id(directory: Path) -> str:
    try:
        report = json.loads((directory / "generation_report.json").read_bytes())
    except (OSError, ValueError):
        report = None
    if isinstance(report, dict) and isinstance(report.get("run_id"), str):
        return str(report["run_id"])
    return directory.resolve().name.partition("__run_")[2] or "unknown"
