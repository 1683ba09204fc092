"""How often each branch of a choice is taken, so that the values of its columns come up as often as the plan says.

The branches of a CHECK are what is allowed, not how often it happens: of
``(status = 'cancelled') = (cancelled_at IS NOT NULL)`` one branch has one state and the other five. Each value's share
is split between the branches that leave it; a branch is taken as often as its parts of all shares add up to, and draws
its values by these parts. Other columns of the choice are fitted first (Deming and Stephan 1940).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, OrderedDomain
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.portable import Floats
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.resolve.phases import DraftedTable, TableTask
from datalchemy_nb.resolve.plan import Case
from datalchemy_nb.resolve.state import Draft

_ROUNDS = 60
_WHOLE = 1 << 32
_MOST_LISTED = 4096
_SPREAD = 1 << 16


def with_shares(
    draft: DraftedTable, cases: Sequence[Mapping[str | int, Case]]
) -> tuple[tuple[int, ...], list[dict[str | int, Case]]]:
    """Return how often each branch is to be taken, and the cases with what they draw; no weights where all are alike.

    Args:
        draft: the table.
        cases: per branch, the case of each column or link it speaks of.
    """
    same = [dict(case) for case in cases]
    told = {name: one for name in _places(draft, cases) if (one := _told(draft, name, cases)) is not None}
    if not told or len(cases) < 2:
        return (), same
    last, (shares, inside) = list(told.items())[-1]
    weights: Floats = np.ones(len(cases)) / len(cases)
    for _ in range(_ROUNDS if len(told) > 1 else 0):
        for other, among in list(told.values())[:-1]:
            weights = _fitted(weights, other, among)
    split = inside * weights[:, None]
    totals = split.sum(axis=0)
    parts = np.divide(split, totals, out=np.zeros_like(split), where=totals > 0) * shares
    taken = parts.sum(axis=1)
    speaking = inside.any(axis=1)
    silent = np.where(speaking, 0.0, weights)
    if silent.any():
        rate = _null_rate(draft, draft.columns[last])
        taken = taken * (1.0 - rate) + silent / silent.sum() * rate
    if any(case.get(last, Case()).domain is not None for case in cases) and (inside.sum(axis=0) > 1).any():
        same = [_drawing(draft, case, last, part) for case, part in zip(same, parts, strict=True)]
    largest = float(taken.max())
    found = tuple(int(weight / largest * _WHOLE) for weight in taken.tolist()) if largest > 0 else ()
    return (() if len(set(found)) == 1 else found), same


def _null_rate(draft: TableTask, item: Draft) -> float:
    told = item.rule.null_rate if item.rule is not None else None
    return draft.plan.null_rate if told is None else told


def _drawing(draft: DraftedTable, case: dict[str | int, Case], name: str, parts: Floats) -> dict[str | int, Case]:
    """A case whose column draws its values by their parts."""
    own, domain = case.get(name), draft.columns[name].domain
    if own is None or own.domain is None or domain is None or not parts.any():
        return case
    kept = np.flatnonzero(parts)
    values = domain.take(kept.astype(np.uint64)).to_list()
    weights = [int(part * _WHOLE) + 1 for part in parts[kept].tolist()]
    return case | {name: replace(own, domain=ChoiceDomain(values, weights, category=domain.category))}


def _places(draft: DraftedTable, cases: Sequence[Mapping[str | int, Case]]) -> Iterable[str]:
    """Columns, those whose values the branches choose last, and of them those with a rule: they are fitted best."""
    names = dict.fromkeys(place for case in cases for place in case if isinstance(place, str))

    def rank(name: str) -> tuple[bool, bool]:
        chosen = any(name in case and case[name].domain is not None for case in cases)
        return chosen, draft.columns[name].rule is not None

    return sorted(names, key=rank)


Mask = npt.NDArray[np.bool_]


def _told(draft: DraftedTable, name: str, cases: Sequence[Mapping[str | int, Case]]) -> tuple[Floats, Mask] | None:
    """How often each value of a column is to come up, and which branches leave which values."""
    item = draft.columns[name]
    here = [case.get(name, Case()) for case in cases]
    if any(case.domain is not None for case in here):
        return _values(item, here)
    rate = item.rule.null_rate if item.rule is not None else None
    if rate is None or not draft.may_be_null(name):
        return None
    inside = np.array([[case.null is not False, case.null is not True] for case in here])
    return np.array([rate, 1.0 - rate]), inside


def _values(item: Draft, cases: Sequence[Case]) -> tuple[Floats, Mask] | None:
    domain = item.domain
    if domain is None or isinstance(domain, Facet) or domain.size > FILTER_SIZE:
        return None
    if isinstance(domain, OrderedDomain) and not isinstance(domain, Shaped) and domain.size > 2:
        return None  # a range: nobody says how often each of its numbers comes up
    if domain.size > _MOST_LISTED:
        return None
    values = domain.take(np.arange(domain.size, dtype=np.uint64))
    inside = np.ones((len(cases), domain.size), dtype=bool)
    for row, case in enumerate(cases):
        if case.null is True:
            inside[row] = False
        elif case.domain is not None:
            if case.domain.size > _MOST_LISTED:
                return None
            left = case.domain.take(np.arange(case.domain.size, dtype=np.uint64))
            inside[row] = values.is_in(left.implode()).to_numpy()
    return _frequencies(domain), inside


def _frequencies(domain: Domain) -> Floats:
    """How often each ordinal of a domain is drawn."""
    if domain.weights is not None:
        weights: Floats = np.array(domain.weights, dtype=np.float64)
    elif isinstance(domain, Shaped):
        spread = np.arange(_SPREAD, dtype=np.uint64) << np.uint64(48)
        weights = np.bincount(domain.draw(spread).astype(np.int64), minlength=domain.size).astype(np.float64)
    else:
        weights = np.ones(domain.size)
    found: Floats = weights / weights.sum()
    return found


def _fitted(weights: Floats, shares: Floats, inside: Mask) -> Floats:
    """One step of the fit: branches whose values come up too seldom are taken more often."""
    reachable = inside.any(axis=0)
    wanted = np.where(reachable, shares, 0.0)
    if wanted.sum() <= 0:
        return weights
    wanted = wanted / wanted.sum()
    speaks = ~inside.all(axis=1) | inside.any(axis=1)
    left = inside * wanted
    totals = left.sum(axis=1, keepdims=True)
    within = np.divide(left, totals, out=np.zeros_like(left), where=totals > 0)
    none = ~speaks | (totals[:, 0] <= 0)
    now = (weights[:, None] * within).sum(axis=0)
    scale = weights[~none].sum()
    if scale <= 0:
        return weights
    ratio = np.divide(wanted * scale, now, out=np.zeros_like(now), where=now > 0)
    fitted = np.where(none, weights, weights * (within * ratio).sum(axis=1))
    found: Floats = fitted / fitted.sum()
    return found
