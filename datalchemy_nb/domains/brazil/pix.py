"""PIX keys (Banco Central, DICT): one of five kinds."""

from __future__ import annotations

from typing import Literal

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.brazil.cnpj import Cnpj
from datalchemy_nb.domains.brazil.documents import Cpf
from datalchemy_nb.domains.brazil.emails import Email
from datalchemy_nb.domains.brazil.phones import Phone
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.registry import RoleParams, generator


class PixParams(RoleParams):
    """Which key.

    Attributes:
        kind: ``random`` is a UUID; the others are the holder's CPF, CNPJ, e-mail or mobile phone.
    """

    kind: Literal["random", "cpf", "cnpj", "email", "phone"] = "random"


@generator("semantic.br.pix_key", params=PixParams, produces=("text", "uuid"), tags=("pii.pix_key",))
def pix_key(params: PixParams, slot: Slot) -> Domain:
    """PIX key of the chosen kind, as the central bank's directory writes it."""
    match params.kind:
        case "cpf":
            return Cpf()
        case "cnpj":
            return Cnpj()
        case "email":
            return Email()
        case "phone":
            return Phone()
        case "random":
            key = UuidDomain(slot.seed)
            key.category = "uuid" if slot.category == "uuid" else "text"
            return key
