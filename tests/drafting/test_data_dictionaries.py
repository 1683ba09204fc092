"""Schemas whose names follow a data dictionary: `tb_cliente`, `nm_cliente`, `ds_categoria`, `tp_pessoa`."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.drafting.words import split_words
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve
from datalchemy_nb.session.unmet import workable

from .conftest import check, foreign, key, ref, schema_of, table


def rows_of(schema: DatabaseSchema, of: str, locale: str = "pt_BR", rows: int = 200) -> pl.DataFrame:
    engine = Engine(resolve(draft_plan(schema, rows=rows, locale=locale).plan, schema))
    return engine.rows(ref(of), np.arange(engine.plan.tables[ref(of)].rows, dtype=np.uint64))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tb_produto", ("produto",)),
        ("tblCustomers", ("customers",)),
        ("TB_ITEM_PEDIDO", ("item", "pedido")),
        ("CUST_MSTR", ("customer",)),
        ("CUST_TYP_CD", ("customer", "type")),
        ("ST_CD", ("state", "code")),
        ("ADDR_LN1", ("address", "line", "1")),
        ("ORD_TOT_AMT", ("order", "total", "amount")),
        ("PROD_DESC", ("product", "description")),
        ("lst_nm", ("last", "name")),
        ("cust_name", ("customer", "name")),
        ("EXT_COST", ("extended", "cost")),
        ("exp_dt", ("expiration", "date")),
        ("exp_dlv_dt", ("expected", "delivery", "date")),
        ("qty_ord", ("quantity", "ordered")),
        ("hrly_rt", ("hourly", "rate")),
        ("vl_desc", ("valor", "desc")),
        ("st_pedido", ("situacao", "pedido")),
    ],
)
def test_abbreviations_are_written_out(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


def test_lists_are_filled_whatever_their_columns_are_prefixed_with() -> None:
    states = table("tb_uf", {"cd_uf": "char(2)!", "nm_uf": "varchar(60)!"}, key("cd_uf"))
    kinds = table("tb_categoria", {"cd_categoria": "smallint!", "ds_categoria": "varchar(50)!"}, key("cd_categoria"))
    schema = schema_of(states, kinds)
    found = rows_of(schema, "tb_uf")
    assert found.height == 27
    assert {("SP", "São Paulo"), ("AM", "Amazonas"), ("DF", "Distrito Federal")} <= set(found.iter_rows())
    assert "Informática" in rows_of(schema, "tb_categoria")["ds_categoria"].to_list()


def test_a_unit_of_two_letters_is_that_of_the_product() -> None:
    columns = {
        "id": "integer!", "ds_produto": "varchar(100)!", "cd_ean": "char(13)", "sg_unidade": "char(2)!",
        "vl_custo": "numeric(12,2)!", "vl_venda": "numeric(12,2)!",
    }  # fmt: skip
    unique = {"kind": "unique", "name": "u", "columns": ["cd_ean"]}
    found = rows_of(schema_of(table("tb_produto", columns, key("id"), unique)), "tb_produto")
    assert set(found["sg_unidade"]) <= {"UN", "PT", "PR", "CX", "SC", "LT", "M2", "KG"}
    assert found.filter(pl.col("ds_produto").str.contains("^(Bota|Tênis|Chinelo)"))[
        "sg_unidade"
    ].unique().to_list() == ["PR"]


def test_a_header_and_its_details_add_up_by_abbreviated_names() -> None:
    header = table(
        "ORD_HDR", {"id": "integer!", "ORD_TOT_AMT": "numeric(14,2)!", "TAX_AMT": "numeric(12,2)!"}, key("id")
    )
    detail = table(
        "ORD_DTL",
        {
            "ORD_NBR": "integer!",
            "LINE_NBR": "smallint!",
            "ORD_QTY": "integer!",
            "UNIT_PRC": "numeric(12,2)!",
            "EXT_AMT": "numeric(14,2)!",
        },
        key("ORD_NBR", "LINE_NBR"),
        foreign("ORD_NBR", "ORD_HDR"),
    )
    schema = schema_of(header, detail)
    lines, orders = rows_of(schema, "ORD_DTL", "en_US", 50), rows_of(schema, "ORD_HDR", "en_US", 50)
    assert (
        lines["ORD_QTY"] * lines["UNIT_PRC"].cast(pl.Float64) - lines["EXT_AMT"].cast(pl.Float64)
    ).abs().max() < 0.01  # type: ignore[operator]
    sums = dict(lines.group_by("ORD_NBR").agg(pl.col("EXT_AMT").sum()).iter_rows())
    assert all(total == sums.get(id_, 0) for id_, total in orders.select("id", "ORD_TOT_AMT").iter_rows())


CLIENTS = {"id_cliente": "integer!", "nm_cliente": "varchar(120)!", "tp_pessoa": "char(1)!", "ds_email": "varchar(100)"}


def test_a_client_is_a_person_or_a_firm_as_its_kind_says() -> None:
    listed = check("tp_pessoa IN ('F', 'J')")
    found = rows_of(schema_of(table("tb_cliente", CLIENTS, key("id_cliente"), listed)), "tb_cliente")
    firms = found["nm_cliente"].str.contains(r"(Ltda\.?|S\.?A\.?|ME|EPP|EIRELI|& Cia.*|S/A|SLU|SS)$")
    assert firms.filter(found["tp_pessoa"] == "J").mean() > 0.9  # type: ignore[operator]
    assert not firms.filter(found["tp_pessoa"] == "F").any()
    boxes = found["ds_email"].str.contains("^(contato|atendimento|comercial|vendas|financeiro|sac|adm|suporte)")
    assert not boxes.filter(found["tp_pessoa"] == "F").fill_null(False).any()
    assert boxes.filter(found["tp_pessoa"] == "J").drop_nulls().mean() > 0.5  # type: ignore[operator]


def test_a_customer_abroad_is_a_person_or_a_firm_as_its_kind_says() -> None:
    columns = {"id": "integer!", "name": "text!", "customer_type": "text!"}
    listed = check("customer_type IN ('individual', 'business')")
    schema = schema_of(table("customers", columns, key("id"), listed))
    engine = Engine(resolve(draft_plan(schema, rows=200, locale="en_US").plan, schema))
    found = engine.rows(ref("customers"), np.arange(200, dtype=np.uint64))
    firms = found["name"].str.contains(r"(,| and |-|\bInc\b|\bLLC\b|\bLtd\b|\bGroup\b|\bPLC\b)")
    assert firms.filter(found["customer_type"] == "business").mean() > 0.9  # type: ignore[operator]
    assert firms.filter(found["customer_type"] == "individual").mean() < 0.1  # type: ignore[operator]
    # any part of the rows is the same by itself
    assert engine.rows(ref("customers"), np.array([7, 150], dtype=np.uint64)).equals(found[[7, 150]])


# --- a draft gives up no more than what is in question ----------------------------------------------------------------


def test_only_the_columns_that_a_condition_reads_lose_their_rules() -> None:
    columns = {"id": "integer!", "nome": "varchar(100)!", "preco": "numeric(12,2)!", "custo": "numeric(12,2)!"}
    schema = schema_of(
        table("produtos", columns, key("id")), table("linhas", {"p_id": "integer!"}, foreign("p_id", "produtos"))
    )
    drafted = draft_plan(schema, rows=50, locale="pt_BR")
    of_products = {
        rule.column for rule in drafted.plan.rules if hasattr(rule, "column") and rule.ref == ref("produtos")
    }
    assert of_products == {"nome", "preco", "custo"}

    def unmet(plan: Plan) -> list[Issue]:
        priced = [rule for rule in plan.rules if getattr(rule, "column", None) == "custo" and rule.type == "copy"]
        named = [rule for rule in plan.rules if getattr(rule, "column", None) == "nome"]
        said = {"severity": "error", "code": "never_holds", "path": "/", "message": "it never holds"}
        reads = ("custo",) if priced else ("nome",) if named else ()
        return [Issue.model_validate({**said, "table": ref("produtos"), "reads": reads})] if reads else []

    left = workable(drafted.plan, schema, unmet, drafted.spare)
    kept = {rule.column: rule.type for rule in left.rules if hasattr(rule, "column") and rule.ref == ref("produtos")}
    assert kept == {"preco": "column_generator", "custo": "column_generator"}


# --- documents of an order --------------------------------------------------------------------------------------------


def test_bills_of_an_order_make_up_what_it_is_worth() -> None:
    orders = table("orders", {"id": "integer!", "total": "numeric(12,2)!"}, key("id"))
    lines = table(
        "order_items",
        {
            "id": "integer!",
            "order_id": "integer!",
            "product": "text!",
            "qty": "integer!",
            "line_total": "numeric(12,2)!",
        },
        key("id"),
        foreign("order_id", "orders"),
    )
    invoices = table(
        "invoices",
        {"id": "integer!", "order_id": "integer!", "amount": "numeric(12,2)!", "tax": "numeric(12,2)!"},
        key("id"),
        foreign("order_id", "orders"),
    )
    schema = schema_of(orders, lines, invoices)
    engine = Engine(resolve(draft_plan(schema, rows=60, locale="en_US").plan, schema))
    bills, sold, goods = (
        engine.rows(ref(one), np.arange(engine.plan.tables[ref(one)].rows, dtype=np.uint64))
        for one in ("invoices", "orders", "order_items")
    )
    billed = bills.group_by("order_id").agg(pl.col("amount").sum()).join(sold, left_on="order_id", right_on="id")
    assert billed.height > 20
    assert (billed["amount"] == billed["total"]).all()
    assert ((bills["amount"].cast(float) / 11 - bills["tax"].cast(float)).abs() < 0.011).all()
    assert goods["product"].str.len_chars().min() > 5  # type: ignore[operator]
    assert goods["product"].str.contains(r" .* |,").mean() > 0.6  # type: ignore[operator]


def test_a_state_named_after_its_table_is_that_of_the_row() -> None:
    columns = {"nr_titulo": "bigint!", "dt_vencimento": "date!", "dt_pagamento": "date", "st_titulo": "varchar(10)!"}
    listed = check("st_titulo IN ('ABERTO', 'PAGO', 'VENCIDO', 'CANCELADO')")
    found = rows_of(schema_of(table("tb_titulo", columns, key("nr_titulo"), listed)), "tb_titulo")
    assert found.filter(pl.col("st_titulo") == "PAGO")["dt_pagamento"].null_count() == 0
    assert found.filter(pl.col("st_titulo") == "ABERTO")["dt_pagamento"].is_null().all()


def test_names_without_vowels_are_read_as_what_they_shorten() -> None:
    patients = table(
        "pt_mst",
        {"pt_no": "integer!", "lst_nm": "varchar(30)!", "fst_nm": "varchar(30)!", "cty": "varchar(25)!",
         "st": "char(2)!", "zip": "varchar(10)!", "ph_no": "varchar(15)!"},
        key("pt_no"),
    )  # fmt: skip
    orders = table(
        "po_hdr", {"id": "integer!", "whlsl_nm": "varchar(40)!", "ord_dt": "date!", "exp_dlv_dt": "date",
                   "rcv_dt": "date", "tot_amt": "numeric(10,2)!"}, key("id"),
    )  # fmt: skip
    lines = table(
        "po_ln", {"po_no": "integer!", "ln_no": "integer!", "qty_ord": "integer!", "unit_cost": "numeric(9,2)!",
                  "ext_cost": "numeric(10,2)!"}, key("po_no", "ln_no"), foreign("po_no", "po_hdr"),
    )  # fmt: skip
    schema = schema_of(patients, orders, lines)
    people = rows_of(schema, "pt_mst", "en_US")
    assert {"NY", "CA", "TX"} & set(people["st"])
    assert people["ph_no"].str.contains("555").all()
    assert people["lst_nm"].value_counts()["count"].max() < 20  # type: ignore[operator]
    assert people["lst_nm"].str.contains("^[A-Z][^ ]+$").mean() > 0.9  # type: ignore[operator]
    made = rows_of(schema, "po_ln", "en_US")
    assert (made["ext_cost"] == made["qty_ord"] * made["unit_cost"]).all()
    header = rows_of(schema, "po_hdr", "en_US")
    sums = made.group_by("po_no").agg(pl.col("ext_cost").sum())
    both = header.join(sums, left_on="id", right_on="po_no")
    assert (both["tot_amt"] == both["ext_cost"]).all()
    came = header.drop_nulls()
    assert (came["exp_dlv_dt"] - came["rcv_dt"]).dt.total_days().abs().max() <= 3  # type: ignore[operator]
