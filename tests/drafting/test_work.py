"""What a draft does once: work is counted, not timed."""

from __future__ import annotations

from collections import Counter

import pytest

from datalchemy_nb import Session
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.resolve import resolve as resolving

from .conftest import check, foreign, key, schema_of, table


def test_a_draft_resolves_a_table_once_and_a_preview_not_again(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {
        "id": "bigint!",
        "above_id": "bigint",
        "created_at": "timestamptz!",
        "status": "text",
        "amount": "numeric(10,2)",
    }
    parts = [check("amount >= 0", "least"), check("status IN ('a', 'b')", "states")]
    session, counted = Session(), Counter[TableRef]()
    session.schema = schema_of(
        table("t0", columns, key("id"), *parts),
        *(table(f"t{i}", columns, key("id"), foreign("above_id", f"t{i // 2}"), *parts) for i in range(1, 6)),
    )
    resolved = resolving.TableResolver.__init__

    def count(self: resolving.TableResolver, task: resolving.TableTask, *, auto_parent: bool) -> None:
        counted[task.ref] += 1
        resolved(self, task, auto_parent=auto_parent)

    monkeypatch.setattr(resolving.TableResolver, "__init__", count)
    plan = session.show_plan(draft=True, rows=50, base_date="2026-01-01")
    session.preview("app.t1", rows=3)
    assert isinstance(plan, Plan)
    assert any(rule.type == "bounds" for _, rule in plan.relations)
    assert counted == dict.fromkeys(session.schema.tables, 1)
