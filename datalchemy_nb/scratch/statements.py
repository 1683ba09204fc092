"""A file of SQL taken apart into statements, as psql would: quotes, comments, dollar quotes, COPY data, backslashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datalchemy_nb.errors import ContractError
from datalchemy_nb.records import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*)
    | (?P<dollar> \$(?:[^\W\d]\w*)?\$)
    | (?P<escaped> [eE]'(?:[^'\\]|\\.|'')*')
    | (?P<quoted> '(?:[^']|'')*' | "(?:[^"]|"")*")
    | (?P<open> ['"])
    | (?P<word> [^\W\d][\w$]*)
    | (?P<end> ;)
    | (?P<other> \d[\w.]* | \s+ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
_COPY = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        text: without the semicolon, comments before it left out.
        line: where it begins, from 1.
        words: its first words that are names or keywords, in upper case.
        is_data: a COPY whose rows stand in the file; they are not part of the text.
    """

    text: str
    line: int
    words: tuple[str, ...]
    is_data: bool = False


def statements(text: str, name: str) -> Iterator[Statement]:
    """Yield the statements of a file; psql's own commands (``\\restrict``) come with a text that begins so.

    Raises:
        ContractError: a quote, a comment or a function's body is not closed.
    """
    reader = _Reader(text, name)
    while (found := reader.next()) is not None:
        yield found


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self._text, self._name, self._at = text, name, 0

    def next(self) -> Statement | None:
        words = list[str]()
        begun: int | None = None
        depth = 0
        while self._at < len(self._text):
            if begun is None and self._text[self._at] == "\\":
                return self._backslash()
            token = _TOKEN.match(self._text, self._at)
            assert token is not None
            kind, here = token.lastgroup, self._at
            self._at = token.end()
            if kind == "comment":
                self._comment(token[0], here)
                continue
            if kind == "other" and token[0].isspace():
                continue
            if kind == "end" and depth == 0:
                if begun is None:
                    continue
                return self._statement(begun, here, words)
            begun = here if begun is None else begun
            if kind == "open":
                raise self._unclosed("a quote", here)
            if kind == "dollar":
                self._close(token[0], here)
            if kind == "word":
                words.append(token[0].upper())
                depth = _body_depth(depth, words)
        return None if begun is None else self._statement(begun, len(self._text), words)

    def _statement(self, begun: int, end: int, words: list[str]) -> Statement:
        text = self._text[begun:end].rstrip()
        is_data = words[:1] == ["COPY"] and bool(_COPY.match(text))
        line = self._line(begun)
        if is_data:
            self._skip_rows()
        return Statement(text, line, tuple(words[:12]), is_data)

    def _skip_rows(self) -> None:
        end = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE).search(self._text, self._at)
        self._at = end.end() if end is not None else len(self._text)

    def _backslash(self) -> Statement:
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        begun, self._at = self._at, end
        return Statement(self._text[begun:end].strip(), self._line(begun), ())

    def _comment(self, opened: str, here: int) -> None:
        if opened != "/*":
            return
        depth = 1
        for found in re.finditer(r"/\*|\*/", self._text[self._at :]):
            depth += 1 if found[0] == "/*" else -1
            if depth == 0:
                self._at += found.end()
                return
        raise self._unclosed("a comment", here)

    def _close(self, quote: str, here: int) -> None:
        end = self._text.find(quote, self._at)
        if end < 0:
            raise self._unclosed(f"a body in {quote}", here)
        self._at = end + len(quote)

    def _unclosed(self, what: str, here: int) -> ContractError:
        return ContractError(f"{self._name}:{self._line(here)}: {what} is not closed", hint="is the file whole?")

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _body_depth(depth: int, words: list[str]) -> int:
    """How deep in ``BEGIN ATOMIC ... END`` of an SQL function the reader is: semicolons there end no statement."""
    if words[-2:] == ["BEGIN", "ATOMIC"] and words[:1] == ["CREATE"]:
        return depth + 1
    if depth and words[-1] == "CASE":
        return depth + 1
    return depth - 1 if depth and words[-1] == "END" else depth
