"""What a draft gives up where its rows cannot be made: guesses, before tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.session import Session

EDGES = """
CREATE TABLE users (
    id uuid PRIMARY KEY, username varchar(128) NOT NULL UNIQUE,
    edge_count int NOT NULL DEFAULT 0 CHECK (edge_count >= 0), create_time timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE edge (
    source_id uuid NOT NULL REFERENCES users, destination_id uuid NOT NULL REFERENCES users,
    state smallint NOT NULL DEFAULT 0, position bigint NOT NULL, update_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, state, position), UNIQUE (source_id, destination_id),
    CHECK (source_id <> '00000000-0000-0000-0000-000000000000')
)
"""


def test_a_count_on_the_parent_goes_before_the_rows_it_counts(database: Callable[..., str], tmp_path: Path) -> None:
    url = database(EDGES)
    session = Session(out_dir=tmp_path)
    session.introspect(url)
    plan = session.show_plan(draft=True, rows=100)
    assert isinstance(plan, Plan)
    assert {target.table for target in plan.targets} == {"users", "edge"}
    run = session.generate()
    loaded = session.load(run, url)
    assert all(table.rows >= 100 for table in loaded.report.tables)
