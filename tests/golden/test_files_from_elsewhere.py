"""Goldens of directories made by anything, of Parquet, and of parts of a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import RunNotFound, UsageError
from datalchemy_nb.export.adopt import manifest_of_files
from datalchemy_nb.session import Session

from .test_five_changes import PLAN, SCHEMA, session

__all__ = ["session"]
FILE = "loja.produtos.csv"


@pytest.fixture
def elsewhere(session: Session, tmp_path: Path) -> Path:
    """The data of the newest run, alone in a directory."""
    directory = tmp_path / "elsewhere"
    directory.mkdir()
    shutil.copy(session.runs().runs[0].directory / FILE, directory)
    return directory


def large() -> dict[str, object]:
    return {**PLAN, "targets": [{"schema": "loja", "table": "produtos", "rows": 70_000}]}


def test_digests_are_those_of_the_run(session: Session) -> None:
    run = session.generate(large()).directory
    own = Manifest.read(run / "manifest.json")
    made = manifest_of_files(run, DatabaseSchema.model_validate(SCHEMA), like=own)
    assert [t.blocks for t in made.tables] == [t.blocks for t in own.tables]
    assert [(t.sha256, t.bytes, t.rows) for t in made.tables] == [(t.sha256, t.bytes, t.rows) for t in own.tables]


def test_plain_csv_equals_the_run(session: Session, elsewhere: Path) -> None:
    assert session.golden_check("before", elsewhere).ok


def test_a_change_in_plain_csv_is_located(session: Session, elsewhere: Path) -> None:
    text = (elsewhere / FILE).read_text()
    (elsewhere / FILE).write_text(text.replace("azul", "anil", 1))
    diff = session.golden_check("before", elsewhere).diff
    assert [c.column for c in diff.tables[0].columns_changed] == ["cor"]
    assert {(cell.old, cell.new) for cell in diff.tables[0].cells} == {("azul", "anil")}
    assert any("made elsewhere" in reason for reason in diff.reasons)


def test_psql_copy_spells_moments_otherwise_with_the_same_digests(session: Session, elsewhere: Path) -> None:
    own = manifest_of_files(elsewhere, DatabaseSchema.model_validate(SCHEMA)).tables[0]
    text = (elsewhere / FILE).read_text()
    lines = [line.replace("T", " ").replace("Z", "+00") if i else line for i, line in enumerate(text.splitlines())]
    (elsewhere / FILE).write_text("\n".join([*lines, ""]))
    assert manifest_of_files(elsewhere, DatabaseSchema.model_validate(SCHEMA)).tables[0].blocks == own.blocks


def test_parquet_with_the_same_values_is_equal(session: Session, elsewhere: Path) -> None:
    frame = pl.read_csv(elsewhere / FILE, try_parse_dates=True).with_columns(pl.col("preco").cast(pl.Decimal(8, 2)))
    frame.write_parquet(elsewhere / "loja.produtos.parquet")
    (elsewhere / FILE).unlink()
    assert session.golden_check("before", elsewhere).ok
    frame.with_columns(cor=pl.lit("azul")).write_parquet(elsewhere / "loja.produtos.parquet")
    [table] = session.golden_check("before", elsewhere).diff.tables
    assert [c.column for c in table.columns_changed] == ["cor"]


def test_files_changed_after_the_run_are_noticed(session: Session) -> None:
    run = session.generate(PLAN).directory
    (run / FILE).write_text((run / FILE).read_text().replace("azul", "anil", 1))
    assert not session.golden_check("before", run).ok


class TestSubsets:
    def test_the_first_rows(self, session: Session) -> None:
        saved = session.golden_save("head", rows=10)
        golden = Golden.read(saved.path)
        assert (golden.only_rows, golden.manifest.tables[0].rows) == (10, 10)
        more = {**PLAN, "targets": [{"schema": "loja", "table": "produtos", "rows": 100}]}
        assert session.golden_check("head", session.generate(more)).ok

    def test_bytes_of_the_first_rows(self, session: Session, elsewhere: Path) -> None:
        session.golden_save("head", elsewhere, rows=2)
        lines = (elsewhere / FILE).read_text().splitlines(keepends=True)
        (elsewhere / FILE).write_text("".join([*lines[:3], "9,1.00,roxo,2025-01-01T00:00:00Z\n"]))
        assert session.golden_check("head", elsewhere).ok

    def test_some_tables(self, session: Session) -> None:
        assert session.golden_save("one", tables=["produtos"]).tables == 1
        assert session.golden_update("one").diff.equal
        assert Golden.read(session.goldens_dir / "one.golden.json").only_tables == ("loja.produtos",)

    def test_unknown_tables_and_no_rows(self, session: Session) -> None:
        with pytest.raises(UsageError, match="produtos"):
            session.golden_save("x", tables=["produto"])
        with pytest.raises(UsageError, match="at least one row"):
            session.golden_save("x", rows=0)


def test_a_schema_is_needed(session: Session, elsewhere: Path) -> None:
    session.schema = None
    with pytest.raises(UsageError, match="schema"):
        session.golden_check("before", elsewhere)


def test_an_empty_directory(session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunNotFound, match="no data file"):
        session.golden_check("before", tmp_path / "empty")
