"""Interrupted, cut off, locked: each ends clean, with a short message."""

from __future__ import annotations

import threading

import pytest
from psycopg import OperationalError

from datalchemy_nb.errors import Cancelled, ConnectionFailed, LoadError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.load import LoadProgress
from datalchemy_nb.load.session import cut_off
from tests.load.place import Place

DDL = "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p)"


@pytest.fixture
def here(place) -> Place:
    rows = "".join(f"{i},{i}\n" for i in range(1000))
    return (
        place(DDL).csv("public.p", "id\n" + "".join(f"{i}\n" for i in range(1000))).csv("public.c", f"id,p_id\n{rows}")
    )


def is_untouched(here: Place) -> bool:
    keys = "SELECT count(*) FROM pg_constraint WHERE conname IN ('p_pkey', 'c_pkey', 'c_p_id_fkey') AND convalidated"
    return here.rows(f"SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c), ({keys})") == [(0, 0, 3)]


class TestInterrupted:
    @pytest.mark.parametrize("phase", ["copy", "build", "check", "analyze"])
    def test_in_any_phase(self, here: Place, phase: str) -> None:
        def interrupt(progress: LoadProgress) -> None:
            if progress.phase == phase:
                raise KeyboardInterrupt

        with pytest.raises(Cancelled, match="the load was stopped; nothing was kept"):
            here.load(commit=True, on_progress=interrupt)
        assert is_untouched(here)


class TestCutOff:
    @pytest.mark.parametrize("phase", ["copy", "build", "analyze"])
    def test_while_rows_are_loaded(self, here: Place, phase: str) -> None:
        def cut(progress: LoadProgress) -> None:
            if progress.phase == phase:
                here.run(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        with pytest.raises(ConnectionFailed) as caught:
            here.load(commit=True, on_progress=cut)
        assert caught.value.message == (
            "the connection to the server was lost while rows were loaded; nothing was kept"
        )
        assert caught.value.__context__ is None
        assert is_untouched(here)

    def test_while_the_commit_is_under_way_nobody_knows(self, here: Place) -> None:
        with here.writing() as connection:
            here.run(f"SELECT pg_terminate_backend({connection.info.backend_pid}, 10000)")
            with pytest.raises(OperationalError):
                connection.execute("SELECT 1")
            lost = cut_off(connection, "745")
        assert isinstance(lost, ConnectionFailed)
        assert "whether its rows were kept is not known" in lost.message
        assert "pg_xact_status('745')" in str(lost.hint)


class TestLocked:
    def test_by_a_session_that_is_named(self, here: Place) -> None:
        with here.writing() as other, other.transaction():
            other.execute("SET application_name = 'the other one'")
            other.execute("LOCK TABLE c IN SHARE MODE")
            with pytest.raises(LoadError) as caught:
                here.load(commit=True, lock_timeout_s=0.2)
            pid = other.info.backend_pid
        assert caught.value.message == (
            "another session holds what the load needs, and did not let go within 200 ms; nothing was kept"
        )
        assert f"session {pid} (" in str(caught.value.hint)
        assert "the other one, idle in transaction" in str(caught.value.hint)
        assert "holds public.c" in str(caught.value.hint)
        assert is_untouched(here)

    def test_by_a_row_of_another_transaction(self, here: Place) -> None:
        here.run("INSERT INTO p VALUES (-1)")
        with here.writing() as other, other.transaction():
            other.execute("INSERT INTO p VALUES (5)")
            with pytest.raises(LoadError, match="another session holds what the load needs"):
                here.load(lock_timeout_s=0.2, append=True)

    def test_a_statement_that_takes_too_long(self, here: Place) -> None:
        here.run(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;"
            "CREATE TRIGGER slow BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        with pytest.raises(LoadError, match="statement timeout") as caught:
            here.load(statement_timeout_s=0.3)
        assert "--statement-timeout" in str(caught.value.hint)


def test_a_dead_network_is_noticed(here: Place) -> None:
    with connect(here.url) as connection:
        parameters = connection.info.get_parameters()
    assert {name: parameters[name] for name in ("keepalives_idle", "tcp_user_timeout")} == {
        "keepalives_idle": "30",
        "tcp_user_timeout": "300000",
    }
    with connect(f"{here.url}?keepalives_idle=7") as connection:
        assert connection.info.get_parameters()["keepalives_idle"] == "7"


def test_only_the_load_that_was_asked_to_stops(here: Place) -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled):
        here.load(commit=True, cancelled=stop.is_set, on_progress=lambda progress: stop.set())
    assert is_untouched(here)
    assert here.load(commit=True).rows == 2000
