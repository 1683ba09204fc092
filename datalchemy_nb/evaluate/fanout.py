"""How many children the parents of a foreign key have."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from datalchemy_nb.contracts.metrics import ForeignKeyStat
from datalchemy_nb.contracts.schema import ForeignKey
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.references import common_casts, links
from datalchemy_nb.evaluate.workspace import Connection


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted.

    Attributes:
        stat: the entry of metrics.json.
        different: how many different keys the children have that have a parent.
        exact: keys are compared as they are, under no cast.
    """

    stat: ForeignKeyStat
    different: int
    exact: bool


def measure(con: Connection, table: LoadedTable, key: ForeignKey, parents: Sequence[LoadedTable]) -> Counted | None:
    """Children per parent, childless ones included; None where the dataset does not hold both sides.

    Args:
        con: the workspace.
        table: the referring table.
        key: its foreign key.
        parents: the tables that hold the referenced rows.
    """
    known = parents and table.has(*key.columns) and all(p.has(*key.referenced_columns) for p in parents)
    if key.period or not known:
        return None
    counts = _at_hand(table, key, parents)
    if counts is None:
        try:
            groups = con.execute(_query(table, key, parents)).fetchall()
        except duckdb.Error:
            # A column that cannot be compared was told of by the judge already.
            return None
        counts = {int(n): int(times) for n, times in groups}
    total = sum(parent.rows for parent in parents)
    different = sum(counts.values())
    childless = max(total - different, 0)
    if childless:
        counts[0] = childless
    stat = ForeignKeyStat(
        schema_name=table.ref.schema,
        table=table.ref.table,
        columns=tuple(key.columns),
        name=key.name,
        referenced_schema=key.referenced_schema,
        referenced_table=key.referenced_table,
        parents=total,
        children=sum(n * times for n, times in counts.items()),
        min=min(counts, default=0),
        median=_median(counts),
        max=max(counts, default=0),
        childless=childless,
        childless_share=round(childless / total, 6) if total else None,
    )
    return Counted(stat, different, not any(common_casts(table, key, parents)))


def _at_hand(table: LoadedTable, key: ForeignKey, parents: Sequence[LoadedTable]) -> dict[int, int] | None:
    """The same counts from values at hand; None where these do not tell every row's one parent."""
    places = links(table, key, parents[0]) if len(parents) == 1 else None
    if places is None:
        return None
    children = np.bincount(places[places >= 0])
    numbers, times = np.unique(children[children > 0], return_counts=True)
    return dict(zip(numbers.tolist(), times.tolist(), strict=True))


def _query(table: LoadedTable, key: ForeignKey, parents: Sequence[LoadedTable]) -> str:
    """Numbers of children, and how many parents have each."""
    casts = common_casts(table, key, parents)
    numbers = range(len(key.columns))
    own = [table.columns[name] for name in key.columns]
    listed = ", ".join(f"k{i}" for i in numbers)
    child = ", ".join(f"{c.sql}{cast} AS k{i}" for i, c, cast in zip(numbers, own, casts, strict=True))
    present = " AND ".join(f"{column.sql} IS NOT NULL" for column in own)
    groups = f"SELECT {listed}, count(*) AS n FROM (SELECT {child} FROM {table.sql} WHERE {present}) GROUP BY {listed}"
    union = " UNION ALL ".join(
        "SELECT "
        + ", ".join(
            f"{parent.columns[name].sql}{cast} AS k{i}"
            for i, name, cast in zip(numbers, key.referenced_columns, casts, strict=True)
        )
        + f" FROM {parent.sql}"
        for parent in parents
    )
    same = " AND ".join(f"g.k{i} = p.k{i}" for i in numbers)
    return f"SELECT n, count(*) FROM (SELECT g.n FROM ({groups}) g SEMI JOIN ({union}) p ON {same}) GROUP BY n"


def _median(counts: dict[int, int]) -> float:
    total = sum(counts.values())
    if not total:
        return 0.0
    low = high = None
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        low = number if low is None and 2 * seen >= total else low
        if 2 * seen > total:
            high = number
            break
    return ((low or 0) + (high or 0)) / 2
