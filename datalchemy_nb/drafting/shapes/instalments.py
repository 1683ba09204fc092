"""Instalments and bills: numbered, due month by month, parts of one whole, and paid around the day they are due."""

from __future__ import annotations

from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.contracts.relations import BoundsRule, ExpressionRule, PositionRule, ShareRule
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claim,
    Claims,
    Link,
    SchemaView,
    begins,
    columns_saying,
    first_saying,
    links_read,
    literal,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.shapes.lifecycle import state_of
from datalchemy_nb.drafting.shapes.moments import birth_of
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

SHAPE = "instalments"
_INSTALMENTS = frozenset("installment instalment parcela prestacao cuota mensualite echeance".split())
_PAYMENTS = frozenset("payment repayment pagamento pago".split())
_NUMBER = vocabulary(
    "installment number, instalment number, installment no, installment, instalment, number, sequence, payment number",
    "numero parcela, parcela numero, num parcela, parcela, numero prestacao, numero, sequencia",
)
_DUE = vocabulary(
    "due date, due on, due at, due, scheduled date, payment due date", "data vencimento, vencimento, vence em"
)
_AMOUNT = vocabulary(
    "installment amount, instalment amount, amount due, due amount, total due, amount, value, total",
    "valor parcela, valor prestacao, valor titulo, valor original, valor, valor total",
)
_BILLED = vocabulary(
    "total due, total amount due, grand total, total amount, total", "total a pagar, valor total, total, total geral"
)
_WHOLE = vocabulary(
    "total amount, grand total, total, amount, total value, financed amount, principal, loan amount, principal amount",
    "valor total, total, valor financiado, valor emprestimo, valor contrato, valor venda, valor",
)
_PAID_ON = vocabulary(
    "paid on, paid at, paid date, payment date, date paid, settled on, settled at",
    "data pagamento, pago em, data recebimento, data quitacao, data baixa",
)
_PAID = vocabulary(
    "amount paid, paid amount, paid, total paid, amount received", "valor pago, valor recebido, valor quitado, pago"
)
_PRINCIPAL = vocabulary(
    "principal, loan amount, principal amount, amount financed", "valor emprestimo, valor financiado, principal"
)
_RATE = vocabulary("interest rate, apr, annual rate", "taxa juros, juros ao ano")
_MONTHS = vocabulary("term months, months, number installments, term", "prazo meses, meses, numero parcelas, prazo")
_SETTLED = "paid pago paga pagad paye bezahlt quitad liquidad settl receb"
_OVERDUE = "overdue vencid atrasad late past_due inadimpl retard ueberfaellig unpaid_late"
_OPEN = "open abert pend unpaid a_vencer issued emitid sent schedul offen impag due"


def pay_by_instalments(view: SchemaView, claims: Claims) -> None:
    """Recognise the instalments of a sale or a loan."""
    for table in view.tables.values():
        own = set(nouns(table))
        due = first_saying(table, _DUE, ("date", "timestamp", "timestamptz"))
        number = first_saying(table, _NUMBER, ("integer",))
        if due is None or number is None or not own & (_INSTALMENTS | _PAYMENTS):
            continue
        if not own & _INSTALMENTS and not _INSTALMENTS & {singular(word) for word in number.words}:
            continue
        link = _paid_for(view, table)
        begun = None if link is None else birth_of(link.parent)
        if link is None or begun is None or begun.may_be_null or begun.category not in MOMENTS:
            continue
        if not _is_numbered(table, number, link, claims):
            continue
        kind = {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz"}[due.category]
        months = f"make_interval(months => {quoted(number.name)}::int)"
        _expression(
            table, claims, due, f"({link.column}.{quoted(begun.name)} + {months})::{kind}",
            f"due a month after the one before, the first a month after {begun.name}",
        )  # fmt: skip
        amount = _part_of_the_whole(table, link, claims)
        _count(link, claims)
        _within_its_term(view, table, link, claims)
        _settle(table, due, amount, f"{quoted(number.name)}::int * 5", claims)


def settle_bills(view: SchemaView, claims: Claims) -> None:
    """What is paid of a bill, and when, agree with each other and with what the bill is of."""
    for table in view.tables.values():
        due = first_saying(table, _DUE, ("date",))
        issued = birth_of(table)
        paid_on = first_saying(table, _PAID_ON, ("date",))
        if due is None or paid_on is None or not (set(nouns(table)) & _FEES or _is_issued(issued, due)):
            continue
        if state_of(table) is not None or due.may_be_null or not paid_on.may_be_null:
            continue
        paid = {paid_on.name, *(one.name for one in columns_saying(table, _PAID, NUMBERS))}
        told = (*columns_saying(table, _BILLED, NUMBERS), *columns_saying(table, _AMOUNT, NUMBERS))
        amount = next((one for one in told if one.name not in paid), None)
        first = issued if issued is not None and _is_issued(issued, due) else due
        day = f"extract(day from {quoted(first.name)})::int * 3"
        _settle(table, due, amount, day, claims)


_FEES = frozenset("mensalidade anuidade taxa aluguel cobranca boleto fee rent due tuition contribution".split())
"""What is asked for month by month: its row may tell no day but that on which it is due."""


def _is_issued(issued: ColumnView | None, due: ColumnView) -> bool:
    """Whether a row has a day of its own at which it was written, before that at which it is due."""
    return issued is not None and not issued.may_be_null and issued.name != due.name


def _paid_for(view: SchemaView, table: TableView) -> Link | None:
    """What is paid by instalments: what the table is named after, else its first sure parent that has a whole."""
    certain = [one for one in view.up(table) if one.is_certain and len(one.key.columns) == 1]
    named = [one for one in certain if set(nouns(one.parent)) & set(nouns(table))]
    return next((one for one in (*named, *certain) if first_saying(one.parent, _WHOLE, NUMBERS) is not None), None)


def _is_numbered(table: TableView, number: ColumnView, link: Link, claims: Claims) -> bool:
    read = {columns for ref, columns in links_read(claims) if ref == table.ref}
    if any(columns != link.key.columns for columns in read):
        return False
    return claims.relation(
        table, PositionRule, SHAPE, f"numbered within {link.parent.ref}", decides=[number.name], column=number.name,
        within=link.column,
    )  # fmt: skip


def _part_of_the_whole(table: TableView, link: Link, claims: Claims) -> ColumnView | None:
    """Equal parts of a sale; of a loan its month's part and the interest of half of it."""
    paid = {one.name for one in columns_saying(table, _PAID, NUMBERS)}
    amount = next((one for one in columns_saying(table, _AMOUNT, NUMBERS) if one.name not in paid), None)
    if amount is None:
        return None
    lent, months, rate = (first_saying(link.parent, one, NUMBERS) for one in (_PRINCIPAL, _MONTHS, _RATE))
    if lent is not None and months is not None and rate is not None:
        if not any(one.may_be_null for one in (lent, months, rate)):
            at = {one.name: f"{link.column}.{quoted(one.name)}" for one in (lent, months, rate)}
            percent = 2400 if (rate.slot.precision or 9) - (rate.slot.scale or 0) > 1 else 24
            sql = f"round({at[lent.name]} / {at[months.name]} + {at[lent.name]} * {at[rate.name]} / {percent}, 2)"
            _expression(table, claims, amount, sql, f"a month's part of {lent.name}, with interest")
        return amount
    whole = first_saying(link.parent, _WHOLE, NUMBERS)
    if whole is not None and not whole.may_be_null and whole.category == amount.category:
        claims.relation(
            table, ShareRule, SHAPE, f"equal parts of {link.parent.ref}.{whole.name}", decides=[amount.name],
            column=amount.name, within=link.column, of=f"{link.column}.{quoted(whole.name)}", spread=0,
        )  # fmt: skip
    return amount


_TERMS = {3: 8, 6: 18, 12: 48, 18: 4, 24: 15, 36: 7, 48: 6, 60: 4}


def _within_its_term(view: SchemaView, table: TableView, link: Link, claims: Claims) -> None:
    """No loan has more instalments than it runs months: all have about as many, and none is shorter than that."""
    months = first_saying(link.parent, _MONTHS, ("integer",))
    if months is None or months.limits or months.is_listed or not claims.is_free(link.parent, months.name):
        return
    each = -(-claims.rows_of(table) // max(claims.rows_of(link.parent), 1))
    terms = {length: weight for length, weight in _TERMS.items() if length >= each}
    if not terms or (table.ref, link.key.columns) in claims.ruled_keys:
        return
    told = f"at least as many months as {table.ref} has rows for each"
    chosen = offer("primitive.choice", values=list(terms), weights=list(terms.values()))
    found = suggest(months, "pay_by_instalments", first_fitting(months, [chosen]), (told,), 0.8)
    if found is None:
        return
    claims.suggest(found)
    rule = ForeignKeyRule(
        type="foreign_key", schema_name=table.ref.schema, table=table.ref.table, columns=link.key.columns,
        children=SkewedChildren(kind="skewed", exponent=0, childless=0), comment=f"{told} [shape: {SHAPE}]",
    )  # fmt: skip
    claims.found.append(Claim(rule, (), True, 0.7))


def _count(link: Link, claims: Claims) -> None:
    """``installments`` of a sale says how many there are."""
    for column in link.parent.columns.values():
        if column.category == "integer" and len(column.words) == 1 and singular(column.words[0]) in _INSTALMENTS:
            claims.roll_up(link, column, "count", SHAPE, f"rows of {link.child.ref}")


def _settle(table: TableView, due: ColumnView, amount: ColumnView | None, days: str, claims: Claims) -> None:
    """What has been due is paid some days before or after, but for a few; the amount and the state say the same."""
    paid_on = first_saying(table, _PAID_ON, MOMENTS)
    if paid_on is None or not paid_on.may_be_null or not claims.is_free(table, paid_on.name):
        return
    at = quoted(due.name)
    shift = f"(mod({days} + extract(day from {at})::int, 13) - 5)"
    moved = f"({at} + make_interval(days => {shift}))::date"
    never = f"mod({days} + extract(month from {at})::int * 7 + extract(day from {at})::int, 19) = 0"
    kind = {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz"}.get(paid_on.category)
    if kind is None or not _expression(
        table, claims, paid_on, f"CASE WHEN {moved} <= CURRENT_DATE AND NOT ({never}) THEN {moved}::{kind} END",
        f"paid around {due.name}, where it has come",
    ):  # fmt: skip
        return
    was = f"{quoted(paid_on.name)} IS NOT NULL"
    paid = next((one for one in columns_saying(table, _PAID, NUMBERS) if amount and one.name != amount.name), None)
    if paid is not None and amount is not None and not amount.may_be_null:
        none = "" if paid.may_be_null else " ELSE 0"
        _expression(
            table, claims, paid, f"CASE WHEN {was} THEN {quoted(amount.name)}{none} END",
            f"what was due, where there is {paid_on.name}",
        )  # fmt: skip
    state = state_of(table)
    if state is not None and claims.is_free(table, state.name):
        _tell(table, state, due, was, claims)


def _tell(table: TableView, state: ColumnView, due: ColumnView, was: str, claims: Claims) -> None:
    """The state says whether a row is paid, late or open."""
    said = dict(state.sayings) or {word: word for word in _USUAL.get(state.text_language, _USUAL["en"])}

    def saying(stems: str) -> str | int | None:
        return next((v for v, text in said.items() if begins((*split_words(text), "_".join(split_words(text))), stems)),
                    None)  # fmt: skip

    settled, late, still = saying(_SETTLED), saying(_OVERDUE), saying(_OPEN)
    room = state.slot.max_length
    used = [value for value in (settled, late, still) if value is not None]
    if settled is None or still is None or any(room is not None and len(str(value)) > room for value in used):
        return
    if state.category not in ("text", "enum", "integer"):
        return
    shown = {value: str(value) if isinstance(value, int) else literal(value) for value in used}
    overdue = f" WHEN {quoted(due.name)} < CURRENT_DATE THEN {shown[late]}" if late is not None else ""
    _expression(
        table, claims, state, f"CASE WHEN {was} THEN {shown[settled]}{overdue} ELSE {shown[still]} END",
        f"{state.name} says whether it is paid",
    )  # fmt: skip


_USUAL = {
    "en": ("paid", "overdue", "open"), "pt": ("Pago", "Vencido", "Em aberto"), "es": ("pagado", "vencido", "pendiente"),
    "fr": ("payé", "en retard", "en attente"), "de": ("bezahlt", "überfällig", "offen"),
}  # fmt: skip

# --- what is asked for and what is granted ---------------------------------------------------------------------------

_ASKED = vocabulary(
    "requested amount, amount requested, claimed amount, claim amount, amount claimed, asked amount, requested",
    "valor solicitado, valor pedido, valor reclamado, valor requerido",
)
_GRANTED = vocabulary(
    "approved amount, amount approved, awarded amount, amount awarded, granted amount, settlement amount, "
    "settled amount, allowed amount",
    "valor aprovado, valor concedido, valor deferido, valor indenizado, valor indenizacao",
)


def grant_what_was_asked(view: SchemaView, claims: Claims) -> None:
    """No more is granted than was asked for, and what is paid is what was granted."""
    for table in view.tables.values():
        asked, granted = first_saying(table, _ASKED, NUMBERS), first_saying(table, _GRANTED, NUMBERS)
        if asked is None or granted is None or asked.category != granted.category:
            continue
        if asked.may_be_null and not granted.may_be_null:
            continue
        claims.relation(
            table, BoundsRule, "granted", f"no more than {asked.name}", decides=[granted.name], keeps=True,
            column=granted.name, before=[{"column": quoted(asked.name), "strict": False}],
        )  # fmt: skip
        paid = next((one for one in columns_saying(table, _PAID, NUMBERS) if one.name != granted.name), None)
        if paid is not None and (paid.may_be_null or not granted.may_be_null) and paid.category == granted.category:
            _expression(table, claims, paid, quoted(granted.name), f"what was granted ({granted.name})")


def _expression(table: TableView, claims: Claims, column: ColumnView, sql: str, told: str) -> bool:
    return claims.relation(table, ExpressionRule, SHAPE, told, decides=[column.name], column=column.name, sql=sql)
