"""Small files in the usual form are read without DuckDB, as DuckDB reads them; all others are left to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import EnumType
from datalchemy_nb.evaluate import csvfile, plain, workspace
from datalchemy_nb.evaluate.reader import LoadedTable, load
from datalchemy_nb.evaluate.typebook import TypeBook
from tests.evaluate.judging import column, schema, table, typed

MOOD = EnumType(schema_name="loja", name="mood", labels=("sad", "glad", "angry"))
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "a": ("int8", ("", "0", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993")),
    "b": ("int2", ("", "32767", "-32768", "5")),
    "c": ("numeric(10,2)", ("", "0.00", "-0.01", "99999999.99", "7.50")),
    "d": ("numeric(4)", ("", "0", "-7", "9999")),
    "e": ("date", ("", "2024-02-29", "1000-01-01", "9999-12-31")),
    "f": ("timestamptz", ("", "2024-02-29T23:59:59Z", "1960-01-01T00:00:00Z")),
    "g": ("timestamp", ("", "2024-02-29T23:59:59", "1000-01-01T00:00:00")),
    "h": ("text", ("", '""', "x", "ção", '"a,b"', '"say ""hi"""', '"two\nlines"', '""""', " y ", '","')),
    "i": ("varchar(3)", ("", "abc", "ção")),
    "j": ("bool", ("", "true", "false")),
    "k": (typed("mood", schema="loja", kind="enum"), ("", "sad", "glad")),
    "l": ("uuid", ("", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
    "m": ("float8", ("", "0", "-0", "5", "0.1", "-2.50", "0.0001", "123456789012345.6", "0.00001", "0.0")),
    "n": ("numeric", ("", "0", "-7", "0.1", "-0.000000000000001", "999999999999999.999999999999999", "1.50")),
    "o": ("bpchar(3)", ("", '""', "abc", "x", " y", "ção")),
    "p": ("time", ("", "00:00:00", "23:59:59")),
}
KNOWN = schema(table("a", [column(name, kind, null=True) for name, (kind, _) in KINDS.items()]), enums=(MOOD,))
HEAD, FEW = ",".join(KINDS), "," * (len(KINDS) - 2)
LEFT = {
    "a": ("+1", "01", "-0", " 1", "1.0", "9223372036854775808", '"1\n2"', "x"),
    "b": ("32768",),
    "c": ("1", "1.5", "1.500", "-0.00", "100000000.00", "NaN"),
    "d": ("10000", "1.0"),
    "e": ("2023-02-29", "0044-03-15 BC", "infinity", "2024-1-1", "0999-01-01"),
    "f": ("2024-02-29T23:59:60Z", "2024-02-29 10:00:00+00", "2024-02-29T10:00:00.5Z", "2024-02-29T24:00:00Z"),
    "g": ("2024-02-29T10:00:00Z",),
    "h": ('x"y"', '"x"y', 'a""b', "\x01", "\r", "\0", '"open'),
    "i": ("abcd",),
    "j": ("t", "TRUE", "on"),
    "k": ("merry", "SAD"),
    "l": ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
    "m": ("1e5", "NaN", "1234567890123456", ".5", "+1", "Infinity"),
    "n": ("-0", "-0.00", "NaN", "1e5", "0.1234567890123456", "01"),
    "o": ("x ", "abcd", " "),
    "p": ("24:00:00", "10:11", "10:11:12.5", "10:11:60"),
}


def loaded(path: Path) -> LoadedTable:
    types, ref = TypeBook(KNOWN), TableRef("loja", "a")
    with workspace.workspace(memory_limit=None, threads=1, files=[path]) as con:
        types.declare(con)
        return load(con, ref, KNOWN.tables[ref], csvfile.inspect(path), "t", types)


@pytest.mark.parametrize("seed", range(4))
def test_a_plain_file_is_read_as_duckdb_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "loja.a.csv"
    lines = [HEAD, *(",".join(rng.choice(cells) for _, cells in KINDS.values()) for _ in range(seed * 30))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    here = loaded(path)
    monkeypatch.setattr(plain, "read", lambda *_: None)
    there = loaded(path)
    assert here.pending is not None
    assert here.few is not None
    assert there.pending is None
    assert there.few is not None
    assert {name: list(texts) for name, texts in here.few.texts.items()} == {
        name: list(texts) for name, texts in there.few.texts.items()
    }
    assert here.few.numbers.keys() == there.few.numbers.keys()
    for name, numbers in here.few.numbers.items():
        np.testing.assert_array_equal(numbers, there.few.numbers[name], err_msg=name)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_written_otherwise_is_left_to_duckdb(tmp_path: Path, name: str) -> None:
    path, types = tmp_path / "loja.a.csv", TypeBook(KNOWN)
    columns = list(loaded_columns(tmp_path, types))
    for cell in LEFT[name]:
        line = ",".join(cell if other == name else "" for other in KINDS)
        path.write_bytes(f"{HEAD}\n{',' * (len(KINDS) - 1)}\n{line}\n".encode())
        assert plain.read(csvfile.inspect(path), columns, types.labels) is None, cell


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n\n",
        ",\n",
        FEW + ",\r\n",
        FEW + ",,\n",
        FEW + ",",
        FEW + "\n" + FEW + ",,\n",
        "\n" + FEW + ",\n",
    ],
)
def test_lines_that_are_no_rows_are_left_to_duckdb(tmp_path: Path, body: str) -> None:
    path, types = tmp_path / "loja.a.csv", TypeBook(KNOWN)
    columns = list(loaded_columns(tmp_path, types))
    path.write_bytes(f"{HEAD}\n{body}".encode())
    found = plain.read(csvfile.inspect(path), columns, types.labels)
    assert (found is None) == bool(body)


def loaded_columns(directory: Path, types: TypeBook) -> Any:
    path = directory / "loja.a.csv"
    path.write_text(f"{HEAD}\n", encoding="utf-8")
    return loaded(path).columns.values()
