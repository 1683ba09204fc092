"""What holds within a row, and what a row repeats of another: durations, totals, ranges, names and addresses copied."""

from __future__ import annotations

from collections.abc import Iterable

from datalchemy_nb.contracts.relations import Bound, BoundsRule, CopyRule, DecidedRule, ExpressionRule, Gap
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.rules.kinds import decided_by, recognise_kinds
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    Link,
    SchemaView,
    columns_saying,
    first_saying,
    literal,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

_DURATIONS = (
    (
        vocabulary("duration minutes, duration min, minutes, length minutes", "duracao minutos, minutos, duracao min"),
        60,
    ),
    (vocabulary("duration hours, hours, hours worked, worked hours", "duracao horas, horas, horas trabalhadas"), 3600),
    (vocabulary("duration days, days, nights, total days", "duracao dias, dias, diarias, noites"), 86400),
    (
        vocabulary(
            "duration seconds, duration, seconds, elapsed seconds, runtime seconds",
            "duracao segundos, segundos, duracao",
        ),
        1,
    ),
    (vocabulary("duration ms, elapsed ms, latency ms", "duracao ms"), 0.001),
)
_STARTS = vocabulary(
    "started at, start time, starts at, start date, check in, checkin, start, begin",
    "inicio, data inicio, entrada, inicia em, iniciado em",
)
_ENDS = vocabulary(
    "ended at, finished at, end time, ends at, end date, check out, checkout, end, completed at",
    "fim, data fim, saida, termino, termina em, finalizado em",
)
_RANGES = (
    ("min", "max"), ("minimum", "maximum"), ("low", "high"), ("minimo", "maximo"), ("lower", "upper"),
    ("start", "end"), ("initial", "final"), ("inicial", "final"), ("opening", "closing"),
)  # fmt: skip
_SERVICED = Gap(min=5_000, typical=10_000, max=20_000, unit="units")
"""Kilometres to the next service."""
_DRIVEN = Gap(min=4, typical=140, max=900, unit="units")
"""Kilometres of a trip, between the readings before and after it."""
_ODOMETER = vocabulary("odometer, mileage, odometer km", "hodometro, quilometragem, km")
_GROSS = vocabulary(
    "gross amount, gross, gross pay, gross salary, gross total", "valor bruto, bruto, salario bruto, total bruto"
)
_OFF = vocabulary(
    "deductions, discount, tax, tax amount, total deductions, withheld, fee",
    "descontos, desconto, deducoes, imposto, total descontos, taxa",
)
_NET = vocabulary(
    "net amount, net, net pay, net salary, net total", "valor liquido, liquido, salario liquido, total liquido"
)
_QUANTITY = vocabulary(
    "quantity, units, hours, liters, litres, gallons, kg, kilos, labor hours, nights",
    "quantidade, horas, litros, quilos, diarias",
)
_EACH = vocabulary(
    "unit price, price, rate, unit cost, hourly rate, price each, price per liter, price per litre, "
    "price per unit, price per kg, nightly rate",
    "preco unitario, valor unitario, preco, valor hora, preco litro, valor litro, valor diaria",
)
_WHOLE = vocabulary(
    "total, total price, total amount, amount, total cost, line total, extended price",
    "total, valor total, preco total, custo total",
)
_ADDRESS = frozenset(
    "street address city state region zip postal postcode zipcode country rua logradouro endereco cidade uf "
    "estado cep bairro "
    "numero complemento pais province".split()
)
_PREFIXES = frozenset("ship shipping billing bill delivery entrega cobranca destination destino".split())
_REPEATED = frozenset("currency moeda country pais language idioma timezone unit unidade category categoria".split())
_ADDRESSEES = (("name",), ("nome",), ("company",), ("company", "name"), ("recipient",), ("destinatario",))
_WHOLE_NAMES = frozenset("full display complete legal".split())


def compute_rows(view: SchemaView, claims: Claims) -> None:
    """Durations between two moments, products and differences, and ranges in their order."""
    for table in view.tables.values():
        _durations(table, claims)
        _products(table, claims)
        _differences(table, claims)
        _counterparts(table, claims)
        _kinds(table, claims)
        _sums(table, claims)
        _ranges(table, claims)
        _next_readings(table, claims)
        _loans(table, claims)
        _instalments(view, table, claims)
        _periods_billed(table, claims)
        _months_of_bills(table, claims)
        _available(table, claims)
        _airports(table, claims)
        _years(table, claims)
        _terms(table, claims)


_PRINCIPAL = vocabulary(
    "principal, loan amount, principal amount, amount financed", "valor emprestimo, valor financiado, principal"
)
_INTEREST = vocabulary("interest rate, apr, annual rate", "taxa juros, juros ao ano")
_MONTHS = vocabulary(
    "term months, months, duration months, number installments, term", "prazo meses, meses, numero parcelas"
)
_MONTHLY = vocabulary(
    "monthly payment, installment amount, monthly installment, payment amount", "valor parcela, parcela mensal"
)
_OUTSTANDING = vocabulary("outstanding balance, remaining balance, outstanding, balance", "saldo devedor, saldo")
_LENT = vocabulary(
    "disbursed on, disbursed at, start date, granted on, originated on, funded on", "data liberacao, data inicio"
)
_MATURES = vocabulary("maturity date, maturity, final due date, end date", "data vencimento, data fim")


def _loans(table: TableView, claims: Claims) -> None:
    """A month pays a part of what was lent and the interest of half of it; what is left is no more than was lent."""
    principal, months = first_saying(table, _PRINCIPAL, NUMBERS), first_saying(table, _MONTHS, ("integer",))
    if principal is None or months is None:
        return
    rate, monthly = first_saying(table, _INTEREST, NUMBERS), first_saying(table, _MONTHLY, NUMBERS)
    if monthly is not None and rate is not None:
        percent = quoted(rate.name) if _is_percent(rate) else f"{quoted(rate.name)} * 100"
        lent = quoted(principal.name)
        _expression(
            table, claims, monthly, f"round({lent} / {quoted(months.name)} + {lent} * {percent} / 2400, 2)",
            (principal, months, rate),
        )  # fmt: skip
    left = first_saying(table, _OUTSTANDING, NUMBERS)
    if left is not None and left.category == principal.category and (left.may_be_null or not principal.may_be_null):
        claims.relation(
            table, BoundsRule, "loan", f"no more than {principal.name}", decides=[left.name], keeps=True,
            column=left.name, before=[Bound(column=principal.name)],
        )  # fmt: skip
    lent_on, matures = first_saying(table, _LENT, ("date",)), first_saying(table, _MATURES, ("date",))
    if lent_on is not None and matures is not None and (matures.may_be_null or not lent_on.may_be_null):
        _expression(
            table, claims, matures,
            f"({quoted(lent_on.name)} + make_interval(months => {quoted(months.name)}))::date", (lent_on, months),
        )  # fmt: skip


_PART_LENT = vocabulary(
    "principal part, principal amount, principal paid, principal due, principal, principal portion, amortization",
    "valor principal, principal, amortizacao, valor amortizacao",
)
_PART_INTEREST = vocabulary(
    "interest part, interest amount, interest paid, interest due, interest portion, interest",
    "valor juros, juros, juros parcela",
)
_INSTALMENT = vocabulary(
    "total due, total amount, installment amount, instalment amount, amount due, payment amount, total, amount",
    "valor total, valor parcela, valor prestacao, total, valor",
)


def _instalments(view: SchemaView, table: TableView, claims: Claims) -> None:
    """An instalment is its part of what was lent and the interest of a month."""
    part, interest = first_saying(table, _PART_LENT, NUMBERS), first_saying(table, _PART_INTEREST, NUMBERS)
    if part is None or interest is None or part.name == interest.name:
        return
    parts = {part.name, interest.name}
    whole = next((one for one in columns_saying(table, _INSTALMENT, NUMBERS) if one.name not in parts), None)
    for link in view.up(table):
        lent, months = (first_saying(link.parent, one, NUMBERS) for one in (_PRINCIPAL, _MONTHS))
        rate = first_saying(link.parent, _INTEREST, NUMBERS)
        if lent is None or months is None or rate is None or not link.is_certain:
            continue
        if any(one.may_be_null for one in (lent, months, rate)) and not (part.may_be_null and interest.may_be_null):
            continue
        of = f"{link.column}.{quoted(lent.name)}"
        sql = f"round({of} / {link.column}.{quoted(months.name)}, 2)"
        _expression(table, claims, part, sql, ())
        sql = f"round({of} * {link.column}.{quoted(rate.name)} / {2400 if _is_percent(rate) else 24}, 2)"
        _expression(table, claims, interest, sql, ())
        break
    if whole is not None and whole.category == part.category:
        _expression(table, claims, whole, f"{quoted(part.name)} + {quoted(interest.name)}", (part, interest))


def _is_percent(rate: ColumnView) -> bool:
    """Whether a rate of 5 % is written 5, and not 0.05."""
    return rate.slot.precision is None or rate.slot.precision - (rate.slot.scale or 0) > 1


_BILLED_FROM = vocabulary(
    "period start, billing period start, period from, period von, service start, period begin",
    "periodo inicio, inicio periodo",
)
_BILLED_UNTIL = vocabulary(
    "period end, billing period end, period until, period to, period bis, service end", "periodo fim, fim periodo"
)
_BILLED = vocabulary(
    "issue date, issued at, issued on, invoice date, invoiced on, bill date, billed on, billing date, statement date, "
    "created at",
    "data emissao, emissao, emitido em, emitida em, data fatura",
)


def _periods_billed(table: TableView, claims: Claims) -> None:
    """A bill is of the month before it was issued."""
    start = first_saying(table, _BILLED_FROM, ("date",))
    end = first_saying(table, _BILLED_UNTIL, ("date",))
    issued = first_saying(table, _BILLED, MOMENTS)
    if start is None or end is None or issued is None or issued.category == "time":
        return
    if any(start.name in columns or end.name in columns for columns in table.unique_sets):
        return
    month = f"date_trunc('month', {quoted(issued.name)})"
    _expression(table, claims, start, f"({month} - make_interval(months => 1))::date", (issued,))
    _expression(table, claims, end, f"({month} - make_interval(days => 1))::date", (issued,))


_HELD = vocabulary("current balance, balance, ledger balance", "saldo, saldo atual")
_AVAILABLE = vocabulary("available balance, available", "saldo disponivel")
_OVERDRAFT = vocabulary("overdraft limit, overdraft, credit limit", "limite cheque especial, limite")


def _available(table: TableView, claims: Claims) -> None:
    """What an account has room for is what it holds and what it may be overdrawn by."""
    available = first_saying(table, _AVAILABLE, NUMBERS)
    held = next(
        (one for one in columns_saying(table, _HELD, NUMBERS) if one.name != getattr(available, "name", "")), None
    )
    if available is None or held is None:
        return
    limit = first_saying(table, _OVERDRAFT, NUMBERS)
    more = f" + coalesce({quoted(limit.name)}, 0)" if limit is not None else ""
    _expression(table, claims, available, f"{quoted(held.name)}{more}", (held,))


_AIRPORTS = {"en": "{city} Airport", "pt": "Aeroporto de {city}", "es": "Aeropuerto de {city}", "fr": "Aéroport de "
"{city}",
             "de": "Flughafen {city}"}  # fmt: skip
_TOWN = vocabulary("city, town, municipality", "cidade, municipio")
_ITS_NAME = vocabulary("name, airport name", "nome, nome aeroporto")


_TERM = vocabulary(
    "term months, duration months, contract months, lease months, contract term months, months",
    "prazo meses, duracao meses, vigencia meses, meses",
)
_BEGUN = vocabulary("start date, starts on, start, begin date, effective date", "data inicio, inicio, inicio vigencia")
_OVER = vocabulary("end date, ends on, end, contract end, lease end", "data fim, fim, data termino, fim vigencia")


def _terms(table: TableView, claims: Claims) -> None:
    """A contract ends when its months are over; where its state says when it ends, it runs the months until then."""
    term = first_saying(table, _TERM, ("integer",))
    start, end = first_saying(table, _BEGUN, ("date",)), first_saying(table, _OVER, ("date",))
    if term is None or start is None or end is None or start.may_be_null:
        return
    if claims.is_free(table, end.name):
        if end.may_be_null or not term.may_be_null:
            sql = f"({quoted(start.name)} + make_interval(months => {quoted(term.name)}))::date"
            _expression(table, claims, end, sql, (term,))
        return
    if term.limits or term.own_conditions or (end.may_be_null and not term.may_be_null):
        return
    years, months = (
        f"(extract({part} from {quoted(end.name)})::int - extract({part} from {quoted(start.name)})::int)"
        for part in ("year", "month")
    )
    _expression(table, claims, term, f"greatest({years} * 12 + {months}, 1)", (end,))


_YEARS = frozenset("year ano exercicio season temporada annee jahr".split())
_ITS_YEAR = vocabulary("year, school year, fiscal year, season year", "ano, ano letivo, exercicio")
_SCHOOL = frozenset("school academic letivo escolar lectivo scolaire".split())


def _years(table: TableView, claims: Claims) -> None:
    """What is held for a year begins and ends in it: a year of school, a fiscal year."""
    if not _YEARS & set(nouns(table)):
        return
    year = first_saying(table, _ITS_YEAR, ("integer",))
    start, end = first_saying(table, _STARTS, ("date",)), first_saying(table, _ENDS, ("date",))
    if year is None or start is None or end is None or year.may_be_null or {start.name, end.name} & set(_keyed(table)):
        return
    school = bool(_SCHOOL & {singular(word) for word in (*table.words, *split_words(table.ref.table))})
    first, last, later = ("01-01", "12-31", 0) if not school else ("09-01", "06-30", 1)
    if school and table.plan.locale.lower() in _SOUTHERN:
        first, last, later = "02-05", "12-15", 0
    for column, day, more in ((start, first, 0), (end, last, later)):
        sql = f"('2000-{day}'::date + make_interval(years => {quoted(year.name)} - {2000 - more}))::date"
        claims.relation(
            table, ExpressionRule, "year", f"a day of {year.name}", decides=[column.name], column=column.name, sql=sql,
        )  # fmt: skip


_SOUTHERN = ("pt_br", "pt", "es_ar", "es_cl", "es_uy", "es_py", "en_au", "en_nz", "en_za")
"""Locales where a year of school is that of the calendar."""


def _keyed(table: TableView) -> list[str]:
    return [name for columns in table.unique_sets for name in columns]


def _airports(table: TableView, claims: Claims) -> None:
    """An airport bears the name of its city."""
    if not {"airport", "aeroporto", "aeropuerto", "aeroport", "flughafen"} & set(nouns(table)):
        return
    name, city = first_saying(table, _ITS_NAME, ("text",)), first_saying(table, _TOWN, ("text",))
    if name is None or city is None or city.name in table.foreign_columns or name.limits or name.is_unique:
        return
    before, after = _AIRPORTS.get(city.text_language, _AIRPORTS["en"]).split("{city}")
    parts = [literal(before), quoted(city.name), literal(after)]
    sql = " || ".join(part for part in parts if part != "''")
    _expression(
        table, claims, name, sql if name.slot.max_length is None else f"left({sql}, {name.slot.max_length})", (city,)
    )


def _durations(table: TableView, claims: Claims) -> None:
    start, end = first_saying(table, _STARTS, MOMENTS), first_saying(table, _ENDS, MOMENTS)
    if start is None or end is None or start.category != end.category:
        return
    for meaning, seconds in _DURATIONS:
        column = first_saying(table, meaning, NUMBERS)
        if column is not None and end.may_be_null and not column.may_be_null:
            if _end_after(table, claims, (start, end), column, seconds):
                return
            continue
        if column is None:
            continue
        between = f"{quoted(end.name)} - {quoted(start.name)}"
        if start.category == "date":
            sql = between if seconds == 86400 else None
        else:
            sql = f"extract(epoch from ({between})) / {seconds}"
        if sql is not None:
            claims.relation(
                table, ExpressionRule, "duration", f"from {start.name} to {end.name}", decides=[column.name],
                column=column.name, sql=sql,
            )  # fmt: skip
            return


_PARTS_OF_AN_INTERVAL = {86400: "days", 3600: "hours", 60: "mins", 1: "secs"}


def _end_after(
    table: TableView, claims: Claims, ends: tuple[ColumnView, ColumnView], lasted: ColumnView, seconds: float
) -> bool:
    """Where how long it took is sure, and its end is not: the end follows from the beginning and the length."""
    start, end = ends
    part = _PARTS_OF_AN_INTERVAL.get(int(seconds))
    if part is None or lasted.category != "integer" or (start.category == "date") != (part == "days"):
        return False
    if start.category not in _CAST or start.may_be_null:
        return False
    sql = f"({quoted(start.name)} + make_interval({part} => {quoted(lasted.name)}))::{_CAST[start.category]}"
    return claims.relation(
        table, ExpressionRule, "duration", f"{lasted.name} after {start.name}", decides=[end.name], column=end.name,
        sql=sql,
    )  # fmt: skip


_CAST = {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz"}
_MONTH_OF = vocabulary(
    "reference month, billing month, bill month, invoice month, statement month, competence, competence month, "
    "month reference",
    "competencia, mes competencia, data competencia, mes referencia, referencia, mes ano referencia, mes cobranca",
)
_MONTHLY_DUE = vocabulary("due date, due on, due at, due", "vencimento, data vencimento, vence em")
_MONTH_LETTERS = 7


def _months_of_bills(table: TableView, claims: Claims) -> None:
    """What a month is charged for is due in that month, or issued in it."""
    month = first_saying(table, _MONTH_OF, ("date", "text"))
    if month is None or month.in_key or month.limits or month.own_conditions:
        return
    due, issued = first_saying(table, _MONTHLY_DUE, ("date",)), first_saying(table, _BILLED, MOMENTS)
    of = due or (issued if issued is not None and issued.category in _CAST else None)
    if of is None or (of.may_be_null and not month.may_be_null):
        return
    if month.category == "date":
        sql = f"date_trunc('month', {quoted(of.name)})::date"
    elif (month.slot.max_length or _MONTH_LETTERS) >= _MONTH_LETTERS:
        written = "MM/YYYY" if month.is_portuguese else "YYYY-MM"
        sql = f"to_char({quoted(of.name)}, '{written}')"
    else:
        return
    claims.relation(
        table, ExpressionRule, "amount", f"the month of {of.name}", decides=[month.name], column=month.name, sql=sql,
    )  # fmt: skip


def _products(table: TableView, claims: Claims) -> None:
    quantity, each = first_saying(table, _QUANTITY, NUMBERS), first_saying(table, _EACH, NUMBERS)
    whole = first_saying(table, _WHOLE, NUMBERS)
    if quantity is None or each is None or whole is None or len({quantity.name, each.name, whole.name}) < 3:
        return
    _expression(table, claims, whole, f"{quoted(quantity.name)} * {quoted(each.name)}", (quantity, each))


def _differences(table: TableView, claims: Claims) -> None:
    gross, off, net = (first_saying(table, one, NUMBERS) for one in (_GROSS, _OFF, _NET))
    if gross is None or off is None or net is None or len({gross.name, off.name, net.name}) < 3:
        return
    taken = f"coalesce({quoted(off.name)}, 0)" if off.may_be_null else quoted(off.name)
    _expression(table, claims, net, f"{quoted(gross.name)} - {taken}", (gross,))


_AS_EXPECTED = (
    ("system", "counted"), ("book", "counted"), ("expected", "counted"), ("expected", "received"),
    ("ordered", "picked"), ("ordered", "shipped"), ("ordered", "delivered"), ("ordered", "received"),
    ("ordered", "invoiced"), ("requested", "issued"), ("requested", "picked"), ("planned", "produced"),
    ("required", "picked"), ("shipped", "received"),
    ("sistema", "contada"), ("sistema", "contado"), ("sistema", "fisico"), ("esperada", "recebida"),
    ("prevista", "recebida"), ("pedida", "recebida"), ("pedida", "entregue"), ("pedida", "separada"),
    ("pedida", "atendida"), ("pedida", "faturada"), ("solicitada", "atendida"), ("solicitada", "entregue"),
    ("planejada", "produzida"), ("enviada", "recebida"),
)  # fmt: skip
"""What a quantity is compared with, and what it comes to: as a rule the same."""
_APART = frozenset({"difference", "variance", "discrepancy", "diferenca", "divergencia"})
_AS_A_RULE = 0.92


def _counterparts(table: TableView, claims: Claims) -> None:
    """What is counted, picked or received is what was expected, but for a few rows; a difference tells by how much."""
    numbers = {one.words: one for one in table.columns.values() if one.category in NUMBERS}
    for words, column in numbers.items():
        for expected, found in _AS_EXPECTED:
            other = numbers.get(tuple(expected if word == found else word for word in words))
            if found not in words or other is None or (other.may_be_null and not column.may_be_null):
                continue
            accepted = claims.relation(
                table, CopyRule, "counterpart", f"as a rule {other.name}", decides=[column.name], keeps=True,
                column=column.name, source=other.name, share=_AS_A_RULE, confidence=0.8,
            )  # fmt: skip
            apart = next((one for said, one in numbers.items() if said[-1] in _APART), None)
            if accepted and apart is not None:
                _expression(table, claims, apart, f"{quoted(column.name)} - {quoted(other.name)}", (column, other))
            break


_TOTAL = frozenset({"total", "totals", "overall"})
_SUMMED = frozenset(
    {"cost", "amount", "price", "hours", "score", "points", "custo", "valor", "horas", "nota", "pontos"}
)


_COUNTED = frozenset({"quantity", "count", "votes", "points", "units", "quantidade", "votos", "pontos"})
_AMOUNTS = frozenset({"amount", "cost", "revenue", "sales", "valor", "receita", "vendas"})
_PRICES = ("4.99", "7.49", "8.99", "12.49", "14.99", "19.99", "24.99", "29.99")


def _kinds(table: TableView, claims: Claims) -> None:
    """A column for each kind of goods: amounts are quantities at the price of the kind, totals what they add up to."""
    numbers = [one for one in table.columns.values() if one.category in NUMBERS and one.column.generated is None]
    counted = [
        one for one in numbers if len(one.words) > 1 and one.words[-1] in _COUNTED and not _TOTAL & set(one.words)
    ]
    by_kind: dict[tuple[str, ...], list[ColumnView]] = {}
    for one in counted:
        by_kind.setdefault(one.words[1:], []).append(one)
    for quantities in by_kind.values():
        if len({one.words[0] for one in quantities}) < _KINDS:
            continue
        _total_of(table, claims, numbers, quantities)
        amounts = {one.words[0]: one for one in numbers if len(one.words) > 1 and one.words[1] in _AMOUNTS}
        paid = [amounts[one.words[0]] for one in quantities if one.words[0] in amounts]
        if len(paid) == len(quantities):
            for place, (quantity, amount) in enumerate(zip(quantities, paid, strict=True)):
                price = _PRICES[place % len(_PRICES)]
                _expression(table, claims, amount, f"{quoted(quantity.name)} * {price}", (quantity,))
            _total_of(table, claims, numbers, paid)


_KINDS = 2


def _total_of(table: TableView, claims: Claims, numbers: list[ColumnView], parts: list[ColumnView]) -> None:
    """The total of a column for each kind: it is named as they are, or by itself."""
    rest = parts[0].words[1:]
    named = [
        one for one in numbers if _TOTAL & set(one.words) and tuple(w for w in one.words if w not in _TOTAL) == rest
    ]
    alone = [one for one in numbers if len(one.words) == 1 and one.words[0] in _TOTAL]
    whole = next((one for one in (*named, *alone) if one.category == parts[0].category), None)
    if whole is not None and len({one.words[1:] for one in parts}) == 1:
        added = " + ".join(f"coalesce({quoted(p.name)}, 0)" if p.may_be_null else quoted(p.name) for p in parts)
        _expression(table, claims, whole, added, ())


def _sums(table: TableView, claims: Claims) -> None:
    """``total_cost`` is what the other costs of its row add up to: parts and labour."""
    for whole in table.columns.values():
        if whole.category not in NUMBERS or not _TOTAL & set(whole.words):
            continue
        if len(whole.words) == 1:
            _sum_of_totals(table, claims, whole)
        if len(whole.words) != 2:
            continue
        noun = next((word for word in whole.words if word in _SUMMED), None)
        parts = [
            one
            for one in table.columns.values()
            if one.name != whole.name and one.category == whole.category and len(one.words) == 2
            and noun in one.words and not _TOTAL & set(one.words) and not _RATES & set(one.words)
        ]  # fmt: skip
        if noun is not None and len(parts) > 1:
            added = " + ".join(f"coalesce({quoted(p.name)}, 0)" if p.may_be_null else quoted(p.name) for p in parts)
            _expression(table, claims, whole, added, ())


def _sum_of_totals(table: TableView, claims: Claims, whole: ColumnView) -> None:
    """``total`` is what `labor_total` and `parts_total` come to: totals of parts, with a word each before it."""
    parts = [
        one
        for one in table.columns.values()
        if one.category == whole.category and len(one.words) == _PART_WORDS and whole.words[0] in one.words
        and not _NO_PART & set(one.words)
    ]  # fmt: skip
    if len(parts) >= _KINDS:
        added = " + ".join(f"coalesce({quoted(p.name)}, 0)" if p.may_be_null else quoted(p.name) for p in parts)
        _expression(table, claims, whole, added, ())


_PART_WORDS = 2
_NO_PART = frozenset(
    "sub grand gross net bruto liquido geral final discount desconto paid pago due running previous anterior items "
    "lines itens linhas quantity quantidade units".split()
)
"""Words of totals that are no part of the whole, or not added to it."""
_RATES = frozenset(
    "unit each per min max average unitario medio media estimated estimado paid pago paga recebido due devido venda "
    "sale declared".split()
)


def _expression(table: TableView, claims: Claims, column: ColumnView, sql: str, inputs: tuple[ColumnView, ...]) -> None:
    if column.may_be_null or not any(one.may_be_null for one in inputs):
        claims.relation(
            table,
            ExpressionRule,
            "amount",
            f"{column.name} = {sql}",
            decides=[column.name],
            column=column.name,
            sql=sql,
        )


def _ranges(table: TableView, claims: Claims) -> None:
    by_words = {column.words: column for column in table.columns.values() if column.category in NUMBERS}
    for words, column in by_words.items():
        for low, high in _RANGES:
            if high not in words:
                continue
            other = by_words.get(tuple(low if word == high else word for word in words))
            if other is not None and (column.may_be_null or not other.may_be_null):
                if words[-1:] == ("quantity",):
                    _spread(claims, other, 4)
                    _spread(claims, column, 60)
                gap = _DRIVEN if _ODOMETER.find(tuple(word for word in words if word != high)) else None
                claims.relation(
                    table, BoundsRule, "range", f"at least {other.name}", decides=[column.name], keeps=True,
                    column=column.name, after=[Bound(column=other.name, gap=gap)],
                )  # fmt: skip


def _next_readings(table: TableView, claims: Claims) -> None:
    """A vehicle comes again when it has run some thousand kilometres more."""
    for column in table.columns.values():
        if column.category not in NUMBERS or not _NEXT & set(column.words):
            continue
        now = tuple(word for word in column.words if word not in _NEXT)
        other = next((one for one in table.columns.values() if one.words == now and one.category in NUMBERS), None)
        if other is not None and _ODOMETER.find(now) and (column.may_be_null or not other.may_be_null):
            claims.relation(
                table, BoundsRule, "range", f"some thousand after {other.name}", decides=[column.name], keeps=True,
                column=column.name, after=[Bound(column=other.name, gap=_SERVICED)],
            )  # fmt: skip


_NEXT = frozenset({"next", "proxima", "proximo"})


def _spread(claims: Claims, column: ColumnView, median: int) -> None:
    """Numbers in an order, of the least and the most that are taken at once."""
    plain = offer("primitive.int", min=1, max=20 * median)
    shaped = shaped_offer(plain, "lognormal", median=median, sigma=0.8)
    found = suggest(column, "compute_rows", first_fitting(column, [shaped, plain]), ("one end of a range",), 0.7)
    if found is not None and not column.is_listed:
        claims.suggest(found)


def repeat_columns(view: SchemaView, claims: Claims) -> None:
    """Columns that repeat what a parent says: the customer's name, the product's price, the address to ship to."""
    for link in view.links:
        if not link.is_itself and len(link.key.columns) == 1:
            for column in link.child.columns.values():
                found = _repeated(link, column)
                if found is not None:
                    source, share, told = found
                    claims.relation(
                        link.child, CopyRule, "copy", told, decides=[column.name], keeps=share < 1, column=column.name,
                        source=f"{link.column}.{source}", share=share, confidence=0.85,
                    )  # fmt: skip


_FILE_NAME = vocabulary(
    "filename, file name, original name, attachment name, original filename", "nome arquivo, arquivo nome"
)
_MIME_TYPE = vocabulary(
    "mime type, mime, media type, mimetype, content mime, content type, file type", "tipo mime, tipo conteudo"
)
_TYPES = {
    "pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
"""What the files that drafts name are, by their endings (IANA's registry of media types)."""


def tell_what_files_are(view: SchemaView, claims: Claims) -> None:
    """The type of a file is that of its name's ending."""
    for table in view.tables.values():
        name, kind = first_saying(table, _FILE_NAME, ("text",)), first_saying(table, _MIME_TYPE, ("text",))
        if name is None or kind is None or name.name == kind.name or (name.may_be_null and not kind.may_be_null):
            continue
        if kind.limits or (kind.slot.max_length or 100) < max(map(len, _TYPES.values())):
            continue
        cases = " ".join(
            f"WHEN {quoted(name.name)} LIKE '%.{ending}' THEN '{type_}'" for ending, type_ in _TYPES.items()
        )
        claims.relation(
            table, ExpressionRule, "file", f"{kind.name} is that of {name.name}'s ending", decides=[kind.name],
            column=kind.name, sql=f"CASE {cases} ELSE 'application/octet-stream' END",
        )  # fmt: skip


_SHORT = vocabulary("abbreviation, acronym, abbr, short code, initials", "sigla, abreviatura, abreviacao")
_LONG = vocabulary("name, title", "nome, titulo, descricao")
_LETTERS = 3


def abbreviate(view: SchemaView, claims: Claims) -> None:
    """An abbreviation is the beginning of the name, where no list of codes that everybody knows has it."""
    for table in view.tables.values():
        short, name = first_saying(table, _SHORT, ("text",)), first_saying(table, _LONG, ("text",))
        if short is None or name is None or short.limits or (name.may_be_null and not short.may_be_null):
            continue
        if (short.slot.max_length or _LETTERS) < _LETTERS or short.is_region:
            continue
        claims.relation(
            table, ExpressionRule, "abbreviation", f"the beginning of {name.name}", decides=[short.name],
            column=short.name, sql=f"upper(left({quoted(name.name)}, {_LETTERS}))", confidence=0.7,
        )  # fmt: skip


def agree_on_codes(view: SchemaView, claims: Claims) -> None:
    """A code stands for the name beside it, where both are of one list: GK is a goalkeeper."""
    for table in view.tables.values():
        for code in table.columns.values():
            if code.words[-1:] != ("code",) or code.category != "text" or code.limits:
                continue
            stem = code.words[:-1]
            name = next((one for one in table.columns.values() if one.words in ((*stem, "name"), stem)), None)
            if name is None or name.name == code.name or (name.may_be_null and not code.may_be_null):
                continue
            short, long = recognise_kinds(code), recognise_kinds(name)
            if short is None or long is None or not claims.is_free(table, code.name):
                continue
            codes, names = short.params["values"], long.params["values"]
            if len(set(codes)) < 2 or len(codes) != len(names) or list(codes) == list(names):
                continue
            cases = " ".join(f"WHEN {literal(n)} THEN {literal(c)}" for n, c in zip(names, codes, strict=True))
            claims.relation(
                table, ExpressionRule, "codes", f"{code.name} stands for {name.name}", decides=[code.name],
                column=code.name, sql=f"CASE {quoted(name.name)} {cases} END",
            )  # fmt: skip


def agree_on_kinds(view: SchemaView, claims: Claims) -> None:
    """What one word of a row decides of another agrees with it: the species of a breed, the field of a case."""
    for table in view.tables.values():
        texts = [one for one in table.columns.values() if one.category == "text" and not one.limits and not one.in_key]
        for column in texts:
            for other in texts:
                told = decided_by(column, other) if other is not column else None
                if told is None or column.own_conditions or other.own_conditions or _too_long(column, told.values()):
                    continue
                if not claims.is_free(table, column.name) or not claims.is_free(table, other.name):
                    continue
                usual = next(iter(told.values()))
                cases = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in told.items() if b != usual)
                claims.relation(
                    table, ExpressionRule, "kinds", f"{column.name} is that of {other.name}", decides=[column.name],
                    column=column.name, sql=f"CASE {quoted(other.name)} {cases} ELSE {literal(usual)} END",
                )  # fmt: skip


def _too_long(column: ColumnView, texts: Iterable[str]) -> bool:
    room = column.slot.max_length
    return room is not None and any(len(text) > room for text in texts)


_OF_THE_PERSON = vocabulary(
    "height, height cm, height m, height in, body height, blood type, blood group, eye color, handedness",
    "altura, altura cm, tipo sanguineo, grupo sanguineo, cor olhos",
)


def keep_what_a_person_is(view: SchemaView, claims: Claims) -> None:
    """What does not change about people is the same in all rows about one of them: a height in every measurement."""
    for table in view.tables.values():
        if table.subject is not None and table.subject[0] == "person":
            continue
        link = next(
            (
                one
                for one in view.up(table)
                if one.parent.subject is not None and one.parent.subject[0] == "person" and not one.is_itself
            ),
            None,
        )
        for column in columns_saying(table, _OF_THE_PERSON) if link is not None else ():
            if link is None or column.in_key or len(link.key.columns) != 1:
                continue
            claims.relation(
                table, DecidedRule, "person", f"one {' '.join(column.words)} for each row of {link.parent.ref.table}",
                decides=[column.name], keeps=True, column=column.name, by=[link.column],
            )  # fmt: skip


def _repeated(link: Link, column: ColumnView) -> tuple[str, float, str] | None:
    """The parent's column that a column repeats, in which share of rows, and why."""
    if column.name in link.child.foreign_columns or column.in_key or column.category == "enum":
        return None
    own = tuple(singular(word) for word in column.words)
    parent = nouns(link.parent)
    for other in link.parent.columns.values():
        theirs = tuple(singular(word) for word in other.words)
        if (
            other.category != column.category
            or other.name in link.parent.foreign_columns
            or (other.in_key and other.is_unique and own == theirs)
        ):
            continue
        if not column.may_be_null and (other.may_be_null or not link.is_certain):
            continue
        short = theirs[1:] if theirs[:1] and theirs[0] in _WHOLE_NAMES and len(theirs) > 1 else theirs
        if parent and own in ((*parent, *theirs), (*parent[-1:], *theirs), (*parent[-1:], *short)):
            return other.name, 1.0, f"{link.parent.ref}.{other.name} by its name"
        if own == theirs and set(own) & _REPEATED and link.is_certain:
            return other.name, 1.0, f"as {link.parent.ref} has it"
        if own == theirs and len(own) > 1 and set(own) & _PRICED and column.category in NUMBERS and _is_fixed(link):
            return other.name, 1.0, f"what {link.parent.ref} asks"
        if own == theirs and column.category in NUMBERS and _is_history_of(link):
            return other.name, _STILL_SO, f"what it is now is what {link.parent.ref} has"
        if (
            own[:1]
            and own[0] in _PREFIXES
            and set(own[1:]) & _ADDRESS
            and theirs in (own[1:], (*parent, *own[1:]))
            and _lives_there(link, own[0])
        ):
            return other.name, 1.0, f"the address of {link.parent.ref}"
        if (
            own[:1]
            and own[0] in _PREFIXES
            and own[1:] in _ADDRESSEES
            and link.parent.subject
            and _names(theirs, parent)
        ):
            return other.name, 1.0, f"who {link.parent.ref} is"
    return None


_PRICED = frozenset("price rate rent preco aluguel diaria mensalidade condominio".split())
"""Words of what a thing costs, whoever is charged for it."""


def _is_fixed(link: Link) -> bool:
    """Whether a child is charged what its parent asks, and keeps no record of what was asked before."""
    words = {singular(word) for word in link.child.words}
    return link.is_certain and not words & (_HISTORIES | _OFFERS)


_OFFERS = frozenset("price preco tabela tarifa rate list offer oferta bid lance quote cotacao promotion".split())
_HISTORIES = frozenset("history historico historial historique verlauf".split())
_STILL_SO = 0.75
"""Share of the rows of a history that say what is so today: most things changed once or never."""


def _is_history_of(link: Link) -> bool:
    """Whether a table keeps what the parent has been: ``product_price_history`` of products."""
    words = {singular(word) for word in link.child.words}
    return bool(words & _HISTORIES) and bool(words & set(nouns(link.parent)))


def _lives_there(link: Link, prefix: str) -> bool:
    """Whether the parent can have the whole address: it is somebody, and has every part of it that the child has."""
    if link.parent.subject is None:
        return False
    held = {tuple(singular(word) for word in other.words) for other in link.parent.columns.values()}
    parent = nouns(link.parent)
    parts = [tuple(singular(word) for word in column.words) for column in link.child.columns.values()]
    asked = [part[1:] for part in parts if part[:1] == (prefix,) and set(part[1:]) & _ADDRESS]
    return all(part in held or (*parent, *part) in held for part in asked)


def _names(words: tuple[str, ...], table: tuple[str, ...]) -> bool:
    """Whether a column is what a row of the table is called by."""
    return words in (("name",), ("nome",), ("full", "name"), ("company", "name"), ("razao", "social"), (*table, "name"))
