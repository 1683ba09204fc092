"""What ``generate --format`` may say: the one table that help, docs, completion, the session and the run panel read.

Adding a format is an entry here and, where tables get a new kind of file, its `Writer` in
[writers.py](writers.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from datalchemy_nb.records import dataclass

Format = str
"""A kind of file, by its suffix: ``csv``, ``parquet``. Each has a `Writer`."""
CSV: Format = "csv"
Script = Literal["copy", "sql"]


@dataclass(frozen=True)
class Output:
    """One word of ``--format``.

    Attributes:
        files: the files that each table gets; the first is the one a manifest names first.
        help: what they are, after the word.
        label: the word in the run panel.
        script: a psql script beside them loads the CSV files by COPY, or the INSERT statements; None = no script.
    """

    files: tuple[Format, ...]
    help: str
    label: str
    script: Script | None = None


OUTPUTS: dict[str, Output] = {
    "csv": Output(("csv",), "", "CSV"),
    "parquet": Output(("parquet",), "the same values, typed", "Parquet"),
    "both": Output(("csv", "parquet"), "CSV and Parquet", "CSV and Parquet"),
    "copy": Output(("csv",), "CSV and a psql script, load.sql, that loads it by COPY", "CSV, psql script", "copy"),
    "sql": Output(("csv", "sql"), "CSV, INSERT statements and a script that runs them", "CSV, INSERT", "sql"),
    "sheet": Output(
        ("csv", "sheet.csv"),
        "a second CSV, .sheet.csv, whose texts no spreadsheet takes for formulas",
        "CSV, spreadsheet",
    ),
}


def described() -> str:
    """Return the words with what each makes, as help has them."""
    return "; ".join(f"{word}: {output.help}" if output.help else word for word, output in OUTPUTS.items())


def in_order(suffixes: Iterable[Format]) -> tuple[Format, ...]:
    """Return kinds of files in the order of this table."""
    wanted = set(suffixes)
    return tuple(suffix for suffix in _kinds() if suffix in wanted)


def of_names(names: Iterable[str]) -> tuple[Format, ...]:
    """Return the kinds of files that have these names."""
    kinds = sorted(_kinds(), key=len, reverse=True)
    matching = ((suffix for suffix in kinds if name.endswith(f".{suffix}")) for name in names)
    return in_order(suffix for found in matching for suffix in [*found][:1])


def _kinds() -> dict[Format, None]:
    return dict.fromkeys(suffix for output in OUTPUTS.values() for suffix in output.files)
