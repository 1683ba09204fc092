"""Books of a Brazilian business: taxes of a base, parcels of a total, goods of a product, wages of the staff.

Columns are found by their Portuguese names, whole. What is told of one table holds within a row, or between a row and
those that its keys refer to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from datalchemy_nb.contracts.relations import BoundsRule, CopyRule, ExpressionRule, RollupRule
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.shapes.base import MOMENTS, NUMBERS, Claims, Link, SchemaView, quoted
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular

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
_WIDE = 8
"""Digits before the point that hold any margin."""


def keep_books(view: SchemaView, claims: Claims) -> None:
    """Recognise fiscal documents, titles to pay, goods and staff in plans of Brazil."""
    if not view.plan.locale.lower().startswith("pt_br") or len(view.plan.locales) > 1:
        return
    for table in view.tables.values():
        _goods(view, table, claims)
        _taxes(table, claims)
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


def _tax_totals(view: SchemaView, table: TableView, claims: Claims) -> None:
    """What a document pays of a tax is the sum over its lines."""
    for tax in (*_TAXES, "base icms", "base calculo icms"):
        amount = _named(table, f"valor {tax},{tax} valor,total {tax},valor total {tax},{tax}", NUMBERS)
        if amount is None or _named(table, f"aliquota {tax},percentual {tax}", NUMBERS) is not None:
            continue
        for link in view.down(table):
            line = _named(link.child, f"valor {tax},{tax} valor,{tax}", NUMBERS)
            if line is None or not _is_decided(claims, link.child, line):
                continue
            claims.relation(
                table, RollupRule, SHAPE, f"{amount.name} is the sum over {link.child.ref.table}",
                decides=[amount.name], column=amount.name, child_schema=link.child.ref.schema,
                child_table=link.child.ref.table, child_columns=[link.column], function="sum",
                value=quoted(line.name),
            )  # fmt: skip
            break


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
        said = {
            "destinatario nome,nome destinatario,cliente nome,nome cliente": ("nome,razao social",),
            "destinatario documento,documento destinatario,cpf cnpj,cpf cnpj destinatario,documento": ("cnpj", "cpf"),
            "uf destino,destinatario uf,uf destinatario": ("uf",),
            "municipio destino,cidade destino,destinatario municipio,municipio destinatario": ("cidade,municipio",),
        }
        for phrases, theirs in said.items():
            mine = _named(table, phrases, ("text",))
            found = [column for one in theirs if (column := _named(client, one, ("text",))) is not None]
            if mine is None or len(found) < len(theirs) or not mine.may_be_null:
                continue
            paths = [f"{way}.{quoted(column.name)}" for column in found]
            sql = paths[0] if len(paths) == 1 else f"coalesce({', '.join(paths)})"
            _expression(table, claims, mine, sql, f"{mine.name} is the client's")
        return


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
    licence = _named(table, "validade cnh,cnh validade,vencimento cnh,data validade cnh", ("date",))
    if licence is not None and not licence.in_key:
        _suggest(claims, licence, _between(licence, -0.3 * _YEAR, 9.7 * _YEAR))


def _payroll(view: SchemaView, table: TableView, claims: Claims) -> None:
    """The gross wage of a month is the wage of the person, and the net one what is left of it."""
    gross = _named(table, _WAGE, NUMBERS)
    net = _named(table, "salario liquido,liquido,valor liquido,total liquido", NUMBERS)
    for link in view.up(table) if gross is not None else ():
        wage = _named(link.parent, _WAGE, NUMBERS)
        if gross is not None and wage is not None and link.is_certain:
            _copy(table, claims, gross, link, wage)
    if gross is None or net is None:
        return
    taken = [
        column
        for phrases in (
            "desconto inss,inss,valor inss", "desconto irrf,irrf,valor irrf",
            "outros descontos,descontos,total descontos",
        )
        if (column := _named(table, phrases, NUMBERS)) is not None
    ]  # fmt: skip
    if taken:
        sql = " - ".join([quoted(gross.name), *map(_known, taken)])
        _expression(table, claims, net, sql, f"{net.name} is {gross.name} without {', '.join(c.name for c in taken)}")


# --- fiscal documents -------------------------------------------------------------------------------------------------


def _documents(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A fiscal document names its firm's number, leaves after it is issued, and is authorised or not."""
    if _named(table, "chave acesso,chave nfe,chave nfce,chave cte,chave nota") is None:
        return
    issuer = _named(table, "cnpj emitente,emitente cnpj")
    for link in view.up(table) if issuer is not None else ():
        firm = {"empresa", "filial", "emitente", "loja", "estabelecimento"} & {singular(w) for w in link.parent.words}
        number = _named(link.parent, "cnpj,cnpj empresa,numero cnpj")
        if firm and number is not None and link.is_certain and issuer is not None and _same_kind(issuer, number):
            _copy(table, claims, issuer, link, number)
    issued = _named(table, "data emissao,emissao,dt emissao,emitida em,data hora emissao", MOMENTS)
    leaves = _named(table, "data saida,saida,dt saida,data saida entrada,data hora saida", MOMENTS)
    if issued is not None and leaves is not None and (leaves.may_be_null or not issued.may_be_null):
        claims.relation(
            table, BoundsRule, SHAPE, f"{leaves.name} is soon after {issued.name}", decides=[leaves.name], keeps=True,
            column=leaves.name,
            after=[{"column": quoted(issued.name), "gap": {"min": 0, "typical": 1, "max": 6, "unit": "days"}}],
        )  # fmt: skip
    state = _named(table, "situacao,status,situacao nota,situacao nfe,status nfe", ("text",))
    if state is not None and not state.is_listed:
        states = ["autorizada", "cancelada", "denegada", "inutilizada"]
        _suggest(claims, state, offer("primitive.choice", values=states, weights=[92, 6, 1, 1]))


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
