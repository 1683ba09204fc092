"""What a load may touch, and what it lacks, is said before a row is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest

from datalchemy_nb.errors import LoadError, UsageError
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.session import Session
from tests.load.place import Place

DDL = """
DO $$ BEGIN CREATE ROLE load_guest; EXCEPTION WHEN duplicate_object THEN END $$;
CREATE SCHEMA s;
CREATE TABLE s.a (id serial PRIMARY KEY, b_id integer, note text);
CREATE TABLE s.b (id integer PRIMARY KEY, a_id integer REFERENCES s.a, n integer DEFAULT nextval('s.a_id_seq'));
ALTER TABLE s.a ADD CONSTRAINT ring FOREIGN KEY (b_id) REFERENCES s.b;
"""


@contextmanager
def guest(here: Place) -> Iterator[Connection]:
    with here.writing() as connection:
        connection.execute("SET ROLE load_guest")
        yield connection


class TestGrants:
    def test_a_dry_run_names_what_it_lacks_and_then_what_a_commit_lacks(self, place) -> None:
        here = place(DDL).csv("s.a", "id,note\n100,x\n").csv("s.b", "id\n1\n")
        owner = here.rows("SELECT current_user")[0][0]
        said = r"load_guest may not load into s\.a, s\.b; nothing was sent"
        with guest(here) as connection, pytest.raises(LoadError, match=said) as caught:
            here.load(connection=connection)
        assert caught.value.hint == (
            f"let an owner run: GRANT {owner} TO load_guest; GRANT USAGE ON SCHEMA s TO load_guest; "
            "GRANT INSERT ON TABLE s.a, s.b TO load_guest; GRANT USAGE ON SEQUENCE s.a_id_seq TO load_guest;"
        )
        here.run("ALTER TABLE s.a ALTER CONSTRAINT ring DEFERRABLE")
        here.run(
            "GRANT USAGE ON SCHEMA s TO load_guest; GRANT INSERT ON s.b TO load_guest;"
            "GRANT INSERT (id) ON s.a TO load_guest; GRANT USAGE ON s.a_id_seq TO load_guest"
        )
        with guest(here) as connection, pytest.raises(LoadError) as caught:
            here.load(connection=connection)
        assert caught.value.hint == "let an owner run: GRANT INSERT (note) ON TABLE s.a TO load_guest;"
        here.run("GRANT INSERT (note) ON TABLE s.a TO load_guest;")
        with guest(here) as connection:
            report = here.load(connection=connection)
            with pytest.raises(LoadError, match="load_guest may not commit a load into"):
                here.load(connection=connection, commit=True)
        assert report.commit_needs == (
            "GRANT SELECT (id) ON TABLE s.a TO load_guest;",
            "GRANT SELECT, UPDATE ON SEQUENCE s.a_id_seq TO load_guest;",
        )
        for statement in report.commit_needs:
            here.run(statement)
        with guest(here) as connection:
            assert here.load(connection=connection).commit_needs == ()
            assert here.load(connection=connection, commit=True).sequences == {"s.a_id_seq": 100}

    def test_emptying_needs_its_own_right(self, place) -> None:
        here = place(DDL).csv("s.a", "id\n1\n")
        here.run("GRANT USAGE ON SCHEMA s TO load_guest; GRANT INSERT ON s.a TO load_guest")
        with guest(here) as connection, pytest.raises(LoadError) as caught:
            here.load(connection=connection, truncate=True)
        assert "GRANT TRUNCATE ON TABLE s.a, s.b TO load_guest;" in str(caught.value.hint)

    def test_row_level_security_lets_only_the_owner_copy(self, place) -> None:
        here = place(f"{DDL} ALTER TABLE s.a ENABLE ROW LEVEL SECURITY").csv("s.a", "id\n1\n")
        here.run("GRANT USAGE ON SCHEMA s TO load_guest; GRANT INSERT ON s.a TO load_guest")
        owner = here.rows("SELECT current_user")[0][0]
        with guest(here) as connection, pytest.raises(LoadError) as caught:
            here.load(connection=connection)
        assert caught.value.hint == f"let an owner run: GRANT {owner} TO load_guest;"


class TestReadOnly:
    @pytest.mark.parametrize("of", ["DATABASE {database}", "ROLE load_reader_only"])
    def test_an_administrators_word_holds(self, place, of: str) -> None:
        here = place(
            "CREATE TABLE t (id integer); DO $$ BEGIN "
            "CREATE ROLE load_reader_only SUPERUSER LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN END $$;"
        ).csv("public.t", "id\n1\n")
        database = urlsplit(here.url).path.lstrip("/")
        schema = here.schema
        here.run(f"ALTER {of.format(database=database)} SET default_transaction_read_only = on")
        if "ROLE" in of:
            place_ = urlsplit(here.url)
            here.url = urlunsplit(place_._replace(netloc=f"load_reader_only:x@{place_.hostname}:{place_.port}"))
        with pytest.raises(LoadError, match="may only read") as caught:
            here.load(commit=True)
        assert "an administrator set default_transaction_read_only" in str(caught.value.hint)
        assert "options=" in str(caught.value.hint)
        here.url += "?options=-c%20default_transaction_read_only%3Doff"
        assert here.load(commit=True).rows == 1
        assert here.schema == schema


class TestTables:
    def test_only_those_named_are_loaded(self, place, tmp_path) -> None:
        here = place("CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer PRIMARY KEY)")
        session = Session(out_dir=tmp_path / "runs")
        session.introspect(here.url)
        from tests.pipeline.conftest import bare_plan

        session.use_plan(bare_plan(session.schema, 5))
        run = session.generate()
        report = session.load(run, tables=["c"], commit=True).report
        assert [str(t.ref) for t in report.tables] == ["public.c"]
        assert here.rows("SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)") == [(0, 5)]
        assert [str(t.ref) for t in session.load(stream=session.plan, tables=["public.p"]).report.tables] == [
            "public.p"
        ]
        with pytest.raises(UsageError, match="no table 'd' in the run"):
            session.load(run, tables=["d"])
        with pytest.raises(UsageError, match="truncate"):
            session.load(run, cascade=True)


class TestSequences:
    def test_shared_or_owned_by_nobody(self, place) -> None:
        here = place(
            "CREATE SEQUENCE ids; CREATE SEQUENCE old; CREATE SEQUENCE words;"
            "CREATE TABLE a (id integer DEFAULT nextval('ids')); CREATE TABLE b (id bigint DEFAULT nextval('ids'));"
            "CREATE TABLE c (id integer DEFAULT nextval(('old'::text)::regclass));"
            "ALTER TABLE c ADD w text DEFAULT 'W' || nextval('words')"
        )
        here.csv("public.a", "id\n7\n").csv("public.b", "id\n90\n3\n").csv("public.c", "id,w\n5,W1\n")
        assert here.load(commit=True).sequences == {"public.ids": 90, "public.old": 5}
        here.run("INSERT INTO a DEFAULT VALUES")
        assert here.rows("SELECT max(id) FROM a") == [(91,)]
