"""Foreign keys: which parent row each row points at."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.schema import ForeignKey
from datalchemy_nb.planning.drafts import TableDraft
from datalchemy_nb.planning.graph import partition_root, without_foreign_keys
from datalchemy_nb.planning.resolved import EarlierRow, Link, Pointing, RandomParent

ROOT_RATE = 0.05
"""Share of rows of a self-referencing table that are roots."""


def draft_links(draft: TableDraft) -> None:
    """Add a link for every foreign key that is respected."""
    if draft.ref in without_foreign_keys(draft.plan) or draft.policy("foreign_key") == "ignore":
        return
    taken: set[str] = set()
    for key in _widest_first(draft.table.foreign_keys):
        target = partition_root(key.target, draft.schema)
        if target not in draft.rows_by_table:
            _without_parent(draft, key)
            continue
        if taken & set(key.columns):
            draft.refuse(
                "unsupported",
                "/",
                f"{draft.ref}: foreign key {key.name} shares a column with another foreign key",
                "set foreign_key_strategy disable for the table, with options.allow_fk_disable",
            )
            continue
        taken |= set(key.columns)
        draft.links.append(_link(draft, key, len(draft.links)))


def _widest_first(keys: tuple[ForeignKey, ...]) -> Iterator[ForeignKey]:
    yield from sorted(keys, key=lambda key: -len(key.columns))


def _link(draft: TableDraft, key: ForeignKey, index: int) -> Link:
    target = partition_root(key.target, draft.schema)
    nullable = tuple(name for name in key.columns if draft.may_be_null(name))
    if key.match_type == "full" and len(nullable) < len(key.columns):
        nullable = ()
    pointing: Pointing = EarlierRow(ROOT_RATE) if target == draft.ref else RandomParent()
    return Link(
        index=index,
        name=key.name or "_".join(key.columns),
        columns=key.columns,
        target=target,
        referenced=key.referenced_columns,
        target_rows=draft.rows_by_table[target],
        pointing=pointing,
        null_rate=_null_rate(draft, nullable),
        nullable=nullable,
    )


def _null_rate(draft: TableDraft, nullable: tuple[str, ...]) -> float:
    if not nullable:
        return 0.0
    asked = [rule.null_rate for _, rule in draft.plan.column_rules if rule.ref == draft.ref and rule.column in nullable]
    rates = [rate for rate in asked if rate is not None]
    return max(rates) if rates else draft.plan.null_rate


def _without_parent(draft: TableDraft, key: ForeignKey) -> None:
    """A parent that is not generated: nulls where they are allowed, else the plan cannot run."""
    if any(draft.may_be_null(name) for name in key.columns):
        draft.warn(
            "fk_without_parent",
            "/",
            f"{draft.ref}: foreign key {key.name} points at {key.target}, which is not generated; its columns are null",
            f"add {key.target} to the targets",
        )
        return
    draft.refuse(
        "fk_without_parent",
        "/",
        f"{draft.ref}: foreign key {key.name} needs rows of {key.target}, which is not generated",
        f"add {key.target} to the targets, or let options.auto_generate_parents be true",
    )
