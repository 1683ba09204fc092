"""Entity relationship drawings: our own SVG in layers, and mermaid text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.records import dataclass
from datalchemy_nb.show.escape import clip, escape, visible, width

MAX_TABLES = 60
_CHAR, _ROW, _PAD, _GAP_X, _GAP_Y = 7.3, 18, 8, 70, 18
_MAX_NAME = 34
_MAX_HIGH, _GAP_BESIDE = 900, 24
_DRAWN_KINDS = ("table", "partitioned_table", "foreign_table")

Edge = tuple[TableRef, TableRef]


@dataclass(frozen=True)
class Box:
    """A table in the drawing, with its key columns."""

    ref: TableRef
    title: str
    lines: tuple[tuple[str, str], ...]
    x: int = 0
    y: int = 0

    @property
    def width(self) -> int:
        """Pixels."""
        texts = [self.title, *(f"{mark} {name}" for mark, name in self.lines)]
        return round(max(width(text) for text in texts) * _CHAR) + 2 * _PAD

    @property
    def height(self) -> int:
        """Pixels."""
        return _ROW * (len(self.lines) + 1) + 6


def drawn_tables(schema: DatabaseSchema, around: TableRef | None = None, steps: int = 1) -> list[TableRef]:
    """Choose what to draw: all tables (no views, no partitions), or a table with its neighbours.

    Where there are too many, those nearest to the table come first, then the most linked.

    Args:
        schema: gives tables and keys.
        around: the table in the middle; None = all.
        steps: foreign keys from there at most.
    """
    distances = _distances(_edges(schema), around, steps) if around is not None else {}
    refs = [
        ref
        for ref, table in schema.tables.items()
        if (ref in distances if around is not None else table.kind in _DRAWN_KINDS and table.partition_of is None)
    ]
    degree = Counter(ref for edge in _edges(schema) for ref in set(edge))
    nearest = sorted(refs, key=lambda ref: (distances.get(ref, 0), -degree[ref], ref))
    return sorted(nearest[:MAX_TABLES])


def _distances(edges: Iterable[Edge], around: TableRef, steps: int) -> dict[TableRef, int]:
    """How many foreign keys lie between a table and those near it, whichever way they point."""
    linked: dict[TableRef, set[TableRef]] = {}
    for parent, child in edges:
        linked.setdefault(parent, set()).add(child)
        linked.setdefault(child, set()).add(parent)
    found, reached = {around: 0}, {around}
    for step in range(1, steps + 1):
        reached = {other for ref in reached for other in linked.get(ref, ())} - found.keys()
        found.update(dict.fromkeys(reached, step))
    return found


def er_svg(schema: DatabaseSchema, refs: Collection[TableRef], *, opens: bool = False) -> str:
    """Draw tables and the foreign keys between them; parents stand left of their children.

    Args:
        schema: gives columns and keys.
        refs: tables that are drawn.
        opens: each table says which of the schema's it is, by its number, so that a panel can open it.
    """
    edges = [edge for edge in _edges(schema) if edge[0] in refs and edge[1] in refs]
    boxes = _placed([_box(ref, schema.tables[ref]) for ref in refs], edges)
    if not boxes:
        return ""
    by_ref = {box.ref: box for box in boxes}
    numbers = {ref: number for number, ref in enumerate(schema.tables)} if opens else {}
    wide = max(box.x + box.width for box in boxes) + 28
    high = max(box.y + box.height for box in boxes) + 2
    lines = "".join(_edge(by_ref[parent], by_ref[child]) for parent, child in edges)
    return (
        f"<svg class='e' role='img' width='{wide}' height='{high}' viewBox='0 0 {wide} {high}'>"
        f"<title>Tables and their foreign keys</title>{lines}{''.join(_draw(box, numbers) for box in boxes)}</svg>"
    )


def _edges(schema: DatabaseSchema) -> list[Edge]:
    """(parent, child), once per pair."""
    return sorted({(key.target, ref) for ref, table in schema.tables.items() for key in table.foreign_keys})


def _box(ref: TableRef, table: Table) -> Box:
    primary = table.primary_key.columns if table.primary_key else ()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    names = [c.name for c in table.columns if c.name in primary or c.name in foreign]
    lines = [
        ("●" if name in primary else " ", clip(visible(name), _MAX_NAME) + (" →" if name in foreign else ""))
        for name in names
    ]
    if rest := len(table.columns) - len(names):
        lines.append((" ", f"+ {rest}"))
    return Box(ref, clip(visible(str(ref)), _MAX_NAME), tuple(lines))


def _placed(boxes: list[Box], edges: list[Edge]) -> list[Box]:
    layers = layered([box.ref for box in boxes], edges)
    columns: dict[int, list[Box]] = {}
    for box in boxes:
        columns.setdefault(layers[box.ref], []).append(box)
    placed: list[Box] = []
    x = 2
    for layer in sorted(columns):
        # A layer of many is folded into columns beside each other, so that the whole can be looked at.
        waiting = _ordered(columns[layer], placed, edges)
        beside = math.ceil(sum(box.height + _GAP_Y for box in waiting) / _MAX_HIGH)
        each = math.ceil(len(waiting) / max(beside, 1))
        for first in range(0, len(waiting), each):
            here, y = waiting[first : first + each], 2
            for box in here:
                placed.append(Box(box.ref, box.title, box.lines, x, y))
                y += box.height + _GAP_Y
            x += max(box.width for box in here) + (_GAP_X if first + each >= len(waiting) else _GAP_BESIDE)
    return placed


def _ordered(boxes: list[Box], placed: list[Box], edges: list[Edge]) -> list[Box]:
    """Put children beside their parents: by the mean height of those already placed."""
    heights = {box.ref: box.y for box in placed}

    def place(box: Box) -> tuple[float, TableRef]:
        parents = [heights[p] for p, c in edges if c == box.ref and p in heights]
        return (sum(parents) / len(parents) if parents else 0.0, box.ref)

    return sorted(boxes, key=place)


def layered(refs: Iterable[TableRef], edges: Iterable[Edge]) -> dict[TableRef, int]:
    """Give each table a layer right of all its parents; edges that close a cycle do not count."""
    parents: dict[TableRef, list[TableRef]] = {ref: [] for ref in refs}
    for parent, child in edges:
        if parent != child:
            parents[child].append(parent)
    layers: dict[TableRef, int] = {}
    for start in sorted(parents):
        _layer(start, parents, layers)
    return layers


def _layer(start: TableRef, parents: dict[TableRef, list[TableRef]], layers: dict[TableRef, int]) -> None:
    # An explicit stack: a chain of foreign keys may be longer than Python's recursion limit.
    stack, open_ = [start], {start}
    while stack:
        ref = stack[-1]
        waiting = next((p for p in parents[ref] if p not in layers and p not in open_), None)
        if waiting is not None:
            stack.append(waiting)
            open_.add(waiting)
            continue
        layers.setdefault(ref, max((layers[p] + 1 for p in parents[ref] if p in layers), default=0))
        stack.pop()


def _edge(parent: Box, child: Box) -> str:
    if parent.ref == child.ref:
        x, y = parent.x + parent.width, parent.y + _ROW
        return f"<path d='M{x} {y}c26 -14 26 26 0 12'/><path class='a' d='M{x} {y + 12}l7 -1l-3 6z'/>"
    if child.x > parent.x:
        x1, x2, bend = parent.x + parent.width, child.x, 34
    elif child.x < parent.x:
        x1, x2, bend = parent.x, child.x + child.width, -34
    else:
        x1, x2, bend = parent.x + parent.width, child.x + child.width, 26
    y1, y2 = parent.y + _ROW // 2 + 2, child.y + _ROW // 2 + 2
    into = -bend if child.x != parent.x else bend
    side = 7 if bend > 0 else -7
    return (
        f"<path d='M{x1} {y1}C{x1 + bend} {y1} {x2 + into} {y2} {x2} {y2}'/>"
        f"<path class='a' d='M{x1} {y1}l{side} -4v8z'/>"
    )


def _draw(box: Box, numbers: Mapping[TableRef, int]) -> str:
    head = _ROW + 4
    parts = [
        f"<rect x='{box.x}' y='{box.y}' width='{box.width}' height='{box.height}' rx='4'/>",
        f"<rect class='h' x='{box.x}' y='{box.y}' width='{box.width}' height='{head}' rx='4'/>",
        f"<text class='f' x='{box.x + _PAD}' y='{box.y + 15}'>{escape(box.title)}</text>",
    ]
    for i, (mark, name) in enumerate(box.lines, start=1):
        y = box.y + 16 + i * _ROW
        css = " class='d'" if name.startswith("+ ") else ""
        parts.append(f"<text x='{box.x + _PAD}' y='{y}'>{mark}</text>" if mark.strip() else "")
        parts.append(f"<text{css} x='{box.x + _PAD + 14}' y='{y}'>{escape(name)}</text>")
    drawn = "".join(parts)
    if box.ref not in numbers:
        return drawn
    return f"<g data-open='{numbers[box.ref]}' aria-label='open {escape(box.ref)}'>{drawn}</g>"


def er_mermaid(schema: DatabaseSchema, refs: Collection[TableRef]) -> str:
    """Write the same tables as a mermaid ``erDiagram``."""
    ids = {ref: f"t{i}" for i, ref in enumerate(sorted(refs))}
    lines = ["erDiagram"]
    for ref, id_ in ids.items():
        lines.append(f'  {id_}["{_mermaid_text(str(ref))}"] {{')
        lines += [f"    {line}" for line in _mermaid_columns(schema.tables[ref])]
        lines.append("  }")
    for ref in ids:
        for key in schema.tables[ref].foreign_keys:
            if key.target in ids:
                optional = any(c.is_nullable for c in schema.tables[ref].columns if c.name in key.columns)
                label = _mermaid_text(", ".join(key.columns))
                lines.append(f'  {ids[key.target]} {"|o" if optional else "||"}--o{{ {ids[ref]} : "{label}"')
    return "\n".join(lines) + "\n"


def _mermaid_columns(table: Table) -> Iterable[str]:
    primary = table.primary_key.columns if table.primary_key else ()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    for column in table.columns:
        marks = [mark for mark, there in (("PK", column.name in primary), ("FK", column.name in foreign)) if there]
        if marks:
            yield f"{_mermaid_word(column.column_type.udt_name)} {_mermaid_word(column.name)} {', '.join(marks)}"


def _mermaid_word(name: str) -> str:
    word = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return word if word[:1].isalpha() else f"c{word}"


def _mermaid_text(name: str) -> str:
    """Quoted text: mermaid knows no escapes, and takes ``<`` for html."""
    table = {'"': "'", "<": "‹", ">": "›", "%": "٪", "#": "＃", ";": ",", "\\": "/", "`": "'", "{": "(", "}": ")"}
    return "".join(table.get(char, char) for char in clip(visible(name), 60))
