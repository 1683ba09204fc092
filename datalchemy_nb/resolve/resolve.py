"""One table resolved: columns, then constraints, then keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from datalchemy_nb.constraints.graph import fk_graph, planned_rows
from datalchemy_nb.constraints.partitions import as_filled
from datalchemy_nb.constraints.triggers import unmet_triggers
from datalchemy_nb.contracts.feasibility import TableFeasibility
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PolicyRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import Derivation, Domain, ParentValue
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.planning.counts import settled
from datalchemy_nb.planning.dates import with_dates
from datalchemy_nb.planning.issues import error
from datalchemy_nb.planning.leave_out import fillers_of, told_left_out
from datalchemy_nb.planning.read import normalise
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve import relations as relation_words
from datalchemy_nb.resolve.allocations import Allocation, RowNumber
from datalchemy_nb.resolve.allocator import allocate_keys, read_keys, refuse_conflict
from datalchemy_nb.resolve.answers import Answers, Ask
from datalchemy_nb.resolve.apply_checks import apply_constraints
from datalchemy_nb.resolve.branches import apply_choices
from datalchemy_nb.resolve.children import check_branches
from datalchemy_nb.resolve.circles import Node, circles, dependencies
from datalchemy_nb.resolve.columns import draft_columns, rule_pointer
from datalchemy_nb.resolve.common_values import texts_of_keys
from datalchemy_nb.resolve.dealing import check_families
from datalchemy_nb.resolve.discriminators import constant_columns, deal_kinds, want_kinds
from datalchemy_nb.resolve.family_plan import Life
from datalchemy_nb.resolve.foreign_keys import Kinds, key_cycles, relate
from datalchemy_nb.resolve.growth import check_growth, reading_more, unreadable
from datalchemy_nb.resolve.keys import ColumnPart, Key, KeyConflictError
from datalchemy_nb.resolve.known import Given, known_rows, unfollowed_tables
from datalchemy_nb.resolve.links import draft_links, kept_apart
from datalchemy_nb.resolve.offers import note_gaps, offer_values, want_values
from datalchemy_nb.resolve.orders import apply_orders, leave_room
from datalchemy_nb.resolve.phases import (
    CheckedTable,
    DealtTable,
    DraftedTable,
    LinkedTable,
    PreparedTable,
    SourcedTable,
    TableTask,
    carried,
    opened,
    step,
)
from datalchemy_nb.resolve.plan import ResolvedColumn, ResolvedPlan, ResolvedTable
from datalchemy_nb.resolve.promises import built, unproved
from datalchemy_nb.resolve.redraw import check_inputs, redraws
from datalchemy_nb.resolve.relations.ends import hard_ends, unsure
from datalchemy_nb.resolve.relations.intervals import Intervals, prove, settle_groups
from datalchemy_nb.resolve.room import Ends, Place, Room, narrower, room_of
from datalchemy_nb.resolve.server_checks import ask_server
from datalchemy_nb.resolve.sieves import leads_elsewhere
from datalchemy_nb.resolve.sources import Bounded, CopiedFromParent, Derived, Drawn, FromParent, Keyed, Source
from datalchemy_nb.resolve.spans import Span, column_span
from datalchemy_nb.resolve.starts import count_from_where_it_holds
from datalchemy_nb.resolve.state import Claim, Draft
from datalchemy_nb.resolve.survey import table_report
from datalchemy_nb.resolve.told_apart import still_apart
from datalchemy_nb.resolve.transforms import check_outputs
from datalchemy_nb.resolve.unasked import never_asked
from datalchemy_nb.resolve.unique_sets import sets_to_look_at
from datalchemy_nb.resolve.written import check_written

# --- one table resolved: columns, then constraints, then keys ---------------------------------------------------------


class TableResolver:
    """Resolves one table, phase by phase.

    Attributes:
        told: issues that were found before the relations of all tables were looked at.
    """

    def __init__(self, task: TableTask, *, auto_parent: bool) -> None:
        self._task = task
        self.told = 0
        self._table = self._sourced()
        self.resolved, self._claims = self._finished(auto_parent=auto_parent)

    @property
    def issues(self) -> list[Issue]:
        """Errors and warnings found so far."""
        return self._task.issues

    @property
    def report(self) -> TableFeasibility:
        """How every constraint of the table is met, as far as it was resolved."""
        return table_report(self._table)

    @property
    def spans(self) -> Iterator[tuple[tuple[TableRef, str], Span]]:
        """Between which numbers columns lie, as far as that is known."""
        for name, item in self._table.columns.items():
            if (span := column_span(self._table, item)) is not None:
                yield (self._table.ref, name), span

    def _sourced(self) -> SourcedTable:
        """Decide everything; each step takes the phase before it, which stays as it is."""
        linked = draft_links(self._task)
        drafted = step(draft_columns, linked)
        related = step(relation_words.decide, drafted)
        _refuse_unreachable(drafted)
        _name_triggers(drafted)
        read = step(read_keys, related)
        checked = step(apply_constraints, read)
        prepared = step(prepare_columns, checked)
        keyed = step(allocate_keys, prepared)
        note_gaps(keyed)
        branched = step(apply_choices, keyed)
        ordered = step(apply_orders, branched)
        settled = step(relation_words.settle, ordered)
        dealt = step(deal_kinds, settled)
        return step(with_sources, dealt)

    def _finished(self, *, auto_parent: bool) -> tuple[ResolvedTable, tuple[Claim, ...]]:
        """The resolved table, meaningless when `issues` holds an error; and what is left to be proved of it."""
        table = self._table = opened(self._table)
        check_inputs(table)
        check_branches(table)
        check_families(table)
        predicates = check_outputs(table)
        unequal = [one for one in table.left.unequal if not kept_apart(table, *one.columns)]
        unequal = [one for one in unequal if not leads_elsewhere(table, one)]
        met = redraws(table, [*predicates, *unproved(table), *unequal])
        check_growth(table)
        claims = (*table.left.claims, *met.claims)
        resolved = ResolvedTable(
            ref=table.ref,
            rows=table.made.get(table.ref, table.rows),
            dealt=table.rows,
            known=table.known,
            columns=tuple(_column(item) for item in table.columns.values() if item.source is not None),
            links=tuple(table.links),
            groups=met.groups,
            entity_keys=dict(table.entities),
            choices=tuple(table.choices),
            auto_parent=auto_parent,
            reaches=dict(table.reaches),
            helpers=tuple(table.helpers.values()),
            sieve=met.sieve,
            verified=tuple(claim.predicate for claim in claims),
            stated=built(table, met),
            distinct=tuple(dict.fromkeys((*table.distinct, *sets_to_look_at(table)))),
        )
        return resolved, claims

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return self._task.ref

    @property
    def trees(self) -> dict[tuple[TableRef, str], exp.Expr]:
        """The expressions of the columns that have one."""
        draft = self._table
        columns = {name: item.tree for name, item in draft.columns.items() if item.tree is not None}
        return {(draft.ref, name): tree for name, tree in {**columns, **draft.trees}.items()}

    def settle_groups(
        self, table: ResolvedTable, intervals: Intervals, inputs: Mapping[Node, tuple[Node, ...]]
    ) -> ResolvedTable:
        """Return the table with the redraws that are needed and possible, once every table is resolved."""
        settled, self._claims = settle_groups(self._table, table, self._claims, intervals, inputs)
        return settled

    def prove(self, table: ResolvedTable, intervals: Intervals) -> ResolvedTable:
        """Return the table with what remains to be measured of its relations, once every table is resolved."""
        self.told = len(self.issues)
        return prove(self._table, table, self._claims, intervals)


def _refuse_unreachable(draft: DraftedTable) -> None:
    """Tables without a column to write, and foreign keys to columns that the database computes."""
    if not draft.columns:
        draft.refuse("unsupported", "/", f"{draft.ref} has no column to write", "leave the table out")
    for link in draft.links:
        parent = draft.schema.tables[link.target]
        computed = [name for name in link.referenced if parent.by_name[name].generated is not None]
        if computed:
            draft.refuse(
                "unsupported",
                "/",
                f"{draft.ref}: foreign key {link.name} refers to {link.target}.{computed[0]}, which the database "
                "computes",
                "set foreign_key_strategy disable for the table, with options.allow_fk_disable",
                constraint=link.name,
            )


def _name_triggers(draft: TableTask) -> None:
    """Triggers may refuse or change any row, where their text does not tell which. What they fill is told too."""
    found = list(unmet_triggers(draft.table))
    names = [one.name for one, changed in found if not changed]
    filled = dict.fromkeys(TableRef(to.schema_name, to.table) for one, _ in found for to in one.fills)
    also = f", and insert into {', '.join(map(str, filled))}" if filled else ""
    for one, changed in found:
        if changed:
            draft.warn(
                "trigger",
                "/",
                f"{draft.ref}: trigger {one.name} sets {', '.join(changed)}, of which something is asked",
                "run `load` to find out; `load --disable-triggers` leaves it out",
            )
    fillers = fillers_of(draft.ref, draft.plan, draft.schema)
    if fillers:
        draft.warn(
            "trigger",
            "/",
            f"{draft.ref} is also filled by {fillers} when that is loaded; keys of the two may be the same",
            "leave the table out of the plan, or `load --disable-triggers`",
        )
    if names:
        told = f"trigger{'s' if len(names) > 1 else ''} {', '.join(names)}"
        draft.warn(
            "trigger",
            "/",
            f"{draft.ref}: {told} may refuse or change rows{also}",
            "run `load` to find out; `load --disable-triggers` leaves them out",
        )


def prepare_columns(draft: CheckedTable) -> PreparedTable:
    """Give columns the values that others need of them.

    These are those that PostgreSQL accepts where only it can tell, low ones where another column must not be smaller,
    and those that CHECKs of tables that refer to them ask for.
    """
    check_written(draft)
    ask_server(draft)
    texts_of_keys(draft)
    still_apart(draft)
    leave_room(draft)
    count_from_where_it_holds(draft)
    offer_values(draft)
    return PreparedTable(**carried(draft))


# --- finishing ---------------------------------------------------------------------------------------------------


def with_sources(draft: DealtTable) -> SourcedTable:
    """Give every column that has none yet its source."""
    for item in draft.columns.values():
        _keep_small(draft, item)
        item.source = item.source or _source(draft, item)
    return SourcedTable(**carried(draft), keyed=draft.fixed | draft.dealt)


def _keep_small(draft: DealtTable, item: Draft) -> None:
    """Numbers of a key that another part of it tells apart are as large as its rows are many, as if they counted."""
    domain = item.domain
    if (
        item.source is None
        and item.cases is None
        and item.numbering
        and item.rule is None
        and type(domain) is IntegerDomain
    ):
        item.built = domain.with_range(domain.first, min(domain.size, max(draft.rows, 1)))


def _source(draft: DraftedTable, item: Draft) -> Source | None:
    link = draft.link_of(item.name)
    if link is not None:
        return FromParent(link.index, link.referenced[link.columns.index(item.name)])
    match item.built:
        case Domain():
            sequential = getattr(item.built, "sequential", False) or item.row_number
            return Keyed(item.built, _in_order(draft, item)) if sequential else Drawn(item.built)
        case Derivation():
            return Derived(item.built)
        case ParentValue():
            return _parent_value(draft, item, item.built)
        case _:
            return None


def _in_order(draft: DraftedTable, item: Draft) -> Allocation:
    assert item.domain is not None
    if item.domain.size < draft.rows:
        refuse_conflict(draft, KeyConflictError(Key("sequence", (ColumnPart(item.name),)), item.domain.size))
    return RowNumber()


def _parent_value(draft: LinkedTable, item: Draft, wanted: ParentValue) -> Source | None:
    link = draft.link_of(wanted.fk_column)
    if link is None or link.target != wanted.parent:
        draft.refuse(
            "unknown_parent_reference",
            rule_pointer(item),
            f"{draft.name_of(item.name)}: {wanted.fk_column} is no foreign key to {wanted.parent}",
            "name a foreign key column of this table in input_columns, and the table it points at",
        )
        return None
    return CopiedFromParent(link.index, wanted.parent_column)


def _column(item: Draft) -> ResolvedColumn:
    assert item.source is not None
    allocated = isinstance(item.source, Keyed)
    return ResolvedColumn(
        name=item.name,
        slot=item.slot,
        dtype=item.slot.dtype,
        source=item.source,
        null_rate=item.null_rate,
        steps=item.steps,
        generator_id=item.generator_id,
        origin="key" if allocated and item.rule is None else item.origin,
        tags=item.tags,
        cases=item.cases,
        when=item.when,
        visited=item.visited,
    )


# --- plan + schema -> ResolvedPlan: everything decided, feasibility proved, nothing read or written -------------------


def resolve(
    plan: Plan, schema: DatabaseSchema, ask: Ask | None = None, given: Given | None = None
) -> ResolvedPlan:  # fmt: skip
    """Resolve a validated plan. Where rows are known before the run, `datalchemy_nb.generate.known` does it in full.

    Args:
        plan: the plan; what a server answered before is part of it.
        schema: the schema.
        ask: asks a server about CHECKs that only it can evaluate; the answers go into the plan of the result.
        given: what the database holds already.

    Raises:
        Infeasible: a key, domain or constraint cannot be satisfied; every such case is listed in ``issues``.
    """
    found = survey(plan, schema, ask, given)
    errors = [issue for issue in found.issues if issue.severity == "error"]
    if errors:
        raise _infeasible(errors, list(found.issues))
    return found.resolved


@dataclass(frozen=True)
class Survey:
    """A plan resolved as far as it goes.

    Attributes:
        resolved: what a run would follow; meaningless when an issue is an error.
        reports: how every constraint is met, by table.
        issues: errors and warnings.
        lives: lifecycles, by table.
    """

    resolved: ResolvedPlan
    reports: tuple[TableFeasibility, ...]
    issues: tuple[Issue, ...]
    lives: Mapping[TableRef, Life]


def survey(plan: Plan, schema: DatabaseSchema, ask: Ask | None = None, given: Given | None = None) -> Survey:
    """Resolve a validated plan, and tell of every constraint how it is met, also where some cannot be.

    What bounded columns end at by themselves is known once their tables are resolved; where that asks something of the
    columns they lie after or before, tables are resolved again with it. So they are where more is read of rows that the
    database holds than their keys.
    """
    given = given or Given()
    schema = as_filled(schema)
    plan = settled(with_dates(normalise(plan), schema), schema)
    found = _in_room(plan, schema, ask, given)
    more = reading_more(found.resolved)
    while not more <= given.new_only:
        given = replace(given, new_only=given.new_only | more)
        found = _in_room(plan, schema, ask, given)
        more = reading_more(found.resolved)
    told = unreadable(found.resolved, more)
    return replace(found, issues=(*found.issues, *told)) if told else found


def _in_room(plan: Plan, schema: DatabaseSchema, ask: Ask | None, given: Given) -> Survey:
    tables = _Tables(plan, schema, Answers(plan.server_answers, ask), given)
    tables.resolve_all()
    if not tables.failed and (ends := hard_ends(tables.resolved)):
        tables.resolve_where_room_changes(ends)
    return tables.settled()


@dataclass(frozen=True)
class _Shown:
    """What tables that refer to one, over any number of keys, read of it while they are resolved themselves."""

    spans: Mapping[Place, Span]
    gaps: Mapping[Place, int]
    kinds: Mapping[Place, Kinds]


class _Tables:
    """All tables of a plan while they are resolved, in the order of their foreign keys.

    Attributes:
        resolved: the tables as far as they are.
    """

    def __init__(self, plan: Plan, schema: DatabaseSchema, answers: Answers, given: Given) -> None:
        self._plan, self._schema, self._answers, self._given = plan, schema, answers, given
        self._made = planned_rows(plan, schema)
        self._known, told = known_rows(plan, schema, given)
        capacity = {target.ref: target.capacity or 0 for target in plan.targets}
        extra = given.room
        self._sizes = {
            ref: max(rows, capacity.get(ref, 0)) + extra.get(ref, 0) for ref, rows in self._made.items()
        }  # fmt: skip
        self._rows = {
            ref: count + (self._known[ref].existing if ref in self._known else 0) for ref, count in self._made.items()
        }
        self._targeted = {target.ref for target in plan.targets}
        self._growing = frozenset(ref for ref, most in capacity.items() if most)
        self._unfollowed = unfollowed_tables(plan) | _ignored(plan)
        constant, unasked = constant_columns(self._rows, schema, plan), never_asked(self._rows, schema, plan)
        self._relations = relate(schema, self._rows, self._unfollowed, constant, unasked)
        self._relations.new_only = given.new_only
        want_kinds(self._relations, schema, plan, self._sizes)
        want_values(self._relations, schema, plan, self._sizes)
        self._told: list[Issue] = [
            *told_left_out(plan),
            *told,
            *relation_words.prepare(plan, schema, self._sizes, self._relations, self._unfollowed),
        ]
        self._order = tuple(fk_graph(schema).insertion_order(self._rows))
        self._room = room_of(plan, schema, self._relations.lives)
        self._spans: dict[Place, Span] = {}
        self._shown: dict[TableRef, _Shown] = {}
        self._resolvers: dict[TableRef, TableResolver] = {}
        self.resolved: dict[TableRef, ResolvedTable] = {}

    @property
    def failed(self) -> bool:
        """Whether something is wrong already."""
        found = (issue for one in self._resolvers.values() for issue in one.issues)
        return any(issue.severity == "error" for issue in (*self._told, *found)) or bool(key_cycles(self._relations))

    def resolve_all(self) -> None:
        """Resolve every table."""
        for ref in self._order:
            if not self._made[ref]:
                self.resolved[ref] = ResolvedTable(ref, 0, (), known=self._known.get(ref))
            else:
                self._resolve(ref)

    def resolve_where_room_changes(self, ends: Mapping[Place, Ends]) -> None:
        """Resolve those tables again that what is now known of ends leaves other room, and those that read of them.

        Args:
            ends: of bounded columns.
        """
        before, self._room = self._room, room_of(self._plan, self._schema, self._relations.lives, ends)
        again = {ref for ref in self._resolvers if self._leaves_other_room(ref, before, ends)}
        if not again:
            return
        # Each table reads what those before it show, as it did the first time.
        shown, changed = self._shown, set[TableRef]()
        self._shown = {}
        self._spans.clear()
        self._relations.gaps.clear()
        self._relations.kinds.clear()
        for ref in self._order:
            if ref not in self._resolvers:
                continue
            if ref in again or not changed.isdisjoint(self._above(ref)):
                self._answers.again(ref)
                self._resolve(ref)
                if self._shown[ref] != shown[ref]:
                    changed.add(ref)
            else:
                self._show(ref, shown[ref])

    def _leaves_other_room(self, ref: TableRef, before: Room, ends: Mapping[Place, Ends]) -> bool:
        """Whether the room of some column is other than before, and not only what the column keeps to by itself."""
        now, lives = self._room, ref in self._relations.lives
        for name in self._schema.tables[ref].by_name:
            place = ref, name
            if lives and before.later.get(place) != now.later.get(place):
                return True
            column = self.resolved[ref].by_name.get(name)
            own = ends.get(place, Ends()) if column is not None and isinstance(column.source, Bounded) else Ends()
            if narrower(before.below.get(place), now.below.get(place), own.last, late=True) or narrower(
                before.above.get(place), now.above.get(place), own.first, late=False
            ):
                return True
        return False

    def _above(self, ref: TableRef) -> set[TableRef]:
        """The tables that a table refers to, over any number of keys."""
        found, todo = set[TableRef](), [ref]
        while todo:
            for relation in self._relations.of.get(todo.pop(), ()):
                if relation.target not in found:
                    found.add(relation.target)
                    todo.append(relation.target)
        return found

    def _resolve(self, ref: TableRef) -> None:
        task = TableTask(
            ref=ref, plan=self._plan, schema=self._schema, rows_by_table=self._rows, relations=self._relations,
            unfollowed=self._unfollowed, answers=self._answers, room=self._room, spans=self._spans, sizes=self._sizes,
            made=self._made, known=self._known.get(ref), growing=self._growing,
        )  # fmt: skip
        resolver = TableResolver(task, auto_parent=ref not in self._targeted)
        self._resolvers[ref] = resolver
        self.resolved[ref] = resolver.resolved
        relations = self._relations
        self._show(
            ref,
            _Shown(
                dict(resolver.spans) if self._plan.relations else {},
                {place: count for place, count in relations.gaps.items() if place[0] == ref},
                {place: kinds for place, kinds in relations.kinds.items() if place[0] == ref},
            ),
        )

    def _show(self, ref: TableRef, shown: _Shown) -> None:
        self._shown[ref] = shown
        self._spans.update(shown.spans)
        self._relations.gaps.update(shown.gaps)
        self._relations.kinds.update(shown.kinds)

    def settled(self) -> Survey:
        """Prove what takes all tables together, and return the outcome."""
        plan, schema, tables = self._plan, self._schema, self.resolved
        resolvers = [self._resolvers[ref] for ref in self._order if ref in self._resolvers]
        issues = [*self._told, *(issue for resolver in resolvers for issue in resolver.issues)]
        issues.extend(_circular(key_cycles(self._relations)))
        if plan.relations and not any(issue.severity == "error" for issue in issues):
            trees = {place: tree for resolver in resolvers for place, tree in resolver.trees.items()}
            intervals, inputs = Intervals(dict(tables), trees), dependencies(tables)
            for resolver in resolvers:
                tables[resolver.ref] = resolver.settle_groups(tables[resolver.ref], intervals, inputs)
            issues.extend(circles(tables))
            issues.extend(relation_words.check_counterparts(plan, tables))
        if plan.relations and not any(issue.severity == "error" for issue in issues):
            for resolver in resolvers:
                tables[resolver.ref] = resolver.prove(tables[resolver.ref], intervals)
                issues.extend(resolver.issues[resolver.told :])
        if plan.relations and not any(issue.severity == "error" for issue in issues):
            for ref, names in unsure(plan, schema, tables).items():
                tables[ref] = replace(tables[ref], unsure=names)
        given = self._given
        resolved = ResolvedPlan(
            plan=plan.model_copy(update={"server_answers": self._answers.given}),
            tables=tables,
            schema_fingerprint=schema.schema_fingerprint or schema.fingerprint(),
            issues=tuple(dict.fromkeys(issues)),
            existing_sha256=given.existing.keys.sha256() if given.existing is not None and plan.holding else None,
            consulted=self._answers.consulted,
        )
        reports = tuple(resolver.report for resolver in resolvers)
        return Survey(resolved, reports, tuple(issues), self._relations.lives)


def _ignored(plan: Plan) -> frozenset[TableRef]:
    """Tables whose policy for foreign keys is to ignore them."""
    return frozenset(
        rule.ref
        for rule in plan.rules
        if isinstance(rule, PolicyRule) and rule.constraint == "foreign_key" and rule.mode == "ignore"
    )


def _circular(columns: Iterable[tuple[TableRef, str]]) -> Iterable[Issue]:
    for ref, name in columns:
        yield error(
            "unsupported",
            "/",
            f"{ref}.{name} is a foreign key whose values come, over other keys, from itself",
            "set foreign_key_strategy disable for one of the tables, with options.allow_fk_disable",
            table=ref,
            column=name,
        )


def _infeasible(errors: list[Issue], issues: list[Issue]) -> Infeasible:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Infeasible(errors[0].message + more, issues=issues, hint=errors[0].hint)
