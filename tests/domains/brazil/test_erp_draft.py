"""A drafted ERP of fifteen tables: what its rows say of money, people, goods and documents agrees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.session import Session
from tests.domains.brazil import brazil_checks as checks

DDL = Path(__file__).with_name("erp.sql").read_text(encoding="utf-8")
OTHER = Path(__file__).with_name("erp_other.sql").read_text(encoding="utf-8")
ROWS = 400
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def tables(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    session = Session(out_dir=tmp_path_factory.mktemp("runs"))
    session.introspect(database(DDL))
    session.show_plan(draft=True, rows=ROWS, base_date="2026-01-01")
    plan = session.resolved()
    assert len(plan.tables) == 15
    engine = Engine(plan)
    return {ref.table: engine.rows(TableRef(ref.schema, ref.table), range(t.rows)) for ref, t in plan.tables.items()}


def above(tables: Tables, child: str, key: str, parent: str) -> pl.DataFrame:
    return tables[child].join(tables[parent].rename(lambda name: f"{parent}.{name}"), left_on=key,
                              right_on=f"{parent}.id")  # fmt: skip


def holds(frame: pl.DataFrame, condition: pl.Expr) -> bool:
    return bool(frame.select(condition.fill_null(value=True).all()).item())


def test_people_and_companies_of_one_table(tables: Tables) -> None:
    clients = tables["cliente"]
    people, firms = clients.filter(pl.col("tipo_pessoa") == "F"), clients.filter(pl.col("tipo_pessoa") == "J")
    assert min(len(people), len(firms)) > ROWS // 4
    for name in ("cnpj", "razao_social", "inscricao_estadual"):
        assert people[name].null_count() == len(people), name
    for name in ("cpf", "rg", "data_nascimento", "sexo", "estado_civil", "nome_mae", "profissao"):
        assert firms[name].null_count() == len(firms), name
    assert all(checks.cpf(cpf) for cpf in people["cpf"])
    assert all(checks.cnpj(cnpj) for cnpj in firms["cnpj"])


def test_taxes_and_titles(tables: Tables) -> None:
    lines, titles = tables["item_nota_fiscal"], tables["conta_receber"]
    assert holds(lines, pl.col("base_icms") == pl.col("valor_total"))
    for tax, base in (("icms", "base_icms"), ("pis", "valor_total"), ("cofins", "valor_total")):
        exact = pl.col(base).cast(pl.Float64) * pl.col(f"aliquota_{tax}").cast(pl.Float64) / 100
        assert holds(lines, (pl.col(f"valor_{tax}").cast(pl.Float64) - exact).abs() < 0.0051), tax
    paid = lines.group_by("nota_fiscal_id").agg(pl.col("valor_icms").sum().alias("soma"))
    notes = tables["nota_fiscal"].join(paid, left_on="id", right_on="nota_fiscal_id")
    assert holds(notes, pl.col("valor_icms") == pl.col("soma"))
    assert holds(titles, pl.col("parcela") <= pl.col("total_parcelas"))
    assert holds(titles, pl.col("valor_pago").is_null() == pl.col("data_pagamento").is_null())
    assert holds(titles, pl.col("valor_pago") == pl.col("valor") + pl.col("valor_juros"))
    for line, bank in titles.select("linha_digitavel", "banco").drop_nulls().iter_rows():
        assert checks.boleto(line)
        assert line[:3] == bank


def test_goods_of_lines_are_those_of_the_product(tables: Tables) -> None:
    for table in ("item_pedido", "item_nota_fiscal"):
        lines = above(tables, table, "produto_id", "produto")
        assert holds(lines, pl.col("valor_unitario") == pl.col("produto.preco_venda")), table
    for name in ("descricao", "ncm", "unidade"):
        assert lines[name].equals(lines[f"produto.{name}"], check_names=False), name
    goods = tables["produto"]
    assert holds(goods, pl.col("peso_liquido") <= pl.col("peso_bruto"))
    assert holds(goods, pl.col("estoque_atual") % 1 == 0)
    assert holds(goods, pl.col("gtin") == pl.col("ean"))


def test_staff_and_their_wages(tables: Tables) -> None:
    staff = tables["funcionario"]
    assert holds(staff, pl.col("data_admissao") >= pl.col("data_nascimento").dt.offset_by("18y"))
    assert holds(staff, pl.col("data_demissao") > pl.col("data_admissao"))
    assert 0.6 < staff["data_demissao"].null_count() / len(staff) < 0.95
    assert holds(staff, pl.col("ativo") == pl.col("data_demissao").is_null())
    assert staff["data_demissao"].max() <= pl.Series(["2026-01-01"]).str.to_date()[0]  # type: ignore[operator]
    pay = above(tables, "folha_pagamento", "funcionario_id", "funcionario")
    assert holds(pay, pl.col("salario_bruto") == pl.col("funcionario.salario"))
    taken = pl.col("desconto_inss") + pl.col("desconto_irrf")
    assert holds(pay, pl.col("salario_liquido") == pl.col("salario_bruto") - taken)
    assert holds(pay, pl.col("desconto_inss") < pl.col("salario_bruto") * 0.15)


def test_documents_are_of_their_firm(tables: Tables) -> None:
    notes = above(tables, "nota_fiscal", "empresa_id", "empresa")
    assert notes["cnpj_emitente"].equals(notes["empresa.cnpj"], check_names=False)
    assert holds(notes, pl.col("chave_acesso").str.slice(6, 14) == pl.col("cnpj_emitente"))
    assert holds(notes, pl.col("data_saida") >= pl.col("data_emissao"))
    assert set(notes["situacao"].drop_nulls()) <= {"autorizada", "cancelada", "denegada", "inutilizada"}
    orders = above(tables, "pedido", "cliente_id", "cliente").select("id", "^cliente\\..*$")
    sold = notes.join(orders, left_on="pedido_id", right_on="id")
    assert len(sold) > ROWS // 2
    assert sold["destinatario_nome"].equals(sold["cliente.nome"], check_names=False)
    told = sold.select(pl.coalesce("cliente.cnpj", "cliente.cpf")).to_series()
    assert sold["destinatario_documento"].equals(told, check_names=False)


def test_a_line_has_one_tax_code_by_its_firms_regime(tables: Tables) -> None:
    notes = above(tables, "nota_fiscal", "empresa_id", "empresa").select("id", "empresa.regime_tributario")
    lines = tables["item_nota_fiscal"].join(notes, left_on="nota_fiscal_id", right_on="id")
    simple = pl.col("empresa.regime_tributario").is_in(["Simples Nacional", "MEI"]).fill_null(value=False)
    assert holds(lines, pl.col("csosn").is_not_null() == simple)
    assert holds(lines, pl.col("cst_icms").is_null() == simple)


def test_another_erp_adds_up(database: Callable[..., str], tmp_path: Path) -> None:
    """Written in another hand: what its documents, wages and bills say agrees too."""
    session = Session(out_dir=tmp_path)
    session.introspect(database(OTHER))
    session.show_plan(draft=True, rows=120, base_date="2026-01-01")
    plan = session.resolved()
    engine = Engine(plan)
    made = {ref.table: engine.rows(ref, range(t.rows)) for ref, t in plan.tables.items()}
    clients = made["clientes"]
    people = clients["tipo_pessoa"] == "FISICA"
    assert all(checks.cpf(one) for one in clients.filter(people)["cpf_cnpj"])
    assert all(checks.cnpj(one) for one in clients.filter(~people)["cpf_cnpj"])
    assert clients["cpf_cnpj"].is_unique().all()
    assert holds(clients, pl.col("motivo_bloqueio").is_null() | pl.col("bloqueado"))
    notes = above(made, "notas_fiscais", "filial_id", "filiais")
    assert notes["cnpj_emitente"].equals(notes["filiais.cnpj"].str.replace_all(r"\D", ""), check_names=False)
    assert notes.select("filial_id", "numero").is_unique().all()
    lines = made["notas_fiscais_itens"].group_by("nota_fiscal_id").agg(pl.col("valor_total_item").sum())
    notes = notes.join(lines, left_on="id", right_on="nota_fiscal_id")
    assert holds(notes, pl.col("valor_produtos") == pl.col("valor_total_item"))
    extra = sum((pl.col(name).fill_null(0) for name in ("valor_frete", "valor_seguro")), pl.lit(0))
    whole = pl.col("valor_produtos") - pl.col("valor_desconto").fill_null(0) + extra
    assert holds(notes, pl.col("valor_total_nota") == whole)
    pay = made["folha_pagamento"]
    gross = pl.col("salario_base") + pl.col("valor_horas_extras").fill_null(0) + pl.col("comissoes").fill_null(0)
    assert holds(pay, pl.col("total_proventos") == gross)
    taken = sum((pl.col(name).fill_null(0) for name in ("inss", "irrf", "vale_transporte")), pl.lit(0))
    assert holds(pay, pl.col("total_descontos") == taken)
    assert holds(pay, pl.col("liquido") == pl.col("total_proventos") - pl.col("total_descontos"))
    bills = made["titulos_receber"]
    paid = bills["situacao"] == "Pago"
    assert paid.any()
    assert bills.filter(paid)["data_pagamento"].is_not_null().all()
    assert holds(
        bills, pl.col("saldo") == pl.when(pl.col("data_pagamento").is_null()).then("valor_titulo").otherwise(0)
    )
