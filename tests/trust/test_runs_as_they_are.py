"""A verdict is about the run that was made: not about one that was stopped, nor about files that changed since."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, OutputError, RunNotFound
from datalchemy_nb.export import run as export_run
from datalchemy_nb.export.rundir import MANIFEST, REPORT, RunDirectory
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

_KINDS = {"id": ("integer", "int4"), "x": ("text", "text"), "at": ("date", "date")}
SCHEMA = {
    "schema_version": "0.2",
    "schemas": [
        {
            "name": "public",
            "tables": [
                {
                    "name": name,
                    "kind": "table",
                    "columns": [
                        {
                            "ordinal_position": place,
                            "name": column,
                            "column_type": {"data_type": shown, "udt_schema": "pg_catalog", "udt_name": udt},
                            "is_nullable": False,
                        }
                        for place, (column, (shown, udt)) in enumerate(_KINDS.items(), 1)
                    ],
                    "constraints": [{"kind": "primary_key", "name": f"{name}_pkey", "columns": ["id"]}],
                }
                for name in ("a", "b")
            ],
        }
    ],
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    schema = DatabaseSchema.model_validate(SCHEMA)
    with Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens") as made:
        made.use_schema(schema)
        made.use_plan(bare_plan(schema, 3_000))
        yield made


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _other(path: Path) -> None:
    """The file of the other table, which is well formed."""
    shutil.copy(path.with_name(path.name.replace(".a.", ".b.")), path)


DAMAGES = (_emptied, _cut, _flipped, _longer, _other, Path.unlink)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (OutputError, RunNotFound):
        return False


@pytest.mark.parametrize("formats", ["csv", "parquet", "both", "sheet"])
def test_no_damaged_file_passes(session: Session, tmp_path: Path, formats: str) -> None:
    run = session.generate(formats=formats)
    session.golden_save("base", run)
    suffixes = {"both": ("csv", "parquet"), "sheet": ("sheet.csv",)}
    for suffix in suffixes.get(formats, (formats,)):
        for damage in DAMAGES:
            copy = tmp_path / "damaged" / run.directory.name
            shutil.rmtree(copy.parent, ignore_errors=True)
            shutil.copytree(run.directory, copy)
            assert session.golden_check("base", copy).ok
            assert session.verify(copy, files=True).ok
            damage(copy / f"public.a.{suffix}")
            what = (damage, suffix)
            assert not _passes(lambda copy=copy: session.golden_check("base", copy).ok), what
            verified = session.verify(copy, files=True)
            assert verified.diff.equal, what
            assert not verified.ok, what
            assert f"public.a.{suffix}" in verified.damaged[0], what
            if formats not in ("parquet", "sheet"):
                assert not _passes(lambda copy=copy: session.evaluate(copy).ok), what
            if suffix.endswith("csv"):
                with pytest.raises(OutputError, match=r"public\.a\.(sheet\.)?csv .*: not what manifest\.json says"):
                    session.load(copy, "postgresql://127.0.0.1:1/nowhere")


def test_a_stopped_run_is_said_to_be_stopped(session: Session) -> None:
    calls = iter(range(10))
    with pytest.raises(Cancelled):
        session.generate(chunk_rows=500, workers=1, cancelled=lambda: next(calls, 10) > 6)
    stopped = session.runs().runs[0]
    assert stopped.status == "partial"
    session.goldens_dir.mkdir()
    for verb in (
        session.evaluate,
        session.verify,
        session.load,
        session.evidence,
        lambda run: session.golden_save("base", run),
    ):
        with pytest.raises(RunNotFound, match="was stopped") as refused:
            verb(stopped.run_id)
        assert f"generate --resume {stopped.run_id[:8]}" in str(refused.value)
    run = session.generate(resume=stopped.run_id)
    assert session.evaluate(run).ok
    assert session.runs().runs[0].status == "complete"


@pytest.mark.parametrize("late", [MANIFEST, REPORT])
@pytest.mark.parametrize("stopped_before", [False, True])
def test_a_run_that_fails_at_its_very_end_is_resumed(
    session: Session, monkeypatch: pytest.MonkeyPatch, late: str, stopped_before: bool
) -> None:
    begun = None
    if stopped_before:
        with pytest.raises(Cancelled):
            session.generate(cancelled=lambda: True)
        begun = session.runs().runs[0].run_id
    write = export_run.write_atomic

    def failing(path: Path, text: str) -> None:
        if path.name == late and '"partial"' not in text and '"failed"' not in text:
            raise OutputError(f"cannot write {path}: no space left")
        write(path, text)

    with monkeypatch.context() as patched:
        patched.setattr(export_run, "write_atomic", failing)
        with pytest.raises(OutputError):
            session.generate(resume=begun) if begun else session.generate()
    listed = session.runs().runs[0]
    assert listed.status != "complete"
    run = session.generate(resume=listed.run_id)
    again = session.runs().runs[0]
    assert (run.report.status, again.status, again.tables, again.rows) == ("complete", "complete", 2, 6_000)
    assert session.verify(run, files=True).ok
    assert not list(run.directory.glob("*.partial")) + list(run.directory.glob("checkpoint*"))
    assert isinstance(session.plan, Plan)


def test_a_run_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    def full(directory: RunDirectory) -> dict[str, str]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        RunDirectory.create(tmp_path, full)
    assert not list(tmp_path.iterdir())
