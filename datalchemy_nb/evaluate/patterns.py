"""PostgreSQL regular expressions and SIMILAR TO patterns, rewritten for RE2 (which DuckDB uses)."""

from __future__ import annotations

import re

from datalchemy_nb.evaluate.unsupported import Unsupported

_CLASSES = {
    "alpha": r"\p{L}",
    "alnum": r"\p{L}\p{N}",
    "upper": r"\p{Lu}",
    "lower": r"\p{Ll}",
    "digit": "0-9",
    "xdigit": "0-9A-Fa-f",
    "space": r"\s",
    "blank": r" \t",
    "punct": "[:punct:]",
    "word": r"\p{L}\p{N}_",
}
_UNKNOWN = re.compile(r"\(\?(?![:imnsx])|\\[mMyYABZ1-9cu]|\[\[[.=]|\*\*\*")
_TOKEN = re.compile(r"\\.|\[:\w+:\]|.", re.DOTALL)


def regex(pattern: str) -> str:
    """Rewrite a pattern of PostgreSQL's ``~`` for RE2.

    Letters and digits of any script count for ``\\w`` and the POSIX classes, as they do in a UTF-8 database.

    Raises:
        Unsupported: look-around, back references, word boundaries, collating elements.
    """
    if (found := _UNKNOWN.search(pattern.replace("\\\\", ""))) is not None:
        raise Unsupported(f"{found[0]!r} in a regular expression")
    out: list[str] = []
    inside = False
    for piece in _TOKEN.findall(pattern):
        if piece.startswith("[:") and inside:
            name = piece[2:-2]
            word = _CLASSES.get(name)
            if word is None:
                raise Unsupported(f"{piece} in a regular expression")
            out.append(word if not word.startswith("[") else piece)
        elif piece == r"\w":
            out.append(r"\p{L}\p{N}_" if inside else r"[\p{L}\p{N}_]")
        elif piece == r"\W" and not inside:
            out.append(r"[^\p{L}\p{N}_]")
        elif piece.startswith("[:"):
            out.append(piece[0])
            out.append(piece[1:])
            inside = True
        else:
            inside = _inside(piece, out, inside)
            out.append(piece)
    return "".join(out)


def _inside(piece: str, out: list[str], inside: bool) -> bool:
    if not inside:
        return piece == "["
    # A bracket that stands first in a set, or first after the caret, is a plain character.
    return piece != "]" or (out[-1] == "[" or (out[-1] == "^" and out[-2:-1] == ["["]))


def similar(pattern: str, escape: str = "\\") -> str:
    """Rewrite a SIMILAR TO pattern as an anchored regular expression."""
    out: list[str] = []
    inside = False
    characters = iter(pattern)
    for c in characters:
        if c == escape:
            out.append(re.escape(next(characters, "")))
        elif inside:
            out.append("\\\\" if c == "\\" else c)
            inside = c != "]"
        elif c == "[":
            out.append(c)
            inside = True
        else:
            out.append({"%": ".*", "_": ".", ".": r"\.", "^": r"\^", "$": r"\$", "\\": r"\\"}.get(c, c))
    return f"^(?:{regex(''.join(out))})$"
