"""The foreign key graph: which tables need which, in what order they go in, and what else must be generated."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import FkStrategyRule, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, Table
from datalchemy_nb.records import dataclass

# --- order in a directed graph of tables: components, and parents before children -------------------------------------


class Edge(NamedTuple):
    """All foreign keys from one table to another.

    Attributes:
        hard: one of them has only NOT NULL columns, so the parent row must exist first.
    """

    parent: TableRef
    child: TableRef
    hard: bool


def children_of(edges: Iterable[Edge]) -> dict[TableRef, list[TableRef]]:
    """Return the children of each parent, self-references left out."""
    children: dict[TableRef, list[TableRef]] = {}
    for edge in edges:
        if edge.parent != edge.child:
            children.setdefault(edge.parent, []).append(edge.child)
    return children


def strong_components(
    nodes: Iterable[TableRef], children: Mapping[TableRef, Iterable[TableRef]]
) -> list[tuple[TableRef, ...]]:
    """Return the strongly connected components (Tarjan 1972, without recursion), each and all of them sorted."""
    walk = _Tarjan(children)
    for node in nodes:
        if node not in walk.index:
            walk.visit(node)
    return sorted(walk.found)


def ordered(nodes: Iterable[TableRef], edges: Collection[Edge]) -> list[TableRef]:
    """Return parents before children (Kahn 1962), the smallest name first where there is a choice.

    Where nothing is ready, a cycle is opened at the member that needs the fewest others through hard edges.
    """
    children = children_of(edges)
    needs: dict[TableRef, dict[TableRef, bool]] = {node: {} for node in nodes}
    for edge in edges:
        if edge.parent != edge.child:
            needs[edge.child][edge.parent] = edge.hard
    component = {n: i for i, group in enumerate(strong_components(needs, children)) for n in group}
    ready = [node for node, parents in needs.items() if not parents]
    heapq.heapify(ready)
    order: list[TableRef] = []
    while needs:
        node = heapq.heappop(ready) if ready else _opening(needs, component)
        order.append(node)
        del needs[node]
        for child in children.get(node, ()):
            parents = needs.get(child)
            if parents is not None and parents.pop(node, None) is not None and not parents:
                heapq.heappush(ready, child)
    return order


def _opening(needs: Mapping[TableRef, Mapping[TableRef, bool]], component: Mapping[TableRef, int]) -> TableRef:
    """The member to take first of a cycle that waits for nothing but itself."""
    inner = [node for node, parents in needs.items() if all(component[p] == component[node] for p in parents)]
    return min(inner, key=lambda node: (sum(needs[node].values()), node))


class _Tarjan:
    """One depth-first walk: discovery numbers, and the nodes whose component is not closed yet."""

    def __init__(self, children: Mapping[TableRef, Iterable[TableRef]]) -> None:
        self.children = children
        self.index: dict[TableRef, int] = {}
        self.low: dict[TableRef, int] = {}
        self.stack: dict[TableRef, None] = {}
        self.found: list[tuple[TableRef, ...]] = []

    def visit(self, root: TableRef) -> None:
        path = [self._enter(root)]
        while path:
            node, rest = path[-1]
            child = next(rest, None)
            if child is None:
                path.pop()
                self._leave(node)
                if path:
                    self._lower(path[-1][0], self.low[node])
            elif child not in self.index:
                path.append(self._enter(child))
            elif child in self.stack:
                self._lower(node, self.index[child])

    def _enter(self, node: TableRef) -> tuple[TableRef, Iterator[TableRef]]:
        self.index[node] = self.low[node] = len(self.index)
        self.stack[node] = None
        return node, iter(self.children.get(node, ()))

    def _lower(self, node: TableRef, bound: int) -> None:
        self.low[node] = min(self.low[node], bound)

    def _leave(self, node: TableRef) -> None:
        if self.low[node] < self.index[node]:
            return
        component = [node]
        while (last := self.stack.popitem()[0]) != node:
            component.append(last)
        self.found.append(tuple(sorted(component)))


# --- the foreign key graph: which tables need which, in what order they go in, and what else must be generated --------


@dataclass(frozen=True)
class FkGraph:
    """Tables and the foreign keys between them, sorted.

    Attributes:
        nodes: every table of the schema and every table a foreign key names, known or not.
        edges: one per pair of tables, self-references among them.
        roots: partitions, and the partitioned table each belongs to in the end.
    """

    nodes: tuple[TableRef, ...]
    edges: tuple[Edge, ...]
    roots: Mapping[TableRef, TableRef]

    @cached_property
    def self_references(self) -> tuple[TableRef, ...]:
        """Tables with a foreign key to themselves."""
        return tuple(edge.parent for edge in self.edges if edge.parent == edge.child)

    @cached_property
    def cycles(self) -> tuple[tuple[TableRef, ...], ...]:
        """Groups of two or more tables that all need each other: the strongly connected components."""
        return tuple(c for c in strong_components(self.nodes, children_of(self.edges)) if len(c) > 1)

    @cached_property
    def topo_order(self) -> tuple[TableRef, ...] | None:
        """Parents before children, the smallest name first where there is a choice; None when the graph is cyclic.

        Self-references do not count.
        """
        return None if self.cycles else tuple(ordered(self.nodes, self.edges))

    def insertion_order(self, refs: Iterable[TableRef]) -> list[TableRef]:
        """Return tables in the order their rows can go in.

        In a cycle the table goes first that needs the fewest of the others at once (through NOT NULL columns), then
        the one with the smallest name. Partitions stand where their partitioned table would.
        """
        wanted = sorted(set(refs))
        places = {ref: self.roots.get(ref, ref) for ref in wanted}
        edges = _merged(
            (self.roots.get(e.parent, e.parent), self.roots.get(e.child, e.child), e.hard) for e in self.edges
        )
        present = set(places.values())
        order = ordered(sorted(present), [e for e in edges if e.parent in present and e.child in present])
        rank = {ref: i for i, ref in enumerate(order)}
        return sorted(wanted, key=lambda ref: (rank[places[ref]], ref))

    def report(self) -> dict[str, Any]:
        """Return ``summary``, ``topo_order`` and ``cycle``; tables that only depend on a cycle are not in ``cycle``."""
        cyclic = sorted({*self.self_references, *(ref for cycle in self.cycles for ref in cycle)})
        return {
            "summary": {"nodes": len(self.nodes), "edges": len(self.edges)},
            "topo_order": None if cyclic else [str(ref) for ref in self.topo_order or ()],
            "cycle": [str(ref) for ref in cyclic] or None,
        }


def fk_graph(schema: DatabaseSchema) -> FkGraph:
    """Return the foreign key graph of a schema."""
    found = [
        (key.target, ref, _is_hard(key, table)) for ref, table in schema.tables.items() for key in table.foreign_keys
    ]
    edges = _merged(found)
    nodes = sorted({*schema.tables, *(edge.parent for edge in edges)})
    roots = {ref: root for ref in schema.tables if (root := partition_root(ref, schema)) != ref}
    return FkGraph(tuple(nodes), edges, roots)


def insertion_order(refs: Iterable[TableRef], schema: DatabaseSchema) -> list[TableRef]:
    """Return tables in the order their rows can go in (see `FkGraph.insertion_order`)."""
    return fk_graph(schema).insertion_order(refs)


def partition_root(ref: TableRef, schema: DatabaseSchema) -> TableRef:
    """Return the partitioned table a partition belongs to in the end; any other table is its own root."""
    tables = schema.tables
    table = tables.get(ref)
    if table is None or table.partition_of is None:
        return ref
    seen = {ref}
    while (table := tables.get(ref)) is not None and table.partition_of is not None:
        above = TableRef(table.partition_of.schema_name, table.partition_of.table)
        if above in seen or above not in tables:
            break
        seen.add(above)
        ref = above
    return ref


def auto_parents(
    targets: Mapping[TableRef, int], schema: DatabaseSchema, disabled: Collection[TableRef] = ()
) -> dict[TableRef, int]:
    """Return the tables to generate beside the targets so that every foreign key has rows to point at.

    A parent that is no target gets as many rows as the largest table that refers to it, targets and added parents
    alike. That number depends on no order of tables or keys, and it is enough for 1:1 keys, whose parent needs a row
    per child row. Nullable keys count like others, since most of their rows do point somewhere. A referenced partition
    stands for its partitioned table; tables the schema does not hold are left out.

    Args:
        targets: rows per targeted table.
        schema: the schema.
        disabled: tables whose foreign keys are not followed.

    Returns:
        Rows per added table, by name.
    """
    added: dict[TableRef, int] = {}
    # Largest first: a table's first number is its final one, and each is visited once, cycles included.
    queue = [(-rows, ref) for ref, rows in targets.items() if rows > 0]
    heapq.heapify(queue)
    while queue:
        rows, child = heapq.heappop(queue)
        for parent in _parents(child, schema) if child not in disabled else ():
            if parent not in targets and parent not in added:
                added[parent] = -rows
                heapq.heappush(queue, (rows, parent))
    return dict(sorted(added.items()))


def without_foreign_keys(plan: Plan) -> frozenset[TableRef]:
    """Return the tables whose foreign keys the plan disables, with the flag that takes."""
    if not plan.settings.allow_fk_disable:
        return frozenset()
    return frozenset(rule.ref for rule in plan.rules if isinstance(rule, FkStrategyRule) and rule.mode == "disable")


def planned_rows(plan: Plan, schema: DatabaseSchema) -> dict[TableRef, int]:
    """Return rows per table of the plan: its targets (the larger number of duplicates) and their auto-parents.

    Tables whose rows are kept have 0. Parents are as many as the capacity of their children asks for, so that they stay
    the same while those grow.
    """
    rows: dict[TableRef, int] = {}
    largest: dict[TableRef, int] = {}
    counts = plan.counts()
    for target in plan.targets:
        if target.ref in schema.tables:
            rows[target.ref] = counts[target.ref]
            largest[target.ref] = max(rows[target.ref], target.capacity or 0, largest.get(target.ref, 0))
    if plan.settings.auto_generate_parents is False:
        return rows
    filled = {ref: count if rows[ref] else 0 for ref, count in largest.items()}
    return rows | auto_parents(filled, schema, without_foreign_keys(plan))


def _merged(found: Iterable[tuple[TableRef, TableRef, bool]]) -> tuple[Edge, ...]:
    hard: dict[tuple[TableRef, TableRef], bool] = {}
    for parent, child, is_hard in found:
        hard[parent, child] = hard.get((parent, child), False) or is_hard
    return tuple(Edge(parent, child, flag) for (parent, child), flag in sorted(hard.items()))


def _is_hard(key: ForeignKey, table: Table) -> bool:
    return all(name in table.by_name and not table.by_name[name].is_nullable for name in key.columns)


def _parents(ref: TableRef, schema: DatabaseSchema) -> Iterator[TableRef]:
    table = schema.tables.get(ref)
    for key in table.foreign_keys if table else ():
        parent = partition_root(key.target, schema)
        if parent in schema.tables and parent != ref:
            yield parent
