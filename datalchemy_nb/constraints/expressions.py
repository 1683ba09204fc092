"""Expressions PostgreSQL computes for every row: index keys and predicates, generated columns, CHECKs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp

from datalchemy_nb.constraints.classify import Context, classify
from datalchemy_nb.constraints.computable import computable
from datalchemy_nb.constraints.facts import Fact, Narrow
from datalchemy_nb.constraints.inline import Function, inlined
from datalchemy_nb.constraints.parse import UnreadableCheckError, column_name, columns_of, parse, unwrap
from datalchemy_nb.constraints.types import domain_checks_of
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.contracts.schema import DatabaseSchema, Exclusion, Table
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import AtLeast, AtMost, OneOf


def expression_facts(table: Table, context: Context) -> Iterator[tuple[str, Fact]]:
    """Yield what columns must hold so that every expression of a table can be computed, with what asks for it."""
    categories, functions = tuple(context.categories.items()), tuple(context.functions.items())
    checks = {check.name or check.expression for check in table.checks}  # one that is not computed holds for no row
    for label, text in _expressions(table):
        for fact in _asked(text, categories, functions):
            yield label, fact
        for asked in (*_in_order(text), *(() if label in checks else _arrays(text))):
            yield from ((label, fact) for fact in classify(asked, context))
    for index in table.indexes:
        if index.predicate and (tree := tree_of(index.predicate)) is not None:
            for fact in _within_type(tree, table):
                yield f"index {index.name}", fact


_RANGES = ("tsrange", "tstzrange", "daterange", "int4range", "int8range", "numrange")


def _in_order(text: str) -> Iterator[str]:
    """The order of the bounds of every range that an expression makes: PostgreSQL refuses a row where they are not."""
    tree = tree_of(text) if "range" in text else None
    for call in tree.find_all(exp.Anonymous) if tree is not None else ():
        if call.name.lower() not in _RANGES or len(call.expressions) < 2:
            continue
        low, high = call.expressions[:2]
        if columns_of(low) != columns_of(high) and columns_of(low) and columns_of(high):
            yield f"({low.sql(dialect='postgres')}) <= ({high.sql(dialect='postgres')})"


def _arrays(text: str) -> Iterator[str]:
    """That a document is an array wherever its elements are counted, and nothing is asked of it before."""
    tree = tree_of(text) if "_array_length" in text else None
    for call in tree.find_all(exp.Anonymous) if tree is not None else ():
        kind = call.name.lower().removesuffix("_array_length")
        if kind in ("json", "jsonb") and len(columns_of(call)) == 1 and call.find_ancestor(exp.Case, exp.And) is None:
            yield f"{kind}_typeof({call.expressions[0].sql(dialect='postgres')}) = 'array'"


_LARGEST = {"int4": (1 << 31) - 1, "int8": (1 << 63) - 1}
_PART = re.compile(r'"((?:[^"]|"")+)"|([\w$]+)')
_SPARE = 1 << 20
"""Room for what is added to a product."""


def _within_type(tree: exp.Expr, table: Table) -> Iterator[Narrow]:
    """What whole numbers must hold so that their multiples in a predicate, computed for every row, fit their type."""
    for node in tree.find_all(exp.Mul):
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            (name, most), times = _whole(one, table), unwrap(other)
            if name is None or most is None or not isinstance(times, exp.Literal) or not times.this.isdigit():
                continue
            bound = (most - _SPARE) // max(int(times.this), 1)
            yield Narrow(name, AtMost(bound), f"{quote_ident(name)} <= {bound}")
            yield Narrow(name, AtLeast(-bound), f"{quote_ident(name)} >= {-bound}")


def _whole(node: exp.Expr, table: Table) -> tuple[str | None, int | None]:
    """A column of whole numbers, or of a domain over them, which PostgreSQL casts, and the largest of its type."""
    inner = unwrap(node)
    if isinstance(inner, exp.Cast) and isinstance(own := unwrap(inner.this), exp.Column) and own.name in table.by_name:
        kind = "int4" if inner.to.is_type("int") else "int8" if inner.to.is_type("bigint") else ""
        return own.name, _LARGEST.get(kind) if table.by_name[own.name].column_type.kind == "domain" else None
    name = column_name(node)
    column = table.by_name.get(name) if name is not None else None
    return name, _LARGEST.get(column.column_type.udt_name) if column is not None else None


def cast_facts(table: Table, schema: DatabaseSchema, context: Context) -> Iterator[tuple[str, Fact]]:
    """Yield what columns must hold so that they can be cast to the enums and domains that a table's expressions name.

    PostgreSQL refuses a row where a text is no label of the enum, or breaks a CHECK of the domain.
    """
    for label, text in _expressions(table):
        tree = tree_of(text) if "::" in text else None
        for cast in tree.find_all(exp.Cast) if tree is not None else ():
            name = column_name(cast.this) if cast.to.this is exp.DataType.Type.USERDEFINED else None
            column = table.by_name.get(name) if name is not None else None
            kind = _named(cast.to.sql(dialect="postgres"), schema) if column is not None else None
            if column is None or kind is None or kind == (column.column_type.udt_schema, column.column_type.udt_name):
                continue
            for check in domain_checks_of(kind, schema):
                yield from ((label, fact) for fact in classify(check.expression, context, value_column=column.name))
            labels = schema.enum_labels.get(kind, ())
            if labels and context.categories.get(column.name) in ("text", "enum"):
                listed = ", ".join(exp.Literal.string(one).sql() for one in labels)
                yield label, Narrow(column.name, OneOf(labels), f"{quote_ident(column.name)} IN ({listed})")


def _named(text: str, schema: DatabaseSchema) -> tuple[str, str] | None:
    """The enum or domain that a cast names, with its schema or without; None where it is not the only one."""
    parts = [quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _PART.findall(text)]
    found = [kind for kind in (*schema.enum_labels, *schema.domain_types) if list(kind)[-len(parts) :] == parts]
    return found[0] if len(found) == 1 else None


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
    for constraint in table.constraints:
        if isinstance(constraint, Exclusion):
            for text in (*(element.expression for element in constraint.elements), constraint.predicate):
                if text:
                    yield f"EXCLUDE {constraint.name}", text
    for column in table.columns:
        if column.generated is not None and column.generated.expression:
            yield f"generated column {column.name}", column.generated.expression
    for check in table.checks:
        yield check.name or check.expression, check.expression
