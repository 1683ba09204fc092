"""A session with the shop, and a workbench over it; no notebook, no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.workbench import Workbench

from .shops import shop, shop_plan


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    made.use_schema(shop())
    made.use_plan(shop_plan())
    return made


@pytest.fixture
def bench(session: Session) -> Iterator[Workbench]:
    made = Workbench(session)
    yield made
    made.jobs.close()
