"""Why PostgreSQL refused a row, without saying what was in it.

The server's messages, details and contexts quote cell values. They are searched for names, numbers and codes; what is
shown is put together from these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg

from datalchemy_nb.contracts.load import Refusal
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.pii import REDACTED
from datalchemy_nb.contracts.schema import Check, DatabaseSchema
from datalchemy_nb.errors import LoadError
from datalchemy_nb.load.target import TargetTable

_REASONS = {
    "22000": "a value is none of its column's type",
    "22001": "a value is too long for its column",
    "22003": "a number is out of its column's range",
    "22007": "a value is not a date or time",
    "22008": "a date or time is out of range",
    "22021": "a value is not valid UTF-8",
    "22P02": "a value does not fit its column's type",
    "22P04": "the file is not the CSV that COPY reads",
    "22P05": "a character does not exist in the database's encoding",
    "23502": "a NOT NULL column is empty",
    "23503": "a foreign key has no parent row",
    "23505": "a unique key appears twice",
    "23514": "a CHECK is not met",
    "23P01": "an exclusion constraint is not met",
    "40P01": "this session and another one waited for each other",
    "P0001": "a trigger refused the row",
}
# Messages of these classes speak of objects and resources, not of values.
_SAFE_CLASSES = ("08", "0A", "25", "28", "42", "53", "54", "55", "57", "58", "XX")
_NOT_REPEATED = 200
_KEY = re.compile(r"\((?P<columns>.+?)\)=\((?P<values>.*)\)", re.DOTALL)


def explain_refusal(
    error: psycopg.Error,
    table: TargetTable | None,
    tables: list[TargetTable],
    schema: DatabaseSchema,
    rows: Mapping[str, int],
) -> LoadError:
    """Turn the server's refusal into a LoadError.

    Args:
        error: what the server said.
        table: what was being copied; None if a constraint failed after the rows were in.
        tables: all that are loaded.
        schema: names the columns of constraints.
        rows: per constraint that was built behind the rows, the number of the row that it refuses, from 1.
    """
    code = error.sqlstate or ""
    named = _named_table(error, tables) or table
    line, column = _where(error.diag.context, table) if table else (None, None)
    columns = _columns(error, column, named, schema)
    at = table if line is not None else named
    if line is None and at is not None and (number := rows.get(error.diag.constraint_name or "")) is not None:
        line = at.rows.line_at(number)
    if line is None and at is not None and (key := _key(error, at)) is not None:
        columns = columns or key[0]
        line = at.rows.line_of(*key)
    lengths = at.rows.lengths(line) if at is not None and line is not None else {}
    refusal = Refusal(
        schema_name=at.ref.schema if at else None,
        table=at.ref.table if at else None,
        source=at.rows.name if at and line is not None else None,
        line=line,
        columns=columns,
        constraint=error.diag.constraint_name,
        sqlstate=code,
        row={name: REDACTED if length else "" for name, length in lengths.items()},
    )
    parts = [_reason(error, code)]
    if refusal.constraint:
        parts.append(f"constraint {refusal.constraint}")
    if columns:
        parts.append(_shape(columns, lengths))
    if code:
        parts.append(f"SQLSTATE {code}")
    place = f"{at.ref}: {at.rows.name} line {line}" if at and line is not None else str(at.ref) if at else "the load"
    hint = _hint(code, at)
    return LoadError(f"{place}: {', '.join(parts)}; nothing was kept", hint=hint, refusal=refusal)


def _reason(error: psycopg.Error, code: str) -> str:
    if error.diag.source_file == "pl_exec.c":  # RAISE, ASSERT or INTO STRICT in a trigger, whatever code it has
        return _REASONS["P0001"]
    if code in _REASONS:
        return _REASONS[code]
    primary = error.diag.message_primary
    if primary and code[:2] in _SAFE_CLASSES:
        return primary[:_NOT_REPEATED]
    return f"the server refused it ({type(error).__name__})"


def _named_table(error: psycopg.Error, tables: list[TargetTable]) -> TargetTable | None:
    schema, name = error.diag.schema_name, error.diag.table_name
    if not schema or not name:
        return None
    return next((table for table in tables if table.ref == TableRef(schema, name)), None)


def _where(context: str | None, table: TargetTable) -> tuple[int | None, str | None]:
    # "COPY name, line 7, column email: ..." in the server's language.
    match = re.search(
        rf"^COPY {re.escape(table.ref.table)}, \S+ (\d+)(?:, \S+ (.+?)(?=:|$))?", context or "", re.MULTILINE
    )
    if match is None:
        return None, None
    return int(match[1]), match[2] if match[2] in table.rows.columns else None


def _columns(
    error: psycopg.Error, column: str | None, table: TargetTable | None, schema: DatabaseSchema
) -> tuple[str, ...]:
    known = error.diag.column_name or column
    if known:
        return (known,)
    model = schema.tables.get(table.origin) if table else None
    name = error.diag.constraint_name
    if model is None or not name:
        return ()
    for constraint in model.constraints:
        if constraint.name == name:
            if isinstance(constraint, Check) or hasattr(constraint, "columns"):
                return tuple(constraint.columns)
            return tuple(e.column for e in constraint.elements if e.column)
    keys = next((index.keys for index in model.indexes if index.name == name), ())
    return tuple(key.column for key in keys if key.column)


def _key(error: psycopg.Error, table: TargetTable) -> tuple[tuple[str, ...], str] | None:
    """The columns and values of the key that the server quotes; checks at the end of a statement name no line."""
    match = _KEY.search(error.diag.message_detail or "")
    known = {show_ident(name): name for name in table.rows.columns}
    names = match["columns"].split(", ") if match else []
    if match is None or not all(name in known for name in names):
        return None
    return tuple(known[name] for name in names), match["values"]


def _shape(columns: tuple[str, ...], lengths: Mapping[str, int]) -> str:
    shown = [f"{c} ({lengths[c]} characters)" if c in lengths else c for c in columns]
    return f"column{'s' if len(columns) > 1 else ''} {', '.join(shown)}"


def _hint(code: str, table: TargetTable | None) -> str | None:
    if code == "23505" and table is not None and table.had_rows:
        return f"{table.ref} held rows before the load; empty it, or truncate within the load"
    if code == "23503":
        return "parents outside the run must already be in the target"
    if code[:2] in ("22", "23"):
        made = table is not None and table.rows.unit == "rows"
        return f"{'generate and ' if made else ''}evaluate the run to see every such row"
    if code == "42501":
        return "a trigger, default or function needs a right that the role has not"
    if code == "40P01":
        return "load again, when the other session is done"
    if code == "57014":
        return "raise --statement-timeout, or leave it out"
    return None
