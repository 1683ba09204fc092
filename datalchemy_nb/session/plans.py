"""The verbs about a plan: draft, show, validate, preview."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.names import TableRef, names_of, pick
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.plan import Plan, SchemaRef
from datalchemy_nb.errors import ConnectionFailed, Infeasible, PlanInvalid, TooSlow, UsageError, did_you_mean
from datalchemy_nb.progress import Step
from datalchemy_nb.results.base import (
    Changed,
    Explanation,
    Feasibility,
    GeneratorList,
    Preview,
    Rebased,
    Run,
    Validation,
)
from datalchemy_nb.session import verdicts
from datalchemy_nb.session.circles import seldom_collected
from datalchemy_nb.session.moved import has_earlier, moved
from datalchemy_nb.session.pages import NUMBER, FileKey, Order
from datalchemy_nb.session.state import PlanSource, State, whole

if TYPE_CHECKING:
    import polars as pl

    from datalchemy_nb.contracts.issue import Issue
    from datalchemy_nb.contracts.profile import Profile
    from datalchemy_nb.resolve.plan import ResolvedPlan


SAMPLE = 1000
"""Rows by which the columns of a preview are summarised, at most."""
_EMPTY_PLAN = Plan(plan_version="", seed=0, schema_ref=SchemaRef(schema_version="", engine=""), targets=(), rules=())


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"base date {text[:40]!r} is no day of the calendar", hint="write YYYY-MM-DD, say 2026-01-31"
        ) from None


def _profile(given: Profile | Path | str | None) -> Profile | None:
    from datalchemy_nb.contracts.profile import Profile

    return given if given is None or isinstance(given, Profile) else Profile.read(given)


def _scale(scale: float) -> float:
    if not 0 < scale < float("inf"):
        raise UsageError(f"scale must be above 0, not {scale:g}", hint="0.01 is a hundredth of the profile's rows")
    return scale


class PlanVerbs(State):
    """Draft, show, validate and preview a plan; list what it may use."""

    @seldom_collected()
    def show_plan(
        self,
        plan: PlanSource | None = None,
        *,
        draft: bool = False,
        rows: int = 1000,
        seed: int = 42,
        locale: str | Mapping[str, float] | None = None,
        base_date: str | None = None,
        profile: Profile | Path | str | None = None,
        scale: float = 1.0,
        out: Path | str | None = None,
        explain: str | None = None,
        rebase: bool = False,
        append: bool = False,
        on_progress: Callable[[Step], None] | None = None,
    ) -> Plan | Explanation | Rebased:
        """Return the session's plan: the one given, one drafted from the schema, or the current one.

        Args:
            plan: a plan to make current.
            draft: draft one for every table of the schema; every rule says on what evidence.
            rows: rows of an ordinary table in a draft.
            seed: the draft's seed.
            locale: the draft's locale, or several with their shares (``pt_BR=0.7,en_US=0.3``): every row is of one of
                them; None = the one that the words of the schema speak for.
            base_date: what today means in the draft (ISO); None = today.
            profile: a profile of a real database: its rows, figures and relations go into the draft.
            scale: how many times the profile's rows; lookups stay, and so do children per parent.
            out: also write the plan here, as YAML or JSON by its suffix.
            explain: ``table.column``; say why it is filled as it is, instead of showing the plan.
            rebase: carry the plan over to the schema: what no longer fits is taken out, what is new is filled, and
                all of it is told.
            append: a draft adds rows to the tables that hold some in the database; only their rows are counted.
            on_progress: told what a draft does now; what it raises ends the draft.

        Raises:
            PlanInvalid: it is not a plan.
            ConnectionFailed: with ``append``, the database does not answer.
            UsageError: no plan yet, a draft to be carried over, rows to be added to without a database, no such table
                or column, or a draft is asked for with a senseless number or date.
        """
        from datalchemy_nb.drafting import draft_plan
        from datalchemy_nb.planning.write import write_plan
        from datalchemy_nb.session.trial import tried
        from datalchemy_nb.session.unmet import workable

        if draft and rebase:
            raise UsageError("a draft is for this schema already", hint="leave out --rebase")
        if append and not (draft and self._introspected):
            told = "no database says which tables hold rows" if draft else "a draft says which tables get more rows"
            raise UsageError(told, hint="introspect one first" if draft else "add --draft")
        if draft:

            def tell(words: str) -> None:
                if on_progress is not None:
                    on_progress(Step(words))

            drafted = draft_plan(
                self._need_schema(),
                seed=whole("seed", seed, 0, 2**64 - 1),
                locale=locale,
                base_date=_day(base_date) if base_date else dt.datetime.now(dt.UTC).date(),
                rows=whole("rows", rows, 0),
                held=self._counted(append) if profile is None else {},
                append=append,
                profile=_profile(profile),
                scale=_scale(scale),
                progress=tell,
            )
            known = self._need_schema()
            tell(f"trying rows of {len(drafted.plan.targets):,} tables")
            first, resolved = tried(drafted.plan, known, drafted.resolved, drafted.spare)
            if resolved is not None:
                self._take_resolved(first, resolved)
            self.use_plan(workable(first, known, self._errors, drafted.spare))
        elif plan is None and self.plan is None:
            raise UsageError("no plan yet", hint="draft one (plan --draft), or name a plan file")
        current = self._take_plan(plan)
        if rebase:
            return self._rebased(current, None if out is None else Path(out))
        if out is not None:
            write_plan(current, Path(out))
        return current if explain is None else self._explained(current, explain)

    def _rebased(self, plan: Plan, out: Path | None) -> Rebased:
        from datalchemy_nb.drafting.rebase import rebase
        from datalchemy_nb.planning.write import write_plan

        carried, changes = rebase(plan, self._need_schema())
        self.use_plan(carried)
        if out is not None:
            write_plan(carried, out)
        told = tuple(Changed(change.did, change.place, change.why) for change in changes)
        return Rebased(carried, told, self._validated(None), out)

    def _counted(self, append: bool) -> dict[TableRef, int]:
        """How many rows tables hold, where the schema was read from a server: those others refer to, or all."""
        from datalchemy_nb.drafting.draft import askable_tables
        from datalchemy_nb.drafting.kept import MOST_ROWS
        from datalchemy_nb.introspect.connection import connect
        from datalchemy_nb.introspect.existing import counted

        if not self._introspected:
            return {}
        try:
            with connect(self._conninfo, interactive=False) as connection:
                return counted(connection, askable_tables(self._need_schema(), append=append), MOST_ROWS)
        except ConnectionFailed:
            if append:
                raise
            return {}

    def _mended(self, plan: PlanSource | None, out: Path | None) -> Rebased:
        from datalchemy_nb.drafting.mend import mend
        from datalchemy_nb.planning.write import write_plan

        mended, changes = mend(self._take_plan(plan), self._need_schema())
        self.use_plan(mended)
        if out is not None:
            write_plan(mended, out)
        told = tuple(Changed(change.did, change.place, change.why) for change in changes)
        return Rebased(mended, told, self._validated(None), out, "mended")

    def _explained(self, plan: Plan, place: str) -> Explanation:
        from datalchemy_nb.drafting import explain

        table, _, column = place.rpartition(".")
        schema = self._need_schema()
        ref = pick(table, schema.tables, "the schema")
        if column not in schema.tables[ref].by_name:
            raise UsageError(f"{ref} has no column {column!r}", hint=did_you_mean(column, schema.tables[ref].by_name))
        return Explanation(f"{ref}.{column}", explain(plan, ref, column))

    def validate(
        self,
        plan: PlanSource | None = None,
        *,
        explain: bool = False,
        fix: bool = False,
        out: Path | str | None = None,
    ) -> Validation | Feasibility | Rebased:
        """Check a plan against the schema, and prove that it can be met.

        Never raises for what is wrong with the plan; the issues tell.

        Args:
            plan: another plan than the session's.
            explain: report on every constraint of every table: how it is met, how many distinct values there are for
                the rows asked, how many draws hold where rows are redrawn.
            fix: mend what can be mended, and tell every step: too few texts for a unique column, a transform that makes
                unique values equal, a generator that does not fit its column.
            out: with ``fix``, write the mended plan here, as YAML or JSON by its suffix.

        Raises:
            UsageError: no schema or no plan yet; or ``out`` without ``fix``.
        """
        if out is not None and not fix:
            raise UsageError("validate writes a plan only where it mends one", hint="add --fix")
        if fix and explain:
            raise UsageError("either explain a plan or mend it", hint="validate --fix --out FILE, then --explain FILE")
        if fix:
            return self._mended(plan, None if out is None else Path(out))
        validation = self._validated(plan)
        return self._feasibility(validation) if explain else validation

    @seldom_collected()
    def _feasibility(self, validation: Validation) -> Feasibility:
        from datalchemy_nb.contracts.feasibility import FeasibilityReport
        from datalchemy_nb.generate.acceptance import acceptance
        from datalchemy_nb.generate.rehearsal import SAMPLE
        from datalchemy_nb.generate.rows import Engine
        from datalchemy_nb.planning.validate import validate
        from datalchemy_nb.resolve.known import Given
        from datalchemy_nb.resolve.resolve import survey
        from datalchemy_nb.resolve.state import with_acceptance
        from datalchemy_nb.sandbox import at_most

        schema = self._need_schema()
        plan = self._as_inferred(validation.plan) if validation.ok else validation.plan
        if not plan.targets or any(issue.severity == "error" for issue in validate(plan, schema)):
            return Feasibility(validation, FeasibilityReport(tables=(), sample=0))
        with self._asking() as ask:
            found = survey(plan, schema, ask, Given(self.existing))
        if not validation.ok:
            return Feasibility(validation, FeasibilityReport(tables=found.reports, sample=0))
        engine = Engine(self._resolve(validation.plan) if validation.plan.holding else found.resolved)
        tables = []
        with at_most():
            for table in found.reports:
                measured = acceptance(engine, table.ref)
                checks = tuple(with_acceptance(check, measured.shares) for check in table.checks)
                tables.append(table.model_copy(update={"checks": checks}))
                told = {(issue.code, issue.table, issue.constraint) for issue in validation.issues}
                new = [issue for issue in measured.issues if (issue.code, issue.table, issue.constraint) not in told]
                validation = replace(validation, issues=(*validation.issues, *new))
        return Feasibility(validation, FeasibilityReport(tables=tuple(tables), sample=SAMPLE))

    @seldom_collected()
    def _validated(self, plan: PlanSource | None) -> Validation:
        from datalchemy_nb.planning.issues import error

        try:
            current = self._take_plan(plan)
        except PlanInvalid as refused:
            return Validation(_EMPTY_PLAN, refused.issues)
        name = self._verdict_key(current)
        before = verdicts.find(name)
        if before is not None and not has_earlier(
            before.plan_sha256, self._need_schema(), self.goldens_dir, self.out_dir
        ):
            return Validation(current, (*self._read_issues, *before.issues), before.tables, before.auto_parents)
        checked = self._checked(current)
        issues = (*self._read_issues, *checked)
        if any(issue.severity == "error" for issue in issues):
            return Validation(current, issues)
        try:
            resolved = self._resolve(current, before, name)
        except Infeasible as refused:
            return Validation(current, (*issues, *_readable_later(refused.issues)))
        except TooSlow as late:
            return Validation(current, (*issues, error("slow_expression", "/", late.message, late.hint)))
        if before is None:
            self._keep_verdict(name, current, resolved, checked)
        return Validation(
            current,
            (*issues, *resolved.issues, *moved(resolved, self.goldens_dir, self.out_dir)),
            {ref: table.rows for ref, table in resolved.tables.items()},
            frozenset(ref for ref, table in resolved.tables.items() if table.auto_parent),
        )

    def preview(
        self,
        table: str | TableRef,
        *,
        rows: int = 20,
        offset: int = 0,
        columns: Iterable[str] | None = None,
        plan: PlanSource | None = None,
        run: Run | Path | str | None = None,
        where: str | None = None,
        sort: str | None = None,
        descending: bool = False,
    ) -> Preview:
        """Compute rows of one table, at any place, without a run; or show rows of a run's file.

        Args:
            table: ``schema.table``, or the table's name alone where only one schema has it.
            rows: how many.
            offset: row number of the first; may lie beyond the plan's rows only for tables without unique keys.
            columns: only these.
            plan: another plan than the session's.
            run: a finished run whose file is read instead; its directory, the beginning of its id, or ``latest``.
            where: only rows of the run for which this SQL condition holds.
            sort: a column by which the run's rows are sorted; nulls come last.
            descending: largest first.

        Raises:
            UsageError: no such table or column in the plan or run.
            PlanInvalid: the plan is not valid.
            RunNotFound: no such run, or it is not complete.
        """
        from datalchemy_nb.generate.rows import Engine

        if rows < 0 or offset < 0:
            raise UsageError("rows and offset must not be negative")
        if run is not None:
            return self._of_run(run, table, rows, offset, columns, Order(where, sort, descending))
        if where or sort:
            raise UsageError(
                "rows of a plan are neither sorted nor searched: each is made alone",
                hint="generate first, then preview --run latest",
            )
        resolved = self._runnable(plan)
        ref = self._table(table, resolved)
        total = resolved.tables[ref].rows
        wanted = _columns(columns, resolved.tables[ref].column_names, ref)
        if offset >= total:
            raise UsageError(
                f"{ref} has {total} rows in this plan; row {offset} does not exist",
                hint=f"use an offset below {total}, or ask for more rows in the plan",
            )
        started = time.perf_counter()
        engine = Engine(resolved)
        frame = engine.rows(ref, range(offset, min(offset + rows, total)), wanted)
        seconds = time.perf_counter() - started
        sample = engine.rows(ref, spread(total), wanted)
        frame, sample = _hidden(resolved, ref, frame), _hidden(resolved, ref, sample)
        return Preview(ref, frame, offset, total, seconds, self._need_schema().tables[ref], sample)

    def _of_run(
        self,
        run: Run | Path | str,
        table: str | TableRef,
        rows: int,
        offset: int,
        columns: Iterable[str] | None,
        order: Order,
    ) -> Preview:
        from datalchemy_nb.results.reading import scan

        directory, schema, _ = self._finished(run)
        files = directory.manifest.by_ref
        ref = pick(table, files, f"run {directory.run_id[:8]}")
        total = files[ref].rows
        wanted = _columns(columns, files[ref].columns, ref) or list(files[ref].columns)
        if order.sort is not None:
            _columns([order.sort], files[ref].columns, ref)
        started = time.perf_counter()
        lazy = scan(directory.path, files[ref], schema)
        key = _file_key(directory.path / files[ref].file)
        if order.is_plain:
            page = lazy.slice(offset, rows).collect()
        else:
            page, total = self._pages.page(lazy, key, order, offset, rows)
        if offset and offset >= total:
            raise UsageError(f"{ref} has {total} such rows in this run; row {offset} does not exist")
        seconds = time.perf_counter() - started
        sample = self._pages.sample(lazy, key, wanted, max(-(-files[ref].rows // SAMPLE), 1))
        return Preview(
            ref,
            page.select(wanted),
            offset,
            total,
            seconds,
            schema.tables.get(ref),
            sample,
            directory.run_id,
            tuple(page[NUMBER]) if NUMBER in page.columns else None,
            files[ref].rows,
        )

    def generators(self, search: str | None = None) -> GeneratorList:
        """List generators that make what the words ask for, in English or Portuguese, then those that hold the words.

        Args:
            search: a wish (``phone number``, ``telefone``), or words of ids and descriptions; None = all.
        """
        from datalchemy_nb.domains.registry import generators
        from datalchemy_nb.domains.wishes import wished

        known, words = generators(), (search or "").lower().split()
        first = [known[id_] for id_ in wished(search or "") if id_ in known]
        others = [s for s in known.values() if all(word in f"{s.id} {s.doc}".lower() for word in words)]
        return GeneratorList(search, tuple(dict.fromkeys([*first, *others])))

    def _table(self, name: str | TableRef, plan: ResolvedPlan) -> TableRef:
        return pick(name, plan.tables, "the plan")


def _readable_later(issues: Sequence[Issue]) -> Sequence[Issue]:
    """The issues; where nothing is wrong but that keys are still to be read, that is a warning."""
    from datalchemy_nb.resolve.known import NOT_READ

    if any(issue.severity == "error" and issue.code != NOT_READ for issue in issues):
        return issues
    return [issue.model_copy(update={"severity": "warning"}) for issue in issues]


def _hidden(resolved: ResolvedPlan, ref: TableRef, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without personal keys of rows that the database holds: text that a foreign key may lead to."""
    import polars as pl

    table = resolved.tables[ref]
    hidden = {
        name
        for link in table.links
        if (known := resolved.tables[link.target].known) is not None and known.existing
        for name, far in zip(link.columns, link.referenced, strict=True)
        if name in frame.columns and frame[name].dtype == pl.String and (pii_tag(name) or pii_tag(far))
    }
    return frame.with_columns(pl.when(pl.col(name).is_not_null()).then(pl.lit("***")).alias(name) for name in hidden)


def _file_key(path: Path) -> FileKey:
    """The file as it is now; one that lies elsewhere has no time and no size."""
    try:
        told = path.stat()
    except OSError:
        return FileKey(str(path), 0, 0)
    return FileKey(str(path), told.st_mtime_ns, told.st_size)


def spread(total: int) -> range:
    """Numbers of at most `SAMPLE` rows, evenly spaced over a table."""
    return range(0, total, max(-(-total // SAMPLE), 1))


def _columns(columns: Iterable[str] | None, known: Sequence[str], ref: TableRef) -> list[str] | None:
    if columns is None:
        return None
    wanted = list(names_of(columns))
    for name in wanted:
        if name not in known:
            raise UsageError(f"{ref} has no column {name!r} in its files", hint=did_you_mean(name, known))
    return wanted
