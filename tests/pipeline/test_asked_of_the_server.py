"""CHECKs that only PostgreSQL can evaluate: asked when connected, kept in the plan, named when nobody can be asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.contracts.feasibility import Unanswered
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.export.rundir import PLAN, SCHEMA
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.server_checks import asking
from datalchemy_nb.resolve.answers import Question
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan
from tests.trust.hostile import expressions

DDL = """
CREATE FUNCTION even(word text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RETURN length(word) % 2 = 0; END $$;
CREATE FUNCTION fits(a integer, b integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN RETURN a IS NOT NULL AND coalesce(b, 0) % 3 = a % 3; END $$;
CREATE FUNCTION strict_day(d date) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN IF extract(isodow FROM d) > 5 THEN RAISE EXCEPTION 'no weekend: %', d; END IF; RETURN true; END $$;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE FUNCTION bright(m mood) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN m <> 'sad'; END $$;
CREATE DOMAIN even_text AS text CHECK (even(VALUE));
CREATE TABLE t (
    id integer PRIMARY KEY,
    word text NOT NULL CONSTRAINT word_even CHECK (even(word)),
    code varchar(6) NOT NULL UNIQUE CONSTRAINT code_even CHECK (even(code)),
    a integer, b integer, CONSTRAINT pair CHECK (fits(a, b)),
    day date CONSTRAINT weekday CHECK (strict_day(day)),
    mood mood CONSTRAINT good CHECK (bright(mood)),
    other even_text,
    span int4range CONSTRAINT holds_five CHECK (span @> 5)
);
"""
NAMES = {"word_even", "code_even", "pair", "weekday", "good", "even_text_check", "holds_five"}


@pytest.fixture
def connected(database: Callable[..., str], tmp_path: Path) -> Callable[..., tuple[Session, str]]:
    def make(ddl: str = DDL, rows: int = 500) -> tuple[Session, str]:
        url = database(ddl)
        session = Session(out_dir=tmp_path / "runs")
        session.use_plan(bare_plan(session.introspect(url).schema, rows))
        return session, url

    return make


def how(session: Session, name: str) -> set[str]:
    report = session.validate(explain=True).report
    return {part.how for t in report.tables for c in t.checks if c.name == name for part in c.parts}


def test_every_row_is_accepted(connected) -> None:
    session, _ = connected()
    run = session.generate()
    assert session.load(run).report.rows == 500
    frame = session.preview("t", rows=500).frame
    assert frame["code"].n_unique() == 500
    assert frame["word"].n_unique() > 100
    assert frame["a"].null_count() == 0


def test_each_is_reported_as_enumerated(connected) -> None:
    session, _ = connected()
    for name in sorted(NAMES):
        assert how(session, name) == {"enumerated"}, name


def test_the_answers_are_in_the_runs_plan_so_no_server_is_needed_later(connected) -> None:
    session, url = connected()
    run = session.generate()
    plan = Plan.read(run.directory / PLAN)
    assert {answer.constraint for answer in plan.server_answers} >= NAMES
    with connect(url, read_only=False) as connection:
        connection.execute("DROP TABLE t; DROP FUNCTION even CASCADE")
    offline = Session(out_dir=run.directory.parent)
    offline.use_schema(run.directory / SCHEMA)
    assert offline.verify(run.directory).ok
    again = offline.generate(run.directory / PLAN)
    assert [t.sha256 for t in again.manifest.tables] == [t.sha256 for t in run.manifest.tables]
    assert again.manifest.plan_sha256 == run.manifest.plan_sha256


def test_the_sessions_plan_holds_them_too(connected, tmp_path: Path) -> None:
    session, _ = connected()
    session.validate()
    session.show_plan(out=tmp_path / "plan.yaml")
    offline = Session()
    offline.use_schema(session.schema)
    assert not [i for i in offline.validate(tmp_path / "plan.yaml").issues if "even" in i.message]


def test_offline_they_are_named_before_the_run(connected) -> None:
    session, _ = connected()
    offline = Session()
    offline.use_schema(session.schema)
    found = offline.validate(bare_plan(session.schema, 10))
    named = [issue.message for issue in found.issues if issue.code == "unsupported"]
    assert any("word_even" in message and "even is a plpgsql function" in message for message in named)
    assert how(offline, "word_even") == {"unsupported"}


def test_another_seed_asks_other_questions(connected) -> None:
    session, _ = connected()
    first = session.resolved().plan
    other = first.model_copy(update={"seed": 2})
    offline = Session()
    offline.use_schema(session.schema)
    assert any("word_even" in issue.message for issue in offline.validate(other).issues)


def test_functions_that_change_their_minds_are_not_asked(connected) -> None:
    session, _ = connected(
        DDL.replace("plpgsql IMMUTABLE AS\n    $$ BEGIN RETURN length", "plpgsql STABLE AS\n    $$ BEGIN RETURN length")
    )
    messages = [issue.message for issue in session.validate().issues]
    assert any("word_even" in message and "stable" in message for message in messages)


def test_nothing_accepted_is_an_error_of_the_plan(connected) -> None:
    session, _ = connected(DDL.replace("m <> 'sad'", "false"), 10)
    result = session.validate()
    assert not result.ok
    assert any("accepts none of 3" in issue.message for issue in result.issues)


def test_too_few_accepted_for_a_unique_column_is_named(connected) -> None:
    ddl = """
    CREATE FUNCTION few(n smallint) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN n % 1000 = 0; END $$;
    CREATE TABLE t (n smallint NOT NULL CHECK (few(n)), label text, UNIQUE (n));
    """
    session, _ = connected(ddl, 500)
    plan = bare_plan(session.schema, 500)
    plan["rules"] = [
        {
            "type": "column_generator",
            "schema": "public",
            "table": "t",
            "column": "n",
            "generator": "primitive.int.range",
            "params": {"min": 0, "max": 30000},
        }
    ]
    result = session.validate(plan)
    found = [issue.message for issue in result.issues if issue.code == "domain_too_small"]
    assert any("31 distinct" in message for message in found), result.issues


def test_a_server_is_asked_nothing_that_could_change_it(database: Callable[..., str]) -> None:
    url = database(
        "CREATE SEQUENCE seq; CREATE TABLE secret (word text);"
        "CREATE FUNCTION counts(word text) RETURNS boolean LANGUAGE sql VOLATILE AS $$ SELECT nextval('seq') > 0 $$;"
        "CREATE FUNCTION even(word text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(word) % 2 = 0 $$;"
    )
    frame = pl.DataFrame({"word": ["ab", "abc"]})
    hostile = [text for text in expressions("/etc/hostname", "/tmp", 9) if len(text) < 1000]
    hostile = [text.replace("x", "word") for text in hostile if "(SELECT" in text or "pg_" in text or "lo_" in text]
    hostile += ["counts(word)", "nextval('seq') > 0", "EXISTS (SELECT 1 FROM secret)", "word <> (TABLE secret)"]
    with asking(url) as ask:
        for text in hostile:
            assert isinstance(ask(Question(text, ("text",), frame)), Unanswered), text
        told = ask(Question("counts(word)", ("text",), frame))
        assert isinstance(told, Unanswered)
        assert "counts is not immutable" in told.reason
        injected = "text AS word, pg_sleep(1) AS other FROM (SELECT 1) t) t) IS NULL --"
        assert isinstance(ask(Question("even(word)", (injected,), frame)), Unanswered)
        answers = ask(Question("even(word)", ("text",), frame))
        assert not isinstance(answers, Unanswered)
        assert answers.tolist() == [True, False]
    with connect(url) as connection:
        assert connection.execute("SELECT is_called FROM seq").fetchone() == (False,)
