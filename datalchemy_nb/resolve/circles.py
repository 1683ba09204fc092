"""Columns made from each other across tables: no one of them can be the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.domains.base import Derivation
from datalchemy_nb.planning.issues import error
from datalchemy_nb.resolve.family_plan import Entered, InOrder, Lasts, Now, Part, Rolled, Running, Told
from datalchemy_nb.resolve.plan import (
    Chosen,
    EarlierRow,
    EarlierSibling,
    Link,
    Opposite,
    ResolvedColumn,
    ResolvedTable,
    Tried,
    Within,
)
from datalchemy_nb.resolve.sources import (
    Between,
    Bounded,
    Computed,
    CopiedFromParent,
    Decided,
    Derived,
    FromParent,
    Keyed,
    OfKindRow,
    Reached,
    Repeated,
    Source,
)

Node = tuple[TableRef, str]
Tables = Mapping[TableRef, ResolvedTable]


def dependencies(tables: Tables) -> dict[Node, tuple[Node, ...]]:
    """Return the columns that each column is made from, of its table and of others."""
    return {
        (ref, column.name): tuple(dict.fromkeys(_inputs(tables, table, column)))
        for ref, table in tables.items()
        for column in (*table.columns, *table.helpers)
    }


def made_from(inputs: Mapping[Node, tuple[Node, ...]], columns: Iterable[Node]) -> set[Node]:
    """Return all that columns are made from, themselves included."""
    seen, todo = set(columns), list(columns)
    while todo:
        more = [node for node in inputs.get(todo.pop(), ()) if node not in seen]
        seen.update(more)
        todo.extend(more)
    return seen


def turn_on_choice(tables: Tables, columns: Iterable[Node], choice: tuple[TableRef, int]) -> bool:
    """Whether columns are, or may be, made from which branch of a choice the rows of a table take.

    Args:
        tables: all.
        columns: the columns.
        choice: the table, and the number of its choice.
    """
    seen: set[Node | tuple[TableRef, int]] = set(columns)
    todo: list[Node | tuple[TableRef, int]] = list(seen)
    while todo:
        ref, place = todo.pop()
        table = tables[ref]
        near: set[Node | tuple[TableRef, int]]
        if isinstance(place, int):
            near = {
                (link.target, far)
                for link in chosen_under(table)
                if link.cases is not None and link.cases.choice == place
                for far in link.referenced
            }
        else:
            column = table.every.get(place)
            if column is None or isinstance(
                column.source, Entered | InOrder | Lasts | Now | Part | Rolled | Running | Told
            ):
                return True
            near = set(_decided_by(tables, table, column))
        if choice in near:
            return True
        todo.extend(near - seen)
        seen |= near
    return False


def _decided_by(tables: Tables, table: ResolvedTable, column: ResolvedColumn) -> Iterator[Node | tuple[TableRef, int]]:
    """What a column is made from, the choices that it follows and what decides where its foreign key leads."""
    yield from _inputs(tables, table, column)
    if column.cases is not None:
        yield table.ref, column.cases.choice
    if isinstance(column.source, Keyed) and getattr(column.source.allocation, "sifted", False):
        yield from ((table.ref, name) for predicate in table.sieve for name in predicate.columns)
    if column.name in table.group_of:
        group = table.groups[table.group_of[column.name]]
        yield from ((table.ref, name) for name in (*group.columns, *group.inputs) if name in table.every)
        yield from ((table.ref, number) for number in group.choices)
    if isinstance(column.source, FromParent | CopiedFromParent):
        link = table.links[column.source.link]
        yield from ((link.target, far) for far in link.referenced)
        yield from ((table.ref, name) for predicate in (*link.gives_way, *link.fits) for name in predicate.columns)
        if link.cases is not None:
            yield table.ref, link.cases.choice
        if getattr(getattr(link.pointing, "allocation", None), "sifted", False):
            yield from ((table.ref, name) for predicate in table.sieve for name in predicate.columns)


def chosen_under(table: ResolvedTable) -> list[Link]:
    """Return the foreign keys that choose among rows by conditions, and are never null under some branches."""
    return [
        link
        for link in table.links
        if link.cases is not None
        and (isinstance(link.pointing, Chosen) or (isinstance(link.pointing, EarlierRow) and link.pointing.conditions))
        and any(case.null is False for case in link.cases.cases)
    ]


def circles(tables: Tables) -> Iterator[Issue]:
    """Yield an error for a circle between columns, through the rows above and the rows below.

    Columns that are drawn again together wait for all that their conditions read.
    """
    inputs = dependencies(tables)
    for ref, table in tables.items():
        for group in table.groups:
            read = [node for name in group.inputs for node in _read(tables, table, name)]
            for name in group.columns:
                inputs[ref, name] = tuple(dict.fromkeys((*inputs.get((ref, name), ()), *read)))
    try:
        TopologicalSorter(inputs).prepare()
    except CycleError as reason:
        found: list[Node] = reason.args[1][::-1]
        message = (
            f"columns are made from each other: {' from '.join(f'{ref}.{show_ident(name)}' for ref, name in found)}"
        )
        last = found[0][0]
        own = tuple(dict.fromkeys(name for ref, name in found if ref == last))
        yield error("circular_input", "/", message, "let one of them stand by itself", table=last, reads=own)


def _inputs(tables: Tables, table: ResolvedTable, column: ResolvedColumn) -> Iterator[Node]:
    """The columns that a column is made from, of its table and of others."""
    if column.when is not None:
        yield from _read(tables, table, column.when.column)
    yield from source_inputs(tables, table, column.source)


def source_inputs(tables: Tables, table: ResolvedTable, source: Source) -> Iterator[Node]:
    """Yield the columns that a source reads."""
    match source:
        case FromParent(link, referenced) | CopiedFromParent(link, referenced):
            yield from _above(tables, table, Reached((link,), referenced), key=isinstance(source, FromParent))
            if isinstance(source, FromParent) and isinstance(way := table.links[link].pointing, Tried):
                own = {(table.ref, name) for name in table.links[link].columns}
                told = table.every[way.where]
                yield from (node for node in _inputs(tables, table, told) if node not in own)
        case Derived(derivation):
            yield from (node for name in _names(derivation) for node in _read(tables, table, name))
        case Between():
            yield from (node for name in source.inputs for node in _read(tables, table, name))
        case Computed():
            yield from (node for name in source.inputs for node in _read(tables, table, name))
        case OfKindRow():
            yield from ((ref, name) for ref, _, name in source.targets)
        case Repeated():
            inputs = (source.source,) if isinstance(source.source, str) else source.source.inputs
            yield from (node for name in inputs for node in _read(tables, table, name))
        case Decided(deciding):
            yield from (node for name in deciding for node in _read(tables, table, name))
        case Bounded():
            names = (side.column for side in (*source.after, *source.before) if side.column is not None)
            yield from (node for name in names for node in _read(tables, table, name))
        case _:
            yield from _family_inputs(tables, table, source)


def _family_inputs(tables: Tables, table: ResolvedTable, source: Source) -> Iterator[Node]:
    """What a column of parents and children reads, of its row and of others."""
    names: tuple[str | None, ...] = ()
    match source:
        case Part(_, whole, _):
            names = (whole,)
        case Running(_, value, start):
            names = (value, start)
        case InOrder(_, after, before):
            names = tuple(edge.column for edge in (after, before) if edge is not None)
        case Now(life) | Entered(life) | Lasts(life):
            names = tuple(edge.column for edge in life.after)
        case Told(link, column):
            yield from _above(tables, table, Reached((link,), column))
        case Rolled(child, _, _, value, where):
            below = tables[child]
            yield from ((child, name) for name in (value, where) if name is not None)
            yield from ((child, name) for name in below.links[source.link].columns)
    for name in names:
        if name is not None:
            yield from _read(tables, table, name)


def _names(derivation: Derivation) -> tuple[str, ...]:
    return derivation.inputs


def _read(tables: Tables, table: ResolvedTable, name: str) -> Iterator[Node]:
    """A column of the row, or one of a row above and the keys on the way there."""
    reached = table.reaches.get(name)
    if reached is None:
        yield table.ref, name
    else:
        yield from _above(tables, table, reached)


def _above(tables: Tables, table: ResolvedTable, reached: Reached, *, key: bool = False) -> Iterator[Node]:
    earlier = False
    for at, position in enumerate(reached.links):
        link = table.links[position]
        if not (key and at == 0):
            yield from ((table.ref, name) for name in link.columns)
        if isinstance(link.pointing, Opposite):
            yield from ((table.ref, name) for name in table.links[link.pointing.way[0]].columns)
        earlier = is_up_the_tree(table, link) and (earlier or at == 0)
        table = tables[link.target]
    if not earlier:
        yield table.ref, reached.column


def is_up_the_tree(table: ResolvedTable, link: Link) -> bool:
    """Whether a key refers to earlier rows of its own table and roots to none, so that a column may follow itself."""
    way = link.pointing
    earlier = isinstance(way, EarlierRow | EarlierSibling) or (isinstance(way, Within) and way.earlier)
    return link.target == table.ref and earlier and bool(link.nullable)
