"""Before a run: whether it will have the bytes of an earlier one, or which library moved which columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.errors import DatalchemyError

if TYPE_CHECKING:
    from datalchemy_nb.contracts.run import Manifest
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.resolve.plan import ResolvedPlan

_NAMED = 8
_LARGEST = 20_000_000
"""Bytes of a manifest that is read for this."""


def moved(plan: ResolvedPlan, goldens_dir: Path, out_dir: Path) -> list[Issue]:
    """Compare the first rows of a plan with those of its goldens, or of its newest run, by their digests.

    Args:
        plan: what is about to be run.
        goldens_dir: where goldens lie.
        out_dir: where runs lie.

    Returns:
        A warning per golden or run that will not be met; none where the bytes are the same, or none was made of this
        plan and schema.
    """
    from datalchemy_nb.export.versions import changed_versions, moved_columns, probes

    found: list[Issue] = []
    now = None
    for name, manifest in _earlier(goldens_dir, out_dir):
        if (manifest.schema_fingerprint, manifest.plan_sha256) != (plan.schema_fingerprint, plan.plan_sha256):
            continue
        now = probes(plan) if now is None else now
        versions, compared = changed_versions(manifest), moved_columns(manifest, now)
        if compared is None and versions:
            found.append(_warning(f"whether this run has the bytes of {name} is not known before it", versions))
        elif compared is not None and compared[0]:
            columns, total = compared
            shown = ", ".join(columns[:_NAMED]) + (f" and {len(columns) - _NAMED} more" * (len(columns) > _NAMED))
            text = f"{len(columns)} of {total} columns will not have the values of {name}: {shown}"
            found.append(_warning(text, versions or ["no version of a library changed"]))
    return found


def has_earlier(plan_sha256: str, schema: DatabaseSchema, goldens_dir: Path, out_dir: Path) -> bool:
    """Whether a golden, or the newest run where there is none, was made of this plan and schema.

    Args:
        plan_sha256: of the plan as it is resolved.
        schema: the schema.
        goldens_dir: where goldens lie.
        out_dir: where runs lie.
    """
    return any(
        manifest.plan_sha256 == plan_sha256
        and manifest.schema_fingerprint == (schema.schema_fingerprint or schema.fingerprint())
        for _, manifest in _earlier(goldens_dir, out_dir)
    )


def _earlier(goldens_dir: Path, out_dir: Path) -> Iterator[tuple[str, Manifest]]:
    """The manifests of goldens; of the newest complete run, where there is no golden."""
    from datalchemy_nb.export.rundir import MANIFEST, newest_runs
    from datalchemy_nb.golden import load, names

    saved = names(goldens_dir)
    for name in saved:
        try:
            yield f"golden {name}", load(name, goldens_dir).manifest
        except DatalchemyError:
            continue
    newest = next((run for run in newest_runs(out_dir) if run.is_complete), None) if not saved else None
    if newest is not None and (newest.path / MANIFEST).stat().st_size < _LARGEST:
        yield f"run {newest.run_id[:8]}", newest.manifest


def _warning(text: str, versions: list[str]) -> Issue:
    return Issue(
        severity="warning",
        code="bytes_moved",
        path="/",
        message=f"{text} ({', '.join(versions)})",
        hint="install the versions it was made with, or review the change and save a new golden",
    )
