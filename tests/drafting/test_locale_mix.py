"""Plans of several locales: every row is of one of them, in all of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.plan import GlobalOptions, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.errors import UsageError
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve

from .conftest import key, ref, schema_of, table

MIX = {"pt_BR": 0.7, "en_US": 0.3}
ROWS = 2_000


def people() -> DatabaseSchema:
    """Customers with a place of their own."""
    columns = {
        "id": "integer!", "first_name": "text!", "last_name": "text!", "city": "varchar(60)!",
        "region": "text!", "postal_code": "varchar(12)!", "email": "text!", "notes": "text!",
    }  # fmt: skip
    return schema_of(table("customers", columns, key("id")))


def rows_of(plan: Plan, schema: DatabaseSchema, *, start: int = 0, count: int = ROWS) -> pl.DataFrame:
    engine = Engine(resolve(plan, schema))
    return engine.rows(ref("customers"), np.arange(start, start + count, dtype=np.uint64))


def drafted(locale: Any = MIX) -> tuple[Plan, DatabaseSchema]:
    schema = people()
    return draft_plan(schema, locale=locale, rows=ROWS).plan, schema


def test_a_row_is_of_one_locale_in_all_of_its_columns() -> None:
    plan, schema = drafted()
    found = rows_of(plan, schema)
    brazil = found["postal_code"].str.replace_all(r"\D", "").str.len_chars() == 8
    assert 0.66 < brazil.sum() / ROWS < 0.74  # the share is met
    alone = {
        name: rows_of(plan.model_copy(update={"global_": GlobalOptions(locale=name)}), schema) for name in MIX
    }  # fmt: skip
    for name, here in (("pt_BR", brazil), ("en_US", ~brazil)):
        for column in ("last_name", "region"):
            own = found.filter(here)[column].is_in(alone[name][column].unique().to_list())
            assert own.sum() > 0.85 * here.sum(), column
    portuguese = found["notes"].str.contains(r"[ãçõáéíóú]")
    assert (portuguese & ~brazil).sum() == 0
    assert (portuguese & brazil).sum() > 0.5 * brazil.sum()


def test_any_row_alone_is_the_row_of_the_whole() -> None:
    plan, schema = drafted()
    whole = rows_of(plan, schema)
    assert rows_of(plan, schema, start=1_234, count=50).equals(whole[1_234:1_284])


def test_a_unique_column_follows_one_locale_and_the_plan_says_so() -> None:
    schema = schema_of(
        table(
            "customers",
            {"id": "integer!", "city": "text!", "postal_code": "text!"},
            key("id"),
            key("postal_code", kind="unique"),
        )
    )
    plan = draft_plan(schema, locale=MIX, rows=100).plan
    told = [issue for issue in resolve(plan, schema).issues if issue.code == "locale_mix_unique"]
    assert [issue.severity for issue in told] == ["warning"]
    assert "postal_code" in told[0].message


@pytest.mark.parametrize(
    ("locale", "told"),
    [("pt_BR=0.7,en_USA=0.3", "no locale 'en_USA'"), ("pt_BR=0.7,en_US", "no locale with a share"),
     ("pt_BR=-1,en_US=2", "no locale with a share"), ({"xx_XX": 1.0}, "no locale 'xx_XX'")],
)  # fmt: skip
def test_a_mix_that_cannot_be_is_refused(locale: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        draft_plan(people(), locale=locale)


def test_shares_are_written_on_a_command_line_as_well() -> None:
    assert draft_plan(people(), locale="pt_BR=0.7, en_US=0.3").plan.locales == tuple(MIX.items())


def test_a_plan_names_the_locale_that_is_none() -> None:
    plan, schema = drafted()
    wrong = plan.model_copy(update={"global_": GlobalOptions(locale={"pt_BR": 1.0, "en_USA": 1.0})})
    issues = [issue for issue in validate(wrong, schema) if issue.code == "unknown_locale"]
    assert [issue.path for issue in issues] == ["/global/locale/en_USA"]
