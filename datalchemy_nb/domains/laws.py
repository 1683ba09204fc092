"""What every domain promises, tried on a sample: others' generators are tried so before a plan uses them."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Built, Derivation, Domain, ForeignKeyShare, ParentValue
from datalchemy_nb.domains.bits import U64, mix, scale

_SAMPLE = 2048


def try_laws(built: Built) -> None:
    """Try the promises of a domain on a sample of its ordinals; other kinds of generators are only recognised.

    Raises:
        ValueError: a promise is broken, or this is no generator; the message says which.
    """
    if isinstance(built, Derivation | ParentValue | ForeignKeyShare):
        return
    if not isinstance(built, Domain):
        raise ValueError(f"the builder returned {type(built).__name__}, not a Domain or Derivation")
    if not 1 <= built.size <= MAX_SIZE:
        raise ValueError(f"size is {built.size}; it must be 1 to 2**64")
    ordinals = _sample(built.size)
    values = _taken(built, ordinals)
    if built.injective and values.n_unique() != len(ordinals):
        raise ValueError("two ordinals gave one value; set injective = False, or make the values distinct")
    order = np.argsort(mix(ordinals.copy()))
    if not _taken(built, ordinals[order]).equals(values[order]):
        raise ValueError("a value depends on the ordinals around it, or differs from call to call")


def _taken(domain: Domain, ordinals: U64) -> pl.Series:
    values = domain.take(ordinals.copy())
    if not isinstance(values, pl.Series):
        raise ValueError(f"take returned {type(values).__name__}, not a polars Series")
    if len(values) != len(ordinals):
        raise ValueError(f"take returned {len(values)} values for {len(ordinals)} ordinals")
    if values.null_count():
        raise ValueError("take returned nulls; the rule's null_rate makes those")
    return values


def _sample(size: int) -> U64:
    """All ordinals of a small domain; both ends and some between of a large one."""
    if size <= _SAMPLE:
        return np.arange(size, dtype=np.uint64)
    edge = np.arange(_SAMPLE // 4, dtype=np.uint64)
    between = scale(mix(np.arange(_SAMPLE // 2, dtype=np.uint64)), size)
    return np.unique(np.concatenate([edge, np.uint64(size - 1) - edge, between]))
