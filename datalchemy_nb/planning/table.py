"""One table resolved: columns, then constraints, then keys."""

from __future__ import annotations

from datalchemy_nb.contracts.feasibility import TableFeasibility
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.domains.base import Derivation, Domain, ParentValue
from datalchemy_nb.planning.allocator import KeyAllocator
from datalchemy_nb.planning.asked import ask_server
from datalchemy_nb.planning.children import check_branches
from datalchemy_nb.planning.choices import apply_choices
from datalchemy_nb.planning.columns import draft_columns, rule_pointer
from datalchemy_nb.planning.constraints import apply_constraints
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.groups import check_inputs, redraw_groups
from datalchemy_nb.planning.keys import Key, KeyConflictError
from datalchemy_nb.planning.links import draft_links, kept_apart
from datalchemy_nb.planning.orders import apply_orders, leave_room
from datalchemy_nb.planning.outputs import check_outputs
from datalchemy_nb.planning.resolved import (
    Allocation,
    CopiedFromParent,
    Derived,
    Drawn,
    FromParent,
    Keyed,
    ResolvedColumn,
    ResolvedTable,
    RowNumber,
    Source,
)
from datalchemy_nb.planning.shares import deal_kinds
from datalchemy_nb.planning.survey import table_report


class TableResolver:
    """Resolves one table; `issues` holds what was found."""

    def __init__(self, draft: TableDraft) -> None:
        self._draft = draft
        self._keys = KeyAllocator(draft)

    @property
    def issues(self) -> list[Issue]:
        """Errors and warnings found so far."""
        return self._draft.issues

    @property
    def report(self) -> TableFeasibility:
        """How every constraint of the table is met, as far as it was resolved."""
        return table_report(self._draft)

    def resolve(self, *, auto_parent: bool) -> ResolvedTable:
        """Return the resolved table; meaningless when `issues` holds an error."""
        draft = self._draft
        draft_links(draft)
        draft_columns(draft)
        self._refuse_unreachable()
        self._name_triggers()
        self._keys.prepare()
        demands = apply_constraints(draft)
        ask_server(draft, demands, self._keys.columns)
        leave_room(draft, demands)
        scarce = self._keys.allocate()
        apply_choices(draft, demands, scarce, self._keys.fixed)
        ask_server(draft, demands, self._keys.columns)
        apply_orders(draft, demands)
        dealt = deal_kinds(draft)
        for item in draft.columns.values():
            item.source = item.source or self._source(item)
        check_inputs(draft)
        check_branches(draft)
        check_outputs(draft, demands)
        unequal = [one for one in demands.unequal if not kept_apart(draft, *one.columns)]
        groups = redraw_groups(draft, [*demands.predicates, *unequal], self._keys.fixed | dealt)
        return ResolvedTable(
            ref=draft.ref,
            rows=draft.rows,
            columns=tuple(self._column(item) for item in draft.columns.values() if item.source is not None),
            links=tuple(draft.links),
            groups=groups,
            entity_keys=self._keys.entities,
            choices=tuple(draft.choices),
            auto_parent=auto_parent,
        )

    def _refuse_unreachable(self) -> None:
        """Tables without a column to write, and foreign keys to columns that the database computes."""
        draft = self._draft
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
                )

    def _name_triggers(self) -> None:
        """Triggers may refuse or change any row; nobody here can tell which."""
        draft = self._draft
        names = [one.name for one in draft.table.triggers if one.enabled and "insert" in one.events]
        if names:
            draft.warn(
                "trigger",
                "/",
                f"{draft.ref}: trigger{'s' if len(names) > 1 else ''} {', '.join(names)} may refuse or change rows",
                "load tells; load --disable-triggers leaves them out",
            )

    # --- finishing ---------------------------------------------------------------------------------------------------

    def _source(self, item: Draft) -> Source | None:
        link = self._draft.link_of(item.name)
        if link is not None:
            return FromParent(link.index, link.referenced[link.columns.index(item.name)])
        match item.built:
            case Domain():
                sequential = getattr(item.built, "sequential", False) or item.row_number
                return Keyed(item.built, self._in_order(item)) if sequential else Drawn(item.built)
            case Derivation():
                return Derived(item.built)
            case ParentValue():
                return self._parent_value(item, item.built)
            case _:
                return None

    def _in_order(self, item: Draft) -> Allocation:
        assert item.domain is not None
        if item.domain.size < self._draft.rows:
            self._keys.refuse(KeyConflictError(Key("sequence", (item.name,)), item.domain.size))
        return RowNumber()

    def _parent_value(self, item: Draft, wanted: ParentValue) -> Source | None:
        link = self._draft.link_of(wanted.fk_column)
        if link is None or link.target != wanted.parent:
            self._draft.refuse(
                "unknown_parent_reference",
                rule_pointer(item),
                f"{self._draft.name_of(item.name)}: {wanted.fk_column} is no foreign key to {wanted.parent}",
                "name a foreign key column of this table in input_columns, and the table it points at",
            )
            return None
        return CopiedFromParent(link.index, wanted.parent_column)

    def _column(self, item: Draft) -> ResolvedColumn:
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
        )
