"""A PostgreSQL server that lives as long as this process."""

from __future__ import annotations

import atexit
import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.demo import binaries, slots
from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.introspect.redaction import redact

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


USER = "datalchemy"
DATABASE = "postgres"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # The data is thrown away with the server, so nothing need survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A password of 144 random bits gains nothing by thousands of rounds, which cost every connection milliseconds.
_INITDB = (
    "--no-sync --no-instructions --no-data-checksums --encoding=UTF8 --locale=C --locale-provider=builtin "
    "--builtin-locale=C.UTF-8 --auth=scram-sha-256 --set=scram_iterations=1"
).split()
_ATTEMPTS = 5


class EmbeddedServer:
    """PostgreSQL 18 on a free port of the loopback interface, with a random password and empty databases.

    It starts when the object is made (about half a second) and ends with `stop`, at the end of a ``with`` block or at
    the exit of the process that made it. Its directory is removed with it.

    Raises:
        ConnectionFailed: the package is missing, or the server does not start.
    """

    def __init__(self, base: Path | str | None = None) -> None:
        self._who = binaries.account()
        binaries.installed()
        root = Path(base) if base is not None else slots.home(self._who)
        slots.sweep(root)
        self._programs = binaries.usable(root, self._who)
        self._slot = slots.take(root, self._who)
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self.database = DATABASE
        self.databases: set[str] = set()
        self._password = secrets.token_urlsafe(18)
        atexit.register(self.stop)
        try:
            self._initialise()
            self.port = self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def directory(self) -> Path:
        """Where the server keeps its files."""
        return self._slot.directory

    @property
    def conninfo(self) -> str:
        """URL of `database`, password included."""
        return self.url(self.database)

    @property
    def is_running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str) -> str:
        """URL of a database, password included."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL."""
        from datalchemy_nb.introspect.connection import connect

        with connect(self.url(DATABASE), read_only=False) as connection:
            connection.execute(f"CREATE DATABASE {quote_ident(name)}")  # type: ignore[arg-type, unused-ignore]
        self.databases.add(name)
        return self.url(name)

    def stop(self) -> None:
        """End the server and remove its directory. Does nothing the second time, or in a forked child."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            _end(process)
        self._slot.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self.is_running else "stopped"
        return f"EmbeddedServer({redact(self.conninfo)}, {state})"

    def _initialise(self) -> None:
        password_file = self.directory / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        if self._who is not None:
            os.chown(password_file, self._who.uid, self._who.gid)
        done = self._spawn(
            "initdb", "-D", str(self._data), f"--username={USER}", f"--pwfile={password_file}", *_INITDB
        ).wait()
        password_file.unlink()
        if done != 0:
            raise self._failure("initdb")

    def _start(self) -> int:
        own = {"extension_control_path": f"$system:{write_stand_ins(self.directory)}"}
        for _ in range(_ATTEMPTS):
            port = _free_port()
            settings = [part for key, value in (_SETTINGS | own).items() for part in ("-c", f"{key}={value}")]
            self._process = self._spawn("postgres", "-D", str(self._data), "-c", f"port={port}", *settings)
            if self._wait_until_ready(self._process):
                return port
            # Most likely another process took the port between our look and the server's.
        raise self._failure("postgres")

    def _wait_until_ready(self, process: subprocess.Popen[bytes], patience_s: float = 60) -> bool:
        until = time.monotonic() + patience_s
        while process.poll() is None and time.monotonic() < until:
            if self._status() == "ready":
                return True
            time.sleep(0.005)
        return False

    def _status(self) -> str:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        return lines[7].strip() if len(lines) > 7 else ""

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {"TZ": "UTC", "LC_ALL": "C", "PATH": os.defpath}
        with (self.directory / f"{program}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=environment,
                # Ctrl-C in the terminal is for us, not for the server.
                start_new_session=True,
                **(self._who.popen_arguments if self._who else {}),
            )

    def _failure(self, program: str) -> ConnectionFailed:
        log = self.directory / f"{program}.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        last = next((line for line in reversed(lines) if line.strip()), "no output")
        return ConnectionFailed(f"the embedded server did not start ({program}): {last.strip()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for how, patience_s in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        process.send_signal(how)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
