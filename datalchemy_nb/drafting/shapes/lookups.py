"""Lookup tables filled with the real records of what they list: countries, currencies, states, roles, genres."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from datalchemy_nb.contracts.plan import DEFAULT_BASE_DATE
from datalchemy_nb.contracts.relations import ExpressionRule
from datalchemy_nb.domains import reference
from datalchemy_nb.domains.reference import ListWords
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    SchemaView,
    first_saying,
    literal,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.shapes.lifecycle import listed as values_of
from datalchemy_nb.drafting.shapes.moments import CHANGED, RECORDED, birth_of
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import split_words, vocabulary

_MOST_COLUMNS = 10
_SMALL = 6
_WIDE = frozenset({"country", "currency", "language", "subdivision"})
"""Lists whose tables hold figures of their own besides."""
_CODES = {2: ("alpha2", "code"), 3: ("alpha3", "code")}
_GENRES = (
    ("film movie filme actor", "film_genre"), ("book livro author autor", "book_genre"),
    ("song track music album musica faixa artist", "music_genre"), ("restaurant dish recipe receita prato", "cuisine"),
)  # fmt: skip
_GENERAL = ("product_category", "music_genre", "film_genre", "book_genre")


def fill_lookups(view: SchemaView, claims: Claims) -> None:
    """Recognise tables that list things everybody knows, and give each row a record of its own."""
    for table in view.tables.values():
        listed = None if table.ref in claims.rows else _list_of(view, table)
        if listed is None:
            continue
        fields = dict(_fields(table, listed))
        owned = _is_owned(view, table)
        named = [column for column in fields if column.category == "text"]
        if not named:
            continue
        size = reference.size_of(listed.id, table.plan.locale)
        for column, field in fields.items():
            sized = column if owned else replace_rows(column, size)
            found = first_fitting(sized, [one for one in _offers(listed, column, field) if not owned or not one.params])
            told = f"{table.ref.table} lists {listed.id.replace('_', ' ')} records"
            suggestion = suggest(column, "fill_lookups", found, (told,), 0.85)
            if suggestion is not None:
                claims.suggest(suggestion)
                if not owned:
                    claims.rows[table.ref] = (size, told)
        if listed.id == "plan_tier" and not owned:
            _climb(table, listed, fields, claims)
        if not owned and table.ref in claims.rows:
            _seeded(table, claims)


def _seeded(table: TableView, claims: Claims) -> None:
    """Lists that everybody knows were written at once, when the database was set up."""
    day = table.plan.settings.base_date or DEFAULT_BASE_DATE
    day = dt.date.fromordinal(max(day.toordinal() - _SET_UP_DAYS, 1))
    for column in table.columns.values():
        recorded = column.says(RECORDED) or column.says(CHANGED)
        if (
            column.category not in MOMENTS
            or not recorded
            or column.may_be_null
            or not claims.is_free(table, column.name)
        ):
            continue
        at = day.isoformat() if column.category == "date" else f"{day}T09:30:00"
        kind = "primitive.date" if column.category == "date" else "primitive.timestamp"
        found = first_fitting(column, [offer(kind, min=at, max=at)])
        suggestion = suggest(column, "fill_lookups", found, (f"rows of {table.ref.table} are written at once",), 0.8)
        if suggestion is not None:
            claims.suggest(suggestion)
            claims.take(table, [column.name], "seed")


_SET_UP_DAYS = 760


def _list_of(view: SchemaView, table: TableView) -> ListWords | None:
    """The list that a table's name says; what it is a category of, by the tables that refer to it."""
    found = reference.list_for(table.ref.table) or _by_its_noun(view, table)
    if found is None or len(view.up(table)) > 1:
        return None
    if len(table.table.columns) > _MOST_COLUMNS and found.id not in _WIDE:
        return None
    if found.id in _GENERAL:
        around = {noun for link in view.down(table) for noun in nouns(link.child)} | set(nouns(table))
        genre = next((id_ for words, id_ in _GENRES if around & set(words.split())), found.id)
        return next(one for one in reference.lists() if one.id == genre)
    return found


def _is_owned(view: SchemaView, table: TableView) -> bool:
    """Whether each row belongs to an event or a thing: the diagnoses of a visit repeat the list, and are not it."""
    moments = any(column.category in MOMENTS and not column.may_be_null for column in table.columns.values())
    parents = [link.parent for link in view.up(table) if link.is_certain]
    return (moments and bool(parents)) or any(birth_of(parent) is not None for parent in parents)


def _by_its_noun(view: SchemaView, table: TableView) -> ListWords | None:
    """The list that the last word of a name says, of small tables that refer to nothing: `us_states`."""
    words = split_words(table.ref.table)
    if len(words) < 2 or len(table.columns) > _SMALL or view.up(table):
        return None
    return reference.list_for(words[-1])


def _fields(table: TableView, listed: ListWords) -> list[tuple[ColumnView, str]]:
    found, taken = [], set()
    for column in table.columns.values():
        if column.name in table.foreign_columns or column.column.generated or column.column.identity:
            continue
        if column.category not in ("text", "integer", "decimal", "float"):
            continue
        if column.category != "text" and column.in_key:
            continue
        field = reference.field_for(listed, column.name, table.ref.table)
        if field is not None and field not in taken:
            taken.add(field)
            found.append((column, field))
    if "name" not in taken:
        # `region_description` is what regions are called where nothing else says it.
        found = [(column, "name" if field == "description" else field) for column, field in found]
    return found


def _offers(listed: ListWords, column: ColumnView, field: str) -> list[Offer]:
    known = {one.name for one in listed.fields}
    length = column.slot.max_length
    names = [field]
    if field in ("code", "alpha2", "alpha3") and length in _CODES:
        names = [*(name for name in _CODES[length] if name in known), field]
    ordered = [offer(f"reference.{listed.id}.{name}", ordered=True) for name in dict.fromkeys(names)]
    return [*ordered, *(offer(f"reference.{listed.id}.{name}") for name in dict.fromkeys(names))]


def replace_rows(column: ColumnView, rows: int) -> ColumnView:
    """The column of a table of so many rows at the most."""
    table = column.table
    return ColumnView(replace(table, rows=min(table.rows, rows)), column.column)


# --- tiers of a plan: each costs more than the one before, and holds more ---------------------------------------------

_LADDERS = {
    "price": (vocabulary("price, monthly price, price month, amount, cost, fee, price cents, amount cents, "
    "monthly price "
                         "cents, price monthly, monthly fee",
                         "preco, preco mensal, valor, valor mensal, mensalidade, preco centavos"),
              (0, 9, 29, 79, 249)),
    "seats": (vocabulary("seats, seats included, max users, users, user limit, max seats, included users, "
    "members limit, "
                         "max members",
                         "usuarios, max usuarios, limite usuarios, usuarios incluidos"), (1, 3, 10, 50, 500)),
}  # fmt: skip
_TIERS = ("free", "basic", "professional", "business", "enterprise")
_INTERVAL = vocabulary(
    "interval, billing interval, billing period, period, cycle, billing cycle", "periodicidade, ciclo"
)
_CENTS = frozenset({"cents", "centavos", "cent"})
_YEARLY = ("year", "yearly", "annual", "anual")
_A_YEAR = 10
"""Who pays by the year pays ten months."""


def _climb(table: TableView, listed: ListWords, fields: Mapping[ColumnView, str], claims: Claims) -> None:
    """Free is free, and every further tier costs more and holds more."""
    said = next(((column, field) for column, field in fields.items() if field in ("code", "name")), None)
    if said is None or said[0].may_be_null:
        return
    column, field = said
    records = reference.records(listed.id, column.slot.locale)
    codes, shown = records.columns["code"], records.columns[field]
    for meaning, ladder in _LADDERS.values():
        target = first_saying(table, meaning, NUMBERS)
        if target is None:
            continue
        steps = dict(zip(_TIERS, ladder, strict=True))
        factor = 100 if _CENTS & set(target.words) else 1
        cases = " ".join(
            f"WHEN {literal(text)} THEN {steps[code] * factor}"
            for code, text in zip(codes, shown, strict=True)
            if code in steps
        )
        yearly = first_saying(table, _INTERVAL, ("text", "enum"))
        intervals = values_of(yearly) if yearly is not None else ()
        by_year = next((one for one in intervals if one.lower() in _YEARLY), None)
        sql = f"CASE {quoted(column.name)} {cases} ELSE 0 END"
        if yearly is not None and by_year is not None and ladder[0] == 0:
            sql = f"{sql} * CASE WHEN {quoted(yearly.name)} = {literal(by_year)} THEN {_A_YEAR} ELSE 1 END"
        claims.relation(
            table, ExpressionRule, "tiers", f"{target.name} rises with the tiers of {column.name}",
            decides=[target.name], column=target.name, sql=sql,
        )  # fmt: skip
