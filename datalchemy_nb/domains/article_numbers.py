"""Numbers of articles with their check digit, as PostgreSQL's extension isn reads them.

GS1 General Specifications 7.9 (EAN and UPC, modulo 10 with weights 1 and 3); ISO 2108 (ISBN-10, modulo 11), ISO 3297
(ISSN, modulo 11), ISO 10957 (ISMN, which begins with 979-0).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.strings import from_fixed_bytes

Digits = npt.NDArray[np.uint8]


class Scheme(NamedTuple):
    """How the numbers of one kind are made.

    Attributes:
        prefix: digits that every number begins with.
        free: digits that count, between prefix and suffix.
        suffix: digits before the check digit.
        modulus: 10 (weights 1 and 3) or 11 (weights falling to 2; 10 is written X).
    """

    prefix: str
    free: int
    suffix: str = ""
    modulus: int = 10


SCHEMES = {
    "ean13": Scheme("2", 11),
    "isbn": Scheme("", 9, modulus=11),
    "isbn13": Scheme("978", 9),
    "ismn": Scheme("9790", 8),
    "ismn13": Scheme("9790", 8),
    "issn": Scheme("", 7, modulus=11),
    "issn13": Scheme("977", 7, "00"),
    "upc": Scheme("0", 11),
}
"""By type. EANs begin with 2, which GS1 keeps for use within a company: they are nobody's."""


class ArticleNumber(Domain):
    """Numbers of one scheme, in ascending order.

    Args:
        kind: a key of ``SCHEMES``.
    """

    category: Category = "other"

    def __init__(self, kind: str) -> None:
        self.kind, self.scheme = kind, SCHEMES[kind]
        self.size = 10**self.scheme.free

    def take(self, ordinals: U64) -> pl.Series:
        scheme = self.scheme
        digits = self._digits(ordinals)
        if scheme.modulus == 10:
            check = _modulo_10(digits)
            characters = np.frombuffer(b"0123456789", dtype=np.uint8)[check]
        else:
            check = _modulo_11(digits)
            characters = np.frombuffer(b"0123456789X", dtype=np.uint8)[check]
        return from_fixed_bytes(np.ascontiguousarray(np.column_stack([digits + ord("0"), characters])))

    def _digits(self, ordinals: U64) -> Digits:
        scheme = self.scheme
        width = len(scheme.prefix) + scheme.free + len(scheme.suffix)
        cells = np.empty((len(ordinals), width), dtype=np.uint8)
        for at, digit in enumerate(scheme.prefix):
            cells[:, at] = int(digit)
        for at, digit in enumerate(scheme.suffix, len(scheme.prefix) + scheme.free):
            cells[:, at] = int(digit)
        rest = ordinals.copy()
        for at in reversed(range(len(scheme.prefix), len(scheme.prefix) + scheme.free)):
            cells[:, at] = (rest % np.uint64(10)).astype(np.uint8)
            rest //= np.uint64(10)
        return cells


def _modulo_10(digits: Digits) -> npt.NDArray[np.int64]:
    """Weights 3 and 1 from the right."""
    weights = np.array([3 if (digits.shape[1] - at) % 2 else 1 for at in range(digits.shape[1])], dtype=np.int64)
    return -(digits.astype(np.int64) @ weights) % 10


def _modulo_11(digits: Digits) -> npt.NDArray[np.int64]:
    """Weights n + 1 down to 2."""
    weights = np.arange(digits.shape[1] + 1, 1, -1, dtype=np.int64)
    return -(digits.astype(np.int64) @ weights) % 11
