"""Questions about states: a row's state and its moments tell of one path, and a history holds that path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from datalchemy_nb.contracts.names import literal
from datalchemy_nb.contracts.relations import HistoryRule, LifecycleRule
from datalchemy_nb.evaluate.relation_questions import Families, Question, Shares, not_before, place, same_moment
from datalchemy_nb.evaluate.relation_rows import Data, Rows, Value
from datalchemy_nb.evaluate.unsupported import Unsupported

_MOST_PATTERNS = 2000

Questions = Iterator[tuple[Rows, Question | Families | Shares]]
Pattern = tuple[str, tuple[str, ...], frozenset[str]]
"""A state that a row may be in, the moment columns it has entered in their order, the columns filled on the way."""


def text_of(value: object) -> str:
    """A state as a cell shows it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def lifecycle(data: Data, rule: LifecycleRule, beyond: Callable[..., Questions]) -> Questions:
    """Yield the questions of a lifecycle.

    Args:
        data: the dataset.
        rule: the rule.
        beyond: asks whether a value lies after another.

    Raises:
        Unsupported: a column is not in the file, or there are too many ways through the states.
    """
    rows = data.rows(rule.ref)
    state = rows.column(rule.state)
    patterns = _patterns(rule)
    names = _moment_columns(rule)
    moments = {name: rows.column(name) for name in names}
    filled = {name: rows.column(name) for one in rule.states for name in one.fills}
    start = None if rule.start is None else rows.column(rule.start)
    cells = (state, *((start,) if start else ()), *moments.values())
    listed = [text_of(one.value) for one in rule.states]
    yield rows, Question(f"is {' or '.join(listed)}", f"{state.text} IN ({', '.join(map(literal, listed))})",
                         cells=(state,))  # fmt: skip
    known = f"{state.text} IN ({', '.join(map(literal, listed))})"
    if moments:
        says = f"has the moments of the states on a way to it, and no other: {', '.join(names)}"
        yield rows, Question(says, _any_pattern(state, patterns, lambda p: _presence(moments, p[1])), known, cells)
    if moments and (start is not None or len(moments) > 1):
        ordered = _any_pattern(
            state, patterns, lambda p: f"{_presence(moments, p[1])} AND {_in_order(start, moments, p[1])}"
        )
        asked = _any_pattern(state, patterns, lambda p: _presence(moments, p[1]))
        yield rows, Question("has moments in the order of its states", ordered, asked, cells)
    if filled:
        says = f"has {', '.join(filled)} once their states are entered, and not before"
        ok = _any_pattern(state, patterns, lambda p: f"{_presence(moments, p[1])} AND {_presence(filled, tuple(p[2]))}")
        asked = _any_pattern(state, patterns, lambda p: _presence(moments, p[1]))
        yield rows, Question(says, ok, asked, (*cells, *filled.values()))
    every = ([start] if start is not None else []) + list(moments.values())
    if every:
        today = f"DATE '{data.plan.base_date.isoformat()}'"
        ok = " AND ".join(f"({one.sql} <= {today}) IS NOT FALSE" for one in every)
        yield rows, Question("has no moment after base_date", ok, cells=cells)
    if rule.until is not None:
        until = rows.column(rule.until)
        over = ", ".join(literal(text_of(value)) for value in rule.over) or "NULL"
        today = f"DATE '{data.plan.base_date.isoformat()}'"
        ok = f"CASE WHEN {state.text} IN ({over}) THEN {until.sql} <= {today} ELSE {until.sql} > {today} END"
        yield rows, Question("ends after base_date, or before it where it has ended", ok, known, (state, until))
        if start is not None:
            yield rows, Question("ends after it began", f"{until.sql} >= {start.sql}", known, (start, until))
    if start is not None:
        for bound in rule.after:
            yield from beyond(rows, start, bound, 1)
    if rule.shares is not None:
        yield rows, _shares(rule, state, listed)


def _shares(rule: LifecycleRule, state: Value, listed: Sequence[str]) -> Shares:
    told = rule.shares or {}
    total = sum(told.values()) or 1.0
    wanted = [told.get(name, 0.0) / total for name in listed]

    def judged(rows: int, counts: Sequence[int]) -> bool:
        # The plan's shares are met to the row.
        return all(abs(count - share * rows) < 1 + 1e-6 for count, share in zip(counts, wanted, strict=True))

    parts = tuple((name, f"{state.text} = {literal(name)}") for name in listed)
    says = ", ".join(f"{name} {share:.1%}" for name, share in zip(listed, wanted, strict=True))
    return Shares(f"is {says} of the rows", parts, judged, cells=(state,))


def _moment_columns(rule: LifecycleRule) -> list[str]:
    """The columns that states set, without that of the start."""
    found = [state.enters for state in rule.states if state.enters is not None and state.enters != rule.start]
    return list(dict.fromkeys(found))


def _patterns(rule: LifecycleRule) -> list[Pattern]:
    """All that rows can look like, by every way through the states; a state entered again sets its moment again."""
    states = {text_of(state.value): state for state in rule.states}
    ways: dict[str, list[str]] = {}
    for way in rule.transitions:
        if way.weight > 0 or (rule.shares or {}).get(text_of(way.target)):
            ways.setdefault(text_of(way.source), []).append(text_of(way.target))

    def entered(name: str, columns: tuple[str, ...], fills: frozenset[str]) -> Pattern:
        state = states[name]
        if state.enters is not None and state.enters != rule.start:
            columns = (*(column for column in columns if column != state.enters), state.enters)
        return name, columns, fills | set(state.fills)

    first = entered(text_of(rule.initial), (), frozenset())
    found = {first: None}
    todo = [first]
    while todo:
        name, columns, fills = todo.pop()
        for target in ways.get(name, ()):
            following = entered(target, columns, fills)
            if following not in found:
                found[following] = None
                todo.append(following)
        if len(found) > _MOST_PATTERNS:
            raise Unsupported(f"more than {_MOST_PATTERNS:,} ways lead through the states")
    return list(found)


def _any_pattern(state: Value, patterns: Sequence[Pattern], condition: Callable[[Pattern], str]) -> str:
    """A condition: one of the patterns of the row's state holds."""
    by_state: dict[str, dict[str, None]] = {}
    for pattern in patterns:
        by_state.setdefault(pattern[0], {})[f"({condition(pattern)})"] = None
    arms = " ".join(f"WHEN {literal(name)} THEN {' OR '.join(some)}" for name, some in by_state.items())
    return f"CASE {state.text} {arms} ELSE false END"


def _presence(columns: dict[str, Value], present: Sequence[str]) -> str:
    """Which columns have a value, and which have none."""
    tests = (f"{one.sql} IS {'NOT ' if name in present else ''}NULL" for name, one in columns.items())
    return " AND ".join(tests) or "true"


def _in_order(start: Value | None, moments: dict[str, Value], order: Sequence[str]) -> str:
    line = ([start] if start is not None else []) + [moments[name] for name in order]
    tests = [not_before(b.sql, b.sql_type, a.sql, a.sql_type) for a, b in pairwise(line)]
    return " AND ".join(tests) or "true"


# --- history ----------------------------------------------------------------------------------------------------------


def history(data: Data, rule: HistoryRule) -> Questions:
    """Yield the questions of a history: the rows of a parent are its path, and the parent says the same.

    Raises:
        Unsupported: the row it is the history of has no lifecycle, or a column is not in the file.
    """
    rows = data.rows(rule.ref)
    key = rows.key(rule.of)
    link = data.key_of(rule.ref, rule.of)
    life = next((r for _, r in data.plan.relations if isinstance(r, LifecycleRule) and r.ref == link.target), None)
    if life is None:
        raise Unsupported(f"{link.target} has no lifecycle rule")
    state, at = _maybe(rows, rule.state), _maybe(rows, rule.at)
    order = place(data, rows, rule.of) or at
    if order is not None:
        yield from _told(rows, rule, life, key, order, state, at)
    yield from _parents(data, rule, life, link.columns, order)


def _maybe(rows: Rows, name: str | None) -> Value | None:
    return None if name is None else rows.column(name)


def _told(
    rows: Rows, rule: HistoryRule, life: LifecycleRule, key: Sequence[Value], order: Value, state: Value | None,
    at: Value | None,
) -> Questions:  # fmt: skip
    over = f"PARTITION BY {', '.join(one.sql for one in key)} ORDER BY {order.sql}"
    present = " AND ".join(f"{one.sql} IS NOT NULL" for one in key)
    number = rows.window(f"row_number() OVER ({over})")
    last = f"{rows.window(f'lead(true) OVER ({over})')} IS NULL"
    cells = (*key, order, *([state] if state else []))
    clear = present
    if rule.position is None:
        # Moments that are equal tell of no order.
        alone = (rows.window(f"{side}({order.sql}) OVER ({over})") for side in ("lag", "lead"))
        clear = " AND ".join([present, *(f"{order.sql} IS DISTINCT FROM {other}" for other in alone)])
    else:
        own = rows.column(rule.position)
        says = f"has {rule.position} 1, 2, ... within one {rule.of}"
        yield rows, Question(says, f"{own.sql} = {number}", present, cells)
    if state is not None:
        before = rows.window(f"lag({state.text}) OVER ({over})")
        ways = ", ".join(
            f"({literal(text_of(way.source))}, {literal(text_of(way.target))})" for way in life.transitions
        )
        first = literal(text_of(life.initial))
        ok = f"CASE WHEN {number} = 1 THEN {state.text} = {first} ELSE ({before}, {state.text}) IN ({ways}) END"
        says = f"holds states that follow one another, from {text_of(life.initial)}"
        yield rows, Question(says, ok, clear, cells)
        if rule.previous is not None:
            left = rows.column(rule.previous)
            says = f"has {rule.previous}, the state of the row before"
            yield rows, Question(says, f"{left.text} IS NOT DISTINCT FROM {before}", clear, (*cells, left))
    if at is not None and order.sql != at.sql:
        earlier = rows.window(f"lag({at.sql}) OVER ({over})")
        ok = f"{at.sql} >= {earlier}"
        yield rows, Question(f"has {rule.at} in order", ok, f"{present} AND {earlier} IS NOT NULL", (*cells, at))
    if at is not None and rule.until is not None:
        until = rows.column(rule.until)
        following = rows.window(f"lead({at.sql}) OVER ({over})")
        says = f"has {rule.until}, the {rule.at} of the next row, and none in the last"
        yield rows, Question(says, same_moment(until, following, at.sql_type), present, (*cells, at, until))
    if rule.current is not None:
        current = rows.column(rule.current)
        says = f"has {rule.current} in the last row only"
        yield rows, Question(says, f"{current.sql} = ({last})", clear, (*cells, current))


def _parents(
    data: Data, rule: HistoryRule, life: LifecycleRule, columns: Sequence[str], order: Value | None
) -> Questions:
    """What rows say of themselves, held against their histories; a row without a history is found here."""
    rows = data.rows(life.ref)
    below = rows.below(rule.ref, columns)
    child = below.rows
    state, at = _maybe(child, rule.state), _maybe(child, rule.at)
    now = rows.column(life.state)
    if state is None:
        count = rows.select(below.aggregate("count(*)"))
        yield rows, Question(f"has a history in {rule.ref}", f"{count} > 0", cells=(now,))
        return
    if order is not None:
        by = child.column(order.column.column.name).sql
        last = rows.select(below.aggregate(f"arg_max({state.text}, {by})"))
        two = rows.select(below.aggregate(f"max({by}, 2)"))
        # Of two states entered at one moment either may be the last.
        asked = "true" if rule.position is not None else f"({two}[1] IS DISTINCT FROM {two}[2] OR {two} IS NULL)"
        says = f"is the last state of its history in {rule.ref}"
        yield rows, Question(says, f"{last} = {now.text}", asked, cells=(now,))
    if life.start is not None and at is not None:
        start = rows.column(life.start)
        first = rows.select(below.aggregate(f"min({at.sql})"))
        says = f"starts when its history in {rule.ref} does"
        yield rows, Question(says, same_moment(start, first, at.sql_type), cells=(now, start))
    for name in _moment_columns(life):
        moment = rows.column(name)
        entered = [text_of(one.value) for one in life.states if one.enters == name]
        filtered = f"FILTER (WHERE {state.text} IN ({', '.join(map(literal, entered))}))"
        says = f"has {name} where its history in {rule.ref} has {' or '.join(entered)}"
        if at is None:
            count = rows.select(below.aggregate(f"count(*) {filtered}"))
            ok = f"(coalesce({count}, 0) > 0) = ({moment.sql} IS NOT NULL)"
        else:
            latest = rows.select(below.aggregate(f"max({at.sql}) {filtered}"))
            ok, says = same_moment(moment, latest, at.sql_type), f"{says}, at the same moment"
        yield rows, Question(says, ok, cells=(now, moment))
