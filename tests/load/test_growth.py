"""Tables that grow: the first rows stay as they are, byte for byte, and a top-up sends only the rest."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.errors import LoadError, PlanInvalid
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session

DDL = """
CREATE SCHEMA s;
CREATE TABLE s.kind (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE s.person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    code char(6) NOT NULL UNIQUE,
    kind integer NOT NULL REFERENCES s.kind,
    boss bigint REFERENCES s.person
);
CREATE TABLE s.visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person bigint NOT NULL REFERENCES s.person,
    day date NOT NULL
);
CREATE TABLE s.badge (person bigint PRIMARY KEY REFERENCES s.person, colour text NOT NULL);
CREATE TABLE s.liking (person bigint REFERENCES s.person, kind integer REFERENCES s.kind, PRIMARY KEY (person, kind));
"""


def plan_of(scale: float, *, rules: list[dict[str, Any]] | None = None, **more: dict[str, Any]) -> dict[str, Any]:
    sizes = {"person": 1000, "visit": 3000, "badge": 500}
    targets = [
        {"schema": "s", "table": name, "rows": round(rows * scale), "capacity": rows * 2}
        for name, rows in sizes.items()
    ]
    others = [{"schema": "s", "table": name, **rest} for name, rest in {"kind": {"rows": 7}, **more}.items()]
    return {
        "plan_version": "0.3",
        "seed": 11,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [*others, *targets],
        "rules": rules or [],
    }


def test_three_top_ups_are_one_run(session: Session) -> None:
    url = session.url  # type: ignore[attr-defined]
    runs = [session.generate(plan_of(scale)) for scale in (1.0, 1.1, 1.21, 1.331)]
    session.load(runs[0], url, commit=True)
    for before, run in pairwise(runs):
        report = session.load(run, url, after=before, commit=True).report
        assert report.rows == sum(t.rows for t in run.manifest.tables) - sum(t.rows for t in before.manifest.tables)
    with connect(url) as connection:
        for name in ("kind", "person", "visit", "badge"):
            file = pl.read_csv(runs[-1].directory / f"s.{name}.csv")
            with connection.cursor().copy(
                f"COPY (SELECT * FROM s.{name} ORDER BY 1) TO STDOUT (FORMAT csv, HEADER)"
            ) as out:
                there = pl.read_csv(b"".join(bytes(block) for block in out))
            assert there.equals(file.select(there.columns).sort(there.columns[0])), name

    visits = pl.read_csv(runs[-1].directory / "s.visit.csv")["person"].value_counts()["count"]
    assert 2.5 < visits.mean() < 5
    assert visits.max() < 20, "nobody is visited by all"
    assert session.evaluate(runs[-1]).metrics.violations == ()
    # The last top-up, and nothing else, is taken away again.
    gone = session.unload(runs[-1], url, commit=True).report
    assert gone.rows == sum(t.rows for t in runs[-1].manifest.tables) - sum(t.rows for t in runs[-2].manifest.tables)
    again = session.load(runs[-1], url, after=runs[-2], commit=True).report
    assert again.rows == gone.rows


def test_the_same_number_for_each_stays_so(session: Session) -> None:
    rule = {"type": "foreign_key", "schema": "s", "table": "visit", "columns": ["person"]}
    plan = plan_of(1.1, rules=[rule | {"children": {"kind": "fixed", "count": 3}}])
    run = session.generate(plan)
    assert set(pl.read_csv(run.directory / "s.visit.csv")["person"].value_counts()["count"]) == {3}
    with pytest.raises(PlanInvalid, match="only the same number for each parent can grow with them"):
        session.generate(plan_of(1.1, rules=[rule | {"children": {"kind": "range", "min": 1, "max": 5}}]))


def test_what_would_not_stay_is_refused(session: Session) -> None:
    out_of_step = plan_of(1.0)
    out_of_step["targets"][1]["rows"] = 900
    del out_of_step["targets"][3]
    with pytest.raises(PlanInvalid, match=r"3,000 of 6,000 rows point at the first 1,000 of 2,000 rows of s\.person"):
        session.generate(out_of_step)
    liking = {"rows": 500, "capacity": 1000}
    with pytest.raises(PlanInvalid, match=r"liking_person_fkey cannot point at s\.person while"):
        session.generate(plan_of(1.0, liking=liking))
    too_many = plan_of(1.0)
    too_many["targets"][2]["capacity"] = 2999
    with pytest.raises(PlanInvalid, match="3000 rows are more than the capacity of 2999"):
        session.generate(too_many)


def test_a_top_up_of_other_rows_is_refused(session: Session) -> None:
    url = session.url  # type: ignore[attr-defined]
    first, other = session.generate(plan_of(0.1)), session.generate(plan_of(0.2) | {"seed": 12})
    with pytest.raises(LoadError, match=r"are not the first of run .*nothing was sent"):
        session.load(other, url, after=first)


def test_tables_that_hold_rows_grow_too(session: Session) -> None:
    """Keys are read once, before the first run; top-ups take them from it, and give the rows of one run."""
    url = session.url  # type: ignore[attr-defined]
    with connect(url, read_only=False) as connection:
        connection.execute(
            "INSERT INTO s.kind SELECT n, 'kind ' || n FROM generate_series(1, 5) n;"
            "INSERT INTO s.person (email, code, kind) "
            "SELECT 'p' || n || '@example.org', lpad(n::text, 6, '0'), 1 + n % 5 FROM generate_series(1, 400) n;"
            "INSERT INTO s.badge SELECT n, 'red' FROM generate_series(1, 400, 2) n;"
            "INSERT INTO s.visit (person, day) SELECT n, '2024-01-01' FROM generate_series(1, 300) n;"
        )
    digits = {"type": "column_generator", "schema": "s", "table": "person", "column": "code"}
    rules = [digits | {"generator": "primitive.text.pattern", "params": {"pattern": "00[0-4][0-9]{3}"}}]

    def plan(scale: float) -> dict[str, Any]:
        found = plan_of(scale, rules=rules)
        for target in found["targets"]:
            target |= {"existing": "append"} if target["table"] != "kind" else {"existing": "keep", "rows": 0}
        return found

    first = session.generate(plan(1.0), read_existing=True)
    session.load(first, url, append=True, commit=True)
    runs = [first]
    for scale in (1.1, 1.21, 1.331):
        runs.append(session.generate(plan(scale), existing=first))
        session.load(runs[-1], url, after=runs[-2], commit=True)
    for name in ("person", "visit", "badge"):
        files = [(run.directory / f"s.{name}.csv").read_bytes() for run in runs]
        assert all(later.startswith(earlier) for earlier, later in pairwise(files)), name
    assert session.evaluate(runs[-1]).metrics.violations == ()
    with connect(url) as connection:
        people, codes = connection.execute("SELECT count(*), count(DISTINCT code) FROM s.person").fetchone() or (0, 0)
    assert people == codes == 400 + 1331
    assert session.load(runs[-1], url, after=runs[-1], commit=True).report.rows == 0
