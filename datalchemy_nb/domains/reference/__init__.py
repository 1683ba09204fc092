"""Reference data: lists of real records, and places with what belongs to them.

- `lists()` tells what there is, with the words that tables and columns use for it, for whoever drafts a plan.
- `records()` gives a list; `weights()` how often its records are used by rows that refer to them.
- Generators are `reference.<list>.<field>` (`catalogue`) and `place.<field>` (`places`).
"""

from __future__ import annotations

from datalchemy_nb.domains.reference.catalogue import list_ids, records
from datalchemy_nb.domains.reference.vocabulary import (
    FieldWords,
    ListWords,
    field_for,
    list_for,
    lists,
    size_of,
    weights,
)

__all__ = ["FieldWords", "ListWords", "field_for", "list_for", "list_ids", "lists", "records", "size_of", "weights"]
