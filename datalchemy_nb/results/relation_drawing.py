"""A relation, drawn: what it reads on the left, what it decides on the right, and the word between them."""

from __future__ import annotations

from datalchemy_nb.contracts import relations as r
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.results.relation_lines import relation_line
from datalchemy_nb.show.states import states_svg


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
