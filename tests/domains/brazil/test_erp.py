"""Tables of a Brazilian business, made as a plan makes them: what a row says of one thing agrees."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import brazil_checks as checks
import numpy as np
import polars as pl

from datalchemy_nb import Session
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.brazil.banking import BANKS
from datalchemy_nb.domains.brazil.fiscal import STATE_CODES
from datalchemy_nb.domains.calendar import is_working_day

ROWS = 12_000
TYPES: dict[str, tuple[str, str, dict[str, int]]] = {
    "text": ("text", "text", {}), "date": ("date", "date", {}), "int": ("integer", "int4", {}),
    "money": ("numeric(12,2)", "numeric", {"numeric_precision": 12, "numeric_scale": 2}),
    "char44": ("character(44)", "bpchar", {"character_max_length": 44}),
    "varchar14": ("character varying(14)", "varchar", {"character_max_length": 14}),
    "moment": ("timestamp with time zone", "timestamptz", {}),
}  # fmt: skip
HOURS = {"kind": "business_hours", "start": 8, "end": 18, "holidays": "BR", "zone": "America/Sao_Paulo"}
INVOICE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "uf": ("text", "semantic.br.uf", {}), "cidade": ("text", "semantic.br.city", {}),
    "codigo_ibge": ("int", "semantic.br.city.ibge", {}), "ie": ("varchar14", "semantic.br.inscricao_estadual", {}),
    "cnpj": ("varchar14", "semantic.br.cnpj", {}), "emissao": ("date", "primitive.date.range", {
        "min": "2025-01-01", "max": "2025-12-31"}),
    "modelo": ("int", "semantic.br.fiscal.modelo", {}), "serie": ("int", "semantic.br.fiscal.serie", {}),
    "numero": ("int", "primitive.int.range", {"min": 1, "max": 999_999}),
    "chave": ("char44", "semantic.br.fiscal.access_key", {
        "uf": "uf", "issued": "emissao", "cnpj": "cnpj", "model": "modelo", "series": "serie", "number": "numero"}),
    "ncm": ("text", "semantic.br.product.ncm", {}), "gtin": ("varchar14", "semantic.br.product.gtin", {}),
    "ean": ("text", "semantic.br.product.gtin", {}), "preco": ("money", "semantic.br.product.price", {}),
    "aliquota": ("money", "semantic.br.fiscal.rate", {}),
    "valor": ("money", "semantic.br.money.brl", {}), "vencimento": ("date", "primitive.date.range", {
        "min": "2025-01-01", "max": "2027-12-31"}),
    "linha": ("text", "semantic.br.boleto.line", {"amount": "valor", "due": "vencimento", "bank": "banco"}),
    "barras": ("char44", "semantic.br.boleto.barcode", {"input_columns": ["linha"]}),
    "banco": ("text", "semantic.br.bank.code", {}), "ispb": ("text", "semantic.br.bank.ispb", {}),
    "nome_banco": ("text", "semantic.br.bank.name", {}),
    "conta": ("text", "semantic.br.bank.account", {"digit": False}),
    "dv": ("text", "semantic.br.bank.digit", {"input_columns": ["conta"]}),
    "atendido": ("moment", "primitive.timestamp.range", {"min": "2025-01-01T00:00:00", "max": "2026-01-01T00:00:00"}),
}  # fmt: skip
STAFF: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nome": ("text", "semantic.br.name", {}), "cpf": ("text", "semantic.br.cpf", {}),
    "email": ("text", "semantic.br.email.safe", {}), "celular": ("text", "semantic.br.phone", {"formatted": True}),
    "nascimento": ("date", "semantic.br.birth_date", {}), "sexo": ("text", "semantic.br.sex", {}),
    "nascimento_mae": ("date", "semantic.br.birth_date", {"role": "mae", "min_age": 40}),
    "tipo_chave": ("text", "semantic.br.pix_kind", {}),
    "chave_pix": ("text", "semantic.br.pix_key.of", {
        "kind": "tipo_chave", "cpf": "cpf", "email": "email", "phone": "celular"}),
    "salario": ("money", "semantic.br.salary", {"year": 2025}),
    "inss": ("money", "semantic.br.payroll.inss", {"input_columns": ["salario"], "year": 2025}),
    "irrf": ("money", "semantic.br.payroll.irrf", {"input_columns": ["salario"], "year": 2025}),
    "fgts": ("money", "semantic.br.payroll.fgts", {"input_columns": ["salario"]}),
    "liquido": ("money", "semantic.br.payroll.net", {"input_columns": ["salario", "inss", "irrf"]}),
    "competencia": ("text", "semantic.br.competencia", {}),
}  # fmt: skip


def made(tmp_path: Path, columns: dict[str, tuple[str, str, dict[str, Any]]], unique: tuple[str, ...]) -> pl.DataFrame:
    typed = [
        {"ordinal_position": i, "name": name, "is_nullable": False, "column_type": {
            "data_type": TYPES[kind][0], "udt_schema": "pg_catalog", "udt_name": TYPES[kind][1], **TYPES[kind][2]}}
        for i, (name, (kind, _, _)) in enumerate(columns.items(), 1)
    ]  # fmt: skip
    keys = [{"kind": "unique", "name": f"{name}_key", "columns": [name]} for name in unique]
    table = {"name": "t", "kind": "table", "columns": typed, "constraints": keys}
    schema = {"schema_version": "0.2", "engine": "postgres", "database": "d"}
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(schema | {"schemas": [{"name": "s", "tables": [table]}]}))
    rules = [
        {"type": "column_generator", "schema": "s", "table": "t", "column": name, "generator": {
            "id": id_, "params": params, **({"distribution": HOURS} if name == "atendido" else {})}}
        for name, (_, id_, params) in columns.items()
    ]  # fmt: skip
    plan = {
        "plan_version": "0.2", "seed": 5, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": "pt_BR"}, "targets": [{"schema": "s", "table": "t", "rows": ROWS}], "rules": rules,
    }  # fmt: skip
    rows = session.preview("t", rows=ROWS, plan=plan).frame
    assert session.preview("t", rows=5, offset=7000, plan=plan).frame.equals(rows[7000:7005])
    for name in unique:
        assert rows[name].n_unique() == ROWS, name
    return rows


def test_invoices_slips_and_banks(tmp_path: Path) -> None:
    unique = ("chave", "gtin", "cnpj", "linha", "ie")
    rows = made(tmp_path, INVOICE, unique)
    banks = {code: (name, ispb) for code, name, ispb, _ in BANKS}
    for row in rows.iter_rows(named=True):
        key = f"{STATE_CODES[row['uf']]}{row['emissao']:%y%m}{row['cnpj']}{row['modelo']}{row['serie']:03}"
        assert row["chave"].startswith(f"{key}{row['numero']:09}1")
        total = sum(int(c) * (2 + i % 8) for i, c in enumerate(reversed(row["chave"][:-1])))
        assert int(row["chave"][-1]) == (0 if total % 11 < 2 else 11 - total % 11)
        assert row["codigo_ibge"] // 100_000 == STATE_CODES[row["uf"]]
        line = row["linha"]
        assert checks.boleto(line)
        assert line[:3] == row["banco"]
        assert int(line[-10:]) == row["valor"] * 100
        factor = (row["vencimento"] - dt.date(1997, 10, 7)).days
        assert int(line[33:37]) == (factor if factor < 10_000 else (factor - 1000) % 9000 + 1000)
        assert row["barras"] == line[:4] + line[32:47] + line[4:9] + line[10:20] + line[21:31]
        assert (row["nome_banco"], row["ispb"]) == banks[row["banco"]]
        assert re.fullmatch(r"[0-9X]", row["dv"])
    zone = ZoneInfo("America/Sao_Paulo")
    moments = [moment.astimezone(zone) for moment in rows["atendido"]]
    assert {moment.hour for moment in moments} == set(range(8, 18))
    days = np.array([(moment.date() - dt.date(1970, 1, 1)).days for moment in moments])
    assert is_working_day(days).all()


def test_staff_and_their_pay(tmp_path: Path) -> None:
    rows = made(tmp_path, STAFF, ("cpf", "email"))
    digits = {"CPF": "cpf", "Celular": "celular"}
    for row in rows.iter_rows(named=True):
        assert row["liquido"] == row["salario"] - row["inss"] - row["irrf"] > 0
        assert row["fgts"] == (row["salario"] * 8 / 100).quantize(Decimal("0.01"))
        assert row["salario"] >= 1518
        kind, key = row["tipo_chave"], row["chave_pix"]
        if kind in digits:
            assert re.sub(r"\D", "", key) == re.sub(r"\D", "", row[digits[kind]])
        elif kind == "E-mail":
            assert key == row["email"]
        else:
            assert checks.cnpj(key) if kind == "CNPJ" else re.fullmatch(r"[0-9a-f-]{36}", key)
    assert rows["irrf"].min() == 0
    assert set(rows["tipo_chave"]) == {"CPF", "CNPJ", "E-mail", "Celular", "Aleatória"}
    assert rows["nascimento_mae"].max() < dt.date(1988, 1, 1)
