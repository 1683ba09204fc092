from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluate.judging import Shop


@pytest.fixture
def loja(tmp_path: Path) -> Shop:
    """A valid dataset in a run directory."""
    directory = tmp_path / "2026-01-01T00-00-00Z__run_0001"
    directory.mkdir()
    return Shop(directory)
