"""What inference rules may look at: a column, its table, its neighbours, and what constraints ask of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from datalchemy_nb.constraints.facts import Alternatives, Condition, Fact, Narrow, Order
from datalchemy_nb.constraints.table import check_facts, context_of
from datalchemy_nb.constraints.types import base_type, is_not_null, slot_for, type_limits
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, PrimaryKey, Table, Unique
from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.limits import Limit, OneOf
from datalchemy_nb.drafting.comments import Said, read_comment
from datalchemy_nb.drafting.language import in_english, language_of_names
from datalchemy_nb.drafting.words import Subject, Vocabulary, Words, in_full, singular, split_words, subject_of
from datalchemy_nb.records import dataclass

_LITERAL = re.compile(r"^\(*'((?:[^']|'')*)'(?:::.*)?\)*$", re.DOTALL)
_MAX_COMMENT_WORDS = 6
_CLAUSE = re.compile(r"[.;,:(\n]| - ")


SITES = frozenset(
    "depot warehouse store shop branch hotel property restaurant cafe clinic hospital school gym library museum "
    "theater "
    "theatre venue stadium station terminal hub garage farm factory plant campus facility salon pharmacy bakery resort "
    "deposito armazem loja filial restaurante clinica escola academia biblioteca museu teatro estadio estacao fazenda "
    "fabrica farmacia padaria pousada unidade".split()
)
"""Heads of names of tables whose rows are places."""
PUPILS = frozenset("aluno student pupil alumno eleve schueler schuler".split())
_SCHOOL = frozenset(
    "turma serie escola responsavel boletim classroom grade school guardian parent colegio grado classe schule "
    "klasse".split()
)
_UNIVERSITY = frozenset("curso course degree department departamento faculdade faculty university universidade".split())


@dataclass(frozen=True)
class TableView:
    """A table on its way into the plan.

    Attributes:
        rows: how many rows it is likely to get.
    """

    ref: TableRef
    table: Table
    schema: DatabaseSchema = field(hash=False)
    plan: Plan = field(hash=False)
    rows: int

    @cached_property
    def words(self) -> Words:
        """The words of the table's name."""
        return in_english(split_words(self.ref.table), self.language)

    @cached_property
    def language(self) -> str:
        """The language whose glossary reads names; empty where they are read as they are."""
        return language_of_names(self.plan.locale)

    @cached_property
    def noun(self) -> Words:
        """The table's words without a prefix that other tables share: an application's or a module's name.

        What tells a part of a table from others (``payment_p2024_01``) says nothing of its rows.
        """
        words = list(self.words)
        while len(words) > 1 and words[-1].isdigit():
            words.pop()
            if len(words) > 1 and words[-1] in _PARTS:
                words.pop()
        if len(words) < len(self.words):
            return tuple(words)
        first, *rest = self.words or ("",)
        sharing = sum(split_words(ref.table)[:1] == (first,) for ref in self.schema.tables)
        if self.language or not rest or sharing <= 1 or singular(first) != first:
            return self.words
        return tuple(rest)

    @cached_property
    def subject(self) -> tuple[Subject, str] | None:
        """What one row is about, and what tells so."""
        return subject_of(self.words, {column.words for column in self.columns.values()})

    @cached_property
    def is_site(self) -> bool:
        """Whether a row is a place where people work or go: a shop, a school."""
        head = self.noun[-1] if self.plan.locale.lower().startswith("en") else self.noun[0]
        return singular(head) in SITES

    @cached_property
    def is_addressed(self) -> bool:
        """Whether the table has parts of an address by which a bare `st` is a state: a city or a code of one."""
        named = {word for column in self.table.columns for word in split_words(column.name)}
        return bool(named & {"city", "zip", "zipcode", "postal"}) and not named & {"cidade", "municipio", "cep"}

    @cached_property
    def of_a_school(self) -> bool:
        """Whether the table stands among those of a school: classes with pupils, not the courses of a university."""
        words = {singular(word) for ref in self.schema.tables for word in split_words(ref.table)}
        return bool(words & PUPILS) and bool(words & _SCHOOL) and not words & _UNIVERSITY

    @cached_property
    def unique_sets(self) -> tuple[tuple[str, ...], ...]:
        """Column sets that must be unique, partial unique indexes among them."""
        return tuple(dict.fromkeys(_unique_sets(self.table)))

    @cached_property
    def foreign_columns(self) -> frozenset[str]:
        """Columns of foreign keys."""
        return frozenset(name for key in self.table.foreign_keys for name in key.columns)

    @cached_property
    def facts(self) -> tuple[tuple[str, Fact], ...]:
        """What CHECKs of the table and its domains state, each with the constraint's name."""
        context = context_of({name: view.category for name, view in self.columns.items()}, self.schema, self.plan)
        return tuple((one.name, fact) for one in check_facts(self.table, self.schema, context) for fact in one.facts)

    @cached_property
    def columns(self) -> dict[str, ColumnView]:
        """Views of the columns by name, in order."""
        return {column.name: ColumnView(self, column) for column in self.table.columns}

    def may_be_null(self, name: str) -> bool:
        """Whether rows of a draft may have no value: the column takes nulls, and no default fills what is left out."""
        return self.takes_null(name) and not _is_filled(self.table.by_name[name])

    def takes_null(self, name: str) -> bool:
        """Whether a column takes nulls."""
        key = self.table.primary_key
        return not is_not_null(self.table.by_name[name], self.schema) and not (key and name in key.columns)


def _is_filled(column: Column) -> bool:
    """Whether a default fills what nobody gives: `created_at timestamptz DEFAULT now()`, `views int DEFAULT 0`."""
    default = (column.default or "").strip().lower()
    return bool(default) and not default.startswith("null")


_PARTS = frozenset({"p", "part", "y", "m", "q", "w", "year", "month", "week"})
_SAID_OF_ROWS = frozenset({"situacao", "status", "estado", "nome"})
_REGIONS = frozenset("state estado province provincia region name code".split())
_PLACES = frozenset(
    "city town zip postal postcode zipcode code cidade municipio cep localidade ciudad ville ort".split()
)
"""Words of the parts of an address that tell a state from a status."""


@dataclass(frozen=True)
class ColumnView:
    """One column, as inference rules see it.

    Attributes:
        comment_words: words to judge by in place of the name's, from the comment.
    """

    table: TableView
    column: Column
    comment_words: Words | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @cached_property
    def words(self) -> Words:
        """The words rules judge by."""
        if self.comment_words is not None:
            return self.comment_words
        words = in_english(split_words(self.name), self.table.language)
        if words == ("st",) and self.table.is_addressed:
            return ("state",)
        return self._of_the_row(in_full(words)) if self.table.plan.locale.lower() in ("pt", "pt_br") else words

    def _of_the_row(self, words: Words) -> Words:
        """The words without the table's own: ``situacao titulo`` in a table of titles is a state, and no title."""
        own = {singular(word) for word in self.table.words}
        said = len(words) > 1 and words[0] in _SAID_OF_ROWS and all(singular(word) in own for word in words[1:])
        return words[:1] if said else words

    @cached_property
    def slot(self) -> Slot:
        """The place a generator would fill."""
        view = self.table
        slot = slot_for(view.ref, self.column, view.schema, view.plan, view.rows)
        return replace(slot, unique=self.is_unique)

    @cached_property
    def category(self) -> Category:
        """The family of the column's values."""
        return self.slot.category

    @property
    def is_unique(self) -> bool:
        """Whether the column alone must be unique."""
        return (self.name,) in self.table.unique_sets

    @property
    def in_key(self) -> bool:
        """Whether the column has a part in any unique set."""
        return any(self.name in columns for columns in self.table.unique_sets)

    @property
    def may_be_null(self) -> bool:
        """Whether rows of a draft may have no value here."""
        return self.table.may_be_null(self.name)

    @property
    def takes_null(self) -> bool:
        """Whether the column takes nulls."""
        return self.table.takes_null(self.name)

    @property
    def literal_default(self) -> str | None:
        """The text of a literal default."""
        found = _LITERAL.match((self.column.default or "").strip())
        return found[1].replace("''", "'") if found else None

    @cached_property
    def limits(self) -> tuple[tuple[str, Limit], ...]:
        """What CHECKs ask of this column's values alone, each with the constraint's name."""
        return tuple((name, f.limit) for name, f in self.table.facts if isinstance(f, Narrow) and f.column == self.name)

    @cached_property
    def own_conditions(self) -> tuple[str, ...]:
        """CHECKs on this column alone that no limit says, in DuckDB's dialect."""
        facts = (fact.otherwise if isinstance(fact, Alternatives) else fact for _, fact in self.table.facts)
        return tuple(f.sql for f in facts if isinstance(f, Condition) and set(f.columns) == {self.name})

    @property
    def is_listed(self) -> bool:
        """Whether the type, a CHECK or the comment lists the values."""
        listed = any(isinstance(limit, OneOf) for _, limit in self.limits)
        return listed or self.category in ("enum", "boolean") or bool(self.codes)

    @cached_property
    def told(self) -> Said:
        """What the comment says of the values."""
        return read_comment(self.column.comment or "") if self.column.comment else Said()

    @cached_property
    def codes(self) -> Mapping[str | int, str]:
        """Values that the comment lists, each with what it stands for; empty where the column cannot hold them.

        Where the type or a CHECK lists values too, these and no others.
        """
        explained: dict[str | int, str] = dict(self.told.codes.items())
        if self.category == "integer":
            explained = {int(code): said for code, said in self.told.codes.items() if code.isdigit()}
        elif self.category not in ("text", "enum"):
            return {}
        if len(explained) < len(self.told.codes):
            return {}
        listed = self.listed_values
        if listed:
            return {value: explained.get(value, str(value)) for value in listed} if set(explained) & set(listed) else {}
        room = self.slot.max_length
        fits = room is None or all(len(str(code)) <= room for code in explained)
        return explained if fits else {}

    @cached_property
    def listed_values(self) -> tuple[str | int, ...]:
        """The texts or whole numbers that the type or a CHECK lists, in its order."""
        if self.category == "enum":
            return tuple(self.slot.labels)
        found = next((limit.values for _, limit in self.limits if isinstance(limit, OneOf)), ())
        return tuple(value for value in found if isinstance(value, str | int) and not isinstance(value, bool))

    @cached_property
    def sayings(self) -> Mapping[str | int, str]:
        """Values that the type, a CHECK or the comment lists, each with what it says: its explanation, or itself."""
        return self.codes or {value: str(value) for value in self.listed_values if isinstance(value, str)}

    @cached_property
    def type_limits(self) -> tuple[Limit, ...]:
        """What the type alone asks."""
        return type_limits(self.slot, base_type(self.column.column_type, self.table.schema).udt_name)

    @property
    def not_before(self) -> tuple[tuple[str, Order], ...]:
        """CHECKs by which this column is not smaller than another."""
        return tuple((name, f) for name, f in self.table.facts if isinstance(f, Order) and f.high == self.name)

    @property
    def is_brazilian(self) -> bool:
        """Whether the plan's locale is Brazil's, in every row."""
        return self.slot.locale.lower() in ("pt", "pt_br") and len(self.table.plan.locales) == 1

    @property
    def text_language(self) -> str:
        """The language of the plan's locale: ``pt`` of ``pt_BR``."""
        return self.slot.locale.replace("-", "_").partition("_")[0].lower()

    @property
    def is_portuguese(self) -> bool:
        """Whether the plan's locale is Portuguese."""
        return self.slot.locale.lower().startswith("pt")

    def is_about(self, subject: Subject) -> bool:
        """Whether a row of the table is a person, a company, a product."""
        found = self.table.subject
        return found is not None and found[0] == subject

    @property
    def is_bare(self) -> bool:
        """Whether the name is one word, but for the table's own: `nome`, `cliente_nome` in clientes."""
        own = {singular(word) for word in self.table.words} | {"display", "full", "complete"}
        return sum(singular(word) not in own for word in self.words) <= 1

    def says(self, meaning: Vocabulary) -> str | None:
        """Return the phrase of the vocabulary that the name says, or None."""
        return meaning.find(self.words) if self.words else None

    @cached_property
    def is_region(self) -> bool:
        """Whether a `state` or `estado` is that of an address: it stands beside a city or code of the same prefix."""
        if not {"state", "estado", "province", "provincia", "region"} & set(self.words):
            return False
        own = tuple(word for word in self.words if word not in _REGIONS)
        return any(
            tuple(w for w in view.words if w not in _PLACES) == own and set(view.words) & _PLACES
            for view in self.table.columns.values()
        )

    def neighbour(self, meaning: Vocabulary) -> ColumnView | None:
        """Return the first other column whose name says a phrase of the vocabulary, and that takes values."""
        others = (v for v in self.table.columns.values() if v.name != self.name and v.column.generated is None)
        return next((view for view in others if view.says(meaning)), None)

    def by_comment(self) -> ColumnView | None:
        """Return this column judged by a comment that is a short noun phrase; longer ones explain, they do not name."""
        clause = _CLAUSE.split(self.column.comment or "")[0]
        words = in_english(split_words(clause), self.table.language)
        if not 0 < len(words) <= _MAX_COMMENT_WORDS:
            return None
        return ColumnView(self.table, self.column, words)


def _unique_sets(table: Table) -> Iterator[tuple[str, ...]]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKey | Unique):
            yield constraint.columns
    for index in table.indexes:
        columns = tuple(key.column for key in index.keys if key.column is not None)
        if index.is_unique and not index.constraint and columns and len(columns) == len(index.keys):
            yield columns


def distances(column: ColumnView, other: str) -> tuple[dt.timedelta | None, dt.timedelta | None]:
    """Return how much later than another moment of its row CHECKs say that one is: at least, and at most; None = open.

    A whole day, or a second, stands between two that must differ.
    """
    least, most = list[dt.timedelta](), list[dt.timedelta]()
    apart = dt.timedelta(days=1) if column.category == "date" else dt.timedelta(seconds=1)
    for _, fact in column.table.facts:
        if not isinstance(fact, Order) or not isinstance(fact.offset, dt.timedelta):
            continue
        if (fact.low, fact.high) == (other, column.name):
            least.append(fact.offset + apart if fact.strict else fact.offset)
        elif (fact.low, fact.high) == (column.name, other):
            most.append(-fact.offset - apart if fact.strict else -fact.offset)
    return max(least, default=None), min(most, default=None)
