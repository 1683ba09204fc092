"""Foreign keys that lead to rows of one kind only: ``FOREIGN KEY (id, kind)`` with ``CHECK (kind = 'person')``.

The parent's discriminator is *dealt*: its rows are permuted, and the permuted numbers are cut into one stretch per
value. So the n-th row of a kind is the inverse permutation of the n-th number of its stretch, and a child points into
the stretches of the values that its CHECK leaves. A child whose CHECK leaves one value keeps its column as a constant.
Where every row of the parent is of a kind that the child takes, nothing needs to be dealt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

import numpy as np
import polars as pl

from datalchemy_nb.constraints.classify import classify
from datalchemy_nb.constraints.facts import Alternatives, Fact, Narrow
from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.held import held_by
from datalchemy_nb.constraints.table import context_of
from datalchemy_nb.constraints.types import category_of, domain_checks, is_not_null
from datalchemy_nb.contracts.names import TableRef, quote_ident
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, PrimaryKey, Table, Unique
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import Limit, OneOf
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Shares
from datalchemy_nb.resolve.children import refuse_children
from datalchemy_nb.resolve.foreign_keys import Kinds, Relation, Relations, Wanted
from datalchemy_nb.resolve.narrowing import under
from datalchemy_nb.resolve.phases import DealtTable, LinkedTable, OrderedTable, TableTask, carried
from datalchemy_nb.resolve.plan import Choice, Link, OfKind, PerParent, RandomParent
from datalchemy_nb.resolve.sources import Keyed
from datalchemy_nb.resolve.state import Draft

# --- foreign keys that lead to rows of one kind only: ``FOREIGN KEY (id, kind)`` with ``CHECK (kind = 'person')`` -----

# --- who asks for kinds ------------------------------------------------------------------------------------------


def want_kinds(relations: Relations, schema: DatabaseSchema, plan: Plan, rows: Mapping[TableRef, int]) -> None:
    """Note which columns of parents are discriminators to their children."""
    for ref, related in relations.of.items():
        anchors = {relation.anchor for relation in related}
        free = [r for i, r in enumerate(related) if r.anchor is None and i not in anchors and r.target != ref]
        for wanted in _wanted(ref, [r.key for r in free], schema, plan, rows[ref]):
            place = partition_root(wanted.key.target, schema), wanted.referenced
            relations.wanted.setdefault(place, []).append(wanted)


def constant_columns(refs: Iterable[TableRef], schema: DatabaseSchema, plan: Plan) -> dict[TableRef, frozenset[str]]:
    """Return the discriminators with one value that foreign keys of a table share."""
    found: dict[TableRef, frozenset[str]] = {}
    for ref in refs:
        table = schema.tables[ref]
        keys = [key for key in table.foreign_keys if len(key.columns) > 1]
        shared = {name for key in keys for name in key.columns if sum(name in other.columns for other in keys) > 1}
        plain = {name for name in shared if not any(_continues(key, name, schema) for key in keys)}
        alone = {name for name in plain if any(_is_one(limit) for limit in limits_on(table, name, schema, plan))}
        if alone:
            found[ref] = frozenset(alone)
    return found


def _continues(key: ForeignKey, column: str, schema: DatabaseSchema) -> bool:
    """Whether the column that a foreign key's column refers to is a foreign key's column itself."""
    parent = schema.tables.get(key.target)
    if column not in key.columns or parent is None:
        return False
    referenced = key.referenced_columns[key.columns.index(column)]
    return any(referenced in other.columns for other in parent.foreign_keys)


def _is_one(limit: Limit) -> bool:
    return isinstance(limit, OneOf) and len(limit.values) == 1


@dataclass(frozen=True)
class Asked:
    """What children ask of the tables of a draft.

    Attributes:
        fewest: rows a table needs so that each child finds one of its kind.
        columns: the columns that children name the values of.
    """

    fewest: Mapping[TableRef, int]
    columns: frozenset[tuple[TableRef, str]]


def kinds_asked(refs: Iterable[TableRef], schema: DatabaseSchema, plan: Plan) -> Asked:
    """Return what children of these tables ask of their parents' kinds."""
    found: dict[tuple[TableRef, str], set[frozenset[str]]] = {}
    for ref in refs:
        keys = [key for key in schema.tables[ref].foreign_keys if key.target != ref]
        for wanted in _wanted(ref, keys, schema, plan, 1):
            place = partition_root(wanted.key.target, schema), wanted.referenced
            listed = next((limit.values for limit in wanted.limits if isinstance(limit, OneOf)), None)
            if listed is not None:
                found.setdefault(place, set()).add(frozenset(map(str, listed)))
    fewest: dict[TableRef, int] = {}
    for (ref, _), kinds in found.items():
        fewest[ref] = max(fewest.get(ref, 1), sum(not any(other < kind for other in kinds) for kind in kinds))
    return Asked(fewest, frozenset(found))


def _wanted(
    ref: TableRef, keys: Iterable[ForeignKey], schema: DatabaseSchema, plan: Plan, rows: int
) -> Iterator[Wanted]:
    table = schema.tables[ref]
    for key in keys:
        if len(key.columns) < 2:
            continue
        for column, referenced in zip(key.columns, key.referenced_columns, strict=True):
            limits = limits_on(table, column, schema, plan)
            if limits:
                others = [name for name in key.columns if name != column]
                yield Wanted(ref, key, column, referenced, limits, _needed(table, key, others, schema, rows))


def _needed(table: Table, key: ForeignKey, others: Sequence[str], schema: DatabaseSchema, rows: int) -> int:
    """How many parents of its kinds a child needs: one a row where the key is unique, none where it may be null."""
    primary = set(table.primary_key.columns) if table.primary_key else set()
    if any(not is_not_null(table.by_name[name], schema) and name not in primary for name in others):
        return 0
    unique = [set(c.columns) for c in table.constraints if isinstance(c, PrimaryKey | Unique)]
    unique += [
        {part.column for part in index.keys if part.column is not None}
        for index in table.indexes
        if index.is_unique and index.predicate is None and all(part.column is not None for part in index.keys)
    ]
    return rows if any(columns <= set(key.columns) for columns in unique) else min(rows, 1)


def limits_on(table: Table, column: str, schema: DatabaseSchema, plan: Plan) -> tuple[Limit, ...]:
    """Return what CHECKs of the table and of the column's domains, or how it is generated, ask of its values.

    Args:
        table: the table.
        column: its column.
        schema: the schema it is of.
        plan: tells the day.
    """
    return limits_of(facts_on(table, column, schema, plan), column)


def limits_of(facts: Iterable[Fact], column: str, *, either: bool = False) -> tuple[Limit, ...]:
    """Return what facts ask of one column's values.

    Args:
        facts: of its table.
        column: the column.
        either: of a CHECK that leaves a choice and reads this column alone, take what its first branch asks.
    """
    told = list(facts)
    chosen = [one for fact in told if either for one in _first_branch(fact, column)]
    return tuple(fact.limit for fact in (*told, *chosen) if isinstance(fact, Narrow) and fact.column == column)


def facts_on(table: Table, column: str, schema: DatabaseSchema, plan: Plan) -> list[Fact]:
    """Return what CHECKs that name a column, those of its domains, and how it is generated, say.

    Args:
        table: the table.
        column: its column.
        schema: the schema it is of.
        plan: tells the day.
    """
    found = table.by_name[column]
    conditions = [check.expression for check in table.checks if column in check.expression]
    of_domain = [check.expression for check in domain_checks(found.column_type, schema)]
    if found.generated is not None:
        conditions.append(f"{quote_ident(column)} = ({held_by(found, table, schema)})")
    if not conditions and not of_domain:
        return []
    categories = {other.name: category_of(other.column_type, schema) for other in table.columns}
    context = context_of(categories, schema, plan, table)
    if found.generated is not None:
        context = replace(context, computed={})
    facts = [fact for condition in conditions for fact in classify(condition, context)]
    return facts + [fact for condition in of_domain for fact in classify(condition, context, value_column=column)]


def _first_branch(fact: Fact, column: str) -> tuple[Fact, ...]:
    alone = isinstance(fact, Alternatives) and fact.exact and fact.columns == (column,)
    return fact.branches[0] if alone and isinstance(fact, Alternatives) else ()


def allowed_ordinals(domain: Domain, limits: Iterable[Limit]) -> U64 | None:
    """Return the ordinals of a domain whose values hold the limits; None where that cannot be told."""
    ordinals = np.arange(domain.size, dtype=np.uint64)
    try:
        for limit in limits:
            values = domain.take(ordinals)
            ordinals = ordinals[filled(limit.mask(values), False).to_numpy()]
    except (pl.exceptions.PolarsError, TypeError):
        return None
    return ordinals


# --- the child's side --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Led:
    """A link, and the columns of its key that its choice of parents decides.

    Attributes:
        held: columns whose CHECKs hold by the choice of the parent's row.
        constants: columns that have one value, which are no part of the link any more.
    """

    link: Link
    held: frozenset[str] = frozenset()
    constants: Mapping[str, Domain] = field(default_factory=dict)


def of_kind(draft: TableTask, relation: Relation, link: Link) -> Led:
    """Return the link, led to parent rows of the kinds that the table's CHECKs leave."""
    led = Led(link)
    if draft.policy("check") == "ignore":
        return led
    narrowing: list[tuple[Wanted, Kinds, U64]] = []
    for wanted in draft.relations.wanted_by(link.target, relation.key):
        kinds = draft.relations.kinds.get((link.target, wanted.referenced))
        ordinals = allowed_ordinals(kinds.domain, wanted.limits) if kinds is not None else None
        if kinds is None or ordinals is None:
            continue
        if len(ordinals) < kinds.domain.size:
            narrowing.append((wanted, kinds, ordinals))
        elif not wanted.pins:
            continue
        elif len(ordinals) == 1 and isinstance(led.link.pointing, RandomParent):
            led = _pinned(draft, led, wanted, kinds.domain.take(ordinals))
        else:
            led = replace(led, held=led.held | {wanted.column})
    if len(narrowing) != 1 or narrowing[0][1].shares is None:
        return led
    wanted, kinds, ordinals = narrowing[0]
    if isinstance(link.pointing, PerParent):
        refuse_children(draft, led.link, f"a CHECK on {wanted.column} leaves it rows of some kinds only")
        return led
    if not isinstance(link.pointing, RandomParent):
        return led
    return _led(draft, led, wanted, kinds, ordinals)


def _led(draft: TableTask, led: Led, wanted: Wanted, kinds: Kinds, ordinals: U64) -> Led:
    assert kinds.shares is not None
    stretches = kinds.shares.stretches(ordinals)
    way = OfKind(led.link.target, kinds.shares, stretches)
    if not way.size and led.link.nullable and len(ordinals) != 1:
        return led  # the CHECKs choose among the rows there are, or none of them
    if not wanted.pins:
        pass
    elif len(ordinals) == 1:
        led = _pinned(draft, led, wanted, kinds.domain.take(ordinals))
    else:
        led = replace(led, held=led.held | {wanted.column})
    link = led.link
    if way.size:
        return replace(led, link=replace(link, pointing=way))
    if len(ordinals) == 1 and link.nullable:
        return replace(led, link=replace(link, null_rate=1.0))
    values = ", ".join(map(repr, kinds.domain.take(ordinals).to_list()))
    draft.refuse(
        "domain_too_small",
        "/",
        f"{draft.name_of(wanted.column)}: foreign key {link.name} leads to rows of {link.target} whose "
        f"{wanted.referenced} is {values or 'none that it holds'}: of {link.target_rows} rows 0 are, {draft.rows} rows "
        "are asked for",
        f"ask for more rows of {link.target}, or let its {wanted.referenced} have that value",
        column=wanted.column,
        constraint=link.name,
        asked=draft.rows,
    )
    return led


def _pinned(draft: TableTask, led: Led, wanted: Wanted, value: pl.Series) -> Led:
    """The link without a column that has the same value in every row."""
    column, link = wanted.column, led.link
    category = category_of(draft.table.by_name[column].column_type, draft.schema)
    kept = [(own, far) for own, far in zip(link.columns, link.referenced, strict=True) if own != column]
    nullable = () if wanted.key.match_type == "full" else tuple(name for name in link.nullable if name != column)
    kept_link = replace(
        link,
        columns=tuple(own for own, _ in kept),
        referenced=tuple(far for _, far in kept),
        own=tuple(name for name in link.own if name != column),
        nullable=nullable,
        null_rate=link.null_rate if nullable else 0.0,
    )
    return replace(led, link=kept_link, constants={**led.constants, column: ChoiceDomain(value, category=category)})


# --- discriminators of parents dealt: as many rows of each kind as the weights say and the children need --------------

_SAMPLE = 1 << 16
_WHOLE = 1 << 32
_MOST_PIECES = 64


def deal_kinds(draft: OrderedTable) -> DealtTable:
    """Deal the columns that children tell kinds by, and note for the children what the columns hold."""
    dealt, choices = set[str](), list(draft.choices)
    for (ref, name), wanted in draft.relations.wanted.items():
        if ref != draft.ref or name not in draft.columns:
            continue
        item = draft.columns[name]
        found = _dealt(draft, item, wanted, choices) if draft.link_of(name) is None else _inherited(draft, name)
        if found is not None:
            draft.relations.kinds[ref, name] = found
            if found.shares is not None:
                dealt.add(name)
    return DealtTable(**{**carried(draft), "choices": tuple(choices)}, dealt=frozenset(dealt))


def _inherited(draft: LinkedTable, name: str) -> Kinds | None:
    """What a foreign key column holds, when the parent's column is known."""
    link = draft.link_of(name)
    if link is None:
        return None
    above = draft.relations.kinds.get((link.target, link.referenced[link.columns.index(name)]))
    if above is None:
        return None
    ordinals = allowed_ordinals(above.domain, limits_on(draft.table, name, draft.schema, draft.plan))
    return Kinds(Subset(above.domain, ordinals)) if ordinals is not None and len(ordinals) else None


def _dealt(draft: OrderedTable, item: Draft, wanted: Sequence[Wanted], choices: list[Choice]) -> Kinds | None:
    fixed = item.source is not None or item.when is not None or item.row_number
    if fixed or item.steps or item.null_rate or item.domain is None or isinstance(item.domain, Facet):
        return None
    domain = (_listed(item, wanted) if item.cases is None else None) or item.domain
    branches = _branches(item, domain, choices) if domain.size <= FILTER_SIZE else None
    if branches is None:
        return None
    allowed = [(one, allowed_ordinals(domain, one.limits)) for one in wanted]
    known = [(one, ordinals) for one, ordinals in allowed if ordinals is not None]
    item.built = domain
    if all(len(ordinals) == domain.size for _, ordinals in known):
        return Kinds(domain)
    weights = [weight if at else 0 for weight, at in zip(_weights(domain), branches, strict=True)]
    if not any(weights):
        return None
    counts = apportioned(draft.rows, weights, _floors(item, domain, weights, known, draft.rows))
    starts = tuple(int(start) for start in np.cumsum([0, *counts])[:-1])
    shares = Shares(starts, draft.rows, f"kinds {item.name}")
    item.source = Keyed(domain, shares)
    if item.cases is not None:
        _follow(item, shares, branches, choices)
    return Kinds(domain, shares)


def _branches(item: Draft, domain: Domain, choices: Sequence[Choice]) -> list[tuple[int, ...]] | None:
    """The branches of the column's choice that each ordinal is found under; None where the choice is not free."""
    if item.cases is None:
        return [(0,)] * domain.size
    choice = choices[item.cases.choice]
    if len(choice.open) > 1 or choice.roots or domain.size > _MOST_PIECES:
        return None
    if any(item.cases.cases[branch].null for branch in choice.branches):
        return None
    values = domain.take(np.arange(domain.size, dtype=np.uint64))
    found: list[list[int]] = [[] for _ in range(domain.size)]
    for branch in choice.open[0]:
        inner = item.cases.cases[branch].domain
        if inner is not None and inner.size > FILTER_SIZE:
            return None
        taken = inner.take(np.arange(inner.size, dtype=np.uint64)) if inner is not None else values
        for ordinal in np.flatnonzero(values.is_in(taken.implode()).to_numpy()).tolist():
            found[ordinal].append(branch)
    return [tuple(branches) for branches in found]


def _follow(item: Draft, shares: Shares, branches: Sequence[tuple[int, ...]], choices: list[Choice]) -> None:
    """Let the choice follow the dealt column: each stretch has the branches that its value is found under."""
    assert item.cases is not None
    number, item.cases = item.cases.choice, None
    ends = (*shares.starts[1:], shares.rows)
    held = [i for i, (start, end) in enumerate(zip(shares.starts, ends, strict=True)) if start < end]
    choices[number] = replace(
        choices[number],
        starts=tuple(shares.starts[i] for i in held),
        open=tuple(branches[i] for i in held),
        purpose=shares.purpose,
    )


def _listed(item: Draft, wanted: Sequence[Wanted]) -> Domain | None:
    """The values that children name, for a column that nothing else tells the values of."""
    told = item.slot.category in ("enum", "boolean") or any(isinstance(limit, OneOf) for limit in item.limits)
    if item.rule is not None or told or item.domain is None:
        return None
    lists = [next((limit.values for limit in one.limits if isinstance(limit, OneOf)), None) for one in wanted]
    if any(values is None for values in lists):
        return None
    default = item.domain.take(np.zeros(1, dtype=np.uint64)).to_list() if item.domain.size == 1 else []
    values = tuple(dict.fromkeys([*default, *(value for values in lists for value in values or ())]))
    return under(ChoiceDomain(values, category=item.slot.category), item.limits)


def _weights(domain: Domain) -> list[int]:
    """How large a share of the rows each ordinal asks for."""
    if domain.weights is not None:
        highest = max(domain.weights)
        return [max(int(weight / highest * _WHOLE), 1 if weight else 0) for weight in domain.weights]
    if isinstance(domain, Shaped):
        spread = np.arange(_SAMPLE, dtype=np.uint64) << np.uint64(48)
        return [int(count) for count in np.bincount(domain.draw(spread).astype(np.int64), minlength=domain.size)]
    return [1] * domain.size


Floor = tuple[Sequence[int], int]
"""Ordinals, and how many rows there must be of them together."""


def _floors(
    item: Draft, domain: Domain, weights: Sequence[int], known: Sequence[tuple[Wanted, U64]], rows: int
) -> Sequence[Floor]:
    """What children need: a row of their kind each, and one for each of their rows, as far as rule and rows allow."""
    weighted = item.rule is not None and (domain.weights is not None or isinstance(domain, Shaped))
    able = [(one, [int(i) for i in ordinals if weights[int(i)]]) for one, ordinals in known]
    least = [(ordinals, min(one.rows, 1)) for one, ordinals in able if ordinals]
    whole = [(ordinals, one.rows) for one, ordinals in able if ordinals]
    usual = (least,) if weighted else (whole, least)
    wishes = [found for needs in usual for found in ([(ordinals, max(n, 1)) for ordinals, n in needs], needs)]
    return next((one for one in wishes if _lowest(rows, one, domain.size) is not None), least)


def _lowest(rows: int, floors: Iterable[Floor], size: int, wished: Sequence[int] = ()) -> list[int] | None:
    """The fewest rows of each ordinal that meet every floor; None where there are not enough rows."""
    low = [0] * size
    for ordinals, need in sorted(floors, key=lambda floor: (len(floor[0]), floor[0])):
        missing = need - sum(low[i] for i in ordinals)
        for i in ordinals if wished else ():
            more = max(min(missing, wished[i] - low[i]), 0)
            low[i], missing = low[i] + more, missing - more
        if missing > 0:
            for i, more in zip(ordinals, _shared(missing, [1] * len(ordinals)), strict=True):
                low[i] += more
    return low if sum(low) <= rows else None


def apportioned(rows: int, weights: Sequence[int], floors: Sequence[Floor]) -> list[int]:
    """Return how many rows each ordinal gets: by weight, but as many as the floors ask for where the rows suffice."""
    wished = _shared(rows, weights)
    low = _lowest(rows, floors, len(weights), wished)
    if low is None:
        return wished
    over = [max(wish - least, 0) for wish, least in zip(wished, low, strict=True)]
    rest = _shared(rows - sum(low), over if any(over) else weights)
    return [least + more for least, more in zip(low, rest, strict=True)]


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """Share a number by weights, by largest remainders."""
    whole = sum(weights)
    counts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts
