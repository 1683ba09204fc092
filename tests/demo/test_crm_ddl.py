"""The demo database is the one of the data dictionary."""

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, Unique
from datalchemy_nb.demo.crm import apply_crm
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.introspect.options import IntrospectOptions

FOREIGN_KEYS = """
contatos.empresa_id>empresas cascade
leads.contato_id>contatos no_action
leads.empresa_id>empresas no_action
leads.fonte_lead_id>fontes_lead no_action
leads.responsavel_id>usuarios no_action
etapas_funil.funil_id>funis cascade
oportunidades.contato_id>contatos no_action
oportunidades.empresa_id>empresas no_action
oportunidades.etapa_id>etapas_funil no_action
oportunidades.responsavel_id>usuarios no_action
itens_lista_precos.lista_precos_id>listas_precos cascade
itens_lista_precos.produto_id>produtos no_action
cotacoes.oportunidade_id>oportunidades cascade
cotacoes.responsavel_id>usuarios no_action
itens_cotacao.cotacao_id>cotacoes cascade
itens_cotacao.produto_id>produtos no_action
faturas.cotacao_id>cotacoes no_action
faturas.responsavel_id>usuarios no_action
itens_fatura.fatura_id>faturas cascade
itens_fatura.produto_id>produtos no_action
pagamentos.fatura_id>faturas cascade
atividades.contato_id>contatos no_action
atividades.oportunidade_id>oportunidades no_action
atividades.usuario_id>usuarios no_action
tarefas.atividade_id>atividades cascade
reunioes.atividade_id>atividades cascade
anotacoes.atividade_id>atividades cascade
"""

UNIQUES = """
usuarios email
empresas cnpj
contatos email
fontes_lead nome
funis nome
etapas_funil funil_id,nome
etapas_funil funil_id,ordem
produtos sku
listas_precos nome
itens_lista_precos lista_precos_id,produto_id
cotacoes codigo
itens_cotacao cotacao_id,produto_id
faturas numero
itens_fatura fatura_id,produto_id
tarefas atividade_id
reunioes atividade_id
anotacoes atividade_id
"""


@pytest.fixture
def crm(crm_url: str) -> DatabaseSchema:
    with connect(crm_url) as connection:
        return introspect(connection, IntrospectOptions(schemas=("crm",)))


def _column(crm: DatabaseSchema, table: str, name: str):
    return crm.tables[TableRef("crm", table)].by_name[name]


class TestDictionary:
    def test_has_twenty_tables_each_with_a_comment_and_a_generated_uuid_key(self, crm: DatabaseSchema) -> None:
        assert len(crm.tables) == 20
        for table in crm.tables.values():
            assert table.comment
            assert table.primary_key is not None
            assert table.primary_key.columns == ("id",)
            assert table.by_name["id"].default == "gen_random_uuid()"

    def test_has_these_foreign_keys(self, crm: DatabaseSchema) -> None:
        found = {
            f"{table.name}.{key.columns[0]}>{key.referenced_table} {key.on_delete}"
            for table in crm.tables.values()
            for key in table.constraints
            if isinstance(key, ForeignKey)
        }
        assert found == set(FOREIGN_KEYS.split("\n")) - {""}

    def test_has_these_unique_keys(self, crm: DatabaseSchema) -> None:
        found = {
            f"{table.name} {','.join(key.columns)}"
            for table in crm.tables.values()
            for key in table.constraints
            if isinstance(key, Unique)
        }
        assert found == set(UNIQUES.split("\n")) - {""}

    def test_constraint_names_follow_the_pattern(self, crm: DatabaseSchema) -> None:
        for table in crm.tables.values():
            for constraint in table.constraints:
                ending = {"unique": "_unique", "check": "_chk"}.get(constraint.kind)
                if ending:
                    assert constraint.name is not None
                    assert constraint.name.startswith(f"{table.name}_")
                    assert constraint.name.endswith(ending)

    def test_has_29_checks(self, crm: DatabaseSchema) -> None:
        assert sum(len(table.checks) for table in crm.tables.values()) == 29

    def test_enums(self, crm: DatabaseSchema) -> None:
        assert crm.enum_labels[("crm", "status_tarefa")] == ("aberta", "em_andamento", "concluida", "cancelada")
        assert len(crm.enums) == 6

    def test_column_types(self, crm: DatabaseSchema) -> None:
        assert _column(crm, "etapas_funil", "probabilidade").column_type.data_type == "numeric(5,2)"
        assert _column(crm, "listas_precos", "moeda").column_type.data_type == "character(3)"
        assert _column(crm, "leads", "status").default == "'novo'::crm.status_lead"
        assert _column(crm, "leads", "fonte_lead_id").is_nullable
        assert not _column(crm, "reunioes", "local").is_nullable


def test_applying_it_twice_gives_the_same_schema(crm_url: str, crm: DatabaseSchema) -> None:
    apply_crm(crm_url)
    with connect(crm_url) as connection:
        again = introspect(connection, IntrospectOptions(schemas=("crm",)))
    assert again == crm
    assert again.schema_fingerprint == crm.schema_fingerprint
