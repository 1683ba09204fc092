"""Numbered copies stay within the column, also where shortening the words makes the numbers longer."""

from __future__ import annotations

import numpy as np

from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.text import SuffixedDomain


def test_more_copies_with_longer_numbers_still_fit():
    words = ChoiceDomain([f"{'x' * (i % 6 + 1)}{chr(97 + i)}" for i in range(24)])
    whole = SuffixedDomain(words, 9)
    narrowed = whole.narrow(Length(0, 7))
    assert narrowed is not None
    assert narrowed.size >= whole.size
    values = narrowed.take(np.arange(narrowed.size, dtype=np.uint64))
    assert values.str.len_chars().max() <= 7
    assert values.n_unique() == narrowed.size
