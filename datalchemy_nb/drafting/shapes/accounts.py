"""The chart of accounts: what type an account is of, and on which side it stands, follow from its name."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.contracts.relations import ExpressionRule
from datalchemy_nb.drafting.rules.kinds import words_of_the_trade
from datalchemy_nb.drafting.shapes.base import Claims, SchemaView, begins, first_saying, literal, nouns, quoted
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import split_words, vocabulary

_BOOKS = frozenset("ledger gl chart contabil contabeis contable comptable sachkonto coa".split())
_NAME = vocabulary("account name, name, description", "nome conta, nome, descricao")
_TYPE = vocabulary("account type, account class, type, class, category", "tipo conta, tipo, classe, grupo, categoria")
_SIDE = vocabulary("normal balance, normal side, balance side, side", "natureza, natureza conta, natureza saldo")
_ACCOUNT = "an account of a general ledger"
"""What the list of kinds calls it."""
_UNTIL = (7, 11, 13, 16)
"""Where the assets, the liabilities, the equity and the revenue of the list of accounts end; expenses follow."""
_TYPES = {
    "en": ("Asset", "Liability", "Equity", "Revenue", "Expense"),
    "pt": ("Ativo", "Passivo", "Patrimônio líquido", "Receita", "Despesa"),
    "es": ("Activo", "Pasivo", "Patrimonio", "Ingreso", "Gasto"),
    "fr": ("Actif", "Passif", "Capitaux propres", "Produit", "Charge"),
    "de": ("Aktiva", "Passiva", "Eigenkapital", "Ertrag", "Aufwand"),
}
_STEMS = (
    "asset ativo activo actif aktiv", "liabilit passiv passif", "equity patrimonio capita eigenkapital",
    "revenue income receita ingreso produit ertrag", "expense cost despesa custo gasto charge aufwand",
)  # fmt: skip
_DEBIT, _CREDIT = "debit debito soll debe d", "credit credito haben haber c"


def keep_accounts(view: SchemaView, claims: Claims) -> None:
    """Recognise charts of accounts."""
    for table in view.tables.values():
        if not _BOOKS & {*nouns(table), *table.words}:
            continue
        name = first_saying(table, _NAME, ("text",))
        found = None if name is None or name.is_unique or name.is_listed else words_of_the_trade(name)
        if name is None or found is None or name.may_be_null or found.what != _ACCOUNT:
            continue
        names = list(found.words)
        families = [names[start:end] for start, end in zip((0, *_UNTIL), (*_UNTIL, len(names)), strict=True)]
        kind = first_saying(table, _TYPE, ("text", "enum"))
        values = None if kind is None else _values(kind, _STEMS, _TYPES.get(name.text_language, _TYPES["en"]))
        if kind is not None and values is not None:
            _claim(claims, name, kind, families, values)
        side = first_saying(table, _SIDE, ("text", "enum"))
        sides = None if side is None else _values(side, (_DEBIT, _CREDIT), ("D", "C"))
        if side is not None and sides is not None:
            _claim(claims, name, side, families, (sides[0], sides[1], sides[1], sides[1], sides[0]))


def _values(column: ColumnView, stems: Sequence[str], usual: Sequence[str]) -> tuple[str, ...] | None:
    """What a column writes for each family of accounts, in its own words where it lists some."""
    if not column.sayings:
        room = column.slot.max_length
        return tuple(usual) if room is None or all(len(one) <= room for one in usual) else None
    said = {value: split_words(text) for value, text in column.sayings.items() if isinstance(value, str)}
    found = [next((value for value, words in said.items() if begins(words, one)), None) for one in stems]
    return tuple(one for one in found if one is not None) if None not in found else None


def _claim(
    claims: Claims, name: ColumnView, column: ColumnView, families: Sequence[Sequence[str]], values: Sequence[str]
) -> None:
    cases = " ".join(
        f"WHEN {quoted(name.name)} IN ({', '.join(map(literal, accounts))}) THEN {literal(value)}"
        for accounts, value in zip(families[:-1], values[:-1], strict=True)
    )
    claims.relation(
        column.table, ExpressionRule, "accounts", f"{column.name} follows from the account", decides=[column.name],
        column=column.name, sql=f"CASE {cases} ELSE {literal(values[-1])} END",
    )  # fmt: skip
