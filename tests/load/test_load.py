"""PostgreSQL takes a run with every constraint on, and gives it back unless told to keep it."""

import threading
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import Cancelled, LoadError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.load import LoadProgress, load
from datalchemy_nb.load.source import BLOCK_BYTES
from tests.load.place import Place

RING = """
CREATE SCHEMA s;
CREATE TABLE s.a (id integer PRIMARY KEY, b_id integer NOT NULL);
CREATE TABLE s.b (id integer PRIMARY KEY, a_id integer NOT NULL CONSTRAINT b_to_a REFERENCES s.a);
ALTER TABLE s.a ADD CONSTRAINT a_to_b FOREIGN KEY (b_id) REFERENCES s.b;
COMMENT ON CONSTRAINT a_to_b ON s.a IS 'kept';
"""


class TestCommit:
    def test_without_it_nothing_changes(self, place) -> None:
        here = place("CREATE TABLE t (id integer PRIMARY KEY)").csv("public.t", "id\n1\n2\n")
        report = here.load()
        assert (report.rows, report.committed, report.bytes) == (2, False, 7)
        assert here.rows("SELECT count(*) FROM t") == [(0,)]

    def test_with_it_rows_stay(self, place) -> None:
        here = place("CREATE TABLE t (id integer PRIMARY KEY)").csv("public.t", "id\n1\n2\n")
        report = here.load(commit=True)
        assert report.committed
        assert report.server_version
        assert here.rows("SELECT id FROM t") == [(1,), (2,)]

    def test_on_an_open_connection(self, place) -> None:
        here = place("CREATE TABLE t (id integer)").csv("public.t", "id\n1\n")
        with connect(here.url, read_only=False) as connection:
            assert load(connection, here.sources, here.schema, commit=True).rows == 1
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)

    def test_settings_of_an_open_connection_come_back(self, place) -> None:
        here = place("CREATE TABLE t (id integer)").csv("public.t", "id\n1\n")
        with connect(here.url, read_only=False, statement_timeout_s=7) as connection:
            load(connection, here.sources, here.schema, commit=True)
            assert connection.execute("SHOW statement_timeout").fetchone() == ("7s",)

    def test_a_reading_session_is_refused(self, place) -> None:
        here = place("CREATE TABLE t (id integer)").csv("public.t", "id\n1\n")
        with connect(here.url) as connection, pytest.raises(LoadError, match="may only read"):
            load(connection, here.sources, here.schema)

    def test_a_transaction_of_the_caller_is_refused(self, place) -> None:
        here = place("CREATE TABLE t (id integer)").csv("public.t", "id\n1\n")
        with connect(here.url, read_only=False) as connection, connection.transaction():
            connection.execute("SELECT 1")
            with pytest.raises(LoadError, match="middle of a transaction"):
                load(connection, here.sources, here.schema)


class TestValues:
    def test_null_is_empty_and_the_empty_string_is_quoted(self, place) -> None:
        here = place("CREATE TABLE t (a text, b text)").csv("public.t", 'b,a\n,""\n"x,""y\nz",1\n')
        here.load(commit=True)
        assert here.rows("SELECT a, b FROM t") == [("", None), ("1", 'x,"y\nz')]

    def test_columns_are_those_of_the_header(self, place) -> None:
        here = place("CREATE TABLE t (a integer DEFAULT 7, b integer, c integer GENERATED ALWAYS AS (b * 2) STORED)")
        here.csv("public.t", "b\n1\n").load(commit=True)
        assert here.rows("SELECT a, b, c FROM t") == [(7, 1, 2)]

    def test_strange_names(self, place) -> None:
        here = place('CREATE SCHEMA "a.b"; CREATE TABLE "a.b"."t ""q""" ("C,1" integer)')
        path = here.directory / "x.csv"
        path.write_text('"C,1"\n5\n')
        here.files[TableRef("a.b", 't "q"')] = path
        assert here.load(commit=True).rows == 1

    def test_identity_always(self, place) -> None:
        here = place("CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY)").csv("public.t", "id\n41\n")
        assert here.load(commit=True).sequences == {"public.t_id_seq": 41}
        here.run("INSERT INTO t DEFAULT VALUES")
        assert here.rows("SELECT max(id) FROM t") == [(42,)]

    def test_utf8_into_another_encoding(self, postgres_url, place) -> None:
        here = place("CREATE TABLE t (a text)").csv("public.t", "a\nação\n")
        with connect(here.url, read_only=False) as connection:
            connection.execute("SET client_encoding = 'LATIN1'")
            load(connection, here.sources, here.schema, commit=True)
        assert here.rows("SELECT a FROM t") == [("ação",)]


class TestOrder:
    def test_parents_first(self, place) -> None:
        here = place("CREATE TABLE z (id integer PRIMARY KEY); CREATE TABLE a (z_id integer REFERENCES z)")
        report = here.csv("public.a", "z_id\n1\n").csv("public.z", "id\n1\n").load()
        assert [t.table for t in report.tables] == ["z", "a"]
        assert report.dropped_and_readded == ()

    def test_self_reference_to_a_later_row(self, place) -> None:
        here = place("CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t)")
        assert here.csv("public.t", "id,up\n1,3\n2,1\n3,\n").load().rows == 3

    def test_ring_of_keys_that_cannot_wait(self, place) -> None:
        here = place(RING).csv("s.a", "id,b_id\n1,10\n").csv("s.b", "id,a_id\n10,1\n")
        assert here.load(rebuild=False).dropped_and_readded == ("s.a.a_to_b",)
        report = here.load(commit=True)
        assert report.dropped_and_readded == ()
        assert set(report.rebuilt) == {"s.a.a_pkey", "s.a.a_to_b", "s.b.b_pkey", "s.b.b_to_a"}
        assert here.rows(
            "SELECT conname::text, convalidated, condeferrable, obj_description(oid) FROM pg_constraint "
            "WHERE contype = 'f' ORDER BY 1"
        ) == [("a_to_b", True, False, "kept"), ("b_to_a", True, False, None)]

    def test_ring_with_an_orphan_is_refused(self, place) -> None:
        here = place(RING).csv("s.a", "id,b_id\n1,11\n").csv("s.b", "id,a_id\n10,1\n")
        with pytest.raises(
            LoadError, match=r"s\.a\.csv line 2: a foreign key has no parent row, constraint a_to_b, column b_id"
        ):
            here.load()
        assert here.rows("SELECT count(*) FROM pg_constraint WHERE conname = 'a_to_b'") == [(1,)]

    def test_ring_of_a_key_that_is_not_valid_is_checked_too(self, place) -> None:
        ddl = RING.replace("FOREIGN KEY (b_id) REFERENCES s.b", "FOREIGN KEY (b_id) REFERENCES s.b NOT VALID")
        here = place(ddl).csv("s.a", "id,b_id\n1,10\n").csv("s.b", "id,a_id\n10,1\n")
        report = here.load(commit=True)
        assert (report.dropped_and_readded, report.deferred) == ((), ("s.a.a_to_b",))
        here.run("TRUNCATE s.a, s.b")
        here.csv("s.a", "id,b_id\n1,11\n")
        with pytest.raises(LoadError, match="a_to_b"):
            here.load()

    def test_ring_with_a_deferrable_key(self, place) -> None:
        ddl = RING.replace("REFERENCES s.b", "REFERENCES s.b DEFERRABLE")
        here = place(ddl).csv("s.a", "id,b_id\n1,10\n").csv("s.b", "id,a_id\n10,1\n")
        report = here.load()
        assert [t.table for t in report.tables] == ["a", "b"]
        assert report.dropped_and_readded == ()

    def test_deferred_constraints_are_checked_although_rolled_back(self, place) -> None:
        here = place(
            "CREATE TABLE p (id integer PRIMARY KEY);"
            "CREATE TABLE c (p_id integer CONSTRAINT late REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
        )
        here.csv("public.p", "id\n1\n").csv("public.c", "p_id\n2\n")
        with pytest.raises(LoadError, match="late"):
            here.load()

    def test_partitioned_table_through_its_root(self, place) -> None:
        here = place(
            "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY RANGE (id);"
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
            "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);"
            "CREATE TABLE a (p_id integer REFERENCES p)"
        )
        here.csv("public.a", "p_id\n12\n3\n").csv("public.p", "id\n3\n12\n").load(commit=True)
        assert here.rows("SELECT id FROM p2") == [(12,)]

    def test_partitions_one_by_one_below_their_child(self, place) -> None:
        here = place(
            "CREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES p) PARTITION BY RANGE (id);"
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
            "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);"
        )
        here.csv("public.p1", "id,up\n3,12\n").csv("public.p2", "id,up\n12,3\n")
        assert here.load(commit=True).dropped_and_readded == ("public.p.p_up_fkey",)

    def test_schema_map(self, place) -> None:
        here = place("CREATE SCHEMA two; CREATE TABLE two.t (id integer)").csv("one.t", "id\n1\n")
        assert here.load(schema_map={"one": "two"}).tables[0].schema_name == "two"


class TestTruncate:
    DDL = (
        "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (9);"
        "CREATE TABLE below (t_id integer REFERENCES t); INSERT INTO below VALUES (9)"
    )

    def test_rows_in_the_way_are_named(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n")
        with pytest.raises(LoadError, match=r"public\.t holds rows; nothing was sent") as caught:
            here.load()
        assert "--append" in str(caught.value.hint)
        assert "--truncate" in str(caught.value.hint)
        with pytest.raises(LoadError, match=r"1 row repeats a key .* \(t_pkey\): nothing was sent") as caught:
            here.load(append=True)
        assert "--truncate" in str(caught.value.hint)

    def test_a_table_outside_the_load_is_not_emptied_unasked(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n")
        with pytest.raises(LoadError, match=r"would also empty public\.below, .* nothing was touched") as caught:
            here.load(truncate=True, commit=True)
        assert "--cascade" in str(caught.value.hint)
        here.run("DELETE FROM below")
        report = here.load(truncate=True)
        assert report.truncated == ("public.below", "public.t")
        assert here.rows("SELECT id FROM t ORDER BY 1") == [(1,), (9,)]

    def test_truncating_for_good(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n")
        here.load(truncate=True, cascade=True, commit=True)
        assert here.rows("SELECT id FROM t") == [(1,)]
        assert here.rows("SELECT count(*) FROM below") == [(0,)]

    def test_twice_in_the_run_itself(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n1\n")
        with pytest.raises(LoadError) as caught:
            here.load(truncate=True, cascade=True)
        assert caught.value.hint == "evaluate the run to see every such row"


class TestSequences:
    def test_are_not_touched_without_commit(self, place) -> None:
        here = place("CREATE TABLE t (id serial)").csv("public.t", "id\n41\n")
        assert here.load().sequences == {}
        with connect(here.url, read_only=False) as connection:
            assert connection.execute("SELECT nextval('t_id_seq')").fetchone() == (1,)

    def test_never_go_backwards(self, place) -> None:
        here = place("CREATE TABLE t (id serial); SELECT setval('t_id_seq', 100)").csv("public.t", "id\n41\n")
        assert here.load(commit=True).sequences == {}

    def test_descending(self, place) -> None:
        here = place("CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1))")
        assert here.csv("public.t", "id\n-5\n-3\n").load(commit=True).sequences == {"public.t_id_seq": -5}

    def test_values_beyond_their_range_are_left(self, place) -> None:
        here = place("CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 10))")
        assert here.csv("public.t", "id\n50\n").load(commit=True).sequences == {}

    def test_column_not_in_the_file(self, place) -> None:
        here = place("CREATE TABLE t (id serial, a integer)").csv("public.t", "a\n1\n1\n")
        assert here.load(commit=True).sequences == {}


class TestTriggers:
    DDL = """
        CREATE TABLE t (id integer); CREATE TABLE log (n integer);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO log VALUES (NEW.id); RETURN NEW; END $$;
        CREATE TRIGGER off BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE t DISABLE TRIGGER off;
        CREATE TRIGGER always AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE t ENABLE ALWAYS TRIGGER always;
    """

    def test_fire_and_are_reported(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n")
        report = here.load(commit=True)
        assert [(t.name, t.fired) for t in report.triggers] == [("always", True), ("off", False)]
        assert here.rows("SELECT count(*) FROM log") == [(1,)]

    def test_switched_off_and_on_again(self, place) -> None:
        here = place(self.DDL).csv("public.t", "id\n1\n")
        report = here.load(commit=True, disable_triggers=True)
        assert [t.fired for t in report.triggers] == [False, False]
        assert here.rows("SELECT count(*) FROM log") == [(0,)]
        assert here.rows("SELECT tgname::text, tgenabled::text FROM pg_trigger ORDER BY 1") == [
            ("always", "A"),
            ("off", "D"),
        ]


class TestProgressAndCancel:
    ROWS = 200_000

    @pytest.fixture
    def big(self, place) -> Place:
        here = place("CREATE TABLE t (id integer PRIMARY KEY)")
        return here.csv("public.t", "id\n" + "".join(f"{i}\n" for i in range(self.ROWS)))

    def test_every_block_is_reported(self, big: Place) -> None:
        seen: list[LoadProgress] = []
        big.load(on_progress=seen.append)
        size = big.files[TableRef("public", "t")].stat().st_size
        assert [p.phase for p in seen] == ["copy"] * -(-size // BLOCK_BYTES) + ["build", "check"]
        assert seen[-2].step == "public.t.t_pkey"
        assert [p.bytes for p in seen] == sorted(p.bytes for p in seen)
        assert (seen[-1].bytes, seen[-1].total, seen[-1].table_done) == (size, size, size)

    def test_cancel_while_rows_stream(self, big: Place) -> None:
        stop = threading.Event()
        with pytest.raises(Cancelled):
            big.load(commit=True, cancelled=stop.is_set, on_progress=lambda progress: stop.set())
        assert big.rows("SELECT count(*) FROM t") == [(0,)]

    def test_cancel_while_the_server_is_busy(self, place) -> None:
        here = place(
            """
            CREATE TABLE t (id integer);
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION slow();
            """
        ).csv("public.t", "id\n1\n")
        sleeping = threading.Event()

        def watch(progress: LoadProgress) -> None:
            if progress.phase == "check":
                sleeping.set()

        with pytest.raises(Cancelled):
            here.load(on_progress=watch, cancelled=sleeping.is_set)

    def test_connection_is_usable_afterwards(self, big: Place) -> None:
        with connect(big.url, read_only=False) as connection:
            with pytest.raises(Cancelled):
                load(connection, big.sources, big.schema, cancelled=lambda: True)
            assert load(connection, big.sources, big.schema).rows == self.ROWS


def test_crm(crm_url: str, tmp_path: Path) -> None:
    here = Place(crm_url, tmp_path)
    key = "00000000-0000-4000-8000-{:012d}".format
    here.csv("crm.funis", f"id,nome\n{key(1)},Vendas\n")
    here.csv("crm.etapas_funil", f"id,funil_id,nome,ordem,probabilidade\n{key(2)},{key(1)},Contato,1,12.50\n")
    report = here.load()
    assert [t.table for t in report.tables] == ["funis", "etapas_funil"]
