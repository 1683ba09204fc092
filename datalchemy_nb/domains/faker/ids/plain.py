"""Single values: ``faker.boolean.raw.Boolean``, ``faker.number.raw.Digit``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import boolean as true_or_false
from datalchemy_nb.domains.faker.ids.entry import entry
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.parameters import Int
from datalchemy_nb.domains.registry import NoParams, Params


class BooleanParams(Params):
    """``ratio``: how many of a hundred are true."""

    ratio: Annotated[Int, Field(ge=0, le=100)] = 50


@entry("faker.boolean.raw.Boolean", params=BooleanParams, produces=("boolean", "text"))
def boolean(params: BooleanParams, slot: Slot) -> Domain:
    """True and false; `ratio` of a hundred are true."""
    del slot
    return true_or_false(params.ratio / 100)


@entry("faker.number.raw.Digit", params=NoParams, produces=("integer", "text"))
def digit(params: NoParams, slot: Slot) -> Domain:
    """One digit, 0 to 9."""
    del params, slot
    return IntegerDomain(0, 9)
