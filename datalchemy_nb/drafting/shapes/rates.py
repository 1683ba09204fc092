"""What is charged at a rate that a row above tells: nights of a room's type, hours of a lawyer, months of a lease."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.relations import CopyRule, ExpressionRule
from datalchemy_nb.drafting.shapes.base import (
    MOMENTS,
    NUMBERS,
    Claims,
    Link,
    SchemaView,
    columns_saying,
    first_saying,
    quoted,
)
from datalchemy_nb.drafting.shapes.moments import start_of
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Vocabulary, vocabulary
from datalchemy_nb.records import dataclass

SHAPE = "rates"


@dataclass(frozen=True)
class _Rate:
    """What is charged for one unit of something.

    Attributes:
        told: names by which a row above says what it costs.
        own: names by which the row that is charged repeats it; those of `told` do too.
        by_day: whether the unit is a day or a night.
    """

    told: Vocabulary
    own: Vocabulary
    by_day: bool = False


_RATES = (
    _Rate(
        vocabulary(
            "nightly rate, rate per night, room rate, daily rate, rate per day, day rate, price per night, "
            "price per day, nightly price, daily price",
            "diaria, valor diaria, preco diaria, tarifa diaria",
        ),
        vocabulary("rate, price", "tarifa, valor unitario"),
        by_day=True,
    ),
    _Rate(
        vocabulary(
            "hourly rate, rate per hour, price per hour, hourly price, billing rate, billable rate, standard rate",
            "valor hora, preco hora, honorario hora, taxa hora",
        ),
        vocabulary("rate, bill rate, billed rate, charge rate", "valor unitario, taxa"),
    ),
    _Rate(
        vocabulary(
            "monthly rent, rent, rent amount, monthly fee, monthly price, monthly rate",
            "aluguel, valor aluguel, mensalidade, valor mensalidade, preco mensal",
        ),
        vocabulary(),
    ),
)
_WHOLE = vocabulary(
    "total amount, total price, total cost, total charge, grand total, total, amount, price, cost",
    "valor total, preco total, custo total, total, valor",
)
_UNITS = vocabulary("nights, days, total days, number nights", "diarias, noites, dias")


def charge_at_the_rate(view: SchemaView, claims: Claims) -> None:
    """Let a row repeat the rate of what it is charged for, and a stay cost its nights at the rate."""
    for table in view.tables.values():
        for rate in _RATES:
            found = next(_rates_above(view, table, rate), None)
            if found is None:
                continue
            path, above, certain = found
            own = _own(table, rate, above)
            if own is not None and (own.may_be_null or certain):
                claims.relation(
                    table, CopyRule, SHAPE, f"what {above.table.ref} asks ({above.name})", decides=[own.name],
                    column=own.name, source=path,
                )  # fmt: skip
            if rate.by_day and certain:
                _nights(table, quoted(own.name) if own is not None else path, claims, own)
            break


def _own(table: TableView, rate: _Rate, above: ColumnView) -> ColumnView | None:
    """The column that repeats the rate: it is called as rates of its unit are, else by a bare word for one."""
    for meaning in (rate.told, rate.own):
        for column in columns_saying(table, meaning, NUMBERS):
            bare = meaning is rate.told or len(column.words) == 1 or column.says(rate.told) is not None
            if bare and column.category == above.category:
                return column
    return None


def _rates_above(view: SchemaView, table: TableView, rate: _Rate) -> Iterator[tuple[str, ColumnView, bool]]:
    """Columns of rows above, and above these, that tell a rate: with the path, and whether every row has one."""
    links = [one for one in view.up(table) if len(one.key.columns) == 1]
    for link in links:
        above = first_saying(link.parent, rate.told, NUMBERS)
        if above is not None:
            yield f"{quoted(link.column)}.{quoted(above.name)}", above, link.is_certain and not above.may_be_null
    for link in links:
        for further in _single(view, link.parent):
            above = first_saying(further.parent, rate.told, NUMBERS)
            if above is not None:
                certain = link.is_certain and further.is_certain and not above.may_be_null
                yield f"{quoted(link.column)}.{quoted(further.column)}.{quoted(above.name)}", above, certain


def _single(view: SchemaView, table: TableView) -> list[Link]:
    return [one for one in view.up(table) if len(one.key.columns) == 1]


def _nights(table: TableView, rate: str, claims: Claims, own: ColumnView | None) -> None:
    """A stay that does not count its nights costs what lies between its days, at the rate."""
    if first_saying(table, _UNITS, NUMBERS) is not None:
        return  # the product of two columns of the row is found there
    moments = {one.words: one for one in table.columns.values() if one.category in MOMENTS and one.category != "time"}
    ends = [(start_of(one, moments), one) for one in moments.values()]
    pair = next(((start, end) for start, end in ends if start is not None and start.category == end.category), None)
    wholes = (one for one in columns_saying(table, _WHOLE, ("decimal", "float")) if own is None or one.name != own.name)
    whole = next((one for one in wholes if len(one.words) == 1 or one.words[0] in ("total", "valor", "preco")), None)
    if pair is None or whole is None or pair[0].may_be_null or (pair[1].may_be_null and not whole.may_be_null):
        return
    start, end = (f"{quoted(one.name)}{'' if one.category == 'date' else '::date'}" for one in pair)
    claims.relation(
        table, ExpressionRule, SHAPE, f"the days from {pair[0].name} to {pair[1].name} at the rate",
        decides=[whole.name], column=whole.name, sql=f"greatest({end} - {start}, 1) * {rate}",
    )  # fmt: skip
