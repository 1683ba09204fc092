"""Databases to load into."""

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.session import Session
from tests.load.place import Place


@pytest.fixture
def place(database: Callable[..., str], tmp_path: Path) -> Callable[[str], Place]:
    """``place(ddl)`` makes a database with these tables."""
    return lambda ddl: Place(database(ddl), tmp_path)


@pytest.fixture
def session(request: pytest.FixtureRequest, database: Callable[..., str], tmp_path: Path) -> Session:
    """A session on a database with the tables of the module's ``DDL``; its address is ``session.url``."""
    found = Session(out_dir=tmp_path / "runs")
    found.url = database(request.module.DDL)  # type: ignore[attr-defined]
    found.introspect(found.url)  # type: ignore[attr-defined]
    return found
