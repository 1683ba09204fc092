"""A document as text: aligned, at most 100 columns wide, no colour."""

from __future__ import annotations

from collections.abc import Iterator

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
    Findings,
    Grid,
    Note,
    plural,
)
from datalchemy_nb.show.escape import clip, pad, visible, width

WIDTH = 100
MAX_ROWS = 60
_GAP = 2
_NARROWEST = 8
_LEVELS = "▁▂▃▄▅▆▇█"


def render_text(document: Document) -> str:
    """Return the document's text."""
    title = "  ".join([visible(document.title), *(_badge(b) for b in document.badges)])
    lines = [clip(title, WIDTH)]
    folded = [block for block in document.blocks if isinstance(block, Grid) and block.fold]
    for block in document.blocks:
        if block not in folded:
            lines += _block(block)
    if folded:
        names = ", ".join(visible(grid.caption) for grid in folded)
        lines += ["", clip(f"… {plural(len(folded), 'part')} not shown here: {names}", WIDTH)]
    return "\n".join(line.rstrip() for line in lines)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Facts():
            label_width = max((width(label) for label, _ in block.items), default=0)
            for label, value in block.items:
                yield from _fact(pad(label, label_width), cell_text(value))
        case Grid():
            yield from _grid(block)
        case Note():
            word = {"bad": "error: ", "warn": "warning: "}.get(block.state, "")
            yield from _wrapped(f"{GLYPHS[block.state]} {word}{visible(block.text)}")
        case Findings():
            yield from _findings(block)
        case Drawing():
            if block.plain:
                yield from block.plain.splitlines()


def _fact(label: str, value: str) -> Iterator[str]:
    """A value too long for the line stands on one of its own, whole: paths are there to be copied."""
    if width(label) + width(value) + 4 <= WIDTH:
        yield f"  {label}  {value}"
        return
    yield f"  {label}"
    yield f"    {value}"


def _wrapped(text: str, columns: int = WIDTH) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > columns:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _findings(findings: Findings) -> Iterator[str]:
    yield ""
    if findings.caption:
        yield findings.caption
    for item in findings.items[:MAX_ROWS]:
        yield clip(f"{_badge(item.badge)} at {visible(item.where)}", WIDTH)
        for text in (item.message, item.detail, f"→ {item.hint}" if item.hint else ""):
            yield from (f"    {line}" for line in _wrapped(visible(text), WIDTH - 4) if text)
    if len(findings.items) > MAX_ROWS:
        yield f"… and {len(findings.items) - MAX_ROWS:,} more"


def _grid(grid: Grid) -> Iterator[str]:
    yield ""
    if grid.caption:
        yield clip(visible(grid.caption), WIDTH)
    shown = grid.rows[:MAX_ROWS]
    table = [[cell_text(value) for value in row] for row in shown]
    widths = _widths(grid, table)
    yield _line([visible(h.name) for h in grid.headings], widths, grid)
    if any(h.under for h in grid.headings):
        yield _line([visible(h.under) for h in grid.headings], widths, grid)
    yield _line(["─" * w for w in widths], widths, grid)
    for row in table:
        yield _line(row, widths, grid)
    hidden_columns = len(grid.headings) - len(widths)
    left_out = grid.more + len(grid.rows) - len(shown)
    if hidden_columns:
        names = ", ".join(visible(h.name) for h in grid.headings[len(widths) :])
        yield from _wrapped(f"… and {plural(hidden_columns, 'more column')}: {names}")
    if left_out:
        yield f"… and {plural(left_out, 'more row')}"


def _widths(grid: Grid, table: list[list[str]]) -> list[int]:
    """Columns as wide as they need to be; the widest give way first, and the last go when all are narrow."""
    wanted = [
        max([width(visible(h.name)), width(visible(h.under)), *(width(row[i]) for row in table)])
        for i, h in enumerate(grid.headings)
    ]
    while len(wanted) > 1 and sum(min(w, _NARROWEST) + _GAP for w in wanted) - _GAP > WIDTH:
        wanted.pop()
    while wanted and sum(wanted) + _GAP * (len(wanted) - 1) > WIDTH:
        widest = max(wanted)
        over = sum(wanted) + _GAP * (len(wanted) - 1) - WIDTH
        second = max((w for w in wanted if w < widest), default=1)
        at = len(wanted) - 1 - wanted[::-1].index(widest)
        wanted[at] = max(widest - over, second - 1, 1)
    return wanted


def _line(cells: list[str], widths: list[int], grid: Grid) -> str:
    parts = (pad(clip(cell, w), w, right=h.right) for cell, w, h in zip(cells, widths, grid.headings, strict=False))
    return (" " * _GAP).join(parts).rstrip()


def _badge(badge: Badge) -> str:
    return f"{GLYPHS[badge.state]} {visible(badge.word)}"


def cell_text(cell: Cell) -> str:
    """One cell as text."""
    match cell:
        case None:
            return ""
        case Badge():
            return _badge(cell)
        case Code() | Dim():
            return visible(cell.text)
        case Bar():
            filled = round(max(0.0, min(cell.fraction, 1.0)) * 10)
            return f"{'█' * filled}{'░' * (10 - filled)} {cell.label}"
        case Bins():
            highest = max(cell.counts, default=0) or 1
            return "".join(_LEVELS[(len(_LEVELS) - 1) * count // highest] for count in cell.counts)
        case int():
            return f"{cell:,}"
        case str():
            return visible(cell)
