"""Which columns hold personal data, told by the words of their names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

REDACTED = "***"
"""What stands in place of a cell of personal data."""

_TAGS: dict[str, str] = {
    "pii.email": "email emails mail",
    "pii.cpf": "cpf",
    "pii.cnpj": "cnpj",
    "pii.rg": "rg",
    "pii.document": "passaporte passport cnh pis pasep nit ssn sus",
    "pii.phone": "telefone telefones tel fone celular whatsapp phone phones cell mobile fax",
    "pii.name": "nome nomes name names sobrenome surname firstname lastname fullname apelido nickname username",
    "pii.birth": "nascimento birth birthday birthdate dob",
    "pii.address": "endereco enderecos logradouro rua bairro complemento address addresses street",
    "pii.location": "cep cidade uf zip zipcode postcode postal city latitude longitude",
    "pii.network": "ip ips ipv4 ipv6 url mac",
    "pii.payment": "iban cartao cvv pix",
    "pii.secret": "senha password passwd secret segredo token",
}
_BY_WORD = {word: tag for tag, words in _TAGS.items() for word in words.split()}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@lru_cache(maxsize=1 << 13)
def pii_tag(column_name: str) -> str | None:
    """Return the tag of the first personal word in a column's name, or None.

    Words end at underscores, digits, other signs and camelCase humps; accents do not count. Whole words only: ``cargo``
    is no RG and ``tipo`` is no IP.
    """
    plain = unicodedata.normalize("NFKD", column_name)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word.lower() for word in _WORD.findall(plain)]
    pairs = [a + b for a, b in pairwise(words)]
    return next((_BY_WORD[word] for word in (*words, *pairs) if word in _BY_WORD), None)
