"""Names of database objects, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, overload

from datalchemy_nb.errors import UsageError, did_you_mean

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_UNSAFE_IN_FILE = re.compile(r"[^\w\-]", re.UNICODE)


def quote_ident(name: str) -> str:
    """Write an identifier for SQL, always quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Write a text for SQL, in quotes."""
    return "'" + str(text).replace("'", "''") + "'"


def show_ident(name: str) -> str:
    """Write an identifier for a person: quoted only when PostgreSQL would need it."""
    return name if _PLAIN.match(name) else quote_ident(name)


def _file_part(name: str) -> str:
    return _UNSAFE_IN_FILE.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), name)


class TableRef(NamedTuple):
    """A table by schema and name; the key of every mapping from tables."""

    schema: str
    table: str

    def __str__(self) -> str:
        return f"{show_ident(self.schema)}.{show_ident(self.table)}"

    @property
    def sql(self) -> str:
        """The quoted name for SQL."""
        return f"{quote_ident(self.schema)}.{quote_ident(self.table)}"

    @property
    def file_stem(self) -> str:
        """``schema.table`` with everything a file name cannot hold percent-encoded (dots too)."""
        return f"{_file_part(self.schema)}.{_file_part(self.table)}"


@overload
def names_of(given: str | Iterable[str] | None) -> tuple[str, ...]: ...
@overload
def names_of(
    given: str | TableRef | Iterable[str | TableRef] | None,
) -> tuple[str | TableRef, ...]: ...
def names_of(given: str | TableRef | Iterable[str | TableRef] | None) -> tuple[str | TableRef, ...]:
    """Return names as given: one alone is one name, never a list of its letters; None is none."""
    if given is None:
        return ()
    return (given,) if isinstance(given, str | TableRef) else tuple(given)


def pick(name: str | TableRef, tables: Iterable[TableRef], where: str) -> TableRef:
    """Return the table that is meant: by reference, by ``schema.table``, or by its name where only one schema has it.

    Args:
        where: what the tables are of, for the message: "the schema", "the run".

    Raises:
        UsageError: there is no such table, or several.
    """
    known = list(tables)
    if isinstance(name, TableRef) and name in known:
        return name
    fits = [ref for ref in known if str(name) in (str(ref), f"{ref.schema}.{ref.table}", ref.table)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(f"{name!r} is in several schemas: {', '.join(map(str, fits))}", hint="write schema.table")
    spellings = {spelling: str(ref) for ref in known for spelling in (ref.table, str(ref))}
    raise UsageError(f"no table {str(name)!r} in {where}", hint=_closest(str(name), spellings))


def _closest(name: str, spellings: dict[str, str]) -> str | None:
    """``did you mean schema.table?``, also where only the table's own name is close."""
    hint = did_you_mean(name, spellings)
    close = next((full for spelling, full in spellings.items() if hint == f"did you mean {spelling!r}?"), None)
    return f"did you mean {close!r}?" if close else None
