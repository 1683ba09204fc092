"""What was found out about a plan before, kept in the user's cache directory: that it can run, and what was inferred.

To validate a plan is to resolve it and to try samples of its rows. The same plan over the same schema, by the same
code and libraries, gives the same answer, so it is asked once. Only plans that can run are kept, never what is wrong
with one.

A file there is plain JSON, read by the models of plans and issues, and only if it belongs to this user and nobody else
may write to it or its directory. Anything else, a damaged file included, is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema

VARIABLE = "DATALCHEMY_CACHE"
"""A directory to keep verdicts in; empty or ``off``: none are kept."""
_FORM = 1
_MOST = 512
_LARGEST = 20_000_000
"""Bytes of a file that is read."""
_LIBRARIES = ("polars", "_polars_runtime_32", "numpy", "duckdb", "sqlglot", "pydantic", "faker")
_GROUPS = ("datalchemy_nb.generators", "datalchemy_nb.transforms", "datalchemy_nb.inference_rules")


@dataclass(frozen=True)
class Verdict:
    """A plan that can run.

    Attributes:
        issues: warnings.
        tables: rows per table of the run, auto-parents included.
        auto_parents: tables that the plan does not name.
        plan_sha256: of the plan as it is resolved.
        inferred: the plan with the rules that were inferred; None where none were.
    """

    issues: tuple[Issue, ...]
    tables: Mapping[TableRef, int]
    auto_parents: frozenset[TableRef] = field(default_factory=frozenset)
    plan_sha256: str = ""
    inferred: Plan | None = None


def key(plan: Plan, schema: DatabaseSchema) -> str | None:
    """Return what stands for everything the verdict depends on; None where others' code has a say in it."""
    from datalchemy_nb.domains.registering import revision

    points = metadata.entry_points()
    if revision() or any(points.select(group=group) for group in _GROUPS):
        return None
    told = hashlib.sha256(f"{_FORM} {sys.version} {sys.platform} {_code()}".encode())
    for document in (plan, schema):
        text = json.dumps(document.to_dict(), separators=(",", ":"), ensure_ascii=True).encode()
        told.update(len(text).to_bytes(8, "big"))
        told.update(text)
    return told.hexdigest()


def find(name: str | None) -> Verdict | None:
    """Return the verdict kept under a key; None where there is none that can be trusted."""
    place = _directory() if name is not None else None
    if place is None:
        return None
    try:
        with open(os.open(place / f"{name}.json", os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            told = os.fstat(file.fileno())
            if not _ours(told) or told.st_size > _LARGEST:
                return None
            data = json.loads(file.read())
        return Verdict(
            issues=tuple(Issue.model_validate(issue) for issue in data["issues"]),
            tables={TableRef(schema, table): int(rows) for schema, table, rows in data["tables"]},
            auto_parents=frozenset(TableRef(schema, table) for schema, table in data["auto_parents"]),
            plan_sha256=str(data["plan_sha256"]),
            inferred=None if data["inferred"] is None else Plan.model_validate(data["inferred"]),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(name: str | None, verdict: Verdict) -> None:
    """Keep a verdict where that can be done; a cache that cannot be written is no fault."""
    if name is None:
        return
    data = {
        "issues": [issue.to_dict() for issue in verdict.issues],
        "tables": [[ref.schema, ref.table, rows] for ref, rows in verdict.tables.items()],
        "auto_parents": sorted([ref.schema, ref.table] for ref in verdict.auto_parents),
        "plan_sha256": verdict.plan_sha256,
        "inferred": None if verdict.inferred is None else verdict.inferred.to_dict(),
    }
    with contextlib.suppress(OSError):
        place = _directory(make=True)
        if place is None:
            return
        begun = place / f"{name}.{os.getpid()}.partial"
        with open(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=True)
        os.replace(begun, place / f"{name}.json")
        _forget(place)


def _directory(*, make: bool = False) -> Path | None:
    """Where verdicts lie; None where they are not wanted, or where others could have put them there."""
    asked = os.environ.get(VARIABLE)
    if asked is not None and asked.strip().lower() in ("", "off", "0", "no"):
        return None
    home = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(asked) if asked else (Path(home) if os.path.isabs(home) else Path.home() / ".cache")
        place = root / "verdicts" if asked else root / "datalchemy_nb" / "verdicts"
        if make:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place if _ours(place.lstat()) else None
    except (OSError, RuntimeError):
        return None


def _ours(told: os.stat_result) -> bool:
    """Whether a file or directory, and no link, is this user's, and nobody else may write to it."""
    if not (stat.S_ISDIR(told.st_mode) or stat.S_ISREG(told.st_mode)):
        return False
    user = getattr(os, "getuid", lambda: told.st_uid)()
    return told.st_uid == user and not told.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _forget(place: Path) -> None:
    """Remove the oldest, where there are too many."""
    files = sorted(place.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    for file in files[: max(len(files) - _MOST, 0)]:
        file.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _code() -> str:
    """Stands for the code that decides: every file of this package, and the libraries, by size and time of writing."""
    package = Path(__file__).parents[1]
    files = [*_files(package), *(spec.origin for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin)]
    told = hashlib.sha256()
    for path in files:
        at = os.stat(path)
        told.update(f"{path}\0{at.st_size}\0{at.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return told.hexdigest()


def _files(directory: Path | str) -> Iterator[str]:
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            yield entry.path
