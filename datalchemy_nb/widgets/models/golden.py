"""Goldens: choose, compare, accept."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Tuple, Unicode, observe

from datalchemy_nb.errors import GoldenError, UsageError
from datalchemy_nb.show.document import plural
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic


class GoldenModel(PanelModel):
    """A golden against a run.

    Attributes:
        names: goldens there are.
        name: the one that is chosen, or the name of a new one.
        run_id: the run it is compared with; empty for the newest.
        confirmed: the user said that an existing golden may be replaced.
    """

    names = Tuple()
    name = Unicode("")
    run_id = Unicode("")
    confirmed = Bool(False)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        bench.observe(self._run_made, ["run"])
        self.list()

    @property
    def exists(self) -> bool:
        """Whether there is a golden of the chosen name."""
        return self.name in self.names

    def list(self) -> None:
        """Look for goldens again."""
        self.attempt(self._list)

    def check(self) -> None:
        """Compare."""
        if not self.name:
            self.notice = Notice("no golden chosen", "warn", "choose one, or accept a run under a new name")
            return
        name, run = self.name, self.run_id or None
        self.start("comparing", lambda job: self.session.golden_check(name, run), self._compared)

    def accept(self) -> None:
        """Make the run the golden; one that exists is replaced only when that was confirmed."""
        self.attempt(self._check_acceptance)
        if self.notice is not None and self.notice.state == "bad":
            return
        name, run, force = self.name.strip(), self.run_id or None, self.exists
        self.start("saving", lambda job: self.session.golden_save(name, run, force=force), self._saved)

    def magic_line(self) -> str:
        """``golden diff``."""
        words = [self.run_id[:8]] if self.run_id else []
        return magic("golden diff", self.name or "NAME", *words)

    def _check_acceptance(self) -> None:
        self.notice = None
        if not self.name.strip():
            raise UsageError("the golden has no name", hint="give it one")
        if self.exists and not self.confirmed:
            raise GoldenError(f"golden {self.name!r} exists already", hint="confirm that it may be replaced")

    def _compared(self, result: Any) -> None:
        self.bench.difference = result
        different = sum(table.status != "equal" for table in result.diff.tables)
        self.notice = (
            Notice("equal", "ok")
            if result.ok
            else Notice(
                f"files of {plural(different, 'table')} differ from the golden",
                "warn",
                "accept the run if that is what you want",
            )
        )

    def _saved(self, result: Any) -> None:
        self.confirmed = False
        self._list()
        self.name = result.name
        self.notice = Notice(f"golden {result.name} saved: {result.tables} tables", "ok")

    def _list(self) -> None:
        self.names = self.session.golden_list().names
        if not self.name and self.names:
            self.name = self.names[0]

    def _run_made(self, change: Any) -> None:
        self.run_id = change["new"].run_id if change["new"] is not None else ""

    @observe("name", "run_id")
    def _renamed(self, change: Any) -> None:
        self.magic = self.magic_line()
        if change["name"] == "name":
            self.confirmed = False
