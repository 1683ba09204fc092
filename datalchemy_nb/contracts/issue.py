"""One finding about a plan, a run or a dataset."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import brief

Severity = Literal["error", "warning"]
Words = Annotated[str, AfterValidator(brief)]
"""What is said to a person; it may quote an expression of any length, and is cut."""


def _is_none(value: object) -> bool:
    return value is None


def _is_empty(value: tuple[str, ...]) -> bool:
    return not value


class Issue(Contract):
    """What validation reports; of what it is about, only what is known stands in JSON.

    Attributes:
        path: JSON Pointer from the plan's root (``/`` is the root).
        message: what is wrong, with table and column.
        hint: what to do about it.
        table: the table whose rows it is about.
        column: the column of that table.
        constraint: the constraint or index, by the name that the feasibility report gives it.
        reads: the columns of that table that the constraint is about, where it is about several.
        asked: rows that the plan asks for.
        possible: rows that there can be at most.
        cause: why, without the place; part of the message.
    """

    severity: Severity
    code: str
    path: str
    message: Words
    hint: Words | None = None
    table: TableRef | None = Field(default=None, exclude_if=_is_none)
    column: str | None = Field(default=None, exclude_if=_is_none)
    constraint: str | None = Field(default=None, exclude_if=_is_none)
    reads: tuple[str, ...] = Field(default=(), exclude_if=_is_empty)
    asked: int | None = Field(default=None, exclude_if=_is_none)
    possible: int | None = Field(default=None, exclude_if=_is_none)
    cause: Words | None = Field(default=None, exclude_if=_is_none)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity} {self.code} at {self.path}: {self.message}{hint}"
