"""Magic lines, written so that the parser reads the same words back."""

from __future__ import annotations

import shlex


def magic(verb: str, *words: object, **options: object) -> str:
    """Return ``%datalchemy VERB words --option value``; options that are None, False or empty are left out."""
    parts = [shlex.quote(str(word)) for word in words]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            parts.append(flag)
        elif value not in (None, False, ""):
            parts.append(f"{flag} {shlex.quote(str(value))}")
    return " ".join(["%datalchemy", verb, *parts])
