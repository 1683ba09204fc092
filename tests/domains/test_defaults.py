from __future__ import annotations

import uuid

import polars as pl
import psycopg
import pytest

from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.defaults import default_domain
from tests.domains.domain_laws import assert_laws, slot

COLUMNS = [
    slot("integer", "smallint"),
    slot("integer", "bigint"),
    slot("decimal", "numeric(5,2)", precision=5, scale=2),
    slot("decimal", "numeric(3,3)", precision=3, scale=3),
    slot("decimal", "numeric(3,-2)", precision=3, scale=-2),
    slot("decimal", "numeric(38,10)", precision=38, scale=10),
    slot("decimal", "numeric"),
    slot("float", "real"),
    slot("float", "double precision"),
    slot("text", "text"),
    slot("text", "character varying(12)", max_length=12),
    slot("text", "character(2)", max_length=2),
    slot("text", "name"),
    slot("text", '"char"'),
    slot("uuid", "uuid"),
    slot("boolean", "boolean"),
    slot("date", "date"),
    slot("time", "time without time zone"),
    slot("time", "time with time zone"),
    slot("timestamp", "timestamp without time zone"),
    slot("timestamp", "timestamp(3) without time zone"),
    slot("timestamptz", "timestamp with time zone"),
    slot("interval", "interval"),
    slot("json", "json"),
    slot("json", "jsonb"),
    slot("bytes", "bytea"),
    *[slot("network", name) for name in ("inet", "cidr", "macaddr", "macaddr8")],
    *[slot("other", name) for name in ("bit(5)", "bit varying(8)", "bit", "xml", "tsvector", "tsquery", "money")],
    *[slot("other", name) for name in ("point", "lseg", "path", "polygon", "box", "line", "circle", "pg_lsn")],
    *[slot("range", name) for name in ("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange")],
    *[slot("range", name) for name in ("int4multirange", "datemultirange", "tstzmultirange")],
    *[slot("array", name) for name in ("integer[]", "text[]", "uuid[]", "boolean[]", "numeric(6,2)[]", "date[]")],
    *[slot("array", name) for name in ("timestamp with time zone[]", "character varying(9)[]", "double precision[]")],
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.type_name)
def test_every_type_has_values(column):
    domain = default_domain(column)
    values = assert_laws(domain)
    if column.max_length:
        assert values.str.len_chars().max() <= column.max_length


def test_postgres_reads_them_all(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for column in COLUMNS:
            values = _some(column)
            query = f"SELECT count(v::{column.type_name}) FROM unnest(%s::text[]) AS v"
            try:
                assert connection.execute(query, [values]).fetchone() == (len(values),), column.type_name
            except psycopg.errors.FeatureNotSupported:
                assert column.type_name == "xml", "only servers without libxml refuse a type"


def _some(column: Slot) -> list[str]:
    values = assert_laws(default_domain(column))
    return pl.concat([values.head(40), values.tail(40)]).cast(pl.String).to_list()


def test_enums_and_their_arrays():
    assert assert_laws(default_domain(slot("enum", "s.mood", labels=("sad", "ok")))).to_list() == ["sad", "ok"]
    arrays = assert_laws(default_domain(slot("array", "s.mood[]", labels=("sad", "ok")))).to_list()
    assert arrays[:4] == ["{}", '{"sad"}', '{"ok"}', '{"sad","sad"}']
    assert len(arrays) == 1 + 2 + 4 + 8, "none to three elements"


@pytest.mark.parametrize("type_name", ["s.shape", "s.address", "geometry(Blob,4326)"])
def test_unknown_types_are_left_to_the_planner(type_name):
    assert default_domain(slot("other", type_name)) is None


def test_uuids_of_two_columns_differ():
    one, other = (default_domain(slot("uuid", "uuid", seed=seed)) for seed in (1, 2))
    assert {uuid.UUID(v).version for v in assert_laws(one).head(5)} == {4}
    assert not set(assert_laws(one)) & set(assert_laws(other))
