"""What recognisers of shapes look at, and what they claim: tables with their neighbours, relations with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any, Literal

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.names import TableRef, literal, quote_ident
from datalchemy_nb.contracts.pg_types import MOMENTS as MOMENTS
from datalchemy_nb.contracts.pg_types import NUMBERS as NUMBERS
from datalchemy_nb.contracts.plan import ForeignKeyRule, Plan
from datalchemy_nb.contracts.relations import ParentRule, RelationRule, RollupRule
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Vocabulary, Words, begins, singular, split_words
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Claim:
    """One relation that a shape found.

    Attributes:
        rule: the plan's rule; its evidence, or comment, says why.
        columns: columns of the rule's table that it decides.
        keeps: the columns keep their column rule too: the relation bounds what the generator makes.
        confidence: 0 to 1, by judgement.
    """

    rule: RelationRule | ForeignKeyRule
    columns: tuple[str, ...]
    keeps: bool
    confidence: float


@dataclass(frozen=True)
class Link:
    """A foreign key of one column between tables of the plan, from the child's side."""

    child: TableView
    key: ForeignKey
    parent: TableView

    @property
    def column(self) -> str:
        """The child's column."""
        return self.key.columns[0]

    @property
    def is_certain(self) -> bool:
        """Every child has a parent."""
        return not any(self.child.may_be_null(name) for name in self.key.columns)

    @property
    def is_itself(self) -> bool:
        """Parent and child are one table."""
        return self.child.ref == self.parent.ref


@dataclass(frozen=True)
class SchemaView:
    """All tables of the plan.

    Attributes:
        families: rules of foreign keys whose children were counted in a real database.
    """

    tables: Mapping[TableRef, TableView]
    schema: DatabaseSchema
    plan: Plan
    families: Mapping[tuple[TableRef, tuple[str, ...]], ForeignKeyRule] = field(default_factory=dict)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Foreign keys between the tables, by child in the order of the plan."""
        return tuple(self._links())

    def _links(self) -> Iterator[Link]:
        for view in self.tables.values():
            for key in view.table.foreign_keys:
                parent = self.tables.get(partition_root(key.target, self.schema))
                if parent is not None and key.enforced:
                    yield Link(view, key, parent)

    @cached_property
    def _by_child(self) -> dict[TableRef, list[Link]]:
        return self._grouped("child")

    @cached_property
    def _by_parent(self) -> dict[TableRef, list[Link]]:
        return self._grouped("parent")

    def _grouped(self, end: Literal["child", "parent"]) -> dict[TableRef, list[Link]]:
        grouped: dict[TableRef, list[Link]] = {ref: [] for ref in self.tables}
        for link in self.links:
            grouped[getattr(link, end).ref].append(link)
        return grouped

    def up(self, table: TableView) -> list[Link]:
        """Foreign keys of a table to others."""
        return [link for link in self._by_child[table.ref] if not link.is_itself]

    def down(self, table: TableView) -> list[Link]:
        """Foreign keys of other tables to this one."""
        return [link for link in self._by_parent[table.ref] if not link.is_itself]

    @property
    def is_portuguese(self) -> bool:
        """Whether the plan's words are Portuguese."""
        return self.plan.locale.lower().startswith("pt")


@dataclass
class Claims:
    """What shapes claim; the first claim on a column holds.

    Attributes:
        found: relations in the order of discovery.
        suggestions: column rules that a shape prefers to those of the column's name alone.
        rows: how many rows a table has at the most, and why.
        dealt: how the rows of a table are dealt to those a key leads to, by child and columns, and why.
        exactly: how many rows a table has whatever is asked of an ordinary one, and why.
    """

    found: list[Claim] = field(default_factory=list)
    suggestions: dict[tuple[TableRef, str], Suggestion] = field(default_factory=dict)
    rows: dict[TableRef, tuple[int, str]] = field(default_factory=dict)
    dealt: dict[tuple[TableRef, tuple[str, ...]], tuple[SkewedChildren, str]] = field(default_factory=dict)
    exactly: dict[TableRef, tuple[int, str]] = field(default_factory=dict)
    _taken: dict[tuple[TableRef, str], str] = field(default_factory=dict)

    def roll_up(
        self, link: Link, column: ColumnView, function: str, shape: str, told: str, value: str | None = None,
        **fields: Any,
    ) -> bool:  # fmt: skip
        """Claim a column of a parent that counts, sums or ranks the rows of a child.

        Args:
            link: from the child.
            column: of the parent.
            function: `count`, `sum`, `max` and so on.
            shape: which shape it is.
            told: what was seen, in a few words.
            value: what of the child's rows is taken, in SQL; None for a count.
            **fields: the rule's other fields.

        Returns:
            Whether the claim was accepted.
        """
        return self.relation(
            link.parent, RollupRule, shape, told, decides=[column.name], column=column.name, function=function,
            value=value, child_schema=link.child.ref.schema, child_table=link.child.ref.table,
            child_columns=link.key.columns, **fields,
        )  # fmt: skip

    def relation(
        self, view: TableView, kind: type[Any], shape: str, told: str, *,
        decides: Sequence[str], keeps: bool = False, confidence: float = 0.9, tells_rows_apart: bool = False,
        **fields: Any,
    ) -> bool:  # fmt: skip
        """Claim columns by a relation, unless one of them is taken or cannot be decided by a rule.

        Args:
            view: the table.
            kind: the model of the rule.
            shape: which shape it is.
            told: what was seen, in a few words.
            decides: columns that the relation decides.
            keeps: whether they keep their column rule.
            confidence: 0 to 1.
            tells_rows_apart: no two rows get one value, so that a unique column may be claimed.
            **fields: the rule's own fields, by field name or alias.

        Returns:
            Whether the claim was accepted.
        """
        if not all(self.is_free(view, name, apart=tells_rows_apart) for name in decides):
            return False
        evidence = f"{told} [shape: {shape}]"
        rule = kind.model_validate(
            {"type": _type_of(kind), "schema": view.ref.schema, "table": view.ref.table, "evidence": evidence, **fields}
        )
        self.found.append(Claim(rule, tuple(decides), keeps, confidence))
        self._taken.update({(view.ref, name): shape for name in decides})
        return True

    def take(self, view: TableView, names: Iterable[str], shape: str) -> None:
        """Claim columns that keep their rules: a relation says only where they have a value."""
        self._taken.update({(view.ref, name): shape for name in names})

    def is_free(self, view: TableView, name: str, *, apart: bool = False) -> bool:
        """Whether no shape has claimed a column, and it takes values of a rule: in a key only what tells rows apart."""
        column = view.columns[name]
        return (
            (view.ref, name) not in self._taken
            and column.column.generated is None
            and column.column.identity is None
            and name not in view.foreign_columns
            and (apart or not column.is_unique)
        )

    @property
    def ruled_keys(self) -> set[tuple[TableRef, tuple[str, ...]]]:
        """Foreign keys that have a rule already, by table and columns."""
        return {(one.rule.ref, one.rule.columns) for one in self.found if isinstance(one.rule, ForeignKeyRule)}

    def never_null(self, link: Link, shape: str, told: str) -> None:
        """Let every row have a parent, where the key may be null and nothing has said how often it is."""
        if link.is_certain or (link.child.ref, link.key.columns) in self.ruled_keys:
            return
        rule = ForeignKeyRule(
            type="foreign_key", schema_name=link.child.ref.schema, table=link.child.ref.table, columns=link.key.columns,
            null_rate=0.0, comment=f"{told} [shape: {shape}]",
        )  # fmt: skip
        self.found.append(Claim(rule, (), True, 0.7))

    def rows_of(self, view: TableView) -> int:
        """How many rows a table has, as far as shapes have said."""
        least = self.rows.get(view.ref, (view.rows, ""))[0]
        return self.exactly[view.ref][0] if view.ref in self.exactly else min(least, view.rows)

    def suggest(self, suggestion: Suggestion) -> None:
        """Prefer a generator for a column."""
        self.suggestions.setdefault((suggestion.ref, suggestion.column), suggestion)


def _type_of(kind: type[Any]) -> str:
    literal = kind.model_fields["type"].annotation
    found: str = literal.__args__[0]
    return found


def links_read(claims: Claims) -> Iterator[tuple[TableRef, tuple[str, ...]]]:
    """Foreign keys, by child and columns, whose dealing belongs to a relation."""
    for claim in claims.found:
        rule = claim.rule
        child, columns = getattr(rule, "child", None), getattr(rule, "child_columns", None)
        if child is not None and columns:
            yield child, tuple(columns)
        if isinstance(rule, ParentRule):
            yield rule.ref, (rule.column,)
        for name in ("within", "of", "paths"):
            told = getattr(rule, name, None)
            for path in (told,) if isinstance(told, str) else told or ():
                yield rule.ref, (path.partition(".")[0],)


def columns_saying(view: TableView, meaning: Vocabulary, holds: tuple[Category, ...] | None = None) -> list[ColumnView]:
    """Columns whose name says one of the phrases, in the order of the phrases, then of the table."""
    ranked = []
    for place, column in enumerate(view.columns.values()):
        if (holds is not None and column.category not in holds) or column.column.generated is not None:
            continue
        phrase = meaning.find(column.words)
        if phrase is not None:
            ranked.append((meaning.order[phrase], place, column))
    return [column for _, _, column in sorted(ranked, key=lambda one: one[:2])]


def first_saying(view: TableView, meaning: Vocabulary, holds: tuple[Category, ...] | None = None) -> ColumnView | None:
    """The best column whose name says one of the phrases."""
    return next(iter(columns_saying(view, meaning, holds)), None)


def nouns(view: TableView) -> Words:
    """The words of a table's name in the singular."""
    return tuple(singular(word) for word in view.noun)


def quoted(name: str) -> str:
    """A column in a SQL expression of a plan."""
    plain = name.isidentifier() and name == name.lower() and name.isascii()
    return name if plain and name not in _RESERVED else quote_ident(name)


_RESERVED = frozenset(
    "all analyse analyze and any array as asc both case cast check collate column constraint create current_date "
    "default desc distinct do else end except false fetch for foreign from grant group having in initially intersect "
    "into lateral leading limit localtime not null offset on only or order placing primary references returning "
    "select session_user some symmetric table then to trailing true union unique user using variadic when where "
    "window with".split()
)

__all__ = [
    "MOMENTS", "NUMBERS", "Claim", "Claims", "Link", "SchemaView", "begins", "columns_saying", "first_saying",
    "links_read", "literal", "nouns", "quoted", "split_words",
]  # fmt: skip
