"""Where figures come from: processor, memory, versions; nothing that names the machine or its user."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from datalchemy_nb.generate.engine import default_workers
from tests.benchmarks.figures import Machine

_OURS = ("datalchemy_nb", "polars", "numpy", "duckdb", "faker", "distributed")
_THEIRS = ("mimesis", "polyfactory", "tpchgen-cli")


def machine() -> Machine:
    """Describe this machine."""
    return Machine(
        cpu=_cpu(),
        cores=default_workers(),
        memory_gb=_memory() / 1e9,
        system=f"{platform.system()} {platform.machine()}",
        versions={"Python": platform.python_version(), **{name: _version(name) for name in (*_OURS, *_THEIRS)}},
    )


def load() -> float:
    """Return the runnable processes per core over the last minute: above 1 somebody else is at work too."""
    return os.getloadavg()[0] / default_workers() if hasattr(os, "getloadavg") else 0.0


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
