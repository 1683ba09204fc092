"""Goldens: manifests kept under a name, and the difference between one and a run."""

from datalchemy_nb.golden.compare import compare
from datalchemy_nb.golden.store import delete, list_names, load, save

__all__ = ["compare", "delete", "list_names", "load", "save"]
