"""One module per part of the table of targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.harness import Bench
from tests.benchmarks.parts.evaluation import evaluation
from tests.benchmarks.parts.floor import floor
from tests.benchmarks.parts.latency import latency
from tests.benchmarks.parts.loading import loading
from tests.benchmarks.parts.memory import memory
from tests.benchmarks.parts.parquet import parquet
from tests.benchmarks.parts.resume import resume
from tests.benchmarks.parts.rivals import rivals
from tests.benchmarks.parts.scaling import scaling
from tests.benchmarks.parts.startup import startup
from tests.benchmarks.parts.tpch import tpch
from tests.benchmarks.parts.wide import wide

PARTS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "floor": floor,
    "tpch": tpch,
    "rivals": rivals,
    "memory": memory,
    "startup": startup,
    "latency": latency,
    "wide": wide,
    "evaluation": evaluation,
    "parquet": parquet,
    "loading": loading,
    "resume": resume,
    "scaling": scaling,
}
