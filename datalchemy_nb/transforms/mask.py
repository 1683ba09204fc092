"""Hide values: hash, redact, or keep only their shape."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.parameters import Str
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.transforms.base import Transform, plain_text, transform

REDACTED = "***"
_HASH_LENGTH = 64
_KEPT_DIGITS = 2
_LAYOUTS = {11: ((3, "."), (3, "."), (3, "-")), 14: ((2, "."), (3, "."), (3, "/"), (4, "-"))}


class MaskParams(Params):
    """``mode``: hash, redact or format_preserving; ``salt`` for hash, ``mask_char`` for format_preserving."""

    mode: Literal["hash", "redact", "format_preserving"]
    mask_char: Annotated[Str, Field(min_length=1)] = "*"
    salt: Str = ""


class Hash(Transform):
    """SHA-256 of salt and value, lower-case hexadecimal. Distinct values stay distinct."""

    injective = True
    category: Category | None = "text"
    longest = _HASH_LENGTH

    def __init__(self, salt: str) -> None:
        self._start = hashlib.sha256(salt.encode())

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        text = plain_text(values)
        # SHA-256 has no vectorised form: each distinct value is hashed once.
        known = text.unique().drop_nulls()
        return text.replace_strict(known, pl.Series([self._digest(v) for v in known.to_list()], dtype=pl.String))

    def _digest(self, value: str) -> str:
        state = self._start.copy()
        state.update(value.encode())
        return state.hexdigest()


class Redact(Transform):
    """The same stars for everything."""

    category: Category | None = "text"
    longest = len(REDACTED)

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        return pl.repeat(REDACTED, len(values), eager=True).set(values.is_null(), None)


class FormatPreserving(Transform):
    """Keep first and last characters, the domain of an e-mail, the last digits of a CPF or CNPJ.

    Args:
        mask_char: one character.
        max_length: what the column holds; bare digits get the points of a CPF or CNPJ only where they fit.
    """

    category: Category | None = "text"

    def __init__(self, mask_char: str, max_length: int | None) -> None:
        self.mask_char, self.max_length = mask_char, max_length

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        text = pl.col("text")
        digits = text.str.count_matches(r"\d")
        masked = (
            pl.when(text.str.contains("@", literal=True))
            .then(self._ends(text.str.extract(r"(?s)^(.*)@[^@]*$")) + text.str.extract("(@[^@]*)$"))
            .when(digits.is_in(list(_LAYOUTS)))
            .then(self._document(text, digits))
            .otherwise(self._ends(text))
        )
        return pl.DataFrame({"text": plain_text(values)}).select(masked.alias("")).to_series()

    def _ends(self, text: pl.Expr) -> pl.Expr:
        size = text.str.len_chars()
        inner = self._hidden(text.str.slice(1).str.head(-1))
        return pl.when(size <= _KEPT_DIGITS).then(self._hidden(text)).otherwise(
            text.str.head(1) + inner + text.str.tail(1)
        )  # fmt: skip

    def _hidden(self, text: pl.Expr) -> pl.Expr:
        return text.str.replace_all("(?s).", self._literal)

    @property
    def _literal(self) -> str:
        return self.mask_char.replace("$", "$$")

    def _document(self, text: pl.Expr, digits: pl.Expr) -> pl.Expr:
        tail = rf"((?:\d\D*){{{_KEPT_DIGITS}}})$"
        head = text.str.replace(tail, "")
        own_layout = head.str.replace_all(r"\d", self._literal) + text.str.extract(tail)
        result = own_layout
        for size, groups in _LAYOUTS.items():
            layout = "".join(self.mask_char * count + mark for count, mark in groups)
            if self.max_length is None or len(layout) + _KEPT_DIGITS <= self.max_length:
                bare = (digits == size) & (text.str.len_chars() == size)
                result = pl.when(bare).then(pl.lit(layout) + text.str.tail(_KEPT_DIGITS)).otherwise(result)
        return result


@transform("transform.mask", params=MaskParams)
def mask(params: MaskParams, slot: Slot) -> Transform:
    """Hide values: `hash` (SHA-256, with `salt`), `redact` (stars) or `format_preserving` (shape and ends stay)."""
    match params.mode:
        case "hash":
            if slot.max_length is not None and slot.max_length < _HASH_LENGTH:
                raise ValueError(f"a hash has {_HASH_LENGTH} characters, the column holds {slot.max_length}")
            return Hash(params.salt)
        case "redact":
            return Redact()
    return FormatPreserving(params.mask_char[0], slot.max_length)
