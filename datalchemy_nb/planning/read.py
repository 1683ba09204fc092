"""From a document to a plan: every shape error at once, each with its JSON Pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import ColumnRule, GeneratorRef, Plan
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.planning.document import Unreadable, document_name, load_document
from datalchemy_nb.planning.issues import error, pointer, sort_issues
from datalchemy_nb.planning.rules.version import version_issues
from datalchemy_nb.planning.shape import plan_from, shape_issues, unknown_fields


def read_plan(
    source: Path | str | bytes | Mapping[str, Any], *, strict: bool = False
) -> tuple[Plan, tuple[Issue, ...]]:
    """Read a plan from JSON, YAML or a mapping.

    Args:
        source: a path, the text itself, or a mapping. A string is a path unless it holds a line break or begins with
            a brace.
        strict: unknown fields are errors; ``options.strict`` in the plan does the same.

    Returns:
        The plan, and warnings about fields no plan has.

    Raises:
        PlanInvalid: the text does not parse, or is not of a plan's shape; carries all issues.
        ContractError: the file is missing or unreadable.
    """
    try:
        name, language, values = load_document(source)
    except Unreadable as reason:
        issue = error("invalid_plan_json", pointer(), reason.message, reason.hint)
        raise refused(document_name(source), [issue]) from None
    if language == "yaml":
        _restore_versions(values)
    issues = check_document(values, strict=strict)
    if any(issue.severity == "error" for issue in issues):
        raise refused(name, issues)
    return plan_from(values), issues


def check_document(document: object, *, strict: bool = False) -> tuple[Issue, ...]:
    """Return the issues of a document of plain values: version, shape, unknown fields; errors first."""
    strict = strict or _is_strict(document)
    version = document.get("plan_version") if isinstance(document, dict) else None
    found = [*version_issues(version)] if isinstance(version, str) else []
    found += shape_issues(document)
    found += unknown_fields(document, "error" if strict else "warning")
    return sort_issues(found)


def normalise(plan: Plan) -> Plan:
    """Return the plan with every generator in object form, holding its effective params; rule-level params are gone."""
    rules = tuple(_normal(rule) if isinstance(rule, ColumnRule) else rule for rule in plan.rules)
    return plan.model_copy(update={"rules": rules})


def refused(name: str, issues: Sequence[Issue]) -> PlanInvalid:
    """Return the error that carries these issues; the message gives the first one and how many more there are."""
    errors = [issue for issue in issues if issue.severity == "error"] or list(issues)
    # Another version explains all other errors, so it goes into the message wherever it stands.
    first = next((issue for issue in errors if issue.code == "plan_version_unsupported"), errors[0])
    more = len(errors) - 1
    rest = f" (and {more} more {'error' if more == 1 else 'errors'})" if more else ""
    return PlanInvalid(f"{name}: {first.path}: {first.message}{rest}", issues=sort_issues(issues), hint=first.hint)


def _normal(rule: ColumnRule) -> ColumnRule:
    generator = GeneratorRef(
        id=rule.generator_id, locale=rule.locale, params=rule.effective_params, distribution=rule.distribution
    )
    return rule.model_copy(update={"generator": generator, "params": None})


def _is_strict(document: object) -> bool:
    options = document.get("options") if isinstance(document, dict) else None
    return isinstance(options, dict) and options.get("strict") is True


def _restore_versions(document: object) -> None:
    """``plan_version: 0.2`` without quotes is a number in YAML; there is only one thing it can mean."""
    if not isinstance(document, dict):
        return
    for holder, field in ((document, "plan_version"), (document.get("schema_ref"), "schema_version")):
        if isinstance(holder, dict) and isinstance(holder.get(field), float):
            holder[field] = str(holder[field])
