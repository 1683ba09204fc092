"""A page as Markdown."""

from __future__ import annotations

import re

from datalchemy_nb.evaluate.page import Block, Items, Page, Section, Table

_UNSAFE = re.compile(r"([\\`*{}\[\]<>|#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def markdown(page: Page) -> str:
    """Return the page as Markdown; everything in it is text, never markup."""
    lead = {True: "**PASS**: ", False: "**FAIL**: ", None: ""}[page.passed]
    parts = [f"# {plain(page.title)}", f"{lead}{plain(page.verdict)}", *map(_section, page.sections)]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Text in one line, without any meaning to Markdown."""
    return _UNSAFE.sub(r"\\\1", " ".join(text.split()))


def _section(section: Section) -> str:
    return "\n\n".join([f"## {plain(section.title)}", *map(_block, section.blocks)])


def _block(block: Block) -> str:
    if isinstance(block, Items):
        return "\n".join(f"- {plain(line)}" for line in block.lines)
    if isinstance(block, Table):
        lines = _table(block)
        return f"### {plain(block.caption)}\n\n{lines}" if block.caption else lines
    return plain(block)


def _table(table: Table) -> str:
    marks = ["---"] * (len(table.heading) - table.right) + ["---:"] * table.right
    rows = [table.heading, *(tuple(map(plain, row)) for row in table.rows)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"| {' | '.join(marks)} |", *lines[1:]])
