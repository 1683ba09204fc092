"""A run killed at a random moment and resumed, against one that nobody disturbs."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from datalchemy_nb.demo import crm_sql
from datalchemy_nb.export.rundir import list_runs
from tests.benchmarks.figures import Figure
from tests.benchmarks.harness import Bench, ratios, seconds
from tests.benchmarks.plans import crm

_CLI = "import sys; from datalchemy_nb.commands.cli import main; sys.exit(main(sys.argv[1:]))"
_POLL_SECONDS = 0.01


def resume(bench: Bench) -> Iterator[Figure]:
    """Both as commands: the killed one starts a process more."""
    session = bench.session("crm", crm_sql())
    assert session.schema is not None
    rows = max(bench.rows // 2, 1)
    schema, plan = bench.directory / "schema.json", bench.directory / "plan.json"
    schema.write_text(session.schema.to_json(), encoding="utf-8")
    plan.write_text(json.dumps(crm(rows)), encoding="utf-8")
    moments = random.Random(6)
    hashes: list[list[str | None]] = []
    lasted = [1.0]

    def undisturbed() -> None:
        with bench.scratch() as here:
            started = time.perf_counter()
            _command(plan, schema, here).wait()
            lasted[0] = time.perf_counter() - started
            hashes.append(_hashes(here))

    def killed() -> None:
        with bench.scratch() as here:
            process = _command(plan, schema, here)
            while process.poll() is None and not list(here.glob("*/*.csv*")):
                time.sleep(_POLL_SECONDS)
            time.sleep(moments.random() * lasted[0] / 2)
            process.kill()
            process.wait()
            _python("generate", "--resume", "latest", "--out", str(here)).wait()
            hashes.append(_hashes(here))

    spent = bench.rounds({"undisturbed": undisturbed, "killed": killed})
    same = "the same hashes every time" if all(found == hashes[0] for found in hashes) else "HASHES DIFFER"
    yield Figure(
        part="resume",
        title="a run killed (SIGKILL) at a random moment and resumed, against an undisturbed one",
        value=ratios(spent["killed"], spent["undisturbed"], "clock"),
        limit=1.5,
        details=(*seconds(spent["killed"], "killed and resumed"), *seconds(spent["undisturbed"], "undisturbed")),
        note=f"full_stack_ptbr with {rows:,} rows in each large table, as commands; {same}",
    )


def _command(plan: Path, schema: Path, out: Path) -> subprocess.Popen[bytes]:
    return _python("generate", str(plan), "--schema-file", str(schema), "--out", str(out))


def _python(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _CLI, *words, "-q"])


def _hashes(out: Path) -> list[str | None]:
    return [table.sha256 for table in list_runs(out)[0].manifest.tables]
