"""Directories for servers: one each, held by a lock that dies with its owner.

A process that is killed leaves its server running. Its lock is released by the system, so the next start knows: it
ends that server and removes the directory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO

from datalchemy_nb.demo.binaries import Account, reachable
from datalchemy_nb.errors import OutputError
from datalchemy_nb.records import dataclass

HOME_VARIABLE = "DATALCHEMY_HOME"


@dataclass
class Slot:
    """A directory of our own, and the lock that says so."""

    directory: Path
    lock_file: Path
    lock: IO[str]

    def release(self) -> None:
        """Remove the directory and give the lock back."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.lock_file.unlink(missing_ok=True)
        self.lock.close()


def home(who: Account | None) -> Path:
    """Where servers live: DATALCHEMY_HOME, else the user's cache directory.

    Root's own cache is closed to the account that runs the server; then it is a directory of root's in /var/tmp.

    Raises:
        OutputError: the directory cannot be made, or `who` cannot enter it.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    cache = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "datalchemy"
    cache = cache.expanduser().absolute()
    if who is not None and not reachable(cache):
        if chosen:
            raise OutputError(f"{cache}: closed to the account that runs PostgreSQL", hint=f"set {HOME_VARIABLE}")
        cache = _shared_temporary()
    with _named_errors(cache):
        cache.mkdir(parents=True, exist_ok=True)
        if who is not None:
            cache.chmod(0o711)
    return cache


def _shared_temporary() -> Path:
    root = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108
    path = root / f"datalchemy-{os.getuid()}"
    with _named_errors(path):
        path.mkdir(mode=0o711, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid != os.getuid():
            raise OutputError(f"{path}: belongs to someone else", hint=f"set {HOME_VARIABLE}")
    return path


@contextlib.contextmanager
def _named_errors(path: Path):  # type: ignore[no-untyped-def]
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}", hint=f"set {HOME_VARIABLE}") from None


def take(base: Path, who: Account | None) -> Slot:
    """Make a directory nobody else uses, owned by `who`."""
    name = f"server-{uuid.uuid4().hex[:12]}"
    lock_file = base / f"{name}.lock"
    lock = lock_file.open("w")
    if not _try_lock(lock):  # a sweep saw the file before it was locked
        lock.close()
        return take(base, who)
    directory = base / name
    directory.mkdir(mode=0o700)
    if who is not None:
        os.chown(directory, who.uid, who.gid)
    return Slot(directory, lock_file, lock)


def sweep(base: Path) -> int:
    """End the servers whose owner is gone and remove their directories; return how many there were."""
    swept = 0
    for lock_file in base.glob("server-*.lock"):
        try:
            lock = lock_file.open("r+")
        except OSError:
            continue
        if _try_lock(lock):
            directory = lock_file.with_suffix("")
            end_server(directory / "data")
            Slot(directory, lock_file, lock).release()
            swept += 1
        else:
            lock.close()
    return swept


def _try_lock(lock: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # no such locks on Windows: never take a directory for abandoned
        return lock.mode == "w"
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def end_server(data: Path, patience_s: float = 5) -> None:
    """End the server that runs on a data directory, if one does."""
    pid = _server_pid(data)
    if pid is None:
        return
    for how in (signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if _server_pid(data) is None:
                return
            time.sleep(0.01)


def _server_pid(data: Path) -> int | None:
    """The process in postmaster.pid, if it is still a server on this directory and not a newer owner of the number."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    return pid if str(data) in _command_line(pid) else None


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return listed.stdout
