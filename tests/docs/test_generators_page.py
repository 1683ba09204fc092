"""docs/generators.md is what the registry says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from datalchemy_nb.domains.registry import generators
from tests.docs.generators_page import code, count, generators_markdown, is_field, parameters

PAGE = Path(__file__).parents[2] / "docs" / "generators.md"


@pytest.mark.filterwarnings("ignore:fr_QC")
def test_the_page_is_up_to_date() -> None:
    """Write it again with ``UPDATE_DOCS=1 pytest tests/docs/test_generators_page.py``."""
    made = generators_markdown()
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "python -m tests.docs.generators_page docs/generators.md"


def test_every_id_is_on_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for id_ in generators():
        part = id_.split(".")[1] if is_field(id_) else id_.rsplit(".", 1)[1]
        assert f"`{id_}`" in page or f"| `{part}`" in page
    assert len(page.encode()) < 200_000


class Sample(BaseModel):
    size: int
    name: str | None = None
    share: float = Field(default=0.5, ge=0)


def test_parameters_in_words() -> None:
    assert parameters(Sample) == {"size": "integer, required", "name": "string", "share": "number = 0.5"}


def test_cells() -> None:
    assert (count(1 << 64), count(999_999), count(10**12)) == ("2^64", "999,999", "1.0e12")
    assert code("a|b\nc", 20) == "`a¦b⏎c`"
    assert code("abcdefgh", 5) == "`abcd…`"
