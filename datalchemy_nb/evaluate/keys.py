"""Constraints on sets of rows of one table: PRIMARY KEY, UNIQUE, unique indexes."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from datalchemy_nb.contracts.names import quote_ident, show_ident
from datalchemy_nb.contracts.schema import Index, PrimaryKey, Unique
from datalchemy_nb.evaluate.cells import prepared
from datalchemy_nb.evaluate.checks_sql import Translated, Translator
from datalchemy_nb.evaluate.findings import CheckClass, Finding, Findings
from datalchemy_nb.evaluate.indexes import parts_of
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.sorting import different
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection, one_row

_FETCHED = 4_000_000
"""Hashes of keys are counted here where there are at most so many, and by a query elsewhere."""
_RARE = 10_000
"""Hashes are tried again where no more than one row in so many shares one."""


@dataclass(frozen=True, slots=True)
class Key:
    """Something whose values must differ between rows.

    Attributes:
        parts: quoted column names or expressions, as PostgreSQL writes them.
        predicate: rows concerned, for a partial index.
    """

    kind: CheckClass
    title: str
    shown: str
    parts: tuple[str, ...]
    predicate: str | None = None
    nulls_collide: bool = False


def keys_of(table: LoadedTable, findings: Findings) -> Iterator[Key]:
    """Primary key, unique constraints, then unique indexes that serve neither; temporal keys are judged elsewhere."""
    named = set()
    for constraint in table.table.constraints:
        if not isinstance(constraint, PrimaryKey | Unique):
            continue
        named.add(constraint.name)
        if constraint.without_overlaps:
            continue
        primary = isinstance(constraint, PrimaryKey)
        yield Key(
            kind="pk" if primary else "unique",
            title=constraint.name or ("primary key" if primary else "unique"),
            shown=",".join(show_ident(name) for name in constraint.columns),
            parts=tuple(quote_ident(name) for name in constraint.columns),
            nulls_collide=isinstance(constraint, Unique) and constraint.nulls_not_distinct,
        )
    for index in table.table.indexes:
        if index.is_unique and not index.is_primary and index.constraint is None and index.name not in named:
            yield from _index_key(table, index, findings)


def _index_key(table: LoadedTable, index: Index, findings: Findings) -> Iterator[Key]:
    try:
        parts, predicate = parts_of(index)
    except Unsupported as error:
        findings.warn("unique_unsupported", str(table.ref), f"unique index {index.name} is not evaluated: {error}")
        return
    plain = all(key.column is not None for key in index.keys)
    shown = ",".join(show_ident(key.column or "") for key in index.keys) if index.keys and plain else index.name
    yield Key("unique", index.name, shown, parts, predicate, index.nulls_not_distinct)


def _part(con: Connection, table: LoadedTable, translator: Translator, part: str) -> Translated:
    """The SQL of a part of a key; that of a column as it was loaded needs no translation.

    Raises:
        Unsupported: it cannot be translated, or DuckDB refuses it.
    """
    name = part[1:-1].replace('""', '"') if part.startswith('"') and part.endswith('"') else None
    column = table.columns.get(name) if name is not None and quote_ident(name) == part else None
    if column is None or column.reading.family == "opaque":
        return prepared(con, table, translator, part)
    return Translated(column.sql, (column.column.name,))


def check_key(
    con: Connection, table: LoadedTable, key: Key, translator: Translator, findings: Findings
) -> tuple[str, int] | None:
    """Count rows that repeat the key of an earlier row.

    Returns:
        The SQL name of the column and how many different values it has, where the key is one column and none repeats.
    """
    if findings.mode(table.ref, key.kind) == "ignore":
        return None
    path = f"{table.ref}.{key.shown}"
    code = "primary_key" if key.kind == "pk" else "unique"
    try:
        parts = [_part(con, table, translator, part) for part in key.parts]
        where = _rows_concerned(con, table, key, [part.sql for part in parts], translator)
    except Unsupported as error:
        findings.warn(f"{code}_unsupported", path, f"{key.title} is not evaluated: {error}")
        return None
    columns = tuple(dict.fromkeys(name for part in parts for name in part.columns))
    texts = [part.sql for part in parts]
    hashable = all(_hashable(table.columns[name]) for name in columns if name in table.columns)
    try:
        rows = _surely_different(con, table, key, texts, where) if hashable else None
        count, row = (0, None) if rows is not None else _repeats(con, table, texts, where)
    except duckdb.Error:
        findings.warn(f"{code}_unsupported", path, f"{key.title} is not evaluated: it fails on some row")
        return None
    findings.checked(key.kind)
    if count:
        message = f"{count} row{'s repeat' if count > 1 else ' repeats'} the key of an earlier row ({key.title})"
        findings.add(Finding(table.ref, key.kind, code, path, message, count, row, columns))
        return None
    alone = key.predicate is None and not key.nulls_collide and len(columns) == 1 and columns[0] in table.columns
    if not alone or rows is None or texts != [table.columns[columns[0]].sql]:
        return None
    return texts[0], rows


def check_beside(
    con: Connection, table: LoadedTable, held: LoadedTable, key: Key, translator: Translator, findings: Findings
) -> None:
    """Count rows that repeat the key of a row which the database held before."""
    if findings.mode(table.ref, key.kind) == "ignore":
        return
    path = f"{table.ref}.{key.shown}"
    code = "primary_key" if key.kind == "pk" else "unique"
    told = f"{key.title} is not compared with the rows that were there before"
    try:
        parts = [prepared(con, table, translator, part) for part in key.parts]
        texts = [part.sql for part in parts]
        where = _rows_concerned(con, table, key, texts, translator)
        columns = tuple(dict.fromkeys(name for part in parts for name in part.columns))
        if not held.has(*columns):
            raise Unsupported("a column of it was not read")
        wheld = _rows_concerned(con, held, key, texts, translator)
        names = [f"k{i}" for i in range(len(texts))]
        selected = ", ".join(f"{part} AS {name}" for part, name in zip(texts, names, strict=True))
        alike = "IS NOT DISTINCT FROM" if key.nulls_collide else "="
        same = " AND ".join(f"r.{name} {alike} h.{name}" for name in names)
        query = (
            f"SELECT count(*), min(row) + 1 FROM (SELECT rowid AS row, {selected} FROM {table.sql} WHERE {where}) r "
            f"SEMI JOIN (SELECT {selected} FROM {held.sql} WHERE {wheld}) h ON {same}"
        )
        count, row = one_row(con, query)
    except Unsupported as error:
        findings.warn(f"{code}_unsupported", path, f"{told}: {error}")
        return
    except duckdb.Error:
        findings.warn(f"{code}_unsupported", path, f"{told}: it fails on some row")
        return
    findings.checked(key.kind)
    if count:
        verb = "repeat" if count > 1 else "repeats"
        message = f"{count} row{'s' if count > 1 else ''} {verb} the key of a row that was there before ({key.title})"
        findings.add(Finding(table.ref, key.kind, code, path, message, int(count), int(row), columns))


def _rows_concerned(con: Connection, table: LoadedTable, key: Key, parts: list[str], translator: Translator) -> str:
    conditions = ["true"]
    if key.predicate is not None:
        conditions.append(prepared(con, table, translator, key.predicate).sql)
    if key.nulls_collide:
        # A bad cell was turned into a null; it must not collide with the real ones.
        conditions += [f"{column.fault} = 0" for column in table.columns.values() if _reads(parts, column.sql)]
    else:
        conditions += [f"{part} IS NOT NULL" for part in parts]
    return " AND ".join(conditions)


def _reads(parts: list[str], column: str) -> bool:
    return any(column in part.replace("(", " ").replace(")", " ").replace(",", " ").split() for part in parts)


def _hashable(column: LoadedColumn) -> bool:
    """Whether equal values always have equal hashes."""
    return not column.reading.nocase and column.reading.family not in ("float", "interval", "json")


def _surely_different(con: Connection, table: LoadedTable, key: Key, parts: list[str], where: str) -> int | None:
    """How many rows have a key, where no two have the same; None where they may.

    Different hashes prove different keys, in a fraction of the memory that comparing the keys takes.
    """
    few = table.few
    if few is not None and key.predicate is None and not key.nulls_collide and few.holds(parts):
        found = few.present(parts)
        keys = len(few.counted(parts[0])) if len(parts) == 1 else len(set(few.tuples(parts)))
        return found if found == keys else None
    rows, found = _hashes(con, table, parts, where)
    if found < rows <= found + rows // _RARE:
        # Texts alike in most letters may share a hash, though hardly one letter longer.
        texts = {column.sql for column in table.columns.values() if column.reading.sql_type == "VARCHAR"}
        longer = [f"{part} || '.'" if part in texts else part for part in parts]
        rows, found = _hashes(con, table, longer, where) if longer != parts else (rows, found)
    return rows if rows == found else None


def _hashes(con: Connection, table: LoadedTable, parts: Sequence[str], where: str) -> tuple[int, int]:
    """How many rows have a key, and how many different hashes these keys have."""
    hashed = f"hash({', '.join(parts)})"
    if table.rows <= _FETCHED:
        hashes = con.execute(f"SELECT {hashed} AS h FROM {table.sql} WHERE {where}").fetchnumpy()["h"]
        return len(hashes), different(hashes)
    rows, found = one_row(con, f"SELECT count(*), count(DISTINCT {hashed}) FROM {table.sql} WHERE {where}")
    return int(rows), int(found)


def _repeats(con: Connection, table: LoadedTable, parts: list[str], where: str) -> tuple[int, int | None]:
    names = [f"k{i}" for i in range(len(parts))]
    listed = ", ".join(names)
    selected = ", ".join(f"{part} AS {name}" for part, name in zip(parts, names, strict=True))
    rows = f"SELECT rowid AS row, {selected} FROM {table.sql} WHERE {where}"
    groups = f"SELECT {listed}, count(*) AS n, min(row) AS first FROM ({rows}) GROUP BY {listed} HAVING count(*) > 1"
    quick = f"SELECT count(*) - 1 AS extra FROM ({rows}) GROUP BY {listed} HAVING count(*) > 1"
    count = int(one_row(con, f"SELECT coalesce(sum(extra), 0) FROM ({quick})")[0])
    if not count:
        return 0, None
    same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM g.{name}" for name in names)
    first = one_row(con, f"SELECT min(r.row) + 1 FROM ({rows}) r JOIN ({groups}) g ON {same} AND r.row > g.first")[0]
    return count, int(first)
