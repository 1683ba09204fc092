"""Types of PostgreSQL's extensions: published text forms, check digits and places; a real server where it has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.constraints.modifiers import told_type
from datalchemy_nb.domains.article_numbers import SCHEMES, ArticleNumber
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.spatial import Spatial, _projected, kind_of
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory
from tests.domains.domain_laws import assert_laws, slot

KINDS = (
    "Point LineString Polygon MultiPoint MultiLineString MultiPolygon GeometryCollection CircularString CompoundCurve "
    "CurvePolygon MultiCurve MultiSurface Triangle Tin PolyhedralSurface Geometry"
).split()
SPATIAL = [
    "geometry",
    "geography",
    *(f"geometry({kind}{dimensions},4326)" for kind in KINDS for dimensions in ("", "Z", "M", "ZM")),
    *(f"geography({kind},4326)" for kind in KINDS[:7]),
    *(f"geometry(Polygon,{srid})" for srid in (3857, 31983, 32723, 29193, 4674)),
    "geometry(Point)",
]
EXTENSIONS = {
    "postgis": [*SPATIAL, "box2d", "box3d", "geometry(Point,4326)[]"],
    "vector": ["vector(4)", "vector", "halfvec(5)", "sparsevec(100)", "sparsevec(1)", "vector(3)[]"],
    "citext": ["citext", "citext[]"],
    "ltree": ["ltree", "ltree[]", "lquery", "ltxtquery"],
    "hstore": ["hstore", "hstore[]"],
    "isn": [*SCHEMES, "ean13[]"],
    "cube": ["cube", "cube[]"],
    "seg": ["seg"],
    "ip4r": ["ip4", "ip4r", "ip6", "ip6r", "ipaddress", "iprange", "ip4r[]"],
    "intarray": ["query_int"],
}
OBJECTS = (
    "oid regclass regtype regproc regprocedure regoper regoperator regrole regnamespace regcollation regconfig "
    "regdictionary xid xid8 cid tid txid_snapshot pg_snapshot int2vector oidvector refcursor aclitem regclass[] box[]"
).split()


def _slot(type_name: str):
    category = "array" if type_name.endswith("[]") else "text" if type_name == "citext" else "other"
    return slot("integer" if type_name == "oid" else category, type_name)


def _some(type_name: str, count: int = 200) -> list[str]:
    domain = default_domain(_slot(type_name))
    assert domain is not None, type_name
    bits = np.random.default_rng(7).integers(0, 2**64, count, dtype=np.uint64)
    return domain.take(domain.draw(bits)).cast(pl.String).to_list()


# --- check digits -----------------------------------------------------------------------------------------------------


def _weighted(text: str) -> int:
    """The published sums, digit by digit: 0 where the number is right."""
    digits = [10 if c == "X" else int(c) for c in text]
    if len(text) in (8, 10):
        return sum(d * (len(text) - i) for i, d in enumerate(digits)) % 11
    return sum(d * (1 if (len(text) - i) % 2 else 3) for i, d in enumerate(digits)) % 10


@pytest.mark.parametrize("known", ["9780306406157", "0306406152", "03785955", "9790060115615", "036000291452"])
def test_published_examples_fit_the_sums_used_here(known: str) -> None:
    assert _weighted(known) == 0


@pytest.mark.parametrize("kind", SCHEMES)
@given(ordinals=st.lists(st.integers(0, 10**7 - 1), min_size=1, max_size=20))
def test_check_digits(kind: str, ordinals: list[int]) -> None:
    texts = ArticleNumber(kind).take(np.array(ordinals, dtype=np.uint64)).to_list()
    assert all(_weighted(text) == 0 for text in texts)
    assert len(set(texts)) == len(set(ordinals))


@pytest.mark.parametrize("kind", SCHEMES)
def test_article_numbers_keep_the_laws(kind: str) -> None:
    assert_laws(ArticleNumber(kind))


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_name", SPATIAL)
def test_kind_dimensions_and_system_are_the_columns(type_name: str) -> None:
    kind = kind_of(type_name)
    assert kind is not None
    shape = "POINT" if kind.shape == "geometry" else kind.shape.upper()
    numbers = 2 + len(kind.dimensions)
    corner = r"-?\d+\.\d+ -?\d+\.\d+" + r" \d+" * (numbers - 2)
    head = f"SRID={kind.srid};" if kind.srid else ""
    for text in _some(type_name, 20):
        found = re.fullmatch(rf"{head}{shape}(?: {kind.dimensions} )?(\(.*\))", text)
        assert found, text
        assert found[1].count("(") == found[1].count(")")
        inner = re.sub(r"[A-Z]+|[()]", "", found[1])
        assert all(re.fullmatch(rf"\s*[ZM]*\s*{corner}", part) for part in inner.split(",")), text


@pytest.mark.parametrize(
    "type_name", ["geometry(Polygon,4326)", "geography(MultiPolygon,4326)", "geometry(Triangle,0)"]
)
def test_rings_are_closed(type_name: str) -> None:
    for text in _some(type_name, 50):
        for ring in re.findall(r"\(([^()]+)\)", text):
            first, *_, last = ring.split(",")
            assert first == last


def test_points_lie_in_the_plans_country() -> None:
    domain = default_domain(slot("other", "public.geography(Point,4326)", locale="pt_BR"))
    assert isinstance(domain, Spatial)
    texts = domain.take(domain.draw(np.random.default_rng(3).integers(0, 2**64, 500, dtype=np.uint64)))
    for text in texts.to_list():
        east, north = map(float, re.findall(r"-?\d+\.\d+", text))
        assert -74 < east < -34
        assert -34 < north < 5.5
    assert texts.n_unique() > 490


@pytest.mark.parametrize(
    ("srid", "east", "north"),
    [(3857, -5191196.21, -2698731.88), (31983, 333287.02, 7394586.09), (32723, 333287.02, 7394586.09)],
)
def test_projections_agree_with_proj(srid: int, east: float, north: float) -> None:
    """The centre of São Paulo as PROJ transforms it."""
    assert _projected(srid, -46.633309, -23.55052) == pytest.approx((east, north), abs=0.02)


def test_a_system_without_places_is_told() -> None:
    known, unknown = (default_domain(slot("other", f"geometry(Point,{srid})")) for srid in (31983, 27700))
    assert known is not None
    assert unknown is not None
    assert not known.caution
    assert "27700" in unknown.caution


def test_unknown_kinds_are_nobodys() -> None:
    assert kind_of("geometry(Blob,4326)") is None


# --- a server that has them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_postgres_reads_them(extension: str, database: DatabaseFactory) -> None:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        has = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = %s", [extension]).fetchone()
        if has is None:
            pytest.skip(f"this server has no {extension}")
        connection.execute(f"CREATE EXTENSION {extension}")
        _read(connection, EXTENSIONS[extension])


def test_postgres_reads_types_that_refer_to_its_objects(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        _read(connection, OBJECTS)


def _read(connection: psycopg.Connection, names: Sequence[str]) -> None:
    for name in names:
        values = _some(name)
        query = f"SELECT count(v::{name}) FROM unnest(%s::text[]) AS v"
        assert connection.execute(query, [values]).fetchone() == (len(values),), name


# --- what CHECKs say of a type ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_name", "conditions", "told"),
    [
        ("geometry", ["(st_srid(g) = 4326)"], "geometry(GEOMETRY,4326)"),
        (
            "public.geometry",
            [
                "CHECK ((public.st_ndims(g) = 2))",
                "CHECK (((public.geometrytype(g) = 'MULTIPOLYGON'::text) OR (g IS NULL)))",
                "CHECK ((public.st_srid(g) = 31983))",
            ],
            "public.geometry(MULTIPOLYGON,31983)",
        ),
        ("geometry", ["st_ndims(g) = 3 AND st_geometrytype(g) = 'ST_LineString'"], "geometry(LINESTRINGZ,0)"),
        ("geometry", ["geometrytype(g) = ANY (ARRAY['POLYGON'::text, 'MULTIPOLYGON'::text])"], "geometry(POLYGON,0)"),
        ("geometry", ["geometrytype(other) = 'POINT'", "st_isvalid(g)", "st_srid(g) > 0"], "geometry"),
        ("vector", ["vector_dims(g) = 5"], "vector(5)"),
    ],
)
def test_checks_say_what_the_type_leaves_open(type_name: str, conditions: list[str], told: str) -> None:
    assert told_type(type_name, "g", conditions) == told


# --- through the whole way --------------------------------------------------------------------------------------------

OWN = """
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE words AS RANGE (subtype = text);
CREATE TYPE path AS (x int, y int);
CREATE TYPE odd;
CREATE FUNCTION odd_in(cstring) RETURNS odd LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION odd_out(odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE odd (input = odd_in, output = odd_out, like = text);
CREATE TABLE own (id int PRIMARY KEY, s span NOT NULL, m span_multirange NOT NULL, w words NOT NULL,
    p public.path NOT NULL, o odd, boxes box[] NOT NULL, price money NOT NULL, x xid8 NOT NULL);
CREATE TABLE host (address inet PRIMARY KEY, mac macaddr NOT NULL UNIQUE);
"""


def test_types_of_the_users_own_are_loaded_and_judged(database: DatabaseFactory) -> None:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OWN)
        connection.execute("ALTER DATABASE " + connection.info.dbname + " SET lc_monetary = 'C'")
    session = Session()
    session.introspect(url)
    run = session.generate(session.show_plan(draft=True, rows=60))
    told = [issue.message for issue in (*run.report.warnings, *run.report.unsupported)]
    assert [message for message in told if "odd" in message and "left null" in message]
    metrics = session.evaluate(run).metrics
    assert not metrics.violations
    assert not metrics.warnings, "keys of networks and hardware are judged"
    assert session.load(run, url).report.rows == 120


def test_a_type_nobody_makes_is_a_question_of_its_column(database: DatabaseFactory) -> None:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OWN + "CREATE TABLE must (id int PRIMARY KEY, o odd NOT NULL);")
    session = Session()
    session.introspect(url)
    issue = next(i for i in session.validate(session.show_plan(draft=True, rows=9)).issues if "must" in i.message)
    assert "must.o" in issue.message
    assert issue.hint


def test_money_means_the_same_under_any_locale(database: DatabaseFactory) -> None:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bill (id int PRIMARY KEY, total money NOT NULL)")
        known = {row[0] for row in connection.execute("SELECT collname FROM pg_collation WHERE collprovider = 'c'")}
        comma = next((name for name in ("pt_BR.utf8", "de_DE.utf8", "pt_BR", "de_DE") if name in known), None)
        if comma is None:
            pytest.skip("this server has no locale that writes a comma")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET lc_monetary = '{comma}'")
    session = Session()
    session.introspect(url)
    run = session.generate(session.show_plan(draft=True, rows=20))
    session.load(run, url, commit=True)
    with psycopg.connect(url) as connection:
        most = connection.execute("SELECT max(total::numeric) FROM bill").fetchone()
    assert most is not None
    assert most[0] < 10_000
