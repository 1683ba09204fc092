"""Tables that no foreign key joins, over several connections: all of them, or none."""

from __future__ import annotations

import pytest

from datalchemy_nb.errors import Cancelled, LoadError
from tests.load.place import Place

DDL = """
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
CREATE TABLE outside (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, o integer REFERENCES outside);
CREATE TABLE d (id integer PRIMARY KEY, o integer REFERENCES outside);
CREATE TABLE e (id integer PRIMARY KEY);
"""
COUNTS = (
    "SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b), (SELECT count(*) FROM c), (SELECT count(*) FROM e)"
)


def filled(here: Place, *, e: str = "1\n2\n") -> Place:
    here.csv("public.a", "id\n1\n").csv("public.b", "id,a\n1,1\n").csv("public.c", "id,o\n1,\n")
    return here.csv("public.d", "id,o\n1,\n").csv("public.e", f"id\n{e}")


def test_all_or_none(place) -> None:
    here = filled(place(DDL))
    dry = here.load(connections=8)
    assert (dry.connections, dry.rows, here.rows(COUNTS)) == (3, 6, [(0, 0, 0)])
    seen = []
    done = here.load(connections=2, commit=True, on_progress=seen.append)
    assert (done.connections, done.rows, here.rows(COUNTS)) == (2, 6, [(2, 1, 2)])
    assert {str(table.ref) for table in done.tables} == {f"public.{name}" for name in "abcde"}
    assert max(progress.done for progress in seen) == seen[0].total


def test_a_refused_row_keeps_nothing_of_any(place) -> None:
    here = filled(place(DDL), e="1\n1\n")
    with pytest.raises(LoadError, match="a unique key appears twice"):
        here.load(connections=3, commit=True)
    assert here.rows(COUNTS) == [(0, 0, 0)]


def test_who_waits_for_the_others_can_be_stopped(place) -> None:
    here = filled(place(DDL))
    assert here.schema.tables, "read before another session holds a table"
    asked: list[int] = []
    stop = lambda: asked.append(1) or len(asked) > 20  # noqa: E731
    with here.writing() as other, other.transaction():
        other.execute("LOCK TABLE e")
        with pytest.raises(Cancelled):
            here.load(connections=3, commit=True, cancelled=stop)
    assert here.rows(COUNTS) == [(0, 0, 0)]
