"""From a run to its rows: typed frames, previews of its files, the run's card."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from datalchemy_nb import errors
from datalchemy_nb.session import Session

from .conftest import Notebook

EVERY_TYPE = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE things (
    id bigserial PRIMARY KEY, small smallint, price numeric(12,3), ratio double precision, active boolean,
    born date, at_hour time, seen timestamp, logged timestamptz(6), feeling mood, tags text[], doc jsonb, raw bytea,
    title text, code uuid NOT NULL
);
CREATE TABLE other.things (id int PRIMARY KEY);
"""


@pytest.fixture(scope="module")
def session(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Session:
    made = Session(out_dir=tmp_path_factory.mktemp("runs"))
    made.introspect(database("CREATE SCHEMA other;" + EVERY_TYPE))
    made.show_plan(draft=True, rows=2500)
    return made


class TestRows:
    @pytest.mark.parametrize("formats", ["csv", "parquet", "both"])
    def test_they_are_those_the_plan_says_with_the_schemas_types(self, session: Session, formats: str) -> None:
        run = session.generate(formats=formats)
        frame = run["public.things"]
        assert isinstance(frame, pl.LazyFrame)
        rows = frame.collect()
        planned = session.preview("public.things", rows=2500).frame
        assert_frame_equal(rows, planned)
        kinds = {name: str(dtype) for name, dtype in rows.schema.items()}
        assert kinds["small"] == "Int16"
        assert kinds["price"] == "Decimal(precision=12, scale=3)"
        assert isinstance(rows["born"].drop_nulls()[0], dt.date)
        assert isinstance(rows["price"].drop_nulls()[0], Decimal)
        assert rows["active"].dtype == pl.Boolean
        assert rows["logged"].dtype == pl.Datetime("us", "UTC")

    def test_a_run_is_a_mapping(self, session: Session) -> None:
        run = session.generate()
        assert [str(ref) for ref in run] == [str(ref) for ref in run.tables]
        assert set(run.tables.values()) == {2500}
        assert len(run) == 2
        assert "public.things" in run
        assert "nothing" not in run
        assert run[next(iter(run))].collect().height == 2500
        assert "other.things" in run._ipython_key_completions_()
        with pytest.raises(errors.UsageError, match="several schemas"):
            run["things"]
        with pytest.raises(errors.UsageError, match="no table 'thing'"):
            run["thing"]

    def test_empty_text_and_null_differ(self, tmp_path: Path, database: Any) -> None:
        with Session(out_dir=tmp_path) as session:
            session.introspect(database("CREATE TABLE t (id int PRIMARY KEY, a text)"))
            session.show_plan(draft=True, rows=3)
            run = session.generate()
            (run.directory / "public.t.csv").write_text('id,a\n1,\n2,""\n3,x\n')
            assert run["t"].collect()["a"].to_list() == [None, "", "x"]
            (run.directory / "public.t.csv").write_text("id,a\nnone,x\n")
            with pytest.raises(pl.exceptions.PolarsError):
                run["t"].collect()
            assert run.frame("t").collect()["id"].to_list() == ["none"]


class TestPreview:
    def test_a_runs_rows_are_sorted_and_searched(self, session: Session) -> None:
        run = session.generate()
        rows = session.preview("public.things", rows=2500).frame
        shown = session.preview("public.things", run=run, where="small > 0 AND active", sort="price", descending=True)
        chosen = rows.with_row_index("n").filter((pl.col("small") > 0) & pl.col("active"))
        expected = chosen.sort("price", descending=True, nulls_last=True, maintain_order=True).head(20)
        assert_frame_equal(shown.frame, expected.drop("n"))
        assert shown.numbers == tuple(expected["n"])
        assert shown.total == chosen.height
        assert f">{shown.numbers[0]:,}<" in shown._repr_html_()
        for wrong in ("small >", "nothing = 1", "small = 'x' AND"):
            with pytest.raises(errors.UsageError, match="is no condition on these rows"):
                session.preview("public.things", run=run, where=wrong)
        with pytest.raises(errors.UsageError, match="no column 'prize'"):
            session.preview("public.things", run=run, sort="prize")
        with pytest.raises(errors.UsageError, match="generate first"):
            session.preview("public.things", sort="price")

    def test_of_a_runs_file(self, session: Session) -> None:
        run = session.generate()
        shown = session.preview("public.things", run=run, offset=2490, rows=50, columns=["id", "price"])
        assert_frame_equal(shown.frame, session.preview("public.things", offset=2490, columns=["id", "price"]).frame)
        assert (shown.total, shown.run_id) == (2500, run.run_id)
        assert shown.sample is not None
        assert shown.sample.height == 834
        with pytest.raises(errors.UsageError, match="row 2500 does not exist"):
            session.preview("public.things", run=run, offset=2500)
        with pytest.raises(errors.UsageError, match="no column 'prize'"):
            session.preview("public.things", run=run, columns=["prize"])

    def test_in_a_cell_with_sql_types_and_a_summary(self, shop: Notebook) -> None:
        shop.good("r = %datalchemy generate")
        shown = shop.good("%datalchemy preview pedidos --run r --rows 5")
        html = shown.outputs[0]["text/html"]
        assert shown.value.frame.height == 5
        assert "numeric(10,2)" in html
        assert "Columns are summed up over all 300 rows." in html
        assert "300 distinct" in html or "all distinct" in html
        assert shop.good("%datalchemy preview clientes --run latest").value.run_id == shop.shell.user_ns["r"].run_id


def test_the_card_of_a_run_begins_with_rows(shop: Notebook) -> None:
    run = shop.good("%datalchemy generate").value
    html = run._repr_html_()
    assert html.index("loja.clientes: 100 rows") < html.index("sha256")
    assert str(run["clientes"].collect()["nome"][0]) in html
    (run.directory / "loja.clientes.csv").unlink()
    assert "loja.clientes: 100 rows" not in run._repr_html_()
