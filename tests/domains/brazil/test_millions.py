"""Every Brazilian number is different and valid in a unique column; `millions` asks the same of ten million."""

from __future__ import annotations

import pytest

from tests.domains.brazil.millions import NUMBERS, VALID, columns, judged
from tests.domains.brazil.test_numbers import take


def test_numbers_of_a_unique_column_are_different_and_valid() -> None:
    assert [(name, different, valid) for name, different, valid in judged(3000)] == [
        (name, 3000, 3000) for name in NUMBERS
    ]


@pytest.mark.parametrize("name", ["cpf", "cnpj", "pis", "cnh", "titulo", "renavam", "cns", "chave"])
def test_one_wrong_digit_is_seen(name: str) -> None:
    """The judge is no yes-sayer: with another last digit hardly a number is valid."""
    texts = columns(take(NUMBERS[name][0], 500))
    texts[:, -1] = (texts[:, -1] + 1) % 10
    assert VALID[name](texts).mean() < 0.15
