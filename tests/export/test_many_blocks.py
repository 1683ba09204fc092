"""Tables of very many blocks: their digests lie in a file of their own, and nobody holds them all."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS, DIGEST_BYTES, DataFileManifest, TableManifest
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.export import tablefile
from datalchemy_nb.export.rundir import list_runs
from datalchemy_nb.export.stream import Progress
from datalchemy_nb.export.tablefile import Made, TableFile
from datalchemy_nb.golden.blocks import Blocks, differing, sha256_of
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session

ROWS = 150_000
NAME = "crm.contatos.digests"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three blocks are many."""
    monkeypatch.setattr(tablefile, "MANY_BLOCKS", 2)


def contatos(run: Run) -> TableManifest:
    return next(table for table in run.manifest.tables if table.table == "contatos")


def test_the_file_holds_what_a_manifest_would(
    session: Session, plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = contatos(session.generate(plan, out_dir=tmp_path / "inside"))
    monkeypatch.setattr(tablefile, "MANY_BLOCKS", 2)
    run = session.generate(plan, out_dir=tmp_path / "beside")
    beside = contatos(run)
    assert (beside.blocks, beside.sha256, beside.rows) == ((), inside.sha256, ROWS)
    assert beside.digests is not None
    assert beside.digests.file == NAME
    held = (run.directory / NAME).read_bytes()
    assert held == b"".join(bytes.fromhex(digest) for block in inside.blocks for digest in block.columns)
    assert len(held) == beside.digests.bytes == 3 * len(beside.columns) * DIGEST_BYTES
    assert beside.digests.sha256 == sha256_of(inside)
    # of the other tables, which have few, nothing changes
    assert {table.table for table in run.manifest.tables if table.digests is not None} == {"contatos"}


def test_a_stopped_run_goes_on(session: Session, plan: Any, tmp_path: Path, few: None) -> None:
    def stop(progress: Progress) -> None:
        if progress.ref.table == "contatos" and progress.rows >= 2 * BLOCK_ROWS:
            raise KeyboardInterrupt

    whole = session.generate(plan, out_dir=tmp_path / "whole")
    with pytest.raises(Cancelled):
        session.generate(plan, on_progress=stop)
    stopped = list_runs(session.out_dir)[0].path
    kept: list[Progress] = []
    run = session.generate(resume=stopped, on_progress=kept.append)
    assert (kept[0].ref.table, kept[0].rows) == ("contatos", ROWS)
    assert contatos(run) == contatos(whole)
    assert (run.directory / NAME).read_bytes() == (whole.directory / NAME).read_bytes()


def test_a_golden_locates_rows_by_it(session: Session, plan: Any, few: None) -> None:
    session.golden_save("many", session.generate(plan))
    assert session.golden_check("many", session.generate(plan)).diff.equal
    other = {**plan, "seed": plan["seed"] + 1}
    run = session.generate(other)
    found = next(t for t in session.golden_check("many", run).diff.tables if t.table == "contatos")
    ranges = {(part.first, part.last) for column in found.columns_changed for part in column.ranges}
    assert ranges == {(0, ROWS - 1)}
    (run.directory / NAME).unlink()
    assert any("cannot be located" in reason for reason in session.golden_check("many", run).diff.reasons)


COLUMNS = ("id", "name", "at")


def side(directory: Path, words: np.ndarray[Any, Any], rows: int) -> Blocks:
    directory.mkdir()
    words.tofile(directory / "t.digests")
    file = DataFileManifest(file="t.digests", bytes=words.nbytes, sha256="0" * 64)
    table = TableManifest(
        schema="s",
        table="t",
        file="t.csv",
        rows=rows,
        bytes=0,
        sha256="0" * 64,
        columns=COLUMNS,
        blocks=(),
        digests=file,
    )
    return Blocks(table, directory, BLOCK_ROWS)


def test_comparing_reads_a_stretch_at_a_time(tmp_path: Path) -> None:
    """Of 26 thousand million rows, two blocks of one column and the short last one are told."""
    blocks, rows = 400_000, 400_000 * BLOCK_ROWS - 7
    words = np.random.default_rng(1).integers(0, 2**63, (blocks, len(COLUMNS), 2), dtype=np.uint64)
    old = side(tmp_path / "old", words, rows)
    words[[70_000, 70_001], 1, 1] ^= np.uint64(1)
    new = side(tmp_path / "new", words, rows - 1)
    size = words.nbytes
    del words
    tracemalloc.start()
    try:
        found = differing(old, new, COLUMNS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    told = {name: [(part.first, part.last) for part in parts] for name, parts in found.items()}
    last = ((blocks - 1) * BLOCK_ROWS, rows - 1)
    assert told == {"id": [last], "name": [(70_000 * BLOCK_ROWS, 70_002 * BLOCK_ROWS - 1), last], "at": [last]}
    assert peak < size / 4


def test_writing_holds_none_of_them(tmp_path: Path) -> None:
    blocks = 20_000
    columns = [(name, pl.Int64()) for name in COLUMNS]
    made = Made({}, None, tuple(f"{number:032x}" for number in range(len(COLUMNS))))
    file = TableFile(TableRef("s", "t"), columns, tmp_path, (), planned=blocks * BLOCK_ROWS)
    tracemalloc.start()
    try:
        for number in range(blocks):
            file.add(made, BLOCK_ROWS, last=number == blocks - 1)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    file.abandon()
    assert held < 1 << 20
    written = next(tmp_path.glob("s.t.digests*"))
    assert written.stat().st_size == blocks * len(COLUMNS) * DIGEST_BYTES
