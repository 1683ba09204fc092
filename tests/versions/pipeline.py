"""Validate, generate, judge, keep, compare and load example plans; print what came of it as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from datalchemy_nb.demo.crm import start_demo
from datalchemy_nb.session import Session

PLANS = ("crm_complete", "full_stack_ptbr")
LIBRARIES = ("duckdb", "faker", "numpy", "polars", "psycopg", "pydantic", "sqlglot", "xxhash")


def main() -> None:
    """Do it with the libraries that are installed."""
    digests, tables = {}, 0
    with tempfile.TemporaryDirectory() as place, start_demo() as server:
        for name in PLANS:
            out, kept = Path(place) / name / "runs", Path(place) / name / "goldens"
            with Session(out_dir=out, goldens_dir=kept) as session:
                session.introspect(server.conninfo)
                session.use_plan(Path(__file__).parents[2] / "plans" / "examples" / f"{name}.json")
                assert session.validate().ok
                run = session.generate(formats="both")
                assert session.evaluate(run).ok, name
                session.golden_save("base", run)
                assert session.golden_check("base", run).ok
                assert session.verify(run, files=True).ok
                assert not session.load(run).report.committed
                digests |= {f"{name} {t.table}": f"{t.sha256} {' '.join(t.probe)}" for t in run.manifest.tables}
                tables += len(run.manifest.tables)
    versions = {"python": sys.version.split()[0], **{name: version(name) for name in LIBRARIES}}
    print(json.dumps({"versions": versions, "tables": tables, "digests": digests}))


if __name__ == "__main__":
    main()
