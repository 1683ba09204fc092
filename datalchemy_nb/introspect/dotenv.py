"""``DATABASE_URL`` from a .env file; it is read when asked for, and only this one name."""

from __future__ import annotations

import re
from pathlib import Path

from datalchemy_nb.errors import UsageError

NAME = "DATABASE_URL"
_LINE = re.compile(rf"\s*(?:export\s+)?{NAME}\s*=\s*(?P<value>.*)")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<text>.*?)(?P=quote)\s*(?:#.*)?")
_COMMENT = re.compile(r"\s#.*")


def database_url(path: Path) -> str:
    """Return what the file says, the last time it does; quotes and a comment behind it are not part of it.

    Raises:
        UsageError: the file cannot be read, or does not say it. What stands in it is never quoted.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no text file"
        raise UsageError(f"cannot read {str(path)[:80]!r}: {told}", hint="name the .env file") from None
    found = [_bare(match["value"]) for line in lines if (match := _LINE.fullmatch(line))]
    if not found or not found[-1]:
        raise UsageError(f"{path} says nothing of {NAME}", hint=f"write {NAME}=postgresql://user@host/database in it")
    return found[-1]


def _bare(value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    return quoted["text"] if quoted else _COMMENT.sub("", value).strip()
