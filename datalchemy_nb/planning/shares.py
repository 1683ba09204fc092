"""Discriminators of parents dealt: as many rows of each kind as the weights say and the children need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.kinds import allowed_ordinals, limits_on
from datalchemy_nb.planning.narrowing import under
from datalchemy_nb.planning.relations import Kinds, Wanted
from datalchemy_nb.planning.resolved import Keyed, Shares

_SAMPLE = 1 << 16
_WHOLE = 1 << 32
_MOST_PIECES = 64


def deal_kinds(draft: TableDraft) -> frozenset[str]:
    """Deal the columns that children tell kinds by, and note for the children what the columns hold.

    Returns:
        The dealt columns, whose values cannot be drawn again.
    """
    dealt = set()
    for (ref, name), wanted in draft.relations.wanted.items():
        if ref != draft.ref or name not in draft.columns:
            continue
        item = draft.columns[name]
        found = _dealt(draft, item, wanted) if draft.link_of(name) is None else _inherited(draft, name)
        if found is not None:
            draft.relations.kinds[ref, name] = found
            if found.shares is not None:
                dealt.add(name)
    return frozenset(dealt)


def _inherited(draft: TableDraft, name: str) -> Kinds | None:
    """What a foreign key column holds, when the parent's column is known."""
    link = draft.link_of(name)
    if link is None:
        return None
    above = draft.relations.kinds.get((link.target, link.referenced[link.columns.index(name)]))
    if above is None:
        return None
    ordinals = allowed_ordinals(above.domain, limits_on(draft.table, name, draft.schema, draft.plan))
    return Kinds(Subset(above.domain, ordinals)) if ordinals is not None and len(ordinals) else None


def _dealt(draft: TableDraft, item: Draft, wanted: Sequence[Wanted]) -> Kinds | None:
    fixed = item.source is not None or item.when is not None or item.row_number
    if fixed or item.steps or item.null_rate or item.domain is None or isinstance(item.domain, Facet):
        return None
    domain = (_listed(item, wanted) if item.cases is None else None) or item.domain
    branches = _branches(draft, item, domain) if domain.size <= FILTER_SIZE else None
    if branches is None:
        return None
    allowed = [(one, allowed_ordinals(domain, one.limits)) for one in wanted]
    known = [(one, ordinals) for one, ordinals in allowed if ordinals is not None]
    item.built = domain
    if all(len(ordinals) == domain.size for _, ordinals in known):
        return Kinds(domain)
    weights = [weight if at else 0 for weight, at in zip(_weights(domain), branches, strict=True)]
    if not any(weights):
        return None
    counts = apportioned(draft.rows, weights, _floors(item, domain, weights, known, draft.rows))
    starts = tuple(int(start) for start in np.cumsum([0, *counts])[:-1])
    shares = Shares(starts, draft.rows, f"kinds {item.name}")
    item.source = Keyed(domain, shares)
    if item.cases is not None:
        _follow(draft, item, shares, branches)
    return Kinds(domain, shares)


def _branches(draft: TableDraft, item: Draft, domain: Domain) -> list[tuple[int, ...]] | None:
    """The branches of the column's choice that each ordinal is found under; None where the choice is not free."""
    if item.cases is None:
        return [(0,)] * domain.size
    choice = draft.choices[item.cases.choice]
    if len(choice.open) > 1 or choice.roots or domain.size > _MOST_PIECES:
        return None
    if any(item.cases.cases[branch].null for branch in choice.branches):
        return None
    values = domain.take(np.arange(domain.size, dtype=np.uint64))
    found: list[list[int]] = [[] for _ in range(domain.size)]
    for branch in choice.open[0]:
        inner = item.cases.cases[branch].domain
        if inner is not None and inner.size > FILTER_SIZE:
            return None
        taken = inner.take(np.arange(inner.size, dtype=np.uint64)) if inner is not None else values
        for ordinal in np.flatnonzero(values.is_in(taken.implode()).to_numpy()).tolist():
            found[ordinal].append(branch)
    return [tuple(branches) for branches in found]


def _follow(draft: TableDraft, item: Draft, shares: Shares, branches: Sequence[tuple[int, ...]]) -> None:
    """Let the choice follow the dealt column: each stretch has the branches that its value is found under."""
    assert item.cases is not None
    number, item.cases = item.cases.choice, None
    ends = (*shares.starts[1:], shares.rows)
    held = [i for i, (start, end) in enumerate(zip(shares.starts, ends, strict=True)) if start < end]
    draft.choices[number] = replace(
        draft.choices[number],
        starts=tuple(shares.starts[i] for i in held),
        open=tuple(branches[i] for i in held),
        purpose=shares.purpose,
    )


def _listed(item: Draft, wanted: Sequence[Wanted]) -> Domain | None:
    """The values that children name, for a column that nothing else tells the values of."""
    told = item.slot.category in ("enum", "boolean") or any(isinstance(limit, OneOf) for limit in item.limits)
    if item.rule is not None or told or item.domain is None:
        return None
    lists = [next((limit.values for limit in one.limits if isinstance(limit, OneOf)), None) for one in wanted]
    if any(values is None for values in lists):
        return None
    default = item.domain.take(np.zeros(1, dtype=np.uint64)).to_list() if item.domain.size == 1 else []
    values = tuple(dict.fromkeys([*default, *(value for values in lists for value in values or ())]))
    return under(ChoiceDomain(values, category=item.slot.category), item.limits)


def _weights(domain: Domain) -> list[int]:
    """How large a share of the rows each ordinal asks for."""
    if domain.weights is not None:
        highest = max(domain.weights)
        return [max(int(weight / highest * _WHOLE), 1 if weight else 0) for weight in domain.weights]
    if isinstance(domain, Shaped):
        spread = np.arange(_SAMPLE, dtype=np.uint64) << np.uint64(48)
        return [int(count) for count in np.bincount(domain.draw(spread).astype(np.int64), minlength=domain.size)]
    return [1] * domain.size


Floor = tuple[Sequence[int], int]
"""Ordinals, and how many rows there must be of them together."""


def _floors(
    item: Draft, domain: Domain, weights: Sequence[int], known: Sequence[tuple[Wanted, U64]], rows: int
) -> Sequence[Floor]:
    """What children need: a row of their kind each, and one for each of their rows, as far as rule and rows allow."""
    weighted = item.rule is not None and (domain.weights is not None or isinstance(domain, Shaped))
    able = [(one, [int(i) for i in ordinals if weights[int(i)]]) for one, ordinals in known]
    least = [(ordinals, min(one.rows, 1)) for one, ordinals in able if ordinals]
    whole = [(ordinals, one.rows) for one, ordinals in able if ordinals]
    usual = (least,) if weighted else (whole, least)
    wishes = [found for needs in usual for found in ([(ordinals, max(n, 1)) for ordinals, n in needs], needs)]
    return next((one for one in wishes if _lowest(rows, one, domain.size) is not None), least)


def _lowest(rows: int, floors: Iterable[Floor], size: int, wished: Sequence[int] = ()) -> list[int] | None:
    """The fewest rows of each ordinal that meet every floor; None where there are not enough rows."""
    low = [0] * size
    for ordinals, need in sorted(floors, key=lambda floor: (len(floor[0]), floor[0])):
        missing = need - sum(low[i] for i in ordinals)
        for i in ordinals if wished else ():
            more = max(min(missing, wished[i] - low[i]), 0)
            low[i], missing = low[i] + more, missing - more
        if missing > 0:
            for i, more in zip(ordinals, _shared(missing, [1] * len(ordinals)), strict=True):
                low[i] += more
    return low if sum(low) <= rows else None


def apportioned(rows: int, weights: Sequence[int], floors: Sequence[Floor]) -> list[int]:
    """Return how many rows each ordinal gets: by weight, but as many as the floors ask for where the rows suffice."""
    wished = _shared(rows, weights)
    low = _lowest(rows, floors, len(weights), wished)
    if low is None:
        return wished
    over = [max(wish - least, 0) for wish, least in zip(wished, low, strict=True)]
    rest = _shared(rows - sum(low), over if any(over) else weights)
    return [least + more for least, more in zip(low, rest, strict=True)]


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """Share a number by weights, by largest remainders."""
    whole = sum(weights)
    counts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts
