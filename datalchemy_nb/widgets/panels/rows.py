"""Rows in a panel."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Preview
from datalchemy_nb.show.document import Grid


def place_of(preview: Preview) -> str:
    """Which rows of which table, and how long they took."""
    last = preview.offset + preview.frame.height - 1
    shown = f"rows {preview.offset:,} to {last:,}" if preview.frame.height else "no rows"
    return f"{preview.ref}: {shown} of {preview.total:,}, in {duration(preview.seconds)}"


def marked(grid: Grid) -> Grid:
    """The grid with its first column of data marked: the one being edited."""
    number, edited, *others = grid.headings
    return replace(grid, headings=(number, replace(edited, name=f"▸ {edited.name}"), *others))
