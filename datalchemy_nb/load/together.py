"""Tables that no foreign key joins, loaded over several connections, each in a transaction of its own.

No transaction commits before all parts have come to their end: a refused row anywhere keeps nothing of any. Only a
server or connection that is lost between the first commit and the last can leave some parts kept and others not, and
the message says which.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Protocol

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.load import LoadReport
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError, LoadError
from datalchemy_nb.load.source import RowSource

_POLL_S = 0.1
Part = dict[TableRef, RowSource]


class Rest(LoadError):
    """A part that was given up because another one failed."""


class Rendezvous:
    """Where the parts wait for one another before any commits."""

    def __init__(self, parts: int) -> None:
        self._left, self._lock, self._done = parts, Lock(), Event()
        self._failed = False

    def ready(self, cancelled: Callable[[], bool]) -> None:
        """Wait until all parts are ready.

        Raises:
            Rest: another part failed.
            Cancelled: asked to stop.
        """
        with self._lock:
            self._left -= 1
            if not self._left:
                self._done.set()
        while not self._done.wait(_POLL_S):
            if cancelled():
                raise Cancelled("the load was stopped; nothing was kept")
        if self._failed:
            raise Rest("another part of the load failed; nothing was kept")

    def fail(self) -> None:
        """Let nobody commit who has not yet."""
        self._failed = True
        self._done.set()


class Load(Protocol):
    """Loads one part, and calls `ready` at the end of its transaction."""

    def __call__(self, part: Part, ready: Callable[[], None]) -> LoadReport: ...


def parts_of(sources: Mapping[TableRef, RowSource], schema: DatabaseSchema, connections: int) -> list[Part]:
    """Divide tables so that no foreign key leads from one part to another, not even over tables that stay outside."""
    group = {partition_root(ref, schema): partition_root(ref, schema) for ref in schema.tables}

    def root(ref: TableRef) -> TableRef:
        while group.setdefault(ref, ref) != ref:
            ref = group[ref]
        return ref

    for ref, table in schema.tables.items():
        for key in table.foreign_keys:
            one, other = sorted((root(partition_root(ref, schema)), root(partition_root(key.target, schema))))
            group[other] = one
    joined: dict[TableRef, Part] = {}
    for ref, source in sources.items():
        joined.setdefault(root(partition_root(ref, schema)), {})[ref] = source
    parts: list[Part] = [{} for _ in range(min(connections, len(joined)))]
    for component in sorted(joined.values(), key=lambda part: -_size(part.values())):
        min(parts, key=lambda part: _size(part.values())).update(component)
    return parts


def _size(sources: Iterable[RowSource]) -> int:
    return sum(source.size for source in sources)


def load_parts(parts: Sequence[Part], load: Load, cancelled: Callable[[], bool]) -> LoadReport:
    """Load every part on a thread of its own.

    Raises:
        LoadError: the first failure; or, where the server was lost among the commits, what was kept and what not.
    """
    started = time.perf_counter()
    meeting = Rendezvous(len(parts))

    def one(part: Part) -> LoadReport | DatalchemyError:
        try:
            return load(part, lambda: meeting.ready(cancelled))
        except DatalchemyError as error:
            meeting.fail()
            return error
        except BaseException:
            meeting.fail()
            raise

    with ThreadPoolExecutor(len(parts), thread_name_prefix="datalchemy-load") as pool:
        found = list(pool.map(one, parts))
    failures = [error for error in found if isinstance(error, DatalchemyError)]
    reports = [report for report in found if isinstance(report, LoadReport)]
    if failures and any(report.committed for report in reports):
        kept = ", ".join(str(table.ref) for report in reports for table in report.tables)
        raise LoadError(
            f"the load was cut off among its commits: rows of {kept} are kept, those of the other tables are not "
            f"({failures[0].message})",
            hint="load the other tables by themselves (--tables), or empty these",
        )
    if failures:
        raise next((error for error in failures if not isinstance(error, Rest)), failures[0])
    return _one_report(reports, time.perf_counter() - started)


def _one_report(reports: Sequence[LoadReport], seconds: float) -> LoadReport:
    first = reports[0]
    phases: dict[str, float] = {}
    for report in reports:
        for name, spent in report.phases.items():
            phases[name] = max(phases.get(name, 0.0), spent)
    lists = ("tables", "triggers", "rebuilt", "kept_on", "commit_needs", "dropped_and_readded", "deferred", "truncated")
    joined = {name: tuple(dict.fromkeys(x for r in reports for x in getattr(r, name))) for name in lists[2:]}
    return first.model_copy(
        update={
            **joined,
            "tables": tuple(table for report in reports for table in report.tables),
            "triggers": tuple(trigger for report in reports for trigger in report.triggers),
            "rows": sum(report.rows for report in reports),
            "bytes": sum(report.bytes for report in reports),
            "seconds": seconds,
            "phases": phases,
            "connections": len(reports),
            "sequences": {name: value for report in reports for name, value in report.sequences.items()},
        }
    )
