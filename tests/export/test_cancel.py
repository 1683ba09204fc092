"""A wish to stop is heard between the columns of a chunk."""

from __future__ import annotations

import signal
import threading
import time
import weakref
from typing import Any

import numpy as np
import pytest

from datalchemy_nb.errors import Cancelled
from datalchemy_nb.generate.engine import in_order
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.session import Session


def test_an_engine_that_was_stopped_makes_no_column(session: Session, plan: dict[str, Any]) -> None:
    resolved = session.resolved(plan)
    engine = Engine(resolved)
    engine.stop()
    with pytest.raises(Cancelled):
        engine.rows(next(iter(resolved.tables)), np.arange(5, dtype=np.uint64))


def test_waiting_for_a_slow_chunk_is_not_deaf() -> None:
    """The consumer gives up while the work goes on, and tells the work."""
    told = threading.Event()
    asked = iter([False, False, True])

    def work(item: int) -> int:
        told.wait(600)
        return item

    with pytest.raises(Cancelled):
        list(in_order(work, range(10), 2, cancelled=lambda: next(asked, True), stop=told.set))
    assert told.is_set()


def test_results_come_in_order_whatever_the_work_takes() -> None:
    def work(item: int) -> int:
        time.sleep(0.001 * (item % 3))
        return item * item

    assert list(in_order(work, range(30), 3)) == [(i, i * i) for i in range(30)]


def test_a_timeout_of_the_work_itself_is_raised() -> None:
    def work(item: int) -> int:
        raise TimeoutError(str(item))

    with pytest.raises(TimeoutError, match="0"):
        list(in_order(work, range(3), 1))


class Mortal:
    """Something whose death is told."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("ctrl_c")
def test_a_key_pressed_while_an_object_dies_is_heard(session: Session, plan: dict[str, Any]) -> None:
    """Python only prints an exception of a weak reference's callback: the run goes on, and must know all the same."""
    seen: list[str] = []

    def die(event: object) -> None:
        seen.append("tick")
        if len(seen) == 1:
            mortal = Mortal()
            reference = weakref.ref(mortal, lambda _: signal.raise_signal(signal.SIGINT))
            del mortal
            assert reference() is None

    with pytest.raises(Cancelled):
        session.generate(plan, on_progress=die)
    assert len(seen) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
