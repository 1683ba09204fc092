"""What was found out about a plan is kept, and believed only where nobody else can have written it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains import registering, registry
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.session import Session
from datalchemy_nb.session.cache import VARIABLE


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where verdicts lie for the length of a test; what earlier tests have registered is forgotten."""
    revision, before = registering.revision, registering.revision()
    monkeypatch.setattr(registering, "revision", lambda: revision() - before)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "cache" / "verdicts"


@pytest.fixture
def schema(database: Callable[..., str]) -> DatabaseSchema:
    return (
        Session()
        .introspect(
            database("CREATE SCHEMA app; CREATE TABLE app.people (id int PRIMARY KEY, name text NOT NULL, age int)")
        )
        .schema
    )


def plan(rows: int = 50, generator: str = "semantic.br.name") -> dict[str, object]:
    return {
        "plan_version": "0.3",
        "seed": 3,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "app", "table": "people", "rows": rows}],
        "rules": [
            {
                "type": "column_generator", "schema": "app", "table": "people", "column": "name",
                "generator": {"id": generator},
            }
        ],
    }  # fmt: skip


def fresh(schema: DatabaseSchema, out_dir: Path) -> Session:
    session = Session(out_dir=out_dir, goldens_dir=out_dir / "goldens")
    session.use_schema(schema)
    return session


def hashes(schema: DatabaseSchema, out_dir: Path) -> list[str | None]:
    return [table.sha256 for table in fresh(schema, out_dir).generate(plan()).manifest.tables]


def test_the_second_answer_is_the_first(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> None:
    first = fresh(schema, tmp_path / "a").validate(plan())
    assert first.ok
    assert len(list(cache.iterdir())) == 1
    assert fresh(schema, tmp_path / "a").validate(plan()) == first


def test_a_run_has_the_bytes_that_it_has_without(
    cache: Path, schema: DatabaseSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = hashes(schema, tmp_path / "a")
    warm = hashes(schema, tmp_path / "b")
    monkeypatch.setenv(VARIABLE, "off")
    assert cold == warm == hashes(schema, tmp_path / "c")


def test_a_plan_that_cannot_run_is_not_kept(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> None:
    for _ in range(2):
        assert not fresh(schema, tmp_path).validate(plan(generator="no.such.generator")).ok
        with pytest.raises(PlanInvalid):
            fresh(schema, tmp_path).resolved(plan(generator="no.such.generator"))
    assert not cache.is_dir() or not list(cache.iterdir())


def test_another_plan_or_schema_is_asked_anew(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> None:
    fresh(schema, tmp_path).validate(plan())
    fresh(schema, tmp_path).validate(plan(rows=51))
    fresh(schema.model_copy(update={"schema_fingerprint": "0" * 64}), tmp_path).validate(plan())
    assert len(list(cache.iterdir())) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"issues": 3}), "\x00"])
def test_a_damaged_file_is_as_none(cache: Path, schema: DatabaseSchema, tmp_path: Path, text: str) -> None:
    first = fresh(schema, tmp_path).validate(plan())
    (kept,) = cache.iterdir()
    kept.write_text(text, encoding="utf-8")
    assert fresh(schema, tmp_path).validate(plan()) == first


@pytest.fixture
def forged(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> Path:
    """A verdict that says another number of rows."""
    fresh(schema, tmp_path).validate(plan())
    (kept,) = cache.iterdir()
    data = json.loads(kept.read_text(encoding="utf-8"))
    data["tables"][0][2] = 777
    kept.write_text(json.dumps(data), encoding="utf-8")
    assert 777 in fresh(schema, tmp_path).validate(plan()).tables.values()
    return kept


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize("how", ["file", "directory", "link"])
def test_what_others_may_have_written_is_not_believed(
    forged: Path, schema: DatabaseSchema, tmp_path: Path, how: str
) -> None:
    if how == "link":
        elsewhere = tmp_path / "elsewhere.json"
        forged.rename(elsewhere)
        forged.symlink_to(elsewhere)
    else:
        (forged if how == "file" else forged.parent).chmod(0o777)
    assert 777 not in fresh(schema, tmp_path).validate(plan()).tables.values()


def test_files_are_the_users_alone(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> None:
    fresh(schema, tmp_path).validate(plan())
    (kept,) = cache.iterdir()
    assert (kept.stat().st_mode & 0o777, cache.stat().st_mode & 0o777) == (0o600, 0o700)


def test_generators_of_others_are_asked_every_time(cache: Path, schema: DatabaseSchema, tmp_path: Path) -> None:
    @registry.generator("test.verdicts")
    def names(params: registry.NoParams, slot: Slot) -> ChoiceDomain:
        """Two names."""
        return ChoiceDomain(["Ana", "Rui"])

    try:
        assert fresh(schema, tmp_path).validate(plan(generator="test.verdicts")).ok
        assert not cache.is_dir() or not list(cache.iterdir())
    finally:
        registry.CATALOGUE.remove("test.verdicts")
