"""One grid of the panels: rows of data, tables and columns of a plan, generators to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
from traitlets import Dict, List, Unicode

from datalchemy_nb.show import document as doc
from datalchemy_nb.show.escape import clip, visible

_HERE = Path(__file__).parent
_MOST_CHARS = 400


class GridWidget(anywidget.AnyWidget):
    """What the front end sees.

    Attributes:
        head: label, columns, height, and what the grid offers: to choose rows, to find some.
        rows: of each its key, its cells and its mark.
        view: what is shown of all there is: the search, the order, the page.
        selected: key of the chosen row.
    """

    _esm = _HERE / "grid.js"
    _css = _HERE / "grid.css"
    head: Any = Dict({"columns": [], "label": ""}).tag(sync=True)
    rows: Any = List().tag(sync=True)
    view = Dict().tag(sync=True)
    selected = Unicode("").tag(sync=True)


@dataclass(frozen=True)
class Entry:
    """A cell to type into.

    Attributes:
        hint: what stands there while it is empty.
        usable: whether anything may be typed.
        problem: what is wrong with it.
    """

    text: str
    hint: str = ""
    usable: bool = True
    problem: str = ""


@dataclass(frozen=True)
class Chip:
    """A word set apart, without a state."""

    text: str


GridCell = doc.Cell | Entry | Chip | tuple[doc.Cell | Chip, ...]


@dataclass(frozen=True)
class Column:
    """A column of a grid.

    Attributes:
        under: stands below its name.
        size: characters of its fields.
        sort: what is sent to sort by it; empty where it cannot be sorted.
        title: told of its heading when the pointer rests on it.
    """

    name: str
    under: str = ""
    right: bool = False
    size: int = 9
    sort: str = ""
    title: str = ""
    narrow: bool = False
    summary: doc.Summary | None = None


@dataclass(frozen=True)
class Row:
    """A row of a grid.

    Attributes:
        key: stands for it in messages, unique.
        mark: ``bad`` where something is wrong with it.
    """

    key: str
    cells: tuple[GridCell, ...]
    mark: str = ""


@dataclass(frozen=True)
class Actions:
    """What is done when a person acts; None = the grid does not offer it.

    Attributes:
        choose: a row was chosen; gets its key.
        edit: a cell was changed; gets the row's key, the column's name and the text.
        sort: the order was asked for by a column.
        go: a page was asked for by its first row.
        size: another number of rows a page.
        query: words were typed into the search.
    """

    choose: Callable[[str], Any] | None = None
    edit: Callable[[str, str, str], Any] | None = None
    sort: Callable[[str], Any] | None = None
    go: Callable[[int], Any] | None = None
    size: Callable[[int], Any] | None = None
    query: Callable[[str], Any] | None = None


class Grid:
    """A grid in a panel.

    Args:
        label: names it for those who do not see it.
        actions: what is done when a person acts.
        height: at most so high (CSS); more is scrolled.
        find: label of the search; empty for none.
        find_hint: stands in it while it is empty.
        named: number of the column by which a row is told.
        pinned: so many first columns stay in sight.
        empty: told where there is no row.
    """

    def __init__(
        self,
        label: str,
        actions: Actions | None = None,
        *,
        height: str = "460px",
        find: str = "",
        find_hint: str = "",
        named: int = 0,
        pinned: int = 0,
        empty: str = "",
    ) -> None:
        self._actions = actions or Actions()
        self._fixed: dict[str, Any] = {
            "label": label,
            "height": height,
            "find": find,
            "find_hint": find_hint,
            "named": named,
            "chooses": self._actions.choose is not None,
            "empty": empty,
        }
        self._pinned = pinned
        self.widget = GridWidget()
        self.widget.head = {**self._fixed, "columns": [], "pinned": pinned}
        self.widget.on_msg(self._heard)

    def show(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        *,
        selected: str = "",
        view: dict[str, Any] | None = None,
        pinned: int | None = None,
        label: str = "",
    ) -> None:
        """Show rows; what did not change is not sent."""
        head: dict[str, Any] = {
            **self._fixed,
            **({"label": visible(label)} if label else {}),
            "columns": [_column(column) for column in columns],
            "pinned": self._pinned if pinned is None else pinned,
        }
        made: list[dict[str, Any]] = [
            {"key": row.key, "cells": [_cell(cell) for cell in row.cells], "mark": row.mark} for row in rows
        ]
        with self.widget.hold_sync():
            states: dict[str, Any] = {"head": head, "rows": made, "view": view or {}, "selected": selected}
            for name, value in states.items():
                if getattr(self.widget, name) != value:
                    setattr(self.widget, name, value)

    def show_document(self, grid: doc.Grid, *, sort: Sequence[str] = (), view: dict[str, Any] | None = None) -> None:
        """Show a grid of a document.

        Args:
            grid: its headings and rows.
            sort: columns that can be sorted by.
            view: the order and the page.
        """
        columns = [
            Column(
                head.name,
                head.under,
                head.right,
                sort=head.name if head.name in sort else "",
                narrow=head.narrow,
                summary=head.summary,
            )
            for head in grid.headings
        ]
        rows = (Row(str(number), row) for number, row in enumerate(grid.rows))
        shown: dict[str, Any] = {"note": grid.remark, **(view or {})}
        self.show(columns, rows, view=shown, pinned=grid.pinned, label=grid.caption)

    def _heard(self, _: Any, content: Any, buffers: Any = None) -> None:
        """What a person did; a message that is not understood is left alone."""
        act = getattr(self._actions, str(content.get("act")), None) if isinstance(content, dict) else None
        if act is None:
            return
        match content:
            case {"act": "choose", "key": str(key)}:
                # The front end shows it already.
                with self.widget.hold_trait_notifications():
                    self.widget.selected = key
                act(key)
            case {"act": "edit", "key": str(key), "column": str(column), "text": str(text)}:
                act(key, column, text)
            case {"act": "sort", "column": str(column)}:
                act(column)
            case {"act": "go", "row": int(row)} | {"act": "size", "rows": int(row)}:
                act(row)
            case {"act": "query", "text": str(text)}:
                act(text)


def _column(column: Column) -> dict[str, Any]:
    said = column.summary
    summary = {"bins": list(said.bins), "lines": list(doc.summary_lines(said))} if said is not None else None
    return {
        "name": visible(column.name),
        "under": visible(column.under),
        "right": column.right,
        "size": column.size,
        "sort": column.sort,
        "title": visible(column.title),
        "narrow": column.narrow,
        "summary": summary,
    }


def _cell(cell: GridCell) -> Any:
    match cell:
        case tuple():
            return [_cell(part) for part in cell]
        case Entry():
            return {
                "kind": "entry",
                "text": cell.text,
                "hint": cell.hint,
                "off": not cell.usable,
                "bad": visible(cell.problem),
            }
        case Chip():
            return {"kind": "chip", "text": visible(cell.text)}
        case doc.Badge():
            return {"kind": "badge", "text": visible(cell.word), "state": cell.state}
        case doc.Code():
            return {"kind": "code", "text": _shown(cell.text)}
        case doc.Dim():
            return {"kind": "dim", "text": _shown(cell.text)}
        case doc.Bar():
            return {"kind": "bar", "text": visible(cell.label), "share": cell.fraction}
        case doc.Bins():
            return ", ".join(f"{count:,}" for count in cell.counts)
        case int():
            return f"{cell:,}"
        case str():
            return _shown(cell)
        case None:
            return None


def _shown(text: str) -> str:
    return clip(visible(text), _MOST_CHARS)
