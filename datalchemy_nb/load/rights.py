"""What a role must be allowed before the first row is sent, as the statements that allow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.errors import LoadError
from datalchemy_nb.load.target import LoadTarget, TargetKey, TargetTable
from datalchemy_nb.records import dataclass

_NAMED = 5
"""Tables that a message names."""


@dataclass
class Missing:
    """Rights that a role has not.

    Attributes:
        role: who wants to load.
    """

    role: str
    _objects: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _roles: dict[str, None] = field(default_factory=dict)
    _tables: dict[str, None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._objects or self._roles)

    def grant(self, privilege: str, kind: str, name: str, table: TableRef | None = None) -> None:
        """Note a privilege on a table, schema or sequence."""
        names = self._objects.setdefault((privilege, kind), [])
        if name not in names:
            names.append(name)
        if table is not None:
            self._tables[str(table)] = None

    def membership(self, owner: str, table: TableRef) -> None:
        """Note that only the owner of a table may do it."""
        self._roles[owner] = None
        self._tables[str(table)] = None

    @property
    def statements(self) -> tuple[str, ...]:
        """``GRANT ...;``, one for each privilege."""
        to = f"TO {show_ident(self.role)};"
        return (
            *(f"GRANT {show_ident(owner)} {to}" for owner in self._roles),
            *(f"GRANT {what} ON {kind} {', '.join(names)} {to}" for (what, kind), names in self._objects.items()),
        )

    def refuse(self, verb: str = "load into") -> None:
        """Stop, if anything is missing.

        Raises:
            LoadError: with the statements as its hint.
        """
        if not self:
            return
        named = list(self._tables)
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise LoadError(
            f"{show_ident(self.role)} may not {verb} {', '.join(named[:_NAMED])}{more}; nothing was sent",
            hint=f"let an owner run: {' '.join(self.statements)}",
        )


def missing_rights(
    target: LoadTarget,
    tables: Sequence[TargetTable],
    *,
    against: Iterable[TargetKey] = (),
    emptied: Iterable[Mapping[str, Any]] = (),
    disable_triggers: bool = False,
) -> tuple[Missing, Missing]:
    """Return what copying rows needs and the role has not, and what a commit needs besides.

    Args:
        target: where the rows go.
        tables: to be loaded.
        against: foreign keys that are dropped and made again because they go in a circle.
        emptied: everything that is truncated.
        disable_triggers: user triggers are switched off meanwhile.
    """
    emptied_oids = {row["oid"] for row in emptied}
    sent = [(table.oid, name) for table in tables for name in table.rows.columns]
    rows = target.rows(
        "load_rights",
        relations=sorted({table.oid for table in tables} | emptied_oids),
        of=[oid for oid, _ in sent],
        columns=[name for _, name in sent],
    )
    facts = {row["oid"]: row for row in rows}
    now, commit = Missing(target.role), Missing(target.role)
    altered = {key.table for key in against}
    for table in tables:
        _inserting(now, table, facts[table.oid])
        row = facts[table.oid]
        triggers = disable_triggers and target.triggers([table])
        if (triggers or table.ref in altered) and not row["owned"]:
            now.membership(row["owner"], table.ref)
    for oid in sorted(emptied_oids):
        if not facts[oid]["may_truncate"]:
            ref = _ref(facts[oid])
            now.grant("TRUNCATE", "TABLE", str(ref), ref)
    _sequences(now, commit, tables, target.sequences(tables))
    return now, commit


def _inserting(now: Missing, table: TargetTable, row: Mapping[str, Any]) -> None:
    ref = _ref(row)
    if not row["may_enter"]:
        now.grant("USAGE", "SCHEMA", show_ident(ref.schema), ref)
    if row["row_security"]:
        # COPY does not work under row level security.
        now.membership(row["owner"], ref)
    elif row["not_insertable"]:
        columns = ", ".join(map(show_ident, row["not_insertable"])) if row["may_insert_some"] else ""
        now.grant(f"INSERT ({columns})" if columns else "INSERT", "TABLE", str(ref), ref)


def _sequences(
    now: Missing, commit: Missing, tables: Sequence[TargetTable], sequences: Iterable[Mapping[str, Any]]
) -> None:
    by_oid = {table.oid: table for table in tables}
    for row in sequences:
        table, name = by_oid[row["relation"]], str(TableRef(row["schema"], row["name"]))
        if row["column"] not in table.rows.columns:
            if row["by_default"] and not row["may_draw"]:
                now.grant("USAGE", "SEQUENCE", name, table.ref)
            continue
        if not row["may_look"]:
            commit.grant(f"SELECT ({show_ident(row['column'])})", "TABLE", str(table.ref), table.ref)
        lacks = [right for right, has in (("SELECT", row["may_read"]), ("UPDATE", row["may_set"])) if not has]
        if lacks:
            commit.grant(", ".join(lacks), "SEQUENCE", name, table.ref)


def _ref(row: Mapping[str, Any]) -> TableRef:
    return TableRef(row["schema"], row["name"])
