"""Which plan format, and which schema the plan was written for."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import PLAN_VERSION
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.scope import Scope


def version_issues(version: str) -> Iterator[Issue]:
    """Yield the issue of a plan format other than ours."""
    if version == PLAN_VERSION:
        return
    hint = f'set "plan_version" to "{PLAN_VERSION}" and validate again'
    if version.startswith("0.1"):
        hint = f'0.1 plans have another shape: draft a new plan, or rewrite this one as "{PLAN_VERSION}"'
    elif version.strip("0123456789.") == "" and version > PLAN_VERSION:
        hint = f'a newer release may read it; this one reads "{PLAN_VERSION}"'
    message = f'plan_version "{version}" is not supported'
    yield error("plan_version_unsupported", pointer("plan_version"), message, hint)


def check(scope: Scope) -> Iterator[Issue]:
    """Compare plan_version, engine, schema_version and fingerprint."""
    yield from version_issues(scope.plan.plan_version)
    ours, theirs = scope.plan.schema_ref, scope.schema
    for field, code in (("engine", "engine_mismatch"), ("schema_version", "schema_version_mismatch")):
        wanted, found = getattr(ours, field), getattr(theirs, field)
        if wanted != found:
            message = f'the plan was written for {field} "{wanted}", the schema has "{found}"'
            yield error(code, pointer("schema_ref", field), message, f'set it to "{found}" if the plan still fits')
    yield from _fingerprint(ours.schema_fingerprint, theirs.schema_fingerprint)


def _fingerprint(wanted: str | None, found: str | None) -> Iterator[Issue]:
    path = pointer("schema_ref", "schema_fingerprint")
    if wanted and not found:
        message = "the plan names a schema fingerprint, but the schema has none to compare with"
        yield error("schema_fingerprint_missing", path, message, "introspect again, or remove it from the plan")
    elif wanted and wanted != found:
        message = f"the schema changed since the plan was written: {_short(wanted)} then, {_short(found)} now"
        hint = f'compare the two schemas; if the plan still fits, set it to "{found}"'
        yield error("schema_fingerprint_mismatch", path, message, hint)
    elif found and not wanted:
        message = "the plan names no schema fingerprint, so a changed schema will not be noticed"
        hint = f'set "schema_fingerprint" to "{found}"'
        yield warning("schema_fingerprint_not_set", pointer("schema_ref"), message, hint)


def _short(fingerprint: str | None) -> str:
    return f"{(fingerprint or '')[:12]}"
