"""Keys that share a column: it comes from one table, though one of the tables referred to has no key to that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE TABLE feed (feed int PRIMARY KEY);
CREATE TABLE agency (feed int NOT NULL REFERENCES feed, agency text NOT NULL, PRIMARY KEY (feed, agency));
CREATE TABLE route (
    feed int NOT NULL, route text NOT NULL, agency text NOT NULL, PRIMARY KEY (feed, route),
    FOREIGN KEY (feed, agency) REFERENCES agency
);
CREATE TABLE calendar (feed int NOT NULL REFERENCES feed, service text NOT NULL, PRIMARY KEY (feed, service));
CREATE TABLE stop (feed int NOT NULL, stop text NOT NULL, name text, PRIMARY KEY (feed, stop));
CREATE TABLE trip (
    feed int NOT NULL, trip text NOT NULL, route text NOT NULL, service text NOT NULL, PRIMARY KEY (feed, trip),
    FOREIGN KEY (feed, route) REFERENCES route, FOREIGN KEY (feed, service) REFERENCES calendar
);
CREATE TABLE passing (
    feed int NOT NULL REFERENCES feed, trip text NOT NULL, stop text NOT NULL, place int NOT NULL,
    PRIMARY KEY (feed, trip, place),
    FOREIGN KEY (feed, trip) REFERENCES trip, FOREIGN KEY (feed, stop) REFERENCES stop
);
CREATE TABLE transfer (
    id serial PRIMARY KEY, feed int NOT NULL, origin text, destination text NOT NULL, route text,
    FOREIGN KEY (feed, origin) REFERENCES stop (feed, stop), FOREIGN KEY (feed, destination) REFERENCES stop,
    FOREIGN KEY (feed, route) REFERENCES route
)
"""
ROWS = {"feed": 30, "agency": 20, "calendar": 25, "trip": 90, "passing": 200, "transfer": 150}


@pytest.mark.parametrize("kind", ["bare", "few", "draft"])
def test_every_table_gets_rows_that_are_of_one_feed(
    kind: str, database: Callable[..., str], tmp_path: Path
) -> None:  # fmt: skip
    url = database(DDL)
    session = Session(out_dir=tmp_path)
    schema = session.introspect(url).schema
    plan = session.show_plan(draft=True, rows=60) if kind == "draft" else bare_plan(schema, 60)
    if kind == "few":
        for target in plan["targets"]:
            target["rows"] = ROWS.get(target["table"], 60)
    session.use_plan(plan)
    run = session.generate()
    assert {table.table for table in run.report.tables} == {ref.table for ref in schema.tables}
    assert not [issue for issue in run.report.warnings if issue.code in ("unsupported", "left_out")]
    session.load(run, url)
    frames = {name: run.frame(f"public.{name}").collect() for name in ("passing", "stop", "feed")}
    assert frames["passing"]["feed"].n_unique() > 5
    assert set(frames["stop"]["feed"]) <= set(frames["feed"]["feed"])
