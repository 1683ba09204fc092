"""Relation rules in a few words each, and the columns they decide; a relation as a drawing.

A drawing has what is read on the left, what is decided on the right, and the word between them.
"""

from __future__ import annotations

from datalchemy_nb.contracts import relations as r
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.records import dataclass
from datalchemy_nb.show.states import states_svg


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


def relation_svg(rule: r.RelationRule) -> str:
    """Draw a relation; empty where it reads nothing that has a name."""
    if isinstance(rule, r.LifecycleRule):
        states = [str(state.value) for state in rule.states]
        return states_svg(states, [(str(w.source), str(w.target), f"{w.weight:g}") for w in rule.transitions])
    read = _read(rule)
    decided = [name for name in dict.fromkeys(relation_line(rule).columns) if name not in dict(read)]
    if not read or not decided:
        return ""
    ways = [(source, target, word) for source, word in read for target in decided]
    return states_svg([*dict(read), *decided], ways, title="What the relation reads and decides")


def _read(rule: r.RelationRule) -> list[tuple[str, str]]:
    """What a relation reads, with the word that leads from there."""
    match rule:
        case r.ExpressionRule():
            return [(rule.sql, "=")]
        case r.BoundsRule():
            return [(b.column, "after") for b in rule.after] + [(b.column, "before") for b in rule.before]
        case r.CopyRule():
            return [(rule.source, "copied" if rule.share == 1 else f"copied in {rule.share:.0%}")]
        case r.SameAncestorRule():
            return [(path, "same row") for path in rule.paths[1:]]
        case r.ParentRule():
            return [(rule.where, "parent where")]
        case r.PolymorphicRule():
            return [(f"{show_ident(t.table)}.{show_ident(t.column)}", f"{t.value}") for t in rule.targets]
        case r.RollupRule():
            value = rule.value or "rows"
            return [(f"{show_ident(rule.child_table)}: {value}", rule.function)]
        case r.ShareRule():
            return [(rule.of, "part of")]
        case r.PositionRule() | r.OrderedRule() | r.RunningRule() | r.PeriodsRule():
            return [(f"rows of one {rule.within}", "in order")]
        case r.HistoryRule():
            return [(rule.of, "every state")]
        case _:
            return []
