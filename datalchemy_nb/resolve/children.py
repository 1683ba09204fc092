"""How many rows point at each parent: classes of parents, exact in number, without a count per parent in memory.

R rows of which M point somewhere, and A parents that have children. The parents are ranked, and the ranks cut into
classes; class c has ``n[c]`` parents and ``m[c]`` rows, all n sum to A and all m to M. Row to parent, as
`datalchemy_nb.generate.keys.per_parent` computes it:

    place = permuted row
    c     = the last class whose rows begin at or before place
    rank  = first parent of c + (place - first row of c) mod n[c]

- *fixed, uniform*: one class, ``(A, M)``; children differ by one at most.
- *range*: a class per number of children from min to max. ``n`` is geometric in the number, with the one ratio that
  gives M rows in all (the distribution of largest entropy with that mean); rounding is set right parent by parent.
- *skewed*: as *zipf*, with as many parents as there are rows for, and a share without children that falls with the
  mean; where it says how large the largest family is, with the exponent that makes it so. Where a key of the table
  leaves no room for the largest, evenly.
- *zipf*: every parent has one child, and the other M - A rows follow ``1 / rank ** s``: one class for each of the first
  4,096 ranks, then classes that grow by 1/64 (`datalchemy_nb.domains.curves.zipf`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datalchemy_nb.contracts.distributions import (
    Children,
    FixedChildren,
    RangeChildren,
    SkewedChildren,
    UniformChildren,
    ZipfChildren,
)
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.curves import zipf
from datalchemy_nb.domains.portable import Floats
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.phases import LinkedTable, TableTask
from datalchemy_nb.resolve.plan import Link, PerParent, RandomParent

MAX_CLASSES = 65_536
_HALVINGS = 80
_LEFT_OUT, _FEWER, _MEANS = 0.35, 0.6, 64
_STEPS, _HIGHEST = 1_000, 3_000
"""Exponents are tried in thousandths, up to the highest."""
Classes = tuple[U64, U64]
"""Parents and rows of each class."""


class ChildrenError(ValueError):
    """Numbers that do not agree.

    Attributes:
        field: the field of the rule that is wrong.
        hint: numbers that would do.
    """

    def __init__(self, field: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.field, self.hint = field, hint


def rule_of(draft: TableTask, columns: tuple[str, ...]) -> tuple[int, ForeignKeyRule] | None:
    """Return the rule about a foreign key, with its index."""
    rules = ((i, r) for i, r in draft.plan.rules_of(draft.ref) if isinstance(r, ForeignKeyRule))
    return next(((i, r) for i, r in rules if set(r.columns) == set(columns)), None)


def with_children(draft: TableTask, link: Link) -> Link:
    """Return the link as its rule wants it, or record why that cannot be."""
    found = rule_of(draft, link.columns)
    if found is None:
        return link
    index, rule = found
    rate = _null_rate(draft, link, index, rule)
    if rule.children is None:
        return link if rule.null_rate is None else replace(link, null_rate=rate)
    if not isinstance(link.pointing, RandomParent):
        refuse_children(draft, link, _reason(draft, link))
        return link
    if (empty := next(draft.relations.gaps_at(link.target, link.referenced), None)) is not None:
        refuse_children(draft, link, f"rows of {link.target} have no {empty[0]}, and nothing can point at them")
        return link
    linked = draft.rows - round_half_up(draft.rows * rate)
    try:
        parents, rows = classes(rule.children, link.target_rows, linked)
    except ChildrenError as error:
        where = pointer("rules", index, "children", error.field)
        draft.refuse("children_infeasible", where, f"{draft.ref}: foreign key {link.name}: {error}", error.hint)
        return link
    way = PerParent(
        _begins(rows), _begins(parents), parents, linked, link.target_rows, f"children {link.name}",
        in_order=isinstance(rule.children, SkewedChildren) and rule.children.weights is not None,
    )  # fmt: skip
    return replace(link, pointing=way, null_rate=0.0)


def evened(draft: LinkedTable, link: Link) -> Link:
    """Return the link with rows shared as evenly as can be, where its rule says no more than that some have many."""
    found, way = rule_of(draft, link.columns), link.pointing
    if found is None or not isinstance(found[1].children, SkewedChildren) or not isinstance(way, PerParent):
        return link
    active = np.array([min(link.target_rows, way.linked)], dtype=np.uint64)
    start = np.zeros(1, dtype=np.uint64)
    even = replace(link, pointing=PerParent(start, start, active, way.linked, link.target_rows, way.purpose))
    draft.links[link.index] = even
    return even


def refuse_unfollowed(draft: TableTask) -> None:
    """Refuse rules about foreign keys that are not followed by themselves."""
    for index, rule in draft.plan.rules_of(draft.ref):
        if not isinstance(rule, ForeignKeyRule):
            continue
        if not any(set(r.key.columns) == set(rule.columns) for r in draft.relations.of.get(draft.ref, ())):
            message = f"{draft.ref}: foreign key on {', '.join(rule.columns)} is not followed by itself"
            hint = "its parents are not generated, it follows from a wider key, or the plan disables it: drop the rule"
            draft.refuse("children_unsupported", pointer("rules", index), message, hint)


def refuse_children(draft: TableTask, link: Link, reason: str) -> None:
    """Refuse a rule whose link is decided otherwise."""
    found = rule_of(draft, link.columns)
    where = pointer("rules", found[0], "children") if found else "/"
    message = f"{draft.ref}: children per parent cannot be set for foreign key {link.name}: {reason}"
    draft.refuse("children_unsupported", where, message, "remove children from the rule", constraint=link.name)


def check_branches(draft: LinkedTable) -> None:
    """Refuse children per parent where a CHECK decides, row by row, whether the key is null."""
    for link in draft.links:
        if isinstance(link.pointing, PerParent) and link.cases is not None:
            refuse_children(draft, link, "a CHECK decides in which rows it is null")


def classes(children: Children, parents: int, linked: int) -> Classes:
    """Return parents and rows of each class.

    Args:
        children: what the plan asks.
        parents: rows of the parent table.
        linked: rows that point somewhere.

    Raises:
        ChildrenError: rows and parents do not agree with it.
    """
    if isinstance(children, SkewedChildren):
        return _skewed(children, parents, linked)
    active = parents - round_half_up(parents * children.childless)
    match children:
        case FixedChildren(count=count):
            _within(linked, (active - 1) * count + 1, active * count, active, f"{count} each", "count")
        case RangeChildren(min=least, max=most):
            _within(linked, active * least, active * most, active, f"{least} to {most} each", "max")
            return _ranged(active, linked, least, most)
        case UniformChildren() | ZipfChildren():
            if linked < active:
                share = 1 - linked / parents
                raise ChildrenError(
                    "childless",
                    f"{linked} rows are fewer than the {active} parents that shall have children",
                    f"set childless to {share:.4g} or more, or ask for {active} rows or more",
                )
            if isinstance(children, ZipfChildren) and active:
                return _by_rank(active, linked, children.exponent)
    if not active:
        raise ChildrenError("childless", "no parent is left to have children", "lower childless")
    return np.array([active], dtype=np.uint64), np.array([linked], dtype=np.uint64)


def _weighted(weights: tuple[float, ...], parents: int, linked: int) -> Classes:
    """A class per parent: rows by the weights, rounded so that they add up."""
    kept = np.zeros(parents)
    count = min(parents, len(weights))
    kept[:count] = weights[:count]
    if not kept.any():
        kept[:] = 1.0
    ends = np.cumsum(kept)
    upto = np.floor(ends / ends[-1] * linked + 0.5).astype(np.uint64)
    return np.ones(parents, dtype=np.uint64), np.diff(upto, prepend=np.uint64(0))


def _skewed(children: SkewedChildren, parents: int, linked: int) -> Classes:
    if children.weights is not None and parents <= MAX_CLASSES:
        return _weighted(children.weights, parents, linked)
    share = children.childless
    if share is None:
        # A fifth without children for a row per parent, a twentieth for four, hardly one for ten: 0.35 * 0.6 ** mean.
        share = _LEFT_OUT
        for _ in range(min(linked // max(parents, 1), _MEANS)):
            share *= _FEWER
    active = min(max(parents - round_half_up(parents * share), 1), linked)
    active = max(active, 1)
    exponent = children.exponent
    if children.largest is not None and active < linked:
        exponent = _raised(active, linked, exponent, children.largest)
    if active == linked or not exponent:
        return np.array([active], dtype=np.uint64), np.array([linked], dtype=np.uint64)
    return _by_rank(active, linked, exponent)


def _raised(active: int, linked: int, exponent: float, largest: float) -> float:
    """The exponent, or the higher one by which the first parent has so many times the mean, to a thousandth."""
    mean = linked / active
    low, high = round(exponent * _STEPS), max(_HIGHEST, round(exponent * _STEPS))

    def first(step: int) -> float:
        masses = zipf(active, step / _STEPS).masses
        return (1 + (linked - active) * float(masses[0]) / float(np.cumsum(masses)[-1])) / mean

    if first(low) >= largest:
        return exponent
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if first(middle) >= largest else (middle, high)
    return high / _STEPS


def round_half_up(number: float) -> int:
    """Return the nearest whole number."""
    return int(number + 0.5)


def _within(linked: int, least: int, most: int, active: int, asked: str, field: str) -> None:
    if least <= linked <= most and active:
        return
    wanted = f"{most}" if field == "count" else f"{least} to {most}"
    raise ChildrenError(
        field,
        f"{linked} rows cannot be shared by {active} parents, {asked}",
        f"ask for {wanted} rows that point somewhere, or change the parents' rows or childless",
    )


def _ranged(active: int, linked: int, least: int, most: int) -> Classes:
    span = most - least
    if span >= MAX_CLASSES:
        hint = f"use a range of {MAX_CLASSES:,} numbers at most, or zipf"
        raise ChildrenError("max", f"{least} to {most} are too many numbers", hint)
    extra = linked - active * least
    counts = _geometric(active, extra, span)
    children = np.arange(least, most + 1, dtype=np.int64)
    kept = counts > 0
    return counts[kept].astype(np.uint64), (counts * children)[kept].astype(np.uint64)


def _geometric(active: int, extra: int, span: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many parents have 0 to ``span`` children more than the least; ``extra`` in all."""
    if span and extra * 2 > active * span:
        return _geometric(active, active * span - extra, span)[::-1]
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _mean(_weights(middle, span)) * active > extra else (middle, high)
    ends = np.cumsum(_weights(high, span))
    upto = np.floor(ends / ends[-1] * active + 0.5).astype(np.int64)
    counts = np.diff(upto, prepend=0)
    missing = extra - int(np.sum(counts * np.arange(span + 1)))
    return _set_right(counts, missing)


def _weights(ratio: float, span: int) -> Floats:
    return np.cumprod(np.concatenate([[1.0], np.full(span, ratio)]))


def _mean(weights: Floats) -> float:
    numbers = np.arange(len(weights))
    return float(np.cumsum(weights * numbers)[-1] / np.cumsum(weights)[-1])


def _set_right(
    counts: np.ndarray[tuple[int], np.dtype[np.int64]], missing: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Move single parents to the next number of children until the sum is right."""
    step = 1 if missing > 0 else -1
    while missing:
        before = missing
        for at in range(len(counts)):
            if missing and counts[at] > 0 and 0 <= at + step < len(counts):
                counts[at] -= 1
                counts[at + step] += 1
                missing -= step
        if missing == before:
            break
    return counts


def _by_rank(active: int, linked: int, exponent: float) -> Classes:
    profile = zipf(active, exponent)
    parents = profile.counts.astype(np.uint64)
    ends = np.cumsum(profile.masses)
    upto = np.floor(ends / ends[-1] * (linked - active) + 0.5).astype(np.uint64)
    return parents, parents + np.diff(upto, prepend=np.uint64(0))


def _begins(counts: U64) -> U64:
    return np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(counts)[:-1].astype(np.uint64)])


def _null_rate(draft: TableTask, link: Link, index: int, rule: ForeignKeyRule) -> float:
    if not rule.null_rate:
        return 0.0
    if link.nullable and not any((draft.ref, name) in draft.relations.referenced for name in link.nullable):
        return rule.null_rate
    reason = "other tables refer to its columns" if link.nullable else "its columns are NOT NULL"
    message = f"{draft.ref}: foreign key {link.name} takes no nulls: {reason}"
    draft.refuse(
        "null_rate_on_not_null", pointer("rules", index, "null_rate"), message, "remove null_rate", constraint=link.name
    )
    return 0.0


def _reason(draft: TableTask, link: Link) -> str:
    if link.target == draft.ref:
        return "it refers to its own table, whose rows form trees"
    return "it shares columns with other foreign keys, or they count on its rows being dealt evenly"
