"""Passwords, tokens, keys, hashes, and uuids kept as text."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, always, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_HEX = "0123456789abcdef"
_USUAL = 40
_LONGEST = 128
_SHORTEST = 4
_HASHED = r"pbkdf2_sha256\$1000000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}="
_KNOWN = {"md": 32, "md5": 32, "sha": 40, "sha1": 40, "sha256": 64, "uuid": 32}


def recognise_secrets(view: ColumnView) -> Suggestion | None:
    """Suggest random hex of the column's length, and password hashes nobody can log in with."""
    return first_meaning(view, "recognise_secrets", MEANINGS)


def _hex(view: ColumnView) -> Sequence[Offer]:
    length = view.slot.max_length
    joined = {"".join(view.words[i : i + 2]) for i in range(len(view.words))} | set(view.words)
    known = next((size for word, size in _KNOWN.items() if word in joined), _USUAL)
    if "sha256" in joined:
        known = _KNOWN["sha256"]
    size = known if length is None or length > _LONGEST else length
    return [offer("primitive.text", charset=_HEX, min_len=size, max_len=size)]


MEANINGS = (
    Meaning(
        "a password's hash",
        vocabulary(
            "password, passwd, password hash, hashed password, password digest", "senha, senha hash, hash senha"
        ),
        always(
            offer("primitive.text.pattern", pattern=_HASHED),
            offer("primitive.text", charset=_HEX, min_len=32, max_len=32),
            offer("primitive.text", min_len=8, max_len=16),
        ),
        confidence=0.95,
    ),
    Meaning(
        "a uuid as text",
        vocabulary("uuid, guid, uid", "uuid"),
        always(offer("primitive.uuid"), offer("primitive.text", charset=_HEX, min_len=32, max_len=32)),
        when=lambda view: view.slot.max_length is None or view.slot.max_length >= 32,
    ),
    Meaning(
        "a random token",
        vocabulary(
            "token, hash, digest, checksum, secret, session key, api key, secret key, private key, access key, nonce, "
            "salt, fingerprint, signature, etag, sha, md, client secret, activation key, hash key, cache key, "
            "translation key, hash value",
            "token, chave api, chave acesso, segredo, assinatura digital",
        ),
        _hex,
        confidence=0.85,
        when=lambda view: view.slot.max_length is None or view.slot.max_length >= _SHORTEST,
    ),
)
