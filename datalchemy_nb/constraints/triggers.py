"""What triggers ask of inserted rows, where the text of their functions was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.contracts.schema import Check, Column, Table, Trigger, TriggerSet

_FUNCTION = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_KNOWN = frozenset(
    "now clock_timestamp statement_timestamp transaction_timestamp timezone lower upper trim btrim ltrim rtrim initcap "
    "coalesce concat concat_ws replace regexp_replace md5 to_tsvector setweight length".split()
)
_OF_ITSELF = frozenset("lower upper trim btrim ltrim rtrim initcap coalesce replace regexp_replace".split())
"""Functions by which a trigger brings a column into its form."""
_OF_OTHERS = frozenset("lower upper trim btrim replace regexp_replace lpad concat text varchar".split())
"""Functions by which a trigger makes a text of other columns."""
_ROOMY = frozenset("text timestamptz timestamp date bool tsvector jsonb".split())
_MOMENT = re.compile(
    r"(now|clock_timestamp|statement_timestamp|transaction_timestamp) \( \)|current_timestamp|current_date", re.I
)
_LITERAL = re.compile(r"'(?:[^']|'')*'|true|false|\d+", re.I)


def fired(table: Table) -> list[Trigger]:
    """Return the triggers that an inserted row fires, in their order."""
    return [one for one in sorted(table.triggers, key=lambda t: t.name) if one.enabled and "insert" in one.events]


def trigger_checks(table: Table) -> Iterator[Check]:
    """Yield as CHECKs what triggers refuse, and the form into which they bring columns that more is asked of."""
    for trigger in fired(table):
        for one in trigger.sets:
            if _is_kept(table, trigger, one):
                name = quote_ident(one.column)
                text = f"CHECK (({name} = ({one.expression})))"
                yield Check(kind="check", name=f"trigger {trigger.name} on {one.column}", expression=text)
        if trigger.is_read and not _reads_what_is_set(table, trigger):
            for number, condition in enumerate(trigger.raises):
                name = f"trigger {trigger.name}{f' {number + 1}' if number else ''}"
                yield Check(kind="check", name=name, expression=f"CHECK ((NOT ({condition})))")


def unmet_triggers(table: Table) -> Iterator[tuple[Trigger, tuple[str, ...]]]:
    """Yield the triggers that may refuse or change rows in a way that matters, with the columns they set, if read."""
    for trigger in fired(table):
        if trigger.fills or not trigger.is_read or (trigger.raises and _reads_what_is_set(table, trigger)):
            yield trigger, ()
        elif trigger.timing == "before":
            mattering = (one for one in trigger.sets if not _does_not_matter(table, one))
            changed = tuple(dict.fromkeys(one.column for one in mattering if not _is_kept(table, trigger, one)))
            if changed:
                yield trigger, changed


def _reads_what_is_set(table: Table, trigger: Trigger) -> bool:
    """Whether a trigger refuses rows by a column that one before it sets."""
    before = {
        one.column
        for other in fired(table)
        if other.name < trigger.name
        for one in other.sets
        if not _is_kept(table, other, one)
    }
    before |= {
        one.column for other in fired(table) if not other.is_read and other.timing == "before" for one in other.sets
    }
    return any(quote_ident(name) in text for name in before for text in trigger.raises)


def _is_kept(table: Table, trigger: Trigger, one: TriggerSet) -> bool:
    """Whether a trigger leaves a column as it is that is right already.

    It brings it into a form of its own (``lower(code)``), or makes a text of other columns, which is made here too.
    """
    column = table.by_name.get(one.column)
    if column is None or column.generated is not None or not trigger.is_read or trigger.timing != "before":
        return False
    if _does_not_matter(table, one):
        return False
    plain = re.sub(r"'(?:[^']|'')*'", "''", one.expression)
    functions = {name.lower() for name in _FUNCTION.findall(plain)}
    read = {name.replace('""', '"') for name in re.findall(r'"((?:[^"]|"")+)"', plain)}
    if read and one.column not in read:
        return functions <= _OF_OTHERS and _is_text(column) and all(_is_read_as_text(table, name) for name in read)
    return (
        read == {one.column}
        and bool(functions)
        and functions <= _OF_ITSELF
        and not ("coalesce" in functions and column.is_nullable)
    )


def _is_text(column: Column) -> bool:
    return column.column_type.kind == "base" and column.column_type.udt_name in ("text", "varchar")


def _is_read_as_text(table: Table, name: str) -> bool:
    column = table.by_name.get(name)
    if column is None or column.generated is not None:
        return False
    return _is_text(column) or column.column_type.udt_name in ("int2", "int4", "int8")


def _does_not_matter(table: Table, one: TriggerSet) -> bool:
    """Whether every value that is set is taken: nothing is asked of the column, and it has room for it."""
    column = table.by_name.get(one.column)
    if column is None or column.generated is not None:
        return False
    asked = [name for constraint in table.constraints for name in getattr(constraint, "columns", ())]
    asked += [key.column for index in table.indexes if index.is_unique for key in index.keys if key.column]
    texts = [check.expression for check in table.checks]
    texts += [f"{index.definition}" for index in table.indexes if index.is_unique]
    if one.column in asked or any(re.search(rf"\b{re.escape(one.column)}\b", text) for text in texts):
        return False
    if table.partition_key is not None and one.column in table.partition_key.definition:
        return False
    moment = _MOMENT.fullmatch(one.expression.strip()) is not None
    if moment:
        return column.column_type.udt_name in ("timestamptz", "timestamp", "date")
    known = all(name.lower() in _KNOWN for name in _FUNCTION.findall(re.sub(r"'(?:[^']|'')*'", "''", one.expression)))
    roomy = column.column_type.kind == "base" and column.column_type.udt_name in _ROOMY
    literal = _LITERAL.fullmatch(one.expression.strip()) is not None
    return known and roomy and (column.is_nullable or literal) and "/" not in one.expression
