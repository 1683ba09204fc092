"""What a trigger's function does to a row, as far as its text is plain: columns set, conditions under which it raises.

Read are assignments to columns of NEW, IF with such in its branches, RAISE, and RETURN at the end. Anything else
(queries, loops, variables, exceptions caught, dynamic SQL) leaves the whole unread: then nothing is said of it.
"""

from __future__ import annotations

import re

from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.records import dataclass

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")+"|[A-Za-z_][\w$]*|\d+(?:\.\d+)?|:=|::|[<>=!~|&^%*/+-]+|\S""")
_NEW = re.compile(r'\bNEW\s*\.\s*("(?:[^"]|"")+"|[A-Za-z_][\w$]*)', re.IGNORECASE)
_FOREIGN = re.compile(r"\b(SELECT|OLD|TG_\w+|FOUND|EXISTS|EXECUTE|QUERY|nextval|current_setting)\b", re.IGNORECASE)
_OTHER = re.compile(r"\bNEW\b|\b[BENUX] '|\$", re.IGNORECASE)
_HARMLESS = frozenset({"NOTICE", "INFO", "DEBUG", "WARNING", "LOG"})


@dataclass(frozen=True)
class Reading:
    """What a function does to a row that is inserted.

    Attributes:
        sets: columns that it may set, with the expression over the row's columns, in order.
        raises: conditions over the row's columns under which it raises.
    """

    sets: tuple[tuple[str, str], ...]
    raises: tuple[str, ...]


class _UnreadError(Exception):
    """The text holds something that is not read."""


def read_body(body: str) -> Reading | None:
    """Return what a PL/pgSQL trigger function does to an inserted row, or None where its text is not plain."""
    tokens = _TOKEN.findall(_COMMENT.sub(" ", body))
    try:
        reader = _Reader(tokens)
        reader.whole()
    except (_UnreadError, IndexError):
        return None
    return Reading(tuple(reader.sets), tuple(reader.raises))


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0
        self._returns = False
        self.sets: list[tuple[str, str]] = []
        self.raises: list[str] = []

    def _next(self) -> str:
        return self._tokens[self._at].upper() if self._at < len(self._tokens) else ""

    def _take(self, *words: str) -> None:
        for word in words:
            if self._next() != word:
                raise _UnreadError
            self._at += 1

    def _until(self, *ends: str) -> str:
        """The text up to one of some words, outside of parentheses and CASE."""
        depth, start = 0, self._at
        while depth or self._next() not in ends:
            word = self._next()
            if not word or word == ";":
                raise _UnreadError
            depth += word in ("(", "CASE")
            depth -= word in (")", "END")
            self._at += 1
        return " ".join(self._tokens[start : self._at])

    def whole(self) -> None:
        self._take("BEGIN")
        self._statements((), top=True)
        if not self._returns:
            raise _UnreadError  # every row ends in an error
        self._take("END")
        if self._next() == ";":
            self._at += 1
        if self._next():
            raise _UnreadError

    def _statements(self, under: tuple[str, ...], *, top: bool = False) -> None:
        while self._next() not in ("END", "ELSE", "ELSIF", "ELSEIF"):
            match self._next():
                case "IF":
                    self._branch(under)
                case "RAISE":
                    self._raise(under)
                case "NULL":
                    self._take("NULL", ";")
                case "RETURN" if top:
                    self._take("RETURN", "NEW", ";")
                    self._returns = True
                    if self._next() != "END":
                        raise _UnreadError
                case "NEW":
                    self._assign()
                case _:
                    raise _UnreadError

    def _branch(self, under: tuple[str, ...]) -> None:
        self._take("IF")
        conditions = [over_row(self._until("THEN"))]
        self._take("THEN")
        self._statements((*under, conditions[0]))
        while self._next() in ("ELSIF", "ELSEIF", "ELSE"):
            before = tuple(f"({one}) IS NOT TRUE" for one in conditions)
            if self._next() == "ELSE":
                self._at += 1
                self._statements((*under, *before))
                break
            self._at += 1
            conditions.append(over_row(self._until("THEN")))
            self._take("THEN")
            self._statements((*under, *before, conditions[-1]))
        self._take("END", "IF", ";")

    def _raise(self, under: tuple[str, ...]) -> None:
        self._take("RAISE")
        level = self._next()
        depth = 0
        while depth or self._next() != ";":
            if not self._next():
                raise _UnreadError
            depth += self._next() == "("
            depth -= self._next() == ")"
            self._at += 1
        self._take(";")
        if level in _HARMLESS:
            return
        if not under or {name for name, _ in self.sets} & set(_columns(" ".join(under))):
            raise _UnreadError  # every row, or by what it has set before
        self.raises.append(" AND ".join(f"({one})" for one in under))

    def _assign(self) -> None:
        self._take("NEW", ".")
        name = _name(self._tokens[self._at])
        self._at += 1
        if self._next() not in (":=", "="):
            raise _UnreadError
        self._at += 1
        self.sets.append((name, over_row(self._until(";"))))
        self._take(";")


def over_row(text: str) -> str:
    """An expression over NEW as one over the row's columns.

    Raises:
        _UnreadError: it reads something else.
    """
    over = _NEW.sub(lambda found: quote_ident(_name(found.group(1))), text)
    if _FOREIGN.search(over) or _OTHER.search(over):
        raise _UnreadError
    return over


def _name(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token.lower()


def _columns(text: str) -> list[str]:
    return [one[1:-1].replace('""', '"') for one in re.findall(r'"(?:[^"]|"")+"', text)]
