"""A plan resolved where rows are known before any is made.

Made rows may repeat no key of a known one. Which of them would is found by making their keys: such candidates are
skipped, and others take their place. That is the proof too: what is left repeats nothing, and there is enough of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.existing import Existing
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import GenerationError, Infeasible
from datalchemy_nb.generate import checks, periods
from datalchemy_nb.generate.rows import Batch, Engine
from datalchemy_nb.later import Later
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.resolve.answers import Ask
from datalchemy_nb.resolve.family_plan import Families, Historic
from datalchemy_nb.resolve.known import Given
from datalchemy_nb.resolve.plan import Guard, Known, Link, ResolvedPlan, ResolvedTable
from datalchemy_nb.resolve.resolve import resolve

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Later("duckdb")

_ROUNDS = 12
_HINT = "change the row, or the values that it repeats"


def settled(
    plan: Plan,
    schema: DatabaseSchema,
    ask: Ask | None = None,
    existing: Existing | None = None,
    known: ResolvedPlan | None = None,
) -> ResolvedPlan:
    """Resolve a plan; where it knows rows, find what must not be repeated, and what fixed rows point at.

    Args:
        plan: a validated plan.
        schema: the schema.
        ask: as for `datalchemy_nb.resolve.resolve.resolve`.
        existing: keys of the rows that the database holds, where the plan keeps or appends to some.
        known: the plan resolved with these keys and without a server, where that was done before.

    Raises:
        Infeasible: the plan cannot be met; every reason is listed in ``issues``.
    """
    if existing is None or not plan.holding:
        return _settled(plan, schema, ask, Given(existing), known)
    try:
        return _settled(plan, schema, ask, Given(existing), known)
    except Infeasible:
        return _settled(plan, schema, ask, Given(existing, fill_gaps=True))


def _settled(
    plan: Plan, schema: DatabaseSchema, ask: Ask | None, given: Given, before: ResolvedPlan | None = None
) -> ResolvedPlan:
    resolved = before if before is not None and not before.consulted else resolve(plan, schema, ask, given)
    if not any(table.known is not None and table.rows for table in resolved.tables.values()):
        return resolved
    for _ in range(_ROUNDS):
        resolved, lacking = _without_repeats(resolved)
        if not lacking:
            return _with_fixed_rows(resolved)
        resolved, given = _with_room(resolved, schema, ask, given, lacking)
    told = "rows that are known before take the values of the rows made"
    raise _refused([_issue(resolved, ref, "existing_keys", f"{ref}: {told}", None) for ref in lacking])


def _with_room(
    resolved: ResolvedPlan, schema: DatabaseSchema, ask: Ask | None, given: Given, lacking: dict[TableRef, int]
) -> tuple[ResolvedPlan, Given]:
    """Resolve again with more candidates: as many as are lacking, or as a unique set of the table has values."""
    room = {ref: given.room.get(ref, 0) + lacking.get(ref, 0) for ref in {*given.room, *lacking}}
    wider = replace(given, room=room)
    try:
        return resolve(resolved.plan, schema, ask, wider), wider
    except Infeasible as failure:
        most = {
            issue.table: issue.possible - _upto(resolved, issue.table)
            for issue in failure.issues
            if issue.table in lacking and issue.possible is not None
        }
        if not most or any(count <= given.room.get(ref, 0) for ref, count in most.items()):
            raise _too_small(failure, room) from None
    wider = replace(given, room=room | most)
    try:
        return resolve(resolved.plan, schema, ask, wider), wider
    except Infeasible as failure:
        raise _too_small(failure, room) from None


def _without_repeats(resolved: ResolvedPlan) -> tuple[ResolvedPlan, dict[TableRef, int]]:
    """Let each table skip the candidates that repeat a key of a known row; say how many more candidates it takes."""
    tables, lacking = dict(resolved.tables), dict[TableRef, int]()
    growing = {target.ref for target in resolved.plan.targets if target.capacity}
    for ref, table in resolved.tables.items():
        if table.known is None or not table.rows:
            continue
        # The first rows stay while a table grows, so its candidates are looked at as far as it may come.
        grows = ref in growing
        whole = {at: replace(one, rows=_upto(resolved, at)) for at, one in tables.items()} if grows else tables
        engine = Engine(replace(resolved, tables=whole))
        found, missing = _placed(engine, whole[ref], table.known)
        if missing:
            lacking[ref] = missing
        counted = any(isinstance(link.pointing, Families | Historic) for link in table.links)
        if counted and (len(found.skipped) > found.fixed or missing):
            message = (
                f"{ref}: {max(len(found.skipped) - found.fixed, missing):,} rows would repeat keys of rows that exist, "
                "and cannot be left out: relations count the rows of this table"
            )
            raise _refused(
                [_issue(resolved, ref, "existing_keys", message, "take another seed, or take the relation out")]
            )
        # What is lacking is found out in the next round; until then nobody points at a candidate that is not there.
        tables[ref] = table if missing else replace(table, known=found)
    return replace(resolved, tables=tables), lacking


def _upto(resolved: ResolvedPlan, ref: TableRef) -> int:
    """How many rows a table may have in the end."""
    capacity = next((target.capacity for target in resolved.plan.targets if target.ref == ref), None)
    return max(resolved.tables[ref].rows, capacity or 0)


def _placed(engine: Engine, table: ResolvedTable, known: Known) -> tuple[Known, int]:
    """Return which candidates rows take, and how many rows then have none.

    Fixed rows take the first, so that numbers count from them on. Where that leaves too few for the others, they take
    those that repeat their own keys, which nobody else can have.
    """
    first = replace(known, own=np.arange(known.fixed, dtype=np.uint64))
    first = replace(first, skipped=first.own)
    guards = _guarding(engine, replace(table, known=first), first)
    skipped, missing = _repeating(engine, table, first, guards, known.fixed)
    settled = replace(first, skipped=np.concatenate([first.own, skipped]))
    listed = [any(name in known.cells for name in guard.columns) for guard, _ in guards]
    whole = [all(name in known.cells for name in guard.columns) for guard, _ in guards]
    if not missing or not known.fixed or listed != whole:
        return settled, missing
    skipped, missing = _repeating(engine, table, first, guards, 0)
    if len(skipped) < known.fixed or missing:
        return settled, max(missing, known.fixed - len(skipped), 1)
    return replace(first, own=skipped[: known.fixed], skipped=skipped), 0


def _guarding(engine: Engine, table: ResolvedTable, known: Known) -> list[tuple[Guard, pl.DataFrame]]:
    """The unique sets with keys that are taken already."""
    found = ((guard, _known_keys(engine, table, known, guard)) for guard in known.guards)
    return [(guard, keys) for guard, keys in found if keys.height]


def _repeating(
    engine: Engine, table: ResolvedTable, known: Known, guards: list[tuple[Guard, pl.DataFrame]], start: int
) -> tuple[U64, int]:
    """Return the candidates that repeat a key of a known row, and how many rows then have none.

    Args:
        start: the first candidate that a row other than the fixed ones may take.
    """
    wanted = table.rows - known.fixed
    if not guards:
        return np.zeros(0, dtype=np.uint64), max(wanted - (table.size - start), 0)
    nothing = np.zeros(0, dtype=np.uint64)
    alone = replace(known, fixed=0, cells={}, existing=0, keys=known.keys[:0], own=nothing, skipped=nothing)
    bare = replace(table, rows=table.size, known=alone)
    skipped: list[U64] = []
    begin = start
    while wanted > 0 and start < table.size:
        index = np.arange(start, min(start + min(max(wanted, 1024), BLOCK_ROWS), table.size), dtype=np.uint64)
        batch = Batch(engine, bare, index)
        bad = np.zeros(len(index), dtype=bool)
        for guard, keys in guards:
            bad[_clashing(_keys(batch, guard), keys, guard)["row"].to_numpy()] = True
        # Those behind the last row wanted are not looked at twice.
        upto = np.cumsum(~bad)
        taken = len(index) if upto[-1] < wanted else int(np.searchsorted(upto, wanted)) + 1
        skipped.append(index[:taken][bad[:taken]])
        wanted -= int((~bad[:taken]).sum())
        start += taken
    if wanted <= 0:
        return np.concatenate(skipped) if skipped else nothing, 0
    # Mostly no known key stands in the way of more than one candidate; where one does, another round takes more.
    left_out = sum(map(len, skipped))
    still = sum(keys.height for _, keys in guards) - left_out
    likely = wanted * (table.size - begin) // max(table.size - begin - left_out, 1)
    return np.concatenate(skipped), wanted + min(max(likely, wanted), max(still, 0))


def _names(guard: Guard) -> list[str]:
    return [f"k{i}" for i in range(len(guard.parts))]


def _keys(batch: Batch, guard: Guard) -> pl.DataFrame:
    """The key of each row that takes part in the set, with its place in the batch."""
    frame = pl.DataFrame([batch.column(name).alias(name) for name in guard.columns])
    return _read(frame, guard, np.arange(len(batch.rows)))


def _read(frame: pl.DataFrame, guard: Guard, places: npt.NDArray[np.int64]) -> pl.DataFrame:
    if guard.plain:
        read = [frame[name] for name in guard.columns[: len(guard.parts)]]
    else:
        read = checks.texts(frame, guard.parts)
    parts = [series.alias(name) for name, series in zip(_names(guard), read, strict=True)]
    keys = pl.DataFrame([*parts, pl.Series("row", places)])
    if guard.period is not None:
        keys = keys.hstack(periods.bounds(frame, guard.period))
    if guard.predicate is not None:
        keys = keys.filter(pl.Series(checks.holding(frame, guard.predicate)))
    names = _names(guard)
    return keys if guard.nulls_alike or not names else keys.drop_nulls(names)


def _clashing(own: pl.DataFrame, keys: pl.DataFrame, guard: Guard) -> pl.DataFrame:
    """The rows that stand in the way of a known one."""
    if guard.period is not None:
        return periods.overlapping(own, keys, _names(guard))
    return own.join(keys, on=_names(guard), how="semi", nulls_equal=guard.nulls_alike)


def _known_keys(engine: Engine, table: ResolvedTable, known: Known, guard: Guard) -> pl.DataFrame:
    """The keys of known rows in a set."""
    found = []
    if known.existing and set(guard.columns) <= set(known.keys.columns):
        found.append(_read(known.keys, guard, np.arange(known.keys.height)))
    if known.fixed and any(name in known.cells for name in guard.columns):
        found.append(_keys(Batch(engine, table, np.arange(known.fixed, dtype=np.uint64)), guard))
    return pl.concat(found) if found else pl.DataFrame()


# --- fixed rows -------------------------------------------------------------------------------------------------------


def _with_fixed_rows(resolved: ResolvedPlan) -> ResolvedPlan:
    """Let fixed rows point where they say, and hold them against their table's constraints."""
    tables = dict(resolved.tables)
    issues: list[Issue] = []
    for ref, table in resolved.tables.items():
        known = table.known
        if known is None or not known.fixed or not table.rows:
            continue
        pointed = {}
        for link in table.links:
            listed = [name for name in link.columns if name in known.cells]
            if listed:
                way, told = _parents(Engine(replace(resolved, tables=tables)), resolved, ref, link, known)
                issues.extend(told)
                if way is not None:
                    pointed[link.index] = way
        tables[ref] = replace(table, known=replace(known, pointed=pointed))
    resolved = replace(resolved, tables=tables)
    if not issues:
        engine = Engine(resolved)
        for table in tables.values():
            if table.known is not None and table.known.fixed and table.rows:
                issues.extend(_broken(engine, table, table.known))
    if issues:
        raise _refused(issues)
    return resolved


def _parents(
    engine: Engine, resolved: ResolvedPlan, ref: TableRef, link: Link, known: Known
) -> tuple[tuple[npt.NDArray[np.intp], U64, npt.NDArray[np.bool_]] | None, list[Issue]]:
    """Return the rows that a listed foreign key leads to."""
    rows = sorted({int(row) for name in link.columns if name in known.cells for row in known.cells[name][0]})
    values: dict[str, pl.Series] = {}
    for name in link.columns:
        listed = known.cells.get(name)
        if listed is None or set(rows) - set(listed[0].tolist()):
            message = f"{ref}: a fixed row lists {', '.join(n for n in link.columns if n != name)}, but not {name}, of "
            message += f"foreign key {link.name}"
            return None, [_issue(resolved, ref, "fixed_row", message, "list all columns of the key, or none")]
        values[name] = listed[1][np.searchsorted(listed[0], rows).astype(np.uint32)]
    wanted = pl.DataFrame([series.alias(f"k{i}") for i, series in enumerate(values.values())])
    nowhere = np.zeros(len(rows), dtype=bool)
    for series in values.values():
        nowhere |= series.is_null().to_numpy()
    found = np.full(len(rows), -1, dtype=np.int64)
    found[nowhere] = 0
    table = resolved.tables[link.target]
    for numbers in _in_search(table):
        if (found >= 0).all():
            break
        batch = engine.batch(engine.plan.tables[link.target], numbers)
        keys = pl.DataFrame([batch.column(name).alias(f"k{i}") for i, name in enumerate(link.referenced)])
        keys = keys.with_columns(pl.Series("parent", numbers.astype(np.int64)))
        same = wanted.with_row_index("row").join(keys, on=[f"k{i}" for i in range(len(values))], how="inner")
        found[same["row"].to_numpy()] = same["parent"].to_numpy()
    issues = [
        _issue(
            resolved,
            ref,
            "fixed_row",
            f"{ref}: fixed row {rows[at]} has no parent in {link.target} by {', '.join(link.columns)}",
            f"list a row of {link.target} with that key, or leave the column out",
            row=rows[at],
        )
        for at in np.flatnonzero(found < 0)
    ]
    return (np.array(rows, dtype=np.intp), found.clip(0).astype(np.uint64), nowhere), issues


def _in_search(table: ResolvedTable) -> Iterator[U64]:
    """Row numbers of a table, those first that are most likely referred to."""
    known = table.known
    if known is not None and known.fixed:
        yield np.arange(min(known.fixed, table.rows), dtype=np.uint64)
    if known is not None and known.existing:
        yield np.arange(table.rows, table.parents, dtype=np.uint64)
    for start in range(known.fixed if known is not None else 0, table.rows, BLOCK_ROWS):
        yield np.arange(start, min(start + BLOCK_ROWS, table.rows), dtype=np.uint64)


def _broken(engine: Engine, table: ResolvedTable, known: Known) -> Iterator[Issue]:
    """What fixed rows break: CHECKs, and keys among themselves and against rows that exist."""
    ref, rows = table.ref, np.arange(known.fixed, dtype=np.uint64)
    try:
        frame = engine.rows(ref, rows)
    except GenerationError as failure:
        yield _issue(engine.plan, ref, "fixed_row", f"fixed rows of {ref}: {failure.message}", _HINT)
        return
    for name, sql in known.checks:
        try:
            failed = np.flatnonzero(checks.failing(frame, [sql]))
        except (duckdb.Error, GenerationError):
            continue  # a column of it is not in the file: load and evaluate tell
        for row in failed[:1]:
            message = f"{ref}: fixed row {int(row)} does not hold CHECK {name}"
            hint = "change the row, or list the other columns that it reads too"
            yield _issue(engine.plan, ref, "fixed_row", message, hint, row=int(row))
    for guard in known.guards:
        if not any(name in known.cells for name in guard.columns):
            continue
        own = _keys(Batch(engine, table, rows), guard)
        if guard.period is not None:
            repeated = periods.overlapping_earlier(own, _names(guard)).select("row")
        else:
            repeated = own.filter(own.select(_names(guard)).is_duplicated()).select("row")
        if known.existing and set(guard.columns) <= set(known.keys.columns):
            held = _read(known.keys, guard, np.arange(known.keys.height))
            repeated = pl.concat([repeated, _clashing(own, held, guard).select("row")])
        if repeated.height:
            row = int(repeated["row"].max())  # type: ignore[arg-type]
            message = f"{ref}: fixed row {row} repeats the key of another row ({guard.name})"
            yield _issue(engine.plan, ref, "fixed_row", message, "change the row", row=row)


# --- what cannot be ---------------------------------------------------------------------------------------------------


def _issue(
    resolved: ResolvedPlan, ref: TableRef, code: str, message: str, hint: str | None, row: int | None = None
) -> Issue:
    at = next((i for i, target in enumerate(resolved.plan.targets) if target.ref == ref), None)
    where = () if at is None else ("targets", at, *(() if row is None else ("fixed", row)))
    return error(code, pointer(*where) if where else "/", message, hint, table=ref)


def _refused(issues: list[Issue]) -> Infeasible:
    more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
    return Infeasible(issues[0].message + more, issues=issues, hint=issues[0].hint)


def _too_small(failure: Infeasible, room: dict[TableRef, int]) -> Infeasible:
    """Say that known rows are why more distinct values are asked for than rows."""
    issues = []
    for issue in failure.issues:
        count = next((count for ref, count in room.items() if issue.message.startswith(str(ref))), 0)
        told = f"{issue.message}, {count} of them in place of values that known rows have" if count else issue.message
        issues.append(issue.model_copy(update={"message": told}) if hasattr(issue, "model_copy") else issue)
    return _refused(issues) if issues else failure
