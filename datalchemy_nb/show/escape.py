"""Text from outside, made safe and visible: for html, for a terminal, and as wide as it looks."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: object) -> str:
    """Write control, direction and zero-width characters as escapes, so that nothing acts and nothing hides."""
    return _HIDDEN.sub(lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", str(text))


def escape(text: object) -> str:
    """Return text for html, in an element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def width(text: str) -> int:
    """Columns a text takes in a terminal."""
    return len(text) if text.isascii() else sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clip(text: str, columns: int) -> str:
    """Shorten a text to a width, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    return "".join(_fitting(text, max(columns - 1, 0))) + "…"


def _fitting(text: str, columns: int) -> Iterator[str]:
    used = 0
    for char in text:
        used += _width(char)
        if used > columns:
            return
        yield char


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text with spaces to a width."""
    fill = " " * max(columns - width(text), 0)
    return fill + text if right else text + fill
