"""Names of a table's own rows, and what is made of them: lists of a trade, their codes, and slugs of titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datalchemy_nb.contracts.relations import ExpressionRule
from datalchemy_nb.domains.reference.vocabulary import plain_name
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.rules.kinds import words_of_the_trade
from datalchemy_nb.drafting.shapes.base import MOMENTS, Claims, SchemaView, first_saying, quoted
from datalchemy_nb.drafting.shapes.lookups import replace_rows
from datalchemy_nb.drafting.shapes.moments import CHANGED, RECORDED
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

_OWN_NAME = frozenset({("name",), ("nome",), ("label",), ("descricao",), ("description",)})
_CODES = vocabulary("code, abbreviation, acronym, short code, key, short name", "codigo, sigla, abreviatura")
_SLUGS = vocabulary("slug, permalink, url key, url slug, handle", "slug")
_PLACES = vocabulary(
    "position, sort order, display order, order, sort, rank, ordering", "ordem, posicao, ordem exibicao"
)
_MOST_COLUMNS = 10
_PAIR = 2
_LETTERS = 3
_MOST_LETTERS = 4


def list_what_a_trade_has(view: SchemaView, claims: Claims) -> None:
    """Tables whose rows are the few things that a trade has, each once: parts of a menu, kinds of cover."""
    for table in sorted(view.tables.values(), key=lambda one: any(link.is_certain for link in view.up(one))):
        if len(table.columns) > _MOST_COLUMNS or _happens(table):
            continue
        name, words = _listed(table)
        if name is None or not words or not (name.is_unique or view.down(table)):
            continue
        certain = [link for link in view.up(table) if link.is_certain]
        if any(link.parent.ref not in claims.rows or (link.column, name.name) not in _pairs(table) for link in certain):
            continue  # what belongs to something has such a name for each of it, unless both are short lists
        told = f"{table.ref.table} lists what its trade has"
        for column, values in _columns(table, name, words):
            wanted = offer("primitive.choice", values=list(values), ordered=True)
            found = first_fitting(replace_rows(column, len(words)), [wanted])
            suggestion = suggest(column, "list_what_a_trade_has", found, (told,), 0.8)
            if suggestion is not None:
                claims.suggest(suggestion)
                claims.rows[table.ref] = (len(words), told)


def _pairs(table: TableView) -> set[tuple[str, ...]]:
    """Pairs of columns that differ from row to row, in both orders."""
    pairs = [one for one in table.unique_sets if len(one) == _PAIR]
    return {*pairs, *(pair[::-1] for pair in pairs)}


def _happens(table: TableView) -> bool:
    """Whether rows have a time of their own, other than that of their record."""
    moments = [one for one in table.columns.values() if one.category in MOMENTS]
    return any(not (one.says(RECORDED) or one.says(CHANGED)) for one in moments)


def _listed(table: TableView) -> tuple[ColumnView | None, list[str]]:
    for column in table.columns.values():
        if column.category == "text" and column.words in _OWN_NAME and column.literal_default is None:
            found = words_of_the_trade(column)
            if found is not None:
                return column, list(found.words)
    return None, []


def _columns(table: TableView, name: ColumnView, words: Sequence[str]) -> Iterator[tuple[ColumnView, Sequence[object]]]:
    yield name, words
    for column in table.columns.values():
        if column.name in table.foreign_columns or column.name == name.name or column.literal_default is not None:
            continue
        if column.category == "text" and column.says(_SLUGS):
            yield column, ["-".join(plain_name(word).strip("_").split("_")) for word in words]
        elif column.category == "text" and column.says(_CODES) and _is_of_the_row(column):
            yield column, codes_of(words)
        elif column.category == "integer" and column.says(_PLACES) and not column.in_key:
            yield column, range(1, len(words) + 1)


def _is_of_the_row(column: ColumnView) -> bool:
    """Whether a code is the row's own: `codigo_tuss` is an authority's."""
    own = {singular(word) for word in (*column.table.words, *split_words(column.table.ref.table))}
    return all(word in own or (word,) in (*_CODES.english, *_CODES.portuguese) for word in map(singular, column.words))


def codes_of(names: Sequence[str]) -> list[str]:
    """Return a code of capitals for each name, all of them different: its first letters, or those of its words."""
    found: list[str] = []
    for name in names:
        words = [word for word in plain_name(name).upper().split("_") if word]
        initials = "".join(word[0] for word in words)[:_MOST_LETTERS]
        whole = "".join(words)
        tried = [initials] if len(initials) >= _LETTERS else []
        tried += [whole[:_LETTERS], whole[:_MOST_LETTERS], whole[:2] + whole[-1:]]
        numbered = (f"{whole[:2]}{number}" for number in range(2, len(names) + 3))
        found.append(next(one for one in (*tried, *numbered) if one not in found))
    return found


# --- slugs ------------------------------------------------------------------------------------------------------------

_TITLES = vocabulary("title, headline, name, label", "titulo, nome, manchete, denominacao")
_ACCENTED = "áàâãäåéèêëíìîïóòôõöúùûüçñ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuucn"
_ROOM = 12
_SHORTEST = 20


def write_slugs(view: SchemaView, claims: Claims) -> None:
    """A slug is made of its title, with the row's number behind where it must differ from all others."""
    for table in view.tables.values():
        slug, title = first_saying(table, _SLUGS, ("text",)), first_saying(table, _TITLES, ("text",))
        if slug is None or title is None or slug.name == title.name or slug.limits or slug.own_conditions:
            continue
        if (table.ref, slug.name) in claims.suggestions or (title.may_be_null and not slug.may_be_null):
            continue
        most = slug.slot.max_length
        number = _number(table) if slug.in_key else ""
        if number is None or (most is not None and most < _SHORTEST):
            continue
        lower = f"translate(lower({quoted(title.name)}), '{_ACCENTED}', '{_PLAIN}')"
        plain = f"regexp_replace({lower}, '[^a-z0-9]+', '-', 'g')"
        if most is not None:
            plain = f"left({plain}, {most - (_ROOM if number else 0)})"
        sql = f"trim(both '-' from {plain})"
        claims.relation(
            table, ExpressionRule, "slug", f"made of {title.name}", decides=[slug.name], tells_rows_apart=bool(number),
            column=slug.name, sql=f"{sql} || '-' || {number}::text" if number else sql, confidence=0.8,
        )  # fmt: skip


def _number(table: TableView) -> str | None:
    """The whole number that a row is known by, in SQL."""
    key = table.table.primary_key
    if key is None or len(key.columns) != 1 or table.columns[key.columns[0]].category != "integer":
        return None
    return quoted(key.columns[0])
