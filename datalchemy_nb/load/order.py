"""In which order tables are loaded: parents first, and cycles broken where it costs least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datalchemy_nb.contracts.names import TableRef


@dataclass(frozen=True)
class Edge:
    """A foreign key between two loaded tables."""

    child: TableRef
    parent: TableRef
    waits: bool
    """Whether the server can check it at the end of the transaction."""


def load_order(tables: Iterable[TableRef], edges: Iterable[Edge]) -> list[TableRef]:
    """Sort tables so that parents come first, always taking the smallest name that is ready.

    Within a cycle the table with the fewest keys that cannot wait goes first.
    """
    remaining = set(tables)
    unmet: dict[TableRef, list[Edge]] = {table: [] for table in remaining}
    for edge in edges:
        if edge.child != edge.parent and edge.child in remaining and edge.parent in remaining:
            unmet[edge.child].append(edge)
    order: list[TableRef] = []
    while remaining:
        open_edges = {t: [e for e in unmet[t] if e.parent in remaining] for t in remaining}
        ready = [table for table, waiting in open_edges.items() if not waiting]
        chosen = min(ready) if ready else _cheapest_of_a_cycle(open_edges)
        order.append(chosen)
        remaining.remove(chosen)
    return order


def _cheapest_of_a_cycle(edges: Mapping[TableRef, list[Edge]]) -> TableRef:
    # Only a table of a cycle that waits for no other cycle: tables downstream of a cycle need no key broken.
    above = {table: _ancestors(table, edges) for table in edges}
    innermost = [t for t, ancestors in above.items() if t in ancestors and all(t in above[a] for a in ancestors)]
    return min(innermost, key=lambda table: (sum(not e.waits for e in edges[table]), table))


def _ancestors(table: TableRef, edges: Mapping[TableRef, list[Edge]]) -> set[TableRef]:
    found: set[TableRef] = set()
    waiting = [edge.parent for edge in edges[table]]
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += [edge.parent for edge in edges[parent]]
    return found
