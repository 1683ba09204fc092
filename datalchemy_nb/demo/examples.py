"""The example plans and their goldens: in a clone they lie in plans/, in an installed package beside the demo."""

from __future__ import annotations

from pathlib import Path

from datalchemy_nb.errors import UsageError, did_you_mean

_PACKAGE = Path(__file__).parents[1]
_SUFFIXES = (".json", ".yaml", ".yml")


def plans_directory() -> Path:
    """The directory that holds ``examples`` and ``goldens``."""
    clone = _PACKAGE.parent / "plans"
    return clone if (clone / "examples").is_dir() else _PACKAGE / "demo" / "plans"


def goldens_directory() -> Path:
    """Where the goldens of the example plans lie."""
    return plans_directory() / "goldens"


def examples() -> dict[str, Path]:
    """Example plans by name."""
    directory = plans_directory() / "examples"
    found = sorted(directory.iterdir()) if directory.is_dir() else []
    return {path.stem: path for path in found if path.suffix in _SUFFIXES}


def example_plan(name: str) -> Path:
    """Return the file of an example plan.

    Raises:
        UsageError: there is none of this name.
    """
    known = examples()
    if name not in known:
        raise UsageError(f"no example plan {name!r}", hint=did_you_mean(name, known) or f"one of {', '.join(known)}")
    return known[name]
