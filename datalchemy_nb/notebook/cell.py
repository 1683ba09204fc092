"""Small questions about the cell that is being run."""

from __future__ import annotations

import ast
import linecache
import re
import sys
from collections.abc import Collection, Mapping
from types import FrameType
from typing import Literal

Place = Literal["output", "block", "assigned"]
_HELP = re.compile(r"(?P<indent>\s*)%datalchemy\s+(?P<verb>\w+(?:\s+\w+)?)\s*\?{1,2}\s*\Z")

_EXPRESSION = re.compile(r"\{\{|\}\}|\{(?P<code>[^{}]+)\}|\$(?P<name>[A-Za-z_]\w*)")
_MARK = re.compile("\ue000[0-9]+\ue001")


def split_silencer(line: str) -> tuple[str, bool]:
    """Take a trailing ``;`` off a line; the flag says whether there was one."""
    stripped = line.rstrip()
    return (stripped[:-1].rstrip(), True) if stripped.endswith(";") else (stripped, False)


def mark_expressions(line: str, variables: Collection[str]) -> tuple[str, dict[str, str]]:
    """Put marks, which no quote or space can tear apart, in the place of ``{expression}`` and ``$name``.

    Braces that hold no Python (a share ``{pt_BR: 0.7}``, a count ``{2}``) stay, and so does ``$name`` of no variable;
    ``{{`` and ``}}`` are braces.

    Returns:
        The line, and the expression of each mark.
    """
    codes: dict[str, str] = {}

    def mark(found: re.Match[str]) -> str:
        code = found["code"] or found["name"] or ""
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found["name"] and code not in variables:
            return found[0]
        if not found["name"] and not _is_python(code):
            return found[0]
        codes[f"\ue000{len(codes)}\ue001"] = code.strip()
        return next(reversed(codes))

    return _EXPRESSION.sub(mark, line), codes


def _is_python(code: str) -> bool:
    try:
        tree = ast.parse(code.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.Name) for node in ast.walk(tree))


def put_back(word: str, values: Mapping[str, str]) -> str:
    """Put values in the place of their marks."""
    return _MARK.sub(lambda found: values.get(found[0], found[0]), word)


def place_of_call(variables: Mapping[str, object]) -> Place:
    """Tell where the magic's value goes: to the cell's output, nowhere (it stands alone in a block), or into a name.

    Args:
        variables: the user's; the frame of the cell, or of a function defined in one, has them as globals.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals is not variables:
        frame = frame.f_back
    if frame is None:
        return "assigned"
    found = _statement(frame)
    if found is None or not (isinstance(found[0], ast.Expr) and isinstance(found[0].value, ast.Call)):
        return "assigned"
    return "block" if found[1] else "output"


def _statement(frame: FrameType) -> tuple[ast.stmt, bool] | None:
    """The innermost statement that is being run, and whether it stands in a block."""
    try:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except (SyntaxError, ValueError):
        return None
    line, outermost = frame.f_lineno, set(map(id, tree.body))
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not around:
        return None
    inner = around[-1]
    return inner, id(inner) not in outermost


def question_to_help(lines: list[str]) -> list[str]:
    """Input transformer: ``%datalchemy preview?`` becomes ``%datalchemy preview --help``."""
    if len(lines) != 1:
        return lines
    asked = _HELP.match(lines[0])
    return [f"{asked['indent']}%datalchemy {asked['verb']} --help\n"] if asked else lines
