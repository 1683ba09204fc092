"""Foreign keys: which parent row each row points at."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.contracts.schema import ForeignKey
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.children import refuse_unfollowed, with_children
from datalchemy_nb.resolve.dealing import with_family
from datalchemy_nb.resolve.discriminators import Led, of_kind
from datalchemy_nb.resolve.foreign_keys import Relation, Relations, Step
from datalchemy_nb.resolve.growth import choosable, dealt_parents, grown
from datalchemy_nb.resolve.keys import ColumnPart
from datalchemy_nb.resolve.offers import past_gaps
from datalchemy_nb.resolve.phases import BranchedTable, LinkedTable, TableTask, carried
from datalchemy_nb.resolve.plan import (
    Apart,
    Deal,
    Dealt,
    EarlierRow,
    EarlierSibling,
    Link,
    Pointing,
    RandomParent,
    Within,
)
from datalchemy_nb.resolve.sources import Keyed

ROOT_RATE = 0.05
"""Share of rows of a self-referencing table that are roots."""


def draft_links(task: TableTask) -> LinkedTable:
    """Make a link of every foreign key that is followed; say which are not, and why."""
    related = task.relations.of.get(task.ref, [])
    led = [_link(task, relation, index) for index, relation in enumerate(related)]
    draft = LinkedTable(
        **carried(task),
        links=[one.link for one in led],
        absent=frozenset(),
        held=frozenset[str]().union(*(one.held for one in led)),
        constants={name: domain for one in led for name, domain in one.constants.items()},
    )
    refuse_unfollowed(draft)
    _name_crossed(draft)
    for ref, key, reason in draft.relations.refused:
        if ref == draft.ref:
            draft.refuse(
                "unsupported",
                "/",
                f"{draft.ref}: foreign key {key.name} cannot be followed: {reason}",
                "let the tables referred to have foreign keys on the shared columns to one table, or set "
                "foreign_key_strategy disable for this table, with options.allow_fk_disable",
                constraint=key.name or "_".join(key.columns),
                cause=reason,
            )
    cut = [(key, names) for ref, key, names in draft.relations.cut if ref == draft.ref]
    for key, names in cut:
        draft.warn(
            "always_null",
            "/",
            f"{draft.ref}: foreign key {key.name} leads, over other keys, back to its own columns; {', '.join(names)} "
            "is null in every row",
            "fill it after the load",
            constraint=key.name or "_".join(key.columns),
        )
    null = frozenset(name for _, names in cut for name in names)
    if draft.ref in draft.unfollowed:
        return replace(draft, absent=null)
    lost = (
        name
        for key in draft.table.foreign_keys
        if partition_root(key.target, draft.schema) not in draft.rows_by_table
        for name in _without_parent(draft, key)
    )
    return replace(draft, absent=null | frozenset(lost))


def _name_crossed(draft: LinkedTable) -> None:
    """Name the links that a column of an earlier one decides too, which only constants may."""
    for link in draft.links:
        anchor = link.pointing.anchor if isinstance(link.pointing, Within) else None
        for other in draft.links[: link.index]:
            shared = [name for name in link.own if name in other.own]
            if shared and other.index != anchor:
                draft.warn(
                    "unsupported",
                    "/",
                    f"{draft.ref}: foreign keys {other.name} and {link.name} share {shared[0]} and are not in step",
                    "rows may break the second; evaluate and load tell",
                    column=shared[0],
                    constraint=link.name,
                )


def kept_apart(draft: BranchedTable, left: str, right: str) -> bool:
    """Keep two columns different where foreign keys can: see to it, and say whether it could be done."""
    return _apart_in_trees(draft, left, right) or _apart_from_another(draft, left, right)


def _apart_from_another(draft: LinkedTable, left: str, right: str) -> bool:
    """Two references to one table: the second never points where the first does."""
    links = draft.link_of(left), draft.link_of(right)
    for own, other in (links, links[::-1]):
        if own is None or other is None or own.index == other.index or len(own.columns) > 1:
            continue
        if (own.target, own.referenced) != (other.target, other.referenced):
            continue
        if own.target_rows < 2 and not (own.nullable or other.nullable):
            draft.refuse(
                "domain_too_small",
                "/",
                f"{draft.ref}: {left} and {right} must differ, which takes two rows of {own.target}; it has one",
                f"ask for two rows of {own.target}",
            )
            return True
        if own.target_rows > 1 and isinstance(own.pointing, RandomParent) and not isinstance(other.pointing, Apart):
            draft.links[own.index] = replace(own, pointing=Apart(other.index))
            return True
    return False


def _apart_in_trees(draft: BranchedTable, left: str, right: str) -> bool:
    """Whether one column refers to the other of an earlier row of the same table, so that no row is its own parent.

    The other must differ in every row: of a key of several columns one alone may come again in the row referred to.
    """
    for own, other in ((left, right), (right, left)):
        link = draft.link_of(own)
        if link is None or link.target != draft.ref or own not in link.nullable or not _differs(draft, other):
            continue
        if link.cases is not None and (len((choice := draft.choices[link.cases.choice]).open) > 1 or not choice.roots):
            continue
        way = link.pointing
        earlier = isinstance(way, EarlierRow | EarlierSibling) or (isinstance(way, Within) and way.earlier)
        if earlier and link.referenced[link.columns.index(own)] == other:
            return True
    return False


def _differs(draft: BranchedTable, name: str) -> bool:
    """Whether a column has another value in every row."""
    alone = (ColumnPart(name),)
    if any(key.parts == alone and key.predicate is None and not key.wished for key in draft.keys):
        return True
    source = draft.columns[name].source if name in draft.columns else None
    return isinstance(source, Keyed) and isinstance(source.allocation, Permuted | RowNumber) and source.domain.injective


def deal_purpose(draft_key: ForeignKey) -> str:
    """The name under which a link's rows are dealt."""
    return f"deal {draft_key.name}".replace("/", "_")


def _link(draft: TableTask, relation: Relation, index: int) -> Led:
    key = relation.key
    anchor = draft.relations.of[draft.ref][relation.anchor] if relation.anchor is not None else None
    own = tuple(name for name in key.columns if anchor is None or name not in anchor.key.columns)
    nullable = _that_may_be_null(draft, key, own)
    link = Link(
        index=index,
        name=key.name or "_".join(key.columns),
        columns=key.columns,
        target=relation.target,
        referenced=key.referenced_columns,
        target_rows=choosable(draft, relation, index),
        pointing=_pointing(draft, relation, index),
        null_rate=_null_rate(draft, nullable),
        nullable=nullable,
        own=own,
    )
    led = of_kind(draft, relation, with_children(draft, link))
    return replace(led, link=past_gaps(draft, with_family(draft, grown(draft, led.link))))


def _that_may_be_null(draft: TableTask, key: ForeignKey, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of a key that may be null: of one MATCH FULL all together, or none, and none that it shares."""
    full = [set(other.columns) for other in draft.table.foreign_keys if other.match_type == "full"]
    shared = set[str]().union(*(other for other in full if other != set(key.columns)))
    nullable = tuple(name for name in columns if draft.may_be_null(name) and name not in shared)
    return () if key.match_type == "full" and len(nullable) < len(key.columns) else nullable


def _pointing(draft: TableTask, relation: Relation, index: int) -> Pointing:
    itself = relation.target == draft.ref
    if relation.anchor is not None:
        down = tuple(_deal(draft, draft.relations, step) for step in relation.down)
        return Within(relation.anchor, down, earlier=itself)
    if (draft.ref, index) in draft.relations.dealt:
        return Dealt(deal_purpose(relation.key))
    return EarlierRow(ROOT_RATE) if itself else RandomParent()


def _deal(draft: TableTask, relations: Relations, step: Step) -> Deal:
    table, position = step
    sizes = draft.sizes or draft.rows_by_table
    parents = dealt_parents(draft, table, position)
    return Deal(table, sizes[table], parents, deal_purpose(relations.of[table][position].key))


def _null_rate(draft: TableTask, nullable: tuple[str, ...]) -> float:
    if not nullable:
        return 0.0
    if any((draft.ref, name) in draft.relations.referenced for name in nullable):
        return 0.0
    own = (rule for _, rule in draft.plan.rules_of(draft.ref) if isinstance(rule, ColumnRule))
    asked = [rule.null_rate for rule in own if rule.column in nullable]
    rates = [rate for rate in asked if rate is not None]
    return max(rates) if rates else draft.plan.null_rate


def _without_parent(draft: TableTask, key: ForeignKey) -> tuple[str, ...]:
    """A parent that is not generated: the columns left null where they may be, else the plan cannot run."""
    nullable = _that_may_be_null(draft, key, key.columns)
    if nullable:
        draft.warn(
            "fk_without_parent",
            "/",
            f"{draft.ref}: foreign key {key.name} points at {key.target}, which is not generated; its columns are null",
            f"add {key.target} to the targets",
            constraint=key.name or "_".join(key.columns),
        )
        return nullable
    draft.refuse(
        "fk_without_parent",
        "/",
        f"{draft.ref}: foreign key {key.name} needs rows of {key.target}, which is not generated",
        f"add {key.target} to the targets, or let options.auto_generate_parents be true",
        constraint=key.name or "_".join(key.columns),
    )
    return ()
