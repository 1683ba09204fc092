"""Amounts of money, and numbers of a usual size: each spread as such numbers are, most small and few large.

Sizes are orders of magnitude that a reader expects of the word, not statistics: a price of some tens, a salary of some
thousands. People's measures follow the growth references that are printed on every chart: adults of 170 +- 10 cm and
74 +- 15 kg, a pulse of 74, a body temperature of 36.6 degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import AtMost
from datalchemy_nb.drafting.meaning import NUMBERS, Meaning, first_meaning, suggest
from datalchemy_nb.drafting.offers import Offer, Offers, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import MINOR_UNITS, Vocabulary, singular, split_words, vocabulary
from datalchemy_nb.records import dataclass

WHOLE: tuple[Category, ...] = ("integer",)
BROKEN: tuple[Category, ...] = ("decimal", "float")

# --- amounts of money ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Money:
    """Amounts named by a phrase: the smallest, the middle, the largest, and how far they spread."""

    words: Vocabulary
    low: float
    median: float
    high: float
    sigma: float = 0.8
    priced: bool = False


_ANY_AMOUNT = vocabulary(
    "amount, value, total, price, total amount, cost, actual cost",
    "valor, valor total, total, preco, montante, custo, custo real",
)
_MONEY = (
    _Money(vocabulary("hourly rate, hourly wage, hourly pay, rate per hour, price per hour", "valor hora, "
    "custo hora"), 8, 32, 400, 0.6, True),
    _Money(vocabulary("price per liter, price per litre, fuel price, price per kwh, price per kg", "preco litro, "
        "valor litro, preco kg"),
           0.2, 1.7, 12, 0.25),
    _Money(vocabulary("rental rate, daily rate, nightly rate, price per night, rate per night, rate per day, "
           "room rate, base rate, day rate",
                      "diaria, valor diaria, preco diaria"), 1, 90, 1_500, 0.7, True),
    _Money(vocabulary("base fare, airfare, air fare, flight price, fare price, fare amount",
                      "tarifa aerea, valor passagem, preco passagem, tarifa voo"), 25, 210, 4_000, 0.6, True),
    _Money(vocabulary("late fee, late charge, reminder fee", "multa atraso"), 1, 18, 200, 0.7),
    _Money(vocabulary("monthly fee, account fee, membership fee", "taxa mensal, tarifa mensal"), 0, 9, 400, 0.7, True),
    _Money(vocabulary("service charges, hoa fee, community fee", "taxa condominio"), 20, 85, 900, 0.6),
    _Money(vocabulary("condo fee, monthly condo fee", "valor condominio, condominio mensal"), 90, 620, 6_000, 0.6),
    _Money(vocabulary("property tax, monthly property tax", "valor iptu, iptu, iptu mensal"), 20, 160, 9_000, 0.8),
    _Money(vocabulary("", "aluguel mensal, valor locacao, valor aluguel"), 350, 1_450, 15_000, 0.5),
    _Money(vocabulary("repair cost, cost repair, maintenance cost", "custo reparo, custo manutencao"), 25, 190,
    20_000, 0.9),
    _Money(vocabulary("estimated loss, loss amount, reserve amount, damage amount, claimed amount, approved amount, "
                      "settlement amount, market value",
                      "valor sinistro, valor prejuizo, valor indenizacao, valor mercado"), 100, 2_800, 300_000, 1.0),
    _Money(vocabulary("declared value, insured value", "valor declarado"), 10, 240, 30_000, 1.1),
    _Money(vocabulary("goal amount, funding goal, campaign goal, target amount", "meta, meta arrecadacao, valor meta"),
           500, 12_000, 900_000, 1.0),
    _Money(vocabulary("pledge amount, donation amount, donation", "valor doacao, doacao, valor apoio"), 5, 45,
    5_000, 0.9),
    _Money(vocabulary("retainer, retainer amount, legal fee, court fee", "honorarios, valor causa, custas"),
           100, 2_400, 90_000, 0.9),
    _Money(vocabulary("replacement cost, purchase price", "preco compra, custo reposicao"), 2, 22, 5_000, 0.8, True),
    _Money(vocabulary("salary, annual salary, base salary, income, annual income, yearly salary, household income",
                      ""), 18_000, 56_000, 400_000, 0.42),
    _Money(vocabulary("monthly salary, monthly income, wage, wages, net pay, gross pay, net salary, gross salary, "
                      "sal",
                      "salario, salario base, salario bruto, salario liquido, remuneracao, renda, renda mensal"),
           1_621, 3_400, 45_000, 0.6),
    _Money(vocabulary("bonus, commission, comm, allowance", "bonus, comissao, gratificacao, beneficio"), 20, 450,
           30_000, 1.0),
    _Money(vocabulary("revenue, turnover, annual revenue, market cap",
                      "faturamento, receita, receita anual, capital social"), 10_000, 900_000, 10**9, 1.5),
    _Money(vocabulary("quota, sales quota, sales target, monthly target, annual target",
                      "meta mensal, meta vendas, meta anual, cota vendas"), 5_000, 60_000, 900_000, 0.7),
    _Money(vocabulary("consultation fee, visit fee, appointment fee", "valor consulta, preco consulta"), 60, 190, 900,
           0.4),
    _Money(vocabulary("mrr, arr, monthly recurring revenue", "receita recorrente"), 15, 190, 40_000, 1.2),
    _Money(vocabulary("budgeted cost, planned cost, campaign cost, media spend, marketing budget",
                      "custo previsto, custo planejado, custo campanha"), 400, 6_500, 400_000, 0.9),
    _Money(vocabulary("budget, project budget, cost estimate, estimated cost", "orcamento, custo estimado, verba"),
           500, 28_000, 5_000_000, 1.2),
    _Money(vocabulary("loan amount, principal, loan, mortgage", "valor emprestimo, principal, valor financiado"),
           500, 12_000, 900_000, 1.1),
    _Money(vocabulary("credit limit, limit amount, spending limit", "limite credito, limite"), 300, 3_000, 90_000, 0.9),
    _Money(vocabulary("balance, opening balance, current balance, account balance",
                      "saldo, saldo inicial, saldo atual, saldo conta"), 0, 1_400, 250_000, 1.3),
    _Money(vocabulary("premium, insured amount, sum insured, coverage amount, coverage",
                      "premio, valor segurado, cobertura"), 20, 420, 500_000, 1.0),
    _Money(vocabulary("rent, monthly rent, deposit", "aluguel, valor aluguel, caucao, condominio"), 150, 1_350,
    15_000, 0.5),
    _Money(vocabulary("opportunity amount, deal value, expected revenue, deal amount, estimated value",
                      "valor estimado, valor oportunidade, valor proposta, valor contrato"), 300, 9_000, 900_000, 1.1),
    _Money(vocabulary("tip, gratuity", "gorjeta"), 0.5, 4, 120, 0.8),
    _Money(vocabulary("shipping, shipping total, total shipping, shipping cost, shipping fee, freight, "
        "delivery fee, shipping amount, delivery "
    "cost, postage",
                      "frete, valor frete, taxa entrega, custo frete"), 0, 9.9, 400, 0.7),
    _Money(vocabulary("tax, tax amount, vat, vat amount, sales tax, fee, service fee, fine, penalty, interest, toll",
                      "imposto, valor imposto, taxa, multa, juros, tarifa, encargos, tributos"), 0, 12, 5_000, 1.0),
    _Money(vocabulary("discount, discount amount, rebate", "desconto, valor desconto, abatimento"), 0, 6, 900, 0.9),
    _Money(vocabulary("total, total amount, grand total, order total, invoice total, subtotal, amount due, total due, "
                      "net total, net amount, gross amount, incl tax, excl tax, total price, total cost",
                      "total, valor total, subtotal, valor liquido, valor bruto, total geral, valor nota, valor "
                      "fatura"),
           5, 120, 60_000, 1.0),
    _Money(vocabulary("price, unit price, list price, sale price, retail price, wholesale price, price each, "
    "msrp, fare, "
                      "ticket price, base price, price amount, cost, unit cost, cost price, standard cost, msp",
                      "preco, preco unitario, valor unitario, preco venda, preco lista, preco custo, custo, custo "
                      "unitario, "
                      "tarifa base, mensalidade, anuidade"), 1, 36, 9_000, 0.95, True),
    _Money(vocabulary("amount, value, payment, charge, spent, paid, amount paid, paid amount, amt, total spent, "
                      "lifetime value, sales, donation",
                      "valor, montante, pagamento, valor pago, valor parcela, quantia, total gasto, valor recebido"),
           2, 85, 60_000, 1.1),
)  # fmt: skip


_LARGE: tuple[tuple[frozenset[str], _Money], ...] = tuple(
    (frozenset(words.split()), _Money(_ANY_AMOUNT, low, median, high, sigma))
    for words, low, median, high, sigma in (
        (
            "opportunity oportunidade deal negocio proposal proposta quote orcamento contract contrato",
            300,
            9_000,
            900_000,
            1.1,
        ),
        ("ingredient ingrediente zutat insumo", 0.2, 4.5, 90, 0.7),
        ("dish prato plato plat gericht", 3, 14, 95, 0.45),
        ("flight voo vuelo flug fare airfare", 25, 190, 4_000, 0.6),
        ("loan emprestimo mortgage financiamento", 500, 12_000, 900_000, 1.1),
        ("budget verba project projeto campaign campanha grant", 500, 28_000, 5_000_000, 1.2),
        ("policy apolice claim sinistro insurance", 50, 2_400, 500_000, 1.2),
        ("property imovel house apartment apartamento listing", 40_000, 260_000, 4_000_000, 0.6),
        ("vehicle veiculo car carro", 2_000, 19_000, 180_000, 0.6),
        ("payroll payslip holerite folha", 1_600, 3_600, 45_000, 0.6),
        (
            "salary salario wage compensation remuneration remuneracao ordenado gehalt sueldo",
            18_000,
            52_000,
            400_000,
            0.4,
        ),
    )
)
"""Amounts of these tables are of another size than what is bought in a shop; prices of these too."""


def recognise_money(view: ColumnView) -> Suggestion | None:
    """Suggest amounts whose size fits what is paid."""
    if _CENTS & set(view.words):
        return _in_cents(view)
    large = _by_the_hour(view) or _large(view)
    if large is not None and (large.words is not _ANY_AMOUNT or not _says_more(view)):
        holds = (*BROKEN, "integer")
        found = first_meaning(
            view, "recognise_money", [Meaning("a large amount", large.words, _amounts(large), holds, 0.8)]
        )
        if found is not None:
            return found
    return first_meaning(view, "recognise_money", MEANINGS_MONEY)


_CENTS = MINOR_UNITS


def _in_cents(view: ColumnView) -> Suggestion | None:
    """Whole cents: ``unit_amount_cents``."""
    if view.category != "integer":
        return None
    words = tuple(word for word in view.words if word not in _CENTS)
    money = next((one for one in _MONEY if words and one.words.find(words)), _MONEY[-1])
    plain = offer("primitive.int", min=int(100 * money.low), max=min(int(100 * money.high), 2**31 - 1))
    shaped = shaped_offer(plain, "lognormal", median=100 * money.median, sigma=money.sigma)
    told = ("name says an amount in cents",)
    return suggest(view, "recognise_money", first_fitting(view, [shaped, plain]), told, 0.85)


_PROFESSIONS = frozenset(
    "attorney lawyer counsel solicitor barrister partner timekeeper consultant advisor architect advogado consultor "
    "arquiteto abogado anwalt avocat berater".split()
)
_HOURLY = vocabulary(
    "hourly rate, billing rate, billable rate, rate per hour, standard rate, rate", "valor hora, honorario hora"
)


def _by_the_hour(view: ColumnView) -> _Money | None:
    """What clients pay for an hour of those who are no workers by the hour: a lawyer, an architect."""
    asks = {singular(word) for word in view.table.noun} & _PROFESSIONS and view.says(_HOURLY)
    return _Money(_HOURLY, 60, 240, 1_200, 0.45, True) if asks else None


def _says_more(view: ColumnView) -> bool:
    """Whether the name says of what an amount is, and not that it is one: `valor_condominio` of a house."""
    told = view.says(_ANY_AMOUNT)
    others = (view.says(meaning.words) for meaning in MEANINGS_MONEY if view.category in meaning.holds)
    return told is not None and any(phrase and len(phrase.split()) > len(told.split()) for phrase in others)


def _large(view: ColumnView) -> _Money | None:
    """The amounts of tables whose amounts are large: English names end with what rows are, others begin with it."""
    first = not view.table.plan.locale.lower().startswith("en") and not view.table.language
    nouns = {singular(word) for word in (view.table.noun[:1] if first else view.table.noun[-1:])}
    return next((money for words, money in _LARGE if words & nouns), None)


def _amounts(money: _Money) -> Offers:
    def offers(view: ColumnView) -> Sequence[Offer]:
        found = []
        for low, median, high in _within(view, money.low, money.median, money.high):
            if money.priced:
                found.append(offer("money.price", min=max(low, 0), max=high, median=median, sigma=money.sigma))
            plain = _plain(view, low, high)
            found += [shaped_offer(plain, "lognormal", median=median, sigma=money.sigma), plain]
        return found

    return offers


def _within(view: ColumnView, low: float, median: float, high: float) -> list[tuple[float, float, float]]:
    """The range, and smaller ones for columns that cannot hold it."""
    if view.category == "decimal" and view.slot.precision is not None:
        high = min(high, 10 ** max(view.slot.precision - (view.slot.scale or 0), 0) - 1)
    while median >= high and median > 1:
        low, median = low / 10, median / 10
    return [(round(low, 2), median, high)] if low < high else []


def _plain(view: ColumnView, low: float, high: float) -> Offer:
    if view.category == "integer":
        return offer("primitive.int", min=int(low), max=int(high))
    if view.category == "decimal":
        return offer("primitive.decimal.numeric", min=low, max=high)
    # Floats that hold money or measures have two digits, as people type them.
    return offer("semantic.br.money.brl", min=low, max=high)


_PAID_WHOLE = frozenset(
    "salary wage income revenue turnover budget price cost rent fare balance salario renda receita faturamento preco "
    "custo orcamento aluguel saldo remuneracao".split()
)
"""What is money also where it is kept in whole units; a total or a value may count anything."""


def _is_paid_whole(view: ColumnView) -> bool:
    return view.category != "integer" or bool(_PAID_WHOLE & {singular(word) for word in view.words})


MEANINGS_MONEY = tuple(
    Meaning(
        "an amount of money", money.words, _amounts(money), holds=(*BROKEN, *WHOLE), confidence=0.85,
        when=_is_paid_whole,
    )
    for money in _MONEY
)  # fmt: skip

# --- numbers of a usual size -----------------------------------------------------------------------------------------


def recognise_numbers(view: ColumnView) -> Suggestion | None:
    """Suggest ranges of the size a name promises, within the column's own; a `rental rate` is money first."""
    if _CENTS & set(view.words):
        return None
    if _longest(view, MEANINGS_MONEY) > max(_longest(view, MEANINGS_NUMBERS), 1):
        return None
    large = _large(view)
    if large is not None and view.says(large.words):
        return None
    return first_meaning(view, "recognise_numbers", MEANINGS_NUMBERS)


def _longest(view: ColumnView, meanings: Sequence[Meaning]) -> int:
    """Words of the longest phrase that the name says."""
    said = (view.says(meaning.words) for meaning in meanings if view.category in meaning.holds)
    return max((len(phrase.split()) for phrase in said if phrase), default=0)


def _shaped(low: float, high: float, kind: str | None = None, **fields: Any) -> Offers:
    def offers(view: ColumnView) -> Sequence[Offer]:
        top = high
        if view.category == "decimal" and view.slot.precision is not None:
            top = min(high, 10 ** max(view.slot.precision - (view.slot.scale or 0), 0) - 1)
        if low > top:
            return []
        plain = _plain(view, low, top)
        return [shaped_offer(plain, kind, **fields), plain] if kind is not None else [plain]

    return offers


def _weighted(values: dict[float, float]) -> Offers:
    def offers(view: ColumnView) -> Sequence[Offer]:
        whole = view.category == "integer"
        usable = {v: w for v, w in values.items() if not whole or v == int(v)}
        shown = [int(v) if v == int(v) else v for v in usable]
        return [offer("primitive.choice", values=shown, weights=list(usable.values()))]

    return offers


def _year(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    recent = offer("primitive.int", min=max(year - 12, 1), max=year)
    if view.is_unique:
        return [recent]
    return [shaped_offer(recent, "normal", mean=year - 2, stddev=4), recent]


_CREATORS = frozenset(
    "author autor artist artista writer escritor composer compositor poet poeta painter pintor".split()
)


def _birth_year(view: ColumnView) -> Sequence[Offer]:
    """Grown-ups of today; who made works may have lived a century ago."""
    year = view.slot.base_date.year
    creates = bool(_CREATORS & {singular(word) for word in view.table.words})
    oldest, middle, spread = (190, 75, 32) if creates else (92, 44, 17)
    plain = offer("primitive.int", min=max(year - oldest, 1), max=year - 18)
    return [shaped_offer(plain, "normal", mean=year - middle, stddev=spread), plain]


def _death_year(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    plain = offer("primitive.int", min=max(year - 120, 1), max=year)
    return [shaped_offer(plain, "normal", mean=year - 18, stddev=20), plain]


def _release_year(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    long = offer("primitive.int", min=max(year - 60, 1), max=year)
    return [shaped_offer(long, "normal", mean=year - 6, stddev=14), long]


def _http(view: ColumnView) -> Sequence[Offer]:
    codes = {200: 60, 201: 8, 204: 4, 301: 3, 302: 4, 400: 4, 401: 3, 403: 2, 404: 8, 422: 2, 500: 1, 503: 1}
    return [offer("primitive.choice", values=list(codes), weights=list(codes.values()))]


def _sized(
    what: str, english: str, portuguese: str, offers: Offers,
    holds: tuple[Category, ...] = NUMBERS, confidence: float = 0.8,
) -> Meaning:  # fmt: skip
    return Meaning(what, vocabulary(english, portuguese), offers, holds, confidence)


_GOODS = frozenset(
    "product produto item sku article artigo package pacote parcel volume embalagem mercadoria variant".split()
)
_VEHICLES = frozenset("vehicle veiculo car carro truck caminhao fleet frota motorcycle moto automovel".split())


def _is_of_goods(view: ColumnView) -> bool:
    """Whether a row is a thing that is sold or sent."""
    return bool(_GOODS & {singular(word) for word in view.table.noun})


def _is_of_vehicles(view: ColumnView) -> bool:
    return bool(_VEHICLES & {singular(word) for word in view.table.noun})


def _is_read_of_a_vehicle(view: ColumnView) -> bool:
    """Whether a row tells of a vehicle: it is one, or refers to one."""
    keys = view.table.table.foreign_keys
    told = {singular(word) for key in keys for word in split_words(key.referenced_table)}
    return _is_of_vehicles(view) or bool(_VEHICLES & told)


def _has_no_room(view: ColumnView) -> bool:
    """A share of one: told by digits that leave no room for hundreds."""
    slot = view.slot
    if view.category == "float":
        return True
    return view.category == "decimal" and slot.precision is not None and slot.precision - (slot.scale or 0) <= 1


def _discounts(view: ColumnView) -> Sequence[Offer]:
    """Mostly none, and a few levels: as a share of one where there is no room for hundreds."""
    levels = {0: 70, 5: 9, 10: 10, 15: 5, 20: 4, 25: 1.5, 50: 0.5}
    share = _has_no_room(view)
    scaled = {(v / 100 if share else v): w for v, w in levels.items()}
    return _weighted(scaled)(view)


def _rate(view: ColumnView) -> Sequence[Offer]:
    levels = {0: 12, 2: 5, 5: 15, 7: 12, 8: 10, 10: 14, 12: 10, 17: 4, 18: 10, 20: 8}
    share = _has_no_room(view)
    return _weighted({(v / 100 if share else v): w for v, w in levels.items()})(view)


def _percentage(view: ColumnView) -> Sequence[Offer]:
    """Of a hundred, or a share of one where digits leave no room for more."""
    if view.category == "decimal" and _has_no_room(view):
        plain = offer("primitive.decimal.numeric", min=0, max=0.99)
        return [shaped_offer(plain, "normal", mean=0.4, stddev=0.2), plain]
    return _shaped(0, 100, "normal", mean=55, stddev=24)(view)


def _interest(view: ColumnView) -> Sequence[Offer]:
    """Percent a year, or a share of one where there is no room for tens."""
    scale = 0.01 if _has_no_room(view) and view.category == "decimal" else 1
    return _shaped(0.1 * scale, 24 * scale, "lognormal", median=4.8 * scale, sigma=0.6)(view)


def _commission(view: ColumnView) -> Sequence[Offer]:
    levels = {2: 6, 3: 10, 5: 28, 7.5: 10, 8: 12, 10: 22, 12: 6, 15: 6}
    share = _has_no_room(view)
    return _weighted({(v / 100 if share else v): w for v, w in levels.items()})(view)


_COMMISSION = vocabulary(
    "commission percent, commission rate, commission", "percentual comissao, taxa comissao, comissao percentual"
)


def _house_number(view: ColumnView) -> Sequence[Offer]:
    """Of long streets in America, of shorter ones elsewhere."""
    american = view.slot.locale in ("en_US", "en_CA", "pt_BR", "es_MX")
    top, median = (9_999, 740) if american else (400, 38)
    plain = offer("primitive.int", min=1, max=top)
    return [shaped_offer(plain, "lognormal", median=median, sigma=1.1), plain]


def _is_share(view: ColumnView) -> bool:
    return _has_no_room(view) or bool({"percent", "rate", "percentual", "taxa"} & set(view.words))


_EMPLOYED = frozenset("employee staff funcionario empleado mitarbeiter worker agent colaborador".split())
_SELLING = 0.65
"""Share of a staff that sells nothing, and has no commission."""


def _body_height(view: ColumnView) -> Sequence[Offer]:
    """Inches in the United States, else centimetres."""
    low, high, mean, spread = (57, 80, 67, 4) if view.slot.locale == "en_US" else (140, 205, 170, 9.5)
    return _shaped(low, high, "normal", mean=mean, stddev=spread)(view)


_ARENAS = frozenset("stadium arena venue estadio ballpark coliseum ginasio stade stadion".split())


def _is_arena(view: ColumnView) -> bool:
    return bool(_ARENAS & {singular(word) for word in (*view.table.words, *view.words)})


def _arena(view: ColumnView) -> Sequence[Offer]:
    """Tens of thousands, counted in hundreds."""
    shares = {3: 2, 5: 4, 8: 5, 12: 8, 18: 10, 22: 9, 28: 10, 34: 10, 41: 11, 45: 8, 52: 8, 60: 7, 74: 5, 80: 3}
    return _weighted({1000 * thousands + extra: share / 4 for thousands, share in shares.items()
                      for extra in (0, 200, 500, 700)})(view)  # fmt: skip


def _some_of_many(view: ColumnView) -> bool:
    """Whether what is counted is said in the plural after the word for it: ``count_teams``, ``number_of_matches``."""
    return any(word != singular(word) or word.endswith("ed") for word in view.words[1:])


def _years_ahead(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    return _weighted({year + step: weight for step, weight in enumerate((12, 22, 24, 22, 20))})(view)


_SIDES = vocabulary("length, width, depth, length cm, width cm, depth cm, thickness",
                    "comprimento, largura, profundidade, comprimento cm, largura cm, espessura")  # fmt: skip
_SENT = frozenset("package parcel shipment piece pacote volume remessa envio bulto paquete colis expedition paket "
                  "sendung consignment freight frete".split())  # fmt: skip
_HOMES = frozenset("property apartment home flat house imovel apartamento casa inmueble vivienda piso logement "
                   "appartement maison immobilie wohnung haus".split())  # fmt: skip


def _is_sent(view: ColumnView) -> bool:
    return bool(_SENT & {singular(word) for word in view.table.words})


def _is_home(view: ColumnView) -> bool:
    return bool(_HOMES & {singular(word) for word in (*view.table.words, *split_words(view.table.ref.table))})


def _sleeps(view: ColumnView) -> bool:
    words = {singular(word) for word in view.table.words}
    return bool({"room", "quarto", "suite"} & words) and view.neighbour(_NIGHTLY) is not None


_NIGHTLY = vocabulary("price, base price, nightly rate, rate, price per night, daily rate, beds, bed count",
                      "diaria, preco, valor diaria, preco base, camas")  # fmt: skip


_PEOPLE = frozenset(
    "person people pessoa patient paciente member membro athlete atleta vital vitals sinal user usuario exam "
    "exame measurement "
    "medida checkup triage triagem consulta visit health saude".split()
)


_BODILY = vocabulary(
    "bmi, blood pressure, systolic, heart rate, resting heart rate, body fat, body fat percent, height cm, waist, "
    "eye color, eye colour, hair color, hair colour",
    "cor olhos, cor cabelo, imc, pressao sistolica, frequencia cardiaca, frequencia cardiaca repouso, "
    "percentual gordura, altura cm, cintura",
)


def _is_of_people(view: ColumnView) -> bool:
    """A person's weight: of a table of people, of their visits, or of what is measured of a body."""
    if view.neighbour(_SIDES) is not None or _is_of_animals(view):
        return False
    if view.neighbour(_BODILY) is not None:
        return True
    return view.is_about("person") or bool(_PEOPLE & {singular(word) for word in view.table.words})


_ANIMALS = frozenset("pet animal mascota haustier dog cat".split())
_SEEN = frozenset("visit appointment consulta consultation exam exame treatment tratamento checkup visita cita".split())


def _is_of_animals(view: ColumnView) -> bool:
    """Whether a row is about an animal, or about its visit to somebody who heals animals."""
    words = {singular(word) for word in view.table.words}
    others = {singular(word) for ref in view.table.schema.tables for word in split_words(ref.table)}
    return bool(_ANIMALS & words) or bool(_SEEN & words and _ANIMALS & others)


_OFFERS = frozenset("coupon cupom promotion promocao voucher offer oferta discount desconto".split())


def _is_offer(view: ColumnView) -> bool:
    return bool(_OFFERS & {singular(word) for word in view.table.noun[-1:]})


_BOOKED = frozenset("booking reservation reserva agendamento ticket rsvp".split())
_REVIEWS = frozenset("review avaliacao rating feedback testimonial depoimento".split())


def _leaning_high(view: ColumnView) -> Sequence[Offer]:
    """Marks out of five, or out of ten where a CHECK has room for it."""
    top = max(
        (int(limit.bound) for _, limit in view.limits if isinstance(limit, AtMost) and limit.bound <= 10), default=5
    )
    shares = {1: 4, 2: 4, 3: 7, 4: 20, 5: 65} if top == 5 else {3: 2, 4: 3, 5: 6, 6: 9, 7: 16, 8: 26, 9: 23, 10: 15}
    return _weighted({value: weight for value, weight in shares.items() if value <= top})(view)


_MEDIA = frozenset(
    "track song music musica video film movie filme episode episodio recording faixa podcast clip album".split()
)


def _is_of_media(view: ColumnView) -> bool:
    return bool(_MEDIA & {singular(word) for word in view.table.words})


def _recording(view: ColumnView) -> Sequence[Offer]:
    """Some minutes, in the unit that the name says."""
    scale = 1_000 if {"ms", "milliseconds", "milissegundos"} & set(view.words) else 1
    plain = offer("primitive.int", min=20 * scale, max=5_400 * scale)
    return [shaped_offer(plain, "lognormal", median=236 * scale, sigma=0.5), plain]


_SMALL_COUNT = _shaped(0, 400, "lognormal", median=9, sigma=1.1)

_TWO_ENDS = vocabulary(
    "origin city, destination city, origin, destination", "cidade origem, cidade destino, origem, destino"
)
_CAMPAIGNS = frozenset("campaign campanha newsletter mailing".split())
_ASKED = frozenset({"webhook", "request", "http", "response", "requisicao"})

MEANINGS_NUMBERS = (
    _sized("a year of birth", "birth year, year birth, born year, year born", "ano nascimento", _birth_year, WHOLE,
           0.9),
    _sized("a year of death", "death year, year death", "ano morte, ano falecimento, ano obito", _death_year, WHOLE,
           0.9),
    _sized("a number of pages", "pages, page count, number pages, num pages, total pages",
           "paginas, numero paginas, quantidade paginas, total paginas", _shaped(24, 1_400, "lognormal", median=290,
           sigma=0.5), WHOLE, 0.85),
    _sized("renewals", "renewals, renewal count, times renewed, retries, retry count, attempts, revisions",
           "renovacoes, numero renovacoes, tentativas, numero tentativas",
           _weighted({0: 62, 1: 22, 2: 10, 3: 6}), WHOLE, 0.8),
    Meaning("a year of publication", vocabulary("release year, published year, publication year, year published, "
    "model year, "
            "founded year, year founded, founded in, formed in, year formed, established, year established, "
            "established year, year built, construction year, indep year, manufacture year",
            "ano lancamento, ano publicacao, ano fabricacao, ano modelo, ano fundacao, ano construcao"),
            _release_year, WHOLE),
    Meaning("a year", vocabulary("year, fiscal year", "ano, exercicio, ano referencia, ano letivo"), _year, WHOLE),
    Meaning("a discount that is given", vocabulary("discount percent, discount, percent off, percentage, value, amount",
            "percentual desconto, desconto, percentual, valor"),
            _weighted({5: 20, 10: 38, 15: 18, 20: 14, 25: 5, 30: 3, 50: 2}), NUMBERS, 0.85, when=_is_offer),
    Meaning("a number of employees", vocabulary("number employees, employee count, employees, headcount, staff count, "
            "num employees", "numero funcionarios, quantidade funcionarios, funcionarios"),
            _shaped(1, 60_000, "lognormal", median=28, sigma=1.6), WHOLE, 0.85),
    Meaning("a probability in percent", vocabulary("probability, likelihood, win probability", "probabilidade"),
            _weighted({10: 18, 20: 14, 25: 8, 40: 10, 50: 18, 60: 10, 75: 8, 80: 6, 90: 8}), WHOLE, 0.85),
    Meaning("a discount", vocabulary("discount, rebate", "desconto"), _discounts, BROKEN, 0.85, when=_has_no_room),
    _sized("a discount", "discount percent, discount pct, discount rate, percent off",
           "percentual desconto, desconto percentual, perc desconto", _discounts, NUMBERS, 0.9),
    _sized("a rate of interest", "interest rate, apr, annual rate", "taxa juros, juros ao ano", _interest, BROKEN, 0.9),
    _sized("a rate of commission", "commission rate, commission percent, commission percentage, commission pct",
           "percentual comissao, taxa comissao, comissao percentual, comissao pct, comissao percent, pct comissao",
           _commission, NUMBERS, 0.9),
    _sized("which of several doses", "dose, dose number, dose no, number dose", "dose, numero dose, num dose, dosis",
           _weighted({1: 55, 2: 28, 3: 12, 4: 5}), WHOLE, 0.85),
    _sized("a tax rate", "tax rate, vat rate, tax percent", "aliquota, percentual imposto", _rate, BROKEN, 0.85),
    _sized("a tooth by its number", "tooth, tooth number", "dente, numero dente",
           _weighted({tooth: 1 for quarter in (10, 20, 30, 40) for tooth in range(quarter + 1, quarter + 9)}),
           WHOLE, 0.85),
    _sized("energy of food", "calories, kcal, energy kcal", "calorias, kcal",
           _shaped(40, 1_600, "lognormal", median=390, sigma=0.5), NUMBERS, 0.85),
    _sized("words of a text", "word count, words, number words", "quantidade palavras, numero palavras, total palavras",
           _shaped(60, 9_000, "lognormal", median=720, sigma=0.6), WHOLE, 0.9),
    _sized("minutes of reading", "reading time, reading time minutes, read time, reading minutes", "tempo leitura",
           _weighted({1: 6, 2: 14, 3: 22, 4: 20, 5: 14, 6: 9, 8: 8, 10: 5, 15: 2}), WHOLE, 0.9),
    _sized("a year when a card ends", "expiry year, exp year, expiration year", "ano validade, ano expiracao",
    _years_ahead,
           WHOLE, 0.9),
    _sized("how far a car goes in a year", "annual mileage, yearly mileage", "quilometragem anual",
           _shaped(1_500, 60_000, "lognormal", median=12_000, sigma=0.5), NUMBERS, 0.9),
    _sized("whose fault something was", "fault percentage, fault percent, liability percent", "percentual culpa",
           _weighted({0: 40, 25: 6, 50: 18, 75: 6, 100: 30}), NUMBERS, 0.9),
    _sized("what may be overdrawn or spent in a day", "overdraft limit, overdraft, daily limit, withdrawal limit",
           "limite cheque especial, limite diario, limite saque",
           _weighted({0: 24, 200: 10, 500: 24, 1000: 22, 2000: 12, 5000: 8}), NUMBERS, 0.9),
    _sized("the least balance", "min balance, minimum balance", "saldo minimo",
           _weighted({0: 40, 100: 14, 500: 22, 1500: 14, 2500: 10}), NUMBERS, 0.9),
    Meaning("the most that an insurance pays", vocabulary("limit amount, coverage limit, limit, sum insured, "
            "insured amount, coverage amount", "limite, limite cobertura, valor cobertura, importancia segurada"),
            _weighted({10_000: 8, 25_000: 16, 50_000: 24, 100_000: 26, 250_000: 16, 500_000: 10}), NUMBERS, 0.9,
            when=lambda view: bool({"coverage", "cobertura", "deckung", "garantie"} & set(map(singular,
            view.table.words)))),
    _sized("bathrooms, halves too", "bathrooms, baths, bathroom count, number bathrooms", "banheiros",
           _weighted({1: 40, 1.5: 10, 2: 32, 2.5: 8, 3: 10}), BROKEN, 0.9),
    _sized("a floor area in square feet", "square feet, sqft, square footage, living area sqft, size sqft", "",
           _shaped(320, 5_200, "lognormal", median=1_050, sigma=0.4), NUMBERS, 0.9),
    _sized("how high a place lies, in feet", "elevation ft, elevation feet, altitude ft", "",
           _shaped(0, 9_000, "lognormal", median=420, sigma=1.1), NUMBERS, 0.85),
    _sized("bags of a traveller", "bags checked, bags, checked bags, bag count, pieces luggage", "bagagens, malas",
           _weighted({0: 34, 1: 46, 2: 17, 3: 3}), WHOLE, 0.85),
    _sized("miles of a frequent flyer", "miles, ff miles, award miles, loyalty miles", "milhas",
           _shaped(0, 900_000, "lognormal", median=14_000, sigma=1.2), WHOLE, 0.8),
    _sized("use of a network in megabytes", "data mb, usage mb, included data mb, traffic mb, mb used", "dados mb",
           _shaped(0.1, 60_000, "lognormal", median=480, sigma=1.3), NUMBERS, 0.8),
    _sized("energy in kilowatt hours", "consumption kwh, kwh, usage kwh, energy kwh, verbrauch kwh", "consumo kwh",
           _shaped(20, 90_000, "lognormal", median=1_900, sigma=0.9), NUMBERS, 0.85),
    _sized("a stand of a meter", "meter reading, reading value, meter stand, reading", "leitura atual, leitura "
    "anterior",
           _shaped(100, 200_000, "lognormal", median=18_000, sigma=0.8), BROKEN, 0.7),
    _sized("weeks of notice", "notice weeks, notice period weeks", "semanas aviso", _weighted({2: 20, 4: 60,
    6: 20}), WHOLE, 0.85),
    _sized("what is to be reached to pass", "passing score, pass mark, passing grade, pass percentage", "nota minima, "
           "nota corte", _weighted({50: 20, 60: 34, 70: 32, 80: 14}), NUMBERS, 0.85),
    Meaning("rooms of a home", vocabulary("room, bedroom, bathroom, living room", "banheiro, quarto, vaga"),
            _weighted({1: 24, 2: 36, 3: 28, 4: 9, 5: 3}), WHOLE, 0.85, when=lambda view: _is_home(view)),
    Meaning("the floor area of a home", vocabulary("area, surface, size, floor area, surface area, living area",
    "area"),
            _shaped(18, 600, "lognormal", median=78, sigma=0.45), NUMBERS, 0.9, when=lambda view: _is_home(view)),
    Meaning("seats at a table", vocabulary("seats, capacity, places", "lugares, capacidade"),
            _weighted({2: 34, 4: 40, 6: 16, 8: 8, 10: 2}), WHOLE, 0.9,
            when=lambda view: bool({"table", "mesa"} & {singular(word) for word in view.table.noun})),
    Meaning("people of one room", vocabulary("capacity, max persons, max people, max guests, max occupancy, persons, "
            "people", "capacidade, max pessoas, pessoas, maximo pessoas"),
            _weighted({1: 16, 2: 46, 3: 16, 4: 18, 6: 4}), WHOLE, 0.9, when=lambda view: _sleeps(view)),
    Meaning("a side of what is sent", vocabulary("length, width, height, depth, length cm, width cm, height cm, "
    "depth cm",
            "comprimento, largura, altura, profundidade, altura cm, largura cm, comprimento cm"),
            _shaped(4, 180, "lognormal", median=32, sigma=0.55), NUMBERS, 0.9, when=lambda view: _is_sent(view)),
    Meaning("a volume of what is sent", vocabulary("volume, volume m3, cubic meters", "volume, volume m3, cubagem"),
            _shaped(0.01, 30, "lognormal", median=0.22, sigma=1.0), BROKEN, 0.9, when=lambda view: _is_sent(view)),
    Meaning("how many pieces are sent", vocabulary("piece count, pieces, package count, parcels", "quantidade volumes, "
            "volumes, pecas"), _weighted({1: 58, 2: 20, 3: 10, 4: 6, 6: 4, 10: 2}), WHOLE, 0.9,
            when=lambda view: _is_sent(view)),
    _sized("an insurance in percent", "insurance percent, insurance rate", "percentual seguro, taxa seguro, gris",
           _weighted({0.1: 14, 0.15: 14, 0.2: 20, 0.3: 24, 0.5: 18, 1: 10}), BROKEN, 0.85),
    _sized("a supplement for hard work in percent", "hazard pay percent",
           "insalubridade, grau insalubridade, percentual insalubridade, periculosidade",
           _weighted({0: 78, 10: 5, 20: 10, 30: 4, 40: 3}), NUMBERS, 0.85),
    _sized("a margin in percent", "margin percent, margin rate, markup percent, default margin",
           "margem padrao, margem lucro, margem percentual, percentual margem, markup padrao, mva, percentual mva",
           _weighted({20: 6, 25: 10, 30: 20, 35: 16, 40: 20, 50: 14, 60: 8, 80: 4, 100: 2}), NUMBERS, 0.85),
    _sized("hours of work in a week", "weekly hours, hours per week, hours week, contract hours",
           "carga horaria semanal, horas semanais, jornada semanal", _weighted({44: 62, 40: 22, 36: 7, 30: 6, 20: 3}),
           NUMBERS, 0.9),
    _sized("days worked in a month", "days worked, worked days, working days", "dias trabalhados, dias uteis",
           _weighted({30: 82, 29: 3, 28: 3, 25: 3, 22: 3, 20: 2, 15: 3, 10: 1}), WHOLE, 0.9),
    _sized("a shoe size", "shoe size", "numero calcado, tamanho calcado, numero sapato",
           _weighted({34: 4, 35: 8, 36: 12, 37: 13, 38: 12, 39: 11, 40: 12, 41: 11, 42: 9, 43: 5, 44: 3}), WHOLE, 0.9),
    _sized("a number of instalments", "installments, instalments, number installments",
           "quantidade parcelas, numero parcelas, parcelas, qtd parcelas, total parcelas",
           _weighted({1: 44, 2: 12, 3: 18, 4: 5, 5: 4, 6: 8, 10: 5, 12: 4}), WHOLE, 0.9),
    _sized("the empty weight of a vehicle", "tare, tare weight, curb weight, kerb weight", "tara, peso tara, tara kg",
           _shaped(780, 9_500, "lognormal", median=1_250, sigma=0.45), NUMBERS, 0.85),
    Meaning("what a vehicle has run", vocabulary("current km, odometer km, odometer, current odometer, mileage, "
            "odometer in, mileage in, km in, odometer reading, mileage at service",
            "km atual, quilometragem atual, hodometro, km, quilometragem, odometro, km entrada, km chegada, "
            "quilometragem entrada, km revisao, km inicial"),
            _shaped(400, 320_000, "lognormal", median=58_000, sigma=0.7), NUMBERS, 0.85, when=_is_read_of_a_vehicle),
    _sized("a percentage", "percent, percentage, pct, progress, completion, humidity, attendance",
           "percentual, porcentagem, probabilidade, progresso, umidade, frequencia", _percentage, NUMBERS, 0.9),
    Meaning("a commission of who sells", _COMMISSION, _commission, NUMBERS, 0.9, null_rate=_SELLING,
            when=lambda view: _is_share(view) and bool(_EMPLOYED & {singular(word) for word in view.table.words})),
    _sized("a probability", "probability, confidence, likelihood, accuracy", "", _shaped(0, 1), BROKEN, 0.7),
    _sized("a rate", "rate, ratio, exchange rate, conversion rate", "taxa, cotacao, fator", _shaped(0, 30,
    "lognormal", median=4, sigma=0.9), BROKEN, 0.7),
    _sized("an age", "age, age years", "idade", _shaped(1, 95, "normal", mean=41, stddev=17), WHOLE, 0.9),
    _sized("a month", "month, birth month", "mes, mes referencia", _shaped(1, 12), WHOLE, 0.9),
    _sized("a day", "day, day month", "dia, dia vencimento", _shaped(1, 28), WHOLE, 0.8),
    _sized("an hour", "hour, hour day", "hora", _shaped(0, 23, "normal", mean=14, stddev=4), WHOLE, 0.7),
    _sized("an instalment's number", "installment, installment number, instalment number", "parcela, numero parcela",
           _weighted({1: 40, 2: 18, 3: 14, 4: 7, 5: 6, 6: 6, 7: 2, 8: 2, 9: 2, 10: 2, 12: 1}), WHOLE, 0.85),
    _sized("a number of instalments", "installments, instalments, number installments",
           "parcelas, numero parcelas, total parcelas, quantidade parcelas, qtd parcelas",
           _weighted({1: 55, 2: 10, 3: 12, 4: 4, 5: 3, 6: 7, 10: 5, 12: 4}), WHOLE, 0.9),
    Meaning("a "
    "rating", vocabulary("score, rate, grade", "nota, pontuacao"), _weighted({1: 5, 2: 6, 3: 13, 4: 31, 5: 45}),
            WHOLE, 0.85, when=lambda view: bool(_REVIEWS & {singular(word) for word in view.table.words})),
    _sized("a rating", "rating, stars, star rating, satisfaction, csat", "avaliacao, estrelas, nota avaliacao, "
    "satisfacao",
           _weighted({1: 5, 2: 6, 3: 13, 4: 31, 5: 45}), WHOLE, 0.85),
    _sized("a rating", "rating, stars, average rating, score avg", "avaliacao, media avaliacao", _shaped(1, 5,
    "normal", mean=4.1, stddev=0.7), BROKEN, 0.8),
    _sized("a grade", "grade, mark, exam score", "nota, nota final, media", _shaped(0, 10, "normal", mean=7.2,
    stddev=1.6), BROKEN, 0.75),
    _sized("a grade point average", "gpa, grade point average, cumulative gpa", "", _shaped(0, 4, "normal", mean=3.1,
    stddev=0.5), BROKEN, 0.9),
    _sized("a credit score", "credit score, fico score", "score credito, pontuacao credito", _shaped(300, 850, "normal",
    mean=690, stddev=85), NUMBERS, 0.9),
    _sized("the most points", "max points, maximum points, max score, points possible, total points",
           "pontuacao maxima, nota maxima, pontos maximos", _weighted({10: 30, 20: 18, 25: 6, 50: 14, 100: 32}),
           NUMBERS, 0.85),
    Meaning("a weight that is a share", vocabulary("weight, weighting", "peso"),
            _weighted({0.05: 8, 0.1: 24, 0.15: 14, 0.2: 22, 0.25: 12, 0.3: 12, 0.4: 5, 0.5: 3}), BROKEN, 0.8,
            when=_has_no_room),
    Meaning("a part of a review", vocabulary("overall, overall rating, cleanliness, service, location, value, comfort, "
            "food, staff, quality, atmosphere, value for money", "geral, limpeza, atendimento, localizacao, conforto, "
            "comida, qualidade, custo beneficio"), _leaning_high, WHOLE, 0.85,
            when=lambda view: bool(_REVIEWS & {singular(word) for word in view.table.words})),
    _sized("a promoter score", "nps, nps score", "nps", _weighted({0: 2, 3: 2, 5: 5, 6: 6, 7: 13, 8: 21, 9: 24,
    10: 27}), WHOLE, 0.85),
    _sized("a score of a hundred", "score, test score, final score, exam score, quiz score, total score",
           "pontuacao, score, pontuacao final", _shaped(0, 100, "normal", mean=74, stddev=14), NUMBERS, 0.75),
    _sized("points", "points, loyalty points, reward points", "pontos, pontos fidelidade",
           _shaped(0, 1000, "lognormal", median=70, sigma=1.0), NUMBERS, 0.7),
    _sized("a priority", "priority, severity, urgency", "prioridade, severidade, urgencia", _weighted({1: 10,
    2: 25, 3: 45, 4: 14, 5: 6}), WHOLE, 0.8),
    _sized("a stock level", "stock, stock level, inventory, on hand, quantity stock, units stock, quantity on "
    "hand, stock quantity, "
           "units in stock, available quantity",
           "estoque, saldo estoque, quantidade estoque, estoque atual, qtd estoque", _shaped(0, 900, "lognormal",
           median=38, sigma=1.0), NUMBERS, 0.85),
    _sized("copies of one thing", "copies, number copies, copies owned, total copies, available copies",
           "exemplares, copias, numero exemplares, quantidade exemplares", _weighted({1: 46, 2: 24, 3: 13, 4: 7, 5: 5,
           6: 2, 8: 2, 10: 1}), WHOLE, 0.85),
    _sized("credits of a course", "credits, credit hours, course credits", "creditos, numero creditos",
           _weighted({1: 6, 2: 12, 3: 46, 4: 30, 5: 3, 6: 3}), WHOLE, 0.85),
    _sized("a quarter", "quarter, fiscal quarter", "trimestre", _weighted({1: 1, 2: 1, 3: 1, 4: 1}), WHOLE, 0.8),
    _sized("a half of a year", "semester", "semestre", _weighted({1: 1, 2: 1}), WHOLE, 0.8),
    _sized("a round of a season", "round, matchday, match day, game week, round number, matchweek", "rodada, jornada, "
           "numero rodada", _shaped(1, 38), WHOLE, 0.75),
    _sized("a week", "week, week number, week year", "semana, numero semana", _shaped(1, 52), WHOLE, 0.8),
    _sized("a reorder level", "reorder level, min stock, minimum stock, safety stock, reorder point",
           "estoque minimo, estoque seguranca, ponto pedido, quantidade minima", _weighted({5: 20, 10: 35, 15: 10,
           20: 18, 25: 7, 50: 10}), NUMBERS, 0.85),
    _sized("what is on its way", "units on order, quantity on order, on order, quantity reserved, reserved, allocated",
           "quantidade pedida, reservado, quantidade reservada", _weighted({0: 62, 5: 6, 10: 12, 20: 10, 40: 6, 60: 4}),
           NUMBERS, 0.85),
    Meaning("how many take part", vocabulary("slots, seats, guests, tickets, places, pax, participants, adults",
            "lugares, hospedes, ingressos, participantes, vagas, adultos"),
            _weighted({1: 34, 2: 38, 3: 11, 4: 11, 5: 3, 6: 3}), WHOLE, 0.85,
            when=lambda view: bool(_BOOKED & {singular(word) for word in view.table.noun[-1:]})),
    _sized("a quantity", "quantity, units, pieces, ordered quantity", "quantidade",
           _weighted({1: 52, 2: 21, 3: 11, 4: 6, 5: 4, 6: 2.5, 8: 1.5, 10: 1.5, 12: 0.5}), NUMBERS, 0.9),
    _sized("a load in kilograms", "capacity kg, load capacity, payload, max weight, max load, payload kg, "
    "gross vehicle weight",
           "capacidade kg, carga maxima, peso maximo, capacidade carga",
           _shaped(200, 28_000, "lognormal", median=1_800, sigma=0.9), NUMBERS, 0.85),
    _sized("litres of fuel", "liters, litres, gallons, fuel used, fuel liters", "litros, combustivel usado",
           _shaped(4, 400, "lognormal", median=46, sigma=0.6), NUMBERS, 0.8),
    _sized("a capacity", "capacity, seats, seating capacity, max capacity, max participants, max guests",
           "capacidade, vagas, lotacao, assentos", _weighted({2: 6, 4: 14, 6: 10, 8: 8, 10: 14, 12: 8, 20: 14,
           30: 10, 40: 6, 50: 5, 100: 4, 200: 1}), WHOLE, 0.8),
    _sized("a number of people", "guests, number guests, adults, passengers, occupants, party size, num guests",
           "hospedes, adultos, passageiros, numero pessoas, quantidade pessoas", _weighted({1: 28, 2: 42, 3: 13,
           4: 12, 5: 3, 6: 2}), WHOLE, 0.85),
    _sized("a number of children", "children, number children, kids, dependents", "filhos, criancas, dependentes, "
    "numero filhos",
           _weighted({0: 44, 1: 22, 2: 22, 3: 8, 4: 3, 5: 1}), WHOLE, 0.85),
    _sized("rooms", "bedrooms, rooms, bathrooms, floors, beds", "quartos, banheiros, comodos, andares, leitos, "
    "dormitorios",
           _weighted({1: 22, 2: 36, 3: 28, 4: 10, 5: 4}), WHOLE, 0.85),
    _sized("a floor", "floor, storey", "andar, pavimento", _weighted({0: 18, 1: 24, 2: 20, 3: 14, 4: 10, 5: 6,
    6: 4, 8: 3, 10: 1}), WHOLE, 0.75),
    Meaning("a body height", vocabulary("height, body height", "altura, estatura"), _body_height, NUMBERS, 0.8,
            when=_is_of_people),
    Meaning("the places of an arena", vocabulary("capacity, seats, seating capacity, max capacity",
            "capacidade, lotacao"), _arena, WHOLE, 0.85, when=_is_arena),
    Meaning("a body height in centimetres", vocabulary("height cm", "altura cm"), _shaped(140, 205, "normal", mean=170,
    stddev=9.5), NUMBERS, 0.9, when=lambda view: view.neighbour(_SIDES) is None and not _is_of_goods(view)),
    Meaning("a side of a thing in centimetres", vocabulary("height cm, width cm, length cm, depth cm, height, width",
            "altura cm, largura cm, comprimento cm, profundidade cm, altura, largura, comprimento"),
            _shaped(1, 260, "lognormal", median=18, sigma=0.8), NUMBERS, 0.9, when=lambda view: _is_of_goods(view)),
    Meaning("a body weight in kilograms", vocabulary("body weight, weight kg, weight", "peso kg, peso corporal, peso"),
            _shaped(38, 160, "normal", mean=74, stddev=14), NUMBERS, 0.8, when=lambda view: _is_of_people(view)),
    _sized("a house number", "house number, house no, street number, street no, address number, building number",
           "numero casa, numero endereco, numero predial", _house_number, WHOLE, 0.85),
    _sized("how high a place lies", "altitude, elevation, alt, altitude m, elevation m, elevation ft", "altitude, "
           "elevacao", _shaped(0, 4_200, "lognormal", median=150, sigma=1.1), NUMBERS, 0.85),
    _sized("a body fat", "body fat, body fat percent, fat percentage", "percentual gordura, gordura corporal, gordura",
           _shaped(5, 50, "normal", mean=24, stddev=7), NUMBERS, 0.85),
    _sized("a lean mass", "lean mass, muscle mass, lean body mass", "massa magra, massa muscular",
           _shaped(28, 90, "normal", mean=51, stddev=9), NUMBERS, 0.85),
    _sized("a girth in centimetres", "waist, waist cm, hip cm, chest cm", "cintura, quadril, abdomen, torax",
           _shaped(55, 140, "normal", mean=88, stddev=13), NUMBERS, 0.8),
    Meaning("the weight of an animal", vocabulary("weight, weight kg, body weight", "peso, peso kg"),
            _shaped(0.4, 70, "lognormal", median=9, sigma=0.8), NUMBERS, 0.9, when=_is_of_animals),
    Meaning("the temperature of an animal", vocabulary("temperature, temperature c, temp, body temperature",
    "temperatura"),
            _shaped(36.8, 40.8, "normal", mean=38.6, stddev=0.4), BROKEN, 0.9, when=_is_of_animals),
    Meaning("a temperature", vocabulary("temperature, temp, temperature c, temp c, temperature min, "
    "temperature max, min temp, max temp, "
            "ambient temperature", "temperatura, temperatura min, temperatura max, temperatura ambiente"),
            _shaped(-8, 42, "normal", mean=17, stddev=8), BROKEN, 0.75, when=lambda view: not _is_of_people(view)),
    _sized("a body temperature", "body temperature, temperature, temp c, temperature c", "temperatura, "
    "temperatura corporal",
           _shaped(34.5, 41, "normal", mean=36.7, stddev=0.5), BROKEN, 0.7),
    _sized("a rate of breathing", "respiratory rate, respiration rate, breathing rate", "frequencia respiratoria",
           _shaped(10, 40, "normal", mean=17, stddev=2.5), NUMBERS, 0.9),
    _sized("how much it hurts", "pain score, pain level, pain scale, pain", "escala dor, nivel dor, dor",
           _weighted({0: 38, 1: 10, 2: 12, 3: 11, 4: 8, 5: 8, 6: 5, 7: 4, 8: 3, 9: 0.6, 10: 0.4}), WHOLE, 0.9),
    _sized("refills of a medicine", "refills, refill count, repeats", "repeticoes receita",
           _weighted({0: 46, 1: 18, 2: 14, 3: 12, 5: 8, 11: 2}), WHOLE, 0.9),
    _sized("the room of a store in cubic metres", "capacity m3, volume m3, storage volume", "capacidade m3, volume m3",
           _shaped(80, 90_000, "lognormal", median=3_200, sigma=0.9), NUMBERS, 0.85),
    _sized("beds of a room", "bed count, beds, number beds, bed number", "quantidade leitos, numero leitos, "
        "leitos, camas",
           _weighted({1: 52, 2: 34, 3: 5, 4: 8, 6: 1}), WHOLE, 0.9),
    _sized("what an insured person pays", "copay, co pay, copayment", "coparticipacao",
           _weighted({10: 14, 15: 12, 20: 24, 25: 16, 30: 16, 40: 12, 50: 6}), NUMBERS, 0.9),
    _sized("what an insured person pays first", "deductible", "franquia",
           _weighted({0: 8, 250: 10, 500: 24, 1000: 26, 1500: 14, 2500: 12, 5000: 6}), NUMBERS, 0.85),
    _sized("the least order", "min order amount, minimum order, minimum order amount, min purchase, minimum purchase, "
           "min order value, minimum order value", "valor minimo pedido, pedido minimo, valor minimo, compra minima",
           _weighted({0: 20, 20: 8, 30: 14, 50: 28, 75: 8, 100: 14, 150: 5, 200: 3}), NUMBERS, 0.9),
    _sized("how content somebody is", "csat, csat score, satisfaction, satisfaction score", "satisfacao, "
        "nota satisfacao",
           _weighted({1: 4, 2: 5, 3: 12, 4: 33, 5: 46}), WHOLE, 0.9),
    _sized("room for data in gigabytes", "storage gb, disk gb, storage limit gb, quota gb", "armazenamento gb, "
        "espaco gb",
           _weighted({5: 14, 10: 20, 50: 22, 100: 22, 500: 12, 1000: 10}), NUMBERS, 0.85),
    _sized("a share of users in percent", "rollout percentage, rollout percent, rollout, traffic percent", "",
           _weighted({0: 14, 5: 6, 10: 12, 25: 14, 50: 18, 100: 36}), NUMBERS, 0.85),
    _sized("the strength of a signal", "signal strength, rssi, signal dbm", "intensidade sinal, sinal",
           _shaped(-105, -35, "normal", mean=-68, stddev=11), NUMBERS, 0.85),
    _sized("a battery's charge", "battery level, battery, battery percent, battery percentage", "bateria, "
        "nivel bateria",
           _shaped(3, 100, "normal", mean=74, stddev=18), NUMBERS, 0.85),
    _sized("seconds between two measurements", "sampling interval, sampling interval s, polling interval, "
        "interval seconds",
           "intervalo leitura, intervalo amostragem", _weighted({5: 4, 10: 14, 30: 20, 60: 34, 300: 18,
           900: 10}), WHOLE, 0.85),
    _sized("a humidity", "humidity, relative humidity", "umidade, umidade relativa",
           _shaped(12, 100, "normal", mean=58, stddev=14), NUMBERS, 0.85),
    _sized("the pressure of the air", "pressure hpa, air pressure, barometric pressure, atmospheric pressure",
           "pressao atmosferica, pressao hpa", _shaped(960, 1050, "normal", mean=1013, stddev=8), NUMBERS, 0.9),
    _sized("carbon dioxide in the air", "co2 ppm, co ppm, ppm, co2", "co2 ppm",
           _shaped(380, 2400, "lognormal", median=620, sigma=0.3), NUMBERS, 0.8),
    _sized("a speed of the wind", "wind speed, wind gust", "velocidade vento", _shaped(0, 40, "lognormal", median=3.4,
           sigma=0.6), NUMBERS, 0.85),
    _sized("rain", "rainfall, rainfall mm, precipitation, rain mm", "chuva, precipitacao, chuva mm",
           _weighted({0: 78, 0.2: 6, 0.6: 5, 1.4: 4, 3.2: 3, 6.8: 2, 12.4: 1.4, 24.6: 0.6}), NUMBERS, 0.85),
    _sized("a heading in degrees", "heading, bearing, course degrees, direction degrees", "rumo, direcao graus",
           _shaped(0, 359), NUMBERS, 0.7),
    _sized("people hurt", "injuries, injured, fatalities, victims", "feridos, vitimas",
           _weighted({0: 86, 1: 10, 2: 3, 3: 1}), WHOLE, 0.85),
    _sized("litres of a tank", "tank capacity, tank capacity l, tank size, tank liters", "capacidade tanque, "
        "tanque litros",
           _weighted({45: 10, 55: 24, 80: 26, 120: 14, 300: 16, 400: 10}), NUMBERS, 0.85),
    Meaning("rooms of a home that have a bath", vocabulary("suites, suite count", "suites, numero suites"),
            _weighted({0: 34, 1: 46, 2: 14, 3: 6}), WHOLE, 0.85),
    Meaning("places for cars at a home", vocabulary("parking spaces, garage spaces, car spaces, parking spots, garages",
            "vagas, vagas garagem, garagem, garagens"), _weighted({0: 18, 1: 46, 2: 28, 3: 6, 4: 2}), WHOLE, 0.85,
            when=lambda view: bool(_HOMES & {singular(word) for word in view.table.words})),
    _sized("a load that is carried", "cargo weight, cargo weight kg, load kg, load weight", "peso carga, "
        "peso carga kg, carga kg",
           _shaped(20, 24_000, "lognormal", median=1_300, sigma=0.9), NUMBERS, 0.85),
    _sized("a standing among members", "reputation, karma, experience points", "reputacao",
           _shaped(0, 90_000, "lognormal", median=140, sigma=1.5), WHOLE, 0.8),
    _sized("votes", "votes, vote count", "votos", _shaped(0, 4_000, "lognormal", median=18, sigma=1.0), WHOLE, 0.8),
    _sized("minutes of a break", "break minutes, pause minutes, lunch minutes", "intervalo minutos, minutos intervalo",
           _weighted({15: 10, 30: 52, 45: 22, 60: 16}), WHOLE, 0.9),
    _sized("hours of a week", "weekly hours, hours per week, working hours week", "horas semanais, carga semanal",
           _weighted({20: 14, 30: 14, 35: 10, 38.5: 14, 40: 48}), NUMBERS, 0.9),
    Meaning("messages of a campaign", vocabulary("num sent, sent, sent count, recipients, emails sent, num recipients",
            "enviados, total enviados, destinatarios"),
            _shaped(200, 90_000, "lognormal", median=4_200, sigma=0.8), WHOLE, 0.85,
            when=lambda view: bool(_CAMPAIGNS & {singular(word) for word in view.table.words})),
    Meaning("messages of a campaign that were opened", vocabulary("num opened, opened, opens, open count",
            "abertos, total abertos, aberturas"),
            _shaped(40, 30_000, "lognormal", median=1_050, sigma=0.8), WHOLE, 0.85,
            when=lambda view: bool(_CAMPAIGNS & {singular(word) for word in view.table.words})),
    Meaning("messages of a campaign that were clicked", vocabulary("num clicked, clicked, clicks, click count",
            "cliques, total cliques, clicados"),
            _shaped(4, 6_000, "lognormal", median=140, sigma=0.8), WHOLE, 0.85,
            when=lambda view: bool(_CAMPAIGNS & {singular(word) for word in view.table.words})),
    _sized("a pulse", "heart rate, pulse, bpm, resting heart rate", "frequencia cardiaca, pulso, batimentos",
    _shaped(42, 170, "normal", mean=75, stddev=12), NUMBERS, 0.9),
    _sized("a blood pressure", "systolic, systolic bp, bp systolic, blood pressure systolic", "pressao sistolica, "
    "sistolica", _shaped(85, 210, "normal", mean=124, stddev=15), NUMBERS, 0.9),
    _sized("a blood pressure", "diastolic, diastolic bp, bp diastolic, blood pressure diastolic",
    "pressao diastolica, diastolica", _shaped(50, 125, "normal", mean=79, stddev=10), NUMBERS, 0.9),
    _sized("an oxygen saturation", "spo2, oxygen saturation, o2 saturation", "saturacao, saturacao oxigenio",
    _shaped(82, 100, "normal", mean=97, stddev=1.8), NUMBERS, 0.9),
    _sized("a blood glucose", "glucose, blood sugar, blood glucose", "glicemia, glicose", _shaped(55, 320,
    "normal", mean=101, stddev=24), NUMBERS, 0.85),
    _sized("a body mass index", "bmi", "imc", _shaped(15, 48, "normal", mean=25.8, stddev=4.2), BROKEN, 0.9),
    _sized("minutes", "minutes, duration minutes, duration min, length minutes, runtime minutes, runtime, prep "
    "time, cook time",
           "minutos, duracao minutos, duracao, tempo minutos, duracao min, tempo min, tempo padrao min, "
           "tempo medio min, tempo estimado min", _weighted({5: 3, 10: 7, 15: 14, 20: 10, 30: 26,
           45: 14, 60: 16, 90: 7, 120: 3}), WHOLE, 0.85),
    _sized("the length of a film", "length", "", _shaped(60, 200, "normal", mean=112, stddev=22), WHOLE, 0.55),
    Meaning("the length of a recording", vocabulary("ms, milliseconds, duration ms, length ms, duration, length "
    "seconds",
            "milissegundos, duracao ms"), _recording, WHOLE, 0.85, when=lambda view: _is_of_media(view)),
    _sized("a life expectancy", "life expectancy", "expectativa vida", _shaped(48, 86, "normal", mean=72,
    stddev=7), BROKEN, 0.9),
    _sized("milliseconds", "ms, duration ms, elapsed ms, latency, latency ms, response time ms, milliseconds, "
    "response time",
           "milissegundos, latencia, tempo resposta", _shaped(1, 400_000, "lognormal", median=120, sigma=1.3),
           NUMBERS, 0.8),
    _sized("a duration in seconds", "duration, seconds, elapsed, ttl, timeout, duration seconds",
           "segundos, tempo, tempo segundos", _shaped(1, 7_200, "lognormal", median=210, sigma=1.1), NUMBERS, 0.75),
    Meaning("hours of an entry of time", vocabulary("hours, hours worked, billable hours, duration hours", "horas, "
            "horas trabalhadas"), lambda view: _weighted(
                {0.25: 6, 0.5: 14, 0.75: 6, 1: 20, 1.5: 14, 2: 16, 2.5: 6, 3: 8, 4: 6, 5: 2, 6: 1, 8: 1}
                if view.category != "integer" else {1: 40, 2: 30, 3: 14, 4: 10, 6: 4, 8: 2})(view), NUMBERS, 0.85,
            when=lambda view: bool({"entry", "timesheet", "worklog", "apontamento", "lancamento"}
                                   & {singular(word) for word in view.table.noun})),
    _sized("hours", "hours, hours worked, estimated hours, workload", "horas, horas trabalhadas, horas estimadas, "
    "carga horaria",
           _weighted({1: 10, 2: 14, 3: 10, 4: 16, 6: 9, 8: 30, 10: 4, 12: 4, 16: 2, 20: 1}), NUMBERS, 0.75),
    _sized("how long goods keep", "shelf life days, shelf life", "validade dias, dias validade, vida util dias",
           _weighted({30: 10, 60: 8, 90: 14, 180: 20, 365: 26, 540: 8, 730: 14}), WHOLE, 0.85),
    _sized("days", "days, lead time, lead time days, payment terms, term days, prep days, delivery days, rental "
    "duration, nights",
           "dias, prazo, prazo entrega, prazo dias, prazo entrega dias, condicao dias, noites", _weighted({1: 8,
           2: 10, 3: 14, 5: 18, 7: 20, 10: 10, 14: 6, 15: 6, 21: 3, 30: 5}), NUMBERS, 0.8),
    _sized("a number of months", "months, term months, warranty months, term",
    "meses, prazo meses, garantia meses", _weighted({3: 8, 6: 18, 12: 48, 18: 4, 24: 15, 36: 7}), WHOLE, 0.8),
    _sized("years", "years, years experience, experience years, seniority",
    "anos, anos experiencia, tempo servico", _shaped(0, 40, "lognormal", median=6, sigma=0.8), WHOLE, 0.8),
    Meaning("the size of a recording in bytes", vocabulary("file size, bytes, size bytes, filesize",
            "tamanho, tamanho bytes, tamanho arquivo"), _shaped(200_000, 2_000_000_000, "lognormal", median=8_000_000,
            sigma=0.8), WHOLE, 0.85, when=lambda view: _is_of_media(view)),
    _sized("a size in bytes", "file size, bytes, size bytes, content length, byte size, filesize, bytes sent, "
           "bytes received, bytes in, bytes out, bytes up, bytes down, bytes read, bytes written",
           "tamanho, tamanho bytes, tamanho arquivo", _shaped(400, 900_000_000, "lognormal", median=240_000,
           sigma=1.7), WHOLE, 0.8),
    _sized("pixels", "width, height, width px, height px, focal point x, focal point y", "largura, altura, "
    "largura px, altura px",
           _weighted({320: 5, 480: 6, 640: 12, 800: 14, 1024: 16, 1080: 14, 1280: 12, 1920: 17, 2048: 4}), WHOLE, 0.7),
    Meaning("a country's economy in millions", vocabulary("gnp, gdp, gnp old, gdp old, old gnp, gross national "
            "product, gross domestic product", "pib, produto interno bruto"),
            _shaped(10, 9_000_000, "lognormal", median=5_000, sigma=2.2), NUMBERS, 0.9),
    Meaning("a country's area in square "
    "kilometres", vocabulary("area, surface area, land area", "area, area territorial"),
            _shaped(20, 9_900_000, "lognormal", median=110_000, sigma=1.8), NUMBERS, 0.85,
            when=lambda view: view.is_about("country")),
    _sized("a population", "population, inhabitants, number inhabitants", "populacao, habitantes", _shaped(200,
    40_000_000,
    "lognormal", median=60_000, sigma=1.6), NUMBERS, 0.85),
    _sized("a floor area", "sqm, size sqm, floor area, living area, m2, square metres", "m2, area util, "
    "metragem, area construida",
           _shaped(9, 900, "lognormal", median=48, sigma=0.7), NUMBERS, 0.8),
    _sized("an area", "area, surface area, square meters, sqft, area sqm, surface, lot size", "area, area m2, "
    "area total, metragem",
           _shaped(5, 2_000_000, "lognormal", median=140, sigma=1.2), NUMBERS, 0.7),
    _sized("an odometer's reading", "mileage, odometer, odometer reading, odometer km", "quilometragem, hodometro, "
    "km rodados, quilometragem atual",
           _shaped(0, 400_000, "lognormal", median=48_000, sigma=0.8), NUMBERS, 0.85),
    Meaning("how far it is between two towns", vocabulary("distance km, distance, distance miles", "distancia km, "
            "distancia"), _shaped(12, 3_800, "lognormal", median=290, sigma=0.9), NUMBERS, 0.85,
            when=lambda view: view.neighbour(_TWO_ENDS) is not None),
    _sized("a distance", "distance, distance km, mileage, odometer, km", "distancia, distancia km, quilometragem, "
    "km rodados",
           _shaped(0.2, 400_000, "lognormal", median=24, sigma=1.4), NUMBERS, 0.75),
    _sized("how acid something is", "ph, ph level, ph value, soil ph, water ph", "ph, ph solo, ph agua, valor ph",
           _shaped(4, 9, "normal", mean=6.6, stddev=0.7), BROKEN, 0.75),
    _sized("the fat of milk in percent", "fat percent, milk fat, butterfat, butterfat percent, protein percent",
           "percentual gordura leite, gordura leite", _shaped(2.5, 6, "normal", mean=3.8, stddev=0.4), BROKEN, 0.7),
    _sized("the moisture of a crop in percent", "moisture percent, moisture content, grain moisture",
           "umidade graos, teor umidade", _shaped(8, 32, "normal", mean=15, stddev=3), BROKEN, 0.6),
    _sized("a speed", "speed, velocity, speed kmh, speed km, speed mph, average speed kmh", "velocidade, "
        "velocidade kmh", _shaped(0, 180, "normal", mean=62, stddev=24), NUMBERS, 0.75),
    _sized("a voltage or power", "voltage, current, power, wattage, energy, consumption", "tensao, corrente, "
    "potencia, energia, consumo",
           _shaped(0, 2_000, "lognormal", median=120, sigma=0.9), NUMBERS, 0.6),
    _sized("a weight or a measure", "weight, weight kg, height, width, depth, volume, thickness, diameter, gross "
    "weight, net "
    "weight",
           "peso, peso kg, altura, largura, comprimento, profundidade, volume, peso bruto, peso liquido, "
           "espessura, diametro",
           _shaped(0.05, 400, "lognormal", median=3.2, sigma=1.1), BROKEN, 0.7),
    _sized("a position", "position, sort order, order, sort, rank, ordering, sequence, index, line number, "
    "display order",
           "ordem, posicao, sequencia, ordenacao, numero linha, ordem exibicao", _shaped(1, 20, "zipf",
           exponent=0.6), WHOLE, 0.85),
    _sized("a level", "depth, level, tier", "nivel, profundidade", _weighted({1: 40, 2: 30, 3: 18, 4: 8, 5: 4}),
    WHOLE, 0.8),
    _sized("an attempt", "attempts, retries, retry count, attempt, login attempts, failed attempts, tries",
    "tentativas, numero tentativas",
           _weighted({0: 70, 1: 18, 2: 7, 3: 4, 5: 1}), WHOLE, 0.85),
    _sized("a count", "count, numchild, views, hits, likes, number, total, view count, downloads, followers, "
    "clicks, impressions, "
           "shares, upvotes, downvotes, usage count, times used",
           "contagem, visitas, acessos, total, curtidas, visualizacoes, downloads, cliques", _SMALL_COUNT, WHOLE, 0.75),
    _sized("a version counter", "version, revision, revision number, lock version", "versao, revisao",
    _weighted({1: 62, 2: 20, 3: 10, 4: 5, 5: 3}), WHOLE, 0.75),
    _sized("a network port", "port", "porta", _weighted({22: 5, 80: 20, 443: 40, 3000: 6, 5432: 9, 6379: 5,
    8080: 15}), WHOLE, 0.7),
    Meaning(
        "a number of things", vocabulary("", "num, total, nb, qtd, quantidade, count, number"), _SMALL_COUNT, WHOLE,
        0.8, when=_some_of_many,
    ),
    _sized("a credit limit", "credit limit, spending limit", "limite credito",
           _weighted({300: 5, 500: 12, 1000: 20, 1500: 10, 2000: 16, 3000: 12, 5000: 14, 10000: 8, 20000: 3}),
           NUMBERS, 0.85),
    _sized("a limit", "threshold, limit, maximum, minimum, max, min, quota", "limite, maximo, minimo, max, min, cota",
           _weighted({1: 6, 5: 12, 10: 22, 20: 12, 25: 8, 50: 14, 100: 16, 500: 6, 1000: 4}), NUMBERS, 0.6),
    Meaning("an HTTP status", vocabulary("status code, http status, response code, response status"), _http, WHOLE),
    Meaning("an HTTP status", vocabulary("status, last status"), _http, WHOLE, 0.85,
            when=lambda view: bool(_ASKED & {singular(word) for word in view.table.words})),
)  # fmt: skip
