"""Schema files applied to a database that is made for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from pathlib import Path

import psycopg
from psycopg import sql

from datalchemy_nb.errors import ContractError, IntrospectionError, brief
from datalchemy_nb.introspect.connection import Connection, connect
from datalchemy_nb.records import dataclass
from datalchemy_nb.scratch.statements import Statement, statements


def _each(words: str) -> frozenset[tuple[str, ...]]:
    return frozenset((word,) for word in words.split())


_ROWS = _each("INSERT COPY")
_TRANSACTION = _each("BEGIN COMMIT END ROLLBACK START SAVEPOINT RELEASE")
_RIGHTS = _each("GRANT REVOKE SECURITY")
_ROLES = frozenset({("ALTER", "DEFAULT"), ("SET", "ROLE"), ("SET", "SESSION")})
_WHOLE_SERVER = _each("DATABASE ROLE USER TABLESPACE SUBSCRIPTION")
_ABOUT_EXTENSION = ("COMMENT", "ON", "EXTENSION")
_QUIET = frozenset({"\\restrict", "\\unrestrict", "\\echo", "\\set", "\\timing", "\\pset"})
_ROLE = re.compile(r'role "(.+)" does not exist')
_SETTING = re.compile(r"unrecognized configuration parameter")
_OWNER = re.compile(r"\bOWNER\s+TO\s+\S+\s*\Z", re.IGNORECASE)
_ENCODING = re.compile(r"SET\s+client_encoding\s*(?:=|TO)\s*'?(\w+)", re.IGNORECASE)
_SHOWN = 70
_TOLD = 10
_ONE = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_REFERENCE = (
    rf"\bREFERENCES\s+(?P<target>{_ONE}(?:\s*\.\s*{_ONE})*)(?:\s*\([^()]*\))?(?:\s+(?:MATCH\s+\w+|ON\s+(?:DELETE|UPDATE)\s+"
    r"(?:CASCADE|RESTRICT|NO\s+ACTION|SET\s+(?:NULL|DEFAULT)(?:\s*\([^()]*\))?)|(?:NOT\s+)?DEFERRABLE|INITIALLY\s+\w+))*"
)
_KEY = re.compile(rf",\s*(?:CONSTRAINT\s+{_ONE}\s+)?FOREIGN\s+KEY\s*\([^()]*\)\s*{_REFERENCE}", re.IGNORECASE)
_OF_COLUMN = re.compile(rf"(?:\bCONSTRAINT\s+{_ONE}\s+)?{_REFERENCE}", re.IGNORECASE)
_MADE = re.compile(
    rf"CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({_ONE}(?:\s*\.\s*{_ONE})*)", re.IGNORECASE
)
_MISSING = re.compile(r'(?:relation|schema|function|type|operator class) "?([^"()]+)"?')
_OF_EXTENSION = {
    "uuid_generate_v4": "uuid-ossp", "uuid_generate_v1": "uuid-ossp", "uuid_generate_v1mc": "uuid-ossp",
    "gen_random_bytes": "pgcrypto", "digest": "pgcrypto", "hmac": "pgcrypto", "crypt": "pgcrypto",
    "gen_salt": "pgcrypto", "citext": "citext", "hstore": "hstore", "ltree": "ltree", "cube": "cube", "isbn": "isn",
    "vector": "vector", "halfvec": "vector", "gin_trgm_ops": "pg_trgm", "gist_trgm_ops": "pg_trgm",
    "unaccent": "unaccent", "gist__int_ops": "intarray",
}  # fmt: skip
"""What files use of extensions that many a server has from the start."""
_LACKING = ("0A000", "58P01", "22023")
"""What PostgreSQL says of an extension that is not there, by version."""


@dataclass
class Applied:
    """What became of the files.

    Attributes:
        statements: how many were run.
        extensions: that the server lacks, by name; they were left out.
        left_out: what else was not run, with how often.
        tables: how many were made.
        made: extensions that the files use and do not make.
        refused: by what the server said, how many statements it refused, and the first of them.
    """

    statements: int = 0
    extensions: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    made: list[str] = field(default_factory=list)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """The same for a person, a line each."""
        lines = [f"left out: extension {name}, which this server lacks" for name in self.extensions]
        lines += [f"left out: {count:,} {what}" for what, count in self.left_out.items()]
        lines += [f"made: extension {name}, which the files use and do not make" for name in self.made]
        told = [
            f"left out: {count:,} statement{'' if count == 1 else 's'} that the server refused: {why} ({first})"
            for why, (count, first) in self.refused.items()
        ]
        more = len(told) - _TOLD
        return (
            *lines,
            *told[:_TOLD],
            *([f"left out: statements refused for {more:,} other reasons"] if more > 0 else ()),
        )


def schema_files(places: Iterable[Path | str]) -> list[Path]:
    """Return the files that are meant, in order; a directory stands for the ``*.sql`` in it, numbers by their value.

    Raises:
        ContractError: a place does not exist, or a directory holds no such file.
    """
    found: list[Path] = []
    for place in map(Path, places):
        try:
            place.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ContractError(
                f"{brief(str(place), 200)}: {reason[:1].lower()}{reason[1:]}",
                hint="name a file of SQL, or a directory of them",
            ) from None
        if place.is_dir():
            inside = sorted(place.glob("*.sql"), key=_by_number)
            if not inside:
                raise ContractError(f"{place}: no .sql file in this directory", hint="name the files")
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise ContractError(f"{place}: no such file", hint="name a file of SQL, or a directory of them")
    return found


def apply_files(url: str, files: Sequence[Path], *, admin_url: str | None = None, go_on: bool = False) -> Applied:
    """Run the statements of schema files, one by one, in an empty database.

    Rows (INSERT, COPY), owners, rights and statements about the whole server are left out and counted. Extensions that
    the server lacks are left out and named. Roles that do not exist are made, without a login.

    Args:
        url: the database; its role should be no superuser.
        files: run in this order, each with settings of its own.
        admin_url: of a role that may make extensions and roles; None = that of `url`.
        go_on: what the server refuses is tried again after the last file. A reference to a table that the files do not
            make is taken off its column then, and an extension that they use and do not make is made. What is refused
            even so is left out and named, unless no table is left.

    Raises:
        ContractError: a file cannot be read.
        IntrospectionError: the server refused a statement; says file, line and why.
    """
    applied = Applied()
    with connect(url, read_only=False) as connection, connect(admin_url or url, read_only=False) as admin:
        runner = _Runner(connection, admin, applied)
        for file in files:
            connection.execute("RESET ALL")
            for statement in statements(_text(file), str(file)):
                runner.run(statement, str(file), go_on=go_on)
        runner.once_more()
    return applied


@dataclass(frozen=True)
class _Refused:
    """A statement that was refused, and under which search path."""

    statement: Statement
    file: str
    path: str
    why: _ServerRefusedError


@dataclass
class _Runner:
    connection: Connection
    admin: Connection
    applied: Applied
    refused: list[_Refused] = field(default_factory=list)

    def run(self, statement: Statement, file: str, *, go_on: bool) -> None:
        path = self._path() if go_on else ""
        try:
            self._run(statement, file)
        except _ServerRefusedError as refused:
            if not go_on:
                raise refused.error from None
            self.refused.append(_Refused(statement, file, path, refused))

    def once_more(self) -> None:
        """Try again what was refused until nothing more is taken; then mend it, and name what is left."""
        while self.refused:
            before = self.refused
            self.refused = []
            for one in before:
                self._again(one, one.statement)
            if len(self.refused) == len(before) and not self._mend():
                break
        if self.refused and not self.applied.tables:
            raise self.refused[0].why.error
        for one in self.refused:
            count, first = self.applied.refused.get(one.why.told, (0, one.why.place))
            self.applied.refused[one.why.told] = count + 1, first

    def _again(self, one: _Refused, statement: Statement) -> bool:
        self.connection.execute("SELECT set_config('search_path', %s, false)", [one.path])
        kept = len(self.refused)
        self.run(statement, one.file, go_on=True)
        return len(self.refused) == kept

    def _mend(self) -> bool:
        """Do without what the files do not make; return whether it helped."""
        left, self.refused = self.refused, []
        awaited = {name for one in left if (name := _table_of(one.statement.text))}
        helped = False
        for one in left:
            found = _MISSING.search(one.why.told)
            missing = found[1] if found is not None else ""
            extension = _OF_EXTENSION.get(missing.rpartition(".")[2])
            if one.why.state in ("42883", "42704") and extension is not None and extension not in self.applied.made:
                helped |= self._make_extension(extension)
            elif one.why.state in ("42P01", "3F000") and missing.rpartition(".")[2] not in awaited:
                helped |= self._do_without(one, missing)
                continue
            self.refused.append(one)
        if helped or not awaited:
            return helped
        # What is left waits for each other: the first reference of a circle goes.
        for one in list(self.refused):
            found = _MISSING.search(one.why.told)
            if found is not None and one.why.state == "42P01" and _table_of(one.statement.text):
                self.refused.remove(one)
                if self._do_without(one, found[1], "which waits for that table itself"):
                    return True
        return False

    def _do_without(self, one: _Refused, missing: str, why: str = "which the files do not make") -> bool:
        """Run a statement without its references to what is missing; what is refused even so stays refused."""
        text, targets = _without(one.statement.text, missing)
        if targets and self._again(one, replace(one.statement, text=text)):
            for target in targets:
                self.applied.left_out[f"references to {target}, {why}"] += 1
            return True
        if targets:
            self.refused.pop()
        self.refused.append(one)
        return False

    def _make_extension(self, name: str) -> bool:
        try:
            self.admin.execute("SELECT set_config('search_path', 'public', false)")
            self.admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
        except psycopg.Error:
            return False
        self.applied.made.append(name)
        return True

    def _path(self) -> str:
        row = self.connection.execute("SELECT current_setting('search_path')").fetchone()
        return str(row[0]) if row else ""

    def _run(self, statement: Statement, file: str) -> None:
        reason = _not_run(statement)
        if reason is not None:
            if reason:
                self.applied.left_out[reason] += 1
            return
        if statement.words[:2] == ("CREATE", "EXTENSION"):
            self._extension(statement, file)
            return
        for _ in range(9):
            try:
                self.connection.execute(statement.text.encode())
            except psycopg.Error as error:
                told = error.diag.message_primary or str(error)
                role = _ROLE.search(told) if error.sqlstate == "42704" else None
                if role is not None:
                    self._make_role(role[1])
                    continue
                if statement.words[:1] == ("SET",) and _SETTING.search(told):
                    self.applied.left_out["statements that set what this version does not know"] += 1
                    return
                raise self._refused(statement, file, error) from None
            self.applied.statements += 1
            self.applied.tables += statement.words[:1] == ("CREATE",) and "TABLE" in statement.words[1:4]
            return

    def _extension(self, statement: Statement, file: str) -> None:
        name = _extension_name(statement.text)
        try:
            # Its schema is looked for, and made, where the file's other statements would.
            path = self.connection.execute("SELECT current_setting('search_path')").fetchone()
            self.admin.execute("SELECT set_config('search_path', %s, false)", path)
            self.admin.execute(statement.text.encode())
        except psycopg.Error as error:
            if error.sqlstate in _LACKING and name.lower() in (error.diag.message_primary or "").lower():
                self.applied.extensions.append(name)
                return
            raise self._refused(statement, file, error) from None
        self.applied.statements += 1

    def _make_role(self, name: str) -> None:
        role, own = sql.Identifier(name), sql.Identifier(self.connection.info.user)
        self.admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        if self.admin.info.user != self.connection.info.user:
            self.admin.execute(sql.SQL("GRANT {} TO {}").format(role, own))

    def _refused(self, statement: Statement, file: str, error: psycopg.Error) -> _ServerRefusedError:
        line = statement.line
        position = error.diag.statement_position
        if position is not None and position.isdigit():
            line += statement.text.count("\n", 0, int(position) - 1)
        head = " ".join(statement.text.split())
        head = head if len(head) <= _SHOWN else f"{head[: _SHOWN - 1]}…"
        told = error.diag.message_primary or type(error).__name__
        raised = IntrospectionError(f"{file}:{line}: {told} ({head})", hint=self._hint(error))
        return _ServerRefusedError(raised, told, error.sqlstate or "", f"{file}:{line}: {head}")

    def _hint(self, error: psycopg.Error) -> str:
        if self.applied.extensions:
            return f"{', '.join(self.applied.extensions)} is not in this server: introspect a running one that has it"
        if error.sqlstate == "42501":
            return "files are run without a superuser's rights; introspect a running database instead"
        if error.sqlstate in ("42P01", "3F000", "42704", "42883"):
            return "files are run in the order they are named; is one missing before this?"
        return error.diag.message_hint or "the file must be PostgreSQL's own SQL, as pg_dump --schema-only writes it"


class _ServerRefusedError(Exception):
    """The server refused a statement: the error to raise, what it said, with which code, and of which statement."""

    def __init__(self, error: IntrospectionError, told: str, state: str, place: str) -> None:
        super().__init__(told)
        self.error, self.told, self.state, self.place = error, told, state, place


def _table_of(text: str) -> str:
    """The table that a statement makes, without its schema; empty for any other statement."""
    found = _MADE.match(text)
    return re.sub(r"\s+|\"", "", found[1]).rpartition(".")[2].lower() if found is not None else ""


def _without(text: str, missing: str) -> tuple[str, list[str]]:
    """A statement without its references to a table, or to those of a schema, and the tables they were to."""
    targets: list[str] = []

    def taken(found: re.Match[str]) -> str:
        target = re.sub(r'\s+|"', "", found["target"])
        if target.lower() != missing.lower() and not target.lower().startswith(f"{missing.lower()}."):
            return found[0]
        targets.append(target)
        return ""

    text = _KEY.sub(taken, text)
    return _OF_COLUMN.sub(taken, text), targets


def _not_run(statement: Statement) -> str | None:
    """Why a statement is not run; empty where that need not be told."""
    words, first = statement.words, statement.words[:1]
    if statement.text.startswith("\\"):
        command = statement.text.split()[0]
        return "" if command in _QUIET else f"psql command ({command})"
    if statement.is_data or first in _ROWS:
        return "statements with rows"
    if first in _RIGHTS or words[:2] in _ROLES or (first == ("ALTER",) and _OWNER.search(statement.text)):
        return "statements about owners and rights"
    if first in (("CREATE",), ("DROP",), ("ALTER",)) and words[1:2] in _WHOLE_SERVER:
        return f"statement about the server ({' '.join(words[:2])})"
    quiet = first in _TRANSACTION or words[:2] == ("SET", "CLIENT_ENCODING") or words[:3] == _ABOUT_EXTENSION
    return "" if quiet else None


def _extension_name(text: str) -> str:
    found = re.match(r'CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"([^"]+)"|([\w-]+))', text, re.IGNORECASE)
    return (found[1] or found[2]) if found else "?"


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ContractError(f"{file}: {error.strerror or error}") from None
    named = _ENCODING.search(data[:4096].decode("ascii", errors="replace"))
    for encoding in ("utf-8-sig", *([named[1]] if named else ())):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise ContractError(f"{file}: not UTF-8", hint="write it in UTF-8, or SET client_encoding in its first lines")


def _by_number(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
