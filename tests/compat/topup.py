"""``python -m tests.compat.topup [--capacity] [NAME ...]``: applications topped up beside what their migrations made.

The draft keeps lookup tables; every other table gets rows beside those that are there, then a tenth of that three times
more, each with the keys of what is there read before. Said are rows loaded and refused, whether the rows that were
there are still the same, byte for byte, whether ``pg_dump --schema-only`` says the same, and whether the application's
own migrations find nothing to do.

With ``--capacity`` tables have one where the plan allows it, keys are read once, and the three top-ups send what is
behind the rows of the run before, which are its first ones, byte for byte.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PlanTarget
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.demo import EmbeddedServer, binaries
from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.planning.leave_out import without_tables
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session
from tests.compat.recipes import Application, applications, migrate

ROWS, ROUNDS = 50, 3


def main() -> int:
    """Top up the applications that are named; all where none is."""
    known, words = applications(), sys.argv[1:]
    growing = "--capacity" in words
    with EmbeddedServer() as server:
        for name in [word for word in words if word != "--capacity"] or known:
            try:
                url = migrated(known[name], server.conninfo)
                print(f"{name}: {topped_up(known[name], url, growing=growing)}", flush=True)
            except Exception as error:  # noqa: BLE001 - one application must not stop the others
                print(f"{name}: failed: {type(error).__name__}: {str(error)[:300]}", flush=True)
    return 0


def migrated(app: Application, server: str) -> str:
    """Let an application make its tables in a database of its own, and return where that is."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(app.database)))
    url = make_conninfo(server, dbname=app.database)
    given = psycopg.conninfo.conninfo_to_dict(url)
    migrate(app, f"postgresql://{given['user']}:{given['password']}@{given['host']}:{given['port']}/{app.database}")
    return url


def topped_up(app: Application, url: str, *, growing: bool = False) -> str:
    """Top up an application's database, and say what came of it.

    Args:
        app: the application.
        url: its migrated database.
        growing: by capacity, instead of adding rows beside those that are there.
    """
    before, told = _dump(url), []
    with tempfile.TemporaryDirectory() as scratch:
        session = Session(out_dir=Path(scratch) / "runs")
        schema = session.introspect(url).schema
        draft = session.show_plan(draft=True, append=True, rows=ROWS)
        assert isinstance(draft, Plan)
        held = {ref: rows for ref, rows in _counts(url, list(schema.tables)).items() if rows}
        kept = {target.ref for target in draft.targets if target.existing == "keep"}
        told.append(f"{len(held)} tables hold {sum(held.values())} rows, {len(kept)} of them kept")
        plan, first, before_it = draft, None, None
        for number in range(ROUNDS + 1):
            found = _rows(url, schema.tables)
            try:
                lowered = 0
                if not growing:
                    run, lowered = _generated(session, _appending(draft, number))
                elif first is None:
                    run, plan = _growing(session, draft, schema)
                    told.append(
                        f"{sum(t.capacity is not None for t in plan.targets)} of {len(draft.targets)} tables grow"
                    )
                else:
                    run = session.generate(_grown(plan, number), existing=first if plan.holding else None)
                broken = session.evaluate(run).metrics.violations
                rows = session.load(run, url, append=before_it is None, after=before_it, commit=True).report.rows
                if growing:
                    first, before_it = first or run, run
            except DatalchemyError as error:
                told.append(f"round {number}: REFUSED {error}")
                break
            same = all(found[ref] <= now for ref, now in _rows(url, schema.tables).items())
            less = f" ({lowered} tables have no room for more)" if lowered else ""
            told.append(f"+{rows} rows{less}, {len(broken)} violations, {'same' if same else 'OTHER'} rows before")
    told.append("schema unchanged" if _dump(url) == before else "SCHEMA CHANGED")
    try:
        migrate(Application(**{**vars(app), "before": ()}), make_url(url))
        told.append("migrations find nothing to do" if _dump(url) == before else "MIGRATIONS CHANGED THE SCHEMA")
    except Exception as error:  # noqa: BLE001
        told.append(f"MIGRATIONS FAIL: {str(error)[:200]}")
    return "; ".join(told)


def _generated(session: Session, plan: Plan) -> tuple[Run, int]:
    """Generate, with fewer rows where a unique set has no values left for them; return of how many tables."""
    lowered: set[TableRef] = set()
    for _ in range(40):
        try:
            return session.generate(plan, read_existing=True), len(lowered)
        except PlanInvalid as error:
            fewer = {
                issue.table: issue.asked - issue.possible
                for issue in error.issues
                if issue.table is not None and issue.asked is not None and issue.possible is not None
            }
            if not fewer:
                raise
        lowered |= fewer.keys()
        plan = plan.model_copy(update={"targets": tuple(_fewer(t, fewer.get(t.ref, 0)) for t in plan.targets)})
    raise AssertionError("the plan does not become smaller")


def _growing(session: Session, plan: Plan, schema: DatabaseSchema) -> tuple[Run, Plan]:
    """Generate with a capacity for every table that may have one.

    Tables that are refused go without, then those that are full get fewer rows; last goes a relation that is at fault.
    A table without capacity is left out where it refers to one that grows: its rows would not stay.
    """
    tens = (t.model_copy(update={"rows": -(-t.rows // 10) * 10}) for t in plan.targets)
    plan = plan.model_copy(update={"targets": tuple(tens)})
    roomy = {t.ref: t.rows * (10 + ROUNDS) // 10 for t in plan.targets if t.rows}
    less: dict[TableRef, int] = {}
    for _ in range(200):
        targets = (_fewer(t, less.get(t.ref, 0)) for t in plan.targets)
        changing = {
            ref: "its rows change when those that it refers to become more"
            for ref in {t.ref for t in plan.targets if t.rows} - roomy.keys()
            if {partition_root(key.target, schema) for key in schema.tables[ref].foreign_keys} & roomy.keys()
        }
        if changing:
            plan = without_tables(plan, schema, changing)
            roomy = {t.ref: roomy[t.ref] for t in plan.targets if t.ref in roomy}
            continue
        tried = plan.model_copy(
            update={"targets": tuple(t.model_copy(update={"capacity": roomy.get(t.ref)}) for t in targets)}
        )
        try:
            return session.generate(tried, read_existing=bool(tried.holding)), tried
        except PlanInvalid as error:
            named = {_table(plan, issue) for issue in error.issues if issue.severity == "error"} & roomy.keys()
            fewer = {
                i.table: i.asked - i.possible for i in error.issues if i.table and i.asked and i.possible is not None
            }
            at_fault = {_rule(issue) for issue in error.issues} - {None}
            if not (named or fewer or at_fault):
                raise
            if not named and not fewer:
                rules = tuple(rule for number, rule in enumerate(plan.rules) if number not in at_fault)
                plan = plan.model_copy(update={"rules": rules})
            roomy = {ref: most for ref, most in roomy.items() if ref not in named}
            less |= {} if named else {ref: less.get(ref, 0) + count for ref, count in fewer.items()}
    raise AssertionError("the plan does not become smaller")


def _rule(issue: Issue) -> int | None:
    parts = issue.path.split("/")
    return int(parts[2]) if parts[1] == "rules" and len(parts) > 2 else None


def _table(plan: Plan, issue: Issue) -> TableRef | None:
    at = _rule(issue)
    return issue.table if issue.table is not None or at is None else plan.rules[at].ref


def _grown(plan: Plan, number: int) -> Plan:
    """The plan with so many tenths more rows in tables that grow."""
    targets = (
        t.model_copy(update={"rows": t.rows * (10 + number) // 10}) if t.capacity is not None else t
        for t in plan.targets
    )
    return plan.model_copy(update={"targets": tuple(targets)})


def _fewer(target: PlanTarget, less: int) -> PlanTarget:
    rows = max(target.rows - less, 0)
    return target.model_copy(update={"rows": rows} if rows else {"rows": 0, "existing": "keep"})


def make_url(url: str) -> str:
    """Return a connection string as an URL."""
    given = psycopg.conninfo.conninfo_to_dict(url)
    return f"postgresql://{given['user']}:{given['password']}@{given['host']}:{given['port']}/{given['dbname']}"


def _appending(draft: Plan, number: int) -> Plan:
    """The draft; after the first time with a tenth of its rows, beside those that are there by then."""
    if not number:
        return draft
    targets = tuple(
        target
        if target.existing == "keep"
        else target.model_copy(update={"existing": "append", "rows": max(round(target.rows * 0.1), 1)})
        for target in draft.targets
    )
    return draft.model_copy(update={"targets": targets, "seed": draft.seed + number})


def _counts(url: str, tables: list[TableRef]) -> dict[TableRef, int]:
    with psycopg.connect(url) as connection:
        one = sql.SQL("SELECT count(*) FROM {}")
        return {
            ref: int((connection.execute(one.format(sql.Identifier(*ref))).fetchone() or (0,))[0]) for ref in tables
        }


Found = dict[TableRef, Counter[bytes]]


def _rows(url: str, tables: Iterable[TableRef]) -> Found:
    """The hash of every row of each table. Where a row lies says nothing: new ones fill the gaps between old ones."""
    found: Found = {}
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for ref in tables:
            query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(*ref))
            with cursor.copy(query) as copy:
                found[ref] = Counter(hashlib.sha256(bytes(row)).digest() for row in copy)
    return found


def _dump(url: str) -> str:
    program = binaries.installed() / "pg_dump"
    words = [str(program), "--schema-only", f"--dbname={url}"]
    text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


if __name__ == "__main__":
    raise SystemExit(main())
