"""A rule whose generator makes texts is held against types that have a form of their own."""

from __future__ import annotations

import pytest

from datalchemy_nb import Session

COLUMNS = "id int PRIMARY KEY, u uuid, j jsonb, n inet, r daterange, a int[], i interval, k int"


@pytest.fixture(scope="module")
def session(database) -> Session:
    session = Session()
    session.introspect(database(f"CREATE SCHEMA forms; CREATE TABLE forms.t ({COLUMNS})"))
    return session


def codes(session: Session, column: str, generator: object) -> list[str]:
    rule = {"type": "column_generator", "schema": "forms", "table": "t", "column": column, "generator": generator}
    plan = {
        "plan_version": "0.3",
        "seed": 1,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "forms", "table": "t", "rows": 20}],
        "rules": [rule],
        "options": {"base_date": "2026-01-01"},
    }
    return [issue.code for issue in session.validate(plan).issues if issue.severity == "error"]


def listed(*values: str) -> dict[str, object]:
    return {"id": "primitive.choice", "params": {"values": list(values)}}


@pytest.mark.parametrize("column", ["u", "j", "n", "r", "a", "i"])
def test_texts_that_are_none_of_the_type_are_refused(session: Session, column: str) -> None:
    assert codes(session, column, "semantic.br.email.safe") == ["generator_type_mismatch"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("u", ["6f1d2c3b-0a9e-4f8d-8c7b-6a5948372615", "6F1D2C3B0A9E4F8D8C7B6A5948372615"]),
        ("j", ['{"a": [1, null]}', "3"]),
        ("n", ["10.0.0.1", "2001:db8::/32"]),
        ("r", ["[2026-01-01,2026-02-01)", "empty"]),
        ("a", ["{1,2}", "{}"]),
        ("i", ["1 day 02:03:04", "P1D", "5", "3 months ago"]),
    ],
)
def test_texts_that_spell_a_value_are_taken(session: Session, column: str, values: list[str]) -> None:
    assert codes(session, column, listed(*values)) == []


def test_numbers_may_be_written_as_texts_and_words_may_not(session: Session) -> None:
    assert codes(session, "k", listed("1", "2")) == []
    assert codes(session, "k", listed("one")) == ["invalid_generator_params"]
