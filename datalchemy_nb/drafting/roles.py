"""Several people, companies or places of one row: told apart by a word of the column's name."""

from __future__ import annotations

from dataclasses import replace

from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.meaning import MOMENTS
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import vocabulary

_ROLES = frozenset(
    "assistant assistente technician tecnico "
    "ship shipping bill billing from to origin destination source buyer seller mother father spouse husband wife "
    "emergency "
    "sender recipient receiver home work contact pickup dropoff departure arrival manager supervisor doctor "
    "physician nurse "
    "patient guardian parent owner author reviewer approver driver passenger guest host landlord tenant agent "
    "broker witness "
    "beneficiary payer payee requester assignee delivery birth permanent current previous mailing "
    "mae pai conjuge origem destino remetente destinatario comprador vendedor entrega cobranca nascimento "
    "responsavel titular "
    "medico paciente motorista emitente tomador prestador beneficiario fiador avalista procurador testemunha "
    "solicitante "
    "aprovador gerente supervisor contato emergencia residencial comercial correspondencia coleta".split()
)

_STAFF = frozenset("gerente supervisor manager tecnico technician assistente assistant aprovador approver".split())
_NAMES = frozenset({"semantic.br.name", "semantic.person.name"})
"""Who works on what a row is about is another person than it, also where one word says so: `gerente` of an account."""
_BIRTH = frozenset({"birth", "nascimento"})
"""The day of birth is the person's own; the city of birth is another than that of the address."""


_ADDRESS = "semantic.person.email"
_PERSON = vocabulary("contact name, manager name, owner name, contact person", "nome contato, nome responsavel")


def _whose_address(view: ColumnView) -> str | None:
    """The role of the only person whose name stands beside an address: a supplier's e-mail is its contact's."""
    person = view.neighbour(_PERSON)
    if person is None or view.is_about("person"):
        return None
    return next((word for word in person.words if word in _ROLES and word not in view.table.words), None)


def in_its_role(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let a facet show the person, company or place of the role that the column's name says."""
    if found.generator_id is None or "role" in found.params:
        return found
    spec = find_generator(found.generator_id)
    known = _ROLES - _BIRTH if view.category in MOMENTS else _ROLES
    role = next((word for word in view.words if word in known and word not in view.table.words), None)
    if found.generator_id == _ADDRESS and role is None:
        role = _whose_address(view)
    elif len(view.words) < 2 and not (role in _STAFF and found.generator_id in _NAMES):
        return found
    if spec is None or role is None or "role" not in spec.params.model_fields:
        return found
    params = {**found.params, "role": role}
    if first_fitting(view, [offer(found.generator_id, **params)]) is None:
        return found
    return replace(found, params=params, evidence=(*found.evidence, f"of the {role}"))
