"""Generators for one column, best first: what its own name speaks for, or words that a person typed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.language import in_english
from datalchemy_nb.drafting.offers import Offer, domain_size
from datalchemy_nb.drafting.rules import BY_CONSTRAINT, BY_NAME, BY_TYPE
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import split_words


def view_of(plan: Plan, schema: DatabaseSchema, ref: TableRef, column: str, rows: int = 1000) -> ColumnView:
    """Return the column as rules see it."""
    return TableView(ref, schema.tables[ref], schema, plan, rows).columns[column]


def candidates(view: ColumnView, words: str = "") -> tuple[Suggestion, ...]:
    """Return what every rule would make of the column, by confidence; each generator once.

    Args:
        view: the column.
        words: judge by these, English or Portuguese ("phone", "telefone"), in place of its name.
    """
    rules = (*BY_CONSTRAINT, *BY_NAME, *BY_TYPE)
    if words.strip():
        view = ColumnView(view.table, view.column, in_english(split_words(words), view.table.language))
        rules = BY_NAME
    found = [suggestion for rule in rules if (suggestion := rule(view)) is not None]
    by_id: dict[str, Suggestion] = {}
    for suggestion in sorted(found, key=lambda one: -one.confidence):
        if suggestion.generator_id is not None and _fits(view, suggestion):
            by_id.setdefault(suggestion.generator_id, suggestion)
    return tuple(by_id.values())


def _fits(view: ColumnView, suggestion: Suggestion) -> bool:
    return domain_size(view, Offer(suggestion.generator_id or "", suggestion.params)) is not None


def sample_values(view: ColumnView, generator: str, params: object = None, count: int = 3) -> tuple[str, ...]:
    """Return values the generator would put into the column; none where it needs more than the column."""
    spec = find_generator(generator)
    if spec is None:
        return ()
    try:
        built = spec.build(spec.params.model_validate(params or {}), view.slot)
        return tuple(_values(built, generator, count)) if isinstance(built, Domain) else ()
    except ValueError:
        return ()


def _values(domain: Domain, key: str, count: int) -> Iterator[str]:
    rows = np.arange(count, dtype=np.uint64)
    bits = draw(stream_key("sample", key), rows)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key("sample", domain.entity.name), rows))
        values = domain.take_in(entity, domain.draw_own(bits)).to_list()
    else:
        values = domain.take(domain.draw(bits)).to_list()
    return (str(value) for value in values if value is not None)
