"""What each column is made of, before constraints and keys have their say."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import ValidationError

from datalchemy_nb.constraints.facts import Narrow
from datalchemy_nb.constraints.table import context_of, domain_facts
from datalchemy_nb.constraints.types import base_type, slot_for, slot_for_type, with_locale
from datalchemy_nb.contracts.pg_types import BY_NAME
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.contracts.schema import Column, ColumnType, TypeName
from datalchemy_nb.domains.base import Built, Domain, ForeignKeyShare, Slot
from datalchemy_nb.domains.choice import ChoiceDomain, boolean, constant
from datalchemy_nb.domains.defaults import Written, default_domain
from datalchemy_nb.domains.distributions import DistributionError, shape
from datalchemy_nb.domains.fitting import integer_bounds
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.literals import ArrayText, RowText
from datalchemy_nb.domains.mixed import Shares, mixed
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.registry import GeneratorSpec, Params, find_generator
from datalchemy_nb.domains.usual import others_than, usual
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.rules import columns as distributions
from datalchemy_nb.planning.rules.generators import fits
from datalchemy_nb.resolve.narrowing import narrowed
from datalchemy_nb.resolve.phases import DraftedTable, LinkedTable, TableTask, carried
from datalchemy_nb.resolve.plan import OfKind, PerParent, SharedParent
from datalchemy_nb.resolve.sources import When
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.transforms import draft_steps
from datalchemy_nb.resolve.unique_sets import UniqueSet, unique_sets

# --- types made of others: composite types, and arrays of enums, domains and composites -------------------------------

_VALUE = "value"


def made_of_others(draft: TableTask, column_type: ColumnType) -> Domain | None:
    """Return a domain for a composite type or an array, or None where a part's type is not known."""
    base = base_type(column_type, draft.schema)
    if base.kind == "array" and base.element is not None:
        element = _element(draft, base.element)
        return None if element is None else ArrayText(element, max(base.dimensions, 1))
    if base.kind in ("range", "multirange"):
        return _range(draft, base)
    return _rows(draft, base.udt_schema, base.udt_name)


def _element(draft: TableTask, name: TypeName) -> Domain | None:
    labels = draft.schema.enum_labels.get((name.udt_schema, name.udt_name))
    if labels:
        return ChoiceDomain(labels, category="enum")
    if (name.udt_schema, name.udt_name) in draft.schema.domain_types:
        return _of_domain(draft, name)
    return _rows(draft, name.udt_schema, name.udt_name)


def _range(draft: TableTask, base: ColumnType) -> Domain | None:
    """Values of a range type of the user's: from a value of its subtype upwards."""
    names = ("name",) if base.kind == "range" else ("multirange",)
    found = next(
        (
            known
            for known in draft.schema.ranges
            if known.schema_name == base.udt_schema and base.udt_name in (getattr(known, name) for name in names)
        ),
        None,
    )
    if found is None:
        return None
    bound = _element(draft, found.subtype) or _of_name(draft, found.subtype)
    if bound is None:
        return None
    before, after = ("[", ",)") if base.kind == "range" else ("{[", ",)}")
    quote = "" if bound.category in ("integer", "decimal", "float", "date", "network") else '"'
    return Written(bound, before + quote, quote + after, "range")


def _of_name(draft: TableTask, name: TypeName) -> Domain | None:
    """Values of a type that the catalog names, without modifiers."""
    known = BY_NAME.get(name.udt_name)
    plain = ColumnType(
        data_type=known.printed if known else name.udt_name, udt_schema=name.udt_schema, udt_name=name.udt_name
    )
    return default_domain(slot_for_type(draft.ref, _VALUE, plain, draft.schema, draft.plan, draft.rows))


def _of_domain(draft: TableTask, name: TypeName) -> Domain | None:
    """Values of a domain type, under its CHECKs; None where one of them cannot be built."""
    plain = ColumnType(data_type=name.udt_name, udt_schema=name.udt_schema, udt_name=name.udt_name, kind="domain")
    slot = slot_for_type(draft.ref, _VALUE, plain, draft.schema, draft.plan, draft.rows)
    item = Draft(Column(ordinal_position=0, name=_VALUE, column_type=plain, is_nullable=True), slot)
    item.built = default_domain(slot)
    context = context_of({_VALUE: slot.category}, draft.schema, draft.plan)
    for check in domain_facts(item.column, draft.schema, context):
        for fact in check.facts:
            if not isinstance(fact, Narrow) or item.domain is None:
                return None
            try:
                item.built = narrowed(item, fact.limit)
            except EmptyDomainError:
                return None
    return item.domain


def _rows(draft: TableTask, schema: str, name: str) -> Domain | None:
    found = next((c for c in draft.schema.composites if (c.schema_name, c.name) == (schema, name)), None)
    if found is None:
        return None
    fields: list[Domain] = []
    for field in found.fields:
        slot = slot_for_type(draft.ref, field.name, field.column_type, draft.schema, draft.plan, draft.rows)
        built = default_domain(slot) or made_of_others(draft, field.column_type)
        if built is None:
            return None
        fields.append(built)
    return RowText(fields) if fields else None


# --- what each column is made of, before constraints and keys have their say ------------------------------------------

_LITERAL = re.compile(r"^\(*'((?:[^']|'')*)'(?:::.*)?\)*$", re.DOTALL)
_SEQUENCE = re.compile(r"\bnextval\(", re.IGNORECASE)
_TRUE_WHEN_DEFAULT = 0.9


def draft_columns(linked: LinkedTable) -> DraftedTable:
    """Give every column that the database does not compute a generator, a default or a foreign key."""
    columns: dict[str, Draft] = {}
    draft = DraftedTable(**carried(linked), columns=columns)
    sets = (found for found in unique_sets(draft) if isinstance(found, UniqueSet))
    alone = {found.columns[0] for found in sets if len(found.columns) == 1}
    own = draft.plan.rules_of(draft.ref)
    rules = {rule.column: (index, rule) for index, rule in own if isinstance(rule, ColumnRule)}
    for column in draft.table.columns:
        if column.generated is not None:
            continue
        slot = slot_for(draft.ref, column, draft.schema, draft.plan, draft.rows)
        slot = replace(slot, unique=column.name in alone)
        item = Draft(column, slot)
        columns[column.name] = item
        if column.name in rules:
            item.rule_index, item.rule = rules[column.name]
        _fill(draft, item)
    return draft


def _fill(draft: DraftedTable, item: Draft) -> None:
    tag = pii_tag(item.name)
    item.tags = (tag,) if tag else ()
    if draft.link_of(item.name) is not None:
        item.origin = "foreign_key"
        _share_parents(draft, item)
        return
    if item.name in draft.absent:
        item.built, item.null_rate, item.origin = _nothing(item), 1.0, "foreign_key"
        return
    if item.name in draft.constants:
        item.built = draft.constants[item.name]
        return
    lacking = base_type(item.column.column_type, draft.schema).udt_name.lstrip("_")
    if lacking in draft.schema.lacks:
        _unsupported(draft, item, f"the server was built without {lacking}, and stores no such value")
    elif item.rule is not None:
        _from_rule(draft, item, item.rule)
    else:
        _from_schema(draft, item)
    item.null_rate = _null_rate(draft, item)
    if item.rule is not None and item.rule.when is not None:
        item.when = When(item.rule.when.column, item.rule.when.texts)


def _nothing(item: Draft) -> Domain:
    """A value of the column's type, for one that is null in every row."""
    return default_domain(item.slot) or constant("", "text")


def _share_parents(draft: LinkedTable, item: Draft) -> None:
    link = draft.link_of(item.name)
    spec = find_generator(item.rule.generator_id) if item.rule else None
    if link is None or spec is None or item.rule is None or isinstance(link.pointing, PerParent | OfKind):
        return
    try:
        built = spec.build(spec.params.model_validate(item.rule.effective_params or {}), item.slot)
    except ValueError:
        return  # validation says what is wrong with the parameters
    if isinstance(built, ForeignKeyShare):
        draft.links[link.index] = replace(link, pointing=SharedParent())


# --- with a rule ---------------------------------------------------------------------------------------------------


def _from_rule(draft: DraftedTable, item: Draft, rule: ColumnRule) -> None:
    spec = find_generator(rule.generator_id)
    if spec is None:
        draft.refuse("unknown_generator", f"{item.path}/generator", f"unknown generator {rule.generator_id!r}")
        return
    item.generator_id, item.origin = spec.id, "rule"
    item.tags = tuple(dict.fromkeys((*spec.tags, *item.tags)))
    slot = with_locale(item.slot, rule.locale)
    try:
        params = spec.params.model_validate(rule.effective_params or {})
        item.built = _built(draft, item, rule, spec, params, slot)
        item.steps = draft_steps(draft, item, rule)
    except DistributionError as error:
        where = distributions.pointer_of(item.rule_index, error)
        draft.refuse(distributions.CODE, where, f"{draft.name_of(item.name)}: {spec.id}: {error}", error.hint)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{item.path}{rule.params_pointer}"
        draft.refuse("invalid_generator_params", where, f"{draft.name_of(item.name)}: {first['msg']}")
    except ValueError as error:
        draft.refuse("invalid_generator_params", item.path, f"{draft.name_of(item.name)}: {error}")
    category = item.domain.category if item.domain else None
    if category is not None and not item.steps and not fits((category,), item.slot.category):
        draft.refuse(
            "generator_type_mismatch",
            f"{item.path}/generator",
            f"{draft.name_of(item.name)}: {spec.id} makes {category} values, the column is {item.slot.type_name}",
        )


def _built(
    draft: DraftedTable, item: Draft, rule: ColumnRule, spec: GeneratorSpec, params: Params, slot: Slot
) -> Built:  # fmt: skip
    """What the generator makes: in a plan of several locales, for each of them, and every row has one."""

    def made(there: Slot) -> Built:
        built = spec.build(params, there)
        return built if rule.distribution is None else shape(built, rule.distribution)

    locales = draft.plan.locales
    if len(locales) == 1 or rule.locale is not None or not spec.locale_aware or getattr(params, "ordered", False):
        return made(slot)
    if any(item.name in found.columns for found in unique_sets(draft) if isinstance(found, UniqueSet)):
        message = f"{draft.name_of(item.name)} is part of a unique key, and follows {draft.plan.locale} in every row"
        draft.warn("locale_mix_unique", item.path, message, "give its rule a locale, or a generator that has none")
        return made(slot)
    shares = Shares(draft.plan.seed, [weight for _, weight in locales])
    return mixed([made(with_locale(slot, name)) for name, _ in locales], shares, draft.ref)


# --- without one -----------------------------------------------------------------------------------------------------


def _from_schema(draft: TableTask, item: Draft) -> None:
    column, slot = item.column, item.slot
    if column.identity is not None or _SEQUENCE.search(column.default or ""):
        first, last = edge(draft, item.name) + 1, integer_bounds(slot)[1]
        item.built, item.row_number = (
            IntegerDomain(first, max(min(edge(draft, item.name) + slot.rows, last), first)),
            True,
        )
        item.generator_id = "sequence"
        return
    item.built = _from_default(draft, item) or _of_type(draft, item)
    item.generator_id = f"default.{slot.category}"
    if item.built is not None and item.built.caution:
        message = f"{draft.name_of(item.name)}: {item.built.caution}"
        draft.warn("unsupported", "/", message, "give the column a rule, or a reference system such as 4326")
    if item.built is None:
        _unsupported(draft, item, f"no generator for type {slot.type_name}")


def _of_type(draft: TableTask, item: Draft) -> Domain | None:
    """Values of the column's type; a type of the user's is none of PostgreSQL's, whatever it is called."""
    own = base_type(item.column.column_type, draft.schema)
    if own.kind == "composite" or (own.kind in ("range", "multirange") and own.udt_schema != "pg_catalog"):
        return made_of_others(draft, item.column.column_type)
    return default_domain(item.slot) or made_of_others(draft, item.column.column_type)


def _from_default(draft: TableTask, item: Draft) -> Domain | None:
    """What a literal default tells: most rows keep it; numbers and enums are spread, and so is what is unique."""
    slot = item.slot
    default = (item.column.default or "").strip()
    if slot.category == "boolean" and default in ("true", "false"):
        return boolean(_TRUE_WHEN_DEFAULT if default == "true" else 1 - _TRUE_WHEN_DEFAULT)
    match = _LITERAL.match(default)
    if match is None or slot.unique or slot.category not in ("text", "json", "other", "array"):
        return None
    if slot.category == "text" and not match[1]:
        return None
    given = match[1].replace("''", "'")
    if slot.category in ("text", "json"):
        others, around = others_than(given, slot)
        return usual(given, others, slot, around)
    return usual(given, _of_type(draft, item), slot)


def _unsupported(draft: TableTask, item: Draft, reason: str) -> None:
    message = f"{draft.name_of(item.name)}: {reason}"
    if draft.may_be_null(item.name):
        item.built, item.null_rate = _nothing(item), 1.0
        draft.warn("unsupported", "/", f"{message}; the column is left null", "give the column a rule")
    else:
        draft.refuse("unsupported", "/", message, "give the column a rule, or leave its table out")


def _null_rate(draft: TableTask, item: Draft) -> float:
    """The rule's rate, else its transforms', else the plan's default where nulls are allowed."""
    steps = 1.0
    for step in item.steps:
        steps *= 1.0 - step.transform.null_rate
    asked = item.rule.null_rate if item.rule else None
    if asked is None and steps == 1.0 and any(step.transform.fills for step in item.steps):
        return 0.0
    if asked is None and steps < 1.0:
        asked = 1.0 - steps
    if asked is not None:
        if asked > 0 and not draft.may_be_null(item.name):
            draft.refuse(
                "null_rate_on_not_null",
                item.path,
                f"{draft.name_of(item.name)} is NOT NULL; its null rate must be 0",
            )
            return 0.0
        return asked
    wanted = (draft.ref, item.name) in draft.relations.referenced
    if item.null_rate or wanted or not draft.may_be_null(item.name) or item.row_number:
        return item.null_rate
    return draft.plan.null_rate


def edge(draft: TableTask, name: str) -> int:
    """The highest number that a counting column has in the database; 0 where it holds none."""
    return max(draft.known.edges.get(name, 0), 0) if draft.known is not None else 0


def natural_key(item: Draft, first: int = 1) -> Domain | None:
    """The domain of a key column without a rule: numbers count from 1, or from behind those that exist."""
    if item.rule is not None or item.domain is None:
        return None
    if item.slot.category == "integer" and not isinstance(item.domain, ChoiceDomain):
        return IntegerDomain(first, max(min(2**31 - 1, integer_bounds(item.slot)[1]), first))
    return None


def rule_pointer(item: Draft) -> str:
    """Where a message about the column's rule points."""
    return pointer("rules", item.rule_index, "generator") if item.rule else "/"
