"""A document as html: no script, no ids, nothing from outside, no more than 200 kB."""

from __future__ import annotations

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
    State,
    grid,
    plural,
)
from datalchemy_nb.show.escape import clip, escape, visible
from datalchemy_nb.show.theme import SCOPE, stylesheet

MAX_BYTES = 200_000
_LIMITS = ((500, 400), (200, 200), (60, 120), (20, 60), (8, 40), (3, 20), (1, 10))
"""Rows per grid and characters per cell, tried in turn until the whole fits."""
_LEFT = ' style="text-align:left"'
"""JupyterLab sets cells to the right, and leaves out our style sheet in a notebook that is not trusted."""
_LONG = 48
"""Characters above which a value may take several lines."""
_MAX_GRIDS = (400, 200, 60, 20, 8, 3, 1)


def render_html(document: Document, *, style: bool = True) -> str:
    """Return the document's html.

    Args:
        document: what is shown.
        style: with its own style, so that it stands alone; a panel has it once for all its parts.
    """
    text = ""
    for (rows, chars), grids in zip(_LIMITS, _MAX_GRIDS, strict=True):
        text = _Html(rows, chars, grids).document(document, stylesheet() if style else "")
        if len(text.encode()) <= MAX_BYTES:
            break
    return text


class _Html:
    def __init__(self, max_rows: int, max_chars: int, max_grids: int) -> None:
        self._max_rows, self._max_chars, self._max_grids = max_rows, max_chars, max_grids

    def document(self, document: Document, style: str) -> str:
        badges = "".join(f" {badge(b)}" for b in document.badges)
        body = "".join(self._blocks(document.blocks))
        title = f'<p class="t"><b>{self._text(document.title)}</b>{badges}</p>' if document.title or badges else ""
        return f'{style}<div class="{SCOPE}">{title}{body}</div>'

    def _blocks(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        folded = 0
        for block in blocks:
            if isinstance(block, Grid) and block.fold:
                folded += 1
                if folded > self._max_grids:
                    continue
            yield self._block(block)
        if folded > self._max_grids:
            yield note(Note(f"{plural(folded - self._max_grids, 'more part')} left out here", "off"))

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

    def _grid(self, grid: Grid) -> str:
        caption = escape(grid.caption)
        left_out = grid.more + max(len(grid.rows) - self._max_rows, 0)
        head = "".join(map(self._heading, grid.headings))
        body = "".join(self._row(grid, row) for row in grid.rows[: self._max_rows])
        shown_caption = f"<caption{_LEFT}><b>{caption}</b></caption>" if caption and not grid.fold else ""
        more = f'<p class="d">… and {plural(left_out, "more row")}</p>' if left_out else ""
        css = ' class="ln"' if grid.lines else ""
        table = f"<table{css}>{shown_caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
        return f"<details><summary>{caption}</summary>{table}</details>" if grid.fold else table

    def _heading(self, heading: Heading) -> str:
        under = f"<small>{self._text(heading.under)}</small>" if heading.under else ""
        return f"<th{_class(heading.right)}>{self._text(heading.name)}{under}</th>"

    def _row(self, grid: Grid, row: tuple[Cell, ...]) -> str:
        cells = zip(grid.headings, row, strict=True)
        made = (f"<td{_class(h.right, _is_long(value))}>{self.cell(value)}</td>" for h, value in cells)
        return f"<tr>{''.join(made)}</tr>"

    def cell(self, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case Badge():
                return badge(cell)
            case Code():
                return f"<code>{self._text(cell.text)}</code>"
            case Dim():
                return f'<span class="d">{self._text(cell.text)}</span>'
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
        return escape(shown) if shown.isascii() else f"<bdi>{escape(shown)}</bdi>"


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


def _class(right: bool, long: bool = False) -> str:
    return ' class="r"' if right else f' class="lg"{_LEFT}' if long else _LEFT


def _is_long(cell: Cell) -> bool:
    text = cell.text if isinstance(cell, Code | Dim) else cell
    return isinstance(text, str) and len(text) > _LONG


def badge(badge: Badge) -> str:
    """A state: glyph and word."""
    return f'<span class="b {badge.state}">{GLYPHS[badge.state]} {escape(badge.word)}</span>'


def note(note: Note) -> str:
    """A line of prose; errors and warnings say so."""
    words: dict[State, str] = {"bad": "error", "warn": "warning"}
    word = f"{badge(Badge(words[note.state], note.state))} " if note.state in words else ""
    css = ' class="d"' if note.state == "off" else ""
    return f"<p{css}>{word}{escape(note.text)}</p>"


def bar(bar: Bar) -> str:
    """A share as a bar, with its number."""
    percent = f"{max(0.0, min(bar.fraction, 1.0)) * 100:.4g}"
    return f'<span class="g"><i style="width:{percent}%"></i></span>{escape(bar.label)}'


def bins(bins: Bins) -> str:
    """A histogram as bars; the counts are in its title."""
    highest = max(bins.counts, default=0) or 1
    wide = 4
    bars = "".join(
        f'<rect class="hb" x="{i * wide}" y="{16 - (height := max(round(16 * count / highest), count > 0))}" '
        f'width="{wide - 1}" height="{height}"/>'
        for i, count in enumerate(bins.counts)
    )
    span = len(bins.counts) * wide
    label = escape("counts per bin: " + ", ".join(f"{c:,}" for c in bins.counts))
    return f'<svg role="img" width="{span}" height="16" viewBox="0 0 {span} 16"><title>{label}</title>{bars}</svg>'


def drawing(drawing: Drawing) -> str:
    """An SVG under its caption."""
    if not drawing.svg:
        return f'<p class="d">{escape(drawing.plain)}</p>'
    # Where styles and drawings are taken out (a notebook that is not trusted), no heap of names is left over; there an
    # attribute without a value is taken out too.
    return (
        f"<details open><summary>{escape(drawing.caption)}</summary>"
        f'<p class="no">The drawing is shown when the notebook is trusted, or the cell is run.</p>'
        f'<div class="dr" hidden="hidden">{drawing.svg}</div></details>'
    )
