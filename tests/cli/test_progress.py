"""When progress is shown, and how it reads."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from datalchemy_nb import progress
from datalchemy_nb.commands.terminal import Elapsed, TerminalProgress, error_lines
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import Cancelled, DatalchemyError, PlanInvalid
from datalchemy_nb.progress import Meter, Step, Tick, duration, progress_line, rates, size
from datalchemy_nb.results import mimebundle

TABLE = TableRef("s", "t")


@dataclass
class Event:
    """What generating reports."""

    rows: int
    all_rows: int
    seconds: float
    ref: TableRef = TABLE
    rows_total: int = 100
    all_rows_total: int = 1000
    bytes: int = 10


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


def feed(meter: Meter, clock: Clock, *, seconds: float, steps: int, first: int = 0) -> None:
    for i in range(1, steps + 1):
        clock.now += seconds / steps
        meter(Event(rows=i % 100, all_rows=first + i, seconds=seconds * i / steps))


class TestMeter:
    def test_short_work_shows_nothing(self, clock: Clock) -> None:
        shown: list[Tick] = []
        meter = Meter(shown.append)
        feed(meter, clock, seconds=0.9, steps=90)
        meter.close()
        assert shown == []

    def test_at_most_ten_times_a_second_and_the_last_state(self, clock: Clock) -> None:
        shown: list[Tick] = []
        meter = Meter(shown.append)
        feed(meter, clock, seconds=3.0, steps=900)
        meter.close()
        assert 15 <= len(shown) <= 22
        assert (shown[-1].last, shown[-1].done) == (True, 900)
        assert all(tick.seconds >= 1.0 for tick in shown)

    def test_a_draft_says_what_it_does_and_for_how_long(self, clock: Clock) -> None:
        shown: list[Tick] = []
        meter = Meter(shown.append)
        for number in range(30):
            meter(Step(f"table {number} of 30"))
            clock.now += 0.1
        meter.close()
        assert progress_line(shown[0]).startswith("table 1")
        assert progress_line(shown[-1]) == "drafted in 2.9 s"
        assert "table 2" in mimebundle(shown[-2])["text/plain"]

    def test_the_next_run_is_counted_anew(self, clock: Clock) -> None:
        shown: list[Tick] = []
        meter = Meter(shown.append)
        feed(meter, clock, seconds=3.0, steps=300)
        clock.now += 60
        feed(meter, clock, seconds=3.0, steps=100)
        meter.close()
        assert [tick.last for tick in shown].count(True) == 2
        assert max(tick.seconds for tick in shown) < 3.1


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestTerminal:
    def test_one_line_is_written_over(self, clock: Clock) -> None:
        screen = Screen()
        sink = TerminalProgress(screen)
        feed(sink.meter, clock, seconds=3.0, steps=300)
        sink.close()
        assert screen.getvalue().count("\n") == 1
        assert screen.getvalue().count("\r") > 5

    def test_elsewhere_a_line_per_table(self, clock: Clock) -> None:
        stream = io.StringIO()
        sink = TerminalProgress(stream)
        for i in range(1, 301):
            clock.now += 0.01
            sink.meter(Event(rows=100 if i % 100 == 0 else i % 100, all_rows=i, seconds=i / 100))
        sink.close()
        assert len(stream.getvalue().splitlines()) == 3
        assert "\r" not in stream.getvalue()

    def test_short_waiting_is_silent(self) -> None:
        screen = Screen()
        with Elapsed("evaluate", screen):
            pass
        assert screen.getvalue() == ""

    def test_long_waiting_tells_the_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("datalchemy_nb.commands.terminal.QUIET_SECONDS", 0.01)
        screen = Screen()
        with Elapsed("evaluate", screen):
            import time

            time.sleep(0.2)
        assert "evaluate …" in screen.getvalue()
        assert screen.getvalue().endswith("\r\x1b[K")


def test_a_line_of_progress() -> None:
    tick = Tick("s.t", 10, 100, 500, 1000, "rows", 5_000_000, 2.0)
    assert progress_line(tick) == " 50% · s.t · 500 of 1,000 rows · 5.0 MB · 250 rows/s · 2.0 s left"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (5e12, "5.0 TB")]
)
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0004, "0 ms"), (0.0854, "85 ms"), (0.9999, "1.0 s"), (4.21, "4.2 s"), (187, "3:07 min"), (3725, "1:02:05 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_rates_of_an_instant() -> None:
    assert rates(10, 100, 0.0) == "10,000 rows/s, 100.0 kB/s"


class TestErrorLines:
    def test_message_and_hint(self) -> None:
        assert error_lines(Cancelled("stopped", hint="go on")) == ["datalchemy: stopped", "Hint: go on"]

    def test_at_least_two_lines_and_at_most_five(self) -> None:
        from datalchemy_nb.contracts.issue import Issue

        issues = [Issue(severity="error", code="x", path=f"/rules/{i}", message="bad") for i in range(9)]
        assert len(error_lines(DatalchemyError("bad"))) == 2
        lines = error_lines(PlanInvalid("bad", issues=issues, hint="mend it"))
        assert len(lines) == 5
        assert lines[1] == "  also at /rules/1: bad"
        assert lines[-1] == "Hint: mend it"
