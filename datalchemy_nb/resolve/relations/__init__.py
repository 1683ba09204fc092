"""Relation rules become sources of columns and ways to parents.

Each word has up to three parts, called in this order:

- ``prepare`` before any table is resolved: what it asks of foreign keys (rows dealt so that children can be found);
- ``decide`` when the columns of its table have their generators, and before CHECKs and keys have their say;
- ``settle`` after them, before every other column gets its source.

A word of a row is in `rows`, one of which rows it refers to in `pointing` or `choosing`, one of parents and their
children in `families`, states in `lifecycles`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import RELATIONS, CounterpartRule, RelationRule, RollupRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.planning.rules.nulls import decides
from datalchemy_nb.resolve.foreign_keys import Relations
from datalchemy_nb.resolve.phases import DraftedTable, OrderedTable, RelatedTable, RelatingTable, TableTask, carried
from datalchemy_nb.resolve.relations import choosing, families, lifecycles, pointing, rows
from datalchemy_nb.resolve.relations.word import Groundwork, Word

WORDS: dict[type, Word] = {**rows.WORDS, **pointing.WORDS, **choosing.WORDS, **families.WORDS, **lifecycles.WORDS}

_Table = TypeVar("_Table", bound=TableTask)

check_counterparts = choosing.check_counterparts

__all__ = ["WORDS", "Groundwork", "Word", "check_counterparts", "decide", "prepare", "settle"]


def prepare(
    plan: Plan,
    schema: DatabaseSchema,
    rows_by_table: Mapping[TableRef, int],
    relations: Relations,
    unfollowed: frozenset[TableRef],
) -> list[Issue]:
    """Let every relation ask what it needs of foreign keys; return what cannot be."""
    ground = Groundwork(plan, schema, rows_by_table, relations, unfollowed)
    for index, rule in plan.relations:
        word = WORDS.get(type(rule))
        if word is not None and word.prepare is not None and rule.ref in rows_by_table:
            word.prepare(ground, index, rule)
    return ground.issues


def decide(drafted: DraftedTable) -> RelatedTable:
    """Let every relation of a table take the columns it decides."""
    decided = {name: index for index, rule in _own(drafted) for _, name in decides(rule)}
    draft = RelatingTable(**carried(drafted), decided=decided)
    _each(draft, lambda word: word.decide)
    for index, rule in draft.plan.reading(draft.ref):
        if isinstance(rule, RollupRule):
            families.read_by_parent(draft, index, rule)
        elif isinstance(rule, CounterpartRule):
            choosing.read_by_counterpart(draft, index, rule)
    rows.spread_spans(draft)
    rows.leave_room(draft)
    return RelatedTable(**carried(draft))


def settle(draft: OrderedTable) -> OrderedTable:
    """Let every relation of a table end what CHECKs and keys left open."""
    _each(draft, lambda word: word.settle)
    return draft


def _own(draft: TableTask) -> Iterator[tuple[int, RelationRule]]:
    return ((index, rule) for index, rule in draft.plan.rules_of(draft.ref) if isinstance(rule, RELATIONS))


def _each(draft: _Table, part: Callable[[Word], Callable[[_Table, int, Any], None] | None]) -> None:
    for index, rule in _own(draft):
        word = WORDS.get(type(rule))
        if word is None:
            draft.refuse("unsupported", f"/rules/{index}/type", f"{draft.ref}: {rule.type} is not supported yet")
        elif (act := part(word)) is not None:
            act(draft, index, rule)
