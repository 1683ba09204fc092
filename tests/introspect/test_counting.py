"""Counting tells what holds in a database, and nothing that fewer than k rows stand behind."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import FoundRelation, Profile
from datalchemy_nb.introspect.telling import USUAL_K, Telling
from datalchemy_nb.results.base import ProfileResult
from datalchemy_nb.session import Session

CANARY = "Zyxcanary"
SHOP = f"""
CREATE TYPE stage AS ENUM ('open', 'paid', 'gone');
CREATE TABLE kind (id int PRIMARY KEY, label text NOT NULL);
CREATE TABLE client (id int PRIMARY KEY, full_name text NOT NULL, x1 text NOT NULL, x2 text, town text NOT NULL,
    land text NOT NULL, since date NOT NULL, wage numeric(14,2), mood text, remark text, age int NOT NULL);
CREATE TABLE purchase (id int PRIMARY KEY, client_id int NOT NULL REFERENCES client, kind_id int NOT NULL REFERENCES kind,
    stage stage NOT NULL, placed_at timestamp NOT NULL, paid_at timestamp, paid_by text, net numeric(10,2) NOT NULL,
    tax numeric(10,2) NOT NULL, gross numeric(10,2) NOT NULL, total numeric(12,2), ref_code text NOT NULL);
CREATE TABLE piece (id int PRIMARY KEY, purchase_id int NOT NULL REFERENCES purchase, client_id int NOT NULL REFERENCES client,
    quantity int NOT NULL, price numeric(8,2) NOT NULL);
CREATE TABLE tiny (id int PRIMARY KEY, whose text, amount numeric);
INSERT INTO kind SELECT i, 'Kind ' || i FROM generate_series(1, 12) i;
INSERT INTO client SELECT i, '{CANARY} Person' || i, lpad((i * 7919 % 1000)::text, 3, '0') || '.456.789-' || lpad((i % 97)::text, 2, '0'),
    CASE WHEN i % 3 = 0 THEN 'a' || i || '@{CANARY.lower()}.example' END,
    'T' || i % 40, 'L' || i % 40 / 8, date '2015-01-01' + i, CASE WHEN i = 77 THEN 987654321.12 ELSE 1000 + i % 300 END,
    CASE WHEN i = 13 THEN '{CANARY} bad' WHEN i % 2 = 0 THEN 'glad' ELSE 'calm' END,
    CASE WHEN i <= 30 THEN 'call {CANARY.lower()}@mail.example' END, 20 + i % 50 FROM generate_series(1, 600) i;
INSERT INTO purchase SELECT i, 1 + i % 500, 1 + i % 12, (ARRAY['open','paid','gone'])[1 + i % 3]::stage,
    timestamp '2021-01-04 09:00' + (i % 500) * interval '1 day' + (i % 7) * interval '1 hour',
    CASE WHEN i % 3 > 0 THEN timestamp '2021-01-04 09:00' + (i % 500) * interval '1 day' + (1 + i % 5) * interval '1 day' END,
    CASE WHEN i % 3 > 0 THEN 'card' END, 10 + i % 91, 1 + i % 10, 11 + i % 91 + i % 10, NULL,
    chr(65 + i % 26) || chr(65 + i % 7) || '-' || lpad((i * 37 % 10000)::text, 4, '0') FROM generate_series(1, 2000) i;
INSERT INTO piece SELECT i, 1 + i % 2000, 1 + (1 + i % 2000 - 1 + 1) % 500, 1 + i % 4, 2 + i % 50 FROM generate_series(1, 6000) i;
UPDATE piece SET client_id = (SELECT client_id FROM purchase WHERE purchase.id = piece.purchase_id);
UPDATE purchase SET total = (SELECT sum(quantity * price) FROM piece WHERE purchase_id = purchase.id);
INSERT INTO tiny SELECT i, '{CANARY} tiny', 4242.42 FROM generate_series(1, 9) i;
ANALYZE;
"""  # noqa: E501


@pytest.fixture(scope="module")
def url(database: Callable[..., str]) -> str:
    return database(SHOP)


@pytest.fixture(scope="module")
def told(url: str) -> ProfileResult:
    session = Session()
    session.connect(url)
    return session.profile(allow_histograms=True)


def held(profile: Profile, kind: str) -> dict[tuple[str, str], FoundRelation]:
    return {(r.table, r.column): r for r in profile.relations if r.kind == kind}


def test_what_holds_is_found_with_its_count(told: ProfileResult) -> None:
    profile = told.profile
    order = held(profile, "order")["purchase", "paid_at"]
    assert order.reads == ("placed_at",)
    assert order.told == "held in 1,330 of 1,330 rows"
    assert order.gap is not None
    assert order.gap.typical == pytest.approx(3 * 86_400, rel=0.3)
    assert held(profile, "computed")["purchase", "gross"].sql == "net + tax"
    assert held(profile, "sum")["purchase", "total"].sql == "quantity * price"
    assert held(profile, "decides")["client", "land"].reads == ("town",)
    assert set(held(profile, "present")["purchase", "paid_at"].values) == {"gone", "paid"}
    assert ("purchase", "paid_by") in held(profile, "together") or ("purchase", "paid_by") in held(profile, "present")
    ancestor = next(r for r in profile.relations if r.kind == "same_ancestor")
    assert set(ancestor.reads) == {"client_id", "purchase_id.client_id"}


def test_figures_are_those_of_the_rows(told: ProfileResult) -> None:
    columns = {(t.table, c.column): c for t in told.profile.tables for c in t.columns}
    assert {v.value: v.share for v in columns["purchase", "stage"].values} == pytest.approx(
        {"open": 0.333, "paid": 0.333, "gone": 0.333}, abs=0.01
    )
    text = columns["purchase", "ref_code"].text
    assert text is not None
    assert text.patterns[0].value == "AA-9999"
    assert (text.mean_length, text.upper) == (7.0, 1.0)
    rhythm = columns["purchase", "placed_at"].rhythm
    assert rhythm is not None
    assert sum(rhythm.hours[9:16]) == pytest.approx(1, abs=0.01)
    [key] = [k for k in told.profile.foreign_keys if k.table == "purchase" and k.columns == ("client_id",)]
    assert (key.fan_out, key.childless_share) == (4.0, pytest.approx(0.1667, abs=0.001))


def test_a_column_is_personal_by_the_form_of_its_texts(told: ProfileResult) -> None:
    columns = {(t.table, c.column): c for t in told.profile.tables for c in t.columns}
    assert columns["client", "x1"].personal == "pii.cpf"
    assert columns["client", "x2"].personal == "pii.email"
    for name in ("x1", "x2", "full_name"):
        column = columns["client", name]
        assert (column.values, column.histogram) == ((), ())
        assert column.text is not None
        assert column.text.patterns == ()


def test_no_planted_value_is_in_any_byte(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Values of one row, of tiny tables, personal ones, an outlier, one person's state: in no file, log or result."""
    caplog.set_level(logging.DEBUG)
    session = Session(out_dir=tmp_path / "runs")
    session.connect(url)
    session.introspect()
    result = session.profile(allow_histograms=True, out=tmp_path / "profile.json")
    session.show_plan(draft=True, profile=tmp_path / "profile.json", out=tmp_path / "plan.yaml")
    run = session.generate()
    session.evaluate(run, against=tmp_path / "profile.json")
    texts = [path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    everything = "\n".join([*texts, caplog.text, repr(result), result._repr_html_()])
    assert len(texts) > 10
    for planted in (CANARY, CANARY.lower(), "987654321", "4242.42"):
        assert planted not in everything
    assert "bad" not in {v.value for t in result.profile.tables for c in t.columns for v in c.values}


def test_an_outlier_moves_no_number_that_is_told(told: ProfileResult) -> None:
    column = next(c for t in told.profile.tables if t.table == "client" for c in t.columns if c.column == "wage")
    assert max(float(bound) for bound in column.histogram) < 1400


def test_nothing_is_told_of_fewer_than_k(told: ProfileResult) -> None:
    k = told.profile.k
    for table in told.profile.tables:
        assert table.rows is None or table.rows % k == 0
        assert table.suppressed == (table.table == "tiny")
        for column in table.columns:
            for value in column.values:
                assert value.share * (table.rows or 0) * 1.05 >= k
    for relation in told.profile.relations:
        assert relation.of % k == 0
        assert relation.held % k == 0


def test_a_share_never_speaks_of_fewer_than_k() -> None:
    telling = Telling(10)
    assert [telling.share(n, 1000) for n in (0, 9, 10, 990, 991)] == [0.0, 0.0, 0.01, 0.99, 1.0]
    assert [telling.count(n) for n in (9, 14, 1234)] == [None, 10, 1230]
    # One exception of a thousand is one person's: it is not told.
    assert telling.held(999, 1000) == (1000, 1000)
    assert telling.held(980, 1000) == (980, 1000)
    assert telling.held(19, 19) is None
    assert telling.buckets(29) == 0
    assert telling.buckets(10**6) == telling.buckets(10**9)
    assert Telling().k == USUAL_K


def test_two_correlated_columns_do_not_single_a_row_out(told: ProfileResult) -> None:
    """Nulls by state are told of states with enough rows, and never which of few rows differ."""
    relations = [r for r in told.profile.relations if r.table == "client" and "mood" in (r.column, *r.reads)]
    assert not any("bad" in value for r in relations for value in r.values)


def test_every_query_counts_and_is_in_the_audit(told: ProfileResult) -> None:
    counting = [entry for entry in told.profile.audit if not entry.query.startswith("profile_")]
    assert len(counting) > 20
    assert told.profile.not_counted == ()
    for entry in counting:
        assert entry.sql.startswith(("SELECT", "(SELECT", "WITH"))
        assert any(word in entry.sql for word in ("count(", "avg("))


def test_a_query_that_takes_too_long_is_told(url: str) -> None:
    from datalchemy_nb.introspect.catalog import introspect
    from datalchemy_nb.introspect.connection import connect
    from datalchemy_nb.introspect.options import IntrospectOptions
    from datalchemy_nb.introspect.profile import profile

    with connect(url) as connection:
        schema = introspect(connection, IntrospectOptions())
        found = profile(connection, source="test", schema=schema, seconds=0.0005)
    assert "took too long" in {one.reason for one in found.not_counted}


def test_without_leave_no_value_is_told(url: str) -> None:
    session = Session()
    session.connect(url)
    profile = session.profile().profile
    assert not any(c.values or c.histogram for t in profile.tables for c in t.columns)
    assert not any(r.values for r in profile.relations)
    assert held(profile, "order")["purchase", "paid_at"]


def test_a_draft_keeps_what_was_counted(url: str, told: ProfileResult, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    session.connect(url)
    session.introspect()
    plan = session.show_plan(draft=True, profile=told.profile, base_date="2026-01-01")
    rules = {(r.type, r.table, getattr(r, "column", None)) for _, r in plan.relations}
    assert {
        ("bounds", "purchase", "paid_at"), ("expression", "purchase", "gross"), ("rollup", "purchase", "total"),
        ("decided", "client", "land"), ("same_ancestor", "piece", None),
    } <= rules  # fmt: skip
    evidence = next(r.evidence for _, r in plan.relations if r.type == "rollup" and r.table == "purchase")
    assert evidence == "held in 2,000 of 2,000 rows [profile]"
    why = session.show_plan(explain="purchase.paid_at").why
    assert "held in 1,330 of 1,330 rows [profile]" in why
    metrics = session.evaluate(session.generate(), against=told.profile).metrics
    assert all(r.status == "holds" for r in metrics.relations)
    frame = session.preview("purchase", rows=2000).frame
    assert frame["paid_at"].is_null().sum() == (frame["stage"] == "open").sum()
    assert frame["placed_at"].min() > dt.datetime(2020, 6, 1)
    assert frame["placed_at"].max() < dt.datetime(2023, 1, 1)
    assert frame["ref_code"].str.contains(r"^[A-Z]{2}-\d{4}$").all()


def test_scale_keeps_lookups_and_children_per_parent(url: str, told: ProfileResult) -> None:
    session = Session()
    session.connect(url)
    session.introspect()
    rows = {
        scale: {t.table: t.rows for t in session.show_plan(draft=True, profile=told.profile, scale=scale).targets}
        for scale in (1, 0.1, 10)
    }
    assert {rows[scale]["kind"] for scale in rows} == {10}
    assert [rows[scale]["purchase"] for scale in (0.1, 1, 10)] == [200, 2000, 20000]
    assert rows[10]["piece"] / rows[10]["purchase"] == rows[1]["piece"] / rows[1]["purchase"]


def test_a_table_read_by_statistics_alone(url: str) -> None:
    session = Session()
    session.connect(url)
    profile = session.profile(statistics_only=True).profile
    assert profile.relations == ()
    assert not profile.by_ref[TableRef("public", "purchase")].counted
