"""Where a target comes from, what a session may do, and what an error may say."""

import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.introspect import connection as module
from datalchemy_nb.introspect.connection import ConnectionInfo, Target, connect

SECRET = "Zq7Secret9"


@contextmanager
def refused(match: str) -> Iterator[None]:
    """The block must fail with this message, and the secret must be in no part of the failure."""
    with pytest.raises(ConnectionFailed, match=match) as caught:
        yield
    error = caught.value
    assert error.hint
    assert error.__cause__ is None
    assert error.__context__ is None
    printed = "".join(traceback.format_exception(error)) + repr(error) + "".join(error._render_traceback_())
    assert SECRET not in printed


def _with(url: str, **parts: str) -> str:
    return urlunsplit(urlsplit(url)._replace(**parts))


@pytest.fixture
def wants_passwords(postgres_url: str) -> None:
    """Skip on a server that lets anybody in."""
    url = urlsplit(postgres_url)
    try:
        connect(f"postgresql://{url.username}:wrong@{url.hostname}:{url.port}/postgres").close()
    except ConnectionFailed:
        return
    pytest.skip("the server wants no passwords")


class TestTarget:
    def test_argument_wins(self) -> None:
        target = Target.resolve("postgresql://a/b", {"DATABASE_URL": "postgresql://c/d"})
        assert (target.conninfo, target.source) == ("postgresql://a/b", "argument")

    def test_then_database_url(self) -> None:
        assert Target.resolve(None, {"DATABASE_URL": "postgresql://c/d"}).source == "DATABASE_URL"

    @pytest.mark.parametrize("empty", [None, "", "  "])
    def test_then_libpq(self, empty: str | None) -> None:
        target = Target.resolve(empty, {})
        assert (target.conninfo, target.source) == ("", "environment")

    def test_repr_holds_no_secret(self) -> None:
        assert SECRET not in repr(Target.resolve(f"postgresql://u:{SECRET}@h/d"))


class TestSession:
    def test_reads_only(self, postgres_url: str) -> None:
        with connect(postgres_url) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE nope ()")

    def test_writes_if_asked(self, database) -> None:
        with connect(database(), read_only=False) as connection:
            connection.execute("CREATE TABLE yes ()")

    def test_settings(self, postgres_url: str) -> None:
        with connect(postgres_url, statement_timeout_s=1.5) as connection:
            row = connection.execute(
                "SELECT current_setting('application_name'), current_setting('statement_timeout')"
            ).fetchone()
        assert row == ("datalchemy_nb", "1500ms")

    def test_statement_timeout_ends_a_statement(self, postgres_url: str) -> None:
        with connect(postgres_url, statement_timeout_s=0.05) as connection, pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(5)")

    def test_own_application_name_is_kept(self, postgres_url: str) -> None:
        with connect(_with(postgres_url, query="application_name=mine")) as connection:
            assert connection.execute("SHOW application_name").fetchone() == ("mine",)

    def test_info(self, postgres_url: str) -> None:
        with connect(postgres_url) as connection:
            info = ConnectionInfo.of(connection)
        assert info.port == urlsplit(postgres_url).port
        assert info.server_version_num >= 130000
        assert str(info).endswith(f"(PostgreSQL {info.server_version})")
        assert str(urlsplit(postgres_url).password) not in repr(info)


class TestSources:
    def test_key_value_pairs(self, postgres_url: str) -> None:
        url = urlsplit(postgres_url)
        pairs = f"host={url.hostname} port={url.port} user={url.username} password={url.password} dbname=postgres"
        connect(pairs).close()

    def test_sqlalchemy_url(self, postgres_url: str) -> None:
        connect(postgres_url.replace("postgresql://", "postgresql+psycopg://")).close()

    def test_environment(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        url = urlsplit(postgres_url)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        for name, value in {
            "PGHOST": url.hostname,
            "PGPORT": url.port,
            "PGUSER": url.username,
            "PGPASSWORD": url.password,
            "PGDATABASE": "postgres",
        }.items():
            monkeypatch.setenv(name, str(value))
        connect().close()

    def test_database_url(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", postgres_url)
        connect().close()

    def test_pgpass(self, postgres_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = urlsplit(postgres_url)
        pgpass = tmp_path / "pgpass"
        pgpass.write_text(f"*:*:*:*:{url.password}\n")
        pgpass.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(pgpass))
        connect(f"host={url.hostname} port={url.port} user={url.username} dbname=postgres").close()

    def test_service(self, postgres_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = urlsplit(postgres_url)
        services = tmp_path / "services"
        services.write_text(
            f"[mine]\nhost={url.hostname}\nport={url.port}\nuser={url.username}\npassword={url.password}\n"
            "dbname=postgres\n"
        )
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        connect("service=mine").close()


@pytest.mark.usefixtures("wants_passwords")
class TestRawPassword:
    @pytest.mark.parametrize("password", ["p@ss", "p:a/s@s", "100%", "a b", "ç#?&="])
    def test_delimiters_need_no_encoding(self, postgres_url: str, password: str) -> None:
        url = urlsplit(postgres_url)
        with connect(postgres_url, read_only=False) as admin:
            admin.execute("DROP ROLE IF EXISTS raw")
            admin.execute(psycopg.sql.SQL("CREATE ROLE raw LOGIN PASSWORD {}").format(password))
        with connect(f"postgresql://raw:{password}@{url.hostname}:{url.port}/postgres") as connection:
            assert connection.info.user == "raw"


class TestFailures:
    @pytest.mark.usefixtures("wants_passwords")
    def test_wrong_password(self, postgres_url: str) -> None:
        url = urlsplit(postgres_url)
        with refused("wrong user or password"):
            connect(f"postgresql://{url.username}:{SECRET}@{url.hostname}:{url.port}/postgres")

    @pytest.mark.usefixtures("wants_passwords")
    def test_wrong_password_from_the_environment(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        url = urlsplit(postgres_url)
        monkeypatch.setenv("PGPASSWORD", SECRET)
        with refused("wrong user or password"):
            connect(f"host={url.hostname} port={url.port} user={url.username} dbname=postgres")

    @pytest.mark.usefixtures("wants_passwords")
    def test_no_password(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
        url = urlsplit(postgres_url)
        monkeypatch.delenv("PGPASSWORD", raising=False)
        monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
        with refused("wants a password"):
            connect(f"postgresql://{url.username}@{url.hostname}:{url.port}/postgres")

    def test_unknown_database(self, postgres_url: str) -> None:
        with refused("no such database"):
            connect(_with(postgres_url, path="/not_there"))

    def test_nobody_listens(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with refused(f"no server answers at postgresql://u:\\*\\*\\*@127.0.0.1:{port}/db"):
            connect(f"postgresql://u:{SECRET}@127.0.0.1:{port}/db")

    def test_nobody_answers(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            with refused("did not answer in time"):
                connect(f"postgresql://u:{SECRET}@127.0.0.1:{mute.getsockname()[1]}/db", timeout_s=2)

    def test_unknown_host(self) -> None:
        with refused("host of .* is not known"):
            connect(f"postgresql://u:{SECRET}@no-such-host.invalid/db")

    def test_missing_socket(self) -> None:
        with refused("no server answers"):
            connect(f"host=/no/such/directory password={SECRET}")

    @pytest.mark.parametrize("engine", ["sqlite", "mysql", "mssql+pyodbc", "http"])
    def test_other_engines(self, engine: str) -> None:
        with refused(f"{engine.replace('+', '.')} is not supported"):
            connect(f"{engine}://u:{SECRET}@h/db")

    @pytest.mark.parametrize(
        "odd",
        [f"{SECRET}", f"password='{SECRET}", f"postgresql://u:{SECRET}@h:port/db", f"postgresql://h/db?{SECRET}=1",
         f"postgresql://u:p@{SECRET}@h:x/db", f"{SECRET}://h/db", f"postgresql://u:{SECRET}@h:99999/db",
         f"postgresql://u:{SECRET}\0@h/db", f"host=h port=x password={SECRET}"],
    )  # fmt: skip
    def test_unreadable(self, odd: str) -> None:
        with refused("."):
            connect(odd, timeout_s=2)


@pytest.mark.usefixtures("wants_passwords")
class TestPrompt:
    def _without_password(self, url: str) -> str:
        parts = urlsplit(url)
        return f"postgresql://{parts.username}@{parts.hostname}:{parts.port}/postgres"

    @pytest.fixture(autouse=True)
    def _no_other_password(self, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
        monkeypatch.delenv("PGPASSWORD", raising=False)
        monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))

    def test_asks_on_a_terminal(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(
            module.getpass, "getpass", lambda prompt: (asked.append(prompt), urlsplit(postgres_url).password)[1]
        )
        connect(self._without_password(postgres_url), interactive=True).close()
        assert len(asked) == 1

    @pytest.mark.parametrize(("terminal", "interactive"), [(False, True), (True, False), (False, None)])
    def test_never_asks_otherwise(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch, terminal: bool, interactive: bool | None
    ) -> None:
        monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal, raising=False)
        monkeypatch.setattr(module.getpass, "getpass", lambda prompt: pytest.fail("asked"))
        with pytest.raises(ConnectionFailed, match="wants a password"):
            connect(self._without_password(postgres_url), interactive=interactive)
