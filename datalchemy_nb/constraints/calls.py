"""The functions that expressions may call: their arguments, what they give, and how DuckDB writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datalchemy_nb import sandbox
from datalchemy_nb.constraints.typed import Family, Typed, UnreadableScalarError, cast, coerced

_TEXT_FUNCTIONS: dict[str, tuple[Family, tuple[Family, ...]]] = {
    "upper": ("text", ("text",)),
    "lower": ("text", ("text",)),
    "length": ("integer", ("text",)),
    "reverse": ("text", ("text",)),
    "md5": ("text", ("text",)),
    "trim": ("text", ("text", "text")),
    "ltrim": ("text", ("text", "text")),
    "rtrim": ("text", ("text", "text")),
    "left": ("text", ("text", "integer")),
    "right": ("text", ("text", "integer")),
    "repeat": ("text", ("text", "integer")),
    "replace": ("text", ("text", "text", "text")),
    "translate": ("text", ("text", "text", "text")),
    "split_part": ("text", ("text", "text", "integer")),
    "substring": ("text", ("text", "integer", "integer")),
    "strpos": ("integer", ("text", "text")),
    "lpad": ("text", ("text", "integer", "text")),
    "rpad": ("text", ("text", "integer", "text")),
}
_LENGTHS = ("repeat", "lpad", "rpad")
_WRITTEN_NUMBER = re.compile(r"[(CAST]*[0-9]+[ )A-Z]*\Z")
_BLANK_LAST = ("trim", "ltrim", "rtrim", "lpad", "rpad")
_OPTIONAL_LAST = (*_BLANK_LAST, "substring")


def called(name: str, parts: Sequence[Typed]) -> Typed:
    """A function by name, with its arguments in PostgreSQL's order.

    Raises:
        UnreadableScalarError: there is none of this name that gives the same value everywhere, or it takes others.
    """
    if name in _TEXT_FUNCTIONS:
        result, families = _TEXT_FUNCTIONS[name]
        texts = [coerced(p, f) for p, f in zip(parts, families, strict=False)]
        if not len(families) - (name in _OPTIONAL_LAST) <= len(parts) <= len(families):
            raise UnreadableScalarError(f"{name} takes {len(families)} arguments")
        missing = len(families) - len(texts) if name in _BLANK_LAST else 0
        texts += [Typed("' '", "text")] * missing
        plain = (t.family != "integer" or t.sql.isdigit() for t in texts)
        written = [t.sql if as_it_is else f"CAST({t.sql} AS INTEGER)" for t, as_it_is in zip(texts, plain, strict=True)]
        if name in _LENGTHS and not _WRITTEN_NUMBER.match(written[1]):
            # A length from a column is bounded; one that is written out is refused where it is too great.
            written[1] = f"least({written[1]}, {sandbox.LONGEST_MADE})"
        return Typed(f"{name}({', '.join(written)})", result, nullable=any(t.nullable for t in texts))
    if name == "to_char" and len(parts) == 2:
        return to_char(parts[0], parts[1])
    if name == "age" and len(parts) == 2:
        ends = [cast(coerced(part, "timestamp"), "timestamp") for part in parts]
        return Typed(f"age({ends[0].sql}, {ends[1].sql})", "interval", nullable=any(e.nullable for e in ends))
    if name == "make_date" and len(parts) == 3:
        whole = [coerced(part, "integer") for part in parts]
        return Typed(f"make_date({', '.join(p.sql for p in whole)})", "date", nullable=any(p.nullable for p in whole))
    raise UnreadableScalarError(f"the function {name} is not supported in an expression")


def to_char(value: Typed, template: Typed) -> Typed:
    """A date in a template (which sqlglot has written for strftime by now), or a whole number with leading zeros."""
    text = next(iter(template.literals)) if template.literals and len(template.literals) == 1 else None
    moment = value.family in ("date", "timestamp")
    if text is not None and moment and re.fullmatch("(%[YmdHMSyj]|[^A-Za-z%'])*", text):
        return Typed(f"strftime({value.sql}, '{text}')", "text", nullable=value.nullable)
    if text is not None and value.family == "integer" and re.fullmatch("FM0+", text):
        width = len(text) - 2
        digits = f"CAST(abs({value.sql}) AS VARCHAR)"
        sign = f"CASE WHEN {value.sql} < 0 THEN '-' ELSE '' END"
        padded = f"CASE WHEN length({digits}) > {width} THEN repeat('#', {width}) ELSE lpad({digits}, {width}, '0') END"
        return Typed(f"({sign} || {padded})", "text", nullable=value.nullable)
    raise UnreadableScalarError("to_char takes dates with YYYY, MM, DD, HH24, MI, SS and whole numbers with FM000")


def as_text(value: Typed) -> Typed:
    """A value as the text that every server writes.

    Raises:
        UnreadableScalarError: servers write it differently.
    """
    if value.family in ("float", "interval", "timestamp"):
        raise UnreadableScalarError(f"how {value.family} is written depends on the server; use to_char")
    return coerced(value, "text")
