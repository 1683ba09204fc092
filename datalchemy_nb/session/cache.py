"""The user's cache directory: files under a key, believed only where nobody else can have written them.

Nothing is read from a project's folder unless the user names it (`DATALCHEMY_CACHE`), and nothing is believed that
does not belong to this user alone.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from datalchemy_nb.records import dataclass

VARIABLE = "DATALCHEMY_CACHE"
"""A directory to keep things in; empty or ``off``: nothing is kept."""
_NAME = "datalchemy_nb"
_SECRET, _SECRET_BYTES = "key", 32


@dataclass(frozen=True)
class Shelf:
    """One directory of the cache.

    Attributes:
        name: of the directory.
        ending: of its files.
        largest: bytes of a file that is kept or read.
        files: most that are kept.
        total: most bytes of all that are kept.
        private: files that others may read are not believed either.
    """

    name: str
    ending: str
    largest: int
    files: int = 512
    total: int = 1 << 28
    private: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything can be kept; its directory is made."""
        return self._place(make=True) is not None

    def find(self, key: str) -> bytes | None:
        """Return what is kept under a key; None where there is nothing that can be trusted."""
        place = self._place()
        return None if place is None else _read(place / f"{key}.{self.ending}", self.largest, self.private)

    def keep(self, key: str, data: bytes) -> None:
        """Keep something where that can be done; a cache that cannot be written is no fault."""
        if len(data) > self.largest:
            return
        with contextlib.suppress(OSError):
            place = self._place(make=True)
            if place is not None:
                _write(place / f"{key}.{self.ending}", data)
                self._forget(place)

    def _place(self, *, make: bool = False) -> Path | None:
        """Where its files lie; None where they are not wanted, or where others could have put them there."""
        if not wanted():
            return None
        asked = os.environ.get(VARIABLE)
        try:
            place = (Path(asked) if asked else _home()) / self.name
            if make:
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            return place if _ours(place.lstat(), self.private) else None
        except (OSError, RuntimeError):
            return None

    def _forget(self, place: Path) -> None:
        """Remove the oldest, where there are too many or too large ones."""
        told = sorted(((file.stat(), file) for file in place.iterdir()), key=lambda one: -one[0].st_mtime_ns)
        total = 0
        for number, (at, file) in enumerate(told):
            total += at.st_size
            if number >= self.files or total > self.total:
                file.unlink(missing_ok=True)


def wanted() -> bool:
    """Whether anything is to be kept."""
    asked = os.environ.get(VARIABLE)
    return asked is None or asked.strip().lower() not in ("", "off", "0", "no")


def secret(*, make: bool = False) -> bytes | None:
    """Return bytes that only this user knows; None where there are none.

    They lie in the user's home, wherever the cache is, so that a project that brings a cache with it cannot bring
    these along.
    """
    try:
        place = _home()
        file = place / _SECRET
        if make and not file.exists():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                _write(file, os.urandom(_SECRET_BYTES), replace=False)
        found = _read(file, _SECRET_BYTES, private=True) if _ours(place.lstat(), private=False) else None
        return found if found is not None and len(found) == _SECRET_BYTES else None
    except (OSError, RuntimeError):
        return None


def _home() -> Path:
    """The directory of this package in the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".cache") / _NAME


def _read(file: Path, largest: int, private: bool) -> bytes | None:
    try:
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as opened:
            told = os.fstat(opened.fileno())
            return opened.read() if _ours(told, private) and told.st_size <= largest else None
    except OSError:
        return None


def _write(file: Path, data: bytes, *, replace: bool = True) -> None:
    """Write a file whole or not at all, for this user alone; with ``replace`` off only where there is none."""
    begun = file.with_name(f"{file.name}.{os.getpid()}.partial")
    opened = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(opened, "wb") as written:
            written.write(data)
        if replace:
            os.replace(begun, file)
        else:
            os.link(begun, file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            begun.unlink()


def _ours(told: os.stat_result, private: bool) -> bool:
    """Whether a file or directory, and no link, is this user's, and nobody else may write to it, or read it."""
    if not (stat.S_ISDIR(told.st_mode) or stat.S_ISREG(told.st_mode)):
        return False
    user = getattr(os, "getuid", lambda: told.st_uid)()
    others = stat.S_IRWXG | stat.S_IRWXO if private else stat.S_IWGRP | stat.S_IWOTH
    return told.st_uid == user and not told.st_mode & others
