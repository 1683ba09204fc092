"""Headers with their lines, payments, products: amounts that add up.

The names are those of the patterns that most databases are made of: an order, invoice, quote or purchase (the header,
Silverston's ORDER) with its lines (ORDER ITEM), what was paid for it (PAYMENT), and the price of what was bought.
"""

from __future__ import annotations

from functools import cached_property

from datalchemy_nb.constraints.facts import Equation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import CopyRule, Drift, ExpressionRule, ShareRule
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.rules.kinds import recognise_kinds
from datalchemy_nb.drafting.shapes.base import (
    NUMBERS,
    Claims,
    Link,
    SchemaView,
    columns_saying,
    first_saying,
    literal,
    nouns,
    quoted,
    split_words,
)
from datalchemy_nb.drafting.shapes.lifecycle import listed
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, vocabulary
from datalchemy_nb.records import dataclass

MONEY: tuple[Category, ...] = ("decimal", "float", "integer")
_LINES = frozenset(
    "item line detail entry lancamento linha itens detalhe position posicao rate component componente".split()
)
_PRODUCTS = frozenset(
    "product produto item sku article artigo track song musica book livro film filme part material service servico "
    "menu dish prato medicine drug medicamento medication procedure procedimento exam exame plan plano ticket room "
    "quarto course curso article variant ingredient peca mercadoria insumo supply".split()
)
_DOCUMENTS = frozenset(
    "order ordem pedido invoice nota fatura quote orcamento cotacao venda sale compra purchase requisicao contract "
    "contrato booking reserva".split()
)
"""First words of names of what is agreed on: `ordem_servico` is no service."""
_PAYMENTS = frozenset("payment pagamento receipt recibo recebimento repayment installment parcela baixa".split())
_BILLS = frozenset("invoice bill nota fatura titulo nf nfe receivable billing duplicata boleto".split())
_PAID_WITH = vocabulary(
    "amount, total, value, payment amount, paid amount", "valor, valor pago, valor pagamento, total, valor parcela"
)
_BILLED = vocabulary(
    "amount, total, total amount, invoice amount, invoice total, bill amount, value, grand total",
    "valor total, valor nota, valor nf, valor nfe, valor fatura, valor titulo, valor duplicata, valor boleto, "
    "valor documento, total, valor",
)
_QUANTITY = vocabulary("quantity, units, count, pieces, hours, nights, days", "quantidade, horas, diarias")
_UNIT_PRICE = vocabulary(
    "unit price, price, price each, unit cost, rate, unit amount, unit value, list price, hourly rate, cost",
    "preco unitario, valor unitario, preco, preco venda, valor unit, custo unitario",
)
_BY_THE_HOUR = vocabulary("hourly rate, rate, price hour, price per hour", "valor hora, preco hora, taxa hora")
_PRICE = vocabulary(
    "price, unit price, list price, sale price, standard price, base price, price amount, retail price, rate, fee, "
    "rental rate, daily rate, amount",
    "preco, preco venda, preco unitario, valor, valor unitario, preco lista, preco base, diaria",
)
_SOLD_FOR = vocabulary(
    "price, unit price, list price, sale price, selling price, base price, price amount, retail price, msrp",
    "preco, preco venda, preco unitario, valor venda, preco lista, preco base",
)
_DISCOUNT = vocabulary(
    "discount, discounts, discount total, total discount, discounts total, discount amount, discount percent, "
    "discount pct",
    "desconto, valor desconto, total desconto, percentual desconto",
)
_LINE_TOTAL = vocabulary(
    "line total, total, total price, amount, subtotal, line amount, total amount, extended price, extended cost, "
    "extended amount, net amount",
    "total, valor total, subtotal, total item, valor, preco total",
)
_SUBTOTAL = vocabulary(
    "subtotal, sub total, items total, net total, net amount, goods total, total net, merchandise total",
    "subtotal, valor produtos, total produtos, total itens, valor itens, valor bruto, valor liquido produtos, "
    "valor mercadorias, valor total produtos",
)
_TOTAL = vocabulary(
    "total, total amount, grand total, order total, invoice total, amount, total price, total due, amount total, "
    "total cost, gross total",
    "total, valor total, total geral, valor total nota, valor nota, total pedido, total nota, valor total pedido, "
    "valor final, valor liquido, valor",
)
_TAX = vocabulary(
    "tax, tax total, total tax, tax amount, vat, vat total, vat amount, sales tax, gst, taxes",
    "imposto, impostos, valor imposto, tributos, total impostos",
)
_SHIPPING = vocabulary(
    "shipping, shipping total, total shipping, freight total, shipping cost, shipping fee, freight, "
    "delivery fee, shipping amount, delivery cost, handling",
    "frete, valor frete, taxa entrega, custo frete, entrega",
)
_MORE = vocabulary(
    "insurance, insurance amount, surcharge, other charges, handling fee, tip, fees, service fee, service fees, "
    "booking fee, booking fees",
    "valor seguro, seguro, valor outras despesas, outras despesas, valor ipi, valor icms st, acrescimo, "
    "valor acrescimo",
)
"""What else comes to a document's total."""
_PAID = vocabulary("paid, amount paid, paid amount, total paid", "valor pago, pago, total pago")
_BALANCE = vocabulary(
    "balance due, amount due, outstanding, balance, remaining", "saldo devedor, saldo, valor aberto, restante"
)
_COUNT = vocabulary(
    "item count, items count, line count, lines count, total items, total lines, number items, number lines",
    "quantidade itens, total itens, numero itens, quantidade linhas",
)
_UNITS = vocabulary(
    "total units, units total, total quantity, total pieces, unit count",
    "quantidade total, total unidades, total pecas, total quantidade",
)
_COST = vocabulary(
    "cost, unit cost, cost price, purchase price, standard cost, dealer price",
    "custo, preco custo, custo unitario, preco compra",
)
_REDUCED = vocabulary(
    "sale price, promo price, promotional price, discount price, special price, member price, wholesale price",
    "preco promocional, preco promocao, preco atacado, preco oferta",
)
_FULL_WORDS = frozenset("percent percentage pct percentual porcentagem perc taxa rate".split())
TAX_RATE, FREIGHT_RATE = 0.1, 0.025


def _taxed(table: TableView, claims: Claims) -> None:
    """The tax of a document without lines is a share of what is taxed."""
    tax, net = first_saying(table, _TAX, MONEY), first_saying(table, _SUBTOTAL, MONEY)
    if tax is None or net is None or tax.name == net.name or is_percentage(tax):
        return
    if net.may_be_null and not tax.may_be_null:
        return
    claims.relation(
        table, ExpressionRule, "tax", f"a tenth of {net.name}", decides=[tax.name], column=tax.name,
        sql=f"{quoted(net.name)} * {TAX_RATE}", confidence=0.7,
    )  # fmt: skip


def _total_alone(table: TableView, claims: Claims) -> None:
    """A document that keeps its lines elsewhere, or has none, comes to its subtotal and what is added, too."""
    subtotal, total = first_saying(table, _SUBTOTAL, MONEY), _total_of(table)
    if subtotal is None or total is None or subtotal.name == total.name or subtotal.category != total.category:
        return
    if subtotal.may_be_null and not total.may_be_null:
        return
    if any(isinstance(fact, Equation) and fact.column == total.name for _, fact in table.facts):
        return  # a CHECK says what it is
    discount = first_saying(table, _DISCOUNT, NUMBERS)
    tax, shipping = first_saying(table, _TAX, MONEY), first_saying(table, _SHIPPING, MONEY)
    _discounted(table, discount, subtotal, claims)
    added = (tax, shipping, *_more(table, tax, shipping, total))
    claims.relation(
        table, ExpressionRule, "header", f"{subtotal.name} and what is added", decides=[total.name], column=total.name,
        sql=_grand_total(subtotal, discount, added), confidence=0.8,
    )  # fmt: skip


_BOUGHT = frozenset("purchase purchasing procurement compra".split())


def add_up(view: SchemaView, claims: Claims) -> None:
    """Recognise headers with lines, payments and products, and let their amounts agree."""
    for table in view.tables.values():
        _products(table, claims)
    documents: dict[TableRef, list[Lines]] = {}
    for table in view.tables.values():
        lines = lines_of(view, table)
        if lines is not None:
            lines.claim(claims)
            documents.setdefault(lines.link.parent.ref, []).append(lines)
    for document in documents.values():
        if not _by_part(document, claims):
            _header(document[0], claims)
    for table in view.tables.values():
        if table.ref not in documents:
            _taxed(table, claims)
            _total_alone(table, claims)
    lines_themselves = {lines.link.child.ref for document in documents.values() for lines in document}
    for table in view.tables.values():
        if table.ref not in lines_themselves:  # the lines of a bill are what it is for, and no bills of their own
            _payments(view, table, claims, has_lines=table.ref in documents)
        _counted(view, table, claims)


def _counted(view: SchemaView, table: TableView, claims: Claims) -> None:
    """How many lines a document has, and how many things, whether they have a price or not."""
    link = next((one for one in view.down(table) if set(nouns(one.child)) & _LINES and _only(one)), None)
    if link is None:
        return
    lines, units = first_saying(table, _COUNT, ("integer",)), first_saying(table, _UNITS, NUMBERS)
    numbers = [one for one in link.child.columns.values() if one.category in NUMBERS and not one.may_be_null]
    quantity = next((one for one in numbers if one.words[:1] == ("quantity",) or one.says(_QUANTITY)), None)
    if lines is not None:
        claims.roll_up(link, lines, "count", "header", f"the lines in {link.child.ref}")
    if units is not None and quantity is not None:
        told = f"what the lines in {link.child.ref} hold"
        claims.roll_up(link, units, "sum", "header", told, quoted(quantity.name))


def _only(link: Link) -> bool:
    return link.is_certain and len(link.key.columns) == 1 and not link.is_itself


@dataclass(frozen=True)
class Lines:
    """A table whose rows are the lines of another's."""

    link: Link
    product: Link | None
    quantity: ColumnView | None
    price: ColumnView | None
    discount: ColumnView | None
    total: ColumnView | None

    @cached_property
    def net(self) -> str:
        """A line's amount in SQL."""
        if self.price is None:
            return quoted(self.total.name) if self.total else "0"
        sql = quoted(self.price.name)
        if self.quantity is not None:
            sql = f"{quoted(self.quantity.name)} * {sql}"
        if self.discount is None:
            return sql
        name = quoted(self.discount.name)
        given = f"coalesce({name}, 0)" if self.discount.may_be_null else name
        if is_fraction(self.discount):
            return f"{sql} * (1 - {given})"
        return f"{sql} * (1 - {given} / 100.0)" if is_percentage(self.discount) else f"{sql} - {given}"

    @property
    def amount(self) -> str:
        """What a line comes to in SQL: its own total, or what makes it up, to a cent."""
        if self.total is not None:
            return quoted(self.total.name)
        parts = self.discount is not None and (is_percentage(self.discount) or is_fraction(self.discount))
        whole = _total_of(self.link.parent) or first_saying(self.link.parent, _SUBTOTAL, MONEY)
        digits = 2 if whole is None or whole.slot.scale is None else whole.slot.scale
        return f"round({self.net}, {digits})" if parts else self.net

    def claim(self, claims: Claims) -> None:
        """Price from the product, total from quantity and price."""
        lines = self.link.child
        if self.product is not None and self.price is not None:
            listed = first_saying(self.product.parent, _PRICE, NUMBERS)
            # A price that may be empty is filled by the draft, as long as the plan says so.
            if listed is not None and (self.price.may_be_null or self.product.is_certain):
                claims.relation(
                    lines, CopyRule, "lines", f"what {self.product.parent.ref} costs", decides=[self.price.name],
                    column=self.price.name, source=f"{self.product.column}.{listed.name}",
                )  # fmt: skip
        if self.product is not None and self.price is None and self.total is not None and self.quantity is not None:
            rate = first_saying(self.product.parent, _BY_THE_HOUR, NUMBERS)
            if rate is not None and not rate.may_be_null and (self.total.may_be_null or self.product.is_certain):
                each = f"{quoted(self.product.column)}.{quoted(rate.name)}"
                claims.relation(
                    lines, ExpressionRule, "lines", f"hours of {self.product.parent.ref}", decides=[self.total.name],
                    column=self.total.name, sql=f"{quoted(self.quantity.name)} * {each}",
                )  # fmt: skip
        if self.discount is not None and is_percentage(self.discount) and not _FULL_WORDS & set(self.discount.words):
            levels = offer("primitive.choice", values=[0, 5, 10, 15, 20], weights=[70, 9, 11, 6, 4])
            fitting = first_fitting(self.discount, [levels])
            found = suggest(self.discount, "add_up", fitting, ("a discount with no room for a price",), 0.8)
            if found is not None and not self.discount.is_listed:
                claims.suggest(found)
        if self.discount is not None and self.price is not None and not _is_part(self.discount):
            # An amount off a line is a part of its price in a few rows, and nothing in the others.
            told = "most lines have no discount"
            if claims.relation(
                lines, CopyRule, "lines", told, decides=[self.discount.name], keeps=True,
                column=self.discount.name, source=self.price.name, share=0.15, drift=Drift(min=0.05, max=0.25),
            ):  # fmt: skip
                _none_else(claims, self.discount, told)
        if self.total is not None and self.price is not None and self.total.name != self.price.name:
            claims.relation(
                lines, ExpressionRule, "lines", f"a line of {self.link.parent.ref}", decides=[self.total.name],
                column=self.total.name, sql=self.net,
            )  # fmt: skip


def _none_else(claims: Claims, column: ColumnView, told: str) -> None:
    """Rows without a discount have one of nothing."""
    found = suggest(column, "add_up", first_fitting(column, [offer("primitive.choice", values=[0])]), (told,), 0.8)
    if found is not None:
        claims.suggest(found)


def is_percentage(column: ColumnView) -> bool:
    """A number of hundredths."""
    named = bool(_FULL_WORDS & set(column.words))
    return named or (column.says(_DISCOUNT) is not None and _holds_no_price(column) and not is_fraction(column))


def is_fraction(column: ColumnView) -> bool:
    """A share between 0 and 1: told by digits that leave no room for amounts."""
    slot = column.slot
    if column.category == "float":
        return True
    narrow = slot.precision is not None and slot.precision - (slot.scale or 0) <= 1
    return column.category == "decimal" and narrow


def _is_part(column: ColumnView) -> bool:
    return is_percentage(column) or is_fraction(column)


def _holds_no_price(column: ColumnView) -> bool:
    """No room for a hundred: hundredths of what they are off."""
    slot = column.slot
    return (
        column.category == "decimal"
        and slot.precision is not None
        and slot.precision - (slot.scale or 0) <= _HUNDREDTHS
    )


_HUNDREDTHS = 2


def lines_of(view: SchemaView, table: TableView) -> Lines | None:
    """Read a table as the lines of a header, where it looks like some."""
    price = first_saying(table, _UNIT_PRICE, MONEY)
    quantity = first_saying(table, _QUANTITY, NUMBERS)
    total = first_saying(table, _LINE_TOTAL, MONEY)
    links = view.up(table)
    product = next((link for link in links if _is_product(link.parent)), None)
    headers = [link for link in links if link is not product and link.is_certain]
    if not headers or (price is None and total is None):
        return None
    header = next((link for link in headers if _is_named_after(table, link)), None)
    named = bool(set(nouns(table)) & _LINES)
    if header is None and named:
        header = headers[0]
    if header is None and product is not None and quantity is not None and len(headers) == 1:
        # What links a document to goods in some number is its lines, whatever it is called: `os_pecas`.
        header = headers[0] if nouns(headers[0].parent)[:1] and _is_document(headers[0].parent) else None
    if header is None or not (named or (product is not None and quantity is not None)):
        return None
    if (
        _total_of(header.parent) is None
        and first_saying(header.parent, _SUBTOTAL, MONEY) is None
        and not (product is not None and quantity is not None)
    ):
        return None
    if price is not None and total is not None and price.name == total.name:
        total = None
    return Lines(header, product, quantity, price, first_saying(table, _DISCOUNT, NUMBERS), total)


def _is_product(table: TableView) -> bool:
    return bool(set(nouns(table)[-1:]) & _PRODUCTS) and not _is_document(table)


def _is_document(table: TableView) -> bool:
    return bool(set(nouns(table)[:1]) & _DOCUMENTS)


def _is_named_after(table: TableView, link: Link) -> bool:
    """``order_items`` belongs to ``orders``: the line's name holds its header's."""
    parent = nouns(link.parent)
    return bool(parent) and (set(parent) <= set(nouns(table)) or "".join(parent) in "".join(nouns(table)))


_PARTS = frozenset(
    "tax taxes vat imposto shipping freight frete entrega delivery discount desconto paid pago refund tip fee "
    "taxa handling credit gift icms ipi pis cofins iss issqn irrf csll inss st fcp seguro insurance outras despesas "
    "comissao commission juros multa".split()
)
"""Words that make a total of one part: `tax_total`."""


def _total_of(table: TableView) -> ColumnView | None:
    """The whole of a document, and not what its taxes or discounts come to."""
    return next((one for one in columns_saying(table, _TOTAL, MONEY) if not _PARTS & set(one.words)), None)


_OF_A_TOTAL = frozenset("total subtotal amount value cost price valor custo preco".split())
_LABOUR = frozenset("labor labour service servico mao".split())


def _by_part(documents: list[Lines], claims: Claims) -> bool:
    """Where a document has a sum for each of its tables of lines (parts and labour): these, and what they come to."""
    header = documents[0].link.parent
    parts = [(lines, _sum_of(lines, header)) for lines in documents]
    if len(parts) < _SEVERAL or any(column is None for _, column in parts):
        return False
    sums = []
    for lines, column in parts:
        assert column is not None
        told = f"the sum of the lines in {lines.link.child.ref}"
        if not claims.roll_up(lines.link, column, "sum", "header", told, lines.amount):
            return True
        sums.append(column)
    total, discount = _total_of(header), first_saying(header, _DISCOUNT, NUMBERS)
    tax, shipping = first_saying(header, _TAX, MONEY), first_saying(header, _SHIPPING, MONEY)
    _discounted(header, discount, sums[0], claims)
    if total is not None and total not in sums:
        added = (*sums[1:], tax, shipping, *_more(header, tax, shipping, total))
        claims.relation(
            header, ExpressionRule, "header", "its parts and what is added", decides=[total.name], column=total.name,
            sql=_grand_total(sums[0], discount, added),
        )  # fmt: skip
    return True


_SEVERAL = 2


def _sum_of(lines: Lines, header: TableView) -> ColumnView | None:
    """The amount of a document that is named after its lines or what they are of: `parts_total`, `valor_servicos`."""
    of = {*nouns(lines.link.child), *(nouns(lines.product.parent) if lines.product is not None else ())}
    of |= _LABOUR if of & _LABOUR else set()
    of -= _DOCUMENTS
    for column in header.columns.values():
        rest = [singular(word) for word in column.words if word not in _OF_A_TOTAL]
        if column.category in MONEY and rest and len(rest) < len(column.words) and rest[0] in of:
            return column
    return None


def _discounted(header: TableView, discount: ColumnView | None, summed: ColumnView, claims: Claims) -> None:
    """An amount off a document is a part of what it comes to in a few rows, and nothing in the others."""
    if discount is None or _is_part(discount):
        return
    told = f"a part of {summed.name} in a few rows"
    if claims.relation(
        header, CopyRule, "header", told, decides=[discount.name], keeps=True, column=discount.name,
        source=summed.name, share=0.2, drift=Drift(min=0.02, max=0.2), confidence=0.8,
    ):  # fmt: skip
        _none_else(claims, discount, told)


def _header(lines: Lines, claims: Claims) -> None:
    """A header's amounts from its lines."""
    link = lines.link
    header = link.parent
    told = f"the lines in {link.child.ref}"
    counted = first_saying(header, _COUNT, ("integer",))
    if counted is not None:
        claims.roll_up(link, counted, "count", "header", told)
    subtotal = first_saying(header, _SUBTOTAL, MONEY)
    total = _total_of(header)
    if subtotal is not None and total is not None and subtotal.name == total.name:
        subtotal = None
    tax, shipping = first_saying(header, _TAX, MONEY), first_saying(header, _SHIPPING, MONEY)
    discount = first_saying(header, _DISCOUNT, NUMBERS)
    summed = subtotal or total
    if summed is None or not claims.roll_up(link, summed, "sum", "header", f"the sum of {told}", lines.amount):
        return
    if tax is not None and tax.name != summed.name and not is_percentage(tax):
        claims.relation(
            header, ExpressionRule, "header", f"a tenth of {summed.name}", decides=[tax.name], column=tax.name,
            sql=f"{quoted(summed.name)} * {TAX_RATE}", confidence=0.7,
        )  # fmt: skip
    if shipping is not None and shipping.name != summed.name and set(header.words) & _BOUGHT:
        claims.relation(
            header, ExpressionRule, "header", f"what carriers ask is a fortieth of {summed.name}",
            decides=[shipping.name], column=shipping.name, confidence=0.7,
            sql=f"{quoted(summed.name)} * {FREIGHT_RATE}",
        )  # fmt: skip
    _discounted(header, discount, summed, claims)
    _charges_by_kind(lines, claims)
    if subtotal is not None and total is not None:
        added = (tax, shipping, *_more(header, tax, shipping, total))
        claims.relation(
            header, ExpressionRule, "header", f"{subtotal.name} and what is added", decides=[total.name],
            column=total.name, sql=_grand_total(subtotal, discount, added),
        )  # fmt: skip


_CHARGES = frozenset("charge charges fee fees amount total encargo encargos cargos valor frais gebuehren".split())
_CHARGE_KIND = vocabulary(
    "charge type, line type, item type, type, kind, category", "tipo cobranca, tipo item, tipo, categoria"
)


def _charges_by_kind(lines: Lines, claims: Claims) -> None:
    """``usage_charges`` of a bill are its lines whose kind is ``usage``."""
    link = lines.link
    kind = first_saying(link.child, _CHARGE_KIND, ("text", "enum"))
    told = recognise_kinds(kind) if kind is not None else None
    values = () if kind is None else listed(kind) or tuple(told.params["values"] if told is not None else ())
    by_words = {tuple(singular(word) for word in split_words(str(one))): str(one) for one in values}
    for column in link.parent.columns.values():
        if kind is None or column.category not in MONEY or not _CHARGES & set(column.words[-1:]):
            continue
        value = by_words.get(tuple(singular(word) for word in column.words[:-1]))
        if value is not None:
            told_of = f"lines in {link.child.ref} whose {kind.name} is {value}"
            where = f"{quoted(kind.name)} = {literal(value)}"
            claims.roll_up(link, column, "sum", "header", told_of, lines.amount, where=where)


def _more(header: TableView, *others: ColumnView | None) -> list[ColumnView]:
    """Charges beside tax and freight."""
    known = {one.name for one in others if one is not None}
    return [one for one in columns_saying(header, _MORE, MONEY) if one.name not in known]


def _grand_total(subtotal: ColumnView, discount: ColumnView | None, added: tuple[ColumnView | None, ...]) -> str:
    def given(column: ColumnView) -> str:
        return f"coalesce({quoted(column.name)}, 0)" if column.may_be_null else quoted(column.name)

    sql = given(subtotal)
    if discount is not None:
        part = given(discount)
        if is_fraction(discount):
            sql = f"{sql} * (1 - {part})"
        else:
            sql = f"{sql} * (1 - {part} / 100.0)" if is_percentage(discount) else f"{sql} - {part}"
    for column in added:
        if column is not None and column.name != subtotal.name and not is_percentage(column):
            sql += f" + {given(column)}"
    return sql


def _payments(view: SchemaView, table: TableView, claims: Claims, *, has_lines: bool) -> None:
    """What was paid, or billed without lines of its own, for a header makes up its total."""
    bills = not has_lines and bool(set(nouns(table)) & _BILLS)
    if not bills and not set(nouns(table)) & _PAYMENTS:
        return
    amount = first_saying(table, _BILLED if bills else _PAID_WITH, MONEY)
    tax = first_saying(table, _TAX, MONEY) if bills else None
    if tax is not None and amount is not None and tax.name != amount.name and not is_percentage(tax):
        claims.relation(
            table, ExpressionRule, "payments", f"the tax in {amount.name}", decides=[tax.name], column=tax.name,
            sql=f"{quoted(amount.name)} * {TAX_RATE} / (1 + {TAX_RATE})", confidence=0.7,
        )  # fmt: skip
    for link in view.up(table):
        total = _total_of(link.parent)
        if amount is None or total is None or not link.is_certain or total.may_be_null:
            continue
        claims.relation(
            table, ShareRule, "payments", f"payments make up {link.parent.ref}.{total.name}", decides=[amount.name],
            column=amount.name, within=link.column, of=f"{link.column}.{total.name}",
        )  # fmt: skip
        paid = first_saying(link.parent, _PAID, MONEY)
        if paid is not None:
            claims.roll_up(link, paid, "sum", "payments", f"the payments in {table.ref}", quoted(amount.name))
            due = first_saying(link.parent, _BALANCE, MONEY)
            if due is not None and due.name not in (paid.name, total.name):
                claims.relation(
                    link.parent, ExpressionRule, "payments", "what is still to be paid", decides=[due.name],
                    column=due.name, sql=f"{quoted(total.name)} - {quoted(paid.name)}",
                )  # fmt: skip
        return


def _products(table: TableView, claims: Claims) -> None:
    """Products cost less than they are sold for, and less still when on offer."""
    price = first_saying(table, _SOLD_FOR, MONEY)
    if price is None or price.may_be_null:
        return
    cost = first_saying(table, _COST, MONEY)
    if cost is not None and cost.name != price.name:
        claims.relation(
            table, CopyRule, "product", f"below {price.name}", decides=[cost.name], column=cost.name, source=price.name,
            drift=Drift(min=0.35, max=0.8),
        )  # fmt: skip
    reduced = first_saying(table, _REDUCED, MONEY)
    if reduced is not None and reduced.name != price.name:
        claims.relation(
            table, CopyRule, "product", f"{price.name}, reduced", decides=[reduced.name], column=reduced.name,
            source=price.name, drift=Drift(min=0.6, max=0.95),
        )  # fmt: skip
