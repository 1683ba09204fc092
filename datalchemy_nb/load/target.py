"""The tables a run is loaded into: what they are, and what has to give way while rows stream in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from datalchemy_nb.contracts.load import LoadTrigger
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import LoadError, did_you_mean
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.introspect.queries import query
from datalchemy_nb.load.source import RowSource
from datalchemy_nb.records import dataclass

_KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table"}
_ENABLE = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


@dataclass(frozen=True)
class TargetTable:
    """A table that exists in the target, and the rows for it.

    Attributes:
        ref: its name in the target.
        origin: its name in the run.
        rows: what is loaded into it.
    """

    ref: TableRef
    origin: TableRef
    rows: RowSource
    oid: int
    root: int
    is_partitioned: bool
    had_rows: bool
    """Whether the table took up space before the load; its rows are not read."""

    @property
    def sql(self) -> sql.Identifier:
        """The quoted name."""
        return sql.Identifier(*self.ref)


@dataclass(frozen=True)
class TargetKey:
    """A foreign key of the target."""

    table: TableRef
    name: str
    definition: str
    comment: str | None
    is_deferrable: bool
    is_valid: bool
    child_root: int
    parent_root: int

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


class LoadTarget:
    """Catalog questions and DDL inside the load's transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = self._connection = connection

    @property
    def role(self) -> str:
        """Who is asking."""
        row = self._connection.execute("SELECT current_user::text").fetchone()
        return str(row[0]) if row else ""

    def rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a query."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            text = query(name, self._connection.info.server_version)
            return cursor.execute(text.encode(), parameters).fetchall()

    def tables(self, sources: Mapping[TableRef, RowSource], schema_map: Mapping[str, str]) -> list[TargetTable]:
        """Find the table of every source.

        Raises:
            LoadError: a table or column does not exist, or the table is a view.
        """
        targets = {TableRef(schema_map.get(ref.schema, ref.schema), ref.table): ref for ref in sources}
        found = self.rows("load_tables", schemas=[t.schema for t in targets], names=[t.table for t in targets])
        by_ref = {TableRef(row["schema"], row["name"]): row for row in found}
        return [_target_table(ref, origin, sources[origin], by_ref.get(ref)) for ref, origin in targets.items()]

    def holds_rows(self, table: TargetTable) -> bool:
        """Whether a table holds a row; no column of one is read. False where the role may not look."""
        allowed = self._connection.execute(
            "SELECT pg_catalog.has_table_privilege(%s::oid, 'SELECT') "
            "OR pg_catalog.has_any_column_privilege(%s::oid, 'SELECT')",
            (table.oid, table.oid),
        ).fetchone()
        if allowed is None or not allowed[0]:
            return False
        row = self._connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table.sql)).fetchone()
        return bool(row and row[0])

    def foreign_keys(self, tables: Iterable[TargetTable]) -> list[TargetKey]:
        """Enforced foreign keys between these tables."""
        rows = self.rows("load_foreign_keys", roots=sorted({table.root for table in tables}))
        return [TargetKey(table=TableRef(row.pop("schema"), row.pop("table")), **row) for row in rows]

    def drop(self, key: TargetKey) -> None:
        """Drop a foreign key; one that is NOT VALID is made deferrable instead, since adding it checks nothing."""
        table, name = sql.Identifier(*key.table), sql.Identifier(key.name)
        statement = (
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            if key.is_valid
            else sql.SQL("ALTER TABLE {} ALTER CONSTRAINT {} DEFERRABLE INITIALLY DEFERRED")
        )
        self._connection.execute(statement.format(table, name))

    def restore(self, key: TargetKey) -> None:
        """Undo `drop`; adding the key checks every row."""
        table, name = sql.Identifier(*key.table), sql.Identifier(key.name)
        if not key.is_valid:
            self._connection.execute(sql.SQL("ALTER TABLE {} ALTER CONSTRAINT {} NOT DEFERRABLE").format(table, name))
            return
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(table, name).as_string(self._connection)
        self._connection.execute((add + key.definition).encode())
        if key.comment is not None:
            self._connection.execute(
                sql.SQL("COMMENT ON CONSTRAINT {} ON {} IS {}").format(name, table, sql.Literal(key.comment))
            )

    def triggers(self, tables: Iterable[TargetTable]) -> list[dict[str, Any]]:
        """User triggers of these tables and their partitions."""
        return self.rows("load_triggers", relations=[table.oid for table in tables])

    def disable(self, trigger: Mapping[str, Any]) -> None:
        """Switch a trigger off."""
        self._alter_trigger("DISABLE", trigger)

    def enable(self, trigger: Mapping[str, Any]) -> None:
        """Switch a trigger on again, the way it was."""
        self._alter_trigger(_ENABLE[trigger["enabled"]], trigger)

    def _alter_trigger(self, action: str, trigger: Mapping[str, Any]) -> None:
        table, name = sql.Identifier(trigger["schema"], trigger["table"]), sql.Identifier(trigger["name"])
        text = sql.SQL("ALTER TABLE ONLY {} {} TRIGGER {}")
        self._connection.execute(text.format(table, sql.SQL(action), name))  # type: ignore[arg-type, unused-ignore]

    def cascade(self, tables: Iterable[TargetTable]) -> list[dict[str, Any]]:
        """Everything that emptying these tables empties."""
        return self.rows("load_cascade", relations=[table.oid for table in tables])

    def holding(self, emptied: Iterable[Mapping[str, Any]]) -> list[TableRef]:
        """Of what is emptied, the tables outside the load that hold rows (or may: they cannot be looked into)."""
        outside = [row for row in emptied if row["is_outside"] and row["has_pages"]]
        return [ref for row in outside if self._holds(ref := TableRef(row["schema"], row["name"]), row["may_look"])]

    def _holds(self, ref: TableRef, may_look: bool) -> bool:
        if not may_look:
            return True
        statement = sql.SQL("SELECT EXISTS (SELECT FROM ONLY {})").format(sql.Identifier(*ref))
        return self._connection.execute(statement).fetchone() == (True,)

    def truncate(self, tables: Iterable[TargetTable]) -> None:
        """Empty the tables and all that refer to them."""
        names = [sql.SQL("{}" if t.is_partitioned else "ONLY {}").format(t.sql) for t in tables]
        self._connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(names)))

    def analyze(self, tables: Iterable[TargetTable]) -> None:
        """Renew the planner's statistics of the tables that the role may analyze; the server leaves the others out."""
        names = sql.SQL(", ").join(table.sql for table in tables)
        self._connection.execute(sql.SQL("ANALYZE {}").format(names))

    def sequences(self, tables: Iterable[TargetTable]) -> list[dict[str, Any]]:
        """Sequences that the tables' columns draw from: a row per sequence and column, and what the role may do."""
        return self.rows("load_sequences", relations=[table.oid for table in tables])

    def advance_sequences(self, tables: Iterable[TargetTable]) -> dict[str, int]:
        """Move sequences past the loaded values; never backwards, and never out of their range.

        A sequence that several columns draw from moves past the values of all of them.
        """
        by_oid = {table.oid: table for table in tables}
        sent = [row for row in self.sequences(by_oid.values()) if row["column"] in by_oid[row["relation"]].rows.columns]
        moved: dict[str, int] = {}
        for _, group in groupby(sent, key=lambda row: row["oid"]):
            rows = list(group)
            value = self._advance([(by_oid[row["relation"]], row["column"]) for row in rows], rows[0])
            if value is not None:
                moved[str(TableRef(rows[0]["schema"], rows[0]["name"]))] = value
        return moved

    def _advance(self, columns: Iterable[tuple[TargetTable, str]], row: Mapping[str, Any]) -> int | None:
        sequence = sql.Identifier(row["schema"], row["name"])
        extreme = sql.SQL("pg_catalog.max" if row["ascends"] else "pg_catalog.min")
        edges = [
            sql.SQL("SELECT {}({})::bigint AS edge FROM {}").format(extreme, sql.Identifier(column), table.sql)
            for table, column in columns
        ]
        statement = sql.SQL(
            "SELECT pg_catalog.setval({literal}, loaded.edge) FROM "
            "(SELECT {extreme}(edge) AS edge FROM ({edges}) edges) loaded, {sequence} s "
            "WHERE loaded.edge BETWEEN {minimum} AND {maximum} "
            "AND (loaded.edge {beyond} s.last_value OR (loaded.edge = s.last_value AND NOT s.is_called))"
        ).format(
            literal=sql.Literal(sequence.as_string(self._connection)),
            extreme=extreme,
            edges=sql.SQL(" UNION ALL ").join(edges),
            beyond=sql.SQL(">" if row["ascends"] else "<"),
            sequence=sequence,
            minimum=sql.Literal(row["minimum"]),
            maximum=sql.Literal(row["maximum"]),
        )
        found = self._connection.execute(statement).fetchone()
        return int(found[0]) if found else None


def arrange(tables: Iterable[TargetTable], keys: Iterable[TargetKey]) -> tuple[list[TargetTable], list[TargetKey]]:
    """Order the tables, and name the keys that go against the order and cannot wait for the end."""
    by_ref = {table.ref: table for table in tables}
    by_root: dict[int, list[TableRef]] = {}
    for table in by_ref.values():
        by_root.setdefault(table.root, []).append(table.ref)
    keys = list(keys)
    edges = [
        Edge(child, parent, waits=key.is_deferrable)
        for key in keys
        if key.child_root != key.parent_root
        for child in by_root[key.child_root]
        for parent in by_root[key.parent_root]
    ]
    order = load_order(by_ref, edges)
    first = {root: min(map(order.index, refs)) for root, refs in by_root.items()}
    last = {root: max(map(order.index, refs)) for root, refs in by_root.items()}
    against = [k for k in keys if not k.is_deferrable and _is_against(k, by_root, first, last)]
    return [by_ref[ref] for ref in order], against


def _is_against(
    key: TargetKey, by_root: Mapping[int, list[TableRef]], first: Mapping[int, int], last: Mapping[int, int]
) -> bool:
    if key.child_root == key.parent_root:
        # One COPY checks its own rows at its end; partitions loaded one by one may refer to a later one.
        return len(by_root[key.child_root]) > 1
    return first[key.child_root] < last[key.parent_root]


def trigger_report(triggers: Iterable[Mapping[str, Any]], *, disabled: bool) -> tuple[LoadTrigger, ...]:
    """Triggers for the report."""
    return tuple(
        LoadTrigger(
            schema_name=row["schema"],
            table=row["table"],
            name=row["name"],
            fired=not disabled and row["enabled"] in ("O", "A"),
        )
        for row in triggers
    )


def _target_table(ref: TableRef, origin: TableRef, source: RowSource, row: Mapping[str, Any] | None) -> TargetTable:
    if row is None:
        raise LoadError(f"{ref}: no such table in the target", hint="apply the schema there first, or map its name")
    if row["kind"] in _KINDS:
        raise LoadError(f"{ref}: is {_KINDS[row['kind']]}, not a table")
    for column in source.columns:
        if column not in row["columns"]:
            raise LoadError(
                f"{ref}: {source.name} has column {column!r}, which the table has not or generates itself",
                hint=did_you_mean(column, row["columns"]),
            )
    return TargetTable(
        ref=ref,
        origin=origin,
        rows=source,
        oid=row["oid"],
        root=row["root"],
        is_partitioned=row["kind"] == "p",
        had_rows=row["has_pages"],
    )


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
