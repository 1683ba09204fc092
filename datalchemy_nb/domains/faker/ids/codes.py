"""Numbers with check digits: ``faker.barcode.raw.*``, ``faker.creditcard.raw.*``, ``faker.finance.raw.*``."""

from __future__ import annotations

import string
from functools import lru_cache

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker.checksums import CardNumbers, Isbn, Isin
from datalchemy_nb.domains.faker.ids.entry import TextParams, entry
from datalchemy_nb.domains.faker.leaves import MaskNode, WordsNode
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.nodes import ChoiceNode, SequenceNode

_CARDS = (
    (50, CardNumbers(4, 4, 16)), (2, CardNumbers(4, 4, 13)), (28, CardNumbers(51, 55, 16)),
    (5, CardNumbers(2221, 2720, 16)), (5, CardNumbers(34, 34, 15)), (5, CardNumbers(37, 37, 15)),
    (5, CardNumbers(6011, 6011, 16)),
)  # fmt: skip
"""Share, first and last prefix, digits: Visa (two lengths), Mastercard (two ranges), American Express, Discover."""


@lru_cache(maxsize=1)
def _countries() -> tuple[str, ...]:
    return tuple(sorted(set(library(DEFAULT_LOCALE).providers["address"].alpha_2_country_codes)))


@lru_cache(maxsize=1)
def _registrants() -> list[tuple[str, str, str, int]]:
    rules = library(DEFAULT_LOCALE).providers["isbn"].rules["978"]
    return [(group, low, high, width) for group in sorted(rules) for low, high, width in sorted(rules[group])]


@entry("semantic.barcode.isbn10", "faker.barcode.raw.Isbn10")
def isbn10(params: TextParams, slot: Slot) -> Domain:
    """Book numbers of ten digits with hyphens, the last one perhaps X."""
    del params, slot
    return Isbn(_registrants(), short=True)


@entry("semantic.barcode.isbn13", "faker.barcode.raw.Isbn13")
def isbn13(params: TextParams, slot: Slot) -> Domain:
    """Book numbers of thirteen digits with hyphens."""
    del params, slot
    return Isbn(_registrants(), short=False)


@entry("faker.barcode.raw.Isbn")
def isbn(params: TextParams, slot: Slot) -> Domain:
    """Book numbers of ten or thirteen digits, with even odds."""
    del params, slot
    return ChoiceNode([Isbn(_registrants(), short=True), Isbn(_registrants(), short=False)], [1, 1])


@entry("faker.creditcard.raw.CreditCardNumber", tags=("pii.payment",))
def credit_card(params: TextParams, slot: Slot) -> Domain:
    """Card numbers of 13, 15 or 16 digits that pass Luhn's check."""
    del params, slot
    return ChoiceNode([card for _, card in _CARDS], [share for share, _ in _CARDS], apart=True)


@entry("semantic.finance.bic", "faker.finance.raw.Bic")
def bic(params: TextParams, slot: Slot) -> Domain:
    """Bank codes of 8 or 11 characters (ISO 9362)."""
    del params, slot
    return ChoiceNode([_bic(2), _bic(5)], [1, 1])


def _bic(tail: int) -> Node:
    letters = string.ascii_uppercase
    return SequenceNode([MaskNode([letters] * 4), WordsNode(_countries()), MaskNode([letters + string.digits] * tail)])


@entry("semantic.finance.isin", "faker.finance.raw.Isin")
def isin(params: TextParams, slot: Slot) -> Domain:
    """Security numbers of 12 characters with a right check digit (ISO 6166)."""
    del params, slot
    return Isin(_countries())
