"""Colours as CSS writes them: ``faker.color.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker.ids.entry import TextParams, entry
from datalchemy_nb.domains.faker.leaves import MaskNode, WordsNode
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.nodes import ChoiceNode, SequenceNode

_HEX = "0123456789abcdef"


def _upto(last: int, unit: str = "") -> WordsNode:
    return WordsNode([f"{n}{unit}" for n in range(last + 1)])


def _call(name: str, *arguments: Node) -> Node:
    parts: list[Node] = [WordsNode([f"{name}("])]
    for number, argument in enumerate(arguments):
        parts += [argument] if number == 0 else [WordsNode([", "]), argument]
    return SequenceNode([*parts, WordsNode([")"])])


def _alpha() -> WordsNode:
    return WordsNode(["0", *(f"0.{n:02d}".rstrip("0") for n in range(1, 100)), "1"])


def _hex() -> Node:
    return MaskNode(["#", *[_HEX] * 6])


def _rgb(*more: Node) -> Node:
    return _call("rgba" if more else "rgb", _upto(255), _upto(255), _upto(255), *more)


def _hsl(*more: Node) -> Node:
    return _call("hsla" if more else "hsl", _upto(359), _upto(100, "%"), _upto(100, "%"), *more)


@entry("semantic.color.hex", "faker.color.raw.HexColor")
def hex_color(params: TextParams, slot: Slot) -> Domain:
    """Colours like `#4a90d9`."""
    del params, slot
    return _hex()


@entry("semantic.color.rgb", "faker.color.raw.RgbColor")
def rgb_color(params: TextParams, slot: Slot) -> Domain:
    """Colours like `rgb(74, 144, 217)`."""
    del params, slot
    return _rgb()


@entry("faker.color.raw.RgbaColor")
def rgba_color(params: TextParams, slot: Slot) -> Domain:
    """Colours like `rgba(74, 144, 217, 0.5)`."""
    del params, slot
    return _rgb(_alpha())


@entry("semantic.color.hsl", "faker.color.raw.HslColor")
def hsl_color(params: TextParams, slot: Slot) -> Domain:
    """Colours like `hsl(211, 65%, 57%)`."""
    del params, slot
    return _hsl()


@entry("faker.color.raw.HslaColor")
def hsla_color(params: TextParams, slot: Slot) -> Domain:
    """Colours like `hsla(211, 65%, 57%, 0.5)`."""
    del params, slot
    return _hsl(_alpha())


@entry("faker.color.raw.Color")
def color(params: TextParams, slot: Slot) -> Domain:
    """Colours in one of the five forms."""
    del params, slot
    return ChoiceNode([_hex(), _rgb(), _rgb(_alpha()), _hsl(), _hsl(_alpha())], [1] * 5)
