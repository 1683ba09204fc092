"""One finding about a plan, a run or a dataset."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef

Severity = Literal["error", "warning"]


def _is_none(value: object) -> bool:
    return value is None


class Issue(Contract):
    """What validation reports; of what it is about, only what is known stands in JSON.

    Attributes:
        path: JSON Pointer from the plan's root (``/`` is the root).
        message: what is wrong, with table and column.
        hint: what to do about it.
        table: the table whose rows it is about.
        column: the column of that table.
        constraint: the constraint or index, by the name that the feasibility report gives it.
        asked: rows that the plan asks for.
        possible: rows that there can be at most.
        cause: why, without the place; part of the message.
    """

    severity: Severity
    code: str
    path: str
    message: str
    hint: str | None = None
    table: TableRef | None = Field(default=None, exclude_if=_is_none)
    column: str | None = Field(default=None, exclude_if=_is_none)
    constraint: str | None = Field(default=None, exclude_if=_is_none)
    asked: int | None = Field(default=None, exclude_if=_is_none)
    possible: int | None = Field(default=None, exclude_if=_is_none)
    cause: str | None = Field(default=None, exclude_if=_is_none)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity} {self.code} at {self.path}: {self.message}{hint}"
