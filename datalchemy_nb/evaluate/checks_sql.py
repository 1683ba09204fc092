"""Translates a PostgreSQL CHECK expression, index expression or predicate into DuckDB SQL that means the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types

from datalchemy_nb import sandbox
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.contracts.pg_types import of_citext
from datalchemy_nb.contracts.schema import SqlFunction
from datalchemy_nb.evaluate import clock, rewrites
from datalchemy_nb.evaluate.inline import inline_functions
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported

_DEPTH = 8
_SUFFIX = re.compile(r"(\s|NO INHERIT|NOT VALID|NOT ENFORCED)*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operand:
    """What a column name stands for.

    Attributes:
        sql: name of the column in DuckDB; None for a generated column that the file does not hold.
        sql_type: its DuckDB type.
        family: its reading's family.
        nocase: whether comparisons ignore case; a cast would make them heed it again.
        expression: PostgreSQL expression of a generated column.
    """

    sql: str | None
    sql_type: str = "VARCHAR"
    family: str = "text"
    nocase: bool = False
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Translated:
    """A DuckDB expression and the PostgreSQL columns it reads, in order of appearance."""

    sql: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class _Asked:
    """What a translation asks of the operands, missing ones included."""

    operands: Mapping[str, Operand]
    found: dict[str, Operand | None] = field(default_factory=dict)

    def operand(self, name: str) -> Operand | None:
        self.found[name] = self.operands.get(name)
        return self.found[name]


@dataclass(slots=True)
class Memory:
    """Translations by text, each with the operands that it read: many tables have CHECKs that are alike."""

    _known: dict[str, list[tuple[Mapping[str, Operand | None], Translated]]] = field(default_factory=dict)

    def recall(self, text: str, operands: Mapping[str, Operand]) -> Translated | None:
        """The translation of a text, if it was made before with operands like these."""
        for asked, translated in self._known.get(text, ()):
            if all(operands.get(name) == operand for name, operand in asked.items()):
                return translated
        return None

    def keep(self, text: str, asked: Mapping[str, Operand | None], translated: Translated) -> None:
        """Remember a translation."""
        self._known.setdefault(text, []).append((asked, translated))


@dataclass(frozen=True, slots=True)
class Translator:
    """Turns expressions over one table's columns into DuckDB SQL.

    Attributes:
        operands: columns by PostgreSQL name (``value`` in a domain's checks).
        today: what CURRENT_DATE means; now() is its first instant in UTC.
        functions: SQL-language functions that may be written out in place.
        memory: what was translated before with the same types, date and functions.
    """

    operands: Mapping[str, Operand]
    types: TypeBook
    today: dt.date
    functions: tuple[SqlFunction, ...] = ()
    memory: Memory | None = None

    def translate(self, text: str) -> Translated:
        """Translate an expression, or the whole text of pg_get_constraintdef.

        Raises:
            Unsupported: it cannot be parsed, may not run, reads unknown columns, or DuckDB could give it another
                meaning.
        """
        asked = _Asked(self.operands)
        if self.memory is not None and (known := self.memory.recall(text, self.operands)) is not None:
            return known
        try:
            translated = self._translated(text, asked)
        except RecursionError:
            raise Unsupported("it is nested too deep") from None
        if self.memory is not None:
            self.memory.keep(text, asked.found, translated)
        return translated

    def _translated(self, text: str, asked: _Asked) -> Translated:
        tree = self._tree(text, _DEPTH, asked)
        names = tuple(dict.fromkeys(str(c.meta["pg"]) for c in tree.find_all(exp.Column) if "pg" in c.meta))
        tree = annotate_types(tree, dialect="postgres")
        for rewrite in rewrites.RULES:
            tree = rewrite(tree, self.types)
        reason = sandbox.refusal(tree)
        if reason is not None:
            raise Unsupported(reason)
        try:
            sql = tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)
        except SqlglotError as error:
            raise Unsupported(str(error).splitlines()[0]) from None
        return Translated(f"({sql})", names)

    def _tree(self, text: str, depth: int, asked: _Asked) -> exp.Expr:
        if depth == 0:
            raise Unsupported("expressions nested too deep")
        tree = inline_functions(parse(text), self.functions)
        tree = clock.today(exp.Paren(this=tree), self.today)
        for column in list(tree.find_all(exp.Column)):
            column.replace(self._operand(column, depth, asked))
        return tree

    def _operand(self, column: exp.Column, depth: int, asked: _Asked) -> exp.Expr:
        if not isinstance(column.this, exp.Identifier):
            raise Unsupported("a whole-row reference")
        name = column.name if column.this.quoted else column.name.lower()
        operand = asked.operand(name)
        if operand is None:
            raise Unsupported(f"column {show_ident(name)} is not in the file")
        if operand.sql is None:
            return exp.Paren(this=self._tree(operand.expression or "", depth - 1, asked))
        if not _is_known(operand.family, column):
            raise Unsupported(f"the type of {show_ident(name)} has no counterpart here")
        found = exp.column(operand.sql)
        found.meta["pg"] = name
        if operand.nocase or operand.family in ("enum", "exact", "opaque", "list"):
            return found
        return exp.Paren(this=exp.Cast(this=found, to=_type(operand.sql_type).copy()))


@lru_cache(maxsize=256)
def _type(sql_type: str) -> exp.DataType:
    return exp.DataType.build(sql_type, dialect="duckdb")


def parse(text: str) -> exp.Expr:
    """Parse an expression, with or without ``CHECK ( ... ) NOT VALID`` around it.

    Raises:
        Unsupported: sqlglot cannot parse it.
    """
    if len(text) > sandbox.LONGEST_TEXT:
        raise Unsupported(f"it is longer than {sandbox.LONGEST_TEXT:,} characters")
    text = of_citext(text)
    try:
        tokens = sqlglot.tokenize(text, read="postgres")
        if tokens and tokens[0].text.upper() == "CHECK":
            depth = 0
            for token in tokens[1:]:
                depth += (token.text == "(") - (token.text == ")") if token.token_type.name.endswith("PAREN") else 0
                if depth == 0:
                    if not _SUFFIX.match(text, token.end + 1):
                        raise Unsupported("more than a CHECK is written there")
                    text = text[tokens[1].start : token.end + 1]
                    break
        return sqlglot.parse_one(text, read="postgres")
    except SqlglotError as error:
        raise Unsupported(f"not parsed: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise Unsupported("it is nested too deep") from None


def _is_known(family: str, column: exp.Column) -> bool:
    """Whether the family's values have all that the expression asks of the column: a key asks only for equality."""
    if family not in ("exact", "opaque"):
        return True
    if family == "exact":
        outside = column.parent
        while isinstance(outside, exp.Paren):
            outside = outside.parent
        if outside is None:
            return True
    return _only_tested_for_null(column)


def _only_tested_for_null(column: exp.Column) -> bool:
    parent = column.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if isinstance(parent, exp.Is):
        return isinstance(parent.expression, exp.Null)
    return isinstance(parent, exp.Anonymous) and parent.name.lower() in ("num_nulls", "num_nonnulls")
