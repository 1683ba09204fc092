"""CSV bytes: quotes only where needed, nulls and empty texts apart, and the short cut changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from datalchemy_nb.export.csv import encode, harmless, header
from datalchemy_nb.export.digest import column_bytes

UTC = pl.Datetime("us", "UTC")
TEXTS = st.lists(st.none() | st.text(alphabet='ab,"\n\r é\x1f', max_size=4), min_size=1, max_size=12)


def test_every_type() -> None:
    moment = dt.datetime(2024, 3, 9, 14, 5, 59)
    frame = pl.DataFrame(
        {
            "text": ["a", "", None, 'b,"c"'],
            "day": [dt.date(2024, 3, 9), None, dt.date(1969, 12, 31), dt.date(1, 1, 1)],
            "zoned": pl.Series(
                [moment, None, moment.replace(microsecond=5000), moment], dtype=pl.Datetime("us", "UTC")
            ),
            "plain": pl.Series([moment] * 4, dtype=pl.Datetime("us")),
            "time": [dt.time(1, 2, 3), None, dt.time(1, 2, 3, 4), dt.time(0)],
            "amount": pl.Series([Decimal("1.50"), None, Decimal("-0.01"), Decimal(0)], dtype=pl.Decimal(10, 2)),
            "flag": [True, False, None, True],
        }
    )
    assert bytes(encode(frame)).decode().split("\n") == [
        "a,2024-03-09,2024-03-09T14:05:59Z,2024-03-09T14:05:59,01:02:03,1.50,true",
        '"",,,2024-03-09T14:05:59,,,false',
        ",1969-12-31,2024-03-09T14:05:59.005Z,2024-03-09T14:05:59,01:02:03.000004,-0.01,",
        '"b,""c""",0001-01-01,2024-03-09T14:05:59Z,2024-03-09T14:05:59,00:00:00,0.00,true',
        "",
    ]


def test_names_are_quoted_where_needed() -> None:
    assert bytes(header(("id", "a,b", "ação"))) == 'id,"a,b",ação\n'.encode()
    for names in (("a\nb", " c ", "d;e"), ('q"', "'", "\t"), ("#", "r\r", "=1"), ("one",)):
        empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        assert header(names) == encode(empty, include_header=True)


@settings(max_examples=200)
@given(TEXTS)
def test_values_said_to_be_plain_need_no_quotes(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"t": pl.Series(texts, dtype=pl.String), "n": range(len(texts))})
    if all(column_bytes(values).plain for values in frame.iter_columns()):
        assert bytes(encode(frame, plain=True)) == bytes(encode(frame))


def test_no_text_of_a_sheet_is_a_formula() -> None:
    texts = ["=1+1", "+55 11", "-3", "@x", "\tx", "ok", "", None, "a=b"]
    frame = pl.DataFrame({"x": texts, "n": range(-4, 5)})
    made = harmless(frame)
    assert made["x"].to_list() == ["'=1+1", "'+55 11", "'-3", "'@x", "'\tx", "ok", "", None, "a=b"]
    assert made["n"].to_list() == frame["n"].to_list()
    assert made.columns == frame.columns
