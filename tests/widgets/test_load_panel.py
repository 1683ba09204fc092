"""Loading from the panel, into a real PostgreSQL: on trial, for good after a confirmation, and a row it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from datalchemy_nb.session import Session
from datalchemy_nb.widgets.panels.load import LoadPanel

from .grids import cells

_TABLE = "CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, age int NOT NULL)"


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM people").fetchone()
        return int(found[0]) if found else -1


@pytest.fixture
def url(database: Callable[[str], str]) -> str:
    return database(_TABLE)


@pytest.fixture
def panel(url: str, tmp_path: Path) -> Any:
    session = Session(out_dir=tmp_path / "runs")
    session.connect(url)
    session.introspect(schemas=["public"])
    session.show_plan(draft=True, rows=30)
    session.generate()
    return session.studio("load").open("load")


def test_a_trial_keeps_nothing_and_a_load_wants_a_confirmation(panel: LoadPanel, url: str) -> None:
    rows = _rows(panel)
    assert panel.keep.disabled
    panel.trial.click()
    assert panel.model.wait()
    assert "would be accepted" in panel.notice.widget.value
    assert _count(url) == 0
    panel.model.commit()
    assert "not confirmed" in panel.notice.widget.value
    panel.confirm.value = True
    assert panel.model.magic == "%datalchemy load --commit"
    panel.keep.click()
    assert panel.model.wait()
    assert _count(url) == rows
    assert panel.keep.disabled, "the next load wants a confirmation of its own"


def test_a_refused_row_is_shown_with_its_values(panel: LoadPanel, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE people ADD CONSTRAINT unlucky CHECK (id <> 7)")
    panel.trial.click()
    assert panel.model.wait()
    refused = panel.model.refused
    assert refused.constraint == "unlucky"
    assert refused.frame["id"].to_list()[refused.number - refused.first] == 7
    assert "refused row" in panel.refused.text
    (shown,) = panel.refused.grids
    assert str(refused.frame["name"][refused.number - refused.first]) in str(cells(shown))
    assert _count(url) == 0


def test_without_a_connection_it_says_so(tmp_path: Path) -> None:
    panel: Any = Session(out_dir=tmp_path / "runs").studio("load").open("load")
    assert panel.trial.disabled
    assert "Not connected" in panel.where.widget.value


def _rows(panel: LoadPanel) -> int:
    return int(panel.model.bench.runs[0].rows)
