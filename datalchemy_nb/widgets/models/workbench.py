"""The session, seen as traits: what one panel does, the others and the next cell see."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from traitlets import Any as AnyTrait
from traitlets import HasTraits, Int, Tuple, Unicode, observe

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.records import dataclass
from datalchemy_nb.widgets.jobs import Job, Jobs

if TYPE_CHECKING:
    from datalchemy_nb.session import Session

MOST_UNDO = 200


@dataclass(frozen=True)
class Notice:
    """A line that tells what happened.

    Attributes:
        hint: what to do about it.
    """

    text: str
    state: Literal["ok", "warn", "bad", "info"] = "info"
    hint: str = ""

    @classmethod
    def of(cls, error: DatalchemyError) -> Notice:
        """What an error says."""
        stopped = error.exit_code == 130
        return cls(error.message, "warn" if stopped else "bad", error.hint or "")


class Workbench(HasTraits):
    """What all panels of a session share.

    Attributes:
        schema: the session's `DatabaseSchema`.
        plan: the session's `Plan`, the same object.
        connection: the last `Connected`.
        database: the one that panels or cells reached last, without a secret; empty for none.
        run: the last `Run` made or chosen.
        evaluation: the last `EvaluationResult`.
        difference: the last `GoldenCheck`.
        runs: summaries of the runs in the session's directory, newest first.
        undoable: how many changes of the plan can be taken back.
        redoable: how many that were taken back can be made again.
    """

    schema = AnyTrait(None, allow_none=True)
    plan = AnyTrait(None, allow_none=True)
    connection = AnyTrait(None, allow_none=True)
    database = Unicode("")
    run = AnyTrait(None, allow_none=True)
    evaluation = AnyTrait(None, allow_none=True)
    difference = AnyTrait(None, allow_none=True)
    runs = Tuple()
    undoable = Int(0)
    redoable = Int(0)

    def __init__(self, session: Session, jobs: Jobs | None = None) -> None:
        super().__init__()
        self.session = session
        self.jobs = jobs or Jobs()
        self._history: list[tuple[object, Plan]] = []
        self._undone: list[Plan] = []
        self.sync()

    def sync(self) -> None:
        """Take over what a cell changed in the session."""
        self.database = self.session.database
        if self.schema is not self.session.schema:
            self.schema = self.session.schema
        if self.plan is not self.session.plan:
            self._remember(None)
            self.plan = self.session.plan

    @observe("run")
    def _run_changed(self, change: Any) -> None:
        """A verdict belongs to its run."""
        judged, run = self.evaluation, change["new"]
        if judged is not None and run is not None and judged.directory.resolve() != run.directory.resolve():
            self.evaluation = None

    def take_plan(self, plan: Plan, what: object = None) -> None:
        """Make a plan the session's, so that it can be undone.

        Args:
            plan: the new plan.
            what: a run of changes of the same thing is undone at once; None stands for itself.
        """
        if plan == self.plan:
            return
        self._remember(what)
        self.plan = self.session.use_plan(plan)

    def undo(self) -> None:
        """Go back to the plan before the last change."""
        if self._history and self.plan is not None:
            _, before = self._history.pop()
            self._undone = [*self._undone, self.plan]
            self._go_to(before)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._undone and self.plan is not None:
            *self._undone, again = self._undone
            self._history = [*self._history[-MOST_UNDO:], (None, self.plan)]
            self._go_to(again)

    def _go_to(self, plan: Plan) -> None:
        self.undoable, self.redoable = len(self._history), len(self._undone)
        self.plan = self.session.use_plan(plan)

    def list_runs(self) -> None:
        """Look for runs again."""
        self.runs = self.session.runs().runs

    def _remember(self, what: object) -> None:
        if self.plan is None:
            return
        if what is None or not self._history or self._history[-1][0] != what:
            self._history = [*self._history[-MOST_UNDO:], (what, self.plan)]
        # What was undone belongs to the plan before this change.
        self._undone = []
        self.undoable, self.redoable = len(self._history), 0


class PanelModel(HasTraits):
    """Base of the panels' models.

    Attributes:
        magic: the line that does the same in a cell.
        notice: what happened last (`Notice`), or None.
        busy: name of the work under way; empty when there is none.
    """

    magic = Unicode("")
    notice = AnyTrait(None, allow_none=True)
    busy = Unicode("")

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self.job: Job | None = None
        self.magic = self.magic_line()

    @property
    def session(self) -> Session:
        """The session."""
        return self.bench.session

    def magic_line(self) -> str:
        """Return the line that does the same in a cell."""
        return "%datalchemy studio"

    def attempt(self, work: Callable[[], Any]) -> bool:
        """Do something quick; an error becomes the notice."""
        try:
            work()
        except DatalchemyError as error:
            self.notice = Notice.of(error)
            return False
        return True

    def start(
        self,
        name: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        *,
        on_event: Callable[[Any], None] | None = None,
    ) -> None:
        """Do something long on the worker; one at a time per panel."""
        if self.busy:
            return
        self.busy, self.notice = name, None
        self.job = self.bench.jobs.start(name, work, lambda r: self._done(done, r), self._failed, on_event)

    def stop(self) -> None:
        """Ask the work under way to end."""
        if self.job is not None:
            self.job.cancel()

    def wait(self, seconds: float = 60) -> bool:
        """Wait until the work is done; for scripts and tests."""
        return self.job is None or self.job.finished.wait(seconds)

    def _done(self, done: Callable[[Any], None], result: Any) -> None:
        self.busy = ""
        self.attempt(lambda: done(result))

    def _failed(self, error: DatalchemyError) -> None:
        self.busy = ""
        self.notice = Notice.of(error)
        self.on_failed(error)

    def on_failed(self, error: DatalchemyError) -> None:
        """Called after an error of long work was noted."""


def magic(verb: str, *words: object, **options: object) -> str:
    """Return ``%datalchemy VERB words --option value``; options that are None, False or empty are left out."""
    parts = [shlex.quote(str(word)) for word in words]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            parts.append(flag)
        elif value not in (None, False, ""):
            parts.append(f"{flag} {shlex.quote(str(value))}")
    return " ".join(["%datalchemy", verb, *parts])
