"""Stand-ins for extensions that many schemas name and the embedded server was built without.

They are ordinary extensions in SQL, found by the server through ``extension_control_path``. Functions whose value
shapes a default are real; those of cryptography refuse when they are called.
"""

from __future__ import annotations

from pathlib import Path

_NIL = "00000000-0000-0000-0000-000000000000"
_UUID = "RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_catalog.gen_random_uuid()'"
_CONSTANTS = {
    "nil": _NIL,
    "ns_dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "ns_url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "ns_oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "ns_x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}
_UUID_OSSP = "\n".join(
    [
        *(f"CREATE FUNCTION uuid_generate_{version}() {_UUID};" for version in ("v1", "v1mc", "v4")),
        *(
            f"CREATE FUNCTION uuid_{name}() RETURNS uuid LANGUAGE sql IMMUTABLE AS 'SELECT ''{value}''::uuid';"
            for name, value in _CONSTANTS.items()
        ),
        *(
            f"CREATE FUNCTION uuid_generate_{version}(namespace uuid, name text) RETURNS uuid LANGUAGE plpgsql "
            f"IMMUTABLE AS $$ BEGIN RAISE 'uuid_generate_{version} is not in this server'; END $$;"
            for version in ("v3", "v5")
        ),
    ]
)
_CRYPTO = (
    ("digest", "text, text", "bytea"),
    ("digest", "bytea, text", "bytea"),
    ("hmac", "text, text, text", "bytea"),
    ("hmac", "bytea, bytea, text", "bytea"),
    ("crypt", "text, text", "text"),
    ("gen_salt", "text", "text"),
    ("gen_salt", "text, integer", "text"),
    ("pgp_sym_encrypt", "text, text", "bytea"),
    ("pgp_sym_decrypt", "bytea, text", "text"),
)
_BYTES = (
    "CREATE FUNCTION gen_random_bytes(integer) RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$ "
    "SELECT pg_catalog.decode(pg_catalog.substr(pg_catalog.string_agg("
    "pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), ''), 1, 2 * $1), 'hex') "
    "FROM pg_catalog.generate_series(0, least($1, 1024) / 16) $$;"
)
"""Defaults such as ``encode(gen_random_bytes(16), 'hex')`` are common; up to 1,024 bytes, as in pgcrypto."""
_PGCRYPTO = "\n".join(
    [_BYTES]
    + [
        f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE plpgsql VOLATILE "
        f"AS $$ BEGIN RAISE '{name} is not in this server'; END $$;"
        for name, arguments, returns in _CRYPTO
    ]
)
STAND_INS = {"uuid-ossp": ("1.1", _UUID_OSSP), "pgcrypto": ("1.4", _PGCRYPTO)}
"""Version and SQL by extension."""


def write_stand_ins(directory: Path) -> Path:
    """Write the extensions below a directory, and return what ``extension_control_path`` must hold."""
    place = directory / "share" / "extension"
    place.mkdir(parents=True, exist_ok=True)
    for name, (version, script) in STAND_INS.items():
        control = f"default_version = '{version}'\nrelocatable = true\ntrusted = true\ncomment = 'stand-in'\n"
        (place / f"{name}.control").write_text(control)
        (place / f"{name}--{version}.sql").write_text(script + "\n")
    return place.parent
