"""Conditions are evaluated here only where they mean what PostgreSQL means: it judges the same rows."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import polars as pl
import psycopg

from datalchemy_nb.constraints.classify import classify
from datalchemy_nb.constraints.facts import columns_read, sql_of
from datalchemy_nb.constraints.probe import understood
from datalchemy_nb.constraints.table import context_of
from datalchemy_nb.constraints.types import category_of, dtype_of
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.generate.checks import failing
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory

COLUMNS = {
    "i": ("int", ("-7", "0", "1", "2", "3", "7", "10", "35", "99")),
    "k": ("int", ("-7", "0", "1", "2", "3", "7", "10", "35", "99")),
    "n": ("numeric(8,2)", ("-5.5", "0", "0.25", "1.5", "10", "150")),
    "t": ("text", ("", "a", "A", "ab-1", "1.2", "12", " 7 ", "1,5", "Hello World", "0")),
    "d": ("date", ("1999-12-01", "2000-12-03", "2024-01-01", "2024-01-15", "2024-07-01")),
    "f": ("date", ("1999-12-01", "2000-12-03", "2024-01-01", "2024-01-15", "2024-07-01")),
    "s": ("timestamp", ("2024-01-01 07:15:30", "2024-03-03 09:00:00", "2024-03-03 23:59:59")),
    "h": ("time", ("07:15:30", "09:00:00", "18:15:00")),
    "v": ("interval", ("00:05:00", "30:00:00", "7 days", "1 mon", "1 day 02:00:00")),
    "w": ("interval", ("00:05:00", "30:00:00", "7 days", "1 mon", "1 day 02:00:00")),
    "x": ("bytea", ("\\x", "\\x01ff", "\\xffd8ff", "\\x" + "ab" * 32)),
    "a": ("text[]", ("{}", "{a}", "{a,b}", '{"x,y"}', '{""}', "{NULL}")),
    "m": ("int[]", ("{}", "{1}", "{2,1}", "{10,20,200}", "{NULL,1}")),
    "r": ("int4range", ("empty", "[0,100)", "[5,9)", "[99,102)", "(,7)")),
    "p": ("inet", ("10.0.0.1", "10.1.2.0/24", "192.168.1.5", "9.9.9.9", "::1")),
    "e": ("mood", ("low", "mid", "it's", "done")),
    "g": ("mood", ("low", "mid", "it's", "done")),
    "c": ("money", ("-$1.00", "$5.50", "$2,000.00")),
}
"""Type and values of each column; labels of ``mood`` are not in the order of their letters."""
CONDITIONS = """
i = 2 * (i / 2)
i / 2 > 1
i::numeric / 3 > 1
(f - d) / 7 = 1
n / 3 > 1
coalesce(i, 0) / nullif(k, 0) < 2
length(t) / 2 = 1
t::int > 0
length(regexp_replace(t, '\\D', '', 'g')) = 2
to_char(d, 'DD') = '01'
to_char(d, 'YYYY') > '2000'
to_char(s, 'HH24:MI') >= '08:00'
to_char(n, 'FM999.00') like '1%'
date_trunc('minute', h) = h
v < w
v > interval '1 day'
v between '1 hour' and '8 days'
greatest(v, w) < interval '20 days'
substring(x from 1 for 2) = '\\xffd8'
bit_length(x) = 256
octet_length(x) = 32
get_byte(x, 0) = 1
a[1] is not null
a[1] = 'x'
length(a[1]) > 0
array_to_string(a, ',') <> ''
a = '{}' or a[1] <> ''
array_length(a, 1) = array_length(m, 1)
array_length(m, 1) is not null
array_length(a, 1) is null
array_length(a, 1) <= 1
cardinality(a) = 1
m[1] < m[2]
'a' = any (a)
upper(r) > lower(r)
lower(r) >= 3
lower(r) is not null and upper(r) is not null
r < '[6,8)'
p < '10.0.0.0'
p <<= '10.0.0.0/8'
host(p) like '1%'
e > 'it''s'
'mid' >= e
e between 'mid' and 'it''s'
not e between 'mid' and 'it''s'
e <= g
e < 'low' or i > 3
c >= 0::money
row(i, n) is not null
(i, n) is null
t is normalized
format('%s-%s', t, i) = 'a-1'
""".strip().splitlines()


def test_what_is_evaluated_here_is_what_postgresql_says(database: DatabaseFactory) -> None:
    chance = random.Random(11)
    url = database(
        "create type mood as enum ('low', 'mid', 'it''s', 'done');"
        f"create table t(row_no int, {', '.join(f'{name} {kind}' for name, (kind, _) in COLUMNS.items())});"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(150):
            row = [
                number,
                *(None if chance.random() < 0.1 else chance.choice(values) for _, values in COLUMNS.values()),
            ]
            connection.execute(f"insert into t values ({', '.join(['%s'] * len(row))})".encode(), row)
        said = [_said(connection, condition) for condition in CONDITIONS]
        for number, condition in enumerate(CONDITIONS):
            connection.execute(f"alter table t add constraint c{number} check ({condition}) not valid".encode())
        columns = ", ".join(f"{name}::text" for name in COLUMNS)
        texts = connection.execute(f"select {columns} from t order by row_no".encode()).fetchall()
    schema = Session().introspect(url).schema
    (table,) = schema.tables.values()
    frame = pl.DataFrame(
        [
            _read(column.name, [row[place] for row in texts], dtype_of(column.column_type, schema))
            for place, column in enumerate(table.columns[1:])
        ]
    )
    categories = {column.name: category_of(column.column_type, schema) for column in table.columns}
    plan = Plan.model_validate(
        {"plan_version": "0.3", "seed": 1, "schema_ref": {"schema_version": "0.2", "engine": "postgres"}, "targets": [],
         "rules": [], "options": {"base_date": "2026-01-01"}}
    )  # fmt: skip
    context = context_of(categories, schema, plan, table)
    evaluated = 0
    wrong = []
    checks = {check.name: check.expression for check in table.checks}
    for number, condition in enumerate(CONDITIONS):
        let = np.ones(frame.height, dtype=bool)
        for fact in classify(checks[f"c{number}"], context):
            sql, names = sql_of(fact), columns_read(fact)
            if sql is None or understood(sql, {name: frame[name].dtype for name in names}, condition=True) is not None:
                break  # PostgreSQL is asked, or it is warned of
            let &= ~failing(frame.select(names), [sql])
        else:
            evaluated += 1
            if (let & ~said[number]).any():
                row = int(np.flatnonzero(let & ~said[number])[0])
                wrong.append(f"{condition}: {frame.row(row, named=True)}")
    assert not wrong, "\n".join(wrong)
    assert evaluated > len(CONDITIONS) / 3


def _said(connection: psycopg.Connection[tuple[object, ...]], condition: str) -> npt.NDArray[np.bool_]:
    """Which rows PostgreSQL lets pass; those it cannot compute are refused."""
    try:
        found = connection.execute(f"select coalesce(({condition}), true) from t order by row_no".encode()).fetchall()
    except psycopg.Error:
        found = []
        for place in range(150):
            one = f"select coalesce(({condition}), true) from t where row_no = {place}"
            try:
                found += connection.execute(one.encode()).fetchall()
            except psycopg.Error:
                found.append((False,))
    return np.array([row[0] for row in found], dtype=bool)


def _read(name: str, values: list[str | None], dtype: pl.DataType) -> pl.Series:
    texts = pl.Series(name, values, pl.String)
    if isinstance(dtype, pl.Date):
        return texts.str.to_date("%Y-%m-%d")
    if isinstance(dtype, pl.Time):
        return texts.str.to_time("%H:%M:%S")
    if isinstance(dtype, pl.Datetime):
        return texts.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    return texts.cast(dtype)
