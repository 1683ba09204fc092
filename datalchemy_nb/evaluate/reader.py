"""Loads one CSV file: every cell read as text and cast to its checked type, in DuckDB but for small and plain files.

A file without a fault is loaded in one go, its values alone. The first fault ends that attempt; the file is then read
again with the number of its fault beside every cell.
"""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.schema import Column, Table
from datalchemy_nb.errors import OutputError
from datalchemy_nb.evaluate import csvfile, plain, small, uuids
from datalchemy_nb.evaluate.at_hand import NotAtHand, Vector
from datalchemy_nb.evaluate.csvfile import CsvFile
from datalchemy_nb.evaluate.reading import Reading
from datalchemy_nb.evaluate.readings import read
from datalchemy_nb.evaluate.small import Counts, Few
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.workspace import Connection, one_row

_NONE = "0"


@dataclass(frozen=True, slots=True)
class LoadedColumn:
    """A column in DuckDB.

    Attributes:
        sql: name of its values.
        fault: name of the number of the fault its cell has, counted from 1; 0 for none. The number 0 itself where no
            cell of the file has any.
        position: where it stands in the file.
    """

    column: Column
    sql: str
    fault: str
    position: int
    reading: Reading

    @property
    def clean(self) -> bool:
        """No cell of the column has a fault."""
        return self.fault == _NONE

    @property
    def missing(self) -> str:
        """Condition: the cell is null in the file (a bad cell is not)."""
        return f"({self.sql} IS NULL AND {self.fault} = 0)"

    @property
    def tag(self) -> str | None:
        """Tag of personal data."""
        return pii_tag(self.column.name)


@dataclass(slots=True)
class Pending:
    """A table that DuckDB has not read yet, of a file that has no fault."""

    con: Connection
    name: str
    columns: Mapping[str, LoadedColumn]
    file: CsvFile
    source: str
    made: bool = False

    def make(self) -> None:
        """Have DuckDB read it, once.

        Raises:
            OutputError: the file is no longer what was read.
        """
        if not self.made and not _create_clean(self.con, self.name, self.columns, self.file, self.source):
            raise OutputError(f"{self.file.path}: the file changed while it was judged", hint="evaluate it again")
        self.made = True


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table in DuckDB. Its ``rowid`` counts the file's rows from 0.

    Attributes:
        name: of the table there; `sql` gives it where it is queried.
        source: the table function that reads the file as text.
        rejected: records of the file that are no rows.
        first_rejected: line of the first of them.
        few: the values themselves, where rows are few and every cell is sound.
        pending: makes the table in DuckDB, where none was needed to read the file.
        counts: values of columns with few different ones as texts, with how often each occurs; filled by statistics.
    """

    ref: TableRef
    table: Table
    name: str
    rows: int
    columns: Mapping[str, LoadedColumn]
    file: CsvFile
    source: str
    rejected: int = 0
    first_rejected: int | None = None
    headless: bool = False
    few: Few | None = None
    pending: Pending | None = None
    counts: dict[str, Counts] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The table for queries, which is made now if it was not needed before.

        Raises:
            OutputError: the file is no longer what was read.
        """
        if self.pending is not None:
            self.pending.make()
        return self.name

    def path(self, *columns: str) -> str:
        """``schema.table.column,column`` for findings."""
        return f"{self.ref}.{','.join(show_ident(name) for name in columns)}"

    def has(self, *columns: str | None) -> bool:
        """Whether the file holds all these columns."""
        return all(name in self.columns for name in columns)

    def vector(self, sql: str) -> Vector:
        """The values of a column, by its SQL name, where they are at hand.

        Raises:
            NotAtHand: they are not.
        """
        column = next((column for column in self.columns.values() if column.sql == sql), None)
        if self.few is None or column is None:
            raise NotAtHand(f"the values of {sql}")
        return self.few.vector(column)


def stored_columns(table: Table) -> list[Column]:
    """Columns a data file has: all but the generated ones."""
    return [column for column in table.columns if column.generated is None]


def load(con: Connection, ref: TableRef, table: Table, file: CsvFile, name: str, types: TypeBook) -> LoadedTable:
    """Create the DuckDB table of one file.

    Raises:
        OutputError: DuckDB cannot make any sense of the file.
    """
    expected = [column.name for column in stored_columns(table)]
    known = set(table.by_name)
    headless = not known.intersection(file.header)
    header = tuple(expected) if headless and len(file.header) == len(expected) else file.header
    columns: dict[str, LoadedColumn] = {}
    for position, heading in enumerate(header):
        if heading in known and heading not in columns:
            number = list(table.by_name).index(heading)
            column = table.by_name[heading]
            reading = read(column.column_type, f"r{position}", f"v{number}", types)
            columns[heading] = LoadedColumn(column, f"c{number}", f"b{number}", position, reading)
    width = max(len(file.header), 1)
    has_header = header == file.header
    source = csvfile.read_sql(file, width=width, has_header=has_header)
    rejected, first = 0, None
    few = plain.read(file, list(columns.values()), types.labels) if has_header else None
    pending = None if few is None else Pending(con, name, columns, file, source)
    few = few or _create_small(con, name, columns, file, source)
    if few is not None:
        columns = {name: replace(column, fault=_NONE) for name, column in columns.items()}
        return LoadedTable(
            ref, table, name, few.rows, columns, file, source, few=few, headless=headless, pending=pending
        )
    if _create_clean(con, name, columns, file, source):
        columns = {name: replace(column, fault=_NONE) for name, column in columns.items()}
    else:
        rejected, first, source = _create(con, name, columns, file, width=width, has_header=has_header)
    rows = int(one_row(con, f"SELECT count(*) FROM {name}")[0])
    return LoadedTable(ref, table, name, rows, columns, file, source, rejected, first, headless)


def _create_small(
    con: Connection, name: str, columns: Mapping[str, LoadedColumn], file: CsvFile, source: str
) -> Few | None:
    """Load and fetch the values of a table with few rows; None where there are more, or where a cell is not sound."""
    if not columns or file.size > small.BYTES:
        return None
    try:
        made = con.execute(f"CREATE OR REPLACE TABLE {name} AS {_compared(columns, source)}").fetchone()
    except duckdb.IOException as error:
        raise _unreadable(file, error) from None
    except duckdb.InvalidInputException:
        return None
    rows = int(made[0]) if made is not None else 0
    if rows > small.ROWS or (not rows and file.has_rows):
        return None
    return small.fetch(con, name, list(columns.values()))


def _create_clean(con: Connection, name: str, columns: Mapping[str, LoadedColumn], file: CsvFile, source: str) -> bool:
    """Load the values alone; give up at the first fault, or where the file is not in the dialect agreed."""
    if not columns:
        return False
    try:
        if _create_beside(con, name, columns, file, source):
            return True
        con.execute(f"CREATE OR REPLACE TABLE {name} AS {_faultless(columns, source)}")
    except duckdb.IOException as error:
        raise _unreadable(file, error) from None
    except duckdb.InvalidInputException:
        return False
    return _has_rows(con, name) or not file.has_rows


def _create_beside(con: Connection, name: str, columns: Mapping[str, LoadedColumn], file: CsvFile, source: str) -> bool:
    """Load the values, of which the first columns are UUIDs that are read apart; False where the file has no such.

    Raises:
        duckdb.InvalidInputException: a cell has a fault, or a record is no row.
    """
    first = _leading(columns, file)
    beside = f"{name}_first"
    rows = uuids.fill(con, beside, file, [column.sql for column in first]) if first else None
    if rows is None:
        return False
    try:
        query = _joined(columns, source, beside, {column.sql for column in first})
        made = con.execute(f"CREATE OR REPLACE TABLE {name} AS {query}").fetchone()
    finally:
        con.execute(f"DROP TABLE {beside}")
    # Lines were counted there, records here: they are the same where no cell has several lines.
    return made is not None and int(made[0]) == rows


def _leading(columns: Mapping[str, LoadedColumn], file: CsvFile) -> list[LoadedColumn]:
    """The columns of UUIDs that a file starts with."""
    placed = {column.position: column for column in columns.values()}
    found: list[LoadedColumn] = []
    while (column := placed.get(len(found))) is not None and column.reading.sql_type == "UUID":
        found.append(column)
    return found if file.header and any(name in columns for name in file.header) else []


def _unreadable(file: CsvFile, error: duckdb.Error) -> OutputError:
    return OutputError(f"{file.path}: {str(error).splitlines()[0]}")


def _create(
    con: Connection, name: str, columns: Mapping[str, LoadedColumn], file: CsvFile, *, width: int, has_header: bool
) -> tuple[int, int | None, str]:
    """Try the dialect as agreed, then tolerating bad records, then anything readable."""
    for options in (*csvfile.STRICT, *csvfile.TOLERANT):
        source = csvfile.read_sql(file, width=width, has_header=has_header, options=options)
        try:
            con.execute(f"CREATE OR REPLACE TABLE {name} AS {_typed(columns, source)}")
        except duckdb.IOException as error:
            raise _unreadable(file, error) from None
        except duckdb.InvalidInputException:
            continue
        if options in csvfile.TOLERANT:
            rejected, first = _rejects(con)
            return max(rejected, 1), first, source
        if _has_rows(con, name) or not file.has_rows:
            return 0, None, source
    raise OutputError(
        f"{file.path}: not readable as CSV", hint="expected UTF-8, comma, LF line ends, a header and doubled quotes"
    )


def _has_rows(con: Connection, name: str) -> bool:
    return bool(con.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall())


def _rejects(con: Connection) -> tuple[int, int | None]:
    count, first = one_row(con, "SELECT count(DISTINCT line), min(line) FROM reject_errors")
    con.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    return int(count), (int(first) if first is not None else None)


def _compared(columns: Mapping[str, LoadedColumn], source: str) -> str:
    """The values, and beside them the cells that are compared with them; the others are judged here."""
    made, raw, sound = [], [], []
    for item in columns.values():
        cell, value = f"r{item.position}", f"v{item.sql[1:]}"
        made += [f"{value} AS {item.sql}", *([cell] if small.compared(item) else [])]
        raw += [cell, f"{item.reading.value} AS {value}"]
        if item.reading.faults and item.reading.proof is None:
            sound.append(f"{_verdict(cell, item.reading)} = 0")
    return f"SELECT {', '.join(made)} FROM (SELECT {', '.join(raw)} FROM {source}){_guard(sound)}"


def _guard(sound: Sequence[str]) -> str:
    return f" WHERE CASE WHEN {' AND '.join(sound)} THEN true ELSE error('a fault')::BOOLEAN END" if sound else ""


def _faultless(columns: Mapping[str, LoadedColumn], source: str) -> str:
    raw, values, sound = _parts(columns)
    inner = f"SELECT {', '.join(raw)} FROM {source}"
    listed = ", ".join(f"{value} AS {name}" for name, value in values.items())
    return f"SELECT {listed} FROM ({inner}){_guard(sound)}"


def _joined(columns: Mapping[str, LoadedColumn], source: str, beside: str, first: Collection[str]) -> str:
    """The values, some of which stand in another table in the same order."""
    raw, values, sound = _parts({name: column for name, column in columns.items() if column.sql not in first})
    listed = ", ".join(f"{values.get(column.sql, column.sql)} AS {column.sql}" for column in columns.values())
    # Where the other table is longer, the values here are null.
    inner = f"SELECT {', '.join(['true AS here', *raw])} FROM {source}"
    return f"SELECT {listed} FROM ({inner}) POSITIONAL JOIN {beside}{_guard(['here IS NOT NULL', *sound])}"


def _parts(columns: Mapping[str, LoadedColumn]) -> tuple[list[str], dict[str, str], list[str]]:
    """What is read of each column, its value by its name, and the conditions under which cells have no fault."""
    raw, values, sound = list[str](), dict[str, str](), list[str]()
    for item in columns.values():
        cell, value = f"r{item.position}", f"v{item.sql[1:]}"
        raw += [cell, f"{item.reading.value} AS {value}"]
        values[item.sql] = value
        if item.reading.faults:
            sound.append(f"{_verdict(cell, item.reading)} = 0")
    return raw, values, sound


def _typed(columns: Mapping[str, LoadedColumn], source: str) -> str:
    if not columns:
        return f"SELECT 0 AS nothing FROM {source}"
    raw, judged, final = [], [], []
    for item in columns.values():
        cell, value = f"r{item.position}", f"v{item.sql[1:]}"
        raw += [cell, f"{item.reading.value} AS {value}"]
        judged += [value, f"{_verdict(cell, item.reading)} AS {item.fault}"]
        final += [f"CASE WHEN {item.fault} = 0 THEN {value} END AS {item.sql}", item.fault]
    inner = f"SELECT {', '.join(raw)} FROM {source}"
    return f"SELECT {', '.join(final)} FROM (SELECT {', '.join(judged)} FROM ({inner}))"


def _verdict(cell: str, reading: Reading) -> str:
    if not reading.faults:
        return "0::UTINYINT"
    arms = [f"WHEN {cell} IS NULL THEN 0"]
    if reading.plain is not None:
        arms.append(f"WHEN {reading.plain} THEN 0")
    arms += [f"WHEN {fault.when} THEN {number}" for number, fault in enumerate(reading.faults, start=1)]
    return f"(CASE {' '.join(arms)} ELSE 0 END)::UTINYINT"
