"""A DuckDB with bounded memory, whose spill files vanish with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from datalchemy_nb import sandbox
from datalchemy_nb.errors import UsageError

Connection = sandbox.Connection

_LEAST_MB, _MOST_MB = 1_000, 8_000
_MACROS = (
    """CREATE MACRO pg_jsonb_typeof(j) AS CASE WHEN j IS NULL THEN NULL ELSE CASE json_type(j)
         WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string'
         WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END END""",
    "CREATE MACRO pg_array_length(a) AS nullif(len(a), 0)",
    "CREATE MACRO pg_has_key(j, k) AS list_contains(json_keys(j), k)",
)


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes of memory that are free, or that a container may still have; None where the system does not say.

    Args:
        root: where ``proc`` and ``sys`` lie.
    """
    found = []
    with suppress(OSError, ValueError, IndexError):
        told = (root / "proc/meminfo").read_text(encoding="ascii").partition("MemAvailable:")[2]
        found.append(int(told.split()[0]) << 10)
    with suppress(OSError, ValueError):
        most = int((root / "sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
        used = int((root / "sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
        found.append(max(most - used, 0))
    return min(found, default=None)


def _share(free: int | None) -> str:
    """A quarter of the free memory, within bounds that a small machine has and a large one does not miss."""
    return f"{min(max((free or 0) // 4 >> 20, _LEAST_MB), _MOST_MB)}MB"


@contextmanager
def workspace(*, memory_limit: str | None, threads: int | None, files: Sequence[Path] = ()) -> Iterator[Connection]:
    """Open a private DuckDB that spills to a temporary directory and is closed and deleted on exit.

    Args:
        memory_limit: as DuckDB writes it; None for a share of what is free.
        threads: None for all cores.
        files: all that may be read.

    Raises:
        UsageError: the memory limit or thread count is not one DuckDB knows.
    """
    with tempfile.TemporaryDirectory(prefix="datalchemy-evaluate-") as directory:
        limit = memory_limit or _share(free_memory())
        try:
            con = sandbox.open_database(
                memory_limit=limit, threads=threads, readable=files, spill=directory, macros=_MACROS
            )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise UsageError(f"evaluate: {reason}", hint="memory_limit is like '1GB', threads is 1 or more") from None
        try:
            yield con
        finally:
            con.close()


def one_row(con: Connection, sql: str) -> Sequence[Any]:
    """Run a query that always has exactly one row."""
    row = con.execute(sql).fetchone()
    return row if row is not None else ()
