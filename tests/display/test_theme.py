"""Contrast of every pair of colours, and the scope of the styles."""

from __future__ import annotations

import re

import pytest

from datalchemy_nb.show.theme import DARK, LIGHT, PAGE_SURFACES, PAIRS, SCOPE, contrast, stylesheet


@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
@pytest.mark.parametrize(("name", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_contrast_is_at_least_4_5(name: str, palette: dict[str, str], pair: tuple[str, str]) -> None:
    text, surface = pair
    assert contrast(palette[text], palette[surface]) >= 4.5
    if surface == "bg":
        for page in PAGE_SURFACES[name]:
            assert contrast(palette[text], page) >= 4.5


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_rule_is_scoped() -> None:
    sheet = re.sub(r"@media [^{]+\{(.*?\})\}", r"\1", stylesheet().removeprefix("<style>").removesuffix("</style>"))
    selectors = [s for block in re.findall(r"([^{}]+)\{[^{}]*\}", sheet) for s in block.split(",")]
    assert all(f".{SCOPE}" in s or "body" in s for s in selectors)
    assert not re.search(r"https?:|url\(|@import", sheet)


def test_both_palettes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
    used = set(re.findall(r"var\(--d-([\w-]+)\)", stylesheet()))
    assert used <= LIGHT.keys()
