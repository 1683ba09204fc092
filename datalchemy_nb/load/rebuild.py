"""Keys and indexes that give way while rows are copied into empty tables, and are built again behind them.

A foreign key, a unique constraint or an index is only dropped where it can be made again exactly as it was: the catalog
of the tables is read before and after, and must be the same. What cannot be, stays on, with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import psycopg
from psycopg import sql

from datalchemy_nb.contracts.load import KeptOn, WhyKeptOn
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import LoadError
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.load.target import LoadTarget, TargetTable
from datalchemy_nb.records import dataclass

_LOCK_WAIT_MS = 1000
"""How long other sessions may take to let go of the tables before rows are copied with every key on.

To it comes twice the server's `deadlock_timeout`: only after that does PostgreSQL end a vacuum of its own in the way.
"""
_SORT_MEMORY_KB = 256 * 1024


@dataclass(frozen=True)
class _Index:
    """An index, or a primary key or unique constraint with its index."""

    oid: int
    relation: int
    schema: str
    table: str
    name: str
    constraint_type: str | None
    is_deferrable: bool | None
    is_deferred: bool | None
    constraint_comment: str | None
    comment: str | None
    definition: str
    tablespace: str
    is_clustered: bool
    is_replica_identity: bool
    is_unique: bool
    nulls_not_distinct: bool
    predicate: str | None
    keys: tuple[str, ...]
    statistics: tuple[tuple[str, str], ...]
    is_invalid: bool
    is_exclusion: bool
    calls_function: bool
    of_extension: bool
    foreign_keys: tuple[int, ...]
    dependent: str | None

    def __str__(self) -> str:
        return f"{TableRef(self.schema, self.table)}.{self.name}"

    @property
    def on(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.table)

    def drop(self) -> sql.Composed:
        if self.constraint_type:
            return sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(self.on, sql.Identifier(self.name))
        return sql.SQL("DROP INDEX {}").format(sql.Identifier(self.schema, self.name))

    def build(self) -> Iterator[sql.SQL | sql.Composed]:
        """The statements that make it again; the first one reads the rows."""
        name, itself = sql.Identifier(self.name), sql.Identifier(self.schema, self.name)
        yield _raw(self.definition)
        if self.constraint_type:
            kind = sql.SQL("PRIMARY KEY" if self.constraint_type == "p" else "UNIQUE")
            waits = _raw(
                f"{'DEFERRABLE' if self.is_deferrable else 'NOT DEFERRABLE'} "
                f"INITIALLY {'DEFERRED' if self.is_deferred else 'IMMEDIATE'}"
            )
            yield sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {} {}").format(
                self.on, name, kind, name, waits
            )
        if self.is_clustered:
            yield sql.SQL("ALTER TABLE {} CLUSTER ON {}").format(self.on, name)
        if self.is_replica_identity:
            yield sql.SQL("ALTER TABLE {} REPLICA IDENTITY USING INDEX {}").format(self.on, name)
        for number, target in self.statistics:
            yield sql.SQL("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}").format(
                itself, sql.Literal(int(number)), sql.Literal(int(target))
            )
        if self.comment is not None:
            yield sql.SQL("COMMENT ON INDEX {} IS {}").format(itself, sql.Literal(self.comment))
        if self.constraint_comment is not None:
            yield sql.SQL("COMMENT ON CONSTRAINT {} ON {} IS {}").format(
                name, self.on, sql.Literal(self.constraint_comment)
            )

    def refused(self) -> sql.Composed:
        """A query for the number, in the order of the rows, of the first one whose key stands above it already."""
        keys = [_raw(key) for key in self.keys]
        within: list[sql.SQL | sql.Composed] = [_raw(f"({self.predicate})" if self.predicate else "true")]
        if not self.nulls_not_distinct:
            within += [sql.SQL("({}) IS NOT NULL").format(key) for key in keys]
        return sql.SQL(
            "SELECT (SELECT pg_catalog.count(*) FROM {table} above WHERE above.ctid <= place) FROM "
            "(SELECT ctid AS place, pg_catalog.row_number() OVER (PARTITION BY {keys} ORDER BY ctid) AS twin "
            "FROM {table} WHERE {within}) keyed WHERE twin > 1 ORDER BY place LIMIT 1"
        ).format(table=self.on, keys=sql.SQL(", ").join(keys), within=sql.SQL(" AND ").join(within))


@dataclass(frozen=True)
class _ForeignKey:
    oid: int
    relation: int
    referenced: int
    schema: str
    table: str
    name: str
    definition: str
    comment: str | None
    is_valid: bool
    is_enforced: bool
    is_temporal: bool
    matches_full: bool
    is_inherited: bool
    may_refer: bool
    fires: bool
    referenced_schema: str
    referenced_table: str
    columns: tuple[str, ...]
    referenced_columns: tuple[str, ...]
    operators: tuple[str, ...]

    def __str__(self) -> str:
        return f"{TableRef(self.schema, self.table)}.{self.name}"

    @property
    def on(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.table)

    def drop(self) -> sql.Composed:
        return sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(self.on, sql.Identifier(self.name))

    def build(self) -> Iterator[sql.SQL | sql.Composed]:
        """The statements that make it again; the first one checks the rows."""
        name = sql.Identifier(self.name)
        yield sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(self.on, name, _raw(self.definition))
        if self.comment is not None:
            yield sql.SQL("COMMENT ON CONSTRAINT {} ON {} IS {}").format(name, self.on, sql.Literal(self.comment))

    def refused(self) -> sql.Composed:
        """A query for the number, in the order of the rows, of the first one without its parent."""
        child = [sql.SQL("child.{}").format(sql.Identifier(name)) for name in self.columns]
        parent = [sql.SQL("parent.{}").format(sql.Identifier(name)) for name in self.referenced_columns]
        meets = [
            sql.SQL("{} {} {}").format(p, _raw(operator), c)
            for p, c, operator in zip(parent, child, self.operators, strict=True)
        ]
        known = [sql.SQL("{} IS NOT NULL").format(c) for c in child]
        return sql.SQL(
            "SELECT (SELECT pg_catalog.count(*) FROM {table} above WHERE above.ctid <= place) FROM "
            "(SELECT child.ctid AS place FROM {table} child WHERE ({known}) "
            "AND NOT EXISTS (SELECT FROM ONLY {parents} parent WHERE {meets})) orphan ORDER BY place LIMIT 1"
        ).format(
            table=self.on,
            known=sql.SQL(" OR " if self.matches_full else " AND ").join(known),
            parents=sql.Identifier(self.referenced_schema, self.referenced_table),
            meets=sql.SQL(" AND ").join(meets),
        )


@dataclass
class Rebuild:
    """What was dropped, until it is built again.

    Attributes:
        tables: oids of the tables whose keys gave way.
        fresh: those that hold nothing but what this transaction copies, in its order, so that COPY may freeze it.
        kept_on: what did not give way, and why.
        refused_row: per key that could not be built, the number of the first row that does not fit.
    """

    connection: Connection
    tables: frozenset[int] = frozenset()
    fresh: frozenset[int] = frozenset()
    kept_on: tuple[KeptOn, ...] = ()
    rebuilt: list[str] = field(default_factory=list)
    refused_row: dict[str, int] = field(default_factory=dict)
    _indexes: list[_Index] = field(default_factory=list)
    _foreign_keys: list[_ForeignKey] = field(default_factory=list)
    _before: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    _loaded: set[int] = field(default_factory=set)
    _late: frozenset[int] = frozenset()

    def dropped(self, name: str) -> bool:
        """Whether the foreign key of this name (``schema.table.constraint``) is one of those that gave way."""
        return any(str(key) == name for key in self._foreign_keys)

    def begin(self) -> None:
        """Find the tables whose rows leave checks for the end, which PostgreSQL wants done before an index is made."""
        rows = self.connection.execute(
            "SELECT DISTINCT conrelid FROM pg_catalog.pg_constraint WHERE condeferrable AND conrelid = ANY (%s)",
            (list(self.tables),),
        )
        self._late = frozenset(row[0] for row in rows)

    def behind(self, table: int, building: Callable[[str], None]) -> None:
        """Build what belongs to a table whose rows are in: its indexes, and foreign keys with both ends loaded.

        Args:
            table: its oid.
            building: told the name of each, before it is built.

        Raises:
            psycopg.Error: a row does not fit; `refused_row` tells which.
        """
        if table not in self.tables or table in self._late:
            return
        self._loaded.add(table)
        for index in [i for i in self._indexes if i.relation == table]:
            self._build(index, building)
        for key in [k for k in self._foreign_keys if {k.relation, k.referenced} <= self._loaded]:
            if table in (key.relation, key.referenced):
                self._build(key, building)

    def finish(self, building: Callable[[str], None]) -> None:
        """Build the rest, once no check is left for the end."""
        late, self._late = sorted(self._late), frozenset()
        for table in late:
            self.behind(table, building)

    def _build(self, dropped: _Index | _ForeignKey, building: Callable[[str], None]) -> None:
        building(str(dropped))
        reads, *rest = dropped.build()
        if isinstance(dropped, _Index):
            self.connection.execute(
                "SELECT pg_catalog.set_config('default_tablespace', %s, true)", (dropped.tablespace,)
            )
        try:
            with self.connection.transaction():
                self.connection.execute(reads)
        except psycopg.IntegrityError:
            self._locate(dropped)
            raise
        for statement in rest:
            self.connection.execute(statement)
        self.rebuilt.append(str(dropped))

    def _locate(self, dropped: _Index | _ForeignKey) -> None:
        if dropped.relation not in self.fresh:
            return
        try:
            with self.connection.transaction():
                number = self.connection.execute(dropped.refused()).fetchone()
        except psycopg.Error:
            return
        if number is not None:
            self.refused_row[dropped.name] = int(number[0])

    def verify(self, target: LoadTarget) -> None:
        """Compare the catalog with what it was.

        Raises:
            LoadError: something came back otherwise; the transaction must be rolled back.
        """
        if not self.tables:
            return
        changed = next(iter(self._before - (now := _catalog(target, self.tables))), None) or next(
            iter(now - self._before), None
        )
        if changed is not None:
            raise LoadError(
                f"{changed[1]} would not be as it was before the load; nothing was kept",
                hint="load with --no-rebuild, which leaves keys and indexes on",
            )


def give_way(
    target: LoadTarget,
    tables: Sequence[TargetTable],
    triggers: Sequence[Mapping[str, Any]],
    emptied: Collection[int] = (),
) -> Rebuild:
    """Drop what may be dropped of these tables; what stays is told with its reason.

    Args:
        tables: to be loaded, in their order.
        triggers: user triggers that will fire.
        emptied: oids of tables that this transaction has truncated.
    """
    connection = target.connection
    whole = _why_nothing(target, triggers)
    if whole is not None:
        return Rebuild(connection, kept_on=(whole,))
    try:
        with connection.transaction():
            return _give_way(target, tables, emptied)
    except psycopg.errors.LockNotAvailable:
        why = KeptOn(reason="in_use")
    except psycopg.errors.InsufficientPrivilege:
        why = KeptOn(reason="rights")
    except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.FeatureNotSupported):
        why = KeptOn(reason="server")
    return Rebuild(connection, kept_on=(why,))


def foreign_keys_give_way(target: LoadTarget, tables: Sequence[TargetTable]) -> Rebuild:
    """Drop the foreign keys between these tables, so that deleting rows need not search children one by one.

    Where that cannot be done they stay, and so do all others.
    """
    connection = target.connection
    facts = {row["oid"]: row for row in target.rows("load_rebuild_tables", relations=[t.oid for t in tables])}
    able = {t.oid: t for t in tables if _why_not(facts[t.oid]) is None}
    if not able or target.rows("load_event_triggers"):
        return Rebuild(connection)
    try:
        with connection.transaction():
            _lock(connection, list(able.values()))
            before = _catalog(target, able)
            keys = _droppable(target, able)[0]
            for key in keys.values():
                connection.execute(key.drop())
    except (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
        return Rebuild(connection)
    return Rebuild(connection, tables=frozenset(able), _foreign_keys=list(keys.values()), _before=before)


def _droppable(target: LoadTarget, tables: Mapping[int, TargetTable]) -> tuple[dict[int, _ForeignKey], list[KeptOn]]:
    """Foreign keys between the tables that can be dropped, and why others cannot."""
    every = [_ForeignKey(**_fields(row)) for row in target.rows("load_rebuild_foreign_keys", relations=list(tables))]
    # A foreign key to a table outside stays: dropping it would shut out the readers of that table.
    within = [key for key in every if key.referenced in tables]
    kept_on = [KeptOn(object=str(key), reason=why) for key in within if (why := _why_key_stays(key)) is not None]
    return {key.oid: key for key in within if _why_key_stays(key) is None}, kept_on


def _why_nothing(target: LoadTarget, triggers: Sequence[Mapping[str, Any]]) -> KeptOn | None:
    inserts = next((t for t in triggers if t["on_insert"]), None)
    if inserts is not None:
        # What it does, searching by a key or leaving a row out, may need the keys.
        return KeptOn(
            reason="insert_trigger", detail=f"{TableRef(inserts['schema'], inserts['table'])}.{inserts['name']}"
        )
    events = target.rows("load_event_triggers")
    return KeptOn(reason="event_trigger", detail=events[0]["name"]) if events else None


def _give_way(target: LoadTarget, tables: Sequence[TargetTable], emptied: Collection[int]) -> Rebuild:
    connection = target.connection
    facts = {row["oid"]: row for row in target.rows("load_rebuild_tables", relations=[t.oid for t in tables])}
    kept_on = [KeptOn(object=str(t.ref), reason=why) for t in tables if (why := _why_not(facts[t.oid])) is not None]
    able = [t for t in tables if _why_not(facts[t.oid]) is None]
    filled = _lock(connection, able)
    kept_on += [KeptOn(object=str(t.ref), reason="holds_rows") for t in able if t.oid in filled]
    empty = {t.oid: t for t in able if t.oid not in filled}
    if not empty:
        return Rebuild(connection, kept_on=tuple(kept_on))
    before = _catalog(target, empty)
    indexes = [_Index(**_fields(row)) for row in target.rows("load_rebuild_indexes", relations=list(empty))]
    keys, staying = _droppable(target, empty)
    kept_on += staying
    going = [index for index in indexes if _why_index_stays(index, keys) is None]
    changing = _changing(connection, going)
    kept_on += [
        KeptOn(object=str(i), reason=why, detail=i.dependent if why == "depended_on" else None)
        for i in indexes
        if (why := "printed_otherwise" if i.oid in changing else _why_index_stays(i, keys)) is not None
    ]
    going = [index for index in going if index.oid not in changing]
    for statement in (*(key.drop() for key in keys.values()), *(index.drop() for index in going)):
        connection.execute(statement)
    connection.execute(
        "SELECT pg_catalog.set_config('maintenance_work_mem', greatest(%s, setting::bigint)::text, true) "
        "FROM pg_catalog.pg_settings WHERE name = 'maintenance_work_mem'",
        (_SORT_MEMORY_KB,),
    )
    fresh = _empty_for_good(connection, empty, facts, set(keys))
    return Rebuild(
        connection,
        tables=frozenset(empty),
        fresh=fresh.union(emptied).intersection(empty),
        kept_on=tuple(kept_on),
        _indexes=going,
        _foreign_keys=list(keys.values()),
        _before=before,
    )


def _why_not(facts: Mapping[str, Any]) -> WhyKeptOn | None:
    if facts["partitioned"] or facts["inherits"]:
        return "partitioned"
    if not facts["owned"] or not facts["may_create"]:
        return "not_owner"
    return None


def _why_key_stays(key: _ForeignKey) -> WhyKeptOn | None:
    if not key.is_valid and key.is_enforced:
        return "not_valid"
    if key.is_temporal or key.is_inherited:
        return "exclusion"
    if not key.fires:
        return "switched_off"
    return None if key.may_refer else "rights"


def _why_index_stays(index: _Index, keys: Mapping[int, _ForeignKey]) -> WhyKeptOn | None:
    if index.is_exclusion:
        return "exclusion"
    if index.is_invalid:
        return "not_valid"
    if index.calls_function:
        return "calls_function"
    if index.of_extension:
        return "of_extension"
    if index.dependent is not None:
        return "depended_on"
    return None if set(index.foreign_keys) <= set(keys) else "referred_to"


def _changing(connection: Connection, indexes: Sequence[_Index]) -> set[int]:
    """Indexes whose definition PostgreSQL would print otherwise once they are made from it, tried on the empty tables.

    A predicate as ``(a)::text = ANY ((ARRAY['x'::varchar])::text[])`` is simplified when it is read.
    """
    unsure = [i for i in indexes if i.predicate or any("(" in key for key in i.keys)]
    found: set[int] = set()
    if not unsure:
        return found
    with connection.transaction(force_rollback=True):
        for index in unsure:
            connection.execute(index.drop())
            connection.execute(next(index.build()))
            name = sql.Literal(sql.Identifier(index.schema, index.name).as_string(connection))
            query = sql.SQL("SELECT pg_catalog.pg_get_indexdef(pg_catalog.to_regclass({}))").format(name)
            if connection.execute(query).fetchone() != (index.definition,):
                found.add(index.oid)
    return found


def _lock(connection: Connection, tables: Sequence[TargetTable]) -> set[int]:
    """Shut others out of the tables, and return the oids of those that hold rows."""
    if not tables:
        return set()
    names = [sql.SQL("ONLY {}").format(table.sql) for table in tables]
    before = connection.execute("SELECT pg_catalog.current_setting('lock_timeout')").fetchone() or ("0",)
    connection.execute(
        "SELECT pg_catalog.set_config('lock_timeout', (%s + 2 * setting::bigint)::text || 'ms', true) "
        "FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'",
        (_LOCK_WAIT_MS,),
    )
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(names)))
    connection.execute("SELECT pg_catalog.set_config('lock_timeout', %s, true)", before)
    holds = [sql.SQL("EXISTS (SELECT FROM {})").format(name) for name in names]
    found = connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(holds))).fetchone() or ()
    return {table.oid for table, filled in zip(tables, found, strict=True) if filled}


def _empty_for_good(
    connection: Connection, empty: Mapping[int, TargetTable], facts: Mapping[int, Any], dropped: set[int]
) -> frozenset[int]:
    """Take away what dead rows left, so that rows lie in the order in which they come, and need no second look.

    Where changes are sent to other servers nothing is: they would empty their tables too.
    """
    logical = connection.execute("SELECT pg_catalog.current_setting('wal_level') = 'logical'").fetchone() == (True,)
    able = {
        oid: table
        for oid, table in empty.items()
        if not logical and not facts[oid]["truncate_trigger"] and set(facts[oid]["referred_by"]) <= dropped
    }
    if able:
        names = [sql.SQL("ONLY {}").format(table.sql) for table in able.values()]
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
    return frozenset(able)


def _catalog(target: LoadTarget, tables: Iterable[int]) -> Counter[tuple[int, str, str]]:
    rows = target.rows("load_catalog", relations=sorted(tables))
    return Counter((row["relation"], row["name"], row["fact"]) for row in rows)


def _raw(text: str) -> sql.SQL:
    """SQL that the server printed."""
    return sql.SQL(text)  # type: ignore[arg-type, unused-ignore]


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuple(value) for name, value in row.items()}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value
