"""CHECKs hold by construction, and values spread over what they allow."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan


@pytest.fixture
def bare(crm_session: Session) -> Session:
    assert crm_session.schema is not None
    crm_session.use_plan(bare_plan(crm_session.schema, 4000))
    return crm_session


def column(session: Session, table: str, name: str) -> pl.Series:
    return session.preview(table, rows=4000, columns=[name]).frame[name]


@pytest.mark.parametrize(
    ("table", "name", "low", "high"),
    [
        ("leads", "score", 0, 100),
        ("etapas_funil", "probabilidade", 0, 100),
        ("itens_cotacao", "desconto_percentual", 0, 100),
        ("tarefas", "prioridade", 1, 5),
    ],
)
def test_a_bounded_number_covers_its_range_evenly(bare: Session, table: str, name: str, low: int, high: int) -> None:
    values = column(bare, f"crm.{table}", name).cast(pl.Float64)
    assert values.min() >= low
    assert values.max() <= high
    assert values.max() - values.min() > 0.9 * (high - low)
    assert abs(values.mean() - (low + high) / 2) < 0.05 * (high - low)
    assert values.value_counts()["count"].max() < 0.3 * len(values), "nothing is piled on a bound"


def test_an_open_bound_leaves_the_rest_of_the_usual_range(bare: Session) -> None:
    values = column(bare, "crm.pagamentos", "valor").cast(pl.Float64)
    assert values.min() > 0
    assert values.n_unique() > 3900


def test_a_list_of_values_is_used_evenly(bare: Session) -> None:
    counts = column(bare, "crm.atividades", "tipo").value_counts()
    assert set(counts["tipo"]) == {"tarefa", "reuniao", "anotacao"}
    assert counts["count"].min() > 1100


def test_dates_in_order_differ_by_varied_amounts(bare: Session) -> None:
    frame = bare.preview("crm.usuarios", rows=4000, columns=["data_criacao", "data_atualizacao"]).frame
    gaps = (frame["data_atualizacao"] - frame["data_criacao"]).dt.total_seconds()
    assert gaps.min() >= 0
    assert gaps.n_unique() > 3900


def test_a_date_that_must_be_in_the_future_stays_there_for_years(bare: Session) -> None:
    values = column(bare, "crm.tarefas", "data_limite").drop_nulls()
    assert values.min() >= dt.date(2031, 1, 1)
    assert values.n_unique() > 300


def test_nullable_columns_are_null_at_the_plans_rate(bare: Session) -> None:
    share = column(bare, "crm.usuarios", "telefone").null_count() / 4000
    assert 0.035 < share < 0.065
