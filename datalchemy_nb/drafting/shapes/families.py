"""Rows that belong to one parent: numbered lines, balances, counts, versions, and references by type and id."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import (
    Bound,
    HistoryRule,
    LifecycleRule,
    OrderedRule,
    PeriodsRule,
    PolymorphicRule,
    PolymorphicTarget,
    PositionRule,
    RunningRule,
    SameAncestorRule,
)
from datalchemy_nb.contracts.schema import PrimaryKey
from datalchemy_nb.domains.limits import AtLeast, AtMost
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
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
from datalchemy_nb.drafting.shapes.lifecycle import STATE, listed
from datalchemy_nb.drafting.shapes.moments import birth_of
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Words, singular, split_words, vocabulary

_POSITION = vocabulary(
    "position, line number, line no, line, seq, sequence, sort order, sort, ordinal, item number, step, order, rank, "
    "chapter number, track number, episode number, installment number, row number, number",
    "posicao, numero linha, sequencia, ordem, numero item, item, numero parcela, parcela, etapa, linha",
)
_ACCOUNTS = frozenset("account conta wallet carteira ledger cash caixa stock estoque card cartao".split())
_BALANCE = vocabulary(
    "balance, running balance, balance after, new balance", "saldo, saldo apos, saldo atual, novo saldo"
)
_AMOUNT = vocabulary("amount, value, delta, change, quantity", "valor, montante, quantidade, variacao")
_FROM = vocabulary(
    "valid from, effective from, start date, starts on, from date, started at, valid since, effective date",
    "valido de, vigencia inicio, data inicio, inicio vigencia, inicio, de",
)
_UNTIL = vocabulary(
    "valid to, valid until, effective to, end date, ends on, to date, ended at, effective until",
    "valido ate, vigencia fim, data fim, fim vigencia, fim, ate",
)
_VERSIONS = frozenset(
    "history historico version versao price preco rate taxa salary salario title cargo assignment position tariff "
    "tarifa "
    "validity vigencia address endereco".split()
)
_LOGS = frozenset(
    "history historico log event evento audit auditoria transition transicao status change movimentacao".split()
)
_PREVIOUS = vocabulary(
    "from status, previous status, old status, from state, old state, status from, previous state",
    "status anterior, situacao anterior, de status, estado anterior",
)
_NEW = vocabulary(
    "to status, new status, to state, status to, new state, status, state, stage",
    "status novo, novo status, para status, situacao nova, nova situacao, status, situacao, etapa",
)
_ENTERED = vocabulary(
    "changed at, entered at, occurred at, transitioned at, at, happened at, created at, timestamp, event time, date",
    "alterado em, ocorrido em, registrado em, data alteracao, data hora, data, momento, criado em",
)
_LAST = vocabulary(
    "last order at, last order date, last activity at, last purchase at, last visit at, last payment at, last login at",
    "ultimo pedido, ultima compra, data ultima compra, ultimo pagamento, ultima visita, ultima movimentacao",
)
_SPENT = vocabulary(
    "total spent, lifetime value, total purchases, total sales, total revenue, ltv, total billed",
    "total gasto, valor total compras, total compras, total vendas, total faturado",
)
_RAISED = vocabulary(
    "raised amount, amount raised, total raised, raised, current amount, collected amount, amount collected, pledged "
    "amount, lifetime total, total donated",
    "valor arrecadado, total arrecadado, arrecadado, valor captado, total doado",
)
_GIVEN_ROWS = frozenset("donation contribution gift pledge backing doacao contribuicao don spende donacion".split())
_TOTAL = vocabulary(
    "total, total amount, grand total, order total, amount, total price",
    "total, valor total, valor, total pedido, total geral",
)
_SALES = frozenset("order pedido sale venda invoice fatura purchase compra booking reserva rental".split())
_COUNTED = frozenset("count num total number qty quantidade qtd contagem nb".split())


_OWNERS = frozenset(
    "customer cliente client patient paciente tenant account conta company empresa organisation organization "
    "organizacao member membro student aluno school escola clinic clinica subscriber assinante policyholder segurado "
    "merchant lojista shop loja store workspace project projeto warehouse deposito contract contrato course curso "
    "property imovel vehicle veiculo device dispositivo guest hospede household borrower".split()
)


def number_rows(view: SchemaView, claims: Claims) -> None:
    """Positions within a parent count from 1."""
    for table in view.tables.values():
        named = columns_saying(table, _POSITION, ("integer",))
        for column in (*named, *(one for one in _numbered(table) if one not in named)):
            link = _parent_of(view, claims, table, column)
            if link is not None and claims.is_free(table, column.name):
                claims.relation(
                    table, PositionRule, "position", f"numbered within {link.parent.ref}", decides=[column.name],
                    column=column.name, within=link.column,
                )  # fmt: skip
                break


_LINE = frozenset("line item seq sequence number no nr row step detail linha ordem posicao sequencia".split())


def _numbered(table: TableView) -> list[ColumnView]:
    """Whole numbers that are called lines or items and tell the rows of one parent apart: ``line_item_id``."""
    return [
        column
        for column in table.columns.values()
        if column.category == "integer"
        and column.name not in table.foreign_columns
        and set(column.words) & _LINE
        and not column.is_unique
        and any(column.name in columns and len(columns) > 1 for columns in table.unique_sets)
    ]


def _parent_of(view: SchemaView, claims: Claims, table: TableView, column: ColumnView) -> Link | None:
    """The parent within which a number counts: told by a unique set, else the parent whose name the table bears.

    Where such a parent has one row each, another whose rows have several: links of people to events, ordered in these.
    """
    links = [link for link in view.up(table) if link.is_certain]
    for columns in table.unique_sets:
        if column.name in columns and len(columns) > 1:
            return next((link for link in links if set(link.key.columns) == set(columns) - {column.name}), None)
    named = [link for link in links if set(nouns(link.parent)) & set(nouns(table))]
    if not named:
        return None
    rows = claims.rows_of(table)
    several = [link for link in (*named, *links) if not link.is_itself and claims.rows_of(link.parent) * 2 <= rows]
    return several[0] if several else named[0]


def run_balances(view: SchemaView, claims: Claims) -> None:
    """A balance is the sum of the amounts of an account so far."""
    for table in view.tables.values():
        balance, amount = first_saying(table, _BALANCE, NUMBERS), first_saying(table, _AMOUNT, NUMBERS)
        link = next((one for one in view.up(table) if set(nouns(one.parent)) & _ACCOUNTS and one.is_certain), None)
        if balance is None or amount is None or link is None or amount.may_be_null or amount.name == balance.name:
            continue
        current = first_saying(link.parent, vocabulary("current balance, balance", "saldo atual, saldo"), NUMBERS)
        value = _signed(table, link, (balance, current), amount, claims)
        claims.relation(
            table, RunningRule, "ledger", f"amounts of {link.parent.ref}, summed up", decides=[balance.name],
            column=balance.name, within=link.column, value=value,
        )  # fmt: skip
        if current is not None:
            claims.roll_up(link, current, "sum", "ledger", f"the amounts in {table.ref}", value)
        _in_order(table, link, claims)


def _in_order(table: TableView, link: Link, claims: Claims) -> None:
    """Rows of an account come one after another, as their balances do; those whose states set moments keep to these."""
    when = birth_of(table)
    if when is None or when.may_be_null:
        return
    others = [one for one in table.columns.values() if one.category in MOMENTS and one.may_be_null]
    if others and first_saying(table, STATE) is not None:
        return
    begun = birth_of(link.parent)
    claims.relation(
        table, OrderedRule, "ledger", f"rows of {link.parent.ref} are in the order of their balances",
        decides=[when.name], column=when.name, within=link.column,
        after=Bound(column=f"{link.column}.{begun.name}") if begun is not None and not begun.may_be_null else None,
    )  # fmt: skip


_MONEY_ACCOUNTS = frozenset("account conta wallet carteira ledger cash caixa".split())
_MOVED = vocabulary(
    "transaction type, movement type, entry type, operation, operation type, direction, type, kind",
    "tipo transacao, tipo movimento, tipo movimentacao, tipo lancamento, tipo operacao, natureza, operacao, tipo",
)
_TAKEN = (
    "withdraw debit payment purchase fee charge out outgoing outflow sent expense spend payout tax "
    "saque debito pagamento compra tarifa saida enviad despesa retirada imposto taxa pix_envi pix_out estornad"
)
_GIVEN = (
    "deposit credit interest in incoming inflow received refund salary payroll income topup top cashback reversal "
    "opening deposito credito rendimento juros entrada recebid estorno salario receita devolucao"
)
_SELDOM = (
    "interest fee charge refund cashback reversal tax juros rendimento tarifa taxa imposto estorno estornad opening"
)
_IN_OF_ALL = 0.66
"""Share of the movements that bring money in, so that few accounts are overdrawn."""


def _signed(
    table: TableView, link: Link, balances: tuple[ColumnView | None, ...], amount: ColumnView, claims: Claims
) -> str:
    """What a movement adds to the balance: what is taken out lowers it, where amounts have no sign of their own."""
    plain = quoted(amount.name)
    unsigned = any(isinstance(limit, AtLeast) and _is_positive(limit.bound) for _, limit in amount.limits)
    kept = any(one is not None and (one.limits or one.own_conditions) for one in balances)
    kind = next((one for one in columns_saying(table, _MOVED, ("text", "enum")) if listed(one)), None)
    if kind is None or kind.may_be_null or kept or not set(nouns(link.parent)) & _MONEY_ACCOUNTS:
        return plain
    if not unsigned and any(isinstance(limit, AtMost) for _, limit in amount.limits):
        return plain
    values = listed(kind)
    said = kind.sayings
    taken = [one for one in values if _says(said[one], _TAKEN)]
    given = [one for one in values if one not in taken]
    if not taken or not given or not all(_says(said[one], _GIVEN) or "transfer" in said[one].lower() for one in given):
        return plain
    often = {one: 1.0 if not _says(said[one], _SELDOM) else 0.12 for one in values}
    of_all = {one: 1 - _IN_OF_ALL if one in taken else _IN_OF_ALL for one in values}
    beside = {one: sum(often[other] for other in (taken if one in taken else given)) for one in values}
    weights = [round(100 * of_all[one] * often[one] / beside[one], 1) for one in values]
    chosen = offer("primitive.choice", values=list(values), weights=weights)
    found = suggest(kind, "run_balances", first_fitting(kind, [chosen]), ("more comes in than goes out",), 0.8)
    if found is not None and claims.is_free(table, kind.name):
        claims.suggest(found)
    told = ", ".join(literal(one) for one in taken)
    return f"CASE WHEN {quoted(kind.name)} IN ({told}) THEN -{plain} ELSE {plain} END"


def _says(value: str, words: str) -> bool:
    """Whether a value says one of the words: ``in`` and ``out`` as words of their own, others by their beginning."""
    said = split_words(value)
    whole = {one for one in words.split() if len(one) <= _WHOLE_WORDS}
    return bool(whole & set(said)) or begins(said, " ".join(one for one in words.split() if one not in whole))


_WHOLE_WORDS = 3


def _is_positive(bound: object) -> bool:
    return isinstance(bound, (int, float, Decimal)) and bound >= 0


def count_children(view: SchemaView, claims: Claims) -> None:
    """Counts and last moments that a parent keeps of its children."""
    for link in view.links:
        if link.is_itself:
            continue
        names = {singular(word) for word in link.child.noun}
        for column in link.parent.columns.values():
            words = {singular(word) for word in column.words}
            if column.category == "integer" and words & _COUNTED and names <= words - _COUNTED and names:
                claims.roll_up(link, column, "count", "count", f"rows of {link.child.ref}")
        spent, total = first_saying(link.parent, _SPENT, NUMBERS), first_saying(link.child, _TOTAL, NUMBERS)
        if spent is not None and total is not None and names & _SALES:
            claims.roll_up(link, spent, "sum", "count", f"what rows of {link.child.ref} come to", quoted(total.name))
        raised = first_saying(link.parent, _RAISED, NUMBERS)
        if raised is not None and total is not None and names & _GIVEN_ROWS:
            claims.roll_up(link, raised, "sum", "count", f"what rows of {link.child.ref} give", quoted(total.name))
            claims.never_null(link, "count", f"{raised.name} is what they come to")
        last = first_saying(link.parent, _LAST, MOMENTS)
        birth = birth_of(link.child)
        if last is not None and birth is not None and last.may_be_null and birth.category == last.category:
            about = {singular(word) for word in last.words}
            if names & about or {"compra", "purchase", "activity"} & about & _synonyms(names):
                claims.roll_up(link, last, "max", "count", f"the newest row of {link.child.ref}", quoted(birth.name))


def _synonyms(names: set[str]) -> set[str]:
    return (
        {"compra", "purchase", "activity"}
        if names & {"order", "pedido", "sale", "venda", "invoice", "fatura"}
        else set()
    )


def follow_versions(view: SchemaView, claims: Claims) -> None:
    """Versions of one thing follow one another: prices, salaries, titles with their validity."""
    for table in view.tables.values():
        start, end = first_saying(table, _FROM, MOMENTS), first_saying(table, _UNTIL, MOMENTS)
        if start is None or end is None or start.may_be_null or start.category != end.category:
            continue
        certain = [one for one in view.up(table) if one.is_certain]
        words = {singular(word) for word in table.words}
        named = [one for one in certain if set(nouns(one.parent)) & words]
        if not certain or not set(nouns(table)) & _VERSIONS:
            continue
        # Where people are in departments and on shifts, it is their time that is told.
        people = [one for one in named if one.parent.subject is not None and one.parent.subject[0] == "person"]
        link = (people or named or certain)[0]
        birth = birth_of(link.parent)
        claims.relation(
            table, PeriodsRule, "versions", f"versions of {link.parent.ref}", decides=[start.name, end.name],
            within=link.column, start=start.name, end=end.name, open_last=end.may_be_null,
            after=Bound(column=f"{link.column}.{birth.name}") if birth is not None else None,
        )  # fmt: skip


_READINGS = frozenset(
    "reading measurement observation telemetry sample metric leitura medicao telemetria amostra mesure messung "
    "medicion position localizacao track".split()
)
_SOURCES = frozenset(
    "sensor device meter station machine probe gauge vehicle tracker thermostat dispositivo medidor estacao maquina "
    "veiculo equipamento equipment node asset capteur appareil geraet".split()
)


def read_in_order(view: SchemaView, claims: Claims) -> None:
    """A sensor is read again and again, up to today: its readings are spread evenly, each in its turn."""
    for table in view.tables.values():
        if not set(nouns(table)) & _READINGS:
            continue
        taken = birth_of(table)
        link = next((one for one in view.up(table) if set(nouns(one.parent)) & _SOURCES and one.is_certain), None)
        if taken is None or link is None or taken.may_be_null or taken.category == "date":
            continue
        begun = birth_of(link.parent)
        claims.relation(
            table, OrderedRule, "series", f"{link.parent.ref} is read again and again", decides=[taken.name],
            column=taken.name, within=link.column,
            after=Bound(column=f"{link.column}.{begun.name}") if begun is not None and not begun.may_be_null else None,
        )  # fmt: skip


def write_histories(view: SchemaView, claims: Claims) -> None:
    """A log of states holds the path of its row."""
    living = {claim.rule.ref: claim.rule for claim in claims.found if isinstance(claim.rule, LifecycleRule)}
    for table in view.tables.values():
        if not set(nouns(table)) & _LOGS:
            continue
        link = next((one for one in view.up(table) if one.parent.ref in living and one.is_certain), None)
        state = first_saying(table, _NEW, ("text", "enum"))
        at = first_saying(table, _ENTERED, MOMENTS) or birth_of(table)
        if link is None or state is None or not _same_states(state, view.tables[link.parent.ref]):
            continue
        previous = first_saying(table, _PREVIOUS, ("text", "enum"))
        fields: dict[str, Any] = {"state": state.name, "at": at.name if at is not None else None}
        if previous is not None and previous.name != state.name and previous.may_be_null:
            fields["previous"] = previous.name
        claims.relation(
            table, HistoryRule, "history", f"the states that rows of {link.parent.ref} have passed",
            decides=[name for name in fields.values() if name], of=link.column, **fields,
        )  # fmt: skip


def _same_states(column: ColumnView, parent: TableView) -> bool:
    theirs = first_saying(parent, STATE, ("text", "enum"))
    values = listed(column)
    return theirs is not None and (not values or set(listed(theirs)) <= set(values))


def agree_on_ancestors(view: SchemaView, claims: Claims) -> None:
    """Two ways to one table lead to one row, where the columns bear one name and no relation deals them already."""
    read = set(links_read(claims))
    for table in view.tables.values():
        direct = {link.column: link for link in view.up(table) if len(link.key.columns) == 1}
        for link in direct.values():
            for further in view.up(link.parent):
                column = further.column
                if column not in direct or column == link.column or direct[column].parent.ref != further.parent.ref:
                    continue
                if (table.ref, (column,)) in read or (table.ref, (link.column,)) in read:
                    continue
                if not further.is_certain or not _is_owner(further.parent, split_words(column)):
                    continue
                rule = SameAncestorRule
                claims.relation(
                    table, rule, "ancestor", f"{column} here and of {link.parent.ref} are one row",
                    decides=[], paths=[column, f"{link.column}.{column}"],
                )  # fmt: skip
                break


def _is_owner(parent: TableView, column: Words) -> bool:
    """Whether what belongs to a row belongs to its owner too: people act on what others own, and live elsewhere."""
    return bool(set(nouns(parent)) & _OWNERS) and not begins(column, "created updated criad author autor")


def refer_by_type(view: SchemaView, claims: Claims) -> None:
    """A type and an id refer to a row of the table that the type names."""
    for table in view.tables.values():
        names = set(table.columns)
        for column in list(table.columns.values()):
            stem = next(
                (column.name.removesuffix(end) for end in ("_type", "_tipo") if column.name.endswith(end)), None
            )
            if stem is None or f"{stem}_id" not in names or column.category not in ("text", "enum"):
                continue
            id_column = table.columns[f"{stem}_id"]
            if id_column.name in table.foreign_columns:
                continue
            targets = _targets(view, table, column, id_column)
            if targets:
                claims.relation(
                    table, PolymorphicRule, "polymorphic", f"{column.name} names the table of {id_column.name}",
                    decides=[column.name, id_column.name], type_column=column.name, id_column=id_column.name,
                    targets=targets,
                )  # fmt: skip


def _targets(view: SchemaView, table: TableView, kind: ColumnView, id_column: ColumnView) -> list[PolymorphicTarget]:
    values = listed(kind)
    found = []
    for ref, other in view.tables.items():
        key = _single_key(other)
        if ref == table.ref or key is None or other.columns[key].category != id_column.category:
            continue
        value = _value_for(values, ref, other)
        fits = value is not None and len(value) <= (kind.slot.max_length or len(value))
        if value is not None and fits and (values or _is_entity(view, other)):
            found.append(
                PolymorphicTarget(value=value, schema_name=ref.schema, table=ref.table, column=key, weight=1.0)
            )
    return found[:6]


def _single_key(view: TableView) -> str | None:
    key = next((c for c in view.table.constraints if isinstance(c, PrimaryKey)), None)
    return key.columns[0] if key is not None and len(key.columns) == 1 else None


def _value_for(values: tuple[str, ...], ref: TableRef, view: TableView) -> str | None:
    own = nouns(view)
    if values:
        return next((v for v in values if tuple(singular(w) for w in split_words(v)) in (own, nouns(view)[-1:])), None)
    return "".join(word.capitalize() for word in own) if ref.table else None


def _is_entity(view: SchemaView, table: TableView) -> bool:
    """Something that others refer to, and that is no detail of another."""
    return bool(view.down(table)) and not any(link.is_certain for link in view.up(table))
