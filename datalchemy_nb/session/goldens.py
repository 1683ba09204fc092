"""The verbs that compare a run with what was kept, and write its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datalchemy_nb.contracts.names import names_of
from datalchemy_nb.errors import RunNotFound
from datalchemy_nb.export.rundir import finished_run
from datalchemy_nb.results.base import (
    EvidenceResult,
    GoldenCheck,
    GoldenList,
    GoldenSaved,
    GoldenUpdated,
    Run,
)
from datalchemy_nb.session.runs import RunVerbs
from datalchemy_nb.session.state import where_of, whole


class GoldenVerbs(RunVerbs):
    """Save, check, update and list goldens; write evidence."""

    def golden_save(
        self,
        name: str,
        run: Run | Path | str | None = None,
        *,
        tables: str | Sequence[str] | None = None,
        rows: int | None = None,
        force: bool = False,
    ) -> GoldenSaved:
        """Keep a run's hashes under a name, to compare later runs with.

        Args:
            name: the golden's name.
            run: a run, or any directory of CSV or Parquet files.
            tables: only these.
            rows: only the first so many rows of each table.
            force: replace a golden of this name.

        Raises:
            GoldenError: the name is taken (and not ``force``) or not allowed.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import save
        from datalchemy_nb.session.regression import make

        if rows is not None:
            whole("rows", rows, 0)
        directory = finished_run(where_of(run), self.out_dir)
        golden = make(name, directory, self._schema_of(directory), tables=names_of(tables) or None, rows=rows)
        return GoldenSaved(
            name, save(golden, self.goldens_dir, force=force, run=directory.path), len(golden.manifest.tables)
        )

    def golden_check(self, name: str, run: Run | Path | str | None = None) -> GoldenCheck:
        """Compare a run, or any directory of CSV or Parquet files, with a golden.

        Raises:
            GoldenError: no such golden.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import load
        from datalchemy_nb.session.regression import difference

        directory = finished_run(where_of(run), self.out_dir)
        return GoldenCheck(
            difference(load(name, self.goldens_dir), directory, self._schema_of(directory), self.goldens_dir)
        )

    def golden_update(self, name: str, run: Run | Path | str | None = None) -> GoldenUpdated:
        """Replace a golden by what a run gives now, and tell how they differed; its tables and rows stay chosen.

        Raises:
            GoldenError: no such golden.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import load, save
        from datalchemy_nb.session.regression import difference, make

        directory, old = finished_run(where_of(run), self.out_dir), load(name, self.goldens_dir)
        schema = self._schema_of(directory)
        diff = difference(old, directory, schema, self.goldens_dir)
        golden = make(name, directory, schema, tables=old.only_tables, rows=old.only_rows)
        return GoldenUpdated(save(golden, self.goldens_dir, force=True, run=directory.path), diff)

    def golden_list(self) -> GoldenList:
        """List goldens by name."""
        from datalchemy_nb.golden import names

        return GoldenList(self.goldens_dir, tuple(names(self.goldens_dir)))

    def evidence(
        self,
        run: Run | Path | str | None = None,
        *,
        why: str = "",
        notes: str = "",
        plan_name: str = "plan.json",
        golden: str | None = None,
        page: Path | str | None = None,
    ) -> EvidenceResult:
        """Evaluate and verify a run, and write a Markdown page for review: what changed, why, how to check, results.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            why: the reason, as text.
            notes: anything else.
            plan_name: how the plan file is called in the page's commands.
            golden: also compare with this golden.
            page: where to write it; None = evidence.md in the run.

        Raises:
            RunNotFound: no such run, or it is not complete.
            GoldenError: no such golden.
        """
        from datalchemy_nb.export.rundir import write_out
        from datalchemy_nb.results.evidence_page import Evidence, render

        directory, _, plan = self._finished(run)
        report = directory.report
        if plan is None or report is None:
            raise RunNotFound(f"{directory.path} is no finished run", hint="evidence needs a run made by generate")
        evaluated, verified = self.evaluate(directory.path), self.verify(directory.path)
        checked = self.golden_check(golden, directory.path).diff if golden else None
        found = Evidence(
            f"{_public(directory.path.parent, 'runs')}/{directory.path.resolve().name}", plan_name, plan,
            report, directory.manifest, evaluated.metrics,
            verified.diff, verified.seconds, checked, why, notes,
            _public(self.goldens_dir, "goldens"),
        )  # fmt: skip
        path, text = Path(page) if page else directory.path / "evidence.md", render(found)
        write_out(path, text)
        return EvidenceResult(path, text, evaluated.ok and verified.ok and (checked is None or checked.equal))


def _public(place: Path, otherwise: str) -> str:
    """A place as a page may tell it: an absolute one is this machine's own."""
    return otherwise if place.is_absolute() or ".." in place.parts else place.as_posix()
