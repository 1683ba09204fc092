"""Connection strings without their secrets.

The rule is to show only what has been understood: a string of the known shape is shown with its secrets replaced,
anything else is replaced whole. Ambiguity (a raw ``@``, ``/`` or ``?`` in a password) is resolved towards hiding more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from datalchemy_nb.introspect.conninfo import VISIBLE_KEYS, Conninfo, parse
from datalchemy_nb.records import dataclass

HIDDEN = "***"


@dataclass(frozen=True)
class Redacted:
    """What may be told about a connection string (contract: all keys always present)."""

    engine: str | None = None
    user: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    redacted: str = HIDDEN

    def to_dict(self) -> dict[str, str | int | None]:
        """Return plain JSON values."""
        return dict(self.__dict__)

    def __str__(self) -> str:
        return self.redacted


def redact(conninfo: str) -> Redacted:
    """Describe a URL or key=value connection string without its secrets.

    Never raises: what cannot be parsed comes back as ``***`` (with the engine, if the string starts like a URL).
    """
    parsed = parse(conninfo)
    if parsed is None:
        engine = _engine(conninfo)
        return Redacted(engine=engine, redacted=f"{engine}://{HIDDEN}" if engine else HIDDEN)
    return Redacted(
        engine=parsed.engine,
        user=parsed.value("user"),
        host=parsed.value("host") or parsed.value("hostaddr"),
        port=_port(parsed.value("port")),
        database=_database(parsed),
        redacted=_show_url(parsed) if parsed.is_url else _show_pairs(parsed),
    )


def secrets_in(conninfo: str) -> tuple[str, ...]:
    """Return every string that must not leave the process, longest first: values both as written and decoded."""
    parsed = parse(conninfo)
    if parsed is None:
        found = {conninfo, unquote(conninfo)}
    else:
        found = {form for key, raw in parsed.pairs if key not in VISIBLE_KEYS for form in (raw, unquote(raw))}
    return tuple(sorted((s for s in found if s), key=len, reverse=True))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Replace every occurrence of the secrets in a message."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _engine(conninfo: str) -> str | None:
    match = re.match(r"([a-z][a-z0-9+.\-]{0,30})://", conninfo, re.IGNORECASE)
    return match[1].lower() if match else None


def _port(text: str | None) -> int | None:
    first = (text or "").split(",")[0]
    return int(first) if first.isascii() and first.isdecimal() and 0 < int(first) < 65536 else None


def _database(parsed: Conninfo) -> str | None:
    name = parsed.value("dbname")
    return None if name and _holds_conninfo(name) else name


def _holds_conninfo(name: str) -> bool:
    return "://" in name or "=" in name


def _shown(key: str, raw: str) -> str:
    if key not in VISIBLE_KEYS or (key == "dbname" and _holds_conninfo(unquote(raw))):
        return HIDDEN if raw else ""
    return raw


def _show_url(parsed: Conninfo) -> str:
    user, password = parsed.raw_userinfo
    auth = ""
    if user is not None or password is not None:
        auth = (user or "") + (f":{HIDDEN}" if password is not None else "") + "@"
    query = "&".join(f"{key}={_shown(key, raw)}" for key, raw in parsed.query)
    return f"{parsed.engine}://{auth}{parsed.raw_place}" + (f"?{query}" if query else "")


def _show_pairs(parsed: Conninfo) -> str:
    return " ".join(f"{key}={_quoted(_shown(key, raw))}" for key, raw in parsed.pairs)


def _quoted(value: str) -> str:
    if value and not re.search(r"[\s'\\]", value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
