"""What was found out about a plan before, kept in the user's cache directory: that it can run, and what was inferred.

To validate a plan is to resolve it and to try samples of its rows. The same plan over the same schema, by the same
code and libraries, gives the same answer, so it is asked once. Only plans that can run are kept, never what is wrong
with one.

A file there is plain JSON, read by the models of plans and issues, and only if it belongs to this user and nobody else
may write to it or its directory. Anything else, a damaged file included, is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.records import dataclass
from datalchemy_nb.session.cache import Shelf, wanted

SHELF = Shelf("verdicts", "json", largest=20_000_000)
_FORM = 2
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
    """Return what stands for everything the verdict depends on.

    None where others' code has a say in it, or nothing is to be kept.
    """
    from datalchemy_nb.domains.registering import revision

    if not wanted():
        return None
    points = metadata.entry_points()
    if revision() or any(points.select(group=group) for group in _GROUPS):
        return None
    told = hashlib.sha256(f"{_FORM} {sys.version} {sys.platform} {_code()}".encode())
    for document in (plan, schema):
        text = document.model_dump_json(by_alias=True).encode()
        told.update(len(text).to_bytes(8, "big"))
        told.update(text)
    return told.hexdigest()


def find(name: str | None) -> Verdict | None:
    """Return the verdict kept under a key; None where there is none that can be trusted."""
    kept = SHELF.find(name) if name is not None else None
    if kept is None:
        return None
    try:
        data = json.loads(kept)
        return Verdict(
            issues=tuple(Issue.model_validate(issue) for issue in data["issues"]),
            tables={TableRef(schema, table): int(rows) for schema, table, rows in data["tables"]},
            auto_parents=frozenset(TableRef(schema, table) for schema, table in data["auto_parents"]),
            plan_sha256=str(data["plan_sha256"]),
            inferred=None if data["inferred"] is None else Plan.model_validate(data["inferred"]),
        )
    except (ValueError, LookupError, TypeError):
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
    SHELF.keep(name, json.dumps(data, ensure_ascii=True).encode())


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
