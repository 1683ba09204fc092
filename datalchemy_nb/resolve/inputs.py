"""Which columns of its row a column is made from."""

from __future__ import annotations

from datalchemy_nb.domains.base import Derivation
from datalchemy_nb.resolve.phases import LinkedTable, RelatedTable
from datalchemy_nb.resolve.plan import Apart, EarlierSibling, Tried, Via, Within
from datalchemy_nb.resolve.sources import Between, Bounded, Computed, CopiedFromParent, Decided, FromParent, Repeated
from datalchemy_nb.resolve.state import Draft


def inputs_of(draft: RelatedTable, item: Draft) -> tuple[str, ...]:
    """Columns of the same row that a column is made from; what it reads of rows above hangs from their keys."""
    condition = (item.when.column,) if item.when is not None else ()
    read = (*condition, *_sources_of(draft, item))
    return tuple(dict.fromkeys(name for one in read for name in here(draft, one)))


def here(draft: RelatedTable, name: str) -> tuple[str, ...]:
    """Return the columns of the row that a name stands for: itself, or the key that leads to the row it is read of."""
    reached = draft.reaches.get(name)
    return (name,) if reached is None else draft.links[reached.links[0]].columns


def _sources_of(draft: LinkedTable, item: Draft) -> tuple[str, ...]:
    if isinstance(item.source, Between):
        return item.source.inputs
    if isinstance(item.source, Computed):
        return item.source.inputs
    if isinstance(item.source, Repeated):
        return (item.source.source,) if isinstance(item.source.source, str) else item.source.source.inputs
    if isinstance(item.source, Decided):
        return item.source.columns
    if isinstance(item.source, Bounded):
        sides = (*item.source.after, *item.source.before)
        return tuple(side.column for side in sides if side.column is not None)
    if isinstance(item.source, CopiedFromParent):
        return draft.links[item.source.link].columns
    if isinstance(item.source, FromParent) and isinstance(tried := draft.links[item.source.link].pointing, Tried):
        return tried.reads
    if isinstance(item.source, FromParent) and isinstance(via := draft.links[item.source.link].pointing, Via):
        return draft.links[via.links[0]].columns
    if isinstance(item.source, FromParent) and isinstance(within := draft.links[item.source.link].pointing, Within):
        anchor = draft.links[within.anchor].pointing
        return draft.links[anchor.links[0]].columns if isinstance(anchor, Via) else ()
    if isinstance(item.source, FromParent) and isinstance(
        way := draft.links[item.source.link].pointing, EarlierSibling
    ):
        return draft.links[way.family].columns
    if isinstance(item.source, FromParent) and isinstance(apart := draft.links[item.source.link].pointing, Apart):
        return draft.links[apart.other].columns
    if isinstance(item.built, Derivation):
        return item.built.inputs
    return ()
