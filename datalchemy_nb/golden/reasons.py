"""Why a run may differ from a golden: seed, plan, schema, versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from datalchemy_nb.contracts.run import Manifest

_SHOWN = 60
_MOST = 12
_MADE_ELSEWHERE = 0


def reasons_of(expected: Manifest, actual: Manifest) -> Iterator[str]:
    """What the two manifests say of themselves, where it differs."""
    if _MADE_ELSEWHERE in (expected.output_version, actual.output_version):
        if expected.output_version != actual.output_version:
            yield "one side was made elsewhere: there is no plan or version to compare"
    else:
        yield from _origins(expected, actual)
    if expected.schema_fingerprint != actual.schema_fingerprint:
        yield f"schema changed: {expected.schema_fingerprint[:12]} to {actual.schema_fingerprint[:12]}"
    if expected.block_rows != actual.block_rows:
        yield f"block size changed: {expected.block_rows} to {actual.block_rows}, so rows cannot be located"


def _origins(expected: Manifest, actual: Manifest) -> Iterator[str]:
    if expected.seed != actual.seed:
        yield f"seed changed: {expected.seed} to {actual.seed}"
    if expected.plan_sha256 != actual.plan_sha256:
        yield f"plan changed: {expected.plan_sha256[:12]} to {actual.plan_sha256[:12]}"
    if expected.output_version != actual.output_version:
        yield f"output version changed: {expected.output_version} to {actual.output_version}"
    for name in sorted({*expected.dependencies, *actual.dependencies}):
        before, after = expected.dependencies.get(name, "none"), actual.dependencies.get(name, "none")
        if before != after:
            yield f"{name} changed: {before} to {after}"


def plan_changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    """The places where two plans differ, the seed left out: rules by column, targets by table."""
    if old is None or new is None:
        return
    changes = list(_changes(_keyed(old), _keyed(new), ""))
    for path, before, after in changes[:_MOST]:
        yield f"in the plan, {path}: {_short(before)} to {_short(after)}"
    if len(changes) > _MOST:
        yield f"in the plan, {len(changes) - _MOST} more changes"


_ABSENT = object()


def _keyed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with its lists turned into mappings, so that an inserted rule is one change."""
    out = {key: value for key, value in plan.items() if key not in ("seed", "targets", "rules")}
    out["rows"] = {f"{t['schema']}.{t['table']}": t.get("rows") for t in plan.get("targets", ())}
    out["rule"] = {_name(rule): rule for rule in plan.get("rules", ())}
    return out


def _name(rule: Mapping[str, Any]) -> str:
    place = f"{rule.get('schema')}.{rule.get('table')}"
    return f"{place}.{rule['column']}" if "column" in rule else f"{place} {rule.get('constraint') or rule.get('type')}"


def _changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (*old, *(k for k in new if k not in old)):
            yield from _changes(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path} {key}".strip())
    elif old != new:
        yield path, old, new


def _short(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
