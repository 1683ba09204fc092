"""Schemas from files, commands and models: made in a database of our own and introspected."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from datalchemy_nb import Session
from datalchemy_nb.commands.cli import main
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import ConnectionFailed, ContractError, IntrospectionError, UsageError
from datalchemy_nb.introspect.connection import connect

DUMP = """
\\restrict k
SET statement_timeout = 0;
SET transaction_timeout_of_tomorrow = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
COMMENT ON EXTENSION postgis IS 'maps';
CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO app;
CREATE TABLE shop.customers (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    email public.citext NOT NULL
);
ALTER TABLE shop.customers OWNER TO app;
COPY shop.customers (id, email) FROM stdin;
00000000-0000-0000-0000-000000000001\ta;b@c
\\.
INSERT INTO shop.customers VALUES ('00000000-0000-0000-0000-000000000002', 'x');
ALTER TABLE ONLY shop.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
CREATE POLICY own ON shop.customers TO app USING (true);
GRANT SELECT ON TABLE shop.customers TO app;
"""
MORE = """
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES shop.customers,
    total numeric(10, 2) NOT NULL CHECK (total >= 0)
);
"""


@pytest.fixture(scope="module")
def session() -> object:
    with Session() as session:
        yield session


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with two schema files, made current, where no database is known."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.sql").write_text(DUMP)
    (tmp_path / "more.sql").write_text(MORE)
    return tmp_path


def test_files_in_order_with_what_was_left_out(session: Session, here: Path) -> None:
    result = session.introspect(ddl=["schema.sql", "more.sql"])
    assert [str(ref) for ref in result.tables] == ["shop.customers", "shop.orders"]
    text = str(result)
    assert "extension postgis, which this server lacks" in text
    assert "2 statements with rows" in text
    assert "1 statements that set what this version" in text
    assert "owners and rights" in text
    assert set(result.schema.extensions) >= {"uuid-ossp", "citext"}
    session.show_plan(draft=True, rows=10, base_date="2026-01-01")
    assert session.load(session.generate(out_dir=here / "runs")).report.rows > 0


def test_the_same_files_give_the_same_schema_as_a_running_server(
    session: Session, here: Path, postgres_url: str
) -> None:
    (here / "schema.sql").write_text("CREATE SCHEMA shop; CREATE TABLE shop.customers (id uuid PRIMARY KEY);")
    own = session.introspect(ddl=["schema.sql", "more.sql"]).schema
    with connect(postgres_url) as connection:
        before = connection.execute("SELECT count(*) FROM pg_database").fetchone()
        theirs = session.introspect(postgres_url, ddl=["schema.sql", "more.sql"]).schema
        assert connection.execute("SELECT count(*) FROM pg_database").fetchone() == before
    assert own.schema_fingerprint == theirs.schema_fingerprint


def test_a_directory_of_files_by_number(session: Session, here: Path) -> None:
    for number, sql in ((10, "CREATE TABLE b (a int REFERENCES a);"), (9, "CREATE TABLE a (id int PRIMARY KEY);")):
        (here / "migrations").mkdir(exist_ok=True)
        (here / "migrations" / f"{number}_x.sql").write_text(sql)
    assert len(session.introspect(ddl="migrations").tables) == 2


@pytest.mark.parametrize(
    ("sql", "where", "hint"),
    [
        ("SELECT 1;\nCREATE TABLE b (\n  x nosuch\n);", "schema.sql:3: type", "missing before this"),
        ("SELECT 1;\nCREATE TABLE `a` (id int);", "schema.sql:2: syntax error", "PostgreSQL's own SQL"),
        ("CREATE EXTENSION postgis;\nCREATE TABLE a (g geometry);", "schema.sql:2: type", "postgis is not in this"),
        ("SELECT pg_read_file('postmaster.pid');", "schema.sql:1: permission denied", "superuser"),
    ],
)  # fmt: skip
def test_a_statement_that_is_refused(session: Session, here: Path, sql: str, where: str, hint: str) -> None:
    (here / "schema.sql").write_text(sql)
    with pytest.raises(IntrospectionError) as caught:
        session.introspect(ddl="schema.sql")
    assert where in str(caught.value)
    assert hint in str(caught.value)


def test_what_is_refused_is_left_out_and_named_and_the_rest_is_made(session: Session, here: Path) -> None:
    (here / "schema.sql").write_text("""
        CREATE TABLE orders (
            id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
            customer uuid REFERENCES customers (id) ON DELETE CASCADE,
            owner uuid NOT NULL CONSTRAINT of_owner REFERENCES auth.users (id) ON DELETE SET NULL,
            CONSTRAINT again FOREIGN KEY (owner) REFERENCES "auth"."users" (id) ON UPDATE CASCADE,
            UNIQUE (owner)
        );
        CREATE TABLE customers (id uuid PRIMARY KEY REFERENCES auth.users, name text);
        CREATE POLICY own ON customers USING (auth.uid() = id);
        CREATE POLICY own ON orders USING (auth.uid() = owner);
        CREATE TABLE broken (x nosuch);
        CREATE INDEX ON orders (customer);
        CREATE TABLE line (id int PRIMARY KEY, of_order uuid REFERENCES orders, note int REFERENCES note);
        CREATE TABLE note (id int PRIMARY KEY, line int REFERENCES line (id));
    """)
    result = session.introspect(ddl="schema.sql")
    assert [str(ref) for ref in result.tables] == ["public.customers", "public.line", "public.note", "public.orders"]
    orders = result.schema.tables[TableRef("public", "orders")]
    assert [(key.columns, str(key.target)) for key in orders.foreign_keys] == [(("customer",), "public.customers")]
    assert any(index.keys[0].column == "customer" for index in orders.indexes)
    kept = [key for ref in ("line", "note") for key in result.schema.tables[TableRef("public", ref)].foreign_keys]
    assert {str(key.target) for key in kept} == {"public.orders", "public.line"}
    text = " ".join(str(result).split())
    assert "1 references to note, which waits for that table itself" in text
    assert "3 references to auth.users, which the files do not make" in text
    assert "made: extension uuid-ossp" in text
    assert 'left out: 2 statements that the server refused: schema "auth" does not exist (schema.sql:10: CREATE' in text
    assert 'left out: 1 statement that the server refused: type "nosuch" does not exist' in text


def test_no_such_file(session: Session, here: Path) -> None:
    with pytest.raises(ContractError, match=r"none\.sql: no such file"):
        session.introspect(ddl="none.sql")


def test_a_command_finds_its_database(session: Session, here: Path) -> None:
    (here / "migrate.py").write_text(
        "import os, psycopg\n"
        "psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute('CREATE TABLE a (id int PRIMARY KEY)')\n"
        "psycopg.connect('', autocommit=True).execute('CREATE TABLE b (id int REFERENCES a)')\n"
    )
    result = session.introspect(ddl_command=f"{sys.executable} migrate.py")
    assert [str(ref) for ref in result.tables] == ["public.a", "public.b"]


def test_a_command_that_fails_says_what_it_wrote_and_no_password(session: Session, here: Path) -> None:
    with pytest.raises(IntrospectionError) as caught:
        session.introspect(ddl_command='echo "cannot: $DATABASE_URL $PGPASSWORD"; exit 3')
    assert "ended with code 3" in str(caught.value)
    assert "cannot: " in str(caught.value)
    with connect(session._demo.conninfo) as connection:  # type: ignore[union-attr]
        assert connection.info.password not in str(caught.value)


def test_on_the_command_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["introspect", "--ddl", "schema.sql", "more.sql", "--out", "schema.json", "--json"]) == 0
    assert len(json.loads((here / "schema.json").read_text())["schemas"]) == 2
    assert main(["plan", "--draft", "--out", "plan.yaml", "-q"]) == 0
    assert (here / "plan.yaml").is_file()
    assert main(["introspect", "--ddl", "none.sql"]) == 2
    assert "none.sql: no such file" in capsys.readouterr().err


class TestModels:
    def test_sqlalchemy(self, session: Session, here: Path) -> None:
        pytest.importorskip("sqlalchemy")
        (here / "shopapp.py").write_text(
            "from sqlalchemy import ForeignKey, Numeric, CheckConstraint\n"
            "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
            "class Base(DeclarativeBase): pass\n"
            "class Customer(Base):\n"
            "    __tablename__ = 'customers'; __table_args__ = {'schema': 'shop'}\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n"
            "    email: Mapped[str] = mapped_column(unique=True)\n"
            "class Order(Base):\n"
            "    __tablename__ = 'orders'; __table_args__ = (CheckConstraint('total >= 0'), {'schema': 'shop'})\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n"
            "    customer_id: Mapped[int] = mapped_column(ForeignKey('shop.customers.id'))\n"
            "    total: Mapped[float] = mapped_column(Numeric(10, 2))\n"
        )
        for name in ("shopapp:Base.metadata", "shopapp:Base"):
            result = session.introspect(sqlalchemy=name)
            assert [str(ref) for ref in result.tables] == ["shop.customers", "shop.orders"]
        with pytest.raises(IntrospectionError, match="the module has no Bass"):
            session.introspect(sqlalchemy="shopapp:Bass")
        with pytest.raises(IntrospectionError, match="no module nosuch"):
            session.introspect(sqlalchemy="nosuch.models:Base")

    def test_django(self, session: Session, here: Path) -> None:
        pytest.importorskip("django")
        (here / "mysite").mkdir()
        (here / "mysite" / "__init__.py").touch()
        (here / "mysite" / "settings.py").write_text(
            "SECRET_KEY = 'x'\nUSE_TZ = True\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
            "INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'mysite.shop']\n"
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\n"
        )
        (here / "mysite" / "shop").mkdir()
        (here / "mysite" / "shop" / "__init__.py").touch()
        (here / "mysite" / "shop" / "models.py").write_text(
            "from django.db import models\n"
            "class Product(models.Model):\n"
            "    sku = models.CharField(max_length=12, unique=True)\n"
            "    price = models.DecimalField(max_digits=8, decimal_places=2)\n"
            "    owner = models.ForeignKey('auth.User', on_delete=models.CASCADE)\n"
        )
        names = {ref.table for ref in session.introspect(django="mysite.settings").tables}
        assert {"shop_product", "auth_user"} <= names
        with pytest.raises(IntrospectionError, match="no module nosuch"):
            session.introspect(django="nosuch.settings")


def test_one_source_of_models_and_a_server_that_takes_databases(session: Session, here: Path) -> None:
    with pytest.raises(UsageError, match="an empty command"):
        session.introspect(ddl_command=" ")
    with pytest.raises(ConnectionFailed):
        session.introspect("postgresql://nobody@127.0.0.1:1/x", ddl="schema.sql")
