"""How often a first draw satisfies what is left to redrawing, measured on a few rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.relations import BoundsRule
from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.mixed import ByLocale
from datalchemy_nb.errors import GenerationError, TooSlow
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.numbers import Attempts
from datalchemy_nb.generate.rehearsal import SAMPLE, rehearsed, spaced
from datalchemy_nb.generate.rows import Batch, Engine, too_deep
from datalchemy_nb.generate.sieves import TooFewError
from datalchemy_nb.planning.issues import About, error, pointer, warning
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import Chosen, Predicate, RandomParent, RedrawGroup, ResolvedTable
from datalchemy_nb.resolve.sources import Drawn, FromParent

_QUICK = 256
_RARE = 0.05
"""Below this share of draws that hold, a few rows are made, to see whether they can be."""
_TRIED = 256


@dataclass(frozen=True)
class Acceptance:
    """What measuring the constraints of a table gave.

    Attributes:
        shares: per constraint, the share of rows whose first draw it accepts.
        issues: warnings about those that took too long to be measured.
    """

    shares: dict[str, float] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def late(self, ref: TableRef, name: str, reason: TooSlow) -> None:
        """Note a constraint that was not measured."""
        self.shares.pop(name, None)
        self.issues.append(
            warning(
                "slow_expression",
                "/",
                f"{ref}: {name} was not measured, and a run may take long: {reason.message}",
                reason.hint,
                table=ref,
                constraint=name,
            )
        )


def acceptance(engine: Engine, ref: TableRef, sample: int = SAMPLE) -> Acceptance:
    """Return, per constraint of a table, the share of rows whose first draw it accepts.

    Args:
        engine: over the plan.
        ref: the table.
        sample: at most so many rows, evenly spaced from first to last.
    """
    table = engine.plan.tables[ref]
    if not table.rows or not (table.groups or table.verified):
        return Acceptance()
    rows = spaced(table.rows, sample)
    found = Acceptance()
    for predicate in table.verified:
        try:
            share = _share(engine, ref, rows, predicate)
        except TooSlow as late:
            found.late(ref, predicate.name, late)
        else:
            found.shares[predicate.name] = min(share, found.shares.get(predicate.name, 1.0))
    for group in table.groups:
        names = list(dict.fromkeys(predicate.name for predicate in group.predicates))
        try:
            frame = Batch(engine, table, rows).first_draw(group)
        except TooSlow as late:
            for name in names:
                found.late(ref, name, late)
            continue
        for name in names:
            asked = [predicate.sql for predicate in group.predicates if predicate.name == name]
            try:
                found.shares[name] = 1 - float(checks.failing(frame, asked).mean())
            except TooSlow as late:
                found.late(ref, name, late)
    return found


def unmet(engine: Engine, sample: int = SAMPLE) -> list[Issue]:
    """Return an error for every condition that no construction covers and that a sample of rows shows cannot be met.

    A table whose rows could not be tried in time is told by a warning.

    Conditions on columns that relations or keys decide must hold in every row of the sample; of those that rows are
    drawn again for, some row must hold them; keys that are sifted must have combinations enough, and foreign keys that
    choose among parents a parent. Rows are held against what construction promises, see
    `datalchemy_nb.generate.rehearsal`.

    Args:
        engine: over the plan.
        sample: at most so many rows of a table, evenly spaced from first to last.
    """
    issues: list[Issue] = []
    for ref, table in engine.plan.tables.items():
        if not table.rows:
            continue
        issues += _without_room(engine, ref, spaced(table.rows, sample)) if table.unsure else ()
        if _wrong(issues):
            return issues  # what reads these columns cannot be made either
        issues += _finds_none(engine, ref, min(sample, _QUICK))
        if _wrong(issues):
            return issues
        try:
            issues += _too_few(engine, ref) or [*_never(engine, ref, sample), *_broken(engine, ref, sample)]
            issues += [] if _wrong(issues) else [*rehearsed(engine, ref)]
        except TooSlow as late:
            told = any(issue.table == ref for issue in issues)
            issues += [] if told else [_not_tried(ref, late)]
        except GenerationError as failure:
            issues.append(error("never_holds", "/", failure.message, failure.hint, table=ref, reads=failure.columns))
        except RecursionError:
            deep = too_deep(table)
            issues.append(error("circular_input", "/", deep.message, deep.hint, table=ref))
    return issues


def _wrong(issues: list[Issue]) -> bool:
    return any(issue.severity == "error" for issue in issues)


def _not_tried(ref: TableRef, reason: TooSlow, constraint: str | None = None) -> Issue:
    about: About = {"table": ref} if constraint is None else {"table": ref, "constraint": constraint}
    return warning(
        "slow_expression",
        "/",
        f"{ref}: {constraint or 'what its rows must hold'} was not tried on a sample, so that a run may fail there: "
        f"{reason.message}",
        reason.hint,
        **about,
    )


def _shows_entities(table: ResolvedTable, group: RedrawGroup) -> bool:
    """Whether a column shows the person, place or company that a row is about, which is not drawn again."""
    domains = [getattr(table.every[name].source, "domain", None) for name in group.columns]
    domains += [part for domain in domains if isinstance(domain, ByLocale) for part in domain.parts]
    return any(isinstance(domain, Facet) for domain in domains)


def _hangs(table: ResolvedTable, group: RedrawGroup) -> bool:
    """Whether what a row can draw depends on the row: on values that are not drawn again, a branch, a key."""
    links = [link for link in table.links if not isinstance(link.pointing, RandomParent)]
    fixed = {name for link in links for name in link.columns}
    return any(
        name in fixed
        or table.every[name].cases is not None
        or not isinstance(table.every[name].source, Drawn | FromParent)
        for name in group.columns
    )


def _finds_none(engine: Engine, ref: TableRef, sample: int) -> Iterator[Issue]:
    """Keys that find no row that they may refer to."""
    table = engine.plan.tables[ref]
    for link in table.tries:
        try:
            engine.rows(ref, spaced(table.rows, sample), link.columns)
        except GenerationError as reason:
            yield error("relation_infeasible", "/", reason.message, reason.hint, table=ref)


def _too_few(engine: Engine, ref: TableRef) -> list[Issue]:
    table = engine.plan.tables[ref]
    try:
        engine.sieves.sifted(table)
        for link in table.links:
            if isinstance(link.pointing, Chosen) and link.null_rate < 1:
                engine.sieves.parents(table, link)
    except TooFewError as failure:
        about: About = {"table": ref, "constraint": failure.constraint, "asked": table.rows}
        if failure.possible:
            about["possible"] = failure.possible
        return [error("domain_too_small", "/", failure.message, failure.hint, **about)]
    return []


def _broken(engine: Engine, ref: TableRef, sample: int) -> Iterator[Issue]:
    table = engine.plan.tables[ref]
    rows = spaced(table.rows, sample)
    for predicate in table.verified:
        share = _share(engine, ref, rows, predicate)
        if share < 1 and predicate.enforced:
            yield error(
                "relation_check",
                "/",
                f"{ref}: CHECK {predicate.name} ({', '.join(predicate.columns)}, which relations or keys decide) holds "
                f"in {share:.1%} of a sample's rows",
                "change the relations, leave the table out, or set a constraint_policy of kind check to warn",
                table=ref,
                constraint=predicate.name,
                reads=predicate.columns,
            )


def _never(engine: Engine, ref: TableRef, sample: int) -> Iterator[Issue]:
    """Conditions that rows would be drawn in vain for: no draw of a sample holds, or rows of a sample never do.

    A column that holds them as a null alone is told by a warning: its values would be drawn again until there is none.
    """
    table = engine.plan.tables[ref]
    for group in table.groups:
        asked = [predicate.sql for predicate in group.predicates if predicate.enforced]
        if not asked:
            continue
        try:
            share, absent = 0.0, list(group.columns)
            for drawn in _draws(engine, table, group, asked, sample):
                share = share or drawn.share
                absent = drawn.absent(table, absent) if drawn.share else absent
                if share and not absent:
                    break
            if share and (share < _RARE or group.inputs or _shows_entities(table, group) or _hangs(table, group)):
                engine.rows(ref, _tried(table.rows), group.columns)
        except TooSlow as late:
            yield _not_tried(ref, late, group.predicates[0].name)
            continue
        except GenerationError as failure:
            yield error(
                "never_holds", "/", failure.message, failure.hint, table=ref,
                constraint=group.predicates[0].name, reads=failure.columns or group.columns,
            )  # fmt: skip
            continue
        if share:
            yield from (_always_null(table, group, name) for name in absent)
        else:
            names = ", ".join(dict.fromkeys(predicate.name for predicate in group.predicates))
            yield error(
                "never_holds",
                "/",
                f"{ref}: {names} holds for none of {sample:,} draws of {', '.join(group.columns)}",
                "give these columns generators whose values can satisfy it, or leave the table out",
                table=ref,
                constraint=group.predicates[0].name,
                reads=group.columns,
            )


def _always_null(table: ResolvedTable, group: RedrawGroup, name: str) -> Issue:
    names = ", ".join(dict.fromkeys(predicate.name for predicate in group.predicates))
    return warning(
        "always_null",
        "/",
        f"{table.ref}.{show_ident(name)}: no draw of a sample with a value satisfies {names}; the column is null in "
        "every row, or in nearly every one",
        "give the column a rule whose values satisfy it",
        table=table.ref,
        column=name,
        constraint=group.predicates[0].name,
    )


@dataclass(frozen=True)
class _Drawn:
    """Draws of a group.

    Attributes:
        frame: its columns, and what its predicates read besides.
        held: which draws hold.
    """

    frame: pl.DataFrame
    held: npt.NDArray[np.bool_]

    @property
    def share(self) -> float:
        """The share of the draws that hold."""
        return float(self.held.mean())

    def absent(self, table: ResolvedTable, names: Iterable[str]) -> list[str]:
        """Columns that draws have values of, and none of those that hold."""
        there = {name: self.frame[name].is_not_null().to_numpy() for name in names if table.every[name].null_rate < 1}
        return [name for name, some in there.items() if some.mean() > _RARE and not (some & self.held).any()]


def _draws(engine: Engine, table: ResolvedTable, group: RedrawGroup, asked: list[str], sample: int) -> Iterator[_Drawn]:
    """Few draws of a group, many, and some from the ends of what can be drawn; rows of a small table several times."""
    for size, rows, far in ((_QUICK, _QUICK, False), (sample, sample, False), (SAMPLE, _QUICK, True)):
        numbers = spaced(table.rows, rows)
        attempts = Attempts(engine.plan.max_attempts if far else 0, -(-size // len(numbers)), far=far)
        frame = Batch(engine, table, numbers).draw_of(group, attempts)
        yield _Drawn(frame, ~checks.failing(frame, asked))


def _tried(rows: int) -> U64:
    """Rows that are made: all of a small table, else the first and some of the others."""
    if rows <= SAMPLE:
        return np.arange(rows, dtype=np.uint64)
    first = np.arange(_TRIED, dtype=np.uint64)
    return np.unique(np.concatenate([first, spaced(rows, _TRIED)]))


def _without_room(engine: Engine, ref: TableRef, rows: U64) -> Iterator[Issue]:
    """An error for every bounded column whose bounds leave nothing in some rows."""
    table = engine.plan.tables[ref]
    for name in table.unsure:
        try:
            count = len(Batch(engine, table, rows).without_room(name))
        except GenerationError as failure:  # it is made from another that has no room
            yield error("relation_infeasible", "/", failure.message, failure.hint, table=ref, column=name)
            return
        if count:
            index, rule = next(
                (index, rule)
                for index, rule in engine.plan.plan.relations
                if isinstance(rule, BoundsRule) and rule.ref == ref and rule.column == name
            )
            after, before = (", ".join(bound.column for bound in side) for side in (rule.after, rule.before))
            yield error(
                "relation_infeasible",
                pointer("rules", index),
                f"{ref}.{name}: its bounds leave no value in {count / len(rows):.1%} of a sample's rows: there "
                f"{after or 'the beginning of its range'} is later than {before or 'the end of its range'}",
                "give them ranges with room between, or let one of them lie after the other by a bounds rule",
                table=ref,
                column=name,
            )


def _share(engine: Engine, ref: TableRef, rows: U64, predicate: Predicate) -> float:
    """The share of rows in which a condition on columns that relations decide holds."""
    frame = engine.rows(ref, rows, predicate.columns)
    return 1 - float(checks.failing(frame, [predicate.sql]).mean())
