"""Sending rows by COPY: blocks go out until all are sent, or the server has refused one."""

from __future__ import annotations

import hashlib
import select
from collections.abc import Callable, Generator
from contextlib import closing

import psycopg
from psycopg import sql
from psycopg.copy import LibpqWriter

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import LoadError
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.load.source import BLOCK_BYTES, RowSource
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Sent:
    """What one COPY took.

    Attributes:
        sha256: of all that was sent, the header included.
    """

    rows: int
    bytes: int
    sha256: str


class _RefusedError(Exception):
    """The server has answered before the rows were at their end."""


class _Writer(LibpqWriter):
    """Stops as soon as the server answers: libpq would send all the rest, which the server only throws away.

    The session asks for no message below an error (`client_min_messages`), so an answer means that a row was refused.
    """

    error: psycopg.Error | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if select.select([self._pgconn.socket], [], [], 0)[0]:
            raise _RefusedError
        super().write(data)

    def finish(self, exc: BaseException | None = None) -> None:
        try:
            super().finish(exc)
        except psycopg.Error as error:
            if exc is None:
                raise
            self.error = error


def send(
    connection: Connection,
    table: TableRef,
    source: RowSource,
    progressed: Callable[[int, int], None],
    *,
    freeze: bool = False,
) -> Sent:
    """COPY a source into a table.

    Args:
        freeze: the table was emptied in this transaction, so its rows need no second look at who may see them.
        progressed: called after every block with how much of the source is done, and the block's bytes; what it raises
            ends the COPY.

    Raises:
        psycopg.Error: a row was refused.
    """
    columns = sql.SQL(", ").join(map(sql.Identifier, source.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER true, ENCODING 'UTF8', FREEZE {})")
    frozen = sql.SQL("true" if freeze else "false")
    digest, sent = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        writer = _Writer(cursor)
        try:
            with (
                closing(_pieces(source)) as pieces,
                cursor.copy(statement.format(sql.Identifier(*table), columns, frozen), writer=writer) as copy,
            ):
                for piece, done in pieces:
                    copy.write(piece)
                    digest.update(piece)
                    sent += len(piece)
                    progressed(done, len(piece))
            return Sent(cursor.rowcount, sent, digest.hexdigest())
        except _RefusedError:
            refused = writer.error
    raise refused or LoadError(f"{table}: the server answered something unexpected while rows were sent")


def _pieces(source: RowSource) -> Generator[tuple[bytes | memoryview, int], None, None]:
    """The source's blocks, cut so that progress and a wish to stop are heard often."""
    with closing(source.blocks()) as blocks:
        for block, done in blocks:
            for start in range(0, len(block), BLOCK_BYTES):
                yield block[start : start + BLOCK_BYTES], done
