"""Installing an application outside the project, and letting its migrations, or its schema files, make its schema."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.scratch.ddl import apply_files

RECIPES = Path(__file__).with_name("applications.toml")
_TIMEOUT_S = 1800
_NOT_INHERITED = ("DATABASE_URL", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")


class RecipeFailed(Exception):
    """An application cannot be installed or migrated here; the last lines of its log say why."""


@dataclass(frozen=True)
class Application:
    """How one application gets its schema.

    Attributes:
        packages: pinned requirements.
        repository: ``owner/name`` of a public repository with schema files, instead of packages.
        commit: of the repository.
        sql: files in it, or patterns of them, in order; those of a pattern in the order of their names.
        skip: patterns of names that are left out.
        replace: placeholders in the files, and what stands for them.
        search_path: of the database.
        dialect: where ``x.up.sql`` stands beside ``x.DIALECT.up.sql``, the latter counts.
        after: SQL run in the end.
        until: where each file ends: before what takes it back.
        needs: ``icu``, or an extension without which there is no schema; ``TEST_DATABASE_URL`` names a server that
            has it.
        files: text files its commands need, by relative path.
        environ: variables of its commands; ``{url}``, ``{host}``, ``{port}``, ``{user}``, ``{password}``,
            ``{database}`` and ``{work}`` are filled in, as in the commands.
        before: SQL run in the empty database.
        commands: the migrations.
    """

    name: str
    title: str
    kind: str
    packages: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    repository: str = ""
    commit: str = ""
    sql: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    search_path: str = ""
    needs: str = ""
    dialect: str = ""
    after: tuple[str, ...] = ()
    until: str = ""

    @property
    def version(self) -> str:
        """The first package's pinned version, or the commit."""
        if self.repository:
            return self.commit[:7]
        return self.packages[0].partition("==")[2]

    @property
    def digest(self) -> str:
        """Short hash of the recipe."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:8]

    @property
    def database(self) -> str:
        """Name of the database its migrations run in."""
        return f"compat_{self.name.replace('-', '_')}_{self.digest}"


def applications() -> dict[str, Application]:
    """Read every recipe, in the order of the file."""
    found = tomllib.loads(RECIPES.read_text(encoding="utf-8"))["application"]
    return {item["name"]: _application(item) for item in found}


def _application(item: Mapping[str, object]) -> Application:
    lists = {key: tuple(value) for key, value in item.items() if isinstance(value, list)}
    if "commands" in lists:
        lists["commands"] = tuple(tuple(command) for command in lists["commands"])
    return Application(**{**item, **lists})  # type: ignore[arg-type]


def home() -> Path:
    """Where environments, logs and results are kept: outside the project."""
    chosen = os.environ.get("DATALCHEMY_HOME")
    cache = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "datalchemy"
    return cache.expanduser().absolute() / "compat"


def install(app: Application) -> Path:
    """Return the directory with the application's own environment; packages are installed once per set of pins.

    Raises:
        RecipeFailed: pip refused.
    """
    place = home() / app.name
    marker, pins = place / "installed.txt", "\n".join(app.packages)
    if marker.is_file() and marker.read_text() == pins:
        return place
    place.mkdir(parents=True, exist_ok=True)
    log = place / "install.log"
    if not (place / "venv").is_dir():
        _run([sys.executable, "-m", "venv", str(place / "venv")], log, dict(os.environ), place)
    pip = [str(place / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--prefer-binary", *app.packages]
    _run(pip, log, dict(os.environ), place)
    marker.write_text(pins)
    return place


def migrate(app: Application, url: str) -> None:
    """Run the application's migrations on an empty database.

    Raises:
        RecipeFailed: a command failed.
    """
    place = install(app) if app.packages else home() / app.name
    work = place / "work"
    work.mkdir(parents=True, exist_ok=True)
    given = conninfo_to_dict(url)
    known = {
        "url": url,
        "host": given["host"],
        "port": given["port"],
        "user": given["user"],
        "password": given["password"],
        "database": given["dbname"],
        "work": str(work),
        "sqlalchemy": url.replace("postgresql://", "postgresql+psycopg2://", 1),
        "asyncpg": url.replace("postgresql://", "postgresql+asyncpg://", 1),
    }
    with psycopg.connect(url, autocommit=True) as connection:
        asked = "SELECT FROM pg_available_extensions WHERE name = %s"
        if app.needs == "icu":
            asked = "SELECT FROM pg_collation WHERE collprovider = 'i' AND %s <> ''"
        if app.needs and connection.execute(asked, [app.needs]).fetchone() is None:
            raise RecipeFailed(f"it needs {app.needs}, which this server has not; name one in TEST_DATABASE_URL")
        for statement in app.before:
            connection.execute(statement.encode())
        if app.search_path:
            connection.execute(f'ALTER DATABASE "{given["dbname"]}" SET search_path TO {app.search_path}'.encode())
    if app.repository:
        _run_files(app, url, work / "sql")
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in app.after:
                connection.execute(statement.encode())
    for name, text in app.files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_fill(text, known), encoding="utf-8")
    environ = {key: value for key, value in os.environ.items() if key not in _NOT_INHERITED and key[:2] != "PG"}
    environ |= {"HOME": str(work), "PATH": f"{place / 'venv/bin'}:{os.environ['PATH']}"}
    environ |= {f"DB_{key.upper()}": str(value) for key, value in known.items()}
    environ |= {key: _fill(value, known) for key, value in app.environ.items()}
    log = place / "migrate.log"
    log.unlink(missing_ok=True)
    for command in app.commands:
        _run([_fill(part, known) for part in command], log, environ, work)


def _run_files(app: Application, url: str, place: Path) -> None:
    """Run a repository's schema files as `introspect --ddl` does: without rows, owners and rights."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    repository = _repository(app)
    files: list[Path] = []
    names = _git(repository, "ls-tree", "-r", "--name-only", app.commit).decode().splitlines()
    for pattern in app.sql:
        fits = [name for name in names if fnmatch.fnmatch(name, pattern)]
        for name in sorted(fits, key=lambda name: name.replace("-", "")):
            if any(fnmatch.fnmatch(name, skipped) for skipped in app.skip):
                continue
            if app.dialect and name.replace(".up.sql", f".{app.dialect}.up.sql") in fits:
                continue
            text = _git(repository, "show", f"{app.commit}:{name}").decode("utf-8-sig")
            if app.until:
                text = text.partition(app.until)[0]
            for placeholder, meant in app.replace.items():
                text = text.replace(placeholder, meant)
            files.append(place / f"{len(files):04d}_{Path(name).name}")
            files[-1].write_text(text, encoding="utf-8")
    if not files:
        raise RecipeFailed(f"{app.repository} has no file {app.sql}")
    try:
        apply_files(url, files)
    except DatalchemyError as error:
        raise RecipeFailed(str(error)) from None


def _repository(app: Application) -> Path:
    """A clone, kept; files are fetched when they are read."""
    place = home() / "sources" / app.repository.replace("/", "+")
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        address = f"https://github.com/{app.repository}.git"
        _run(
            ["git", "clone", "--quiet", "--bare", "--filter=blob:none", address, str(place)],
            home() / "git.log",
            dict(os.environ),
            Path.cwd(),
        )
    return place


def _git(repository: Path, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(repository), *words], capture_output=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        raise RecipeFailed(done.stderr.decode(errors="replace").strip()[:300])
    return done.stdout


def _fill(text: str, known: Mapping[str, object]) -> str:
    for key, value in known.items():
        text = text.replace(f"{{{key}}}", str(value))
    return text


def _run(command: list[str], log: Path, environ: Mapping[str, str], directory: Path) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environ),
            cwd=directory,
            timeout=_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise RecipeFailed(f"{Path(command[0]).name} {' '.join(command[1:4])}: {' | '.join(last)}")
