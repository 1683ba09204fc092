"""Permutations are bijections, both ways, for any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.bits import draw, scale, stream_key
from datalchemy_nb.generate.permute import Permutation

KEY = stream_key("a test")


@given(size=st.integers(1, 20_000), key=st.integers(0, 2**64 - 1))
def test_every_number_is_reached_once(size: int, key: int) -> None:
    numbers = np.arange(size, dtype=np.uint64)
    images = Permutation(size, np.uint64(key)).forward(numbers)
    assert np.array_equal(np.sort(images), numbers)


@given(size=st.integers(1, 2**64), data=st.data())
def test_inverse_undoes_forward(size: int, data: st.DataObject) -> None:
    picked = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=50))
    numbers = np.array(picked, dtype=np.uint64)
    permutation = Permutation(size, KEY)
    images = permutation.forward(numbers)
    assert all(int(i) < size for i in images)
    assert np.array_equal(permutation.inverse(images), numbers)


def test_another_key_is_another_order() -> None:
    numbers = np.arange(10_000, dtype=np.uint64)
    one, other = (Permutation(10_000, stream_key(name)).forward(numbers) for name in "ab")
    assert (one == other).mean() < 0.01
    assert abs(np.corrcoef(numbers, one)[0, 1]) < 0.05


@pytest.mark.parametrize("size", [1, 2, 3, 97, 2**32, 2**32 + 1, 10**12, 2**63, 2**64])
def test_scale_is_the_high_word_of_the_product(size: int) -> None:
    bits = draw(KEY, np.arange(500, dtype=np.uint64))
    expected = [int(word) * size >> 64 for word in bits]
    if size <= 2**32:
        expected = [(int(word) >> 32) * size >> 32 for word in bits]
    assert scale(bits, size).tolist() == expected


def test_stream_keys_do_not_run_together() -> None:
    assert stream_key("a", "bc") != stream_key("ab", "c")
    assert stream_key("a\x1f", "b") != stream_key("a", "\x1fb")
    assert stream_key("a\\u", "b") != stream_key("a\x1f", "b")
