"""FOREIGN KEY: every reference finds its row, also in the partitions of the referenced table."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import ForeignKey
from datalchemy_nb.evaluate.at_hand import Ints
from datalchemy_nb.evaluate.findings import Finding, Findings
from datalchemy_nb.evaluate.probes import first_row
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.small import Few
from datalchemy_nb.evaluate.workspace import Connection, one_row


@dataclass(frozen=True, slots=True)
class ReferenceJudge:
    """Judges foreign keys between the tables of a dataset."""

    con: Connection
    tables: Mapping[TableRef, LoadedTable]
    findings: Findings
    existing: Mapping[TableRef, LoadedTable] = field(default_factory=dict)
    """Keys of rows that the database held."""

    def judge(self, table: LoadedTable, key: ForeignKey, children: int | None = None) -> None:
        """Check one foreign key of one table.

        Args:
            table: the referring table.
            key: its foreign key.
            children: the rows that are known to have a parent; if these are all, there is nothing to look for.
        """
        if not key.enforced or self.findings.mode(table.ref, "fk") == "ignore":
            return
        path = f"{table.ref} -> {key.target}"
        name = key.name or "foreign key"
        parents = self.parents(key.target)
        if not table.has(*key.columns):
            self.findings.warn("missing_column", path, f"{name}: a column of the key is not in the file")
        elif not parents:
            message = f"{name} is not checked: {key.target} is not in the dataset"
            self.findings.warn("missing_parent_table", path, message)
        elif not all(parent.has(*key.referenced_columns) for parent in parents):
            self.findings.warn("missing_parent_column", path, f"{name}: a referenced column is not in the file")
        else:
            self._check(table, key, parents, path, name, children)

    def parents(self, ref: TableRef) -> list[LoadedTable]:
        """What holds the rows that can be referred to: those of the dataset, and those that were there before."""
        return [*self.holders(ref), *([self.existing[ref]] if ref in self.existing else [])]

    def holders(self, ref: TableRef) -> list[LoadedTable]:
        """Loaded tables that hold a table's rows: itself and all its partitions."""
        found = [self.tables[ref]] if ref in self.tables else []
        for child in self.tables.values():
            owner = child.table.partition_of
            if owner is not None and TableRef(owner.schema_name, owner.table) == ref and child.ref != ref:
                found += self.holders(child.ref)
        return found

    def _check(
        self,
        table: LoadedTable,
        key: ForeignKey,
        parents: Sequence[LoadedTable],
        path: str,
        name: str,
        children: int | None,
    ) -> None:
        self.findings.checked("fk")
        if key.period:
            self.findings.warn("period_not_checked", path, f"{name}: PERIOD is not checked")
            return
        own = [table.columns[column] for column in key.columns]
        if key.match_type == "full" and len(own) > 1:
            self._match_full(table, key, own, path, name)
        if children is not None and children == self._referring(table, own):
            return
        orphans = self._orphans(table, key, own, parents)
        count, row = one_row(self.con, f"SELECT count(*), min(row) + 1 FROM ({orphans})")
        if count:
            message = f"{count} row{'s have' if count > 1 else ' has'} no parent in {key.target} ({name})"
            self._add(table, key, path, message, int(count), int(row))

    def _referring(self, table: LoadedTable, own: Sequence[LoadedColumn]) -> int:
        names = [column.sql for column in own]
        if table.few is not None and table.few.holds(names):
            return table.few.present(names)
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        return int(one_row(self.con, f"SELECT count(*) FROM {table.sql} WHERE {present}")[0])

    def _orphans(
        self, table: LoadedTable, key: ForeignKey, own: Sequence[LoadedColumn], parents: Sequence[LoadedTable]
    ) -> str:
        casts = common_casts(table, key, parents)
        numbers = range(len(own))
        child = ", ".join(f"{c.sql}{cast} AS k{i}" for i, c, cast in zip(numbers, own, casts, strict=True))
        present = " AND ".join(f"{column.sql} IS NOT NULL" for column in own)
        rows = f"SELECT rowid AS row, {child} FROM {table.sql} WHERE {present}"
        union = " UNION ALL ".join(
            "SELECT "
            + ", ".join(
                f"{parent.columns[column].sql}{cast} AS k{i}"
                for i, column, cast in zip(numbers, key.referenced_columns, casts, strict=True)
            )
            + f" FROM {parent.sql}"
            for parent in parents
        )
        same = " AND ".join(f"c.k{i} = p.k{i}" for i in numbers)
        return f"SELECT c.row FROM ({rows}) c ANTI JOIN ({union}) p ON {same}"

    def _match_full(
        self, table: LoadedTable, key: ForeignKey, own: Sequence[LoadedColumn], path: str, name: str
    ) -> None:
        some = " OR ".join(column.missing for column in own)
        every = " AND ".join(column.missing for column in own)
        condition = f"({some}) AND NOT ({every})"
        count = int(one_row(self.con, f"SELECT count(*) FROM {table.sql} WHERE {condition}")[0])
        if count:
            message = f"{count} row{'s mix' if count > 1 else ' mixes'} null and not null in MATCH FULL ({name})"
            self._add(table, key, path, message, count, first_row(self.con, table, condition))

    def _add(self, table: LoadedTable, key: ForeignKey, path: str, message: str, count: int, row: int | None) -> None:
        self.findings.add(Finding(table.ref, "fk", "foreign_key", path, message, count, row, tuple(key.columns)))


def common_casts(table: LoadedTable, key: ForeignKey, parents: Sequence[LoadedTable]) -> list[str]:
    """Per column pair, the cast that makes both sides comparable; often none."""
    own = (table.columns[column] for column in key.columns)
    theirs = (parents[0].columns[column] for column in key.referenced_columns)
    return [_common(a, b) for a, b in zip(own, theirs, strict=True)]


def links(table: LoadedTable, key: ForeignKey, parent: LoadedTable) -> Ints | None:
    """The place of every row's parent, -1 where it has none; None where it is not told by values at hand.

    Args:
        table: the referring table.
        key: its foreign key.
        parent: what alone holds the referenced rows.
    """
    if table.few is None or parent.few is None:
        return None
    asked = (tuple(key.columns), str(parent.ref), tuple(key.referenced_columns))
    if asked not in table.few.links:
        table.few.links[asked] = _links(table, key, parent)
    return table.few.links[asked]


def _links(table: LoadedTable, key: ForeignKey, parent: LoadedTable) -> Ints | None:
    if table.few is None or parent.few is None:
        return None
    own = [table.columns[name] for name in key.columns]
    theirs = [parent.columns[name] for name in key.referenced_columns]
    if not all(alike(a, b) for a, b in zip(own, theirs, strict=True)):
        return None
    names, referred = [column.sql for column in own], [column.sql for column in theirs]
    if not table.few.holds(names) or not parent.few.holds(referred):
        return None
    there, found = _keys(parent.few, referred), _keys(table.few, names)
    places = dict(zip(there, range(len(there)), strict=True))
    places.pop(None, None)
    if len(places) != len(there) - there.count(None):
        return None
    return np.array(list(map(places.get, found, repeat(-1))), np.int64)


def _keys(few: Few, names: Sequence[str]) -> Sequence[str | tuple[str | None, ...] | None]:
    """The values of a key, row by row; None where one of them is null."""
    if len(names) == 1:
        return few.texts[names[0]]
    rows = zip(*(few.texts[name] for name in names), strict=True)
    return [None if None in row else row for row in rows]


def alike(a: LoadedColumn, b: LoadedColumn) -> bool:
    """Whether values of two columns are equal where their texts are."""
    family = a.reading.family
    if family != b.reading.family or a.reading.nocase or b.reading.nocase:
        return False
    same = a.reading.sql_type == b.reading.sql_type
    return family == "integer" or (same and family in ("decimal", "moment", "boolean", "text", "enum"))


def _common(own: LoadedColumn, other: LoadedColumn) -> str:
    types = {own.reading.sql_type, other.reading.sql_type}
    return "::VARCHAR" if len(types) > 1 and "VARCHAR" in types else ""
