"""Calendar months in whole numbers are those of NumPy's calendar."""

from __future__ import annotations

import numpy as np

from datalchemy_nb.domains.months import first_day, month_and_place
from datalchemy_nb.generate.bounding import months_later

FIRST, LAST = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("-4712-01-01", "9999-12-31"))


def test_every_day_lies_in_its_month() -> None:
    days = np.arange(FIRST, LAST + 1, dtype=np.int64)
    dates = days.astype("datetime64[D]")
    expected = dates.astype("datetime64[M]")
    month, place = month_and_place(days)
    assert np.array_equal(month, expected.astype(np.int64))
    assert np.array_equal(place, (dates - expected.astype("datetime64[D]")).astype(np.int64))
    months = np.unique(month)
    assert np.array_equal(first_day(months), months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def test_months_later_is_the_same_day_or_the_last_one() -> None:
    day = np.int64(86_400)
    moments = np.array(["2024-01-31T10:00:01", "2023-01-31T00:00:00", "1969-12-15T23:59:59", "2000-02-29T12:00:00"])
    ticks = moments.astype("datetime64[s]").astype(np.int64)
    later = months_later(ticks, np.array([1, 1, 2, -12], dtype=np.int64), day).astype("datetime64[s]")
    assert later.astype(str).tolist() == [
        "2024-02-29T10:00:01",
        "2023-02-28T00:00:00",
        "1970-02-15T23:59:59",
        "1999-02-28T12:00:00",
    ]
