"""One finding about a plan, a run or a dataset."""

from __future__ import annotations

from typing import Literal

from datalchemy_nb.contracts.base import Contract

Severity = Literal["error", "warning"]


class Issue(Contract):
    """What validation reports.

    Attributes:
        path: JSON Pointer from the plan's root (``/`` is the root).
        message: what is wrong, with table and column.
        hint: what to do about it.
    """

    severity: Severity
    code: str
    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity} {self.code} at {self.path}: {self.message}{hint}"
