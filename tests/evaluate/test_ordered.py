"""Figures of number and moment columns: told from the values in their order as queries tell them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from datalchemy_nb.contracts.metrics import ColumnStat
from datalchemy_nb.evaluate import ordered
from datalchemy_nb.evaluate.counted import Told
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.workspace import Connection
from tests.evaluate.judging import column, judge_one, table

ROWS = 6_000
"""More than tables have whose values are at hand anyway."""
CELLS: dict[str, Callable[[random.Random], str]] = {
    "int2": lambda r: str(r.randrange(-40, 40)),
    "int4": lambda r: str(r.randrange(-(2**31), 2**31)),
    "numeric(12,2)": lambda r: f"{r.randrange(-999, 10**9) / 100:.2f}",
    "numeric(5,4)": lambda r: f"{r.randrange(10_000) / 10_000:.4f}",
    "date": lambda r: f"20{r.randrange(10, 30)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}",
    "timestamptz": lambda r: f"2024-0{r.randrange(1, 9)}-11T10:{r.randrange(10, 60)}:{r.randrange(10, 60)}Z",
    "timestamp": lambda r: f"{r.randrange(1000, 1970)}-06-07 00:00:0{r.randrange(9)}",
}
OTHERS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "wide": ("int8", lambda r: str(r.randrange(2**52, 2**60))),
    "long": ("numeric(20,2)", lambda r: f"{r.randrange(10**17, 10**18 - 1)}.25"),
    "endless": ("date", lambda r: r.choice(["2024-02-29", "infinity", "-infinity", "1999-12-31"])),
    "late": ("date", lambda r: f"{r.randrange(9_990, 12_000)}-01-05"),
    "fine": ("timestamp", lambda r: f"2024-01-11 10:20:{r.randrange(10, 60)}.{r.randrange(1, 999):03}"),
    "none": ("int4", lambda _: ""),
}
"""Columns whose values doubles do not hold exactly, or that have none."""


@pytest.mark.parametrize("nulls", [0.0, 0.3])
def test_order_tells_what_queries_tell(tmp_path: Path, nulls: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    kinds = {kind.partition("(")[0] + str(i): (kind, make) for i, (kind, make) in enumerate(CELLS.items())}
    every = kinds | {"alike": ("int4", lambda _: "7")} | OTHERS
    one = table("t", [column(name, kind, null=True) for name, (kind, _) in every.items()])
    rows = [",".join("" if rng.random() < nulls else make(rng) for _, make in every.values()) for _ in range(ROWS)]
    text = "\n".join([",".join(every), *rows, ""])
    told: list[str] = []
    tell = ordered.tell

    def watched(con: Connection, table: LoadedTable, column: LoadedColumn, nulls: Mapping[str, int]) -> Told | None:
        found = tell(con, table, column, nulls)
        told.extend([column.column.name] if found is not None else [])
        return found

    def stats() -> tuple[ColumnStat, ...]:
        judged = judge_one(tmp_path, one, text)
        assert not judged.violations
        return judged.column_stats

    monkeypatch.setattr(ordered, "tell", watched)
    quick = stats()
    monkeypatch.setattr(ordered, "tell", lambda *_: None)
    assert quick == stats()
    assert told == [*kinds, "alike"]
