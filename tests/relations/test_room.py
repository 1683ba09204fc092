"""What ends of columns ask of tables that were resolved before they were known."""

from __future__ import annotations

from collections import Counter

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.resolve import resolve as resolving
from tests.relations.shop import gen, key, of, plan_of, schema_of, table

ROWS = {"customers": 0, "products": 0, "orders": 0, "items": 0, "a": 40, "b": 40, "c": 40, "d": 40}
DAY = {"id": "integer#", "at": "date!"}
SCHEMA = schema_of(
    table("a", DAY),
    table("b", DAY | {"a_id": "integer!"}, key("a_id", "a")),
    table("c", DAY | {"b_id": "integer!"}, key("b_id", "b")),
    table("d", DAY | {"a_id": "integer!"}, key("a_id", "a")),
)
GAP = {"min": 10, "max": 20, "unit": "days"}
WIDE, EARLY = {"min": "2019-01-01", "max": "2022-01-01"}, {"min": "2020-01-01", "max": "2020-06-30"}
RULES = [
    gen("a", "at", "primitive.date", **WIDE),
    gen("b", "at", "primitive.date", **WIDE),
    gen("c", "at", "primitive.date", **EARLY),
    gen("d", "at", "primitive.date", **WIDE),
    of("b", "bounds", column="at", after=[{"column": "a_id.at", "gap": GAP}]),
    of("c", "bounds", column="at", after=[{"column": "b_id.at", "gap": GAP}]),
    of("d", "bounds", column="at", after=[{"column": "a_id.at", "gap": GAP}]),
]


def test_only_tables_that_ends_leave_other_room_are_resolved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The days of c end early, so that those of b and a must; nothing of d changes."""
    plan, _ = read_plan(plan_of(*RULES, **ROWS))
    counted, resolved = Counter[str](), resolving.TableResolver.__init__

    def count(self: resolving.TableResolver, task: resolving.TableTask, *, auto_parent: bool) -> None:
        counted[task.ref.table] += 1
        resolved(self, task, auto_parent=auto_parent)

    monkeypatch.setattr(resolving.TableResolver, "__init__", count)
    few = Engine(resolving.resolve(plan, SCHEMA))
    assert counted == {"a": 2, "b": 2, "c": 1, "d": 1}
    monkeypatch.setattr(resolving, "narrower", lambda *_, **__: True)
    every = Engine(resolving.resolve(plan, SCHEMA))
    assert counted == {"a": 4, "b": 4, "c": 3, "d": 3}
    for name in "abcd":
        ref = TableRef("public", name)
        assert few.rows(ref, range(40)).equals(every.rows(ref, range(40)))
