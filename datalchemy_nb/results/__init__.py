"""Results as html, text and mimebundles: pure functions of the object, deterministic, everything escaped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.progress import Tick
from datalchemy_nb.results import base as results
from datalchemy_nb.results.catalogue import describe_generators
from datalchemy_nb.results.ci_report import describe_ci
from datalchemy_nb.results.connection import describe_connected, describe_demo, describe_sessions
from datalchemy_nb.results.evaluation import describe_evaluation
from datalchemy_nb.results.feasibility import describe_feasibility
from datalchemy_nb.results.golden import (
    describe_check,
    describe_list,
    describe_saved,
    describe_updated,
    describe_verification,
)
from datalchemy_nb.results.plain import plain
from datalchemy_nb.results.plan import (
    describe_explanation,
    describe_invalid,
    describe_plan,
    describe_rebased,
    describe_validation,
)
from datalchemy_nb.results.profile import describe_evidence, describe_profile
from datalchemy_nb.results.progress import describe_tick
from datalchemy_nb.results.rows import describe_preview
from datalchemy_nb.results.runs import describe_load, describe_run, describe_run_list, describe_unload
from datalchemy_nb.results.schema import describe_schema, describe_table
from datalchemy_nb.show.document import Document
from datalchemy_nb.show.er import drawn_tables, er_mermaid
from datalchemy_nb.show.render_html import render_html
from datalchemy_nb.show.render_text import MAX_ROWS, WIDTH, render_text

__all__ = ["describe", "html", "mimebundle", "plain", "text"]

_DESCRIPTIONS: dict[type, Callable[[Any], Document]] = {
    results.Connected: describe_connected,
    results.SessionList: describe_sessions,
    results.SchemaResult: describe_schema,
    results.TableResult: describe_table,
    results.Validation: describe_validation,
    results.Explanation: describe_explanation,
    results.Rebased: describe_rebased,
    results.Feasibility: describe_feasibility,
    results.Preview: describe_preview,
    results.Run: describe_run,
    results.RunList: describe_run_list,
    results.EvaluationResult: describe_evaluation,
    results.GoldenSaved: describe_saved,
    results.GoldenUpdated: describe_updated,
    results.GoldenList: describe_list,
    results.ProfileResult: describe_profile,
    results.EvidenceResult: describe_evidence,
    results.GoldenCheck: describe_check,
    results.CiResult: describe_ci,
    results.Verification: describe_verification,
    results.LoadResult: describe_load,
    results.UnloadResult: describe_unload,
    results.GeneratorList: describe_generators,
    results.DemoResult: describe_demo,
    Plan: describe_plan,
    DatabaseSchema: lambda schema: describe_schema(results.SchemaResult(schema)),
    PlanInvalid: describe_invalid,
    Tick: describe_tick,
}
SHOWABLE = tuple(_DESCRIPTIONS)


def describe(value: object) -> Document:
    """Return what is shown of an object.

    Raises:
        TypeError: it has no form of its own.
    """
    for kind in type(value).__mro__:
        if kind in _DESCRIPTIONS:
            return _DESCRIPTIONS[kind](value)
    raise TypeError(f"nothing is known about showing {type(value).__name__}")


def html(value: object) -> str:
    """Return html that stands alone: its own style, no script, at most 200 kB."""
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
    document = describe(value)
    bundle = {"text/plain": render_text(document), "text/html": render_html(document)}
    schema = value.schema if isinstance(value, results.SchemaResult | results.TableResult) else value
    if isinstance(schema, DatabaseSchema) and schema.tables:
        around = value.ref if isinstance(value, results.TableResult) else None
        bundle["text/vnd.mermaid"] = er_mermaid(schema, drawn_tables(schema, around))
    return bundle
