"""Every error this package raises on purpose.

    DatalchemyError
    ├── ConnectionFailed      the server cannot be reached or refuses us
    ├── IntrospectionError    the catalog cannot be read
    ├── ContractError         a plan, schema, manifest or metrics file is malformed
    ├── PlanInvalid           the plan contradicts itself or the schema; carries issues
    ├── Infeasible            the plan asks for more than a domain or key can hold
    ├── GenerationError       a row could not be made (attempts used up)
    │   └── TooSlow           an expression takes longer than its rows are worth
    ├── OutputError           a directory or file cannot be written or read
    ├── RunNotFound           a path or id names no run
    ├── GoldenError           a golden is missing, exists already or is malformed
    ├── LoadError             PostgreSQL refused a row
    ├── UsageError            a verb was called with the wrong words
    └── Cancelled             the user stopped the work

An error has a one-line message that names the place, and a hint that names the cure. `str(error)` is both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

_CREDENTIALS = re.compile(r"(\b[a-z][a-z0-9+.\-]*://)(?![\w.%\-]*(?::\*\*\*)?@[^@\n]*(?:\n|\Z))[^\n]*@", re.IGNORECASE)
_SECRET_PAIR = re.compile(
    r"(\b(?:\w*password|passwd|pwd|passphrase|\w*secret|\w*token|\w*api_?key)\s*=\s*)"
    r"(?:'(?:[^'\\\n]|\\.)*'|[^\s&'\"]+)",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Hide what may be credentials in free text: all before the last ``@`` of a URL, and values called passwords.

    A user's name alone, or with ``***`` behind it, stays.
    """
    return _SECRET_PAIR.sub(r"\1***", _CREDENTIALS.sub(r"\1***@", text))


LONGEST_MESSAGE, LONGEST_HINT = 1_000, 4_000
"""Characters. A hint may be a statement to copy, so it has more room."""


def brief(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Cut a text that a person reads, and say how long it was: expressions of others have no bounds."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()}… ({len(text):,} characters)"


class DatalchemyError(Exception):
    """Base of the tree.

    Args:
        message: one line: what is wrong, and where.
        hint: one line: what to do about it.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        # A message may echo a word of the caller's, and the word may be a connection string in the wrong place.
        self.message = brief(without_secrets(message))
        self.hint = hint if hint is None else brief(without_secrets(hint), LONGEST_HINT)
        super().__init__(self.message)

    @property
    def details(self) -> tuple[str, ...]:
        """Lines between message and hint."""
        return ()

    def __str__(self) -> str:
        return "\n".join([self.message, *self.details, *([f"Hint: {self.hint}"] if self.hint else [])])

    def _render_traceback_(self) -> list[str]:
        """IPython calls this in place of its own traceback."""
        return f"{type(self).__name__}: {self}".splitlines()


class ConnectionFailed(DatalchemyError):
    """The server cannot be reached or refuses the connection."""


class IntrospectionError(DatalchemyError):
    """The catalog cannot be read."""


class ContractError(DatalchemyError):
    """A plan, schema, manifest, metrics or golden file is malformed."""


class PlanInvalid(DatalchemyError):
    """The plan contradicts itself or the schema.

    Attributes:
        issues: every issue found, errors first (`datalchemy_nb.contracts.issue.Issue`).
    """

    def __init__(self, message: str, *, issues: Iterable[Any] = (), hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.issues = tuple(issues)


class Infeasible(PlanInvalid):
    """The plan asks for more distinct values than a domain or key can hold."""


class GenerationError(DatalchemyError):
    """A row could not be made within the allowed attempts.

    Attributes:
        columns: those of the table that the row could not be made for, as far as they are known.
    """

    def __init__(self, message: str, *, hint: str | None = None, columns: Iterable[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.columns = tuple(columns)


class TooSlow(GenerationError):
    """An expression of the plan or schema takes too long."""


class OutputError(DatalchemyError):
    """A directory or file cannot be written or read."""


class RunNotFound(DatalchemyError):
    """A path or id names no run."""


class GoldenError(DatalchemyError):
    """A golden is missing, exists already or is malformed."""


class LoadError(DatalchemyError):
    """PostgreSQL refused a row, or the target tables do not fit the run.

    Attributes:
        refusal: the row, redacted (`datalchemy_nb.contracts.load.Refusal`); None if no row is at fault.
    """

    def __init__(self, message: str, *, hint: str | None = None, refusal: Any = None) -> None:
        super().__init__(message, hint=hint)
        self.refusal = refusal

    @property
    def details(self) -> tuple[str, ...]:
        """The refused row: which of its fields hold something."""
        row = self.refusal.row if self.refusal is not None else {}
        shown = ", ".join(f"{name} {cell or '(empty)'}" for name, cell in row.items())
        return (brief(f"Row: {shown}"),) if shown else ()


class UsageError(DatalchemyError):
    """A verb was called with the wrong words."""


class Cancelled(DatalchemyError):
    """The user stopped the work; what was finished is kept."""

    exit_code = 130


class BytesMoved(UserWarning):
    """A run will not have the bytes of an earlier one of the same plan."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean 'x'?`` for the closest known word, or None."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None
