"""How often a first draw satisfies what is left to redrawing, measured on a few rows."""

from __future__ import annotations

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.rows import Batch, Engine

SAMPLE = 2048


def acceptance(engine: Engine, ref: TableRef, sample: int = SAMPLE) -> dict[str, float]:
    """Return, per constraint of a table, the share of rows whose first draw it accepts.

    Args:
        engine: over the plan.
        ref: the table.
        sample: at most so many rows, evenly spaced from first to last.
    """
    table = engine.plan.tables[ref]
    if not table.rows or not table.groups:
        return {}
    rows = np.unique(np.linspace(0, table.rows - 1, min(sample, table.rows)).astype(np.uint64))
    found: dict[str, float] = {}
    for group in table.groups:
        frame = Batch(engine, table, rows).first_draw(group)
        for name in {predicate.name for predicate in group.predicates}:
            asked = [predicate.sql for predicate in group.predicates if predicate.name == name]
            found[name] = 1 - float(checks.failing(frame, asked).mean())
    return found
