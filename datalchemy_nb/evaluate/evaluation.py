"""The judge's verdict, and how it is written to a directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from datalchemy_nb.contracts.metrics import Metrics
from datalchemy_nb.errors import OutputError


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What evaluating a dataset gave.

    Attributes:
        metrics: the content of metrics.json.
        report_md: the content of report.md.
    """

    metrics: Metrics
    report_md: str

    @property
    def ok(self) -> bool:
        """Whether nothing was violated."""
        return not self.metrics.violations


def write(evaluation: Evaluation, directory: Path | str) -> tuple[Path, Path]:
    """Write metrics.json and report.md, each whole or not at all.

    Returns:
        The two paths.

    Raises:
        OutputError: the directory cannot be written.
    """
    directory = Path(directory)
    metrics, report = directory / "metrics.json", directory / "report.md"
    _replace(metrics, evaluation.metrics.to_json())
    _replace(report, evaluation.report_md)
    return metrics, report


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
