"""The signal that an expression cannot be checked here."""

from __future__ import annotations


class Unsupported(Exception):  # noqa: N818 - a signal between modules of the judge, never seen by users
    """An expression uses something whose meaning DuckDB cannot be trusted to share with PostgreSQL."""
