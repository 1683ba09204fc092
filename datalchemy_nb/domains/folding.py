"""Text reduced to what an address or a slug can hold."""

from __future__ import annotations

import polars as pl

_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
}  # fmt: skip


def fold(texts: pl.Series) -> pl.Series:
    """Lower the case, fold accents (``São`` -> ``sao``) and join words by dots; everything else goes."""
    return pl.DataFrame({"text": texts}).select(fold_expr(pl.col("text"))).to_series().alias("")


def fold_expr(text: pl.Expr) -> pl.Expr:
    """Do as `fold` does, as an expression."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    latin = plain.str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    kept = latin.str.replace_all(r"[^a-z0-9\s._-]", "").str.replace_all(r"[\s._-]+", ".")
    return kept.str.strip_chars(".")
