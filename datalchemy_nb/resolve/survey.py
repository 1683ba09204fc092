"""What was decided for a table, in words: the table's part of the feasibility report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.feasibility import (
    ForeignKeyReport,
    RelationReport,
    Standing,
    TableFeasibility,
    UniqueReport,
)
from datalchemy_nb.contracts.relations import (
    RELATIONS,
    Bound,
    BoundsRule,
    CopyRule,
    CounterpartRule,
    DecidedRule,
    ExpressionRule,
    HistoryRule,
    LifecycleRule,
    OrderedRule,
    ParentRule,
    PeriodsRule,
    PolymorphicRule,
    PositionRule,
    RelationRule,
    RollupRule,
    RunningRule,
    SameAncestorRule,
    ShareRule,
)
from datalchemy_nb.contracts.schema import ForeignKey
from datalchemy_nb.domains.base import MAX_SIZE
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.rules.nulls import decides
from datalchemy_nb.resolve.allocations import Allocation, Base, Mixed, Permuted, RowNumber
from datalchemy_nb.resolve.family_plan import Families, Historic
from datalchemy_nb.resolve.keys import Capacity, Key, KeyPart
from datalchemy_nb.resolve.phases import LinkedTable, TableTask
from datalchemy_nb.resolve.plan import (
    Apart,
    Chosen,
    Dealt,
    Divided,
    EarlierRow,
    EarlierSibling,
    Growing,
    KeyedParent,
    Link,
    OfKind,
    Opposite,
    PerParent,
    RandomParent,
    SharedParent,
    Tried,
    Via,
    Within,
)

ColumnsOf = Callable[[KeyPart], tuple[str, ...]]


def tell_key(
    draft: TableTask,
    name: str,
    how: str,
    *,
    columns: tuple[str, ...] = (),
    standing: Standing = "met",
    distinct: int | None = None,
) -> None:
    """Write to the table's account how a unique set is met; its columns are kept where none are given."""
    known = draft.account.unique.get(name)
    draft.account.unique[name] = UniqueReport(
        name=name,
        columns=columns or (known.columns if known else ()),
        rows=draft.rows,
        distinct=distinct,
        how=how,
        standing=standing,
    )


def tell_keys(
    draft: TableTask,
    keys: Iterable[Key],
    capacities: Mapping[KeyPart, Capacity],
    chosen: Mapping[KeyPart, Allocation],
    columns_of: ColumnsOf,
) -> None:
    """Write how the keys of a table came to hold, and how many combinations each has."""
    for key in keys:
        given = [(part, chosen[part]) for part in key.parts if part in chosen]
        distinct = min(math.prod(capacities[part].size for part in key.parts), MAX_SIZE)
        tell_key(draft, key.name, _in_words(given, columns_of), distinct=distinct)


def _in_words(given: Sequence[tuple[KeyPart, Allocation]], columns_of: ColumnsOf) -> str:
    """What makes a key of these parts unique."""
    for part, allocation in given:
        name = ", ".join(columns_of(part))
        match allocation:
            case RowNumber():
                return f"{name} is the row number"
            case Permuted():
                return f"{name} takes every value once, in shuffled order"
    if any(isinstance(allocation, Mixed) for _, allocation in given):
        return "each row takes another combination, in shuffled order"
    shared = ", ".join(n for part, a in given if isinstance(a, Base) for n in columns_of(part))
    return f"rows are dealt evenly to {shared}, and numbered within" if shared else "rows are numbered within groups"


def table_report(draft: LinkedTable) -> TableFeasibility:
    """Return what is known of a table once it is resolved, or refused."""
    return TableFeasibility(
        schema_name=draft.ref.schema,
        table=draft.ref.table,
        rows=draft.rows,
        unique=tuple(draft.account.unique.values()),
        checks=draft.account.checks(),
        foreign_keys=tuple(_foreign_key(draft, key) for key in draft.table.foreign_keys),
        relations=tuple(
            _relation(draft, index, rule)
            for index, rule in draft.plan.rules_of(draft.ref)
            if isinstance(rule, RELATIONS)
        ),
        unsupported=tuple(dict.fromkeys(i.message for i in draft.issues if _stands_in_the_way(i.severity, i.code))),
    )


def _stands_in_the_way(severity: str, code: str) -> bool:
    return severity == "error" or code == "unsupported"


def _foreign_key(draft: LinkedTable, key: ForeignKey) -> ForeignKeyReport:
    target = partition_root(key.target, draft.schema)
    how, standing = _followed(draft, key)
    return ForeignKeyReport(
        name=key.name or "_".join(key.columns),
        columns=key.columns,
        target=str(key.target),
        parents=draft.rows_by_table.get(target),
        how=how,
        standing=standing,
    )


def _followed(draft: LinkedTable, key: ForeignKey) -> tuple[str, Standing]:
    refused = next((why for ref, k, why in draft.relations.refused if ref == draft.ref and k is key), None)
    link = next((link for link in draft.links if link.name == (key.name or "_".join(key.columns))), None)
    if draft.ref in draft.unfollowed:
        return "not followed: the plan says so", "not_held"
    if not key.enforced:
        return "not enforced by the database", "met"
    if (draft.ref, key.columns) in draft.relations.unasked:
        return "a CHECK leaves one of its columns null in every row", "met"
    if refused is not None:
        return refused, "impossible"
    if partition_root(key.target, draft.schema) not in draft.rows_by_table:
        if any(draft.may_be_null(name) for name in key.columns):
            return "null: the parent is not generated", "met"
        return "the parent is not generated, and null is not allowed", "impossible"
    if link is None:
        return "follows from a wider foreign key", "met"
    nulls = f"; {link.null_rate:.0%} point nowhere" if link.null_rate and link.nullable else ""
    return f"{_pointing(draft, link)}{nulls}", "met"


def _pointing(draft: LinkedTable, link: Link) -> str:
    match link.pointing:
        case RandomParent():
            return "any parent row, drawn evenly"
        case Chosen():
            return "any parent row that the CHECKs on this key leave, and that has a value"
        case Tried():
            return "any parent row for which a relation's condition holds, drawn evenly"
        case Opposite():
            return "the row at the same place of another family, as a relation says"
        case Growing(in_turn=True):
            return "parents in turn, as both tables grow"
        case Growing():
            return "one of the parents that are there when the row comes"
        case Divided(share=share):
            return f"{share:.0%} any row that exists, the others any row that is made"
        case Via():
            return "the row that other foreign keys of the table lead to, as a relation says"
        case Apart(other):
            return f"any parent row but that of {', '.join(draft.links[other].columns)}"
        case SharedParent():
            return "parents in turn"
        case EarlierRow(held=held):
            return "an earlier row of the same table, so that rows form trees" + (
                "; the first stand under rows that exist, where they must stand under some" if held else ""
            )
        case EarlierSibling(family):
            same = ", ".join(draft.links[family].columns)
            return f"an earlier row of the same {same}, so that rows form trees within it"
        case KeyedParent():
            return "which parent follows from a unique key"
        case Dealt():
            return "rows are dealt evenly to parents"
        case OfKind():
            return f"one of the {link.pointing.size:,} rows of the kind that CHECKs leave"
        case PerParent():
            return "as many rows per parent as the plan says"
        case Families(scattered=scattered):
            return (
                f"rows are dealt to parents unevenly, {'in any order' if scattered else 'those of a parent together'}"
            )
        case Historic():
            return "a row for every state that its row has entered"
        case Within(anchor):
            shared = ", ".join(draft.links[anchor].columns)
            return f"a parent row with the same {shared}, which it shares with other foreign keys"


# --- relations --------------------------------------------------------------------------------------------------------


def _relation(draft: TableTask, index: int, rule: RelationRule) -> RelationReport:
    """What a relation rule asks and how it is met; what refuses it stands among the issues."""
    where = pointer("rules", index)
    refused = any(i.severity == "error" and (i.path == where or i.path.startswith(f"{where}/")) for i in draft.issues)
    columns = tuple(name for _, name in decides(rule))
    asks, how = _said(rule)
    if refused:
        return RelationReport(name=rule.type, columns=columns, asks=asks, how="cannot be met", standing="impossible")
    return RelationReport(name=rule.type, columns=columns, asks=asks, how=how)


def _said(rule: RelationRule) -> tuple[str, str]:
    """A relation as a sentence, and how its columns are made."""
    match rule:
        case ExpressionRule():
            return f"{rule.column} = {rule.sql}", "computed from what it reads"
        case BoundsRule():
            after = [f"after {_side(bound)}" for bound in rule.after]
            before = [f"before {_side(bound)}" for bound in rule.before]
            return f"{rule.column} {' and '.join([*after, *before])}", "drawn between its bounds, by the gaps"
        case CopyRule():
            share = "" if rule.share == 1 else f" in {rule.share:.0%} of rows"
            drift = "" if rule.drift is None else f", times {rule.drift.min:g} to {rule.drift.max:g}"
            group = "" if rule.group is None else f", in the rows of group {rule.group}"
            return f"{rule.column} = {rule.source}{share}{drift}{group}", "copied"
        case DecidedRule():
            return f"{rule.column} by {', '.join(rule.by)}", "drawn from the deciding value in place of the row"
        case SameAncestorRule():
            return f"{' = '.join(rule.paths)}", "the shortest follows the others"
        case ParentRule():
            return f"{rule.column} only where {rule.where}", "rows are dealt to kinds, or drawn until one will do"
        case CounterpartRule():
            repeated = ", ".join(f"{name} = {sql}" for name, sql in rule.columns.items())
            return (
                f"{repeated} of the rows of {rule.child} by {rule.of}",
                "the row at the same place of the other family",
            )
        case PolymorphicRule():
            targets = ", ".join(f"{target.value}: {target.ref}" for target in rule.targets)
            return f"({rule.type_column}, {rule.id_column}) in {targets}", "a kind is dealt, then a row of its table"
        case LifecycleRule():
            return f"{rule.state} over {len(rule.states)} states", "how far each row's path has come at base_date"
        case HistoryRule():
            return f"the states of the row of {rule.of}", "the row's own path, read as rows"
        case RollupRule():
            inner = f"{rule.function}({rule.value or '*'})"
            where = f" where {rule.where}" if rule.where else ""
            return f"{rule.column} = {inner} over {rule.child}{where}", "its children are made again, and counted"
        case ShareRule():
            return f"{rule.column} = part of {rule.of}", "the parts of all children make up the whole"
        case PositionRule():
            return f"{rule.column} counts within {rule.within}", "the place among the children of the parent"
        case OrderedRule():
            return f"{rule.column} grows within {rule.within}", "by the place among the children of the parent"
        case RunningRule():
            return f"{rule.column} = running sum of {rule.value} within {rule.within}", "summed up to its place"
        case PeriodsRule():
            return f"{rule.start} to {rule.end} follow one another within {rule.within}", "cut from one stretch of time"


def _side(bound: Bound) -> str:
    gap = bound.gap
    if gap is None:
        return bound.column
    typical = "" if gap.typical is None else f", typically {gap.typical:g}"
    ends = f"{gap.min:g} or more" if gap.max is None else f"{gap.min:g} to {gap.max:g}"
    return f"{bound.column} ({ends} {gap.unit}{typical})"
