"""What types and CHECKs ask, applied: domains narrowed, columns ordered, computed, or left to redraw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlglot import exp

from datalchemy_nb.constraints.branches import Branch
from datalchemy_nb.constraints.classify import Context, classify
from datalchemy_nb.constraints.expressions import cast_facts, expression_facts, tree_of
from datalchemy_nb.constraints.facts import (
    Alternatives,
    Condition,
    Equation,
    Fact,
    Narrow,
    NotNull,
    Null,
    Order,
    Unequal,
    Unsupported,
    columns_read,
    sql_of,
)
from datalchemy_nb.constraints.parse import columns_of
from datalchemy_nb.constraints.partitions import partition_facts
from datalchemy_nb.constraints.probe import understood
from datalchemy_nb.constraints.table import check_facts, context_of
from datalchemy_nb.constraints.triggers import trigger_checks
from datalchemy_nb.constraints.types import asked_beside, base_type, domain_checks, is_not_null, slot_for, type_limits
from datalchemy_nb.contracts.feasibility import How
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Length, Limit, OneOf
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pieces import joined
from datalchemy_nb.resolve.common_values import common_values
from datalchemy_nb.resolve.forms_of_types import in_form
from datalchemy_nb.resolve.keys import ColumnPart
from datalchemy_nb.resolve.narrowing import describe, made_instead, name_lost, narrowed, some_hold, some_of
from datalchemy_nb.resolve.phases import CheckedTable, DraftedTable, ReadTable, TableTask, carried
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.settled import about_settled, is_of_kind, is_settled, never_without_state, prove_lifecycles
from datalchemy_nb.resolve.sources import Computed
from datalchemy_nb.resolve.spans import Known, domain_span, holds, short_enough, span_of
from datalchemy_nb.resolve.state import Claim, Demands, Draft
from datalchemy_nb.resolve.transforms import before_steps, holds_already

_BALANCED = 0.5
_NUMBERS = ("integer", "decimal", "float")


def apply_constraints(read: ReadTable) -> CheckedTable:
    """Apply the limits of every column's type and every CHECK of the table and its domains, choices apart."""
    draft = CheckedTable(**carried(read), demands=Demands(), stated=())
    for item in draft.columns.values():
        if (
            item.origin == "foreign_key"
            or item.row_number
            or (item.relation == "made" and item.slot.category in _NUMBERS)
        ):
            continue  # numbers made of others are held against their type when they are made
        udt = base_type(item.column.column_type, draft.schema).udt_name
        for limit in type_limits(item.slot, udt):
            _narrow(draft, item, Narrow(item.name, limit, _limit_sql(item.name, limit)), item.slot.type_name)
    _apply_narrower_types(draft)
    mode = draft.policy("check")
    if mode == "ignore":
        for check, fact in _facts(draft):
            draft.account.part(check, columns_read(fact), "ignored", "the plan's policy")
        return draft
    proved = prove_lifecycles(draft)
    stated: list[tuple[Fact, Predicate]] = []
    for check, fact in _facts(draft):
        if isinstance(fact, Narrow) and fact.guarded:
            continue  # it asks nothing: what it says is asked of values alone that it holds for
        if not isinstance(fact, Unsupported):
            stated.append((fact, Predicate(check, sql_of(fact), columns_read(fact), mode == "enforce")))
        if check in proved:
            continue
        if (settled := about_settled(draft, fact, columns_read(fact))) is not None:
            apply_settled(draft, check, settled, enforced=mode == "enforce")
        elif isinstance(fact, Alternatives) and _takes_largest(draft, fact):
            draft.account.part(check, fact.columns, "narrowed", "what its branches leave")
        elif isinstance(fact, Alternatives):
            _narrow_discriminators(draft, fact)
            draft.demands.choices.append((check, fact))
        else:
            apply_fact(draft, check, fact, enforced=mode == "enforce")
    return replace(draft, stated=tuple(stated))


def _apply_narrower_types(draft: CheckedTable) -> None:
    """Let foreign keys refer to values alone that their own columns can hold."""
    for link in draft.links:
        for own, far in zip(link.columns, link.referenced, strict=True):
            item, above = draft.columns.get(own), draft.schema.tables[link.target].by_name.get(far)
            if item is None or above is None or item.origin != "foreign_key":
                continue
            for limit in asked_beside((draft.ref, item.column), (link.target, above), draft.schema, draft.plan):
                _narrow(draft, item, Narrow(own, limit, _limit_sql(own, limit)), item.slot.type_name)


def _asks_as_its_parent(draft: DraftedTable, item: Draft) -> bool:
    """Whether the domains of a foreign key's column ask nothing that those of the column referred to do not."""
    link = draft.link_of(item.name)
    if link is None:
        return item.origin == "foreign_key"
    far = link.referenced[link.columns.index(item.name)]
    above = draft.schema.tables[link.target].by_name.get(far)
    asked = {check.expression for check in domain_checks(item.column.column_type, draft.schema)}
    return above is not None and asked <= {check.expression for check in domain_checks(above.column_type, draft.schema)}


def _narrow_discriminators(draft: CheckedTable, fact: Alternatives) -> None:
    """Give a column of which every branch lists values those of all branches, before a key decides any of them."""
    for name in fact.columns:
        item, values = draft.columns[name], _listed_by_all(fact, name)
        free = item.rule is None and item.origin == "default" and not (item.steps or item.relation or item.row_number)
        if not values or not free or item.domain is None or name in draft.held:
            continue
        before = item.limits
        try:
            made = narrowed(item, OneOf(values))
        except EmptyDomainError:
            made = None
        if made is None:
            item.limits = before  # the branches are judged one by one
        else:
            item.built = made


def _takes_largest(draft: CheckedTable, fact: Alternatives) -> bool:
    """Give a column of a unique set the values of all branches of a CHECK on it alone, or of that with most of them.

    Keys deal the values of a column whatever branch a row takes, so that every value must hold.
    """
    item = draft.columns[fact.columns[0]]
    keyed = any(ColumnPart(item.name) in key.parts for key in draft.keys)
    free = item.guessed and item.origin != "foreign_key" and not (item.steps or item.relation)
    if not keyed or not free or item.domain is None or len(fact.columns) > 1 or not fact.exact:
        return False
    made = [domain for branch in fact.branches if (domain := _under_branch(item, branch)) is not None]
    largest = joined(made) or max(made, key=lambda domain: domain.size, default=None)
    counted = not item.row_number or isinstance(largest, IntegerDomain)
    if largest is None or largest.size < 2 or not counted:
        return False
    item.built = largest
    return True


def _under_branch(item: Draft, branch: Branch) -> Domain | None:
    """The domain of a column under a branch that speaks of no other; None where it cannot be built."""
    domain: Domain | None = None
    before: tuple[Limit, ...] = ()
    for one in branch:
        if isinstance(one, NotNull):
            continue
        try:
            domain = case_domain(item, one, domain, before) if isinstance(one, Narrow) else None
        except EmptyDomainError:
            return None
        if domain is None or not isinstance(one, Narrow):
            return None
        before = (*before, one.limit)
    return domain


def _listed_by_all(fact: Alternatives, name: str) -> tuple[Any, ...]:
    """The values of a column that the branches list; none where some branch leaves it open."""
    found: dict[Any, None] = {}
    for branch in fact.branches:
        own = [one for one in branch if one.column == name]
        listed = [one.limit.values for one in own if isinstance(one, Narrow) and isinstance(one.limit, OneOf)]
        if listed:
            found |= dict.fromkeys(value for value in listed[0] if all(value in other for other in listed[1:]))
        elif not any(isinstance(one, Null) for one in own):
            return ()
    return tuple(found)


def case_domain(
    item: Draft, fact: Narrow, current: Domain | None, before: tuple[Limit, ...] = (), *, exact: bool = True
) -> Domain | None:
    """Return the domain of a column under a branch.

    Args:
        item: the column.
        fact: what the branch says of it.
        current: its domain under what the branch said before.
        before: what that was: two bounds that lie beyond its usual values are met together, not one after the other.
        exact: the branch says all that is asked; otherwise its usual values are the likelier to hold the rest.

    Raises:
        EmptyDomainError: no value is left.
    """
    limits = item.limits
    try:
        found = narrowed(item, fact.limit, roomy=exact) if current is None else current.narrow(fact.limit)
        domain = item.domain if current is None else current
        return some_of(domain, fact.limit) if found is None and domain is not None and item.rule is not None else found
    except EmptyDomainError:
        ours = item.guessed and item.origin != "foreign_key" and (item.rule is not None or current is not None)
        item.limits = (*limits, *before, fact.limit)
        other = made_instead(item, fact.limit) if exact and ours else None
        if other is None:
            raise
        return other
    finally:
        item.limits = limits


def _facts(draft: DraftedTable) -> Iterator[tuple[str, Fact]]:
    context = _context(draft)
    own = [item.column for item in draft.columns.values() if not _asks_as_its_parent(draft, item)]
    for check in check_facts(draft.table, draft.schema, context, own):
        draft.account.heard(check.name, check.expression)
        yield from ((check.name, fact) for fact in check.facts)
    yield from expression_facts(draft.table, context)
    yield from cast_facts(draft.table, draft.schema, context)
    yield from computed_facts(draft, context)
    for fact in partition_facts(draft.ref, draft.schema, context):
        draft.account.heard("its partitions", "a row must fall into a partition that exists")
        yield "its partitions", fact


def computed_facts(draft: DraftedTable, context: Context) -> Iterator[tuple[str, Fact]]:
    """Yield what columns must hold so that computed ones fit their types, and are not null where they must be."""
    for name, text in context.computed.items():
        if is_not_null(draft.table.by_name[name], draft.schema):
            present = classify(f"({text}) IS NOT NULL", replace(context, computed={}))
            yield from ((f"generated column {name}", fact) for fact in present)
        yield from ((f"generated column {name}", fact) for fact in _fitting(draft, context, name, text))


def _fitting(draft: DraftedTable, context: Context, name: str, text: str) -> tuple[Fact, ...]:
    """What columns must hold so that a text of an expression over them fits a column's type."""
    spans = {name: span for name, item in draft.columns.items() if (span := domain_span(item.domain)) is not None}
    kind = draft.table.by_name[name].column_type
    slot = slot_for(draft.ref, draft.table.by_name[name], draft.schema, draft.plan, draft.rows)
    limits = type_limits(slot, base_type(kind, draft.schema).udt_name)
    asked: str | None = None
    if slot.category in ("integer", "decimal") and limits:
        if (tree := tree_of(text)) is None or _is_within(draft, tree, spans, limits, name):
            return ()
        bounds = [limit.bound for limit in limits if isinstance(limit, AtLeast | AtMost)]
        asked = f"({text}) BETWEEN {min(bounds)} AND {max(bounds)}"
        if slot.category == "decimal":
            asked = f"({text}) > {min(bounds)} AND ({text}) < {max(bounds)}"
    elif slot.category == "array" and (longest := base_type(kind, draft.schema).character_max_length) is not None:
        return tuple(_short(draft, text, longest))
    elif slot.category == "text" and slot.max_length is not None:
        asked = f"length({text}) <= {slot.max_length}"
    return classify(asked, replace(context, computed={})) if asked is not None else ()


def equations(draft: DraftedTable, names: Iterable[str]) -> dict[str, Equation]:
    """Return those of some columns that CHECKs make of others, and how.

    Args:
        draft: the table.
        names: the columns.
    """
    texts = [check.expression for check in (*draft.table.checks, *trigger_checks(draft.table))]
    free = [name for name in names if any(name in text and "=" in text for text in texts)]
    free = [name for name in free if name in draft.columns and _may_be_computed(draft.columns[name])]
    if not free or draft.policy("check") != "enforce":
        return {}
    facts = (fact for text in texts for fact in facts_of(draft, text))
    found = (fact for fact in facts if isinstance(fact, Equation) and fact.column in free)
    return {fact.column: fact for fact in found}


def _may_be_computed(item: Draft) -> bool:
    """Whether neither a rule that somebody asked for, nor a key, decides a column."""
    free = item.guessed and not item.steps and not item.relation and item.when is None and item.visited is None
    return (
        free
        and item.origin in ("default", "rule")
        and not item.row_number
        and (item.source is None or isinstance(item.source, Computed))
    )


def _is_within(draft: TableTask, tree: exp.Expr, spans: Known, limits: Sequence[Limit], name: str) -> bool:
    """Whether the ranges of its inputs prove that an expression fits: other CHECKs on them may yet give them others."""
    names = {name, *columns_of(tree)}
    asked = [one.expression for one in draft.table.checks if any(part in one.expression for part in names)]
    free = not asked if draft.table.by_name[name].generated is not None else len(asked) < 2
    return free and all(holds(span_of(tree, spans), limit) for limit in limits)


def _short(draft: DraftedTable, text: str, longest: int) -> Iterator[Fact]:
    """What columns must hold so that no element of an array that is made of them is longer than its type allows."""
    tree = tree_of(text)
    for column in columns_of(tree) if tree is not None else ():
        item = draft.columns.get(column)
        if item is not None and item.slot.category == "text":
            yield Narrow(column, Length(0, longest), f"length({quote_ident(column)}) <= {longest}", exact=False)
        elif item is not None and item.slot.category == "array":
            most = base_type(item.column.column_type, draft.schema).character_max_length
            if most is None or most > longest:
                yield Unsupported(f"elements of {column} may be longer than {longest} characters")


def _context(draft: DraftedTable) -> Context:
    categories = {name: item.slot.category for name, item in draft.columns.items()}
    context = context_of(categories, draft.schema, draft.plan, draft.table)
    states = (name for name, item in draft.columns.items() if never_without_state(item))
    return replace(context, present=context.present.union(states))


def facts_of(draft: DraftedTable, condition: str) -> tuple[Fact, ...]:
    """Return the facts a condition over the table's columns states."""
    return classify(condition, _context(draft))


def apply_text(draft: CheckedTable, name: str, condition: str) -> None:
    """Apply a condition that is no CHECK of the table but must hold like one."""
    for fact in facts_of(draft, condition):
        apply_fact(draft, name, fact, enforced=True)


def apply_fact(draft: CheckedTable, check: str, fact: Fact, *, enforced: bool) -> None:
    """Apply what a CHECK says of the table's columns."""
    account, columns = draft.account, columns_read(fact)
    match fact:
        case Narrow():
            how = _narrow(draft, draft.columns[fact.column], fact, check, enforced=enforced)
            account.part(check, columns, how, describe(fact.limit) if how in ("narrowed", "impossible") else "")
        case NotNull(column):
            draft.always_present(column, f"CHECK {check}")
            account.part(check, columns, "narrowed", "never null")
        case Null(column):
            if not draft.may_be_null(column) or draft.columns[column].required:
                account.part(check, columns, "impossible", "never null")
                draft.refuse(
                    "never_holds",
                    "/",
                    f"{draft.name_of(column)}: {check} asks for a null, and the column has a value in every row",
                    "leave the table out",
                    column=column,
                    constraint=check,
                )
            draft.columns[column].null_rate, draft.columns[column].null_by = 1.0, check
            account.part(check, columns, "narrowed", "always null")
        case Alternatives():
            apply_fact(draft, check, fact.otherwise, enforced=enforced)
        case Order():
            draft.demands.orders.append((check, fact))
        case Equation():
            how = _compute(draft, check, fact, enforced=enforced)
            account.part(check, columns, how, fact.column if how == "computed" else "")
        case Unequal():
            draft.demands.unequal.append(Predicate(check, fact.sql, columns, enforced))
        case Condition():
            types = {name: draft.columns[name].slot.dtype for name in columns}
            complaint = understood(fact.sql, types, condition=True)
            if complaint is None:
                _in_its_form(draft, fact)
                draft.demands.predicates.append(Predicate(check, fact.sql, columns, enforced, bool(fact.null_tested)))
                account.part(check, columns, "redrawn")
                _balance_nulls(draft, fact.null_tested)
            else:
                draft.demands.beyond.append((check, fact, complaint))
        case Unsupported(reason, never=True):
            account.part(check, columns, "impossible", reason)
            draft.refuse(
                "no_partition",
                "/",
                f"{draft.ref}: {reason}",
                "make a partition, or a DEFAULT one, and introspect again; or leave the table out",
            )
        case Unsupported(reason):
            account.part(check, columns, "unsupported", reason)
            draft.warn(
                "unsupported",
                "/",
                f"{draft.ref}: CHECK {check} cannot be analysed: {reason}",
                "rows may break it; run `load` to find out",
                constraint=check,
                cause=reason,
            )


def _in_its_form(draft: CheckedTable, fact: Condition) -> None:
    """Give a column of guessed texts those of the type that a condition reads it as, where none of its own are."""
    item = draft.columns[fact.columns[0]] if len(fact.columns) == 1 else None
    if item is None or not item.guessed or item.steps or item.relation or item.row_number or item.name in draft.held:
        return
    if item.origin != "foreign_key" and (made := in_form(item, fact.sql)) is not None:
        item.built = made
        item.rule, item.rule_index = None, -1
        item.generator_id = f"default.{item.slot.category}"


def apply_settled(draft: CheckedTable, check: str, fact: Fact, *, enforced: bool) -> None:
    """Apply what a CHECK says of columns that relations decide: other columns follow, or it must hold as it is."""
    columns = columns_read(fact)
    if not all(name in draft.columns and is_settled(draft.columns[name]) for name in columns):
        apply_fact(draft, check, fact, enforced=enforced)
        return
    predicate = Predicate(check, sql_of(fact), columns, enforced)
    draft.demands.claims.append(Claim(predicate, fact.limit if isinstance(fact, Narrow) else None))
    draft.account.part(check, columns, "measured")


def _balance_nulls(draft: DraftedTable, tested: tuple[str, ...]) -> None:
    """Let a column be null half of the time where a condition turns on it and the plan names no rate."""
    for name in tested:
        item = draft.columns[name]
        asked = item.rule is not None and (item.rule.null_rate is not None or item.when is not None or item.steps)
        if (
            draft.may_be_null(name)
            and not item.required
            and item.null_rate < 1
            and not asked
            and not item.row_number
            and item.origin != "foreign_key"
            and not (is_settled(item) or is_of_kind(item))
        ):
            item.null_rate = _BALANCED


def _narrow(draft: CheckedTable, item: Draft, fact: Narrow, check: str, *, enforced: bool = True) -> How:
    limit: Limit | None = fact.limit
    if item.name in draft.held:
        return "held"
    item.told = (*item.told, fact.sql)
    if item.relation:
        return _of_relation(draft, item, fact, check, enforced=enforced)
    try:
        if item.steps:
            limit = None if item.domain is None else before_steps(item, fact.limit)
        if item.domain is None or limit is None:
            if (item.built is None and item.origin != "foreign_key") or holds_already(item, fact.limit):
                return "held"
            draft.demands.predicates.append(Predicate(check, fact.sql, (item.name,), enforced))
            return "redrawn"
        made = narrowed(item, limit)
        if made is None and not some_hold(item.domain, limit):
            raise EmptyDomainError(str(limit))
    except EmptyDomainError:
        made = _relaxed(draft, item, fact, check) or _searched(draft, item)
        if made is None:
            if _left_null(draft, item, fact.limit, check):
                return "narrowed"
            _refuse_empty(draft, item, fact.limit, check)
            return "impossible"
    if made is None:
        draft.demands.predicates.append(Predicate(check, fact.sql, (item.name,), enforced))
        return "redrawn"
    name_lost(draft, item, item.domain, [made], check)
    item.built = made
    return "narrowed"


def _searched(draft: CheckedTable, item: Draft) -> Domain | None:
    """Values that hold all that is asked of a column nobody gave a generator, where no construction has any."""
    if item.rule is not None or item.steps or item.row_number or item.origin not in ("default", "key"):
        return None
    if item.name in draft.constants:
        return None  # its value is that of the rows a key leads to
    return common_values(draft, item)


def _of_relation(draft: CheckedTable, item: Draft, fact: Narrow, check: str, *, enforced: bool) -> How:
    """A limit on a column that a relation decides: its own part is narrowed, the rest is judged row by row."""
    if item.domain is not None:
        with suppress(EmptyDomainError):  # the relation's own values may hold it
            item.built = narrowed(item, fact.limit) or item.built
            if item.relation == "bounded" and isinstance(fact.limit, AtLeast | AtMost):
                return "narrowed"
    own_type = check == item.slot.type_name and item.slot.category in _NUMBERS
    if own_type or holds(item.span, fact.limit) or short_enough(item.longest, fact.limit):
        return "held"
    draft.demands.limits[fact.sql] = fact.limit
    draft.demands.predicates.append(Predicate(check, fact.sql, (item.name,), enforced))
    return "redrawn"


def _relaxed(draft: TableTask, item: Draft, fact: Narrow, check: str) -> Domain | None:
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
        column=item.name,
        constraint=check,
    )
    return narrowed


def _left_null(draft: CheckedTable, item: Draft, limit: Limit, check: str) -> bool:
    """Leave a column null, and say so, of which nobody asked anything and no value satisfies its CHECKs."""
    if item.rule is not None or item.origin != "default" or item.row_number or item.required:
        return False
    if not draft.may_be_null(item.name) or (draft.ref, item.name) in draft.relations.referenced:
        return False
    item.null_rate, item.null_by = 1.0, check
    draft.warn(
        "always_null",
        item.path,
        f"{draft.name_of(item.name)}: no value is known that satisfies {check} ({describe(limit)}) beside "
        "what else is asked of it; the column is null in every row",
        "give the column a rule whose values satisfy it",
        column=item.name,
        constraint=check,
    )
    return True


def _refuse_empty(draft: TableTask, item: Draft, limit: Limit, check: str) -> None:
    draft.refuse(
        "empty_domain",
        item.path,
        f"{draft.name_of(item.name)}: {item.generator_id} has no value that satisfies {check}",
        f"change the generator's parameters; {check} asks for {describe(limit)}",
        column=item.name,
        constraint=check,
    )


def _compute(draft: CheckedTable, check: str, fact: Equation, *, enforced: bool) -> How:
    """Compute the determined column, unless a rule or a key already decides it."""
    item = draft.columns[fact.column]
    # A real with digits after the point is no number that an expression of others gives.
    held = item.slot.type_name != "real" or all(draft.columns[n].slot.category == "integer" for n in fact.inputs)
    if item.source is None and held and _may_be_computed(item):
        stored = item.slot.category == "text"
        coarse = item.slot.scale is not None and item.slot.scale < 0
        expression = f"round({fact.expression}, {item.slot.scale})" if coarse else fact.expression
        item.source, item.generator_id = Computed(expression, fact.inputs, stored=stored), "computed"
        item.built = None
        item.rule, item.rule_index, item.origin = None, -1, "default"
        if stored:
            for asked in _fitting(draft, _context(draft), item.name, fact.source):
                apply_fact(draft, check, asked, enforced=enforced)
        strict_nulls = all(not draft.columns[name].null_rate for name in fact.inputs)
        item.null_rate = item.null_rate if strict_nulls else 0.0
        if item.required or not draft.may_be_null(fact.column):
            for name in fact.inputs:
                draft.always_present(name, f"CHECK {check}, of which {fact.column} follows,")
        _within_its_type(draft, check, item, fact)
        return "computed"
    draft.demands.predicates.append(Predicate(check, fact.sql, (fact.column, *fact.inputs), enforced))
    return "redrawn"


def _within_its_type(draft: CheckedTable, check: str, item: Draft, fact: Equation) -> None:
    """Ask of what a column is computed from that it comes to a value of the column's type."""
    limits = type_limits(item.slot, base_type(item.column.column_type, draft.schema).udt_name)
    bounds = [limit.bound for limit in limits if isinstance(limit, AtLeast | AtMost)]
    spans = {name: span for name, one in draft.columns.items() if (span := domain_span(one.domain)) is not None}
    tree = tree_of(fact.expression)
    if len(bounds) < 2 or tree is None or _is_within(draft, tree, spans, limits, fact.column):
        return
    asked = f"({fact.expression}) > {min(bounds) - 1} AND ({fact.expression}) < {max(bounds) + 1}"
    if item.slot.category == "decimal":
        asked = f"({fact.expression}) > {min(bounds)} AND ({fact.expression}) < {max(bounds)}"
    draft.demands.predicates.append(Predicate(check, asked, fact.inputs, enforced=True))


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
