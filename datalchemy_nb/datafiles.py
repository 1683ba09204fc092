"""Data files that lie beside the code, read in one way.

A file is text of lines, in UTF-8. Empty lines and those that begin with ``#`` say nothing. ``[name]`` begins a part;
bars part what stands in a line.
"""

from __future__ import annotations

import pkgutil


def text_of(package: str, path: str) -> str:
    """Return a data file.

    Args:
        package: in whose folder it lies, as in ``__package__``.
        path: from there, with ``/`` between folders.

    Raises:
        FileNotFoundError: there is no such file.
    """
    found = pkgutil.get_data(package, path)
    if found is None:
        raise FileNotFoundError(f"{package} has no {path}")
    return found.decode("utf-8")


def lines_of(package: str, path: str) -> list[str]:
    """Return the lines of a data file that say something; see `text_of`."""
    lines = (line.strip() for line in text_of(package, path).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def parts_of(package: str, path: str) -> dict[str, list[list[str]]]:
    """Return the parts of a data file by name, in their order, each line cut at its bars; see `text_of`.

    Lines before the first part are of the part ``""``, which is there only if there are any.
    """
    parts: dict[str, list[list[str]]] = {}
    name = ""
    for line in lines_of(package, path):
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            parts.setdefault(name, [])
        else:
            parts.setdefault(name, []).append([piece.strip() for piece in line.split("|")])
    return parts
