"""Files that are whole or as they were: written under another name, made sure of, renamed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

PARTIAL = ".partial"
"""How the name of a file ends that is not complete."""


def partial(path: Path) -> Path:
    """Return the name of a file until it is complete."""
    return path.with_name(path.name + PARTIAL)


def replace(texts: Mapping[Path, str]) -> None:
    """Write texts into files, UTF-8 with LF.

    All are on disk before the first is renamed, so that a full disk changes none. They are renamed in order: the last
    one says that the others are there. What was begun is removed where it fails.

    Raises:
        OSError: something cannot be written.
    """
    begun: list[Path] = []
    try:
        for path, text in texts.items():
            begun.append(partial(path))
            with begun[-1].open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for path in texts:
            os.replace(partial(path), path)
    except BaseException:
        remove(*begun)
        raise


def remove(*paths: Path) -> None:
    """Remove files that may be there, as far as that can be done."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def sweep(directory: Path, suffix: str = "") -> None:
    """Remove what others left half-written in a directory.

    Args:
        directory: where; nobody may be at work there.
        suffix: only files whose names were to end so.
    """
    with contextlib.suppress(OSError):
        remove(*directory.glob(f"*{suffix}{PARTIAL}"))
