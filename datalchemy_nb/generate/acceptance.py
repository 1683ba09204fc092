"""How often a first draw satisfies what is left to redrawing, measured on a few rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.rows import Batch, Engine
from datalchemy_nb.planning.issues import error
from datalchemy_nb.resolve.plan import Predicate

SAMPLE = 2048
_FEW = 512


def acceptance(engine: Engine, ref: TableRef, sample: int = SAMPLE) -> dict[str, float]:
    """Return, per constraint of a table, the share of rows whose first draw it accepts.

    Args:
        engine: over the plan.
        ref: the table.
        sample: at most so many rows, evenly spaced from first to last.
    """
    table = engine.plan.tables[ref]
    if not table.rows or not (table.groups or table.verified):
        return {}
    rows = _spaced(table.rows, sample)
    found: dict[str, float] = {}
    for predicate, share in _measured(engine, ref, rows):
        found[predicate.name] = min(share, found.get(predicate.name, 1.0))
    for group in table.groups:
        frame = Batch(engine, table, rows).first_draw(group)
        for name in {predicate.name for predicate in group.predicates}:
            asked = [predicate.sql for predicate in group.predicates if predicate.name == name]
            found[name] = 1 - float(checks.failing(frame, asked).mean())
    return found


def unmet(engine: Engine, sample: int = SAMPLE) -> list[Issue]:
    """Return an error for every condition that some rows of a sample break: on columns that relations decide, or of
    keys that find no row to refer to.

    Args:
        engine: over the plan.
        sample: at most so many rows of a table, evenly spaced from first to last.
    """
    issues: list[Issue] = []
    for ref, table in engine.plan.tables.items():
        for link in table.chooses if table.rows else ():
            try:
                engine.rows(ref, _spaced(table.rows, min(sample, _FEW)), link.columns)
            except GenerationError as reason:
                issues.append(error("relation_infeasible", "/", reason.message, reason.hint, table=ref))
        if not table.rows or not table.verified:
            continue
        for predicate, share in _measured(engine, ref, _spaced(table.rows, sample)):
            if share < 1 and predicate.enforced:
                issues.append(
                    error(
                        "relation_check",
                        "/",
                        f"{ref}: CHECK {predicate.name} ({', '.join(predicate.columns)}, which relations decide) holds "
                        f"in {share:.1%} of a sample's rows",
                        "change the relations, or set a constraint_policy of kind check to warn",
                        table=ref,
                        constraint=predicate.name,
                    )
                )
    return issues


def _spaced(rows: int, sample: int) -> U64:
    return np.unique(np.linspace(0, rows - 1, min(sample, rows)).astype(np.uint64))


def _measured(engine: Engine, ref: TableRef, rows: U64) -> Iterator[tuple[Predicate, float]]:
    """The share of rows in which each condition on columns that relations decide holds."""
    table = engine.plan.tables[ref]
    for predicate in table.verified:
        frame = engine.rows(ref, rows, predicate.columns)
        yield predicate, 1 - float(checks.failing(frame, [predicate.sql]).mean())
