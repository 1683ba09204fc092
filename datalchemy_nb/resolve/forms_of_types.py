"""Texts under a condition that reads them as another type: ``start_time::interval = start_time::interval``."""

from __future__ import annotations

import numpy as np
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.parse import column_name
from datalchemy_nb.constraints.probe import accepted
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.resolve.narrowing import under
from datalchemy_nb.resolve.state import Draft

_DAY = "20(1[5-9]|2[0-5])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("interval", "time"), _TIME),
    (("date",), _DAY),
    (("timestamp", "timestamptz"), f"{_DAY} {_TIME}"),
    (("smallint", "int", "bigint"), "[1-9][0-9]{0,3}"),
    (("decimal", "double", "float"), r"[1-9][0-9]{0,2}\.[0-9]{2}"),
    (("uuid",), "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    (("boolean",), "true|false"),
)
"""Types of DuckDB, and how their values are written."""
_SAMPLE = 256
_HARDLY = 0.02
_MOSTLY = 0.5


def in_form(item: Draft, sql: str) -> Domain | None:
    """Return texts of the form that a condition reads a column in; None where what it has will do, or nothing helps.

    Args:
        item: a column of texts.
        sql: a condition on this column alone, in DuckDB's dialect.
    """
    if item.slot.category != "text" or item.domain is None or (held := _share(item, item.domain, sql)) is None:
        return None
    if held > _HARDLY:
        return None
    for form in _forms(item, sql):
        limits = item.limits if item.slot.max_length is None else (*item.limits, Length(0, item.slot.max_length))
        made = under(PatternDomain(form), limits)
        if made is not None and (_share(item, made, sql) or 0.0) >= _MOSTLY:
            return made
    return None


def _forms(item: Draft, sql: str) -> list[str]:
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return []
    casts = [one for one in tree.find_all(exp.Cast, exp.TryCast) if column_name(one.this) == item.name]
    return [form for names, form in _FORMS if any(one.to.is_type(*names) for one in casts)]


def _share(item: Draft, domain: Domain, sql: str) -> float | None:
    count = min(domain.size, _SAMPLE)
    spread = np.arange(count, dtype=np.uint64) * np.uint64(max(domain.size // count, 1))
    return accepted(sql, item.name, item.slot.dtype, cast(domain.take(spread), item.slot.dtype))
