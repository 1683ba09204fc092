"""Whether documents are valid: check digits computed here from the public rules, apart from what made them.

Rules: CPF and CNPJ (Receita Federal; letters of a CNPJ count as their ASCII code less 48), PIS (Caixa), CNH (Senatran),
voter's title (TSE), cards (ISO/IEC 7812), IBAN (ISO 13616), EAN (GS1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_SEPARATORS = re.compile(r"[.\-/ ]")


def cpf(text: str) -> bool:
    """Eleven digits, two of them computed."""
    digits = _digits(text, 11)
    if digits is None or len(set(digits)) == 1:
        return False
    return all(digits[n] == _mod_11(digits[:n], range(n + 1, 1, -1)) for n in (9, 10))


def cnpj(text: str) -> bool:
    """Fourteen characters: twelve digits or capitals, two computed digits."""
    bare = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", bare):
        return False
    values = [ord(sign) - 48 for sign in bare]
    weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    return all(values[n] == _mod_11(values[:n], weights[13 - n :]) for n in (12, 13))


def pis(text: str) -> bool:
    """Eleven digits, the last computed."""
    digits = _digits(text, 11)
    return digits is not None and digits[10] == _mod_11(digits[:10], (3, 2, 9, 8, 7, 6, 5, 4, 3, 2))


def cnh(text: str) -> bool:
    """Eleven digits, the last two computed."""
    digits = _digits(text, 11)
    if digits is None or len(set(digits)) == 1:
        return False
    first = sum(d * w for d, w in zip(digits, range(9, 0, -1), strict=False)) % 11
    carry, first = (2, 0) if first >= 10 else (0, first)
    second = (sum(d * w for d, w in zip(digits, range(1, 10), strict=False)) % 11) - carry
    second = second + 11 if second < 0 else second
    return digits[9] == first and digits[10] == (0 if second >= 10 else second)


def titulo(text: str) -> bool:
    """Twelve digits: a number, a state from 01 to 28, two computed."""
    digits = _digits(text, 12)
    if digits is None or not 1 <= digits[8] * 10 + digits[9] <= 28:
        return False
    lenient = digits[8] == 0 and digits[9] in (1, 2)
    first = sum(d * w for d, w in zip(digits[:8], range(2, 10), strict=True)) % 11
    second = (digits[8] * 7 + digits[9] * 8 + digits[10] * 9) % 11
    return digits[10:] == [_remainder(first, lenient), _remainder(second, lenient)]


def card(text: str) -> bool:
    """Twelve to nineteen digits that pass Luhn's test."""
    digits = _digits(text, None)
    if digits is None or not 12 <= len(digits) <= 19:
        return False
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def iban(text: str) -> bool:
    """A country, two check digits, an account; the whole is 1 modulo 97."""
    bare = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def ean(text: str) -> bool:
    """Eight or thirteen digits, the last computed."""
    digits = _digits(text, None)
    if digits is None or len(digits) not in (8, 13):
        return False
    return sum(d * (1, 3)[i % 2] for i, d in enumerate(reversed(digits))) % 10 == 0


VALIDATORS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "semantic.br.cpf": ("CPF", cpf),
    "semantic.br.cnpj": ("CNPJ", cnpj),
    "semantic.br.pis": ("PIS", pis),
    "semantic.br.cnh": ("CNH", cnh),
    "semantic.br.titulo_eleitor": ("voter's title", titulo),
    "faker.creditcard.raw.CreditCardNumber": ("card number", card),
    "domain.finance.iban": ("IBAN", iban),
    "faker.barcode.raw.EAN13": ("EAN", ean),
    "faker.barcode.raw.EAN8": ("EAN", ean),
}
"""Generator id -> the document's name and its rule."""


def _digits(text: str, length: int | None) -> list[int] | None:
    bare = _SEPARATORS.sub("", text)
    if not bare.isascii() or not bare.isdigit() or (length is not None and len(bare) != length):
        return None
    return [int(sign) for sign in bare]


def _mod_11(digits: Sequence[int], weights: Sequence[int]) -> int:
    rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def _remainder(rest: int, lenient: bool) -> int:
    if rest == 10:
        return 0
    return 1 if rest == 0 and lenient else rest
