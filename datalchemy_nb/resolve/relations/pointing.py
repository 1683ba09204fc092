"""Words of which row a row refers to: same ancestor, polymorphic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.paths import PathStep, key_of, reach
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import PolymorphicRule, SameAncestorRule
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, PrimaryKey, Unique
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.allocations import Shares
from datalchemy_nb.resolve.discriminators import apportioned
from datalchemy_nb.resolve.foreign_keys import Relation, Relations
from datalchemy_nb.resolve.phases import LinkedTable, RelatingTable, TableTask
from datalchemy_nb.resolve.plan import EarlierRow, EarlierSibling, RandomParent, Via
from datalchemy_nb.resolve.relations.families import wish
from datalchemy_nb.resolve.relations.word import Groundwork, Word, links_to
from datalchemy_nb.resolve.sources import Kind, OfKindRow

# --- same ancestor ----------------------------------------------------------------------------------------------------


def _steps(schema: DatabaseSchema, ref: TableRef, path: str) -> tuple[PathStep, ...]:
    """The foreign keys of a path whose last part is a key too."""
    found = reach(schema, ref, path)
    key = key_of(schema, found.table, found.column.name)
    return (*found.steps, PathStep(found.table, key, found.column.name))


def ways_of(ground: Groundwork | TableTask, ref: TableRef, path: str) -> tuple[int, ...] | None:
    """Return the links along a path whose last part is a foreign key too; None where one is not followed."""
    links: list[int] = []
    for step in _steps(ground.schema, ref, path):
        ahead = links_to(ground.relations, step.table, step.key, ground.schema)
        if ahead is None:
            return None
        links.extend(ahead)
    return tuple(links)


def _ways(ground: Groundwork | TableTask, ref: TableRef, rule: SameAncestorRule) -> list[tuple[int, ...]]:
    """Each path as links, shortest first; empty where a key on the way is not followed."""
    found: list[tuple[int, ...]] = []
    for path in rule.paths:
        links = ways_of(ground, ref, path)
        if links is None:
            return []
        found.append(links)
    return sorted(found, key=len)


def _up_the_tree(relations: Relations, ref: TableRef, ways: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The ways that lead, over a row of the same table, to where the shortest leads from there."""
    return [way for way in ways[1:] if relations.of[ref][way[0]].target == ref and way[1:] == ways[0]]


def _prepare_same(ground: Groundwork, index: int, rule: SameAncestorRule) -> None:
    """Where several long paths must agree, the later ones choose within the row that the first leads to.

    One over a row of the same table chooses among the rows that refer to the same row as this one.
    """
    ways = _ways(ground, rule.ref, rule)
    if not ways:
        message = f"{rule.ref}: a foreign key on the paths {', '.join(rule.paths)} is not followed"
        ground.refuse("unsupported", index, "paths", message, "add the tables on the way to the targets")
        return
    trees = _up_the_tree(ground.relations, rule.ref, ways)
    if trees:
        wish(ground, rule.ref, ways[0][0], index, 1, everyone=False)
        ways = [way for way in ways if way not in trees]
        if len(ways) == 1:
            return
    related = ground.relations.of[rule.ref]
    target = partition_root(_steps(ground.schema, rule.ref, rule.paths[0])[-1].key.target, ground.schema)
    if len(ways[0]) > 1:
        key = ForeignKey(
            kind="foreign_key", name=_name(index), columns=(), referenced_schema=target.schema,
            referenced_table=target.table, referenced_columns=(),
        )  # fmt: skip
        related.append(Relation(key, target))
        ways = [(len(related) - 1,), *ways]
    (short,), _, *others = ways
    for way in others:
        tables = list(_tables(ground, rule.ref, way))
        down = tuple(reversed(list(zip(tables[1:], way[1:], strict=True))))
        first = related[way[0]]
        if first.anchor is not None or any(ground.relations.of[ref][at].anchor is not None for ref, at in down):
            message = f"{rule.ref}: foreign key {first.key.name} shares columns with others already"
            ground.refuse("unsupported", index, "paths", message, "leave one of the paths out")
            return
        scarce = next(
            (ref for ref, at in down if ground.rows[ref] < ground.rows[ground.relations.of[ref][at].target]), None
        )
        nullable = any(ground.schema.tables[rule.ref].by_name[name].is_nullable for name in first.key.columns)
        if scarce is not None and not nullable:
            message = f"{rule.ref}: {scarce} has fewer rows than {target}, so that some of those have none to refer to"
            ground.refuse("relation_infeasible", index, "paths", message, f"ask for more rows of {scarce}")
            return
        related[way[0]] = replace(first, anchor=short, down=down)
        ground.relations.dealt |= set(down)


def _tables(ground: Groundwork, ref: TableRef, way: tuple[int, ...]) -> Iterator[TableRef]:
    for link in way:
        yield ref
        ref = ground.relations.of[ref][link].target


def _name(index: int) -> str:
    return f"same ancestor {index}"


def _decide_same(draft: LinkedTable, index: int, rule: SameAncestorRule) -> None:
    ways = _ways(draft, draft.ref, rule)
    if not ways:
        return
    trees = _up_the_tree(draft.relations, draft.ref, ways)
    for way in trees:
        link = draft.links[way[0]]
        if not isinstance(link.pointing, EarlierRow):
            message = f"{draft.ref}: foreign key {link.name} is decided otherwise, and cannot keep to {rule.paths[0]}"
            draft.refuse(
                "unsupported", pointer("rules", index), message, "remove the relation, or what decides the key"
            )
            return
        draft.links[way[0]] = replace(link, pointing=EarlierSibling(ways[0][0], link.pointing.root_rate))
    ways = [way for way in ways if way not in trees]
    if len(ways) == 1:
        return
    helper = next((link.index for link in draft.links if link.name == _name(index)), None)
    short = ways[0][0] if helper is None else helper
    first = ways[1] if helper is None else ways[0]
    link = draft.links[short]
    if not isinstance(link.pointing, RandomParent):
        message = f"{draft.ref}: foreign key {link.name} is decided otherwise, and cannot follow {rule.paths[-1]}"
        hint = "remove children per parent from its rule, or the relation"
        draft.refuse("unsupported", pointer("rules", index), message, hint)
        return
    draft.links[short] = replace(link, pointing=Via(first), null_rate=0.0)


def _settle_same(draft: LinkedTable, index: int, rule: SameAncestorRule) -> None:
    ways = _ways(draft, draft.ref, rule)
    trees = _up_the_tree(draft.relations, draft.ref, ways)
    lost = [draft.links[way[0]] for way in trees]
    for link in lost:
        if not isinstance(link.pointing, EarlierSibling) or link.cases is not None:
            message = f"{draft.ref}: a unique key or CHECK decides {link.name}, and a relation cannot"
            draft.refuse("unsupported", pointer("rules", index), message, "remove the relation, or the key")
    ways = [way for way in ways if way not in trees]
    if len(ways) > 1 and len(ways[0]) == 1 and not isinstance(draft.links[ways[0][0]].pointing, Via):
        message = f"{draft.ref}: a unique key or CHECK decides {draft.links[ways[0][0]].name}, and a relation cannot"
        draft.refuse("unsupported", pointer("rules", index), message, "remove the relation, or the key")


# --- polymorphic ------------------------------------------------------------------------------------------------------

_WHOLE = 1 << 32


def _decide_polymorphic(draft: RelatingTable, index: int, rule: PolymorphicRule) -> None:
    kind_of, id_of = draft.columns[rule.type_column], draft.columns[rule.id_column]
    highest = max(target.weight for target in rule.targets)
    weights = [int(target.weight / highest * _WHOLE) for target in rule.targets]
    counts = apportioned(draft.rows, weights, ())
    apart = [columns for columns in _unique_columns(draft) if {rule.type_column, rule.id_column} == columns]
    targets = []
    for at, (target, count) in enumerate(zip(rule.targets, counts, strict=True)):
        rows = draft.rows_by_table.get(target.ref, 0)
        targets.append((target.ref, rows, target.column))
        if count > rows and (apart or not rows):
            draft.refuse(
                "domain_too_small",
                pointer("rules", index, "targets", at),
                f"{draft.ref}: {rule.type_column} and {rule.id_column} must be unique; {count} rows are to refer to "
                f"{target.ref}, which has {rows}",
                f"ask for more rows of {target.ref}, or lower its weight",
            )
    rates = [draft.columns[name].null_rate for name in (rule.type_column, rule.id_column)]
    nullable = all(draft.may_be_null(name) for name in (rule.type_column, rule.id_column))
    starts = tuple(int(start) for start in np.cumsum([0, *counts])[:-1])
    purpose = f"kinds {rule.type_column} {rule.id_column}"
    values = tuple(target.value for target in rule.targets)
    kind = Kind(values, Shares(starts, draft.rows, purpose), max(rates) if nullable else 0.0, purpose)
    draft.apart.extend(apart)
    for item, source in ((kind_of, kind), (id_of, OfKindRow(kind, tuple(targets), bool(apart)))):
        item.source, item.built, item.steps, item.null_rate, item.when = source, None, (), 0.0, None
        item.relation, item.generator_id, item.origin = "made", "relation.polymorphic", "rule"


def _unique_columns(draft: TableTask) -> Iterator[frozenset[str]]:
    for constraint in draft.table.constraints:
        if isinstance(constraint, PrimaryKey | Unique):
            yield frozenset(constraint.columns)
    for index in draft.table.indexes:
        if index.is_unique and all(key.column is not None for key in index.keys):
            yield frozenset(key.column for key in index.keys if key.column is not None)


WORDS: dict[type, Word] = {
    SameAncestorRule: Word(prepare=_prepare_same, decide=_decide_same, settle=_settle_same),
    PolymorphicRule: Word(decide=_decide_polymorphic),
}
