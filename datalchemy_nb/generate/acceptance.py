"""How often a first draw satisfies what is left to redrawing, measured on a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import BoundsRule
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import TooSlow
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.rows import Batch, Engine
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.resolve.plan import Predicate

SAMPLE = 2048


@dataclass(frozen=True)
class Acceptance:
    """What measuring the constraints of a table gave.

    Attributes:
        shares: per constraint, the share of rows whose first draw it accepts.
        issues: warnings about those that took too long to be measured.
    """

    shares: dict[str, float] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def late(self, ref: TableRef, name: str, reason: TooSlow) -> None:
        """Note a constraint that was not measured."""
        self.shares.pop(name, None)
        self.issues.append(
            warning(
                "slow_expression",
                "/",
                f"{ref}: {name} was not measured, and a run may take long: {reason.message}",
                reason.hint,
                table=ref,
                constraint=name,
            )
        )


def acceptance(engine: Engine, ref: TableRef, sample: int = SAMPLE) -> Acceptance:
    """Return, per constraint of a table, the share of rows whose first draw it accepts.

    Args:
        engine: over the plan.
        ref: the table.
        sample: at most so many rows, evenly spaced from first to last.
    """
    table = engine.plan.tables[ref]
    if not table.rows or not (table.groups or table.verified):
        return Acceptance()
    rows = _spaced(table.rows, sample)
    found = Acceptance()
    for predicate in table.verified:
        try:
            share = _share(engine, ref, rows, predicate)
        except TooSlow as late:
            found.late(ref, predicate.name, late)
        else:
            found.shares[predicate.name] = min(share, found.shares.get(predicate.name, 1.0))
    for group in table.groups:
        names = list(dict.fromkeys(predicate.name for predicate in group.predicates))
        try:
            frame = Batch(engine, table, rows).first_draw(group)
        except TooSlow as late:
            for name in names:
                found.late(ref, name, late)
            continue
        for name in names:
            asked = [predicate.sql for predicate in group.predicates if predicate.name == name]
            try:
                found.shares[name] = 1 - float(checks.failing(frame, asked).mean())
            except TooSlow as late:
                found.late(ref, name, late)
    return found


def unmet(engine: Engine, sample: int = SAMPLE) -> list[Issue]:
    """Return an error for every relation and condition on what relations decide that some rows of a sample break.

    Args:
        engine: over the plan.
        sample: at most so many rows of a table, evenly spaced from first to last.
    """
    issues: list[Issue] = []
    for ref, table in engine.plan.tables.items():
        if not table.rows or not (table.verified or table.unsure):
            continue
        rows = _spaced(table.rows, sample)
        issues.extend(_without_room(engine, ref, rows))
        if issues:
            return issues  # what reads these columns cannot be made either
        for predicate in table.verified:
            share = _share(engine, ref, rows, predicate)
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


def _without_room(engine: Engine, ref: TableRef, rows: U64) -> Iterator[Issue]:
    """An error for every bounded column whose bounds leave nothing in some rows."""
    table = engine.plan.tables[ref]
    for name in table.unsure:
        count = len(Batch(engine, table, rows).without_room(name))
        if count:
            index, rule = next(
                (index, rule)
                for index, rule in engine.plan.plan.relations
                if isinstance(rule, BoundsRule) and rule.ref == ref and rule.column == name
            )
            after, before = (", ".join(bound.column for bound in side) for side in (rule.after, rule.before))
            yield error(
                "relation_infeasible",
                pointer("rules", index),
                f"{ref}.{name}: its bounds leave no value in {count / len(rows):.1%} of a sample's rows: there "
                f"{after or 'the beginning of its range'} is later than {before or 'the end of its range'}",
                "give them ranges with room between, or let one of them lie after the other by a bounds rule",
                table=ref,
                column=name,
            )


def _spaced(rows: int, sample: int) -> U64:
    return np.unique(np.linspace(0, rows - 1, min(sample, rows)).astype(np.uint64))


def _share(engine: Engine, ref: TableRef, rows: U64, predicate: Predicate) -> float:
    """The share of rows in which a condition on columns that relations decide holds."""
    frame = engine.rows(ref, rows, predicate.columns)
    return 1 - float(checks.failing(frame, [predicate.sql]).mean())
