"""What a session knows, its schema and its plan, and how it finds runs and resolves plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import PlanInvalid, RunNotFound, UsageError
from datalchemy_nb.export.rundir import PLAN, SCHEMA, RunDirectory, find_run, finished_run
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import verdicts
from datalchemy_nb.session.circles import seldom_collected
from datalchemy_nb.session.pages import Pages

if TYPE_CHECKING:
    from datalchemy_nb.contracts.existing import Existing
    from datalchemy_nb.contracts.issue import Issue
    from datalchemy_nb.demo import EmbeddedServer
    from datalchemy_nb.resolve.answers import Ask
    from datalchemy_nb.resolve.plan import ResolvedPlan

_SETTINGS = ("out_dir", "goldens_dir", "strict")

Place = tuple[str, ...]
"""Where a schema comes from: a database by host, port and name, a file, or an object."""
PlanSource = Plan | Path | str | Mapping[str, Any]
MOST_ROWS, MOST_WORKERS = 2**63 - 1, 1024


class State:
    """Schema, plan and places; every group of verbs builds on it."""

    def __init__(
        self, *, out_dir: Path | str = "runs", goldens_dir: Path | str = "goldens", strict: bool = False
    ) -> None:
        self.out_dir, self.goldens_dir, self.strict = Path(out_dir), Path(goldens_dir), strict
        self.schema: DatabaseSchema | None = None
        self.plan: Plan | None = None
        self._pages = Pages()
        self._conninfo: str | None = None
        self.database = ""
        """The one that was reached last, without a secret; empty where there is none."""
        self._introspected = False
        self._place: Place | None = None
        self._set_aside = ""
        self._demo: EmbeddedServer | None = None
        self._resolved: tuple[Plan, DatabaseSchema, Existing | None, ResolvedPlan, int] | None = None
        self.existing: Existing | None = None
        self._read_issues: tuple[Issue, ...] = ()

    @contextmanager
    def settings(self, context: Mapping[str, Any]) -> Iterator[None]:
        """Change directories and strictness for the length of a block."""
        before = {name: getattr(self, name) for name in _SETTINGS}
        for name in _SETTINGS:
            if name in context:
                setattr(self, name, context[name] if name == "strict" else Path(context[name]))
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    def use_plan(self, source: PlanSource) -> Plan:
        """Read a plan (JSON, YAML, mapping or object) and make it the session's.

        Raises:
            PlanInvalid: it is not a plan.
        """
        from datalchemy_nb.planning.read import read_plan

        if isinstance(source, Plan):
            self.plan, self._read_issues = source, ()
        else:
            self.plan, self._read_issues = read_plan(source, strict=self.strict)
        return self.plan

    def _adopt(self, schema: DatabaseSchema, place: Place, *, introspected: bool) -> str:
        """Make a schema the session's; what is to be said about the plan, if it is of another place and does not fit.

        A plan of which most tables are not here is put aside: each of its rules would be an error. One that fits, say
        the same tables on another server, stays.
        """
        elsewhere = self._place is not None and place != self._place
        if elsewhere:
            self.existing = None
        self.schema, self._place, self._introspected, self._set_aside = schema, place, introspected, ""
        if self.plan is None or not elsewhere:
            return ""
        targets = [target.ref for target in self.plan.targets]
        missing = [ref for ref in targets if ref not in schema.tables]
        if 2 * len(missing) <= len(targets):
            return ""
        self.plan, self._read_issues = None, ()
        lacks = f"{len(missing)} of its {len(targets)} tables are not here, {missing[0]} among them"
        self._set_aside = f"the plan was put aside: {lacks}"
        return self._set_aside

    def _leave(self, place: Place) -> str:
        """Put the schema aside if it was read from another database; what is to be said about it."""
        if not self._introspected or self._place == place:
            return ""
        left = self._place[-1] if self._place else "another database"
        self.schema, self._introspected, self._resolved = None, False, None
        return f"the schema of {left} was put aside: `introspect` reads this database's"

    def resolved(self, plan: PlanSource | None = None) -> ResolvedPlan:
        """Return the validated, resolved plan.

        Raises:
            PlanInvalid: it is not valid, or cannot be met.
        """
        return self._runnable(plan)

    def _with_existing(self, plan: PlanSource | None, read: bool, run: Run | Path | str | None, out_dir: Path) -> Plan:
        """Take the plan, and the keys of existing rows that it asks for, where the user says from where."""
        current = self._take_plan(plan)
        if read and run is not None:
            raise UsageError("keys of existing rows are read now, or taken from a run, not both", hint="leave one out")
        if run is not None:
            from datalchemy_nb.contracts.existing import read_existing

            directory = find_run(where_of(run), out_dir)
            self.existing = read_existing(directory.path)
            if self.existing is None:
                raise RunNotFound(f"{directory.path} holds no keys of existing rows", hint="add --read-existing")
        elif read:
            from datalchemy_nb.introspect.connection import connect
            from datalchemy_nb.introspect.existing import read_keys
            from datalchemy_nb.resolve.known import key_columns

            schema = self._need_schema()
            wanted = key_columns(current, schema)
            if not wanted:
                raise UsageError(
                    "no target of the plan says existing, so no row of the database is read",
                    hint="set existing to keep or append in a target, or leave out --read-existing",
                )
            with connect(self._conninfo, statement_timeout_s=0) as connection:
                self.existing = read_keys(connection, schema, wanted)
        elif current.holding:
            # Keys that were read for an earlier run may be out of date: whoever wants them again says so.
            self.existing = None
        return current

    def _need_schema(self) -> DatabaseSchema:
        if self.schema is None:
            raise UsageError("no schema yet", hint="introspect a database first, or name a schema.json (--schema-file)")
        return self.schema

    @seldom_collected()
    def _take_plan(self, plan: PlanSource | None) -> Plan:
        if plan is not None:
            return self.use_plan(plan)
        if self.plan is None:
            raise UsageError(
                self._set_aside or "no plan yet", hint="name a plan file, or write one with %%datalchemy plan"
            )
        return self.plan

    @seldom_collected()
    def _runnable(self, plan: PlanSource | None) -> ResolvedPlan:
        current, schema = self._take_plan(plan), self._need_schema()
        known = self._known(current, schema)
        if known is not None:
            return known
        name = self._verdict_key(current)
        before = verdicts.find(name)
        issues = () if before is not None else self._checked(current)
        errors = [issue for issue in issues if issue.severity == "error"]
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            message = f"the plan is not valid: {errors[0].path}: {errors[0].message}{more}"
            raise PlanInvalid(message, issues=errors, hint=errors[0].hint)
        resolved = self._resolve(current, before, name)
        if before is None:
            self._keep_verdict(name, current, resolved, issues)
        return resolved

    def _checked(self, plan: Plan) -> tuple[Issue, ...]:
        from datalchemy_nb.planning.validate import validate

        return tuple(validate(plan, self._need_schema()))

    def _verdict_key(self, plan: Plan) -> str | None:
        """What a verdict on the plan is kept under; None where it depends on rows of a database."""
        if self.existing is not None or plan.holding:
            return None
        return verdicts.key(plan, self._need_schema())

    def _keep_verdict(self, name: str | None, plan: Plan, resolved: ResolvedPlan, issues: Iterable[Issue]) -> None:
        """Keep what was found out; not where a server was asked, whose answers are not the plan's yet."""
        if name is None or resolved.plan.server_answers != plan.server_answers:
            return
        verdict = verdicts.Verdict(
            issues=(*issues, *resolved.issues),
            tables={ref: table.rows for ref, table in resolved.tables.items()},
            auto_parents=frozenset(ref for ref, table in resolved.tables.items() if table.auto_parent),
            plan_sha256=resolved.plan_sha256,
            inferred=resolved.plan if plan.infers else None,
        )
        verdicts.keep(name, verdict)

    def _resolve(self, plan: Plan, before: verdicts.Verdict | None = None, name: str | None = None) -> ResolvedPlan:
        """Resolve a plan; what was found out before is not found out again.

        Args:
            plan: a valid plan.
            before: the verdict on it, where it was found to run.
            name: what the verdict is kept under.
        """
        from datalchemy_nb.domains.registering import revision
        from datalchemy_nb.session import resolutions

        schema = self._need_schema()
        known = self._known(plan, schema)
        if known is None:
            known = resolutions.find(name) if before is not None else None
            if known is None:
                known = self._found_out(plan, before)
                resolutions.keep(name, known)
            answers = known.plan.server_answers
            if answers != plan.server_answers and self.plan is plan:
                # Kept in the session's plan: what is saved or shown of it gives the same rows without a server.
                self.plan = plan = plan.model_copy(update={"server_answers": answers})
            self._resolved = (plan, schema, self.existing, known, revision())
        return known

    def _found_out(self, plan: Plan, before: verdicts.Verdict | None) -> ResolvedPlan:
        """A plan resolved anew; tried on samples too, where no verdict says that it can run."""
        from datalchemy_nb.generate.known import settled
        from datalchemy_nb.sandbox import at_most

        if before is not None:
            return settled(before.inferred or plan, self._need_schema())
        with self._asking() as ask, at_most():
            return self._tried(plan, ask)

    def _take_resolved(self, plan: Plan, resolved: ResolvedPlan) -> None:
        """Keep a valid plan's resolution that was made without the session, where the session would make the same.

        One that a sample of rows shows unmet is left to be found again where it can be mended.
        """
        from datalchemy_nb.domains.registering import revision
        from datalchemy_nb.errors import DatalchemyError
        from datalchemy_nb.generate.acceptance import unmet
        from datalchemy_nb.generate.rows import Engine
        from datalchemy_nb.sandbox import at_most

        if resolved.consulted or self.existing is not None or plan.infers:
            return
        try:
            with at_most():
                issues = unmet(Engine(resolved))
        except DatalchemyError:
            return
        if not issues:
            self._resolved = (plan, self._need_schema(), None, resolved, revision())

    def _errors(self, plan: Plan) -> list[Issue]:
        """What keeps a plan from running."""
        from datalchemy_nb.errors import DatalchemyError
        from datalchemy_nb.planning.validate import validate
        from datalchemy_nb.resolve.known import NOT_READ

        if self._known(plan, self._need_schema()) is not None:
            return []
        found = [issue for issue in validate(plan, self._need_schema()) if issue.severity == "error"]
        if found:
            return found
        try:
            self._resolve(plan)
        except PlanInvalid as error:
            found = [issue for issue in error.issues if issue.severity == "error"]
            unread = bool(found) and all(issue.code == NOT_READ for issue in found)
            return self._errors_when_read(plan) if unread else found
        except DatalchemyError:
            return []
        return []

    def _errors_when_read(self, plan: Plan) -> list[Issue]:
        """What a sample shows of a plan whose keys nobody has read yet, with rows that stand in for those kept."""
        from datalchemy_nb.errors import DatalchemyError
        from datalchemy_nb.session.trial import all_made

        try:
            self._resolve(all_made(plan))
        except PlanInvalid as error:
            return [i for i in error.issues if i.severity == "error" and i.table not in plan.holding]
        except DatalchemyError:
            return []
        return []

    def _skipping(self, plan: PlanSource | None) -> Plan:
        """Take a plan, and make the session's what is left of it without the tables that cannot be met."""
        from datalchemy_nb.session.unmet import skipped

        current = self._take_plan(plan)
        return self.use_plan(skipped(current, self._need_schema(), self._errors))

    def _tried(self, plan: Plan, ask: Ask | None) -> ResolvedPlan:
        """Resolve a plan with the rules that are inferred, fewer where a sample of rows shows that they do not hold.

        Raises:
            Infeasible: the plan cannot be met without them either.
        """
        from datalchemy_nb.drafting.infer import inferred
        from datalchemy_nb.errors import Infeasible
        from datalchemy_nb.generate.acceptance import unmet
        from datalchemy_nb.generate.known import settled
        from datalchemy_nb.generate.rows import Engine
        from datalchemy_nb.session.unmet import stepped_back

        schema = self._need_schema()
        found = inferred(plan, schema, self.existing)
        known = settled(found.plan, schema, ask, self.existing, found.resolved)
        first: Infeasible | None = None
        while True:
            found_out = unmet(Engine(known))
            issues = [issue for issue in found_out if issue.severity == "error"]
            if not issues:
                return replace(known, issues=(*known.issues, *found_out)) if found_out else known
            first = first or Infeasible(issues[0].message, issues=issues, hint=issues[0].hint)
            fewer = stepped_back(known, len(plan.rules), issues)
            if fewer is None:
                raise first
            try:
                known = settled(fewer, schema, ask, self.existing)
            except PlanInvalid:
                raise first from None

    def _as_inferred(self, plan: Plan) -> Plan:
        """Return a plan with the rules that were inferred when it was resolved, or would be."""
        from datalchemy_nb.drafting.infer import inferred

        schema = self._need_schema()
        known = self._known(plan, schema)
        return inferred(plan, schema, self.existing).plan if known is None else known.plan

    @contextmanager
    def _asking(self) -> Iterator[Ask | None]:
        """What asks the server that the schema was read from, if it was read from one."""
        if not self._introspected:
            yield None
            return
        from datalchemy_nb.load.server_checks import asking

        with asking(self._conninfo) as ask:
            yield ask

    def _known(self, plan: Plan, schema: DatabaseSchema) -> ResolvedPlan | None:
        """What was resolved last, if it was this, and no generator was registered since."""
        from datalchemy_nb.domains.registering import revision

        before = self._resolved
        if before and before[0] is plan and before[1] is schema and before[2] is self.existing:
            return before[3] if before[4] == revision() else None
        return None

    def _finished(self, run: Run | Path | str | None) -> tuple[RunDirectory, DatabaseSchema, Plan | None]:
        """A run with the schema and plan it was made from (its own copies, else the session's)."""
        directory = finished_run(where_of(run), self.out_dir)
        own = directory.path / SCHEMA
        if not own.is_file() and self.schema is None:
            raise RunNotFound(
                f"{directory.path} is not a run directory: it holds no {SCHEMA}",
                hint="`datalchemy runs` lists runs; for files made elsewhere, add --schema-file",
            )
        schema = DatabaseSchema.read(own) if own.is_file() else self._need_schema()
        plan_file = directory.path / PLAN
        return directory, schema, Plan.read(plan_file) if plan_file.is_file() else self.plan

    def _schema_of(self, directory: RunDirectory) -> DatabaseSchema | None:
        """A directory's own schema, else the session's."""
        own = directory.path / SCHEMA
        return DatabaseSchema.read(own) if own.is_file() else self.schema


def whole(name: str, value: int, least: int, most: int = MOST_ROWS) -> int:
    """Return a whole number that was asked for, if it lies where it has a meaning.

    Raises:
        UsageError: it lies outside.
    """
    if not least <= value <= most:
        raise UsageError(f"{name} cannot be {value}", hint=f"a whole number from {least} to {most:,}")
    return value


def threads(workers: int | None) -> int | None:
    """Return a number of threads that was asked for; None stays, and means one per core.

    Raises:
        UsageError: it is not a number of threads.
    """
    return None if workers is None else whole("workers", workers, 1, MOST_WORKERS)


def where_of(run: Run | Path | str | None) -> Path | str | None:
    return run.directory if isinstance(run, Run) else run
