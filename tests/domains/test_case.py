"""Whether texts of a form may differ in the case of letters alone: told from the form, as trying all of them tells."""

from __future__ import annotations

import numpy as np
import pytest

from datalchemy_nb.domains.base import Subset
from datalchemy_nb.domains.pattern import PatternDomain


@pytest.mark.parametrize(
    ("pattern", "differ"),
    [
        (r"[A-Z]\d", False),
        (r"[A-Z][a-z]", False),
        (r"[a-zA-Z]", True),
        (r"x[a-cA-C]{2}", True),
        (r"(foo|bar)\d", False),
        (r"(foo|FOO)\d", True),
        (r"(Rua|rio)", False),
        (r"[a-c]{1,2}[A-C]", False),
        (r"A[!-~]{0,1}", True),
        (r"(a|B)(A|b)", False),
        (r"[kK]?\d", True),
        (r"[éÉ]", True),
    ],
)
def test_the_form_tells_what_trying_all_tells(pattern: str, differ: bool) -> None:
    domain = PatternDomain(pattern)
    texts = domain.take(np.arange(domain.size, dtype=np.uint64))
    assert (texts.str.to_lowercase().n_unique() < texts.n_unique()) is differ
    assert domain.may_differ_in_case is differ
    assert Subset(domain, np.arange(domain.size, dtype=np.uint64)).may_differ_in_case is differ
