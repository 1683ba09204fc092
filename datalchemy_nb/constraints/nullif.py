"""``NULLIF(column, constant)`` tested for null."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant, typed
from datalchemy_nb.constraints.facts import Alternatives, Condition, Fact, Narrow, NotNull, Null
from datalchemy_nb.constraints.parse import column_name, columns_of, is_null_test, null_tested, unwrap
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import Length, Limit, NoneOf, OneOf


def nullif_tested(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> list[Fact]:
    """``NULLIF(x, c) IS NOT NULL``: x is there and is not c; ``IS NULL``: x is null, or c."""
    present = is_null_test(node, negated=True)
    inner = node
    while isinstance(inner, exp.Not | exp.Paren):
        inner = inner.this
    call = unwrap(inner.this) if present or is_null_test(node) else None
    name = column_name(call.this) if isinstance(call, exp.Nullif) else None
    value = constant(call.expression, today) if call is not None and name is not None else None
    if name is None or value is None:
        return []
    try:
        plain = typed(value.value, categories[name])
    except ValueError:
        return []
    quoted, literal = quote_ident(name), call.expression.sql(dialect="duckdb") if call is not None else ""
    if present:
        other: Limit = Length(1) if plain == "" else NoneOf((plain,))
        return [NotNull(name), Narrow(name, other, f"{quoted} <> {literal}")]
    branches = ((Null(name),), (Narrow(name, OneOf((plain,)), f"{quoted} = {literal}"),))
    return [Alternatives(branches, Condition(to_duckdb(node, categories, today), columns_of(node), null_tested(node)))]
