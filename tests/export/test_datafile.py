"""A file may go on in one that holds already what comes next."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from datalchemy_nb.errors import OutputError
from datalchemy_nb.export.datafile import DataFile, Mark
from datalchemy_nb.files import partial

HEAD, FIRST, SECOND, MORE = b"id\n", b"1\n2\n", b"3\n", b"4\n"
WHOLE = HEAD + FIRST + SECOND + MORE


def written(path: Path, other: Path, size: int) -> DataFile:
    """Everything handed to a file that goes on in another one after its head."""
    file = DataFile(path)
    file.write(HEAD)
    file.take_over(other, size)
    for piece in (FIRST, SECOND, MORE):
        file.write(piece)
    return file


@pytest.mark.parametrize("behind", [b"", b"a footer that is longer than all that follows"])
def test_what_is_there_is_not_written_again(tmp_path: Path, behind: bytes) -> None:
    other, path = tmp_path / "part", tmp_path / "t.csv"
    other.write_bytes(HEAD + FIRST + SECOND + behind)
    inode = other.stat().st_ino
    mark = written(path, other, len(HEAD + FIRST + SECOND)).finish()
    assert path.stat().st_ino == inode
    assert path.read_bytes() == WHOLE
    assert (mark.bytes, mark.sha256) == (len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


@pytest.mark.parametrize("content", [b"no\n1\n2\n3\n", b"i", HEAD + b"1\n"])
def test_a_file_that_begins_otherwise_is_left_alone(tmp_path: Path, content: bytes) -> None:
    other, path = tmp_path / "part", tmp_path / "t.csv"
    other.write_bytes(content)
    written(path, other, 7).finish()
    assert path.read_bytes() == WHOLE
    assert other.read_bytes() == content


def test_without_second_names_everything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("this disk has no links")

    other, path = tmp_path / "part", tmp_path / "t.csv"
    other.write_bytes(HEAD + FIRST + SECOND)
    monkeypatch.setattr(os, "link", refused)
    written(path, other, len(HEAD + FIRST + SECOND)).finish()
    assert path.read_bytes() == WHOLE
    assert path.stat().st_ino != other.stat().st_ino


def test_begun_again_the_other_file_keeps_its_bytes(tmp_path: Path) -> None:
    """A run killed before its first block is recorded leaves two names of one file."""
    other, path = tmp_path / "part", tmp_path / "t.csv"
    other.write_bytes(HEAD + FIRST)
    file = DataFile(path)
    file.write(HEAD)
    file.take_over(other, len(HEAD + FIRST))
    file.abandon()
    assert partial(path).stat().st_ino == other.stat().st_ino
    DataFile(path).finish()
    assert other.read_bytes() == HEAD + FIRST


def taken_over(path: Path, other: Path) -> DataFile:
    other.write_bytes(HEAD + FIRST + SECOND)
    file = DataFile(path)
    file.write(HEAD)
    file.take_over(other, len(HEAD + FIRST + SECOND))
    return file


def mark_of(data: bytes) -> Mark:
    return Mark(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def test_what_its_writer_has_hashed_is_not_read(tmp_path: Path) -> None:
    file = taken_over(tmp_path / "t.csv", tmp_path / "part")
    assert file.passes(mark_of(HEAD + FIRST))
    assert file.mark() == mark_of(HEAD + FIRST)
    last = Mark(bytes=len(HEAD + FIRST + SECOND), sha256="as told")
    assert file.passes(last)
    assert file.finish() == last
    assert (tmp_path / "t.csv").read_bytes() == HEAD + FIRST + SECOND


def test_what_follows_is_hashed_behind_what_passed(tmp_path: Path) -> None:
    file = taken_over(tmp_path / "t.csv", tmp_path / "part")
    assert file.passes(mark_of(HEAD + FIRST + SECOND))
    file.write(MORE)
    assert file.finish() == mark_of(WHOLE)
    assert (tmp_path / "t.csv").read_bytes() == WHOLE


def test_nothing_is_put_behind_bytes_that_are_not_those_told(tmp_path: Path) -> None:
    file = taken_over(tmp_path / "t.csv", tmp_path / "part")
    assert file.passes(Mark(bytes=len(HEAD + FIRST), sha256="of other bytes"))
    with pytest.raises(OutputError, match="not what was written"):
        file.write(SECOND)
    file.abandon()


def test_only_what_is_there_passes(tmp_path: Path) -> None:
    file = taken_over(tmp_path / "t.csv", tmp_path / "part")
    assert not file.passes(mark_of(WHOLE))
    file.write(FIRST)
    assert file.finish() == mark_of(HEAD + FIRST)
    alone = DataFile(tmp_path / "u.csv")
    assert not alone.passes(mark_of(HEAD))
    alone.abandon()
