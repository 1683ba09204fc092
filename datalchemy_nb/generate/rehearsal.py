"""Rows of a sample held against what construction promises of them: a promise that another step broke is seen here.

CHECKs, unique sets and foreign keys are met by how values are chosen, and several steps choose. What is proved (a key
that counts, a column with values of its own) is not looked at; the rest is, as far as tables are small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, quote_ident
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import GenerationError, TooSlow
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.issues import error
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.plan import Link, ResolvedTable
from datalchemy_nb.resolve.sources import Keyed

SAMPLE = 2048
"""Rows of a table that are looked at at most."""


def rehearsed(engine: Engine, ref: TableRef) -> Iterator[Issue]:
    """Yield an error for every CHECK, unique set and foreign key that rows of a sample break.

    Args:
        engine: over the plan.
        ref: the table, of which rows can be made.

    Raises:
        GenerationError: some of these rows cannot be made.
    """
    yield from _untrue(engine, ref)
    yield from _repeated(engine, ref)
    yield from _without_parent(engine, ref)


def spaced(rows: int, sample: int) -> U64:
    """Return so many row numbers of a table, from first to last."""
    return np.unique(np.linspace(0, rows - 1, min(sample, rows)).astype(np.uint64))


def _untrue(engine: Engine, ref: TableRef) -> Iterator[Issue]:
    """Hold final rows against the CHECKs that construction meets."""
    table = engine.plan.tables[ref]
    if not table.stated:
        return
    names = list(dict.fromkeys(name for predicate in table.stated for name in predicate.columns))
    frame = engine.rows(ref, spaced(table.rows, SAMPLE), names)
    try:
        if not checks.failing(frame, [predicate.sql for predicate in table.stated]).any():
            return
    except (duckdb.Error, GenerationError, TooSlow):
        pass  # one of them cannot be asked; the others can
    told = set[str]()
    for predicate in table.stated:
        try:
            share = float(checks.failing(frame, [predicate.sql]).mean())
        except (duckdb.Error, GenerationError, TooSlow):
            continue
        if share and predicate.name not in told:
            told.add(predicate.name)
            yield error(
                "check_broken",
                "/",
                f"{ref}: CHECK {predicate.name} ({', '.join(predicate.columns)}) would be broken by {share:.1%} of a "
                "sample's rows",
                "give these columns rules that hold it, leave the table out, or set a constraint_policy of kind check "
                "to warn",
                table=ref,
                constraint=predicate.name,
                reads=predicate.columns,
            )


def _repeated(engine: Engine, ref: TableRef) -> Iterator[Issue]:
    """Unique sets whose values are not all different."""
    table = engine.plan.tables[ref]
    quoted = {quote_ident(name): name for name in table.column_names}
    for name, expressions in table.distinct:
        plain = [quoted[one] for one in expressions if one in quoted]
        if any(_differs(table, one) for one in plain):
            continue
        columns = [one for one in table.column_names if any(_names(sql, one) for sql in expressions)]
        frame = engine.rows(ref, np.arange(min(table.rows, SAMPLE), dtype=np.uint64), columns)
        try:
            if len(plain) == len(expressions):
                found = frame.select(plain).drop_nulls()
            else:
                texts = checks.texts(frame, expressions)
                found = pl.DataFrame([s.alias(str(i)) for i, s in enumerate(texts)]).drop_nulls()
            repeated = found.height - found.n_unique()
        except (duckdb.Error, pl.exceptions.PolarsError, GenerationError, TooSlow):
            continue
        if repeated:
            yield error(
                "not_unique",
                "/",
                f"{ref}: {name} asks for different values, and {repeated:,} of {frame.height:,} rows of a sample "
                "repeat one",
                "leave the table out, or give the table referred to keys that differ under it",
                table=ref,
                constraint=name,
                reads=tuple(columns),
            )


def _without_parent(engine: Engine, ref: TableRef) -> Iterator[Issue]:
    """Foreign keys of small tables whose rows are not there: what a row reads of another is not what that one holds."""
    table = engine.plan.tables[ref]
    for link in table.links:
        parent = engine.plan.tables.get(link.target)
        if parent is None or not _can_be_held(table, parent, link):
            continue
        own = engine.rows(ref, np.arange(min(table.rows, SAMPLE), dtype=np.uint64), link.columns).drop_nulls()
        far = engine.rows(link.target, np.arange(parent.rows, dtype=np.uint64), link.referenced)
        try:
            asked = own.select(
                pl.col(name).cast(far.schema[other]).alias(other)
                for name, other in zip(link.columns, link.referenced, strict=True)
            )
            missing = asked.join(far, on=list(link.referenced), how="anti").height
        except pl.exceptions.PolarsError:
            continue
        if missing:
            yield error(
                "reference_broken",
                "/",
                f"{ref}: foreign key {link.name} leads to no row of {link.target} in {missing:,} of {own.height:,} "
                "rows",
                "leave the table out, or give the columns that it refers to rules of their own",
                table=ref,
                constraint=link.name,
            )


def _can_be_held(table: ResolvedTable, parent: ResolvedTable, link: Link) -> bool:
    """Whether both tables are small, have no rows from elsewhere, and the parent's key is not proved to be as read."""
    small = 0 < parent.rows <= SAMPLE and table.known is None and parent.known is None
    return small and bool(link.columns) and not all(_differs(parent, name) for name in link.referenced)


def _differs(table: ResolvedTable, name: str) -> bool:
    """Whether a column has another value in every row by its own counting, and nothing else decides it."""
    column = table.every[name]
    source = column.source
    if name in table.group_of or column.cases is not None or column.steps or column.visited is not None:
        return False
    if not isinstance(source, Keyed) or not isinstance(source.allocation, Permuted | RowNumber):
        return False
    return source.domain.injective and not source.allocation.sifted


def _names(sql: str, column: str) -> bool:
    return quote_ident(column) in sql or re.search(rf"(?<![\w\"]){re.escape(column)}(?![\w\"])", sql) is not None
