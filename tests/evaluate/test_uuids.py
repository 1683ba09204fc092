"""UUIDs that a file starts with are read from its bytes: the same values, and the same verdict, as DuckDB gives."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.metrics import Metrics
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.evaluate import csvfile, reader, uuids
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.workspace import workspace
from tests.evaluate.judging import column, judge_one, primary_key, schema, table

ROWS = 6_000
"""More than tables have whose values are at hand anyway."""
LINKS = table("links", [column("id", "uuid"), column("a", "uuid", null=True), column("b", "uuid", null=True)])
NOTES = table(
    "notes",
    [column("id", "uuid"), column("of", "uuid", null=True), column("words", "text", null=True), column("n", "int4")],
    primary_key("id"),
)


@pytest.fixture(autouse=True)
def many_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are read so too, and in stretches that end anywhere."""
    monkeypatch.setattr(uuids, "LEAST_BYTES", 0)
    monkeypatch.setattr(uuids, "_BUFFER", 4_099)
    monkeypatch.setattr(uuids, "_INSERTED", 1_500)


def some(rng: random.Random, nulls: float = 0.0) -> str:
    made = str(uuid.UUID(int=rng.getrandbits(128)))
    return "" if rng.random() < nulls else rng.choice([made, made, made.upper()])


def links(rng: random.Random) -> list[str]:
    return [f"{some(rng)},{some(rng, 0.3)},{some(rng, 0.3)}" for _ in range(ROWS)]


def notes(rng: random.Random) -> list[str]:
    words = ["plain", '"a, b"', '""', "", '"with ""quotes"""', "ação"]
    return [f"{some(rng)},{some(rng, 0.2)},{rng.choice(words)},{rng.randrange(99)}" for _ in range(ROWS)]


def text(one: Table, lines: list[str]) -> str:
    return "\n".join([",".join(c.name for c in one.columns), *lines, ""])


def read(directory: Path, one: Table, written: str) -> list[tuple[object, ...]]:
    path = directory / "read.csv"
    path.write_text(written, encoding="utf-8")
    with workspace(memory_limit=None, threads=2, files=[path]) as con:
        types = TypeBook(schema(one))
        loaded = reader.load(con, TableRef("loja", one.name), one, csvfile.inspect(path), "t0", types)
        assert loaded.few is None
        return con.execute(f"SELECT rowid, * FROM {loaded.sql} ORDER BY rowid").fetchall()


@pytest.mark.parametrize(("one", "lines"), [(LINKS, links), (NOTES, notes)], ids=["uuids alone", "texts behind"])
def test_values_are_those_that_duckdb_reads(
    tmp_path: Path, one: Table, lines: Callable[[random.Random], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = text(one, lines(random.Random(5)))
    filled: list[int | None] = []
    fill = uuids.fill
    monkeypatch.setattr(uuids, "fill", lambda *given: filled.append(fill(*given)) or filled[-1])
    quick = read(tmp_path, one, written)
    assert filled == [ROWS]
    monkeypatch.setattr(uuids, "fill", lambda *_: None)
    assert quick == read(tmp_path, one, written)


def _at(line: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:line], change(lines[line]), *lines[line + 1 :]]


DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "no hexadecimal digit": _at(4_000, lambda line: f"g{line[1:]}"),
    "a dash elsewhere": _at(4_000, lambda line: f"{line[:7]}-{line[7]}{line[9:]}"),
    "quoted": _at(4_000, lambda line: f'"{line[:36]}"{line[36:]}'),
    "in braces": _at(4_000, lambda line: f"{{{line[:36]}}}{line[36:]}"),
    "too long": _at(4_000, lambda line: f"0{line}"),
    "a null key": _at(4_000, lambda line: line[36:]),
    "a short record": _at(4_000, lambda line: line[:36]),
    "a long record": _at(4_000, lambda line: f"{line},7"),
    "a blank line": _at(4_000, lambda line: f"{line}\n"),
    "a carriage return": _at(4_000, lambda line: f"{line}\r"),
    "a repeated key": lambda lines: [*lines, lines[3]],
    "a number that is none": _at(4_000, lambda line: f"{line}x"),
    "two lines in a cell": _at(4_000, lambda line: f'{line[:36]},,"two\nlines",4'),
    "what looks like a row": _at(4_000, lambda line: f'{line[:36]},,"two\n{line[:36]},,",4'),
    "the last line cut off": _at(ROWS - 1, lambda line: line[:20]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_verdict_is_the_same(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{some(rng)},{some(rng, 0.2)},word,{n}" for n, rng in enumerate([random.Random(9)] * ROWS)]
    written = text(NOTES, DAMAGES[damage](lines))

    def judged() -> Metrics:
        found = judge_one(tmp_path, NOTES, written)
        return found.model_copy(update={"performance": None})

    quick = judged()
    monkeypatch.setattr(uuids, "fill", lambda *_: None)
    assert quick == judged()
