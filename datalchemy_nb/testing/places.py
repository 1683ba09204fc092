"""Where the server for tests lives, and how the processes of one test run share it."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.errors import ConnectionFailed

if TYPE_CHECKING:
    from datalchemy_nb.demo import EmbeddedServer

_MEMORY = Path("/dev/shm")  # noqa: S108
_ENOUGH = 1 << 30
_POLL_S = 0.02
_PATIENCE_S = 120


def memory() -> Path | None:
    """A directory of our own in memory, where a database is copied in a tenth of the time; None where there is no room.

    Docker gives 64 MB unless told otherwise (``--shm-size=2g``).
    """
    try:
        if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ENOUGH:
            return None
        place = _MEMORY / f"datalchemy-{os.getuid()}"
        place.mkdir(mode=0o711, exist_ok=True)
        found = place.lstat()
        return place if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() else None
    except OSError:
        return None


def start() -> EmbeddedServer:
    """Start the embedded server, in memory where there is room."""
    from datalchemy_nb.demo import EmbeddedServer

    return EmbeddedServer(memory())


class Offer:
    """The main process of a parallel run: starts the server when the first worker asks, and ends it with the run.

    Args:
        directory: where workers ask (`ask`), and where the answer is put; only this user may read it.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._server: EmbeddedServer | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="datalchemy-server", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.wait(_POLL_S):
            if (self.directory / "wanted").exists():
                break
        else:
            return
        try:
            self._server = start()
            self._answer(self._server.conninfo)
        except Exception as error:  # noqa: BLE001 - the workers wait for an answer
            self._answer(f"error {error}")

    def _answer(self, text: str) -> None:
        partial = self.directory / "answer.partial"
        partial.touch(mode=0o600)
        partial.write_text(text)
        partial.rename(self.directory / "answer")

    def close(self) -> None:
        """End the server, if it was started."""
        self._over.set()
        self._thread.join()
        if self._server is not None:
            self._server.stop()
        with contextlib.suppress(OSError):
            shutil.rmtree(self.directory)


def ask(directory: Path) -> str:
    """In a worker: the URL of the run's server; it is started if nobody has asked before.

    Raises:
        ConnectionFailed: it does not start.
    """
    (directory / "wanted").touch()
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            text = (directory / "answer").read_text()
            if text.startswith("error "):
                raise ConnectionFailed(text.removeprefix("error "))
            return text
        time.sleep(_POLL_S)
    raise ConnectionFailed("the server for tests did not start in time", hint="run one test without -n to see why")
