"""A profile holds aggregates only, whatever the tables hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.drafting.learned import Known
from datalchemy_nb.errors import IntrospectionError, UsageError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.introspect.profile import ON_REQUEST, WHITELIST, _Reader, profile
from datalchemy_nb.introspect.queries import query
from datalchemy_nb.introspect.telling import told_bounds
from datalchemy_nb.session import Session

DDL = """
CREATE TABLE cliente (
    id int PRIMARY KEY, nome text NOT NULL, cidade text, nascimento date, limite numeric(10,2), nota int);
CREATE TABLE pedido (id int PRIMARY KEY, cliente_id int REFERENCES cliente, total numeric(10,2));
CREATE TABLE segredo (id int PRIMARY KEY, quem text);
CREATE TABLE nunca (id int);
INSERT INTO cliente SELECT i, 'Segredo' || i, CASE WHEN i % 4 = 0 THEN NULL ELSE 'Cidade' || i % 7 END,
    date '1980-01-01' + i, i * 1.5, i % 5 FROM generate_series(1, 1003) AS i;
INSERT INTO pedido SELECT i, 1 + i % 500, i FROM generate_series(1, 3000) AS i;
INSERT INTO segredo SELECT i, 'Alguem' || i FROM generate_series(1, 6) AS i;
ANALYZE cliente, pedido, segredo;
"""


@pytest.fixture(scope="module")
def url(database: Callable[..., str]) -> str:
    return database(DDL)


def read(url: str, **options: object) -> Profile:
    with connect(url) as connection:
        return profile(connection, source="test", **options)


def test_counts_are_rounded_and_small_ones_not_told(url: str) -> None:
    tables = read(url).by_ref
    assert tables[TableRef("public", "cliente")].rows == 1000
    assert tables[TableRef("public", "segredo")].suppressed
    assert tables[TableRef("public", "segredo")].columns == ()
    assert tables[TableRef("public", "nunca")].rows is None


def test_figures(url: str) -> None:
    columns = {c.column: c for c in read(url).by_ref[TableRef("public", "cliente")].columns}
    assert columns["cidade"].null_fraction == pytest.approx(0.25, abs=0.01)
    assert columns["nota"].distinct == 5
    assert columns["id"].correlation == 1.0
    assert all(column.histogram == () for column in columns.values())


def test_no_text_of_a_row_is_ever_in_it(url: str) -> None:
    for allow in (False, True):
        text = read(url, allow_histograms=allow).to_json()
        assert not any(word in text for word in ("Segredo", "Cidade", "Alguem", "1980-01-02"))


def test_histograms_only_on_request_and_without_their_ends(url: str) -> None:
    columns = {c.column: c for c in read(url, allow_histograms=True).by_ref[TableRef("public", "cliente")].columns}
    bounds = columns["limite"].histogram
    assert len(bounds) > 10
    assert not {"1.50", "1504.50"} & set(bounds)
    assert columns["nome"].histogram == columns["cidade"].histogram == ()
    assert columns["nascimento"].histogram == (), "a birth date is personal"


def test_no_bound_is_the_value_of_fewer_rows_than_k(url: str, database: Callable[..., str]) -> None:
    ages = [31, 38, 42, 47, 53, 59, 64, 71, 77, 83, 96, 104]
    few = database(
        "CREATE TABLE few (idade int, alta timestamptz, nota numeric); INSERT INTO few SELECT i, now(), i / 3.0 "
        f"FROM unnest(ARRAY{ages}) AS i; ANALYZE few"
    )
    assert all(not c.histogram for c in read(few, allow_histograms=True).by_ref[TableRef("public", "few")].columns)
    values = [i * 1.37 for i in range(101)]
    spread = [float(bound) for bound in told_bounds([str(v) for v in values], 1000, 10)]
    assert spread == sorted(spread)
    assert len(spread) == 49
    assert not set(values) & set(spread)
    days = ["2020-01-01", "2020-06-03", "2021-02-11", "2021-03-09", "2024-12-30"]
    dates = told_bounds(days, 80, 10)
    assert len(dates) == 3
    assert not set(days) & set(dates)
    assert told_bounds(["2020-01-01 03:00:00+03", "2020-01-02 00:00:00+00", "infinity"], 1000, 2) == ()
    assert told_bounds(["1", "5", "5", "9"], 60, 10) == ("5", "5")


def test_every_query_is_logged_and_none_other_is_allowed(url: str) -> None:
    assert [entry.query for entry in read(url).audit] == list(WHITELIST)
    assert [entry.query for entry in read(url, allow_histograms=True).audit] == [*WHITELIST, *ON_REQUEST]
    with connect(url) as connection, pytest.raises(IntrospectionError, match="not allowed"):
        _Reader(connection, WHITELIST).rows("profile_histograms", schemas=["public"])


def test_no_query_reads_values() -> None:
    for name in (*WHITELIST, *ON_REQUEST):
        sql = query(name, 180000)
        assert "most_common_vals" not in sql
        assert ("most_common_freqs" in sql) is (name in ON_REQUEST)
        assert ("histogram_bounds" in sql) is (name in ON_REQUEST)


def test_children_per_parent(url: str) -> None:
    [key] = read(url).foreign_keys
    assert (key.table, key.columns, key.referenced_table) == ("pedido", ("cliente_id",), "cliente")
    assert key.fan_out == pytest.approx(6, rel=0.02)
    assert key.childless_share == pytest.approx(0.5, abs=0.02)


def test_wrong_words(url: str) -> None:
    with pytest.raises(UsageError, match="k must be"):
        read(url, k=4)
    with pytest.raises(UsageError, match="publik"):
        read(url, schemas=["publik"])


def test_a_draft_follows_the_profile_and_the_run_is_scored(url: str, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path / "runs")
    session.introspect(url)
    path = session.profile(out=tmp_path / "profile.json", allow_histograms=True).path
    found = Known(Profile.read(path))
    assert found.tables[TableRef("public", "pedido")].rows == 3000
    assert found.distinct(TableRef("public", "cliente"), "nota") == 5
    plan = session.show_plan(draft=True, profile=path)
    rows = {target.table: target.rows for target in plan.targets}
    assert (rows["cliente"], rows["pedido"]) == (1000, 3000)
    rates = {rule.column: rule.null_rate for _, rule in plan.column_rules if rule.table == "cliente"}
    assert rates["cidade"] == pytest.approx(0.25, abs=0.01)
    result = session.evaluate(session.generate(), against=path)
    assert result.metrics.fidelity is not None
    whats = {score.what for score in result.metrics.fidelity.scores}
    assert {"rows", "null_rate", "distinct", "fan_out", "histogram", "childless", "values", "length"} <= whats
    by_place = {(s.table, s.column, s.what): s.score for s in result.metrics.fidelity.scores}
    assert by_place["cliente", None, "rows"] == 1.0
    assert by_place["cliente", "cidade", "null_rate"] > 0.95
    assert 0.4 < (result.metrics.fidelity.score or 0) <= 1
