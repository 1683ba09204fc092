"""A document as Markdown: whole, and everything in it is text, never markup."""

from __future__ import annotations

import re

from datalchemy_nb.show.document import (
    Block,
    Cell,
    Document,
    Drawing,
    Facts,
    Findings,
    Grid,
    Note,
    Section,
)
from datalchemy_nb.show.render_text import cell_text

_UNSAFE = re.compile(r"([\\`*{}\[\]<>|#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def render_markdown(document: Document) -> str:
    """Return the document's Markdown, in GitHub's form for tables."""
    badges = " ".join(f"**{_cell(badge)}**" for badge in document.badges)
    parts = [f"# {plain(document.title)}", badges, *map(_block, document.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Text in one line, without any meaning to Markdown."""
    return _UNSAFE.sub(r"\\\1", " ".join(text.split()))


def _block(block: Block) -> str:
    match block:
        case Section():
            return f"## {plain(block.title)}"
        case Note():
            return plain(block.text)
        case Facts():
            return "\n".join(f"- {plain(label)}: {_cell(value)}" for label, value in block.items)
        case Grid():
            marks = ["---:" if heading.right else "---" for heading in block.headings]
            rows = [[_cell(value) for value in row] for row in block.rows]
            table = _table([plain(heading.name) for heading in block.headings], marks, rows)
            return "\n\n".join(part for part in (_caption(block.caption), table, plain(block.remark)) if part)
        case Findings():
            cells = [(item.badge, item.where, item.message, item.detail, item.hint) for item in block.items]
            rows = [[_cell(value) for value in row] for row in cells]
            names = ["", "where", "what", "which", "what to do"]
            return "\n\n".join(part for part in (_caption(block.caption), _table(names, ["---"] * 5, rows)) if part)
        case Drawing():
            return plain(block.plain)


def _caption(caption: str) -> str:
    return f"### {plain(caption)}" if caption else ""


def _table(names: list[str], marks: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, marks, *rows))


def _cell(value: Cell) -> str:
    return plain(cell_text(value))
