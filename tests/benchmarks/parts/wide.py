"""Schemas of many small tables: what each table costs, whatever its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, looked_at, timed

TABLES, JUDGED, VALIDATED = 370, 200, 300
_ROWS = 1_000


def wide(bench: Bench) -> Iterator[Figure]:
    """Drafting, validating, generating and judging; fewer tables where `bench.rows` is small."""
    few = bench.rows < 100_000
    tables, validated, judged = (12, 10, 8) if few else (TABLES, VALIDATED, JUDGED)
    rows = max(bench.rows // 1_000, 1) if few else _ROWS

    def drafted(count: int) -> Session:
        session = bench.session(f"wide{count}", ddl(count))
        session.show_plan(draft=True, rows=rows, base_date="2026-01-01")
        return session

    session = drafted(tables)
    yield _figure(bench, f"drafting {tables} tables", 3, lambda: _again(session, rows))
    yield _figure(bench, f"generating {tables} tables of {rows:,} rows", 6, lambda: _made(bench, session))
    other = drafted(validated)
    yield _figure(bench, f"validating a plan of {validated} tables", 1, lambda: other.validate(_copy(other)))
    less = drafted(judged)
    with bench.scratch() as here:
        run: Run = less.generate(out_dir=here)
        yield _figure(bench, f"evaluating {judged} tables of {rows:,} rows", 2, lambda: less.evaluate(run))


def ddl(tables: int) -> str:
    """Tables of eight columns: a key, a foreign key, a unique text, CHECKs, a moment."""
    return "CREATE SCHEMA w;" + "".join(
        f"CREATE TABLE w.t{i} (id bigint PRIMARY KEY, name text NOT NULL, email varchar(80) UNIQUE, "
        "amount numeric(10, 2) CHECK (amount >= 0), created_at timestamptz NOT NULL DEFAULT now(), "
        "status text CHECK (status IN ('a', 'b', 'c')), "
        f"parent_id bigint {f'REFERENCES w.t{i // 3}' if i else ''}, note text);"
        for i in range(tables)
    )


def _again(session: Session, rows: int) -> None:
    other = Session()
    other.schema = session.schema
    other.show_plan(draft=True, rows=rows, base_date="2026-01-01")


def _made(bench: Bench, session: Session) -> None:
    with bench.scratch() as here:
        session.generate(out_dir=here)


def _copy(session: Session) -> dict[str, object]:
    """The plan as a document, so that nothing known of it is used."""
    assert session.plan is not None
    return session.plan.to_dict()


def _figure(bench: Bench, title: str, limit: float, work: Callable[[], object]) -> Figure:
    bench.say(title)
    values = tuple(timed(work).cpu for _ in range(bench.runs))
    value = Sample(label="processor time", unit="s", values=values)
    return Figure(part="wide", title=title, value=value, limit=limit, shares=looked_at(work))
