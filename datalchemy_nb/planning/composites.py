"""Composite types: a domain of rows, one part per field."""

from __future__ import annotations

from datalchemy_nb.contracts.schema import ColumnType
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.literals import ArrayText, RowText
from datalchemy_nb.planning.drafts import TableDraft
from datalchemy_nb.planning.types import base_type, slot_for_type


def composite(draft: TableDraft, column_type: ColumnType) -> Domain | None:
    """Return a domain for a composite type or an array of one, or None where a field's type is not known."""
    base = base_type(column_type, draft.schema)
    if base.kind == "array" and base.element is not None:
        rows = _rows(draft, base.element.udt_schema, base.element.udt_name)
        return None if rows is None else ArrayText(rows, max(base.dimensions, 1))
    return _rows(draft, base.udt_schema, base.udt_name)


def _rows(draft: TableDraft, schema: str, name: str) -> Domain | None:
    found = next((c for c in draft.schema.composites if (c.schema_name, c.name) == (schema, name)), None)
    if found is None:
        return None
    fields: list[Domain] = []
    for field in found.fields:
        slot = slot_for_type(draft.ref, field.name, field.column_type, draft.schema, draft.plan, draft.rows)
        built = default_domain(slot) or composite(draft, field.column_type)
        if built is None:
            return None
        fields.append(built)
    return RowText(fields) if fields else None
