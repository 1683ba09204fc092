"""What is shown, before it is html or text: a title, and blocks of facts, grids, notes and drawings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Literal

from datalchemy_nb.records import dataclass
from datalchemy_nb.show.escape import clip, visible

State = Literal["ok", "warn", "bad", "info", "off"]

GLYPHS: dict[State, str] = {"ok": "✓", "warn": "▲", "bad": "✗", "info": "•", "off": "–"}
"""A state is always said by glyph and word; colour only repeats it."""


@dataclass(frozen=True)
class Badge:
    """A state in a word."""

    word: str
    state: State = "info"


@dataclass(frozen=True)
class Code:
    """A name, type or expression, set in a fixed width."""

    text: str


@dataclass(frozen=True)
class Dim:
    """Something said quietly: ``null``, a type, a remark."""

    text: str


@dataclass(frozen=True)
class Bar:
    """A share from 0 to 1, with its number beside."""

    fraction: float
    label: str


@dataclass(frozen=True)
class Bins:
    """A small histogram."""

    counts: tuple[int, ...]


Cell = str | int | Badge | Code | Dim | Bar | Bins | None


@dataclass(frozen=True)
class Summary:
    """What a column of data holds, by a sample of its rows.

    Attributes:
        nulls: share of rows without a value, 0 to 1.
        distinct: different values in the sample; None where they cannot be counted.
        unique: no value comes up twice.
        bins: a histogram from ``low`` to ``high``; empty where values have no order that a drawing shows.
        top: values that come up most, with their share of the rows; empty where none stands out.
    """

    nulls: float
    distinct: int | None = None
    bins: tuple[int, ...] = ()
    low: str = ""
    high: str = ""
    top: tuple[tuple[str, float], ...] = ()
    unique: bool = False


@dataclass(frozen=True)
class Heading:
    """A column of a grid; ``under`` stands below its name, and what it holds below that.

    Attributes:
        narrow: its values say little (uuids, bytes): only their beginning is shown until one is opened.
    """

    name: str
    under: str = ""
    right: bool = False
    summary: Summary | None = None
    narrow: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels with values."""

    items: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        more: rows that exist beyond those given.
        fold: shown folded in html, under the caption.
        lines: rows of data: each takes one line in html, a long value is opened by a click, the grid is scrolled.
        pinned: so many of the first columns stay in sight while the others are scrolled; 2 at most.
        remark: said quietly below the grid.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    more: int = 0
    fold: bool = False
    lines: bool = False
    pinned: int = 0
    remark: str = ""


@dataclass(frozen=True)
class Note:
    """A line of prose with a state."""

    text: str
    state: State = "info"


@dataclass(frozen=True)
class Drawing:
    """An SVG of our own (already safe), and what stands for it in text."""

    svg: str
    caption: str = ""
    plain: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that was found wrong or doubtful.

    Attributes:
        where: a JSON Pointer, a table, a column.
        detail: an offending row, a count.
    """

    badge: Badge
    where: str
    message: str
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Findings:
    """What was found: a table in html, paragraphs in text, so that no message is cut."""

    items: tuple[Finding, ...]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A heading above the blocks that follow it."""

    title: str


Block = Facts | Grid | Note | Drawing | Findings | Section


@dataclass(frozen=True)
class Document:
    """Everything shown of one object.

    Attributes:
        elsewhere: where folded parts are found that are left out here.
    """

    title: str
    badges: tuple[Badge, ...] = ()
    blocks: tuple[Block, ...] = field(default=())
    elsewhere: str = ""


def headings(*names: str) -> tuple[Heading, ...]:
    """Columns by name; a name that ends in ``>`` is set to the right."""
    return tuple(Heading(name.rstrip(">"), right=name.endswith(">")) for name in names)


def facts(*items: tuple[str, Cell]) -> Facts:
    """Facts, those without a value left out."""
    return Facts(tuple((label, value) for label, value in items if value is not None and value != ""))


def grid(names: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = "", *, fold: bool = False) -> Grid:
    """A grid of all rows; a column that says nothing in any of them is left out."""
    cells = [tuple(row) for row in rows]
    said = [not cells or any(row[i] not in (None, "") for row in cells) for i in range(len(names))]
    shown = tuple(tuple(cell for cell, keep in zip(row, said, strict=True) if keep) for row in cells)
    return Grid(headings(*(n for n, keep in zip(names, said, strict=True) if keep)), shown, caption, fold=fold)


def yes_no(ok: bool, good: str, bad: str) -> Badge:
    """A badge for an outcome."""
    return Badge(good, "ok") if ok else Badge(bad, "bad")


def remarks(text: str) -> tuple[Note, ...]:
    """A remark that may be empty, as a block of its own that warns."""
    return (Note(text, "warn"),) if text else ()


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 table``, ``1,200 tables``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


_TOP_CHARS = 18


def summary_lines(said: Summary) -> tuple[str, ...]:
    """What a column holds, in short lines: ends of its histogram, values that come up most, nulls and distinct."""
    ends = (f"{said.low} … {said.high}",) if said.bins else ()
    top = (f"{clip(visible(value), _TOP_CHARS)} {_share(share)}" for value, share in said.top)
    counts = (f"{_share(said.nulls)} null" if said.nulls else "", _distinct(said))
    return (*ends, *top, ", ".join(count for count in counts if count))


def _share(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 1 or not percent else "< 1 %"


def _distinct(summary: Summary) -> str:
    if summary.distinct is None:
        return ""
    return "all distinct" if summary.unique else f"{summary.distinct:,} distinct"
