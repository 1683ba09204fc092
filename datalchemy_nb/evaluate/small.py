"""Tables of few rows: their cells are fetched once and judged and counted here, for a query costs more than that."""

# ruff: noqa: S608 - all names in these queries are made here.

from __future__ import annotations

import heapq
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.evaluate.at_hand import EXACT, NotAtHand, Vector
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
LONGEST_VALUE, LONGEST_SHAPE = 200, 60
"""Characters of a text that its shape tells of, and of the shape."""
_WORDS = 100
"""Columns of fewer different texts keep their vectors."""
GAP = "\0"
"""Between texts: PostgreSQL has none that hold it."""


@dataclass(slots=True)
class Few:
    """The values of a table with few rows.

    Attributes:
        rows: how many there are.
        texts: by SQL name of a column, its values as texts; columns without an order have none.
        numbers: by SQL name, numbers in the same order as the values, NaN for null and for what is endless.
        links: places of parents, by foreign key, parent and the columns referred to; None where they are not told.
    """

    rows: int
    texts: dict[str, Texts]
    numbers: dict[str, NDArray[np.float64]]
    links: dict[tuple[tuple[str, ...], str, tuple[str, ...]], NDArray[np.int64] | None] = field(default_factory=dict)
    _counted: dict[str, Counts] = field(default_factory=dict)
    _nulls: dict[str, int] = field(default_factory=dict)
    _vectors: dict[str, Vector | None] = field(default_factory=dict)

    def counted(self, name: str) -> Counts:
        """A column's different texts, nulls left out, with how often each occurs."""
        if name not in self._counted:
            counted = Counter(self.texts[name])
            self._nulls[name] = counted.pop(None, 0)
            self._counted[name] = cast(Counts, counted)
        return self._counted[name]

    def nulls(self, name: str) -> int:
        """How many rows have no value in a column."""
        if name not in self._nulls:
            self._nulls[name] = self.texts[name].count(None)
        return self._nulls[name]

    def holds(self, names: Iterable[str]) -> bool:
        """Whether the texts of all these columns are here."""
        return all(name in self.texts for name in names)

    def present(self, names: Sequence[str]) -> int:
        """How many rows have a value in each of some columns."""
        return self.rows - self.nulls(names[0]) if len(names) == 1 else len(self.tuples(names))

    def tuples(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """The values of some columns, row by row, of the rows that have all of them."""
        found = zip(*(self.texts[name] for name in names), strict=True)
        return [row for row in found if None not in row]

    def vector(self, column: LoadedColumn) -> Vector:
        """A column's values for conditions.

        Raises:
            NotAtHand: they are not here, or have no exact form.
        """
        if column.sql not in self._vectors:
            try:
                self._vectors[column.sql] = _vector(self, column)
            except NotAtHand:
                self._vectors[column.sql] = None
        found = self._vectors[column.sql]
        if found is None:
            raise NotAtHand(f"the values of {column.sql}")
        return found

    def keep(self, names: Iterable[str], compared: Iterable[LoadedColumn] = ()) -> None:
        """Forget all but the texts of some columns, and the vectors of some that are small."""
        for column in compared:
            if column.sql in self.numbers or len(self._counted.get(column.sql, ())) in range(1, _WORDS):
                with suppress(NotAtHand):
                    self.vector(column)
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
    return proof is not None and (proof.padded or not proof.text)


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


def _vector(few: Few, column: LoadedColumn) -> Vector:
    family, sql_type = column.reading.family, column.reading.sql_type
    if column.sql not in few.texts or column.reading.nocase:
        raise NotAtHand("no texts")
    if family == "boolean":
        values = _placed(few, column, ("false", "true"))
        return Vector("boolean", values, values < 0)
    if family == "enum" or (family == "text" and sql_type == "VARCHAR"):
        words = tuple(few.counted(column.sql))
        values = _placed(few, column, words)
        return Vector("enum" if family == "enum" else "text", values, values < 0, words=words)
    if column.sql not in few.numbers or (sql_type not in _COMPARED and family not in ("integer", "decimal")):
        raise NotAtHand("no numbers")
    numbers = few.numbers[column.sql]
    null = np.isnan(numbers)
    if np.count_nonzero(null) != few.nulls(column.sql):
        raise NotAtHand("a value without an end")
    known = np.where(null, 0.0, numbers)
    if family != "moment":
        scale = int(sql_type.partition(",")[2].rstrip(")") or 0)
        return Vector("number", _whole(known * 10.0**scale), null, scale)
    whole = np.rint(known)
    if np.array_equal(whole, known) and np.abs(known).max(initial=0) < EXACT >> 20:
        return Vector("moment", whole.astype(np.int64) * 1_000_000, null)
    return Vector("moment", _whole(known * 1e6), null)


def _placed(few: Few, column: LoadedColumn, words: Sequence[str]) -> NDArray[np.int64]:
    """The places of texts among all there are, -1 for null."""
    places: dict[str | None, int] = {word: place for place, word in enumerate(words)}
    places[None] = -1
    return np.array(list(map(places.__getitem__, few.texts[column.sql])), np.int64)


_COMPARED = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    if np.abs(values).max(initial=0) >= EXACT << 1:
        raise NotAtHand("a number that is too large")
    return np.rint(values).astype(np.int64)


def most(counted: Counts, number: int) -> list[tuple[str, int]]:
    """The most frequent, the smaller text first where two are alike."""
    if len(counted) <= number:
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    if max(counted.values()) == 1:
        return [(text, 1) for text in heapq.nsmallest(number, counted)]
    least = heapq.nlargest(number, counted.values())[-1]
    above = sorted(((text, n) for text, n in counted.items() if n > least), key=lambda pair: (-pair[1], pair[0]))
    alike = heapq.nsmallest(number - len(above), [text for text, n in counted.items() if n == least])
    return above + [(text, least) for text in alike]


def shapes(counted: Counts) -> Counts | None:
    """Texts by their shape, upper and lower letters, digits and blanks; None where a letter is not Latin."""
    longest = max(map(len, counted), default=0)
    texts = [text[:LONGEST_VALUE] for text in counted] if longest > LONGEST_VALUE else list(counted)
    listed = listed_shapes(GAP.join(texts), len(texts))
    if listed is None:
        return None
    # A shape is no longer than its text.
    cut = [shape[:LONGEST_SHAPE] for shape in listed] if longest > LONGEST_SHAPE else listed
    if max(counted.values(), default=1) == 1:
        return Counter(cut)
    found: Counter[str] = Counter()
    for shape, times in zip(cut, counted.values(), strict=True):
        found[shape] += times
    return found


def listed_shapes(joined: str, number: int) -> list[str] | None:
    """The shapes of texts, one by one; None where a letter is not Latin, or a text holds the sign between them.

    Args:
        joined: the texts, `GAP` between them.
        number: how many there are.
    """
    if not number:
        return []
    if joined.count(GAP) != number - 1:
        return None
    if joined.isascii():
        plain = np.frombuffer(joined.encode().translate(_ASCII), dtype=np.uint8)
        again = np.zeros(len(plain), dtype=bool)
        np.equal(plain[1:], plain[:-1], out=again[1:])
        again &= (plain | 32) == ord("a")
        return plain[~again].tobytes().decode("ascii").split(GAP)
    signs = np.frombuffer(joined.encode("utf-32-le"), dtype="<u4")
    if signs.max() >= len(_CLASSES):
        return None
    classes = _CLASSES.take(signs)
    again = np.zeros(len(signs), dtype=bool)
    np.equal(classes[1:], classes[:-1], out=again[1:])
    again &= (classes == _UPPER) | (classes == _LOWER) | (classes == _OTHER)
    kept = ~again
    written = np.where(classes == 0, signs, _WRITTEN.take(classes))[kept]
    return written.astype("<u4").tobytes().decode("utf-32-le").split(GAP)


_UPPER, _LOWER, _OTHER, _DIGIT, _BLANK = 1, 2, 3, 4, 5
_WRITTEN = np.frombuffer(b"\0Aaa9 ", dtype=np.uint8)
"""How a class of signs is written in a shape; the first stands for itself."""


def _class(sign: str) -> int:
    if sign in " \t\n\f\r":
        return _BLANK
    return {"Lu": _UPPER, "Ll": _LOWER, "Lo": _OTHER, "Nd": _DIGIT}.get(unicodedata.category(sign), 0)


_CLASSES = np.array([_class(chr(code)) for code in range(0x250)], dtype=np.uint8)
"""Of Latin letters: beyond them, versions of Unicode differ."""
_ASCII = bytes(_WRITTEN[kind] if (kind := _CLASSES[sign]) else sign for sign in range(0x80)) + bytes(0x80)
"""How ASCII signs are written in a shape."""
