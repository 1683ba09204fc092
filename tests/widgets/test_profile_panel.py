"""A profile in the panel: counted on a real PostgreSQL, its relations ticked, its columns beside the plan's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.relations import BoundsRule
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.panels.profile import ProfilePanel

from .grids import cells

_DDL = """
CREATE TABLE jobs (
    id int PRIMARY KEY, state text NOT NULL, opened_on date NOT NULL, closed_on date, secret text
);
INSERT INTO jobs
SELECT i, CASE WHEN i % 4 = 0 THEN 'shut' ELSE 'ajar' END, DATE '2020-01-01' + i % 400,
       CASE WHEN i % 4 = 0 THEN DATE '2020-01-01' + i % 400 + 3 END, 'planted' || i
FROM generate_series(1, 2000) AS i;
ANALYZE jobs;
"""


@pytest.fixture
def panel(database: Callable[[str], str], tmp_path: Path) -> Any:
    session = Session(out_dir=tmp_path / "runs")
    session.connect(database(_DDL))
    session.introspect(schemas=["public"])
    return session.studio("profile").open("profile")


def test_real_and_made_stand_side_by_side_and_relations_are_ticked(panel: ProfilePanel) -> None:
    assert panel.draft.disabled
    panel.read.click()
    assert panel.model.wait()
    assert "no row was read" in panel.notice.widget.value
    texts = [box.description for box in panel.relations.children]
    order = next(at for at, text in enumerate(texts) if "closed_on" in text and "not below opened_on" in text)
    assert "held in 500 of 500 rows" in texts[order]

    panel.draft.click()
    assert panel.model.wait()
    plan = panel.model.bench.plan
    assert [rule.column for rule in plan.rules if isinstance(rule, BoundsRule)] == ["closed_on"]
    shown = list(cells(panel.shown.grids[0]).values())
    state = next(row for row in shown if row[0] == "state")
    assert "ajar 75%" in state[3]
    assert "ajar 7" in state[4]
    assert "planted" not in str(shown)

    panel.relations.children[order].value = False
    panel.draft.click()
    assert panel.model.wait()
    assert "with" in panel.notice.widget.value
    told = [rule.evidence or "" for rule in panel.model.bench.plan.rules if isinstance(rule, BoundsRule)]
    assert not [text for text in told if "held in" in text]


def test_nothing_is_counted_without_a_connection(tmp_path: Path) -> None:
    panel = Session(out_dir=tmp_path / "runs").studio("profile").open("profile")
    assert panel.read.disabled
    panel.model.draft()
    assert "no profile yet" in panel.notice.widget.value
