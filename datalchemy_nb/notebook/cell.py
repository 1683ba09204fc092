"""Small questions about the cell that is being run."""

from __future__ import annotations

import ast
import linecache
import re
import sys
from types import FrameType

_HELP = re.compile(r"(?P<indent>\s*)%datalchemy\s+(?P<verb>\w+(?:\s+\w+)?)\s*\?{1,2}\s*\Z")


def split_silencer(line: str) -> tuple[str, bool]:
    """Take a trailing ``;`` off a line; the flag says whether there was one."""
    stripped = line.rstrip()
    return (stripped[:-1].rstrip(), True) if stripped.endswith(";") else (stripped, False)


def is_assigned() -> bool:
    """Whether the magic's value goes somewhere else than into the output: ``df = %datalchemy ...``."""
    frame = _cell_frame()
    if frame is None:
        return True
    statement = _statement(frame)
    return not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call))


def _cell_frame() -> FrameType | None:
    """The innermost frame that is a module's own code: the cell."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name not in ("<module>", "<cell line: 1>"):
        frame = frame.f_back
    return frame


def _statement(frame: FrameType) -> ast.stmt | None:
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    return next((s for s in body if s.lineno <= frame.f_lineno <= (s.end_lineno or s.lineno)), None)


def question_to_help(lines: list[str]) -> list[str]:
    """Input transformer: ``%datalchemy preview?`` becomes ``%datalchemy preview --help``."""
    if len(lines) != 1:
        return lines
    asked = _HELP.match(lines[0])
    return [f"{asked['indent']}%datalchemy {asked['verb']} --help\n"] if asked else lines
