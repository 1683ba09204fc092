"""Words of which rows will do: parent, counterpart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from datalchemy_nb.constraints.paths import PathError, key_of, read_scalar
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import CounterpartRule, ParentRule
from datalchemy_nb.contracts.schema import ForeignKey, PrimaryKey, Table, Unique
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.resolve.dealing import largest, smallest
from datalchemy_nb.resolve.foreign_keys import Relation, Wanted
from datalchemy_nb.resolve.phases import LinkedTable, RelatingTable, TableTask
from datalchemy_nb.resolve.plan import OfKind, Opposite, RandomParent, ResolvedTable, Tried, Via
from datalchemy_nb.resolve.relations.families import link_within, name_below, wish
from datalchemy_nb.resolve.relations.pointing import ways_of
from datalchemy_nb.resolve.relations.scalars import helper
from datalchemy_nb.resolve.relations.word import Groundwork, Word, links_to
from datalchemy_nb.resolve.sources import Reached, Repeated

# --- parent -----------------------------------------------------------------------------------------------------------


def _prepare_parent(ground: Groundwork, index: int, rule: ParentRule) -> None:
    """Where the condition names values of a column of the parent, its rows can be dealt to them."""
    link = link_within(ground, index, "column", rule.ref, rule.column)
    if link is None:
        return
    relation = ground.relations.of[rule.ref][link]
    named = None if rule.or_any else _named_values(ground, rule)
    if named is None or relation.anchor is not None:
        return
    column, values = named
    unique = _is_unique(ground.schema.tables[rule.ref], frozenset(relation.key.columns))
    rows = ground.rows[rule.ref] if unique else min(ground.rows[rule.ref], 1)
    wanted = Wanted(rule.ref, relation.key, rule.column, column, (OneOf(values),), rows, pins=False)
    ground.relations.wanted.setdefault((relation.target, column), []).append(wanted)


def _named_values(ground: Groundwork, rule: ParentRule) -> tuple[str, tuple[str, ...]] | None:
    """The column of the parent's row and its texts, where the condition is ``key.column = 'text'`` or IN a list."""
    try:
        scalar = read_scalar(ground.schema, rule.ref, rule.where)
    except PathError:
        return None
    tree = scalar.tree.unnest() if isinstance(scalar.tree, exp.Paren) else scalar.tree
    if isinstance(tree, exp.EQ):
        column, texts = tree.this, [tree.expression]
    elif isinstance(tree, exp.In) and tree.expressions:
        column, texts = tree.this, tree.expressions
    else:
        return None
    if not isinstance(column, exp.Column) or not all(isinstance(t, exp.Literal) and t.is_string for t in texts):
        return None
    found = scalar.inputs[column.name]
    if len(found.steps) != 1 or found.steps[0].column != rule.column:
        return None
    return found.column.name, tuple(text.this for text in texts)


def _is_unique(table: Table, columns: frozenset[str]) -> bool:
    keys = [frozenset(one.columns) for one in table.constraints if isinstance(one, PrimaryKey | Unique)]
    return any(key <= columns for key in keys)


def _decide_parent(draft: RelatingTable, index: int, rule: ParentRule) -> None:
    link = draft.link_of(rule.column)
    if link is None or isinstance(link.pointing, OfKind):
        return
    where = helper(draft, index, "where", rule.where, truth=True)
    if where is None:
        return
    if not isinstance(link.pointing, RandomParent):
        message = f"{draft.ref}: foreign key {link.name} is decided otherwise, and cannot follow {rule.where}"
        hint = "remove what decides it: children per parent, a relation over the rows of one parent"
        draft.refuse("unsupported", pointer("rules", index), message, hint)
        return
    read = getattr(draft.helpers[where].source, "inputs", ()) if where in draft.helpers else (where,)
    own = [name for name in read if name in link.columns]
    through = [name for name in read if name in draft.reaches and draft.reaches[name].links[0] == link.index]
    if not own and not through:
        message = f"{draft.ref}: {rule.where} says nothing of the row that {rule.column} refers to"
        draft.refuse("unknown_path", pointer("rules", index, "where"), message, f"write {rule.column}.<column>")
        return
    reads = tuple(name for name in read if name not in own and name not in through)
    draft.links[link.index] = replace(link, pointing=Tried(where, reads, rule.or_any))


def _settle_parent(draft: LinkedTable, index: int, rule: ParentRule) -> None:
    link = draft.link_of(rule.column)
    if link is not None and not isinstance(link.pointing, Tried | OfKind):
        message = f"{draft.ref}: a unique key or CHECK decides {link.name}, and {rule.where} cannot choose among rows"
        hint = "name values of one column of the parent (key.column = 'value') that a generator draws"
        draft.refuse("unsupported", pointer("rules", index), message, hint)


# --- counterpart ------------------------------------------------------------------------------------------------------


def _name(index: int) -> str:
    return f"counterpart {index}"


def _prepare_counterpart(ground: Groundwork, index: int, rule: CounterpartRule) -> None:
    """Let the rows of both families be found, and add the link that leads from one to the other."""
    own = link_within(ground, index, "within", rule.ref, rule.within)
    if own is None or rule.child not in ground.rows:
        return
    other = link_within(ground, index, "child_columns", rule.child, rule.child_columns[0])
    if other is None or ways_of(ground, rule.ref, rule.of) is None:
        if other is not None:
            message = f"{rule.ref}: a foreign key on the path {rule.of} is not followed"
            ground.refuse("unsupported", index, "of", message, "add the tables on the way to the targets")
        return
    key = ForeignKey(
        kind="foreign_key", name=_name(index), columns=(), referenced_schema=rule.child_schema,
        referenced_table=rule.child_table, referenced_columns=(),
    )  # fmt: skip
    ground.relations.of[rule.ref].append(Relation(key, rule.child))
    wish(ground, rule.ref, own, index, 1, everyone=True)
    wish(ground, rule.child, other, index, 1, everyone=True)


def _decide_counterpart(draft: RelatingTable, index: int, rule: CounterpartRule) -> None:
    link = next((link for link in draft.links if link.name == _name(index)), None)
    way = ways_of(draft, draft.ref, rule.of)
    own = links_to(draft.relations, draft.ref, key_of(draft.schema, draft.ref, rule.within), draft.schema)
    key = key_of(draft.schema, rule.child, rule.child_columns[0])
    other = links_to(draft.relations, rule.child, key, draft.schema)
    if link is None or way is None or own is None or other is None:
        return
    draft.links[link.index] = replace(link, pointing=Opposite(own[0], way, other[0]), null_rate=0.0)
    draft.told_apart.setdefault(own[0], []).extend(_told_apart(draft, rule))
    for name, sql in rule.columns.items():
        if (mine := draft.link_of(name)) is not None:
            theirs = links_to(draft.relations, rule.child, key_of(draft.schema, rule.child, sql), draft.schema)
            if theirs is not None:
                draft.links[mine.index] = replace(mine, pointing=Via((link.index, *theirs)), null_rate=0.0)
        else:
            _repeat(draft, index, rule, link.index, name)


def _told_apart(draft: TableTask, rule: CounterpartRule) -> Iterator[frozenset[str]]:
    """The columns by which rows of one parent differ, since those that they repeat do."""
    theirs = {sql: name for name, sql in rule.columns.items()}
    for one in draft.schema.tables[rule.child].constraints:
        if isinstance(one, PrimaryKey | Unique):
            rest = set(one.columns) - set(rule.child_columns)
            if rest and len(rest) < len(one.columns) and rest <= theirs.keys():
                yield frozenset(theirs[name] for name in rest)


def _repeat(draft: RelatingTable, index: int, rule: CounterpartRule, link: int, name: str) -> None:
    """Let a column repeat what an expression gives over the other row."""
    item = draft.columns[name]
    source = name_below(draft, index, f"columns/{name}", rule.child, rule.columns[name])
    read = f"{_name(index)}.{name}"
    draft.reaches[read] = Reached((link,), source)
    item.source = Repeated(read)
    item.built, item.steps, item.null_rate, item.when = None, (), 0.0, None
    item.relation, item.generator_id, item.origin = "copied", "relation.counterpart", "rule"


def read_by_counterpart(draft: RelatingTable, index: int, rule: CounterpartRule) -> None:
    """Give the other family's table the columns that a counterpart reads."""
    keys = {name for key in draft.schema.tables[rule.ref].foreign_keys for name in key.columns}
    for name, sql in rule.columns.items():
        if name not in keys:
            helper(draft, index, f"columns/{name}", sql)


def check_counterparts(plan: Plan, tables: Mapping[TableRef, ResolvedTable]) -> Iterator[Issue]:
    """Yield an error where a family can have more rows than the one it repeats, and its rows must differ."""
    for index, rule in plan.relations:
        table = tables.get(rule.ref)
        if not isinstance(rule, CounterpartRule) or table is None or rule.child not in tables:
            continue
        link = next((one for one in table.links if one.name == _name(index)), None)
        if link is None or not isinstance(link.pointing, Opposite):
            continue
        own, other = table.links[link.pointing.own], tables[rule.child].links[link.pointing.link]
        most = largest(own.pointing, table.rows, own.target_rows)
        fewest = smallest(other.pointing, tables[rule.child].rows, other.target_rows)
        if most > fewest:
            message = (
                f"{rule.ref}: a row of {own.target} can have {most} rows, one of {other.target} only {fewest} rows of "
                f"{rule.child}, which they repeat"
            )
            hint = "set children per parent by foreign_key rules, or ask for fewer rows of the one or more of the other"
            yield error("relation_infeasible", pointer("rules", index), message, hint, table=rule.ref)


WORDS: dict[type, Word] = {
    ParentRule: Word(prepare=_prepare_parent, decide=_decide_parent, settle=_settle_parent),
    CounterpartRule: Word(prepare=_prepare_counterpart, decide=_decide_counterpart),
}
