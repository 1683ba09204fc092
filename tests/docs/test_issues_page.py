"""docs/issues.md tells of every code that the package can say, and of no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import datalchemy_nb

ROOT = Path(datalchemy_nb.__file__).parent
PAGE = ROOT.parent / "docs" / "issues.md"
SAYING = {"error", "warning", "refuse", "warn", "wrong"}
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def codes() -> Iterator[str]:
    """The first argument of every call that makes an issue, where it is written out."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in SAYING:
                first = node.args[0]
                literals = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                for literal in literals:
                    value = getattr(literal, "value", None)
                    if isinstance(value, str) and _CODE.fullmatch(value):
                        yield value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def told() -> set[str]:
    cells = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}


def test_every_code_is_told() -> None:
    assert set(codes()) - told() == set()


def test_no_other_code_is_told() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    made = {code for code in told() if code.startswith("unsupported_unknown_")}
    assert {code for code in told() - made if f'"{code}"' not in text} == set()
