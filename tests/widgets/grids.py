"""Acting on grids as the front end does, and reading them."""

from __future__ import annotations

from typing import Any

from datalchemy_nb.widgets.front.grid import Grid


def act(grid: Grid, **content: Any) -> None:
    """What the front end sends when a person acts."""
    grid.widget._handle_custom_msg(content, [])


def cells(grid: Grid) -> dict[str, list[str]]:
    """The texts of a grid's rows by their keys."""
    return {row["key"]: [_text(cell) for cell in row["cells"]] for row in grid.widget.rows}


def _text(cell: Any) -> str:
    if isinstance(cell, list):
        return " ".join(map(_text, cell))
    return str(cell["text"]) if isinstance(cell, dict) else str(cell or "")
