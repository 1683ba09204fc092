"""Documents are written as Python's own encoder writes them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.contracts.base import pretty

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('aé"\\ 1e5:,\n', max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_documents_are_what_json_dumps_writes(value: Any) -> None:
    assert pretty(value) == json.dumps(value, indent=2, ensure_ascii=False)
