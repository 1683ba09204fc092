"""Conditions over values at hand are true where DuckDB says so, or are left to DuckDB."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import EnumType
from datalchemy_nb.evaluate import at_hand, csvfile, workspace
from datalchemy_nb.evaluate.reader import LoadedTable, load
from datalchemy_nb.evaluate.typebook import TypeBook
from tests.evaluate.judging import column, schema, table, typed

MOOD = EnumType(schema_name="loja", name="mood", labels=("sad", "glad", "angry"))
CELLS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "a": ("int4", ("", "0", "1", "-2", "2147483647")),
    "b": ("int8", ("", "0", "1", "7")),
    "c": ("numeric(10,2)", ("", "0.00", "0.01", "1.00", "-1.50", "99999999.99")),
    "d": ("numeric(6,3)", ("", "0.010", "1.000", "-1.500")),
    "e": ("date", ("", "2024-02-29", "2024-03-01", "1999-12-31")),
    "f": ("timestamptz", ("", "2024-02-29T00:00:00Z", "2024-02-29T10:00:00Z", "2024-03-01T00:00:00Z")),
    "g": ("timestamp", ("", "2024-02-29T00:00:00", "1960-01-01T00:00:01")),
    "h": ("text", ("", "x", "y", "z z")),
    "i": ("varchar(9)", ("", "x", "Y")),
    "j": ("bool", ("", "true", "false")),
    "k": (typed("mood", schema="loja", kind="enum"), ("", "sad", "glad")),
}
NUMBERS, MOMENTS, TEXTS = "abcd", "efg", "hi"
REFUSED = (
    "c0 + 1 = 2",
    "c7 > 'w'",
    "c0 = 'x'",
    "c0::DOUBLE > 1",
    "c2::DECIMAL(10,1) > 1",
    "c4 > '2024-01-01'",
    "c10 = 'merry'",
    "c5::DATE = c4",
    "c0 IN (1, NULL)",
    "c0 = 1e3",
    "lower(c7) = 'x'",
    "c99 IS NULL",
    "c5 + INTERVAL 1 MONTH > c5",
    "CAST('2024-02-30' AS DATE) > c4",
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[LoadedTable, workspace.Connection]]:
    """A small table of every kind, and the DuckDB that holds it."""
    rng = random.Random(5)
    known = schema(table("a", [column(name, kind, null=True) for name, (kind, _) in CELLS.items()]), enums=(MOOD,))
    path, types, ref = tmp_path / "loja.a.csv", TypeBook(known), TableRef("loja", "a")
    lines = [",".join(CELLS), *(",".join(rng.choice(cells) for _, cells in CELLS.values()) for _ in range(200))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with workspace.workspace(memory_limit=None, threads=1, files=[path]) as con:
        types.declare(con)
        yield load(con, ref, known.tables[ref], csvfile.inspect(path), "t", types), con


def conditions(rng: random.Random) -> str:
    """A condition of every form that is understood, put together at random."""

    def named(names: str) -> str:
        return f"c{list(CELLS).index(rng.choice(names))}"

    compared = rng.choice(("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"))
    equal = rng.choice(("=", "<>", "IS NOT DISTINCT FROM"))
    number = rng.choice(("0", "1", "-2", "0.01", "1.50", "CAST('-1.5' AS DECIMAL(10,2))", named(NUMBERS)))
    moment = rng.choice((named(MOMENTS), f"({named('fg')}::TIMESTAMP + INTERVAL 1 DAY)", "DATE '2024-02-29'"))
    moment = rng.choice((moment, f"({named('fg')} - to_microseconds(36000000000))"))
    moment = rng.choice((moment, f"{rng.choice(('greatest', 'least'))}({moment}, {named(MOMENTS)}, DATE '2024-02-29')"))
    text = rng.choice(("'x'", "'nowhere'", named(TEXTS)))
    plain = (
        f"{named(NUMBERS)} {compared} {number}",
        f"CAST(c2 AS DECIMAL(10, 2)) {compared} ({number})",
        f"{named(MOMENTS)} {compared} {moment}",
        f"CAST({named(TEXTS)} AS TEXT) {equal} {text}",
        "c7 IN ('x', 'z z', 'nowhere')",
        "c0 IN (1, -2)",
        f"c10 {equal} 'sad'",
        f"c10::VARCHAR {equal} {text}",
        f"c9 {equal} true",
        "c9",
        f"c0 BETWEEN -2 AND {number}",
        f"{named('abcdefghijk')} IS NULL",
        f"{named('abcdefghijk')} IS NOT NULL",
        f"CASE c10::VARCHAR WHEN 'sad' THEN {named(NUMBERS)} {compared} {number} WHEN 'glad' THEN c9 ELSE false END",
        f"CASE WHEN c9 THEN {named(MOMENTS)} {compared} {moment} END",
        f"coalesce(epoch_us({named(MOMENTS)}) {compared} epoch_us({moment}), c9, {named(MOMENTS)} {compared} {moment})",
    )
    found = rng.choice(plain)
    for _ in range(rng.randrange(3)):
        other = rng.choice(plain)
        found = rng.choice((f"({found}) AND ({other})", f"({found}) OR ({other})", f"NOT ({found})"))
        found = rng.choice((found, f"({found}) IS NOT TRUE", f"({found}) IS TRUE", f"({found}) IS NOT FALSE"))
    return found


def test_conditions_are_counted_as_duckdb_counts_them(made: tuple[LoadedTable, workspace.Connection]) -> None:
    held, con = made
    rng = random.Random(11)
    for condition in {conditions(rng) for _ in range(400)}:
        (said,) = con.execute(f"SELECT count(*) FROM {held.sql} WHERE {condition}").fetchone() or (None,)
        assert at_hand.count((condition,), held.rows, held.vector) == said, condition


@pytest.mark.parametrize("condition", REFUSED)
def test_what_is_not_surely_understood_is_left_to_duckdb(
    made: tuple[LoadedTable, workspace.Connection], condition: str
) -> None:
    held, _ = made
    with pytest.raises(at_hand.NotAtHand):
        at_hand.count((condition,), held.rows, held.vector)
