"""Faults at every write, rename, fsync and removal of a file, and at every exchange with a server.

A block of code runs once to count its operations, and once for each of them, which then fails: a write puts down the
first half of its bytes and finds the disk full, anything else finds it broken, and a server ends the session.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

_CALLS = ("replace", "rename", "mkdir", "unlink", "rmdir", "fsync", "truncate")


@dataclass
class Fault:
    """Counts what is done beneath a directory, and fails one of it.

    Attributes:
        root: only files beneath it count.
        at: which operation fails, from 1; 0 = none.
        lasting: everything behind it fails as well, as on a disk that stays full.
        done: what was done, in order.
    """

    root: Path
    at: int = 0
    lasting: bool = False
    done: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self, what: str, path: object) -> bool:
        """Note an operation; whether it fails."""
        name = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
        if not str(name).startswith(str(self.root)):
            return False
        with self.lock:
            self.done.append(f"{what} {os.path.basename(str(name))}")
            number = len(self.done)
        return bool(self.at) and (number == self.at or (self.lasting and number > self.at and what != "unlink"))


class _File:
    """An open file whose writes may fail."""

    def __init__(self, file: Any, path: object, fault: Fault) -> None:
        self._file, self._path, self._fault = file, path, fault
        _NAMES[file.fileno()] = str(path)

    def write(self, data: Any) -> Any:
        if self._fault.hit("write", self._path):
            with contextlib.suppress(OSError):
                self._file.write(data[: len(data) // 2])
                self._file.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


_NAMES: dict[int, str] = {}


@contextlib.contextmanager
def files_failing(fault: Fault) -> Iterator[None]:
    """Let an operation on files fail."""
    real_open, real = io.open, {name: getattr(os, name) for name in _CALLS}

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        writing = any(sign in mode for sign in "wax+")
        if writing and fault.hit("open", file):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        made = real_open(file, mode, *args, **kwargs)
        inside = isinstance(file, str | os.PathLike) and str(os.fspath(file)).startswith(str(fault.root))
        return _File(made, file, fault) if writing and inside else made

    def failing(name: str) -> Callable[..., Any]:
        def call(first: Any, *args: Any, **kwargs: Any) -> Any:
            path = _NAMES.get(first, "") if isinstance(first, int) else first
            # What a cleaner walks over with handles of directories is not counted.
            if "dir_fd" not in kwargs and fault.hit(name, path):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real[name](first, *args, **kwargs)

        return call

    try:
        io.open = builtins.open = opened  # type: ignore[assignment]
        for name in _CALLS:
            setattr(os, name, failing(name))
        yield
    finally:
        io.open = builtins.open = real_open
        for name, function in real.items():
            setattr(os, name, function)


@contextlib.contextmanager
def server_failing(url: str, at: int, done: list[int]) -> Iterator[None]:
    """Let the server end a session before one of its exchanges, from 1; 0 = none.

    Args:
        url: of the server, for a session that ends the others.
        at: which exchange.
        done: gets an entry for each.
    """
    real, killer = psycopg.Connection.wait, psycopg.connect(url, autocommit=True)

    def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        done.append(pid := self.pgconn.backend_pid)
        if len(done) == at:
            # Beneath psycopg's own way to the server, which is the one that is watched.
            killer.pgconn.exec_(f"SELECT pg_terminate_backend({pid}, 5000)".encode())
        return real(self, gen, *args, **kwargs)

    try:
        psycopg.Connection.wait = wait  # type: ignore[method-assign]
        yield
    finally:
        psycopg.Connection.wait = real  # type: ignore[method-assign]
        killer.close()
