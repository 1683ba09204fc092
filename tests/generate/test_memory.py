"""What a chunk was made from is gone with the chunk: a circle would leave it to the collector, which comes by late."""

from __future__ import annotations

import gc
import weakref

import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.generate.rows import Batch, Engine
from datalchemy_nb.session import Session


@pytest.mark.parametrize("name", ["full_stack_ptbr", "crm_complete"])
def test_nothing_waits_for_the_collector(crm_url: str, name: str) -> None:
    session = Session()
    session.introspect(crm_url)
    plan = session.resolved(example_plan(name))
    gc.collect()
    gc.disable()
    try:
        engine = Engine(plan)
        for ref, table in plan.tables.items():
            engine.rows(ref, range(min(table.rows, 500)))
        left = sum(isinstance(one, Batch) for one in gc.get_objects())
        alive = weakref.ref(engine)
        del engine
        assert left == 0, f"{left} batches of rows are still there"
        assert alive() is None, "the engine is still there, with the columns it remembers"
    finally:
        gc.enable()
