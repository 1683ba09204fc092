"""A complete plan for any introspected schema, with the reason for every choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.partitions import as_filled
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import (
    DEFAULT_BASE_DATE,
    PLAN_VERSION,
    GlobalOptions,
    Plan,
    PlanOptions,
    SchemaRef,
)
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.drafting.ages import of_their_age
from datalchemy_nb.drafting.kept import appended, askable, kept
from datalchemy_nb.drafting.language import detect, language_of_names
from datalchemy_nb.drafting.learned import (
    Known,
    claim_found,
    families,
    learned_rows,
    learned_suggestion,
    without_guesses,
)
from datalchemy_nb.drafting.meaning import left_alone
from datalchemy_nb.drafting.nulls import with_usual_nulls
from datalchemy_nb.drafting.own import own_rules
from datalchemy_nb.drafting.repair import Repair
from datalchemy_nb.drafting.roles import in_its_role
from datalchemy_nb.drafting.rows import peopled, row_counts
from datalchemy_nb.drafting.rules import BY_CONSTRAINT, BY_NAME, BY_TYPE, Rule
from datalchemy_nb.drafting.rules.brazil import tied_to_person
from datalchemy_nb.drafting.rules.states import with_cards
from datalchemy_nb.drafting.rules.timestamps import tied_to_state
from datalchemy_nb.drafting.shapes import recognise_shapes
from datalchemy_nb.drafting.shapes.base import Claims, SchemaView
from datalchemy_nb.drafting.suggestion import Draft, RowCount, Suggestion
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.errors import UsageError, did_you_mean
from datalchemy_nb.planning.fit import with_record
from datalchemy_nb.planning.leave_out import without_filled
from datalchemy_nb.planning.rules.generators import locale_hint
from datalchemy_nb.resolve.discriminators import kinds_asked

_LISTED = 20
"""Rows of a table of real records, also where fewer are asked for."""
_FILLED = ("table", "partitioned_table")


def draft_plan(
    schema: DatabaseSchema,
    *,
    seed: int = 42,
    locale: str | Mapping[str, float] | None = None,
    base_date: dt.date | None = None,
    rows: int = 1000,
    tables: Sequence[TableRef] | None = None,
    held: Mapping[TableRef, int] | None = None,
    profile: Profile | None = None,
    scale: float = 1.0,
    append: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Draft:
    """Draft a plan that validates and resolves.

    Args:
        schema: what introspection found.
        seed: the plan's seed.
        locale: of people, places and words; several with their shares (`{"pt_BR": 0.7, "en_US": 0.3}`, or
            ``pt_BR=0.7,en_US=0.3``); None = the one that the words of the schema speak for.
        base_date: the plan's today; None = 2026-01-01.
        rows: rows of an ordinary table; lookups get fewer, details more.
        tables: only these and what they refer to; None = all.
        held: rows of tables that the database holds, as far as they were counted (see `askable_tables`).
        profile: figures and relations of a real database, which go before what names speak for.
        scale: how many times the profile's rows; lookups stay as they are.
        append: add rows to tables that hold some, as far as `held` says; else the plan says nothing of their rows.
        progress: told what is done now, in a few words; what it raises ends the draft.

    Raises:
        UsageError: a named table does not exist or takes no rows, there is no such locale, or `rows` is below 1.
    """
    if rows < 1:
        raise UsageError(f"rows must be at least 1, not {rows}")
    written_for, schema = schema, as_filled(schema)
    refs = _targets(schema, tables)
    head = _head(schema, seed, _locale(schema, locale, refs), base_date or DEFAULT_BASE_DATE)
    plain = {ref: TableView(ref, schema.tables[ref], schema, head, rows) for ref in refs}
    unique_sets = {ref: view.unique_sets for ref, view in plain.items()}
    asked = kinds_asked(refs, schema, head)
    counts = row_counts(refs, schema, rows, unique_sets, asked.fewest, language_of_names(head.locale))
    known = None if profile is None else Known(profile, scale)
    if known is not None:
        counts = learned_rows(refs, schema, known, counts)
    views = [replace(plain[ref], rows=counts[ref].rows) for ref in refs]
    tell = progress or (lambda words: None)
    suggestions: list[Suggestion] = []
    for number, view in enumerate(views, 1):
        tell(f"table {number:,} of {len(views):,}, {view.ref}")
        suggestions += (
            _kinds(column)
            if (view.ref, column.name) in asked.columns and not column.is_listed
            else suggest_column(column)
            for column in view.columns.values()
        )
    tell("what tables are to each other")
    by_ref = {view.ref: view for view in views}
    claims = recognise_shapes(by_ref, schema, head) if known is None else _learned(by_ref, head, known, suggestions)
    suggestions = [
        with_usual_nulls(by_ref[s.ref].columns[s.column], claims.suggestions.get((s.ref, s.column), s))
        for s in suggestions
    ]
    suggestions = [_that_fit(by_ref[s.ref].columns[s.column], s) for s in suggestions]
    told = known.tables if known is not None else {}
    claims.rows = {ref: most for ref, most in claims.rows.items() if ref not in told}
    counts.update({ref: RowCount(most, why) for ref, (most, why) in claims.rows.items() if most <= max(rows, _LISTED)})
    counts.update({ref: RowCount(*few) for ref, few in claims.exactly.items() if ref not in told})
    counts.update(
        {ref: count for ref, count in peopled(counts, schema).items() if ref not in told and ref not in claims.exactly}
    )
    ruled = {(s.ref, s.column): rule for s in suggestions if (rule := s.to_rule()) is not None}
    holding = held or {}
    held_rows = {ref: RowCount(holding[ref], why) for ref, why in kept(schema, refs, holding).items()}
    others = [ref for ref in refs if ref not in held_rows] if append else []
    beside = {ref: RowCount(holding[ref], why) for ref, why in appended(others, holding).items()}
    asked_rows = {ref: counts[ref] for ref in refs}
    repair = Repair(schema, head, ruled, asked_rows, claims.found, held=held_rows, beside=beside)
    tell(f"trying the plan of {len(views):,} tables")
    repaired = repair.run()
    left = repaired if tables is not None else without_filled(repaired, schema)
    plan = with_record(left, written_for)
    resolved = repair.resolved if left is repaired else None
    if resolved is not None:
        recorded = resolved.plan.model_copy(update={"written_for": plan.written_for})
        resolved = replace(resolved, plan=recorded)
    filled = {target.ref for target in plan.targets}
    counts = {ref: count for ref, count in repair.counts.items() if ref in filled}
    return Draft(plan, tuple(s for s in _kept(suggestions, repair) if s.ref in counts), counts, resolved, repair.rules)


def _learned(
    views: Mapping[TableRef, TableView], head: Plan, known: Known, suggestions: Sequence[Suggestion]
) -> Claims:
    """What was counted, and shapes of what was not."""
    schema = next(iter(views.values())).schema if views else None
    if schema is None:
        return Claims()
    taught = {
        (s.ref, s.column): learned_suggestion(views[s.ref].columns[s.column], s, known)
        for s in suggestions
        if known.is_told(s.ref)
    }
    claims = Claims(suggestions=dict(taught))
    view = SchemaView(views, schema, head, {place: rule for place, (rule, _) in families(known).items()})
    claim_found(view, claims, known, taught)
    shaped = recognise_shapes(views, schema, head, claims=claims, view=view)
    shaped.found = without_guesses(shaped, known)
    return shaped


def askable_tables(schema: DatabaseSchema, *, append: bool = False) -> tuple[TableRef, ...]:
    """Return the tables of which a draft would like to know how many rows they hold, up to `MOST_ROWS`.

    Args:
        schema: the schema.
        append: the draft adds rows to tables that hold some, so all are asked.
    """
    every = _targets(schema, None)
    return tuple(every) if append else askable(schema, every)


def _kinds(view: ColumnView) -> Suggestion:
    """A column that nothing but CHECKs of tables that refer to it tells the values of."""
    return left_alone(view, "kinds", "tables that refer to its rows name the kinds of them")


def suggest_column(view: ColumnView) -> Suggestion:
    """Ask the rules in order: constraints, users' own, the name, a short comment, then the type."""
    found = _first(view, BY_CONSTRAINT) or _first(view, (*own_rules(), *BY_NAME))
    commented = None if found else view.by_comment()
    if commented is not None:
        found = _first(commented, (*own_rules(), *BY_NAME))
    chosen = found or _first(view, BY_TYPE) or left_alone(view, "none")
    found = with_cards(view, tied_to_state(view, in_its_role(view, chosen)))
    return _that_fit(view, with_usual_nulls(view, tied_to_person(view, of_their_age(view, found))))


def _that_fit(view: ColumnView, suggestion: Suggestion) -> Suggestion:
    """A list without the values that the column's type and CHECKs leave out, where others are left."""
    values = suggestion.params.get("values")
    if suggestion.generator_id != "primitive.choice" or not isinstance(values, list | tuple):
        return suggestion
    kept = [place for place, held in enumerate(_held(view, values)) if held]
    if not kept or len(kept) == len(values):
        return suggestion
    weights = suggestion.params.get("weights")
    parts = {"values": [values[place] for place in kept]}
    if isinstance(weights, list | tuple) and len(weights) == len(values):
        parts["weights"] = [weights[place] for place in kept]
    return replace(suggestion, params={**suggestion.params, **parts})


def _held(view: ColumnView, values: Sequence[object]) -> list[bool]:
    """Which values of a list the column takes."""
    most = view.slot.max_length
    held = [most is None or len(str(value)) <= most for value in values]
    for _, limit in view.limits:
        try:
            mask = limit.mask(pl.Series(list(values))).to_list()
        except (pl.exceptions.PolarsError, TypeError):
            continue  # values of another family than the bound; who resolves the plan casts them
        held = [one and other is not False for one, other in zip(held, mask, strict=True)]
    return held


def _first(view: ColumnView, rules: Iterable[Rule]) -> Suggestion | None:
    return next((found for rule in rules if (found := rule(view)) is not None), None)


def _locale(
    schema: DatabaseSchema, locale: str | Mapping[str, float] | None, refs: Sequence[TableRef]
) -> GlobalOptions:  # fmt: skip
    if locale is None:
        found = detect(schema, refs)
        return GlobalOptions(locale=found.locale, evidence=found.evidence)
    told = _shares(locale) if isinstance(locale, str) and "=" in locale else locale
    for name in (told,) if isinstance(told, str) else told:
        hint = locale_hint(name)
        if hint is not None:
            raise UsageError(f"there is no locale {name!r}", hint=hint)
    return GlobalOptions(locale=told if isinstance(told, str) else dict(told))


def _shares(text: str) -> dict[str, float]:
    """``pt_BR=0.7,en_US=0.3`` taken apart."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.strip().partition("=")
        try:
            found[name.strip()] = float(share)
        except ValueError:
            found[name.strip()] = 0.0
        if not 0 < found[name.strip()] < float("inf"):
            raise UsageError(f"{part.strip()!r} is no locale with a share", hint="write them as pt_BR=0.7,en_US=0.3")
    return found


def _head(schema: DatabaseSchema, seed: int, options: GlobalOptions, base_date: dt.date) -> Plan:
    return Plan(
        plan_version=PLAN_VERSION,
        seed=seed,
        # A schema from elsewhere may have no fingerprint; a plan that names one would not validate against it.
        schema_ref=SchemaRef(
            schema_version=schema.schema_version, engine=schema.engine, schema_fingerprint=schema.schema_fingerprint
        ),
        global_=options,
        targets=(),
        rules=(),
        options=PlanOptions(base_date=base_date, infer=False),
    )


def _targets(schema: DatabaseSchema, tables: Sequence[TableRef] | None) -> list[TableRef]:
    """Tables that take rows, in the schema's order; views and foreign tables take none, partitions fill themselves."""
    fillable = [ref for ref, table in schema.tables.items() if _takes_rows(table)]
    if tables is None:
        return fillable
    todo, wanted = [partition_root(ref, schema) for ref in tables], set[TableRef]()
    for ref in todo:
        if ref not in fillable:
            hint = did_you_mean(str(ref), map(str, fillable)) or "views and foreign tables take no rows"
            raise UsageError(f"no table {ref} that takes rows", hint=hint)
    while todo:
        ref = todo.pop()
        if ref not in wanted and ref in schema.tables:
            wanted.add(ref)
            todo.extend(partition_root(key.target, schema) for key in schema.tables[ref].foreign_keys)
    return [ref for ref in fillable if ref in wanted]


def _takes_rows(table: Table) -> bool:
    return table.kind in _FILLED and table.partition_of is None and bool(table.columns)


def _kept(suggestions: Iterable[Suggestion], repair: Repair) -> Iterable[Suggestion]:
    """Suggestions of the tables that stayed, with what repair took away."""
    for suggestion in suggestions:
        reason = repair.dropped.get((suggestion.ref, suggestion.column))
        if suggestion.ref not in repair.counts:
            continue
        if reason is None:
            yield suggestion
        else:
            evidence = (*suggestion.evidence, reason)
            yield replace(suggestion, generator_id=None, params={}, null_rate=None, when=None, evidence=evidence)
