"""The plan while it is edited: what is chosen, what is wrong, what the rows look like."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from traitlets import Any as AnyTrait
from traitlets import Float, Tuple, Unicode, observe

from datalchemy_nb.contracts.distributions import Children, Distribution
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, ForeignKeyRule, Plan, TransformRef
from datalchemy_nb.contracts.relations import RelationRule
from datalchemy_nb.contracts.schema import Column, ForeignKey, Table
from datalchemy_nb.errors import Cancelled, DatalchemyError, PlanInvalid, UsageError
from datalchemy_nb.planning.write import plan_yaml
from datalchemy_nb.resolve.plan import ResolvedColumn
from datalchemy_nb.widgets.jobs import Job
from datalchemy_nb.widgets.models import plan_edits
from datalchemy_nb.widgets.models.choose import Candidate, candidates_for
from datalchemy_nb.widgets.models.nearby import Nearby
from datalchemy_nb.widgets.models.plan_lines import ColumnLine, TableLine, column_lines, may_be_null, table_lines
from datalchemy_nb.widgets.models.reading import read_factor, read_relation, read_rows, read_seed, read_share
from datalchemy_nb.widgets.models.shape import Shape, kinds_of, moved, proposed, shape_of
from datalchemy_nb.widgets.models.variant import VariantModel
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic

PREVIEW_ROWS = 8


class PlanModel(PanelModel):
    """Editing of one column at a time.

    Attributes:
        table: the table that is chosen (`TableRef`), or None.
        column: its column that is chosen; empty for none.
        issues: what validation says of the plan, and resolving of the chosen table.
        preview: rows of the chosen table (`Preview`), or None where they cannot be made.
        seconds: how long the last edit took until its preview was there.
        distribution: how often the chosen column's values come up (`VariantModel`).
        children: how many rows point at each parent, by the chosen column's foreign key (`VariantModel`).
        words: what is searched among tables and columns.
        wanted: what is searched among generators.
    """

    table = AnyTrait(None, allow_none=True)
    column = Unicode("")
    issues = Tuple()
    preview = AnyTrait(None, allow_none=True)
    seconds = Float(0.0)
    words = Unicode("")
    wanted = Unicode("")

    def __init__(self, bench: Workbench) -> None:
        self.nearby = Nearby()
        self._shape: tuple[object, tuple[Shape | None, tuple[str, ...] | None]] = (None, (None, None))
        self._candidates: tuple[object, tuple[Candidate, ...]] = (None, ())
        super().__init__(bench)
        self.distribution = VariantModel(
            Distribution, lambda: self.rule.distribution if self.rule else None, self._set_distribution, self._begun
        )
        self.children = VariantModel(
            Children, lambda: self.key_rule.children if self.key_rule else None, self._set_children, self._usual
        )
        bench.observe(lambda change: self._plan_changed(), ["plan", "schema"])
        self._plan_changed()

    # --- what is there -----------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan | None:
        """The session's plan."""
        found: Plan | None = self.bench.plan
        return found

    @property
    def schema_table(self) -> Table | None:
        """The chosen table in the schema."""
        return self.bench.schema.tables.get(self.table) if self.bench.schema and self.table else None

    @property
    def schema_column(self) -> Column | None:
        """The chosen column in the schema."""
        return self.schema_table.by_name.get(self.column) if self.schema_table else None

    @property
    def rows(self) -> int | None:
        """Rows the plan asks of the chosen table."""
        return plan_edits.rows_of(self.plan, self.table) if self.plan and self.table else None

    @property
    def rule(self) -> ColumnRule | None:
        """The chosen column's rule."""
        return self.rule_of(self.column)

    def rule_of(self, column: str) -> ColumnRule | None:
        """The rule of a column of the chosen table."""
        found = plan_edits.rule_at(self.plan, self.table, column) if self.plan and self.table else None
        return found[1] if found else None

    @property
    def key(self) -> ForeignKey | None:
        """The foreign key the chosen column is part of; its rows choose the values then, and no rule does."""
        keys = self.schema_table.foreign_keys if self.schema_table else ()
        return next((key for key in keys if self.column in key.columns), None)

    @property
    def key_rule(self) -> ForeignKeyRule | None:
        """The rule of that foreign key."""
        found = self._key_rule()
        return found[1] if found else None

    @property
    def may_be_null(self) -> bool:
        """Whether the chosen column takes nulls."""
        column, table = self.schema_column, self.schema_table
        return column is not None and table is not None and may_be_null(table, column.name, self.bench.schema)

    @property
    def table_lines(self) -> tuple[TableLine, ...]:
        """One line a table that fits the words."""
        return table_lines(self.plan, self.bench.schema, self.words, self.issues)

    @property
    def column_lines(self) -> tuple[ColumnLine, ...]:
        """One line a column of the chosen table."""
        if self.schema_table is None:
            return ()
        return column_lines(self.plan, self.bench.schema, self.table, self.preview, self.issues)

    @property
    def relations(self) -> tuple[tuple[int, RelationRule], ...]:
        """Relation rules of the chosen table, with their places in the plan."""
        return tuple((i, r) for i, r in self.plan.relations if r.ref == self.table) if self.plan else ()

    def candidates(self) -> tuple[Candidate, ...]:
        """Generators that fit the chosen column and what is searched, best first."""
        if self.plan is None or self.schema_column is None:
            return ()
        # Rules, rows and seed decide nothing here: what was found for this column stays while they are edited.
        key = (id(self.bench.schema), self.plan.locale, self.plan.base_date, self.table, self.column, self.wanted)
        if self._candidates[0] != key:
            found = candidates_for(self.plan, self.bench.schema, self.table, self.column, self.wanted)
            self._candidates = (key, found)
        return self._candidates[1]

    @property
    def shape(self) -> Shape | None:
        """The shape of the chosen column's values as the plan is now; None where there is none to draw."""
        return self._shaped()[0]

    @property
    def kinds(self) -> tuple[str, ...] | None:
        """Kinds of distributions that the chosen column's generator can have; None where that is not known."""
        return self._shaped()[1]

    def _shaped(self) -> tuple[Shape | None, tuple[str, ...] | None]:
        held = self.distribution.values
        place = (self.plan, self.bench.schema, self.table, self.column, repr(held))
        if self._shape[0] != place:
            found = self._sampled(self.plan) if self.preview is not None and self.rule is not None else None
            shape = shape_of(*found, held) if found is not None else None
            self._shape = (place, (shape, kinds_of(found[1]) if found is not None else None))
        return self._shape[1]

    def drag(self, name: str, at: float) -> None:
        """Let go of a handle of the shape."""
        shape, held = self.shape, self.distribution.values
        if shape is not None and self.preview is not None and name in {handle.name for handle in shape.handles}:
            self.distribution.set(name, moved(shape, held, self.preview.frame[self.column].dtype, name, at))

    def weigh(self, place: int, weight: float) -> None:
        """Give a bar of the shape another weight."""
        shape = self.shape
        if shape is None or not shape.field or not 0 <= place < len(shape.weights):
            return
        weights = [*shape.weights[:place], weight, *shape.weights[place + 1 :]]
        named = isinstance(self.distribution.values.get(shape.field), Mapping)
        self.distribution.set(shape.field, dict(zip(shape.labels, weights, strict=True)) if named else weights)

    def issues_at(self, *parts: str | int, exactly: bool = False) -> tuple[Issue, ...]:
        """Issues about a part of the chosen column's rule: ``("null_rate",)``, ``("params", "min")``."""
        found = plan_edits.rule_at(self.plan, self.table, self.column) if self.plan and self.table else None
        if found is None:
            return ()
        if parts[:1] == ("params",):
            parts = (*found[1].params_pointer.strip("/").split("/"), *parts[1:])
        start = "/".join(["", "rules", str(found[0]), *map(str, parts)])
        return tuple(i for i in self.issues if i.path == start or (not exactly and i.path.startswith(start + "/")))

    def key_issues_at(self, *parts: str | int) -> tuple[Issue, ...]:
        """Issues about a part of the rule of the chosen column's foreign key."""
        found = self._key_rule()
        start = "/".join(["", "rules", str(found[0]), *map(str, parts)]) if found else ""
        return tuple(i for i in self.issues if i.path == start or i.path.startswith(start + "/")) if found else ()

    def magic_line(self) -> str:
        """Draft a plan, or preview the chosen table."""
        if self.bench.plan is None:
            return magic("plan", draft=True)
        return magic("preview", self.table, rows=PREVIEW_ROWS) if self.table else magic("plan")

    # --- what can be done --------------------------------------------------------------------------------------

    def choose(self, table: TableRef | None, column: str = "") -> None:
        """Choose a table and one of its columns: without a name the first that has a rule."""
        if table is not None and (self.bench.schema is None or table not in self.bench.schema.tables):
            self.notice = Notice(f"there is no table {table} any more", "warn", "choose one of the list")
            return
        self._forget()
        names = list(self.bench.schema.tables[table].by_name) if table else []
        with_rules = [rule.column for _, rule in self.plan.column_rules if rule.ref == table] if self.plan else []
        with self.hold_trait_notifications():
            self.table = table
            self.column = next((name for name in (column, *with_rules, *names) if name in names), "")

    def draft(self, rows: int = 1000) -> None:
        """Draft a plan for every table of the schema."""
        self.start("drafting", lambda job: self._drafted(rows, job), self._take_draft, on_event=self._drafting)

    def _drafting(self, words: str) -> None:
        if self.busy:
            self.busy = f"drafting: {words}"

    def set_rows(self, rows: int | None) -> None:
        """Ask a number of rows of the chosen table; None makes it no target."""
        self._edit(lambda plan: plan_edits.with_rows(plan, self.table, rows))

    def set_rows_of(self, table: TableRef, text: str) -> None:
        """Ask a number of rows of a table, as a person writes it; nothing makes it no target."""
        self.attempt(lambda: self._set_rows_of(table, read_rows(text)))

    def set_nulls_of(self, column: str, text: str) -> None:
        """Set a column's share of nulls, as a person writes it; nothing leaves it to the plan."""
        self.choose(self.table, column)
        value = text.strip().replace(",", ".")
        self.attempt(lambda: self._set_nulls(read_share(value)))

    def scale(self, text: str) -> None:
        """Ask so many times the rows of every table."""
        self.attempt(lambda: self._scale(text))

    def set_seed(self, text: str) -> None:
        """Draw everything by another seed."""
        self.attempt(lambda: self._set_seed(text))

    def set_plan_locale(self, locale: str) -> None:
        """Give the plan another locale."""
        self._edit(lambda plan: plan_edits.with_plan_locale(plan, locale))

    def set_base_date(self, day: dt.date) -> None:
        """Let another day be the plan's today."""
        self._edit(lambda plan: plan_edits.with_base_date(plan, day))

    def set_relation(self, index: int, text: str | None) -> None:
        """Put a relation as it was written (YAML) in the place of one; None takes it out."""
        self.attempt(lambda: self._set_relation(index, text))

    def set_generator(self, generator: str | None, params: Mapping[str, Any] | None = None) -> None:
        """Give the chosen column another generator; None leaves it to its type. Trying many is undone at once.

        Args:
            generator: its id.
            params: parameters to begin with.
        """
        what = ("generator", self.table, self.column)

        def change(plan: Plan) -> Plan:
            plan = plan_edits.with_generator(plan, self.table, self.column, generator)
            for name, value in (params or {}).items():
                plan = plan_edits.with_param(plan, self.table, self.column, name, value)
            return plan

        self._edit(change, what)

    def set_param(self, name: str, value: Any) -> None:
        """Set a parameter of the chosen column's generator; None removes it."""
        self._edit(lambda plan: plan_edits.with_param(plan, self.table, self.column, name, value))

    def set_null_rate(self, rate: float | None) -> None:
        """Set the chosen column's share of nulls; None is the plan's default."""
        self._edit(lambda plan: plan_edits.with_null_rate(plan, self.table, self.column, rate))

    def set_locale(self, locale: str | None) -> None:
        """Give the chosen column's generator a locale of its own; None is the plan's."""
        self._edit(lambda plan: plan_edits.with_locale(plan, self.table, self.column, locale))

    def set_key_null_rate(self, rate: float | None) -> None:
        """Set the share of rows whose foreign key points nowhere; None is the default."""
        key = self.key
        if key is not None:
            self._edit(lambda plan: plan_edits.with_key_null_rate(plan, self.table, key.columns, rate))

    def set_transforms(self, steps: tuple[TransformRef, ...]) -> None:
        """Set the chosen column's transforms."""
        self._edit(lambda plan: plan_edits.with_transforms(plan, self.table, self.column, steps))

    def undo(self) -> None:
        """Take the last change back."""
        self._forget()
        self.bench.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._forget()
        self.bench.redo()

    def as_cell(self) -> str:
        """The plan as a cell of a notebook."""
        return f"%%datalchemy plan plan\n{plan_yaml(self.plan)}" if self.plan else ""

    def as_python(self) -> str:
        """The plan as Python."""
        if self.plan is None:
            return ""
        text = plan_yaml(self.plan).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        lines = ("from datalchemy_nb import Session", "", f'plan = """\n{text}"""', "session = Session()")
        return "\n".join((*lines, "session.show_plan(plan)", ""))

    def save(self, path: str) -> None:
        """Write the plan to a file, as YAML where its name says so."""
        self.attempt(lambda: self._write(path))

    def check(self) -> None:
        """Validate and resolve the whole plan, on the worker."""
        if self.plan is not None:
            self.start("checking", lambda job: self.session.validate(), self._checked)

    # --- how -----------------------------------------------------------------------------------------------------

    def _edit(self, change: Any, what: object = None) -> None:
        plan = self.plan
        if plan is None or self.table is None:
            self.notice = Notice("no plan yet", "warn", "draft one")
            return
        self.notice = None
        self.bench.take_plan(change(plan), what)

    def _set_rows_of(self, table: TableRef, rows: int | None) -> None:
        self.choose(table, self.column)
        self._edit(lambda plan: plan_edits.with_rows(plan, table, rows))

    def _set_nulls(self, rate: float | None) -> None:
        if self.key is not None:
            self.set_key_null_rate(rate)
        else:
            self.set_null_rate(rate)

    def _scale(self, text: str) -> None:
        factor = read_factor(text)
        if factor is not None:
            self._edit(lambda plan: plan_edits.scaled(plan, factor))

    def _set_seed(self, text: str) -> None:
        seed = read_seed(text)
        self._edit(lambda plan: plan_edits.with_seed(plan, seed))

    def _set_relation(self, index: int, text: str | None) -> None:
        rule = None if text is None else read_relation(text)
        self._edit(lambda plan: plan_edits.with_relation(plan, index, rule))

    def _key_rule(self) -> tuple[int, ForeignKeyRule] | None:
        key = self.key
        return plan_edits.key_rule_at(self.plan, self.table, key.columns) if self.plan and self.table and key else None

    def _set_distribution(self, wanted: Any) -> None:
        self._edit(lambda plan: plan_edits.with_distribution(plan, self.table, self.column, wanted))

    def _set_children(self, wanted: Any) -> None:
        key = self.key
        if key is not None:
            self._edit(lambda plan: plan_edits.with_children(plan, self.table, key.columns, wanted))

    def _begun(self, kind: str) -> dict[str, Any]:
        """Fields that a distribution begins with, by the values that the column has without one."""
        if self.plan is None or self.table is None:
            return {}
        found = self._sampled(plan_edits.with_distribution(self.plan, self.table, self.column, None))
        return proposed(kind, *found) if found is not None else {}

    def _sampled(self, plan: Plan | None) -> tuple[pl.Series, ResolvedColumn] | None:
        """Values of the chosen column from all over its table, and the column; None where they cannot be made."""
        from datalchemy_nb.generate.rows import Engine
        from datalchemy_nb.session.plans import spread

        if plan is None or self.bench.schema is None or self.table is None:
            return None
        try:
            resolved = self.nearby.resolved(plan, self.bench.schema, self.table)
            table = resolved.tables[self.table]
            column = next((one for one in table.columns if one.name == self.column), None)
            if column is None or not table.rows:
                return None
            return Engine(resolved).rows(self.table, spread(table.rows), [self.column])[self.column], column
        except DatalchemyError:
            return None

    def _usual(self, kind: str) -> dict[str, Any]:
        """Numbers that agree with the rows the plan asks for, to begin with."""
        from datalchemy_nb.constraints.graph import planned_rows

        key, plan, schema = self.key, self.plan, self.bench.schema
        if key is None or plan is None or schema is None or kind not in ("fixed", "range"):
            return {}
        rows = planned_rows(plan, schema)
        parents = max(rows.get(key.target, 1), 1)
        each = max(round(rows.get(self.table, 1) / parents), 1)
        return {"count": each} if kind == "fixed" else {"min": 0, "max": 2 * each}

    def _forget(self) -> None:
        """What was begun for another column, or before an undo, is not gone on with."""
        self.distribution.forget()
        self.children.forget()

    def _drafted(self, rows: int, job: Job) -> Plan:
        from datalchemy_nb.drafting import draft_plan

        if self.bench.schema is None:
            raise UsageError("no schema yet", hint="connect to a database and read its catalog under Connect")
        today = dt.datetime.now(dt.UTC).date()

        def tell(words: str) -> None:
            if job.cancelled():
                raise Cancelled("the draft was stopped", hint="the plan is as it was")
            job.report(words)

        return draft_plan(self.bench.schema, rows=rows, base_date=today, progress=tell).plan

    def _take_draft(self, plan: Plan) -> None:
        self.bench.take_plan(plan)
        self.notice = Notice(f"drafted: {len(plan.targets)} tables, {len(plan.rules)} rules", "ok")

    def _write(self, path: str) -> None:
        from datalchemy_nb.planning.write import write_plan

        if self.plan is None or not path.strip():
            raise UsageError("nothing to save" if self.plan is None else "no file named", hint="plan.yaml or plan.json")
        written = write_plan(self.plan, Path(path.strip()))
        self.notice = Notice(f"saved as {written}", "ok")

    def _checked(self, result: Any) -> None:
        self.issues = result.issues
        errors = sum(issue.severity == "error" for issue in result.issues)
        text = f"valid: {len(result.tables)} tables, {sum(result.tables.values()):,} rows"
        self.notice = Notice(text, "ok") if result.ok else Notice(f"{errors} errors", "bad")

    def _plan_changed(self) -> None:
        if self.bench.schema is not None and self.table not in self.bench.schema.tables:
            targets = [t.ref for t in self.plan.targets] if self.plan else []
            known = [ref for ref in targets if ref in self.bench.schema.tables]
            first = known or list(self.bench.schema.tables)
            self.choose(first[0] if first else None)
        self.refresh()

    @observe("table", "column")
    def _chosen(self, change: Any) -> None:
        if change["name"] == "table":
            self.refresh()

    def refresh(self) -> None:
        """Validate the plan and make the chosen table's rows again."""
        from datalchemy_nb.planning.validate import validate

        self.magic = self.magic_line()
        started = time.perf_counter()
        plan, schema = self.plan, self.bench.schema
        if plan is None or schema is None or self.table not in schema.tables:
            self.issues, self.preview = (), None
            return
        issues = validate(plan, schema)
        preview = None
        if not any(issue.severity == "error" for issue in issues):
            try:
                preview = self.nearby.preview(plan, schema, self.table, rows=PREVIEW_ROWS)
            except PlanInvalid as error:
                issues = (*issues, *error.issues)
            except DatalchemyError as error:
                issues = (*issues, Issue(severity="warning", code="no_rows", path="/", message=error.message))
        self.seconds = time.perf_counter() - started
        with self.hold_trait_notifications():
            self.issues, self.preview = tuple(dict.fromkeys(issues)), preview
