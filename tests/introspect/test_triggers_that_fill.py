"""Tables that another table's trigger fills: read from the function's text, named, and left to the trigger."""

from __future__ import annotations

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import TableName
from datalchemy_nb.introspect.tables import filled_by
from datalchemy_nb.planning.leave_out import left_out
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory

DDL = """
CREATE SCHEMA audit;
CREATE TABLE job (id bigserial PRIMARY KEY, state text NOT NULL);
CREATE TABLE event (id bigserial PRIMARY KEY, job_id bigint NOT NULL REFERENCES job, kind text NOT NULL);
CREATE TABLE audit."Log" (id bigserial PRIMARY KEY, what text NOT NULL);
CREATE TABLE comment (id bigserial PRIMARY KEY, log_id bigint NOT NULL REFERENCES audit."Log");
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- INSERT INTO job (state) VALUES ('never');
    INSERT INTO event (job_id, kind) VALUES (NEW.id, 'made');
    insert into audit."Log" (what) values ('job');
    RETURN NEW;
END $$;
CREATE TRIGGER note AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION note();
"""
KNOWN = frozenset({TableRef("public", "event"), TableRef("audit", "Log"), TableRef("audit", "event")})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("INSERT INTO event VALUES (1)", [("public", "event")]),
        ("insert\ninto audit.event values (1)", [("audit", "event")]),
        ('INSERT INTO audit."Log" DEFAULT VALUES', [("audit", "Log")]),
        ('INSERT INTO "Log" DEFAULT VALUES', [("audit", "Log")]),
        ("/* INSERT INTO event */ PERFORM 1; -- insert into event", []),
        ("INSERT INTO scratch SELECT 1", []),
        ("UPDATE event SET a = 1", []),
    ],
)
def test_what_a_function_inserts_into(body: str, found: list[tuple[str, str]]) -> None:
    assert filled_by(body, "public", KNOWN) == tuple(TableRef(*one) for one in found)


def test_a_draft_leaves_them_to_the_trigger(database: DatabaseFactory) -> None:
    url = database(DDL)
    session = Session()
    schema = session.introspect(url).schema
    [trigger] = schema.tables[TableRef("public", "job")].triggers
    fills = [TableName(schema_name="public", table="event"), TableName(schema_name="audit", table="Log")]
    assert list(trigger.fills) == fills
    plan = session.show_plan(draft=True, rows=20)
    assert left_out(plan) == {TableRef("public", "event"): "filled by trigger note of public.job"}
    told = [issue.message for issue in session.validate(plan).issues]
    assert any("public.job: trigger note" in message and "insert into public.event" in message for message in told)
    assert any('audit."Log" is also filled by trigger note of public.job' in message for message in told), (
        "others need its rows, so it keeps them, and that is told"
    )


def test_what_is_left_is_loaded(database: DatabaseFactory) -> None:
    url = database(DDL.replace("    insert into audit.\"Log\" (what) values ('job');\n", ""))
    session = Session()
    session.introspect(url)
    run = session.generate(session.show_plan(draft=True, rows=20))
    assert session.load(run, url, commit=True).report.rows == sum(t.rows_generated for t in run.report.tables)


def test_what_triggers_fill_does_not_change_the_fingerprint(database: DatabaseFactory) -> None:
    url = database(DDL)
    schema = Session().introspect(url).schema
    plain = schema.to_dict()
    for namespace in plain["schemas"]:
        for table in namespace["tables"]:
            for trigger in table["triggers"]:
                trigger["fills"] = []
    assert type(schema).model_validate(plain).fingerprint() == schema.schema_fingerprint
