"""Tables of cities: each city once, with what belongs to it, in the state that it lies in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from datalchemy_nb.contracts.relations import ParentRule
from datalchemy_nb.domains import reference
from datalchemy_nb.domains.brazil.places import gazetteer
from datalchemy_nb.domains.reference.places import atlas, country_of
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.rules.brazil import recognise_brazil
from datalchemy_nb.drafting.rules.places import recognise_place
from datalchemy_nb.drafting.shapes.base import Claims, Link, SchemaView, links_read, literal, quoted
from datalchemy_nb.drafting.shapes.children import list_of
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView, TableView

_NAMES = ("semantic.br.city", "place.city")
_FIELDS = {
    "semantic.br.city": "city", "place.city": "city", "semantic.br.ddd": "ddd", "semantic.br.city.ibge": "ibge",
    "place.latitude": "latitude", "place.longitude": "longitude", "place.population": "population",
    "place.time_zone": "time_zone", "place.region": "region", "place.region_code": "region_code",
    "semantic.br.uf": "region_code", "semantic.br.state": "region", "place.country_code": "country",
}  # fmt: skip
"""What generators of places show, as the list of cities calls it."""
_FEWEST = 20

City = dict[str, str]


def list_places(view: SchemaView, claims: Claims) -> None:
    """Recognise tables of cities and of the states that they lie in."""
    for table in view.tables.values():
        if len(table.plan.locales) == 1 and list_of(claims, table) == "subdivision":
            _list_states(view, table, claims)
    _list_cities(view, claims)


def _list_states(view: SchemaView, table: TableView, claims: Claims) -> None:
    """States are of one country, which is there whatever rows are asked; IBGE's number of a state has two digits."""
    for link in view.up(table):
        if list_of(claims, link.parent) == "country" and link.parent.ref in claims.rows:
            size = reference.size_of("country", table.plan.locale)
            claims.exactly[link.parent.ref] = size, f"{link.parent.ref.table} lists all countries, for what lies in one"
    if country_of(None, table.plan.locale) != "BR":
        return
    number = {row["region_code"]: row["ibge"][:2] for row in _cities(table.plan.locale)}
    codes = [number[str(code)] for code in reference.records("subdivision", table.plan.locale).columns["local_code"]]
    for column in table.columns.values():
        found = recognise_brazil(column)
        if found is None or found.generator_id != "semantic.br.city.ibge" or not claims.is_free(table, column.name):
            continue
        wanted = offer("primitive.choice", values=[*codes] if column.category == "text" else [*map(int, codes)],
                       ordered=True)  # fmt: skip
        suggestion = suggest(
            column, "list_places", first_fitting(column, [wanted]), ("IBGE's number of each state",), 0.8
        )
        if suggestion is not None:
            claims.suggest(suggestion)


def _list_cities(view: SchemaView, claims: Claims) -> None:
    """Recognise tables whose rows are cities, and let each be a city of its own in its own state."""
    for table in view.tables.values():
        if not table.columns or table.subject is None or table.subject[0] != "city" or len(table.plan.locales) > 1:
            continue
        shown = {column.name: (column, field) for column, field in _shown(table)}
        named = next((column for column, field in shown.values() if field == "city"), None)
        cities = _cities(table.plan.locale)
        if named is None or len(cities) < _FEWEST or not claims.is_free(table, named.name, apart=True):
            continue
        if any(column.name != named.name and column.is_unique for column, _ in shown.values()):
            continue
        rows = min(table.rows, len(cities))
        found = {column.name: _in_turn(column, field, cities, rows) for column, field in shown.values()}
        if found[named.name] is None:
            continue
        for suggestion in found.values():
            if suggestion is not None:
                claims.suggest(suggestion)
        claims.exactly[table.ref] = rows, f"{table.ref.table} lists cities, each once"
        _lie_in_their_state(view, table, named, cities[:rows], claims)


def _cities(locale: str) -> list[City]:
    """The cities of a locale's country whose names differ, the largest first."""
    country = country_of(None, locale)
    rows = [dict(row) for row in atlas(country).rows]
    if country == "BR":
        known = gazetteer()
        codes = zip(known.area_codes.tolist(), known.codes.tolist(), strict=True)
        rows = [{**row, "ddd": str(ddd), "ibge": str(ibge)} for row, (ddd, ibge) in zip(rows, codes, strict=True)]
    rows.sort(key=lambda row: -int(row["population"]))
    return list({row["city"]: row for row in reversed(rows)}.values())[::-1]


def _shown(table: TableView) -> Iterator[tuple[ColumnView, str]]:
    """The columns that show something of the city itself."""
    for column in table.columns.values():
        if column.name in table.foreign_columns or column.column.generated is not None or column.is_listed:
            continue
        found = recognise_brazil(column) or recognise_place(column)
        if found is not None and found.generator_id in _FIELDS and "role" not in found.params:
            yield column, _FIELDS[found.generator_id]


def _in_turn(column: ColumnView, field: str, cities: Sequence[City], rows: int) -> Suggestion | None:
    """The list's own column, one city a row."""
    if any(not city.get(field) for city in cities[:rows]):
        return None
    texts = [city[field] for city in cities[:rows]]
    values: list[object] = [*texts]
    if column.category == "integer":
        values = [int(float(text)) for text in texts]
    elif column.category in ("decimal", "float"):
        values = [float(text) for text in texts]
    again = {} if column.in_key or column.category != "text" else {"numbered": False}
    found = first_fitting(column, [offer("primitive.choice", values=values, ordered=True, **again)])
    return suggest(column, "list_places", found, (f"{column.table.ref.table} lists cities, each once",), 0.85)


def _lie_in_their_state(
    view: SchemaView, table: TableView, named: ColumnView, cities: Sequence[City], claims: Claims
) -> None:
    """A city refers to its state, where the table above lists the states of the country."""
    read = set(links_read(claims))
    for link in view.up(table):
        if len(link.key.columns) != 1 or (table.ref, link.key.columns) in read or not link.is_certain:
            continue
        told = _told_by(claims, link, table.plan.locale)
        if told is None:
            continue
        code, texts = told
        by_text = sorted((texts[city["region_code"]], city["city"]) for city in cities if city["region_code"] in texts)
        if not by_text:
            continue
        cases = " ".join(
            f"WHEN {quoted(named.name)} IN ({', '.join(literal(name) for _, name in names)}) THEN {literal(text)}"
            for text, names in groupby(by_text, key=lambda one: one[0])
        )
        theirs = f"{quoted(link.column)}.{quoted(code.name)}"
        claims.relation(
            table, ParentRule, "places", f"each city of {table.ref.table} lies in its own row of {link.parent.ref}",
            decides=[], column=link.column, where=f"{theirs} = CASE {cases} ELSE {theirs} END", or_any=True,
        )  # fmt: skip


def _told_by(claims: Claims, link: Link, locale: str) -> tuple[ColumnView, dict[str, str]] | None:
    """A column that tells the states of a list apart, and what it has for each of their codes."""
    found = []
    for column in link.parent.columns.values():
        suggestion = claims.suggestions.get((link.parent.ref, column.name))
        kind, _, field = (suggestion.generator_id or "" if suggestion else "").rpartition(".")
        if kind == "reference.subdivision" and suggestion is not None and suggestion.params.get("ordered"):
            found.append((field not in ("local_code", "code"), column, field))
    if not found:
        return None
    _, column, field = min(found, key=lambda one: one[0])
    records = reference.records("subdivision", locale).columns
    return column, dict(zip(map(str, records["local_code"]), map(str, records[field]), strict=True))
