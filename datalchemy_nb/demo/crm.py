"""The demo database: twenty tables of a small CRM, names in Portuguese."""

from __future__ import annotations

from pathlib import Path

from datalchemy_nb.datafiles import text_of
from datalchemy_nb.demo.server import EmbeddedServer

DATABASE = "crm"


def crm_sql() -> str:
    """The DDL of schema ``crm``; drops and creates it."""
    return text_of(__package__, "crm.sql")


def start_demo(base: Path | str | None = None) -> EmbeddedServer:
    """Start a server whose database ``crm`` has the (empty) CRM tables; its `conninfo` points there."""
    server = EmbeddedServer(base)
    try:
        server.database = DATABASE
        apply_crm(server.create_database(DATABASE))
    except BaseException:
        server.stop()
        raise
    return server


def apply_crm(conninfo: str) -> None:
    """Drop and create schema ``crm`` in a database."""
    from datalchemy_nb.introspect.connection import connect

    with connect(conninfo, read_only=False) as connection:
        connection.execute(crm_sql())  # type: ignore[arg-type, unused-ignore]
