"""Beyond one machine: Dask workers make parts, this process puts them together. The only module that imports Dask.

One task is some blocks of one table. Tasks go out in the order of the rows, a few more than there are threads in the
cluster, so that neither the scheduler nor the place of the parts fills up. The scheduler gives a lost worker's tasks to
another; a part made twice is the same part.
"""

from __future__ import annotations

import contextlib
import gc
import signal
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from multiprocessing import resource_tracker
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from datalchemy_nb.contracts.run import PartManifest
from datalchemy_nb.errors import Cancelled, ConnectionFailed, GenerationError, UsageError
from datalchemy_nb.export.formats import in_order
from datalchemy_nb.export.parts import PART_ROWS, Part, Task, blocks_of, laid, make_part, names_of, part_rows
from datalchemy_nb.export.place import Place, absolute, joined
from datalchemy_nb.export.rundir import PLAN, SCHEMA, RunDirectory
from datalchemy_nb.generate.engine import default_workers

if TYPE_CHECKING:
    from distributed import Client, Future

    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.export.checkpoint import Head
    from datalchemy_nb.export.making import Results, Source
    from datalchemy_nb.resolve.plan import ResolvedPlan

LOCAL = "local"
_CONNECT_SECONDS = 30
_POLL_SECONDS = 0.1
_PARTS = "parts"
_WORKERS_HAVE = {"POLARS_MAX_THREADS": "1", "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
"""Environment of worker processes of this machine. Dask's profiler would look at every thread 100 times a second."""


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Garbage is collected before the block, not within: a client that never connected stops its loop when collected.

    While another one starts, that would wait for itself without end.
    """
    gc.collect()
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Cluster:
    """A Dask cluster for the length of a run.

    Args:
        address: of a scheduler, as ``tcp://host:8786``; ``local`` starts worker processes on this machine.
        workers: how many worker processes ``local`` starts; None = one per core.
        parts: where workers write: a directory they and this process share, or a URL that fsspec opens; None = the
            run directory.
        merge: put the parts together into one file a table, as a local run writes; otherwise they stay.
        part_rows: rows of a part, whole blocks.

    Raises:
        UsageError: the extra is not installed.
        ConnectionFailed: no scheduler answers, or it has no workers.
    """

    def __init__(
        self,
        address: str,
        *,
        workers: int | None = None,
        parts: str | None = None,
        merge: bool = True,
        part_rows: int = PART_ROWS,
    ) -> None:
        self._parts, self._merge, self._part_rows = parts, merge, part_rows
        self._own = address == LOCAL
        self._stack = contextlib.ExitStack()
        self._stayed: defaultdict[TableRef, list[Part]] = defaultdict(list)
        try:
            import distributed
        except ImportError:
            raise UsageError(
                "generate --dask needs Dask's scheduler, which is not installed",
                hint="install this package with its extra dask, as in: pip install '.[dask]'",
            ) from None
        self._distributed = distributed
        self._client: Client = self._stack.enter_context(self._connected(address, workers or default_workers()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    @contextlib.contextmanager
    def _connected(self, address: str, workers: int) -> Iterator[Any]:
        with contextlib.ExitStack() as stack:
            if address == LOCAL:
                target: Any = stack.enter_context(self._processes(workers))
            else:
                target = address
            try:
                with _uncollected():
                    client = self._distributed.Client(target, timeout=_CONNECT_SECONDS, set_as_default=False)
                stack.enter_context(client)
                client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            except TimeoutError:
                raise ConnectionFailed(
                    f"the Dask scheduler at {address} has no workers", hint=f"start some: dask worker {address}"
                ) from None
            except (OSError, ValueError, AssertionError):  # a host of no known form is asserted about, not refused
                raise ConnectionFailed(
                    f"no Dask scheduler answers at {address}",
                    hint="start one (dask scheduler) and name its address, or use --dask local",
                ) from None
            yield client

    def _processes(self, workers: int) -> Any:
        """Start worker processes, each with one thread; more would only compete for the cores."""
        with _interrupts_held():
            return self._distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs="ERROR",
                env=_WORKERS_HAVE,
                preload=["datalchemy_nb.export.worker"],
            )

    @property
    def threads(self) -> int:
        """Threads of all workers at this moment."""
        return sum(self._client.nthreads().values())

    def stay(self, directory: RunDirectory) -> str | None:
        """Where the parts of a run stay; None if they are merged into its files."""
        return None if self._merge else self._place(directory)

    def _place(self, directory: RunDirectory) -> str:
        if self._parts is None:
            return absolute(str(directory.path / _PARTS))
        return joined(absolute(self._parts), directory.path.name)

    def source(
        self, plan: ResolvedPlan, directory: RunDirectory, head: Head, cancelled: Callable[[], bool]
    ) -> tuple[Source, Callable[[TableRef], Sequence[PartManifest]]]:
        """Return what makes the chunks, and what tells the parts of a table that stay."""
        url = self._place(directory)
        formats = in_order(head.formats)

        def results(done: Mapping[TableRef, int]) -> Results:
            place = Place(url)
            for name in (PLAN, SCHEMA):
                place.write_text(name, (directory.path / name).read_text(encoding="utf-8"))
            with place.room() as room:
                # Workers of this machine are this package and this user.
                ready = laid(plan, room) if self._own else None
                tasks = (
                    Task(url, ref, first, min(first + rows, table.rows), formats, head, ready)
                    for ref, table in plan.tables.items()
                    for rows in [part_rows(table.rows, self._part_rows)]
                    for first in range(done.get(ref, 0), table.rows, rows)
                )
                for part in self._made(tasks, directory.run_id, cancelled):
                    yield from blocks_of(place, part if self._own else part.unmarked, read=self._merge)
                    if self._merge:
                        place.remove(*names_of(part).values())
            if self._merge:
                place.remove_all()

        shown = _PARTS if self._parts is None else url
        return results, lambda ref: () if self._merge else self._manifests(shown, ref)

    def _made(self, tasks: Iterator[Task], run_id: str, cancelled: Callable[[], bool]) -> Iterator[Part]:
        """Yield parts in order, as they come."""
        pending: deque[tuple[Task, Future[Part]]] = deque()
        try:
            while True:
                room = 2 * self.threads + 2 - len(pending)
                pending.extend((task, self._submitted(task, run_id)) for task in islice(tasks, max(room, 0)))
                if not pending:
                    return
                task, future = pending[0]
                part = self._result(task, future, cancelled)
                pending.popleft()
                future.release()
                if not self._merge:
                    self._stayed[task.ref].append(part)
                yield part
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([future for _, future in pending])

    def _submitted(self, task: Task, run_id: str) -> Future[Part]:
        key = f"datalchemy-{run_id}-{task.name}"
        return self._client.submit(make_part, task, key=key, pure=False)

    def _result(self, task: Task, future: Future[Part], cancelled: Callable[[], bool]) -> Part:
        """Wait for a part, but not deaf to a wish to stop."""
        while True:
            if cancelled():
                raise Cancelled("stopped on request")
            try:
                return future.result(timeout=_POLL_SECONDS)
            except (TimeoutError, UnboundLocalError):
                # where its wait is cut short on a busy machine, distributed's client returns a name without a value
                if future.status == "error":
                    raise
            except self._distributed.CancelledError:
                raise ConnectionFailed(
                    "the Dask scheduler is gone", hint="start it again, and resume the run (--resume)"
                ) from None
            except self._distributed.KilledWorker:
                raise GenerationError(
                    f"{task.ref}: several workers died making rows {task.first:,} to {task.stop - 1:,}",
                    hint="their logs say why; it is often memory, of which half a gigabyte a thread is enough",
                ) from None
            except ImportError as error:
                raise UsageError(
                    f"a worker cannot run this package: {error}",
                    hint="install the same version of datalchemy_nb on every worker",
                ) from None

    def _manifests(self, url: str, ref: TableRef) -> tuple[PartManifest, ...]:
        parts = self._stayed[ref]
        formats = list(parts[0].files) if parts else []
        return tuple(
            PartManifest(
                file=joined(url, part.files[suffix].file),
                first_row=part.first_row,
                rows=part.rows,
                bytes=part.files[suffix].bytes,
                sha256=part.files[suffix].sha256,
            )
            for suffix in formats
            for part in parts
        )


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait until worker processes have started; they inherit that it is none of theirs."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started later, it would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
