"""What no key says: ranges that must not overlap those of rows that exist, and columns that the database computes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session

BASE = "2026-01-01"
DDL = """
CREATE EXTENSION btree_gist;
CREATE SCHEMA s;
CREATE TABLE s.room (id integer PRIMARY KEY);
INSERT INTO s.room VALUES (1), (2);
CREATE TABLE s.stay (
    id integer PRIMARY KEY,
    room integer NOT NULL REFERENCES s.room,
    days daterange NOT NULL,
    EXCLUDE USING gist (room WITH =, days WITH &&)
);
INSERT INTO s.stay SELECT n, 1 + n % 2, daterange(date '2026-01-01' + n * 3, date '2026-01-03' + n * 3)
    FROM generate_series(1, 40) n;
CREATE TABLE s.shift (
    id integer PRIMARY KEY,
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    EXCLUDE USING gist (tstzrange(starts, ends, '[]') WITH &&)
);
INSERT INTO s.shift SELECT n, timestamptz '2025-06-01 00:00Z' + n * interval '2 days',
    timestamptz '2025-06-01 00:00Z' + n * interval '2 days' + interval '1 day' FROM generate_series(1, 100) n;
CREATE TABLE s.price (
    item integer NOT NULL,
    valid int4range NOT NULL,
    PRIMARY KEY (item, valid WITHOUT OVERLAPS)
);
INSERT INTO s.price SELECT 1 + n % 5, int4range(n * 100, n * 100 + 70) FROM generate_series(0, 30) n;
CREATE TABLE s.place (
    id integer PRIMARY KEY,
    x smallint NOT NULL CHECK (x BETWEEN 0 AND 399),
    cell integer GENERATED ALWAYS AS (x + 1000) STORED UNIQUE
);
INSERT INTO s.place (id, x) SELECT n, n FROM generate_series(0, 299) n;
"""


def plan_of(**targets: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan_version": "0.3",
        "seed": 11,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "s", "table": name, "existing": "append", **rest} for name, rest in targets.items()],
        "rules": [],
        "options": {"infer": False, "base_date": BASE},
    }


def test_new_rows_hold_them_beside_the_old_ones(session: Session) -> None:
    plan = plan_of(room={"rows": 3}, stay={"rows": 60}, shift={"rows": 80}, price={"rows": 100}, place={"rows": 60})
    run = session.generate(plan, read_existing=True)
    assert session.evaluate(run).metrics.violations == ()
    assert session.load(run, session.url, append=True, commit=True).report.rows == 303  # type: ignore[attr-defined]


def test_the_judge_sees_a_range_in_the_way_of_an_old_one(session: Session) -> None:
    run = session.generate(plan_of(room={"rows": 1}, stay={"rows": 5}), read_existing=True)
    path = run.directory / "s.stay.csv"
    frame = pl.read_csv(path, infer_schema=False)
    frame[0, "room"], frame[0, "days"] = "2", "[2026-01-05,2026-01-06)"
    frame.write_csv(path)
    told = [violation.message for violation in session.evaluate(run).metrics.violations]
    assert "1 row is in the way of an earlier one (EXCLUDE stay_room_days_excl)" in told


def test_what_cannot_be_compared_is_refused_before_the_run(session: Session) -> None:
    with connect(session.url, read_only=False) as connection:  # type: ignore[attr-defined]
        connection.execute("CREATE UNIQUE INDEX odd ON s.room (hashint4(id))")
    session.introspect(session.url)  # type: ignore[attr-defined]
    with pytest.raises(PlanInvalid, match=r"s\.room: odd, .*cannot be compared with the rows that are known before"):
        session.generate(plan_of(room={"rows": 3}), read_existing=True)
