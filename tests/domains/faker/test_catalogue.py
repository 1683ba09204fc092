"""The ids: all of them there, cheap to look up, made on demand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from datalchemy_nb.domains.registry import find_generator, generators
from tests.docs.generators_page import is_method
from tests.domains.faker.faker_checks import made, spec_of, values

IDS = Path(__file__).with_name("generator_ids.txt").read_text().split()
ALIASES = {
    "semantic.person.email": "faker.internet.raw.SafeEmail",
    "semantic.person.cell": "faker.phone_number.raw.CellNumber",
    "semantic.address.city": "faker.address.raw.CityName",
    "semantic.company.bs_noun": "faker.company.raw.BsNoun",
    "semantic.finance.isin": "faker.finance.raw.Isin",
    "semantic.internet.password": "faker.internet.raw.Password",
    "semantic.time.datetime": "faker.time.raw.DateTime",
    "semantic.http.status_code": "faker.http.raw.ValidStatusCode",
}
TAGS = {
    "semantic.person.name": "pii.name", "semantic.person.email": "pii.email", "semantic.person.phone": "pii.phone",
    "semantic.person.username": "pii.username", "semantic.internet.ipv4": "pii.network",
    "semantic.internet.mac": "pii.network", "faker.creditcard.raw.CreditCardNumber": "pii.payment",
    "semantic.address.street": "pii.address", "semantic.address.postcode": "pii.location",
    "faker.internet.free_email": "pii.email", "faker.ssn.ssn": "pii.document", "faker.bank.iban": "pii.payment",
    "faker.phone_number.msisdn": "pii.phone", "faker.date_time.date_of_birth": "pii.birth",
}  # fmt: skip


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


class TestIds:
    def test_all_217_are_registered(self) -> None:
        assert len(IDS) == len(set(IDS)) == 217
        assert [id_ for id_ in IDS if id_ not in generators()] == []

    @pytest.mark.parametrize(("alias", "target"), ALIASES.items())
    def test_aliases_are_the_same_generator(self, alias: str, target: str) -> None:
        assert spec_of(alias).build is spec_of(target).build
        assert spec_of(alias).params is spec_of(target).params

    @pytest.mark.parametrize(("id_", "tag"), TAGS.items())
    def test_personal_data_is_tagged(self, id_: str, tag: str) -> None:
        assert spec_of(id_).tags == (tag,)

    @pytest.mark.parametrize(
        "id_", ["faker", "faker.", "faker.person", "faker.nobody.name", "faker.person.nothing", "faker.person.name.x",
                "faker.person._private", "faker.misc.image", "faker.python.pylist", "faker.currency.currency"]
    )  # fmt: skip
    def test_what_faker_has_not_is_not_found(self, id_: str) -> None:
        assert find_generator(id_) is None

    def test_every_method_is_listed(self) -> None:
        methods = [id_ for id_ in generators() if is_method(id_)]
        assert len(methods) > 600
        assert {"faker.person.name", "faker.ssn.cpf", "faker.base.bothify", "faker.python.pyint"} <= set(methods)
        assert all(find_generator(id_) is generators()[id_] for id_ in methods)


class TestCost:
    def test_other_generators_do_not_import_faker(self) -> None:
        code = (
            "import sys; from datalchemy_nb.domains.registry import find_generator;"
            "assert find_generator('primitive.int') and find_generator('semantic.person.name');"
            "print([m for m in sys.modules if m.split('.')[0] == 'faker'])"
        )
        assert run(code) == "[]"

    def test_the_whole_list_is_there_in_a_moment(self) -> None:
        code = (
            "import time; from datalchemy_nb.domains import registry; start = time.process_time();"
            "registry.generators(); print(time.process_time() - start)"
        )
        assert min(float(run(code)) for _ in range(2)) < 1.5


class TestArguments:
    def test_are_typed_from_the_signature(self) -> None:
        params = spec_of("faker.date_time.date_of_birth").params
        assert params().minimum_age == 0  # type: ignore[attr-defined]
        for wrong in ({"minimum_age": "18"}, {"minimum_age": 1.5}, {"pool": 0}, {"pool": "many"}, {"age": 3}):
            with pytest.raises(ValidationError):
                params.model_validate(wrong)

    def test_reach_faker(self) -> None:
        assert values("faker.base.bothify", {"text": "AB-##"}).str.contains(r"^AB-\d\d$").all()
        assert set(values("faker.python.pyint", {"min_value": 5, "max_value": 7})) == {5, 6, 7}
        assert set(values("faker.file.file_extension", {"category": "image"})) >= {"png"}

    def test_that_faker_refuses_are_refused_with_its_words(self) -> None:
        with pytest.raises(ValueError, match=r"faker\.bank\.swift: length can only be 8 or 11"):
            made("faker.bank.swift", {"length": 9})

    def test_a_pool_is_as_large_as_asked(self) -> None:
        assert made("faker.internet.url", {"pool": 100}).size == 100
        assert made("faker.internet.url").size == 4096
        assert made("faker.python.pybool", {"pool": 100}).size == 2

    def test_a_pool_grows_for_a_unique_column(self) -> None:
        small = made("faker.internet.url", {"pool": 50})
        wider = small.widen(300)
        assert wider is not None
        assert wider.size >= 300
        assert made("faker.currency.currency_code").widen(1000) is None

    def test_seeds_and_locales_give_other_values(self) -> None:
        pools = [set(values("faker.internet.url", {"pool": 30}, **f)) for f in ({}, {"seed": 1}, {"locale": "de_DE"})]
        assert len(pools[0] & pools[1]) < 3
        assert len(pools[0] & pools[2]) < 3

    def test_a_method_of_another_locale_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"faker\.ssn\.cpf is not in locale en_US; it is in pt_BR"):
            made("faker.ssn.cpf")
        assert values("faker.ssn.cpf", locale="pt_BR").str.contains(r"^\d{3}\.\d{3}\.\d{3}-\d\d$").all()

    def test_an_unknown_locale_is_refused(self) -> None:
        with pytest.raises(ValueError, match="xx_XX"):
            made("faker.person.name", locale="xx_XX")
