"""What must be the same for two processes to make the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from datalchemy_nb._version import OUTPUT_VERSION
from datalchemy_nb.export.checkpoint import Head
from datalchemy_nb.export.writers import Format
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
        plan_sha256=plan.plan.sha256(),
        schema_fingerprint=plan.schema_fingerprint,
        formats=tuple(formats),
        dependencies=dependencies(),
        parts=parts,
    )


def differences(one: Head, other: Head) -> list[str]:
    """Name what differs: ``output version``, ``dependencies``."""
    before, now = one.to_dict(), other.to_dict()
    return [name.replace("_", " ") for name in now if before[name] != now[name]]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
