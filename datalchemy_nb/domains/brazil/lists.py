"""Short lists that Brazilian forms choose from: fiscal codes, civil status, health, labour, banking.

Codes are those of the public tables (CONFAZ for CST and CFOP, Receita Federal, IBGE, Banco Central); how often each
comes up is a round figure of our own, of where most rows of a business or a registry lie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import NoParams, Params, generator
from datalchemy_nb.records import dataclass


class CodeParams(Params):
    """What is shown of a list that has codes and names.

    Attributes:
        name: the name rather than the code.
    """

    name: Bool = False


@dataclass(frozen=True)
class Listing:
    """One list.

    Attributes:
        doc: what it is, a sentence.
        shares: how often each value (a code, where there are names) comes up.
        names: name of each code; empty = values are names themselves.
        tags: personal data.
    """

    doc: str
    shares: Mapping[str, float]
    names: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def _read(lines: list[list[str]]) -> Listing:
    (doc, *tags), *values = lines
    shares = {value[1]: float(value[0]) for value in values}
    return Listing(doc, shares, {value[1]: value[2] for value in values if len(value) > 2}, tuple(tags))


LISTS = {name: _read(lines) for name, lines in parts_of(__package__, "data/lists.txt").items()}


def _builder(listing: Listing) -> Callable[[Any, Slot], Domain]:
    def build(params: Any, slot: Slot) -> Domain:
        labels = listing.names if getattr(params, "name", False) else None
        values: list[Any] = [labels[code] if labels else code for code in listing.shares]
        whole = all(code.isdigit() for code in listing.shares) and labels is None and slot.category == "integer"
        weights = [round(share * 10) for share in listing.shares.values()]
        return ChoiceDomain([int(v) for v in values] if whole else values, weights, "integer" if whole else "text")

    build.__doc__ = listing.doc
    build.__module__ = __name__
    return build


for _id, _listing in LISTS.items():
    _numeric = all(code.isdigit() for code in _listing.shares)
    generator(
        f"semantic.br.{_id}",
        params=CodeParams if _listing.names else NoParams,
        produces=("text", "integer") if _numeric else ("text",),
        tags=_listing.tags,
    )(_builder(_listing))
