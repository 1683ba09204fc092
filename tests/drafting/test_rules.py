"""What each rule recognises, and the names that only look alike."""

from __future__ import annotations

import pytest

from datalchemy_nb.drafting.rules import RULES

from .conftest import Judge, Related, check, key

POSITIVE = [
    # table, column, type, generator, rule
    ("clientes", "cpf", "char(11)", "semantic.br.cpf", "recognise_brazil"),
    ("t", "license_plate", "varchar(8)", "semantic.br.plate", "recognise_documents"),
    ("t", "city", "text", "semantic.br.city", "recognise_place"),
    ("t", "estado_civil", "varchar(20)", "semantic.br.estado_civil", "recognise_brazil"),
    ("t", "raca_cor", "varchar(20)", "semantic.br.raca_cor", "recognise_brazil"),
    ("t", "tipo_logradouro", "text", "semantic.br.tipo_logradouro", "recognise_brazil"),
    ("t", "categoria_cnh", "varchar(2)", "semantic.br.categoria_cnh", "recognise_brazil"),
    ("notas_fiscais", "chave_acesso", "char(44)", "semantic.br.fiscal.access_key", "recognise_brazil"),
    ("itens_nota", "cfop", "char(4)", "semantic.br.fiscal.cfop", "recognise_brazil"),
    ("produtos", "ncm", "char(8)", "semantic.br.product.ncm", "recognise_brazil"),
    ("empresas", "inscricao_estadual", "varchar(20)", "semantic.br.inscricao_estadual", "recognise_brazil"),
    ("enderecos", "codigo_ibge", "char(7)", "semantic.br.city.ibge", "recognise_brazil"),
    ("funcionarios", "salario", "numeric(10,2)", "semantic.br.salary", "recognise_brazil"),
    ("clientes", "nr_cpf", "varchar(14)", "semantic.br.cpf", "recognise_brazil"),
    ("empresas", "cnpj", "text", "semantic.br.cnpj", "recognise_brazil"),
    ("clientes", "rg", "text", "semantic.br.rg", "recognise_brazil"),
    ("clientes", "titulo_eleitor", "text", "semantic.br.titulo_eleitor", "recognise_brazil"),
    ("veiculos", "placa", "varchar(8)", "semantic.br.plate", "recognise_brazil"),
    ("contas", "chave_pix", "text", "semantic.br.pix_key", "recognise_brazil"),
    ("contas", "agencia", "text", "semantic.br.bank.branch", "recognise_brazil"),
    ("t", "email", "text", "semantic.br.email.safe", "recognise_brazil"),
    ("t", "e_mail", "text", "semantic.br.email.safe", "recognise_brazil"),
    ("empresas", "email", "text", "semantic.br.email.corporate", "recognise_email"),
    ("t", "username", "varchar(150)", "semantic.br.username", "recognise_username"),
    ("t", "celular", "varchar(20)", "semantic.br.phone", "recognise_brazil"),
    ("t", "phone_number", "text", "semantic.br.phone", "recognise_phone"),
    ("t", "first_name", "text", "semantic.br.first_name", "recognise_person_name"),
    ("t", "sobrenome", "text", "semantic.br.last_name", "recognise_brazil"),
    ("pessoas", "nome", "text", "semantic.br.name", "recognise_brazil"),
    ("t", "nome_mae", "text", "semantic.br.name", "recognise_brazil"),
    ("t", "cargo", "text", "semantic.br.job_title", "recognise_brazil"),
    ("t", "razao_social", "text", "semantic.br.company.name", "recognise_brazil"),
    ("t", "nome_fantasia", "text", "semantic.br.company.trade_name", "recognise_brazil"),
    ("fornecedores", "nome", "text", "semantic.br.company.name", "recognise_brazil"),
    ("t", "company_name", "text", "semantic.br.company.name", "recognise_company"),
    ("empresas", "site", "text", "semantic.br.company.site", "recognise_brazil"),
    ("produtos", "nome", "text", "semantic.br.product.name", "recognise_product"),
    ("t", "sku", "text", "semantic.br.product.sku", "recognise_brazil"),
    ("t", "cidade", "text", "semantic.br.city", "recognise_brazil"),
    ("t", "uf", "char(2)", "semantic.br.uf", "recognise_brazil"),
    ("t", "cep", "char(8)", "semantic.br.cep", "recognise_brazil"),
    ("t", "logradouro", "text", "semantic.br.street", "recognise_brazil"),
    ("t", "bairro", "text", "semantic.br.neighborhood", "recognise_brazil"),
    ("t", "latitude", "numeric(9,6)", "place.latitude", "recognise_place"),
    ("t", "currency_code", "char(3)", "primitive.choice", "recognise_culture"),
    ("t", "cor", "text='#ffffff'::text", "semantic.color.hex", "recognise_culture"),
    ("students", "student_number", "varchar(20)", "primitive.text.pattern", "recognise_texts"),
    ("t", "grau", "char(1)! # A - Alto; B - Baixo", "primitive.choice", "read_values_of_comment"),
    ("guests", "passport_no", "varchar(12)", "primitive.text.pattern", "recognise_documents"),
    ("rooms", "building", "text", "primitive.text.pattern", "recognise_texts"),
    ("shops", "opens_at", "time without time zone", "primitive.time", "recognise_dates"),
    ("games", "match_date", "text", "primitive.text.pattern", "write_moments"),
    ("students", "gpa", "numeric(3,2)", "primitive.decimal.numeric", "recognise_numbers"),
    ("terms", "year", "int", "primitive.int", "recognise_numbers"),
    ("books", "isbn", "char(13)", "faker.isbn.isbn13", "recognise_product"),
    ("t", "locale", "varchar(10)", "primitive.choice", "recognise_culture"),
    ("t", "status", "text!='rascunho'::text", "primitive.choice", "recognise_defaults"),
    ("t", "website_url", "text", "semantic.br.url", "recognise_internet"),
    ("t", "slug", "varchar(50)", "primitive.text.pattern", "recognise_internet"),
    ("t", "ip_address", "inet", "semantic.br.ip", "recognise_internet"),
    ("t", "password", "varchar(128)", "primitive.text.pattern", "recognise_secrets"),
    ("t", "session_key", "varchar(40)", "primitive.text", "recognise_secrets"),
    ("t", "file_hash", "varchar(40)", "primitive.text", "recognise_secrets"),
    ("t", "file_name", "text", "primitive.text.pattern", "recognise_files"),
    ("t", "mime_type", "text", "primitive.choice", "recognise_files"),
    ("t", "data_nascimento", "date", "semantic.br.birth_date", "recognise_brazil"),
    ("t", "expires_at", "timestamptz", "primitive.timestamp", "recognise_dates"),
    ("t", "created_at", "timestamp", "primitive.timestamp", "recognise_dates"),
    ("t", "preco_unitario", "numeric(12,2)", "money.price", "recognise_money"),
    ("t", "price_per_item", "numeric(12,2)", "money.price", "recognise_money"),
    ("t", "amount_refunded", "numeric(12,2)", "primitive.decimal.numeric", "recognise_money"),
    ("t", "quantidade", "integer", "primitive.choice", "recognise_numbers"),
    ("t", "desconto_percentual", "numeric(5,2)", "primitive.choice", "recognise_numbers"),
    ("t", "address_count", "integer", "primitive.int", "recognise_numbers"),
    ("t", "num_orders", "integer", "primitive.int", "recognise_numbers"),
    ("t", "is_email_verified", "boolean", "primitive.bool", "recognise_flags"),
    ("t", "metodo_pagamento", "text", "semantic.br.forma_pagamento", "recognise_brazil"),
    ("t", "tracking_code", "text", "domain.logistics.tracking_code", "recognise_states"),
    ("t", "priority", "varchar(10)", "reference.priority.name", "recognise_reference"),
    ("t", "descricao", "text", "text.description", "recognise_texts"),
    ("alergias", "reacao", "text", "primitive.choice", "recognise_kinds"),
    ("t", "metadata", "jsonb", "document.metadata", "recognise_documents_of_json"),
    ("t", "codigo", "varchar(10)", "primitive.text.pattern", "recognise_texts"),
    ("t", "humor", "mood", "primitive.enum", "choose_listed_values"),
    ("t", "algo", "date", "primitive.date", "fall_back_on_type"),
    ("t", "coluna", "text!='rascunho'::text", "primitive.choice", "keep_default"),
]
LOOK_ALIKES = [
    # table, column, type, generator it must not get
    ("t", "cargo", "text", "semantic.br.rg"),
    ("t", "tipo", "text", "semantic.br.ip"),
    ("t", "description", "text", "semantic.br.ip"),
    ("t", "nomenclature", "text", "semantic.br.name"),
    ("pessoas", "nomenclatura", "text", "semantic.br.name"),
    ("t", "address_count", "text", "semantic.br.address"),
    ("t", "email_template", "text", "semantic.br.email.safe"),
    ("bens", "placa_patrimonio", "varchar(12)", "semantic.br.plate"),
    ("t", "telefone_tipo", "text", "semantic.br.phone"),
    ("t", "telemetry", "text", "semantic.br.phone"),
    ("t", "ip_address", "text", "semantic.br.address"),
    ("fontes_lead", "nome", "text", "semantic.br.name"),
    ("t", "nome", "text", "semantic.br.name"),
    ("clientes", "table_name", "text", "semantic.br.name"),
    ("t", "site_name", "text", "semantic.br.url"),
    ("t", "capacity", "text", "semantic.br.city"),
    ("t", "velocidade", "text", "semantic.br.city"),
    ("t", "precept", "numeric(12,2)", "semantic.br.money.brl"),
    ("t", "cpf_hash", "text", "semantic.br.cpf"),
    ("t", "cpf", "bigint", "semantic.br.cpf"),
    ("t", "cpf", "varchar(5)", "semantic.br.cpf"),
]


@pytest.mark.parametrize(("of", "column", "written", "generator", "rule"), POSITIVE)
def test_recognised(judge: Judge, of: str, column: str, written: str, generator: str, rule: str) -> None:
    found = judge(of, column, written)
    assert (found.generator_id, found.rule) == (generator, rule)
    assert found.evidence
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(("of", "column", "written", "generator"), LOOK_ALIKES)
def test_look_alikes(judge: Judge, of: str, column: str, written: str, generator: str) -> None:
    assert judge(of, column, written).generator_id != generator


def test_every_rule_has_an_example() -> None:
    shown = {rule for *_, rule in POSITIVE}
    told_below = {"leave_to_engine", "order_moments", "follow_pattern", "follow_range"}
    assert {rule.__name__ for rule in RULES} == shown | told_below


class TestNeighbours:
    def test_nome_with_cpf_is_a_person(self, judge: Judge) -> None:
        assert judge("cadastro", "nome", "text", beside={"cpf": "text"}).generator_id == "semantic.br.name"

    def test_nome_with_cnpj_is_a_company(self, judge: Judge) -> None:
        assert judge("cadastro", "nome", "text", beside={"cnpj": "text"}).generator_id == "semantic.br.company.name"

    def test_nome_beside_sobrenome_is_the_given_name(self, judge: Judge) -> None:
        found = judge("contatos", "nome", "text", beside={"sobrenome": "text"})
        assert found.generator_id == "semantic.br.first_name"

    def test_estado_is_a_state_of_the_country_only_in_an_address(self, judge: Judge) -> None:
        assert judge("t", "estado", "text", beside={"cidade": "text"}).generator_id == "semantic.br.state"
        assert judge("pedidos", "estado", "text").rule == "recognise_reference"

    def test_numero_is_a_house_number_only_in_an_address(self, judge: Judge) -> None:
        assert judge("t", "numero", "text", beside={"logradouro": "text"}).rule == "recognise_place"
        assert judge("faturas", "numero", "text").rule == "recognise_texts"


class TestConstraints:
    def test_listed_values_are_the_values(self, judge: Judge) -> None:
        found = judge("t", "email", "text", check("email = ANY (ARRAY['a'::text, 'b'::text])"))
        assert (found.generator_id, found.params) == ("primitive.choice", {"values": ["a", "b"]})
        assert "CHECK chk" in found.why

    def test_a_pattern_is_followed_where_the_name_is_silent(self, judge: Judge) -> None:
        found = judge("t", "xyz", "text", check("xyz ~ '^[A-Z]{3}-[0-9]{4}$'::text"))
        assert (found.generator_id, found.rule) == ("primitive.text.pattern", "follow_pattern")

    def test_a_range_is_followed(self, judge: Judge) -> None:
        found = judge("t", "xyz", "integer", check("xyz >= 3 AND xyz <= 9"))
        assert (found.params, found.rule) == ({"min": 3, "max": 9}, "follow_range")

    def test_a_name_whose_values_break_the_check_is_not_believed(self, judge: Judge) -> None:
        found = judge("t", "email", "text", check("email ~ '^[0-9]{6}$'::text"))
        assert found.rule == "follow_pattern"

    def test_dates_after_today_stay_after_today(self, judge: Judge) -> None:
        found = judge("t", "data_limite", "date", check("data_limite >= CURRENT_DATE"))
        assert found.rule == "recognise_dates"
        assert found.params["min"] > "2030"


class TestMoments:
    def test_a_check_orders(self, judge: Judge) -> None:
        found = judge("t", "b", "date", check("b >= a"), beside={"a": "date!"})
        assert (found.generator_id, found.params["input_columns"]) == ("derive.end_after_start", ["a"])

    def test_updated_follows_created(self, relations: Related) -> None:
        bound = relations("t", created_at="timestamptz!", updated_at="timestamptz!")["updated_at"]
        assert [one.column for one in bound.after] == ["created_at"]
        assert [one.column for one in bound.before] == ["base_date"]

    def test_deleted_is_mostly_null(self, judge: Judge) -> None:
        assert judge("t", "deleted_at", "timestamptz", beside={"created_at": "timestamptz!"}).null_rate == 0.95

    def test_pairs(self, relations: Related) -> None:
        assert relations("contratos", data_inicio="date!", data_fim="date")["data_fim"].after[0].column == "data_inicio"

    def test_a_null_start_cannot_make_an_end_that_is_not_null(self, relations: Related) -> None:
        assert "data_fim" not in relations("t", data_inicio="date", data_fim="date!")


class TestLeftAlone:
    def test_numbers_in_keys_sequences_and_literal_defaults(self, judge: Judge) -> None:
        assert judge("t", "ordem", "integer!", key("ordem", kind="unique")).generator_id is None
        assert judge("t", "n", "integer!=nextval('s'::regclass)").generator_id is None
        assert judge("t", "status", "text!='zero quilometro'::text").generator_id is None
        assert judge("t", "coluna", "text!='/var/log'::text").generator_id is None

    def test_a_default_stays_what_most_rows_hold(self, judge: Judge) -> None:
        found = judge("t", "fila", "text!='GERAL'::text")
        assert (found.params["values"][0], found.params["weights"][0]) == ("GERAL", 60)
        assert {"EMAILS", "RELATORIOS"} < set(found.params["values"])
        assert judge("t", "nivel", "varchar(6)!='n08'").params["values"][:3] == ["n08", "n09", "n10"]
        assert judge("t", "folha", "varchar(40)!='base.css'").params["values"][1].endswith(".css")

    def test_a_column_that_a_check_computes(self, judge: Judge) -> None:
        total = check("total = qtd * preco")
        found = judge("t", "total", "numeric(12,2)!", total, beside={"qtd": "integer!", "preco": "numeric(10,2)!"})
        assert (found.generator_id, found.rule) == (None, "leave_to_engine")

    def test_json_has_a_document_of_its_name(self, judge: Judge) -> None:
        assert judge("t", "metadata", "jsonb").generator_id == "document.metadata"
        assert judge("t", "preferences", "jsonb").generator_id == "document.preferences"


class TestComments:
    def test_a_short_comment_names_a_silent_column(self, judge: Judge) -> None:
        found = judge("t", "doc", "text # CPF do cliente")
        assert found.generator_id == "semantic.br.cpf"
        assert "comment" in found.why
        assert found.confidence < 0.9

    def test_a_sentence_does_not(self, judge: Judge) -> None:
        found = judge("t", "doc", "text # never a CPF but anything the clerk at the desk wrote down")
        assert found.rule == "fall_back_on_type"

    def test_the_name_goes_first(self, judge: Judge) -> None:
        assert judge("t", "cidade", "text # CPF").generator_id == "semantic.br.city"


class TestLocale:
    def test_documents_are_brazilian_everywhere(self, judge: Judge) -> None:
        assert judge("t", "cpf", "text", locale="en_US").generator_id == "semantic.br.cpf"

    def test_addresses_are_made_of_the_row_s_names(self, judge: Judge) -> None:
        found = judge("users", "email", "text", beside={"first_name": "text!", "last_name": "text"}, locale="en_US")
        assert found.params == {"input_columns": ["first_name", "last_name"]}

    def test_every_name_gets_something_everywhere(self, judge: Judge) -> None:
        assert judge("users", "first_name", "text", locale="en_US").generator_id
        assert judge("users", "phone", "text", locale="en_US").generator_id
