"""plan.json 0.2 and 0.3: what to generate.

Fields of the original 0.2 keep names and meaning; *extended* ones are additions with defaults. Format 0.3 adds relation
rules, see `datalchemy_nb.contracts.relations`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from datalchemy_nb.contracts.base import Contract, canonical_sha256
from datalchemy_nb.contracts.distributions import Children, Distribution
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import RELATIONS, RelationRule
from datalchemy_nb.records import dataclass

PLAN_VERSION = "0.3"
OLDER_VERSIONS = ("0.2",)
"""Formats that are read besides: everything but relation rules."""
DEFAULT_BASE_DATE = dt.date(2026, 1, 1)
DEFAULT_NULL_RATE = 0.05
DEFAULT_FUTURE_MARGIN_DAYS = 1826
DEFAULT_ATTEMPTS = 1000
MAX_U64 = 2**64 - 1

ConstraintKind = Literal["check", "unique", "not_null", "primary_key", "foreign_key"]
PolicyMode = Literal["enforce", "warn", "ignore"]


class SchemaRef(Contract):
    """Which schema.json the plan was written for.

    Attributes:
        schema_version: version of the schema file's format.
        engine: the database, `postgres`.
        schema_fingerprint: hash of the schema, so that a change is noticed.
    """

    schema_version: str
    engine: str
    schema_fingerprint: str | None = None


LocaleMix = Annotated[dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]], Field(min_length=1, max_length=16)]
"""Locales with their shares of the rows, of whatever sum."""


class GlobalOptions(Contract):
    """Settings for the whole plan.

    Attributes:
        locale: language and country of generated values, such as `en_US`; a rule's generator may have another. Several
            with their shares, `{pt_BR: 0.7, en_US: 0.3}`: every row is of one of them.
    """

    locale: str | LocaleMix | None = None
    evidence: str | None = None
    """Extended: why a drafted plan chose this locale."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan without evidence is written, and hashed, as before there was any."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("evidence") is None:
            plain.pop("evidence", None)
        return plain


class Strategy(Contract):
    """Accepted from 0.2 plans. The order of insertion is always by foreign keys; ``batch_size`` is only a hint.

    Attributes:
        insert_order: parents before children; the only order there is.
        batch_size: kept for plans of the original format; nothing reads it.
    """

    insert_order: Literal["fk_toposort"] | None = None
    batch_size: Annotated[int, Field(ge=1, le=2**32 - 1)] | None = None


Cell = str | bool | int | float | None
"""A value as a plan writes it; text stands for any type, as PostgreSQL reads it."""


class RowsPer(Contract):
    """Extended: so many rows for each row of another target; the count follows.

    Written in place of a number: ``rows: {per: shop.orders, min: 1, max: 8}``.
    """

    per: str
    """``schema.table`` that the table refers to."""
    max: Annotated[int, Field(ge=1, le=2**32 - 1)]
    """At most so many for a parent."""
    min: Annotated[int, Field(ge=0, le=2**32 - 1)] = 1
    """At least so many for a parent that has any."""
    mean: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """On average, of parents that have any; the middle of ``min`` and ``max`` if left out."""
    childless: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of parents without any."""
    by: tuple[str, ...] = ()
    """Columns of the foreign key, where several lead to that table."""

    def count(self, parents: int) -> int:
        """Rows for so many parents."""
        having = parents - int(parents * self.childless + 0.5)
        mean = (self.min + self.max) / 2 if self.mean is None else self.mean
        return int(having * mean + 0.5)

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As a person would write it."""
        plain: dict[str, Any] = serialise(self)
        for name in ("mean", "childless", "by"):
            if not plain.get(name):
                plain.pop(name, None)
        return plain


def _number_or_per(schema: dict[str, Any]) -> None:
    """The JSON Schema of ``rows``."""
    number = {key: schema.pop(key) for key in ("type", "minimum", "maximum") if key in schema}
    schema["anyOf"] = [number, {"type": "object", "required": ["per", "max"]}]


class PlanTarget(Contract):
    """A table to fill.

    Attributes:
        strategy: kept for plans of the original format.
    """

    schema_name: str = Field(alias="schema")
    table: str
    rows: Annotated[int, Field(ge=0, le=MAX_U64, json_schema_extra=_number_or_per)]
    """Rows to make, the fixed ones among them; or, extended, so many for each row of another table (see `RowsPer`)."""
    strategy: Strategy | None = None
    existing: Literal["keep", "append"] | None = None
    """Extended: what becomes of the rows that the database holds. ``keep``: they stay, none are made, and others point
    at them. ``append``: they stay, and rows are added. Their keys are read before the run, where the user says so."""
    capacity: Annotated[int, Field(ge=1, le=2**32 - 1)] | None = None
    """Extended: as many rows as the table may grow to. The first rows stay as they are while `rows` grows up to it."""
    fixed: tuple[dict[str, Cell], ...] = ()
    """Extended: the first rows, by column; columns that are left out are made as in any other row."""
    evidence: str | None = None
    """Extended: why a drafted plan keeps what the table holds."""
    per: RowsPer | None = None
    """Extended: where ``rows`` is told per row of another table; `Plan.counts` has the number then."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan that does not use them is written, and hashed, as before there were any."""
        plain: dict[str, Any] = serialise(self)
        for name in ("existing", "capacity", "fixed", "evidence"):
            if not plain.get(name):
                plain.pop(name, None)
        per = plain.pop("per", None)
        return plain if per is None else {**plain, "rows": per}

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class GeneratorRef(Contract):
    """A generator with its parameters.

    Attributes:
        id: which generator; the page of generators lists them.
        locale: language and country of its values; the plan's if left out.
        params: its parameters.
    """

    id: str
    locale: str | None = None
    params: Any = None
    distribution: Distribution | None = None
    """Extended: how often each value comes up."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan without distributions is written, and hashed, as before there were any."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("distribution") is None:
            plain.pop("distribution", None)
        return plain


class TransformRef(Contract):
    """One step applied to a column's values.

    Attributes:
        transform: which step.
        params: its parameters.
    """

    transform: str
    params: Any = None


class Presence(Contract):
    """A column has a value only where another column of the row has one of some values, or any."""

    column: str
    values: tuple[str | bool | int | float, ...] = Field(alias="in", default=())
    """Compared as the file writes them: ``true``, ``3``, ``open``; left out, any value will do."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As a person would write it."""
        plain: dict[str, Any] = serialise(self)
        return plain if self.values else {"column": self.column}

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as a cell shows them."""
        return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in self.values)


class ColumnRule(Contract):
    """How one column gets its values.

    Attributes:
        generator: the generator's id, or the id with parameters, a locale and a distribution.
        params: parameters of a generator that is given by its id alone.
        transforms: steps applied to the finished column, in order.
    """

    type: Literal["column_generator"]
    schema_name: str = Field(alias="schema")
    table: str
    column: str
    generator: str | GeneratorRef
    params: Any = None
    transforms: tuple[TransformRef, ...] = ()
    null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    """Extended: share of nulls; the same as ``transform.null_rate``."""
    when: Presence | None = None
    """Extended: null wherever another column says something else; elsewhere the null rate holds."""
    comment: str | None = None
    """Extended: free text; kept, never used."""
    evidence: str | None = None
    """Extended: why a drafted plan chose this generator."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan without conditions is written, and hashed, as before there were any."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("when") is None:
            plain.pop("when", None)
        return plain

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)

    @property
    def generator_id(self) -> str:
        """The generator's id in either form."""
        return self.generator if isinstance(self.generator, str) else self.generator.id

    @property
    def locale(self) -> str | None:
        """The rule's own locale."""
        return None if isinstance(self.generator, str) else self.generator.locale

    @property
    def distribution(self) -> Distribution | None:
        """How often each value comes up, where the rule says so."""
        return None if isinstance(self.generator, str) else self.generator.distribution

    @property
    def effective_params(self) -> Any:
        """The generator's params if present and not null, else the rule's: never merged."""
        own = None if isinstance(self.generator, str) else self.generator.params
        return own if own is not None else self.params

    @property
    def params_pointer(self) -> str:
        """Where the effective params stand inside the rule, as a JSON Pointer suffix."""
        own = None if isinstance(self.generator, str) else self.generator.params
        return "/generator/params" if own is not None else "/params"


class PolicyRule(Contract):
    """How strictly a kind of constraint is held for a table.

    Attributes:
        constraint: the kind of constraint.
        mode: hold it; or warn, or say nothing, where it cannot be met.
    """

    type: Literal["constraint_policy"]
    schema_name: str = Field(alias="schema")
    table: str
    constraint: ConstraintKind
    mode: PolicyMode

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class FkStrategyRule(Contract):
    """Whether a table's foreign keys are respected.

    Attributes:
        mode: follow the table's foreign keys, or fill their columns by their own rules.
    """

    type: Literal["foreign_key_strategy"]
    schema_name: str = Field(alias="schema")
    table: str
    mode: Literal["respect", "disable"]

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class ForeignKeyRule(Contract):
    """Extended: how many rows point at each parent, by one foreign key."""

    type: Literal["foreign_key"]
    schema_name: str = Field(alias="schema")
    table: str
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    children: Children | None = None
    """None = parents drawn at random."""
    null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of rows that point nowhere; with ``children`` none unless it is given, else as for any column."""
    existing_share: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the rows that point at rows the database holds already; None = every parent is as likely."""
    comment: str | None = None

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan that does not use it is written, and hashed, as before there was one."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("existing_share") is None:
            plain.pop("existing_share", None)
        return plain

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


Rule = Annotated[ColumnRule | PolicyRule | FkStrategyRule | ForeignKeyRule | RelationRule, Field(discriminator="type")]


class UnsupportedReference(Contract):
    """What an unsupported rule is about."""

    schema_name: str = Field(alias="schema")
    table: str
    column: str | None = None


class UnsupportedRule(Contract):
    """A wish the plan's author could not express; informational.

    Attributes:
        description: what was asked for.
        reason: why it cannot be done.
        reference: where it stood.
    """

    description: str
    reason: str
    reference: UnsupportedReference | None = None


class ServerAnswer(Contract):
    """Extended: which candidate values PostgreSQL accepts under a CHECK that only it can evaluate.

    Written when a plan is resolved with a connection, so that the same rows are made without one.

    Attributes:
        constraint: the CHECK that only the server could evaluate.
        asked: how many candidates were tried.
        accepted: how many of them the server took.
    """

    schema_name: str = Field(alias="schema")
    table: str
    constraint: str
    question_sha256: str
    """Of the expression, the types and all candidates: an answer to another question is not used."""
    asked: int
    accepted: int
    bits: str
    """One bit a candidate, in base64; 1 = accepted."""

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class PlanOptions(Contract):
    """Switches of the plan.

    Attributes:
        allow_fk_disable: permits rules that switch foreign keys off.
        strict: unknown fields are errors, and a relation that rows do not keep is a violation.
    """

    allow_fk_disable: bool | None = None
    strict: bool | None = None
    null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    """Extended: share of nulls in nullable columns without a rate of their own (default 0.05)."""
    base_date: dt.date | None = None
    """Extended: what CURRENT_DATE and now() mean while generating (default 2026-01-01)."""
    future_margin_days: Annotated[int, Field(ge=0, le=36500)] | None = None
    """Extended: how far after base_date a column that must lie in the future starts (default 1826, five years)."""
    auto_generate_parents: bool | None = None
    """Extended: add tables that targets refer to (default true)."""
    max_attempts_row: Annotated[int, Field(ge=1, le=10000)] | None = None
    """Extended: how often a group of columns is redrawn until its predicates hold (default 1000; only the rows
    that failed are drawn again)."""
    infer: bool | None = None
    """Extended: columns without a rule get what a draft would choose for them (default true; false in
    drafts, and in plans of version 0.2 that do not ask for it)."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan that does not say whether to infer is written, and hashed, as before it could."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("infer") is None:
            plain.pop("infer", None)
        return plain


class TableShape(Contract):
    """Extended: what one table looked like when the plan was written, in SQL's words."""

    columns: dict[str, str]
    """Type, NOT NULL, default, identity or generation of each column, in the table's order."""
    constraints: dict[str, str] = Field(default_factory=dict)
    """Keys, CHECKs, unique indexes and the partition's bound, by name."""


class WrittenFor(Contract):
    """Extended: the part of the schema that the plan uses, as it was when the plan was written.

    Where the schema's fingerprint is another, the plan is compared with this, part by part.
    """

    tables: dict[str, TableShape]
    """By ``schema.table``: the targets, what they refer to, and partitions."""
    types: dict[str, str] = Field(default_factory=dict)
    """Enums, domains, composite and range types of those tables."""
    functions: dict[str, str] = Field(default_factory=dict)
    """Functions that their CHECKs, indexes and generated columns call."""


class Plan(Contract):
    """The root of plan.json.

    Attributes:
        plan_version: version of the format, "0.3"; plans of 0.2 are read as they are.
        seed: the number that all random choices follow from; another seed gives other rows.
        schema_ref: the schema that the plan was written for.
        global_: what counts for the whole plan.
        targets: the tables to fill, and how many rows each gets.
        rules: what columns are made of, and what holds between them; columns without a rule follow from the schema.
        rules_unsupported: rules that a draft or `--rebase` put aside, with the reason; nothing reads them.
        options: switches of the plan.
    """

    plan_version: str
    seed: Annotated[int, Field(ge=0, le=MAX_U64)]
    schema_ref: SchemaRef
    global_: GlobalOptions | None = Field(default=None, alias="global")
    targets: tuple[PlanTarget, ...]
    rules: tuple[Rule, ...]
    rules_unsupported: tuple[UnsupportedRule, ...] = ()
    options: PlanOptions | None = None
    server_answers: tuple[ServerAnswer, ...] = ()
    """Extended."""
    written_for: WrittenFor | None = None
    """Extended: the part of the schema that it uses; drafts and ``plan --rebase`` write it."""

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan that asked nothing and tells nothing of its schema is written, and hashed, as before it could."""
        plain: dict[str, Any] = serialise(self)
        for name in ("server_answers", "written_for"):
            if not plain.get(name):
                plain.pop(name, None)
        return plain

    def counts(self) -> dict[TableRef, int]:
        """Rows of every target, those told per row of another table worked out; 0 where that leads nowhere."""
        by_name = {str(target.ref): target for target in self.targets}
        known: dict[TableRef, int] = {}

        def count(target: PlanTarget, seen: tuple[TableRef, ...]) -> int:
            if target.per is None:
                return target.rows
            above = by_name.get(target.per.per)
            if above is None or above.ref in seen:
                return 0
            if above.ref not in known:
                known[above.ref] = count(above, (*seen, above.ref))
            return target.per.count(known[above.ref])

        for target in self.targets:
            known[target.ref] = max(count(target, (target.ref,)), known.get(target.ref, 0))
        return known

    @property
    def settings(self) -> PlanOptions:
        """The options, all defaults filled in by the properties below being read through here."""
        return self.options or PlanOptions()

    @property
    def infers(self) -> bool:
        """Whether columns without a rule get what a draft would choose: as the plan says, else since format 0.3."""
        return self.plan_version not in OLDER_VERSIONS if self.settings.infer is None else self.settings.infer

    @property
    def base_date(self) -> dt.date:
        """The plan's today."""
        return self.settings.base_date or DEFAULT_BASE_DATE

    @property
    def null_rate(self) -> float:
        """The default null rate of nullable columns."""
        rate = self.settings.null_rate
        return DEFAULT_NULL_RATE if rate is None else rate

    @property
    def future_margin_days(self) -> int:
        """Days between base_date and the earliest value of a column that must be in the future."""
        margin = self.settings.future_margin_days
        return DEFAULT_FUTURE_MARGIN_DAYS if margin is None else margin

    @property
    def locale(self) -> str:
        """The plan's locale; of several the one that most rows have, the first of equals."""
        return max(self.locales, key=lambda one: one[1])[0]

    @property
    def locales(self) -> tuple[tuple[str, float], ...]:
        """The plan's locales with their weights; mostly one."""
        told = (self.global_.locale if self.global_ else None) or "en_US"
        return ((told, 1.0),) if isinstance(told, str) else tuple(told.items())

    @property
    def holding(self) -> dict[TableRef, PlanTarget]:
        """Targets whose rows in the database count."""
        return {target.ref: target for target in self.targets if target.existing is not None}

    @property
    def column_rules(self) -> tuple[tuple[int, ColumnRule], ...]:
        """Column rules with their index in ``rules``."""
        return _sorted(_Same(self.rules)).columns

    @property
    def relations(self) -> tuple[tuple[int, RelationRule], ...]:
        """Relation rules with their index in ``rules``."""
        return _sorted(_Same(self.rules)).relations

    def rules_of(self, ref: TableRef) -> tuple[tuple[int, Rule], ...]:
        """Rules of a table with their index in ``rules``, of every kind."""
        return _sorted(_Same(self.rules)).by_table.get(ref, ())

    def reading(self, child: TableRef) -> tuple[tuple[int, RelationRule], ...]:
        """Relations of other tables that read the rows of this one, their child, with their index in ``rules``."""
        return _sorted(_Same(self.rules)).by_child.get(child, ())

    def to_plain(self) -> dict[str, Any]:
        """Return the document with absent optional fields left out, as a person would write it."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=False)

    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of the plan."""
        return canonical_sha256(self.to_dict())


@dataclass(frozen=True)
class _Sorted:
    """Rules of a plan by what asks for them."""

    columns: tuple[tuple[int, ColumnRule], ...]
    relations: tuple[tuple[int, RelationRule], ...]
    by_table: Mapping[TableRef, tuple[tuple[int, Rule], ...]]
    by_child: Mapping[TableRef, tuple[tuple[int, RelationRule], ...]]


class _Same:
    """Rules compared by identity: to read hundreds of them takes longer than to sort them again."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules


@lru_cache(maxsize=16)
def _sorted(same: _Same) -> _Sorted:
    by_table: dict[TableRef, list[tuple[int, Rule]]] = {}
    for index, rule in enumerate(same.rules):
        by_table.setdefault(rule.ref, []).append((index, rule))
    relations = tuple((i, r) for i, r in enumerate(same.rules) if isinstance(r, RELATIONS))
    by_child: dict[TableRef, list[tuple[int, RelationRule]]] = {}
    for index, relation in relations:
        child = getattr(relation, "child", None)
        if child is not None:
            by_child.setdefault(child, []).append((index, relation))
    return _Sorted(
        tuple((i, r) for i, r in enumerate(same.rules) if isinstance(r, ColumnRule)),
        relations,
        {ref: tuple(found) for ref, found in by_table.items()},
        {ref: tuple(found) for ref, found in by_child.items()},
    )
