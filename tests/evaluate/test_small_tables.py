"""Tables of few rows are judged from values at hand: they are told the same as by queries, with few queries each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.metrics import Metrics
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, EnumType
from datalchemy_nb.evaluate import evaluate, judge, small, spread, workspace
from datalchemy_nb.session import Session
from tests.benchmarks.plans import crm
from tests.evaluate.judging import check, column, foreign_key, primary_key, schema, table, typed, unique

MOOD = EnumType(schema_name="loja", name="mood", labels=("sad", "glad", "angry"))
KINDS: dict[str, Any] = {
    "whole": "int8",
    "small": "int2",
    "price": "numeric(10,2)",
    "share": "numeric(2,2)",
    "free": "numeric",
    "real": "float8",
    "single": "float4",
    "yes": "bool",
    "day": "date",
    "at": "timestamptz",
    "plain": "timestamp",
    "clock": "time",
    "zoned": "timetz",
    "long": "interval",
    "text": "text",
    "short": "varchar(12)",
    "padded": "bpchar(5)",
    "folded": "citext",
    "number": "uuid",
    "mood": typed("mood", schema="loja", kind="enum"),
    "document": "jsonb",
    "address": "inet",
    "email": "text",
}
CELLS: dict[str, tuple[str, ...]] = {
    "whole": ("0", "-1", "7", "9007199254740993", "9007199254740992", "-9223372036854775808", "42"),
    "small": ("1", "2", "3", "-3"),
    "price": ("1.50", "2.5", "-0.01", "99999999.99", "0.00", "10"),
    "share": ("0.25", "0.99", "-0.50"),
    "free": ("1", "2.50", "1e3", "0.000000000000001"),
    "real": ("1", "1.0", "-0", "0", "NaN", "Infinity", "0.1", "1e300"),
    "single": ("0.1", "0.2", "16777217"),
    "yes": ("true", "f", "on", "0"),
    "day": ("2024-02-29", "1999-12-31", "infinity", "0044-03-15 BC", "2024-01-01"),
    "at": ("2024-02-29T10:00:00Z", "2024-02-29 10:00:00+00", "2024-02-29T10:00:00.000001Z", "2024-03-01T00:00:00Z"),
    "plain": ("2024-02-29T10:00:00", "2023-01-01 00:00:00", "9999-12-31T23:59:59"),
    "clock": ("10:00:00", "10:00", "23:59:59.5"),
    "zoned": ("10:00:00Z", "10:00:00+03"),
    "long": ("1 day", "P1M", "24 hours"),
    "text": ('""', "Ana", "ana", "B2", '"a,b"', '"two\nlines"', "ção", "42 Main St", "AAAbbb"),
    "short": ("abc", "ABC", "a b\tc", "x9"),
    "padded": ("a", '"a  "', "abcde"),
    "folded": ("Ana", "ANA", "ana", "Bia"),
    "number": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000001"),
    "mood": ("sad", "glad", "angry"),
    "document": ('"{""a"": 1}"', "null"),
    "address": ("10.0.0.1", "10.0.0.1/32"),
    "email": ("ana@example.com", "bia@example.org"),
}


def files(directory: Path, rng: random.Random, only: int) -> DatabaseSchema:
    """Two tables of every type, of which the second refers to the first; `only` so many spellings of each."""
    names = list(KINDS)
    columns = [column("id", "int4"), *(column(name, KINDS[name], null=True) for name in names)]
    up = foreign_key(("whole",), "a")
    for name in ("a", "b"):
        lines = [",".join(["id", *names])]
        for row in range(rng.randrange(60)):
            cells = [rng.choice(("", *CELLS[kind][:only])) for kind in names]
            lines.append(",".join([str(row if rng.random() < 0.98 else 0), *cells]))
        (directory / f"loja.{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shared = [primary_key("id"), unique("price", "day"), check("CHECK ((price >= (0)::numeric))")]
    return schema(table("a", columns, *shared), table("b", columns, *shared, up), enums=(MOOD,))


def judged(monkeypatch: pytest.MonkeyPatch, limit: int, *what: Any, **more: Any) -> Metrics:
    with monkeypatch.context() as patch:
        patch.setattr(small, "BYTES", limit)
        return evaluate(*what, **more).model_copy(update={"performance": None})


@pytest.mark.parametrize("seed", range(8))
def test_values_at_hand_tell_what_queries_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    known = files(tmp_path, random.Random(seed), only=1 + seed % 6)
    at_hand = judged(monkeypatch, 1 << 20, tmp_path, known)
    assert at_hand == judged(monkeypatch, -1, tmp_path, known)


def test_a_plan_is_followed_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crm_url: str) -> None:
    session = Session(out_dir=tmp_path)
    known = session.introspect(crm_url).schema
    plan = Plan.from_json(json.dumps(crm(1_000)))
    directory = session.generate(plan).directory
    at_hand = judged(monkeypatch, 1 << 20, directory, known, plan)
    assert at_hand == judged(monkeypatch, -1, directory, known, plan)


def test_shapes_are_those_of_the_patterns_that_queries_use() -> None:
    """Every Latin letter alone, and in runs; what lies beyond is left to queries."""
    letters = [chr(code) for code in range(1, 0x250)]
    rng = random.Random(1)
    texts = [*letters, *("".join(rng.choices(letters, k=rng.randrange(1, 90))) for _ in range(300))]
    shape = "value"
    for runs, sign in spread.RUNS:
        shape = f"regexp_replace({shape}, '{runs}', '{sign}', 'g')"
    with workspace.workspace(memory_limit=None, threads=1) as con:
        query = f"SELECT {shape} FROM (SELECT unnest(?) AS value)"
        assert small.listed_shapes(small.GAP.join(texts), len(texts)) == [
            row[0] for row in con.execute(query, [texts]).fetchall()
        ]
    assert small.listed_shapes("\u0431\u0432", 1) is None
    assert small.listed_shapes(small.GAP, 1) is None


def test_a_small_table_in_the_usual_form_takes_no_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it, its CHECKs, keys, references and statistics ask nothing of DuckDB."""
    known = files(tmp_path, random.Random(1), only=1)
    asked: list[str] = []

    class Spy:
        def __init__(self, con: Any) -> None:
            self.con = con

        def execute(self, query: str, *more: Any) -> Any:
            asked.append(query)
            return self.con.execute(query, *more)

    @contextmanager
    def watched(**more: Any) -> Iterator[Any]:
        with workspace.workspace(**more) as con:
            yield Spy(con)

    plain = ("whole", "price", "yes", "day", "at", "text", "short", "number", "mood")
    names = ("id", *plain)
    tables = [
        one.model_copy(update={"columns": tuple(c for c in one.columns if c.name in names)})
        for one in known.schemas[0].tables
    ]
    for name in ("a", "b"):
        lines = [f"{i},{i},{i}.50,true,2024-01-01,2024-01-01T00:00:00Z,x,y,,sad" for i in range(20)]
        head = ",".join(names)
        (tmp_path / f"loja.{name}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    monkeypatch.setattr(judge, "workspace", watched)
    evaluate(tmp_path, schema(*tables, enums=(MOOD,)))
    assert [query for query in asked if "CREATE TYPE" not in query] == []
