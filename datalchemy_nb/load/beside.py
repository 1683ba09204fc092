"""Rows that go beside others: their keys are compared with those that the tables hold, before a row is sent.

A run made with the keys of existing rows repeats none of them. Rows that came since then it cannot know.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from psycopg import sql

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import LoadError
from datalchemy_nb.load.copying import send
from datalchemy_nb.load.target import LoadTarget, TargetTable

_NAMED = 5
"""Unique sets that a message names."""
_KEYS = "datalchemy_beside"


def refuse_repeated(target: LoadTarget, tables: Sequence[TargetTable], telling: Callable[[TargetTable], None]) -> None:
    """Compare the keys of rows to be sent with those of rows that are there, by a join on the server.

    Compared are unique sets whose columns are sent, where the role may read them and make temporary tables; of others
    PostgreSQL tells at the row.

    Args:
        target: where the rows go.
        tables: those that hold rows.
        telling: called before each table.

    Raises:
        LoadError: keys are repeated; nothing was sent.
    """
    if not tables or target.rows("load_event_triggers"):
        return
    by_oid = {table.oid: table for table in tables}
    sets: dict[int, list[Mapping[str, Any]]] = {}
    for row in target.rows("load_unique_sets", relations=list(by_oid)):
        if row["may_compare"] and set(row["columns"]) <= set(by_oid[row["relation"]].rows.columns):
            sets.setdefault(row["relation"], []).append(row)
    told: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for oid, found in sets.items():
            telling(by_oid[oid])
            told += _repeated(target, by_oid[oid], found, Path(scratch))
    if told:
        more = f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        raise LoadError(
            f"{'; '.join(told[:_NAMED])}{more}: nothing was sent",
            hint="read the keys that are there now (generate --read-existing), unload what was loaded, or empty the "
            "tables first (--truncate)",
        )


def _repeated(
    target: LoadTarget, table: TargetTable, sets: Sequence[Mapping[str, Any]], scratch: Path
) -> Iterator[str]:  # fmt: skip
    connection, keys = target.connection, TableRef("pg_temp", _KEYS)
    read = {name for one in sets for name in one["columns"]}
    columns = [name for name in table.rows.columns if name in read]
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(_KEYS), sql.SQL(", ").join(map(sql.Identifier, columns)), table.sql
        )
    )
    send(connection, keys, table.rows.only(columns, scratch), lambda done, count: None)
    connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(*keys)))
    for one in sets:
        row = connection.execute(_joined(table, keys, one)).fetchone()
        if row is not None and row[0]:
            count = int(row[0])
            verb = "rows repeat keys" if count > 1 else "row repeats a key"
            yield f"{table.ref}: {count:,} {verb} that the table holds ({one['name']})"
    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(*keys)))


def _joined(table: TargetTable, keys: TableRef, one: Mapping[str, Any]) -> sql.Composed:
    names = [sql.Identifier(f"k{number}") for number in range(len(one["keys"]))]
    parts = [sql.SQL("{} AS {}").format(_raw(f"({key})"), name) for key, name in zip(one["keys"], names, strict=True)]
    where = _raw(one["predicate"] or "true")
    rows = sql.SQL("SELECT {} FROM {} WHERE {}")
    alike = sql.SQL("IS NOT DISTINCT FROM" if one["nulls_not_distinct"] else "=")
    same = [sql.SQL("sent.{} {} held.{}").format(name, alike, name) for name in names]
    return sql.SQL("SELECT pg_catalog.count(*) FROM ({}) sent JOIN ({}) held ON {}").format(
        rows.format(sql.SQL(", ").join(parts), sql.Identifier(*keys), where),
        rows.format(sql.SQL(", ").join(parts), table.sql, where),
        sql.SQL(" AND ").join(same),
    )


def _raw(text: str) -> sql.SQL:
    """SQL that the server printed."""
    return sql.SQL(text)  # type: ignore[arg-type, unused-ignore]
