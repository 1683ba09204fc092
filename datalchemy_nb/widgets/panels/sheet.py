"""A place for a document whose tables are grids: sorted, filtered, and read to the last letter."""

from __future__ import annotations

from itertools import groupby

import ipywidgets as w

from datalchemy_nb.show.document import Block, Document
from datalchemy_nb.show.document import Grid as Table
from datalchemy_nb.widgets.front.grid import Grid
from datalchemy_nb.widgets.panels.look import Doc


class Sheet:
    """Shows a document; parts of the same kind in the same place are changed, not made anew.

    Args:
        height: of a grid at most (CSS).
    """

    def __init__(self, height: str = "420px") -> None:
        self._height = height
        self._parts: list[Doc | Grid] = []
        self.widget = w.VBox(layout=w.Layout(width="auto", grid_gap="2px"))
        self.widget.add_class("dc-sheet")
        self.show(None)

    @property
    def grids(self) -> list[Grid]:
        """The grids that are shown, top to bottom."""
        return [part for part in self._parts if isinstance(part, Grid)]

    @property
    def text(self) -> str:
        """What is shown between the grids, as html."""
        return "".join(part.widget.value for part in self._parts if isinstance(part, Doc))

    def show(self, document: Document | None) -> None:
        """Show it; None shows nothing and takes no room."""
        self.widget.layout.display = "none" if document is None else None
        pieces = _pieces(document) if document is not None else []
        kinds = [Grid if isinstance(piece, Table) else Doc for piece in pieces]
        if kinds != [type(part) for part in self._parts]:
            self._parts = [Doc("dc-bare") if kind is Doc else self._grid() for kind in kinds]
        for part, piece in zip(self._parts, pieces, strict=True):
            if isinstance(part, Grid) and isinstance(piece, Table):
                part.show_document(piece)
            elif isinstance(part, Doc) and isinstance(piece, Document):
                part.show(piece)
        shown = tuple(part.widget for part in self._parts)
        if shown != self.widget.children:
            self.widget.children = shown

    def _grid(self) -> Grid:
        return Grid("rows", height=self._height, local=True)


def _pieces(document: Document) -> list[Document | Table]:
    """Its tables, and what stands between them as documents of their own; the title stands in the first."""
    pieces: list[Document | Table] = []
    for tables, blocks in groupby(document.blocks, key=lambda block: isinstance(block, Table)):
        found: tuple[Block, ...] = tuple(blocks)
        pieces += [block for block in found if isinstance(block, Table)] if tables else [Document("", (), found)]
    head = Document(document.title, document.badges)
    if pieces and isinstance(pieces[0], Document):
        return [Document(head.title, head.badges, pieces[0].blocks), *pieces[1:]]
    return [head, *pieces] if document.title or document.badges else pieces
