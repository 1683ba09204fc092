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
    for token in _TOKEN.findall(pattern):
        if token.startswith("[:") and inside:
            name = token[2:-2]
            word = _CLASSES.get(name)
            if word is None:
                raise Unsupported(f"{token} in a regular expression")
            out.append(word if not word.startswith("[") else token)
        elif token == r"\w":
            out.append(r"\p{L}\p{N}_" if inside else r"[\p{L}\p{N}_]")
        elif token == r"\W" and not inside:
            out.append(r"[^\p{L}\p{N}_]")
        elif token.startswith("[:"):
            out.append(token[0])
            out.append(token[1:])
            inside = True
        else:
            inside = _inside(token, out, inside)
            out.append(token)
    return "".join(out)


def _inside(token: str, out: list[str], inside: bool) -> bool:
    if not inside:
        return token == "["
    # A bracket that stands first in a set, or first after the caret, is a plain character.
    return token != "]" or (out[-1] == "[" or (out[-1] == "^" and out[-2:-1] == ["["]))


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
