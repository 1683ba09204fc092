"""Judges the form of a file: header, columns and their order, line ends, records that are no rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.run import DataFileManifest
from datalchemy_nb.evaluate import csvfile
from datalchemy_nb.evaluate.csvfile import Scan
from datalchemy_nb.evaluate.findings import Finding, Findings
from datalchemy_nb.evaluate.reader import LoadedTable, stored_columns


def check(table: LoadedTable, scan: Scan, findings: Findings, sha256: str | None = None) -> None:
    """Add everything wrong with a file as a file.

    Args:
        table: the loaded file.
        scan: what its bytes tell.
        findings: what is added to.
        sha256: what the run's manifest says of it.
    """
    findings.checked("file")
    if sha256 is not None and scan.sha256 != sha256:
        message = "the file is not the one the run wrote: its SHA-256 differs from manifest.json"
        findings.add(Finding(table.ref, "file", "changed_file", str(table.ref), message))
    for code, message, count in (*_dialect(table, scan), *_header(table)):
        findings.add(Finding(table.ref, "file", code, str(table.ref), message, count))
    if table.rejected:
        where = f", the first at line {table.first_rejected}" if table.first_rejected else ""
        message = f"{table.rejected} records are malformed{where}; row numbers count the others"
        findings.add(Finding(table.ref, "file", "malformed_csv", str(table.ref), message, table.rejected))


def check_others(ref: TableRef, directory: Path, files: Sequence[DataFileManifest], findings: Findings) -> None:
    """Add the files of other formats that are not what the run wrote; their cells are not read."""
    for file in files:
        path = directory / file.file
        if not path.is_file():
            fault = "is missing"
        elif path.stat().st_size != file.bytes or csvfile.scan(path, hashed=True).sha256 != file.sha256:
            fault = "is not the one the run wrote: it differs from manifest.json"
        else:
            continue
        findings.add(Finding(ref, "file", "changed_file", str(ref), f"{file.file} {fault}"))


def _dialect(table: LoadedTable, scan: Scan) -> list[tuple[str, str, int]]:
    file = table.file
    found = []
    if file.has_bom:
        found.append(("byte_order_mark", "the file starts with a byte order mark", 1))
    if file.newline != "\n":
        found.append(("line_ends", f"lines end in {file.newline!r}, not in '\\n'", 1))
    # As many line ends as records leave none for a blank line.
    plain = file.complete and not scan.returns and scan.newlines == table.rows + 1
    returns, blanks = (0, 0) if plain else csvfile.stray_lines(file.path)
    if returns and file.newline == "\n":
        found.append(("line_ends", f"{returns} carriage returns stand outside quotes", returns))
    if blanks and len(file.header) > 1:
        found.append(("blank_lines", f"{blanks} lines are blank", blanks))
    if not file.complete:
        found.append(("truncated_file", "the last line is not ended: the file may be cut off", 1))
    return found


def _header(table: LoadedTable) -> list[tuple[str, str, int]]:
    expected = [column.name for column in stored_columns(table.table)]
    if table.headless and expected:
        return [("missing_header", "the first line names no column of the table", 1)]
    header = table.file.header
    missing = [name for name in expected if name not in header]
    extra = [name for i, name in enumerate(header) if name not in expected or name in header[:i]]
    found = []
    if missing:
        found.append(("missing_columns", f"columns missing: {_list(missing)}", len(missing)))
    if extra:
        generated = any(name in table.table.by_name and name not in expected for name in extra)
        note = " (generated columns are left out of files)" if generated else ""
        found.append(("extra_columns", f"columns not expected: {_list(extra)}{note}", len(extra)))
    both = [name for name in dict.fromkeys(header) if name in expected]
    if both != [name for name in expected if name in both]:
        found.append(("reordered_columns", f"columns stand in the order {_list(both)}", 1))
    return found


def _list(names: list[str]) -> str:
    return ", ".join(show_ident(name) for name in names)
