"""Columns whose draws seldom hold a condition get values that do: those it names, or numbers of another size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.constants import typed
from datalchemy_nb.constraints.probe import failing
from datalchemy_nb.constraints.texts import literals
from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.bits import U64, draw, stream_key, unit
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.fitting import integer_bounds, number_domain
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.resolve.family_plan import Numbered
from datalchemy_nb.resolve.narrowing import under
from datalchemy_nb.resolve.phases import DraftedTable, LinkedTable, OrderedTable, TableTask
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.sources import Between, Drawn, Keyed
from datalchemy_nb.resolve.state import Draft

_SAMPLE = 256
ENOUGH = 0.25
"""Where fewer draws hold, rows would be drawn again too often."""
_HARDLY = 0.02
"""Where values only stand in for those of other columns, hardly any must hold."""
_SIBLINGS = 3
"""So many times the usual number of siblings is a large family."""
_SHORT = ("[a-z]{2}", "[A-Z]", "[a-z]{12}")
"""Texts of other lengths than usual."""
_SIZES = (1_000_000, 100_000, 10_000, 1000, 100, 50, 20, 10, 5, 2, 1)


def better_chances(draft: OrderedTable, columns: Iterable[str], predicates: Sequence[Predicate]) -> None:
    """Give columns that are drawn together other domains where hardly any draw holds, and others hold more often.

    Columns by a rule of the plan's author keep what the rule says.
    """
    read = list(dict.fromkeys(name for predicate in predicates for name in predicate.columns))
    own = [draft.columns[name] for name in read if name in set(columns)]
    promised = {name for _, order in draft.promised for name in (order.low, order.high)}
    free = [item for item in own if _is_free(draft, item) and item.name not in promised]
    if not free or not all(name in draft.columns for name in read):
        return
    items = [draft.columns[name] for name in read]
    others = {item.name: stand_in(draft, item) for item in items if not can_be_sampled(draft, item)}
    asked = [predicate.sql for predicate in predicates if predicate.enforced]
    best = {item.name: item.domain for item in items} | others
    share = None if None in best.values() else _share(draft, items, best, asked)
    if share is None or share >= (_HARDLY if others else ENOUGH):
        return
    for options in _options(free, asked, draft):
        tried = best | options
        found = _share(draft, items, tried, asked)
        if found is not None and found > share:
            best, share = tried, found
            if share >= ENOUGH:
                break
    if not share:
        best = _with_nothing(draft, items, free, best, asked, _HARDLY if others else 0.0)
    for item in free:
        domain = best[item.name]
        if domain is None:
            _leave_null(draft, item, predicates[0].name)
        elif domain is not item.domain:
            give(draft, item, domain, Drawn(domain))


def give(draft: OrderedTable, item: Draft, domain: Domain, source: Drawn | Between) -> None:
    """Give a column another domain than was guessed for it."""
    draft.relations.kinds.pop((draft.ref, item.name), None)  # rows below read it as any other column
    item.built, item.source = domain, source
    item.rule, item.rule_index, item.origin = None, -1, "default"
    item.generator_id = f"default.{item.slot.category}"


def stand_in(draft: LinkedTable, item: Draft) -> Domain | None:
    """Return values like those of a column that others decide, half of them null where it may be."""
    if isinstance(item.source, Numbered):
        # A place among siblings is a small number, whatever its type could hold.
        most = max(draft.rows // max(draft.links[item.source.link].target_rows, 1), 1) * _SIBLINGS
        return IntegerDomain(item.source.start, item.source.start + most - 1)
    link = draft.link_of(item.name)
    if link is not None and item.slot.category == "integer":
        low, high = integer_bounds(item.slot)
        return IntegerDomain(max(1, low), min(max(link.target_rows, 1), high))
    return item.domain if item.domain is not None and link is None else default_domain(item.slot)


def _with_nothing(
    draft: LinkedTable,
    items: Sequence[Draft],
    free: Sequence[Draft],
    best: dict[str, Domain | None],
    asked: Sequence[str],
    least: float,
) -> dict[str, Domain | None]:
    """Domains with one column null, or as many as may be, where conditions hold then and never otherwise."""
    nullable = [
        item.name
        for item in free
        if draft.may_be_null(item.name)
        and not item.required
        and (item.rule is None or item.rule.null_rate is None)
        and (draft.ref, item.name) not in draft.relations.referenced
    ]
    for names in (*((name,) for name in nullable), nullable):
        tried = best | dict.fromkeys(names)
        if names and (_share(draft, items, tried, asked) or 0.0) > least:
            return tried
    return best


def _leave_null(draft: TableTask, item: Draft, check: str) -> None:
    item.null_rate, item.null_by = 1.0, check
    draft.warn(
        "always_null",
        item.path,
        f"{draft.name_of(item.name)}: no value was found that satisfies {check} beside what else is asked of it; the "
        "column is null in every row",
        "give the column a rule whose values satisfy it",
        column=item.name,
        constraint=check,
    )


def _is_free(draft: LinkedTable, item: Draft) -> bool:
    return is_drawn_alone(draft, item) and item.guessed and item.domain is not None


def is_drawn_alone(draft: LinkedTable, item: Draft) -> bool:
    """Whether a column is drawn by itself, and nothing that stands elsewhere is read off it."""
    plain = not item.steps and item.cases is None and item.when is None and not item.relation and not item.row_number
    # what a foreign key says of all rows has the one value that the rows it leads to have
    drawn = isinstance(item.source, Drawn) and draft.link_of(item.name) is None and item.name not in draft.constants
    return plain and drawn and not isinstance(item.domain, Facet)


def can_be_sampled(draft: LinkedTable, item: Draft) -> bool:
    """Return whether a column's own domain says which values it has."""
    return (
        isinstance(item.source, Drawn | Keyed)
        and item.domain is not None
        and item.cases is None
        and not item.steps
        and draft.link_of(item.name) is None
    )


def _share(
    draft: LinkedTable, items: Sequence[Draft], domains: Mapping[str, Domain | None], asked: Sequence[str]
) -> float | None:
    """The share of draws that hold every condition, columns without a domain null; None where they cannot be asked."""
    return holding(sampled(draft, items, domains), asked)


def holding(frame: pl.DataFrame, asked: Sequence[str]) -> float | None:
    """Return the share of rows that hold every condition, in DuckDB's dialect; None where they cannot be asked."""
    broken = failing(frame, " AND ".join(f"coalesce({sql}, true)" for sql in asked))
    return None if broken is None else 1 - float(broken.mean())


def sampled(draft: LinkedTable, items: Sequence[Draft], domains: Mapping[str, Domain | None]) -> pl.DataFrame:
    """Return some draws of columns, each from a domain; those without one are null."""
    columns = []
    for item in items:
        domain = domains[item.name]
        if domain is None:
            columns.append(pl.Series(item.name, [None] * _SAMPLE, dtype=item.slot.dtype))
            continue
        values = cast(domain.take(domain.draw(sample_bits(draft, item))), item.slot.dtype).alias(item.name)
        columns.append(with_gaps(draft, item, values))
    return pl.DataFrame(columns)


def sample_bits(draft: LinkedTable, item: Draft) -> U64:
    """Return the random words that a column's sample is drawn by."""
    return draw(_sample_key(draft, item), _NUMBERS)


def with_gaps(draft: LinkedTable, item: Draft, values: pl.Series) -> pl.Series:
    """Return a column's sample with its nulls."""
    rate = item.null_rate
    if not can_be_sampled(draft, item):
        rate = 0.5 if draft.may_be_null(item.name) and not item.required else 0.0
    if not rate:
        return values
    gone = unit(draw(_sample_key(draft, item), _NUMBERS + _NUMBERS.dtype.type(_SAMPLE))) < rate
    return values.to_frame().select(pl.when(pl.Series(~gone)).then(pl.first())).to_series().alias(item.name)


def _sample_key(draft: LinkedTable, item: Draft) -> np.uint64:
    return stream_key(draft.plan.seed, draft.ref.schema, draft.ref.table, item.name, "chance", 0)


_NUMBERS = pl.Series(range(_SAMPLE), dtype=pl.UInt64).to_numpy()


def _options(free: Sequence[Draft], asked: Sequence[str], draft: DraftedTable) -> Iterable[dict[str, Domain | None]]:
    """Domains to try, all columns at a time: the values that conditions name, then numbers of one size."""
    named = {item.name: domain for item in free if (domain := _named(item, asked, draft)) is not None}
    if named:
        yield dict(named)
        texts = {name: domain for name, domain in named.items() if draft.columns[name].slot.category != "integer"}
        if texts and len(texts) < len(named):
            yield dict(texts)
    numbers = [item for item in free if item.slot.category in ("integer", "decimal", "float")]
    for lower in (0, None):
        for size in _SIZES if numbers else ():
            made = {item.name: _sized(item, lower, size) for item in numbers}
            yield {name: domain for name, domain in made.items() if domain is not None and domain.size > 1}
    whole = {item.name: _whole(item) for item in numbers if item.slot.category != "integer"}
    yield {name: domain for name, domain in whole.items() if domain is not None}
    worded = [item for item in free if item.slot.category == "text"]
    for pattern in _SHORT:
        short = {item.name: under(PatternDomain(pattern), item.limits) for item in worded}
        yield {name: domain for name, domain in short.items() if domain is not None}


def _named(item: Draft, asked: Sequence[str], draft: TableTask) -> Domain | None:
    values: list[object] = []
    for sql in asked:
        try:
            tree = sqlglot.parse_one(sql, read="duckdb")
        except SqlglotError:
            continue
        assert isinstance(tree, exp.Expr)
        for one in literals(tree, draft.plan.base_date).get(item.name, ()):
            try:
                values.append(typed(one.value, item.slot.category))
            except ValueError:
                continue
    if not values or item.slot.category not in ("text", "enum", "integer", "other"):
        return None
    try:
        built = ChoiceDomain(list(dict.fromkeys(values)), category=item.slot.category)
    except (TypeError, pl.exceptions.PolarsError):
        return None
    return under(built, item.limits)


def _whole(item: Draft) -> Domain | None:
    try:
        return under(number_domain(item.slot, Decimal(0), Decimal(1000), 0), item.limits)
    except ValueError:
        return None


def _sized(item: Draft, lower: int | None, size: int) -> Domain | None:
    first = -size if lower is None else lower
    try:
        if item.slot.category == "integer":
            low, high = integer_bounds(item.slot)
            made: Domain = IntegerDomain(max(first, low), min(size, high))
        else:
            made = number_domain(item.slot, Decimal(first), Decimal(size))
    except ValueError:
        return None
    return under(made, item.limits)
