"""A workshop: an order is worth its parts and hours less the discount, and readings of a vehicle are kilometres."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.contracts.schema import DatabaseSchema

from .conftest import check, foreign, key, rows_drafted, schema_of, table


def workshop() -> DatabaseSchema:
    vehicle = {"id": "integer!", "placa": "char(7)!", "marca": "varchar(40)!", "km_atual": "integer"}
    part = {"id": "integer!", "descricao": "varchar(120)!", "preco_venda": "numeric(10,2)!", "localizacao": "text"}
    service = {"id": "integer!", "descricao": "varchar(120)!", "valor_hora": "numeric(10,2)!"}
    order = {
        "id": "integer!", "veiculo_id": "integer!", "aberta_em": "timestamptz!", "km_entrada": "integer!",
        "defeito_relatado": "text", "valor_pecas": "numeric(12,2)!", "valor_servicos": "numeric(12,2)!",
        "desconto": "numeric(12,2)!", "valor_total": "numeric(12,2)!",
    }  # fmt: skip
    parts = {
        "os_id": "integer!", "peca_id": "integer!", "quantidade": "numeric(8,2)!", "valor_unitario": "numeric(10,2)!",
        "valor_total": "numeric(12,2)!",
    }  # fmt: skip
    hours = {
        "id": "integer!", "os_id": "integer!", "servico_id": "integer!", "horas": "numeric(5,2)!",
        "valor": "numeric(10,2)!",
    }  # fmt: skip
    paid = {
        "id": "integer!", "os_id": "integer!", "parcela": "smallint!", "total_parcelas": "smallint!",
        "valor": "numeric(12,2)!", "forma": "varchar(20)!",
    }  # fmt: skip
    revision = {"id": "integer!", "veiculo_id": "integer!", "data": "date!", "km": "integer!", "proxima_km": "integer"}
    return schema_of(
        table("veiculos", vehicle, key("id")),
        table("pecas", part, key("id")),
        table("servicos", service, key("id")),
        table("oficinas", {"id": "integer!", "nome": "varchar(60)!"}, key("id")),
        table("ordens_servico", order, key("id"), foreign("veiculo_id", "veiculos")),
        table("os_pecas", parts, key("os_id", "peca_id"), foreign("os_id", "ordens_servico"),
              foreign("peca_id", "pecas")),
        table("os_servicos", hours, key("id"), foreign("os_id", "ordens_servico"), foreign("servico_id", "servicos")),
        table("recebimentos", paid, key("id"), foreign("os_id", "ordens_servico"),
              key("os_id", "parcela", kind="unique"), check("parcela <= total_parcelas")),
        table("revisoes", revision, key("id"), foreign("veiculo_id", "veiculos"), check("proxima_km > km")),
    )  # fmt: skip


def test_rows_of_a_workshop() -> None:
    rows = rows_drafted(workshop(), rows=120, locale="pt_BR", base_date="2026-06-01")
    orders = rows["ordens_servico"]
    made_of = pl.col("valor_pecas") + pl.col("valor_servicos") - pl.col("desconto")
    assert orders.select((pl.col("valor_total") == made_of).all()).item()
    for lines, amount, column in (
        ("os_pecas", "valor_total", "valor_pecas"),
        ("os_servicos", "valor", "valor_servicos"),
    ):
        sums = rows[lines].group_by("os_id").agg(pl.col(amount).sum())
        both = orders.join(sums, left_on="id", right_on="os_id", how="left", suffix="_l")
        of_lines = f"{amount}_l" if amount in orders.columns else amount
        assert (both[column] == both[of_lines].fill_null(0)).all()
    priced = rows["os_pecas"].join(rows["pecas"], left_on="peca_id", right_on="id")
    assert (priced["valor_unitario"] == priced["preco_venda"]).all()
    worked = rows["os_servicos"].join(rows["servicos"], left_on="servico_id", right_on="id")
    assert (worked["valor"] - worked["horas"] * worked["valor_hora"]).abs().max() < 0.01  # type: ignore[operator]

    assert orders["km_entrada"].median() > 10_000  # type: ignore[operator]
    later = rows["revisoes"].drop_nulls("proxima_km").select(pl.col("proxima_km") - pl.col("km")).to_series()
    assert 5_000 <= later.min() <= later.max() <= 20_000  # type: ignore[operator]
    paid = rows["recebimentos"]
    assert (paid["parcela"] <= paid["total_parcelas"]).all()
    assert paid["total_parcelas"].max() <= 12  # type: ignore[operator]
    assert set(paid["forma"]) <= {"PIX", "Cartão de crédito", "Boleto", "Cartão de débito", "Dinheiro"}
    assert "Filtro de óleo" in rows["pecas"]["descricao"]
    assert "Freio chiando" in orders["defeito_relatado"]
