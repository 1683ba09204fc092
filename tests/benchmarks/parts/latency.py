"""What one waits for: importing, reading a catalog, checking a plan, looking at rows, the first bytes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from datalchemy_nb.demo import crm_sql
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.session import Session
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, timed
from tests.benchmarks.plans import crm

TABLES = 300
FAR = 1_000_000_000
_WIDEST = "crm.atividades"
_LOAD_EXT = (
    "from IPython.core.interactiveshell import InteractiveShell as S; S().run_line_magic('load_ext', 'datalchemy_nb')"
)


def latency(bench: Bench) -> Iterator[Figure]:
    """Milliseconds, warm unless said otherwise."""
    yield _figure(bench, "import of the package, in a new process", 1_000, lambda: _python("import datalchemy_nb"))
    yield _figure(bench, "%load_ext datalchemy_nb, in a new IPython", 1_500, lambda: _python(_LOAD_EXT))
    yield _catalog(bench)
    session = bench.session("crm", crm_sql())
    plan = crm(bench.rows)
    yield _figure(bench, "drafting a plan for the CRM's tables", 1_000, lambda: _drafted(session))
    yield _figure(bench, "validating full_stack_ptbr", 1_000, lambda: session.validate(dict(plan)))
    far = {**plan, "targets": [{**t, "rows": 2 * FAR} for t in plan["targets"] if t["table"] == "atividades"]}
    session.resolved(
        {**plan, "targets": [*(t for t in plan["targets"] if t["table"] != "atividades"), *far["targets"]]}
    )
    for offset in (0, FAR):
        title = f"preview of 20 rows of {_WIDEST} at row {offset:,}"
        yield _figure(bench, title, 50, lambda offset=offset: session.preview(_WIDEST, rows=20, offset=offset))  # type: ignore[misc]
    yield _first_bytes(bench)


def _figure(bench: Bench, title: str, limit: float, work: Callable[[], object]) -> Figure:
    bench.say(title)
    work()
    values = tuple(timed(work).wall * 1000 for _ in range(max(bench.runs, 5)))
    return Figure(part="latency", title=title, value=Sample(label="clock", unit="ms", values=values), limit=limit)


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def _drafted(session: Session) -> None:
    other = Session()
    other.schema = session.schema
    other.show_plan(draft=True, base_date="2025-01-01")


def _catalog(bench: Bench) -> Figure:
    """Introspection of 300 tables of ten columns, each with a key to the one before."""
    ddl = "".join(
        f"CREATE TABLE t{i} (id bigint PRIMARY KEY, up bigint {f'REFERENCES t{i - 1}' if i else ''}, "
        + ", ".join(f"c{j} text NOT NULL" for j in range(8))
        + ");"
        for i in range(TABLES)
    )
    bench.session("catalog", ddl)
    session, url = Session(), bench.server.url("catalog")
    return _figure(bench, f"introspection of {TABLES} tables", 1_000, lambda: session.introspect(url))


def _first_bytes(bench: Bench) -> Figure:
    """From calling generate to the end of the first chunk of a large run."""
    session = bench.session("crm", crm_sql())
    session.resolved(crm(bench.rows))
    values = []
    for _ in range(max(bench.runs, 5)):
        started = time.perf_counter()
        seen: list[float] = []

        def listen(event: object, seen: list[float] = seen) -> None:
            seen.append(time.perf_counter())
            raise KeyboardInterrupt

        with bench.scratch() as here:
            try:
                session.generate(out_dir=here / "runs", on_progress=listen)
            except Cancelled:
                values.append((seen[0] - started) * 1000)
    value = Sample(label="clock", unit="ms", values=tuple(values))
    return Figure(part="latency", title="first rows of a run on disk", value=value, limit=1_000)
