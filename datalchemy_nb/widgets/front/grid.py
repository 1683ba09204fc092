"""One grid of the panels: rows of data, tables and columns of a plan, generators to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
from traitlets import Dict, List, Unicode

from datalchemy_nb.records import dataclass
from datalchemy_nb.show import document as doc
from datalchemy_nb.show.escape import clip, visible
from datalchemy_nb.show.theme import rules

_HERE = Path(__file__).parent
_MOST_CHARS = 400
_MOST_WHOLE = 100_000
_SEEN_AT_ONCE = 8
"""So many rows need no filter."""


class GridWidget(anywidget.AnyWidget):
    """What the front end sees.

    Attributes:
        head: label, columns, height, and what the grid offers: to choose rows, to find some.
        rows: of each its key, its cells and its mark.
        view: what is shown of all there is: the search, the order, the page.
        selected: key of the chosen row.
    """

    _esm = _HERE / "grid.js"
    # With the theme, so that it stands alone where each widget lives in a shadow root of its own.
    _css = rules() + (_HERE / "grid.css").read_text(encoding="utf-8")
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
class Values:
    """Values to filter a column by.

    Attributes:
        texts: None stands for null.
        complete: there are no others, so that they are a list; else they are proposed, and others can be typed.
    """

    texts: tuple[str | None, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a grid.

    Attributes:
        under: stands below its name.
        size: characters of its fields.
        sort: what is sent to sort by it; empty where it cannot be sorted.
        title: told of its heading when the pointer rests on it.
        filter: whether its heading has a field to filter by.
        values: what it holds, where that is little.
    """

    name: str
    under: str = ""
    right: bool = False
    size: int = 9
    sort: str = ""
    title: str = ""
    narrow: bool = False
    summary: doc.Summary | None = None
    filter: bool = False
    values: Values = Values()


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
        filter: a column is to be filtered; gets its name and what was typed, empty for all rows.
    """

    choose: Callable[[str], Any] | None = None
    edit: Callable[[str, str, str], Any] | None = None
    sort: Callable[[str], Any] | None = None
    go: Callable[[int], Any] | None = None
    size: Callable[[int], Any] | None = None
    query: Callable[[str], Any] | None = None
    filter: Callable[[str, str], Any] | None = None


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
        local: all rows there are stand in the grid: the front end itself sorts and filters them.
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
        local: bool = False,
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
            "local": local,
        }
        self._rows: dict[str, Row] = {}
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
        title: str = "",
        fold: bool = False,
    ) -> None:
        """Show rows; what did not change is not sent."""
        rows = tuple(rows)
        if self._fixed["local"]:
            wanted = len(rows) > _SEEN_AT_ONCE
            columns = [replace(c, sort=c.name, filter=wanted) if c.name else c for c in columns]
        self._rows = {row.key: row for row in rows}
        head: dict[str, Any] = {
            **self._fixed,
            **({"label": visible(label)} if label else {}),
            "title": visible(title),
            "fold": fold,
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

    def show_document(
        self,
        grid: doc.Grid,
        *,
        sort: Sequence[str] = (),
        filters: Sequence[str] = (),
        values: Mapping[str, Values] | None = None,
        view: dict[str, Any] | None = None,
    ) -> None:
        """Show a grid of a document.

        Args:
            grid: its headings and rows.
            sort: columns that can be sorted by.
            filters: columns that can be filtered by.
            values: values of a column, where they are few.
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
                filter=head.name in filters,
                values=(values or {}).get(head.name, Values()),
            )
            for head in grid.headings
        ]
        rows = (Row(str(number), row) for number, row in enumerate(grid.rows))
        shown: dict[str, Any] = {"note": grid.remark, **(view or {})}
        local = self._fixed["local"]
        self.show(
            columns,
            rows,
            view=shown,
            pinned=grid.pinned,
            label=grid.caption,
            title=grid.caption if local else "",
            fold=local and grid.fold,
        )

    def _heard(self, _: Any, content: Any, buffers: Any = None) -> None:
        """What a person did; a message that is not understood is left alone."""
        match content:
            case {"act": "whole", "key": str(key), "column": str(column)}:
                self._show_whole(key, column)
                return
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
            case {"act": "filter", "column": str(column), "text": str(text)}:
                act(column, text)

    def _show_whole(self, key: str, column: str) -> None:
        """Send the whole of a value that was cut."""
        names = [entry["name"] for entry in self.widget.head["columns"]]
        if key in self._rows and column in names:
            cell = self._rows[key].cells[names.index(column)]
            text = getattr(cell, "text", cell)
            lines = clip(str(text), _MOST_WHOLE).split("\n")
            self.widget.send({"whole": "\n".join(map(visible, lines)), "key": key, "column": column})


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
        "filter": column.filter,
        "values": [None if text is None else visible(text) for text in column.values.texts],
        "complete": column.values.complete,
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
            return {"kind": "code", **_shown(cell.text)}
        case doc.Dim():
            return {"kind": "dim", **_shown(cell.text)}
        case doc.Bar():
            return {"kind": "bar", "text": visible(cell.label), "share": cell.fraction}
        case doc.Bins():
            return {"kind": "bins", "counts": list(cell.counts)}
        case int():
            return f"{cell:,}"
        case str():
            shown = _shown(cell)
            return {"kind": "text", **shown} if "cut" in shown else shown["text"]
        case None:
            return None


def _shown(text: str) -> dict[str, Any]:
    """The text, or its beginning: the whole is sent when it is asked for."""
    shown = visible(text)
    return {"text": shown} if len(shown) <= _MOST_CHARS else {"text": clip(shown, _MOST_CHARS), "cut": True}
