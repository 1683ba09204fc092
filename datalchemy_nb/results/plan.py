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
from datalchemy_nb.show import document as doc

_ALIKE = 10
"""Warnings of one kind that are shown; the others are counted."""
_AT_ONCE = 30
"""More rules than these are shown table by table, folded."""


def _locales(plan: Plan) -> str:
    """The plan's locale, or all with their shares of the rows."""
    whole = sum(weight for _, weight in plan.locales)
    mixed = len(plan.locales) > 1
    return ", ".join(f"{name} {weight / whole:.0%}" if mixed else name for name, weight in plan.locales)


def describe_plan(plan: Plan) -> doc.Document:
    """Targets, and the rule of every column."""
    counts = plan.counts()
    blocks: list[doc.Block] = [
        doc.facts(
            ("seed", str(plan.seed)),
            ("locale", _locales(plan)),
            *([("locale told by", plan.global_.evidence)] if plan.global_ and plan.global_.evidence else []),
            ("base date", plan.base_date.isoformat()),
            ("null rate", f"{plan.null_rate:.0%}"),
            ("hash", doc.Code(plan.sha256()[:16])),
        ),
        doc.grid(
            ["table", "rows>"], [[doc.Code(str(target.ref)), counts[target.ref]] for target in plan.targets], "Targets"
        ),
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
            doc.grid(["foreign key", "children", "nulls>"], [_foreign_key(rule) for rule in keys], "Foreign keys")
        )
    if others := [rule for rule in plan.rules if isinstance(rule, PolicyRule | FkStrategyRule)]:
        rows = [[doc.Code(str(rule.ref)), _about(rule), rule.mode] for rule in others]
        blocks.append(doc.grid(["table", "about", "mode"], rows, "Policies"))
    gone = left_out(plan)
    if gone:
        blocks.insert(1, _left_out(gone))
    wishes: list[list[doc.Cell]] = [
        [wish.description, wish.reason]
        for wish in plan.rules_unsupported
        if wish.reference is None or TableRef(wish.reference.schema_name, wish.reference.table) not in gone
    ]
    if wishes:
        blocks.append(doc.grid(["not expressible", "why"], wishes, "Left out by the plan's author"))
    rows_asked = sum(counts.values())
    filled = doc.plural(len(plan.targets), "table")
    if gone:
        filled = f"{len(plan.targets)} of {doc.plural(len(plan.targets) + len(gone), 'table')}"
    title = f"Plan: {filled}, {doc.plural(rows_asked, 'row')}, {doc.plural(len(rules), 'rule')}"
    return doc.Document(title, (), tuple(blocks), "`studio plan` shows all")


def _left_out(gone: Mapping[TableRef, str]) -> doc.Grid:
    """Tables that get no rows: causes, each with how many tables follow it, and no row for each of those."""
    rows: list[list[doc.Cell]] = []
    for ref, reason in gone.items():
        if not needs_another(reason):
            rows.append([doc.Code(str(ref)), reason, len(_followers(ref, gone)) or None])
    return doc.grid(["no rows", "why", "tables that need it>"], rows, "Left out: these tables cannot be filled")


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


def _foreign_key(rule: ForeignKeyRule) -> list[doc.Cell]:
    wanted = rule.children.model_dump(exclude_defaults=True) if rule.children else {}
    return [
        doc.Code(f"{rule.ref}({', '.join(map(show_ident, rule.columns))})"),
        ", ".join(str(value) if name == "kind" else f"{name} {value}" for name, value in wanted.items()),
        f"{rule.null_rate:.0%}" if rule.null_rate is not None else None,
    ]


def _rules(rules: Sequence[ColumnRule], caption: str = "Rules", fold: bool = False) -> doc.Grid:
    names = ["column", "generator", "parameters", "transforms", "nulls>"]
    has_evidence = any(rule.evidence or rule.comment for rule in rules)
    rows = [_rule(rule) + ([rule.evidence or rule.comment] if has_evidence else []) for rule in rules]
    return doc.grid([*names, "why"] if has_evidence else names, rows, caption, fold=fold)


def _rule(rule: ColumnRule) -> list[doc.Cell]:
    params = rule.effective_params
    return [
        doc.Code(f"{rule.ref}.{show_ident(rule.column)}"),
        doc.Code(rule.generator_id),
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


def _parameters(params: object) -> doc.Cell:
    if not params:
        return None
    if not isinstance(params, dict):
        return doc.Code(json.dumps(params, ensure_ascii=False))
    return doc.Code(", ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in params.items()))


def describe_validation(result: Validation) -> doc.Document:
    """The verdict, the issues, and rows per table."""
    blocks: list[doc.Block] = []
    if result.issues:
        blocks.append(issue_findings(result.issues))
    if result.tables:
        rows: list[list[doc.Cell]] = [
            [
                doc.Code(str(ref)),
                count,
                doc.Dim("added: others refer to it") if ref in result.auto_parents else "target",
            ]
            for ref, count in result.tables.items()
        ]
        blocks.append(doc.grid(["table", "rows>", "why"], rows, "A run would fill, in this order"))
    total = sum(result.tables.values())
    title = f"Plan for {doc.plural(len(result.tables), 'table')}, {doc.plural(total, 'row')}" if result.ok else "Plan"
    return doc.Document(title, issue_badges(result.issues, result.ok), tuple(blocks))


def issue_badges(issues: Sequence[Issue], ok: bool) -> tuple[doc.Badge, ...]:
    """Valid or not, and how many issues of each severity."""
    errors = sum(issue.severity == "error" for issue in issues)
    warnings = len(issues) - errors
    found = [doc.Badge("valid", "ok")] if ok else [doc.Badge(doc.plural(errors, "error"), "bad")]
    return (*found, doc.Badge(doc.plural(warnings, "warning"), "warn")) if warnings else tuple(found)


def issue_findings(issues: Sequence[Issue]) -> doc.Findings:
    """One finding an issue, errors first, those of a kind together; of many warnings of a kind the first few."""
    found: list[doc.Finding] = []
    kinds = dict.fromkeys((issue.severity, issue.code) for issue in sorted(issues, key=lambda issue: issue.severity))
    for severity, code in kinds:
        alike = [issue for issue in issues if (issue.severity, issue.code) == (severity, code)]
        badge = doc.Badge(f"{severity}: {code}", "bad" if severity == "error" else "warn")
        shown = alike if severity == "error" or len(alike) <= _ALIKE + 1 else alike[:_ALIKE]
        found += [doc.Finding(badge, issue.path, issue.message, issue.hint or "") for issue in shown]
        if len(shown) < len(alike):
            tables = len({issue.table for issue in alike if issue.table})
            rest = f"and {len(alike) - len(shown)} more of this kind, in {doc.plural(tables, 'table')} altogether"
            found.append(
                doc.Finding(badge, "/", rest, "the issues of `validate` in Python, or report.json, list them all")
            )
    return doc.Findings(tuple(found))


def describe_invalid(error: PlanInvalid) -> doc.Document:
    """An error with its issues."""
    blocks: tuple[doc.Block, ...] = (issue_findings(error.issues),) if error.issues else ()
    return doc.Document("Plan", issue_badges(error.issues, ok=False), blocks)


def describe_explanation(result: Explanation) -> doc.Document:
    """Why a column is filled as it is."""
    return doc.Document(
        f"Why {result.place}", (), tuple(doc.Note(line) for line in result.why.splitlines() if line.strip())
    )


def describe_rebased(result: Rebased) -> doc.Document:
    """What changed in the schema, what was done to the plan, and what is still wrong with it."""
    rows: list[list[doc.Cell]] = [[change.did, doc.Code(change.place), change.why] for change in result.changes]
    blocks: list[doc.Block] = []
    if rows:
        blocks.append(doc.grid(["did", "where", "why"], rows, result.what.capitalize()))
    else:
        blocks.append(doc.Note("nothing had to be done"))
    if result.validation.issues:
        blocks.append(issue_findings(result.validation.issues))
    where = doc.Note(f"written to {result.out}") if result.out else doc.Note("not written to a file: add --out FILE")
    badges = issue_badges(result.validation.issues, result.ok)
    return doc.Document(f"Plan {result.what}: {doc.plural(len(result.changes), 'change')}", badges, (*blocks, where))
