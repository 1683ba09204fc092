"""What types and CHECKs ask, applied: domains narrowed, columns ordered, computed, or left to redraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.contracts.schema import Check
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.folded import Folded
from datalchemy_nb.domains.limits import (
    AtLeast,
    AtMost,
    Cased,
    Contains,
    Divisible,
    EmptyDomainError,
    Length,
    Limit,
    Matches,
    Multiple,
    OneOf,
)
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.temporal import IntervalDomain
from datalchemy_nb.planning.alternatives import apply_alternatives
from datalchemy_nb.planning.checks import (
    Alternatives,
    Condition,
    Equation,
    Fact,
    Narrow,
    NotNull,
    Null,
    Order,
    Unsupported,
    classify,
)
from datalchemy_nb.planning.checks.branches import product
from datalchemy_nb.planning.checks.classify import Context
from datalchemy_nb.planning.checks.inline import readable
from datalchemy_nb.planning.checks.probe import understood
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.partitions import partition_facts
from datalchemy_nb.planning.resolved import Computed, Predicate
from datalchemy_nb.planning.steps import before_steps, holds_already
from datalchemy_nb.planning.types import base_type, domain_checks, type_limits
from datalchemy_nb.planning.windows import window

_BALANCED = 0.5
_EMAIL = "semantic.br.email.safe"


@dataclass
class Demands:
    """What is left after narrowing.

    Attributes:
        orders: pairs of columns, for `datalchemy_nb.planning.orders`.
        predicates: for `datalchemy_nb.planning.groups`.
    """

    orders: list[tuple[str, Order]] = field(default_factory=list)
    predicates: list[Predicate] = field(default_factory=list)


def apply_constraints(draft: TableDraft, keyed: Collection[str]) -> Demands:
    """Apply the limits of every column's type and every CHECK of the table and its domains.

    Args:
        draft: the table, its columns drafted.
        keyed: columns that unique keys decide.
    """
    demands = Demands()
    for item in draft.columns.values():
        if item.origin == "foreign_key" or item.row_number:
            continue
        udt = base_type(item.column.column_type, draft.schema).udt_name
        for limit in type_limits(item.slot, udt):
            _narrow(draft, demands, item, Narrow(item.name, limit, _limit_sql(item.name, limit)), item.slot.type_name)
    mode = draft.policy("check")
    if mode == "ignore":
        return demands
    choices: list[tuple[str, Alternatives]] = []
    for check, fact in _facts(draft):
        if isinstance(fact, Alternatives):
            choices.append((check, fact))
        else:
            _apply(draft, demands, check, fact, enforced=mode == "enforce")
    for group in _together(choices):
        joined = product([choice.branches for _, choice in group])
        if joined and apply_alternatives(draft, joined, keyed, _case_domain):
            continue
        for check, choice in group:
            _apply(draft, demands, check, choice.otherwise, enforced=mode == "enforce")
    return demands


def _together(choices: list[tuple[str, Alternatives]]) -> list[list[tuple[str, Alternatives]]]:
    """Group choices that speak of the same columns."""
    groups: list[list[tuple[str, Alternatives]]] = []
    for named in choices:
        columns = set(named[1].columns)
        touching = [g for g in groups if any(columns & set(choice.columns) for _, choice in g)]
        groups = [g for g in groups if g not in touching] + [[c for g in touching for c in g] + [named]]
    return groups


def _case_domain(item: Draft, fact: Narrow, current: Domain | None) -> Domain | None:
    if current is not None:
        return current.narrow(fact.limit)
    limits = list(item.limits)
    try:
        return narrowed(item, fact.limit)
    finally:
        item.limits[:] = limits


def _facts(draft: TableDraft) -> Iterator[tuple[str, Fact]]:
    context = _context(draft)
    for name, item in draft.columns.items():
        if item.origin == "foreign_key":
            continue  # the parent's column is of the same domain, or its values are judged as they are
        for check in domain_checks(item.column.column_type, draft.schema):
            for fact in classify(check.expression, context, value_column=name):
                yield check.name or name, fact
    for check in draft.table.checks:
        yield from ((_label(check), fact) for fact in classify(check.expression, context))
    for fact in partition_facts(draft.ref, draft.schema, context):
        yield "its partitions", fact


def _context(draft: TableDraft) -> Context:
    categories = {name: item.slot.category for name, item in draft.columns.items()}
    functions = readable(draft.schema.functions)
    return Context(categories, draft.plan.base_date, draft.plan.future_margin_days, functions)


def apply_text(draft: TableDraft, demands: Demands, name: str, condition: str) -> None:
    """Apply a condition that is no CHECK of the table but must hold like one."""
    for fact in classify(condition, _context(draft)):
        _apply(draft, demands, name, fact, enforced=True)


def _label(check: Check) -> str:
    return check.name or check.expression


def _apply(draft: TableDraft, demands: Demands, check: str, fact: Fact, *, enforced: bool) -> None:
    match fact:
        case Narrow():
            _narrow(draft, demands, draft.columns[fact.column], fact, check, enforced=enforced)
        case NotNull(column):
            draft.always_present(column, f"CHECK {check}")
        case Null(column):
            draft.columns[column].null_rate = 1.0 if draft.may_be_null(column) else 0.0
        case Alternatives():
            _apply(draft, demands, check, fact.otherwise, enforced=enforced)
        case Order():
            demands.orders.append((check, fact))
        case Equation():
            _compute(draft, demands, check, fact, enforced=enforced)
        case Condition(sql, columns, tested):
            _condition(draft, demands, Predicate(check, sql, columns, enforced))
            _balance_nulls(draft, tested)
        case Unsupported(reason):
            draft.warn(
                "unsupported",
                "/",
                f"{draft.ref}: CHECK {check} cannot be analysed: {reason}",
                "rows may break it; load tells",
            )


def _balance_nulls(draft: TableDraft, tested: tuple[str, ...]) -> None:
    """Let a column be null half of the time where a condition turns on it and the plan names no rate."""
    for name in tested:
        item = draft.columns[name]
        asked = item.rule is not None and (item.rule.null_rate is not None or item.when is not None or item.steps)
        if draft.may_be_null(name) and not asked and not item.row_number and item.origin != "foreign_key":
            item.null_rate = _BALANCED


def _condition(draft: TableDraft, demands: Demands, predicate: Predicate) -> None:
    """Keep a predicate that DuckDB understands; name the others before the run."""
    types = {name: draft.columns[name].slot.dtype for name in predicate.columns}
    complaint = understood(predicate.sql, types)
    if complaint is None:
        demands.predicates.append(predicate)
        return
    draft.warn(
        "unsupported",
        "/",
        f"{draft.ref}: CHECK {predicate.name} cannot be evaluated here: {complaint}",
        "rows may break it; load tells",
    )


def _narrow(
    draft: TableDraft, demands: Demands, item: Draft, fact: Narrow, check: str, *, enforced: bool = True
) -> None:
    limit: Limit | None = fact.limit
    try:
        if item.steps:
            limit = None if item.domain is None else before_steps(item, fact.limit)
        if item.domain is None or limit is None:
            if (item.built is not None or item.origin == "foreign_key") and not holds_already(item, fact.limit):
                demands.predicates.append(Predicate(check, fact.sql, (item.name,), enforced))
            return
        made = narrowed(item, limit)
    except EmptyDomainError:
        made = _relaxed(draft, item, fact, check)
        if made is None:
            _refuse_empty(draft, item, fact.limit, check)
            return
    if made is None:
        demands.predicates.append(Predicate(check, fact.sql, (item.name,), enforced))
    else:
        item.built = made


def narrowed(item: Draft, limit: Limit) -> Domain | None:
    """The domain under the limit; without a rule, a domain made for the limit if the default one cannot follow."""
    assert item.domain is not None
    if item.rule is not None:
        return item.domain.narrow(limit)
    item.limits.append(limit)
    try:
        smaller = item.domain.narrow(limit)
    except EmptyDomainError:
        made = _made_for(item, limit)
        if made is None:
            raise
        return made
    return smaller or _made_for(item, limit)


def _made_for(item: Draft, limit: Limit) -> Domain | None:
    made: Domain | None = None
    if isinstance(limit, AtLeast | AtMost):
        return window(item.slot, item.limits)
    if isinstance(limit, OneOf):
        made = ChoiceDomain(list(limit.values), category=item.slot.category)
    elif isinstance(limit, Cased) and item.domain is not None:
        return Folded(item.domain, limit.upper)
    elif isinstance(limit, Divisible) and isinstance(item.domain, IntegerDomain):
        lower = -(-item.domain.lower // limit.divisor) * limit.divisor
        return IntegerDomain(lower, item.domain.upper, limit.divisor) if lower <= item.domain.upper else None
    elif isinstance(limit, Multiple) and item.slot.category == "interval":
        return IntervalDomain(dt.timedelta(seconds=limit.seconds), dt.timedelta(days=90), limit.seconds)
    elif isinstance(limit, Contains) and limit.text == "@":
        return _email(item.slot)
    elif isinstance(limit, Matches) and not limit.negated:
        try:
            made = PatternDomain(limit.pattern)
        except ValueError:
            return None
    if made is not None and item.slot.max_length is not None:
        return made.narrow(Length(0, item.slot.max_length))
    return made


def _email(slot: Slot) -> Domain | None:
    """E-mail addresses; at a short reserved host where the column is too short for a usual one."""
    spec = find_generator(_EMAIL)
    built = spec.build(spec.params(), slot) if spec else None
    if slot.max_length is None:
        return built if isinstance(built, Domain) else None
    try:
        usual = built.narrow(Length(0, slot.max_length)) if isinstance(built, Domain) else None
    except EmptyDomainError:
        usual = None
    if usual is not None:
        return usual
    host = "@a.test" if slot.max_length > len("@a.test") else "@a"
    return PatternDomain(f"[a-z0-9]{{{max(slot.max_length - len(host), 1)}}}{host.replace('.', chr(92) + '.')}")


def _relaxed(draft: TableDraft, item: Draft, fact: Narrow, check: str) -> Domain | None:
    if fact.relaxed is None or item.domain is None:
        return None
    try:
        narrowed = item.domain.narrow(fact.relaxed)
    except EmptyDomainError:
        return None
    draft.warn(
        "expires",
        item.path,
        f"{draft.name_of(item.name)}: {check} asks for dates after today, and the generator's range leaves no margin: "
        f"rows made for {draft.plan.base_date} are refused when loaded later",
        "give the column a later range, or set options.base_date to the day of loading",
    )
    return narrowed


def _refuse_empty(draft: TableDraft, item: Draft, limit: Limit, check: str) -> None:
    draft.refuse(
        "empty_domain",
        item.path,
        f"{draft.name_of(item.name)}: {item.generator_id} has no value that satisfies {check}",
        f"change the generator's parameters; {check} asks for {describe(limit)}",
    )


def describe(limit: Limit) -> str:
    """Say what a limit asks, for a message."""
    match limit:
        case AtLeast(bound, strict):
            return f"{'more than' if strict else 'at least'} {bound}"
        case AtMost(bound, strict):
            return f"{'less than' if strict else 'at most'} {bound}"
        case OneOf(values):
            shown = ", ".join(repr(v) for v in values[:8])
            return f"one of {shown}{', ...' if len(values) > 8 else ''}"
        case Length(at_least, at_most):
            return f"a length of {at_least} to {'any' if at_most is None else at_most} characters"
        case Matches(pattern, _, negated):
            return f"{'no ' if negated else ''}match of {pattern!r}"
        case Contains(text, position):
            return f"{text!r} at character {position} or later"
        case _:
            return str(limit)


def _compute(draft: TableDraft, demands: Demands, check: str, fact: Equation, *, enforced: bool) -> None:
    """Compute the determined column, unless a rule or a key already decides it."""
    item = draft.columns[fact.column]
    if item.rule is None and item.source is None and item.origin == "default" and not item.row_number:
        item.source, item.generator_id = Computed(fact.expression, fact.inputs), "computed"
        item.built = None
        strict_nulls = all(not draft.columns[name].null_rate for name in fact.inputs)
        item.null_rate = item.null_rate if strict_nulls else 0.0
        return
    demands.predicates.append(Predicate(check, fact.sql, (fact.column, *fact.inputs), enforced))


def _limit_sql(column: str, limit: Limit) -> str:
    name = quote_ident(column)
    match limit:
        case AtLeast(bound, strict):
            return f"{name} {'>' if strict else '>='} {bound}"
        case AtMost(bound, strict):
            return f"{name} {'<' if strict else '<='} {bound}"
        case Length(_, at_most):
            return f"length({name}) <= {at_most}"
        case _:
            raise TypeError(limit)
