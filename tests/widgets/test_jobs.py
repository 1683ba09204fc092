"""The worker: results, errors, stopping, and how often it is heard."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import Any

from datalchemy_nb.errors import Cancelled, DatalchemyError, UsageError
from datalchemy_nb.widgets.jobs import INTERVAL_SECONDS, Job, Jobs


class Heard:
    """What came back."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.errors: list[DatalchemyError] = []

    def start(self, jobs: Jobs, work: Any, **more: Any) -> Job:
        return jobs.start("work", work, self.results.append, self.errors.append, **more)


def test_a_result_comes_back() -> None:
    heard, jobs = Heard(), Jobs()
    assert heard.start(jobs, lambda job: 42).finished.wait(5)
    assert (heard.results, heard.errors) == ([42], [])
    jobs.close()


def test_jobs_run_one_after_the_other() -> None:
    heard, jobs, running = Heard(), Jobs(), []

    def work(job: Job) -> int:
        running.append(threading.active_count())
        time.sleep(0.02)
        return len(running)

    last = [heard.start(jobs, work) for _ in range(4)][-1]
    assert last.finished.wait(5)
    assert heard.results == [1, 2, 3, 4]
    jobs.close()


def test_our_errors_and_others_are_told_and_the_worker_lives_on() -> None:
    heard, jobs = Heard(), Jobs()

    def refuse(job: Job) -> None:
        raise UsageError("not so")

    def fail(job: Job) -> None:
        raise ZeroDivisionError("one by zero")

    heard.start(jobs, refuse)
    heard.start(jobs, fail)
    assert heard.start(jobs, lambda job: 1).finished.wait(5)
    assert heard.errors[0].message == "not so"
    assert "unexpected ZeroDivisionError" in heard.errors[1].message
    assert heard.results == [1]
    jobs.close()


def test_stopping_is_seen() -> None:
    heard, jobs = Heard(), Jobs()

    def work(job: Job) -> None:
        while not job.cancelled():
            time.sleep(0.005)
        raise Cancelled("stopped")

    job = heard.start(jobs, work)
    time.sleep(0.05)
    job.cancel()
    assert job.finished.wait(60)
    assert isinstance(heard.errors[0], Cancelled)
    jobs.close()


def test_a_job_that_waits_can_be_stopped_before_it_begins() -> None:
    heard, jobs, gate = Heard(), Jobs(), threading.Event()
    heard.start(jobs, lambda job: gate.wait(5))
    waiting = heard.start(jobs, lambda job: "never")
    waiting.cancel()
    gate.set()
    assert waiting.finished.wait(5)
    assert isinstance(heard.errors[0], Cancelled)
    jobs.close()


def test_at_most_ten_updates_a_second_and_the_last_one_always() -> None:
    heard, jobs, times, events = Heard(), Jobs(), [], []

    def on_event(event: int) -> None:
        times.append(time.monotonic())
        events.append(event)

    def work(job: Job) -> None:
        end = time.monotonic() + 0.55
        count = 0
        while time.monotonic() < end:
            count += 1
            job.report(count)
            time.sleep(0.0005)
        job.report(-1)

    assert heard.start(jobs, work, on_event=on_event).finished.wait(5)
    assert events[-1] == -1
    assert 3 <= len(events) <= 8
    gaps = [b - a for a, b in pairwise(times[:-1])]
    assert all(gap >= INTERVAL_SECONDS * 0.9 for gap in gaps)
    jobs.close()
