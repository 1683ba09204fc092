"""Portuguese names read by their head noun, in drafts of Brazil: what they mean is data of the Brazilian domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from datalchemy_nb.contracts.plan import Presence
from datalchemy_nb.domains.base import Derivation, Domain
from datalchemy_nb.domains.brazil.vocabulary import MEANINGS, RELATIVES, Reading, read
from datalchemy_nb.domains.parties import are_people
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.meaning import source_of, suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.rules.business import is_of_medicines
from datalchemy_nb.drafting.rules.people import kinds_of_client
from datalchemy_nb.drafting.rules.places import with_address
from datalchemy_nb.drafting.rules.texts import is_site
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

_DIGITS = {"document": 14, "cpf": 11, "cnpj": 14, "rg": 9, "pis": 11, "cep": 8, "phone": 11}
"""Digits of numbers that are kept with or without their punctuation."""
_PUNCTUATION = 6
_WHOLE = vocabulary(
    "", ",".join(word for one in MEANINGS for phrase in one.phrases for word in phrase if len(word) > 7)
)
"""Long words that are not taken apart: `finalidade` is no `final idade`."""
_LAST = vocabulary("", "sobrenome, ultimo nome, nome familia")
_KIND = vocabulary("", "tipo pessoa, pessoa tipo, tipo cliente, tipo fornecedor, natureza pessoa")
_BANK = vocabulary("", "banco, codigo banco")
_ANY_PHONE = frozenset({"telefone", "fone", "numero telefone", "tel"})
_CODE = 4
"""A bank in so few letters is told by its code."""
_OF_PEOPLE = frozenset(
    "cpf rg orgao_emissor birth_date sex estado_civil escolaridade raca_cor nacionalidade job_title cnh pis "
    "titulo_eleitor cns ctps tipo_sanguineo deficiencia cbo first_name last_name certidao passaporte salary".split()
)
_OF_FIRMS = frozenset(
    "cnpj company.name company.trade_name inscricao_estadual company.cnae company.natureza_juridica company.porte "
    "company.regime company.site".split()
)
_PERSONAL = frozenset({"email", "e mail", "correio eletronico", "nome"})


def recognise_brazil(view: ColumnView) -> Suggestion | None:
    """Suggest what a Portuguese name says, where it is understood whole and the values fit."""
    if not view.is_brazilian or not view.words:
        return None
    for reading in _readings(view):
        if _others_know_better(view, reading):
            return None
        found = first_fitting(view, [one for one in _offers(view, reading) if _takes_its_nulls(view, one)])
        if found is not None:
            told = f"{source_of(view)} says {reading.head}" + (f" of {reading.role}" if reading.role else "")
            return suggest(view, "recognise_brazil", found, (told,), reading.confidence)
    return None


def _readings(view: ColumnView) -> Iterator[Reading]:
    """With the columns that it is made of, then by itself."""
    table = tuple(singular(word) for word in view.table.words)
    others = {
        name: split_words(name)
        for name, other in view.table.columns.items()
        if name != view.name and other.column.generated is None
    }
    for words in _spellings(view):
        for known in (others, {}):
            reading = read(words, table, known)
            if reading is not None and (words == view.words or view.words[0] in _NAMING or _is_listed(reading)):
                yield reading


_NAMING = frozenset("nome numero num descricao endereco telefone tel".split())
"""First words of columns that hold what follows: `ds_email`, `nu_cep`, `no_bairro`."""
_KINDS = frozenset(
    "sex raca_cor estado_civil escolaridade nacionalidade tipo_sanguineo uf product.unit product.ncm cbo".split()
)
"""What is chosen from a list, whatever of it a name says: `tp_sexo`, `co_cbo`, `sg_unidade`."""


def _spellings(view: ColumnView) -> Iterator[tuple[str, ...]]:
    """The words of a name, and those behind the one that says what kind of column it is."""
    yield view.words
    if view.words[0] == "num":
        yield ("numero", *view.words[1:])
    if len(view.words) > 1 and view.words[0] in _NAMING | {"tipo", "status", "codigo", "sigla"}:
        yield view.words[1:]


def _is_listed(reading: Reading) -> bool:
    return reading.generator.removeprefix("semantic.br.") in _KINDS


def _others_know_better(view: ColumnView, reading: Reading) -> bool:
    """A name beside a family name, a firm's addresses, a state that is no place: other rules look at what is beside."""
    if reading.head == "nome" and not reading.role:
        return view.neighbour(_LAST) is not None or is_site(view)
    if reading.head == "estado":
        return not with_address(view)
    if reading.generator == "semantic.br.company.trade_name" and is_of_medicines(view):
        return True
    return reading.head in _PERSONAL and not reading.role and view.is_about("company")


def _offers(view: ColumnView, reading: Reading) -> list[Offer]:
    wanted = offer(reading.generator, **reading.params)
    party = _OF_PARTIES.get(reading.generator)
    if party is not None and not reading.role and (kind := _tells_persons(view)) is not None:
        return [offer(party, kind=kind.name), wanted]
    length = view.slot.max_length
    if wanted.id == "semantic.br.bank.name" and length is not None and length <= _CODE:
        return [offer("semantic.br.bank.code")]
    if (
        wanted.id == "semantic.br.phone"
        and not reading.role
        and reading.head in _ANY_PHONE
        and view.is_about("company")
    ):
        wanted = offer(wanted.id, **wanted.params, kind="landline")
    if wanted.id == "semantic.br.company.natureza_juridica":
        return [wanted, offer(wanted.id, **{**wanted.params, "name": False})]
    if wanted.id == "semantic.br.boleto.line" and "bank" not in wanted.params:
        bank = view.neighbour(_BANK)
        if bank is not None and bank.slot.max_length is not None and bank.slot.max_length <= _CODE:
            wanted = offer(wanted.id, **wanted.params, bank=bank.name)
    digits = _DIGITS.get(reading.generator.rpartition(".")[2])
    if digits is None or "formatted" in reading.params:
        return [wanted]
    formatted = length is not None and digits < length <= digits + _PUNCTUATION
    return [offer(wanted.id, **wanted.params, formatted=each) for each in (formatted, not formatted)]


_OF_PARTIES = {"semantic.br.name": "semantic.br.party.name", "semantic.br.email.safe": "semantic.br.party.email"}
_LEGAL_NAME = vocabulary("", "razao social, nome empresarial, nome fantasia")


def _tells_persons(view: ColumnView) -> ColumnView | None:
    """The column that tells persons from firms in a table that has one column for the names of both."""
    kind = view.neighbour(_KIND)
    if kind is None or kind.may_be_null or view.neighbour(_LEGAL_NAME) is not None:
        return None
    return kind if are_people(pl.Series(_labels(kind), dtype=pl.String)).n_unique() > 1 else None


def tied_to_person(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let what only people or only companies have be null in the rows of the others, where a column tells which."""
    if found.generator_id is None or not view.may_be_null or view.in_key:
        return found
    kind = view.neighbour(_KIND)
    if not view.is_brazilian:
        return _tied_elsewhere(view, found)
    if kind is None or kind.may_be_null or any(view.name in check.expression for check in view.table.table.checks):
        return found
    generator = found.generator_id.removeprefix("semantic.br.")
    people = generator in _OF_PEOPLE or str(found.params.get("role", "")) in RELATIVES
    if not people and generator not in _OF_FIRMS:
        return found
    labels = _labels(kind)
    told = tuple(label for label in labels if _is_person(label) == people)
    if not told or len(told) == len(labels):
        return found
    when = Presence(column=kind.name, **{"in": told})
    shown = " or ".join(map(repr, told))
    return replace(found, when=when, null_rate=None, evidence=(*found.evidence, f"only where {kind.name} is {shown}"))


_OF_ONE_PERSON = (
    "semantic.person.first_name", "semantic.person.last_name", "semantic.person.sex", "semantic.br.birth_date",
    "reference.marital_status", "reference.gender",
)  # fmt: skip


def _tied_elsewhere(view: ColumnView, found: Suggestion) -> Suggestion:
    """Names of people where the kind of customer is a person's, those of firms where it is a firm's."""
    people = str(found.generator_id).startswith(_OF_ONE_PERSON) and "role" not in found.params
    if not people and not (found.generator_id == "semantic.company.name" and view.says(_FIRM_NAME)):
        return found
    kinds = kinds_of_client(view)
    if kinds is None or any(view.name in check.expression for check in view.table.table.checks):
        return found
    kind, persons, firms = kinds
    told = persons if people else firms
    when = Presence(column=kind.name, **{"in": told})
    shown = " or ".join(map(repr, told))
    return replace(found, when=when, null_rate=0.0, evidence=(*found.evidence, f"only where {kind.name} is {shown}"))


_FIRM_NAME = vocabulary(
    "company name, business name, organization name, organisation name, company, firm name, legal name"
)


def _labels(kind: ColumnView) -> tuple[str, ...]:
    """What the type or a CHECK lists, or what the generator of kinds of person says."""
    if kind.is_listed:
        return tuple(str(value) for value in kind.sayings)
    spec = find_generator("semantic.br.tipo_pessoa")
    built = None if spec is None else spec.build(spec.params(), kind.slot)
    if not isinstance(built, Domain):
        return ()
    return tuple(map(str, built.take(np.arange(min(built.size, 8), dtype=np.uint64)).to_list()))


def _is_person(label: str) -> bool:
    return label.strip().lower()[:1] == "f" or label.strip().lower() in ("pf", "cpf", "pessoa fisica", "pessoa física")


def _takes_its_nulls(view: ColumnView, wanted: Offer) -> bool:
    """What is made of other columns is null where they are."""
    if view.may_be_null:
        return True
    spec = find_generator(wanted.id)
    if spec is None:
        return False
    built = spec.build(spec.params.model_validate(dict(wanted.params)), view.slot)
    read_columns = built.inputs if isinstance(built, Derivation) else ()
    return not any(name in view.table.columns and view.table.may_be_null(name) for name in read_columns)
