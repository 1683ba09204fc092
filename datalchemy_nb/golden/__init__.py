"""Goldens: manifests kept under a name, and the difference between one and a run."""

from datalchemy_nb.golden.compare import compare
from datalchemy_nb.golden.store import delete, load, names, save

__all__ = ["compare", "delete", "load", "names", "save"]
