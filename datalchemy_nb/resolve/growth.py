"""Parents that are not all made by the run: tables that grow, and rows that the database holds.

Bytes of the first rows stay while a table grows, because everything is dealt over its capacity. What a row points at
must be there, however far both tables have come: a parent is taken among those that are there when the row comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.children import refuse_children, rule_of
from datalchemy_nb.resolve.foreign_keys import Relation
from datalchemy_nb.resolve.phases import DraftedTable, TableTask
from datalchemy_nb.resolve.plan import (
    Divided,
    EarlierRow,
    Growing,
    KeyedParent,
    Link,
    OfKind,
    PerParent,
    Pointing,
    RandomParent,
    ResolvedPlan,
    Via,
    Within,
)
from datalchemy_nb.resolve.sources import CopiedFromParent, Kind, OfKindRow


def choosable(draft: TableTask, relation: Relation, index: int) -> int:
    """Return how many rows of its target a foreign key may point at.

    Rows that the database holds are left out where relations read or count the rows that point at a parent, for theirs
    are decided; and where more is read of the parent than its keys. Where another foreign key takes a row below the one
    that this chooses, and is never null, those that have none are left out: rows are dealt to the first parents first.
    """
    target = relation.target
    if draft.grows(draft.ref) and draft.grows(target):
        return draft.sizes[target]
    every, made = draft.rows_by_table[target], draft.made.get(target, draft.rows_by_table[target])
    read = (draft.ref, index) in draft.relations.wishes or (draft.ref, _name(relation)) in draft.relations.new_only
    found = made if read and made else every
    return min([found, *_peopled(draft, relation, index)])


def dealt_parents(draft: TableTask, ref: TableRef, index: int) -> int:
    """Return how many rows of its target a dealt foreign key, of whatever table, is dealt to."""
    relation = draft.relations.of[ref][index]
    most = draft.rows_by_table[relation.target]
    return min([most, *_below(draft, ref, relation, index)])


def _peopled(draft: TableTask, relation: Relation, index: int) -> Iterator[int]:
    """How many of the first rows of a target have some below them, per key that needs one."""
    rule = rule_of(draft, relation.key.columns)
    if rule is None or rule[1].children is None:
        yield from _below(draft, draft.ref, relation, index)


def _below(draft: TableTask, ref: TableRef, relation: Relation, index: int) -> Iterator[int]:
    if relation.target == ref or (ref, index) in draft.relations.wishes:
        return
    table = draft.schema.tables[ref]
    certain = set(table.primary_key.columns) if table.primary_key else set[str]()
    for other in draft.relations.of[ref]:
        own = [name for name in other.key.columns if name not in relation.key.columns]
        if other.anchor != index or other.target == ref:
            continue
        if any(name not in certain and not is_not_null(table.by_name[name], draft.schema) for name in own):
            continue
        below, position = other.down[0]
        rows = (draft.sizes or draft.rows_by_table)[below]
        if (below, position) != (ref, index):
            rows = min(rows, dealt_parents(draft, below, position))
        if 0 < rows < draft.rows_by_table[relation.target]:
            yield rows


def grown(draft: TableTask, link: Link) -> Link:
    """Return the link with what the plan says of existing parents, or of parents that grow in step with its table."""
    both = draft.grows(draft.ref) and draft.grows(link.target) and link.target != draft.ref
    found = rule_of(draft, link.columns)
    share = found[1].existing_share if found is not None else None
    if share is not None and found is not None:
        return _shared(draft, link, share, found[0])
    if isinstance(link.pointing, EarlierRow) and not draft.grows(draft.ref):
        made = draft.made.get(draft.ref, link.target_rows)
        return replace(link, pointing=replace(link.pointing, made=made, held=link.target_rows - made))
    if not both:
        return link
    way = Growing(draft.capacity(draft.ref), draft.capacity(link.target))
    if isinstance(link.pointing, RandomParent):
        return replace(link, pointing=way)
    if isinstance(link.pointing, PerParent):
        alone = link.pointing
        evenly = len(alone.counts) == 1 and int(alone.counts[0]) == alone.parents and alone.linked == draft.rows
        if evenly:
            return replace(link, pointing=replace(way, in_turn=True))
        refuse_children(draft, link, "both tables grow, and only the same number for each parent can grow with them")
    return link


def _shared(draft: TableTask, link: Link, share: float, rule: int) -> Link:
    made = draft.made.get(link.target, 0)
    existing = link.target_rows - made
    both = draft.grows(draft.ref) and draft.grows(link.target)
    if both or not isinstance(link.pointing, RandomParent) or existing <= 0 or (not made and share < 1):
        draft.refuse(
            "existing_share",
            pointer("rules", rule, "existing_share"),
            f"{draft.ref}: foreign key {link.name} cannot share its rows between existing and new parents: "
            + _why_not(both, mixed=existing > 0 and made > 0),
            "remove existing_share",
            constraint=link.name,
        )
        return link
    return replace(link, pointing=Divided(made, existing, share))


def _why_not(both: bool, *, mixed: bool) -> str:
    if both:
        return "both tables grow, and a share of those there would change with every top-up"
    return "another rule or key decides where it points" if mixed else "there is one kind only"


def grown_key(draft: TableTask, link: Link, way: Pointing) -> Pointing:
    """Return where a foreign key points that is part of a unique set, its target growing in step."""
    if not isinstance(link.pointing, Growing):
        return way
    if isinstance(way, KeyedParent) and isinstance(way.allocation, Permuted | RowNumber):
        return replace(link.pointing, in_turn=True)
    return way


def check_growth(draft: DraftedTable) -> None:
    """Refuse what cannot be held while tables grow, or where candidates are more than rows."""
    for link in draft.links:
        target = link.target
        if target == draft.ref and isinstance(link.pointing, EarlierRow):
            continue
        if draft.grows(draft.ref) and draft.grows(target):
            _check_step(draft, link)
        if isinstance(link.pointing, Within):
            for deal in link.pointing.down:
                if draft.sizes.get(deal.table) != draft.made.get(deal.table) or draft.rows_by_table[deal.table] > (
                    draft.made.get(deal.table, 0)
                ):
                    _refuse(draft, link, f"it is chosen among the rows of {deal.table} that hang from one row")
        if isinstance(link.pointing, OfKind) and draft.sizes.get(target) != draft.rows_by_table[target]:
            _refuse(draft, link, f"CHECKs leave it some kinds of rows of {target}")
    for (ref, at), wish in draft.relations.wishes.items():
        related = draft.relations.of.get(ref, [])
        if ref != draft.ref or at >= len(related):
            continue
        if draft.grows(ref) or draft.grows(related[at].target):
            draft.refuse(
                "unsupported",
                pointer("rules", min(wish.rules)) if wish.rules else "/",
                f"{ref}: a relation reads the rows that refer to one row of {related[at].target}, and these change as "
                "the tables grow",
                "take capacity from both tables, or the relation out",
            )
    kinds = [item.source for item in draft.columns.values() if isinstance(item.source, OfKindRow | Kind)]
    if kinds and draft.grows(draft.ref):
        targets = {target for one in kinds if isinstance(one, OfKindRow) for target, _, _ in one.targets}
        if any(draft.grows(target) for target in targets):
            draft.refuse(
                "unsupported",
                "/",
                f"{draft.ref}: a polymorphic relation cannot point at tables that grow with it",
                "take capacity from one of them",
            )


def _check_step(draft: TableTask, link: Link) -> None:
    way = link.pointing
    if not isinstance(way, Growing):
        _refuse(draft, link, "a unique key, CHECK or relation decides which row each points at")
        return
    rows, parents = draft.made[draft.ref], draft.made[link.target]
    needed = (rows - 1) * way.parents // way.rows + 1
    if parents < needed:
        draft.refuse(
            "capacity_out_of_step",
            "/",
            f"{draft.ref}: {rows:,} of {way.rows:,} rows point at the first {needed:,} of {way.parents:,} rows of "
            f"{link.target}, of which {parents:,} are asked for",
            f"ask for {needed:,} rows of {link.target}, or let rows and capacity of both be in one proportion",
            constraint=link.name,
        )


def _refuse(draft: TableTask, link: Link, reason: str) -> None:
    draft.refuse(
        "unsupported",
        "/",
        f"{draft.ref}: foreign key {link.name} cannot point at {link.target} while rows are appended to it or it has a "
        f"capacity: {reason}",
        "take capacity or existing from one of the tables, or remove the relation or key",
        constraint=link.name,
    )


def reading_more(plan: ResolvedPlan) -> frozenset[tuple[TableRef, str]]:
    """Return foreign keys that lead to existing rows of which more than the key is needed.

    What was read for unique sets, addresses and documents among it, goes into no row.
    """
    found = set()
    for ref, table in plan.tables.items():
        copied: dict[str, tuple[tuple[int, ...], str | None]] = {
            f"{column.name} copied": ((column.source.link,), column.source.column)
            for column in table.columns
            if isinstance(column.source, CopiedFromParent)
        }
        ways: list[tuple[tuple[int, ...], str | None]] = [*copied.values()]
        ways += [(reach.links, reach.column) for reach in table.reaches.values()]
        # Where a key follows from others, the rows in between must be made: of those that exist no link is known.
        ways += [(link.pointing.links, None) for link in table.links if isinstance(link.pointing, Via)]
        for links, column in ways:
            at = ref
            for place, link in enumerate(links):
                if link >= len(plan.tables[at].links):
                    break
                step = plan.tables[at].links[link]
                above = plan.tables[step.target]
                held = above.known is not None and above.known.existing > 0
                last = place == len(links) - 1
                if held and not (last and (column is None or column in step.referenced)):
                    found.add((at, step.name))
                at = step.target
    return frozenset(found)


def unreadable(plan: ResolvedPlan, more: frozenset[tuple[TableRef, str]]) -> list[Issue]:
    """Return an issue for every such foreign key whose parents are all in the database."""
    issues = []
    for ref, name in sorted(more):
        link = next(link for link in plan.tables[ref].links if link.name == name)
        if link.target_rows <= plan.tables[link.target].rows:
            continue
        issues.append(
            error(
                "existing_read",
                "/",
                f"{ref}: a relation reads more of {link.target} than its key, over {name}, and of rows that exist no "
                "more is read",
                f"take the relation out, or let rows of {link.target} be made",
                table=ref,
                constraint=name,
            )
        )
    return issues


def _name(relation: Relation) -> str:
    return relation.key.name or "_".join(relation.key.columns)
