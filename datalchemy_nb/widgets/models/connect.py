"""Connecting: where to, without keeping a secret anywhere a notebook could."""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Any

from traitlets import Tuple, Unicode

from datalchemy_nb.errors import UsageError
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic

DEMO, ENVIRONMENT, TYPED = "demo", "environment", "typed"


def service_names() -> tuple[str, ...]:
    """Names of the profiles in libpq's service file; only names are read from it."""
    path = Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return ()
    return tuple(parser.sections())


class ConnectModel(PanelModel):
    """Profiles, testing, and reading the catalog.

    Attributes:
        profile: ``demo``, ``environment``, ``typed`` or ``service NAME``.
        host: with port, user and database: what is typed for the profile ``typed``. There is no trait for a password.
        schemas: names of database schemas to read, divided by commas; empty for all.
    """

    profiles = Tuple()
    profile = Unicode(DEMO)
    host = Unicode("localhost")
    port = Unicode("5432")
    user = Unicode("")
    database = Unicode("")
    schemas = Unicode("")

    def __init__(self, bench: Workbench) -> None:
        self._reached = ""
        super().__init__(bench)
        services = [(f"service: {name}", f"service {name}") for name in service_names()]
        self.profiles = (
            ("Demo: a PostgreSQL of its own, with a CRM schema", DEMO),
            ("Environment: DATABASE_URL, PG*, ~/.pgpass", ENVIRONMENT),
            *services,
            ("Host, user and database given below", TYPED),
        )
        self.observe(self._described, ["profile", "host", "port", "user", "database", "schemas"])
        self._described(None)

    def conninfo(self, password: str = "") -> str | None:
        """The connection string of the profile; None for the environment's."""
        if self.profile == ENVIRONMENT:
            return None
        if self.profile.startswith("service "):
            return f"service={_quoted(self.profile.removeprefix('service '))}"
        given = {"host": self.host, "port": self.port, "user": self.user, "dbname": self.database, "password": password}
        return " ".join(f"{key}={_quoted(value)}" for key, value in given.items() if value)

    def test(self, password: str = "") -> None:
        """Try the connection and keep it."""
        self.start("connecting", lambda job: self._connect(password), self._connected)

    def introspect(self) -> None:
        """Read the catalog of the connection into the session's schema."""
        if self.bench.connection is None:
            self.notice = Notice("not connected yet", "warn", "test a connection first")
            return
        wanted = self._wanted()
        self.start(
            "reading the catalog", lambda job: self.session.introspect(schemas=wanted or None), self._introspected
        )

    def magic_line(self) -> str:
        """``connect`` with what may be shown, or ``demo``; once connected, ``introspect``."""
        if self._reached == self.profile:
            return magic("introspect", schema=",".join(self._wanted()))
        if self.profile == DEMO:
            return magic("demo")
        conninfo = self.conninfo()
        return magic("connect", *([conninfo] if conninfo else []))

    def _wanted(self) -> list[str]:
        return [name.strip() for name in self.schemas.split(",") if name.strip()]

    def _connect(self, password: str) -> Any:
        if self.profile == DEMO:
            return self.session.start_demo()
        if self.profile == TYPED and not self.host:
            raise UsageError("no host given", hint="name the server's host")
        return self.session.connect(self.conninfo(password))

    def _connected(self, result: Any) -> None:
        self.bench.connection, self._reached = result, self.profile
        self.bench.sync()
        self.magic = self.magic_line()
        self.notice = Notice(
            f"connected: PostgreSQL {result.server_version}", "warn" if result.note else "ok", result.note
        )

    def _introspected(self, result: Any) -> None:
        self.bench.sync()
        self.notice = Notice(f"read {len(result.tables)} tables", "warn" if result.note else "ok", result.note)

    def _described(self, change: Any) -> None:
        self.magic = self.magic_line()


def _quoted(value: str) -> str:
    plain = value and all(c.isalnum() or c in "._-/" for c in value)
    return value if plain else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
