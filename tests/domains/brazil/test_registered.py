"""The registered ids: parameters, tags, pinned values, and what every domain promises."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

import datalchemy_nb.domains.brazil  # noqa: F401
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Facet, Slot
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.limits import AtLeast
from datalchemy_nb.domains.registry import CATALOGUE

_REGISTRY = CATALOGUE.entries()
IDS = sorted(id_ for id_ in _REGISTRY if id_.startswith("semantic.br."))
TAGS = {
    "name": "pii.name", "email.safe": "pii.email", "phone": "pii.phone", "cpf": "pii.cpf", "cnpj": "pii.cnpj",
    "rg": "pii.rg", "cep": "pii.location", "uf": "pii.location", "city": "pii.location", "address": "pii.address",
    "ip": "pii.network", "url": "pii.network",
}  # fmt: skip
PINNED: dict[str, list[object]] = {
    "semantic.br.address": ["Rua das Rosas, 1009", "Rua Gonçalves Dias, 423", "Rua Engenheiro Marcos Soares, 1349"],
    "semantic.br.bank.account": ["299118789", "117270660", "896074773"],
    "semantic.br.bank.branch": ["2991", "1173", "8960"],
    "semantic.br.bank.code": ["237", "001", "021"],
    "semantic.br.birth_date": [dt.date(1964, 7, 18), dt.date(1953, 4, 9), dt.date(2001, 7, 23)],
    "semantic.br.boleto": [
        "23795659362991187793370201462580113140000305453",
        "23796784161172706594562407245828613150000194130",
        "75692933978960747737284132530464413680000158007",
    ],
    "semantic.br.cep": ["64029-820", "87502-310", "44089-546"],
    "semantic.br.city": ["Teresina", "Umuarama", "Feira de Santana"],
    "semantic.br.cnh": ["29911877994", "11727066003", "89607477304"],
    "semantic.br.cnpj": ["29911878000160", "11727066000102", "89607477000143"],
    "semantic.br.company.name": [
        "Esteves Agropecuária Ltda.",
        "Cruz & Viana Tintas e Vernizes Ltda.",
        "Furtado & Conti Comércio de Pneus Ltda.",
    ],
    "semantic.br.company.site": [
        "https://www.esteves-agropecuaria.example.com",
        "https://www.cruz-viana-tintas.example.com",
        "https://www.furtado-conti-pneus.example.com",
    ],
    "semantic.br.company.trade_name": ["Esteves Agropecuária", "Cruz & Viana Tintas", "Furtado & Conti Pneus"],
    "semantic.br.cpf": ["29911877949", "11727066030", "89607477340"],
    "semantic.br.email.corporate": [
        "nair.santos@machado-barros-pet.example.com",
        "silvana.santos@carvalho-caldas-educacao.example.com",
        "eliane.porto@porto-tropical-contabilidade.example.com",
    ],
    "semantic.br.email.safe": [
        "nair.nunes.santos25@example.org",
        "silvana.cruz.santos253@example.org",
        "eliane.porto109@example.com",
    ],
    "semantic.br.first_name": ["Nair", "Silvana", "Eliane"],
    "semantic.br.ip": ["10.76.147.13", "10.30.5.115", "10.229.101.40"],
    "semantic.br.job_title": ["Gerente de Operações", "Analista de Recursos Humanos", "Recepcionista"],
    "semantic.br.last_name": ["Nunes dos Santos", "Cruz Santos", "Porto"],
    "semantic.br.money.brl": [Decimal("2998.19"), Decimal("1181.53"), Decimal("8961.79")],
    "semantic.br.name": ["Nair Nunes dos Santos", "Silvana Cruz Santos", "Eliane Porto"],
    "semantic.br.neighborhood": ["Jardim Europa", "São Cristóvão", "Residencial Aeroporto"],
    "semantic.br.phone": ["+5586971964751", "+5544964690826", "+5575995842990"],
    "semantic.br.pis": ["15982375580", "12345413184", "27921495473"],
    "semantic.br.pix_key": [
        "a5301630-7ac2-4d5a-8d5b-fac70e82f9ea",
        "93d20409-2652-4335-aa8b-94ac925588d5",
        "cb64356f-b78b-4da3-ac74-1cec601a21cb",
    ],
    "semantic.br.plate": ["HUF3D03", "DBH1M76", "XHT4C65"],
    "semantic.br.product.category": ["Móveis", "Materiais de Construção", "Limpeza"],
    "semantic.br.product.name": [
        "Escrivaninha Provence Nogueira",
        "Massa Corrida Popular Unidade",
        "Sabão em Pó Lavanda 500 ml",
    ],
    "semantic.br.product.sku": ["MOV-2991187", "CON-1172706", "LIM-8960747"],
    "semantic.br.rg": ["306127593", "126097951", "897114024"],
    "semantic.br.state": ["Piauí", "Paraná", "Bahia"],
    "semantic.br.street": ["Rua das Rosas", "Rua Gonçalves Dias", "Rua Engenheiro Marcos Soares"],
    "semantic.br.titulo_eleitor": ["299118771503", "117270650620", "896074770531"],
    "semantic.br.uf": ["PI", "PR", "BA"],
    "semantic.br.url": [
        "https://example.com/guias/passo-a-passo-4713",
        "https://example.com/ajuda/comparativo-3624",
        "https://example.net/cursos/frete-gratis-6449",
    ],
    "semantic.br.username": ["nair.nunes.santos76", "silvana.cruz.santos760", "eliane.porto327"],
}


def slot(category="text", **more):
    return Slot(TableRef(schema="crm", table="t"), "c", category, pl.String(), "text", **more)


def build(id_, **params):
    spec = _REGISTRY[id_]
    return spec.build(spec.params(**params), slot(spec.produces[0]))


def values(domain, count=3, key="pinned"):
    rows = np.arange(count, dtype=np.uint64)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key(key, domain.entity.name), rows))
        return domain.take_in(entity, domain.draw_own(draw(stream_key(key), rows)))
    return domain.take(domain.draw(draw(stream_key(key), rows)))


class TestRegistry:
    def test_ids_of_the_contract_and_more(self):
        short = {id_.removeprefix("semantic.br.") for id_ in IDS}
        assert set(TAGS) | {"money.brl", "company.name", "product.name"} <= short
        assert len(IDS) == 37

    def test_tags(self):
        assert {name: _REGISTRY[f"semantic.br.{name}"].tags for name in TAGS} == {n: (t,) for n, t in TAGS.items()}

    @pytest.mark.parametrize("id_", IDS)
    def test_every_id_is_documented(self, id_):
        assert _REGISTRY[id_].doc.endswith(".")

    @pytest.mark.parametrize("id_", IDS)
    def test_unknown_parameters_are_errors(self, id_):
        with pytest.raises(ValidationError):
            _REGISTRY[id_].params(nonsense=1)


class TestPromises:
    @pytest.mark.parametrize("id_", IDS)
    def test_pinned_values(self, id_):
        assert values(build(id_)).to_list() == PINNED[id_]

    @pytest.mark.parametrize("id_", IDS)
    def test_values_do_not_depend_on_the_others_taken(self, id_):
        domain = build(id_)
        many = values(domain, 1000)
        assert many[:3].to_list() == values(domain).to_list()
        assert many.null_count() == 0
        assert values(domain, 0).dtype == many.dtype

    @pytest.mark.parametrize("id_", IDS)
    def test_size_is_exact_and_injective_is_true(self, id_):
        domain = build(id_)
        last = min(domain.size, 1 << 64) - 1
        near = np.arange(min(domain.size, 5000), dtype=np.uint64)
        ordinals = np.unique(np.concatenate([near, np.uint64(last) - near]))
        taken = domain.take(ordinals)
        assert len(taken) == len(ordinals)
        if domain.injective:
            assert taken.n_unique() == len(ordinals)

    @pytest.mark.parametrize("id_", IDS)
    def test_draws_stay_inside(self, id_):
        domain = build(id_)
        bits = np.concatenate(
            [draw(stream_key("d"), np.arange(5000, dtype=np.uint64)), np.array([0, 2**64 - 1], np.uint64)]
        )
        if isinstance(domain, Facet):
            assert int(domain.entity.draw(bits).max()) < domain.entity.size
            assert int(domain.draw_own(bits).max()) < domain.own_size
        assert int(domain.draw(bits).max()) < domain.size


class TestUniqueColumns:
    @pytest.mark.parametrize(
        "id_", [i for i in IDS if i.rsplit(".", 1)[1] not in ("job_title", "first_name", "last_name")]
    )
    def test_a_unique_column_gets_distinct_values(self, id_):
        spec = _REGISTRY[id_]
        domain = spec.build(spec.params(), slot(spec.produces[0], unique=True, rows=20))
        assert domain.injective
        assert domain.size >= 20
        assert domain.take(np.arange(20, dtype=np.uint64)).n_unique() == 20

    def test_what_a_facet_alone_keeps_apart_is_counted_by_its_own_part(self):
        for id_ in ("phone", "titulo_eleitor", "product.sku"):
            domain = build(f"semantic.br.{id_}")
            assert domain.own_injective
            assert domain.size == domain.own_size


class TestParameters:
    def test_money_is_exact_and_within_bounds(self):
        for shape in ("uniform", "log"):
            amounts = values(build("semantic.br.money.brl", min=5, max=20.5, shape=shape), 2000)
            assert amounts.dtype == pl.Decimal(4, 2)
            assert amounts.min() >= Decimal(5)
            assert amounts.max() <= Decimal("20.50")

    def test_log_amounts_are_mostly_small(self):
        domain = build("semantic.br.money.brl", shape="log")
        assert values(domain, 5000).median() < 1000
        assert values(domain.narrow(AtLeast(Decimal(9000))), 100).min() >= 9000

    def test_ip_networks(self):
        assert build("semantic.br.ip", network="documentation").size == 762
        assert values(build("semantic.br.ip"), 100).str.starts_with("10.").all()
        documentation = build("semantic.br.ip", network="documentation").take(np.arange(762, dtype=np.uint64))
        assert set(documentation.str.extract(r"^(.*)\.")) == {"192.0.2", "198.51.100", "203.0.113"}

    def test_ages(self):
        born = values(build("semantic.br.birth_date"), 3000)
        assert born.max() <= dt.date(2008, 1, 1)
        assert born.min() >= dt.date(1946, 1, 1)

    def test_pix_keys(self):
        forms = {
            "cpf": r"^\d{11}$",
            "cnpj": r"^\d{14}$",
            "email": "@example",
            "phone": r"^\+55\d{11}$",
            "random": "^[0-9a-f-]{36}$",
        }
        for kind, form in forms.items():
            assert values(build("semantic.br.pix_key", kind=kind), 50).str.contains(form).all()

    def test_addresses_are_at_reserved_hosts(self):
        for id_ in ("email.safe", "email.corporate", "company.site", "url"):
            hosts = values(build(f"semantic.br.{id_}"), 500).str.extract(r"(example\.(?:com|org|net))(?:/|$)")
            assert hosts.null_count() == 0

    def test_corporate_address_of_a_company_table(self):
        spec = _REGISTRY["semantic.br.email.corporate"]
        firm = spec.build(spec.params(), slot(sibling_columns=("id", "razao_social", "cnpj")))
        assert firm.entity.name == "br.company"
        assert spec.build(spec.params(), slot(unique=True)).drives
