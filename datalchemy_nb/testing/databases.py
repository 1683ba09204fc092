"""Templates, each filled once by a plan, and the databases that are cloned from them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from datalchemy_nb._version import OUTPUT_VERSION, __version__
from datalchemy_nb.errors import UsageError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.records import dataclass
from datalchemy_nb.scratch.ddl import schema_files
from datalchemy_nb.scratch.making import Source, make_schema

if TYPE_CHECKING:
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.session import Session

ROWS = 50
"""Rows of an ordinary table where no plan is given."""
_TEMPLATE = "datalchemy_template_"
_BASE_DATE = "2026-01-01"


@dataclass(frozen=True)
class Recipe:
    """What a template is made of.

    Attributes:
        source: how its schema is made.
        plan: a plan's file, or its text as JSON; None = one is drafted.
        rows: of the largest table, others in proportion; in a draft, those of an ordinary table.
    """

    source: Source
    plan: Path | str | None = None
    rows: int | None = None

    @cached_property
    def key(self) -> str:
        """The same for the same contents of files; commands and models count by their names."""
        parts = [self.source.command, self.source.sqlalchemy, self.source.django, self.rows]
        files = [path.read_bytes() for path in schema_files(self.source.files)]
        if isinstance(self.plan, Path):
            files.append(self.plan.read_bytes())
        else:
            parts.append(self.plan)
        digest = hashlib.sha256(json.dumps(parts).encode())
        for data in files:
            digest.update(hashlib.sha256(data).digest())
        return digest.hexdigest()[:16]


@dataclass
class Database:
    """A database of a test's own.

    Attributes:
        url: for psycopg and everything that takes a PostgreSQL URL.
        name: of the database.
        rows: per ``schema.table``, as it was filled.
    """

    url: str = field(repr=False)
    name: str
    rows: Mapping[str, int]
    _connection: psycopg.Connection[Any] | None = field(default=None, repr=False)

    @property
    def sqlalchemy_url(self) -> str:
        """For ``sqlalchemy.create_engine``, with psycopg."""
        return self.url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def django(self) -> dict[str, str]:
        """An entry of Django's ``DATABASES``."""
        parts = urlsplit(self.url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """An open connection; with ``transaction=True`` it is in a transaction that the test's end rolls back."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url)
        return self._connection

    def use_in_django(self, alias: str = "default") -> None:
        """Let Django's connection of this alias lead here, from now on."""
        from django.conf import settings
        from django.db import connections

        connections[alias].close()
        connections[alias].settings_dict.update(self.django)
        settings.DATABASES[alias] = {**settings.DATABASES.get(alias, {}), **self.django}

    def close(self) -> None:
        """Close `connection`."""
        if self._connection is not None:
            self._connection.close()


class Databases:
    """Templates and clones on one server; one object a process, any number of processes a server.

    Args:
        server: URL of its database ``postgres``; called when first needed.
        cache: where the rows of templates are kept between test runs.
        run: what this test run's databases are called by; the same for all its processes.
        embedded: the server is our own: its role is a superuser, which schema files need not be run as.
    """

    def __init__(self, server: Callable[[], str], cache: Path, run: str, *, embedded: bool) -> None:
        self._server_url, self._cache, self._run, self._embedded = server, cache, run, embedded
        self._rows: dict[str, Mapping[str, int]] = {}
        self._shared: dict[str, Database] = {}
        self._count = 0

    @cached_property
    def _server(self) -> str:
        return self._server_url()

    @cached_property
    def _admin(self) -> psycopg.Connection[Any]:
        return connect(self._server, read_only=False, statement_timeout_s=0)

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    @contextlib.contextmanager
    def clone(self, recipe: Recipe) -> Iterator[Database]:
        """A database of its own, dropped in the end."""
        rows = self._template(recipe)
        self._count += 1
        name = f"test_{self._run}_{self._admin.info.backend_pid}_{self._count}"
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(self._template_name(recipe))
            )
        )
        database = Database(self._url(name), name, rows)
        try:
            yield database
        finally:
            database.close()
            self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def transaction(self, recipe: Recipe) -> Iterator[Database]:
        """This process's one clone, with a connection in a transaction that is rolled back."""
        shared = self.shared(recipe)
        # Inside a block psycopg refuses commit() and rollback(), so that nothing stays by mistake.
        with psycopg.connect(shared.url) as connection, connection.transaction(force_rollback=True):
            yield Database(shared.url, shared.name, shared.rows, connection)

    def shared(self, recipe: Recipe) -> Database:
        """This process's one clone, for tests that roll back; dropped when the process ends."""
        known = self._shared.get(recipe.key)
        if known is None:
            keeper = self.clone(recipe)
            known = self._shared[recipe.key] = keeper.__enter__()
            self._keepers.callback(keeper.__exit__, None, None, None)
        return known

    @cached_property
    def _keepers(self) -> contextlib.ExitStack:
        return contextlib.ExitStack()

    def close(self) -> None:
        """Drop what is shared."""
        if "_admin" in self.__dict__:
            self._keepers.close()
            self._admin.close()

    def _template_name(self, recipe: Recipe) -> str:
        return f"{_TEMPLATE}{self._run}_{recipe.key}"

    # --- templates ----------------------------------------------------------------------------------------------------

    def _template(self, recipe: Recipe) -> Mapping[str, int]:
        """Rows per table of the template, which is made if no process has made it yet."""
        if recipe.key in self._rows:
            return self._rows[recipe.key]
        name, lock = self._template_name(recipe), int(recipe.key[:15], 16)
        self._admin.execute("SELECT pg_advisory_lock(%s)", (lock,))
        try:
            rows = self._known(name)
            if rows is None:
                rows = self._make(recipe, name)
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", (lock,))
        self._rows[recipe.key] = rows
        return rows

    def _known(self, name: str) -> Mapping[str, int] | None:
        found = self._admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s AND NOT datallowconn",
            (name,),
        ).fetchone()
        return dict(json.loads(found[0])) if found and found[0] else None

    def _make(self, recipe: Recipe, name: str) -> Mapping[str, int]:
        identifier = sql.Identifier(name)
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
        url = self._url(name)
        make_schema(url, recipe.source, as_owner=self._embedded)
        rows = self._fill(recipe, url)
        told = sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, sql.Literal(json.dumps(rows)))
        self._admin.execute(told)
        # Nobody may be connected to a template while it is copied.
        self._admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(identifier))
        return rows

    def _fill(self, recipe: Recipe, url: str) -> dict[str, int]:
        from datalchemy_nb.session import Session

        with Session(out_dir=self._cache / "runs") as session:
            session.introspect(url)
            run = self._rows_of(session, recipe)
            report = session.load(run, url, commit=True, rebuild=False).report
        return {f"{table.schema_name}.{table.table}": table.rows for table in report.tables}

    def _rows_of(self, session: Session, recipe: Recipe) -> Path:
        """The directory of a run with the rows: that of an earlier test run, or a new one."""
        from datalchemy_nb.export.rundir import find_run

        schema = session.schema
        assert schema is not None
        fingerprint = schema.schema_fingerprint or schema.fingerprint()
        words = json.dumps([recipe.key, fingerprint, OUTPUT_VERSION, __version__])
        marker = self._cache / f"{hashlib.sha256(words.encode()).hexdigest()[:24]}.run"
        with contextlib.suppress(Exception):  # anything wrong with what was kept: it is made again
            return find_run(marker.read_text().strip(), self._cache / "runs").path
        run = session.generate(_plan(session, schema, recipe))
        marker.write_text(run.run_id)
        return run.directory


def recipe_of(
    *,
    plan: Plan | Path | str | Mapping[str, Any] | None,
    rows: int | None,
    ddl: Path | str | Sequence[Path | str] | None,
    ddl_command: str | None,
    sqlalchemy: str | None,
    django: str | None,
    root: Path,
) -> Recipe:
    """The recipe that a test asks for; paths count from the root of the test run.

    Raises:
        UsageError: nothing says how the schema is made.
    """
    if ddl is None and ddl_command is None and sqlalchemy is None and django is None:
        raise UsageError(
            "nothing says how the schema is made",
            hint="give ddl=, ddl_command=, sqlalchemy= or django=, or set datalchemy_ddl in pytest's configuration",
        )
    files = () if ddl is None else (ddl,) if isinstance(ddl, Path | str) else tuple(ddl)
    source = Source(tuple(root / file for file in files), ddl_command, sqlalchemy, django)
    if plan is None or plan == "draft":
        document: Path | str | None = None
    elif isinstance(plan, Path | str):
        document = root / plan
        if not document.is_file():
            raise UsageError(f"{document}: no such plan", hint="paths count from pytest's root directory")
    else:
        document = json.dumps(dict(plan) if isinstance(plan, Mapping) else plan.to_dict(), sort_keys=True)
    return Recipe(source, document, rows)


def _plan(session: Session, schema: DatabaseSchema, recipe: Recipe) -> Plan:
    from datalchemy_nb.drafting.mend import mend
    from datalchemy_nb.session.story import capped

    if recipe.plan is None:
        session.show_plan(draft=True, rows=recipe.rows or ROWS, base_date=_BASE_DATE)
        assert session.plan is not None
        return session.plan
    given = recipe.plan if isinstance(recipe.plan, Path) else json.loads(recipe.plan)
    plan = session.use_plan(given)
    if recipe.rows is None or session.schema is None:
        return plan
    # Fewer parents may leave too few values for a unique key: such tables get as many rows as there is room for.
    return mend(capped(plan, session.schema, recipe.rows), session.schema)[0]


def drop_templates(server: str, run: str) -> None:
    """Drop the templates that a test run made on a running server."""
    with connect(server, read_only=False) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{_TEMPLATE}{run}_",)
        ).fetchall()
        for (name,) in found:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
