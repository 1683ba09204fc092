"""Columns whose values an index expression must tell apart, and pairs of columns whose periods must not overlap."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import polars as pl
import sqlglot
from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.inline import inlined, readable
from datalchemy_nb.constraints.parse import UnreadableCheckError, column_name, columns_of, parse, uncast, unwrap
from datalchemy_nb.constraints.probe import evaluated
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, OrderedDomain, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.temporal import DateDomain, TimestampDomain
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.phases import CheckedTable, DraftedTable, RelatedTable, TableTask
from datalchemy_nb.resolve.sources import Between, Side
from datalchemy_nb.resolve.state import Draft

_MOST = 1 << 18
_RANGES = ("tsrange", "tstzrange", "daterange", "int4range", "int8range", "numrange")
_SPARE = 4
_MOST_BESIDE = 4096


@dataclass(frozen=True)
class NotApart:
    """Columns that must differ, and that nothing here keeps apart.

    Attributes:
        what: they, and why, as the subject of a sentence.
    """

    what: str


@dataclass(frozen=True)
class AsksNothing:
    """A unique set whose expression is null in every row, or of which a relation has been refused already."""


def only_where(text: str) -> tuple[str, str] | None:
    """The condition under which an index expression has a value, and that value: ``CASE WHEN c THEN 1 END``."""
    try:
        node = unwrap(parse(text))
    except UnreadableCheckError:
        return None
    if not isinstance(node, exp.Case) or node.this is not None or len(node.args["ifs"]) != 1:
        return None
    default = uncast(node.args.get("default"))
    branch = node.args["ifs"][0]
    if default is not None and not isinstance(default, exp.Null):
        return None
    value = branch.args["true"]
    if constant(value, dt.date(2000, 1, 1)) is None and column_name(value) is None:
        return None
    return branch.this.sql(dialect="postgres"), column_name(value) or ""


def read_alone(draft: DraftedTable, text: str) -> tuple[str, str, bool] | None:
    """The one column of an index expression, the expression for DuckDB, and whether a null has a value under it."""
    try:
        tree = inlined(parse(text), readable(draft.schema.functions))
    except UnreadableCheckError:
        return None
    names = columns_of(tree)
    item = draft.columns.get(names[0]) if len(names) == 1 else None
    if item is None:
        return None
    categories = {name: one.slot.category for name, one in draft.columns.items()}
    sql = to_duckdb(tree, categories, draft.plan.base_date)
    found = evaluated(sql, item.name, item.slot.dtype, pl.Series([None], dtype=item.slot.dtype))
    return None if found is None else (item.name, sql, found[0] is not None)


def keep_apart(draft: TableTask, item: Draft, sql: str) -> NotApart | AsksNothing | None:
    """Leave a column values that an expression tells apart, as far as there are any; return where that is not done."""
    domain = item.domain
    if isinstance(domain, Facet) and not item.steps and not item.relation:
        return _facet_apart(draft, item, domain, sql)
    if domain is None or item.steps or item.relation:
        return NotApart(f"{item.name} under its expression")
    count = min(domain.size, max(_SPARE * draft.rows, 4096), _MOST)
    ordinals = np.arange(count, dtype=np.uint64) * np.uint64(max(domain.size // count, 1))
    values = cast(domain.take(ordinals), item.slot.dtype)
    found = evaluated(sql, item.name, item.slot.dtype, values)
    if found is None:
        return NotApart(f"{item.name} under its expression, which cannot be evaluated here,")
    results = pl.Series(found, dtype=pl.String)
    first = results.is_first_distinct() & results.is_not_null()
    kept = first.to_numpy()
    if kept.all() and (count == domain.size or _no_two_alike(item, domain, sql)):
        return None
    if int(kept.sum()) < draft.rows and results.is_null().any():
        item.built = Subset(domain, ordinals[results.is_null().to_numpy()])
        return AsksNothing()
    if not kept.any():
        return AsksNothing()
    item.built = Subset(domain, ordinals[kept])
    return None


_FOLDS = re.compile(r"\b(lower|upper)\(", re.IGNORECASE)


def _no_two_alike(item: Draft, domain: Domain, sql: str) -> bool:
    """Whether an expression tells values apart that a sample from all over a domain does not show.

    They lie side by side, or anywhere where they differ in the case of letters alone.
    """
    if domain.may_differ_in_case and _FOLDS.search(sql):
        return False
    values = cast(domain.take(np.arange(min(domain.size, _MOST_BESIDE), dtype=np.uint64)), item.slot.dtype)
    found = evaluated(sql, item.name, item.slot.dtype, values)
    return found is not None and bool(pl.Series(found, dtype=pl.String).is_unique().all())


def _facet_apart(draft: TableTask, item: Draft, facet: Facet, sql: str) -> NotApart | None:
    """Keep values of a person, a place and so on apart: as they are where an expression leaves them so."""
    count = min(facet.size, max(_SPARE * draft.rows, 4096), FILTER_SIZE)
    ordinals = np.arange(count, dtype=np.uint64) * np.uint64(max(facet.size // count, 1))
    values = cast(facet.take(ordinals), item.slot.dtype)
    if facet.injective and evaluated(_hashed(sql), item.name, item.slot.dtype, values) == values.to_list():
        return None
    found = evaluated(sql, item.name, item.slot.dtype, values)
    results = pl.Series(found, dtype=pl.String) if found is not None else pl.Series([], dtype=pl.String)
    kept = values.filter(results.is_first_distinct() & results.is_not_null()) if found is not None else values.clear()
    if not item.guessed or item.slot.category != "text" or len(kept) < draft.rows:
        return NotApart(f"{item.name} under its expression")
    item.built = ChoiceDomain(kept.to_list(), category="text")
    item.rule, item.rule_index, item.origin = None, -1, "default"
    item.generator_id = f"default.{item.slot.category}"
    return None


def _hashed(sql: str) -> str:
    """What an expression hashes, where it does: different texts have different hashes."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    while isinstance(tree, exp.MD5 | exp.Paren):
        tree = tree.this
    return str(tree.sql(dialect="duckdb"))


def still_apart(draft: CheckedTable) -> None:
    """Keep columns apart under their expressions where CHECKs gave them other values than their sets were read with."""
    for name, sql, before in draft.under:
        item = draft.columns[name]
        if item.domain is before or isinstance(item.domain, Facet) or item.steps or item.relation or item.row_number:
            continue
        if isinstance(keep_apart(draft, item, sql), NotApart):
            draft.warn(
                "unsupported",
                item.path,
                f"{draft.name_of(name)}: values must differ under {sql}, and a CHECK decides them; rows may break it",
                "give the column a generator of values that differ under it",
                column=name,
            )


def period_of(text: str) -> tuple[str, str] | None:
    """The two columns of ``tstzrange(starts, ends)`` and its like."""
    try:
        node = unwrap(parse(text))
    except UnreadableCheckError:
        return None
    if not isinstance(node, exp.Anonymous) or node.name.lower() not in _RANGES or len(node.expressions) not in (2, 3):
        return None
    low, high = (column_name(part) for part in node.expressions[:2])
    return (low, high) if low and high and low != high else None


class Slots(Domain):
    """Every n-th value of an ordered domain.

    Args:
        base: the domain.
        stride: n.
    """

    def __init__(self, base: OrderedDomain, stride: int) -> None:
        self.base, self.stride = base, stride
        self.size, self.category = max(base.size // stride, 1), base.category

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals * np.uint64(self.stride))


def lay_out(draft: RelatedTable, low: str, high: str) -> NotApart | AsksNothing | None:
    """Give each row a period of its own between two columns; return where that is not done."""
    items = [draft.columns.get(name) for name in (low, high)]
    first, last = items
    if (
        first is None
        or last is None
        or not (first.guessed and last.guessed)
        or draft.link_of(low)
        or draft.link_of(high)
    ):
        return NotApart(f"periods of {low} and {high} that must not overlap, with a rule or a key on one of them,")
    if low in draft.decided or high in draft.decided or first.relation or last.relation:
        index = next((draft.decided[name] for name in (high, low) if name in draft.decided), None)
        if index is None:
            return NotApart(f"periods of {low} and {high} that must not overlap, which a relation decides,")
        draft.refuse(
            "relation_infeasible",
            pointer("rules", index),
            f"{draft.ref}: periods of {low} and {high} must not overlap, and a relation decides when they are",
            "leave the relation out: each row then has a period of its own",
        )
        return AsksNothing()
    base = _line(draft, first)
    if base is None or first.slot.category != last.slot.category:
        return NotApart(f"periods of {low} and {high} that must not overlap, of type {first.slot.type_name},")
    stride = min(max(base.size // (_SPARE * max(draft.rows, 1)), 4), _usual(first))
    for item in (first, last):
        draft.always_present(item.name, "an exclusion constraint")
        item.rule, item.rule_index, item.when, item.generator_id = None, -1, None, f"default.{item.slot.category}"
    first.built = Slots(base, stride)
    last.built = base
    last.source = Between(base, (Side(low, strict=True),), span=stride - 1)
    return None


def _usual(item: Draft) -> int:
    """The longest period, in values."""
    return {"date": 14, "integer": 100}.get(item.slot.category, 4 * 3600)


def _line(draft: TableTask, item: Draft) -> OrderedDomain | None:
    """Values enough for all periods of a table."""
    day = item.slot.base_date
    wanted = _SPARE * max(draft.rows, 1) * 4
    match item.slot.category:
        case "date":
            days = min(max(wanted, 730), 365 * 150)
            made: OrderedDomain = DateDomain(day - dt.timedelta(days=days), day - dt.timedelta(days=1))
        case "timestamp" | "timestamptz":
            days = min(max(wanted // 86400 + 1, 730), 365 * 150)
            utc = item.slot.category == "timestamptz"
            made = TimestampDomain(day - dt.timedelta(days=days), day - dt.timedelta(days=1), utc=utc)
        case "integer":
            made = IntegerDomain(1, min(max(wanted * 10, 1000), 30_000 if item.slot.dtype == pl.Int16 else 2**31 - 1))
        case _:
            return None
    for limit in item.limits:
        narrowed = made.narrow(limit)
        if not isinstance(narrowed, OrderedDomain):
            return None
        made = narrowed
    return made if made.size >= 4 * draft.rows else None
