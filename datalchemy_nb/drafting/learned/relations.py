"""Relations that were counted, as relations of a draft; what shapes guess of counted tables gives way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from datalchemy_nb.constraints.paths import PathError, reach, read_scalar
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ForeignKeyRule, Presence
from datalchemy_nb.contracts.profile import FoundGap, FoundRelation
from datalchemy_nb.contracts.relations import (
    BoundsRule,
    CopyRule,
    CounterpartRule,
    DecidedRule,
    ExpressionRule,
    HistoryRule,
    LifecycleRule,
    OrderedRule,
    ParentRule,
    PeriodsRule,
    RollupRule,
    RunningRule,
    SameAncestorRule,
    ShareRule,
)
from datalchemy_nb.drafting.learned.known import Known
from datalchemy_nb.drafting.shapes.base import Claim, Claims, SchemaView
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import TableView
from datalchemy_nb.records import dataclass

_GUESSED = (
    BoundsRule, CopyRule, CounterpartRule, ExpressionRule, HistoryRule, LifecycleRule, OrderedRule, ParentRule,
    PeriodsRule, RollupRule, RunningRule, SameAncestorRule, ShareRule,
)  # fmt: skip
_ALWAYS = 0.995
_MOSTLY = 0.9
_NEVER = 0.005
Place = tuple[TableRef, str]


@dataclass
class _Claiming:
    """Claims of one table, without circles.

    Attributes:
        reads: what each decided column reads, of its own table.
    """

    view: SchemaView
    claims: Claims
    known: Known
    suggestions: Mapping[Place, Suggestion]
    reads: dict[Place, set[Place]] = field(default_factory=dict)

    def circular(self, place: Place, read: set[Place]) -> bool:
        """Whether a column would read itself."""
        todo, seen = list(read), set[Place]()
        while todo:
            one = todo.pop()
            if one == place:
                return True
            if one not in seen:
                seen.add(one)
                todo.extend(self.reads.get(one, ()))
        return False

    def missing(self, ref: TableRef, name: str) -> float:
        """The share of nulls of a column."""
        known = self.known.columns.get((ref, name))
        return (known.null_fraction or 0.0) if known is not None else 0.0


def claim_found(view: SchemaView, claims: Claims, known: Known, suggestions: Mapping[Place, Suggestion]) -> None:
    """Claim what was counted, before any shape does.

    Args:
        view: all tables of the plan.
        claims: where to.
        known: the profile.
        suggestions: what columns are made of.
    """
    one = _Claiming(view, claims, known, suggestions)
    for table in view.tables.values():
        found = known.relations.get(table.ref, ())
        _nulls(one, table, [r for r in found if r.kind in ("present", "together")])
        for kind in ("sum", "copy", "computed", "same_ancestor"):
            # A sum rather than the difference that it is read from.
            for relation in sorted((r for r in found if r.kind == kind), key=lambda r: " - " in (r.sql or "")):
                _CLAIMS[kind](one, table, relation)
    decides = _of_copies(one)
    for table in view.tables.values():
        found = known.relations.get(table.ref, ())
        _decided(one, table, [*(r for r in found if r.kind == "decides"), *decides.get(table.ref, ())])
        _orders(one, table, [r for r in found if r.kind == "order"])


def without_guesses(claims: Claims, known: Known) -> list[Claim]:
    """Return the claims without what shapes guess between columns of tables that were counted."""
    kept = []
    for claim in claims.found:
        rule = claim.rule
        evidence = getattr(rule, "evidence", None) or ""
        child = getattr(rule, "child", None)
        counted = known.is_counted(rule.ref) or (child is not None and known.is_counted(child))
        if counted and isinstance(rule, _GUESSED) and not evidence.endswith("[profile]"):
            continue
        kept.append(claim)
    return kept


def _far(one: _Claiming, table: TableView, path: str) -> set[Place]:
    """The columns that a path reads: its key, and the column of the row above."""
    try:
        found = reach(one.view.schema, table.ref, path)
    except PathError:
        return set()
    keys = {(step.table, name) for step in found.steps for name in step.key.columns}
    return {*keys, (found.table, found.column.name)}


def _names_in(one: _Claiming, ref: TableRef, sql: str) -> set[Place]:
    try:
        scalar = read_scalar(one.view.schema, ref, sql)
    except PathError:
        return set()
    return {(found.table, found.column.name) for found in scalar.inputs.values()}


# --- one relation ---


def _sum(one: _Claiming, table: TableView, found: FoundRelation) -> None:
    child = TableRef(found.child_schema or "", found.child_table or "")
    if child not in one.view.tables:
        return
    read = _names_in(one, child, found.sql) if found.sql else set()
    _put(one, table, RollupRule, found, read, keeps=False, fields={
        "function": found.function or "sum", "child_schema": child.schema, "child_table": child.table,
        "child_columns": found.child_columns, "value": found.sql,
    })  # fmt: skip


def _put(
    one: _Claiming, table: TableView, kind: type[Any], found: FoundRelation, read: set[Place], *,
    keeps: bool, fields: dict[str, Any], name: str | None = None,
) -> bool:  # fmt: skip
    column = name or found.column
    place = (table.ref, column)
    if column not in table.columns or place in one.reads or one.circular(place, read):
        return False
    if not one.claims.is_free(table, column):
        return False
    rule = kind.model_validate(
        {
            "type": kind.model_fields["type"].annotation.__args__[0], "schema": table.ref.schema,
            "table": table.ref.table, "column": column, "evidence": f"{found.told} [profile]", **fields,
        }
    )  # fmt: skip
    one.claims.found.append(Claim(rule, (column,), keeps, 0.99))
    one.claims.take(table, [column], "profile")
    one.reads[place] = read
    return True


def _name(path: str) -> str:
    """The column of a path of one part."""
    return path.strip('"')


def _copy(one: _Claiming, table: TableView, found: FoundRelation) -> None:
    share = round(found.share, 4)
    if share >= _MOSTLY and _belongs(one, table, found):
        share = 1.0  # a copy in part would part it from what decides it, or what it decides
    path = found.reads[0]
    key = _name(path.split(".", 1)[0])
    if not table.takes_null(found.column) and one.missing(table.ref, key) > _NEVER:
        return
    _put(one, table, CopyRule, found, _far(one, table, path), keeps=share < _ALWAYS, fields={
        "from": path, "share": 1.0 if share >= _ALWAYS else share,
    })  # fmt: skip


def _belongs(one: _Claiming, table: TableView, found: FoundRelation) -> bool:
    """Whether a copied column decides another copy of the same row, or is decided by one."""
    own = one.known.relations.get(table.ref, ())
    copied = {r.column for r in own if r.kind == "copy" and r.share >= _MOSTLY}
    pairs = [(r.column, _name(r.reads[0])) for r in own if r.kind == "decides"]
    return any(found.column in pair and set(pair) <= copied for pair in pairs)


def _computed(one: _Claiming, table: TableView, found: FoundRelation) -> None:
    sql = found.sql or ""
    read = {(table.ref, name) for name in found.reads}
    if not table.takes_null(found.column):
        for name in found.reads:
            if table.takes_null(name):
                return
    _put(one, table, ExpressionRule, found, read, keeps=False, fields={"sql": sql})


def _same_ancestor(one: _Claiming, table: TableView, found: FoundRelation) -> None:
    rule = SameAncestorRule.model_validate(
        {
            "type": "same_ancestor", "schema": table.ref.schema, "table": table.ref.table, "paths": found.reads,
            "evidence": f"{found.told} [profile]",
        }
    )  # fmt: skip
    one.claims.found.append(Claim(rule, (), True, 0.99))


_CLAIMS: dict[str, Any] = {"sum": _sum, "copy": _copy, "computed": _computed, "same_ancestor": _same_ancestor}


# --- nulls ---


def _nulls(one: _Claiming, table: TableView, found: list[FoundRelation]) -> None:
    """Columns that are empty in some states, and columns that are empty together: conditions of their column rules."""
    told: dict[str, FoundRelation] = {}
    for relation in found:
        if relation.kind == "present":
            told.setdefault(relation.column, relation)
    group: dict[str, str] = {}
    for relation in found:
        if relation.kind == "together":
            first = group.get(relation.reads[0], relation.reads[0])
            group.setdefault(relation.column, first)
    for column, relation in told.items():
        _when(one, table, column, relation.reads[0], relation.values, relation.told)
    for relation in found:
        root = group.get(relation.column)
        if relation.kind == "together" and root is not None and relation.column not in told:
            _when(one, table, relation.column, root, (), relation.told)


def _when(one: _Claiming, table: TableView, column: str, other: str, values: tuple[str, ...], told: str) -> None:
    place = (table.ref, column)
    base = one.claims.suggestions.get(place) or one.suggestions.get(place)
    blocked = other in table.foreign_columns and not values
    if base is None or base.generator_id is None or not table.takes_null(column) or other == column or blocked:
        return
    if column in table.foreign_columns or one.circular(place, {(table.ref, other)}):
        return
    presence = Presence.model_validate({"column": other, "in": values})
    evidence = (*base.evidence, f"empty as {other} says: {told}")
    one.claims.suggestions[place] = replace(base, when=presence, null_rate=0.0, evidence=evidence)


# --- one column deciding another ---


def _of_copies(one: _Claiming) -> dict[TableRef, list[FoundRelation]]:
    """What decides what among copies does so where they are copied from."""
    found: dict[TableRef, list[FoundRelation]] = {}
    for ref, relations in one.known.relations.items():
        copies = {r.column: _end(one, ref, r.reads[0]) for r in relations if r.kind == "copy" and r.share >= _MOSTLY}
        for relation in (r for r in relations if r.kind == "decides"):
            low, high = copies.get(_name(relation.reads[0])), copies.get(relation.column)
            if low is None or high is None or low[0] != high[0]:
                continue
            above = {"schema_name": low[0].schema, "table": low[0].table, "column": high[1], "reads": (low[1],)}
            found.setdefault(low[0], []).append(relation.model_copy(update=above))
    return found


def _end(one: _Claiming, ref: TableRef, path: str) -> Place | None:
    try:
        found = reach(one.view.schema, ref, path)
    except PathError:
        return None
    return found.table, found.column.name


def _decided(one: _Claiming, table: TableView, found: list[FoundRelation]) -> None:
    """Columns by those that decide them: of several, that of the fewest values is asked first."""
    by: dict[str, dict[str, FoundRelation]] = {}
    for relation in found:
        by.setdefault(relation.column, {}).setdefault(_name(relation.reads[0]), relation)
    for column in sorted(by, key=lambda name: -(one.known.distinct(table.ref, name) or 0)):
        place = (table.ref, column)
        names = sorted(by[column], key=lambda name: one.known.distinct(table.ref, name) or 0)
        names = [name for name in names if name in table.columns and not one.circular(place, {(table.ref, name)})]
        # The first that always has a value is the last that is asked.
        full = next((i for i, name in enumerate(names) if one.missing(table.ref, name) <= _NEVER), None)
        names = names if full is None else names[: full + 1]
        if names and place not in one.reads:
            read = {(table.ref, name) for name in names}
            _put(one, table, DecidedRule, by[column][names[0]], read, keeps=True, fields={"by": names})


# --- order ---


def _orders(one: _Claiming, table: TableView, found: list[FoundRelation]) -> None:
    """Bounds: nearer ones with their gap, farther ones without; the later column is decided, where it can be."""
    within = [r for r in found if "." not in r.reads[0]]
    above: dict[str, set[str]] = {}
    for relation in within:
        above.setdefault(relation.column, set()).add(_name(relation.reads[0]))
    equal = {(r.column, _name(r.reads[0])) for r in within if r.column in above.get(_name(r.reads[0]), set())}
    after: dict[str, list[FoundRelation]] = {}
    before: dict[str, list[FoundRelation]] = {}
    for relation in within:
        low, high = _name(relation.reads[0]), relation.column
        if (high, low) in equal and not low < high:
            continue  # always equal: one of the two directions is enough
        between = any(low in above.get(middle, set()) for middle in above.get(high, set()) - {low})
        if between and not equal:
            continue  # follows from others
        low_missing, high_missing = one.missing(table.ref, low), one.missing(table.ref, high)
        if low_missing <= _NEVER or (
            table.takes_null(high) and high_missing >= low_missing - _NEVER and _follows(one, table, high, low)
        ):
            after.setdefault(high, []).append(relation)
        else:
            before.setdefault(low, []).append(relation)
    across = [r for r in found if "." in r.reads[0]]
    for relation in across:
        key = relation.reads[0].split(".", 1)[0].strip('"')
        optional = one.missing(table.ref, key) > _NEVER
        if not (optional and table.takes_null(relation.column)):
            after.setdefault(relation.column, []).append(relation)
    for column in dict.fromkeys((*after, *before)):
        _bound(one, table, column, after.get(column, []), before.get(column, []))


def _follows(one: _Claiming, table: TableView, high: str, low: str) -> bool:
    """Whether a column has no value wherever another has none."""
    place = (table.ref, high)
    found = one.claims.suggestions.get(place)
    return found is not None and found.when is not None and found.when.column == low


def _bound(
    one: _Claiming, table: TableView, column: str, after: list[FoundRelation], before: list[FoundRelation]
) -> None:
    lows: list[dict[str, Any]] = []
    read: set[Place] = set()
    nearest = min(after, key=lambda r: r.gap.typical if r.gap is not None else float("inf"), default=None)
    for relation in after:
        far = _far(one, table, relation.reads[0]) or {(table.ref, _name(relation.reads[0]))}
        if one.circular((table.ref, column), read | far):
            continue
        gap = _gap(relation.gap) if relation is nearest else None
        lows.append({"column": relation.reads[0], **({"gap": gap} if gap else {})})
        read |= far
    highs: list[dict[str, Any]] = []
    for relation in before:
        far = {(table.ref, relation.column)}
        if one.circular((table.ref, column), read | far):
            continue
        gap = _gap(relation.gap) if not lows and not highs else None
        highs.append({"column": relation.column, **({"gap": gap} if gap else {})})
        read |= far
    if lows or highs:
        first = (after or before)[0]
        _put(one, table, BoundsRule, first, read, keeps=True, name=column, fields={"after": lows, "before": highs})


def _gap(found: FoundGap | None) -> dict[str, Any] | None:
    if found is None or found.high <= 0:
        return None
    low, typical, high = max(found.low, 0.0), found.typical, found.high
    gap: dict[str, Any] = {"min": low, "max": high, "unit": found.unit}
    if low < typical < high:
        gap["typical"] = typical
    if found.unit == "days":
        gap = {key: value if key == "unit" else round(value, 3) for key, value in gap.items()}
    return gap


def families(known: Known) -> Mapping[tuple[TableRef, tuple[str, ...]], tuple[ForeignKeyRule, str]]:
    """Rules for foreign keys whose children were counted."""
    found = {}
    for ref, columns in known.families:
        told = known.children(ref, columns)
        if told is not None:
            children, rate, why = told
            rule = ForeignKeyRule(
                type="foreign_key", schema_name=ref.schema, table=ref.table, columns=columns, children=children,
                null_rate=rate, comment=f"{why} [profile]",
            )  # fmt: skip
            found[ref, columns] = rule, why
    return found
