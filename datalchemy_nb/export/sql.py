"""Runs as SQL: INSERT statements of a table's rows, and the psql script that loads a run's files in one transaction.

Every value is the text that stands in the CSV file, as a literal that PostgreSQL reads by its column's type, so that
both load the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from datalchemy_nb.contracts.names import TableRef, literal, quote_ident
from datalchemy_nb.contracts.pg_types import WHOLE
from datalchemy_nb.export import csv

if TYPE_CHECKING:
    from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
    from datalchemy_nb.export.formats import Script

SCRIPT = "load.sql"
BATCH_ROWS = 1000
"""Rows of one INSERT."""

_NEXTVAL = re.compile(r"nextval\(\(?'((?:[^']|'')+)'::(?:regclass|text)\)")
_HEAD = """\
-- Loads the rows that lie beside this file, in one transaction: {usage}
-- Tables must exist. The role needs INSERT on them{ownership}.
\\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
"""
_ADVANCE = """\
DO $datalchemy$ BEGIN
    PERFORM pg_catalog.setval({name}, CASE WHEN s.ascends THEN loaded.most ELSE loaded.least END)
    FROM
        (SELECT pg_catalog.max(v)::bigint AS most, pg_catalog.min(v)::bigint AS least FROM ({values}) u (v)) loaded,
        (SELECT seqincrement > 0 AS ascends, seqmin, seqmax FROM pg_catalog.pg_sequence WHERE seqrelid = {name}) s,
        {sequence} q
    WHERE CASE WHEN s.ascends THEN loaded.most ELSE loaded.least END BETWEEN s.seqmin AND s.seqmax
      AND CASE
          WHEN NOT q.is_called THEN true
          WHEN s.ascends THEN loaded.most > q.last_value
          ELSE loaded.least < q.last_value
      END;
END $datalchemy$;
"""


def inserts(ref: TableRef, frame: pl.DataFrame) -> bytes:
    """Return a frame's rows as INSERT statements of at most `BATCH_ROWS` rows.

    Args:
        ref: the table.
        frame: its columns; the first row begins a statement.
    """
    if not frame.height:
        return b""
    columns = ", ".join(map(quote_ident, frame.columns))
    begin = f"INSERT INTO {ref.sql} ({columns}) OVERRIDING SYSTEM VALUE VALUES\n"
    row = pl.int_range(pl.len())
    starts = pl.when(row % BATCH_ROWS == 0).then(pl.lit(begin)).otherwise(pl.lit(""))
    ends = (
        pl.when((row % BATCH_ROWS == BATCH_ROWS - 1) | (row == pl.len() - 1)).then(pl.lit(");")).otherwise(pl.lit("),"))
    )
    literals = pl.DataFrame([_literals(values) for values in frame.iter_columns()])
    line = pl.concat_str(starts, pl.lit("("), pl.concat_str(pl.all(), separator=", "), ends, separator="")
    buffer = io.BytesIO()
    literals.select(line.alias("line")).write_csv(buffer, include_header=False, quote_style="never")
    return buffer.getvalue()


def _literals(values: pl.Series) -> pl.Series:
    quoted = pl.concat_str(pl.lit("'"), pl.col("v").str.replace_all("'", "''", literal=True), pl.lit("'"))
    texts = pl.DataFrame([_texts(values).alias("v")])
    return texts.select(quoted.fill_null("NULL").alias(values.name)).to_series()


def _texts(values: pl.Series) -> pl.Series:
    """Every value as the CSV file has it."""
    if values.dtype == pl.String:
        return values
    # No value of another type holds the end of a line.
    lines = csv.encode(pl.DataFrame([values]), plain=True, null_value="NULL")
    return pl.read_csv(
        bytes(lines), has_header=False, new_columns=["v"], infer_schema=False, null_values=["NULL"], quote_char=None
    ).to_series()


def script(tables: Mapping[TableRef, tuple[str, ...]], schema: DatabaseSchema, how: Script) -> str:
    """Return the psql script that loads a run's files.

    Foreign keys that go against the order of the tables, and cannot be deferred, are made deferrable for the length of
    the transaction. Sequences move past the rows, never backwards.

    Args:
        tables: columns of each table, in the order of the files.
        schema: the database's.
        how: ``copy`` reads the CSV files, ``sql`` the INSERT statements.
    """
    waiting = list(_against(tables, schema))
    usage = f"psql -f {SCRIPT}, with any path" if how == "sql" else f"psql -f {SCRIPT}, in this directory"
    parts = [_HEAD.format(usage=usage, ownership=" and must own those that are altered" if waiting else "")]
    alter = [f"ALTER TABLE {table.sql} ALTER CONSTRAINT {quote_ident(name)}" for table, name in waiting]
    parts += [f"{statement} DEFERRABLE INITIALLY DEFERRED;\n" for statement in alter]
    parts.append("SET CONSTRAINTS ALL DEFERRED;\n")
    for ref, columns in tables.items():
        if how == "sql":
            parts.append(f"\\ir '{ref.file_stem}.sql'\n")
            continue
        names = ", ".join(map(quote_ident, columns))
        parts.append(
            f"\\copy {ref.sql} ({names}) from '{ref.file_stem}.csv' with (format csv, header true, encoding 'UTF8')\n"
        )
    parts.append("SET CONSTRAINTS ALL IMMEDIATE;\n")
    parts += [f"{statement} NOT DEFERRABLE;\n" for statement in alter]
    parts += _advances(tables, schema)
    parts.append("COMMIT;\n")
    return "".join(parts)


def _against(tables: Mapping[TableRef, tuple[str, ...]], schema: DatabaseSchema) -> Iterator[tuple[TableRef, str]]:
    """Foreign keys that a row may break until a later row is in, and that cannot wait."""
    first: dict[TableRef, int] = {}
    last: dict[TableRef, int] = {}
    for nth, ref in enumerate(tables):
        root = _root(ref, schema)
        first.setdefault(root, nth)
        last[root] = nth
    for root, begins in first.items():
        for key in schema.tables[root].foreign_keys:
            parent = _root(key.target, schema)
            if _waits(key) and parent in last and begins <= last[parent]:
                yield root, str(key.name)


def _waits(key: ForeignKey) -> bool:
    return key.enforced and not key.is_deferrable and key.name is not None


def _root(ref: TableRef, schema: DatabaseSchema) -> TableRef:
    while ref in schema.tables and (above := schema.tables[ref].partition_of) is not None:
        ref = TableRef(above.schema_name, above.table)
    return ref


def _advances(tables: Mapping[TableRef, tuple[str, ...]], schema: DatabaseSchema) -> Iterator[str]:
    """A statement for each sequence that the loaded columns draw from."""
    drawn: dict[str, list[str]] = {}
    for ref, columns in tables.items():
        for column in schema.tables[ref].columns:
            named = column.sequence or _drawn(column.default)
            if named and column.name in columns and column.column_type.udt_name in WHOLE | {"numeric"}:
                drawn.setdefault(named, []).append(f"SELECT {quote_ident(column.name)} FROM {ref.sql}")  # noqa: S608
    for name, selects in drawn.items():
        yield _ADVANCE.format(
            name=f"{literal(name)}::pg_catalog.regclass", sequence=name, values=" UNION ALL ".join(selects)
        )


def _drawn(default: str | None) -> str | None:
    found = _NEXTVAL.search(default or "")
    return found[1].replace("''", "'") if found else None
