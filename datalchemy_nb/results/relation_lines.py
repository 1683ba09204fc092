"""Relation rules in a few words each, and the columns they decide."""

from __future__ import annotations

from dataclasses import dataclass

from datalchemy_nb.contracts import relations as r
from datalchemy_nb.contracts.names import show_ident


@dataclass(frozen=True)
class RelationLine:
    """One relation.

    Attributes:
        kind: its word in the plan.
        columns: the columns of its table that it decides.
        text: what holds.
    """

    kind: str
    columns: tuple[str, ...]
    text: str


def relation_line(rule: r.RelationRule) -> RelationLine:
    """Say what a relation rule asks."""
    columns, text = _told(rule)
    return RelationLine(rule.type, tuple(column for column in columns if column), text)


def _told(rule: r.RelationRule) -> tuple[tuple[str | None, ...], str]:
    match rule:
        case r.ExpressionRule():
            return (rule.column,), f"= {rule.sql}"
        case r.BoundsRule():
            sides = [f"after {_bound(b)}" for b in rule.after] + [f"before {_bound(b)}" for b in rule.before]
            return (rule.column,), ", ".join(sides)
        case r.CopyRule():
            share = "" if rule.share == 1 else f" in {rule.share:.0%} of rows"
            return (rule.column,), f"as {rule.source}{share}"
        case r.DecidedRule():
            return (rule.column,), f"decided by {', '.join(rule.by)}"
        case r.SameAncestorRule():
            return (rule.paths[0].split(".")[0],), f"one row: {' = '.join(rule.paths)}"
        case r.PolymorphicRule():
            targets = ", ".join(show_ident(target.table) for target in rule.targets)
            return (rule.type_column, rule.id_column), f"a row of {targets}"
        case r.LifecycleRule():
            states = " → ".join(str(state.value) for state in rule.states)
            entered = [column for state in rule.states for column in (state.enters, *state.fills)]
            return (rule.state, rule.start, rule.until, *entered), f"states {states}"
        case r.HistoryRule():
            told = (rule.of, rule.state, rule.previous, rule.at, rule.until, rule.current, rule.position)
            return told, f"one row for every state of {rule.of}"
        case _:
            return _counted(rule)


def _counted(rule: r.RelationRule) -> tuple[tuple[str | None, ...], str]:
    """Relations between a row and its parent's other children."""
    match rule:
        case r.RollupRule():
            value = f" of {rule.value}" if rule.value else ""
            where = f" where {rule.where}" if rule.where else ""
            return (rule.column,), f"{rule.function}{value} over {show_ident(rule.child_table)}{where}"
        case r.ShareRule():
            return (rule.column,), f"part of {rule.of}"
        case r.PositionRule():
            return (rule.column,), f"{rule.start}, {rule.start + 1}, … within {rule.within}"
        case r.OrderedRule():
            return (rule.column,), f"grows within {rule.within}"
        case r.RunningRule():
            return (rule.column,), f"running sum of {rule.value} within {rule.within}"
        case r.PeriodsRule():
            return (rule.start, rule.end), f"periods that follow one another within {rule.within}"
        case _:
            return (), rule.type


def _bound(bound: r.Bound) -> str:
    gap = bound.gap
    if gap is None:
        return bound.column
    far = f"about {gap.typical:g}" if gap.typical is not None else f"{gap.min:g} to {gap.max:g}"
    return f"{bound.column} ({far} {gap.unit})"
