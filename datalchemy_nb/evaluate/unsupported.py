"""The signal that an expression cannot be checked here."""

from __future__ import annotations


class Unsupported(Exception):
    """An expression uses something whose meaning DuckDB may not share with PostgreSQL; never leaves the judge."""
