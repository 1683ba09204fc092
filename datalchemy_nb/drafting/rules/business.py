"""Quantities, shares, scores, positions, durations and other numbers with a usual size."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.meaning import NUMBERS, Meaning, first_meaning
from datalchemy_nb.drafting.offers import Offer, Offers, always, by_locale, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, vocabulary

# --- companies: registered and trade names, sites, industries ---------------------------------------------------------

_FOREIGN = [offer("semantic.company.name"), offer("faker.company.company")]
_NAME = by_locale([offer("semantic.br.company.name")], _FOREIGN)

MEANINGS = (
    Meaning("a registered company name", vocabulary("legal entity name", "razao social"), _NAME, confidence=0.98),
    Meaning(
        "a trade name",
        vocabulary("trade name, trading name, doing business as", "nome fantasia"),
        by_locale([offer("semantic.br.company.trade_name")], _FOREIGN),
        confidence=0.98,
    ),
    Meaning(
        "a company's name",
        vocabulary(
            "company name, organization name, organisation name, supplier name, vendor name, employer, "
            "company, organization, organisation, supplier, vendor, manufacturer, publisher",
            "nome empresa, empresa, fornecedor, fabricante, empregador, transportadora",
        ),
        _NAME,
        confidence=0.85,
    ),
    Meaning(
        "a company's name",
        vocabulary("name", "nome"),
        _NAME,
        when=lambda view: view.is_about("company") and view.is_bare,
    ),
    Meaning(
        "a company's site",
        vocabulary("website, site, homepage, web site", "site, pagina web"),
        by_locale([offer("semantic.br.company.site"), offer("semantic.br.url")], [offer("faker.internet.url")]),
        when=lambda view: view.is_about("company"),
    ),
    Meaning("an industry", vocabulary("industry", ""), by_locale([], [offer("semantic.company.industry")])),
)


def recognise_company(view: ColumnView) -> Suggestion | None:
    """Suggest company names; a bare name is a company's only where the table speaks of companies."""
    return first_meaning(view, "recognise_company", MEANINGS)


# --- products: names, categories, stock codes, barcodes ---------------------------------------------------------------

_NAME_PRODUCT = always(offer("semantic.br.product.name"))


def recognise_product(view: ColumnView) -> Suggestion | None:
    """Suggest product names and codes; a bare name is a product's only where the table speaks of products."""
    return first_meaning(view, "recognise_product", MEANINGS_PRODUCT)


def _is_product(view: ColumnView) -> bool:
    return view.is_about("product")


MEANINGS_PRODUCT = (
    Meaning("a stock code", vocabulary("sku", "sku"), always(offer("semantic.br.product.sku")), confidence=0.95),
    Meaning(
        "a product's name",
        vocabulary("product name, item name", "nome produto, produto nome"),
        _NAME_PRODUCT,
        confidence=0.95,
    ),
    Meaning(
        "a product's name",
        vocabulary("name, title", "nome, titulo"),
        _NAME_PRODUCT,
        when=lambda view: _is_product(view) and view.is_bare,
    ),
    Meaning(
        "a product category",
        vocabulary("product category, category", "categoria, categoria produto"),
        always(offer("semantic.br.product.category")),
        when=_is_product,
    ),
    Meaning(
        "a barcode",
        vocabulary("ean, gtin, barcode, upc", "ean, gtin, codigo barras"),
        always(offer("faker.barcode.ean13"), offer("primitive.text.pattern", pattern=r"789\d{10}")),
    ),
    Meaning(
        "an ISBN", vocabulary("isbn", "isbn"), always(offer("semantic.barcode.isbn13"), offer("faker.isbn.isbn13"))
    ),
)

# --- amounts of money -------------------------------------------------------------------------------------------------

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
    return first_meaning(view, "recognise_money", MEANINGS_MONEY)


def _offers(view: ColumnView) -> Sequence[Offer]:
    low, high = (100, 50_000) if view.says(_LARGE) else (0, 200) if view.says(_SMALL) else (5, 2_000)
    # Narrow columns such as numeric(5,2) take what is left of the range.
    ranges = [(low, high), (low, 900), (0, 90), (0, 9)]
    return [offer("semantic.br.money.brl", min=a, max=b) for a, b in ranges if a < b]


MEANINGS_MONEY = (
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

# --- quantities, shares, scores, positions, durations and other numbers with a usual size -----------------------------

_WHOLE: tuple[Category, ...] = ("integer",)
_BROKEN: tuple[Category, ...] = ("decimal", "float")


def recognise_numbers(view: ColumnView) -> Suggestion | None:
    """Suggest ranges of the size a name promises, within the column's own."""
    return first_meaning(view, "recognise_numbers", MEANINGS_NUMBERS)


def _range(low: int, high: int) -> Offers:
    def offers(view: ColumnView) -> Sequence[Offer]:
        if view.category == "integer":
            return [offer("primitive.int", min=low, max=high)]
        if view.category == "decimal":
            room = (view.slot.precision or 38) - (view.slot.scale or 0)
            if view.slot.precision is not None and high >= 10**room:
                return [offer("primitive.decimal.numeric", min=min(low, 0), max=10**room - 1)] if room > 0 else []
            return [offer("primitive.decimal.numeric", min=low, max=high)]
        return [offer("primitive.float", min=low, max=high)]

    return offers


def _year(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    return [offer("primitive.int", min=max(year - 10, 1), max=year)]


def _http(view: ColumnView) -> Sequence[Offer]:
    codes = {200: 60, 201: 8, 204: 4, 301: 3, 302: 4, 400: 4, 401: 3, 403: 2, 404: 8, 422: 2, 500: 1, 503: 1}
    return [offer("primitive.choice", values=list(codes), weights=list(codes.values()))]


def _sized(
    what: str, english: str, portuguese: str, low: int, high: int,
    holds: tuple[Category, ...] = NUMBERS, confidence: float = 0.8,
) -> Meaning:  # fmt: skip
    return Meaning(what, vocabulary(english, portuguese), _range(low, high), holds, confidence)


MEANINGS_NUMBERS = (
    Meaning("a year", vocabulary("year", "ano, exercicio"), _year, _WHOLE),
    _sized(
        "a percentage", "percent, percentage, pct, discount percent, progress",
        "percentual, porcentagem, probabilidade, progresso", 0, 100, NUMBERS, 0.9,
    ),
    _sized(
        "a rate", "rate, tax rate, ratio, exchange rate",
        "taxa, aliquota, cotacao, taxa juros", 0, 30, _BROKEN, 0.7,
    ),
    _sized("an age", "age", "idade", 18, 90, _WHOLE, 0.9),
    _sized("a month", "month", "mes, mes referencia", 1, 12, _WHOLE, 0.9),
    _sized("a day", "day, day month", "dia, dia vencimento", 1, 28, _WHOLE, 0.8),
    _sized(
        "a number of instalments", "installments, instalments",
        "parcelas, numero parcelas, quantidade parcelas", 1, 12, _WHOLE, 0.9,
    ),
    _sized("a score", "score, points", "pontuacao, pontos, score", 0, 100, NUMBERS, 0.7),
    _sized("a rating", "rating, stars", "avaliacao, estrelas", 1, 5, NUMBERS, 0.8),
    _sized("a priority", "priority", "prioridade", 1, 5, _WHOLE, 0.8),
    _sized("a quantity", "quantity, units", "quantidade", 1, 50, NUMBERS, 0.9),
    _sized(
        "a stock level", "stock, stock level, inventory, on hand, quantity stock",
        "estoque, saldo estoque, quantidade estoque, estoque minimo", 0, 500, NUMBERS, 0.85,
    ),
    _sized(
        "minutes", "minutes, duration minutes, duration min",
        "minutos, duracao minutos, duracao", 5, 180, _WHOLE, 0.85,
    ),
    _sized(
        "milliseconds", "ms, duration ms, elapsed ms, latency, milliseconds",
        "milissegundos", 1, 5000, NUMBERS, 0.8,
    ),
    _sized(
        "a duration in seconds", "duration, seconds, elapsed, ttl, timeout",
        "segundos, tempo", 1, 3600, NUMBERS, 0.75,
    ),
    _sized("hours", "hours, hour", "horas", 1, 12, NUMBERS, 0.7),
    _sized(
        "a size in bytes", "file size, bytes, size bytes, content length",
        "tamanho, tamanho bytes", 1000, 5000000, _WHOLE, 0.8,
    ),
    _sized("pixels", "width, height, focal point x, focal point y", "largura, altura", 64, 2048, _WHOLE, 0.75),
    _sized(
        "a weight or a measure", "weight, height, width, length, volume",
        "peso, altura, largura, comprimento, profundidade, volume", 1, 200, _BROKEN, 0.7,
    ),
    _sized(
        "a position", "position, sort order, order, sort, rank, ordering, sequence, index, line number",
        "ordem, posicao, sequencia, ordenacao, numero linha", 0, 20, _WHOLE, 0.85,
    ),
    _sized("a level", "depth, level, tier", "nivel, profundidade", 1, 5, _WHOLE, 0.8),
    _sized(
        "a count", "count, numchild, attempts, retries, views, hits, likes, number, total",
        "contagem, tentativas, visitas, acessos, total", 0, 100, _WHOLE, 0.75,
    ),
    _sized("a version counter", "version, revision", "versao, revisao", 1, 10, _WHOLE, 0.75),
    _sized("a network port", "port", "porta", 1024, 49151, _WHOLE, 0.7),
    Meaning(
        "a number of things", vocabulary("", "num, total, nb, qtd, quantidade"), _range(0, 100), _WHOLE, 0.8,
        when=lambda view: any(word != singular(word) or word.endswith("ed") for word in view.words[1:]),
    ),
    _sized(
        "a limit", "threshold, limit, maximum, minimum, max, min", "limite, maximo, minimo, max, min",
        1, 1000, NUMBERS, 0.6,
    ),
    Meaning("an HTTP status", vocabulary("status code, http status, response code"), _http, _WHOLE),
)  # fmt: skip
