"""The pytest plugin: ``datalchemy_database`` gives a test a database that a plan has filled.

It costs nothing until a test asks: everything but pytest is imported then.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.testing.databases import Database, Databases, Recipe
    from datalchemy_nb.testing.places import Offer

_DIRECTORY = "datalchemy_directory"
_OFFER: pytest.StashKey[Offer] = pytest.StashKey()
_RUN: pytest.StashKey[str] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a test run is told once: where the schema and the plan are."""
    parser.addini("datalchemy_ddl", "schema files, or directories of them", type="args", default=[])
    parser.addini("datalchemy_ddl_command", "a command that makes the schema where DATABASE_URL says", default="")
    parser.addini("datalchemy_sqlalchemy", "package.module:name of SQLAlchemy models", default="")
    parser.addini("datalchemy_django", "a settings module of Django", default="")
    parser.addini("datalchemy_plan", "the plan that fills databases; a draft if not set", default="")
    parser.addini("datalchemy_rows", "rows of the largest table, others in proportion", default="")
    parser.addoption(
        "--datalchemy-server",
        metavar="URL",
        default=None,
        help="make databases on this running PostgreSQL instead of the embedded one",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where to ask for the server that all of them share."""
    offer = node.config.stash.get(_OFFER, None)
    if offer is None:
        from datalchemy_nb.testing.places import Offer

        offer = node.config.stash[_OFFER] = Offer(Path(tempfile.mkdtemp(prefix="datalchemy-")))
    node.workerinput[_DIRECTORY] = str(offer.directory)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server that workers shared, or drop what was made on one that runs on."""
    offer, server = config.stash.get(_OFFER, None), config.getoption("--datalchemy-server", None)
    if offer is not None:
        offer.close()
    run = config.stash.get(_RUN, offer.directory.name if offer is not None else None)
    if server and run is not None and not hasattr(config, "workerinput"):
        from datalchemy_nb.testing.databases import drop_templates

        drop_templates(server, _short(run))


def _short(run: str) -> str:
    return run.removeprefix("datalchemy-").lower()


@pytest.fixture(scope="session")
def _datalchemy_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    from datalchemy_nb.testing.databases import Databases
    from datalchemy_nb.testing.places import ask, start

    config = request.config
    given = config.getoption("--datalchemy-server")
    shared = getattr(config, "workerinput", {}).get(_DIRECTORY)
    run = config.stash[_RUN] = Path(shared).name if shared else secrets.token_hex(4)
    # The server is started when it is first needed, and must outlive what is made on it.
    with contextlib.ExitStack() as servers, contextlib.ExitStack() as stack:

        def server() -> str:
            if given:
                return str(given)
            return ask(Path(shared)) if shared else servers.enter_context(start()).conninfo

        # Without pytest's cache (-p no:cacheprovider) nothing is kept for the next time.
        kept = getattr(config, "cache", None)
        place = (
            kept.mkdir("datalchemy")
            if kept
            else servers.enter_context(tempfile.TemporaryDirectory(prefix="datalchemy-"))
        )
        databases = Databases(server, Path(place), _short(run), embedded=not given)
        stack.callback(databases.close)
        yield databases


@pytest.fixture(scope="session")
def _datalchemy_recipe(request: pytest.FixtureRequest) -> Callable[..., Recipe]:
    config = request.config

    def ini(name: str) -> str | None:
        return str(config.getini(f"datalchemy_{name}")) or None

    def recipe(
        plan: Plan | Path | str | Mapping[str, Any] | None,
        rows: int | None,
        ddl: Path | str | Sequence[Path | str] | None,
        ddl_command: str | None,
        sqlalchemy: str | None,
        django: str | None,
    ) -> Recipe:
        from datalchemy_nb.testing.databases import recipe_of

        if ddl is ddl_command is sqlalchemy is django is None:
            ddl = config.getini("datalchemy_ddl") or None
            ddl_command, sqlalchemy, django = ini("ddl_command"), ini("sqlalchemy"), ini("django")
        default_rows = ini("rows")
        return recipe_of(
            plan=plan if plan is not None else ini("plan"),
            rows=rows if rows is not None else int(default_rows) if default_rows else None,
            ddl=ddl,
            ddl_command=ddl_command,
            sqlalchemy=sqlalchemy,
            django=django,
            root=config.rootpath,
        )

    return recipe


@pytest.fixture
def datalchemy_database(
    _datalchemy_databases: Databases, _datalchemy_recipe: Callable[..., Recipe]
) -> Iterator[Callable[..., Database]]:
    """``datalchemy_database(plan=..., rows=...)`` returns a database of this test's own, filled by the plan.

    The first call for a schema and a plan makes a template; every other clones it. With ``transaction=True`` the test
    shares its process's clone, and `Database.connection` is in a transaction that is rolled back.

    What is not given comes from pytest's configuration (``datalchemy_ddl``, ``datalchemy_plan``, ``datalchemy_rows``).
    Without a plan, or with ``plan="draft"``, one is drafted.
    """
    with contextlib.ExitStack() as stack:

        def make(
            plan: Plan | Path | str | Mapping[str, Any] | None = None,
            rows: int | None = None,
            *,
            ddl: Path | str | Sequence[Path | str] | None = None,
            ddl_command: str | None = None,
            sqlalchemy: str | None = None,
            django: str | None = None,
            transaction: bool = False,
        ) -> Database:
            wanted = _datalchemy_recipe(plan, rows, ddl, ddl_command, sqlalchemy, django)
            way = _datalchemy_databases.transaction if transaction else _datalchemy_databases.clone
            return stack.enter_context(way(wanted))

        yield make


@pytest.fixture(scope="session")
def datalchemy_shared_database(
    _datalchemy_databases: Databases, _datalchemy_recipe: Callable[..., Recipe]
) -> Callable[..., Database]:
    """As ``datalchemy_database``, for the whole session: one clone a process, for tests that roll back themselves."""

    def make(
        plan: Plan | Path | str | Mapping[str, Any] | None = None,
        rows: int | None = None,
        *,
        ddl: Path | str | Sequence[Path | str] | None = None,
        ddl_command: str | None = None,
        sqlalchemy: str | None = None,
        django: str | None = None,
    ) -> Database:
        return _datalchemy_databases.shared(_datalchemy_recipe(plan, rows, ddl, ddl_command, sqlalchemy, django))

    return make
