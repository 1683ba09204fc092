"""What must be the same for two processes to make the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from datalchemy_nb._version import OUTPUT_VERSION
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.run import PROBED, Manifest
from datalchemy_nb.export.checkpoint import Head
from datalchemy_nb.export.digest import frame_digests
from datalchemy_nb.generate.rows import Engine

if TYPE_CHECKING:
    from datalchemy_nb.export.formats import Format
    from datalchemy_nb.resolve.plan import ResolvedPlan

_PACKAGES = ("faker", "numpy", "polars")


def dependencies() -> dict[str, str]:
    """Versions of the packages that could change bytes."""
    return {name: _version(name) for name in _PACKAGES}


def head_of(plan: ResolvedPlan, formats: Sequence[Format], parts: str | None = None) -> Head:
    """Describe the bytes that this process makes of a plan.

    Args:
        plan: the plan.
        formats: of its files.
        parts: where the parts stay, if they are not merged.
    """
    return Head(
        output_version=OUTPUT_VERSION,
        plan_sha256=plan.plan_sha256,
        schema_fingerprint=plan.schema_fingerprint,
        formats=tuple(formats),
        dependencies=dependencies(),
        parts=parts,
    )


def differences(one: Head, other: Head) -> list[str]:
    """Name what differs: ``output version``, ``dependencies``."""
    before, now = one.to_dict(), other.to_dict()
    return [name.replace("_", " ") for name in now if before[name] != now[name]]


def probes(plan: ResolvedPlan, tables: Iterable[TableRef] | None = None) -> dict[TableRef, tuple[str, ...]]:
    """Digests of the first rows of tables, one per column, as this process makes them.

    Args:
        plan: the plan.
        tables: which; None = all of it.
    """
    engine = Engine(plan)
    wanted = plan.tables if tables is None else tables
    return {ref: frame_digests(engine.rows(ref, range(min(PROBED, plan.tables[ref].rows)))) for ref in wanted}


def moved_columns(manifest: Manifest, now: Mapping[TableRef, Sequence[str]]) -> tuple[list[str], int] | None:
    """Return which columns a run like an earlier one would fill with other values, and how many were compared.

    Args:
        manifest: of the earlier run.
        now: what `probes` gives.

    Returns:
        None where the manifest holds no probes, as those of earlier versions.
    """
    moved, compared = [], 0
    for table in manifest.tables:
        digests = now.get(table.ref, ())
        if len(table.probe) != len(digests) or not digests:
            return None
        compared += len(digests)
        for name, before, after in zip(table.columns, table.probe, digests, strict=True):
            if before != after:
                moved.append(f"{table.ref}.{show_ident(name)}")
    return moved, compared


def changed_versions(manifest: Manifest) -> list[str]:
    """Return which libraries, and this package, are not those of a manifest, with both versions."""
    now = dependencies()
    changed = [f"{n} {v} is now {now[n]}" for n, v in manifest.dependencies.items() if n in now and v != now[n]]
    if manifest.output_version != OUTPUT_VERSION:
        changed.append(f"output version {manifest.output_version} is now {OUTPUT_VERSION}")
    return changed


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
