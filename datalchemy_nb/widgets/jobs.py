"""Long work of the panels: one thread, one job at a time, stopped on request, heard of at most ten times a second."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from datalchemy_nb.errors import Cancelled, DatalchemyError

INTERVAL_SECONDS = 0.1

Deliver = Callable[[Callable[[], None]], Any]


def deliver_to_loop() -> Deliver:
    """Return what carries a call to the thread that runs now: its event loop, or where there is none, a plain call.

    Traits and widgets are touched on one thread only, the kernel's own.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda call: call()

    def deliver(call: Callable[[], None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(call)

    return deliver


class Job:
    """One piece of work on its way.

    Attributes:
        name: what a person calls it.
        finished: set after the last call back.
    """

    def __init__(self, name: str, deliver: Deliver, on_event: Callable[[Any], None] | None) -> None:
        self.name = name
        self.finished = threading.Event()
        self._stop = threading.Event()
        self._deliver, self._on_event = deliver, on_event
        self._sent = float("-inf")
        self._waiting: list[Any] = []

    def cancel(self) -> None:
        """Ask the work to end; it ends at the next place where it looks."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._stop.is_set()

    def report(self, event: Any) -> None:
        """Say how far the work is; called on the worker as often as it likes, passed on at most ten times a second."""
        self._waiting = [event]
        if time.monotonic() - self._sent >= INTERVAL_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Pass the newest event on, if it was not yet."""
        waiting, self._waiting = self._waiting, []
        hear = self._on_event
        for event in waiting if hear is not None else ():
            self._sent = time.monotonic()
            self._deliver(lambda event=event: hear(event))  # type: ignore[misc]


class Jobs:
    """The worker. Its thread starts with the first job and never keeps the process alive.

    Args:
        deliver: carries results to the thread that owns the widgets.
    """

    def __init__(self, deliver: Deliver | None = None) -> None:
        self.deliver = deliver or deliver_to_loop()
        self._queue: queue.SimpleQueue[tuple[Job, Callable[[], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._jobs: list[Job] = []

    def start(
        self,
        name: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[DatalchemyError], None],
        on_event: Callable[[Any], None] | None = None,
    ) -> Job:
        """Queue a job.

        Args:
            name: what a person calls it.
            work: runs on the worker; looks at ``job.cancelled`` and tells ``job.report``.
            done: gets the result, on the owner's thread.
            failed: gets the error, on the owner's thread; `Cancelled` when it was stopped.
            on_event: gets what the work reports, on the owner's thread.
        """
        job = Job(name, self.deliver, on_event)
        self._jobs = [*(j for j in self._jobs if not j.finished.is_set()), job]
        self._queue.put((job, lambda: self._carry_out(job, work, done, failed)))
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._loop, name="datalchemy-panels", daemon=True)
            self._thread.start()
        return job

    def close(self) -> None:
        """Stop what runs and what waits; the thread ends."""
        for job in self._jobs:
            job.cancel()
        self._queue.put(None)

    def _loop(self) -> None:
        while (item := self._queue.get()) is not None:
            item[1]()

    def _carry_out(
        self,
        job: Job,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[DatalchemyError], None],
    ) -> None:
        call: Callable[[], None]
        try:
            if job.cancelled():
                raise Cancelled("stopped before it began")
            result = work(job)
            call = lambda: done(result)  # noqa: E731
        except DatalchemyError as error:
            call = lambda error=error: failed(error)  # type: ignore[misc]  # noqa: E731
        except Exception as error:  # noqa: BLE001 - a thread must not die silently; the panel says what happened
            defect = DatalchemyError(f"unexpected {type(error).__name__}: {error}", hint="this is a defect; report it")
            call = lambda: failed(defect)  # noqa: E731
        job.flush()
        self.deliver(lambda: _last(call, job))


def _last(call: Callable[[], None], job: Job) -> None:
    try:
        call()
    finally:
        job.finished.set()
