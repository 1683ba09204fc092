"""Triggers whose functions are plain are read: what they refuse is met, and what they set does not alarm."""

from __future__ import annotations

import pytest

from datalchemy_nb.introspect.bodies import Reading, read_body


def test_columns_set_and_conditions_that_raise() -> None:
    found = read_body("""
    BEGIN  -- a comment with END; in it
        NEW.updated_at = now();
        IF NEW.slug IS NULL THEN NEW.slug := lower(NEW."Name"); END IF;
        IF NEW.low > NEW.high THEN RAISE EXCEPTION 'low % above', NEW.low USING errcode = 'P0001';
        ELSIF NEW.kind = 'END;' THEN RAISE NOTICE 'fine'; END IF;
        RETURN NEW;
    END;
    """)
    assert found == Reading(
        (("updated_at", "now ( )"), ("slug", 'lower ( "Name" )')),
        ('("low" > "high")',),
    )


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN INSERT INTO log VALUES (NEW.id); RETURN NEW; END",
        "DECLARE n int; BEGIN n := 1; RETURN NEW; END",
        "BEGIN IF NEW.a > (SELECT max(b) FROM t) THEN RAISE EXCEPTION 'x'; END IF; RETURN NEW; END",
        "BEGIN IF NEW.a > 1 THEN RETURN NULL; END IF; RETURN NEW; END",
        "BEGIN RAISE EXCEPTION 'never'; END",
        "BEGIN RAISE NOTICE 'and no RETURN'; END",
        "BEGIN NEW.a := 1; IF NEW.a > 0 THEN RAISE EXCEPTION 'x'; END IF; RETURN NEW; END",
        "BEGIN IF TG_OP = 'INSERT' THEN NEW.a := 1; END IF; RETURN NEW; END",
        "BEGIN NEW.a := to_jsonb(NEW); RETURN NEW; END",
        "BEGIN NEW.a := E'x'; RETURN NEW; END",
        "BEGIN",
        "",
    ],
)
def test_what_is_not_plain_is_not_read(body: str) -> None:
    assert read_body(body) is None
