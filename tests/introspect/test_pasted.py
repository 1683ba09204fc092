"""Connections as people paste them: what their framework is configured with leads to the same database."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.errors import ConnectionFailed, UsageError
from datalchemy_nb.introspect.connection import Target, connect
from datalchemy_nb.introspect.conninfo import parse, written
from datalchemy_nb.session import Session

SECRET = "Zq7Secret9"
FORMS = (
    "postgres://{rest}",
    "postgresql+psycopg://{rest}",
    "postgresql+psycopg2://{rest}",
    "postgresql+asyncpg://{rest}",
    "postgres+pool://{rest}",
    "psql://{rest}",
    "pgsql://{rest}",
    "postgis://{rest}",
    "POSTGRESQL://{rest}",
    '"postgresql://{rest}"',
    "'postgres://{rest}'",
    "DATABASE_URL=postgres://{rest}",
    'export DATABASE_URL="postgres://{rest}"',
    "psql 'postgresql://{rest}'",
    "jdbc:postgresql://{place}?user={user}&password={password}",
)
PARAMETERS = (
    "schema=public",
    "pgbouncer=true",
    "pgbouncer=true&connection_limit=1&pool_timeout=20",
    "ssl=false",
    "sslmode=disabled",
    "sslmode=PREFER",
    "ApplicationName=mine&currentSchema=a,b&reWriteBatchedInserts=true",
    "prepared_statement_cache_size=0&ssl=prefer",
    "pool=5&encoding=utf8&prepared_statements=false",
    "connectTimeout=5&sslaccept=strict",
    "uselibpqcompat=true&statement_cache_capacity=0&search_path=app",
)


@dataclass(frozen=True)
class Parts:
    """A server's URL taken apart."""

    rest: str
    place: str
    user: str
    password: str
    host: str
    port: int


@pytest.fixture
def parts(postgres_url: str) -> Parts:
    url = urlsplit(postgres_url)
    user, password, host, port = url.username or "", url.password or "", url.hostname or "", url.port or 5432
    place = f"{host}:{port}/postgres"
    return Parts(f"{user}:{password}@{place}", place, user, password, host, port)


class TestFormsThatConnect:
    @pytest.mark.parametrize("form", FORMS)
    def test_names_of_drivers_and_wrappings(self, parts: Parts, form: str) -> None:
        with connect(form.format(**vars(parts))) as connection:
            assert connection.info.dbname == "postgres"

    @pytest.mark.parametrize("query", PARAMETERS)
    def test_parameters_of_other_clients(self, parts: Parts, query: str) -> None:
        connect(f"postgresql://{parts.rest}?{query}").close()

    def test_pairs_with_parameters_of_other_clients(self, parts: Parts) -> None:
        pairs = f"host={parts.host} port={parts.port} username={parts.user} password={parts.password} database=postgres"
        connect(f"{pairs} schema=public ssl=false").close()

    def test_several_hosts_as_sqlalchemy_writes_them(self, parts: Parts) -> None:
        hosts = f"host={parts.host}:{parts.port}&host={parts.host}:{parts.port}"
        connect(f"postgresql+psycopg://{parts.user}:{parts.password}@/postgres?{hosts}").close()

    def test_entry_of_django(self, parts: Parts) -> None:
        entry = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": parts.user,
            "PASSWORD": parts.password,
            "HOST": parts.host,
            "PORT": str(parts.port),
            "OPTIONS": {"sslmode": "prefer", "pool": {"min_size": 2}},
            "CONN_MAX_AGE": 60,
            "ATOMIC_REQUESTS": True,
            "TEST": {"NAME": "other"},
        }
        session = Session()
        assert session.connect(entry).database == "postgres"
        assert parts.password not in session.database

    def test_keywords_of_libpq(self, parts: Parts) -> None:
        known = {"host": parts.host, "port": parts.port, "user": parts.user, "password": parts.password}
        assert Session().connect({**known, "dbname": "postgres"}).database == "postgres"

    def test_statements_are_not_prepared_behind_a_pooler(self, parts: Parts) -> None:
        with connect(f"postgresql://{parts.rest}?pgbouncer=true") as connection:
            assert connection.prepare_threshold is None
        with connect(f"postgresql://{parts.rest}") as connection:
            assert connection.prepare_threshold is not None


class TestWhatIsSaid:
    def test_left_out_parameters_are_named_with_the_connection(self, parts: Parts) -> None:
        told = Session().connect(f"postgresql://{parts.rest}?schema=app&connection_limit=1").note
        assert "schema, connection_limit" in told
        assert "--schema" in told

    def test_and_with_the_schema_that_was_read(self, parts: Parts) -> None:
        session = Session()
        assert "pgbouncer" in session.introspect(f"postgresql://{parts.rest}?pgbouncer=true", schemas="public").note

    def test_nothing_is_said_of_what_is_translated(self) -> None:
        assert not Target.resolve("postgres://u@h/d?ssl=true&ApplicationName=x").remark

    @pytest.mark.parametrize(
        ("given", "mode"),
        [("ssl=true", "require"), ("ssl=1", "require"), ("ssl=verify-full", "verify-full"), ("ssl=false", "disable"),
         ("sslmode=no-verify", "require"), ("sslmode=VERIFY_CA", "verify-ca"), ("sslmode=prefer", "prefer")],
    )  # fmt: skip
    def test_ssl_means_the_same(self, given: str, mode: str) -> None:
        found = parse(f"postgresql://u@h/d?{given}")
        assert found is not None
        assert found.value("sslmode") == mode

    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("jdbc:mysql://u:{s}@h/d", "mysql is not supported"),
            ("prisma+postgres://accelerate.invalid/?api_key={s}", "Prisma Accelerate"),
            ("postgresql://u:{s}@h/d?sslmod=require", "parameter 1 of the connection string"),
            ("postgresql://u@h/d?sslmode=require&{s}=1", "parameter 2 of the connection string"),
            ("host=h password={s} conect_timeout=3", "parameter 3 of the connection string"),
            ("postgresql://u:[YOUR-PASSWORD]@h/d", "is a placeholder"),
            ("postgresql+psycopg://u:***@h/d", "is a placeholder"),
        ],
    )
    def test_what_cannot_be_met_has_a_cure_and_shows_no_secret(self, url: str, told: str) -> None:
        with pytest.raises(ConnectionFailed, match=told) as caught:
            connect(url.format(s=SECRET))
        assert caught.value.hint
        assert SECRET not in f"{caught.value!r}{caught.value.hint}"

    def test_a_near_name_is_suggested(self) -> None:
        with pytest.raises(ConnectionFailed) as caught:
            connect("postgresql://u@h/d?conect_timeout=3")
        assert "connect_timeout" in str(caught.value.hint)

    def test_an_entry_of_another_engine(self) -> None:
        with pytest.raises(UsageError, match="sqlite3 is not supported"):
            written({"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"})

    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1).map(lambda text: f"{SECRET}{text}"))
    def test_a_password_is_never_shown_whatever_stands_around_it(self, password: str) -> None:
        for url in (
            f"jdbc:postgresql://h/d?user=u&password={quote(password, safe='')}&ssl=true",
            f"DATABASE_URL='postgres://u:{password}@h/d?schema=public'",
            written({"NAME": "d", "PASSWORD": password}),
        ):
            target = Target.resolve(url)
            assert SECRET not in f"{target!r}{target.redacted!r}{target.remark}"

    @given(st.text(min_size=1).filter(lambda text: "\0" not in text))
    def test_a_mapping_keeps_its_password(self, password: str) -> None:
        found = parse(written({"HOST": "h", "NAME": "d", "PASSWORD": password}))
        assert found is not None
        assert found.value("password") == password


class TestOneName:
    def test_a_text_is_one_schema(self, postgres_url: str) -> None:
        with connect(postgres_url, read_only=False) as admin:
            admin.execute("CREATE SCHEMA IF NOT EXISTS hid")
            admin.execute("CREATE TABLE IF NOT EXISTS hid.t (id int)")
        try:
            session = Session()
            assert [str(ref) for ref in session.introspect(postgres_url, schemas="hid").schema.tables] == ["hid.t"]
            assert {table.schema_name for table in session.profile(schemas="hid").profile.tables} == {"hid"}
        finally:
            with connect(postgres_url, read_only=False) as admin:
                admin.execute("DROP SCHEMA hid CASCADE")
