"""What holds in a database, found by counting: questions are asked round by round, and answers become a profile.

Every query runs in a session that can only read, under a time limit, and is kept in the audit log with its text. One
that fails or takes too long is told as not counted, and the others go on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import (
    ColumnProfile,
    ForeignKeyProfile,
    FoundGap,
    FoundRelation,
    Profile,
    Rhythm,
    TableProfile,
    TextShape,
    ToldValue,
)
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
from datalchemy_nb.introspect.questions import (
    MOMENTS,
    NUMBERS,
    TEXTS,
    Answers,
    Ask,
    Candidate,
    Counted,
    Inquiry,
    Row,
    View,
    key_label,
    path_part,
)
from datalchemy_nb.introspect.telling import HOLDS, SUPPORT, Telling
from datalchemy_nb.records import dataclass

_EPOCH = dt.datetime(1970, 1, 1)
_COPIED, _SUMMED, _COMPUTED, _TOGETHER, _DECIDED = 0.5, 0.9, 0.97, 0.99, 0.98
"""Shares from which on a relation of a kind is told."""
_PURE = 0.02
_SEVERAL = 0.05
_CHANCE = 0.97


@dataclass
class Progress:
    """How far counting is.

    Attributes:
        done: questions answered of this round.
        total: questions of this round.
    """

    name: str
    done: int
    total: int


Answerer = Callable[[Ask], Sequence[Row] | None]


@dataclass
class Answered:
    """Answers so far, by the name of the question."""

    answers: dict[str, Sequence[Row]] = field(default_factory=dict)

    def collect(self, inquiry: Inquiry, answer: Answerer, progress: Callable[[Progress], None] | None = None) -> None:
        """Ask round by round; a question without an answer is left out.

        Args:
            inquiry: what is to be asked.
            answer: runs one query; None where it has no answer.
            progress: called after every question.
        """
        for asks in inquiry.rounds(self.answers):
            for done, ask in enumerate(asks, start=1):
                if ask.name not in self.answers and (rows := answer(ask)) is not None:
                    self.answers[ask.name] = rows
                if progress is not None:
                    progress(Progress(ask.name, done, len(asks)))


def counted(profile: Profile, inquiry: Inquiry, answers: Answers) -> Profile:
    """Return a profile from statistics with what counting adds."""
    return _Assembly(inquiry, answers).profile(profile)


class _Assembly:
    def __init__(self, inquiry: Inquiry, answers: Answers) -> None:
        self.inquiry, self.answers, self.telling = inquiry, answers, inquiry.telling
        self.schema: DatabaseSchema = inquiry.schema
        self.views = {ref: view for ref in inquiry.refs if (view := inquiry.view(ref, answers)) is not None}

    def profile(self, known: Profile) -> Profile:
        tables = tuple(self._table(table) for table in known.tables)
        relations = tuple(one for view in self.views.values() for one in self._relations(view))
        keys = tuple(self._family(key) for key in known.foreign_keys)
        return known.model_copy(
            update={"tables": tables, "foreign_keys": keys, "relations": relations, "histograms": self.inquiry.values}
        )

    # --- single columns -----------------------------------------------------------------------------------------------

    def _table(self, known: TableProfile) -> TableProfile:
        view = self.views.get(known.ref)
        if view is None:
            if self.answers.get(f"columns of {known.ref}"):  # fewer rows than may be told
                return TableProfile(schema_name=known.schema_name, table=known.table, suppressed=True)
            return known
        before = {column.column: column for column in known.columns}
        whole = max(view.rows, self.inquiry.estimates.get(known.ref, 0)) if self._is_sample(known.ref) else view.rows
        columns = []
        for column in view.table.columns:
            told = before.get(column.name, ColumnProfile(column=column.name))
            counts = view.columns.get(column.name)
            columns.append(told if counts is None else self._column(view, counts, told))
        return known.model_copy(
            update={
                "rows": self.telling.count(whole), "counted": True, "suppressed": False, "columns": tuple(columns)
            }
        )  # fmt: skip

    def _is_sample(self, ref: TableRef) -> bool:
        return "TABLESAMPLE" in self.inquiry.source(ref, 1_000_000)

    def _column(self, view: View, counts: Counted, told: ColumnProfile) -> ColumnProfile:
        share, name = self.telling.share, f"{view.ref}.{counts.name}"
        update: dict[str, Any] = {"null_fraction": share(counts.rows - counts.present, counts.rows), "histogram": ()}
        update["personal"] = counts.personal
        if counts.present < self.telling.k:
            return ColumnProfile(column=counts.name, **update)
        update["distinct"] = self._distinct(view, counts)
        if counts.length is not None:
            update["text"] = TextShape(
                mean_length=round(counts.length, 1),
                digits=share(counts.digits, counts.present),
                blanks=share(counts.blanks, counts.present),
                capital=share(counts.capital, counts.present),
                upper=share(counts.upper, counts.present),
                patterns=self._values(f"patterns of {name}", counts),
            )
        update["values"] = self._values(f"values of {name}", counts)
        spread = self.answers.get(f"spread of {name}") or ()
        update["histogram"] = self._bounds(counts, spread)
        if spread and len(update["histogram"]) < 2:
            middle = sum(_means(spread)) / max(len(_means(spread)), 1)
            update["middle"] = next(iter(self._bounds(counts, [{"m": middle}, {"m": middle}])), None)
        update["rhythm"] = self._rhythm(self.answers.get(f"rhythm of {name}") or ())
        return told.model_copy(update=update)

    def _distinct(self, view: View, counts: Counted) -> float:
        """As pg_stats tells it: a count where values repeat, else minus a share of the rows."""
        if self._is_sample(view.ref) or counts.distinct > 0.5 * counts.present:
            return -round(counts.distinct / counts.rows, 3)
        # Few values are told as they are: kinds and states. Of many, two digits.
        return float(counts.distinct if counts.distinct <= 100 else float(f"{counts.distinct:.2g}"))

    def _values(self, question: str, counts: Counted) -> tuple[ToldValue, ...]:
        rows = self.answers.get(question) or ()
        return tuple(
            ToldValue(value=str(row["v"]), share=self.telling.share(int(row["n"]), counts.present)) for row in rows
        )

    def _bounds(self, counts: Counted, rows: Sequence[Row]) -> tuple[str, ...]:
        """Bounds between means of buckets."""
        means = _means(rows)
        if counts.category in NUMBERS:
            whole = counts.category == "integer"
            return tuple(_shown((a + b) / 2, whole=whole and a == b) for a, b in pairwise(means))
        moments = [_EPOCH + dt.timedelta(seconds=(a + b) / 2) for a, b in pairwise(means)]
        if counts.category == "date":
            return tuple(moment.date().isoformat() for moment in moments)
        return tuple(moment.isoformat(sep=" ", timespec="seconds") for moment in moments)

    def _rhythm(self, rows: Sequence[Row]) -> Rhythm | None:
        hours, days = [0] * 24, [0] * 7
        for row in rows:
            if row["h"] is not None:
                hours[int(row["h"])] = int(row["n"])
            elif row["d"] is not None:
                days[int(row["d"]) - 1] = int(row["n"])
        if not any(days):
            return None
        return Rhythm(
            hours=tuple(self.telling.share(n, sum(hours)) for n in hours) if any(hours) else (),
            weekdays=tuple(self.telling.share(n, sum(days)) for n in days),
        )

    # --- families -----------------------------------------------------------------------------------------------------

    def _family(self, known: ForeignKeyProfile) -> ForeignKeyProfile:
        ref = TableRef(known.schema_name, known.table)
        rows = self.answers.get(f"families of {ref} ({', '.join(known.columns)})")
        view = self.views.get(ref)
        if not rows or view is None:
            return known
        row = rows[0]
        parents, childless, children = (int(row[name] or 0) for name in ("parents", "childless", "children"))
        if parents < self.telling.k or children < self.telling.k or parents == childless:
            return known
        keyed = view.columns.get(known.columns[0])
        return known.model_copy(
            update={
                "fan_out": round(children / (parents - childless), 4),
                "childless_share": self.telling.share(childless, parents),
                "largest": None if row["largest"] is None else round(float(row["largest"]), 2),
                "null_fraction": None if keyed is None else self.telling.share(keyed.rows - keyed.present, keyed.rows),
            }
        )

    # --- relations ----------------------------------------------------------------------------------------------------

    def _relations(self, view: View) -> Iterator[FoundRelation]:
        yield from self._of_rows(view)
        yield from self._present(view)
        yield from self._deciding(view)
        for key in self.schema.tables[view.ref].foreign_keys:
            parent = self.views.get(partition_root(key.target, self.schema))
            if parent is not None and key.enforced:
                yield from self._across(view, key, parent)

    def _of_rows(self, view: View) -> Iterator[FoundRelation]:
        least = {"order": HOLDS, "copy": HOLDS, "computed": _COMPUTED, "together": _TOGETHER}
        for what, held, asked in self.inquiry.held_in_rows(view.ref, self.answers):
            if held < least[what.kind] * asked or self._by_chance(view, what):
                continue
            gap = None
            if what.kind == "order":
                gap = self._gap(view, what.column, f"gap of {view.ref}.{what.column} after {what.reads[0]}")
            yield from self._found(view, what.kind, what, held, asked, gap=gap, sql=what.sql)

    def _by_chance(self, view: View, what: Candidate) -> bool:
        """Whether two columns would be in order without having to do with each other."""
        if what.kind != "order":
            return False
        low, high = (self._points(view, name) for name in (what.reads[0], what.column))
        return _in_order_anyway(low, high)

    def _points(self, view: View, name: str) -> list[tuple[float, float]]:
        """Values and means of buckets of a column, each with its rows."""
        column = next((n for n in view.columns if name in (n, path_part(n))), name)
        counts = view.columns.get(column)
        spread = self.answers.get(f"spread of {view.ref}.{column}") or ()
        points = [(float(row["m"]), float(row["n"])) for row in spread if row["m"] is not None]
        for row in self.answers.get(f"values of {view.ref}.{column}") or ():
            value = None if counts is None else _number(str(row["v"]), counts.category)
            if value is not None:
                points.append((value, float(row["n"])))
        return points

    def _present(self, view: View) -> Iterator[FoundRelation]:
        """Columns that are empty in some states and filled in the others."""
        partly = [c for c in view.columns.values() if 0.02 <= c.missing <= 0.98]
        for state in view.states:
            rows = self.answers.get(f"nulls of {view.ref} by {state.name}") or ()
            total = sum(int(row["n"]) for row in rows)
            for i, counts in enumerate([c for c in partly if c.name != state.name]):
                shares = [(str(row["v"]), int(row[f"p{i}"]), int(row["n"])) for row in rows]
                filled = [v for v, p, n in shares if n - p <= _PURE * n]
                empty = [v for v, p, n in shares if p <= _PURE * n]
                if filled and empty and len(filled) + len(empty) == len(shares):
                    held = sum(p if v in filled else n - p for v, p, n in shares)
                    what = Candidate("present", counts.name, (state.name,), None, ())
                    yield from self._found(view, "present", what, held, total, values=tuple(filled))

    def _deciding(self, view: View) -> Iterator[FoundRelation]:
        answers: dict[int, Row] = {}
        for name, rows in self.answers.items():
            if name.startswith(f"deciding columns of {view.ref}, "):
                answers.update({int(row["i"]): row for row in rows})
        for number, (a, b) in enumerate(view.deciding_pairs):
            row = answers.get(number)
            if row is None or int(row["g"]) < 3 or int(row["h"]) < _DECIDED * int(row["g"]):
                continue
            what = Candidate("decides", b, (path_part(a),), None, ())
            yield from self._found(view, "decides", what, int(row["m"]), int(row["n"]))

    def _across(self, view: View, key: ForeignKey, parent: View) -> Iterator[FoundRelation]:
        for what, held, asked in self.inquiry.held_across(view, key, parent, self.answers):
            if held < (HOLDS if what.kind == "order" else _COPIED) * asked:
                continue
            gap = None
            if what.kind == "order":
                gap = self._gap(view, what.column, f"gap of {view.ref}.{what.column} after {what.reads[0]}")
                low = self._points(parent, what.reads[0].split(".", 1)[1])
                if _in_order_anyway(low, self._points(view, what.column)):
                    continue
            yield from self._found(view, what.kind, what, held, asked, gap=gap)
        yield from self._sums(view, key, parent)
        for at, (own, far, _) in enumerate(self.inquiry.ancestors(view, key, parent)):
            rows = self.answers.get(f"ancestors over {key_label(view.ref, key)}, {at}")
            if rows and int(rows[0]["k"]) >= HOLDS * int(rows[0]["n"]):
                what = Candidate("same_ancestor", own, (own, far), None, ())
                yield from self._found(view, "same_ancestor", what, int(rows[0]["k"]), int(rows[0]["n"]))

    def _sums(self, view: View, key: ForeignKey, parent: View) -> Iterator[FoundRelation]:
        rows = self.answers.get(f"sums over {key_label(view.ref, key)}")
        done: set[str] = set()
        for i, what in enumerate(self.inquiry.sums(view, key, parent) if rows else ()):
            assert rows is not None
            asked, held, several = (int(rows[0][f"{letter}{i}"] or 0) for letter in "ahv")
            if what.column in done or asked < 15 or held < _SUMMED * asked or several < _SEVERAL * asked:
                continue
            told = self.telling.held(held, max(asked, SUPPORT))
            if told is None:
                continue
            done.add(what.column)
            yield FoundRelation(
                kind="sum", schema_name=parent.ref.schema, table=parent.ref.table, column=what.column, sql=what.sql,
                function="sum" if what.sql else "count", child_schema=view.ref.schema, child_table=view.ref.table,
                child_columns=key.columns, held=told[0], of=told[1],
            )  # fmt: skip

    def _found(
        self, view: View, kind: str, what: Candidate, held: int, asked: int, **more: Any
    ) -> Iterator[FoundRelation]:
        told = self.telling.held(held, asked)
        if told is not None and what.column:
            yield FoundRelation.model_validate(
                {
                    "kind": kind, "schema": view.ref.schema, "table": view.ref.table, "column": what.column,
                    "reads": what.reads, "held": told[0], "of": told[1], **more,
                }
            )  # fmt: skip

    def _gap(self, view: View, column: str, question: str) -> FoundGap | None:
        means = _means(self.answers.get(question) or ())
        if len(means) < 2:
            return None
        low, typical, high = means[0], means[len(means) // 2], means[-1]
        category = view.columns[column].category
        unit = "units" if category in NUMBERS else "days" if category == "date" else "seconds"
        if unit == "days":
            low, typical, high = (value / 86_400 for value in (low, typical, high))
        return FoundGap(low=_brief(low), typical=_brief(typical), high=_brief(high), unit=unit)


def _in_order_anyway(low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]]) -> bool:
    """Whether two columns would be in order without having to do with each other."""
    whole = sum(n for _, n in low) * sum(m for _, m in high)
    held = sum(n * m for a, n in low for b, m in high if a <= b)
    return whole > 0 and held > _CHANCE * whole


def _number(text: str, category: str) -> float | None:
    """A told value as buckets have it: moments as seconds since 1970."""
    try:
        if category not in MOMENTS:
            return float(text)
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - _EPOCH).total_seconds()


def estimates_of(tables: Mapping[TableRef, float]) -> dict[TableRef, float]:
    """Return what the catalog estimates, nothing below zero."""
    return {ref: max(0.0, rows) for ref, rows in tables.items()}


def _means(rows: Sequence[Row]) -> list[float]:
    return [float(row["m"]) for row in rows if row["m"] is not None]


def _shown(number: float, *, whole: bool) -> str:
    if whole and number == int(number):
        return str(int(number))
    text = f"{Decimal(repr(_brief(number))):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _brief(number: float) -> float:
    """Six digits are enough of a mean."""
    return float(f"{number:.6g}")


__all__ = ["MOMENTS", "TEXTS", "Answered", "Answerer", "Progress", "Telling", "counted", "estimates_of"]
