"""How a plan, its validation and its issues are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import ColumnRule, FkStrategyRule, ForeignKeyRule, Plan, PolicyRule
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.planning.leave_out import left_out, needs_another
from datalchemy_nb.results.base import Explanation, Rebased, Validation
from datalchemy_nb.show.document import (
    Badge,
    Block,
    Cell,
    Code,
    Dim,
    Document,
    Finding,
    Findings,
    Grid,
    Note,
    facts,
    grid,
    plural,
)

_ALIKE = 10
"""Warnings of one kind that are shown; the others are counted."""
_AT_ONCE = 30
"""More rules than these are shown table by table, folded."""


def _locales(plan: Plan) -> str:
    """The plan's locale, or all with their shares of the rows."""
    whole = sum(weight for _, weight in plan.locales)
    mixed = len(plan.locales) > 1
    return ", ".join(f"{name} {weight / whole:.0%}" if mixed else name for name, weight in plan.locales)


def describe_plan(plan: Plan) -> Document:
    """Targets, and the rule of every column."""
    counts = plan.counts()
    blocks: list[Block] = [
        facts(
            ("seed", str(plan.seed)),
            ("locale", _locales(plan)),
            *([("locale told by", plan.global_.evidence)] if plan.global_ and plan.global_.evidence else []),
            ("base date", plan.base_date.isoformat()),
            ("null rate", f"{plan.null_rate:.0%}"),
            ("hash", Code(plan.sha256()[:16])),
        ),
        grid(["table", "rows>"], [[Code(str(target.ref)), counts[target.ref]] for target in plan.targets], "Targets"),
    ]
    rules = [rule for _, rule in plan.column_rules]
    if len(rules) > _AT_ONCE:
        by_table: dict[str, list[ColumnRule]] = {}
        for rule in rules:
            by_table.setdefault(str(rule.ref), []).append(rule)
        blocks += [_rules(own, f"Rules of {ref}", i > 0) for i, (ref, own) in enumerate(by_table.items())]
    elif rules:
        blocks.append(_rules(rules))
    if keys := [rule for rule in plan.rules if isinstance(rule, ForeignKeyRule)]:
        blocks.append(
            grid(["foreign key", "children", "nulls>"], [_foreign_key(rule) for rule in keys], "Foreign keys")
        )
    if others := [rule for rule in plan.rules if isinstance(rule, PolicyRule | FkStrategyRule)]:
        rows = [[Code(str(rule.ref)), _about(rule), rule.mode] for rule in others]
        blocks.append(grid(["table", "about", "mode"], rows, "Policies"))
    gone = left_out(plan)
    if gone:
        blocks.insert(1, _left_out(gone))
    wishes: list[list[Cell]] = [
        [wish.description, wish.reason]
        for wish in plan.rules_unsupported
        if wish.reference is None or TableRef(wish.reference.schema_name, wish.reference.table) not in gone
    ]
    if wishes:
        blocks.append(grid(["not expressible", "why"], wishes, "Left out by the plan's author"))
    rows_asked = sum(counts.values())
    filled = plural(len(plan.targets), "table")
    if gone:
        filled = f"{len(plan.targets)} of {plural(len(plan.targets) + len(gone), 'table')}"
    title = f"Plan: {filled}, {plural(rows_asked, 'row')}, {plural(len(rules), 'rule')}"
    return Document(title, (), tuple(blocks), "`studio plan` shows all")


def _left_out(gone: Mapping[TableRef, str]) -> Grid:
    """Tables that get no rows: causes, each with how many tables follow it, and no row for each of those."""
    rows: list[list[Cell]] = []
    for ref, reason in gone.items():
        if not needs_another(reason):
            rows.append([Code(str(ref)), reason, len(_followers(ref, gone)) or None])
    return grid(["no rows", "why", "tables that need it>"], rows, "Left out: these tables cannot be filled")


def _followers(ref: TableRef, gone: Mapping[TableRef, str]) -> set[TableRef]:
    """Tables that are left out because a table is, at any remove."""
    found, todo = set[TableRef](), [ref]
    while todo:
        parent = todo.pop()
        more = {child for child, reason in gone.items() if needs_another(reason) and f" {parent}, which" in reason}
        todo += more - found
        found |= more
    return found


def _about(rule: PolicyRule | FkStrategyRule) -> str:
    return rule.constraint.replace("_", " ") if isinstance(rule, PolicyRule) else "foreign keys"


def _foreign_key(rule: ForeignKeyRule) -> list[Cell]:
    wanted = rule.children.model_dump(exclude_defaults=True) if rule.children else {}
    return [
        Code(f"{rule.ref}({', '.join(map(show_ident, rule.columns))})"),
        ", ".join(str(value) if name == "kind" else f"{name} {value}" for name, value in wanted.items()),
        f"{rule.null_rate:.0%}" if rule.null_rate is not None else None,
    ]


def _rules(rules: Sequence[ColumnRule], caption: str = "Rules", fold: bool = False) -> Grid:
    names = ["column", "generator", "parameters", "transforms", "nulls>"]
    has_evidence = any(rule.evidence or rule.comment for rule in rules)
    rows = [_rule(rule) + ([rule.evidence or rule.comment] if has_evidence else []) for rule in rules]
    return grid([*names, "why"] if has_evidence else names, rows, caption, fold=fold)


def _rule(rule: ColumnRule) -> list[Cell]:
    params = rule.effective_params
    return [
        Code(f"{rule.ref}.{show_ident(rule.column)}"),
        Code(rule.generator_id),
        _parameters(params),
        ", ".join(step.transform for step in rule.transforms),
        _nulls(rule),
    ]


def _nulls(rule: ColumnRule) -> str | None:
    rate = None if rule.null_rate is None else f"{rule.null_rate:.0%}"
    if rule.when is None:
        return rate
    states = f"unless {rule.when.column} is {' or '.join(rule.when.texts) or 'there'}"
    return f"{states}; then {rate}" if rule.null_rate else states


def _parameters(params: object) -> Cell:
    if not params:
        return None
    if not isinstance(params, dict):
        return Code(json.dumps(params, ensure_ascii=False))
    return Code(", ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in params.items()))


def describe_validation(result: Validation) -> Document:
    """The verdict, the issues, and rows per table."""
    blocks: list[Block] = []
    if result.issues:
        blocks.append(issue_findings(result.issues))
    if result.tables:
        rows: list[list[Cell]] = [
            [Code(str(ref)), count, Dim("added: others refer to it") if ref in result.auto_parents else "target"]
            for ref, count in result.tables.items()
        ]
        blocks.append(grid(["table", "rows>", "why"], rows, "A run would fill, in this order"))
    total = sum(result.tables.values())
    title = f"Plan for {plural(len(result.tables), 'table')}, {plural(total, 'row')}" if result.ok else "Plan"
    return Document(title, issue_badges(result.issues, result.ok), tuple(blocks))


def issue_badges(issues: Sequence[Issue], ok: bool) -> tuple[Badge, ...]:
    """Valid or not, and how many issues of each severity."""
    errors = sum(issue.severity == "error" for issue in issues)
    warnings = len(issues) - errors
    found = [Badge("valid", "ok")] if ok else [Badge(plural(errors, "error"), "bad")]
    return (*found, Badge(plural(warnings, "warning"), "warn")) if warnings else tuple(found)


def issue_findings(issues: Sequence[Issue]) -> Findings:
    """One finding an issue, errors first, those of a kind together; of many warnings of a kind the first few."""
    found: list[Finding] = []
    kinds = dict.fromkeys((issue.severity, issue.code) for issue in sorted(issues, key=lambda issue: issue.severity))
    for severity, code in kinds:
        alike = [issue for issue in issues if (issue.severity, issue.code) == (severity, code)]
        badge = Badge(f"{severity}: {code}", "bad" if severity == "error" else "warn")
        shown = alike if severity == "error" or len(alike) <= _ALIKE + 1 else alike[:_ALIKE]
        found += [Finding(badge, issue.path, issue.message, issue.hint or "") for issue in shown]
        if len(shown) < len(alike):
            tables = len({issue.table for issue in alike if issue.table})
            rest = f"and {len(alike) - len(shown)} more of this kind, in {plural(tables, 'table')} altogether"
            found.append(Finding(badge, "/", rest, "the issues of `validate` in Python, or report.json, list them all"))
    return Findings(tuple(found))


def describe_invalid(error: PlanInvalid) -> Document:
    """An error with its issues."""
    blocks: tuple[Block, ...] = (issue_findings(error.issues),) if error.issues else ()
    return Document("Plan", issue_badges(error.issues, ok=False), blocks)


def describe_explanation(result: Explanation) -> Document:
    """Why a column is filled as it is."""
    return Document(f"Why {result.place}", (), tuple(Note(line) for line in result.why.splitlines() if line.strip()))


def describe_rebased(result: Rebased) -> Document:
    """What changed in the schema, what was done to the plan, and what is still wrong with it."""
    rows: list[list[Cell]] = [[change.did, Code(change.place), change.why] for change in result.changes]
    blocks: list[Block] = []
    if rows:
        blocks.append(grid(["did", "where", "why"], rows, result.what.capitalize()))
    else:
        blocks.append(Note("nothing had to be done"))
    if result.validation.issues:
        blocks.append(issue_findings(result.validation.issues))
    where = Note(f"written to {result.out}") if result.out else Note("not written to a file: add --out FILE")
    badges = issue_badges(result.validation.issues, result.ok)
    return Document(f"Plan {result.what}: {plural(len(result.changes), 'change')}", badges, (*blocks, where))
