"""Names of database objects, and how they are written."""

from __future__ import annotations

import re
from typing import NamedTuple

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_UNSAFE_IN_FILE = re.compile(r"[^\w\-]", re.UNICODE)


def quote_ident(name: str) -> str:
    """Write an identifier for SQL, always quoted."""
    return '"' + name.replace('"', '""') + '"'


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
