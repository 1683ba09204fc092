"""Helpers: building generators as a column would, and check digits computed by other code than the project's."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.registry import GeneratorSpec, find_generator
from tests.docs.generators_page import slot_of


def spec_of(id_: str) -> GeneratorSpec:
    found = find_generator(id_)
    assert found is not None, id_
    return found


def made(id_: str, /, params: dict[str, Any] | None = None, **facts: Any) -> Domain:
    """Build a generator for a column with these facts."""
    spec = spec_of(id_)
    domain = spec.build(spec.params.model_validate(params or {}), slot_of(spec, **facts))
    assert isinstance(domain, Domain)
    return domain


def words(count: int, salt: int = 0) -> U64:
    """Uniform 64-bit words."""
    return mix(np.arange(count, dtype=np.uint64) + np.uint64(salt))


def drawn(domain: Domain, count: int = 1000, salt: int = 0) -> pl.Series:
    """Values in random use."""
    bits = words(count, salt)
    if isinstance(domain, Facet):
        return domain.take_in(domain.entity.draw(words(count, 7)), domain.draw_own(bits))
    return domain.take(domain.draw(bits))


def values(id_: str, /, params: dict[str, Any] | None = None, count: int = 1000, **facts: Any) -> pl.Series:
    """Values of a generator in random use."""
    return drawn(made(id_, params, **facts), count)


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1, digit by digit."""
    total = 0
    for place, char in enumerate(reversed(text)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def isin(text: str) -> bool:
    """ISO 6166: letters as two digits, then Luhn."""
    return luhn("".join(str(int(char, 36)) for char in text))


def isbn10(text: str) -> bool:
    digits = [10 if char == "X" else int(char) for char in text.replace("-", "")]
    return len(digits) == 10 and sum(w * d for w, d in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0


def isbn13(text: str) -> bool:
    digits = [int(char) for char in text.replace("-", "")]
    return len(digits) == 13 and sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
