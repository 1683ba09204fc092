"""EXCLUDE and WITHOUT OVERLAPS: rows that are equal in some parts must not overlap (or differ) in another."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from datalchemy_nb.contracts.names import quote_ident, show_ident
from datalchemy_nb.contracts.schema import Exclusion, PrimaryKey, Unique
from datalchemy_nb.evaluate import ranges
from datalchemy_nb.evaluate.cells import prepared
from datalchemy_nb.evaluate.checks_sql import Translator
from datalchemy_nb.evaluate.findings import CheckClass, Finding, Findings
from datalchemy_nb.evaluate.ranges import Interval
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection, one_row


@dataclass(frozen=True, slots=True)
class _Rivals:
    """Rows that may be in each other's way.

    Attributes:
        equal: expressions in which rivals agree.
        interval: the range that must not overlap; None where agreeing is itself too much.
        differing: an expression in which rivals must agree (``<>`` in the constraint).
        where: rows concerned.
    """

    equal: tuple[str, ...]
    interval: Interval | None
    differing: str | None
    where: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExclusionJudge:
    """Judges the exclusion constraints and temporal keys of one table.

    Attributes:
        held: rows that the database held before, as far as they were read; None where it held none.
    """

    con: Connection
    table: LoadedTable
    translator: Translator
    findings: Findings
    held: LoadedTable | None = None

    def judge(self) -> None:
        """Check all of them."""
        for constraint in self.table.table.constraints:
            if isinstance(constraint, Exclusion):
                title = f"EXCLUDE {constraint.name}"
                parts = [(e.column or e.expression, e.column, e.operator) for e in constraint.elements]
                self._check("exclusion", "exclusion", title, parts, constraint.predicate)
            elif isinstance(constraint, PrimaryKey | Unique) and constraint.without_overlaps:
                primary = isinstance(constraint, PrimaryKey)
                title = f"{constraint.name} WITHOUT OVERLAPS"
                parts = [(name, name, "=") for name in constraint.columns[:-1]]
                parts.append((constraint.columns[-1], constraint.columns[-1], "&&"))
                self._check("pk" if primary else "unique", "primary_key" if primary else "unique", title, parts, None)

    def _check(
        self, kind: CheckClass, code: str, title: str, parts: list[tuple[str, str | None, str]], predicate: str | None
    ) -> None:
        if self.findings.mode(self.table.ref, kind) == "ignore":
            return
        shown = ",".join(show_ident(column) if column else text for text, column, _ in parts)
        path = f"{self.table.ref}.{shown}"
        try:
            rivals = self._rivals(parts, predicate)
            count, row = self._conflicts(rivals)
        except Unsupported as error:
            self._not_evaluated(kind, path, f"{title} is not evaluated: {error}")
            return
        except duckdb.Error:
            self._not_evaluated(kind, path, f"{title} is not evaluated: it fails on some row")
            return
        self.findings.checked(kind)
        if count:
            message = f"{count} row{'s are' if count > 1 else ' is'} in the way of an earlier one ({title})"
            self.findings.add(Finding(self.table.ref, kind, code, path, message, count, row, rivals.columns))

    def _not_evaluated(self, kind: CheckClass, path: str, message: str) -> None:
        if kind == "exclusion":
            self.findings.skipped(self.table.ref, kind, path, message)
        else:
            self.findings.warn("overlaps_not_checked", path, message, hint="`load` asks PostgreSQL itself")

    def _rivals(self, parts: list[tuple[str, str | None, str]], predicate: str | None) -> _Rivals:
        equal: list[str] = []
        columns: list[str] = []
        interval: Interval | None = None
        differing: str | None = None
        where = ["true"] if predicate is None else [self._sql(predicate, columns)]
        for text, column, operator in parts:
            if operator == "&&" and interval is None:
                interval = self._interval(text, column, columns)
                where.append(interval.present)
                continue
            part = self._sql(quote_ident(column) if column else text, columns)
            where.append(f"{part} IS NOT NULL")
            if operator == "=":
                equal.append(part)
            elif operator == "<>" and differing is None:
                differing = part
            else:
                raise Unsupported(f"operator {operator} has no counterpart here")
        if interval is not None and differing is not None:
            raise Unsupported("overlaps together with <> are not compared here")
        return _Rivals(tuple(equal), interval, differing, tuple(where), tuple(dict.fromkeys(columns)))

    def _sql(self, text: str, columns: list[str]) -> str:
        translated = prepared(self.con, self.table, self.translator, text)
        columns.extend(translated.columns)
        return translated.sql

    def _interval(self, text: str, column: str | None, columns: list[str]) -> Interval:
        if column is not None:
            loaded = self.table.columns.get(column)
            if loaded is None or not ranges.is_range(loaded.column.column_type):
                raise Unsupported(f"{show_ident(column)} holds no range that can be compared here")
            columns.append(column)
            return ranges.of_column(loaded, self.translator.types.schema)
        low, high, bounds, subtype = ranges.call_parts(text)
        return ranges.of_call(self._sql(low, columns), self._sql(high, columns), bounds, subtype)

    def _conflicts(self, rivals: _Rivals) -> tuple[int, int | None]:
        """Rows that conflict with one that stands before them, and the first of them in the file."""
        names = [f"k{i}" for i in range(len(rivals.equal))]
        selected = ["rowid AS row", *(f"{part} AS {name}" for part, name in zip(rivals.equal, names, strict=True))]
        if rivals.interval is not None:
            selected += [f"({rivals.interval.low}) AS low", f"({rivals.interval.high}) AS high"]
            order, seen, conflict = "low, row", "max(high)", "low < seen"
        elif rivals.differing is not None:
            selected.append(f"{rivals.differing} AS other")
            order, seen, conflict = "row", "first(other)", "other <> seen"
        else:
            order, seen, conflict = "row", "count(*)", "seen > 0"
        partition = f"PARTITION BY {', '.join(names)} " if names else ""
        window = f"({partition}ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        rest = f"{', '.join(selected[1:])} FROM {{}} WHERE {' AND '.join(rivals.where)}"
        rows = f"SELECT {selected[0]}, {rest.format(self.table.sql)}"
        if self.held is not None:
            if not self.held.has(*rivals.columns):
                raise Unsupported("a column of the rows that were there before was not read")
            # They stand before those of the file, and hold the constraint among themselves.
            rows += f" UNION ALL SELECT rowid - {self.held.rows} AS row, {rest.format(self.held.sql)}"
        judged = f"SELECT *, {seen} OVER {window} AS seen FROM ({rows})"
        found = f"SELECT count(*), min(row) FILTER (WHERE row >= 0) + 1 FROM ({judged}) WHERE {conflict}"
        count, first = one_row(self.con, found)
        return int(count), int(first) if first is not None else None
