"""A document as text: aligned, no colour; as wide as there is room for, or whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datalchemy_nb.show import document as doc
from datalchemy_nb.show.escape import clip, pad, visible, width

WIDTH = 100
MAX_ROWS = 60
_GAP = 2
_NARROWEST = 8
_LONGEST_NAME = 2 * 63 + 1
_NO_LIMIT = 1 << 20
_LEVELS = "▁▂▃▄▅▆▇█"


def render_text(document: doc.Document, *, columns: int | None = WIDTH, rows: int | None = MAX_ROWS) -> str:
    """Return the document's text.

    Args:
        document: what is shown.
        columns: width of a line; what does not fit gives way, but never a name that is there to be copied or searched
            for. None = as wide as it is.
        rows: rows of a table, the rest is counted. None = all, and the parts that html folds, too.
    """
    lines = list(_Text(columns, rows).document(document))
    return "\n".join(line.rstrip() for line in lines)


class _Text:
    def __init__(self, columns: int | None, rows: int | None) -> None:
        self._columns, self._rows = columns or _NO_LIMIT, rows

    def document(self, document: doc.Document) -> Iterator[str]:
        title = "  ".join([visible(document.title), *(_badge(b) for b in document.badges)])
        yield clip(title, self._columns)
        folded = [b for b in document.blocks if isinstance(b, doc.Grid) and b.fold and self._rows is not None]
        for block in document.blocks:
            if block not in folded:
                yield from self._block(block)
        if folded:
            names = ", ".join(visible(grid.caption) for grid in folded)
            yield from (
                "",
                clip(f"… {doc.plural(len(folded), 'part')} left out, --all shows them: {names}", self._columns),
            )

    def _block(self, block: doc.Block) -> Iterator[str]:
        match block:
            case doc.Facts():
                label_width = max((width(label) for label, _ in block.items), default=0)
                for label, value in block.items:
                    yield from self._fact(pad(label, label_width), cell_text(value))
            case doc.Grid():
                yield from self._grid(block)
            case doc.Note():
                word = {"bad": "error: ", "warn": "warning: "}.get(block.state, "")
                yield from _wrapped(f"{doc.GLYPHS[block.state]} {word}{visible(block.text)}", self._columns)
            case doc.Findings():
                yield from self._findings(block)
            case doc.Drawing():
                if block.plain:
                    yield from block.plain.splitlines()
            case doc.Section():
                yield from ("", clip(visible(block.title), self._columns))

    def _fact(self, label: str, value: str) -> Iterator[str]:
        """A value too long for the line stands on one of its own, whole: paths are there to be copied."""
        if width(label) + width(value) + 4 <= self._columns:
            yield f"  {label}  {value}"
            return
        yield f"  {label}"
        yield f"    {value}"

    def _findings(self, findings: doc.Findings) -> Iterator[str]:
        yield ""
        if findings.caption:
            yield findings.caption
        for item in findings.items[: self._rows]:
            yield from _wrapped(f"{_badge(item.badge)} at {visible(item.where)}", self._columns)
            for text in (item.message, item.detail, f"→ {item.hint}" if item.hint else ""):
                yield from (f"    {line}" for line in _wrapped(visible(text), self._columns - 4) if text)
        if self._rows is not None and len(findings.items) > self._rows:
            yield f"… and {len(findings.items) - self._rows:,} more"

    def _grid(self, grid: doc.Grid) -> Iterator[str]:
        yield ""
        if grid.caption:
            yield clip(visible(grid.caption), self._columns)
        shown = grid.rows[: self._rows]
        table = [[cell_text(value) for value in row] for row in shown]
        widths = _widths(grid, table, _names_columns(shown), self._columns)
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
            yield from _wrapped(f"… and {doc.plural(hidden_columns, 'more column')}: {names}", self._columns)
        if left_out:
            yield f"… and {doc.plural(left_out, 'more row')}"


def _wrapped(text: str, columns: int) -> Iterator[str]:
    line: list[str] = []
    used = 0
    for word in text.split(" "):
        taken = width(word)
        if line and used + 1 + taken > columns:
            yield " ".join(line)
            line, used = [], 0
        if line or word:
            used += taken + (1 if line else 0)
            line.append(word)
    yield " ".join(line)


def _names_columns(rows: Sequence[tuple[doc.Cell, ...]]) -> list[int]:
    """Columns of names, to be copied and searched for: the first of code, by which a row is known, and plain names."""
    columns = range(len(rows[0])) if rows else ()
    code = [i for i in columns if isinstance(rows[0][i], doc.Code)]
    return code[:1] + [i for i in code[1:] if all(_is_plain_name(row[i]) for row in rows)]


def _is_plain_name(cell: doc.Cell) -> bool:
    return isinstance(cell, doc.Code) and len(cell.text) <= _LONGEST_NAME and not set(" (='") & set(cell.text)


def _widths(grid: doc.Grid, table: list[list[str]], whole: list[int], columns: int) -> list[int]:
    """Columns as wide as they need to be; the widest give way first, and the last go when all are narrow.

    Args:
        grid: gives the headings.
        table: the cells' texts.
        whole: columns that never give way; the first of them does not go either, whatever the line's width.
        columns: of the line.
    """
    wanted = [
        max([width(visible(h.name)), width(visible(h.under)), *(width(row[i]) for row in table)])
        for i, h in enumerate(grid.headings)
    ]
    least = [w if i in whole else min(w, _NARROWEST) for i, w in enumerate(wanted)]
    last = whole[0] + 1 if whole else 1
    while len(wanted) > last and sum(least[: len(wanted)]) + _GAP * (len(wanted) - 1) > columns:
        wanted.pop()
    while (over := sum(wanted) + _GAP * (len(wanted) - 1) - columns) > 0:
        giving = [i for i in range(len(wanted)) if i not in whole]
        at = max(reversed(giving), key=lambda i: wanted[i], default=None)
        if at is None or wanted[at] <= 1:
            break
        second = max((wanted[i] for i in giving if wanted[i] < wanted[at]), default=1)
        wanted[at] = max(wanted[at] - over, second - 1, 1)
    return wanted


def _line(cells: list[str], widths: list[int], grid: doc.Grid) -> str:
    parts = (pad(clip(cell, w), w, right=h.right) for cell, w, h in zip(cells, widths, grid.headings, strict=False))
    return (" " * _GAP).join(parts).rstrip()


def _badge(badge: doc.Badge) -> str:
    return f"{doc.GLYPHS[badge.state]} {visible(badge.word)}"


def cell_text(cell: doc.Cell) -> str:
    """One cell as text."""
    match cell:
        case None:
            return ""
        case doc.Badge():
            return _badge(cell)
        case doc.Code() | doc.Dim():
            return visible(cell.text)
        case doc.Bar():
            filled = round(max(0.0, min(cell.fraction, 1.0)) * 10)
            return f"{'█' * filled}{'░' * (10 - filled)} {cell.label}"
        case doc.Bins():
            highest = max(cell.counts, default=0) or 1
            return "".join(_LEVELS[(len(_LEVELS) - 1) * count // highest] for count in cell.counts)
        case int():
            return f"{cell:,}"
        case str():
            return visible(cell)
