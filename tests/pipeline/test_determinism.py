"""Same plan, schema and seed: same bytes, however they are made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.export.csv import encode
from datalchemy_nb.export.run import manifest_of
from datalchemy_nb.export.stream import stream
from datalchemy_nb.generate.redrawing import Counters
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory
from tests.pipeline.conftest import bare_plan

GOLDENS = Path(__file__).parents[2] / "plans" / "goldens"
NAMES = sorted(p.stem for p in (Path(__file__).parents[2] / "plans" / "examples").glob("*.json"))
IN_DEPTH = ("full_stack_ptbr", "crm_complete")


def hashes(plan: ResolvedPlan, **options: int) -> dict[str, str]:
    return {table.file: table.sha256 for table in stream(plan, None, **options).tables}


def golden_hashes(name: str) -> dict[str, str]:
    golden = Golden.read(GOLDENS / f"{name}.golden.json")
    return {table.file: table.sha256 for table in golden.manifest.tables}


@pytest.mark.parametrize("name", NAMES)
def test_every_example_equals_its_committed_golden(name: str, crm_session: Session) -> None:
    """A change of bytes needs a new OUTPUT_VERSION and new goldens (`make goldens`)."""
    assert hashes(crm_session.resolved(example_plan(name)), workers=2) == golden_hashes(name)


@pytest.mark.parametrize("name", IN_DEPTH)
@pytest.mark.parametrize(("chunk_rows", "workers"), [(1_000, 1), (1_000, 4), (4_096, 2), (65_536, 1)])
def test_chunk_size_and_workers_do_not_show(name: str, chunk_rows: int, workers: int, crm_session: Session) -> None:
    plan = crm_session.resolved(example_plan(name))
    assert hashes(plan, chunk_rows=chunk_rows, workers=workers) == golden_hashes(name)


def test_block_digests_do_not_depend_on_chunks(crm_session: Session) -> None:
    plan = crm_session.resolved(example_plan("crm_complete"))
    one, other = (stream(plan, None, chunk_rows=size).tables for size in (777, 65_536))
    assert [table.blocks for table in one] == [table.blocks for table in other]


_SCRIPT = """
import json, sys
from datalchemy_nb.session import Session
from datalchemy_nb.export.stream import stream
session = Session()
session.use_schema(sys.argv[1])
print(json.dumps({t.file: t.sha256 for t in stream(session.resolved(sys.argv[2]), None).tables}))
"""


@pytest.mark.parametrize(("name", "seed"), list(zip(IN_DEPTH, ("1", "4711"), strict=True)))
def test_processes_with_different_hash_seeds_agree(name: str, seed: str, crm_session: Session, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    assert crm_session.schema is not None
    schema.write_text(crm_session.schema.to_json(), encoding="utf-8")
    command = [sys.executable, "-c", _SCRIPT, str(schema), str(example_plan(name))]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == golden_hashes(name)


def test_preview_is_a_slice_of_the_file(crm_session: Session) -> None:
    plan = crm_session.resolved(example_plan("crm_complete"))
    engine, sizes = Engine(plan), {ref: table.rows for ref, table in plan.tables.items()}
    whole = {ref: bytes(encode(engine.rows(ref, range(total)))).split(b"\n") for ref, total in sizes.items()}

    @settings(max_examples=25)
    @given(data=st.data())
    def any_slice(data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(list(sizes)))
        offset = data.draw(st.integers(0, sizes[ref] - 1))
        rows = data.draw(st.integers(1, 40))
        seen = bytes(encode(crm_session.preview(ref, rows=rows, offset=offset).frame)).split(b"\n")[:-1]
        assert seen == whole[ref][offset : min(offset + rows, sizes[ref])]

    any_slice()


def test_rows_come_in_any_order_and_any_columns(crm_session: Session) -> None:
    engine = Engine(crm_session.resolved(example_plan("crm_complete")))
    ref = TableRef("crm", "contatos")
    some = [1499, 3, 3, 700]
    whole = engine.rows(ref, range(1500))
    assert engine.rows(ref, some).equals(whole[some])
    assert engine.rows(ref, some, ["email", "id"]).equals(whole[some].select("email", "id"))


def test_another_seed_gives_other_rows(crm_session: Session) -> None:
    plan = json.loads(example_plan("crm_complete").read_text(encoding="utf-8"))
    first = hashes(crm_session.resolved(plan))
    other = hashes(crm_session.resolved({**plan, "seed": plan["seed"] + 1}))
    assert all(first[file] != other[file] for file in first)


def test_another_table_does_not_change_a_tables_bytes(crm_session: Session) -> None:
    """Rows are a function of their own table's columns and its parents, never of what else is generated."""
    plan = json.loads(example_plan("crm_complete").read_text(encoding="utf-8"))
    whole = hashes(crm_session.resolved(plan))
    fewer = {**plan, "targets": [t for t in plan["targets"] if t["table"] in ("usuarios", "empresas", "contatos")]}
    part = hashes(crm_session.resolved(fewer))
    assert part == {file: whole[file] for file in part}


def test_preview_far_away_needs_no_rows_before(crm_session: Session) -> None:
    plan = json.loads(example_plan("full_stack_ptbr").read_text(encoding="utf-8"))
    big = {"empresas": 2_000_000_000 // 100, "contatos": 300_000_000}
    plan["targets"] = [{**t, "rows": big.get(t["table"], t["rows"])} for t in plan["targets"]]
    crm_session.use_plan(plan)
    frame = crm_session.preview("crm.contatos", rows=20, offset=299_999_980).frame
    assert frame.height == 20
    assert frame.select(pl.col("email").n_unique()).item() == 20


def test_verify_reproduces_a_run(crm_session: Session) -> None:
    run = crm_session.generate(example_plan("crm_complete"))
    assert crm_session.verify(run).ok
    assert manifest_of(crm_session.resolved()).by_ref.keys() == run.manifest.by_ref.keys()


def test_rows_drawn_again_many_times_do_not_depend_on_the_rows_beside_them(
    database: DatabaseFactory, tmp_path: Path
) -> None:
    session = Session(out_dir=tmp_path)
    ddl = (
        "create table t(id int primary key, a int not null, b int, c text not null,"
        " check (a * 7 % 1000 < coalesce(b, 0) * 3 % 40), check (length(c) * 3 % 7 = a % 3))"
    )
    schema = session.introspect(database(ddl)).schema
    session.use_plan(bare_plan(schema, 120))
    plan = session.resolved()
    counted = [Counters() for _ in range(3)]
    whole = Engine(plan).rows(TableRef("public", "t"), range(120), counters=counted[0])
    for size, counters in zip((1, 17), counted[1:], strict=True):
        pieces = [
            Engine(plan).rows(TableRef("public", "t"), range(first, min(first + size, 120)), counters=counters)
            for first in range(0, 120, size)
        ]
        assert pl.concat(pieces).equals(whole)
    assert counted[0].retries[TableRef("public", "t")] > 120
    assert counted[0].retries == counted[1].retries == counted[2].retries


def test_what_hardly_any_draw_holds_is_found_at_the_ends(database: DatabaseFactory, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    schema = session.introspect(
        database("create table t(id int primary key, a bigint not null, check (a * 2 < id + 5))")
    ).schema
    wide = {"id": "primitive.int", "params": {"min": 0, "max": 10**12}}
    rule = {"type": "column_generator", "schema": "public", "table": "t", "column": "a", "generator": wide}
    session.use_plan({**bare_plan(schema, 40), "rules": [rule]})
    engine, ref = Engine(session.resolved()), TableRef("public", "t")
    whole = engine.rows(ref, range(40))
    assert (whole["a"] * 2 < whole["id"] + 5).all()
    assert pl.concat([engine.rows(ref, [row]) for row in range(40)]).equals(whole)
