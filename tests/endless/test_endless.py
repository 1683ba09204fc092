"""Schemas nobody chose, and those that once broke something: PostgreSQL judges every row of them.

Every reproduction says what must become of it: clean, or refused before anything is made, by name. Of the random ones
none may fail silently; what is warned of or refused is counted by ``make endless``.
"""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from tests.conftest import DatabaseFactory
from tests.endless.grammar import Schema, schema, smaller
from tests.endless.judge import Mode, judge

_HERE = Path(__file__).parent
_CASE = re.compile(r"^-- (\S+): (clean|refused)(?:; only nulls: (.*))?\n", re.MULTILINE)
NUMBERS = range(200)
_AT_ONCE = 25
_SOME = 10


@pytest.fixture(scope="module")
def server(database: DatabaseFactory) -> str:
    """A database whose namespaces come and go."""
    return database()


def _cases(name: str) -> dict[str, tuple[str, frozenset[str], str]]:
    """Reproductions of a file: the outcome, the columns that hold no value at all, and the schema, by name."""
    parts = _CASE.split((_HERE / name).read_text())[1:]
    return {
        parts[i]: (parts[i + 1], frozenset(filter(None, (parts[i + 2] or "").split(", "))), parts[i + 3])
        for i in range(0, len(parts), 4)
    }


def _without_a_value(rows: dict[str, list[dict[str, str | None]]]) -> frozenset[str]:
    """Columns of tables of some rows that are null in every row."""
    large = {table: found for table, found in rows.items() if len(found) >= _SOME}
    names = ((table, name) for table, found in large.items() for name in found[0])
    return frozenset(f"{table}.{name}" for table, name in names if all(row[name] is None for row in large[table]))


REPRODUCTIONS = _cases("reproductions.sql")


def test_a_single_row_below_reads_what_was_drawn_again(server: str) -> None:
    # One text is what rows below were told that the column holds; its CHECK asks for another.
    ddl = (
        "create domain loud as text check (upper(value) = value);"
        "create table visit1(title loud, code loud, primary key (title, code), check (code <> title));"
        "create table order0(id int primary key, title_0 loud, code_0 loud,"
        " foreign key (title_0, code_0) references visit1(title, code));"
        "create unique index on order0 (md5(title_0));"
    )
    verdict = judge(server, ddl, rows=1, mode="bare", name="case")
    assert verdict.outcome == "clean", verdict


def test_values_that_lie_side_by_side_differ_under_an_index(server: str) -> None:
    # A sample of moments that lie far apart does not tell that two may fall into one hour.
    ddl = (
        "create table t(id int primary key, at timestamp not null); create unique index on t (date_trunc('hour', at));"
    )
    verdict = judge(server, ddl, rows=2000, mode="bare", name="case")
    assert verdict.outcome == "clean", verdict


def test_texts_that_differ_in_case_alone_lie_anywhere(server: str) -> None:
    # A sample shows none of them; in thousands of rows some pair comes up.
    ddl = (
        "create table vote(phone varchar(4), check (left(phone, 1) = 'A'));create unique index on vote (lower(phone));"
    )
    verdict = judge(server, ddl, rows=4000, mode="draft", name="case")
    assert verdict.outcome == "clean", verdict


def test_keys_that_are_counted_alike_are_few_where_their_product_is_bounded(server: str) -> None:
    # It was found out while the run was under way, after a minute; it is now told before.
    ddl = (
        "create table batch(starts int not null unique, born int, check (born * starts < 10000));"
        "create unique index on batch (coalesce(born, 0), born);"
    )
    verdict = judge(server, ddl, rows=1000, mode="draft", name="case")
    assert verdict.outcome in ("clean", "refused"), verdict


def test_keys_that_are_null_because_a_draft_left_their_parents_out(server: str) -> None:
    # Their unique set deals values that hold the CHECK; the nulls come in afterwards.
    ddl = (
        "create table parcel(pi bigint, state int not null, item bigint not null, ps int, primary key (state, item),"
        " check (abs(pi) <= 100), check (ps < state), unique (pi, state, item));"
        "create table asset(s int, i bigint, q int, unique (s, i), check (i is not null or s is not null),"
        " foreign key (s, i) references parcel(state, item));"
        "alter table parcel add foreign key (ps, pi) references parcel(state, item);"
    )
    verdict = judge(server, ddl, rows=1, mode="draft", name="case")
    assert verdict.outcome in ("clean", "refused"), verdict


def test_a_column_with_the_one_value_of_its_parents_keeps_it(server: str) -> None:
    # A text that holds the CHECK was found for it, and no parent has that text.
    ddl = (
        "create table site(l text, p int unique, parent numeric(12, 4), unique (l, p),"
        " check (l ~ '^(?=.*[0-9])[a-z0-9]{4}$'), check (parent is null or parent > 0 or p is null),"
        " check (p is not null or char_length(l) = 3 or parent in (0.5, 1, 2.25)));"
        "create table place(l text, p int, check (upper(l) = any (array['A', 'B'])));"
        "create table parcel(level text not null, place int not null, primary key (level, place));"
        "alter table site add foreign key (l, p) references parcel(level, place);"
        "alter table place add foreign key (l, p) references parcel(level, place);"
    )
    verdict = judge(server, ddl, rows=1, mode="draft", name="case")
    assert verdict.outcome in ("clean", "refused"), verdict


def test_one_row_is_referred_to_by_foreign_keys_that_ask_for_different_values(server: str) -> None:
    # A parent of one row has to hold all of it: no blank, more than three characters, a digit, the first of a month.
    ddl = (
        "create table ledger(id varchar(12) primary key, day date not null unique, above varchar(12) references ledger"
        " check (char_length(above) = 3));"
        "create table batch(a varchar(12) not null references ledger check (a not like '% %'),"
        " b varchar(12) not null references ledger check (length(b) > 3),"
        " c varchar(12) not null references ledger check (c ~ '^(?=.*[0-9])[a-z0-9]+$'),"
        " d date not null references ledger(day) check (date_trunc('month', d) = d));"
    )
    for rows in (1, 300):
        verdict = judge(server, ddl, rows=rows, mode="bare", name="case")
        assert verdict.outcome == "clean", verdict


def test_a_null_is_one_more_value_where_nulls_are_alike(server: str) -> None:
    ddl = (
        "create table p(id int primary key check (id <= 3));"
        "create table a(x boolean, unique nulls not distinct (x));"
        "create table b(x boolean, y int check (y in (1, 2)), unique nulls not distinct (x, y));"
        "create table c(p_id int references p, k boolean, unique nulls not distinct (p_id, k));"
        "create table d(x boolean); create unique index on d (x) nulls not distinct;"
        "create unique index on d (coalesce(x, false));"
        "create table e(x boolean check (x is not null), unique nulls not distinct (x));"
        "create table f(id int primary key check (id <= 3), unique nulls not distinct (id));"
    )
    verdict = judge(server, ddl, rows=20, mode="bare", name="case", keep=True)
    assert verdict.outcome == "clean", verdict
    # All that there can be, counted by hand: 2 + 1, 3 * 3, 4 * 3; a null that stands for false is no value of its own.
    assert {name: len(rows) for name, rows in verdict.rows.items()} == {
        "a": 3, "b": 9, "c": 12, "d": 2, "e": 2, "f": 3, "p": 3
    }  # fmt: skip


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_reproductions(server: str, name: str) -> None:
    expected, empty, ddl = REPRODUCTIONS[name]
    verdict = judge(server, ddl, rows=30, mode="bare", name="case", keep=True)
    assert verdict.outcome == expected, verdict
    assert _without_a_value(verdict.rows) == empty


def test_a_draft_lets_moments_lie_as_far_apart_as_checks_ask(server: str) -> None:
    # Usual distances lie outside: every row would be drawn again, until there is no second moment.
    _, _, ddl = REPRODUCTIONS["r_moments_so_far_apart"]
    verdict = judge(server, ddl, rows=40, mode="draft", name="case", keep=True)
    assert verdict.outcome == "clean", verdict
    assert not _without_a_value(verdict.rows)


def test_one_of_twenty_columns(server: str) -> None:
    names = [f"c{i}" for i in range(20)]
    columns = ", ".join(f"{name} int {'unique ' if i % 2 else ''}references p" for i, name in enumerate(names))
    ddl = (
        "create table p(id int primary key);"
        f"create table m(id bigserial primary key, {columns}, check (num_nonnulls({', '.join(names)}) = 1));"
        f"create table n(id int primary key, {columns}, check (num_nulls({', '.join(names)}) <= 1))"
    )
    verdict = judge(server, ddl, rows=300, mode="bare", name="case", keep=True)
    assert verdict.outcome == "clean", verdict
    assert all(any(row[name] is not None for row in verdict.rows["m"]) for name in names)


def test_a_check_that_leaves_nothing_of_a_drafted_range(server: str) -> None:
    # The draft lets other dates follow `hash`, from a year of its own on; the CHECK asks one of them for another year.
    ddl = (
        "create table ledger(quantity date, name timestamptz, hash timestamptz not null, weight date,"
        " check (hash is null or (name >= '2024-06-01' and name < '2024-07-01')));"
    )
    verdict = judge(server, ddl, rows=300, mode="draft", name="case")
    assert verdict.outcome == "clean", verdict


@pytest.mark.parametrize("kind", ["text", "varchar(4)", "char(5)", "int", "numeric(8, 2)", "date"])
def test_limits_of_a_domain_beside_those_of_a_check(server: str, kind: str) -> None:
    # Every condition in the domain, each time beside another one: no table may be made that breaks either.
    family = {"text": "text", "varchar(4)": "text", "char(5)": "char", "int": "int", "date": "date"}.get(kind, "num")
    lines = [line.split(": ", 1) for line in (_HERE / "conditions.txt").read_text().splitlines()]
    asked = [line[1] for line in lines if line[0] == family]
    names = ("title", "email", "name", "code", "born")
    ddl = []
    for i, condition in enumerate(asked):
        name, beside = names[i % len(names)], asked[(i * 7 + 3) % len(asked)]
        values = {"k": 3, "m": 50, "few": 3, "listed": "'A', 'open', 'closed'"}
        ddl.append(
            f"create domain d{i} as {kind} check ({condition.format(a='VALUE', **values)});"
            f"create table t{i}({name} d{i}, other int, check ({beside.format(a=name, **values)}));"
        )
    verdict = judge(server, "".join(ddl), rows=40, mode="draft", name="case")
    assert verdict.outcome != "FAULT", verdict
    assert len(verdict.refused) < len(asked) / 2, verdict


def test_texts_of_one_short_length(server: str) -> None:
    # No word of a title has four letters and no more: letters stand in, as many as the domain asks for.
    ddl = "create domain d as text check (length(value) > 3); create table t(title d, check (length(title) <= 4));"
    verdict = judge(server, ddl, rows=40, mode="draft", name="case", keep=True)
    assert verdict.outcome == "clean", verdict
    assert {len(row["title"]) for row in verdict.rows["t"] if row["title"]} == {4}


@pytest.mark.parametrize("first", range(NUMBERS.start, NUMBERS.stop, _AT_ONCE))
def test_random_schemas(server: str, first: int) -> None:
    broken = []
    for number in range(first, first + _AT_ONCE):
        mode: Mode = "draft" if number % 10 == 9 else "bare"
        try:
            verdict = judge(server, schema(number, 1).ddl, rows=6, mode=mode, name="some", attempts=200)
        except psycopg.Error:
            continue  # not every schema is one
        if verdict.outcome == "FAULT":
            broken.append(f"number {number}, {mode}: {verdict}")
    assert not broken, "\n".join(broken)


def test_a_number_is_a_schema_and_most_are_taken(server: str) -> None:
    assert schema(7).ddl == schema(7).ddl != schema(8).ddl
    taken = 0
    for number in range(10):
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS taken CASCADE; CREATE SCHEMA taken; SET search_path TO taken")
            try:
                connection.execute(schema(number, 2).ddl.encode())
                taken += 1
            except psycopg.Error:
                pass
    assert taken >= 7


def test_the_minimiser_keeps_what_matters() -> None:
    whole = Schema(
        ("CREATE TYPE t AS ENUM ('a')",),
        (("CREATE TABLE a", ("x int", "y int", "CHECK (x > 0)"), ""), ("CREATE TABLE b", ("z int",), "")),
        ("CREATE INDEX ON b (z)",),
    )
    left = smaller(whole, lambda part: "CHECK (x > 0)" in part.ddl)
    assert left.ddl == "CREATE TABLE a (\n  CHECK (x > 0)\n);"


class TestValues:
    """What rows look like, beyond that they are accepted."""

    def test_hashes_are_there(self, server: str) -> None:
        rows = self._rows(server, "create table t(id int primary key, h bytea check (octet_length(h) = 32));")
        held = [row["h"] for row in rows if row["h"] is not None]
        assert len(held) > len(rows) / 2
        assert {len(value) for value in held} == {66}

    def test_foreign_keys_take_what_their_check_leaves(self, server: str) -> None:
        rows = self._rows(
            server,
            "create table p(id int primary key);"
            "create table t(id int primary key, c int not null references p, check (c in (1001, 1002)));",
        )
        assert {row["c"] for row in rows} == {"1001", "1002"}

    def test_values_that_a_check_names(self, server: str) -> None:
        rows = self._rows(
            server,
            "create table t(k text not null, n int, s text,"
            " check ((k = 'A' and n > 3) or (k = 'B' and s = 'open') or (k = 'C' and length(s) = n)));",
        )
        assert {row["k"] for row in rows} == {"A", "B", "C"}

    def test_periods_lie_apart_and_have_a_length(self, server: str) -> None:
        rows = self._rows(
            server,
            "create table t(room int not null, starts timestamptz not null, ends timestamptz not null,"
            " check (starts < ends), exclude using gist (tstzrange(starts, ends) with &&));",
        )
        assert all(str(row["starts"]) < str(row["ends"]) for row in rows)
        assert len({row["starts"] for row in rows}) == len(rows)

    def _rows(self, server: str, ddl: str) -> list[dict[str, str | None]]:
        verdict = judge(server, ddl, rows=40, mode="bare", name="values", keep=True)
        assert verdict.outcome == "clean", verdict
        return verdict.rows["t"]
