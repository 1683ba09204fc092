"""Statements of a file are those that psql would send."""

from __future__ import annotations

import pytest

from datalchemy_nb.errors import ContractError
from datalchemy_nb.scratch.statements import statements


def texts(sql: str) -> list[str]:
    return [statement.text for statement in statements(sql, "x.sql")]


@pytest.mark.parametrize(
    "one",
    [
        "SELECT ';'",
        "SELECT 'it''s;'",
        r"SELECT E'a\';b'",
        'SELECT ";" FROM ";"";"',
        "SELECT 1 /* a; /* b; */ c; */ + 1",
        "SELECT 1 -- a;\n+ 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $a$ SELECT '$$;' $a$",
        "CREATE FUNCTION f(n int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN n > 1 THEN 2 ELSE 3 END; SELECT n; END",
        "CREATE RULE r AS ON INSERT TO t DO ALSO SELECT $1",
        "SELECT type'a;b'",
    ],
)
def test_semicolons_that_end_nothing(one: str) -> None:
    assert texts(f"{one};\nSELECT 2;") == [one, "SELECT 2"]


def test_rows_and_commands_of_psql() -> None:
    sql = "\\restrict abc\nSET x = 1;\nCOPY t (a) FROM stdin;\n1;2\n'\n\\.\n\nCREATE TABLE u ();\n\\unrestrict abc\n"
    found = list(statements(sql, "x.sql"))
    assert [(s.line, s.is_data) for s in found] == [(1, False), (2, False), (3, True), (8, False), (9, False)]
    assert found[3].words == ("CREATE", "TABLE", "U")


def test_nothing_and_comments_are_no_statements() -> None:
    assert texts("-- a\n;;\n/* b */ ;\n") == []


@pytest.mark.parametrize("sql", ["SELECT 'a;", "SELECT /* a;", "AS $x$ a;", 'SELECT "a'])
def test_what_is_not_closed_is_told_with_its_line(sql: str) -> None:
    with pytest.raises(ContractError, match=r"x\.sql:2: .* is not closed"):
        texts(f"SELECT 1;\n{sql}")
