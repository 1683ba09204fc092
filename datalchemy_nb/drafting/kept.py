"""Lookup tables that hold their real rows: a draft keeps them, and lets others point at them.

Countries, roles, settings, and what frameworks note of their migrations: tables that are small, not empty, and referred
to. Only rows are counted; what is in them is not read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.words import split_words

MOST_ROWS = 500
"""A table with more is none that is looked things up in."""
_OF_PEOPLE = frozenset(
    {"pii.email", "pii.cpf", "pii.rg", "pii.document", "pii.phone", "pii.birth", "pii.payment", "pii.secret"}
)
_BOOKKEEPING = frozenset(
    "django_migrations django_content_type schema_migrations ar_internal_metadata alembic_version migrations "
    "knex_migrations knex_migrations_lock _prisma_migrations flyway_schema_history databasechangelog "
    "databasechangeloglock goose_db_version __efmigrationshistory sequelizemeta typeorm_metadata "
    "doctrine_migration_versions phinxlog schema_version migration_versions".split()
)
_SETTINGS = frozenset(
    "setting settings configuration configurations config option options parameter parameters preference preferences "
    "configuracao configuracoes parametro parametros opcao opcoes".split()
)


def askable(schema: DatabaseSchema, refs: Collection[TableRef]) -> tuple[TableRef, ...]:
    """Return the tables whose rows it is worth counting: those that others refer to, and those known by their names."""
    referred = _referring(schema, refs)
    return tuple(ref for ref in refs if referred.get(ref) or _named(ref))


def kept(schema: DatabaseSchema, refs: Collection[TableRef], counts: Mapping[TableRef, int]) -> dict[TableRef, str]:
    """Return the tables whose rows are kept, with the evidence.

    A table of people is none, nor one that refers to tables which are made: its rows belong to theirs.

    Args:
        schema: the schema.
        refs: the tables of the draft.
        counts: rows of tables, as far as they were counted; `MOST_ROWS` + 1 stands for more than that.
    """
    referred = _referring(schema, refs)
    found: dict[TableRef, str] = {}
    for ref in refs:
        if not 0 < counts.get(ref, 0) <= MOST_ROWS:
            continue
        if any(pii_tag(column.name) in _OF_PEOPLE for column in schema.tables[ref].columns):
            continue
        rows = _holds(counts[ref])
        tables = len(referred.get(ref, ()))
        if tables:
            found[ref] = f"{rows}, and {tables} table{'s refer' if tables > 1 else ' refers'} to it"
        elif _named(ref):
            found[ref] = f"{rows}, and its name is that of settings or of what a framework notes"
    while lost := [ref for ref in found if not _targets(schema, ref) <= found.keys()]:
        found = {ref: why for ref, why in found.items() if ref not in lost}
    return found


def appended(refs: Collection[TableRef], counts: Mapping[TableRef, int]) -> dict[TableRef, str]:
    """Return the tables that hold rows, with the evidence: those beside which rows are added.

    Args:
        refs: the tables of the draft that are not kept.
        counts: as for `kept`.
    """
    return {ref: _holds(counts[ref]) for ref in refs if counts.get(ref)}


def _holds(rows: int) -> str:
    if rows > MOST_ROWS:
        return f"it holds more than {MOST_ROWS} rows"
    return f"it holds {rows} row{'s' if rows > 1 else ''}"


def _named(ref: TableRef) -> bool:
    name = ref.table.lower()
    return name in _BOOKKEEPING or bool((parts := split_words(name)) and parts[-1] in _SETTINGS)


def _targets(schema: DatabaseSchema, ref: TableRef) -> set[TableRef]:
    return {partition_root(key.target, schema) for key in schema.tables[ref].foreign_keys} - {ref}


def _referring(schema: DatabaseSchema, refs: Collection[TableRef]) -> dict[TableRef, set[TableRef]]:
    found: dict[TableRef, set[TableRef]] = {}
    for ref in refs:
        for target in _targets(schema, ref):
            found.setdefault(target, set()).add(ref)
    return found
