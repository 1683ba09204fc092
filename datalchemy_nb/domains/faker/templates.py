"""How a locale writes a person's name: ``{{prefix_female}} {{first_name_female}} {{last_name}}``."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Literal

from datalchemy_nb.domains.faker.library import Library
from datalchemy_nb.domains.faker.placeholders import NotReadableError
from datalchemy_nb.domains.faker.trace import tracer
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.nodes import Node
from datalchemy_nb.records import dataclass

_TOKEN = re.compile(r"\{\{\s*(\w+)\s*\}\}")
Piece = str | Node
Place = Literal["given", "family"]


@dataclass(frozen=True)
class Template:
    """One way to write a name.

    Attributes:
        weight: how often.
        pieces: texts, nodes of their own chance, and ``given`` and ``family`` at their places.
        places: index of the piece of each.
        titled: whether a title goes before the names or a degree behind them.
    """

    weight: float
    pieces: tuple[Piece, ...]
    places: tuple[tuple[int, Place], ...]
    titled: bool = False

    @property
    def family_first(self) -> bool:
        """Whether the family name comes before the given name."""
        return self.places[0][1] == "family"

    @property
    def joint(self) -> str | None:
        """What stands between the names where there is nothing else, or None."""
        (first, _), (last, _) = self.places
        between = self.pieces[first + 1 : last]
        if first or last + 1 < len(self.pieces) or not all(isinstance(p, str) for p in between):
            return None
        return "".join(p for p in between if isinstance(p, str))

    @property
    def longest(self) -> int:
        """Characters of everything but the two names, at most."""
        return sum(len(p) if isinstance(p, str) else p.shape.most for p in self.pieces)


def read_templates(faker: Library, sex: str) -> tuple[Template, ...]:
    """Return the ways a locale writes the names of a sex (``""`` = of anybody); plain ones where it cannot be told."""
    provider = faker.providers["person"]
    formats = getattr(provider, f"formats_{sex}", None) if sex else None
    formats = formats or getattr(provider, "formats", None) or ()
    weighted = formats.items() if isinstance(formats, OrderedDict) else ((text, 1.0) for text in formats)
    found = [t for text, weight in weighted if (t := _read(faker, text, weight, sex)) is not None]
    return tuple(found) or (Template(1.0, ("", " ", ""), ((0, "given"), (2, "family"))),)


def _read(faker: Library, text: str, weight: float, sex: str) -> Template | None:
    other = {"male": "female", "female": "male"}.get(sex)
    pieces: list[Piece] = []
    places: dict[Place, int] = {}
    position = 0
    for token in _TOKEN.finditer(text):
        name = token[1]
        if other and name.endswith(f"_{other}"):
            return None
        if position < token.start():
            pieces.append(text[position : token.start()])
        position = token.end()
        kind: Place | None = "given" if name.startswith("first_name") else "family" if "last_name" in name else None
        if kind is not None and kind not in places:
            places[kind] = len(pieces)
            pieces.append("")
            continue
        try:
            pieces.append(build(tracer(faker).token(name)))
        except NotReadableError:
            return None
    if position < len(text):
        pieces.append(text[position:])
    if len(places) < 2:
        return None
    ordered = sorted((index, kind) for kind, index in places.items())
    titled = any(token[1].startswith(("prefix", "suffix")) for token in _TOKEN.finditer(text))
    return Template(weight, tuple(pieces), tuple(ordered), titled)
