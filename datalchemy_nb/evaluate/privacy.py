"""Which columns speak of people, how their values came about, and which of them could be somebody's."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.metrics import PersonalColumn
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate.contract import ColumnContract, contracts

_DOCUMENTS = {
    "cpf": "a valid CPF may have been issued to someone",
    "cnpj": "a valid CNPJ may be a registered company's",
    "cnh": "a valid licence number may have been issued",
    "pis": "a valid PIS may have been issued to someone",
    "rg": "a valid RG may have been issued to someone",
    "titulo_eleitor": "a valid voter's title may have been issued",
    "phone": "a number of the national plan may be assigned",
    "cell": "a number of this form may be assigned",
    "plate": "a plate of this form may be registered",
    "pix_key": "a key of this form may be registered",
    "account": "an account of this form may exist",
    "iban": "an IBAN of this form may exist",
    "creditcard": "a number that passes Luhn's test may be issued",
    "ssn": "a number of this form may be issued",
}
_SAFE = {
    "email": "addresses lie in domains reserved for examples (RFC 2606)",
    "first_name": "a common name identifies nobody alone",
    "last_name": "a common name identifies nobody alone",
    "name": "common names put together identify nobody alone",
    "username": "made from common names",
    "birth_date": "a date identifies nobody alone",
    "city": "a place of many",
    "uf": "a place of many",
    "state": "a place of many",
    "cep": "a place of many",
    "country": "a place of many",
}


def describe(plan: Plan | None, schema: DatabaseSchema, refs: list[TableRef]) -> Iterator[PersonalColumn]:
    """Yield every column whose name or generator speaks of personal data."""
    for ref in refs:
        wishes = contracts(plan, schema, ref) if plan is not None else {}
        for column in schema.tables[ref].columns:
            wish = wishes.get(column.name)
            tag = pii_tag(column.name) or _tag_of(wish)
            if tag is not None and column.generated is None:
                yield _entry(ref, column.name, tag, wish)


def _tag_of(wish: ColumnContract | None) -> str | None:
    kind = _kind(wish)
    return f"pii.{kind}" if kind in _DOCUMENTS or kind in ("email", "first_name", "last_name", "username") else None


def _kind(wish: ColumnContract | None) -> str:
    """``semantic.br.email.safe`` -> ``email``."""
    words = ((wish.generator if wish else None) or "").lower().split(".")
    return next((word for word in words if word in _DOCUMENTS or word in _SAFE), "")


def _entry(ref: TableRef, column: str, tag: str, wish: ColumnContract | None) -> PersonalColumn:
    may_belong, why = _belonging(wish)
    return PersonalColumn(
        schema_name=ref.schema,
        table=ref.table,
        column=column,
        tag=tag,
        generator=wish.generator if wish else None,
        origin=_origin(wish),
        masking=wish.masking if wish else (),
        may_belong_to_someone=may_belong,
        why=why,
    )


def _origin(wish: ColumnContract | None) -> str:
    if wish is None:
        return "unknown: judged without a plan"
    if wish.referring:
        return "copied from a generated parent row"
    generator = wish.generator
    if generator is None:
        return "made from the column's type"
    if generator.startswith("derive."):
        return "computed from other generated columns"
    if generator == "primitive.choice" or "transform.weighted_choice" in wish.steps:
        return "values the plan lists"
    if generator.startswith(("faker.", "semantic.person", "semantic.address", "semantic.internet")):
        return "put together from Faker's public word lists"
    if generator.startswith("semantic."):
        return "put together from this package's public lists and number rules"
    return "random characters or numbers"


def _belonging(wish: ColumnContract | None) -> tuple[bool, str]:
    if wish is None:
        return True, "nothing is known of how it was made"
    if {"hash", "redact"} & set(wish.masking):
        return False, "masked"
    if "transform.weighted_choice" in wish.steps or wish.generator == "primitive.choice":
        return True, "the plan's author chose the values"
    kind = _kind(wish)
    if kind in _DOCUMENTS:
        if wish.params.get("valid") is False:
            return False, "check digits are wrong on purpose"
        return True, _DOCUMENTS[kind] + (", of which only a part is shown" if wish.masking else "")
    if kind == "email" and not _reserved(wish):
        return True, "the plan chose a domain that may exist"
    if kind in _SAFE:
        return False, _SAFE[kind]
    if wish.generator is None or wish.generator.startswith("primitive."):
        return False, "random values of the column's type"
    return False, "no document"


def _reserved(wish: ColumnContract) -> bool:
    """Whether an e-mail's domains are reserved ones; ``safe: false`` says they are not."""
    if wish.params.get("safe") is False:
        return False
    given = wish.params.get("domain") or wish.params.get("domains") or ()
    domains = [given] if isinstance(given, str) else list(given)
    return all(
        str(d).endswith((".example", "example.com", "example.net", "example.org", ".test", ".invalid")) for d in domains
    )
