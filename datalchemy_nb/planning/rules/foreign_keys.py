"""Rules about foreign keys: of known tables and keys, one each, with null rates where nulls are taken."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import FkStrategyRule, ForeignKeyRule
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.scope import Scope, missing_column

# --- foreign key strategies: of known tables with foreign keys, one each, and disabled only with the flag -------------


def check(scope: Scope) -> Iterator[Issue]:
    """Check every foreign key strategy."""
    first: dict[TableRef, tuple[int, FkStrategyRule]] = {}
    for index, rule in enumerate(scope.plan.rules):
        if not isinstance(rule, FkStrategyRule):
            continue
        path = pointer("rules", index)
        table = scope.schema.tables.get(rule.ref)
        if table is None:
            yield error("unknown_fk_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
            continue
        earlier, other = first.setdefault(rule.ref, (index, rule))
        if other.mode != rule.mode:
            message = f"{rule.ref}: foreign keys are {other.mode} in one rule and {rule.mode} in another"
            hint = f"keep one; the other is {pointer('rules', earlier)}"
            yield error("duplicate_fk_strategy", path, message, hint)
            continue
        if not table.foreign_keys:
            message = f"{rule.ref} has no foreign key, so the strategy changes nothing"
            yield warning("fk_strategy_without_fk", path, message, "remove the rule")
        if rule.mode == "disable" and not scope.plan.settings.allow_fk_disable:
            message = f"{rule.ref}: foreign keys stay respected, because options.allow_fk_disable is not true"
            hint = "set options.allow_fk_disable to true, or remove the rule"
            yield warning("fk_disable_without_flag", path, message, hint)


# --- rules about foreign keys: of known tables and keys, one each, with null rates where nulls are taken --------------


def check_children(scope: Scope) -> Iterator[Issue]:
    """Check every rule about a foreign key; whether its numbers agree is seen when the plan is resolved."""
    first: dict[tuple[TableRef, frozenset[str]], int] = {}
    for index, rule in enumerate(scope.plan.rules):
        if not isinstance(rule, ForeignKeyRule):
            continue
        table = scope.schema.tables.get(rule.ref)
        if table is None:
            yield error("unknown_fk_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
            continue
        found = tuple(_columns(index, rule, table))
        yield from found
        if found:
            continue
        earlier = first.setdefault((rule.ref, frozenset(rule.columns)), index)
        if earlier != index:
            message = f"{rule.ref}: the foreign key on {', '.join(rule.columns)} has two rules"
            hint = f"keep one; the other is {pointer('rules', earlier)}"
            yield error("duplicate_fk_rule", pointer("rules", index), message, hint)
        yield from _nulls(scope, index, rule, table)
        if rule.ref not in scope.filled:
            message = f"{rule.ref} has a rule, but no rows of it are generated"
            yield warning("rule_without_target", pointer("rules", index), message, "add it to the targets")


def _columns(index: int, rule: ForeignKeyRule, table: Table) -> Iterator[Issue]:
    unknown = [(j, name) for j, name in enumerate(rule.columns) if name not in table.by_name]
    for j, name in unknown:
        yield error(
            "unknown_column", pointer("rules", index, "columns", j), *missing_column(rule.ref, name, table.by_name)
        )
    if not unknown and not any(set(key.columns) == set(rule.columns) for key in table.foreign_keys):
        message = f"{rule.ref} has no foreign key on {', '.join(rule.columns)}"
        known = "; ".join(", ".join(key.columns) for key in table.foreign_keys)
        hint = f"its foreign keys are on {known}" if known else "remove the rule"
        yield error("unknown_foreign_key", pointer("rules", index, "columns"), message, hint)


def _nulls(scope: Scope, index: int, rule: ForeignKeyRule, table: Table) -> Iterator[Issue]:
    fixed = table.primary_key.columns if table.primary_key else ()
    nullable = [n for n in rule.columns if n not in fixed and not is_not_null(table.by_name[n], scope.schema)]
    if rule.null_rate and not nullable:
        message = (
            f"{rule.ref}: {', '.join(rule.columns)} is NOT NULL, but a null rate of {rule.null_rate:g} is asked for"
        )
        yield error("null_rate_on_not_null", pointer("rules", index, "null_rate"), message, "remove the rate")
