"""A refused row is named by table, line, column and constraint; its values are never shown."""

import traceback
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import LoadError
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.load import load
from datalchemy_nb.load.source import FileSource

DDL = """
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE t (
    id integer PRIMARY KEY,
    name varchar(5) NOT NULL,
    mood mood,
    day date,
    price numeric(4, 2),
    parent_id integer REFERENCES parent,
    CONSTRAINT name_chk CHECK (name <> 'bad' OR price > 0),
    CONSTRAINT no_twins EXCLUDE USING btree (day WITH =)
);
CREATE UNIQUE INDEX t_lower ON t (lower(name), mood);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.id = 666 THEN RAISE EXCEPTION 'no % here', NEW.name; END IF; RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
"""
HEADER = "id,name,mood,day,price,parent_id\n"
GOOD = "1,ana,ok,2024-01-01,1.00,\n"


@pytest.fixture(scope="module")
def tables(database) -> tuple[str, DatabaseSchema]:
    """A database that no test changes: every load of it is refused."""
    url = database(DDL)
    with connect(url) as connection:
        return url, introspect(connection)


@pytest.fixture
def attempt(tables, tmp_path: Path):
    url, schema = tables

    def run(text: str, table: str = "t") -> LoadError:
        path = tmp_path / "t.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(LoadError) as caught:
            load(url, {TableRef("public", table): FileSource(path)}, schema)
        with connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        error = caught.value
        assert error.__context__ is None
        assert error.__cause__ is None
        return error

    return run


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "Secreto,ana,,,,\n",
            "public.t: t.csv line 3: a value does not fit its column's type, column id (7 characters), SQLSTATE 22P02",
        ),
        ("2,Secreto,,,,\n", "line 3: a value is too long for its column, column name (7 characters), SQLSTATE 22001"),
        ("2,x,Secreto,,,\n", "line 3: a value does not fit its column's type, column mood (7 characters)"),
        ("2,x,,Secreto,,\n", "line 3: a value is not a date or time, column day (7 characters), SQLSTATE 22007"),
        ("2,x,,2024-13-45,,\n", "line 3: a date or time is out of range, column day (10 characters), SQLSTATE 22008"),
        ("2,x,,,1234567,\n", "line 3: a number is out of its column's range, column price (7 characters)"),
        ("2,,,,,\n", "line 3: a NOT NULL column is empty, column name (0 characters), SQLSTATE 23502"),
        ("1,bia,,,,\n", "line 3: a unique key appears twice, constraint t_pkey, column id (1 characters)"),
        ("2,ANA,ok,,,\n", "line 3: a unique key appears twice, constraint t_lower, column mood (2 characters)"),
        ("2,bad,,,-1,\n", "line 3: a CHECK is not met, constraint name_chk, columns name (3 characters), price"),
        ("2,x,,2024-01-01,,\n", "line 3: an exclusion constraint is not met, constraint no_twins, column day"),
        (
            "2,x,,,,123456789\n",
            "line 3: a foreign key has no parent row, constraint t_parent_id_fkey, column parent_id (9 characters)",
        ),
        ("666,Secre,,,,\n", "a trigger refused the row, SQLSTATE P0001"),
        ("2,x,,,\n", "line 3: the file is not the CSV that COPY reads"),
        ("2,x,,,,,Secreto\n", "line 3: the file is not the CSV that COPY reads"),
        ('2,"Secreto\n', "the file is not the CSV that COPY reads"),
    ],
)
def test_refused(attempt, row: str, message: str) -> None:
    error = attempt(HEADER + GOOD + row)
    assert message in error.message
    assert error.message.endswith("; nothing was kept")
    printed = "".join(traceback.format_exception(error))
    for value in ("Secre", "2024-13", "2024-01-01", "1234567", "ana", "ANA"):
        assert value not in printed


def test_the_row_is_shown_redacted(attempt) -> None:
    error = attempt(HEADER + GOOD + "2,bad,,,-1,\n")
    shown = "Row: id ***, name ***, mood (empty), day (empty), price ***, parent_id (empty)"
    assert str(error).splitlines()[1] == shown
    refusal = error.refusal
    assert (refusal.table, refusal.line, refusal.constraint) == ("t", 3, "name_chk")
    assert refusal.columns == ("name", "price")
    assert refusal.sqlstate == "23514"


def test_a_key_checked_at_the_end_is_found_below_line_breaks(attempt) -> None:
    error = attempt(HEADER + GOOD + '2,"a\nb",,,,\n3,x,,,,77\n')
    assert "t.csv line 5: a foreign key has no parent row" in error.message


@pytest.mark.parametrize(
    "statement",
    [
        "RAISE EXCEPTION 'no %', NEW.name USING ERRCODE = '42501'",
        "SELECT name INTO STRICT NEW.name FROM t WHERE t.name = NEW.name || '!'",
        "ASSERT NEW.name IS NULL, NEW.name",
    ],
)
def test_a_trigger_may_choose_its_own_code(database, tmp_path: Path, statement: str) -> None:
    url = database(
        f"""
        CREATE TABLE t (name text);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        """
    )
    (tmp_path / "t.csv").write_text("name\nSecreto\n")
    with connect(url) as connection:
        schema = introspect(connection)
    with pytest.raises(LoadError, match="a trigger refused the row") as caught:
        load(url, {TableRef("public", "t"): FileSource(tmp_path / "t.csv")}, schema)
    assert "Secreto" not in str(caught.value)


def test_line_counts_line_breaks_within_fields(attempt) -> None:
    error = attempt(HEADER + '1,"a\nb",ok,2024-01-01,1.00,\n' + "x,c,,,,\n")
    assert "line 4" in error.message


def test_bytes_that_are_not_utf8(attempt) -> None:
    error = attempt(HEADER.encode() + b"1,\xff,ok,,,\n")
    assert "not valid UTF-8" in error.message


class TestBeforeAnyRow:
    def test_no_such_table(self, attempt) -> None:
        assert "no such table in the target" in attempt(HEADER, table="nope").message

    def test_a_column_the_table_has_not(self, attempt) -> None:
        error = attempt("id,nam\n1,x\n")
        assert "has column 'nam'" in error.message
        assert error.hint == "did you mean 'name'?"

    def test_an_empty_file(self, attempt) -> None:
        assert "has no header line" in attempt("").message

    def test_a_missing_file(self, tables, tmp_path: Path) -> None:
        url, schema = tables
        with pytest.raises(LoadError, match="No such file"):
            load(url, {TableRef("public", "t"): FileSource(tmp_path / "none.csv")}, schema)

    def test_a_view(self, database, tmp_path: Path) -> None:
        url = database("CREATE VIEW v AS SELECT 1 AS id")
        (tmp_path / "v.csv").write_text("id\n1\n")
        with connect(url) as connection:
            schema = introspect(connection)
        with pytest.raises(LoadError, match=r"public\.v: is a view"):
            load(url, {TableRef("public", "v"): FileSource(tmp_path / "v.csv")}, schema)

    def test_no_right_to_insert(self, database, tmp_path: Path) -> None:
        url = database("CREATE TABLE t (id integer)")
        (tmp_path / "t.csv").write_text("id\n1\n")
        with connect(url, read_only=False) as connection:
            schema = introspect(connection)
            connection.execute("DO $$ BEGIN CREATE ROLE only_looks; EXCEPTION WHEN duplicate_object THEN END $$")
            connection.execute("SET ROLE only_looks")
            with pytest.raises(LoadError, match=r"only_looks may not load into public\.t; nothing was sent") as caught:
                load(connection, {TableRef("public", "t"): FileSource(tmp_path / "t.csv")}, schema)
        assert caught.value.hint == "let an owner run: GRANT INSERT ON TABLE public.t TO only_looks;"


class TestFieldLengths:
    @pytest.mark.parametrize(("line", "lengths"), [(2, {"a": 1, "b": 2}), (3, {"a": 3, "b": 0}), (4, {}), (9, {})])
    def test_lengths(self, tmp_path: Path, line: int, lengths: dict[str, int]) -> None:
        path = tmp_path / "x.csv"
        path.write_text('a,b\n1,çã\n"x,y",\n"broken\n')
        assert FileSource(path).lengths(line) == lengths

    def test_far_into_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("datalchemy_nb.load.source._SEARCHED", 7)
        path = tmp_path / "x.csv"
        path.write_text("a\n" + "".join("x" * (i % 11) + "\n" for i in range(2, 500)))
        source = FileSource(path)
        assert all(source.lengths(i) in ({"a": i % 11}, {}) for i in range(2, 500))
