"""PIX keys (Banco Central, DICT): one of five kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.cnpj import Cnpj
from datalchemy_nb.domains.brazil.documents import Cpf
from datalchemy_nb.domains.brazil.emails import Email
from datalchemy_nb.domains.brazil.phones import Phone
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.parameters import Str
from datalchemy_nb.domains.registry import Params, RoleParams, generator
from datalchemy_nb.domains.strings import fold

_KINDS = {"CPF": 30, "Celular": 26, "E-mail": 20, "Aleatória": 16, "CNPJ": 8}
"""Kinds of keys as forms write them, with rough shares of the directory."""


class PixKey(Derivation):
    """Keys of the kind that another column says: the row's own number or address where the table has one.

    Args:
        columns: ``kind``, and perhaps ``cpf``, ``cnpj``, ``email``, ``phone``, to columns of the row.
        seed: of random keys.
    """

    category: Category | None = "text"

    def __init__(self, columns: Mapping[str, str], seed: int) -> None:
        self.columns, self.seed = dict(columns), seed
        self.inputs = tuple(dict.fromkeys(columns.values()))

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del rows
        kinds = fold(inputs[self.columns["kind"]].cast(pl.String))
        keys = UuidDomain(self.seed).take(mix(bits ^ np.uint64(9)))
        for words, part, domain in (
            ("cpf|fisica", "cpf", Cpf()),
            ("cnpj|juridica", "cnpj", Cnpj()),
            ("mail", "email", Email()),
            ("cel|fone|phone|tel", "phone", Phone()),
        ):
            own = inputs[self.columns[part]].cast(pl.String) if part in self.columns else None
            drawn = domain.take(domain.draw(mix(bits ^ np.uint64(len(words)))))
            keys = (drawn if own is None else _written(own, part).fill_null(drawn)).zip_with(
                kinds.str.contains(words).fill_null(False), keys
            )
        return keys.set(kinds.is_null(), None)


def _written(own: pl.Series, part: str) -> pl.Series:
    """A number or address as the directory of keys writes it: digits alone, phones with +55."""
    if part == "email":
        return own.str.to_lowercase()
    digits = own.str.replace_all(r"[^0-9A-Z]", "")
    if part != "phone":
        return digits
    local = digits.str.strip_prefix("55").zip_with(digits.str.len_chars() > 11, digits)
    return "+55" + local


class PixOfParams(Params):
    """Columns of the row that the key agrees with.

    Attributes:
        kind: kind of key.
        cpf: CPF of the holder; None = drawn, as the others are.
        cnpj: CNPJ of the holder.
        email: address of the holder.
        phone: mobile phone of the holder.
    """

    kind: Str
    cpf: Str | None = None
    cnpj: Str | None = None
    email: Str | None = None
    phone: Str | None = None


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


@generator("semantic.br.pix_kind")
def pix_kind() -> Domain:
    """Kind of a PIX key: CPF, CNPJ, E-mail, Celular, Aleatória."""
    return ChoiceDomain(list(_KINDS), list(_KINDS.values()))


@generator("semantic.br.pix_key.of", params=PixOfParams, tags=("pii.pix_key",))
def pix_key_of(params: PixOfParams, slot: Slot) -> Derivation:
    """PIX key of the kind that another column says, made of the row's own CPF, address or phone where it has them."""
    return PixKey(params.model_dump(exclude_none=True), slot.seed)
