"""Two evaluators agree: whatever cell is broken, ours says what PostgreSQL's COPY says, and for the same reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.session import Session
from tests.evaluate.two_judges import EMPTY, Change, Court, texts_for
from tests.pipeline.conftest import bare_plan

DDL = (Path(__file__).parents[1] / "fixtures" / "judges" / "classes.sql").read_text(encoding="utf-8")
ROWS = 12


@pytest.fixture(scope="module")
def court(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A sound run of a schema with every class of constraint, drawn without a rule."""
    directory, url = tmp_path_factory.mktemp("court"), database(DDL)
    session = Session(out_dir=directory / "runs")
    schema = session.introspect(url).schema
    run = session.generate(bare_plan(schema, ROWS, options={"null_rate": 0}))
    session.load(run)
    return Court(url, schema, run.directory, directory / "changed")


def cell(court: Court, table: str, column: str, row: int) -> str:
    return court.rows[table][row + 1][court.columns(table).index(column)]


CLASSES: dict[str, tuple[str, str, str | int]] = {
    # class: table, column, its new text or the row whose text it takes
    "not null": ("person", "email", ""),
    "not null of a domain": ("person", "tag", ""),
    "type": ("person", "tax_id", "many"),
    "range of a type": ("booking", "qty", "2147483648"),
    "a day that is none": ("person", "born", "2023-02-29"),
    "the year 0": ("person", "born", "0000-01-01"),
    "length": ("person", "email", "x" * 61),
    "digits before the point": ("booking", "price", "1000000.00"),
    "primary key": ("person", "id", 3),
    "composite primary key": ("region", "number", "1"),
    "unique": ("person", "tax_id", 3),
    "unique uuid": ("person", "key", 3),
    "unique under an expression": ("person", "email", 3),
    "foreign key": ("person", "boss", "999"),
    "composite foreign key": ("person", "number", "-32000"),
    "MATCH FULL, half null": ("person", "number", ""),
    "enum": ("person", "mood", "angry"),
    "empty text where an enum is wanted": ("person", "mood", EMPTY),
    "CHECK of a range": ("person", "born", "1899-12-31"),
    "CHECK of a list": ("booking", "state", "Paid"),
    "CHECK of a length": ("person", "nick", "x"),
    "CHECK of an order": ("booking", "ends", "1999-01-01T00:00:00Z"),
    "CHECK of a sum": ("booking", "total", "0.01"),
    "CHECK of a choice": ("booking", "state", "void"),
    "CHECK of a domain": ("person", "share", "100.01"),
    "CHECK of a domain's pattern": ("person", "tag", "ab12"),
    "a range that ends before it begins": ("booking", "during", "[2024-02-01,2024-01-01)"),
    "a range of no dates": ("booking", "during", "[soon,)"),
    "exclusion": ("booking", "during", "(,)"),
    "json": ("booking", "note", "{a: 1}"),
    "time": ("booking", "at", "25:00:00"),
    "float": ("booking", "weight", "1e39"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_one_broken_cell_of_each_class(court: Court, name: str) -> None:
    table, column, text = CLASSES[name]
    if name == "composite primary key":
        twin = [cell(court, table, c, 3) for c in ("country", "number")]
        court = court.with_rows(table, 2, dict(zip(("country", "number"), twin, strict=True)))
        text = twin[1]
    if name == "exclusion":
        court = court.with_rows(table, 2, {"room": cell(court, table, "room", 3)})
    if name == "CHECK of a choice":
        court = court.with_rows(table, 2, {"paid_at": "2024-01-01T00:00:00"})
    taken = cell(court, table, column, text) if isinstance(text, int) else text
    verdicts = court.judge(Change(table, column, 2, taken.upper() if name.startswith("unique under") else taken))
    assert verdicts.refusal is not None
    assert verdicts.ours, verdicts.refusal
    assert court.same_reason(verdicts), (verdicts.ours, verdicts.refusal)


def test_a_partial_unique_index_binds_the_rows_under_its_predicate_only(court: Court) -> None:
    twin = {"nick": cell(court, "person", "nick", 3)}
    for active, broken in (("true", True), ("false", False)):
        both = court.with_rows("person", 3, {"active": "true"}).with_rows("person", 2, twin)
        verdicts = both.judge(Change("person", "active", 2, active))
        assert (verdicts.refusal is not None, bool(verdicts.ours)) == (broken, broken)


def test_nulls_are_not_distinct_where_the_key_says_so(court: Court) -> None:
    twin = {name: cell(court, "booking", name, 3) for name in ("starts", "room")}
    free = court.with_rows("booking", 2, {**twin, "during": "[1900-01-01,1900-01-02)", "ends": ""})
    verdicts = free.judge(Change("booking", "room", 2, twin["room"]))
    assert verdicts.refusal is not None
    assert court.same_reason(verdicts)


@st.composite
def changes(draw: st.DrawFn, court: Court) -> Change:
    """Any cell takes a text at the edge of its type, beyond it, or from another row."""
    table = draw(st.sampled_from(sorted(court.rows)))
    column = draw(st.sampled_from(court.columns(table)))
    row, other = draw(st.integers(0, ROWS - 1)), draw(st.integers(0, ROWS - 1))
    kind = court.schema.tables[TableRef("public", table)].by_name[column].column_type.udt_name
    return Change(table, column, row, draw(st.sampled_from([*texts_for(kind), cell(court, table, column, other)])))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_accept_or_both_refuse(court: Court, data: st.DataObject) -> None:
    change = data.draw(changes(court))
    verdicts = court.judge(change)
    assert verdicts.agree, (change, verdicts.ours, verdicts.refusal)
    if verdicts.refusal is not None and not verdicts.undecided:
        assert court.same_reason(verdicts), (change, verdicts.ours, verdicts.refusal)
