"""The flow of a business: contacts of companies, deals, quotes, invoices, payments, and what is done about them.

A document follows from another: an invoice is of a deal that was won, a payment is as far as its invoice, a quote is
made while its deal is open. A detail is of an activity of its kind. The contact of a row is of the row's company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from datalchemy_nb.contracts.relations import BoundsRule, CopyRule, Drift, ExpressionRule, ParentRule, SameAncestorRule
from datalchemy_nb.drafting.habits import MEETINGS, takes_place, timetable
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.rules.timestamps import grown
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    SchemaView,
    begins,
    columns_saying,
    first_saying,
    literal,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.shapes.lifecycle import STATE, listed, usual_states
from datalchemy_nb.drafting.shapes.moments import RECORDED, birth_of, parents_births
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

SHAPE = "flow"
_COMPANIES = frozenset(
    "company customer client account organization organisation tenant supplier vendor patient "
    "empresa cliente conta organizacao fornecedor paciente".split()
)
_PEOPLE = frozenset("contact person lead member contato pessoa dependente representative representante".split())
_DOCUMENTS = frozenset("invoice bill contract order nota fatura contrato pedido venda sale".split())
_DEALS = frozenset("opportunity deal lead oportunidade negocio proposta proposal negociacao".split())
_QUOTES = frozenset("quote quotation estimate cotacao orcamento".split())
_PAYMENTS = frozenset("payment pagamento receipt recibo recebimento installment parcela baixa".split())
_ACTIVITIES = frozenset(
    "activity meeting appointment call visit event consultation atividade reuniao compromisso chamada visita agenda "
    "consulta".split()
)
_WON = "won win ganh gain gewonn"
_PAID = "paid pay pago paga quit settle liquid"
_ENDED = "cancel annul void estorn refund devol"
_DONE = "confirm paid pago paga captur settl complet success aprov efetiv compens"
_OPEN = "pend await aguard open abert process new novo"
_CLOSING = vocabulary(
    "closed at, close date, closing date, closed on, ended at, end date, won at",
    "data fechamento, fechado em, data encerramento, encerrado em, fechamento",
)  # fmt: skip
_KIND = vocabulary("type, kind, activity type, category", "tipo, especie, tipo atividade, categoria")
_PRICE = vocabulary("price, unit price, list price, amount", "preco, preco unitario, preco lista, valor")
_TWO_YEARS = 730
_BRAZIL = {"holidays": "BR", "zone": "America/Sao_Paulo"}


def follow_the_business(view: SchemaView, claims: Claims) -> None:
    """Recognise what belongs to one company, follows from another document, or details an activity."""
    for table in view.tables.values():
        _same_company(view, table, claims)
        _of_what_was_won(view, table, claims)
        _of_its_kind(view, table, claims)
        _paid_as_far(view, table, claims)
        _paid_with_its_state(view, table, claims)
        _while_open(view, table, claims)
        _in_lists(view, table, claims)
        _in_office_hours(view, table, claims)


# --- companies and their contacts -------------------------------------------------------------------------------------


def _same_company(view: SchemaView, table: TableView, claims: Claims) -> None:
    """The contact of a row is of the row's company, and that of what happens to a deal is the deal's."""
    direct = {link.column: link for link in view.up(table) if len(link.key.columns) == 1}
    taken = {path for claim in claims.found if claim.rule.ref == table.ref for path in getattr(claim.rule, "paths", ())}
    for link in direct.values():
        if link.column in taken or not set(nouns(link.parent)) & (_PEOPLE | _DEALS | _QUOTES):
            continue
        for further in view.up(link.parent):
            mine = next((one for one in direct.values() if one.parent.ref == further.parent.ref), None)
            if mine is None or mine.column in taken or mine.column == link.column:
                continue
            followed = mine.column == further.column and set(nouns(link.parent)) & (_DEALS | _QUOTES)
            if not set(nouns(further.parent)) & (_COMPANIES | _PEOPLE) and not followed:
                continue
            path = f"{quoted(link.column)}.{quoted(further.column)}"
            claims.relation(
                table, SameAncestorRule, SHAPE, f"{mine.column} is that of {link.parent.ref.table}", decides=[],
                paths=[quoted(mine.column), path],
            )  # fmt: skip
            taken |= {mine.column}
            claims.never_null(further, SHAPE, f"others agree with it in {further.parent.ref}")


# --- what follows from what -------------------------------------------------------------------------------------------


def _states(table: TableView, stems: str) -> tuple[str, ...]:
    """The states of a table that begin with one of the stems, or stand for what does."""
    state = first_saying(table, STATE, ("text", "enum"))
    if state is None:
        return ()
    values = state.sayings.items() or [(one, one) for one in usual_states(state)]
    return tuple(value for value, said in values if isinstance(value, str) and begins(split_words(said), stems))


def _of_what_was_won(view: SchemaView, table: TableView, claims: Claims) -> None:
    """An invoice, order or contract is of a deal that was won, over a quote perhaps."""
    if not set(nouns(table)) & _DOCUMENTS:
        return
    for path, deal, key in _ways_up(view, table):
        won = _states(deal, _WON)
        state = first_saying(deal, STATE, ("text", "enum"))
        if not set(nouns(deal)) & _DEALS or not won or state is None or _is_read(view, table, key):
            continue
        values = ", ".join(map(literal, won))
        where = f"{path}.{quoted(state.name)} IN ({values})"
        claims.relation(
            table, ParentRule, SHAPE, f"{table.ref.table} follow from {deal.ref.table} that were won", decides=[],
            column=key, where=where,
        )  # fmt: skip
        return


def _ways_up(view: SchemaView, table: TableView) -> Iterator[tuple[str, TableView, str]]:
    """Tables one and two keys up, with the path and the first key."""
    links = [link for link in view.up(table) if len(link.key.columns) == 1]
    for link in links:
        yield quoted(link.column), link.parent, link.column
    for link in links:
        for further in view.up(link.parent):
            if len(further.key.columns) == 1:
                yield f"{quoted(link.column)}.{quoted(further.column)}", further.parent, link.column


def _is_read(view: SchemaView, table: TableView, key: str) -> bool:
    """Whether a unique key holds the column: then it decides which row each refers to."""
    return table.columns[key].in_key


def _of_its_kind(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A table that details another, one row each, is of the rows whose kind bears its name."""
    for link in view.up(table):
        if len(link.key.columns) != 1 or not table.columns[link.column].is_unique:
            continue
        kind = first_saying(link.parent, _KIND, ("text", "enum"))
        values = listed(kind) if kind is not None else ()
        own = {singular(word) for word in table.words}
        value = next((one for one in values if {singular(word) for word in split_words(one)} <= own), None)
        if kind is None or value is None or len(values) < 2 or kind.may_be_null:
            continue
        where = f"{quoted(link.column)}.{quoted(kind.name)} = {literal(value)}"
        accepted = claims.relation(
            table, ParentRule, SHAPE, f"{table.ref.table} detail what is {value!r}", decides=[], column=link.column,
            where=where,
        )  # fmt: skip
        if accepted:
            most = max(link.parent.rows // (len(values) + 1), 1)
            claims.rows.setdefault(table.ref, (most, f"one for each row of {link.parent.ref.table} of its kind"))
        return


def _paid_as_far(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A payment is confirmed where its document is paid, and made soon after the document."""
    if not set(nouns(table)) & _PAYMENTS:
        return
    for link in view.up(table):
        if len(link.key.columns) != 1 or not link.is_certain:
            continue
        document, mine = (
            first_saying(link.parent, STATE, ("text", "enum")),
            first_saying(table, STATE, ("text", "enum")),
        )
        paid, cancelled = _states(link.parent, _PAID), _states(link.parent, _ENDED)
        done, undone, left = _states(table, _DONE), _states(table, _ENDED), _states(table, _OPEN)
        issued, made = birth_of(link.parent), birth_of(table)
        if document is None or mine is None or not paid or not done or not left:
            continue
        ways = [(value, done[0]) for value in paid] + [(value, undone[0]) for value in cancelled if undone]
        cases = " ".join(f"WHEN {literal(value)} THEN {literal(then)}" for value, then in ways)
        sql = f"CASE {quoted(link.column)}.{quoted(document.name)} {cases} ELSE {literal(left[0])} END"
        claims.relation(
            table, ExpressionRule, SHAPE, f"{mine.name} follows {link.parent.ref.table}.{document.name}",
            decides=[mine.name], column=mine.name, sql=sql,
        )  # fmt: skip
        if issued is not None and made is not None and not made.in_key:
            gap = {"min": 1, "typical": 24, "max": 60, "unit": "days"}
            if claims.is_free(table, made.name):
                # Up to today: a range that ends before would push what is paid for back, too.
                _suggest(claims, made, *grown(-_TWO_YEARS, 0)(made))
            claims.relation(
                table, BoundsRule, SHAPE, f"{made.name} is soon after {issued.name}", decides=[made.name], keeps=True,
                column=made.name, after=[{"column": f"{quoted(link.column)}.{quoted(issued.name)}", "gap": gap}],
                before=[{"column": "base_date"}],
            )  # fmt: skip
        return


def _paid_with_its_state(view: SchemaView, table: TableView, claims: Claims) -> None:
    """What is paid of a document is all of it once it is paid, and nothing before, where no payments tell it."""
    state = first_saying(table, STATE, ("text", "enum"))
    paid_states = _states(table, _PAID)
    if state is None or not paid_states or any(set(nouns(link.child)) & _PAYMENTS for link in view.down(table)):
        return
    numbers = [column for column in table.columns.values() if column.category in NUMBERS]
    paid = next((one for one in numbers if begins(one.words, "paid pago") and begins(one.words, _SUMS)), None)
    wholes = [one for one in numbers if begins(one.words, _SUMS) and not begins(one.words, _PARTS)]
    whole = next((one for one in wholes if "total" in one.words), next(iter(wholes), None))
    if paid is None or whole is None or (whole.may_be_null and not paid.may_be_null):
        return
    values = ", ".join(map(literal, paid_states))
    none = "" if paid.may_be_null else " ELSE 0"
    sql = f"CASE WHEN {quoted(state.name)} IN ({values}) THEN {quoted(whole.name)}{none} END"
    claims.relation(
        table, ExpressionRule, SHAPE, f"{paid.name} is {whole.name} once {state.name} is {paid_states[0]!r}",
        decides=[paid.name], column=paid.name, sql=sql,
    )  # fmt: skip


_SUMS = "amount total value valor price"
_PARTS = "paid pago tax imposto discount descont fee taxa shipping frete refund estorn subtotal balance saldo"


def _while_open(view: SchemaView, table: TableView, claims: Claims) -> None:
    """What is made for a deal is made while it is open."""
    made = birth_of(table)
    if made is None or made.in_key or made.may_be_null or set(nouns(table)) & _DOCUMENTS:
        return
    for link in view.up(table):
        if len(link.key.columns) != 1 or not set(nouns(link.parent)) & _DEALS or not link.is_certain:
            continue
        opened, closed = birth_of(link.parent), first_saying(link.parent, _CLOSING, MOMENTS)
        if opened is None or closed is None or opened.name == closed.name or set(nouns(table)) & _ACTIVITIES:
            continue
        _working_days(view, made, claims)
        claims.relation(
            table, BoundsRule, SHAPE, f"{made.name} lies within the life of {link.parent.ref.table}",
            decides=[made.name], keeps=True, column=made.name,
            after=[{"column": f"{quoted(link.column)}.{quoted(opened.name)}"}],
            before=[{"column": f"{quoted(link.column)}.{quoted(closed.name)}"}, {"column": "base_date"}],
        )  # fmt: skip
        return


# --- prices in lists --------------------------------------------------------------------------------------------------


def _in_lists(view: SchemaView, table: TableView, claims: Claims) -> None:
    """A price in a list of prices is near the product's own."""
    price = first_saying(table, _PRICE, NUMBERS)
    if price is None or not begins(table.words, "price preco tabela tarifa rate"):
        return
    for link in view.up(table):
        own = next(iter(columns_saying(link.parent, _PRICES, NUMBERS)), None)
        if own is None or not link.is_certain or (own.may_be_null and not price.may_be_null):
            continue
        claims.relation(
            table, CopyRule, SHAPE, f"{price.name} is near {link.parent.ref.table}.{own.name}", decides=[price.name],
            column=price.name, source=f"{quoted(link.column)}.{quoted(own.name)}", drift=Drift(min=0.88, max=1.1),
        )  # fmt: skip
        return


_STATES = vocabulary("status, state", "status, situacao, estado")
_PRICES = vocabulary(
    "price, unit price, list price, base price, standard price", "preco base, preco, preco venda, preco unitario"
)

# --- hours of work ----------------------------------------------------------------------------------------------------


def _in_office_hours(view: SchemaView, table: TableView, claims: Claims) -> None:
    """Meetings, calls and visits begin when people work, after whom and what they are about."""
    if not set(nouns(table)) & _ACTIVITIES:
        return
    begins_at = birth_of(table)
    if begins_at is not None and begins_at.may_be_null:
        # What every row has says when it takes place: a visit is agreed for a time, and begins a little later.
        agreed = (one for one in table.columns.values() if one.category == begins_at.category and not one.may_be_null)
        begins_at = next((one for one in agreed if takes_place(one)), begins_at)
    if begins_at is None or begins_at.category == "date" or begins_at.in_key:
        return
    if set(nouns(table)) & MEETINGS and takes_place(begins_at) and first_saying(table, _STATES, ("text", "enum")):
        return  # the state says whether it has taken place
    if begins_at.says(RECORDED) and any(takes_place(one) for one in table.columns.values() if one.category in MOMENTS):
        return  # written down at one time, and taking place at another
    after = parents_births(view, table)
    low = begins_at.slot.base_date - dt.timedelta(days=_TWO_YEARS)
    ends = {"min": f"{low}T08:00:00", "max": f"{begins_at.slot.base_date}T18:00:00"}
    whole = offer("primitive.timestamp", **ends, **timetable(begins_at))
    at_home = _BRAZIL if begins_at.is_brazilian else {}
    _suggest(claims, begins_at, shaped_offer(whole, "business_hours", start=8, end=18, **at_home))
    claims.relation(
        table, BoundsRule, SHAPE, f"{begins_at.name} is at hours of work", decides=[begins_at.name], keeps=True,
        column=begins_at.name, after=after, before=[{"column": "base_date"}],
    )  # fmt: skip


def _working_days(view: SchemaView, column: ColumnView, claims: Claims) -> None:
    if column.category != "date" or not column.is_brazilian:
        return
    low = column.slot.base_date - dt.timedelta(days=_TWO_YEARS)
    whole = offer("primitive.date", min=low.isoformat(), max=column.slot.base_date.isoformat())
    _suggest(claims, column, shaped_offer(whole, "calendar", weekdays=(1, 1, 1, 1, 1, 0, 0), holidays="BR"))


def _suggest(claims: Claims, column: ColumnView, *offers: Any) -> None:
    told = (f"name says {' '.join(column.words)}",)
    found = suggest(column, "follow_the_business", first_fitting(column, offers), told, 0.85)
    if found is not None:
        claims.suggest(found)
