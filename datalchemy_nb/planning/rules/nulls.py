"""Which columns relation rules decide, and which columns can come out null."""

from __future__ import annotations

from datalchemy_nb.constraints.paths import (
    PathError,
    Reach,
    Scalar,
    may_be_null,
    reach,
    read_scalar,
)
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import Input, UnreadableScalarError
from datalchemy_nb.constraints.types import category_of, dtype_of
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ForeignKeyRule, Plan
from datalchemy_nb.contracts.relations import (
    BoundsRule,
    CopyRule,
    CounterpartRule,
    DecidedRule,
    ExpressionRule,
    HistoryRule,
    LifecycleRule,
    ParentRule,
    PeriodsRule,
    PolymorphicRule,
    RelationRule,
    RollupRule,
    SameAncestorRule,
)
from datalchemy_nb.contracts.schema import DatabaseSchema

Part = str | int


class Nulls:
    """Which columns can come out null: what the plan says of them, where the schema lets them."""

    def __init__(self, plan: Plan, schema: DatabaseSchema) -> None:
        self._plan, self._schema = plan, schema
        self._rules = {(rule.ref, rule.column): rule for _, rule in plan.column_rules}
        self._keys = {
            (rule.ref, name): rule
            for rule in plan.rules
            if isinstance(rule, ForeignKeyRule)
            for name in rule.columns
            if rule.null_rate is not None or rule.children is not None
        }
        self._decided = {(rule.ref, name): rule for _, rule in plan.relations for _, name in decides(rule)}
        self._known: dict[tuple[TableRef, str], bool] = {}

    def column(self, ref: TableRef, name: str) -> bool:
        """Whether a column can be null."""
        place = ref, name
        if place not in self._known:
            self._known[place] = True  # in a circle nothing is proved
            self._known[place] = may_be_null(self._schema, ref, name) and self._planned(ref, name)
        return self._known[place]

    def path(self, found: Reach) -> bool:
        """Whether a path can come to null: a key on the way, or the column it ends at."""
        keys = any(self.column(step.table, name) for step in found.steps for name in step.key.columns)
        return keys or self.column(found.table, found.column.name)

    def inputs(self, scalar: Scalar) -> dict[str, Input]:
        """What an expression reads, typed."""
        return {
            name: Input(
                category_of(found.column.column_type, self._schema),
                getattr(dtype_of(found.column.column_type, self._schema), "scale", 0),
                self.path(found),
            )
            for name, found in scalar.inputs.items()
        }

    def _planned(self, ref: TableRef, name: str) -> bool:
        decided, rule = self._decided.get((ref, name)), self._rules.get((ref, name))
        key = self._keys.get((ref, name))
        if isinstance(decided, ExpressionRule):
            try:
                scalar = read_scalar(self._schema, ref, decided.sql)
                return compile_scalar(scalar.tree, self.inputs(scalar), self._plan.base_date).nullable
            except (PathError, UnreadableScalarError):
                return True
        if isinstance(decided, CopyRule) and decided.share == 1:
            try:
                return self.path(reach(self._schema, ref, decided.source))
            except PathError:
                return True
        if isinstance(decided, CounterpartRule):
            try:
                scalar = read_scalar(self._schema, decided.child, decided.columns[name])
                return compile_scalar(scalar.tree, self.inputs(scalar), self._plan.base_date).nullable
            except (PathError, UnreadableScalarError):
                return True
        if isinstance(decided, RollupRule):
            return decided.function != "count"
        if isinstance(decided, LifecycleRule):
            return name not in (decided.state, decided.start)
        if decided is not None and not isinstance(decided, BoundsRule | CopyRule | DecidedRule):
            return isinstance(decided, HistoryRule | PeriodsRule)
        if key is not None:
            return bool(key.null_rate)
        if rule is not None and (rule.when is not None or rule.null_rate is not None):
            return rule.when is not None or bool(rule.null_rate)
        return self._plan.null_rate > 0 or bool(rule and rule.transforms) or decided is not None


def decides(rule: RelationRule) -> tuple[tuple[tuple[Part, ...], str], ...]:
    """Return the columns that a relation decides, each with its place in the rule."""
    found: list[tuple[tuple[Part, ...], str | None]]
    match rule:
        case PolymorphicRule():
            found = [(("type_column",), rule.type_column), (("id_column",), rule.id_column)]
        case LifecycleRule():
            found = [(("state",), rule.state), (("start",), rule.start), (("until",), rule.until)]
            found += [(("states", i, "enters"), state.enters) for i, state in enumerate(rule.states)]
        case HistoryRule():
            names = ("of", "state", "previous", "at", "until", "current", "position")
            found = [((name,), getattr(rule, name)) for name in names]
        case PeriodsRule():
            found = [(("start",), rule.start), (("end",), rule.end)]
        case SameAncestorRule() | ParentRule():
            found = []
        case CounterpartRule():
            found = [(("columns", name), name) for name in rule.columns]
        case _:
            found = [(("column",), rule.column)]
    unique: dict[str, tuple[Part, ...]] = {}
    for parts, name in found:
        if name is not None:
            unique.setdefault(name, parts)
    return tuple((parts, name) for name, parts in unique.items())
