"""Tables of few rows: their cells are fetched once and judged and counted here, for a query costs more than that."""

# ruff: noqa: S608 - all names in these queries are made here.

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.evaluate.figures import ORDERED, number, shaped
from datalchemy_nb.evaluate.reading import Proof
from datalchemy_nb.evaluate.workspace import Connection

if TYPE_CHECKING:
    from datalchemy_nb.evaluate.reader import LoadedColumn

ROWS = 5_000
BYTES = 1 << 20
"""Files of up to so many bytes may hold a table of few rows."""
Counts = Mapping[str, int]
"""Different texts of a column's values, nulls left out, with how often each occurs."""
Texts = Sequence[str | None]
"""A column's values as texts, row by row."""
_NUMBERED = ("integer", "decimal", "float", "moment")
_LONGEST_VALUE, _LONGEST_SHAPE = 200, 60
_SIGNS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\t\n\f\r",
    b"A" * 26 + b"a" * 26 + b"9" * 10 + b" " * 4,
)


@dataclass(slots=True)
class Few:
    """The values of a table with few rows.

    Attributes:
        rows: how many there are.
        texts: by SQL name of a column, its values as texts; columns without an order have none.
        numbers: by SQL name, numbers in the same order as the values, NaN for null and for what is endless.
    """

    rows: int
    texts: dict[str, Texts]
    numbers: dict[str, NDArray[np.float64]]
    _counted: dict[str, Counts] = field(default_factory=dict)

    def counted(self, name: str) -> Counts:
        """A column's different texts, nulls left out, with how often each occurs."""
        if name not in self._counted:
            self._counted[name] = Counter(text for text in self.texts[name] if text is not None)
        return self._counted[name]

    def nulls(self, name: str) -> int:
        """How many rows have no value in a column."""
        return self.texts[name].count(None)

    def holds(self, names: Iterable[str]) -> bool:
        """Whether the texts of all these columns are here."""
        return all(name in self.texts for name in names)

    def tuples(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """The values of some columns, row by row, of the rows that have all of them."""
        found = zip(*(self.texts[name] for name in names), strict=True)
        return [row for row in found if None not in row]

    def keep(self, names: Iterable[str]) -> None:
        """Forget all but the texts of some columns."""
        wanted = set(names)
        self.texts = {name: texts for name, texts in self.texts.items() if name in wanted}
        self.numbers, self._counted = {}, {}


def fetch(con: Connection, name: str, columns: Sequence[LoadedColumn]) -> Few | None:
    """Fetch a table's values; None where a cell may have a fault that its `Proof` does not rule out.

    Args:
        con: the workspace.
        name: of the table there, which holds the cells of `compared` columns beside their values.
        columns: of the table.
    """
    told = [column for column in columns if column.reading.family in ORDERED or shaped(column)]
    cells = [column for column in columns if compared(column)]
    coded = [column for column in told if _coded(column)]
    listed = [_text(column) for column in told] + [f"r{column.position}" for column in cells]
    listed += [_number(column) for column in coded]
    if not listed:
        return None
    rows = con.execute(f"SELECT {', '.join(listed)} FROM {name}").fetchall()
    found: list[Sequence[str | None]] = list(zip(*rows, strict=True)) or [()] * len(listed)
    few = Few(
        rows=len(rows),
        texts={column.sql: values for column, values in zip(told, found, strict=False)},
        numbers={
            column.sql: np.array(values, dtype=np.float64)
            for column, values in zip(coded, found[len(told) + len(cells) :], strict=True)
        },
    )
    raw = {column.sql: values for column, values in zip(cells, found[len(told) :], strict=False)}
    for column in columns:
        proof = column.reading.proof
        texts = few.texts.get(column.sql, ())
        if proof is not None and not _sound(proof, raw.get(column.sql, texts), texts):
            return None
    return few


def compared(column: LoadedColumn) -> bool:
    """Whether a proof compares a column's cells with its values."""
    proof = column.reading.proof
    return proof is not None and not proof.text


def _coded(column: LoadedColumn) -> bool:
    """Whether values have numbers in their own order."""
    family, sql_type = column.reading.family, column.reading.sql_type
    return (family in _NUMBERED and sql_type != "TIMETZ") or (family == "enum" and sql_type != "VARCHAR")


def _text(column: LoadedColumn) -> str:
    text = f"{column.sql}::VARCHAR"
    return f"decode(encode({text}))" if column.reading.nocase else text


def _number(column: LoadedColumn) -> str:
    return f"enum_code({column.sql})::DOUBLE" if column.reading.family == "enum" else number(column)


def _sound(proof: Proof, cells: Texts, texts: Texts) -> bool:
    present = [cell for cell in cells if cell is not None]
    if proof.text:
        short = proof.longest is None or max(map(len, present), default=0) <= proof.longest
        return short and "\0" not in "".join(present)
    if proof.spelled and cells == texts:
        return proof.width is None or {proof.width}.issuperset(map(len, present))
    if proof.pattern is None or len(present) != len(texts) - texts.count(None):
        return False
    if proof.spelled:
        present = [cell for cell, text in zip(cells, texts, strict=True) if cell is not None and cell != text]
    # A cell of several lines has no value, so that lines are cells here.
    return re.fullmatch(f"(?:(?:{proof.pattern})\n)*", "".join(f"{cell}\n" for cell in present)) is not None


def most(counted: Counts, number: int) -> list[tuple[str, int]]:
    """The most frequent, the smaller text first where two are alike."""
    if len(counted) <= number:
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    least = heapq.nlargest(number, counted.values())[-1]
    above = sorted(((text, n) for text, n in counted.items() if n > least), key=lambda pair: (-pair[1], pair[0]))
    alike = heapq.nsmallest(number - len(above), [text for text, n in counted.items() if n == least])
    return above + [(text, least) for text in alike]


def shapes(counted: Counts) -> Counts | None:
    """Texts by their shape, upper and lower letters, digits and blanks; None where one is not ASCII."""
    texts = list(counted)
    joined = "\0".join(text[:_LONGEST_VALUE] for text in texts)
    if not joined.isascii() or joined.count("\0") != max(len(texts) - 1, 0):
        return None
    signs = np.frombuffer(joined.encode().translate(_SIGNS), dtype=np.uint8)
    again = np.zeros(len(signs), dtype=bool)
    np.equal(signs[1:], signs[:-1], out=again[1:])
    again &= (signs == ord("A")) | (signs == ord("a"))
    shaped_texts = signs[~again].tobytes().decode().split("\0") if texts else []
    found: Counter[str] = Counter()
    for shape, times in zip(shaped_texts, counted.values(), strict=True):
        found[shape[:_LONGEST_SHAPE]] += times
    return found
