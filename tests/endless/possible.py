"""Whether a table that was refused can have a row at all: candidates by the thousand, and PostgreSQL says which hold.

Candidates are made of the values that conditions name, their neighbours, and a few of every kind. Rows whose parents
are not among the candidates go, until none goes any more; what is left could be loaded as it is. Of a table of which
nothing is left no row was found, which is evidence of a contradiction, and no proof.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import psycopg
from psycopg import sql

from datalchemy_nb.constraints.partitions import as_filled
from datalchemy_nb.contracts.names import TableRef, quote_ident
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, ForeignKey, Table

CANDIDATES = 3000
_FEWEST = 4
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(-?\d+(?:\.\d+)?)")
_FIXED = {
    "text": [*"A a B b x AA aa AB ab AA11 aa11 ab12 A@1 a@b AAA abc abcd ABCDE 1 7 11 42 99 a1b2 Ab - low".split(), ""],
    "date": "2024-01-01 2024-06-03 2024-06-01 2024-12-31 2025-03-01 2025-03-05 2000-01-03 1990-05-01".split(),
    "timestamp": [
        "2024-06-03 10:00", "2024-06-03 09:30", "2024-06-04 12:00", "2024-06-04 22:00", "2000-01-03 08:00",
        "2025-03-01 11:00", "2024-01-01 00:00", "2024-06-03 12:00",
    ],
    "time": ["07:00", "09:00", "12:30", "19:00", "08:00", "00:00"],
    "bool": ["t", "f"],
    "uuid": [f"{n}0000000-0000-4000-8000-000000000000" for n in range(1, 5)],
    "json": ['{"id": 1}', "{}", "[]", '{"id": "x", "n": 2}', "1", '"x"'],
    "bytea": ["\\x", "\\x00", "\\x00010203", "\\x" + "ab" * 32],
    "inet": ["1.2.3.4", "10.0.0.0/8", "::1", "fe80::/10"],
    "ints": ["{1}", "{1,2}", "{}", "{1,2,3,4,5,6}"],
    "texts": ["{a}", "{a,b}", "{}", "{NULL}"],
    "range": ["empty", "[1,5)", "[2024-01-01,2024-02-01)", "(,2020-01-01)", "[2020-02-01,)", "(3,9)", "[0,)", "[-5,2)"],
    "interval": ["1 hour", "1 day", "1 month", "2 years", "-1 day", "0"],
}  # fmt: skip


def rows_found(connection: psycopg.Connection[tuple[object, ...]], schema: DatabaseSchema) -> dict[TableRef, int]:
    """Return how many of the candidates of each table hold everything that is asked of a row and of its parents.

    Args:
        connection: to the database in which the schema is; nothing is kept there.
        schema: as introspected.
    """
    whole = as_filled(schema)
    tables = {
        ref: table
        for ref, table in whole.tables.items()
        if table.kind in ("table", "partitioned_table") and table.partition_of is None
    }
    chance = random.Random(7)
    with connection.transaction(force_rollback=True):
        done: list[TableRef] = []
        for ref in _in_order(tables):
            _candidates(connection, whole, ref, tables, chance, frozenset(done))
            done.append(ref)
        while sum(_without_orphans(connection, ref, tables) for ref in tables):
            pass
        return {ref: _count(connection, ref) for ref in tables}


def _in_order(tables: dict[TableRef, Table]) -> Iterator[TableRef]:
    left = dict(tables)
    while left:
        free = [
            ref
            for ref, table in left.items()
            if not any(key.target in left and key.target != ref for key in table.foreign_keys)
        ]
        for ref in free or list(left)[:1]:
            yield ref
            del left[ref]


def _pool(name: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"pool {name}"[:60])


def _candidates(
    connection: psycopg.Connection[tuple[object, ...]],
    schema: DatabaseSchema,
    ref: TableRef,
    tables: dict[TableRef, Table],
    chance: random.Random,
    done: frozenset[TableRef],
) -> None:
    table = tables[ref]
    texts = [check.expression for one in schema.tables.values() for check in one.checks]
    texts += [check.expression for domain in schema.domains for check in domain.checks]
    texts += [one.partition_of.constraint or "" for one in schema.tables.values() if one.partition_of]
    texts += [column.default or "" for column in table.columns]
    named = {"".join(found) for text in texts for found in _LITERAL.findall(text)}
    columns = [column for column in table.columns if column.generated is None]
    types = {column.name: _base(schema, column) for column in columns}
    values = {column.name: _values(connection, schema, column, types[column.name], named) for column in columns}
    nulls = {c.name: 0.2 if c.is_nullable and not _never_null(schema, c) else 0.0 for c in columns}
    rows = [
        [
            None if chance.random() < nulls[c.name] or not values[c.name] else chance.choice(values[c.name])
            for c in columns
        ]
        for _ in range(CANDIDATES)
    ]
    place = {column.name: at for at, column in enumerate(columns)}
    for key in table.foreign_keys:
        _refer(connection, ref, key, rows, place, chance, known=key.target in done)
    made = [sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(types[c.name])) for c in columns]
    computed = [
        sql.SQL("{} {} GENERATED ALWAYS AS ({}) STORED").format(
            sql.Identifier(c.name), sql.SQL(_base(schema, c)), sql.SQL(c.generated.expression or "NULL")
        )
        for c in table.columns
        if c.generated is not None
    ]
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} ({})").format(
            sql.Identifier(f"pool {ref.table}"[:60]), sql.SQL(", ").join([*made, *computed])
        )
    )
    names = sql.SQL(", ").join(sql.Identifier(c.name) for c in columns)
    _fill(connection, sql.SQL("COPY {} ({}) FROM STDIN").format(_pool(ref.table), names), rows)
    for condition in _conditions(schema, ref, table):
        _keep(connection, ref, condition)


def _fill(connection: psycopg.Connection[tuple[object, ...]], copy: sql.Composed, rows: list[list[str | None]]) -> None:
    """Put candidates in, all but those that a computed column cannot be computed of."""
    try:
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as sink:
            for row in rows:
                sink.write_row(row)
    except psycopg.DataError:
        if len(rows) > _FEWEST:
            _fill(connection, copy, rows[: len(rows) // 2])
            _fill(connection, copy, rows[len(rows) // 2 :])


def _refer(
    connection: psycopg.Connection[tuple[object, ...]],
    ref: TableRef,
    key: ForeignKey,
    rows: list[list[str | None]],
    place: dict[str, int],
    chance: random.Random,
    *,
    known: bool,
) -> None:
    """Let most rows refer to a candidate of the parent, or to rows of their own table."""
    if not all(name in place for name in key.columns):
        return
    if known:
        far = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in key.referenced_columns)
        found = connection.execute(sql.SQL("SELECT {} FROM {}").format(far, _pool(key.target.table))).fetchall()
        keys = [row for row in found if None not in row]
    elif key.target == ref and all(name in place for name in key.referenced_columns):
        keys = [tuple(row[place[name]] for name in key.referenced_columns) for row in rows]
    else:
        return
    for row in rows:
        if not keys or chance.random() < 0.15:
            continue
        own = key.target == ref and chance.random() < 0.5
        chosen = [row[place[name]] for name in key.referenced_columns] if own else chance.choice(keys)
        if any(row[place[name]] is None for name in key.columns) and chance.random() < 0.7:
            continue
        for name, value in zip(key.columns, chosen, strict=True):
            row[place[name]] = value  # type: ignore[assignment]


def _base(schema: DatabaseSchema, column: Column) -> str:
    kind = column.column_type
    domain = schema.domain_types.get((kind.udt_schema, kind.udt_name)) if kind.kind == "domain" else None
    return (domain.base if domain is not None else kind).data_type


def _never_null(schema: DatabaseSchema, column: Column) -> bool:
    kind = column.column_type
    domain = schema.domain_types.get((kind.udt_schema, kind.udt_name))
    return kind.kind == "domain" and domain is not None and domain.not_null


def _values(
    connection: psycopg.Connection[tuple[object, ...]],
    schema: DatabaseSchema,
    column: Column,
    kind: str,
    named: set[str],
) -> list[str]:
    enum = schema.enum_labels.get((column.column_type.udt_schema, column.column_type.udt_name))
    if enum:
        return list(enum)
    offered = set(named)
    low = kind.lower()
    if re.match(r"(int|big|small|numeric|double|real|serial)", low) and "range" not in low and "[" not in low:
        for text in [*named, "0", "1", "2", "5", "10", "42", "100", "101"]:
            try:
                number = float(text)
            except ValueError:
                continue
            for near in (number - 1, number, number + 1, number / 2, number * 2):
                offered.add(f"{near:g}" if near % 1 else str(int(near)))
    else:
        words = {"character": "text", "varchar": "text", "char": "text", "jsonb": "json"}
        kinds = [
            "range" if "range" in low else "ints" if "int" in low and "[]" in low else "texts" if "[]" in low else ""
        ]
        kinds = [name for name in kinds if name] or [name for name in [*_FIXED, *words] if low.startswith(name)]
        for name in kinds:
            offered.update(_FIXED[words.get(name, name)])
        if "text" in kinds or low.startswith("char"):
            offered |= {change(text) for text in named for change in (str.upper, str.lower)}
    if ("without" in low and low.startswith("time ")) or ("with time" in low and low.startswith("time ")):
        offered.update(_FIXED["time"])
    asked = "SELECT v FROM unnest(%s::text[]) v WHERE pg_input_is_valid(v, %s)"
    return [str(row[0]) for row in connection.execute(asked, [sorted(offered), kind]).fetchall()]


def _conditions(schema: DatabaseSchema, ref: TableRef, table: Table) -> Iterator[str]:
    for check in table.checks:
        yield check.expression.strip().removeprefix("CHECK").removesuffix("NOT VALID").removesuffix("NO INHERIT")
    for column in table.columns:
        kind = column.column_type
        domain = schema.domain_types.get((kind.udt_schema, kind.udt_name))
        for check in domain.checks if kind.kind == "domain" and domain is not None else ():
            text = check.expression.strip().removeprefix("CHECK").removesuffix("NOT VALID")
            yield quote_ident(column.name).join(re.split(r"\bVALUE\b", text))
        if not column.is_nullable:
            yield f"{quote_ident(column.name)} IS NOT NULL"
    if table.primary_key is not None:
        for name in table.primary_key.columns:
            yield f"{quote_ident(name)} IS NOT NULL"
    bounds = [
        one.partition_of.constraint
        for one in schema.tables.values()
        if one.partition_of and TableRef(one.partition_of.schema_name, one.partition_of.table) == ref
    ]
    if bounds and all(bounds) and not any("satisfies_hash" in str(bound) for bound in bounds):
        yield " OR ".join(f"({bound})" for bound in bounds)


def _keep(connection: psycopg.Connection[tuple[object, ...]], ref: TableRef, condition: str) -> None:
    """Drop the candidates that do not hold a condition; where it cannot be computed for one, row by row."""
    delete = "DELETE FROM {} WHERE {}NOT coalesce(({}), true)"
    pool = _pool(ref.table)
    try:
        with connection.transaction():
            connection.execute(sql.SQL(delete).format(pool, sql.SQL(""), sql.SQL(condition)))
    except psycopg.Error:
        places = connection.execute(sql.SQL("SELECT ctid::text FROM {}").format(pool)).fetchall()
        for (place,) in places[:600]:
            here = sql.SQL("ctid = {}::tid AND ").format(sql.Literal(place))
            try:
                with connection.transaction():
                    connection.execute(sql.SQL(delete).format(pool, here, sql.SQL(condition)))
            except psycopg.Error:
                connection.execute(sql.SQL("DELETE FROM {} WHERE ctid = {}::tid").format(pool, sql.Literal(place)))
        for (place,) in places[600:]:
            connection.execute(sql.SQL("DELETE FROM {} WHERE ctid = {}::tid").format(pool, sql.Literal(place)))


def _without_orphans(
    connection: psycopg.Connection[tuple[object, ...]], ref: TableRef, tables: dict[TableRef, Table]
) -> int:
    """Drop the candidates that refer to none; return how many went."""
    gone = 0
    for key in tables[ref].foreign_keys:
        if key.target not in tables:
            continue
        present = sql.SQL(" AND ").join(sql.SQL("c.{} IS NOT NULL").format(sql.Identifier(n)) for n in key.columns)
        same = sql.SQL(" AND ").join(
            sql.SQL("p.{} = c.{}").format(sql.Identifier(far), sql.Identifier(own))
            for own, far in zip(key.columns, key.referenced_columns, strict=True)
        )
        asked = sql.SQL("DELETE FROM {} c WHERE {} AND NOT EXISTS (SELECT FROM {} p WHERE {})").format(
            _pool(ref.table), present, _pool(key.target.table), same
        )
        gone += connection.execute(asked).rowcount
    return gone


def _count(connection: psycopg.Connection[tuple[object, ...]], ref: TableRef) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(_pool(ref.table))).fetchone()
    return int(str(row[0])) if row else 0
