"""A table of people, made as a plan makes it: rows agree, keys hold, types and lengths fit, bytes are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb import Session
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible

RULES = {
    "name": "semantic.person.name", "given": "semantic.person.first_name", "family": "faker.person.last_name",
    "email": "semantic.person.email", "login": "faker.internet.raw.Username", "phone": "semantic.person.phone",
    "company": "semantic.company.name", "city": "faker.address.city", "born": "faker.date_time.date_of_birth",
    "seen": "semantic.time.datetime", "latitude": "faker.address.raw.Latitude", "address": "faker.internet.raw.IP",
    "status": "semantic.http.status_code", "note": "faker.lorem.raw.Sentence",
}  # fmt: skip
TYPES: dict[str, tuple[str, str, int | None]] = {
    "email": ("character varying(40)", "varchar", 40), "company": ("character varying(20)", "varchar", 20),
    "note": ("character varying(30)", "varchar", 30), "born": ("date", "date", None),
    "status": ("smallint", "int2", None),
    "seen": ("timestamp with time zone", "timestamptz", None), "latitude": ("numeric(9,6)", "numeric", None),
    "address": ("inet", "inet", None),
}  # fmt: skip


def _column(position: int, name: str) -> dict[str, Any]:
    data_type, udt, length = TYPES.get(name, ("text", "text", None))
    digits = (9, 6) if udt == "numeric" else (None, None)
    return {
        "ordinal_position": position, "name": name, "is_nullable": False,
        "column_type": {
            "data_type": data_type, "udt_schema": "pg_catalog", "udt_name": udt, "character_max_length": length,
            "numeric_precision": digits[0], "numeric_scale": digits[1],
        },
    }  # fmt: skip


def _unique(name: str) -> dict[str, Any]:
    return {"kind": "unique", "name": f"people_{name}_key", "columns": [name]}


def session_of(tmp_path: Path, *unique: str) -> Session:
    table = {
        "name": "people", "kind": "table", "columns": [_column(i, name) for i, name in enumerate(RULES, 1)],
        "constraints": [_unique(name) for name in unique],
    }  # fmt: skip
    schemas = [{"name": "s", "tables": [table]}]
    schema = {"schema_version": "0.2", "engine": "postgres", "database": "d", "schemas": schemas}
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(schema))
    return session


def plan(rows: int = 2000, locale: str = "en_US", **more: Any) -> dict[str, Any]:
    rules = [
        {"type": "column_generator", "schema": "s", "table": "people", "column": column,
         "generator": more.get(column, {"id": id_})}
        for column, id_ in RULES.items()
    ]  # fmt: skip
    return {
        "plan_version": "0.2", "seed": 7, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": locale}, "targets": [{"schema": "s", "table": "people", "rows": rows}], "rules": rules,
    }  # fmt: skip


def frame(session: Session, rows: int = 2000, **facts: Any) -> pl.DataFrame:
    return session.preview("people", rows=rows, plan=plan(rows, **facts)).frame


@pytest.mark.parametrize("locale", ["en_US", "pt_BR", "ru_RU"])
@pytest.mark.parametrize("unique", [(), ("email", "login"), ("email", "name", "phone", "company")])
def test_rows_agree_and_keys_hold(tmp_path: Path, locale: str, unique: tuple[str, ...]) -> None:
    found = frame(session_of(tmp_path, *unique), locale=locale)
    for row in found.iter_rows(named=True):
        assert row["given"] in row["name"]
        assert row["family"] in row["name"]
    assert (found["email"].str.split("@").list.first() == found["login"]).all()
    for name in unique:
        assert found[name].n_unique() == len(found)


def test_types_and_lengths_fit(tmp_path: Path) -> None:
    found = frame(session_of(tmp_path))
    assert found["status"].dtype == pl.Int16
    assert found["latitude"].dtype == pl.Decimal(9, 6)
    assert found["seen"].dtype == pl.Datetime("us", "UTC")
    assert found["born"].dtype == pl.Date
    for name, most in (("email", 40), ("company", 20), ("note", 30)):
        assert found[name].str.len_chars().max() <= most  # type: ignore[operator]


def test_a_run_is_judged_well_and_the_same_in_any_chunks(tmp_path: Path) -> None:
    session = session_of(tmp_path, "email", "phone")
    one = session.generate(plan(3000), chunk_rows=65_536, workers=1)
    two = session.generate(plan(3000), chunk_rows=700, workers=2)
    assert [t.sha256 for t in one.manifest.tables] == [t.sha256 for t in two.manifest.tables]
    assert session.evaluate(one).ok


def test_a_list_of_facts_is_too_small_before_the_run(tmp_path: Path) -> None:
    session = session_of(tmp_path, "city")
    with pytest.raises(Infeasible, match="2000 rows"):
        session.preview("people", rows=5, plan=plan(2000, city={"id": "semantic.address.country"}))
