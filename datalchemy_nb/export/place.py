"""Where the parts of a run lie: a directory that all workers share, or any URL that fsspec opens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from datalchemy_nb.errors import OutputError, UsageError


class Place:
    """A directory somewhere.

    Args:
        url: a path, or a URL as ``s3://bucket/runs``.

    Raises:
        UsageError: nothing opens such URLs here.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        self.url = url
        try:
            self._fs, self._root = url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"{url}: {str(error).splitlines()[0]}", hint="name a directory that all workers share, or such a URL"
            ) from None
        self._local = isinstance(self._fs, LocalFileSystem)

    def write_text(self, name: str, text: str) -> None:
        """Write a small file."""
        with self.room() as room:
            (room / name).write_text(text, encoding="utf-8")
            self.take(room / name, name)

    def read_text(self, name: str) -> str | None:
        """Return a small file; None if there is none."""
        with self._errors(name):
            if not self._fs.exists(self._path(name)):
                return None
            data: bytes = self._fs.cat_file(self._path(name))
            return data.decode()

    def size(self, name: str) -> int | None:
        """Return a file's size; None if there is none."""
        with self._errors(name):
            return int(self._fs.size(self._path(name))) if self._fs.exists(self._path(name)) else None

    @contextmanager
    def room(self) -> Iterator[Path]:
        """A local directory for files under way, on the same disk as the place where that is local."""
        if self._local:
            Path(self._root).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".making-", dir=self._root if self._local else None, ignore_cleanup_errors=True
        ) as room:
            yield Path(room)

    def take(self, path: Path, name: str) -> None:
        """Move a file in; under its name it is always whole."""
        with self._errors(name):
            if self._local:
                os.replace(path, self._path(name))
            else:
                self._fs.put_file(str(path), self._path(name))

    def local(self, name: str) -> Path | None:
        """Return where a file lies on a disk of this machine; None where it lies elsewhere."""
        return Path(self._path(name)) if self._local else None

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Open a file."""
        with self._errors(name), self._fs.open(self._path(name), "rb") as file:
            yield file

    def remove(self, *names: str) -> None:
        """Remove files that may be there."""
        for name in names:
            with self._errors(name):
                if self._fs.exists(self._path(name)):
                    self._fs.rm_file(self._path(name))

    def remove_all(self) -> None:
        """Remove the directory."""
        with self._errors(""):
            if self._fs.exists(self._root):
                self._fs.rm(self._root, recursive=True)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self.url}/{name}: {error.strerror or error}",
                hint="parts must lie where this process and all workers can write (--parts)",
            ) from None


def joined(url: str, name: str) -> str:
    """A place within a place."""
    return f"{url.rstrip('/')}/{name}"


def absolute(url: str) -> str:
    """A path as workers with another working directory understand it; URLs as they are."""
    return url if "://" in url else str(Path(url).resolve())
