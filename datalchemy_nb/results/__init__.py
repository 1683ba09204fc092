"""Results as html, text and mimebundles: pure functions of the object, deterministic, everything escaped."""

from __future__ import annotations

import importlib

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.progress import Tick
from datalchemy_nb.results import base as results
from datalchemy_nb.results.plain import plain
from datalchemy_nb.show import document as doc
from datalchemy_nb.show.render_text import MAX_ROWS, WIDTH, render_text

__all__ = ["describe", "html", "mimebundle", "plain", "text"]

_DESCRIPTIONS: dict[type, str] = {
    results.Connected: "connection.describe_connected",
    results.SessionList: "connection.describe_sessions",
    results.SchemaResult: "schema.describe_schema",
    results.TableResult: "schema.describe_table",
    results.Validation: "plan.describe_validation",
    results.Explanation: "plan.describe_explanation",
    results.Rebased: "plan.describe_rebased",
    results.Feasibility: "feasibility.describe_feasibility",
    results.Preview: "rows.describe_preview",
    results.Run: "runs.describe_run",
    results.RunList: "runs.describe_run_list",
    results.EvaluationResult: "evaluation.describe_evaluation",
    results.GoldenSaved: "golden.describe_saved",
    results.GoldenUpdated: "golden.describe_updated",
    results.GoldenList: "golden.describe_list",
    results.ProfileResult: "profile.describe_profile",
    results.EvidenceResult: "profile.describe_evidence",
    results.GoldenCheck: "golden.describe_check",
    results.CiResult: "ci_report.describe_ci",
    results.Verification: "golden.describe_verification",
    results.LoadResult: "runs.describe_load",
    results.UnloadResult: "runs.describe_unload",
    results.GeneratorList: "catalogue.describe_generators",
    results.DemoResult: "connection.describe_demo",
    Plan: "plan.describe_plan",
    DatabaseSchema: "schema.describe_bare_schema",
    PlanInvalid: "plan.describe_invalid",
    Tick: "progress.describe_tick",
}
"""Type -> module and function that describe it; each is imported when something of the type is first shown."""
SHOWABLE = tuple(_DESCRIPTIONS)


def describe(value: object) -> doc.Document:
    """Return what is shown of an object.

    Raises:
        TypeError: it has no form of its own.
    """
    for kind in type(value).__mro__:
        if kind in _DESCRIPTIONS:
            module, _, function = _DESCRIPTIONS[kind].partition(".")
            described: doc.Document = getattr(importlib.import_module(f"{__name__}.{module}"), function)(value)
            return described
    raise TypeError(f"nothing is known about showing {type(value).__name__}")


def html(value: object) -> str:
    """Return html that stands alone: its own style, no script, at most 200 kB."""
    from datalchemy_nb.show.render_html import render_html

    return render_html(describe(value))


def text(value: object, *, columns: int | None = WIDTH, rows: int | None = MAX_ROWS) -> str:
    """Return text: by default of at most 100 columns, and 60 rows a table.

    Args:
        value: a result.
        columns: width of a line; None = as wide as it is.
        rows: rows of a table; None = all, and all parts.
    """
    return render_text(describe(value), columns=columns, rows=rows)


def mimebundle(value: object) -> dict[str, str]:
    """Return all forms by MIME type."""
    from datalchemy_nb.show.er import drawn_tables, er_mermaid
    from datalchemy_nb.show.render_html import render_html

    document = describe(value)
    bundle = {"text/plain": render_text(document), "text/html": render_html(document)}
    schema = value.schema if isinstance(value, results.SchemaResult | results.TableResult) else value
    if isinstance(schema, DatabaseSchema) and schema.tables:
        around = value.ref if isinstance(value, results.TableResult) else None
        bundle["text/vnd.mermaid"] = er_mermaid(schema, drawn_tables(schema, around))
    return bundle
