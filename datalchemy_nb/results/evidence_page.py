"""The evidence page: what changed, why, how to validate it, what came out. Markdown, without paths or host names."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from datalchemy_nb._version import OUTPUT_VERSION, __version__
from datalchemy_nb.contracts.golden import GoldenDiff, TableDiff
from datalchemy_nb.contracts.metrics import ConstraintSummary, Metrics
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import GenerationReport, Manifest
from datalchemy_nb.progress import duration, rates, size
from datalchemy_nb.records import dataclass
from datalchemy_nb.results.depth import matching

_PACKAGES = ("duckdb", "faker", "numpy", "polars", "psycopg", "pydantic", "sqlglot")


@dataclass(frozen=True)
class Evidence:
    """What the page is made from.

    Attributes:
        directory: the run directory, from the project's root.
        plan_name: how the plan is called in commands.
        determinism: the run against itself made again.
        golden: the run against a golden, if one was named.
        goldens_dir: where goldens lie, from the project's root.
        seconds: how long making it again took.
    """

    directory: str
    plan_name: str
    plan: Plan
    report: GenerationReport
    manifest: Manifest
    metrics: Metrics
    determinism: GoldenDiff
    seconds: float
    golden: GoldenDiff | None
    why: str
    notes: str
    goldens_dir: str = "goldens"


def render(found: Evidence) -> str:
    """Return the page."""
    sections = (
        f"# Evidence: run {found.report.run_id[:8]}",
        _changed(found),
        f"## Why\n\n{found.why or 'No reason was given.'}",
        _validate(found),
        _results(found),
        _hashes(found.manifest),
        _machine(),
        f"## Notes\n\n{found.notes or 'None.'}",
    )
    return "\n\n".join(sections) + "\n"


def _changed(found: Evidence) -> str:
    plan = found.plan
    rows = sum(plan.counts().values())
    lines = [
        "## What changed",
        "",
        f"- plan: `{found.plan_name}`, version {plan.plan_version}, seed {plan.seed}, "
        f"{len(plan.targets)} targets, {rows:,} rows, {len(plan.rules)} rules",
        f"- plan hash: `{found.manifest.plan_sha256}`",
        f"- schema fingerprint: `{found.manifest.schema_fingerprint}`",
    ]
    if found.golden is None:
        return "\n".join([*lines, "- against a golden: not compared"])
    if found.golden.equal:
        return "\n".join([*lines, f"- against golden `{found.golden.golden}`: equal"])
    lines.append(f"- against golden `{found.golden.golden}`: different")
    lines += [f"  - {reason}" for reason in found.golden.reasons]
    return "\n".join([*lines, *(f"  - {_table(t)}" for t in found.golden.tables if t.status != "equal")])


def _table(table: TableDiff) -> str:
    columns = ", ".join(f"`{change.column}`" for change in table.columns_changed) or "none"
    renamed = "".join(f", `{old}` is now `{new}`" for old, new in table.columns_renamed)
    name = TableRef(table.schema_name, table.table)
    return f"{name}: {table.status}, rows {table.expected_rows} to {table.actual_rows}, columns {columns}{renamed}"


def _validate(found: Evidence) -> str:
    run, goldens = found.directory, found.goldens_dir
    out = run.rpartition("/")[0] or "."
    commands = [
        f"datalchemy generate {found.plan_name} --schema-file {run}/schema.json --out {out}",
        f"datalchemy evaluate {run} --strict",
        f"datalchemy verify {run}",
        *([f"datalchemy golden check {found.golden.golden} {run} --goldens-dir {goldens}"] if found.golden else []),
        f"(cd {run} && sha256sum *.csv)",
    ]
    return "\n".join(["## How to validate", "", "```", *commands, "```"])


def _results(found: Evidence) -> str:
    report, metrics = found.report, found.metrics
    rows = sum(table.rows_generated for table in report.tables)
    seconds = report.duration_ms / 1000
    verdict = "no violations" if metrics.violation_count == 0 else f"{metrics.violation_count} violations"
    deviating = sum(entry.status == "deviates" for entry in metrics.conformance)
    asked, warnings = len(metrics.conformance), sum(report.warnings_by_code.values())
    memory = size(report.peak_memory_bytes) if report.peak_memory_bytes else "not measured"
    same = "every digest equal" if found.determinism.equal else "DIFFERENT"
    lines = [
        "## Results",
        "",
        f"- run: `{found.directory}`, status {report.status}",
        f"- rows: {rows:,} in {len(report.tables)} tables",
        f"- time: {duration(seconds)}, {rates(rows, report.bytes_written, seconds)}",
        f"- size: {report.bytes_written:,} bytes",
        f"- peak memory of the process: {memory}",
        f"- workers: {report.workers}, rows redrawn: {report.retries_total}, warnings: {warnings}",
        f"- evaluation: {verdict}, in {duration(metrics.performance.total_ms / 1000)}",
        *([f"- relations: {metrics.relations_told}"] if metrics.relations else []),
        f"- against the plan: {matching(asked - deviating, asked)}",
        f"- determinism: made again in {duration(found.seconds)}, {same}",
        "",
        "| constraint | checked | violations |",
        "|---|---:|---:|",
    ]
    return "\n".join([*lines, *_constraints(metrics.constraints)])


def _constraints(summary: ConstraintSummary) -> list[str]:
    tallies = {name: getattr(summary, name) for name in ConstraintSummary.model_fields}
    return [f"| {n.replace('_', ' ')} | {t.checked} | {t.violations} |" for n, t in tallies.items() if t.checked]


def _hashes(manifest: Manifest) -> str:
    rows = [f"| `{t.file}` | {t.rows:,} | {t.bytes:,} | `{t.sha256 or 'in parts'}` |" for t in manifest.tables]
    return "\n".join(["## Hashes", "", "| file | rows | bytes | sha256 |", "|---|---:|---:|---|", *rows])


def _machine() -> str:
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return "\n".join(
        [
            "## Machine",
            "",
            f"- {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}",
            f"- datalchemy_nb {__version__}, output version {OUTPUT_VERSION}",
            f"- {packages}",
        ]
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
