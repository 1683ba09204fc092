"""Asking a server which candidate values an expression accepts; it reads no table and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb import sandbox
from datalchemy_nb.contracts.feasibility import Unanswered
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.introspect.connection import Connection, connect

TIMEOUT_S = 10
_MOST_STATEMENTS = 8192
Mask = npt.NDArray[np.bool_]


@contextmanager
def asking(conninfo: str | None) -> Iterator[Callable[[Any], Mask | Unanswered]]:
    """Yield what answers questions (see `datalchemy_nb.resolve.server_checks`); it connects when first asked."""
    opened: list[Connection] = []

    def ask(question: Any) -> Mask | Unanswered:
        try:
            if not opened:
                opened.append(connect(conninfo, statement_timeout_s=TIMEOUT_S))
                opened[0].execute(
                    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET lc_monetary = 'C'; "
                    "SET client_min_messages = error"
                )
        except ConnectionFailed as error:
            return Unanswered(f"the server cannot be asked: {error.message}")
        reason = _unsafe(opened[0], question.expression, question.types)
        if reason is not None:
            return Unanswered(reason)
        rows = question.rows.rows()
        return accepted(opened[0], question.expression, question.rows.columns, question.types, rows)

    try:
        yield ask
    finally:
        for connection in opened:
            connection.close()


def _unsafe(connection: Connection, expression: str, types: Sequence[str]) -> str | None:
    """Why a server is not asked: a schema file may be anyone's, so only the server's own word for a function counts."""
    try:
        tree = sqlglot.parse_one(expression, read="postgres")
    except (SqlglotError, RecursionError):
        return "the server is not asked what is not understood here"
    if tree.find(*sandbox.queries()):
        return f"the server is not asked: {sandbox.refusal(tree)}"
    calls = [call.name for call in tree.find_all(exp.Anonymous)]
    called = sorted({*calls, *map(str.lower, calls)})
    try:
        changing = connection.execute(
            "SELECT proname FROM pg_catalog.pg_proc WHERE proname = ANY(%s) AND provolatile <> 'i' ORDER BY 1 LIMIT 1",
            [called],
        ).fetchone()
        typed = "SELECT bool_and(to_regtype(t) IS NOT NULL) FROM unnest(%s::text[]) AS t"
        known = connection.execute(typed, [list(types)]).fetchone()
    except psycopg.Error as error:
        return f"the server cannot be asked: {type(error).__name__}"
    if changing is not None:
        return f"the server is not asked: its function {changing[0]} is not immutable"
    return None if known is not None and known[0] is not False else "the server does not know the types"


def accepted(
    connection: Connection, expression: str, names: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Mask | Unanswered:
    """Return which rows an expression does not refuse, or why that is not known; an error refuses its row."""
    cells = ", ".join(
        f"u.c{i}::{kind} AS {quote_ident(name)}" for i, (name, kind) in enumerate(zip(names, types, strict=True))
    )
    lists = ", ".join("%s::text[]" for _ in names)
    aliases = ", ".join(f"c{i}" for i in range(len(names)))
    escaped = expression.replace("%", "%%")
    # The expression, the schema's own, stands in a query of its own: its columns hide those of the list.
    statement = (
        f"SELECT (SELECT coalesce(({escaped}), true) FROM (SELECT {cells.replace('%', '%%')}) AS t) "  # noqa: S608
        f"FROM unnest({lists}) WITH ORDINALITY AS u({aliases}, place) ORDER BY u.place"
    )
    try:
        return np.array(_Asker(connection, statement, len(names)).answers(rows), dtype=bool)
    except psycopg.errors.QueryCanceled:
        return Unanswered(f"PostgreSQL took longer than {TIMEOUT_S} s to evaluate it")
    except psycopg.Error as error:
        shown = error.diag.message_primary if (error.sqlstate or "").startswith("42") else type(error).__name__
        return Unanswered(f"PostgreSQL cannot evaluate it: {shown}")


class _Asker:
    """Halves the rows until those that raise an error stand alone; what it does not get to counts as refused."""

    def __init__(self, connection: Connection, statement: str, width: int) -> None:
        self._connection, self._statement, self._width = connection, statement, width
        self._left = _MOST_STATEMENTS

    def answers(self, rows: Sequence[tuple[Any, ...]]) -> list[bool]:
        if self._left == 0:
            return [False] * len(rows)
        self._left -= 1
        columns = [[row[i] for row in rows] for i in range(self._width)]
        try:
            found = self._connection.execute(self._statement.encode(), columns).fetchall()
        except (psycopg.errors.DataError, psycopg.errors.RaiseException):
            if len(rows) == 1:
                return [False]
            half = len(rows) // 2
            return [*self.answers(rows[:half]), *self.answers(rows[half:])]
        return [bool(row[0]) for row in found]
