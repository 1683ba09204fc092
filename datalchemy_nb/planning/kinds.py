"""Foreign keys that lead to rows of one kind only: ``FOREIGN KEY (id, kind)`` with ``CHECK (kind = 'person')``.

The parent's discriminator is *dealt*: its rows are permuted, and the permuted numbers are cut into one stretch per
value. So the n-th row of a kind is the inverse permutation of the n-th number of its stretch, and a child points into
the stretches of the values that its CHECK leaves. A child whose CHECK leaves one value keeps its column as a constant.
Where every row of the parent is of a kind that the child takes, nothing needs to be dealt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from datalchemy_nb.contracts.names import TableRef, quote_ident
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, PrimaryKey, Table, Unique
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import Limit, OneOf
from datalchemy_nb.planning.checks import Narrow, classify
from datalchemy_nb.planning.checks.classify import Context
from datalchemy_nb.planning.checks.inline import readable
from datalchemy_nb.planning.children import refuse_children
from datalchemy_nb.planning.drafts import TableDraft
from datalchemy_nb.planning.graph import partition_root
from datalchemy_nb.planning.relations import Kinds, Relation, Relations, Wanted
from datalchemy_nb.planning.resolved import Link, OfKind, PerParent, RandomParent
from datalchemy_nb.planning.types import category_of, domain_checks, is_not_null

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
    """Return what CHECKs of the table and of the column's domains, or how it is generated, ask of its values."""
    found = table.by_name[column]
    conditions = [check.expression for check in table.checks if column in check.expression]
    of_domain = [check.expression for check in domain_checks(found.column_type, schema)]
    if found.generated is not None:
        conditions.append(f"{quote_ident(column)} = ({found.generated.expression})")
    if not conditions and not of_domain:
        return ()
    categories = {other.name: category_of(other.column_type, schema) for other in table.columns}
    context = Context(categories, plan.base_date, plan.future_margin_days, readable(schema.functions))
    facts = [fact for condition in conditions for fact in classify(condition, context)]
    facts += [fact for condition in of_domain for fact in classify(condition, context, value_column=column)]
    return tuple(fact.limit for fact in facts if isinstance(fact, Narrow) and fact.column == column)


def allowed_ordinals(domain: Domain, limits: Iterable[Limit]) -> U64 | None:
    """Return the ordinals of a domain whose values hold the limits; None where that cannot be told."""
    ordinals = np.arange(domain.size, dtype=np.uint64)
    try:
        for limit in limits:
            values = domain.take(ordinals)
            ordinals = ordinals[limit.mask(values).fill_null(value=False).to_numpy()]
    except (pl.exceptions.PolarsError, TypeError):
        return None
    return ordinals


# --- the child's side --------------------------------------------------------------------------------------------


def of_kind(draft: TableDraft, relation: Relation, link: Link) -> Link:
    """Return the link, led to parent rows of the kinds that the table's CHECKs leave."""
    if draft.policy("check") == "ignore":
        return link
    narrowing: list[tuple[Wanted, Kinds, U64]] = []
    for wanted in draft.relations.wanted_by(link.target, relation.key):
        kinds = draft.relations.kinds.get((link.target, wanted.referenced))
        ordinals = allowed_ordinals(kinds.domain, wanted.limits) if kinds is not None else None
        if kinds is None or ordinals is None:
            continue
        if len(ordinals) < kinds.domain.size:
            narrowing.append((wanted, kinds, ordinals))
        elif len(ordinals) == 1 and isinstance(link.pointing, RandomParent):
            link = _pinned(draft, link, wanted, kinds.domain.take(ordinals))
        else:
            draft.held.add(wanted.column)
    if len(narrowing) != 1 or narrowing[0][1].shares is None:
        return link
    wanted, kinds, ordinals = narrowing[0]
    if isinstance(link.pointing, PerParent):
        refuse_children(draft, link, f"a CHECK on {wanted.column} leaves it rows of some kinds only")
        return link
    if not isinstance(link.pointing, RandomParent):
        return link
    return _led(draft, link, wanted, kinds, ordinals)


def _led(draft: TableDraft, link: Link, wanted: Wanted, kinds: Kinds, ordinals: U64) -> Link:
    assert kinds.shares is not None
    stretches = kinds.shares.stretches(ordinals)
    way = OfKind(link.target, kinds.shares, stretches)
    if len(ordinals) == 1:
        link = _pinned(draft, link, wanted, kinds.domain.take(ordinals))
    else:
        draft.held.add(wanted.column)
    if way.size:
        return replace(link, pointing=way)
    if len(ordinals) == 1 and link.nullable:
        return replace(link, null_rate=1.0)
    values = ", ".join(map(repr, kinds.domain.take(ordinals).to_list()))
    draft.refuse(
        "domain_too_small",
        "/",
        f"{draft.name_of(wanted.column)}: foreign key {link.name} leads to rows of {link.target} whose "
        f"{wanted.referenced} is {values or 'none that it holds'}: of {link.target_rows} rows 0 are, {draft.rows} rows "
        "are asked for",
        f"ask for more rows of {link.target}, or let its {wanted.referenced} have that value",
    )
    return link


def _pinned(draft: TableDraft, link: Link, wanted: Wanted, value: pl.Series) -> Link:
    """The link without a column that has the same value in every row."""
    column = wanted.column
    category = category_of(draft.table.by_name[column].column_type, draft.schema)
    draft.constants[column] = ChoiceDomain(value, category=category)
    kept = [(own, far) for own, far in zip(link.columns, link.referenced, strict=True) if own != column]
    nullable = () if wanted.key.match_type == "full" else tuple(name for name in link.nullable if name != column)
    return replace(
        link,
        columns=tuple(own for own, _ in kept),
        referenced=tuple(far for _, far in kept),
        own=tuple(name for name in link.own if name != column),
        nullable=nullable,
        null_rate=link.null_rate if nullable else 0.0,
    )
