"""A plan resolved before is kept as it was resolved, and believed only where this user alone can have written it."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.demo.examples import examples
from datalchemy_nb.domains import registering
from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.registry import generators
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.session import Session, resolutions
from datalchemy_nb.session.cache import VARIABLE, Shelf, secret

NAME = "a" * 64
TYPES: dict[Category, pl.DataType] = {
    "text": pl.String(), "integer": pl.Int64(), "decimal": pl.Decimal(12, 2), "timestamp": pl.Datetime("us"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where plans lie for the length of a test; what earlier tests have registered is forgotten."""
    revision, before = registering.revision, registering.revision()
    monkeypatch.setattr(registering, "revision", lambda: revision() - before)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "cache" / "resolved"


@pytest.fixture
def crm(crm_url: str) -> DatabaseSchema:
    return Session().introspect(crm_url).schema


def session(schema: DatabaseSchema, out_dir: Path) -> Session:
    made = Session(out_dir=out_dir, goldens_dir=out_dir / "goldens")
    made.use_schema(schema)
    return made


def rows(resolved: ResolvedPlan) -> dict[TableRef, str]:
    """A digest of scattered rows of every table."""
    engine, found = Engine(resolved), {}
    for ref, table in resolved.tables.items():
        if table.rows:
            index = np.unique(np.linspace(0, table.rows - 1, 40).astype(np.uint64))
            found[ref] = hashlib.sha256(repr(engine.rows(ref, index).rows()).encode()).hexdigest()
    return found


def test_example_plans_have_the_rows_that_they_have_without(crm: DatabaseSchema, tmp_path: Path, cache: Path) -> None:
    fitting = 0
    for plan in examples().values():
        try:
            first = session(crm, tmp_path).resolved(plan)
        except DatalchemyError:
            continue  # a plan of another schema
        fitting += 1
        assert len(list(cache.iterdir())) == fitting
        again = session(crm, tmp_path).resolved(plan)
        assert again is not first
        assert (again.plan, again.issues, list(again.tables)) == (first.plan, first.issues, list(first.tables))
        assert rows(again) == rows(first)
    assert fitting > 5


def test_a_second_session_resolves_nothing(
    crm: DatabaseSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = examples()["minimal"]
    first = session(crm, tmp_path).preview("crm.usuarios", plan=plan)
    monkeypatch.setattr("datalchemy_nb.generate.known.resolve", None)
    assert session(crm, tmp_path).preview("crm.usuarios", plan=plan).frame.equals(first.frame)


def test_domains_of_all_generators_can_be_kept(cache: Path) -> None:
    """One that cannot, say for a function without a name, would make its plans start slowly."""
    lost, built = [], 0
    for id_, spec in generators().items():
        if id_.startswith("faker."):
            continue
        for category, dtype in TYPES.items():
            slot = Slot(TableRef("a", "t"), "c", category, dtype, category, rows=9, locale="pt_BR")
            try:
                domain = spec.build(spec.params(), slot)
            except (DatalchemyError, ValueError, TypeError):
                continue
            built += 1
            body = resolutions.dumps(domain)
            if body is None or resolutions.loads(body) is None:
                lost.append(id_)
            break
    assert built > 400
    assert not lost


def test_rows_that_a_plan_lists_are_not_kept(database: Callable[..., str], tmp_path: Path, cache: Path) -> None:
    url = database("CREATE SCHEMA app; CREATE TABLE app.people (id int PRIMARY KEY, name text NOT NULL)")
    target = {"schema": "app", "table": "people", "rows": 3, "fixed": [{"id": 1, "name": "Ana"}]}
    plan = {
        "plan_version": "0.3",
        "seed": 3,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [target],
        "rules": [],
    }
    schema = Session().introspect(url).schema
    assert session(schema, tmp_path).preview("app.people", plan=plan).frame["name"][0] == "Ana"
    assert not cache.is_dir() or not list(cache.iterdir())


@pytest.fixture
def kept(crm: DatabaseSchema, tmp_path: Path, cache: Path) -> Path:
    """The file of a kept plan."""
    session(crm, tmp_path).resolved(examples()["minimal"])
    (file,) = cache.iterdir()
    assert resolutions.find(file.stem) is not None
    return file


def test_files_are_the_users_alone(kept: Path, tmp_path: Path) -> None:
    modes = [path.stat().st_mode & 0o777 for path in (kept, kept.parent, tmp_path / "home" / "datalchemy_nb" / "key")]
    assert modes == [0o600, 0o700, 0o600]


@pytest.mark.parametrize("how", ["one bit", "half", "empty", "another's key", "no key"])
def test_what_is_not_whole_or_not_ours_is_as_none(kept: Path, tmp_path: Path, how: str) -> None:
    key, data = tmp_path / "home" / "datalchemy_nb" / "key", bytearray(kept.read_bytes())
    if how == "one bit":
        data[len(data) // 2] ^= 1
    if how in ("half", "empty"):
        data = data[: len(data) // 2] if how == "half" else bytearray()
    if how == "another's key":
        key.write_bytes(bytes(32))
    if how == "no key":
        key.unlink()
    kept.write_bytes(data)
    assert resolutions.find(kept.stem) is None


def test_a_plan_does_not_stand_in_for_another(kept: Path) -> None:
    kept.rename(kept.with_stem(NAME))
    assert resolutions.find(NAME) is None


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize("how", ["file", "directory", "link", "key"])
def test_what_others_can_read_or_write_is_not_believed(kept: Path, tmp_path: Path, how: str) -> None:
    key = tmp_path / "home" / "datalchemy_nb" / "key"
    if how == "link":
        kept.rename(tmp_path / "elsewhere")
        kept.symlink_to(tmp_path / "elsewhere")
    else:
        {"file": kept, "directory": kept.parent, "key": key}[how].chmod(0o755)
    assert resolutions.find(kept.stem) is None


class _Harm:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (os.environ["HARM"],)


def test_a_file_runs_nothing_even_if_it_is_signed(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARM", str(tmp_path / "harm"))
    body = pickle.dumps(_Harm())
    known = secret()
    assert known is not None
    kept.write_bytes(resolutions.digest(known, kept.stem, body) + body)
    assert resolutions.find(kept.stem) is None
    assert not (tmp_path / "harm").exists()
    pickle.loads(body)
    assert (tmp_path / "harm").exists()  # as it would have


def test_off_keeps_nothing_and_makes_no_key(
    crm: DatabaseSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    session(crm, tmp_path).resolved(examples()["minimal"])
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "home").exists()


def test_the_oldest_make_room() -> None:
    shelf = Shelf("some", "bin", largest=10, files=3, total=25)
    for number, size in enumerate((5, 5, 5, 5, 11, 10, 10)):
        shelf.keep(str(number), bytes(size))
        if (place := Path(os.environ[VARIABLE]) / "some" / f"{number}.bin").exists():
            os.utime(place, (number, number))
    assert [number for number in range(7) if shelf.find(str(number)) is not None] == [3, 5, 6]
