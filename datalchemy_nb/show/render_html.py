"""A document as html: no script, no ids, nothing from outside, no more than 200 kB."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from datalchemy_nb.show.document import (
    GLYPHS,
    Badge,
    Bar,
    Bins,
    Block,
    Cell,
    Code,
    Dim,
    Document,
    Drawing,
    Facts,
    Finding,
    Findings,
    Grid,
    Heading,
    Note,
    Section,
    State,
    grid,
    plural,
    summary_lines,
)
from datalchemy_nb.show.escape import clip, escape, visible
from datalchemy_nb.show.theme import SCOPE, stylesheet

MAX_BYTES = 200_000
FOLD_BYTES = 12_000
"""Folded parts beyond it are left out: a notebook is saved with them whether they are opened or not."""
_LIMITS = ((500, 4000), (500, 400), (200, 200), (60, 120), (20, 60), (8, 40), (3, 20), (1, 10))
"""Rows per grid and characters per cell, tried in turn until the whole fits."""
_LEFT = " style='text-align:left'"
"""JupyterLab sets cells to the right, and leaves out our style sheet in a notebook that is not trusted. Parts that are
folded go without: they are most of a large output."""
_LONG = 48
"""Characters above which a value may take several lines."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_PINS = ("p0", "p1")
_NO_LIMIT = 1 << 40
_PAGE = (
    ":root{color-scheme:light dark}body{margin:1.5rem auto;max-width:80rem;padding:0 1rem;background:Canvas}"
    f".{SCOPE} h2{{font-size:1.1rem;margin:1.5rem 0 .5rem}}"
)
_MAX_GRIDS = (400, 400, 200, 60, 20, 8, 3, 1)


def render_html(document: Document, *, style: bool = True) -> str:
    """Return the document's html.

    Args:
        document: what is shown.
        style: with its own style, so that it stands alone; a panel has it once for all its parts.
    """
    text = ""
    for (rows, chars), grids in zip(_LIMITS, _MAX_GRIDS, strict=True):
        text = _Html(rows, chars, grids, FOLD_BYTES).document(document, stylesheet(_parts(document)) if style else "")
        if len(text.encode()) <= MAX_BYTES:
            break
    return text


def _parts(document: Document) -> frozenset[str]:
    """Parts of the style sheet that a document needs."""
    kinds = {type(block) for block in document.blocks}
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    found = {part for part, kind in (("facts", Facts), ("drawing", Drawing)) if kind in kinds}
    if grids or Findings in kinds:
        found.add("grid")
    if any(grid.lines for grid in grids):
        found.add("lines")
    return frozenset(found)


def render_page(document: Document) -> str:
    """Return a complete HTML document, nothing left out: its own style for light and dark, no script, no network."""
    body = _Html(_NO_LIMIT, _NO_LIMIT, _NO_LIMIT, _NO_LIMIT).document(document, stylesheet())
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_PAGE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


class _Html:
    def __init__(self, max_rows: int, max_chars: int, max_grids: int, fold_bytes: int) -> None:
        self._max_rows, self._max_chars, self._max_grids = max_rows, max_chars, max_grids
        self._fold_bytes = fold_bytes

    def document(self, document: Document, style: str) -> str:
        badges = "".join(f" {badge(b)}" for b in document.badges)
        body = "".join(self._blocks(document.blocks, document.elsewhere))
        title = f"<p class='t'><b>{self._text(document.title)}</b>{badges}</p>" if document.title or badges else ""
        return f"{style}<div class='{SCOPE}'>{title}{body}</div>"

    def _blocks(self, blocks: tuple[Block, ...], elsewhere: str) -> Iterator[str]:
        folded = left_out = size = 0
        for block in blocks:
            if not (isinstance(block, Grid) and block.fold):
                yield self._block(block)
                continue
            folded += 1
            if folded > self._max_grids or size > self._fold_bytes:
                left_out += 1
                continue
            shown = self._block(block)
            size += len(shown)
            if folded > 1 and size > self._fold_bytes:
                left_out += 1
                continue
            yield shown
        if left_out:
            where = f": {elsewhere}" if elsewhere else ""
            yield note(Note(f"{plural(left_out, 'more part')} left out here{where}", "off"))

    def _block(self, block: Block) -> str:
        match block:
            case Facts():
                items = (f"<dt>{escape(label)}</dt><dd>{self.cell(value)}</dd>" for label, value in block.items)
                return f"<dl>{''.join(items)}</dl>"
            case Grid():
                return self._grid(block)
            case Note():
                return note(block)
            case Findings():
                return self._grid(_as_grid(block))
            case Drawing():
                return drawing(block)
            case Section():
                return f"<h2>{self._text(block.title)}</h2>"

    def _grid(self, grid: Grid) -> str:
        caption = escape(grid.caption)
        left_out = grid.more + max(len(grid.rows) - self._max_rows, 0)
        pins = [_PINS[i] if i < min(grid.pinned, len(_PINS)) else "" for i in range(len(grid.headings))]
        left = not grid.fold
        head = f"<tr>{''.join(self._heading(h, pin, left) for h, pin in zip(grid.headings, pins, strict=True))}</tr>"
        if any(heading.summary for heading in grid.headings):
            head += (
                f"<tr>{''.join(self._summary(h, pin, left) for h, pin in zip(grid.headings, pins, strict=True))}</tr>"
            )
        body = "".join(self._row(grid, row, pins) for row in grid.rows[: self._max_rows])
        shown_caption = f"<caption{_LEFT}><b>{caption}</b></caption>" if caption and not grid.fold else ""
        more = f"<p class='d'>… and {plural(left_out, 'more row')}</p>" if left_out else ""
        css = f" class='ln'{_first_width(grid)}" if grid.lines else ""
        table = f"<table{css}>{shown_caption}<thead>{head}</thead><tbody>{body}</tbody></table>"
        if grid.lines:
            table = f"<div class='sc' role='region' aria-label='{caption or 'rows'}' tabindex='0'>{table}</div>"
        table += more + (f"<p class='d'>{escape(grid.remark)}</p>" if grid.remark else "")
        return f"<details><summary>{caption}</summary>{table}</details>" if grid.fold else table

    def _heading(self, heading: Heading, pin: str, left: bool) -> str:
        under = f"<small>{self._text(heading.under)}</small>" if heading.under else ""
        return f"<th scope='col'{_class(heading.right, pin, left=left)}>{self._text(heading.name)}{under}</th>"

    def _summary(self, heading: Heading, pin: str, left: bool) -> str:
        said = heading.summary
        if said is None:
            return f"<td{_class(False, pin, left=left)}></td>"
        drawn = [bins(Bins(said.bins))] if said.bins else []
        lines = (self._text(line) for line in summary_lines(said))
        shown = "".join(f"<small>{line}</small>" for line in (*drawn, *lines))
        return f"<td{_class(False, pin, left=left)}>{shown}</td>"

    def _row(self, grid: Grid, row: tuple[Cell, ...], pins: list[str]) -> str:
        cells = zip(grid.headings, row, pins, strict=True)
        make = self._data_cell if grid.lines else self._cell
        return f"<tr>{''.join(make(heading, value, pin, not grid.fold) for heading, value, pin in cells)}</tr>"

    def _cell(self, heading: Heading, value: Cell, pin: str, left: bool) -> str:
        return f"<td{_class(heading.right, pin, left=left, long=_is_long(value))}>{self.cell(value)}</td>"

    def _data_cell(self, heading: Heading, value: Cell, pin: str, left: bool) -> str:
        """One line; a long value is cut by the style alone, so that a click shows the whole and it is there once."""
        shown = self.cell(value)
        if heading.narrow and isinstance(value, str | Code):
            shown = f"<details class='na'><summary>{shown}</summary></details>"
        elif _is_long(value):
            shown = f"<details><summary>{shown}</summary></details>"
        return f"<td{_class(heading.right, pin, left=left)}>{shown}</td>"

    def cell(self, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case Badge():
                return badge(cell)
            case Code():
                return f"<code>{self._text(cell.text)}</code>"
            case Dim():
                return f"<span class='d'>{self._text(cell.text)}</span>"
            case Bar():
                return bar(cell)
            case Bins():
                return bins(cell)
            case int():
                return f"{cell:,}"
            case str():
                return self._text(cell)

    def _text(self, text: str) -> str:
        shown = clip(visible(text), self._max_chars)
        # Right-to-left text must not reorder what stands around it.
        return f"<bdi>{escape(shown)}</bdi>" if _RIGHT_TO_LEFT.search(shown) else escape(shown)


def _as_grid(findings: Findings) -> Grid:
    """A column only for what some finding has."""
    columns: tuple[tuple[str, Callable[[Finding], Cell]], ...] = (
        ("", lambda f: f.badge),
        ("where", lambda f: Code(f.where)),
        ("what", lambda f: f.message),
        ("which", lambda f: Code(f.detail) if f.detail else None),
        ("what to do", lambda f: f.hint or None),
    )
    shown = [(name, cell) for name, cell in columns if any(cell(item) is not None for item in findings.items)]
    rows = ([cell(item) for _, cell in shown] for item in findings.items)
    return grid([name for name, _ in shown], rows, findings.caption)


def _class(right: bool, pin: str, *, left: bool, long: bool = False) -> str:
    names = " ".join(name for name in (pin, "r" if right else "lg" if long else "") if name)
    return (f" class='{names}'" if names else "") + (_LEFT if left and not right else "")


def _first_width(grid: Grid) -> str:
    """As wide as the longest number of a row: the column pinned beside it has to know."""
    longest = max((_place_width(row[0]) for row in grid.rows if row), default=0)
    return f" style='--p:{max(4.5, 1.8 + 0.64 * longest):.1f}em'" if grid.pinned > 1 else ""


def _place_width(cell: Cell) -> int:
    """Characters of a row's number; one that is pointed at has a glyph before it, and ends rounded."""
    match cell:
        case Dim():
            return len(cell.text)
        case Badge():
            return len(cell.word) + 4
        case _:
            return 0


def _is_long(cell: Cell) -> bool:
    text = cell.text if isinstance(cell, Code | Dim) else cell
    return isinstance(text, str) and len(text) > _LONG


def badge(badge: Badge) -> str:
    """A state: glyph and word."""
    return f"<span class='b {badge.state}'>{GLYPHS[badge.state]} {escape(badge.word)}</span>"


def note(note: Note) -> str:
    """A line of prose; errors and warnings say so."""
    words: dict[State, str] = {"bad": "error", "warn": "warning"}
    word = f"{badge(Badge(words[note.state], note.state))} " if note.state in words else ""
    css = " class='d'" if note.state == "off" else ""
    return f"<p{css}>{word}{escape(note.text)}</p>"


def bar(bar: Bar) -> str:
    """A share as a bar, with its number."""
    percent = f"{max(0.0, min(bar.fraction, 1.0)) * 100:.4g}"
    return f"<span class='g'><i style='width:{percent}%'></i></span>{escape(bar.label)}"


def bins(bins: Bins) -> str:
    """A histogram as bars; the counts are in its title."""
    highest = max(bins.counts, default=0) or 1
    wide = 4
    heights = (max(round(16 * count / highest), int(count > 0)) for count in bins.counts)
    bars = "".join(f"M{i * wide} 16v-{height}h3v{height}" for i, height in enumerate(heights) if height)
    span = len(bins.counts) * wide
    label = escape("counts per bin: " + ", ".join(f"{c:,}" for c in bins.counts))
    size = f"width='{span}' height='16' viewBox='0 0 {span} 16'"
    return f"<svg class='hb' role='img' {size}><title>{label}</title><path d='{bars}'/></svg>"


def drawing(drawing: Drawing) -> str:
    """An SVG under its caption."""
    if not drawing.svg:
        return f"<p class='d'>{escape(drawing.plain)}</p>"
    # Where styles and drawings are taken out (a notebook that is not trusted), no heap of names is left over; there an
    # attribute without a value is taken out too.
    return (
        f"<details open><summary>{escape(drawing.caption)}</summary>"
        "<p class='no'>The drawing is shown when the notebook is trusted, or the cell is run.</p>"
        f"<div class='dr' hidden='hidden'>{drawing.svg}</div></details>"
    )
