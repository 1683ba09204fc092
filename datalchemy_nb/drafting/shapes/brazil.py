"""Books of a Brazilian business: taxes of a base, parcels of a total, goods of a product, wages of the staff.

Columns are found by their Portuguese names, whole. What is told of one table holds within a row, or between a row and
those that its keys refer to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from datalchemy_nb.contracts.relations import BoundsRule, CopyRule, ExpressionRule, PositionRule
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.shapes.base import MOMENTS, NUMBERS, Claims, Link, SchemaView, quoted
from datalchemy_nb.drafting.shapes.commerce import lines_of
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, vocabulary

SHAPE = "brazil"
_TAXES = ("icms", "ipi", "pis", "cofins", "iss", "issqn", "icms st", "irrf", "csll", "inss")
_LINE_TOTAL = "valor total,total,valor total item,total item,subtotal,valor produto,valor bruto,valor servico,valor"
_WAGE = "salario bruto,salario base,salario,remuneracao,salario contratual"
_GOODS = (
    "descricao", "nome", "ncm", "cest", "gtin", "ean", "sku", "unidade", "unidade medida", "origem", "marca", "codigo",
    "referencia",
)  # fmt: skip
"""What a line repeats of its product."""
_YEAR = 365.25
_PAST, _SOON = 2200, 30
"""Days before and after today between which goods leave."""
_WIDE = 8
"""Digits before the point that hold any margin."""


def keep_books(view: SchemaView, claims: Claims) -> None:
    """Recognise fiscal documents, titles to pay, goods and staff in plans of Brazil."""
    if not view.plan.locale.lower().startswith("pt_br") or len(view.plan.locales) > 1:
        return
    for table in view.tables.values():
        _goods(view, table, claims)
        _taxes(table, claims)
        _substitution(table, claims)
        _numbered(view, table, claims)
        _titles(table, claims)
        _products(table, claims)
        _staff(table, claims)
        _firms(table, claims)
        _registers(table, claims)
        _documents(view, table, claims)
        _recipients(view, table, claims)
        _tax_codes(view, table, claims)
        _payroll(view, table, claims)
    for table in view.tables.values():
        _tax_totals(view, table, claims)
        _usual_taxes(view, table, claims)


def _named(table: TableView, phrases: str, holds: tuple[Category, ...] | None = None) -> ColumnView | None:
    """The first column called by one of the phrases, in their order."""
    columns = {" ".join(column.words): column for column in table.columns.values() if column.column.generated is None}
    found = (columns.get(phrase) for phrase in phrases.split(","))
    return next((one for one in found if one is not None and (holds is None or one.category in holds)), None)


def _expression(table: TableView, claims: Claims, column: ColumnView, sql: str, told: str) -> bool:
    return claims.relation(table, ExpressionRule, SHAPE, told, decides=[column.name], column=column.name, sql=sql)


def _known(column: ColumnView) -> str:
    """A column in an expression, 0 where it may be null."""
    name = quoted(column.name)
    return f"coalesce({name}, 0)" if column.may_be_null else name


# --- taxes ------------------------------------------------------------------------------------------------------------


def _taxes(table: TableView, claims: Claims) -> None:
    """A tax is its rate of its base, and the base what the row is worth."""
    worth = _named(table, _LINE_TOTAL, NUMBERS)
    for tax in _TAXES:
        amount = _named(table, f"valor {tax},{tax} valor,vl {tax},v{tax},{tax}", NUMBERS)
        rate = _named(table, f"aliquota {tax},{tax} aliquota,percentual {tax},perc {tax},p{tax}", NUMBERS)
        base = _named(
            table, f"base {tax},base calculo {tax},bc {tax},valor base {tax},{tax} base,vbc {tax},base calculo", NUMBERS
        )
        if rate is None:
            continue
        if base is not None and worth is not None and base.name != worth.name:
            sql = _known(worth) if not base.may_be_null else quoted(worth.name)
            _expression(table, claims, base, sql, f"{base.name} is what the row is worth, {worth.name}")
        source = base or worth
        if amount is None or source is None or amount.name == source.name:
            continue
        of = (_known(source), _known(rate)) if not amount.may_be_null else (quoted(source.name), quoted(rate.name))
        told = f"{amount.name} is {rate.name} of {source.name}"
        _expression(table, claims, amount, f"round({of[0]} * {of[1]} / 100, 2)", told)


def _substitution(table: TableView, claims: Claims) -> None:
    """A tax paid for those who buy next is a usual share of its base, where nothing tells its rate."""
    base = _named(table, "base icms st,base calculo icms st,bc icms st", NUMBERS)
    amount = _named(table, "valor icms st,icms st,valor st", NUMBERS)
    if base is not None and amount is not None and (amount.may_be_null or not base.may_be_null):
        sql = f"round({quoted(base.name)} * {_USUAL_RATE}, 2)"
        _expression(table, claims, amount, sql, f"{amount.name} is a share of {base.name}")


_USUAL_RATE = 0.18


def _tax_totals(view: SchemaView, table: TableView, claims: Claims) -> None:
    """What a document pays of a tax is the sum over its lines."""
    for tax in (*_TAXES, "base icms", "base calculo icms"):
        amount = _named(table, f"valor {tax},{tax} valor,total {tax},valor total {tax},{tax}", NUMBERS)
        if amount is None or _named(table, f"aliquota {tax},percentual {tax}", NUMBERS) is not None:
            continue
        for link in view.down(table):
            line = _named(link.child, f"valor {tax},{tax} valor,{tax},{_BASES.get(tax, tax)}", NUMBERS)
            if line is None or not _is_decided(claims, link.child, line):
                continue
            told = f"{amount.name} is the sum over {link.child.ref.table}"
            claims.roll_up(link, amount, "sum", SHAPE, told, quoted(line.name))
            break


_RATES = {"icms": 0.18, "ipi": 0.05, "pis": 0.0165, "cofins": 0.076, "iss": 0.05, "issqn": 0.05}
"""Usual rates: ICMS within most states, PIS and COFINS of firms that deduct what they paid before."""
_WORTH = f"valor nf,valor nfe,valor nota,valor nota fiscal,valor total nota,{_LINE_TOTAL}"


def _usual_taxes(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A tax is its usual share of what the row is worth, where neither a rate nor lines tell it.

    What a document of lines is worth holds its taxes already: none is a share of it.
    """
    lines = (lines_of(view, link.child) for link in view.down(table))
    if any(one is not None and one.link.parent is table for one in lines):
        return
    worth = _named(table, _WORTH, NUMBERS)
    for tax, rate in _RATES.items():
        amount = _named(table, f"valor {tax},{tax} valor,vl {tax},v{tax},{tax}", NUMBERS)
        if (
            amount is None
            or worth is None
            or amount.name == worth.name
            or (worth.may_be_null and not amount.may_be_null)
        ):
            continue
        if claims.is_free(table, amount.name):
            told = f"{amount.name} is a share of {worth.name}"
            _expression(table, claims, amount, f"round({quoted(worth.name)} * {rate}, 2)", told)


_BASES = {"base icms": "base calculo icms,bc icms", "base calculo icms": "base icms,bc icms"}
"""How lines may call what a document sums."""


def _is_decided(claims: Claims, table: TableView, column: ColumnView) -> bool:
    return any(c.rule.ref == table.ref and column.name in c.columns for c in claims.found)


# --- goods ------------------------------------------------------------------------------------------------------------


def _product_of(view: SchemaView, table: TableView) -> Link | None:
    known = {"produto", "mercadoria", "item", "artigo"}
    return next(
        (
            link
            for link in view.up(table)
            if known & {singular(word) for word in link.parent.words}
            and _named(link.parent, "ncm,preco venda,preco,sku,gtin,ean,valor venda") is not None
        ),
        None,
    )


def _goods(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A line repeats of its product what it says of it, and sells it at its price."""
    link = _product_of(view, table)
    if link is None or not link.is_certain:
        return
    for phrase in _GOODS:
        mine = _named(table, f"{phrase},{phrase} produto,produto {phrase}")
        theirs = _named(link.parent, "descricao,nome" if phrase in ("descricao", "nome") else phrase)
        if mine is not None and theirs is not None and _same_kind(mine, theirs):
            _copy(table, claims, mine, link, theirs)
    price = _named(table, "valor unitario,preco unitario,valor unit,preco unit,vl unitario,preco,preco venda", NUMBERS)
    sold = _named(link.parent, "preco venda,valor venda,preco,preco unitario,valor unitario,valor", NUMBERS)
    if price is not None and sold is not None:
        _copy(table, claims, price, link, sold)


def _same_kind(mine: ColumnView, theirs: ColumnView) -> bool:
    room, needed = mine.slot.max_length, theirs.slot.max_length
    fits = room is None or (needed is not None and needed <= room)
    return mine.category == theirs.category and fits and (mine.may_be_null or not theirs.may_be_null)


def _copy(table: TableView, claims: Claims, mine: ColumnView, link: Link, theirs: ColumnView) -> bool:
    path = f"{quoted(link.column)}.{quoted(theirs.name)}"
    if theirs.may_be_null and not mine.may_be_null:
        return False
    told = f"{mine.name} is that of {link.parent.ref.table}"
    return claims.relation(
        table, CopyRule, SHAPE, told, decides=[mine.name], column=mine.name, source=path
    )  # fmt: skip


def _products(table: TableView, claims: Claims) -> None:
    """Margins follow from price and cost, net weights lie below gross ones, pieces are counted whole."""
    cost = _named(table, "preco custo,custo,valor custo,preco compra,custo unitario", NUMBERS)
    price = _named(table, "preco venda,valor venda,preco,preco unitario", NUMBERS)
    margin = _named(table, "margem lucro,margem,percentual lucro,margem percentual,markup", NUMBERS)
    if cost is not None and price is not None and margin is not None and (margin.slot.scale or 0) > 0:
        rate = f"round(({quoted(price.name)} - {quoted(cost.name)}) / nullif({quoted(cost.name)}, 0) * 100, 2)"
        whole = (getattr(margin.slot.dtype, "precision", None) or 38) - (margin.slot.scale or 0)
        if whole < _WIDE:
            rate = f"least({rate}, {10**whole - 1})"
        if not margin.may_be_null:
            rate = f"coalesce({rate}, 0)"
        _expression(table, claims, margin, rate, f"{margin.name} is what {price.name} is above {cost.name}")
    gross = _named(table, "peso bruto", NUMBERS)
    net = _named(table, "peso liquido", NUMBERS)
    if gross is not None and net is not None and (net.may_be_null or not gross.may_be_null):
        claims.relation(
            table, CopyRule, SHAPE, f"{net.name} is somewhat below {gross.name}", decides=[net.name], column=net.name,
            drift={"min": 0.82, "max": 0.98}, source=quoted(gross.name),
        )  # fmt: skip
    for phrase, median in (
        ("estoque atual,estoque,saldo estoque,quantidade estoque,qtd estoque", 40.0),
        ("estoque minimo,minimo estoque", 10.0), ("estoque maximo", 200.0),
    ):  # fmt: skip
        stock = _named(table, phrase, ("decimal",))
        if stock is not None:
            whole = offer("primitive.decimal.numeric", min=0, max=9999, scale=0)
            _suggest(claims, stock, shaped_offer(whole, "lognormal", median=median, sigma=1.0), whole)


# --- titles to receive and to pay -------------------------------------------------------------------------------------


def _titles(table: TableView, claims: Claims) -> None:
    """The n-th parcel is at most the last; what is paid is what was due, with interest where it is late."""
    number = _named(table, "parcela,numero parcela,parcela numero,num parcela,parcela atual", ("integer",))
    of = _named(
        table, "total parcelas,quantidade parcelas,numero parcelas,qtd parcelas,parcelas,total de parcelas",
        ("integer",),
    )  # fmt: skip
    if number is not None and of is not None and not of.may_be_null and not number.in_key:
        accepted = claims.relation(
            table, BoundsRule, SHAPE, f"{number.name} is one of {of.name}", decides=[number.name], keeps=True,
            column=number.name, before=[{"column": quoted(of.name)}],
        )  # fmt: skip
        if accepted:
            _suggest(claims, number, offer("primitive.int", min=1, max=12))
    due = _named(table, "data vencimento,vencimento,dt vencimento", MOMENTS)
    paid_on = _named(table, "data pagamento,data recebimento,data baixa,data quitacao,pago em,dt pagamento", MOMENTS)
    amount = _named(table, "valor,valor parcela,valor titulo,valor original,valor nominal,valor documento", NUMBERS)
    if paid_on is None or amount is None or not paid_on.may_be_null:
        return
    late = f"{quoted(paid_on.name)} > {quoted(due.name)}" if due is not None else None
    extra: list[str] = []
    for phrases, share in (("valor juros,juros,juros mora", 0.01), ("valor multa,multa", 0.02)):
        column = _named(table, phrases, NUMBERS)
        if column is None or late is None:
            continue
        sql = f"CASE WHEN {late} THEN round({quoted(amount.name)} * {share}, 2) ELSE 0 END"
        if _expression(table, claims, column, sql, f"{column.name} is asked where {late}"):
            extra.append(quoted(column.name))
    paid = _named(table, "valor pago,valor recebido,valor baixado,valor quitado,pago", NUMBERS)
    if paid is not None:
        whole = " + ".join([quoted(amount.name), *extra])
        missing = "" if paid.may_be_null else " ELSE 0"
        sql = f"CASE WHEN {quoted(paid_on.name)} IS NOT NULL THEN {whole}{missing} END"
        _expression(table, claims, paid, sql, f"{paid.name} is what was due, where there is {paid_on.name}")
    left = _named(table, "saldo,saldo devedor,valor aberto,saldo aberto,valor restante", NUMBERS)
    if left is not None:
        sql = f"CASE WHEN {quoted(paid_on.name)} IS NULL THEN {_known(amount)} ELSE 0 END"
        _expression(table, claims, left, sql, f"{left.name} is what is left to pay")
    days = _named(table, "dias atraso,atraso,atraso dias,dias em atraso", ("integer",))
    if days is not None and due is not None and due.category == paid_on.category == "date":
        sql = f"greatest(coalesce({quoted(paid_on.name)}, CURRENT_DATE) - {quoted(due.name)}, 0)"
        _expression(table, claims, days, sql, f"{days.name} is how long after {due.name}")
    off = _named(table, "valor desconto,desconto,valor abatimento", NUMBERS)
    if off is not None:
        values, weights = [0, 5, 10, 15, 25], [88, 4, 4, 2, 2]
        _suggest(claims, off, offer("primitive.choice", values=values, weights=weights))


# --- staff and firms --------------------------------------------------------------------------------------------------


def _staff(table: TableView, claims: Claims) -> None:
    """People are taken on as adults, and leave later, most of them not yet."""
    hired = _named(table, "data admissao,admissao,dt admissao,data contratacao,admitido em", MOMENTS)
    born = _named(table, "data nascimento,nascimento,dt nascimento", MOMENTS)
    left = _named(
        table, "data demissao,demissao,dt demissao,data desligamento,desligamento,data rescisao,data saida", MOMENTS
    )
    if hired is None:
        return
    _suggest(claims, hired, _between(hired, -45 * _YEAR, -1))
    if born is not None:
        _suggest(claims, born, offer("semantic.br.birth_date", min_age=19, max_age=62))
    if born is not None and (hired.may_be_null or not born.may_be_null):
        claims.relation(
            table, BoundsRule, SHAPE, f"{hired.name} is when a person is grown up", decides=[hired.name], keeps=True,
            column=hired.name,
            after=[{"column": quoted(born.name), "gap": {"min": 18, "typical": 30, "max": 50, "unit": "years"}}],
            before=[{"column": "base_date"}],
        )  # fmt: skip
    if left is None or not left.may_be_null:
        return
    _suggest(claims, left, _between(left, -45 * _YEAR, 0), null_rate=0.8)
    claims.relation(
        table, BoundsRule, SHAPE, f"{left.name} is after {hired.name}", decides=[left.name], keeps=True,
        column=left.name, before=[{"column": "base_date"}],
        after=[{"column": quoted(hired.name), "gap": {"min": 45, "typical": 800, "max": 7000, "unit": "days"}}],
    )  # fmt: skip
    active = _named(table, "ativo,ativa,em atividade", ("boolean",))
    if active is not None:
        sql = f"{quoted(left.name)} IS NULL"
        _expression(table, claims, active, sql, f"{active.name} says that there is no {left.name}")


def _firms(table: TableView, claims: Claims) -> None:
    """Firms are as old as firms are, and worth round sums."""
    if _named(table, "cnpj,razao social,cnpj empresa") is None:
        return
    opened = _named(table, "data abertura,data fundacao,fundacao,data constituicao,abertura", MOMENTS)
    if opened is not None:
        _suggest(claims, opened, _between(opened, -40 * _YEAR, -180))
    worth = _named(table, "capital social", NUMBERS)
    if worth is not None:
        values = [1000, 5000, 10000, 20000, 30000, 50000, 100000, 200000, 300000, 500000, 1000000, 5000000]
        weights = [6, 9, 18, 12, 9, 14, 13, 6, 4, 5, 3, 1]
        _suggest(claims, worth, offer("primitive.choice", values=values, weights=weights))


def _recipients(view: SchemaView, table: TableView, claims: Claims) -> None:
    """Who a document is made out to is the client of its order."""
    for way, client in _ways_to(view, table, {"cliente", "pessoa", "destinatario", "tomador"}):
        number, theirs = _named(table, _RECIPIENT, ("text",)), _named(client, "cpf cnpj,cnpj cpf,documento", ("text",))
        if number is not None and theirs is not None and (number.may_be_null or not theirs.may_be_null):
            sql = _digits(number, f"{way}.{quoted(theirs.name)}")
            _expression(table, claims, number, sql, f"{number.name} is the client's")
        said = {
            "destinatario nome,nome destinatario,cliente nome,nome cliente": ("nome,nome razao social,razao social",),
            _RECIPIENT: ("cnpj", "cpf"),
            "uf destino,destinatario uf,uf destinatario": ("uf",),
            "municipio destino,cidade destino,destinatario municipio,municipio destinatario": ("cidade,municipio",),
        }
        for phrases, sources in said.items():
            mine = _named(table, phrases, ("text",))
            found = [column for one in sources if (column := _named(client, one, ("text",))) is not None]
            if mine is None or len(found) < len(sources) or not mine.may_be_null:
                continue
            paths = [f"{way}.{quoted(column.name)}" for column in found]
            sql = paths[0] if len(paths) == 1 else f"coalesce({', '.join(paths)})"
            _expression(table, claims, mine, sql, f"{mine.name} is the client's")
        return


_RECIPIENT = (
    "destinatario documento,documento destinatario,cpf cnpj,cpf cnpj destinatario,destinatario cpf cnpj,documento"
)


def _digits(column: ColumnView, path: str) -> str:
    """A number as a column has room for it: with its punctuation, or its digits alone."""
    longest = column.slot.max_length
    return path if longest is None or longest >= _PUNCTUATED else f"regexp_replace({path}, '[^0-9A-Z]', '', 'g')"


_PUNCTUATED = 18


def _ways_to(view: SchemaView, table: TableView, nouns: set[str]) -> Iterator[tuple[str, TableView]]:
    """Tables of these names up to two keys up, nearest first, with the path."""
    links = [link for link in view.up(table) if len(link.key.columns) == 1]
    further = [(link, above) for link in links for above in view.up(link.parent) if len(above.key.columns) == 1]
    ways = [(quoted(link.column), link.parent) for link in links]
    ways += [(f"{quoted(link.column)}.{quoted(above.column)}", above.parent) for link, above in further]
    yield from ((way, parent) for way, parent in ways if nouns & {singular(word) for word in parent.words})


def _tax_codes(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A line has a CSOSN where its firm is in the Simples Nacional, and a CST where it is not."""
    cst, csosn = _named(table, "cst icms,cst,icms cst", ("text",)), _named(table, "csosn,icms csosn", ("text",))
    key = next((name for name, column in table.columns.items() if column.is_unique), None)
    if cst is None or csosn is None or key is None or not (cst.may_be_null and csosn.may_be_null):
        return
    for way, firm in _ways_to(view, table, {"empresa", "filial", "emitente", "loja", "estabelecimento"}):
        regime = _named(firm, "regime tributario,regime tributacao,regime", ("text",))
        if regime is None:
            continue
        simple = f"{way}.{quoted(regime.name)} IN ('Simples Nacional', 'MEI')"
        drawn = f"left(md5({quoted(key)}::text), 1)"
        of_simple = f"CASE WHEN {drawn} IN ('0', '1', '2', '3') THEN '500' WHEN {drawn} = '4' THEN '101' ELSE '102' END"
        of_others = f"CASE WHEN {drawn} IN ('0', '1', '2', '3') THEN '60' WHEN {drawn} = '4' THEN '20' ELSE '00' END"
        told = f"by {firm.ref.table}.{regime.name}"
        _expression(table, claims, csosn, f"CASE WHEN {simple} THEN {of_simple} END", told)
        _expression(table, claims, cst, f"CASE WHEN {simple} THEN NULL ELSE {of_others} END", told)
        return


def _registers(table: TableView, claims: Claims) -> None:
    """Numbers of a city are digits, and a driver's licence is good for ten years."""
    city = _named(table, "inscricao municipal,insc municipal,im,ccm", ("text",))
    if city is not None and not city.is_listed:
        _suggest(claims, city, *(offer("primitive.text.pattern", pattern=rf"\d{{{n}}}") for n in (8, 7, 6)))
    for phrases, digits in _NUMBERED:
        number = _named(table, phrases, ("text", "integer"))
        if number is None or number.is_listed or number.in_key:
            continue
        if number.category == "integer":
            _suggest(claims, number, offer("primitive.int", min=1, max=10 ** min(digits[-1], 4) - 1))
        else:
            _suggest(claims, number, *(offer("primitive.text.pattern", pattern=rf"\d{{{n}}}") for n in digits))
    for phrases, first, last in _DATED:
        moment = _named(table, phrases, MOMENTS)
        if moment is not None and not moment.in_key and claims.is_free(table, moment.name):
            # Of the document, not of what happens to the row: nothing orders it after the rest.
            _suggest(claims, moment, _between(moment, first * _YEAR, last * _YEAR))
            claims.take(table, [moment.name], SHAPE)


_NUMBERED = (
    ("suframa,inscricao suframa,codigo suframa", (9, 8)),
    ("zona eleitoral,titulo zona,zona titulo", (3, 4)),
    ("secao eleitoral,titulo secao,secao titulo", (4, 3)),
    ("certificado reservista,reservista,numero reservista", (12, 10)),
    ("convenio,numero convenio,convenio cobranca,convenio bancario", (7, 6)),
)
"""Numbers of registers that have no check digits, with how many digits they have, the usual one first."""
_DATED = (
    ("validade cnh,cnh validade,vencimento cnh,data validade cnh,cnh vencimento", -0.3, 9.7),
    ("data expedicao rg,rg data expedicao,data emissao rg,rg data emissao,data expedicao,expedicao rg", -24, -0.5),
    ("primeira habilitacao,data primeira habilitacao,cnh primeira habilitacao", -30, -1),
    ("vencimento seguro,validade seguro,data vencimento seguro,vencimento apolice,validade apolice", -0.1, 0.95),
    ("vencimento licenciamento,licenciamento,vencimento ipva,validade licenciamento", -0.1, 0.95),
    ("validade certificado,certificado validade,vencimento certificado", -0.05, 0.95),
    ("proxima revisao,proxima manutencao,data proxima revisao,data proxima manutencao", 0.01, 0.6),
    ("ultima revisao,ultima manutencao,data ultima revisao,data ultima manutencao", -0.6, -0.01),
)
"""Days of documents and of things, with the years from today between which they lie."""


def _payroll(view: SchemaView, table: TableView, claims: Claims) -> None:
    """The gross wage of a month is the wage of the person, and the net one what is left of it."""
    gross = _named(table, _WAGE, NUMBERS)
    net = _named(table, "salario liquido,liquido,valor liquido,total liquido", NUMBERS)
    for link in view.up(table) if gross is not None else ():
        wage = _named(link.parent, _WAGE, NUMBERS)
        if gross is not None and wage is not None and link.is_certain:
            _copy(table, claims, gross, link, wage)
    whole = _named(table, "total proventos,total vencimentos,proventos,vencimentos,valor bruto,bruto", NUMBERS)
    total = _named(table, "total descontos,total deducoes,valor descontos", NUMBERS)
    if gross is None or (net is None and whole is None and total is None):
        return
    parts = _supplements(table, claims, gross)
    if whole is not None and whole.name != gross.name:
        sql = " + ".join([_known(gross), *map(_known, parts)])
        _expression(table, claims, whole, sql, f"{whole.name} is {gross.name} and what is added")
    taxed = whole or gross
    inss = _named(table, "desconto inss,inss,valor inss", NUMBERS)
    for phrases, off in (
        ("base inss,base calculo inss,base fgts,base calculo fgts", None),
        ("base irrf,base ir", inss),
    ):
        base = _named(table, phrases, NUMBERS)
        if base is not None:
            sql = _known(taxed) if off is None else f"{_known(taxed)} - {_known(off)}"
            _expression(table, claims, base, sql, f"{base.name} is what is taxed of {taxed.name}")
    _deductions(table, claims, gross)
    taken = [
        column
        for phrases in (
            "desconto inss,inss,valor inss", "desconto irrf,irrf,valor irrf", _TICKET, _MEALS,
            "plano saude,desconto plano saude", "adiantamento,desconto adiantamento,vale",
            "outros descontos,descontos",
        )
        if (column := _named(table, phrases, NUMBERS)) is not None
    ]  # fmt: skip
    if not taken:
        return
    if total is not None:
        sql = " + ".join(map(_known, taken))
        _expression(table, claims, total, sql, f"{total.name} is {', '.join(c.name for c in taken)}")
    if net is not None:
        less = [total] if total is not None else taken
        sql = " - ".join([_known(taxed), *map(_known, less)])
        _expression(table, claims, net, sql, f"{net.name} is {taxed.name} without {', '.join(c.name for c in less)}")


_TICKET = "vale transporte,desconto vale transporte,desconto vt,valor vale transporte"
_MEALS = "vale refeicao,vale alimentacao,desconto vale refeicao,desconto vr,valor vale refeicao"


def _supplements(table: TableView, claims: Claims, gross: ColumnView) -> list[ColumnView]:
    """What comes to a wage: hours beyond the usual 220 of a month, at half as much again; nights; commissions."""
    found = []
    hours = _named(table, "horas extras,quantidade horas extras,qtd horas extras", NUMBERS)
    paid = _named(table, "valor horas extras,horas extras valor,total horas extras", NUMBERS)
    if hours is not None and paid is not None and hours.name != paid.name:
        values, weights = [0, 2, 4, 6, 8, 10, 12, 16, 20], [58, 6, 7, 6, 7, 5, 5, 4, 2]
        _suggest(claims, hours, offer("primitive.choice", values=values, weights=weights))
        sql = f"round({_known(gross)} / 220 * 1.5 * {_known(hours)}, 2)"
        _expression(table, claims, paid, sql, f"{paid.name} is {hours.name} at half as much again")
        found.append(paid)
    elif paid is not None or (hours is not None and hours.category == "decimal"):
        found += [one for one in (paid or hours,) if one is not None]
    for phrases in _ADDED:
        column = _named(table, phrases, NUMBERS)
        if column is not None:
            values, weights = [0, 120, 180, 250, 320, 480, 750, 1200], [70, 6, 7, 6, 4, 4, 2, 1]
            _suggest(claims, column, offer("primitive.choice", values=values, weights=weights))
            found.append(column)
    return found


_ADDED = (
    "adicional noturno", "adicional insalubridade,valor insalubridade", "adicional periculosidade",
    "comissoes,comissao,valor comissao,valor comissoes", "gratificacao,bonus,premio", "dsr",
)  # fmt: skip


def _deductions(table: TableView, claims: Claims, gross: ColumnView) -> None:
    """A ticket to work costs up to 6 % of the wage (Lei 7.418/1985), meals a little."""
    ticket, meals = _named(table, _TICKET, NUMBERS), _named(table, _MEALS, NUMBERS)
    if ticket is not None:
        told = f"{ticket.name} is 6 % of {gross.name}, up to what a month of tickets costs"
        _expression(table, claims, ticket, f"least(round({_known(gross)} * 0.06, 2), 240)", told)
    if meals is not None:
        values, weights = [0, 22, 44, 66, 88], [30, 25, 25, 12, 8]
        _suggest(claims, meals, offer("primitive.choice", values=values, weights=weights))


# --- fiscal documents -------------------------------------------------------------------------------------------------


def _documents(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A fiscal document names its firm's number, leaves after it is issued, and is authorised or not."""
    if _named(table, "chave acesso,chave nfe,chave nfce,chave cte,chave nota") is None:
        return
    issuer = _named(table, "cnpj emitente,emitente cnpj")
    for link in view.up(table) if issuer is not None else ():
        firm = {"empresa", "filial", "emitente", "loja", "estabelecimento"} & {singular(w) for w in link.parent.words}
        number = _named(link.parent, "cnpj,cnpj empresa,numero cnpj")
        if firm and number is not None and link.is_certain and issuer is not None:
            if _same_kind(issuer, number):
                _copy(table, claims, issuer, link, number)
            elif issuer.may_be_null or not number.may_be_null:
                sql = _digits(issuer, f"{quoted(link.column)}.{quoted(number.name)}")
                _expression(table, claims, issuer, sql, f"{issuer.name} is that of {link.parent.ref.table}")
    issued = _named(table, "data emissao,emissao,dt emissao,emitida em,data hora emissao", MOMENTS)
    leaves = _named(table, "data saida,saida,dt saida,data saida entrada,data hora saida", MOMENTS)
    if issued is not None and leaves is not None and (leaves.may_be_null or not issued.may_be_null):
        claims.relation(
            table, BoundsRule, SHAPE, f"{leaves.name} is soon after {issued.name}", decides=[leaves.name], keeps=True,
            column=leaves.name,
            after=[{"column": quoted(issued.name), "gap": {"min": 0, "typical": 1, "max": 6, "unit": "days"}}],
        )  # fmt: skip
        _suggest(claims, leaves, _between(leaves, -_PAST, _SOON))
    for phrases in ("valor seguro,seguro", "valor outras despesas,outras despesas,despesas acessorias,valor outros",
                    "base icms st,base calculo icms st,bc icms st"):  # fmt: skip
        extra = _named(table, phrases, NUMBERS)
        if extra is not None:
            values, weights = [0, 12.5, 25, 38.9, 60, 115], [86, 4, 4, 3, 2, 1]
            _suggest(claims, extra, offer("primitive.choice", values=values, weights=weights))
    state = _named(table, "situacao,status,situacao nota,situacao nfe,status nfe", ("text",))
    if state is not None and not state.is_listed:
        states = ["autorizada", "cancelada", "denegada", "inutilizada"]
        _suggest(claims, state, offer("primitive.choice", values=states, weights=[92, 6, 1, 1]))


def _numbered(view: SchemaView, table: TableView, claims: Claims) -> None:
    """Documents of a firm count up from 1, of whatever series; where a key says so, or an access key reads it."""
    number = _named(table, "numero,numero nota,numero nf,numero nfe,nnf,numero documento", ("integer",))
    if number is None or number.is_unique or number.may_be_null:
        return
    for columns in table.unique_sets:
        links = [link for link in view.up(table) if len(link.key.columns) == 1 and link.column in columns]
        told = {name for name in columns if table.columns[name].says(_SERIES)}
        if len(links) == 1 and links[0].is_certain and set(columns) - told == {links[0].column, number.name}:
            claims.relation(
                table, PositionRule, SHAPE, f"numbered within {links[0].parent.ref}", decides=[number.name],
                column=number.name, within=links[0].column,
            )  # fmt: skip
            for series in (table.columns[name] for name in told if "serie" in table.columns[name].words):
                _suggest(claims, series, offer("semantic.br.fiscal.serie"))
            return


_SERIES = vocabulary("", "serie, modelo, especie, tipo, serie nota, modelo nota, tipo documento")


# --- suggestions ------------------------------------------------------------------------------------------------------


def _suggest(claims: Claims, column: ColumnView, *offers: Offer, null_rate: float | None = None) -> None:
    found = suggest(
        column, "keep_books", first_fitting(column, offers), (f"name says {' '.join(column.words)}",), 0.9, null_rate
    )
    if found is not None:
        claims.suggest(found)


def _between(column: ColumnView, first: float, last: float) -> Offer:
    """The column's kind of moment, so many days from the plan's today."""
    low, high = (column.slot.base_date + dt.timedelta(days=round(days)) for days in (first, last))
    if column.category == "date":
        return offer("primitive.date", min=low.isoformat(), max=high.isoformat())
    return offer("primitive.timestamp", min=f"{low}T08:00:00", max=f"{high}T18:00:00")
