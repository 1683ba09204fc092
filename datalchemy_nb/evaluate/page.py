"""A report before it is Markdown or HTML: sections of lines and tables. Both forms say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts; the last ``right`` columns are aligned right.

    Attributes:
        caption: said above it, where a section has several.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: tuple[str, ...]


Block = str | Items | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report.

    Attributes:
        passed: None where nothing was judged.
        verdict: one sentence.
    """

    title: str
    passed: bool | None
    verdict: str
    sections: tuple[Section, ...]


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, right: int = 0, caption: str = "") -> Table:
    """A table of any sequences."""
    return Table(tuple(heading), tuple(tuple(row) for row in rows), right, caption)
