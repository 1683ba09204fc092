"""Pages of a file in an order: the same rows whatever page was looked at before, ties in the file's order."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.session.pages import NUMBER, FileKey, Order, Pages

ROWS = 50_000
KEY = FileKey("a.parquet", 0, 0)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "a.parquet"
    numbers = pl.Series("n", range(ROWS))
    pl.DataFrame(
        {"n": numbers, "tied": numbers * 7919 % 97, "text": (numbers * 31 % 1009).cast(pl.String)}
    ).with_columns(pl.when(pl.col("n") % 5 != 0).then(pl.col("tied"))).write_parquet(path, row_group_size=4096)
    return path


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["tied", "text"])
@pytest.mark.parametrize("where", [None, "n > 100 AND text <> '7'"])
def test_a_page_is_a_slice_of_the_whole_order(file: Path, column: str, descending: bool, where: str | None) -> None:
    whole = pl.read_parquet(file).with_row_index(NUMBER)
    if where:
        whole = whole.filter(pl.sql_expr(where))
    whole = whole.sort(column, descending=descending, nulls_last=True, maintain_order=True)
    pages, order = Pages(), Order(where, column, descending)
    for offset in (0, 20, 1_990, 10_000, 30_000, 35_000, whole.height - 10, 0):
        page, total = pages.page(pl.scan_parquet(file), KEY, order, offset, 20)
        assert total == whole.height
        assert page.equals(whole.slice(offset, 20))


def test_another_file_in_its_place_is_read_again(file: Path) -> None:
    pages, order = Pages(), Order(sort="n", descending=True)
    assert pages.page(pl.scan_parquet(file), KEY, order, 0, 1)[0]["n"].to_list() == [ROWS - 1]
    shorter = pl.scan_parquet(file).head(10)
    assert pages.page(shorter, KEY._replace(written=time.time_ns()), order, 0, 1)[0]["n"].to_list() == [9]


def test_a_condition_that_is_none_is_told(file: Path) -> None:
    with pytest.raises(UsageError, match="is no condition"):
        Pages().page(pl.scan_parquet(file), KEY, Order(where="nothing > 1"), 0, 5)
