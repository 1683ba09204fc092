"""Foreign key strategies: of known tables with foreign keys, one each, and disabled only with the flag."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import FkStrategyRule
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.scope import Scope


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
