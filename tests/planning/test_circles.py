"""The collector of circular garbage is asked less often while a plan is worked on, and as before afterwards."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from datalchemy_nb.session.circles import seldom_collected


@pytest.fixture(autouse=True)
def threshold() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_what_it_was_told_before_holds_again() -> None:
    @seldom_collected()
    def work() -> None:
        assert gc.get_threshold()[0] > 700
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        work()
    assert gc.get_threshold() == (700, 10, 10)


def test_one_that_is_off_stays_off() -> None:
    gc.set_threshold(0)
    with seldom_collected():
        assert gc.get_threshold()[0] == 0
    assert gc.get_threshold()[0] == 0


def test_threads_that_leave_in_any_order_leave_it_as_it_was() -> None:
    entered, left = threading.Event(), threading.Event()

    def other() -> None:
        with seldom_collected():
            entered.set()
            left.wait(10)

    thread = threading.Thread(target=other)
    with seldom_collected():
        thread.start()
        assert entered.wait(10)
    assert gc.get_threshold()[0] > 700
    left.set()
    thread.join()
    assert gc.get_threshold() == (700, 10, 10)
