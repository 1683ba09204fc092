"""The judge's verdict, and how it is written to a directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from datalchemy_nb.contracts.metrics import Metrics
from datalchemy_nb.errors import OutputError
from datalchemy_nb.evaluate.markdown import markdown
from datalchemy_nb.evaluate.page import Page
from datalchemy_nb.evaluate.webpage import webpage


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What evaluating a dataset gave.

    Attributes:
        metrics: the content of metrics.json.
        page: what report.md and report.html say.
    """

    metrics: Metrics
    page: Page

    @property
    def report_md(self) -> str:
        """The content of report.md."""
        return markdown(self.page)

    @property
    def report_html(self) -> str:
        """The content of report.html."""
        return webpage(self.page)

    @property
    def ok(self) -> bool:
        """Whether nothing was violated."""
        return not self.metrics.violations


def write(evaluation: Evaluation, directory: Path | str) -> tuple[Path, Path]:
    """Write metrics.json, report.md and report.html, each whole or not at all.

    Returns:
        The paths of the first two.

    Raises:
        OutputError: the directory cannot be written.
    """
    directory = Path(directory)
    metrics, report = directory / "metrics.json", directory / "report.md"
    _replace(metrics, evaluation.metrics.to_json())
    _replace(report, evaluation.report_md)
    _replace(directory / "report.html", evaluation.report_html)
    return metrics, report


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
