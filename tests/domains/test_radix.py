from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.radix import WORDS, Radix

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=5)


@given(SIZES, st.integers(1, 5_000))
def test_digits_and_ordinals_are_two_ways_to_say_one(sizes, most):
    radix = Radix(sizes, most=most)
    assert radix.size <= most
    ordinals = np.arange(radix.size, dtype=np.uint64)
    digits = radix.split(ordinals)
    for size, counts, digit in zip(sizes, radix.counted, digits, strict=True):
        assert counts == (digit is not None)
        assert digit is None or int(digit.max()) < size
    assert radix.joined(digits, len(ordinals)).tolist() == ordinals.tolist()


def test_the_last_digit_varies_fastest():
    first, last = Radix([2, 3]).split(np.arange(6, dtype=np.uint64))
    assert (first.tolist(), last.tolist()) == ([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2])


def test_a_digit_of_all_words_takes_the_whole_ordinal():
    highest = np.array([WORDS - 1], dtype=np.uint64)
    radix = Radix([1, WORDS, 7])
    one, whole, beyond = radix.split(highest)
    assert (one.tolist(), whole.tolist(), beyond) == ([0], [WORDS - 1], None)
    assert radix.joined([one, whole, None], 1).tolist() == [WORDS - 1]


def test_digits_count_in_the_order_asked_for():
    assert Radix([10, 100, 1000], range(3), most=2000).counted == [True, True, False]
    assert Radix([10, 100, 1000], most=2000).counted == [False, False, True]
