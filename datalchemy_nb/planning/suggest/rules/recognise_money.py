"""Amounts of money."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_LARGE = vocabulary(
    "total, total amount, grand total, balance, salary, revenue, budget, income",
    "total, valor total, salario, saldo, renda, faturamento, orcamento, receita, limite credito, valor estimado",
)
_SMALL = vocabulary(
    "tax, tax amount, fee, shipping, discount, discount amount, tip, shipping cost",
    "imposto, valor imposto, taxa entrega, frete, desconto, valor desconto, gorjeta, multa, juros",
)


def recognise_money(view: ColumnView) -> Suggestion | None:
    """Suggest amounts whose size fits what is paid."""
    return first_meaning(view, "recognise_money", MEANINGS)


def _offers(view: ColumnView) -> Sequence[Offer]:
    low, high = (100, 50_000) if view.says(_LARGE) else (0, 200) if view.says(_SMALL) else (5, 2_000)
    # Narrow columns such as numeric(5,2) take what is left of the range.
    ranges = [(low, high), (low, 900), (0, 90), (0, 9)]
    return [offer("semantic.br.money.brl", min=a, max=b) for a, b in ranges if a < b]


MEANINGS = (
    Meaning(
        "an amount of money",
        vocabulary(
            "price, amount, cost, unit price, total, total amount, subtotal, grand total, balance, salary, fee, tax, "
            "tax amount, discount amount, revenue, budget, income, list price, sale price, tip, shipping cost, "
            "payment, charge, spent, incl tax, excl tax, discount, value",
            "preco, valor, custo, preco unitario, valor total, total, subtotal, saldo, salario, renda, frete, imposto, "
            "desconto, multa, juros, orcamento, receita, faturamento, mensalidade, limite credito, gorjeta, tarifa",
        ),
        _offers,
        holds=("decimal", "float"),
        confidence=0.85,
    ),
)
