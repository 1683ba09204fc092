"""What a row costs when there are very many, and what it costs to let other processes make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.demo import crm_sql
from datalchemy_nb.export.making import make
from datalchemy_nb.generate.engine import Chunk
from datalchemy_nb.generate.rows import Engine
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, Spent, ratios, seconds, timed
from tests.benchmarks.plans import crm, one_table

_SIZES = (10**6, 10**8, 10**10, 10**12)
_BLOCKS = 4
_CONTACTS = TableRef("crm", "contatos")


def scaling(bench: Bench) -> Iterator[Figure]:
    """Blocks from all over tables of up to 10^12 rows; then a run on processes against one on threads."""
    yield _cost_of_a_row(bench)
    if find_spec("distributed") is not None:
        yield _processes(bench)


def _cost_of_a_row(bench: Bench) -> Figure:
    session = bench.session("crm", crm_sql())
    work = {f"{size:,}": _blocks(Engine(session.resolved(one_table(size))), size) for size in _SIZES}
    for each in work.values():
        each()
    spent = bench.rounds(work)
    first, last = f"{_SIZES[0]:,}", f"{_SIZES[-1]:,}"
    return Figure(
        part="scaling",
        title=f"a row of a table of {last} rows against one of {first} rows",
        value=ratios(spent[last], spent[first], "processor time", cpu=True),
        limit=1.25,
        details=tuple(_per_million(spent[name], f"a million rows of {name}") for name in work),
        note=f"crm.contatos, nine columns, {_BLOCKS} blocks of {BLOCK_ROWS:,} rows from all over the table, to CSV and "
        "digests on one thread, nothing written",
    )


def _blocks(engine: Engine, size: int) -> Callable[[], None]:
    def work() -> None:
        for number in range(_BLOCKS):
            start = (size - BLOCK_ROWS) * number // max(_BLOCKS - 1, 1) // BLOCK_ROWS * BLOCK_ROWS
            make(engine, Chunk(_CONTACTS, start, start + BLOCK_ROWS), ("csv",))

    return work


def _per_million(spent: list[Spent], label: str) -> Sample:
    rows = _BLOCKS * BLOCK_ROWS
    return Sample(label=label, unit="s of processor time", values=tuple(s.cpu / rows * 1e6 for s in spent))


def _processes(bench: Bench) -> Figure:
    session = bench.session("crm", crm_sql())
    session.resolved(crm(bench.rows))

    def run(dask: str | None) -> None:
        with bench.scratch() as here:
            session.generate(out_dir=here, dask=dask)

    starting = tuple(timed(_workers).wall for _ in range(bench.runs))
    spent = bench.rounds({"threads": lambda: run(None), "dask": lambda: run("local")})
    return Figure(
        part="scaling",
        title="a run on Dask worker processes of this machine against threads",
        value=ratios(spent["dask"], spent["threads"], "clock"),
        limit=1.5,
        details=(
            Sample(label="of which starting the workers", unit="s", values=starting),
            *seconds(spent["dask"], "--dask local"),
            *seconds(spent["threads"], "threads"),
        ),
        note="full_stack_ptbr; starting the workers, writing the parts and reading them again included",
    )


def _workers() -> None:
    """As many worker processes as a run of this machine starts, which do nothing."""
    from datalchemy_nb.export.cluster import Cluster

    with Cluster("local", workers=None, parts=None, merge=True):
        pass
