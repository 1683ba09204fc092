"""Each verb under each fault: what it must leave behind."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import ConnectionFailed, DatalchemyError, LoadError, RunNotFound
from datalchemy_nb.session import Session
from tests.faults.injecting import Fault, files_failing, server_failing
from tests.pipeline.conftest import bare_plan
from tests.trust.test_runs_as_they_are import SCHEMA

ROWS = 70_000
"""Two blocks a table."""
DDL = """CREATE TABLE public.a (id integer PRIMARY KEY, x text NOT NULL, at date NOT NULL);
CREATE TABLE public.b (id integer PRIMARY KEY, x text NOT NULL, at date NOT NULL);"""
LONGEST = 600
schema = DatabaseSchema.model_validate(SCHEMA)


@dataclass
class Tally:
    """How many faults there are, and how many were tried."""

    operations: int = 0
    tried: int = 0
    silent: int = 0
    """A fault that the verb does without: a file that it need not remove, say."""
    kinds: set[str] = field(default_factory=set)


@contextmanager
def _session(place: Path, rows: int = ROWS) -> Iterator[Session]:
    with Session(out_dir=place / "runs", goldens_dir=place / "goldens") as session:
        session.use_schema(schema)
        session.use_plan(bare_plan(schema, rows))
        yield session


def hashes(directory: Path) -> dict[str, str]:
    """The data files of a run."""
    found = [p for p in directory.iterdir() if p.suffix in (".csv", ".parquet", ".sql")]
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(found)}


def clean(place: Path) -> None:
    """Nothing half-made lies anywhere."""
    left = [p for p in place.rglob("*") if p.name.endswith(".partial") or p.name.startswith(".")]
    assert not left, left
    assert not list(place.rglob("checkpoint*"))


def _short(error: DatalchemyError) -> None:
    assert len(error.message) < LONGEST, error.message
    assert "Traceback" not in str(error)
    assert "\n" not in error.message


def chosen(count: int, most: int | None) -> Iterable[int]:
    """Numbers of operations to fail: all, or so many, the first and the last among them."""
    if most is None or count <= most:
        return range(1, count + 1)
    return sorted({1 + round(i * (count - 1) / (most - 1)) for i in range(most)})


def generate(place: Path, formats: str, *, most: int | None = None, lasting: bool = False) -> Tally:
    """A run ends with what it would have had, at the first attempt or resumed; before that it looks like what it is."""
    tally = Tally()
    with _session(place / "model") as session:
        expected = hashes(session.generate(formats=formats, workers=1).directory)
    count = _count(place, lambda there: _generate(there, formats), tally)
    for at in chosen(count, most):
        shutil.rmtree(there := place / "there", ignore_errors=True)
        there.mkdir()
        fault = Fault(there, at, lasting)
        with files_failing(fault):
            try:
                _generate(there, formats)
                tally.silent += 1
            except DatalchemyError as error:
                _short(error)
        tally.tried += 1
        with _session(there) as session:
            runs = session.runs().runs
            assert len(runs) <= 1, (fault.done[at - 1], runs)
            if runs and runs[0].status != "complete":
                with pytest.raises(RunNotFound):
                    session.evaluate(runs[0].run_id)
            run = session.generate(resume=runs[0].run_id) if runs else session.generate(formats=formats, workers=1)
            assert hashes(run.directory) == expected, (at, fault.done[at - 1])
            assert session.verify(run, files=True).ok
            assert [r.status for r in session.runs().runs] == ["complete"]
            clean(there)
    return tally


def _generate(there: Path, formats: str) -> None:
    with _session(there) as session:
        session.generate(formats=formats, workers=1)


def judge_and_keep(place: Path, *, most: int | None = None, lasting: bool = False) -> dict[str, Tally]:
    """A report and a golden are whole or as they were."""
    with _session(place / "model", 500) as session:
        run = session.generate(workers=1)
        session.evaluate(run)
        session.golden_save("kept", run)
    verbs: dict[str, Callable[[Session], object]] = {
        "evaluate": lambda session: session.evaluate(),
        "golden save": lambda session: session.golden_save("new"),
        "golden save --force": lambda session: session.golden_save("kept", force=True),
    }
    tallies = {}
    for name, verb in verbs.items():
        tally = tallies[name] = Tally()
        there = place / "there"

        def fresh(there: Path = there) -> None:
            shutil.rmtree(there, ignore_errors=True)
            shutil.copytree(place / "model", there)

        fresh()
        fault = Fault(there)
        with files_failing(fault), _session(there, 500) as session:
            verb(session)
        tally.operations = len(fault.done)
        for at in chosen(tally.operations, most):
            fresh()
            before = {p: p.read_bytes() for p in there.rglob("*") if p.is_file()}
            fault = Fault(there, at, lasting)
            with _session(there, 500) as session:
                with files_failing(fault):
                    told = None
                    try:
                        verb(session)
                    except DatalchemyError as error:
                        told = error
                tally.tried += 1
                lost = [p for p in before if not p.is_file()]
                assert not lost, (name, at, fault.done[at - 1], lost)
                assert session.golden_check("kept").ok
                if told is None:
                    tally.silent += 1
                else:
                    _short(told)
                    verb(session)
                assert session.evaluate().metrics is not None
                clean(there)
    return tallies


def load(place: Path, url: str, *, most: int | None = None) -> Tally:
    """Rows are all there or none, the message says which, and a second attempt does the rest."""
    tally = Tally()
    with _session(place, 2_000) as session:
        session.generate(workers=1)
        done: list[int] = []
        with server_failing(url, 0, done):
            session.load(conninfo=url, commit=True)
        tally.operations = len(done)
        for at in chosen(tally.operations, most):
            execute(url, "TRUNCATE public.a, public.b")
            done = []
            told = ""
            with server_failing(url, at, done):
                try:
                    session.load(conninfo=url, commit=True)
                    tally.silent += 1
                except (ConnectionFailed, LoadError) as error:
                    _short(error)
                    told = str(error)
            tally.tried += 1
            kept = execute(url, "SELECT (SELECT count(*) FROM public.a) + (SELECT count(*) FROM public.b)")
            assert kept in (0, 4_000), (at, kept)
            assert not (kept and "nothing was kept" in told), (at, told)
            assert not (told and not kept and "committed;" in told), (at, told)
            session.load(conninfo=url, commit=True, truncate=True)
            assert execute(url, "SELECT count(*) FROM public.b") == 2_000
    return tally


def execute(url: str, statement: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return int(cursor.fetchone()[0]) if cursor.description else 0  # type: ignore[index]


def _count(place: Path, verb: Callable[[Path], None], tally: Tally) -> int:
    shutil.rmtree(there := place / "there", ignore_errors=True)
    there.mkdir()
    fault = Fault(there)
    with files_failing(fault):
        verb(there)
    tally.operations, tally.kinds = len(fault.done), {what.split(" ")[0] for what in fault.done}
    return tally.operations
