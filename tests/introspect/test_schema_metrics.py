"""Counts and coverage of a schema."""

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.introspect.metrics import measure
from datalchemy_nb.introspect.options import IntrospectOptions


def test_crm(crm_url: str) -> None:
    with connect(crm_url) as connection:
        metrics = measure(introspect(connection, IntrospectOptions(schemas=("crm",)))).to_dict()
    assert metrics["counts"]["tables"] == 20
    assert metrics["counts"]["columns"] == 132
    assert metrics["counts"]["constraints"] == {
        "primary_keys": 20,
        "foreign_keys": 27,
        "unique": 17,
        "checks": 29,
        "exclusions": 0,
    }
    assert metrics["coverage"]["tables_with_pk_pct"] == 1.0
    assert metrics["coverage"]["tables_with_fk_pct"] == 14 / 20


def test_nothing_at_all() -> None:
    coverage = measure(DatabaseSchema(schemas=())).coverage
    assert (coverage.tables_with_pk_pct, coverage.columns_not_null_pct) == (0.0, 0.0)
