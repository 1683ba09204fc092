"""Ranges with gaps between them, counted as one domain."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pieces import Pieces, joined
from datalchemy_nb.domains.temporal import DateDomain

SUMMER = DateDomain(dt.date(2006, 7, 1), dt.date(2006, 7, 4))
WINTER = DateDomain(dt.date(2005, 1, 1), dt.date(2005, 1, 3))


def _all(domain: Pieces) -> list[object]:
    return domain.take(np.arange(domain.size, dtype=np.uint64)).to_list()


def test_all_values_in_their_order_and_any_ordinals_in_any() -> None:
    domain = joined([SUMMER, WINTER])
    assert isinstance(domain, Pieces)
    days = [dt.date(2005, 1, day) for day in (1, 2, 3)] + [dt.date(2006, 7, day) for day in (1, 2, 3, 4)]
    assert _all(domain) == days
    picked = [6, 0, 3, 3, 2]
    assert domain.take(np.array(picked, dtype=np.uint64)).to_list() == [days[i] for i in picked]
    assert not len(domain.take(np.array([], dtype=np.uint64)))
    assert (domain.lower, domain.upper) == (days[0], days[-1])


def test_values_are_ranked_within_and_between_the_ranges() -> None:
    domain = joined([WINTER, SUMMER])
    assert domain is not None
    values = pl.Series([dt.date(2004, 1, 1), dt.date(2005, 1, 2), dt.date(2006, 1, 1), dt.date(2006, 7, 4)])
    assert domain.rank(values, "left").tolist() == [0, 1, 3, 6]
    assert domain.rank(values, "right").tolist() == [0, 2, 3, 7]


def test_bounds_cut_ranges_and_leave_them_out() -> None:
    domain = Pieces([IntegerDomain(1, 5), IntegerDomain(10, 12), IntegerDomain(20, 21)])
    cut = domain.narrow(AtLeast(4))
    assert isinstance(cut, Pieces)
    assert _all(cut) == [4, 5, 10, 11, 12, 20, 21]
    only = cut.narrow(AtMost(10, strict=True))
    assert only is not None
    assert only.take(np.arange(only.size, dtype=np.uint64)).to_list() == [4, 5]
    with pytest.raises(EmptyDomainError):
        domain.narrow(AtLeast(22))


def test_ranges_that_share_values_are_no_pieces() -> None:
    assert joined([IntegerDomain(1, 5), IntegerDomain(5, 9)]) is None
