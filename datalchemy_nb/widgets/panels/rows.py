"""Rows in a panel."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Preview
from datalchemy_nb.results.rows import preview_grid
from datalchemy_nb.show.document import Document, Grid


def rows_document(preview: Preview, *, first: str = "", title: str = "") -> Document:
    """Rows with their numbers; the column being edited comes first and is marked.

    Args:
        preview: the rows.
        first: the column to put first.
        title: words before the place.
    """
    frame = preview.frame
    if first in frame.columns:
        frame = frame.select(first, *(name for name in frame.columns if name != first))
    shown = preview_grid(preview, frame)
    if first in frame.columns:
        shown = _marked(shown)
    last = preview.offset + frame.height - 1
    place = f"{preview.ref}: rows {preview.offset:,} to {last:,} of {preview.total:,}, in {duration(preview.seconds)}"
    return Document(f"{title} {place}" if title else place, (), (shown,))


def _marked(grid: Grid) -> Grid:
    number, edited, *others = grid.headings
    return replace(grid, headings=(number, replace(edited, name=f"▸ {edited.name}"), *others))
