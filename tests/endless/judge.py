"""What becomes of a schema nobody has seen: drafted or bare, made, and judged by PostgreSQL itself.

Every schema lies in a namespace of its own in one database, so that hundreds cost seconds. Foreign keys are dropped
before the rows go in and added again after them, so that every refusal is seen, not the first alone.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import psycopg
from psycopg import sql

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.errors import DatalchemyError, Infeasible
from datalchemy_nb.export.rowstream import RowStream
from datalchemy_nb.generate.redrawing import Counters
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.session import Session
from tests.compat.survey import bare_plan, ordinary
from tests.endless.possible import rows_found

Outcome = Literal["clean", "warned", "refused", "FAULT"]
Reason = Literal["", "contradiction", "few", "cannot"]
Mode = Literal["bare", "draft"]

_BREAKS = frozenset({"unsupported", "trigger", "expires", "slow_expression"})
"""Codes of warnings that say rows may be refused."""
_FOREIGN_KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), p.relname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname = %s ORDER BY 1, 2
"""
_ROOTS = """
SELECT c.relname, r.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = pg_partition_root(c.oid) WHERE c.relispartition AND n.nspname = %s
"""


@dataclass
class Verdict:
    """What became of one schema.

    Attributes:
        outcome: the worst of what was found.
        said: what was said before the run.
        refusals: what PostgreSQL refused.
        redraw: the largest share of rows of a table that were drawn again.
        reason: of what is refused: no row of any refused table was found among thousands of candidates; there are fewer
            rows than were asked for; or there are rows, and this project does not make them. Empty where not asked.
    """

    outcome: Outcome
    said: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    redraw: float = 0.0
    rows: dict[str, list[dict[str, str | None]]] = field(default_factory=dict)
    reason: Reason = ""
    refused: dict[TableRef, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n  ".join([self.outcome, *self.said, *self.refusals])


@contextmanager
def namespace(url: str, name: str, ddl: str) -> Iterator[None]:
    """Make a schema in a namespace that goes again.

    Raises:
        psycopg.Error: the server does not take the schema.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _quiet(connection)
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        try:
            connection.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(name)))
            connection.execute(ddl.encode())
            yield
        finally:
            connection.execute(drop)


def judge(
    url: str,
    ddl: str,
    *,
    rows: int,
    mode: Mode,
    name: str = "one",
    keep: bool = False,
    attempts: int | None = None,
    explain: bool = False,
) -> Verdict:
    """Return what becomes of a schema.

    Args:
        url: a database, in which the schema is made and taken away again.
        ddl: the schema, in whatever namespace comes first.
        rows: of an ordinary table.
        mode: what ``plan`` drafts, or a plan without a rule.
        keep: return the rows, as texts.
        attempts: how often a row of a bare plan is drawn at most, and nothing is inferred; None = as usual.
        explain: look whether what is refused can have rows.
    """
    with namespace(url, name, ddl):
        try:
            verdict = _judged(url, name, rows, mode, keep=keep, attempts=attempts)
            return _explained(url, name, verdict) if explain and verdict.outcome == "refused" else verdict
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}"
            return Verdict("FAULT", refusals=[f"crash {type(error).__name__} at {where}: {error}"[:600]])


_FEW = re.compile(r"distinct values are possible|combinations of .* hold|rows are asked for|possible from")


def _explained(url: str, name: str, verdict: Verdict) -> Verdict:
    """Say of a refusal why it is one."""
    schema = Session().introspect(url, schemas=[name]).schema
    with psycopg.connect(url, autocommit=True) as connection:
        _quiet(connection)
        connection.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(name)))
        found = rows_found(connection, schema)
    possible = [told for ref, told in verdict.refused.items() if found.get(ref)]
    reason: Reason = "contradiction" if not possible else "few" if all(map(_FEW.search, possible)) else "cannot"
    return replace(verdict, reason=reason, said=possible or verdict.said)


def _judged(url: str, name: str, rows: int, mode: Mode, *, keep: bool, attempts: int | None) -> Verdict:
    session = Session()
    schema = session.introspect(url, schemas=[name]).schema
    wanted = set(ordinary(schema))
    if mode == "bare":
        plan = bare_plan(schema, rows)
        if attempts is not None:
            quick = plan.settings.model_copy(update={"max_attempts_row": attempts, "infer": False})
            plan = plan.model_copy(update={"options": quick})
        session.use_plan(plan)
    else:
        drafted = session.show_plan(draft=True, rows=rows)
        assert isinstance(drafted, Plan)
        plan = drafted
    left_out = wanted - {target.ref for target in plan.targets}
    refused = {
        TableRef(one.reference.schema_name, one.reference.table or ""): one.reason
        for one in plan.rules_unsupported
        if one.reference is not None and "rows of" in one.description and not one.reason.startswith("it needs rows of")
    }
    said = [
        f"left out: {one.description}: {one.reason}" for one in plan.rules_unsupported if "rows of" in one.description
    ]
    validation = session.validate()
    errors = [issue for issue in validation.issues if issue.severity == "error"]
    if errors:
        lowered = _lowered(session, errors) if mode == "bare" else None
        if lowered is None:
            refused |= {issue.table: str(issue) for issue in errors if issue.table is not None}
            return Verdict("refused", [*said, *(str(issue) for issue in errors)], refused=refused)
        validation = session.validate()
        if any(issue.severity == "error" for issue in validation.issues):
            errors = [issue for issue in validation.issues if issue.severity == "error"]
            refused = {issue.table: str(issue) for issue in errors if issue.table is not None}
            return Verdict("refused", [str(issue) for issue in errors], refused=refused)
    warnings = [issue for issue in validation.issues if issue.severity == "warning" and issue.code in _BREAKS]
    said += [str(issue) for issue in warnings]
    try:
        resolved = session.resolved()
        refusals, kept = _loaded(url, name, resolved, keep=keep)
        redraw = _redrawn(resolved)
    except Infeasible as error:
        return Verdict("FAULT", said, [f"not seen by validate: {error.message}"])
    except DatalchemyError as error:
        return Verdict("FAULT", said, [f"not seen before the run: {type(error).__name__}: {error.message}"])
    silent = [one for one in refusals if not _foretold(one, warnings)]
    if silent:
        return Verdict("FAULT", said, [f"{table}: {told}" for table, told in silent], redraw, kept)
    outcome: Outcome = "warned" if warnings else "refused" if left_out else "clean"
    return Verdict(outcome, said, [f"{table}: {told}" for table, told in refusals], redraw, kept, refused=refused)


def _lowered(session: Session, errors: list[Issue]) -> bool | None:
    """Ask for as many rows as the refusals say there can be; None where they say nothing of the kind."""
    for _ in range(12):
        plan = session.plan
        assert plan is not None
        fewer = {issue.table: issue.possible for issue in errors if issue.possible}
        if not fewer or any(issue.possible is None for issue in errors):
            return None
        targets = tuple(
            target.model_copy(update={"rows": min(target.rows, fewer.get(target.ref) or target.rows)})
            for target in plan.targets
        )
        if targets == plan.targets:
            return None
        session.use_plan(plan.model_copy(update={"targets": targets}))
        errors = [issue for issue in session.validate().issues if issue.severity == "error"]
        if not errors:
            return True
    return None


def _foretold(refusal: tuple[TableRef, str], warnings: list[Issue]) -> bool:
    """Whether a warning names the constraint, or the table where it names no constraint."""
    table, told = refusal
    return any(
        issue.table == table and (issue.constraint is None or issue.constraint in told or issue.column is not None)
        for issue in warnings
    )


def _loaded(
    url: str, name: str, plan: ResolvedPlan, *, keep: bool
) -> tuple[list[tuple[TableRef, str]], dict[str, list[dict[str, str | None]]]]:
    """Put every table's rows in by COPY, then the foreign keys back; return what was refused, and rolled back."""
    refused: list[tuple[TableRef, str]] = []
    kept: dict[str, list[dict[str, str | None]]] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        _quiet(connection)
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(name)))
            keys = connection.execute(_FOREIGN_KEYS.encode(), [name]).fetchall()
            for table, key, _, _ in keys:
                alter = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
                connection.execute(alter.format(sql.Identifier(name, table), sql.Identifier(key)))
            whole = set[str]()
            for ref in plan.tables:
                told = _copied(connection, plan, ref)
                if told is not None:
                    refused.append((ref, told))
                    continue
                whole.add(ref.table)
                if keep:
                    kept[ref.table] = _texts(connection, ref)
            planned = {ref.table for ref in plan.tables}
            roots = dict(connection.execute(_ROOTS.encode(), [name]).fetchall())
            for table, key, definition, parent in keys:
                target = roots.get(parent, parent)
                if roots.get(table, table) not in whole or (target not in whole and target in planned):
                    continue
                add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
                statement = add.format(sql.Identifier(name, table), sql.Identifier(key), sql.SQL(definition))
                told = _tried(connection, statement)
                if told is not None:
                    refused.append((TableRef(name, roots.get(table, table)), told))
    return refused, kept


def _redrawn(plan: ResolvedPlan) -> float:
    """The largest share of rows of a table that were drawn again."""
    engine, shares = Engine(plan), [0.0]
    for ref, table in plan.tables.items():
        if table.rows and table.groups:
            counters = Counters()
            engine.rows(ref, np.arange(table.rows, dtype=np.uint64), counters=counters)
            shares.append(counters.retries[ref] / table.rows)
    return max(shares)


def _copied(connection: psycopg.Connection[tuple[object, ...]], plan: ResolvedPlan, ref: TableRef) -> str | None:
    stream = RowStream(plan, ref, 1, lambda: False)
    columns = sql.SQL(", ").join(map(sql.Identifier, stream.columns))
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER true)").format(sql.Identifier(*ref), columns)
    try:
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as sink:
            for block, _ in stream.blocks():
                sink.write(block)
    except psycopg.Error as error:
        return _short(error)
    return None


def _texts(connection: psycopg.Connection[tuple[object, ...]], ref: TableRef) -> list[dict[str, str | None]]:
    table = sql.Identifier(*ref)
    query = sql.SQL("SELECT (SELECT json_object_agg(key, value) FROM json_each_text(to_json(t.*))) FROM {} t").format(
        table
    )
    return [row[0] for row in connection.execute(query).fetchall()]  # type: ignore[misc]


def _tried(connection: psycopg.Connection[tuple[object, ...]], statement: sql.Composed) -> str | None:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.Error as error:
        return _short(error)
    return None


def _short(error: psycopg.Error) -> str:
    detail = error.diag.message_detail or ""
    return f"{error.diag.constraint_name or ''} {error.diag.message_primary or error} {detail}"[:500]


def _quiet(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute("SET client_min_messages TO error")
    connection.execute("SET synchronous_commit TO off")
