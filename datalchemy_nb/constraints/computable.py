"""What columns must hold so that PostgreSQL can compute an expression at all.

An index expression, a generated column or a CHECK that casts text to a number, or divides by a column, is computed for
every row that is written: a value it cannot be computed for is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from datalchemy_nb.constraints.facts import Narrow
from datalchemy_nb.constraints.parse import column_name, uncast, unwrap
from datalchemy_nb.constraints.regexes import after_digits
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import Matches, NoneOf

_DATE = r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_HEX = "[0-9a-f]"
_READABLE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("smallint", "tinyint"), "[1-9][0-9]{0,3}"),
    (("int", "bigint"), "[1-9][0-9]{0,8}"),
    (("decimal", "double", "float"), "[1-9][0-9]{0,5}"),
    (("date",), _DATE),
    (("time",), _CLOCK),
    (("timestamp", "timestamptz"), f"{_DATE} {_CLOCK}"),
    (("boolean",), "(true|false)"),
    (("uuid",), f"{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}"),
    (("json", "jsonb"), r'\{"n": [1-9][0-9]{0,5}\}'),
    (("inet",), r"10(\.(1?[0-9]{1,2})){3}"),
)
_WORD = "[a-z]{3,8}"
_SPECIAL = set(".^$*+?{}[]\\|()")


def computable(tree: exp.Expr, categories: Mapping[str, Category]) -> Iterator[Narrow]:
    """Yield what an expression asks of single columns so that it can be computed for every row."""
    for node in tree.walk():
        if isinstance(node, exp.Cast):
            yield from _cast(node, categories)
        elif isinstance(node, exp.Div | exp.Mod):
            name = column_name(node.expression)
            if name is not None and categories.get(name) in ("integer", "decimal", "float"):
                yield Narrow(name, NoneOf((0,)), f"{quote_ident(name)} <> 0")


def _cast(node: exp.Cast, categories: Mapping[str, Category]) -> Iterator[Narrow]:
    pattern = next((text for kinds, text in _READABLE if node.to.is_type(*kinds)), None)
    taken = _taken(node.this)
    if pattern is None or taken is None:
        return
    name, before = taken
    if categories.get(name) == "text":
        whole = f"^{before}{pattern}$"
        sql = f"regexp_matches({quote_ident(name)}, '{whole}')"
        yield Narrow(name, Matches(whole), sql, guarded=not before and after_digits(node))


def _taken(node: exp.Expr) -> tuple[str, str] | None:
    """The column a text is taken from, and a pattern of what stands before it there."""
    node = unwrap(node)
    name = column_name(node)
    if name is not None:
        return name, ""
    if isinstance(node, exp.SplitPart):
        name, mark = column_name(node.this), _text(node.args["delimiter"])
        place = unwrap(node.args["part_index"])
        if name and mark and isinstance(place, exp.Literal) and place.this.isdigit():
            return name, f"{_WORD}{mark}" * (int(place.this) - 1)
    if isinstance(node, exp.Substring) and not node.args.get("length"):
        name, start = column_name(node.this), unwrap(node.args["start"])
        found = unwrap(start.this) if isinstance(start, exp.Add) else None
        if name and isinstance(found, exp.StrPosition) and column_name(found.this) == name:
            mark = _text(found.args["substr"])
            return (name, f"{_WORD}{mark}") if mark and unwrap(start.expression).name == "1" else None
    return None


def _text(node: exp.Expr) -> str | None:
    """A literal of one character, as a pattern has it."""
    node = uncast(node)
    if not isinstance(node, exp.Literal) or not node.is_string or len(node.this) != 1:
        return None
    return f"\\{node.this}" if node.this in _SPECIAL else str(node.this)
