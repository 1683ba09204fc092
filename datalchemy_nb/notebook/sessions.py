"""Several sessions in one notebook, each with its own connection, schema and plan: ``--as NAME``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from datalchemy_nb.errors import UsageError

if TYPE_CHECKING:
    from datalchemy_nb.results.base import SessionLine, SessionList
    from datalchemy_nb.session import Session

FIRST = "main"
OPTION = "--as"
LIST = "sessions"
_NAME = re.compile(r"[A-Za-z_][\w-]{0,39}")


def take_name(words: list[str]) -> tuple[str | None, list[str]]:
    """Take ``--as NAME`` out of the words of a line.

    Raises:
        UsageError: no name follows, or it is none.
    """
    for place, word in enumerate(words):
        flag, equals, name = word.partition("=")
        if flag != OPTION:
            continue
        rest = words[place + 1 :]
        if not equals:
            name, rest = (rest[0], rest[1:]) if rest else ("", [])
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name[:40]!r} is no name of a session", hint="write --as crm")
        return name, [*words[:place], *rest]
    return None, words


class Sessions:
    """Sessions by name; one of them is in use.

    Args:
        make: makes a session.
    """

    def __init__(self, make: Callable[[], Session]) -> None:
        self._make = make
        self.by_name: dict[str, Session] = {}
        self.current = FIRST

    @property
    def started(self) -> Session | None:
        """The session in use, if it was needed yet."""
        return self.by_name.get(self.current)

    @property
    def session(self) -> Session:
        """The session in use, made when first needed."""
        if self.current not in self.by_name:
            self.by_name[self.current] = self._make()
        return self.by_name[self.current]

    def listed(self) -> SessionList:
        """All of them, as a result."""
        from datalchemy_nb.results.base import SessionList

        names = list(dict.fromkeys((*self.by_name, self.current)))
        return SessionList(tuple(self._line(name) for name in names))

    def close(self) -> None:
        """Close them all."""
        for session in self.by_name.values():
            session.close()

    def _line(self, name: str) -> SessionLine:
        from datalchemy_nb.results.base import SessionLine

        session = self.by_name.get(name)
        schema, plan = (session.schema, session.plan) if session is not None else (None, None)
        return SessionLine(
            name,
            session.database if session is not None else "",
            len(schema.tables) if schema is not None else 0,
            len(plan.targets) if plan is not None else 0,
            name == self.current,
        )
