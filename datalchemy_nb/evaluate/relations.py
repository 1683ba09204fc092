"""Whether rows keep the plan's relations, asked by SQL of the judge's own: one query a table, and one of its families.

Every relation rule becomes questions. A question has rows that it is asked of and a condition that each must satisfy;
rows that do not are counted and a few shown. Shares are told of the rows of a table together. What cannot be asked (a
path over a foreign key that the plan does not enforce, SQL without a translation) is named.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from datalchemy_nb.contracts.metrics import ColumnStat, RelationStat
from datalchemy_nb.contracts.names import TableRef, literal, show_ident
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import (
    Bound,
    BoundsRule,
    CopyRule,
    CounterpartRule,
    DecidedRule,
    ExpressionRule,
    Gap,
    HistoryRule,
    LifecycleRule,
    OrderedRule,
    ParentRule,
    PeriodsRule,
    PolymorphicRule,
    PositionRule,
    RelationRule,
    RollupRule,
    RunningRule,
    SameAncestorRule,
    ShareRule,
)
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import chance, relation_states
from datalchemy_nb.evaluate.findings import Findings
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.relation_questions import (
    Asked,
    Families,
    Question,
    Shares,
    ask,
    ordered,
    place,
    same,
    stat,
    tick,
)
from datalchemy_nb.evaluate.relation_rows import BASE_DATE, Data, Rows, Value, split
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection

ALPHA = 1e-5
"""Shares less likely than this are deviations."""
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_MONTHS = {"months": 1, "years": 12}
_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")
_AGGREGATES = {"sum": "sum", "min": "min", "max": "max", "any": "bool_or", "all": "bool_and"}


def measure(
    con: Connection,
    plan: Plan,
    schema: DatabaseSchema,
    tables: Mapping[TableRef, LoadedTable],
    types: TypeBook,
    findings: Findings,
    stats: Sequence[ColumnStat] = (),
    *,
    examples: int = 3,
) -> list[RelationStat]:
    """Ask every question that the plan's relation rules give reason to ask, in the order of the rules.

    Args:
        con: where the tables are.
        plan: the plan.
        schema: what the data must fit.
        tables: the loaded tables.
        types: the schema's user types.
        findings: tells which foreign keys the plan does not enforce.
        stats: of the columns; they tell how often values are equal by chance.
        examples: how many rows that deviate are shown of each question.
    """
    data = Data(con, plan, schema, tables, types, findings)
    asker = _Asker(data, {(s.schema_name, s.table, s.column): s for s in stats})
    asked: list[Asked] = []
    answers: list[tuple[int, int, RelationStat]] = []
    for index, rule in plan.relations:
        if rule.ref not in schema.tables:
            continue
        column = _column(rule)
        try:
            for rows, question in asker.questions(rule):
                asked.append(Asked(index, rule, question.cells[0].path if question.cells else column, rows, question))
        except Unsupported as reason:
            never = stat(index, rule, rule.ref, column, _SAYS[rule.type], status="not_evaluated", found=str(reason))
            answers.append((index, len(asked), never))
    number = {id(one): at for at, one in enumerate(asked)}
    answers += [(one.index, number[id(one)], answer) for one, answer in ask(data, asked, examples)]
    return [answer for *_, answer in sorted(answers, key=lambda told: told[:2])]


_SAYS = {
    "expression": "is its expression",
    "bounds": "lies within its bounds",
    "copy": "is a copy",
    "same_ancestor": "leads to the same row as the other paths",
    "parent": "refers to a row for which the condition holds",
    "counterpart": "repeats a row of the other family",
    "polymorphic": "is found in the table that its type names",
    "lifecycle": "agrees with the moments of its states",
    "history": "holds the states that its row has entered",
    "rollup": "is made of its children",
    "share": "adds up to the whole",
    "position": "counts the children of its parent",
    "ordered": "grows with the place of the row",
    "running": "is the sum so far",
    "periods": "follow one another",
    "decided": "is the same wherever what decides it is",
}


def _column(rule: RelationRule) -> str:
    match rule:
        case SameAncestorRule():
            return rule.paths[0]
        case PolymorphicRule():
            return rule.id_column
        case CounterpartRule():
            return next(iter(rule.columns))
        case LifecycleRule():
            return rule.state
        case HistoryRule():
            return rule.of
        case PeriodsRule():
            return rule.start
        case _:
            return rule.column


Questions = Iterator[tuple[Rows, Question | Families | Shares]]


@dataclass(frozen=True, slots=True)
class _End:
    """The other side of a bound.

    Attributes:
        value: None for the plan's today.
    """

    sql: str
    sql_type: str
    value: Value | None


class _Asker:
    """Makes questions of rules."""

    def __init__(self, data: Data, stats: Mapping[tuple[str, str, str], ColumnStat]) -> None:
        self.data, self.stats = data, stats

    def questions(self, rule: RelationRule) -> Questions:
        """Yield a rule's questions; raise `Unsupported` at the first that cannot be asked."""
        match rule:
            case LifecycleRule():
                yield from relation_states.lifecycle(self.data, rule, self._beyond)
            case HistoryRule():
                yield from relation_states.history(self.data, rule)
            case RollupRule():
                yield from self._rollup(rule)
            case _:
                yield from _WORDS[type(rule)](self, self.data.rows(rule.ref), rule)

    # --- words of one row ---

    def _expression(self, rows: Rows, rule: ExpressionRule) -> Questions:
        own = rows.column(rule.column)
        sql = rows.expression(rule.sql)
        read = set(re.findall(r"\bp[0-9]+\b", sql)) - {own.sql}
        cells = (own, *(value for name, value in rows.values.items() if name in read))
        yield rows, Question(f"is {rule.sql}", same(own, sql), cells=cells)

    def _copy(self, rows: Rows, rule: CopyRule) -> Questions:
        own, source = rows.column(rule.column), rows.value(rule.source)
        cells = (own, source)
        asked = "true" if rows.nullable(rule.column) else f"{source.sql} IS NOT NULL"
        equal, says = same(own, source.sql), f"is {rule.source}"
        if rule.drift is not None:
            ends = [f"{source.sql} * {end!r}" for end in (rule.drift.min, rule.drift.max)]
            slack = "1e-9" if own.column.reading.family == "float" else f"{tick(own)}"
            inside = (
                f"{own.sql}::DOUBLE >= least({', '.join(ends)})::DOUBLE - {slack} "
                f"AND {own.sql}::DOUBLE <= greatest({', '.join(ends)})::DOUBLE + {slack}"
            )
            equal = f"(({own.sql} IS NULL AND {source.sql} IS NULL) OR ({inside}))"
            says = f"is {rule.source} times {rule.drift.min:g} to {rule.drift.max:g}"
        if rule.share >= 1:
            yield rows, Question(says, equal, asked, cells)
            return
        says = f"{says} in {rule.share:.1%} of rows"
        yield rows, Shares(says, (("so", equal),), self._in_a_share(rows, rule, own), asked, cells)
        group = [r for _, r in self.data.plan.relations if isinstance(r, CopyRule) and r.ref == rule.ref and r.group]
        group = [other for other in group if other.group == rule.group]
        if len(group) < 2 or rule != group[-1]:
            return
        # Columns that are copied together are all equal as often as each of them.
        pairs = [(rows.column(other.column), rows.value(other.source)) for other in group if other.drift is None]
        together = " AND ".join(f"({same(copy, source.sql)}) IS TRUE" for copy, source in pairs)
        says = f"is copied together with {', '.join(other.column for other in group[1:])} in {rule.share:.1%} of rows"
        judged = self._in_a_share(rows, rule, own)
        yield rows, Shares(says, (("so", together),), judged, asked, tuple(copy for copy, _ in pairs))

    def _decided(self, rows: Rows, rule: DecidedRule) -> Questions:
        """Rows with the same deciding value have the same value."""
        own, by = rows.column(rule.column), [rows.column(name) for name in rule.by]
        deciding = f"coalesce({', '.join(f'{value.sql}::VARCHAR' for value in by)})"
        which = "CASE " + " ".join(f"WHEN {value.sql} IS NOT NULL THEN {i}" for i, value in enumerate(by)) + " END"
        first = rows.window(f"first_value({own.sql}) OVER (PARTITION BY {which}, {deciding} ORDER BY {own.sql})")
        equal = f"{own.sql} IS NOT DISTINCT FROM {first}"
        says = f"is the same wherever {' or '.join(rule.by)} is"
        yield rows, Question(says, equal, f"{deciding} IS NOT NULL", (own, *by))

    def _in_a_share(self, rows: Rows, rule: CopyRule, own: Value) -> Callable[[int, Sequence[int]], bool]:
        """Judges how many rows are copies: as many as the plan says, and those that are equal by chance."""
        known = self.stats.get((rule.schema_name, rule.table, rule.column))
        most = max((count for _, count in known.top_values), default=0) if known is not None else 0
        values = sum(table.rows for table in rows.holders)
        by_chance = 1.0 if known is None or own.column.tag is not None else 2 * most / max(values, 1)
        highest = min(rule.share + (1 - rule.share) * min(by_chance, 1.0), 1.0)

        def judged(total: int, counts: Sequence[int]) -> bool:
            share = counts[0] / total
            nearest = min(max(share, rule.share), highest)
            return nearest == share or chance.binomial(counts[0], total, nearest) >= ALPHA

        return judged

    def _same_ancestor(self, rows: Rows, rule: SameAncestorRule) -> Questions:
        cells = tuple(rows.value(path) for path in rule.paths)
        reached = [rows.row_of(path) for path in rule.paths]
        for path, other in zip(rule.paths[1:], reached[1:], strict=True):
            asked = f"{reached[0]} IS NOT NULL AND {other} IS NOT NULL"
            yield rows, Question(f"leads to the same row as {path}", f"{reached[0]} = {other}", asked, cells)

    def _parent(self, rows: Rows, rule: ParentRule) -> Questions:
        own = rows.column(rule.column)
        if rule.or_any:
            return  # any row will do where none does, and which these are takes all pairs of rows to tell
        yield rows, Question(f"only where {rule.where}", rows.expression(rule.where), f"{own.sql} IS NOT NULL", (own,))

    def _counterpart(self, rows: Rows, rule: CounterpartRule) -> Questions:
        """The row's cells are those of one of the other parent's rows."""
        across = rows.across(rule.of, rule.child, rule.child_columns)
        cells = tuple(rows.column(name) for name in rule.columns)
        theirs = zip(cells, rule.columns.values(), strict=True)
        made = [_plainly(f"({across.rows.expression(sql)})::{cell.sql_type}", cell) for cell, sql in theirs]
        mine = [_plainly(rows.inner(cell.sql), cell) for cell in cells]
        any_there = f"{rows.select(across.aggregate('count(*)'))} IS NOT NULL"
        says = f"repeats {', '.join(rule.columns.values())} of a row of {rule.child}"
        yield rows, Question(says, rows.among(across, made, mine), any_there, cells)

    def _polymorphic(self, rows: Rows, rule: PolymorphicRule) -> Questions:
        kind, own = rows.column(rule.type_column), rows.column(rule.id_column)
        names = [literal(_text(target.value)) for target in rule.targets]
        given = f"{kind.sql} IS NOT NULL OR {own.sql} IS NOT NULL"
        known = f"{kind.text} IN ({', '.join(names)}) AND {own.sql} IS NOT NULL"
        listed = ", ".join(_text(target.value) for target in rule.targets)
        yield rows, Question(f"is {listed}, with {rule.id_column}", known, given, (kind, own))
        for target, name in zip(rule.targets, names, strict=True):
            when = f"{rows.inner(kind.sql)}::VARCHAR = {name}"
            found = rows.found(own, target.ref, target.column, when)
            asked = f"{kind.text} = {name} AND {own.sql} IS NOT NULL"
            says = f"is a {show_ident(target.column)} of {target.ref} where {rule.type_column} is {_text(target.value)}"
            yield rows, Question(says, found, asked, (own, kind))
        weights = [target.weight for target in rule.targets]
        told = [weight / sum(weights) for weight in weights]

        def judged(total: int, counts: Sequence[int]) -> bool:
            return chance.chi_square(counts, [total * share for share in told]) >= ALPHA

        parts = tuple((_text(t.value), f"{kind.text} = {name}") for t, name in zip(rule.targets, names, strict=True))
        shares = ", ".join(f"{name} {share:.1%}" for (name, _), share in zip(parts, told, strict=True))
        yield rows, Shares(f"is {shares} of the rows", parts, judged, f"{kind.sql} IS NOT NULL", (kind,))

    def _bounds(self, rows: Rows, rule: BoundsRule) -> Questions:
        own = rows.column(rule.column)
        lows = [(bound, self._side(rows, bound)) for bound in rule.after]
        highs = [(bound, self._side(rows, bound)) for bound in rule.before]
        if rows.nullable(rule.column):
            for bound, low in lows:
                if low.value is None or _tested(self.data.schema, rule.ref, rule.column):
                    continue
                if len(split(bound.column)) > 1 or rows.nullable(low.value.column.column.name):
                    says = f"is null where {bound.column} is"
                    yield rows, Question(says, f"{own.sql} IS NULL", f"{low.sql} IS NULL", (own, low.value))
        for bound, _ in lows:
            yield from self._beyond(rows, own, bound, 1, lows, highs)
        for bound, _ in highs:
            yield from self._beyond(rows, own, bound, -1, lows, highs)
        yield from self._most(rows, own, lows, 1)
        if not any(bound.gap for bound, _ in lows):
            yield from self._most(rows, own, highs, -1)

    def _side(self, rows: Rows, bound: Bound) -> _End:
        table = self.data.schema.tables[rows.ref]
        if bound.column == BASE_DATE and BASE_DATE not in table.by_name:
            return _End(f"DATE '{self.data.plan.base_date.isoformat()}'", "DATE", None)
        value = rows.value(bound.column)
        return _End(value.sql, value.sql_type, value)

    def _beyond(
        self,
        rows: Rows,
        own: Value,
        bound: Bound,
        sign: int,
        lows: Sequence[tuple[Bound, _End]] = (),
        highs: Sequence[tuple[Bound, _End]] = (),
    ) -> Questions:
        """The value lies on its side of another, and as far from it as the gap says where there is room."""
        end = self._side(rows, bound)
        cells = (own,) if end.value is None else (own, end.value)
        both = f"{own.sql} IS NOT NULL AND {end.sql} IS NOT NULL"
        word = {1: "after", -1: "before"}[sign]
        sign_sql = {1: ">", -1: "<"}[sign] + ("" if bound.strict else "=")
        says = f"is {'' if bound.strict else 'at or '}{word} {bound.column}"
        # One date for all rows has its zone looked up once.
        kind = own.sql_type if end.value is None else end.sql_type
        yield rows, Question(says, ordered(own.sql, own.sql_type, sign_sql, end.sql, kind), both, cells)
        if bound.gap is None or not bound.gap.min:
            return
        least = _moved(end, bound.gap, bound.gap.min, sign)
        room = [
            f"({a} <= {b}) IS NOT FALSE"
            for low, at in lows
            for high, to in highs
            if bound in (low, high)
            for a, b in [(_least(at, low, 1), _least(to, high, -1))]
        ]
        near = _slack(own, f"{own.sql}", sign)
        says = f"is at least {bound.gap.min:g} {bound.gap.unit} {word} {bound.column}"
        compare = ">=" if sign > 0 else "<="
        yield rows, Question(says, f"{near} {compare} {least}", " AND ".join([both, *room]), cells)

    def _most(self, rows: Rows, own: Value, ends: Sequence[tuple[Bound, _End]], sign: int) -> Questions:
        """The value lies no farther than the gaps say from the farthest of what it lies beyond."""
        apart = [(bound, end) for bound, end in ends if bound.gap is not None]
        if not apart or any(bound.gap is not None and bound.gap.max is None for bound, _ in apart):
            return
        limits = [
            end.sql if bound.gap is None or bound.gap.max is None else _moved(end, bound.gap, bound.gap.max, sign)
            for bound, end in ends
        ]
        comparable = _comparable(own.sql_type, *(end.sql_type for _, end in ends))
        farthest = f"{'greatest' if sign > 0 else 'least'}({', '.join(map(comparable, limits))})"
        asked = " AND ".join(f"{sql} IS NOT NULL" for sql in (own.sql, *(end.sql for _, end in apart)))
        compare, word = ("<=", "after") if sign > 0 else (">=", "before")
        far = " or ".join(
            f"{bound.gap.max:g} {bound.gap.unit} {word} {bound.column}"
            for bound, _ in apart
            if bound.gap is not None and bound.gap.max is not None
        )
        cells = (own, *(end.value for _, end in ends if end.value is not None))
        near = _slack(own, own.sql, -sign)
        yield rows, Question(f"is at most {far}", f"{near} {compare} {farthest}", asked, cells)

    # --- words of parents and children ---

    def _rollup(self, rule: RollupRule) -> Questions:
        rows = self.data.rows(rule.ref)
        own = rows.column(rule.column)
        below = rows.below(rule.child, rule.child_columns)
        where = "" if rule.where is None else f" FILTER (WHERE {below.rows.expression(rule.where)})"
        if rule.value is None:
            sql = f"coalesce({rows.select(below.aggregate(f'count(*){where}'))}, 0)"
        else:
            value = below.rows.expression(rule.value)
            sql = rows.select(below.aggregate(f"{_AGGREGATES[rule.function]}({value}){where}"))
        if rule.value is not None and not rows.nullable(rule.column):
            family = own.column.reading.family
            empty = {"boolean": str(rule.function == "all").lower(), "moment": None}.get(family, "0")
            sql = sql if empty is None else f"coalesce({sql}, {empty})"
        some = f" where {rule.where}" if rule.where else ""
        of = f" of {rule.value}" if rule.value else ""
        yield rows, Question(f"is the {rule.function}{of} over {rule.child}{some}", same(own, sql), cells=(own,))

    def _share(self, rows: Rows, rule: ShareRule) -> Questions:
        own, whole = rows.column(rule.column), rows.value(rule.of)
        key = tuple(value.sql for value in rows.key(rule.within))
        ok = f"sum({own.sql}) IS NOT DISTINCT FROM max({whole.sql})"
        if own.column.reading.family == "float":
            ok = f"abs(sum({own.sql}) - max({whole.sql})) <= 1e-9 * greatest(1, abs(max({whole.sql})))"
        yield rows, Families(f"adds up to {rule.of}", key, ok, (own, whole))

    def _position(self, rows: Rows, rule: PositionRule) -> Questions:
        own, key = rows.column(rule.column), rows.key(rule.within)
        number = rows.window(f"row_number() OVER ({_over(key, own.sql)})")
        says = f"counts the rows of one {rule.within} from {rule.start}"
        yield rows, Question(says, f"{own.sql} = {number} + {rule.start - 1}", _present(key), (own, *key))

    def _ordered(self, rows: Rows, rule: OrderedRule) -> Questions:
        own, key = rows.column(rule.column), rows.key(rule.within)
        before = rule.before or Bound(column=BASE_DATE)
        for bound, sign in ((rule.after, 1), (before, -1)):
            if bound is not None:
                yield from self._beyond(rows, own, Bound(column=bound.column, strict=bound.strict), sign)
        at = place(self.data, rows, rule.within)
        if at is None or at.sql == own.sql:
            return
        earlier = rows.window(f"lag({own.sql}) OVER ({_over(key, at.sql)})")
        compare = ">=" if own.sql_type == "DATE" else ">"
        says = f"grows with {at.path} within one {rule.within}"
        asked = f"{_present(key)} AND {earlier} IS NOT NULL"
        yield rows, Question(says, f"{own.sql} {compare} {earlier}", asked, (own, at, *key))

    def _running(self, rows: Rows, rule: RunningRule) -> Questions:
        own, key = rows.column(rule.column), rows.key(rule.within)
        value = rows.expression(rule.value)
        start = "0" if rule.start is None else f"coalesce({rows.value(rule.start).sql}, 0)"
        at = place(self.data, rows, rule.within)
        says = f"is the sum of {rule.value} so far within one {rule.within}"
        if at is not None:
            ordered = f"{_over(key, at.sql)} ROWS UNBOUNDED PRECEDING"
            total = rows.window(f"sum(coalesce({value}, 0)) OVER ({ordered})")
            yield rows, Question(f"{says}, in the order of {at.path}", same(own, f"{start} + {total}"), _present(key),
                                 (own, at, *key))  # fmt: skip
            return
        # Without an order: what is there before a row is what another leaves behind, or the start.
        total = f"sum(coalesce({value}, 0)) + any_value({start})"
        before = f"list_sort(list_append(list({own.sql} - coalesce({value}, 0)), {total}))"
        after = f"list_sort(list_append(list({own.sql}), any_value({start})))"
        names = tuple(one.sql for one in key)
        yield rows, Families(f"{says}, in some order", names, f"{before} = {after}", (own, *key))

    def _periods(self, rows: Rows, rule: PeriodsRule) -> Questions:
        start, end, key = rows.column(rule.start), rows.column(rule.end), rows.key(rule.within)
        cells = (start, end, *key)
        order = f"{start.sql}, {end.sql} NULLS LAST, rid"
        following = rows.window(f"lead({start.sql}) OVER ({_over(key, order)})")
        last = rows.window(f"lead(true) OVER ({_over(key, order)}) IS NULL")
        present = _present(key)
        says = f"ends where the next of one {rule.within} begins: no gap, no overlap"
        yield rows, Question(says, f"{end.sql} = {following}", f"{present} AND NOT {last}", cells)
        if rule.open_last:
            yield rows, Question("has no end in the last row", f"{end.sql} IS NULL", f"{present} AND {last}", cells)
        yield rows, Question("begins before it ends", f"{start.sql} <= {end.sql}", f"{end.sql} IS NOT NULL", cells)
        before = rule.before or Bound(column=BASE_DATE)
        for bound, sign in ((rule.after, 1), (before, -1)):
            if bound is not None:
                yield from self._beyond(rows, start, Bound(column=bound.column, strict=bound.strict), sign)


# --- parts of SQL -----------------------------------------------------------------------------------------------------


def _moved(end: _End, gap: Gap, amount: float, sign: int) -> str:
    """A value moved by so many units; parts of calendar months are left out of a least, and made whole in a most."""
    operator = "+" if sign > 0 else "-"
    if gap.unit == "units":
        return f"({end.sql} {operator} {amount!r})"
    if end.sql_type not in _MOMENTS:
        raise Unsupported(f"a gap in {gap.unit} from a value that is no date or moment")
    moment = f"{end.sql}::TIMESTAMP" if end.sql_type == "DATE" else end.sql
    if gap.unit in _MONTHS:
        months = amount * _MONTHS[gap.unit]
        whole = math.ceil(months) if amount == gap.max else math.floor(months)
        return f"({moment} {operator} to_months({whole}))"
    return f"({moment} {operator} to_microseconds({round(amount * _SECONDS[gap.unit] * 1_000_000)}))"


def _least(end: _End, bound: Bound, sign: int) -> str:
    return end.sql if bound.gap is None else _moved(end, bound.gap, bound.gap.min, sign)


def _slack(own: Value, sql: str, sign: int) -> str:
    """A value moved by its smallest step: gaps are rounded to it."""
    operator = "+" if sign > 0 else "-"
    if own.sql_type in _MOMENTS:
        day = own.sql_type == "DATE"
        moment = f"{sql}::TIMESTAMP" if day else sql
        return f"({moment} {operator} {'INTERVAL 1 DAY' if day else 'INTERVAL 1 SECOND'})"
    if own.column.reading.family == "float":
        return f"({sql} {operator} 1e-9 * greatest(1, abs({sql})))"
    return f"({sql} {operator} {tick(own)})"


def _comparable(own: str, *others: str) -> Callable[[str], str]:
    """Makes moments of one type, so that the farthest can be told: without a zone if none has one, which is cheap."""
    if own not in _MOMENTS:
        return lambda sql: f"({sql})"
    kind = "TIMESTAMPTZ" if "TIMESTAMPTZ" in (own, *others) else "TIMESTAMP"
    return lambda sql: f"({sql})::{kind}"


def _over(key: Sequence[Value], order: str) -> str:
    return f"PARTITION BY {', '.join(value.sql for value in key)} ORDER BY {order}"


def _present(key: Sequence[Value]) -> str:
    return " AND ".join(f"{value.sql} IS NOT NULL" for value in key)


def _plainly(sql: str, cell: Value) -> str:
    """A value in a form that equal values share: itself where there is but one, its text where there are more."""
    reading = cell.column.reading
    if reading.nocase:
        return f"decode(encode({sql}))"
    plain = reading.family in ("integer", "decimal", "boolean") or reading.sql_type in ("UUID", "DATE", "TIMESTAMP")
    return sql if plain else f"({sql})::VARCHAR"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tested(schema: DatabaseSchema, ref: TableRef, name: str) -> bool:
    """Whether a CHECK has a say in a column's being null."""
    return any(name in check.expression and "NOT NULL" in check.expression for check in schema.tables[ref].checks)


_WORDS: dict[type, Callable[..., Questions]] = {
    ExpressionRule: _Asker._expression,
    BoundsRule: _Asker._bounds,
    CopyRule: _Asker._copy,
    DecidedRule: _Asker._decided,
    SameAncestorRule: _Asker._same_ancestor,
    ParentRule: _Asker._parent,
    CounterpartRule: _Asker._counterpart,
    PolymorphicRule: _Asker._polymorphic,
    ShareRule: _Asker._share,
    PositionRule: _Asker._position,
    OrderedRule: _Asker._ordered,
    RunningRule: _Asker._running,
    PeriodsRule: _Asker._periods,
}
