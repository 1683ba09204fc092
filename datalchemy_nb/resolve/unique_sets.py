"""Unique sets of a table read as keys of parts, and what they ask of their columns seen to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.facts import Narrow
from datalchemy_nb.constraints.held import held_by
from datalchemy_nb.constraints.parse import UnreadableCheckError, column_name, columns_of, parse, truncation, unwrap
from datalchemy_nb.constraints.paths import may_be_null, reach
from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.contracts.schema import Exclusion, Index, IndexKey, PrimaryKey, Table, Unique
from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.disjoint import DisjointRanges
from datalchemy_nb.domains.limits import Cased, EmptyDomainError, Length, Limit, OneOf
from datalchemy_nb.domains.temporal import DateDomain
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.apply_checks import equations, facts_of
from datalchemy_nb.resolve.family_plan import Numbered
from datalchemy_nb.resolve.injective import told_by
from datalchemy_nb.resolve.keys import ColumnPart, Key, KeyPart, LinkPart
from datalchemy_nb.resolve.narrowing import narrowed
from datalchemy_nb.resolve.phases import DraftedTable, RelatedTable, TableTask
from datalchemy_nb.resolve.plan import MOST_PARENTS, Chosen, Differing, Link, RandomParent, Within
from datalchemy_nb.resolve.spans import Span, domain_span, input_span
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.survey import tell_key
from datalchemy_nb.resolve.told_apart import (
    AsksNothing,
    NotApart,
    keep_apart,
    lay_out,
    only_where,
    period_of,
    read_alone,
)

# --- what must be unique: constraints, indexes, expressions, exclusions, each as a set of columns and what they owe ---


@dataclass(frozen=True)
class UniqueSet:
    """One thing that must be unique.

    Attributes:
        limits: what columns must satisfy so that uniqueness of columns is uniqueness of the expression.
        no_nulls: columns that must not be null (NULLS NOT DISTINCT, coalesce).
        by_day: columns that must differ in their day.
        ranges: columns whose ranges must not overlap.
        predicate: of a partial index; rows outside it are free.
        under: columns that must differ under an expression, in DuckDB's dialect.
        period: two columns whose periods must not overlap.
        wished: no constraint of the table: other tables refer to the column.
        alike: a null is one more value, equal to itself.
    """

    name: str
    columns: tuple[str, ...]
    limits: tuple[tuple[str, Limit], ...] = ()
    no_nulls: tuple[str, ...] = ()
    by_day: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    predicate: str | None = None
    under: tuple[tuple[str, str], ...] = ()
    period: tuple[str, str] | None = None
    wished: bool = False
    alike: bool = False


@dataclass(frozen=True)
class UnsupportedSet:
    """A unique set that no construction covers.

    Attributes:
        name: what it is called in reports and messages.
        what: what of it is not supported, as the subject of a sentence.
    """

    name: str
    what: str


def unique_sets(draft: DraftedTable) -> Iterator[UniqueSet | UnsupportedSet]:
    """Yield every unique set, supported or not."""
    for constraint in draft.table.constraints:
        if isinstance(constraint, PrimaryKey | Unique) and _computed(draft, constraint.columns):
            kind: Literal["primary_key", "unique"] = "unique" if isinstance(constraint, Unique) else "primary_key"
            if draft.policy(kind) != "ignore":
                found = _index(draft, _as_index(constraint))
                by_database = any(draft.table.by_name[name].generated is not None for name in constraint.columns)
                plain = UniqueSet(constraint.name or "unique", constraint.columns)
                yield found if isinstance(found, UniqueSet) or by_database else plain
        elif isinstance(constraint, PrimaryKey) and draft.policy("primary_key") != "ignore":
            ranges = constraint.columns[-1:] if constraint.without_overlaps else ()
            yield UniqueSet(constraint.name or "primary key", constraint.columns, ranges=ranges)
        elif isinstance(constraint, Unique) and draft.policy("unique") != "ignore":
            ranges = constraint.columns[-1:] if constraint.without_overlaps else ()
            nulls = constraint.columns if constraint.nulls_not_distinct else ()
            yield UniqueSet(
                constraint.name or "unique", constraint.columns, no_nulls=nulls, ranges=ranges, alike=bool(nulls)
            )
        elif isinstance(constraint, Exclusion):
            yield _exclusion(draft, constraint)
    for ref, column in sorted(draft.relations.demanded):
        if ref == draft.ref:
            yield UniqueSet(f"a reference to {column} alone", (column,), wished=True)
    if draft.policy("unique") != "ignore":
        for index in draft.table.indexes:
            if index.is_unique and not index.is_primary and not index.constraint and index.keys:
                yield _index(draft, index)


def _exclusion(draft: TableTask, constraint: Exclusion) -> UniqueSet | UnsupportedSet:
    operators = {element.operator.rsplit(".", 1)[-1] for element in constraint.elements}
    if not operators <= {"=", "&&"}:
        return _unsupported(constraint.name, f"EXCLUDE {constraint.name}, with operators other than = and &&,")
    columns: list[str] = []
    limits: list[tuple[str, Limit]] = []
    coalesced: list[str] = []
    period: tuple[str, str] | None = None
    for element in constraint.elements:
        if element.column is None and element.operator.endswith("&&") and period is None:
            period = period_of(element.expression or "")
            if period is not None:
                columns.append(period[0])
                continue
        found = (element.column, None, None) if element.column else _expression(draft, element.expression)
        if found is None or found[2] == "day":
            return _unsupported(constraint.name, f"EXCLUDE {constraint.name}, on the expression {element.expression},")
        name, limit, by = found
        columns += [name] if name else []
        limits += [(name, limit)] if limit is not None else []
        coalesced += [name] if by == "coalesce" else []
    ranges = tuple(e.column for e in constraint.elements if e.operator.endswith("&&") and e.column)
    if len(ranges) > 1:
        return _unsupported(constraint.name, f"EXCLUDE {constraint.name}, with more than one range,")
    return UniqueSet(
        constraint.name or "exclude",
        tuple(columns),
        tuple(limits),
        tuple(coalesced),
        ranges=ranges,
        predicate=constraint.predicate,
        period=period,
    )


def _computed(draft: DraftedTable, columns: Iterable[str]) -> bool:
    """Whether one of these columns is computed: what must differ then is what that comes to."""
    return any(_expression_of(draft, name) is not None for name in columns)


def _expression_of(draft: DraftedTable, name: str | None) -> str | None:
    """What the database computes a column by, or a CHECK says that it is."""
    found = draft.table.by_name.get(name) if name is not None else None
    if found is None or name is None:
        return None
    if found.generated is not None:
        return held_by(found, draft.table, draft.schema)
    made = equations(draft, [name]).get(name)
    return None if made is None else made.source


def _as_index(constraint: PrimaryKey | Unique) -> Index:
    return Index(
        name=constraint.name or "unique",
        is_unique=True,
        is_primary=isinstance(constraint, PrimaryKey),
        is_valid=True,
        method="btree",
        definition="",
        keys=tuple(IndexKey(column=name) for name in constraint.columns),
        nulls_not_distinct=isinstance(constraint, Unique) and constraint.nulls_not_distinct,
    )


def _several_told(draft: DraftedTable, text: str) -> dict[str, str | None]:
    """The columns that an expression over several tells, and under what: where these differ, so does what it is."""

    def span(name: str) -> Span | None:
        item = draft.columns.get(name)
        return domain_span(item.domain) if item is not None else None

    def lacks(name: str, part: str) -> bool:
        item = draft.columns.get(name)
        if item is None or item.domain is None or item.slot.category != "text" or item.steps:
            return False
        texts = item.domain.take(_spread(item.domain)).cast(pl.String).str.to_lowercase()
        return not texts.str.contains(part.lower(), literal=True).any()

    try:
        tree = parse(text)
    except UnreadableCheckError:
        return {}
    if not all(name in draft.columns for name in columns_of(tree)):
        return {}
    folded = isinstance(unwrap(tree), exp.Lower | exp.Upper)
    inner = unwrap(tree).this if folded else tree
    told = told_by(inner, lambda name: draft.columns[name].slot.category, span, lacks)
    texts = {name for name in told if folded and draft.columns[name].slot.category == "text"}
    return {name: _without_case(name) if name in texts else None for name in sorted(told)}


def _index(draft: DraftedTable, index: Index) -> UniqueSet | UnsupportedSet:
    columns: list[str] = []
    limits: list[tuple[str, Limit]] = []
    no_nulls, by_day, plain = list[str](), list[str](), set[str]()
    under: list[tuple[str, str]] = []
    where = [index.predicate] if index.predicate else []
    for key in index.keys:
        text = _expression_of(draft, key.column) or key.expression or ""
        if key.column is not None and not text:
            columns.append(key.column)
            plain.add(key.column)
            continue
        found = _expression(draft, text)
        if found is not None and isinstance(found[1], Cased) and draft.link_of(found[0]) is not None:
            found = None  # read as an expression, whose values are looked at
        if found is not None and found[2] == "day" and (own := draft.columns.get(found[0])) and own.rule is not None:
            found = None  # days of the rule's own moments
        if found is None:
            there = only_where(text)
            if there is not None:
                where.append(there[0])
                columns += [there[1]] if there[1] else []
                continue
            told = read_alone(draft, text)
            if told is None and (several := _several_told(draft, text)):
                columns += several
                under += [(name, sql) for name, sql in several.items() if sql is not None]
                continue
            if told is None:
                return _unsupported(index.name, f"unique index {index.name} on the expression {text}")
            columns.append(told[0])
            under.append((told[0], told[1]))
            no_nulls += [told[0]] if told[2] else []
            continue
        name, limit, by = found
        columns += [name] if name else []
        if limit is not None:
            limits.append((name, limit))
        if by == "day":
            by_day.append(name)
        if by == "coalesce":
            no_nulls.append(name)
    primary = next((one for one in draft.table.constraints if isinstance(one, PrimaryKey)), None)
    if primary is not None and under and plain.issuperset(primary.columns) and not primary.without_overlaps:
        return UniqueSet(index.name, primary.columns)  # whatever else stands there, the primary key tells rows apart
    # A null of what stands there by itself too takes the row out.
    alone = set[str]() if index.nulls_not_distinct else plain
    no_nulls = [name for name in (columns if index.nulls_not_distinct else no_nulls) if name not in alone]
    return UniqueSet(
        index.name,
        tuple(dict.fromkeys(columns)),
        tuple(limits),
        tuple(no_nulls),
        tuple(by_day),
        predicate=" AND ".join(f"({one})" for one in where) or None,
        under=tuple(under),
        alike=index.nulls_not_distinct and plain == set(columns),
    )


def _unsupported(name: str | None, what: str) -> UnsupportedSet:
    return UnsupportedSet(name or what.rstrip(","), what)


def _expression(draft: TableTask, text: str) -> tuple[str, Limit | None, str | None] | None:
    """A column under a function that keeps different values apart, given a limit; no name for one value for all."""
    try:
        node = unwrap(parse(text))
    except UnreadableCheckError:
        return None
    name = column_name(node)
    if name is not None:
        return name, None, None
    if _one_for_all(node) or _is_there(draft, node):
        return "", None, None
    inner = _bare(node.this) if isinstance(node.this, exp.Expr) else None
    if isinstance(node, exp.Lower | exp.Upper) and inner:
        return inner, Cased(isinstance(node, exp.Upper)), None
    if isinstance(node, exp.Nullif) and inner:
        return inner, Length(1), None
    if isinstance(node, exp.Coalesce) and inner and len(node.expressions) == 1:
        return _coalesced(draft, inner, node.expressions[0])
    if isinstance(node, exp.Cast) and node.to.is_type("date") and inner:
        return inner, None, "day"
    cut = truncation(node)
    if cut is not None and cut[1] == "day":
        return cut[0], None, "day"
    return None


def _bare(node: exp.Expr) -> str | None:
    """A column, under casts of whole numbers to wider ones too."""
    node = unwrap(node)
    while isinstance(node, exp.Cast) and node.to.is_type("int", "bigint"):
        node = unwrap(node.this)
    return column_name(node)


def _coalesced(draft: TableTask, name: str, fallback: exp.Expr) -> tuple[str, Limit | None, str | None] | None:
    if constant(fallback, draft.plan.base_date) is None or name not in draft.table.by_name:
        return None
    return name, None, "coalesce"


def _one_for_all(node: exp.Expr) -> bool:
    """Whether an expression has one value for every row: a constant, or a product with zero."""
    if isinstance(node, exp.Mul):
        return any(unwrap(side).sql() == "0" for side in (node.this, node.expression))
    return not list(node.find_all(exp.Column, exp.Anonymous)) and isinstance(node, exp.Boolean | exp.Literal | exp.Cast)


def _is_there(draft: TableTask, node: exp.Expr) -> bool:
    """Whether an expression asks for the null of a column that is never null."""
    node = unwrap(node.this) if isinstance(node, exp.Not) else node
    name = column_name(node.this) if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) else None
    return name is not None and name in draft.table.by_name and not draft.may_be_null(name)


def sets_to_look_at(draft: DraftedTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield unique sets of columns, with what must differ, that rows are held against before the run.

    Those over expressions and parts of foreign keys are noted when keys are read.
    """
    for found in unique_sets(draft):
        if isinstance(found, UnsupportedSet) or found.wished or not set(found.columns) <= set(draft.columns):
            continue
        if found.limits or found.by_day or found.ranges or found.predicate or found.under or found.period:
            continue
        told = draft.account.unique.get(found.name)
        if told is None or told.standing == "met":
            yield (
                found.name,
                tuple(_alike(name) if name in found.no_nulls else quote_ident(name) for name in found.columns),
            )


def _alike(name: str) -> str:
    """A column as a text that no null of it differs from."""
    return f"coalesce(CAST({quote_ident(name)} AS VARCHAR), ' no value ')"


# --- unique sets of a table read as keys of parts, and what they ask of their columns seen to -------------------------

_SAMPLE = 4096
_LARGE = 8


@dataclass(frozen=True)
class _Read:
    """A unique set and its parts."""

    found: UniqueSet
    parts: tuple[KeyPart, ...]

    @property
    def exits(self) -> tuple[str, ...]:
        """Columns whose null would take a row out of it."""
        return tuple(name for name in self.found.columns if name not in self.found.no_nulls)


def open_exits(draft: DraftedTable, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that may be null as things stand; those of a foreign key are so together."""
    links = {name: draft.link_of(name) for name in columns if name in draft.columns}
    return tuple(
        name
        for name, link in links.items()
        if not any(draft.columns[one].required for one in (link.nullable if link is not None else (name,)))
        and (draft.may_be_null(name) if link is None else name in link.nullable)
    )


class KeyReader:
    """Reads the unique sets of one table.

    Attributes:
        distinct: those over expressions of foreign keys, as far as they are read: names, and expressions.
        under: columns that must differ under an expression, the expression, and the values they are left.
    """

    def __init__(self, draft: RelatedTable) -> None:
        self._draft = draft
        self.distinct: list[tuple[str, tuple[str, ...]]] = []
        self.under: list[tuple[str, str, Domain | None]] = []

    def read(self) -> tuple[Key, ...]:
        """Unique sets as sets of parts; a foreign key counts as one part where all its columns are in the set."""
        read: dict[tuple[frozenset[KeyPart], str | None], list[_Read]] = {}
        for found in unique_sets(self._draft):
            if isinstance(found, UnsupportedSet):
                self._not_held(found.name, found.what)
                continue
            unmet = self._prepare_columns(found)
            if isinstance(unmet, AsksNothing):
                tell_key(self._draft, found.name, "its expression is null in every row", columns=found.columns)
                continue
            if unmet is not None:
                self._not_held(found.name, unmet.what, found.columns)
                continue
            columns = self._told_by(found, self._told_apart(found))
            parts = self._free_under(found.predicate, self._parts_of(columns, found))
            if found.predicate is None and not found.under and not found.ranges and self._holds_a_part(columns):
                # Whether the parents differ there may be decided after this table: rows are looked at before the run.
                self.distinct.append((found.name, tuple(map(quote_ident, found.columns))))
            tell_key(self._draft, found.name, "follows from another key", columns=found.columns)
            read.setdefault((frozenset(parts), found.predicate), []).append(_Read(found, parts))
        return tuple(self._key(alike) for alike in read.values())  # what a later set asks for is no exit of an earlier

    def _key(self, alike: Sequence[_Read]) -> Key:
        """The key of sets with the same parts: a row is exempt where it is so of all of them."""
        one = alike[0]
        nullable = open_exits(self._draft, one.exits)
        for other in alike[1:]:
            further = open_exits(self._draft, other.exits)
            places = {self._place(name) for name in nullable} & {self._place(name) for name in further}
            if places < {self._place(name) for name in nullable}:
                one = other
            nullable = tuple(name for name in dict.fromkeys(nullable + further) if self._place(name) in places)
        wished = all(other.found.wished for other in alike)
        return Key(one.found.name, one.parts, one.found.predicate, nullable, wished)

    def _place(self, name: str) -> KeyPart:
        """What is null as a whole: a column, or a foreign key."""
        link = self._draft.link_of(name)
        return ColumnPart(name) if link is None else LinkPart(link.index)

    def _told_by(self, found: UniqueSet, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns, each expression among them replaced by those that it tells, where these are never null."""
        draft = self._draft
        kept: list[str] = []
        for name in columns:
            item = draft.columns.get(name)
            told = _told(draft, item) if item is not None and item.tree is not None else ()
            kept += told or (name,)
        wider = frozenset(kept)
        if wider == frozenset(columns):
            return columns
        narrower = (
            one.columns
            for one in unique_sets(draft)
            if isinstance(one, UniqueSet) and one.name != found.name and one.predicate is None and not one.ranges
            and not one.wished
            and set(one.columns) <= wider
        )  # fmt: skip
        if (implied := next(narrower, None)) is not None:
            return implied
        free = (draft.columns[name] for name in wider - frozenset(columns))
        return (
            tuple(dict.fromkeys(kept))
            if all(one.domain is not None or draft.link_of(one.name) for one in free)
            else columns
        )

    def _free_under(self, predicate: str | None, parts: tuple[KeyPart, ...]) -> tuple[KeyPart, ...]:
        """The parts that a partial index's predicate does not pin to one value."""
        facts = facts_of(self._draft, predicate) if predicate else ()
        pinned: set[KeyPart] = {
            ColumnPart(fact.column)
            for fact in facts
            if isinstance(fact, Narrow) and isinstance(fact.limit, OneOf) and len(fact.limit.values) == 1
        }
        return tuple(part for part in parts if part not in pinned)

    def _not_held(self, name: str, what: str, columns: tuple[str, ...] = ()) -> None:
        tell_key(self._draft, name, "not supported", columns=columns, standing="not_held")
        self._draft.warn(
            "unsupported",
            "/",
            f"{self._draft.ref}: {what} is not supported; rows may break it",
            "load and evaluate tell; give its columns a generator of distinct values",
            constraint=name,
        )

    def _prepare_columns(self, found: UniqueSet) -> NotApart | AsksNothing | None:
        """See to what a set asks of its columns; return what cannot be seen to."""
        columns = self._draft.columns
        if found.columns and not set(found.columns) & set(columns):
            return NotApart(f"uniqueness of {', '.join(found.columns)} ({found.name}), which the database computes,")
        for name in set(found.no_nulls) & set(self._told_apart(found)):
            self._draft.always_present(name, "a unique set", or_once=found.alike)
        for name in found.by_day:
            item = columns.get(name)
            if item is None or item.rule is not None:
                return NotApart(f"uniqueness by day of {name} ({found.name})")
            first = item.slot.base_date.replace(day=1)
            item.built = DateDomain(first.replace(year=first.year - 200), first)
        if found.period is not None:
            unmet = lay_out(self._draft, *found.period)
            if unmet is not None:
                return _named(found.name, unmet)
        cased = {name: _without_case(name) for name, limit in found.limits if isinstance(limit, Cased)}
        if (found.under or cased) and found.predicate is None:
            # What is laid out here may be chosen again by a branch or a link: rows are looked at before the run.
            told = {**cased, **dict(found.under)}
            self.distinct.append((found.name, tuple(told.get(c, quote_ident(c)) for c in found.columns)))
        if found.predicate is not None and not found.under and not found.ranges and found.columns:
            # Which rows stay out is decided with branches, keys and links: rows are looked at before the run.
            inside = (f"CASE WHEN {found.predicate} THEN {quote_ident(name)} END" for name in found.columns)
            self.distinct.append((found.name, tuple(inside)))
        for name, sql in found.under:
            item = columns.get(name)
            if item is not None and self._draft.link_of(name) is not None and found.predicate is None:
                continue
            unmet = keep_apart(self._draft, item, sql) if item is not None else _under_expression(name)
            if unmet is not None:
                return _named(f"unique index {found.name}", unmet)
            self.under.append((name, sql, item.domain if item is not None else None))
        for name in found.ranges:
            unmet = self._disjoint(name, found)
            if unmet is not None:
                return unmet
        for name, limit in found.limits:
            if not self._satisfies(columns.get(name), limit):
                return _named(f"unique index {found.name}", _under_expression(name))
            if isinstance(limit, Cased):
                self.under.append((name, _without_case(name), columns[name].domain))
        return None

    def _told_apart(self, found: UniqueSet) -> tuple[str, ...]:
        """The columns to keep apart: those whose nulls are alike are left out where another is large enough alone."""
        draft = self._draft
        rest = tuple(name for name in found.columns if name not in found.no_nulls or not draft.may_be_null(name))
        # Conditions, which are read later, may leave a column fewer values than its domain has.
        asked = {name for name in rest if self._is_asked(name)}
        free = (draft.columns.get(name) for name in rest if name not in asked)
        domains = [item.domain for item in free if item is not None]
        return rest if any(domain is not None and _holds(domain, draft.rows) for domain in domains) else found.columns

    def _is_asked(self, name: str) -> bool:
        """Whether a CHECK of the table, or of a column's domain, may say something of a column."""
        column = self._draft.table.by_name.get(name)
        told = any(name in check.expression for check in self._draft.table.checks)
        return told or (column is not None and column.column_type.kind == "domain")

    def _disjoint(self, name: str, found: UniqueSet) -> NotApart | None:
        item = self._draft.columns.get(name)
        if item is None or item.rule is not None:
            return NotApart(f"{found.name}: ranges of {name} that must not overlap, with a rule,")
        try:
            item.built = DisjointRanges(item.slot)
        except ValueError:
            return NotApart(f"{found.name}: ranges of type {item.slot.type_name} that must not overlap")
        return None

    def _satisfies(self, item: Draft | None, limit: Limit) -> bool:
        """Narrow a column to a limit; a text domain whose sample stays apart without case is taken to."""
        if item is None or item.domain is None:
            return False
        asked = item.limits
        with suppress(EmptyDomainError):
            made = narrowed(item, limit)
            if isinstance(limit, Cased):  # either case keeps values apart: a CHECK may ask for the other
                item.limits = asked
            if made is not None:
                item.built = made
                return True
        if not isinstance(limit, Cased):
            return False
        if item.domain.may_differ_in_case:
            return not isinstance(keep_apart(self._draft, item, _without_case(item.name)), NotApart)
        sample = _spread(item.domain)
        values = item.domain.take(sample)
        return values.str.to_lowercase().n_unique() == values.n_unique()

    def _parts_of(self, columns: tuple[str, ...], found: UniqueSet) -> tuple[KeyPart, ...]:
        parts: list[KeyPart] = []
        told = dict(found.under) if found.predicate is None else {}
        for name in columns:
            if name not in self._draft.columns:
                continue
            link = self._draft.link_of(name)
            if link is None:
                parts.append(ColumnPart(name))
                continue
            whole = set(link.columns) <= set(columns)
            asked = tuple(told.get(one, quote_ident(one)) for one in link.columns if one in columns)
            stands = whole or self._stands_for_its_link(link, name)
            if (not stands or name in told) and self._differs(link, found.name, asked):
                parts.append(LinkPart(link.index))
                continue
            if not stands:
                parts.append(ColumnPart(name))
                continue
            if isinstance(link.pointing, Within) and not whole:
                parts.append(LinkPart(link.pointing.anchor))  # a row of the target tells its anchor too
            parts.append(LinkPart(link.index))
        return tuple(dict.fromkeys(parts))

    def _differs(self, link: Link, name: str, expressions: tuple[str, ...]) -> bool:
        """Let a foreign key deal what expressions of it come to; whether that can be done."""
        way = Chosen(()) if isinstance(link.pointing, RandomParent) else link.pointing
        if not isinstance(way, Chosen) or link.own != link.columns or link.target == self._draft.ref:
            return False
        if way.differing is not None or link.target_rows > MOST_PARENTS:
            return way.differing is not None and way.differing.expressions == expressions
        self._draft.links[link.index] = replace(link, pointing=replace(way, differing=Differing(name, expressions)))
        return True

    def _holds_a_part(self, columns: tuple[str, ...]) -> bool:
        """Whether some of a foreign key's columns are among these, and not all."""
        links = (link for name in columns if (link := self._draft.link_of(name)) is not None)
        return any(not set(link.columns) <= set(columns) for link in links)

    def _stands_for_its_link(self, link: Link, name: str) -> bool:
        """Whether the parent keeps this one column unique, so that it tells parent rows apart by itself."""
        referenced = link.target, link.referenced[link.columns.index(name)]
        return referenced in self._draft.relations.demanded and referenced not in self._draft.relations.repeated


def _without_case(name: str) -> str:
    """A column in lower case, in SQL: what differs so differs in upper case too."""
    return f"lower({quote_ident(name)})"


def _under_expression(name: str) -> NotApart:
    return NotApart(f"{name} under its expression")


def _named(name: str, unmet: NotApart | AsksNothing) -> NotApart | AsksNothing:
    """What is not met, with the set that asks it."""
    return NotApart(f"{name}: {unmet.what}") if isinstance(unmet, NotApart) else unmet


def _told(draft: RelatedTable, item: Draft) -> tuple[str, ...]:
    """The columns of the row that the expression of a column tells; none where they can be null."""
    assert item.tree is not None

    def category(name: str) -> Category:
        found = reach(draft.schema, draft.ref, name)
        return category_of(found.column.column_type, draft.schema)

    def span(name: str) -> Span | None:
        own = draft.columns.get(name)
        if own is not None and isinstance(own.source, Numbered):
            return Fraction(own.source.start), Fraction(own.source.start + draft.rows)
        return input_span(draft, name)

    columns: list[str] = []
    for name in sorted(told_by(item.tree, category, span)):
        found = reach(draft.schema, draft.ref, name)
        names: tuple[str, ...] = (found.column.name,) if not found.steps else ()
        if len(found.steps) == 1 and (found.column.name,) in _alone(draft.schema.tables[found.table]):
            names = found.steps[0].key.columns
        if not may_be_null(draft.schema, found.table, found.column.name):
            columns += (one for one in names if not draft.may_be_null(one))
    return tuple(dict.fromkeys(columns))


def _alone(table: Table) -> set[tuple[str, ...]]:
    """The columns of a table's unique constraints."""
    return {one.columns for one in table.constraints if isinstance(one, PrimaryKey | Unique)}


def _holds(domain: Domain, rows: int) -> bool:
    """Whether a domain has values for all rows, and some to lose to CHECKs."""
    if domain.size >= _LARGE * rows:
        return True
    wider = domain.widen(rows) if domain.injective else None
    return wider is not None and wider.size >= rows


def _spread(domain: Domain) -> U64:
    """Ordinals from one end of a domain to the other."""
    count = min(domain.size, FILTER_SIZE if domain.size <= FILTER_SIZE else _SAMPLE)
    step = max(domain.size // count, 1)
    return np.arange(count, dtype=np.uint64) * np.uint64(step)
