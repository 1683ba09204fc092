"""Expressions PostgreSQL computes for every row: index keys and predicates, generated columns, CHECKs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp

from datalchemy_nb.constraints import Narrow
from datalchemy_nb.constraints.classify import Context
from datalchemy_nb.constraints.computable import computable
from datalchemy_nb.constraints.inline import Function, inlined
from datalchemy_nb.constraints.parse import UnreadableCheckError, parse
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.domains.base import Category


def expression_facts(table: Table, context: Context) -> Iterator[tuple[str, Narrow]]:
    """Yield what columns must hold so that every expression of a table can be computed, with what asks for it."""
    categories, functions = tuple(context.categories.items()), tuple(context.functions.items())
    for label, text in _expressions(table):
        for fact in _asked(text, categories, functions):
            yield label, fact


def tree_of(text: str) -> exp.Expr | None:
    """Return an expression's tree, or None where it cannot be read."""
    try:
        return parse(text)
    except UnreadableCheckError:
        return None


@lru_cache(maxsize=1 << 13)
def _asked(
    text: str, categories: tuple[tuple[str, Category], ...], functions: tuple[tuple[str, Function], ...]
) -> tuple[Narrow, ...]:
    try:
        return tuple(computable(inlined(parse(text), dict(functions)), dict(categories)))
    except (UnreadableCheckError, RecursionError):
        return ()


def _expressions(table: Table) -> Iterator[tuple[str, str]]:
    for index in table.indexes:
        for text in (*(key.expression for key in index.keys if key.column is None), index.predicate):
            if text:
                yield f"index {index.name}", text
    for column in table.columns:
        if column.generated is not None and column.generated.expression:
            yield f"generated column {column.name}", column.generated.expression
    for check in table.checks:
        yield check.name or check.expression, check.expression
