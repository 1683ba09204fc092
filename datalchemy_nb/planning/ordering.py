"""Order in a directed graph of tables: components, and parents before children."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from datalchemy_nb.contracts.names import TableRef


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
