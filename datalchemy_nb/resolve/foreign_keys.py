"""Foreign keys of all tables together: which are followed, which follow from others, which share columns.

Foreign keys that share columns (``(tenant_id, user_id)`` and ``(tenant_id, project_id)``) must agree on them. The
shared columns are traced to the ancestor they come from, the tenant; an *anchor* link chooses the ancestor row, and
each of the keys chooses *within* it, among the rows of its target that hang from that ancestor. That takes a dealing of
rows to ancestors that can be inverted ("the k-th project of tenant t"), so the links on the way down are *dealt*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.parse import UnreadableCheckError, columns_of, parse
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, IndexKey, PrimaryKey, Table, Unique
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Shares
from datalchemy_nb.resolve.family_plan import Historic, Life

Step = tuple[TableRef, int]
"""One link of one table, by position."""


@dataclass(frozen=True)
class Relation:
    """One followed foreign key.

    Attributes:
        anchor: position of the link that decides the shared columns; None when the parent is chosen freely.
        down: dealt links from the anchor's row to the target, outermost first.
    """

    key: ForeignKey
    target: TableRef
    anchor: int | None = None
    down: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Want:
    """What a foreign key needs of some value of a column that it refers to.

    Attributes:
        limits: what is asked, or of a choice what its first branch asks.
        beside: those of them that the type of the foreign key's own column asks.
        told: what CHECKs ask, as conditions in DuckDB's dialect over the column's name.
        must: the foreign key has a value in every row.
    """

    limits: tuple[Limit, ...]
    beside: tuple[Limit, ...] = ()
    told: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True)
class Wanted:
    """A foreign key that takes parent rows of some kinds only.

    Attributes:
        column: of the child, which its CHECKs limit.
        referenced: of the parent.
        rows: parents of these kinds that the child cannot do without.
        pins: the child's column has the value of the kind; otherwise the child only refers to rows of it.
    """

    child: TableRef
    key: ForeignKey
    column: str
    referenced: str
    limits: tuple[Limit, ...]
    rows: int
    pins: bool = True


@dataclass(frozen=True)
class Kinds:
    """What a column that children tell kinds by holds.

    Attributes:
        shares: how rows are dealt to the values; None where they are not.
    """

    domain: Domain
    shares: Shares | None = None


@dataclass
class Wish:
    """What relation rules ask of a link: that the children of a row can be found.

    Attributes:
        rank: how much its rows want to be neighbours; 0 = they may lie anywhere.
        everyone: every parent should have a child, where there are rows enough.
        rules: who asks.
        way: how its rows are dealt, where that is decided already.
    """

    rank: int = 0
    everyone: bool = False
    rules: list[int] = field(default_factory=list)
    way: Historic | None = None


@dataclass
class Relations:
    """All followed foreign keys.

    Attributes:
        of: relations per table; a link's index is its position here.
        dealt: links whose rows must be dealt so that the dealing can be inverted.
        refused: foreign keys that cannot be followed, with the reason.
        cut: foreign keys that lead, over others, back to their own columns, with the columns that are null instead.
        referenced: columns that some foreign key points at.
        demanded: referenced columns that must be unique by themselves, because a child's unique set holds one of them
            without the rest of its foreign key.
        repeated: those of them whose values come again, and how many different ones there are.
        wanted: by parent and column, the foreign keys that take rows of some kinds only.
        kinds: what such columns hold, noted when the parent is resolved.
        asked: by column, what CHECKs on foreign keys to it ask of some of its values, one entry a foreign key.
        gaps: columns that are null in some rows although they are unique, and in how many rows they are not.
        wishes: links whose children relation rules read.
        lives: lifecycles, by table.
        new_only: foreign keys, by table and name, that do not point at rows which the database holds.
        unasked: foreign keys, by table and columns, of which a column is null in every row.
    """

    of: dict[TableRef, list[Relation]] = field(default_factory=dict)
    dealt: set[Step] = field(default_factory=set)
    refused: list[tuple[TableRef, ForeignKey, str]] = field(default_factory=list)
    cut: list[tuple[TableRef, ForeignKey, tuple[str, ...]]] = field(default_factory=list)
    referenced: set[tuple[TableRef, str]] = field(default_factory=set)
    demanded: set[tuple[TableRef, str]] = field(default_factory=set)
    repeated: dict[tuple[TableRef, str], int] = field(default_factory=dict)
    wanted: dict[tuple[TableRef, str], list[Wanted]] = field(default_factory=dict)
    kinds: dict[tuple[TableRef, str], Kinds] = field(default_factory=dict)
    asked: dict[tuple[TableRef, str], list[Want]] = field(default_factory=dict)
    gaps: dict[tuple[TableRef, str], int] = field(default_factory=dict)
    wishes: dict[Step, Wish] = field(default_factory=dict)
    lives: dict[TableRef, Life] = field(default_factory=dict)
    new_only: frozenset[tuple[TableRef, str]] = frozenset()
    unasked: frozenset[tuple[TableRef, tuple[str, ...]]] = frozenset()

    def wanted_by(self, target: TableRef, key: ForeignKey) -> list[Wanted]:
        """Return what a foreign key asks of the kinds of its parents."""
        return [one for (ref, _), found in self.wanted.items() if ref == target for one in found if one.key is key]

    def gaps_at(self, target: TableRef, columns: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield those of a table's columns that are null in some rows, and in how many rows they are not."""
        return ((name, self.gaps[target, name]) for name in columns if (target, name) in self.gaps)

    def position(self, table: TableRef, column: str) -> int | None:
        """Return the link a column takes its value from."""
        return next((i for i, r in enumerate(self.of.get(table, [])) if column in r.key.columns), None)


def relate(
    schema: DatabaseSchema,
    rows: Mapping[TableRef, int],
    disabled: Collection[TableRef],
    constant: Mapping[TableRef, frozenset[str]],
    unasked: Collection[tuple[TableRef, tuple[str, ...]]] = (),
) -> Relations:
    """Decide how every foreign key of the run's tables is followed.

    Args:
        schema: the schema.
        rows: rows per table of the run; keys to other tables are left out.
        disabled: tables whose foreign keys are not followed.
        constant: columns that have one value only, and so tell no rows of a parent from others; keys may share them.
        unasked: keys of which a column is null in every row, by table and columns: they are not followed.
    """
    relations = Relations(unasked=frozenset(unasked))
    for ref in rows:
        followed = () if ref in disabled else schema.tables[ref].foreign_keys
        keys = [key for key in followed if key.enforced and (ref, key.columns) not in relations.unasked]
        found = [Relation(key, partition_root(key.target, schema)) for key in keys]
        kept = _without_implied([r for r in found if r.target in rows], schema, ref)
        relations.of[ref] = sorted(kept, key=lambda r: (r.target == ref, -len(r.key.columns), r.key.name or ""))
    _cut_circles(relations, schema)
    for ref in rows:
        _give_origin(relations, schema, ref, constant.get(ref, frozenset()))
    plain = Relations({ref: list(related) for ref, related in relations.of.items()})
    for ref in rows:
        _anchor_shared(relations, plain, ref, constant.get(ref, frozenset()))
    _find_ways(relations)
    for related in relations.of.values():
        for relation in related:
            relations.referenced |= {(relation.target, name) for name in relation.key.referenced_columns}
    for ref in rows:
        relations.demanded |= set(_demands(relations, schema.tables[ref], ref))
    return relations


def _cut_circles(relations: Relations, schema: DatabaseSchema) -> None:
    """Leave out keys of several columns that lead back to their own columns and may be null in another one."""
    while circular := set(key_cycles(relations)):
        found = next(
            (
                (ref, relation, names)
                for ref, related in relations.of.items()
                for relation in related
                if any((ref, name) in circular for name in relation.key.columns)
                and (names := _null_instead(relations, schema.tables[ref], ref, relation, circular, schema))
            ),
            None,
        )
        if found is None:
            return
        ref, relation, names = found
        relations.of[ref].remove(relation)
        relations.cut.append((ref, relation.key, names))


def _null_instead(
    relations: Relations,
    table: Table,
    ref: TableRef,
    relation: Relation,
    circular: Collection[tuple[TableRef, str]],
    schema: DatabaseSchema,
) -> tuple[str, ...]:
    """Columns of a key that may be null, that no other key holds and that nothing refers to."""
    if relation.key.match_type == "full":
        return ()
    held = {name for other in relations.of[ref] if other is not relation for name in other.key.columns}
    held |= {name for rs in relations.of.values() for r in rs if r.target == ref for name in r.key.referenced_columns}
    held |= set(table.primary_key.columns) if table.primary_key else set()
    return tuple(
        name
        for name in relation.key.columns
        if name not in held and (ref, name) not in circular and not is_not_null(table.by_name[name], schema)
    )


def _demands(relations: Relations, table: Table, ref: TableRef) -> Iterator[tuple[TableRef, str]]:
    """Parent columns that unique sets with a part of a composite foreign key ask to be unique."""
    for columns in _unique_columns(table):
        for relation in relations.of[ref]:
            anchor = relations.of[ref][relation.anchor].key.columns if relation.anchor is not None else ()
            if columns >= set(relation.key.columns):
                continue
            for name in columns & set(relation.key.columns) - set(anchor):
                referenced = _referenced(relation, name)
                if relations.position(relation.target, referenced) is None:
                    yield relation.target, referenced


def _unique_columns(table: Table) -> Iterator[set[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKey | Unique):
            yield set(constraint.columns)
    for index in table.indexes:
        if index.is_unique:
            yield {name for key in index.keys for name in _read_by(key)}


def _read_by(key: IndexKey) -> tuple[str, ...]:
    if key.column is not None:
        return (key.column,)
    try:
        return columns_of(parse(key.expression or ""))
    except UnreadableCheckError:
        return ()


def _without_implied(found: list[Relation], schema: DatabaseSchema, ref: TableRef) -> list[Relation]:
    """Drop keys that hold because a wider one does: its target has the same key on the columns referred to."""
    kept = list(found)
    for narrow in found:
        others = [wide for wide in kept if wide is not narrow and wide.target != ref]
        if any(_nulls_imply(wide, narrow, schema, ref) and _implies(wide, narrow, schema) for wide in others):
            kept.remove(narrow)
    return kept


def _nulls_imply(wide: Relation, narrow: Relation, schema: DatabaseSchema, ref: TableRef) -> bool:
    """Whether one key mixes no nulls where another, MATCH FULL, must not."""
    columns = schema.tables[ref].by_name
    present = all(is_not_null(columns[name], schema) for name in narrow.key.columns)
    return present or narrow.key.match_type != "full" or wide.key.match_type == "full"


def _implies(wide: Relation, narrow: Relation, schema: DatabaseSchema) -> bool:
    mapping = dict(zip(wide.key.columns, wide.key.referenced_columns, strict=True))
    if not set(narrow.key.columns) <= set(mapping):
        return False
    wanted = {(mapping[c], r) for c, r in zip(narrow.key.columns, narrow.key.referenced_columns, strict=True)}
    if wide.target == narrow.target and all(a == b for a, b in wanted):
        return True
    return any(
        partition_root(key.target, schema) == narrow.target
        and set(zip(key.columns, key.referenced_columns, strict=True)) == wanted
        for key in schema.tables[wide.target].foreign_keys
    )


# --- shared columns --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    table: TableRef
    column: str
    steps: tuple[tuple[TableRef, ForeignKey], ...]


def _trace(relations: Relations, table: TableRef, column: str) -> Iterator[_Place]:
    """Follow a column to where its values come from, link by link."""
    steps: tuple[tuple[TableRef, ForeignKey], ...] = ()
    seen: set[tuple[TableRef, str]] = set()
    while (table, column) not in seen:
        seen.add((table, column))
        yield _Place(table, column, steps)
        position = relations.position(table, column)
        if position is None:
            return
        relation = relations.of[table][position]
        steps = (*steps, (table, relation.key))
        table, column = relation.target, _referenced(relation, column)


def _referenced(relation: Relation, column: str) -> str:
    return relation.key.referenced_columns[relation.key.columns.index(column)]


def _anchor_shared(relations: Relations, plain: Relations, ref: TableRef, constant: frozenset[str]) -> None:
    """Put an anchor before each set of links that share columns."""
    related = plain.of[ref]
    for component in _components(related, constant):
        columns_of = [set(r.key.columns) - constant for r in component]
        shared = sorted({c for own in columns_of for c in own if sum(c in other for other in columns_of) > 1})
        origins = [_origin(plain, relation, shared) for relation in component]
        common = _common_origin(component, origins, shared, constant)
        if isinstance(common, _NoOrigin):
            relations.refused.append((ref, component[-1].key, common.reason))
            continue
        anchor = _anchor(ref, common.table, tuple(shared), common.columns)
        kept = [r for r in relations.of[ref] if r not in component]
        inner = [
            replace(r, anchor=len(kept))
            for r, o in zip(component, origins, strict=True)
            if isinstance(o, _Origin) and (o.way or r.target != common.table)
        ]
        relations.of[ref] = [*kept, anchor, *inner]


def _give_origin(relations: Relations, schema: DatabaseSchema, ref: TableRef, constant: frozenset[str]) -> None:
    """Let columns that keys of a table share come from one table, where one of the tables referred to has no key to it.

    ``stop_times`` refers to trips and stops of one feed, and ``stops.feed_index`` refers to nothing: it takes feeds.
    """
    for component in _components(relations.of[ref], constant):
        columns_of = [set(r.key.columns) - constant for r in component]
        shared = sorted({c for own in columns_of for c in own if sum(c in other for other in columns_of) > 1})
        found = [_origin(relations, relation, shared) for relation in component]
        origins = {(one.table, one.columns) for one in found if isinstance(one, _Origin)}
        whole = [one for one in origins if any(set(one[1]) >= own for own in _unique_columns(schema.tables[one[0]]))]
        if len(origins) < 2 or len(whole) != 1 or any(isinstance(one, _NoOrigin) for one in found):
            continue
        goal, goal_columns = whole[0]
        for table, columns in sorted(origins - {whole[0]}):
            if table not in (ref, goal) and _may_take(schema, table, columns, goal, goal_columns):
                relations.of[table] = [*relations.of[table], _anchor(table, goal, columns, goal_columns)]


def _may_take(
    schema: DatabaseSchema, table: TableRef, columns: tuple[str, ...], goal: TableRef, goal_columns: tuple[str, ...]
) -> bool:
    """Whether columns that refer to nothing can hold values of another table's: they are of its types, and not made."""
    own, theirs = schema.tables[table].by_name, schema.tables[goal].by_name
    return all(
        own[name].column_type == theirs[other].column_type
        and own[name].generated is None
        and own[name].identity is None
        and not (own[name].default or "").lower().startswith("nextval(")
        for name, other in zip(columns, goal_columns, strict=True)
    )


def _common_origin(
    component: list[Relation], origins: list[_Origin | _NoOrigin], shared: list[str], constant: frozenset[str]
) -> _Origin | _NoOrigin:
    """The one table where the shared columns of several links come from, if there is one."""
    known: list[_Origin] = []
    for origin in origins:
        if isinstance(origin, _NoOrigin):
            return origin
        known.append(origin)
    if len({(origin.table, origin.columns) for origin in known}) > 1:
        return _no_origin(shared)
    if any(_is_told_apart(r, o, shared, constant) for r, o in zip(component, known, strict=True)):
        return _NoOrigin(f"{', '.join(shared)}, which it shares with other foreign keys, has no table of its own")
    return known[0]


def _is_told_apart(relation: Relation, origin: _Origin, shared: list[str], constant: frozenset[str]) -> bool:
    """Whether the row that the shared columns come from is already the one that the rest of the key must choose."""
    ends_here = not origin.way and relation.target == origin.table
    return ends_here and not set(relation.key.columns) - constant <= set(shared)


def _components(related: list[Relation], constant: frozenset[str]) -> list[list[Relation]]:
    groups: list[list[Relation]] = []
    for relation in related:
        own = set(relation.key.columns) - constant
        touching = [g for g in groups if any(set(r.key.columns) & own for r in g)]
        groups = [g for g in groups if g not in touching] + [[r for g in touching for r in g] + [relation]]
    return [g for g in groups if len(g) > 1]


_Way = tuple[tuple[TableRef, ForeignKey], ...]


@dataclass(frozen=True)
class _Origin:
    """The farthest table that holds all shared columns of a link, and the way to it."""

    table: TableRef
    columns: tuple[str, ...]
    way: _Way


@dataclass(frozen=True)
class _NoOrigin:
    """Why the shared columns of a link come from no one table."""

    reason: str


def _origin(plain: Relations, relation: Relation, shared: list[str]) -> _Origin | _NoOrigin:
    """Trace the shared columns of one link to the farthest table that holds them all."""
    mine = [name for name in shared if name in relation.key.columns]
    if mine != shared:
        return _NoOrigin("its columns are shared with foreign keys that do not share with each other")
    traces = [list(_trace(plain, relation.target, _referenced(relation, name))) for name in shared]
    best: _Origin | None = None
    for place in traces[0]:
        others = [next((p for p in t if p.table == place.table and p.steps == place.steps), None) for t in traces[1:]]
        if all(others):
            best = _Origin(place.table, (place.column, *(o.column for o in others if o)), place.steps)
    return best or _no_origin(shared)


def _no_origin(shared: list[str]) -> _NoOrigin:
    names = ", ".join(shared)
    return _NoOrigin(
        f"it shares {names} with other foreign keys, and no one table is where {names} comes from for all of them"
    )


def _anchor(ref: TableRef, ancestor: TableRef, columns: tuple[str, ...], referenced: tuple[str, ...]) -> Relation:
    key = ForeignKey(
        kind="foreign_key",
        name=f"anchor {'_'.join(columns)}",
        columns=columns,
        referenced_schema=ancestor.schema,
        referenced_table=ancestor.table,
        referenced_columns=referenced,
    )
    return Relation(key, ancestor)


def _find_ways(relations: Relations) -> None:
    """Give every anchored link its way down from the anchor's table, and mark the links on it as dealt."""
    for ref, related in relations.of.items():
        for i, relation in enumerate(related):
            if relation.anchor is None:
                continue
            found = {
                _down(relations, related[relation.anchor], relation, name) for name in _shared_with(related, relation)
            }
            steps = found.pop() if len(found) == 1 else None
            if steps is None or any(relations.of[table][at].anchor is not None for table, at in steps):
                relations.refused.append((ref, relation.key, "its target shares columns between foreign keys itself"))
                continue
            related[i] = replace(relation, down=steps)
            relations.dealt |= set(steps)


def _shared_with(related: list[Relation], relation: Relation) -> list[str]:
    assert relation.anchor is not None
    return [name for name in related[relation.anchor].key.columns if name in relation.key.columns]


def _down(relations: Relations, anchor: Relation, relation: Relation, name: str) -> tuple[Step, ...] | None:
    """The links between the anchor's table and a link's target, by which one column travels."""
    steps: list[Step] = []
    table, column = relation.target, _referenced(relation, name)
    goal = anchor.target, _referenced(anchor, name)
    while (table, column) != goal:
        position = relations.position(table, column)
        if position is None or (table, position) in steps:
            return None
        steps.append((table, position))
        step = relations.of[table][position]
        table, column = step.target, _referenced(step, column)
    return tuple(reversed(steps))


def key_cycles(relations: Relations) -> list[tuple[TableRef, str]]:
    """Return columns whose value would need itself: keys that are foreign keys in a circle."""
    circular = set()
    for ref, related in relations.of.items():
        for name in {name for relation in related for name in relation.key.columns}:
            last = list(_trace(relations, ref, name))[-1]
            if relations.position(last.table, last.column) is not None:
                circular.add((ref, name))
    return sorted(circular)
