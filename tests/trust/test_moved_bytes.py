"""Which columns a library moved is said before a run, not after it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.commands.cli import main
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import BytesMoved
from datalchemy_nb.generate import rows
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan
from tests.trust.test_runs_as_they_are import SCHEMA


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    schema = DatabaseSchema.model_validate(SCHEMA)
    (tmp_path / "schema.json").write_text(schema.to_json())
    (tmp_path / "plan.json").write_text(json.dumps(bare_plan(schema, 300)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def _older(path: Path) -> None:
    """As an older faker had written it."""
    document = json.loads(path.read_text())
    document["manifest"]["dependencies"]["faker"] = "40.0.0"
    document["manifest"].pop("seal", None)
    path.write_text(json.dumps(document))


def _other_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts come out otherwise, as from another version of what makes them."""
    made = rows.Engine.rows

    def other(self: object, ref: object, index: object, *args: object, **kwargs: object) -> pl.DataFrame:
        frame = made(self, ref, index, *args, **kwargs)  # type: ignore[arg-type]
        return frame.with_columns(pl.col(pl.String) + "!")

    monkeypatch.setattr(rows.Engine, "rows", other)


def _session() -> Session:
    session = Session()
    session.use_schema("schema.json")
    session.use_plan("plan.json")
    return session


def test_a_golden_that_will_not_be_met_is_told_before_the_run(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with _session() as session:
        session.golden_save("base", session.generate())
        _older(place / "goldens" / "base.golden.json")
        assert [i.code for i in session.validate().issues] == [], "the bytes are the same, whatever the version"
    _other_library(monkeypatch)
    with _session() as session:
        (issue,) = session.validate().issues
        assert issue.code == "bytes_moved"
        assert "2 of 6 columns will not have the values of golden base: public.a.x, public.b.x" in issue.message
        assert "faker 40.0.0 is now" in issue.message
        with pytest.warns(BytesMoved, match=r"public\.a\.x"):
            session.generate()
    capfd.readouterr()
    assert main(["generate", "--schema-file", "schema.json"]) == 0
    told = capfd.readouterr().err
    assert "datalchemy: warning: 2 of 6 columns" in told
    assert told.index("warning") < (told.find("rows") if "rows" in told else len(told))


def test_without_a_golden_the_newest_run_is_what_is_compared(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _session() as session:
        first = session.generate()
        assert all(len(table.probe) == 3 for table in first.manifest.tables)
        assert not session.validate().issues
        session.use_plan(bare_plan(DatabaseSchema.model_validate(SCHEMA), 200))
        assert not session.validate().issues, "another plan has no bytes to keep"
    _other_library(monkeypatch)
    with _session() as session:
        assert f"run {first.run_id[:8]}" in session.validate().issues[0].message


def test_an_older_manifest_says_that_it_cannot_be_known(place: Path) -> None:
    with _session() as session:
        session.golden_save("base", session.generate())
        path = place / "goldens" / "base.golden.json"
        document = json.loads(path.read_text())
        for table in document["manifest"]["tables"]:
            del table["probe"]
        del document["manifest"]["seal"]
        path.write_text(json.dumps(document))
        assert Manifest.model_validate(document["manifest"]).tables[0].probe == ()
        assert not session.validate().issues
        _older(path)
        (issue,) = session.validate().issues
        assert "not known" in issue.message
        assert isinstance(session.plan, Plan)
