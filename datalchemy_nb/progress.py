"""How far a long verb is: one shape for generating and loading, when to show it, and how it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from datalchemy_nb.records import dataclass

QUIET_SECONDS = 1.0
"""Work shorter than this shows no progress."""
INTERVAL_SECONDS = 0.1
_STEPS = {
    "copy": "",
    "build": "building {}",
    "check": "checking what waits for the end",
    "compare": "comparing keys with those that are there",
    "analyze": "renewing the planner's statistics",
}


@dataclass(frozen=True)
class Step:
    """What a verb does now that counts nothing: a draft's tables, its trial.

    Attributes:
        words: a few, for a person.
    """

    words: str


@dataclass(frozen=True)
class Tick:
    """Where the work stands.

    Attributes:
        done: rows (generating) or bytes (loading) of all tables; `table_done` of the present one; nothing for steps.
        bytes: written or sent so far.
        seconds: since the start.
        last: nothing comes after it.
        step: what is done besides: a key that is built, say.
    """

    table: str
    table_done: int
    table_total: int
    done: int
    total: int
    unit: Literal["rows", "bytes", "steps"]
    bytes: int
    seconds: float
    last: bool = False
    step: str = ""

    @property
    def fraction(self) -> float:
        """Share of the whole, from 0 to 1."""
        return self.done / self.total if self.total else 1.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the rate so far; None before there is one."""
        return self.seconds * (self.total - self.done) / self.done if self.done else None

    @property
    def table_finished(self) -> bool:
        """The present table is complete."""
        return self.table_done >= self.table_total


def tick_of(event: Any, seconds: float) -> Tick:
    """Translate what generating (`Progress`), loading (`LoadProgress`) or drafting (`Step`) reports."""
    if isinstance(event, Step):
        return Tick("", 0, 0, 0, 0, "steps", 0, seconds, step=event.words)
    if hasattr(event, "all_rows"):
        return Tick(
            str(event.ref),
            event.rows,
            event.rows_total,
            event.all_rows,
            event.all_rows_total,
            "rows",
            event.bytes,
            seconds,
        )
    return Tick(
        str(event.table),
        event.table_done,
        event.table_total,
        event.done,
        event.total,
        event.unit,
        event.bytes,
        seconds,
        step=_STEPS[event.phase].format(event.step),
    )


class Meter:
    """Receives every event, passes on a few: none in the first second, then at most ten a second, and the last one.

    Args:
        show: gets the ticks.
        every_table: pass on the end of each table as well.
    """

    def __init__(
        self,
        show: Callable[[Tick], None],
        *,
        quiet_seconds: float = QUIET_SECONDS,
        interval: float = INTERVAL_SECONDS,
        every_table: bool = False,
    ) -> None:
        self._show, self._quiet, self._interval, self._every_table = show, quiet_seconds, interval, every_table
        self._started = self._shown = 0.0
        self._last: Tick | None = None
        self._visible = False

    def __call__(self, event: Any) -> None:
        """Take an event of generating or loading."""
        now = time.monotonic()
        tick = tick_of(event, 0.0)
        if self._last is None or tick.unit != self._last.unit or tick.done < self._last.done:
            self.close()
            self._started = now - getattr(event, "seconds", 0.0)
        self._last = tick = replace(tick, seconds=now - self._started)
        due = now - self._shown >= self._interval or (self._every_table and tick.table_finished)
        if tick.seconds >= self._quiet and due:
            self._shown, self._visible = now, True
            self._show(tick)

    def close(self) -> None:
        """Show the last state, if anything was shown; what comes next is counted anew."""
        if self._visible and self._last is not None:
            self._show(replace(self._last, last=True))
        self._visible, self._last = False, None


def progress_line(tick: Tick) -> str:
    """One line: table, share, rows, size, rate, time left; of steps what is done and for how long."""
    if tick.unit == "steps":
        return f"drafted in {duration(tick.seconds)}" if tick.last else f"{tick.step} · {duration(tick.seconds)}"
    parts = [f"{tick.fraction:4.0%}"]
    if not tick.last:
        parts.append(tick.step or tick.table)
    if tick.unit == "rows":
        parts.append(f"{tick.done:,} of {tick.total:,} rows")
    parts.append(size(tick.bytes))
    if tick.seconds > 0:
        rate = (
            f"{tick.done / tick.seconds:,.0f} rows/s" if tick.unit == "rows" else f"{size(tick.bytes / tick.seconds)}/s"
        )
        parts.append(rate)
    left = tick.seconds_left
    if tick.last:
        parts.append(f"in {duration(tick.seconds)}")
    elif left is not None:
        parts.append(f"{duration(left)} left")
    return " · ".join(parts)


def size(count: float) -> str:
    """Bytes for a person, decimal units: ``12.3 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """Time for a person: ``85 ms``, ``4.2 s``, ``3:07 min``."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"


def rates(rows: int, count: int, seconds: float) -> str:
    """Rows and bytes per second: ``1,200,000 rows/s, 88.0 MB/s``."""
    seconds = max(seconds, 0.001)
    return f"{rows / seconds:,.0f} rows/s, {size(count / seconds)}/s"
