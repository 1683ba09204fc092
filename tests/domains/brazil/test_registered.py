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
from datalchemy_nb.domains.registry import _REGISTRY

IDS = sorted(id_ for id_ in _REGISTRY if id_.startswith("semantic.br."))
TAGS = {
    "name": "pii.name", "email.safe": "pii.email", "phone": "pii.phone", "cpf": "pii.cpf", "cnpj": "pii.cnpj",
    "rg": "pii.rg", "cep": "pii.location", "uf": "pii.location", "city": "pii.location", "address": "pii.address",
    "ip": "pii.network", "url": "pii.network",
}  # fmt: skip
PINNED: dict[str, list[object]] = {}


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
