"""Resolving a table: what a phase decided is not changed by a later one."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.resolve import resolve as resolving
from datalchemy_nb.resolve.phases import CheckedTable, DraftedTable, LinkedTable, TableTask
from tests.relations.shop import check, gen, key, of, plan_of, schema_of, table, unique

SCHEMA = schema_of(
    table("sites", {"id": "integer#", "opened_on": "date!"}),
    table("people", {"id": "integer#", "name": "text!", "code": "text!"}, unique("code")),
    table(
        "shifts",
        {
            "id": "integer#", "site_id": "integer!", "person_id": "integer!", "cover_id": "integer", "day": "date!",
            "due": "date!", "state": "text!", "hours": "integer", "least": "integer!", "most": "integer!",
            "paid": "integer!",
        },
        key("site_id", "sites"),
        key("person_id", "people"),
        key("cover_id", "people"),
        unique("site_id", "person_id", "day"),
        check("apart", "cover_id <> person_id"),
        check("states", "state = ANY (ARRAY['planned'::text, 'worked'::text])"),
        check("worked", "(state = 'worked'::text) = (hours IS NOT NULL)"),
        check("ends", "least <= most"),
        check("some", "hours > 0"),
    ),
)  # fmt: skip
PLAN = plan_of(
    gen("sites", "opened_on", "primitive.date", min="2020-01-01", max="2022-01-01"),
    of("shifts", "bounds", column="due", after=[{"column": "site_id.opened_on"}]),
    of("shifts", "expression", column="paid", sql="most * 2"),
    customers=0, products=0, orders=0, items=0, sites=4, people=12, shifts=90,
)  # fmt: skip


def held(table: TableTask) -> dict[str, Any]:
    """What a phase holds of columns, links and CHECKs, as it is now."""
    found: dict[str, Any] = {}
    if isinstance(table, LinkedTable):
        found["links"] = tuple(table.links)
    if isinstance(table, DraftedTable):
        found["columns"] = {name: dict(vars(item)) for name, item in table.columns.items()}
    if isinstance(table, CheckedTable):
        found["demands"] = {name: tuple(kept) for name, kept in vars(table.demands).items()}
    return found


def test_no_step_changes_a_phase_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any, dict[str, Any]]] = []
    taken = resolving.step

    def watched(decide: Any, table: Any) -> Any:
        seen.append((decide.__name__, table, held(table)))
        return taken(decide, table)

    monkeypatch.setattr(resolving, "step", watched)
    plan, _ = read_plan(PLAN)
    resolved = resolving.resolve(plan, SCHEMA)
    assert len(seen) >= 10 * len(resolved.tables)
    assert [name for name, table, told in seen if held(table) != told] == []
