"""Types made of others: composite types, and arrays of enums, domains and composites."""

from __future__ import annotations

from datalchemy_nb.contracts.schema import Column, ColumnType, TypeName
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.literals import ArrayText, RowText
from datalchemy_nb.planning.checks import Narrow, classify
from datalchemy_nb.planning.checks.classify import Context
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.narrowing import narrowed
from datalchemy_nb.planning.types import base_type, domain_checks, slot_for_type

_VALUE = "value"


def made_of_others(draft: TableDraft, column_type: ColumnType) -> Domain | None:
    """Return a domain for a composite type or an array, or None where a part's type is not known."""
    base = base_type(column_type, draft.schema)
    if base.kind == "array" and base.element is not None:
        element = _element(draft, base.element)
        return None if element is None else ArrayText(element, max(base.dimensions, 1))
    return _rows(draft, base.udt_schema, base.udt_name)


def _element(draft: TableDraft, name: TypeName) -> Domain | None:
    labels = draft.schema.enum_labels.get((name.udt_schema, name.udt_name))
    if labels:
        return ChoiceDomain(labels, category="enum")
    if (name.udt_schema, name.udt_name) in draft.schema.domain_types:
        return _of_domain(draft, name)
    return _rows(draft, name.udt_schema, name.udt_name)


def _of_domain(draft: TableDraft, name: TypeName) -> Domain | None:
    """Values of a domain type, under its CHECKs; None where one of them cannot be built."""
    plain = ColumnType(data_type=name.udt_name, udt_schema=name.udt_schema, udt_name=name.udt_name, kind="domain")
    slot = slot_for_type(draft.ref, _VALUE, plain, draft.schema, draft.plan, draft.rows)
    item = Draft(Column(ordinal_position=0, name=_VALUE, column_type=plain, is_nullable=True), slot)
    item.built = default_domain(slot)
    context = Context({_VALUE: slot.category}, draft.plan.base_date, draft.plan.future_margin_days)
    for check in domain_checks(plain, draft.schema):
        for fact in classify(check.expression, context, value_column=_VALUE):
            if not isinstance(fact, Narrow) or item.domain is None:
                return None
            try:
                item.built = narrowed(item, fact.limit)
            except EmptyDomainError:
                return None
    return item.domain


def _rows(draft: TableDraft, schema: str, name: str) -> Domain | None:
    found = next((c for c in draft.schema.composites if (c.schema_name, c.name) == (schema, name)), None)
    if found is None:
        return None
    fields: list[Domain] = []
    for field in found.fields:
        slot = slot_for_type(draft.ref, field.name, field.column_type, draft.schema, draft.plan, draft.rows)
        built = default_domain(slot) or made_of_others(draft, field.column_type)
        if built is None:
            return None
        fields.append(built)
    return RowText(fields) if fields else None
