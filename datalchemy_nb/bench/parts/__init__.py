"""One module per part of the table of targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from datalchemy_nb.bench.figures import Figure
from datalchemy_nb.bench.harness import Bench
from datalchemy_nb.bench.parts.evaluation import evaluation
from datalchemy_nb.bench.parts.floor import floor
from datalchemy_nb.bench.parts.latency import latency
from datalchemy_nb.bench.parts.loading import loading
from datalchemy_nb.bench.parts.memory import memory
from datalchemy_nb.bench.parts.parquet import parquet
from datalchemy_nb.bench.parts.resume import resume
from datalchemy_nb.bench.parts.rivals import rivals
from datalchemy_nb.bench.parts.scaling import scaling
from datalchemy_nb.bench.parts.tpch import tpch

PARTS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "floor": floor,
    "tpch": tpch,
    "rivals": rivals,
    "memory": memory,
    "latency": latency,
    "evaluation": evaluation,
    "parquet": parquet,
    "loading": loading,
    "resume": resume,
    "scaling": scaling,
}
