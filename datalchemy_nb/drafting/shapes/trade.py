"""What a schema trades in tells the size of its amounts: a song costs a dollar, firms buy by the box.

The names of the tables around a price are the evidence. Sizes are orders of magnitude that a buyer expects: a download
or an evening's film for a few, and of what firms order of each other some dozens at a time, paid in thousands.
"""

from __future__ import annotations

from collections.abc import Iterable

from datalchemy_nb.contracts.relations import CopyRule
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.shapes.base import NUMBERS, Claims, SchemaView, columns_saying, first_saying, nouns
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, vocabulary

_BROKEN: tuple[Category, ...] = ("decimal", "float")
_DOWNLOADS = frozenset("track song ringtone episode podcast app ebook mp3 faixa musica cancion morceau".split())
_FILMS = frozenset("film movie video dvd filme pelicula".split())
_PRICE = vocabulary("price, unit price, list price, sale price, base price", "preco, preco unitario, valor unitario")
_QUANTITY = vocabulary("quantity, units, pieces, ordered quantity, quantity ordered, order quantity", "quantidade")
_LEND = vocabulary("rental rate, rental price, rent price, rental fee", "preco locacao, valor locacao, taxa locacao")
_REPLACE = vocabulary("replacement cost, replacement price", "custo reposicao, preco reposicao")
_AMOUNT = vocabulary("amount, payment amount, amount paid, value, total", "valor, valor pago, valor pagamento")
_CREDIT = vocabulary("credit limit, credit line", "limite credito")
_RENTALS = frozenset("rental rent loan lease locacao aluguel emprestimo".split())
_PAYMENTS = frozenset("payment pagamento receipt recibo recebimento".split())
_BUYERS = frozenset("customer client cliente account conta buyer comprador dealer reseller".split())
_CONTACT = vocabulary(
    "contact name, contact person, contact title, contact first name, contact last name, primary contact, "
    "primary poc, poc, buyer name, purchasing contact",
    "nome contato, pessoa contato, contato, contato comercial",
)
_OWN_NAME = vocabulary("first name, last name, surname, full name", "primeiro nome, sobrenome, nome completo")
_GOODS = frozenset(
    "order orderdetail line item detail detalhe sale venda pedido itens linha invoice fatura purchase compra".split()
)
_BUYING = frozenset("purchase purchasing procurement compra requisition replenishment".split())


def follow_the_trade(view: SchemaView, claims: Claims) -> None:
    """Give prices, quantities and payments the size of what is traded."""
    for table in view.tables.values():
        if set(nouns(table)[-1:]) & _DOWNLOADS:
            _downloads(view, table, claims)
        if set(nouns(table)) & _FILMS:
            _films(view, table, claims)
    firms = next((told for table in view.tables.values() if (told := _sells_to_firms(table)) is not None), None)
    for table in view.tables.values():
        told = firms or (f"{table.ref} buys in stock" if set(table.words) & _BUYING else None)
        if told is not None:
            _by_the_box(table, claims, told)


def _downloads(view: SchemaView, table: TableView, claims: Claims) -> None:
    told = f"{table.ref} are downloads"
    for place in (table, *(link.child for link in view.down(table))):
        price = first_saying(place, _PRICE, _BROKEN)
        if price is None:
            continue
        _prefer(claims, price, told, _priced(0.49, 0.99, 4.99, 0.3))
        quantity = first_saying(place, _QUANTITY, ("integer",))
        if quantity is not None and place is not table:
            _prefer(claims, quantity, f"{told}, which nobody buys twice", [offer("primitive.choice", values=[1])])


def _films(view: SchemaView, table: TableView, claims: Claims) -> None:
    """An evening's rent is a few, and a lost copy costs what a copy costs."""
    rate = first_saying(table, _LEND, _BROKEN)
    if rate is None:
        return
    told = f"{table.ref} are lent for an evening"
    _prefer(claims, rate, told, _priced(0.99, 2.99, 6.99, 0.4))
    cost = first_saying(table, _REPLACE, _BROKEN)
    if cost is not None:
        _prefer(claims, cost, told, _priced(8.99, 18.99, 29.99, 0.3))
    for paid in view.tables.values():
        if set(nouns(paid)) & _PAYMENTS and any(set(nouns(link.parent)) & _RENTALS for link in view.up(paid)):
            amount = first_saying(paid, _AMOUNT, _BROKEN)
            if amount is not None:
                _prefer(claims, amount, f"{told}, and paid for each", _priced(0.99, 3.99, 11.99, 0.5))


def _priced(low: float, median: float, high: float, sigma: float) -> list[Offer]:
    return [offer("money.price", min=low, max=high, median=median, sigma=sigma)]


def _sells_to_firms(table: TableView) -> str | None:
    """Buyers that have somebody to talk to are firms."""
    if not set(nouns(table)[-1:]) & _BUYERS:
        return None
    contact = first_saying(table, _CONTACT, ("text",))
    named = [one for one in columns_saying(table, _OWN_NAME, ("text",)) if not one.says(_CONTACT)]
    return None if contact is None or named else f"{table.ref} are firms: they have a {contact.name}"


def _by_the_box(table: TableView, claims: Claims, told: str) -> None:
    """What firms order of each other: some dozens of each, paid in thousands."""
    words = set(nouns(table))
    if words & _GOODS or "".join(nouns(table)).startswith(("orderdetail", "orderline", "orderitem")):
        _received(table, claims)
        for quantity in columns_saying(table, _QUANTITY, NUMBERS):
            if _NO_GOODS & {singular(word) for word in quantity.words}:
                continue
            plain = offer("primitive.int", min=1, max=600)
            shaped = [shaped_offer(plain, "lognormal", median=24, sigma=0.8), plain]
            whole = offer("primitive.decimal.numeric", min=1, max=600, scale=0)
            pieces = [shaped_offer(whole, "lognormal", median=24, sigma=0.8), *_amounts(1, 24, 600, 0.8)]
            _prefer(claims, quantity, told, shaped if quantity.category == "integer" else pieces)
    if words & _PAYMENTS:
        for amount in columns_saying(table, _AMOUNT, _BROKEN):
            _prefer(claims, amount, told, _amounts(20, 12_000, 400_000, 1.0))
    for credit in columns_saying(table, _CREDIT, _BROKEN) if words & _BUYERS else ():
        _prefer(claims, credit, told, _amounts(0, 50_000, 500_000, 0.7))


_NO_GOODS = frozenset("parcela installment volume package day dia hour hora page pagina".split())
"""What a quantity of is no quantity of goods."""
_ORDERED = vocabulary("order quantity, ordered quantity, quantity ordered, quantity", "quantidade pedida, quantidade")
_CAME = vocabulary("received quantity, quantity received, delivered quantity", "quantidade recebida")
_REFUSED = vocabulary(
    "rejected quantity, quantity rejected, returned quantity, damaged quantity", "quantidade rejeitada"
)


def _received(table: TableView, claims: Claims) -> None:
    """What was ordered comes, mostly all of it, and little of it is sent back."""
    whole = [one for one in columns_saying(table, _ORDERED, NUMBERS) if not one.says(_CAME) and not one.says(_REFUSED)]
    came, refused = first_saying(table, _CAME, NUMBERS), first_saying(table, _REFUSED, NUMBERS)
    if whole and came is not None and (came.may_be_null or not whole[0].may_be_null):
        claims.relation(
            table, CopyRule, "trade", f"{whole[0].name} comes in whole", decides=[came.name], column=came.name,
            source=whole[0].name, confidence=0.8,
        )  # fmt: skip
    if refused is not None:
        few = offer("primitive.choice", values=[0, 1, 2, 5], weights=[85, 8, 4, 3])
        _prefer(claims, refused, "little of what comes is sent back", [few, offer("primitive.choice", values=[0])])


def _amounts(low: float, median: float, high: float, sigma: float) -> list[Offer]:
    plain = [offer("primitive.decimal.numeric", min=low, max=high), offer("semantic.br.money.brl", min=low, max=high)]
    return [shaped_offer(one, "lognormal", median=median, sigma=sigma) for one in plain]


def _prefer(claims: Claims, column: ColumnView, told: str, offers: Iterable[Offer]) -> None:
    found = suggest(column, "follow_the_trade", first_fitting(column, list(offers)), (told,), 0.8)
    if found is not None and not column.is_listed:
        claims.suggest(found)
