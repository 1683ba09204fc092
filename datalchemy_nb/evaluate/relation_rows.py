"""The rows of a table as relations see them: with columns of the rows above, and with sums over the rows below.

A path names a column from a row's point of view (``order_id.placed_at``). What it reads is joined once, whoever asks,
and becomes a column of one flat query; windows over it are a second layer, questions the third:

    SELECT count(*) FILTER (asked), count(*) FILTER (asked AND NOT ok), ...   -- questions
    FROM (SELECT *, lag(p1) OVER (PARTITION BY p0 ORDER BY p2) AS w0          -- windows
          FROM (SELECT t.rowid AS rid, t.c3 AS p0, j0.c1 AS p1, b0.a0 AS p2   -- columns
                FROM t LEFT JOIN orders j0 ON ... LEFT JOIN (SELECT ... GROUP BY ...) b0 ON ...))
"""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlglot import exp

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
from datalchemy_nb.evaluate import references
from datalchemy_nb.evaluate.at_hand import Ints, NotAtHand, Vector
from datalchemy_nb.evaluate.checks_sql import Operand, Translator, parse
from datalchemy_nb.evaluate.findings import Findings
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.references import ReferenceJudge
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection

BASE_DATE = "base_date"
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".\s]+))\s*(?:\.|\Z)')


@dataclass(frozen=True, slots=True)
class Value:
    """A column of the flat query.

    Attributes:
        sql: its name there.
        path: how the plan names it.
        column: what it is in its own table.
    """

    sql: str
    path: str
    column: LoadedColumn

    @property
    def text(self) -> str:
        """The value as text."""
        return f"{self.sql}::VARCHAR"

    @property
    def sql_type(self) -> str:
        """DuckDB type."""
        return self.column.reading.sql_type


@dataclass(frozen=True)
class Data:
    """A loaded dataset, and the plan it is held against."""

    con: Connection
    plan: Plan
    schema: DatabaseSchema
    tables: Mapping[TableRef, LoadedTable]
    types: TypeBook
    findings: Findings
    _rows: dict[TableRef, Rows] = field(default_factory=dict)

    def rows(self, ref: TableRef) -> Rows:
        """The rows of a table, the same for all who ask.

        Raises:
            Unsupported: the dataset has no file of it.
        """
        if ref not in self._rows:
            self._rows[ref] = Rows(self, ref)
        return self._rows[ref]

    def holders(self, ref: TableRef) -> list[LoadedTable]:
        """The loaded tables that hold a table's rows: itself, or its partitions.

        Raises:
            Unsupported: the dataset has no file of it.
        """
        found = ReferenceJudge(self.con, self.tables, self.findings).holders(ref)
        if not found:
            raise Unsupported(f"{ref} is not in the dataset")
        return found

    def key_of(self, ref: TableRef, name: str) -> ForeignKey:
        """The foreign key that a column stands for: its own, where it is in several.

        Raises:
            Unsupported: there is none or more than one, or the plan does not enforce it.
        """
        keys = [key for key in self.schema.tables[ref].foreign_keys if name in key.columns]
        alone = [key for key in keys if len(key.columns) == 1] or keys
        if len(alone) != 1:
            raise Unsupported(f"{ref}.{show_ident(name)} is in {len(keys) or 'no'} foreign key{'s' * (len(keys) > 1)}")
        self.must_hold(ref, alone[0])
        return alone[0]

    def must_hold(self, ref: TableRef, key: ForeignKey) -> None:
        """Nothing is asked along a foreign key that the plan lets be broken.

        Raises:
            Unsupported: it does.
        """
        if self.findings.mode(ref, "fk") != "enforce":
            columns = ", ".join(map(show_ident, key.columns))
            raise Unsupported(f"it follows the foreign key of {columns} of {ref}, which the plan does not enforce")


@dataclass
class Below:
    """Sums over the children of a row, joined to it."""

    rows: Rows
    keys: tuple[str, ...]
    on: tuple[str, ...]
    alias: str
    made: dict[str, str] = field(default_factory=dict)

    def aggregate(self, sql: str) -> str:
        """Return the name of an aggregate over the children."""
        return f"{self.alias}.{self.made.setdefault(sql, f'a{len(self.made)}')}"

    @property
    def join(self) -> str:
        """The join to the row."""
        keys = ", ".join(f"{key} AS k{i}" for i, key in enumerate(self.keys))
        made = ", ".join(f"{sql} AS {name}" for sql, name in self.made.items())
        present = " AND ".join(f"{key} IS NOT NULL" for key in self.keys)
        grouped = f"SELECT {keys}, {made} FROM ({self.rows.flat()}) WHERE {present} GROUP BY {', '.join(self.keys)}"
        same = " AND ".join(f"{own} = {self.alias}.k{i}" for i, own in enumerate(self.on))
        return f"LEFT JOIN ({grouped}) {self.alias} ON {same}"


@dataclass(frozen=True, slots=True)
class _Among:
    """A join to the different children of a row that have certain values; nulls are alike."""

    below: Below
    theirs: Sequence[str]
    mine: Sequence[str]
    alias: str

    @property
    def join(self) -> str:
        """The join to the row, which meets one of them at most."""
        below = self.below
        named = [*((key, f"k{i}") for i, key in enumerate(below.keys)), *_named(self.theirs)]
        listed = ", ".join(f"{sql} AS {name}" for sql, name in named)
        present = " AND ".join(f"{key} IS NOT NULL" for key in below.keys)
        different = f"SELECT DISTINCT {listed}, true AS there FROM ({below.rows.flat()}) WHERE {present}"
        same = [f"{own} = {self.alias}.k{i}" for i, own in enumerate(below.on)]
        same += [f"{own} IS NOT DISTINCT FROM {self.alias}.{name}" for own, name in _named(self.mine)]
        return f"LEFT JOIN ({different}) {self.alias} ON {' AND '.join(same)}"


def _named(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(sql, f"v{i}") for i, sql in enumerate(values)]


@dataclass(frozen=True, slots=True)
class _Above:
    """A join to the rows that a foreign key refers to."""

    alias: str
    below: str
    holders: Sequence[LoadedTable]
    above: Sequence[LoadedTable]
    key: ForeignKey

    @property
    def join(self) -> str:
        """The join to the rows below, which have an alias of their own."""
        pairs = zip(self.key.columns, self.key.referenced_columns, strict=True)
        same = [
            compared(f"{self.below}.{a.sql}", a, f"{self.alias}.{b.sql}", b)
            for a, b in ((self.holders[0].columns[own], self.above[0].columns[other]) for own, other in pairs)
        ]
        return f"LEFT JOIN {source(self.above)} {self.alias} ON {' AND '.join(same)}"


class Rows:
    """One table's rows: what is read of them, of rows above and of rows below.

    Args:
        data: the dataset.
        ref: the table.

    Raises:
        Unsupported: the dataset has no file of it.
    """

    def __init__(self, data: Data, ref: TableRef) -> None:
        self.data, self.ref = data, ref
        self.holders = data.holders(ref)
        self._selected: dict[str, str] = {}
        self._joins: dict[tuple[str, tuple[str, ...]], str | Below | _Among | _Above] = {}
        self._aliases: dict[tuple[str, tuple[str, ...]], str] = {}
        self._above: dict[str, _Above] = {}
        self._windows: dict[str, str] = {}
        self.values: dict[str, Value] = {}

    @property
    def numbered(self) -> bool:
        """Whether a row's number is its place in a file of the table's own."""
        return len(self.holders) == 1

    # --- columns ---

    def column(self, name: str) -> Value:
        """A column of the row itself.

        Raises:
            Unsupported: the file does not hold it.
        """
        return self._read("t", self.holders, self.ref, name, show_ident(name))

    def value(self, path: str) -> Value:
        """What a path leads to.

        Raises:
            Unsupported: it leads nowhere, over a key that the plan does not enforce, or to a table without a file.
        """
        return self._follow(split(path))

    def nullable(self, name: str) -> bool:
        """Whether a column of the row takes nulls."""
        table = self.data.schema.tables[self.ref]
        primary = table.primary_key
        return table.by_name[name].is_nullable and not (primary and name in primary.columns)

    def key(self, name: str) -> tuple[Value, ...]:
        """The columns of the foreign key that a column stands for."""
        return tuple(self.column(column) for column in self.data.key_of(self.ref, name).columns)

    def select(self, sql: str) -> str:
        """Return the name of an expression over the joined tables."""
        return self._selected.setdefault(sql, f"p{len(self._selected)}")

    def window(self, sql: str) -> str:
        """Return the name of a window over columns of the flat query."""
        return self._windows.setdefault(sql, f"w{len(self._windows)}")

    def row_of(self, path: str) -> str:
        """Return the number of the row that a path of foreign key columns leads to."""
        alias, _ = self._climb(split(path))
        return self.select(f"{alias}.rowid")

    def inner(self, name: str) -> str:
        """What a column of the flat query is made of, for conditions of joins."""
        return next(sql for sql, known in self._selected.items() if known == name)

    def _follow(self, parts: Sequence[str]) -> Value:
        alias, ref = self._climb(parts[:-1])
        holders = self.holders if alias == "t" else self.data.holders(ref)
        return self._read(alias, holders, ref, parts[-1], ".".join(map(show_ident, parts)))

    def _climb(self, parts: Sequence[str]) -> tuple[str, TableRef]:
        alias, ref, holders = "t", self.ref, self.holders
        for name in parts:
            key = self.data.key_of(ref, name)
            above = self.data.holders(key.target)
            alias = self._joined(alias, holders, above, key)
            ref, holders = key.target, above
        return alias, ref

    def _read(self, alias: str, holders: Sequence[LoadedTable], ref: TableRef, name: str, path: str) -> Value:
        if not all(one.has(name) for one in holders):
            raise Unsupported(f"column {show_ident(name)} of {ref} is not in the file")
        column = holders[0].columns[name]
        value = Value(self.select(f"{alias}.{column.sql}"), path, column)
        return self.values.setdefault(value.sql, value)

    def _joined(self, alias: str, holders: Sequence[LoadedTable], above: Sequence[LoadedTable], key: ForeignKey) -> str:
        place = (alias, key.columns)
        if place not in self._aliases:
            if not all(one.has(*key.referenced_columns) for one in above) or not holders[0].has(*key.columns):
                raise Unsupported(f"a column of the foreign key {', '.join(key.columns)} is not in the file")
            new = f"j{len(self._aliases)}"
            self._joins[place] = self._above[new] = _Above(new, alias, holders, above, key)
            self._aliases[place] = new
        return self._aliases[place]

    def found(self, own: Value, ref: TableRef, name: str, when: str) -> str:
        """Return a condition: the value is in another table's column, looked for where a condition of joins holds."""
        above = self.data.holders(ref)
        if not all(one.has(name) for one in above):
            raise Unsupported(f"column {show_ident(name)} of {ref} is not in the file")
        new = f"l{len(self._joins)}"
        there = above[0].columns[name]
        same = compared(self.inner(own.sql), own.column, f"{new}.{there.sql}", there)
        distinct = f"(SELECT DISTINCT {there.sql} FROM {source(above)} AS x)"
        self._joins[(new, ())] = f"LEFT JOIN {distinct} {new} ON {same} AND {when}"
        return self.select(f"{new}.{there.sql} IS NOT NULL")

    # --- rows below ---

    def below(self, child: TableRef, columns: Sequence[str]) -> Below:
        """The children that refer to the row by a foreign key.

        Raises:
            Unsupported: there is no such key, or the plan does not enforce it.
        """
        keys = self.data.schema.tables[child].foreign_keys
        key = next((key for key in keys if set(key.columns) == set(columns) and key.target == self.ref), None)
        if key is None:
            raise Unsupported(f"{child} has no foreign key on {', '.join(columns)} to {self.ref}")
        self.data.must_hold(child, key)
        place = (f"below {child}", key.columns)
        known = self._joins.get(place)
        if isinstance(known, Below):
            return known
        rows = Rows(self.data, child)
        pairs = [
            (rows.column(own), self.column(other))
            for own, other in zip(key.columns, key.referenced_columns, strict=True)
        ]
        casts = ["::VARCHAR" if differ(a.column, b.column) else "" for a, b in pairs]
        made = Below(
            rows,
            tuple(f"{a.sql}{cast}" for (a, _), cast in zip(pairs, casts, strict=True)),
            tuple(f"{self.inner(b.sql)}{cast}" for (_, b), cast in zip(pairs, casts, strict=True)),
            f"b{len(self._joins)}",
        )
        self._joins[place] = made
        return made

    def across(self, path: str, child: TableRef, columns: Sequence[str]) -> Below:
        """The children of a row above, which a path of foreign key columns leads to, by another of their keys to it.

        Raises:
            Unsupported: there is no such key, or the plan does not enforce it.
        """
        parts = split(path)
        alias, ref = self._climb(parts[:-1])
        above = self.data.key_of(ref, parts[-1])
        keys = self.data.schema.tables[child].foreign_keys
        key = next((key for key in keys if set(key.columns) == set(columns) and key.target == above.target), None)
        if key is None:
            raise Unsupported(f"{child} has no foreign key on {', '.join(columns)} to {above.target}")
        self.data.must_hold(child, key)
        place = (f"across {path} {child}", key.columns)
        known = self._joins.get(place)
        if isinstance(known, Below):
            return known
        rows, holders = Rows(self.data, child), self.data.holders(ref)
        named = dict(zip(above.referenced_columns, above.columns, strict=True))
        theirs = [rows.column(own) for own in key.columns]
        mine = [holders[0].columns[named[other]] for other in key.referenced_columns]
        casts = ["::VARCHAR" if differ(a.column, b) else "" for a, b in zip(theirs, mine, strict=True)]
        made = Below(
            rows,
            tuple(f"{a.sql}{cast}" for a, cast in zip(theirs, casts, strict=True)),
            tuple(f"{alias}.{b.sql}{cast}" for b, cast in zip(mine, casts, strict=True)),
            f"b{len(self._joins)}",
        )
        self._joins[place] = made
        return made

    def among(self, below: Below, theirs: Sequence[str], mine: Sequence[str]) -> str:
        """Return a condition: one of the rows below has these values.

        Args:
            below: what `across` or `below` gave.
            theirs: expressions over the columns of its rows.
            mine: as many over the joined tables of this row, see `inner`.
        """
        new = f"m{len(self._joins)}"
        self._joins[(new, ())] = _Among(below, tuple(theirs), tuple(mine), new)
        return self.select(f"{new}.there IS NOT NULL")

    # --- expressions ---

    def expression(self, text: str) -> str:
        """Translate SQL of PostgreSQL whose columns are paths.

        Raises:
            Unsupported: it cannot be, or a path leads nowhere.
        """
        tree = exp.Paren(this=parse(text))
        operands: dict[str, Operand] = {}

        def read(parts: tuple[str, ...]) -> exp.Column:
            value = self._follow(parts)
            reading = value.column.reading
            operands[value.sql] = Operand(value.sql, reading.sql_type, reading.family, reading.nocase)
            return exp.column(value.sql)

        _replace_columns(tree, read)
        translator = Translator(operands, self.data.types, self.data.plan.base_date, self.data.schema.functions)
        return translator.translate(tree.sql("postgres")).sql

    # --- values at hand ---

    @property
    def at_hand(self) -> bool:
        """Whether every row has its one parent, or none, wherever rows above are read; told by values at hand."""
        try:
            for alias in self._above:
                self._places(alias)
        except NotAtHand:
            return False
        return self.numbered

    def vector(self, name: str) -> Vector:
        """The values of a column of the flat query, row by row.

        Raises:
            NotAtHand: it is no column of a table, or its values are not at hand.
        """
        found = next((sql for sql, known in self._selected.items() if known == name), "")
        alias, _, column = found.partition(".")
        if alias == "t" and column.isidentifier():
            return self.holders[0].vector(column)
        if alias not in self._above or not column.isidentifier():
            raise NotAtHand(f"the values of {found or name}")
        places = self._places(alias)
        if column == "rowid":
            return Vector("number", places, places < 0)
        return self._above[alias].above[0].vector(column).at(places)

    def _places(self, alias: str) -> Ints:
        """The place of the row above, for every row."""
        step = self._above[alias]
        if len(step.holders) != 1 or len(step.above) != 1:
            raise NotAtHand("rows of several files")
        places = references.links(step.holders[0], step.key, step.above[0])
        if places is None:
            raise NotAtHand("the rows above")
        if step.below == "t":
            return places
        below = self._places(step.below)
        return np.where(below < 0, -1, places.take(below)) if len(places) else below

    # --- SQL ---

    def flat(self) -> str:
        """The query that holds every column asked for so far."""
        columns = "".join(f", {sql} AS {name}" for sql, name in self._selected.items())
        joins = " ".join(join if isinstance(join, str) else join.join for join in self._joins.values())
        flat = f"SELECT t.rowid AS rid{columns} FROM {source(self.holders)} t {joins}"
        if not self._windows:
            return flat
        windows = ", ".join(f"{sql} AS {name}" for sql, name in self._windows.items())
        return f"SELECT *, {windows} FROM ({flat})"


def source(holders: Sequence[LoadedTable]) -> str:
    """The rows of a table, or of all its partitions under the column names of the first."""
    first = holders[0]
    if len(holders) == 1:
        return first.sql
    names = [name for name in first.columns if all(one.has(name) for one in holders)]
    parts = (
        "SELECT rowid AS rowid, "
        + ", ".join(f"{one.columns[name].sql} AS {first.columns[name].sql}" for name in names)
        + f" FROM {one.sql}"
        for one in holders
    )
    return f"({' UNION ALL '.join(parts)})"


def differ(a: LoadedColumn, b: LoadedColumn) -> bool:
    """Whether two columns are compared as texts."""
    types = {a.reading.sql_type, b.reading.sql_type}
    return len(types) > 1 and bool(types & {"VARCHAR", "UUID"} or {a.reading.family, b.reading.family} & {"enum"})


def compared(a: str, own: LoadedColumn, b: str, other: LoadedColumn) -> str:
    """A condition: two columns are equal."""
    cast = "::VARCHAR" if differ(own, other) else ""
    return f"{a}{cast} = {b}{cast}"


def split(path: str) -> tuple[str, ...]:
    """The names of a path.

    Raises:
        Unsupported: it is none.
    """
    parts: list[str] = []
    at = 0
    while at < len(path) or not parts:
        found = _PART.match(path, at)
        if found is None:
            raise Unsupported(f"{path!r} is no path")
        parts.append(found[1].replace('""', '"') if found[1] else found[2])
        at = found.end()
    return tuple(parts)


def _replace_columns(tree: exp.Expr, read: Callable[[tuple[str, ...]], exp.Column]) -> None:
    nodes = [node for node in tree.walk() if isinstance(node, exp.Column | exp.Dot)]
    known = {id(node) for node in nodes}
    for node in nodes:
        parent = node.parent
        if parent is None or id(parent) in known:
            continue
        if isinstance(node, exp.Dot) and node.find(exp.Func):
            continue
        node.replace(read(_names(node)))


def _names(node: exp.Expr) -> tuple[str, ...]:
    if isinstance(node, exp.Dot):
        return (*_names(node.this), *_names(node.expression))
    if isinstance(node, exp.Column):
        return tuple(name for part in node.parts for name in _names(part))
    if not isinstance(node, exp.Identifier):
        raise Unsupported("a whole-row reference")
    return (node.name if node.quoted else node.name.lower(),)
