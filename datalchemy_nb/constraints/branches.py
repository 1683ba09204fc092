"""Conditions that are a choice between branches: ORs, and counts of nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb

from sqlglot import exp

from datalchemy_nb.constraints.facts import Alternatives, Fact, Narrow, NotNull, Null
from datalchemy_nb.constraints.parse import column_name, columns_of, is_null_test, listed, unwrap
from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, Limit, Matches, NoneOf, OneOf
from datalchemy_nb.records import dataclass

_CONDITIONS = (exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Not, exp.Like, exp.RegexpLike)
_STRICT = (exp.Add, exp.Sub, exp.Mul, exp.DPipe, exp.Paren, exp.Column, exp.Identifier, exp.Literal)
MOST_JOINED = 256
"""Of choices that are joined, at most so many combinations are built."""
_MOST_COUNTED = 256
_MOST_LISTED = 16
MOST = 64
"""Conditions with more branches are left to redraw."""
Branch = tuple[Narrow | NotNull | Null, ...]
Facts = Callable[[exp.Expr], Iterator[Fact]]


@dataclass
class Reader:
    """Classifies conjuncts, and remembers whether all of what they say is in the facts.

    Attributes:
        exact: the branches say all that the condition does; otherwise each says a part, and the rest is left to judge.
    """

    facts: Facts
    exact: bool = True


def branches_of(node: exp.Expr, facts: Facts) -> tuple[tuple[Branch, ...], bool]:
    """Return the branches of a condition, or none when it is no such choice, and whether they say all of it.

    Args:
        node: the condition.
        facts: classifies one conjunct.
    """
    reader = Reader(facts)
    found = _counted(node) or _null_operand(node) or _either(node, reader)
    if not reader.exact and not all(found):
        return (), True
    return (found, reader.exact) if 1 < len(found) <= MOST else ((), True)


def _either(node: exp.Expr, reader: Reader) -> tuple[Branch, ...]:
    """The branches of a condition made of ANDs, ORs, NOTs, CASEs and comparisons of truth."""
    if not isinstance(unwrap(node), exp.Or | exp.And | exp.Not | exp.EQ | exp.NEQ | exp.Case | exp.In):
        return ()
    return _ways(node, reader, holds=True) or ()


def _ways(node: exp.Expr, reader: Reader, *, holds: bool) -> tuple[Branch, ...] | None:
    """Branches under which a condition is true, or false; None where there are too many."""
    node = unwrap(node)
    while isinstance(node, exp.Not) and not isinstance(unwrap(node.this), exp.In | exp.Like | exp.ILike | exp.Is):
        node, holds = unwrap(node.this), not holds
    node = _listed_apart(node)
    if isinstance(node, exp.Boolean):
        return ((),) if bool(node.this) == holds else ()
    if isinstance(node, exp.And | exp.Or):
        left, right = node.this, node.expression
        if isinstance(node, exp.And) == holds:
            return _both(_ways(left, reader, holds=holds), _ways(right, reader, holds=holds))
        return _one_of(left, right, reader, holds=holds)
    if isinstance(node, exp.Case):
        return _cases(node, reader, holds=holds)
    if isinstance(node, exp.EQ | exp.NEQ) and all(_is_truth(side) for side in (node.this, node.expression)):
        same = isinstance(node, exp.EQ) == holds
        found = [
            _both(_ways(node.this, reader, holds=value), _ways(node.expression, reader, holds=value == same))
            for value in (True, False)
        ]
        return None if found[0] is None or found[1] is None else _distinct((*found[0], *found[1]))
    counted = _counted(node) if holds else ()
    return counted or _leaf(node, reader, holds=holds)


def _listed_apart(node: exp.Expr) -> exp.Expr:
    """``length(a) IN (16, 32)`` is ``length(a) = 16 OR length(a) = 32``."""
    found = listed(node)
    if found is None or found[1] or column_name(node.this) is not None or not 1 < len(found[0]) <= _MOST_LISTED:
        return node
    return exp.or_(*(exp.EQ(this=node.this.copy(), expression=item.copy()) for item in found[0]), copy=False)


def _cases(node: exp.Case, reader: Reader, *, holds: bool) -> tuple[Branch, ...] | None:
    """``CASE WHEN c THEN p ELSE q END`` of truths: c and p, or not c and q."""
    parts = [(branch.this, branch.args["true"]) for branch in node.args["ifs"]]
    if node.this is not None:
        parts = [(exp.EQ(this=node.this, expression=value), then) for value, then in parts]
    default = node.args.get("default")
    found: list[Branch] = []
    before: tuple[Branch, ...] | None = ((),)
    for condition, then in parts:
        ways = _both(before, _both(_ways(condition, reader, holds=True), _ways(then, reader, holds=holds)))
        before = _both(before, _ways(condition, reader, holds=False))
        if ways is None or before is None:
            return None
        found += ways
    if default is None or isinstance(default, exp.Null):
        return _distinct((*found, *(before or ()))) if holds else _distinct(tuple(found))
    rest = _both(before, _ways(default, reader, holds=holds))
    return None if rest is None else _distinct((*found, *rest))


def _is_truth(node: exp.Expr) -> bool:
    return isinstance(unwrap(node), (*_CONDITIONS, exp.And, exp.Or, exp.Column))


def _one_of(left: exp.Expr, right: exp.Expr, reader: Reader, *, holds: bool) -> tuple[Branch, ...] | None:
    """One side holds, or the other while the first does not: branches that exclude each other, where that is simple."""
    one, other = _ways(left, reader, holds=holds), _ways(right, reader, holds=holds)
    if one is None or other is None:
        return None
    apart = Reader(reader.facts)
    against = _ways(left, apart, holds=not holds)
    if against is not None and len(against) == 1 and apart.exact:
        other = _both(against, other) or other
    return _distinct((*one, *other))


def _both(one: tuple[Branch, ...] | None, other: tuple[Branch, ...] | None) -> tuple[Branch, ...] | None:
    if one is None or other is None or len(one) * len(other) > MOST_JOINED:
        return None
    return _distinct(tuple(joined for a in one for b in other if agrees(joined := (*a, *b))))


def _distinct(branches: tuple[Branch, ...]) -> tuple[Branch, ...]:
    return tuple(dict.fromkeys(branches))


def _leaf(node: exp.Expr, reader: Reader, *, holds: bool) -> tuple[Branch, ...] | None:
    found = list(reader.facts(node))
    if holds and len(found) == 1 and isinstance(found[0], Alternatives):
        reader.exact &= found[0].exact
        return found[0].branches
    simple = tuple(fact for fact in found if isinstance(fact, Narrow | NotNull | Null))
    if len(simple) < len(found) or not found:
        reader.exact = False
        return (simple,) if holds else ((),)
    if holds:
        return (simple,)
    opposites = tuple(opposite for fact in simple if (opposite := negation(fact)) is not None)
    if len(opposites) == len(simple):
        return tuple((fact,) for fact in opposites)
    reader.exact = False
    return ((),)


def negation(fact: Narrow | NotNull | Null) -> Narrow | NotNull | Null | None:
    """The fact that holds where this one does not, for a value that is not null."""
    match fact:
        case Null(column):
            return NotNull(column)
        case NotNull(column):
            return Null(column)
        case Narrow(exact=False):
            return None
        case Narrow(column, limit, sql):
            opposite = _opposite(limit)
            return None if opposite is None else Narrow(column, opposite, f"NOT ({sql})")


def _opposite(limit: Limit) -> Limit | None:
    match limit:
        case OneOf(values):
            return NoneOf(values)
        case NoneOf(values):
            return OneOf(values)
        case AtLeast(bound, strict):
            return AtMost(bound, not strict)
        case AtMost(bound, strict):
            return AtLeast(bound, not strict)
        case Matches(pattern, ignore_case, negated):
            return Matches(pattern, ignore_case, not negated)
        case Length(at_least, None) if at_least > 0:
            return Length(0, at_least - 1)
        case _:
            return None


def agrees(branch: Branch) -> bool:
    """Whether no column is both null and not null, and no list of values is empty."""
    columns = {fact.column for fact in branch}
    return all(_possible([fact for fact in branch if fact.column == name]) for name in columns)


def _possible(facts: list[Narrow | NotNull | Null]) -> bool:
    if any(isinstance(f, Null) for f in facts) and any(isinstance(f, NotNull) for f in facts):
        return False
    limits = [fact.limit for fact in facts if isinstance(fact, Narrow)]
    listed = [set(limit.values) for limit in limits if isinstance(limit, OneOf)]
    if not listed:
        return True
    kept = set.intersection(*listed)
    for limit in limits:
        if isinstance(limit, NoneOf):
            kept -= set(limit.values)
    return bool(kept)


def _counted(node: exp.Expr) -> tuple[Branch, ...]:
    """``num_nonnulls(a, b, ...) = n`` (also <=, >=, <, >), ``num_nulls``, and sums of ones for those that are there."""
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this, expression=node.args["low"])
        high = exp.LTE(this=node.this, expression=node.args["high"])
        return _both(_counted(low) or None, _counted(high) or None) or ()
    comparison = isinstance(node, exp.EQ | exp.NEQ | exp.GTE | exp.LTE | exp.GT | exp.LT)
    counted = _null_count(unwrap(node.this)) if comparison else None
    bound = unwrap(node.expression) if comparison else None
    if counted is None or not isinstance(bound, exp.Literal) or bound.is_string:
        return ()
    columns, present_counts = counted
    if len(set(columns)) < len(columns):
        return ()
    wanted = [n for n in range(len(columns) + 1) if _compares(n, node, int(bound.this))]
    if sum(comb(len(columns), n) for n in wanted) > _MOST_COUNTED:
        return ()
    if not present_counts:
        wanted = [len(columns) - n for n in wanted]
    return tuple(
        tuple(NotNull(name) if name in present else Null(name) for name in columns)
        for count in wanted
        for present in combinations(columns, count)
    )


def _null_count(node: exp.Expr) -> tuple[list[str], bool] | None:
    """The columns that an expression counts, and whether it counts those that are there rather than those that lack."""
    if isinstance(node, exp.Anonymous) and node.name.lower() in ("num_nulls", "num_nonnulls"):
        names = [column_name(argument) for argument in node.expressions]
        known = [name for name in names if name is not None]
        return (known, node.name.lower() == "num_nonnulls") if len(known) == len(names) else None
    terms, todo = list[exp.Expr](), [node]
    while todo:
        part = unwrap(todo.pop())
        if isinstance(part, exp.Add):
            todo += [part.expression, part.this]
        else:
            terms.append(part)
    found = [_one_if_there(term) for term in terms]
    if len(found) < 2 or any(one is None for one in found) or len({one[1] for one in found if one}) > 1:
        return None
    return [one[0] for one in found if one], bool(found[0] and found[0][1])


def _one_if_there(node: exp.Expr) -> tuple[str, bool] | None:
    """``CASE WHEN a IS NULL THEN 0 ELSE 1 END``, ``(a IS NOT NULL)::int``: the column, and whether being there is 1."""
    if isinstance(node, exp.Cast) and node.to.is_type(*exp.DataType.INTEGER_TYPES):
        test, gives = unwrap(node.this), True
    elif isinstance(node, exp.Case) and node.this is None and len(node.args["ifs"]) == 1:
        branch = node.args["ifs"][0]
        values = [unwrap(branch.args["true"]).name, unwrap(node.args.get("default") or exp.Literal.number(0)).name]
        if sorted(values) != ["0", "1"]:
            return None
        test, gives = unwrap(branch.this), values[0] == "1"
    else:
        return None
    negated = is_null_test(test, negated=True)
    if not negated and not is_null_test(test):
        return None
    while isinstance(test, exp.Not | exp.Paren):
        test = test.this
    name = column_name(test.this)
    return None if name is None else (name, negated == gives)


def _null_operand(node: exp.Expr) -> tuple[Branch, ...]:
    """``(a + b) IS NULL``: an operand is null."""
    if not is_null_test(node) or not isinstance(node, exp.Is):
        return ()
    inner = unwrap(node.this)
    if not all(isinstance(part, _STRICT) for part in inner.walk()):
        return ()
    return tuple((Null(name),) for name in columns_of(inner))


def _compares(count: int, node: exp.Expr, bound: int) -> bool:
    match node:
        case exp.EQ():
            return count == bound
        case exp.NEQ():
            return count != bound
        case exp.GTE():
            return count >= bound
        case exp.LTE():
            return count <= bound
        case exp.GT():
            return count > bound
        case _:
            return count < bound
