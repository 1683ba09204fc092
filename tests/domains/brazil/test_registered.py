"""The registered ids: parameters, tags, pinned values, and what every domain promises."""

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

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
from tests.docs.generators_page import built


@lru_cache
def ids():
    """Those that read no other column."""
    known = CATALOGUE.entries()
    return sorted(id_ for id_ in known if id_.startswith("semantic.br.") and built(known[id_]) is not None)


UNIQUE = (
    "name email.safe email.corporate username phone cpf cnpj rg cnh pis cep uf state city address street ip url plate "
    "titulo_eleitor company.name company.trade_name company.site product.name product.category product.sku pix_key "
    "bank.code bank.branch bank.account boleto money.brl birth_date product.gtin vehicle.chassi city.ibge"
).split()
MANY = (
    "cpf cnpj rg cnh pis titulo_eleitor cns certidao passaporte fiscal.access_key fiscal.protocol product.gtin "
    "inscricao_estadual vehicle.renavam vehicle.chassi vehicle.rntrc plate boleto boleto.our_number bank.account phone "
    "email.safe username pix_key"
).split()
"""Numbers whose forms allow ten million; of work cards, seven digits, there are one fewer."""
TAGS = {
    "name": "pii.name", "email.safe": "pii.email", "phone": "pii.phone", "cpf": "pii.cpf", "cnpj": "pii.cnpj",
    "rg": "pii.rg", "cep": "pii.location", "uf": "pii.location", "city": "pii.location", "address": "pii.address",
    "ip": "pii.network", "url": "pii.network",
}  # fmt: skip
PINNED: dict[str, list[str]] = json.loads(Path(__file__).with_name("pinned.json").read_text())
"""First values of each generator; run this file to write them again after a reviewed change of bytes."""


def slot(category="text", **more):
    return Slot(TableRef(schema="crm", table="t"), "c", category, pl.String(), "text", **more)


def build(id_, **params):
    spec = CATALOGUE.entries()[id_]
    return spec.build(spec.params(**params), slot(spec.produces[0]))


def values(domain, count=3, key="pinned"):
    rows = np.arange(count, dtype=np.uint64)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key(key, domain.entity.name), rows))
        return domain.take_in(entity, domain.draw_own(draw(stream_key(key), rows)))
    return domain.take(domain.draw(draw(stream_key(key), rows)))


def pinned():
    return {id_: [str(value) for value in values(build(id_))] for id_ in ids()}


class TestRegistry:
    def test_ids_of_the_contract_and_more(self):
        short = {id_.removeprefix("semantic.br.") for id_ in ids()}
        assert set(TAGS) | {"money.brl", "company.name", "product.name"} <= short
        assert len(ids()) > 100

    def test_tags(self):
        assert {name: CATALOGUE.entries()[f"semantic.br.{name}"].tags for name in TAGS} == {
            n: (t,) for n, t in TAGS.items()
        }

    def test_every_id_is_documented_and_refuses_unknown_parameters(self):
        for id_ in ids():
            assert CATALOGUE.entries()[id_].doc.endswith("."), id_
            with pytest.raises(ValidationError):
                CATALOGUE.entries()[id_].params(nonsense=1)


class TestPromises:
    def test_pinned_values(self):
        assert pinned() == PINNED

    def test_values_do_not_depend_on_the_others_taken(self):
        for id_ in ids():
            domain = build(id_)
            many = values(domain, 1000)
            assert many[:3].to_list() == values(domain).to_list(), id_
            assert many.null_count() == 0
            assert values(domain, 0).dtype == many.dtype, id_

    def test_size_is_exact_and_injective_is_true(self):
        for id_ in ids():
            domain = build(id_)
            last = min(domain.size, 1 << 64) - 1
            near = np.arange(min(domain.size, 5000), dtype=np.uint64)
            ordinals = np.unique(np.concatenate([near, np.uint64(last) - near]))
            taken = domain.take(ordinals)
            assert len(taken) == len(ordinals)
            assert taken.n_unique() == len(ordinals) or not domain.injective, id_

    def test_draws_stay_inside(self):
        bits = np.concatenate(
            [draw(stream_key("d"), np.arange(5000, dtype=np.uint64)), np.array([0, 2**64 - 1], np.uint64)]
        )
        for id_ in ids():
            domain = build(id_)
            if isinstance(domain, Facet):
                assert int(domain.entity.draw(bits).max()) < domain.entity.size
                assert int(domain.draw_own(bits).max()) < domain.own_size
            assert int(domain.draw(bits).max()) < domain.size, id_


class TestUniqueColumns:
    def test_a_unique_column_gets_distinct_values(self):
        for id_ in UNIQUE:
            spec = CATALOGUE.entries()[f"semantic.br.{id_}"]
            domain = spec.build(spec.params(), slot(spec.produces[0], unique=True, rows=20))
            assert domain.injective, id_
            assert domain.size >= 20, id_
            assert domain.take(np.arange(20, dtype=np.uint64)).n_unique() == 20, id_

    def test_ten_million_of_each_number(self):
        for id_ in MANY:
            spec = CATALOGUE.entries()[f"semantic.br.{id_}"]
            domain = spec.build(spec.params(), slot(spec.produces[0], unique=True, rows=10**7))
            domain = domain if domain.injective and domain.size >= 10**7 else domain.widen(10**7)
            assert domain is not None, id_
            assert domain.injective, id_
            # A stretch from the first to beyond the ten millionth, and the whole in strides.
            for ordinals in (np.arange(50_000), np.arange(10**7 - 50_000, 10**7), np.arange(0, 10**7, 101)):
                taken = domain.take(ordinals.astype(np.uint64))
                assert taken.n_unique() == len(ordinals), id_

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
        spec = CATALOGUE.entries()["semantic.br.email.corporate"]
        firm = spec.build(spec.params(), slot(sibling_columns=("id", "razao_social", "cnpj")))
        assert firm.entity.name == "br.company"
        assert spec.build(spec.params(), slot(unique=True)).drives


if __name__ == "__main__":
    text = json.dumps(pinned(), ensure_ascii=False, indent=0)
    Path(__file__).with_name("pinned.json").write_text(text + "\n")
