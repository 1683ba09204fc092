"""Parquet: row groups of blocks made apart, one valid file, the same values and digests as CSV."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.export import parquet
from datalchemy_nb.export.csv import encode
from datalchemy_nb.export.thrift import read_struct, write_struct
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session


@pytest.fixture
def both(session: Session, plan: dict[str, Any]) -> Run:
    return session.generate(plan, formats="both", workers=2)


def test_the_same_values(both: Run) -> None:
    for table in both.manifest.tables:
        frame = pl.read_parquet(both.directory / table.others[0].file)
        assert frame.columns == list(table.columns)
        lines = (both.directory / table.file).read_bytes().split(b"\n", 1)[1]
        assert bytes(encode(frame)) == lines


def test_another_reader_agrees(both: Run) -> None:
    for table in both.manifest.tables:
        path = str(both.directory / table.others[0].file)
        rows = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchall()[0][0]
        groups = duckdb.execute("SELECT max(row_group_id) + 1 FROM parquet_metadata(?)", [path]).fetchall()[0][0]
        assert (rows, groups) == (table.rows, max(len(table.blocks), 1))


def test_hashes_of_both_files(both: Run) -> None:
    for table in both.manifest.tables:
        for file, size, sha in [(table.file, table.bytes, table.sha256)] + [
            (other.file, other.bytes, other.sha256) for other in table.others
        ]:
            data = (both.directory / file).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (size, sha)
    sizes = sum(p.stat().st_size for p in both.directory.iterdir() if p.suffix in (".csv", ".parquet"))
    assert both.report.bytes_written == sizes


def test_csv_and_digests_do_not_depend_on_it(session: Session, plan: dict[str, Any], both: Run) -> None:
    alone = session.generate(plan)
    assert [(t.file, t.sha256, t.blocks) for t in alone.manifest.tables] == [
        (t.file, t.sha256, t.blocks) for t in both.manifest.tables
    ]


def test_alone_it_is_the_tables_file(session: Session, plan: dict[str, Any], both: Run) -> None:
    run = session.generate(plan, formats="parquet", chunk_rows=1_000, workers=1)
    assert [(t.file, t.sha256) for t in run.manifest.tables] == [
        (other.file, other.sha256) for t in both.manifest.tables for other in t.others
    ]
    assert not list(run.directory.glob("*.csv"))
    assert session.verify(run).ok
    assert run.frame("crm.contatos").select(pl.len()).collect().item() == 150_000
    with pytest.raises(UsageError, match="no CSV"):
        session.load(run)


def test_verify_covers_both(session: Session, both: Run) -> None:
    assert session.verify(both).ok


def test_an_unknown_format(session: Session, plan: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="no format 'orc'"):
        session.generate(plan, formats="orc")


class TestFooter:
    def test_thrift_survives_a_round_trip(self, tmp_path: Path) -> None:
        path = tmp_path / "x.parquet"
        pl.DataFrame({"a": [1.5, None], "b": ["x", "y"], "c": [True, False]}).write_parquet(path)
        data = path.read_bytes()
        size = int.from_bytes(data[-8:-4], "little")
        fields, end = read_struct(data, len(data) - 8 - size)
        assert end == len(data) - 8
        assert write_struct(fields) == data[len(data) - 8 - size : -8]

    def test_many_groups(self, tmp_path: Path) -> None:
        """More than 15 items take the long form of a list; offsets beyond 2**7 and 2**14 take more bytes."""
        frames = [pl.DataFrame({"n": range(i * 100, i * 100 + 100), "t": ["é"] * 100}) for i in range(40)]
        out = bytearray(parquet.MAGIC)
        records = []
        for number, frame in enumerate(frames):
            group = parquet.encode(frame)
            records.append(parquet.placed(group, len(out), number))
            out += group.pages
        columns = list(frames[0].schema.items())
        (tmp_path / "x.parquet").write_bytes(out + parquet.footer(columns, records, 4_000))
        assert pl.read_parquet(tmp_path / "x.parquet").equals(pl.concat(frames))
