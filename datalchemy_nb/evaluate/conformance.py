"""Whether every column followed the plan. A deviation is reported, never a violation: chance has its say."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from datalchemy_nb.contracts.metrics import ColumnStat, Conformance, ConformanceKind
from datalchemy_nb.contracts.names import literal
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import chance, coherence, documents
from datalchemy_nb.evaluate.contract import EVEN, ColumnContract, contracts
from datalchemy_nb.evaluate.figures import number
from datalchemy_nb.evaluate.probes import counted
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.workspace import Connection, one_row

ALPHA = 1e-5
"""Differences less likely than this are deviations: one false one in a hundred thousand questions."""
SAMPLE = 10_000
_FEW = 20
_PILED = 0.5


def measure(
    con: Connection, plan: Plan, schema: DatabaseSchema, table: LoadedTable, stats: Sequence[ColumnStat]
) -> list[Conformance]:
    """Ask every question the plan gives reason to ask of one table's columns."""
    if not table.rows:
        return []
    found: list[Conformance] = []
    wishes = contracts(plan, schema, table.ref)
    by_name = {stat.column: stat for stat in stats}
    for name, column in table.columns.items():
        if wishes[name].decided:
            continue
        asker = _Asker(con, table, column, wishes[name], by_name[name])
        found += [answer for answer in asker.answers() if answer is not None]
    own = {name: wish for name, wish in wishes.items() if not wish.decided}
    return [*found, *coherence.measure(con, table, own)]


@dataclass(frozen=True, slots=True)
class _Asker:
    """Questions about one column."""

    con: Connection
    table: LoadedTable
    column: LoadedColumn
    wish: ColumnContract
    stat: ColumnStat

    def answers(self) -> Iterator[Conformance | None]:
        yield self._null_rate()
        yield self._presence()
        try:
            yield self._weights()
            yield self._bounds()
            yield self._spread()
        except duckdb.Error:
            # A parameter that is no value of the column's type: validation has told of it.
            yield None
        yield self._documents()
        yield self._degenerate()

    def _answer(
        self, what: ConformanceKind, ok: bool, expected: str, found: str, sample: int, test: str | None = None,
        p: float | None = None,
    ) -> Conformance:  # fmt: skip
        return Conformance(
            schema_name=self.table.ref.schema,
            table=self.table.ref.table,
            column=self.column.column.name,
            what=what,
            status="follows" if ok else "deviates",
            expected=expected,
            found=found,
            sample=sample,
            test=test,
            p_value=None if p is None else float(f"{p:.6g}"),
        )

    def _null_rate(self) -> Conformance | None:
        rate = self.wish.null_rate
        if rate is None:
            return None
        p = chance.binomial(self.stat.null_count, self.table.rows, rate)
        share = self.stat.null_count / self.table.rows
        return self._answer("null_rate", p >= ALPHA, f"{rate:.2%}", f"{share:.2%}", self.table.rows, "binomial", p)

    def _presence(self) -> Conformance | None:
        """A value only where another column of the row says so."""
        when = self.wish.rule.when if self.wish.rule else None
        other = self.table.columns.get(when.column) if when else None
        if when is None or other is None:
            return None
        texts = ", ".join(map(literal, when.texts))
        told = f"coalesce({other.sql}::VARCHAR IN ({texts}), false)" if texts else f"{other.sql} IS NOT NULL"
        few = self.table.few
        if few is not None and few.holds((self.column.sql, other.sql)) and not other.reading.nocase:
            rows = few.tuples((self.column.sql, other.sql))
            values = self.table.rows - few.nulls(self.column.sql)
            strangers = values - sum(not when.texts or text in when.texts for _, text in rows)
        else:
            query = f"SELECT count(*) FROM {self.table.sql} WHERE {self.column.sql} IS NOT NULL AND NOT {told}"
            strangers = int(one_row(self.con, query)[0])
        wanted = f"null unless {when.column} is {' or '.join(when.texts) or 'there'}"
        return self._answer("presence", strangers == 0, wanted, f"{strangers} values elsewhere", self.table.rows)

    def _weights(self) -> Conformance | None:
        shares = self.wish.weights
        if shares is None or not self.stat.distinct_count:
            return None
        total, seen, strangers = self._placed(list(shares))
        return self._compared(list(shares.values()), list(shares), seen, strangers, total)

    def _placed(self, listed_values: list[str]) -> tuple[int, dict[int, int], int]:
        """How many rows have a listed value, how many have each by its place, and how many have another."""
        few, reading = self.table.few, self.column.reading
        counted = self.table.counts.get(self.column.sql)
        if few is not None and few.holds((self.column.sql,)):
            counted = few.counted(self.column.sql)
        spelled = reading.sql_type == "VARCHAR" or reading.family == "enum"
        if counted is not None and spelled and not reading.nocase:
            places = {i: counted[value] for i, value in enumerate(listed_values) if value in counted}
            known = sum(places.values())
            return known, places, sum(counted.values()) - known
        cells = [literal(value) for value in listed_values]
        values = f"TRY_CAST(v AS {self.column.reading.sql_type})"
        listed = (
            f"SELECT {values} AS v, i FROM (SELECT unnest([{', '.join(cells)}]) AS v, unnest(range({len(cells)})) AS i)"
        )
        own = self.column.sql
        counts = f"SELECT {own} AS v, count(*) AS n FROM {self.table.sql} WHERE {own} IS NOT NULL GROUP BY 1"
        rows = self.con.execute(f"SELECT l.i, c.n FROM ({counts}) c LEFT JOIN ({listed}) l USING (v)").fetchall()
        seen = {int(i): int(n) for i, n in rows if i is not None}
        return sum(seen.values()), seen, sum(int(n) for i, n in rows if i is None)

    def _compared(
        self, shares: list[float], values: list[str], seen: dict[int, int], strangers: int, total: int
    ) -> Conformance:
        # A CHECK on the column alone forbids values for good: what remains keeps its proportions. Shares that the plan
        # itself says are another matter: a value that no row has is told.
        kept = [i for i in range(len(shares)) if i in seen or self.wish.told or not self.wish.checks]
        scale = sum(shares[i] for i in kept) or 1.0
        expected = [total * shares[i] / scale for i in kept]
        p = 0.0 if strangers else chance.chi_square([seen.get(i, 0) for i in kept], expected)
        order = sorted(kept, key=lambda i: -shares[i])[:4]
        wanted = ", ".join(f"{values[i]} {shares[i] / scale:.1%}" for i in order)
        found = ", ".join(f"{values[i]} {seen.get(i, 0) / max(total, 1):.1%}" for i in order)
        if self.column.tag is not None:
            wanted, found = "weights of the plan", "other shares" if p < ALPHA else "those shares"
        found += f", {strangers} of other values" if strangers else ""
        return self._answer("weights", p >= ALPHA, wanted, found, total + strangers, "chi-square", p)

    def _limits(self) -> tuple[str | None, str | None]:
        low, high = self.wish.bounds or (None, None)
        return (self._literal(low), self._literal(high))

    def _literal(self, bound: Any) -> str | None:
        return None if bound is None else f"CAST({literal(str(bound))} AS {self.column.reading.sql_type})"

    def _bounds(self) -> Conformance | None:
        low, high = self._limits()
        if self.wish.bounds is None or self.column.reading.family not in ("integer", "decimal", "float", "moment"):
            return None
        if self.column.reading.family in ("integer", "decimal") and any(isinstance(b, float) for b in self.wish.bounds):
            # Bounds are rounded as the column is; half a step is no deviation.
            return None
        outside = [f"{self.column.sql} < {low}"] * (low is not None) + [f"{self.column.sql} > {high}"] * (
            high is not None
        )
        count = counted(self.con, self.table, " OR ".join(outside))
        ends = " to ".join("any" if bound is None else str(bound) for bound in self.wish.bounds)
        values = self.table.rows - self.stat.null_count
        return self._answer("bounds", count == 0, ends, f"{count} values outside", values)

    def _spread(self) -> Conformance | None:
        low, high = self._limits()
        family = self.column.reading.family
        if low is None or high is None or not self.wish.alone or EVEN.get(self.wish.generator or "") != family:
            return None
        few = self.table.few
        if few is not None and self.column.sql in few.numbers:
            numbers = few.numbers[self.column.sql]
            values = numbers[~np.isnan(numbers)].tolist()
        else:
            values = _sampled(self.con, self.table, self.column, number(self.column))
        ends = [f"epoch({end})" if family == "moment" else f"({end})::DOUBLE" for end in (low, high)]
        first, last = (float(end) for end in one_row(self.con, f"SELECT {', '.join(ends)}"))
        step = {"integer": 1.0, "moment": 86_400.0 if self.column.reading.sql_type == "DATE" else 1.0}.get(family, 0.0)
        if len(values) < _FEW or last <= first:
            return None
        distance = _distance(sorted(values), first, last, step)
        p = chance.kolmogorov(distance, len(values))
        return self._answer(
            "distribution", p >= ALPHA, "even", f"largest distance {distance:.4f}", len(values),
            "Kolmogorov-Smirnov", p,
        )  # fmt: skip

    def _documents(self) -> Conformance | None:
        rule = documents.VALIDATORS.get(self.wish.generator or "")
        if rule is None or self.wish.steps or self.wish.params.get("valid") is False:
            return None
        name, is_valid = rule
        few, own = self.table.few, self.column.sql
        if few is not None and few.holds((own,)):
            values = list(Counter(few.counted(own)).elements())
        else:
            values = [str(value) for value in _sampled(self.con, self.table, self.column, f"{own}::VARCHAR")]
        bad = sum(not is_valid(value) for value in values)
        found = f"{len(values) - bad} of {len(values)} valid"
        return self._answer("documents", bad == 0, f"valid {name}", found, len(values)) if values else None

    def _degenerate(self) -> Conformance | None:
        """One value where many were possible, or most values on a bound."""
        values = self.table.rows - self.stat.null_count
        weights = self.wish.weights
        shares = [share for share in (weights or {}).values() if share > 0]
        one_wanted = weights is not None and (len(shares) < 2 or (max(shares) / sum(shares)) ** values >= ALPHA)
        low, high = self.wish.bounds or (None, None)
        if values < _FEW or self.wish.referring or one_wanted or (low is not None and low == high):
            return None
        if self.stat.distinct_count == 1 and self.wish.generator is not None and not self.wish.steps:
            return self._answer("degenerate", False, "several values", "one value", values)
        if self.column.reading.family not in ("integer", "decimal", "float", "moment") or weights is not None:
            return None
        bounds = (self.stat.min, self.stat.max)
        piled = next((n for v, n in self.stat.top_values if v in bounds and n / values > _PILED), 0)
        if piled and (self.stat.distinct_count or 0) > _FEW:
            return self._answer("degenerate", False, "spread", f"{piled / values:.1%} lie on a bound", values)
        return None


def _sampled(con: Connection, table: LoadedTable, column: LoadedColumn, expression: str) -> list[Any]:
    """Evenly spaced values, at most `SAMPLE`."""
    step = -(-table.rows // SAMPLE) or 1
    query = f"SELECT {expression} FROM {table.sql} WHERE rowid % {step} = 0 AND {column.sql} IS NOT NULL"
    return [value for (value,) in con.execute(query).fetchall() if value is not None]


def _distance(values: Sequence[float], first: float, last: float, step: float) -> float:
    """Largest distance between the sample and an even spread over steps (or a continuum where step is 0)."""
    width = last - first + step
    total, worst, i = len(values), 0.0, 0
    while i < total:
        j = i
        while j < total and values[j] == values[i]:
            j += 1
        below = min(max((values[i] - first) / width, 0.0), 1.0)
        upto = min(max((values[i] - first + step) / width, 0.0), 1.0)
        worst = max(worst, abs(i / total - below), abs(j / total - upto))
        i = j
    return worst
