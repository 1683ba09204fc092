"""What a person types, read."""

from __future__ import annotations

import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.widgets.models.reading import read_factor, read_rows, read_seed, read_share


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", None),
        ("7", 7),
        ("1,000", 1000),
        ("1.000", 1000),
        ("10k", 10_000),
        ("2.5M", 2_500_000),
        ("1,5 M", 1_500_000),
    ],
)
def test_rows(text: str, rows: int | None) -> None:
    assert read_rows(text) == rows


@pytest.mark.parametrize(("text", "share"), [("", None), ("0.2", 0.2), ("20 %", 0.2), ("0,5", 0.5), ("100%", 1.0)])
def test_shares(text: str, share: float | None) -> None:
    assert read_share(text) == share


@pytest.mark.parametrize(("text", "factor"), [("", None), ("10", 10.0), ("x 0.5", 0.5), ("×2", 2.0)])
def test_factors(text: str, factor: float | None) -> None:
    assert read_factor(text) == factor


@pytest.mark.parametrize(
    ("read", "text"),
    [(read_rows, "many"), (read_rows, "-1"), (read_rows, "1k k"), (read_share, "2"), (read_share, "x"),
     (read_factor, "0"), (read_factor, "-1"), (read_seed, ""), (read_seed, "-1"), (read_seed, str(2**64))],
)  # fmt: skip
def test_what_cannot_be_read_is_said(read: object, text: str) -> None:
    with pytest.raises(UsageError):
        read(text)  # type: ignore[operator]
