"""A sound run with one cell changed, judged by our evaluator and by PostgreSQL's COPY."""

from __future__ import annotations

import copy
import csv
import io
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from datalchemy_nb.contracts.metrics import Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, Exclusion, ForeignKey, PrimaryKey, Unique
from datalchemy_nb.errors import LoadError
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.load.load import load
from datalchemy_nb.load.source import FileSource

EMPTY = '""'
"""A field that holds the empty text; an empty field is null."""
_BY_STATE = {
    "23502": {"not_null"},
    "22001": {"length"},
    "22003": {"type", "length"},
    "22P02": {"type", "enum"},
    "22007": {"type"},
    "22008": {"type"},
    "22000": {"type"},
}


@dataclass(frozen=True)
class Change:
    """One cell of a run; rows count from 0."""

    table: str
    column: str
    row: int
    text: str


@dataclass(frozen=True)
class Verdicts:
    """What both say."""

    ours: tuple[Violation, ...]
    undecided: bool
    """We say that a value cannot be compared here (NaN in a numeric column), so that its constraints are not judged."""
    refusal: LoadError | None

    @property
    def agree(self) -> bool:
        """Both accept, or both refuse."""
        return self.undecided or bool(self.ours) == (self.refusal is not None)


class Court:
    """A run, its schema and a database with its empty tables."""

    def __init__(self, url: str, schema: DatabaseSchema, run: Path, scratch: Path) -> None:
        self.url, self.schema, self._run, self._scratch = url, schema, run, scratch
        self.rows = {ref.table: self._read(ref) for ref in schema.tables if self._file(run, ref).exists()}

    def columns(self, table: str) -> list[str]:
        """Of the file."""
        return self.rows[table][0]

    def with_rows(self, table: str, row: int, cells: dict[str, str]) -> Court:
        """Another court, whose run has some cells of a row changed already."""
        other = copy.copy(self)
        rows = [list(each) for each in self.rows[table]]
        for column, text in cells.items():
            rows[row + 1][self.columns(table).index(column)] = text
        other.rows = {**self.rows, table: rows}
        return other

    def judge(self, change: Change) -> Verdicts:
        """Change the cell in a copy, and ask both."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        for table, rows in self.rows.items():
            changed = [list(row) for row in rows]
            if table == change.table:
                changed[change.row + 1][self.columns(table).index(change.column)] = change.text
            text = "".join(",".join(map(_quoted, row)) + "\n" for row in changed)
            self._file(self._scratch, TableRef("public", table)).write_text(text, encoding="utf-8", newline="")
        metrics = evaluate(self._scratch, self.schema, None)
        undecided = any(warning.code == "value_not_checked" for warning in metrics.warnings)
        return Verdicts(metrics.violations, undecided, self._copy())

    def same_reason(self, verdicts: Verdicts) -> bool:
        """Whether what PostgreSQL names is among what we name."""
        assert verdicts.refusal is not None
        named = verdicts.refusal.refusal
        codes = {(v.code, v.path) for v in verdicts.ours}
        if named.constraint is None:
            return bool(_BY_STATE.get(named.sqlstate, set()) & {code for code, _ in codes})
        return any(code in self._codes(named.table, named.constraint) for code, _ in codes)

    def _codes(self, table: str, name: str) -> set[str]:
        found = self.schema.tables[TableRef("public", table)]
        constraint = next((c for c in found.constraints if c.name == name), None)
        match constraint:
            case PrimaryKey():
                return {"primary_key"}
            case Unique() | None:
                domains = {check.name for domain in self.schema.domains for check in domain.checks}
                return {"domain", "check"} if name in domains else {"unique"}
            case ForeignKey():
                return {"foreign_key"}
            case Exclusion():
                return {"exclusion"}
            case _:
                return {"check"}

    def _copy(self) -> LoadError | None:
        sources = {
            TableRef("public", table): FileSource(self._file(self._scratch, TableRef("public", table)))
            for table in self.rows
        }
        try:
            load(self.url, sources, self.schema)
        except LoadError as error:
            return error
        return None

    def _read(self, ref: TableRef) -> list[list[str]]:
        text = self._file(self._run, ref).read_text(encoding="utf-8")
        return list(csv.reader(io.StringIO(text, newline="")))

    @staticmethod
    def _file(directory: Path, ref: TableRef) -> Path:
        return directory / f"{ref.file_stem}.csv"


def _quoted(cell: str) -> str:
    if cell == EMPTY:
        return cell
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n\r') else cell


def texts_for(kind: str) -> Iterable[str]:
    """Texts to try in a column of a type: at its edges, beyond them, and none of its values."""
    return ("", *_TEXTS.get(kind, _TEXTS["text"]))


_NUMBERS = ("0", "-1", "1", "7", "abc", "32767", "32768", "-32769", "2147483647", "2147483648", "9" * 19, "1.5", "1e3")
_TEXTS: dict[str, tuple[str, ...]] = {
    "text": (EMPTY, "a", "ab", "open", "paid", "Paid", "void ", "x" * 61, "ação"),
    "varchar": (EMPTY, "a", "ab", "AB12", "ab12", "AB12345", "ABC1234567", "x" * 60, "x" * 61, "é" * 12, "ab  "),
    "bpchar": (EMPTY, "a", "ab", "abc", "é", "zz"),
    "int2": _NUMBERS,
    "int4": _NUMBERS,
    "int8": (*_NUMBERS, "9223372036854775807", "9223372036854775808"),
    "numeric": ("0", "0.00", "-0.01", "100", "100.01", "999.99", "1000000", "999999.99", "1e9", "NaN", "1,5", "abc"),
    "float4": ("0", "1e38", "1e39", "NaN", "Infinity", "-1.5", "x"),
    "bool": ("true", "false", "yes!", "2", "maybe"),
    "date": ("2024-02-29", "2023-02-29", "1900-01-01", "1900-01-02", "2030-01-01", "2024-13-01", "0000-01-01", "soon"),
    "timestamp": ("2024-02-29T10:00:00", "2023-02-29T10:00:00", "2024-01-01T25:00:00", "2024-01-01T10:61:00Z"),
    "timestamptz": (
        "2024-02-29T10:00:00Z",
        "2024-02-29T10:00:00",
        "2024-02-29",
        "2023-02-29T10:00:00Z",
        "1999-01-01T00:00:00Z",
        "2999-01-01T00:00:00Z",
        "x",
    ),
    "time": ("00:00:00", "23:59:59", "25:00:00", "12:60:00", "noon?"),
    "uuid": ("00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-00000000000", "zz"),
    "daterange": (
        "[2024-01-01,2024-02-01)",
        "[2024-02-01,2024-01-01)",
        "[soon,)",
        "[,2024-13-01]",
        "[2024-01-01,2024-01-01]",
        "empty",
        "(,)",
        "[2024-01-01",
        "x",
    ),
    "jsonb": ("{}", "[]", "null", '{"a": 1}', "{", "{a: 1}", "'x'", "1"),
    "mood": ("ok", "OK", "happy", "angry", EMPTY),
    "percent": ("0", "100", "100.01", "-0.01", "99.99", "abc", "1000"),
    "code": ("AB12", "AB1", "ab12", "AB12345", "ABCDEFGHI", EMPTY),
}
