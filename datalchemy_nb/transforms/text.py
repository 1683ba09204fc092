"""Steps that rewrite text: truncate, format, prefix and suffix, casing."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.parameters import Count, Str
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.domains.strings import fold, join
from datalchemy_nb.transforms.base import TEMPORAL, TEXTUAL, Transform, plain_text, transform

_VALUE = "{value}"


class TruncateParams(Params):
    """``max_len``: characters to keep."""

    max_len: Count


class FormatParams(Params):
    """``format``: a strftime format for dates and times; or ``template``: text around ``{value}``."""

    format: Annotated[Str, Field(min_length=1)] | None = None
    template: Str | None = None

    @model_validator(mode="after")
    def _given(self) -> Self:
        if self.format is None and self.template is None:
            raise ValueError("give format (dates and times) or template (with {value} in it)")
        return self


class PrefixSuffixParams(Params):
    """``prefix`` before and ``suffix`` after every value."""

    prefix: Str = ""
    suffix: Str = ""


class CasingParams(Params):
    """``mode``: upper, lower or title."""

    mode: Literal["upper", "lower", "title"]


class SlugParams(Params):
    """``separator``: what joins words."""

    separator: Annotated[Str, Field(max_length=8)] = "-"


class Truncate(Transform):
    """Keep the first characters."""

    category: Category | None = "text"

    def __init__(self, max_len: int, injective: bool) -> None:
        self.max_len, self.injective, self.longest = max_len, injective, max_len

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        return plain_text(values).str.slice(0, self.max_len)


class Strftime(Transform):
    """Write dates and times by a strftime format."""

    category: Category | None = "text"
    accepts = TEMPORAL

    def __init__(self, form: str) -> None:
        self.form = form

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        return values.dt.strftime(self.form)


class Template(Transform):
    """Put every value into a text."""

    category: Category | None = "text"

    def __init__(self, template: str) -> None:
        self.pieces = template.split(_VALUE)
        self.injective = len(self.pieces) == 2
        if len(self.pieces) == 1:
            self.longest = len(template)
        elif self.injective:
            self.added = len(template) - len(_VALUE)

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        if len(self.pieces) == 1:
            return pl.repeat(self.pieces[0], len(values), eager=True).set(values.is_null(), None)
        text = plain_text(values)
        parts: list[pl.Series | str] = []
        for piece in self.pieces[:-1]:
            parts += [piece, text]
        return join([*parts, self.pieces[-1]])


class Casing(Transform):
    """Change the case; title raises the first letter of each word."""

    category: Category | None = "text"

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        text = plain_text(values)
        match self.mode:
            case "upper":
                return text.str.to_uppercase()
            case "lower":
                return text.str.to_lowercase()
        word = pl.element().str
        titled = word.slice(0, 1).str.to_uppercase() + word.slice(1).str.to_lowercase()
        return text.str.extract_all(r"\s+|\S+").list.eval(titled).list.join("")


@transform("transform.truncate", params=TruncateParams, accepts=TEXTUAL)
def truncate(params: TruncateParams, slot: Slot) -> Transform:
    """Cut text to `max_len` characters."""
    whole = 36 if slot.category == "uuid" else slot.max_length
    return Truncate(params.max_len, injective=whole is not None and whole <= params.max_len)


@transform("transform.format", params=FormatParams)
def format_(params: FormatParams, slot: Slot) -> Transform:
    """Write dates and times by `format` (strftime), or any value into `template` in place of `{value}`."""
    if params.format is None:
        return Template(params.template or "")
    if slot.category not in (*TEMPORAL, "text"):
        raise ValueError(f"format needs dates or times, not {slot.category}; use template")
    return Strftime(params.format)


@transform("transform.prefix_suffix", params=PrefixSuffixParams, accepts=TEXTUAL)
def prefix_suffix(params: PrefixSuffixParams) -> Transform:
    """Put `prefix` before and `suffix` after every value."""
    step = Template(_VALUE)
    step.pieces = [params.prefix, params.suffix]
    step.added = len(params.prefix) + len(params.suffix)
    return step


@transform("transform.casing", params=CasingParams, accepts=TEXTUAL)
def casing(params: CasingParams) -> Transform:
    """Change the case of letters: `mode` upper, lower or title."""
    return Casing(params.mode)


class Slug(Transform):
    """Lower-case words without accents or signs, joined."""

    category: Category | None = "text"

    def __init__(self, separator: str) -> None:
        self.separator = separator

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        words = plain_text(values).str.replace_all(r"[^\p{L}\p{N}\p{M}]+", " ")
        return fold(words).str.replace_all(".", self.separator, literal=True).alias(values.name)


@transform("transform.slug", params=SlugParams, accepts=TEXTUAL)
def slug(params: SlugParams) -> Transform:
    """Write text as it stands in an address: lower case, no accents or signs, words joined by `separator`."""
    return Slug(params.separator)
