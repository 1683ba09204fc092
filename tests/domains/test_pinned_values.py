"""Bytes are a promise: a change here needs a new OUTPUT_VERSION."""

from __future__ import annotations

import numpy as np
import pytest

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.registry import find_generator, generators
from tests.domains.domain_laws import slot, words

COLUMNS = {
    "primitive.bool": slot("boolean"),
    "primitive.int": slot("integer", "integer"),
    "primitive.float": slot("float", "double precision"),
    "primitive.decimal": slot("decimal", "numeric(12,2)", precision=12, scale=2),
    "primitive.enum": slot("enum", labels=("x", "y", "z")),
    "primitive.timestamp": slot("timestamptz"),
    "domain.crm.deal_value": slot("decimal", "numeric(12,2)", precision=12, scale=2),
}
PARAMS = {
    "primitive.text.pattern": {"pattern": r"[A-Z]{3}-\d{1,4}(x|yy)?"},
    "primitive.choice": {"values": ["a", "b"]},
}
PINNED = {
    "domain.crm.activity_type": ["tarefa", "anotacao", "reuniao", "anotacao"],
    "domain.crm.deal_value": ["1394.02", "52429.91", "20207.17", "75000.00"],
    "domain.crm.lead_stage": ["novo", "perdido", "qualificado", "perdido"],
    "domain.crm.pipeline_name": ["Prospeccao", "Fechamento", "Qualificacao", "Fechamento"],
    "domain.finance.iban": [
        "DE07099999990729703985",
        "DE36099999998336658318",
        "DE65099999995094668118",
        "DE07099999999999999999",
    ],
    "domain.finance.installments": ["1", "7", "2", "12"],
    "domain.finance.invoice_status": ["aberta", "paga", "paga", "cancelada"],
    "domain.finance.payment_method": ["cartao_credito", "boleto", "pix", "transferencia"],
    "domain.finance.transaction_type": ["debito", "pix", "pix", "pix"],
    "domain.logistics.carrier": ["correios", "total_express", "correios", "azul_cargo"],
    "domain.logistics.dimensions_cm": ["100x17x62", "25x99x38", "100x33x80", "100x100x80"],
    "domain.logistics.shipment_status": ["criado", "entregue", "entregue", "cancelado"],
    "domain.logistics.tracking_code": ["BR0729703985", "BR8336658318", "BR5094668118", "BR9999999999"],
    "primitive.bool": ["False", "True", "True", "True"],
    "primitive.choice": ["a", "b", "b", "b"],
    "primitive.date": ["2024-02-23", "2025-09-01", "2025-01-07", "2025-12-31"],
    "primitive.date.range": ["2024-02-23", "2025-09-01", "2025-01-07", "2025-12-31"],
    "primitive.decimal.numeric": ["729.70", "8336.66", "5094.67", "10000.00"],
    "primitive.enum": ["x", "z", "y", "z"],
    "primitive.float": ["729.7039858084936", "8336.658318557244", "5094.668118980413", "10000.0"],
    "primitive.float.range": ["729.7039858084936", "8336.658318557244", "5094.668118980413", "10000.0"],
    "primitive.int": ["729", "8337", "5095", "10000"],
    "primitive.int.range": ["729", "8337", "5095", "10000"],
    "primitive.int.sequence_hint": ["73", "834", "510", "1000"],
    "primitive.text": ["IDb", "tg4dlPPOG5eSQkMWNgIIM0Nq4V8", "fBLHs1vV1MZmfL6t5", "QvjQjVvjH9rfk9lkn3VRhsrU6wA9MVNJ"],
    "primitive.text.lorem": [
        "iste doloribus tenetur",
        "explicabo similique blanditiis consequuntur dolore ratione minima inventore",
        "nihil distinctio adipisci earum tempora explicabo",
        "voluptatum voluptatum voluptatum voluptatum voluptatum voluptatum voluptatum voluptatum",
    ],
    "primitive.text.pattern": ["SQR-73", "BAL-129", "WTD-830", "ZZZ-9999yy"],
    "primitive.time": ["01:45:04", "20:00:28", "12:13:37", "23:59:59"],
    "primitive.time.range": ["01:45:04", "20:00:28", "12:13:37", "23:59:59"],
    "primitive.timestamp": [
        "2024-02-23 08:11:33+00:00",
        "2025-09-01 09:50:00+00:00",
        "2025-01-07 10:05:08+00:00",
        "2025-12-31 23:59:59+00:00",
    ],
    "primitive.timestamp.range": [
        "2024-02-23 08:11:33+00:00",
        "2025-09-01 09:50:00+00:00",
        "2025-01-07 10:05:08+00:00",
        "2025-12-31 23:59:59+00:00",
    ],
    "primitive.uuid": [
        "a8a3550f-d262-4a23-a7d9-c57b42c41ef8",
        "29802c53-383f-4f90-b78b-f1e766116669",
        "f3395a57-52d5-4c57-b27f-3719dc579c59",
        "6b551422-3944-4531-b13d-a37b1eb27090",
    ],
    "primitive.uuid.v4": [
        "a8a3550f-d262-4a23-a7d9-c57b42c41ef8",
        "29802c53-383f-4f90-b78b-f1e766116669",
        "f3395a57-52d5-4c57-b27f-3719dc579c59",
        "6b551422-3944-4531-b13d-a37b1eb27090",
    ],
}
PINNED_DEFAULTS = {
    "integer": ["729", "8337", "5095", "10000"],
    "numeric": ["729.70", "8336.66", "5094.67", "10000.00"],
    "real": ["729.703125", "8336.658203125", "5094.66796875", "10000.0"],
    "text": [
        "iste",
        "explicabo similique blanditiis consequuntur dolore ratione",
        "nihil distinctio adipisci earum",
        "voluptatum voluptatum voluptatum voluptatum voluptatum voluptatum",
    ],
    "date": ["2024-02-23", "2025-09-01", "2025-01-07", "2025-12-31"],
    "interval": ["6 days 13:36:57", "75 days 00:43:06", "45 days 20:26:54", "90 days 00:00:00"],
    "jsonb": [
        '{"id": 73, "tag": "qslk"}',
        '{"id": 16129, "tag": "uoiz"}',
        '{"id": 8830, "tag": "jfp"}',
        '{"id": 999999, "tag": "zzzzzzzz"}',
    ],
    "bytea": ["\\x12ae30237b17df14", "\\xd56b1fbb9ceba9e8", "\\x826c6abf7fdd5ad7", "\\xffffffffffffffff"],
    "inet": ["10.57.46.251", "10.224.47.252", "10.160.8.203", "10.254.254.254"],
    "macaddr": ["02:12:ae:30:23:7b", "02:d5:6b:1f:bb:9c", "02:82:6c:6a:bf:7f", "02:ff:ff:ff:ff:ff"],
    "bit(5)": ["00010", "11010", "10000", "11111"],
    "money": ["73.44", "129.32", "830.46", "9999.99"],
    "point": ["(1.3117,-71.8882)", "(-9.2351,-53.8019)", "(-8.1539,-88.9362)", "(-99.9999,-99.9999)"],
    "integer[]": ["{}", "{}", "{5535,6395,2639}", "{10000,10000,10000}"],
    "daterange": ["[2024-02-23,)", "[2025-09-01,)", "[2025-01-07,)", "[2025-12-31,)"],
    "time with time zone": ["01:45:04+00", "20:00:28+00", "12:13:37+00", "23:59:59+00"],
}


def sample(domain: Domain) -> list[str]:
    ordinals = np.concatenate([domain.draw(words(3, salt=7)), np.array([domain.size - 1], dtype=np.uint64)])
    return [str(value) for value in domain.take(ordinals)]


def build(id_: str) -> Domain:
    spec = find_generator(id_)
    column = next((c for prefix, c in COLUMNS.items() if id_.startswith(prefix)), slot())
    domain = spec.build(spec.params.model_validate(PARAMS.get(id_, {})), column)
    assert isinstance(domain, Domain)
    return domain


@pytest.mark.parametrize(("id_", "values"), PINNED.items())
def test_generators(id_, values):
    assert sample(build(id_)) == values


@pytest.mark.parametrize(("type_name", "values"), PINNED_DEFAULTS.items())
def test_defaults(type_name, values):
    categories = {"integer": "integer", "numeric": "decimal", "real": "float", "text": "text", "date": "date"}
    assert sample(default_domain(slot(categories.get(type_name, "other"), type_name))) == values


def test_every_generator_of_this_package_is_pinned():
    ours = {id_ for id_ in generators() if id_.startswith(("primitive.", "domain."))}
    assert set(PINNED) == ours
