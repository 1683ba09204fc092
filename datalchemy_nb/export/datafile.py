"""A file while it is written: ``NAME.partial`` until it is complete, hashed on the way."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.errors import OutputError
from datalchemy_nb.files import partial

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_READ = 1 << 20


class Mark(Contract):
    """What a file held at some moment: so many bytes, with this SHA-256."""

    bytes: int
    sha256: str


class DataFile:
    """Written once, front to back.

    Args:
        path: its final name; None hashes without writing.
        mark: keep this much of what an earlier run wrote, and go on behind it.
        state: the hash of the part kept.
    """

    def __init__(self, path: Path | None, mark: Mark | None = None, state: Hash | None = None) -> None:
        self.path = path
        self.bytes = mark.bytes if mark else 0
        self._sha = state.copy() if state else hashlib.sha256()
        self._file = None if path is None else _open(path, mark)
        self._there = 0
        self._told: str | None = None

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes.

        Raises:
            OutputError: the disk is full, or worse.
        """
        if self._told is not None:
            self._hash_again()
        if self._file is not None and self.path is not None and self.bytes + len(data) > self._there:
            try:
                if self._there:
                    self._file.seek(self.bytes)
                    self._there = 0
                self._file.write(data)
            except OSError as error:
                raise cannot_write(self.path, error) from None
        self._sha.update(data)
        self.bytes += len(data)

    def take_over(self, other: Path, size: int) -> None:
        """Go on in a file that holds already what comes next, so that it is not written a second time.

        It still has to be handed to `write`, which hashes it, or to `passes`. Where the file cannot be had (it lies on
        another disk, belongs to somebody else, or is shorter), everything is written as ever.

        Args:
            other: begins with the bytes written so far. It keeps its name, but must not be read beyond ``size`` after.
            size: how many of its bytes are those of this file.

        Raises:
            OutputError: the disk is full, or worse.
        """
        if self._file is None or self.path is None:
            return
        own = partial(self.path)
        try:
            self._file.flush()
            if not _alike(own, other, size) or not _linked(other, own):
                return
            self._file.close()
            self._file = own.open("r+b", buffering=_READ)
            self._file.truncate(size)
            self._file.seek(self.bytes)
        except OSError as error:
            raise cannot_write(self.path, error) from None
        self._there = size

    def passes(self, mark: Mark) -> bool:
        """Go over bytes of a file taken over, without reading them; return whether they are there.

        Args:
            mark: of whoever wrote them, up to where the next bytes go.
        """
        if not self.bytes <= mark.bytes <= self._there:
            return False
        self.bytes, self._told = mark.bytes, mark.sha256
        return True

    def _hash_again(self) -> None:
        """Bring the hash to where the file is."""
        assert self.path is not None
        known = Verified(self.path)
        try:
            if not known.holds(Mark(bytes=self.bytes, sha256=self._told or "")):
                raise OutputError(f"{self.path} is not what was written to it", hint="generate again")
            self._sha, self._told = known.state, None
        except OSError as error:
            raise cannot_write(self.path, error) from None
        finally:
            known.close()

    @property
    def _digest(self) -> str:
        return self._told or self._sha.hexdigest()

    def mark(self) -> Mark:
        """Hand everything to the operating system, and say what the file holds."""
        if self._file is not None and self.path is not None:
            try:
                self._file.flush()
            except OSError as error:
                raise cannot_write(self.path, error) from None
        return Mark(bytes=self.bytes, sha256=self._digest)

    def finish(self) -> Mark:
        """Close and rename."""
        if self._file is not None and self.path is not None:
            try:
                self._file.close()
                os.replace(partial(self.path), self.path)
            except OSError as error:
                raise cannot_write(self.path, error) from None
        return Mark(bytes=self.bytes, sha256=self._digest)

    def abandon(self) -> None:
        """Close without renaming: the partial file stays, under its partial name."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError:
                return


def cannot_write(path: Path, error: OSError) -> OutputError:
    """The error for a file that cannot be written."""
    return OutputError(
        f"cannot write {path}: {error.strerror or error}", hint="free some space or name another directory (out_dir)"
    )


class Verified:
    """A file held against marks, in ascending order; read once.

    Args:
        path: its final name; it may still have its partial one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sha, self._at = hashlib.sha256(), 0
        self._file: BinaryIO | None = None

    @property
    def state(self) -> Hash:
        """The hash of what the last mark was about."""
        return self._sha.copy()

    def holds(self, mark: Mark) -> bool:
        """Whether the file begins as a mark says; nothing further is asked once it does not."""
        if self._file is None:
            here = next((p for p in (partial(self._path), self._path) if p.is_file()), None)
            if here is None:
                return False
            self._file = here.open("rb")
            self._file.seek(self._at)
        while self._at < mark.bytes and (data := self._file.read(min(_READ, mark.bytes - self._at))):
            self._sha.update(data)
            self._at += len(data)
        return self._at == mark.bytes and self._sha.hexdigest() == mark.sha256

    def close(self) -> None:
        """Close the file; it is opened again where it is asked for more."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _alike(own: Path, other: Path, size: int) -> bool:
    """Whether another file of this size at least lies on the same disk, is the same user's, and begins as this one."""
    mine, its = own.stat(), other.stat()
    if (mine.st_dev, mine.st_uid, mine.st_mode) != (its.st_dev, its.st_uid, its.st_mode) or its.st_size < size:
        return False
    with own.open("rb") as one, other.open("rb") as two:
        return one.read() == two.read(mine.st_size)


def _linked(other: Path, own: Path) -> bool:
    """Put a file's second name in place of a file; not every disk has second names."""
    between = own.with_name(f"{own.name}.taken")
    try:
        between.unlink(missing_ok=True)
        os.link(other, between)
    except OSError:
        return False
    os.replace(between, own)
    return True


def _open(path: Path, mark: Mark | None) -> BinaryIO:
    try:
        if mark is None:
            partial(path).unlink(missing_ok=True)  # a run that was killed may have left a part's second name there
            return partial(path).open("wb", buffering=_READ)
        if not partial(path).is_file():
            os.replace(path, partial(path))
        file = partial(path).open("r+b", buffering=_READ)
        file.truncate(mark.bytes)
        file.seek(mark.bytes)
    except OSError as error:
        raise cannot_write(path, error) from None
    return file
