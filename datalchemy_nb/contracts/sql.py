"""PostgreSQL functions that DuckDB lacks, as DuckDB macros."""

from __future__ import annotations

DUCKDB_MACROS: tuple[str, ...] = ()
