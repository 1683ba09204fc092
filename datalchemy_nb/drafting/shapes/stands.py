"""Stands of meters and odometers: what only rises with time, of each meter and vehicle for itself."""

from __future__ import annotations

from datalchemy_nb.contracts.relations import Bound, ExpressionRule, OrderedRule, RunningRule
from datalchemy_nb.domains.limits import AtMost
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    Link,
    SchemaView,
    columns_saying,
    first_saying,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.shapes.moments import birth_of, is_ahead
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Vocabulary, vocabulary

_VEHICLES = frozenset(
    "vehicle car truck van bus fleet unit automobile motorcycle veiculo carro caminhao frota moto onibus vehiculo "
    "coche camion vehicule voiture fahrzeug".split()
)
_METERS = frozenset("meter medidor hidrometro contador compteur zaehler".split())
_ODOMETER = vocabulary(
    "odometer, odometer km, odometer reading, start odometer, odometer start, mileage reading, odometer miles",
    "hodometro, hodometro inicial, odometro, quilometragem, quilometragem inicial, km atual, km inicial, km veiculo",
)
_HAS_RUN = vocabulary(
    "odometer, odometer km, current odometer, mileage, current mileage, current km",
    "hodometro, odometro, quilometragem, quilometragem atual, km atual, km rodados",
)
_STAND = vocabulary(
    "current reading, meter reading, meter stand, reading, reading value, reading kwh, stand",
    "leitura atual, leitura, valor leitura",
)
_BEFORE = vocabulary("previous reading, last reading, prior reading", "leitura anterior")
_USED = vocabulary(
    "consumption, consumption kwh, consumption m3, usage, usage kwh, kwh used", "consumo, consumo kwh, consumo m3"
)
_DAYS_RUN = 1460
"""Days in which a vehicle has run what it has run: four years make some 15,000 km a year of the usual stand."""
_DAYS_BUILT_IN = 3650


def let_stands_rise(view: SchemaView, claims: Claims) -> None:
    """An odometer shows more at each later day, and no more than its vehicle has run; a meter more at each reading."""
    for table in view.tables.values():
        for link in view.up(table):
            if not link.is_certain or len(link.key.columns) != 1:
                continue
            if set(nouns(link.parent)) & _VEHICLES:
                _odometer(table, link, claims)
            elif set(nouns(link.parent)) & _METERS:
                _meter(table, link, claims)


def _when(table: TableView) -> ColumnView | None:
    """When something was read: the birth of the row, or the first moment that it has."""
    moments = [one for one in table.columns.values() if one.category in MOMENTS and not is_ahead(one)]
    return birth_of(table) or next(iter(moments), None)


_OTHERS = frozenset(
    "end final closing return arrival next due service limit max min expected previous last prior chegada retorno "
    "proximo proxima anterior limite".split()
)


def _stand(table: TableView, meaning: Vocabulary) -> ColumnView | None:
    """The stand when a row begins, not what it was before and will be after."""
    return next((one for one in columns_saying(table, meaning, NUMBERS) if not _OTHERS & set(one.words)), None)


def _rising(column: ColumnView | None, when: ColumnView | None) -> bool:
    """Whether a number can be told by a day."""
    if column is None or when is None or when.category == "time" or (when.may_be_null and not column.may_be_null):
        return False
    return not any(isinstance(limit, AtMost) for _, limit in column.limits)


def _once(when: ColumnView, sql: str) -> str:
    """What is read only when something has happened: nothing is read of a trip that has not begun."""
    return f"CASE WHEN {quoted(when.name)} IS NOT NULL THEN {sql} END" if when.may_be_null else sql


def _key_number(link: Link) -> str | None:
    """The key of the parent as a number of its own, where it is one."""
    return quoted(link.column) if link.child.columns[link.column].category == "integer" else None


def _odometer(table: TableView, link: Link, claims: Claims) -> None:
    column, when = _stand(table, _ODOMETER), _when(table)
    if not _rising(column, when) or column is None or when is None:
        return
    has_run, number = first_saying(link.parent, _HAS_RUN, NUMBERS), _key_number(link)
    if has_run is not None:
        whole = f"{link.column}.{quoted(has_run.name)}"
        whole = f"coalesce({whole}, 48000)" if has_run.may_be_null else whole
    elif number is not None:
        whole = f"(24000 + {number} % 41 * 2600)"
    else:
        return
    ago = f"(current_date - {quoted(when.name)}::date)"
    sql = f"{whole} * greatest(least({_DAYS_RUN} - {ago}, {_DAYS_RUN}), 0) / {_DAYS_RUN}"
    claims.relation(
        table, ExpressionRule, "stand", f"rises with {when.name}, of each row of {link.parent.ref}",
        decides=[column.name], column=column.name, sql=_once(when, sql),
    )  # fmt: skip


def _meter(table: TableView, link: Link, claims: Claims) -> None:
    column, when = _stand(table, _STAND), _when(table)
    used, before = first_saying(table, _USED, NUMBERS), first_saying(table, _BEFORE, NUMBERS)
    if not _rising(column, when) or column is None or when is None:
        return
    told = f"rises with {when.name}, of each row of {link.parent.ref}"
    if used is not None and used.name != column.name and not when.may_be_null and claims.is_free(table, when.name):
        begun = birth_of(link.parent)
        if claims.relation(
            table, RunningRule, "stand", f"{used.name} of each row of {link.parent.ref}, summed up",
            decides=[column.name], column=column.name, within=link.column, value=quoted(used.name),
        ):  # fmt: skip
            after = Bound(column=f"{link.column}.{begun.name}") if begun is not None and not begun.may_be_null else None
            claims.relation(
                table, OrderedRule, "stand", f"{link.parent.ref} is read again and again", decides=[when.name],
                column=when.name, within=link.column, after=after,
            )  # fmt: skip
            if before is not None and before.name != column.name and (before.may_be_null or not column.may_be_null):
                taken = f"coalesce({quoted(used.name)}, 0)" if used.may_be_null else quoted(used.name)
                claims.relation(
                    table, ExpressionRule, "stand", f"{column.name} less {used.name}", decides=[before.name],
                    column=before.name, sql=f"{quoted(column.name)} - {taken}",
                )  # fmt: skip
        return
    number = _key_number(link)
    if number is not None:
        pace, ago = f"(3 + {number} % 11)", f"(current_date - {quoted(when.name)}::date)"
        claims.relation(
            table, ExpressionRule, "stand", told, decides=[column.name], column=column.name,
            sql=_once(when, f"{pace} * greatest({_DAYS_BUILT_IN} - {ago}, 0)"),
        )  # fmt: skip
