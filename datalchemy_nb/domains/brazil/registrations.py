"""Inscrição estadual: the number of a taxpayer of each of the 27 states, with its check digits.

The rules are those that SINTEGRA publishes for each state. Most are eight digits and one of modulus 11 with weights 9
to 2; a state's rule says what else holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.codes import Code, append, complement_11, digit_text, weighted_sum
from datalchemy_nb.domains.brazil.facets import Numbered, fits
from datalchemy_nb.domains.brazil.places import STATES, gazetteer, place
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Bool, Num
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.text import by_part
from datalchemy_nb.records import dataclass

_STRIDE = np.uint64(7_368_787)
"""A prime, so that neighbouring ordinals are far apart and no two are the same."""
_OWN = 500_000
_EXEMPT = "ISENTO"


@dataclass(frozen=True)
class StateRule:
    """How a state numbers its taxpayers.

    Attributes:
        layout: digits with their usual punctuation.
        prefixes: what a number may begin with.
        free: digits after the prefix and before the check digits.
        finish: writes the check digits behind (or into) the number.
    """

    layout: str
    prefixes: tuple[int, ...]
    free: int
    finish: Callable[[U64], U64]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.prefixes) * int(10**self.free)

    def numbers(self, ordinals: U64) -> U64:
        """Return the number of each ordinal, neighbours far apart."""
        room = np.uint64(10**self.free)
        prefix = ordinals // room
        digits = (ordinals - prefix * room) * (_STRIDE % room) % room
        return self.finish(np.array(self.prefixes, dtype=np.uint64).take(prefix.view(np.int64)) * room + digits)


def _one(weights: Sequence[int], digit: Callable[[I64], I64] = complement_11) -> Callable[[U64], U64]:
    return lambda numbers: append(numbers, digit(weighted_sum(numbers, weights)))


def _two(weights: Sequence[int]) -> Callable[[U64], U64]:
    """Two digits of modulus 11; the second counts the first with weight 2 and every other digit with one more."""
    lengthened = (*(_next(weight) for weight in weights),)

    def finish(numbers: U64) -> U64:
        first = complement_11(weighted_sum(numbers, weights))
        return append(numbers, first, complement_11(weighted_sum(numbers, lengthened) + 2 * first))

    return finish


def _next(weight: int) -> int:
    return weight + 1 if weight < 9 else 2


def _tenfold(sums: I64) -> I64:
    digits: I64 = sums * 10 % 11 % 10
    return digits


def _bahia(numbers: U64) -> U64:
    # The second digit decides the modulus; the last check digit is made first, and counted by the other.
    eleven = np.isin(numbers // np.uint64(10**5) % np.uint64(10), (6, 7, 9))

    def digit(sums: I64) -> I64:
        return np.where(eleven, complement_11(sums.copy()), (10 - sums % 10) % 10)

    last = digit(weighted_sum(numbers, (8, 7, 6, 5, 4, 3, 2)))
    return append(numbers, digit(weighted_sum(numbers, (9, 8, 7, 6, 5, 4, 3)) + 2 * last), last)


def _minas(numbers: U64) -> U64:
    # A zero after the third digit, weights 1 and 2 in turn, digits of the products added; then modulus 11.
    above, below = numbers // np.uint64(10**8), numbers % np.uint64(10**8)
    widened = above * np.uint64(10**9) + below
    total = np.zeros(len(numbers), dtype=np.int64)
    for exponent in range(12):
        digit = (widened // np.uint64(10**exponent) % np.uint64(10)).view(np.int64)
        product = digit * (2 if exponent % 2 == 0 else 1)
        total += product // 10 + product % 10
    first = (10 - total % 10) % 10
    return append(numbers, first, complement_11(weighted_sum(numbers, (3, 2, 11, 10, 9, 8, 7, 6, 5, 4, 3)) + 2 * first))


def _sao_paulo(numbers: U64) -> U64:
    # Eight digits, a check digit, two digits, a check digit: both the last digit of the remainder of 11.
    first, last = numbers // np.uint64(100), numbers % np.uint64(100)
    whole = append(first, weighted_sum(first, (1, 3, 4, 5, 6, 7, 8, 10)) % 11 % 10) * np.uint64(100) + last
    return append(whole, weighted_sum(whole, (3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11 % 10)


def _rondonia(sums: I64) -> I64:
    # Ten and eleven lose ten.
    digit = 11 - sums % 11
    return np.where(digit > 9, digit - 10, digit)


def _parana(numbers: U64) -> U64:
    first = complement_11(weighted_sum(numbers, (3, 2, 7, 6, 5, 4, 3, 2)))
    return append(numbers, first, complement_11(weighted_sum(numbers, (4, 3, 2, 7, 6, 5, 4, 3)) + 2 * first))


_NINE = (9, 8, 7, 6, 5, 4, 3, 2)
_TWELVE = (4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def _usual(*prefixes: int, digit: Callable[[I64], I64] = complement_11) -> StateRule:
    return StateRule("99999999-9", prefixes, 6, _one(_NINE, digit))


RULES: dict[str, StateRule] = {
    "AC": StateRule("99.999.999/999-99", (1,), 9, _two(_TWELVE)),
    "AL": StateRule("99999999-9", (240, 243, 245, 247, 248), 5, _one(_NINE, _tenfold)),
    "AM": StateRule("99.999.999-9", (4, 5), 6, _one(_NINE)),
    "AP": StateRule("99999999-9", tuple(range(31, 40)), 5, _one(_NINE)),
    "BA": StateRule("9999999-99", tuple(range(4, 10)), 6, _bahia),
    "CE": _usual(6),
    "DF": StateRule("99999999999-99", (7,), 9, _two(_TWELVE)),
    "ES": _usual(8),
    "GO": StateRule("99.999.999-9", (102, 103, 104, 105, 106), 5, _one(_NINE)),
    "MA": _usual(12),
    "MG": StateRule("999.999999.99-99", tuple(range(1, 10)), 10, _minas),
    "MS": _usual(28),
    "MT": StateRule("9999999999-9", (13,), 6, _one((3, 2, 9, 8, 7, 6, 5, 4, 3, 2))),
    "PA": StateRule("99-999999-9", (15,), 6, _one(_NINE)),
    "PB": _usual(16),
    "PE": StateRule("9999999-99", (0, 1, 2, 7, 9), 5, _two((8, 7, 6, 5, 4, 3, 2))),
    "PI": _usual(19),
    "PR": StateRule("99999999-99", (90,), 6, _parana),
    "RJ": StateRule("99.999.99-9", (1, 7, 8), 6, _one((2, 7, 6, 5, 4, 3, 2))),
    "RN": StateRule("99.999.999-9", (20,), 6, _one(_NINE, _tenfold)),
    "RO": StateRule("9999999999999-9", (0,), 12, _one((6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), _rondonia)),
    "RR": StateRule("99999999-9", (241, 242, 244, 246, 249), 5, _one((1, 2, 3, 4, 5, 6, 7, 8), lambda sums: sums % 9)),
    "RS": StateRule("999/9999999", tuple(range(1, 468)), 6, _one((2, 9, 8, 7, 6, 5, 4, 3, 2))),
    "SC": StateRule("999.999.999", (25,), 6, _one(_NINE)),
    "SE": _usual(27),
    "SP": StateRule("999.999.999.999", tuple(range(1, 8)), 9, _sao_paulo),
    "TO": StateRule("99999999-9", (29,), 6, _one(_NINE)),
}
"""By state. Prefixes keep the numbers of states of one length apart; São Paulo's ten digits are twelve with checks."""


def _written(rule: StateRule, ordinals: U64, formatted: bool) -> pl.Series:
    layout = rule.layout if formatted else "9" * rule.layout.count("9")
    return digit_text(layout, rule.numbers(ordinals))


@lru_cache(maxsize=2)
def _lengths(formatted: bool) -> tuple[int, int]:
    sizes = [len(rule.layout) if formatted else rule.layout.count("9") for rule in RULES.values()]
    return min(sizes), max(sizes)


class StateRegistration(Numbered):
    """Registrations in the row's state.

    Args:
        formatted: with the state's punctuation.
        exempt: share of rows that say ``ISENTO`` instead.
    """

    def __init__(self, formatted: bool = False, exempt: float = 0.0) -> None:
        exempts = 0 if exempt <= 0 else round(_OWN * exempt / (1 - exempt))
        super().__init__(place(), _OWN + exempts)
        self.formatted, self.exempt, self.exempts = formatted, exempt, exempts
        self.injective = self.own_injective = not exempts

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        states = gazetteer().state_of(entity)
        states = np.where(own < _OWN, states, len(STATES))
        return by_part(states, len(STATES) + 1, lambda number, rows: self._of_state(number, own[rows]))

    def _of_state(self, number: int, own: U64) -> pl.Series:
        if number == len(STATES):
            return pl.Series([_EXEMPT]).new_from_index(0, len(own))
        rule = RULES[tuple(STATES)[number]]
        # Small states have several prefixes of fewer digits each.
        spread = own % np.uint64(len(rule.prefixes)) * np.uint64(10**rule.free)
        return _written(rule, spread + own // np.uint64(len(rule.prefixes)), self.formatted)

    def shorten(self, limit: Length) -> Domain | None:
        shortest, longest = _lengths(self.formatted)
        if self.formatted and limit.at_most is not None and limit.at_most < longest:
            return StateRegistration(False, self.exempt).shorten(limit)
        return self if fits(limit, min(shortest, len(_EXEMPT)) if self.exempts else shortest, longest) else None

    def widen(self, size: int) -> Domain | None:
        every = EveryRegistration(self.formatted)
        return every if size <= every.size else None


class EveryRegistration(Code):
    """The numbers of São Paulo, whatever the row's state: for keys of more rows than a small state has numbers."""

    def __init__(self, formatted: bool = False) -> None:
        self.formatted, self.rule = formatted, RULES["SP"]
        super().__init__(self.rule.size, 15 if formatted else 12)

    def take(self, ordinals: U64) -> pl.Series:
        return _written(self.rule, ordinals, self.formatted)


class RegistrationParams(RoleParams):
    """How a registration is written.

    Attributes:
        formatted: with the state's punctuation.
        exempt: share of rows that say ISENTO; none of a unique column.
    """

    formatted: Bool = False
    exempt: Annotated[Num, Field(ge=0, le=0.9)] = 0


@generator("semantic.br.inscricao_estadual", params=RegistrationParams, tags=("pii.document",))
def state_registration(params: RegistrationParams, slot: Slot) -> Domain:
    """Taxpayer number (inscrição estadual) of the row's state, with its check digits, or ISENTO."""
    return StateRegistration(params.formatted, 0.0 if slot.unique else float(params.exempt))
