"""What a relation word is made of, and how its paths become inputs of columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Unpack

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.paths import Reach
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
from datalchemy_nb.planning.issues import About, error, pointer
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.foreign_keys import Relations
from datalchemy_nb.resolve.phases import OrderedTable, RelatingTable, TableTask
from datalchemy_nb.resolve.sources import Reached


@dataclass(frozen=True)
class Word:
    """How rules of one type are carried out; called with the rule's index and the rule."""

    decide: Callable[[RelatingTable, int, Any], None] | None = None
    settle: Callable[[OrderedTable, int, Any], None] | None = None
    prepare: Callable[[Groundwork, int, Any], None] | None = None


@dataclass
class Groundwork:
    """What is known before any table is resolved.

    Attributes:
        relations: the foreign keys; a relation may ask for links to be dealt.
        issues: what cannot be.
    """

    plan: Plan
    schema: DatabaseSchema
    rows: Mapping[TableRef, int]
    relations: Relations
    unfollowed: frozenset[TableRef]
    issues: list[Issue] = field(default_factory=list)

    def refuse(
        self, code: str, index: int, field_name: str, message: str, hint: str | None = None, **about: Unpack[About]
    ) -> None:
        """Record an error at a field of a rule."""
        about.setdefault("table", self.plan.rules[index].ref)
        self.issues.append(error(code, pointer("rules", index, field_name), message, hint, **about))


def links_to(relations: Relations, ref: TableRef, key: ForeignKey, schema: DatabaseSchema) -> tuple[int, ...] | None:
    """Return the followed links that lead from a table's rows to those a foreign key refers to.

    A key that follows from a wider one is not followed itself: then the way leads over the wider key's row. None where
    it is not followed at all.
    """
    target = partition_root(key.target, schema)
    pairs = dict(zip(key.columns, key.referenced_columns, strict=True))
    related = relations.of.get(ref, [])
    for position, relation in enumerate(related):
        same = dict(zip(relation.key.columns, relation.key.referenced_columns, strict=True))
        if relation.target == target and pairs.items() <= same.items():
            return (position,)
    for position, relation in enumerate(related):
        far = dict(zip(relation.key.columns, relation.key.referenced_columns, strict=True))
        if not pairs.keys() <= far.keys():
            continue
        wanted = {far[own]: other for own, other in pairs.items()}
        for above in schema.tables[relation.target].foreign_keys:
            found = dict(zip(above.columns, above.referenced_columns, strict=True))
            if found == wanted and partition_root(above.target, schema) == target:
                rest = links_to(relations, relation.target, above, schema)
                return None if rest is None else (position, *rest)
    return None


def way_up(relations: Relations, schema: DatabaseSchema, found: Reach) -> tuple[int, ...] | None:
    """Return the followed links along a path; None where one of its keys is not followed."""
    links: list[int] = []
    for step in found.steps:
        ahead = links_to(relations, step.table, step.key, schema)
        if ahead is None:
            return None
        links.extend(ahead)
    return tuple(links)


def name_of_input(draft: TableTask, found: Reach) -> str:
    """Return the name under which a column of the table reads a path; that of a column where it leads nowhere else."""
    if not found.steps:
        return found.column.name
    name = found.text
    while name in draft.table.by_name:
        name += "'"
    return name


def input_name(draft: RelatingTable, index: int, found: Reach) -> str | None:
    """Return the name under which a column of the table reads a path; None, and an issue, where a key is not followed.

    The name goes into inputs of sources, bounds and predicates like that of any column.
    """
    if not found.steps:
        return found.column.name
    links = way_up(draft.relations, draft.schema, found)
    if links is None:
        draft.refuse(
            "unsupported",
            pointer("rules", index),
            f"{draft.ref}: {found.text} follows a foreign key whose parents are not generated",
            "add the tables on its way to the targets",
        )
        return None
    name = name_of_input(draft, found)
    draft.reaches[name] = Reached(links, found.column.name)
    return name
