"""Taking a connection string apart: URLs and key=value strings, without libpq.

libpq ends a password at the first ``@``; here it ends at the last one, so that a password pasted without
percent-encoding is neither shown in part nor sent to the wrong host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

VISIBLE_KEYS = frozenset(
    """application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
    load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_issuer oauth_scope passfile port
    replication require_auth requirepeer requiressl service ssl ssl_max_protocol_version ssl_min_protocol_version
    sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslrootcert sslsni
    target_session_attrs tcp_user_timeout user""".split()
)
"""Parameters whose values may be shown. Every other value is hidden, so a secret needs no list to be on."""

_KNOWN_KEYS = VISIBLE_KEYS | frozenset(
    """options password sslpassword oauth_client_secret scram_client_key scram_server_key pass pwd passwd passphrase
    token secret api_key apikey access_token""".split()
)

_URL = re.compile(r"([a-z][a-z0-9+.\-]*)://(.*)\Z", re.IGNORECASE | re.DOTALL)
_HOST = r"(?:\[[0-9a-fA-F:.]+(?:%[\w.\-]+)?\]|(?:[\w.\-]|%[0-9a-fA-F]{2})*)"
_PLACE = re.compile(rf"{_HOST}(?::\d*)?(?:,{_HOST}(?::\d*)?)*(?:/[^/?@=]*)?\Z")
_HOST_AND_PORT = re.compile(rf"({_HOST})(?::(\d*))?\Z")
_PAIR = re.compile(
    r"\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?)(?=\s|\Z)", re.DOTALL
)


@dataclass(frozen=True)
class Conninfo:
    """A connection string in parts.

    Attributes:
        pairs: libpq parameters as written (percent-encoded if a URL), in order.
        query: the part of `pairs` that stood in a URL's query.
    """

    engine: str | None
    is_url: bool
    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    raw_userinfo: tuple[str | None, str | None] = field(default=(None, None), repr=False)
    raw_place: str = ""

    def value(self, key: str) -> str | None:
        """The decoded value of a parameter, the last one given winning; None if absent or empty."""
        raw = next((raw for name, raw in reversed(self.pairs) if name == key and raw), None)
        return unquote(raw) if raw is not None and self.is_url else raw

    def to_url(self) -> str:
        """The URL with user and password percent-encoded as libpq needs them."""
        user, password = (None if p is None else quote(unquote(p), safe="") for p in self.raw_userinfo)
        auth = ""
        if user is not None or password is not None:
            auth = (user or "") + (f":{password}" if password is not None else "") + "@"
        query = "&".join(f"{key}={raw}" for key, raw in self.query)
        return f"postgresql://{auth}{self.raw_place}" + (f"?{query}" if query else "")


def parse(conninfo: str) -> Conninfo | None:
    """Take a connection string apart; None if it is not of a known shape or cannot be read safely."""
    url = _URL.match(conninfo.strip())
    if url:
        return _parse_url(url[1].lower(), url[2])
    return None if "://" in conninfo.split("=")[0] else _parse_pairs(conninfo)


def _parse_url(engine: str, rest: str) -> Conninfo | None:
    split = _split_query(rest)
    if split is None:
        return None
    head, query = split
    auth, at, place = head.rpartition("@")
    user, colon, password = auth.partition(":")
    if not _PLACE.match(place) or re.search(r"[/?=]", user):
        return None
    userinfo = (user or None, password if colon else None) if at else (None, None)
    pairs = [("user", userinfo[0]), ("password", userinfo[1]), *_place_pairs(place)]
    return Conninfo(
        engine=engine,
        is_url=True,
        pairs=(*((key, raw) for key, raw in pairs if raw), *query),
        query=query,
        raw_userinfo=userinfo,
        raw_place=place,
    )


def _split_query(rest: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Split off the query. None if it is not one, or if an `@` leaves open where the password ends."""
    head, mark, tail = rest.rpartition("?")
    if not mark:
        return rest, ()
    if "@" in tail:
        is_password = "@" not in head and "=" not in tail
        return (rest, ()) if is_password else None
    pairs = tuple(_query_pair(part) for part in tail.split("&") if part)
    return (head, pairs) if all(key in _KNOWN_KEYS for key, _ in pairs) else None


def _query_pair(part: str) -> tuple[str, str]:
    key, _, raw = part.partition("=")
    return unquote(key).lower(), raw


def _place_pairs(place: str) -> list[tuple[str, str | None]]:
    hosts, _, database = place.partition("/")
    parts = [m for m in map(_HOST_AND_PORT.match, hosts.split(",")) if m]
    names = [m[1].strip("[]") for m in parts]
    ports = [m[2] or "" for m in parts]
    return [
        ("host", ",".join(names) if any(names) else None),
        ("port", ",".join(ports) if any(ports) else None),
        ("dbname", database or None),
    ]


def _parse_pairs(conninfo: str) -> Conninfo | None:
    pairs: list[tuple[str, str]] = []
    at, end = 0, len(conninfo.rstrip())
    while at < end:
        match = _PAIR.match(conninfo, at)
        if match is None or match[1].lower() not in _KNOWN_KEYS:
            return None
        raw = match[2] if match[2] is not None else match[3] or ""
        pairs.append((match[1].lower(), re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)))
        at = match.end()
    return Conninfo(engine="postgresql", is_url=False, pairs=tuple(pairs)) if pairs else None
