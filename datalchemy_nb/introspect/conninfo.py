"""Taking a connection string apart: URLs and key=value strings, without libpq.

libpq ends a password at the first ``@``; here it ends at the last one, so that a password pasted without
percent-encoding is neither shown in part nor sent to the wrong host.

People paste what their framework is configured with. Names of drivers, quotes and ``DATABASE_URL=`` in front are taken
off; parameters of other clients are translated where libpq has the same, and otherwise left out and told
(``Conninfo.foreign``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import quote, unquote

from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.errors import UsageError
from datalchemy_nb.records import dataclass

VISIBLE_KEYS = frozenset(
    """application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
    load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_issuer oauth_scope passfile port
    replication require_auth requirepeer requiressl service ssl ssl_max_protocol_version ssl_min_protocol_version
    sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslrootcert sslsni
    target_session_attrs tcp_user_timeout user""".split()
)
"""Parameters whose values may be shown. Every other value is hidden, so a secret needs no list to be on."""

LIBPQ_KEYS = VISIBLE_KEYS - {"ssl"} | frozenset(
    "options password sslpassword oauth_client_secret scram_client_key scram_server_key".split()
)
"""Every parameter that libpq takes."""

_SECRET_KEYS = frozenset("pass pwd passwd passphrase token secret api_key apikey access_token".split())

ENGINES = frozenset("postgresql postgres pgsql psql postgis pgx ecto postgresqls postgress".split())
"""Names of PostgreSQL in front of ``://``, by whatever client; a driver may follow (``+asyncpg``)."""

_SSL_MODES = {
    "true": "require", "1": "require", "on": "require", "yes": "require", "required": "require",
    "no-verify": "require", "false": "disable", "0": "disable", "off": "disable", "no": "disable",
    "disabled": "disable", "preferred": "prefer", "verify_ca": "verify-ca", "verify_full": "verify-full",
    "verify_identity": "verify-full",
}  # fmt: skip
"""What other clients write for a value of libpq's sslmode."""

_TRANSLATED = {
    "ssl": "sslmode",
    "ssl_mode": "sslmode",
    "applicationname": "application_name",
    "connecttimeout": "connect_timeout",
    "logintimeout": "connect_timeout",
    "encoding": "client_encoding",
    "charset": "client_encoding",
    "username": "user",
    "database": "dbname",
    "sslca": "sslrootcert",
    "ssl_ca": "sslrootcert",
}
"""Parameters of other clients that libpq has by another name."""

_NO_SCHEMA = "name schemas with --schema"
FOREIGN: dict[str, str] = {
    **dict.fromkeys(("schema", "currentschema", "schema_search_path", "search_path"), _NO_SCHEMA),
    "pgbouncer": "statements are not prepared",
    **dict.fromkeys(
        """connection_limit pool_timeout socket_timeout sslaccept sslidentity sslpassword_file statement_cache_size
        prepared_statement_cache_size prepared_statement_name_func prepared_statements async_fallback timeout
        command_timeout server_settings direct_tls uselibpqcompat max_connections idle_timeout max_lifetime
        targetservertype loadbalancehosts sslfactory sslfactoryarg sslhostnameverifier sslpasswordcallback
        rewritebatchedinserts preparethreshold preparedstatementcachequeries preparedstatementcachesizemib stringtype
        binarytransfer binarytransferenable sockettimeout tcpkeepalive defaultrowfetchsize readonly loggerlevel
        loggerfile autosave assumeminserverversion gssencodemode hostrecheckseconds canceltimeout
        pool pool_size pool_recycle pool_pre_ping max_overflow pool_max_conns pool_min_conns pool_max_conn_lifetime
        pool_max_conn_idle_time pool_health_check_period default_query_exec_mode statement_cache_capacity
        description_cache_capacity statement_cache_mode binary_parameters disable_prepared_binary_result
        conn_max_age conn_health_checks ssl_require atomic_requests engine reconnect reaping_frequency checkout_timeout
        variables min_messages statement_timeout query_timeout lock_timeout idle_in_transaction_session_timeout
        timezone datestyle supa workaround pooler pooling minimum_pool_size maximum_pool_size trust_server_certificate
        serverversion protocol adapter driver""".split(),
        "",
    ),
}
"""Parameters of other clients that libpq has not, each with what is told of it besides that it is left out."""

_KNOWN_KEYS = LIBPQ_KEYS | _SECRET_KEYS | frozenset(_TRANSLATED) | frozenset(FOREIGN)

_PASTED = re.compile(
    r"""\s*(?:export\s+)?(?:DATABASE_URL\s*=\s*|psql\s+|jdbc:(?=[a-z]+:))?(?P<quote>["']?)(?:jdbc:(?=[a-z]+:))?(?P<text>.*?)"""
    r"""(?P=quote)\s*;?\s*\Z""",
    re.IGNORECASE | re.DOTALL,
)
_WITHOUT_HOST = re.compile(r"(postgres(?:ql)?):(?!//)/*", re.IGNORECASE)
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
        foreign: names of other clients' parameters, which are in no other part.
    """

    engine: str | None
    is_url: bool
    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    raw_userinfo: tuple[str | None, str | None] = field(default=(None, None), repr=False)
    raw_place: str = ""
    foreign: tuple[str, ...] = ()

    def value(self, key: str) -> str | None:
        """The decoded value of a parameter, the last one given winning; None if absent or empty."""
        raw = next((raw for name, raw in reversed(self.pairs) if name == key and raw), None)
        return unquote(raw) if raw is not None and self.is_url else raw

    def to_libpq(self) -> str:
        """The string as libpq takes it: without what is foreign, and with what it has by another name."""
        if self.is_url:
            return self.to_url()
        return " ".join(f"{key}='{_escaped(raw)}'" for key, raw in self.pairs)

    def to_url(self) -> str:
        """The URL with user and password percent-encoded as libpq needs them."""
        user, password = (None if p is None else quote(unquote(p), safe="") for p in self.raw_userinfo)
        auth = ""
        if user is not None or password is not None:
            auth = (user or "") + (f":{password}" if password is not None else "") + "@"
        query = "&".join(f"{key}={raw}" for key, raw in self.query)
        return f"postgresql://{auth}{self.raw_place}" + (f"?{query}" if query else "")


def pasted(text: str) -> str:
    """What is left of a pasted string without quotes, ``DATABASE_URL=``, ``psql`` and ``jdbc:`` around it."""
    found = _PASTED.match(text)
    bare = found["text"].strip() if found else text.strip()
    return _WITHOUT_HOST.sub(r"\1:///", bare, count=1) if _WITHOUT_HOST.match(bare) else bare


def parse(conninfo: str) -> Conninfo | None:
    """Take a connection string apart; None if it is not of a known shape or cannot be read safely."""
    text = pasted(conninfo)
    url = _URL.match(text)
    if url:
        return _parse_url(url[1].lower(), url[2])
    return None if "://" in text.split("=")[0] else _parse_pairs(text)


_DJANGO = {"name": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}


def written(settings: Mapping[str, object]) -> str:
    """Settings as a connection string of key=value pairs.

    Args:
        settings: keywords of libpq, or one entry of Django's ``DATABASES``; its ``OPTIONS`` count too. What is empty is
            left to libpq.

    Raises:
        UsageError: the entry is of another engine than PostgreSQL.
    """
    given = {str(key).lower(): value for key, value in settings.items()}
    engine = str(given.pop("engine", "postgresql")).rpartition(".")[2]
    if engine not in ENGINES:
        raise UsageError(
            f"{show_ident(engine[:30])} is not supported: only PostgreSQL is", hint="name the entry of PostgreSQL"
        )
    options = given.pop("options", None)
    pairs: dict[str, object] = {}
    for key, value in given.items():
        if "dbname" in given or "name" not in given or key in _DJANGO:
            pairs[_DJANGO.get(key, key)] = value
    if isinstance(options, Mapping):
        pairs |= {str(key).lower(): value for key, value in options.items() if not isinstance(value, Mapping)}
    elif options:
        pairs["options"] = options
    told = {key: str(value) for key, value in pairs.items() if value not in (None, "")}
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in told.items() if key in _KNOWN_KEYS)


def unknown_keys(conninfo: str) -> tuple[tuple[int, str], ...]:
    """Places (from 1) and names of parameters that neither libpq nor a client known here has."""
    text = pasted(conninfo)
    url = _URL.match(text)
    if url:
        _, mark, tail = url[2].rpartition("?")
        found = [_query_pair(part)[0] for part in tail.split("&") if part] if mark and "@" not in tail else []
    else:
        found = [match[1].lower() for match in _PAIR.finditer(text)]
    return tuple((place, key) for place, key in enumerate(found, 1) if key not in _KNOWN_KEYS)


def _escaped(raw: str) -> str:
    return raw.replace("\\", "\\\\").replace("'", "\\'")


def _translated(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The pairs as libpq names them, and the names of those that it has not."""
    kept: list[tuple[str, str]] = []
    foreign: list[str] = []
    for key, raw in pairs:
        if key in FOREIGN:
            foreign.append(key)
            continue
        name = _TRANSLATED.get(key, key)
        kept.append((name, _SSL_MODES.get(raw.lower(), raw.lower()) if name == "sslmode" else raw))
    return tuple(kept), tuple(dict.fromkeys(foreign))


def _parse_url(engine: str, rest: str) -> Conninfo | None:
    split = _split_query(rest)
    if split is None:
        return None
    head, asked = split
    query, foreign = _translated(_hosts_joined(asked))
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
        foreign=foreign,
    )


def _hosts_joined(query: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """SQLAlchemy names several hosts as ``host=a:5432&host=b:5432``; libpq as lists of hosts and of ports."""
    places = [_HOST_AND_PORT.match(raw) for key, raw in query if key == "host"]
    found = [place for place in places if place]
    if len(found) != len(places) or (not any(place[2] for place in found) and len(found) < 2):
        return query
    rest = tuple((key, raw) for key, raw in query if key != "host")
    ports = (("port", ",".join(place[2] or "" for place in found)),) if any(place[2] for place in found) else ()
    return (("host", ",".join(place[1] for place in found)), *ports, *rest)


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
    kept, foreign = _translated(pairs)
    return Conninfo(engine="postgresql", is_url=False, pairs=kept, foreign=foreign) if pairs else None


NAME = "DATABASE_URL"
_LINE = re.compile(rf"\s*(?:export\s+)?{NAME}\s*=\s*(?P<value>.*)")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<text>.*?)(?P=quote)\s*(?:#.*)?")
_COMMENT = re.compile(r"\s#.*")


def database_url(path: Path) -> str:
    """Return what the file says, the last time it does; quotes and a comment behind it are not part of it.

    Raises:
        UsageError: the file cannot be read, or does not say it. What stands in it is never quoted.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no text file"
        raise UsageError(f"cannot read {str(path)[:80]!r}: {told}", hint="name the .env file") from None
    found = [_bare(match["value"]) for line in lines if (match := _LINE.fullmatch(line))]
    if not found or not found[-1]:
        raise UsageError(f"{path} says nothing of {NAME}", hint=f"write {NAME}=postgresql://user@host/database in it")
    return found[-1]


def _bare(value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    return quoted["text"] if quoted else _COMMENT.sub("", value).strip()
