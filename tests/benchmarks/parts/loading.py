"""Loading a run against psql's copy of the same files into the same tables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from datalchemy_nb.demo import crm_sql
from datalchemy_nb.results.base import Run
from tests.benchmarks.figures import Figure
from tests.benchmarks.harness import Bench, program, rates, ratios, seconds
from tests.benchmarks.plans import crm


def loading(bench: Bench) -> Iterator[Figure]:
    """One transaction each, every row checked, rolled back at the end; psql copies with all constraints on."""
    session = bench.session("crm", crm_sql())
    url, rows = bench.server.url("crm"), max(bench.rows // 10, 1)
    session.resolved(crm(rows))
    psql = program("psql")
    with bench.scratch() as here:
        run = session.generate(out_dir=here / "runs")
        work: dict[str, Callable[[], object]] = {"load": lambda: session.load(run, url)}
        if psql is not None:
            words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={_script(run, here)}", url]
            work["psql"] = lambda: subprocess.run([psql, *words], check=True, capture_output=True, env=_environment())
        spent = bench.rounds(work)
    total = sum(table.rows for table in run.manifest.tables)
    note = f"{total:,} rows of full_stack_ptbr; processor time leaves out the server's"
    ours = rates(spent["load"], total, "load")
    if psql is None:
        yield Figure(
            part="loading",
            title="load, rows per second",
            value=ours,
            limit=1,
            better="large",
            note=f"{note}; there is no psql here to compare with",
        )
        return
    yield Figure(
        part="loading",
        title="load against psql \\copy of the same files",
        value=ratios(spent["load"], spent["psql"], "clock"),
        limit=0.35,
        details=(
            ours,
            rates(spent["psql"], total, "psql \\copy"),
            *seconds(spent["load"], "load"),
            *seconds(spent["psql"], "psql \\copy"),
        ),
        note=note,
    )


def _script(run: Run, here: Path) -> Path:
    """Tables in the order of the manifest, in which parents come first."""
    copies = (
        f"\\copy {t.ref.schema}.{t.ref.table} ({', '.join(t.columns)}) "
        f"from '{run.directory / t.file}' with (format csv, header)"
        for t in run.manifest.tables
    )
    path = here / "copy.sql"
    path.write_text("\n".join(["BEGIN;", *copies, "ROLLBACK;", ""]), encoding="utf-8")
    return path


def _environment() -> dict[str, str]:
    return {**os.environ, "PGCLIENTENCODING": "UTF8"}
