"""Columns that need no rule: the database or the engine fills them."""

from __future__ import annotations

import re

from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.planning.checks import Equation
from datalchemy_nb.planning.suggest.meaning import left_alone
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView

_SEQUENCE = re.compile(r"\bnextval\(", re.IGNORECASE)
RULE = "leave_to_engine"


def leave_to_engine(view: ColumnView) -> Suggestion | None:
    """Leave keys and computed columns alone: generated, identity, sequences, foreign keys, numbers in keys."""
    reason = _reason(view)
    return left_alone(view, RULE, reason) if reason else None


def _reason(view: ColumnView) -> str | None:
    column = view.column
    if column.generated is not None:
        return "generated column: PostgreSQL computes it"
    if column.identity is not None or column.sequence or _SEQUENCE.search(column.default or ""):
        return "counts by itself: row numbers from 1"
    for key in view.table.table.foreign_keys:
        if view.name in key.columns:
            return f"foreign key to {key.target}: the key of a row made there"
    for name, fact in view.table.facts:
        if isinstance(fact, Equation) and fact.column == view.name:
            return f"CHECK {name} says what it is: {fact.expression}"
    if view.in_key and view.category == "integer" and not any(isinstance(limit, OneOf) for _, limit in view.limits):
        return "number in a unique key: counted from 1, by row or within its group"
    return None
