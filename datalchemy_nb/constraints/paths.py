"""Paths from a row to a column of its own or of a row above it, and SQL written with such paths.

``total`` is a column of the row; ``order_id.placed_at`` one of the row that the key of ``order_id`` points at. A name
that SQL would quote is quoted in a path too: ``"Order Id".placed_at``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlglot import exp

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.parse import UnreadableCheckError, parse
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, ForeignKey
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.records import dataclass

BASE_DATE = "base_date"
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".\s]+))\s*')


class PathError(ValueError):
    """A path leads nowhere.

    Attributes:
        hint: what would.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class PathStep:
    """One foreign key on the way up: of which table, and by which of its columns the path named it."""

    table: TableRef
    key: ForeignKey
    column: str


@dataclass(frozen=True)
class Reach:
    """Where a path leads.

    Attributes:
        parts: the names of the path.
        steps: the foreign keys on the way, the row's own first; empty for a column of the row.
        table: the table the path ends at.
        column: the column it ends at.
    """

    parts: tuple[str, ...]
    steps: tuple[PathStep, ...]
    table: TableRef
    column: Column

    @property
    def text(self) -> str:
        """The path, written as it is in a plan."""
        return show_path(self.parts)


def split_path(path: str) -> tuple[str, ...]:
    """Return the names of a path.

    Raises:
        PathError: a name is missing, or quotes are not closed.
    """
    parts: list[str] = []
    at = 0
    while True:
        match = _PART.match(path, at)
        if match is None:
            raise PathError(f"{path!r} is no path", "write names joined by points, e.g. order_id.placed_at")
        parts.append(match[1].replace('""', '"') if match[1] else match[2])
        at = match.end()
        if at == len(path):
            return tuple(parts)
        if path[at] != ".":
            raise PathError(f"{path!r} is no path", "write names joined by points, e.g. order_id.placed_at")
        at += 1


def show_path(parts: tuple[str, ...]) -> str:
    """Return a path from its names, quoted where SQL would quote them."""
    return ".".join(show_ident(part) for part in parts)


def reach(schema: DatabaseSchema, ref: TableRef, path: str | tuple[str, ...]) -> Reach:
    """Follow a path from a table.

    Args:
        schema: the schema.
        ref: the table whose row the path starts at; it exists.
        path: as written, or its names.

    Raises:
        PathError: a column does not exist, is in no foreign key, or in several.
    """
    parts = split_path(path) if isinstance(path, str) else path
    steps: list[PathStep] = []
    here = ref
    for name in parts[:-1]:
        column = _column(schema, here, name)
        key = key_of(schema, here, column.name)
        steps.append(PathStep(here, key, column.name))
        here = partition_root(key.target, schema)
        if here not in schema.tables:
            raise PathError(f"{name} refers to {here}, which the schema does not hold")
    return Reach(parts, tuple(steps), here, _column(schema, here, parts[-1]))


def key_of(schema: DatabaseSchema, ref: TableRef, column: str) -> ForeignKey:
    """Return the foreign key that a column stands for: its own, where it is in several.

    Raises:
        PathError: there is none, or more than one.
    """
    table = schema.tables[ref]
    keys = [key for key in table.foreign_keys if column in key.columns]
    alone = [key for key in keys if len(key.columns) == 1]
    if not keys:
        known = ", ".join(dict.fromkeys(show_ident(key.columns[0]) for key in table.foreign_keys))
        hint = f"columns of foreign keys there: {known}" if known else f"{ref} has no foreign key"
        raise PathError(f"{ref}.{show_ident(column)} is no column of a foreign key", hint)
    if len(alone) == 1 or len(keys) == 1:
        return (alone or keys)[0]
    targets = ", ".join(str(partition_root(key.target, schema)) for key in keys)
    raise PathError(
        f"{ref}.{show_ident(column)} is in several foreign keys, to {targets}",
        "name a column that is in one of them only",
    )


def may_be_null(schema: DatabaseSchema, ref: TableRef, name: str) -> bool:
    """Whether a column takes nulls."""
    table = schema.tables[ref]
    primary = table.primary_key
    return not is_not_null(table.by_name[name], schema) and not (primary and name in primary.columns)


def _column(schema: DatabaseSchema, ref: TableRef, name: str) -> Column:
    table = schema.tables[ref]
    column = table.by_name.get(name)
    if column is None:
        hint = did_you_mean(name, table.by_name) or f"there are {', '.join(sorted(table.by_name)[:8])}"
        raise PathError(f"{ref}.{show_ident(name)}: the table has no such column", hint)
    return column


# --- SQL with paths ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scalar:
    """A scalar expression over a row and the rows above it.

    Attributes:
        tree: its syntax tree; every path is a bare column whose name is the path's text.
        inputs: the paths it reads, by their text.
    """

    tree: exp.Expr
    inputs: dict[str, Reach]


def read_scalar(schema: DatabaseSchema, ref: TableRef, sql: str) -> Scalar:
    """Read an expression in PostgreSQL's dialect whose columns are paths.

    Raises:
        PathError: it cannot be parsed, has no value of its own (a subquery, an aggregate), or a path leads nowhere.
    """
    try:
        tree = parse(sql)
    except UnreadableCheckError as error:
        raise PathError(f"{sql!r} cannot be read: {error}") from None
    unfit = next(tree.find_all(exp.Subquery, exp.Select, exp.AggFunc, exp.Window, exp.Star), None)
    if unfit is not None:
        message = f"{unfit.sql(dialect='postgres')!r} is no scalar expression over the row"
        raise PathError(message, "sums over children are rollup rules; other rows are named by paths")
    inputs: dict[str, Reach] = {}

    def bare(parts: tuple[str, ...]) -> exp.Column:
        found = reach(schema, ref, parts)
        name = found.text if found.steps else found.column.name
        inputs[name] = found
        return exp.column(exp.to_identifier(name, quoted=True))

    return Scalar(_with_paths(tree, bare), inputs)


def _with_paths(tree: exp.Expr, bare: Callable[[tuple[str, ...]], exp.Column]) -> exp.Expr:
    """Replace every column, whatever its qualifiers, by what ``bare`` makes of its names."""
    found = [node for node in tree.walk() if isinstance(node, exp.Column | exp.Dot)]
    outer = [node for node in found if not isinstance(node.parent, exp.Dot) and not _inside(node, found)]
    for node in outer:
        new = bare(_names(node))
        if node is tree:
            return new
        node.replace(new)
    return tree


def _inside(node: exp.Expr, found: Sequence[exp.Expr]) -> bool:
    parent = node.parent
    return parent is not None and any(parent is other for other in found)


def _names(node: exp.Expr) -> tuple[str, ...]:
    if isinstance(node, exp.Dot):
        return (*_names(node.this), *_names(node.expression))
    if isinstance(node, exp.Column):
        return tuple(_folded(part) for part in node.parts)
    return (_folded(node),)


def _folded(name: exp.Expr) -> str:
    """A name as PostgreSQL reads it: in lower case unless it is quoted."""
    return name.name if name.args.get("quoted") else name.name.lower()
