"""Rows that break one constraint each, beside the rows of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.violations import BrokenRow, NotBroken, Violations
from datalchemy_nb.errors import UsageError, did_you_mean
from datalchemy_nb.export.rundir import write_out

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.introspect.connection import Connection
    from datalchemy_nb.load.source import FileSource
    from datalchemy_nb.resolve.plan import ResolvedPlan

FILE, DIRECTORY = "violations.json", "violations"
EVERY = "constraint"
_FURTHER = 60


def check_words(words: Sequence[str], schema: DatabaseSchema) -> None:
    """Check what is to be broken, before a row is made.

    Raises:
        UsageError: a word is no kind, no constraint and no table.
    """
    from datalchemy_nb.load.breaking import KINDS, targets_of

    known = {EVERY, *KINDS}
    for ref in schema.tables:
        known |= {str(ref), *(name for target in targets_of(ref, schema) for name in _names(ref, target.name))}
    for word in words:
        if word not in known:
            hint = did_you_mean(word, known) or f"write {EVERY} for all, a kind ({', '.join(KINDS)}), a table or a name"
            raise UsageError(f"nothing to violate is called {word!r}", hint=hint)


def violate(
    directory: Path,
    run_id: str,
    words: Sequence[str],
    where: str | None,
    sources: dict[TableRef, FileSource],
    schema: DatabaseSchema,
    resolved: ResolvedPlan,
) -> Violations:
    """Find the rows on a server that has the tables, empty, and write them into the run.

    Args:
        directory: of the run.
        run_id: its id.
        words: what to break: ``constraint`` for all, kinds, tables or names.
        where: the server.
        sources: the run's files.
        schema: of its tables.
        resolved: the plan with another seed.

    Raises:
        LoadError: PostgreSQL refused the run itself.
        ConnectionFailed: no answer, or refused.
    """
    from datalchemy_nb.load.breaking import broken_rows
    from datalchemy_nb.load.load import load

    found: list[BrokenRow] = []
    missed: list[NotBroken] = []

    def then(connection: Connection) -> None:
        rows, none = broken_rows(connection, schema, list(sources), _further(resolved), _wanted(words))
        found.extend(rows)
        missed.extend(none)

    report = load(where, sources, schema, commit=False, rebuild=False, then=then)
    result = Violations(
        run_id=run_id, server_version=report.server_version, rows=tuple(found), not_broken=tuple(missed)
    )
    write_out(directory / FILE, result.to_json())
    for ref in dict.fromkeys(row.ref for row in found):
        place = directory / DIRECTORY / f"{ref.file_stem}.csv"
        place.parent.mkdir(exist_ok=True)
        write_out(place, _csv([row for row in found if row.ref == ref]))
    return result


def _further(resolved: ResolvedPlan) -> Callable[[TableRef], tuple[tuple[str, ...], bytes]]:
    from datalchemy_nb.export.csv import encode
    from datalchemy_nb.generate.rows import Engine

    engine = Engine(resolved)

    def rows(ref: TableRef) -> tuple[tuple[str, ...], bytes]:
        table = resolved.tables[ref]
        frame = engine.rows(ref, range(min(table.rows, _FURTHER)))
        return tuple(frame.columns), encode(frame)

    return rows


def _wanted(words: Sequence[str]) -> Callable[[TableRef, str, str], bool]:
    chosen = set(words)

    def wanted(ref: TableRef, kind: str, name: str) -> bool:
        return bool(chosen & {EVERY, kind, str(ref), *_names(ref, name)})

    return wanted


def _names(ref: TableRef, name: str) -> tuple[str, str]:
    return name, f"{ref}.{name}"


def _csv(rows: list[BrokenRow]) -> str:
    """The rows of one table as the run's CSV is written, behind the name of what each breaks."""
    lines: list[list[str | None]] = [["violates", *rows[0].row]]
    lines += [[row.constraint, *row.row.values()] for row in rows]
    return "".join(",".join(map(_cell, line)) + "\n" for line in lines)


def _cell(value: str | None) -> str:
    if value is None:
        return ""
    if value == "" or any(sign in value for sign in ',"\n\r') or value == "\\.":
        return '"' + value.replace('"', '""') + '"'
    return value
