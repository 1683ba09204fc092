from __future__ import annotations

import uuid

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.identifier import UuidDomain
from tests.domains.domain_laws import assert_laws, words


@given(st.integers(0, (1 << 64) - 1))
def test_values_are_version_four(seed):
    for value in assert_laws(UuidDomain(seed)).head(50):
        parsed = uuid.UUID(value)
        assert str(parsed) == value
        assert parsed.version == 4
        assert parsed.variant == uuid.RFC_4122


def test_all_ordinal_bits_are_kept():
    """60 bits before the variant and four at the end hold the mixed ordinal, so no two ordinals can meet."""
    values = UuidDomain(1).take(words(20_000)).str.replace_all("-", "")
    kept = values.str.slice(0, 12) + values.str.slice(13, 3) + values.str.slice(31, 1)
    assert kept.n_unique() == 20_000


def test_seeds_differ():
    first = np.zeros(1, dtype=np.uint64)
    assert UuidDomain(1).take(first)[0] != UuidDomain(2).take(first)[0]


def test_every_free_digit_varies():
    values = UuidDomain(7).take(np.arange(5000, dtype=np.uint64))
    for place in (p for p in range(36) if p not in (8, 13, 14, 18, 19, 23)):
        assert values.str.slice(place, 1).n_unique() == 16, place
    assert set(values.str.slice(19, 1)) == set("89ab")
