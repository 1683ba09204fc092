"""Results as plain JSON values: the contract behind each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.results import base as results


def plain(value: object) -> Any:
    """Return a result as JSON values."""
    if isinstance(value, Contract):
        return value.to_dict()
    for kind, convert in _CONVERSIONS.items():
        if isinstance(value, kind):
            return convert(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _preview(preview: results.Preview) -> dict[str, Any]:
    # Through polars' own JSON, so that dates, decimals and bytes read as they do there.
    return {
        "schema": preview.ref.schema,
        "table": preview.ref.table,
        "offset": preview.offset,
        "total": preview.total,
        "rows": json.loads(json.dumps(preview.frame.to_dicts(), default=_text)),
    }


def _text(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _validation(result: results.Validation) -> dict[str, Any]:
    return {
        "ok": result.ok,
        "issues": [issue.to_dict() for issue in result.issues],
        "tables": [
            {"schema": ref.schema, "table": ref.table, "rows": rows, "auto_parent": ref in result.auto_parents}
            for ref, rows in result.tables.items()
        ],
    }


def _runs(result: results.RunList) -> list[dict[str, Any]]:
    return [{**run.__dict__, "directory": str(run.directory)} for run in result.runs]


def _generators(result: results.GeneratorList) -> list[dict[str, Any]]:
    return [
        {
            "id": spec.id,
            "doc": spec.doc,
            "produces": list(spec.produces),
            "tags": list(spec.tags),
            "locale_aware": spec.locale_aware,
            "params": spec.params.model_json_schema(),
        }
        for spec in result.specs
    ]


def _demo(result: results.DemoResult) -> dict[str, Any]:
    return {"ok": result.ok, "steps": [dict(step.__dict__) for step in result.steps], "places": dict(result.places)}


_CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    results.Connected: lambda r: dict(r.__dict__),
    results.SessionList: lambda r: [dict(line.__dict__) for line in r.sessions],
    results.SchemaResult: lambda r: r.schema.to_dict(),
    results.TableResult: lambda r: r.table.to_dict(),
    results.Explanation: lambda r: {"place": r.place, "why": r.why},
    results.Validation: _validation,
    results.Rebased: lambda r: {
        **_validation(r.validation),
        "changes": [dict(change.__dict__) for change in r.changes],
        "plan": r.plan.to_dict(),
    },
    results.Feasibility: lambda r: {**_validation(r.validation), "feasibility": r.report.to_dict()},
    results.Preview: _preview,
    results.Run: lambda r: {**r.report.to_dict(), "directory": str(r.directory)},
    results.RunList: _runs,
    results.EvaluationResult: lambda r: r.metrics.to_dict(),
    results.GoldenSaved: lambda r: {"name": r.name, "path": str(r.path), "tables": r.tables},
    results.GoldenUpdated: lambda r: {"path": str(r.path), "diff": r.diff.to_dict()},
    results.ProfileResult: lambda r: r.profile.to_dict(),
    results.EvidenceResult: lambda r: {"path": str(r.path), "ok": r.ok, "markdown": r.markdown},
    results.CiResult: lambda r: {
        "ok": r.ok,
        "plan": r.plan,
        "steps": [{**step.__dict__, "lines": list(step.lines)} for step in r.steps],
        "diff": r.diff.to_dict() if r.diff else None,
        "written": [str(path) for path in r.written],
    },
    results.GoldenList: lambda r: list(r.names),
    results.GoldenCheck: lambda r: r.diff.to_dict(),
    results.Verification: lambda r: {**r.diff.to_dict(), "seconds": r.seconds, "damaged": list(r.damaged)},
    results.LoadResult: lambda r: {**r.report.to_dict(), "target": r.target},
    results.UnloadResult: lambda r: {**r.report.to_dict(), "target": r.target},
    results.GeneratorList: _generators,
    results.DemoResult: _demo,
}
