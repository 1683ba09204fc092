"""Databases to load into."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.load.place import Place


@pytest.fixture
def place(database: Callable[..., str], tmp_path: Path) -> Callable[[str], Place]:
    """``place(ddl)`` makes a database with these tables."""
    return lambda ddl: Place(database(ddl), tmp_path)
