"""Regular expressions as PostgreSQL writes them, for engines that lack look-around, back-references and word marks."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.parse import column_name, conjuncts, unwrap
from datalchemy_nb.records import dataclass

_LONGEST = 4096
_DEEPEST = 200
_WORD_MARKS = {"m": r"\b", "M": r"\b", "y": r"\b", "Y": r"\B", "Z": r"\z"}
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_DIGITS = re.compile(r"\^(-\?)?(\[0-9\]|\[1-9\]|\\d){1,4}(\{[0-5](,[0-5])?\})?\$")
"""Patterns of whole numbers of so few digits that each is one."""
_OPTIONS = re.compile(r"\(\?([bceimnpqstwx]+)\)")


@dataclass(frozen=True)
class Reading:
    """A pattern as Polars and DuckDB read it.

    Attributes:
        pattern: the same, or one that matches more.
        exact: it matches the same texts.
        ignore_case: an option at its beginning says so.
    """

    pattern: str
    exact: bool
    ignore_case: bool = False


@lru_cache(maxsize=4096)
def reading(pattern: str) -> Reading | None:
    """Return a pattern of the advanced regular expressions of PostgreSQL in the dialect of Rust and RE2.

    Look-around and back-references are left out, so that more texts match. None where nothing can be made of it.
    """
    if len(pattern) > _LONGEST or pattern.count("(") > _DEEPEST:
        return None
    ignore_case = False
    if pattern.startswith("***="):
        return Reading(re.escape(pattern[4:]), exact=True)
    pattern = pattern.removeprefix("***:")
    options = _OPTIONS.match(pattern)
    if options is not None:
        if set(options[1]) - set("is"):
            return None
        ignore_case, pattern = "i" in options[1], pattern[options.end() :]
    written, exact = _written(pattern)
    try:
        pl.Series([""]).str.contains(written)
    except (pl.exceptions.PolarsError, RecursionError):
        return None
    return Reading(written, exact, ignore_case)


@lru_cache(maxsize=4096)
def looking_ahead(pattern: str) -> tuple[tuple[str, bool], ...] | None:
    """Return patterns without look-ahead that together say the same, each with whether it must not match.

    ``^(?=.*[0-9])(?!.* )[a-z0-9 ]+$`` says ``^(?:.*[0-9])``, not ``^(?:.* )``, and ``^[a-z0-9 ]+$``. None where the
    look-aheads do not stand together at the beginning, or something else is left that is not read exactly.
    """
    plain = pattern.removeprefix("***:")
    if not plain.startswith("^(?") or len(plain) > _LONGEST:
        return None
    at, found = 1, list[tuple[str, bool]]()
    while plain.startswith(("(?=", "(?!"), at):
        end = _group_end(plain, at)
        found.append((f"^(?:{plain[at + 3 : end - 1]})", plain[at + 2] == "!"))
        at = end
    found.append(("^" + plain[at:], False))
    read = [(reading(one), negated) for one, negated in found]
    if len(found) < 2 or any(one is None or not one.exact or one.ignore_case for one, _ in read):
        return None
    return tuple((one.pattern, negated) for one, negated in read if one is not None)


_FILLED_UP = tuple(f"{text} " for text in ("", "a", "A", "0", "-"))


def sees_blanks(pattern: str, *, negated: bool) -> bool:
    """Whether blanks after a text may decide if a pattern, as `reading` writes it, is found in it."""
    if negated:
        return bool(pl.Series(_FILLED_UP).str.contains(pattern).any())
    before = pattern.removesuffix(".*$")
    return "$" in before or "\\z" in before or "\\b" in before


def _written(pattern: str) -> tuple[str, bool]:
    out: list[str] = []
    exact, at = True, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            after = pattern[at + 1]
            if after in "123456789":
                out.append("(?:.*)")
                exact = False
            else:
                out.append(_WORD_MARKS.get(after, char + after))
            at += 2
        elif char == "[":
            end = _class_end(pattern, at)
            inner = pattern[at:end]
            out.append(r"\b" if inner in ("[[:<:]]", "[[:>:]]") else inner)
            at = end
        elif pattern.startswith(_LOOKS, at):
            at, exact = _group_end(pattern, at), False
        else:
            out.append(char)
            at += 1
    return "".join(out), exact


def _class_end(pattern: str, at: int) -> int:
    """Where a bracket expression ends; classes by name stand within it."""
    at += 1
    if pattern[at : at + 1] == "^":
        at += 1
    if pattern[at : at + 1] == "]":
        at += 1
    while at < len(pattern) and pattern[at] != "]":
        if pattern.startswith(("[:", "[.", "[="), at):
            closed = pattern.find(f"{pattern[at + 1]}]", at + 2)
            at = closed + 2 if closed > 0 else at + 1
        else:
            at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _group_end(pattern: str, at: int) -> int:
    depth = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 2
            continue
        if char == "[":
            at = _class_end(pattern, at)
            continue
        depth += (char == "(") - (char == ")")
        at += 1
        if depth == 0:
            break
    return at


def similar_to_regex(pattern: str) -> str:
    """Write a SIMILAR TO pattern as an anchored regular expression."""
    body = re.sub(r"[.^$]", lambda m: "\\" + m[0], pattern).replace("%", ".*").replace("_", ".")
    return f"^(?:{body})$"


def literal_pattern(node: exp.Expr) -> str | None:
    """The pattern of ``~``: a literal, or what ``similar_to_escape`` makes of one."""
    node = unwrap(node)
    while isinstance(node, exp.Cast):
        node = unwrap(node.this)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "similar_to_escape" and len(node.expressions) == 1:
        inner = literal_pattern(node.expressions[0])
        return None if inner is None else similar_to_regex(inner)
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def after_digits(node: exp.Cast) -> bool:
    """Whether a cast to a whole number is computed only of what a pattern has let through: ``x ~ '^[0-9]+$' AND``."""
    name = column_name(node.this)
    if name is None or not node.to.is_type("int", "bigint"):
        return False
    inner: exp.Expr = node
    while isinstance(parent := inner.parent, exp.Expr):
        if isinstance(parent, exp.And) and parent.expression is inner:
            matched = (part for part in conjuncts(parent.this) if isinstance(part, exp.RegexpLike))
            if any(column_name(part.this) == name and _is_digits(part) for part in matched):
                return True
        inner = parent
    return False


def _is_digits(node: exp.RegexpLike) -> bool:
    pattern = literal_pattern(node.expression)
    return pattern is not None and _DIGITS.fullmatch(pattern) is not None
