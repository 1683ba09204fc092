"""Which row of the referenced table each row points to, by the way its foreign key is dealt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64, scale, unit
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate import keys
from datalchemy_nb.generate.families import Family, Place
from datalchemy_nb.generate.numbers import Attempts, Mask, Numbers
from datalchemy_nb.resolve.allocations import Allocation
from datalchemy_nb.resolve.family_plan import Families, Historic
from datalchemy_nb.resolve.plan import (
    Apart,
    Chosen,
    Dealt,
    Divided,
    EarlierRow,
    EarlierSibling,
    Growing,
    KeyedParent,
    Link,
    OfKind,
    Opposite,
    PerParent,
    Predicate,
    RandomParent,
    SharedParent,
    Tried,
    Via,
    Within,
)

_MOST_DRAWS = 4096
_WIDEST = 64


class Rows(Protocol):
    """What is asked of the rows whose foreign keys are solved."""

    def along(self, links: tuple[int, ...]) -> tuple[U64, Mask | None]:
        """Return the rows that a chain of foreign keys leads to, and where it leads nowhere."""

    def family_of(self, ref: TableRef, link: int) -> Family:
        """Return a link of another table both ways."""

    def would_do(self, link: Link, way: Tried, at: npt.NDArray[np.intp], parents: U64) -> Mask:
        """Return whether rows may refer to these parents; ``at`` says which row each is tried for."""

    def would_break(
        self,
        link: Link,
        parents: U64,
        missing: Mask | None,
        conditions: Sequence[Predicate],
        at: npt.NDArray[np.intp] | None = None,
    ) -> Mask:
        """Return which rows break a condition where a link points to these parents; ``at`` says which each is for."""


class Pointing:
    """The foreign keys of some rows, each solved when first asked for.

    Args:
        numbers: of the rows.
        rows: the rows themselves: what they read of others.
        chosen: the rows that a link chooses among.
        by_value: these in the order of what must differ of them, and where each value begins.
    """

    def __init__(
        self,
        numbers: Numbers,
        rows: Rows,
        chosen: Callable[[Link], U64],
        by_value: Callable[[Link], tuple[U64, U64]],
    ) -> None:
        self._numbers, self._rows, self._chosen, self._by_value = numbers, rows, chosen, by_value
        self._found: dict[int, tuple[U64, Mask | None]] = {}

    def of(self, link: Link) -> tuple[U64, Mask | None]:
        """Return the parent row of each row, and which rows point nowhere."""
        if link.index not in self._found:
            self._found[link.index] = self._listed(
                link, *self._given_way(link, *self._fitted(link, *self._point(link)))
            )
        return self._found[link.index]

    def _given_way(self, link: Link, parents: U64, missing: Mask | None) -> tuple[U64, Mask | None]:
        """Point nowhere where a condition would fail."""
        if not link.gives_way:
            return parents, missing
        gone = self._rows.would_break(link, parents, missing, link.gives_way)
        if not gone.any():
            return parents, missing
        return parents, gone if missing is None else missing | gone

    def _fitted(self, link: Link, parents: U64, missing: Mask | None) -> tuple[U64, Mask | None]:
        """Point elsewhere in the own table where a condition would fail: at earlier rows, the row itself, or none."""
        way = link.pointing
        if not link.fits or not isinstance(way, EarlierRow):
            return parents, missing
        broken = self._rows.would_break(link, parents, missing, link.fits)
        if missing is not None and link.cases is not None:
            broken &= ~missing  # a branch leaves them none
        left = np.flatnonzero(broken)
        if not len(left):
            return parents, missing
        parents = parents.copy()
        nowhere = np.zeros(len(parents), dtype=bool) if missing is None else missing.copy()
        among = self._chosen(link) if way.conditions else None
        width = 1
        while len(left) and width <= _WIDEST:
            each = np.repeat(left, width)
            drawn, there = self._drawn_earlier(link, left, among, width)
            held = there & ~self._rows.would_break(link, drawn, None, link.fits, each)
            left = _settled(parents, nowhere, left, drawn.reshape(-1, width), held.reshape(-1, width))
            width *= 2
        if len(left):
            itself = self._numbers.rows[left]
            held = ~self._rows.would_break(link, itself, None, (*link.fits, *way.conditions), left)
            left = _settled(parents, nowhere, left, itself[:, None], held[:, None])
        if len(left) and link.fits_or_none:
            forced = None if link.cases is None else self._numbers.forced(link.cases)
            none = np.ones(len(left), dtype=bool) if forced is None else ~forced[left]
            held = none & ~self._rows.would_break(link, parents[left], np.ones(len(left), dtype=bool), link.fits, left)
            nowhere[left[held]] = True
        return parents, nowhere if nowhere.any() else None

    def _drawn_earlier(self, link: Link, left: npt.NDArray[np.intp], among: U64 | None, width: int) -> tuple[U64, Mask]:
        """Earlier rows drawn for some rows, so many for each, and where there are any."""
        rows = self._numbers.rows[left]
        before = rows if among is None else np.searchsorted(among, rows).astype(np.uint64)
        room = np.maximum(before, np.uint64(1)).astype(np.float64)
        purpose = f"fk {link.name}"
        each = [
            (unit(self._numbers.raw_bits(purpose, "fit", width + i, left)) * room).astype(np.uint64)
            for i in range(width)
        ]
        drawn = np.stack(each, axis=1).reshape(-1)
        if among is not None and len(among):
            drawn = among[drawn]
        return drawn, np.repeat(before > 0, width)

    def _listed(self, link: Link, parents: U64, missing: Mask | None) -> tuple[U64, Mask | None]:
        """Put the parents in place that fixed rows name."""
        known = self._numbers.table.known
        given = known.pointed.get(link.index) if known is not None else None
        if given is None:
            return parents, missing
        fixed, owners, nowhere = given
        at, which = _places(self._numbers.rows, fixed)
        if not len(at):
            return parents, missing
        parents = parents.copy()
        parents[at] = owners[which]
        missing = np.zeros(len(parents), dtype=bool) if missing is None else missing.copy()
        missing[at] = nowhere[which]
        return parents, missing if missing.any() else None

    def place(self, link: Link) -> Place:
        """Return where rows stand among the children of their parents."""
        return self._numbers.place(link)

    def settle(self, link: Link, parents: U64, missing: Mask | None) -> None:
        """Set where a foreign key points that was drawn again."""
        self._found[link.index] = parents, missing

    def _point(self, link: Link) -> tuple[U64, Mask | None]:
        purpose = f"fk {link.name}"
        attempt = self._numbers.attempt if self._numbers.redrawn.issuperset(link.columns) else 0
        missing = self._numbers.missing(purpose, link.null_rate, link.cases, attempt)
        match link.pointing:
            case RandomParent():
                parents = scale(self._numbers.raw_bits(purpose, "parent", attempt), link.target_rows)
            case Chosen():
                rows = self._chosen(link)
                if not len(rows):
                    parents, missing = np.zeros_like(self._numbers.index), np.ones(len(self._numbers.index), dtype=bool)
                elif link.pointing.allocation is not None and link.pointing.differing is not None:
                    parents = self._of_values(link, link.pointing.allocation, purpose, attempt)
                elif link.pointing.allocation is not None:
                    parents = rows[self._numbers.ordinals(link.pointing.allocation) % np.uint64(len(rows))]
                else:
                    parents = rows[scale(self._numbers.raw_bits(purpose, "parent", attempt), len(rows))]
            case Growing():
                parents = self._grown(link.pointing, purpose, attempt)
            case Divided(made, existing, share):
                bits = self._numbers.raw_bits(purpose, "parent", attempt)
                held = unit(self._numbers.raw_bits(purpose, "existing", attempt)) < share
                parents = np.where(held, np.uint64(made) + scale(bits, existing), scale(bits, max(made, 1)))
            case Via(links):
                parents, nowhere = self._rows.along(links)
                if nowhere is not None:
                    drawn = scale(self._numbers.raw_bits(purpose, "parent", attempt), link.target_rows)
                    parents = np.where(nowhere, drawn, parents)
            case Tried():
                parents = self._tried(link, link.pointing, purpose, missing)
            case Opposite():
                parents, missing = self._opposite(link, link.pointing)
            case Apart(other):
                taken, _ = self.of(self._numbers.table.links[other])
                further = scale(self._numbers.raw_bits(purpose, "parent", attempt), link.target_rows - 1)
                parents = (taken + further + np.uint64(1)) % np.uint64(link.target_rows)
            case SharedParent():
                parents = self._numbers.index % np.uint64(link.target_rows)
            case KeyedParent(allocation):
                parents = self._numbers.ordinals(allocation)
                nowhere = parents >= np.uint64(link.target_rows)
                if link.nullable and nowhere.any():  # a null is one more value of the key
                    parents = np.where(nowhere, np.uint64(0), parents)
                    missing = nowhere if missing is None else missing | nowhere
            case Dealt(deal_purpose):
                table = self._numbers.table
                seed, total = self._numbers.seed, link.target_rows
                parents = keys.deal_out(deal_purpose, seed, table.ref, table.size, total, self._numbers.index)
            case Within():
                parents, absent = self._within(link, link.pointing, purpose, attempt)
                missing = absent if missing is None else missing | absent
            case OfKind():
                parents = self._of_kind(link.pointing, purpose, attempt)
            case PerParent():
                table = self._numbers.table
                parents, beyond = keys.per_parent(
                    link.pointing, self._numbers.seed, table.ref, table.size, self._numbers.index
                )
                missing = beyond if beyond.any() else None
            case Families() | Historic():
                place = self.place(link)
                parents, missing = place.parents, place.missing
            case EarlierRow(root_rate, conditions, within) as way:
                among = self._chosen(link) if conditions else None
                rate = root_rate if link.cases is None else 0.0
                parents, roots = self._earlier(purpose, rate, among, within=within)
                if way.held and not conditions:
                    above = np.uint64(way.made) + scale(self._numbers.raw_bits(purpose, "existing", 0), way.held)
                    parents = np.where(roots, above, parents)
                if link.nullable:
                    forced = None if link.cases is None else self._numbers.forced(link.cases)
                    if forced is not None and among is not None and len(among):
                        parents = np.where(roots & forced, among[0], parents)
                    roots = roots if forced is None else roots & ~forced
                    missing = roots if missing is None else missing | roots
            case EarlierSibling():
                parents, roots = self._among_siblings(link.pointing, purpose)
                if link.nullable:
                    missing = roots if missing is None else missing | roots
            case _:
                assert_never(link.pointing)
        return parents, missing

    def _of_values(self, link: Link, allocation: Allocation, purpose: str, attempt: int | Attempts) -> U64:
        """Any of the rows that have the value which a key deals."""
        rows, starts = self._by_value(link)
        at = self._numbers.ordinals(allocation) % np.uint64(max(len(starts) - 1, 1))
        room = (starts[at + np.uint64(1)] - starts[at]).astype(np.float64)
        within = (unit(self._numbers.raw_bits(purpose, "parent", attempt)) * room).astype(np.uint64)
        found: U64 = rows[starts[at] + within]
        return found

    def _tried(self, link: Link, way: Tried, purpose: str, missing: Mask | None) -> U64:
        """The first of the rows drawn that will do; more are tried at once the fewer are left to find one."""
        count = len(self._numbers.index)
        parents = np.zeros(count, dtype=np.uint64)
        left = np.arange(count) if missing is None else np.flatnonzero(~missing)
        first, width = 0, 1
        while len(left):
            if first >= _MOST_DRAWS and way.or_any:
                bits = self._numbers.raw_bits(purpose, "parent", 0, left)
                parents[left] = scale(bits, link.target_rows)
                break
            if first >= _MOST_DRAWS:
                rows = ", ".join(str(row) for row in self._numbers.index[left][:3])
                raise GenerationError(
                    f"{self._numbers.table.ref}: no row of {link.target} was found that {', '.join(link.columns)} may "
                    f"refer to in rows {rows}",
                    hint="let the condition of its parent rule hold for more rows",
                    columns=link.columns,
                )
            drawn = np.stack(
                [
                    scale(self._numbers.raw_bits(purpose, "parent", first + i, left), link.target_rows)
                    for i in range(width)
                ],
                axis=1,
            )
            will_do = self._rows.would_do(link, way, np.repeat(left, width), drawn.reshape(-1)).reshape(drawn.shape)
            found = will_do.any(axis=1)
            parents[left[found]] = drawn[found, will_do[found].argmax(axis=1)]
            left, first, width = left[~found], first + width, min(2 * width, _WIDEST)
        return parents

    def _opposite(self, link: Link, way: Opposite) -> tuple[U64, Mask | None]:
        """The row of another family at the place that the row has in its own."""
        place = self.place(self._numbers.table.links[way.own])
        others, nowhere = self._rows.along(way.way)
        family = self._rows.family_of(link.target, way.link)
        counts = family.counts(others)
        missing = counts == 0
        for absent in (nowhere, place.missing):
            missing = missing if absent is None else missing | absent
        numbers = place.number % np.maximum(counts, np.uint64(1))
        rows = np.minimum(family.child(others, numbers), np.uint64(max(link.target_rows - 1, 0)))
        return rows, missing if missing.any() else None

    def _grown(self, way: Growing, purpose: str, attempt: int | Attempts) -> U64:
        """A row of the target that is there when the row comes."""
        # Candidates behind the last row are looked at too, before the run.
        last = np.uint64(way.parents - 1)
        latest: U64 = np.minimum(self._numbers.rows * np.uint64(way.parents) // np.uint64(way.rows), last)
        if way.in_turn:
            return latest
        earliest = latest // np.uint64(2)
        room = (latest - earliest + np.uint64(1)).astype(np.float64)
        return earliest + (unit(self._numbers.raw_bits(purpose, "parent", attempt)) * room).astype(np.uint64)

    def _of_kind(self, way: OfKind, purpose: str, attempt: int | Attempts) -> U64:
        """A row of the target that is of certain kinds."""
        if way.allocation is not None:
            numbers = self._numbers.ordinals(way.allocation)
        else:
            numbers = scale(self._numbers.raw_bits(purpose, "parent", attempt), way.size)
        return keys.of_kind(way, self._numbers.seed, numbers)

    def _within(self, link: Link, way: Within, purpose: str, attempt: int | Attempts) -> tuple[U64, Mask]:
        """A row of the target among those that hang from the anchor's row, and where there is none."""
        seed = self._numbers.seed
        at, _ = self.of(self._numbers.table.links[way.anchor])
        numbers = self._numbers.ordinals(way.allocation) if way.allocation is not None else None
        absent = np.zeros(len(self._numbers.index), dtype=bool)
        for depth, deal in enumerate(way.down):
            counts = keys.members(deal, at)
            if way.earlier and depth == len(way.down) - 1:
                counts = keys.number_within(deal, seed, self._numbers.index)
            absent |= counts == 0
            room = np.maximum(counts, np.uint64(1))
            if numbers is None:
                share = unit(self._numbers.raw_bits(purpose, f"parent {depth}", attempt))
                chosen = np.minimum((share * room).astype(np.uint64), room - np.uint64(1))
            else:
                fewest = np.uint64(max(deal.rows // deal.parents, 1))
                chosen, numbers = numbers % fewest, numbers // fewest
            none = np.uint64(0)
            at = keys.member(deal, seed, np.where(absent, none, at), np.where(absent, none, chosen))
        if absent.any() and not (way.earlier or link.nullable):
            raise self._nothing_below(link, way)
        if way.earlier and link.nullable:
            absent |= unit(self._numbers.raw_bits(purpose, "root", 0)) < 0.05
        elif way.earlier:
            at = np.where(absent, self._numbers.index, at)
        return at, absent

    def _nothing_below(self, link: Link, way: Within) -> GenerationError:
        table = self._numbers.table
        anchor = table.links[way.anchor]
        return GenerationError(
            f"{table.ref}: foreign keys {anchor.name} and {link.name} share columns, and some rows of {anchor.target} "
            f"that rows refer to have no row of {link.target}",
            hint=f"ask for as many rows of {link.target} as of {anchor.target}, or for fewer of {anchor.target}",
        )

    def _earlier(self, purpose: str, root_rate: float, among: U64 | None, *, within: bool) -> tuple[U64, Mask]:
        """A tree: each row under some earlier row, or one of some, and which are roots; these are under themselves.

        Where roots are to be some of those too, the others stand under the first of these before there is one.
        """
        rows = self._numbers.rows
        there = rows if among is None else np.searchsorted(among, rows).astype(np.uint64)
        below = np.maximum(there, np.uint64(1)).astype(np.float64)
        parents = (unit(self._numbers.raw_bits(purpose, "parent", 0)) * below).astype(np.uint64)
        roots = (unit(self._numbers.raw_bits(purpose, "root", 0)) < root_rate) | (there == 0)
        if among is not None and len(among):
            parents = among[parents]
            if within:
                roots &= among[np.minimum(there, np.uint64(len(among) - 1))] == rows
        return np.where(roots, rows, parents), roots

    def _among_siblings(self, way: EarlierSibling, purpose: str) -> tuple[U64, Mask]:
        """A tree within each family: each row under some earlier sibling, and which are roots, under themselves."""
        table = self._numbers.table
        place = self.place(table.links[way.family])
        roots = (unit(self._numbers.raw_bits(purpose, "root", 0)) < way.root_rate) | (place.number == 0)
        if place.missing is not None:
            roots |= place.missing
        before = np.maximum(place.number, np.uint64(1)).astype(np.float64)
        chosen = (unit(self._numbers.raw_bits(purpose, "parent", 0)) * before).astype(np.uint64)
        own = self._numbers.rows
        above = self._numbers.family(table.links[way.family]).child(
            np.where(roots, np.uint64(0), place.parents), np.where(roots, np.uint64(0), chosen)
        )
        return np.where(roots, own, above), roots


def _settled(parents: U64, nowhere: Mask, left: npt.NDArray[np.intp], drawn: U64, held: Mask) -> npt.NDArray[np.intp]:
    """Take the first row that was drawn and holds, for each; return which are left without."""
    found = held.any(axis=1)
    parents[left[found]] = drawn[found, held[found].argmax(axis=1)]
    nowhere[left[found]] = False
    return left[~found]


def _places(rows: U64, wanted: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where rows of ascending numbers stand among others, and which they are."""
    which = np.searchsorted(wanted, rows)
    found = np.flatnonzero((which < len(wanted)) & (wanted[np.minimum(which, len(wanted) - 1)] == rows))
    return found, which[found]
