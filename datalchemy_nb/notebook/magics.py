"""``%datalchemy VERB ...`` and ``%%datalchemy plan NAME``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from traitlets import Bool, Unicode, observe

from datalchemy_nb.commands.help import overview, verb_help
from datalchemy_nb.commands.parser import parse, split_line
from datalchemy_nb.commands.verb import Call
from datalchemy_nb.errors import Cancelled, DatalchemyError, PlanInvalid, UsageError
from datalchemy_nb.notebook.cell import mark_expressions, place_of_call, put_back, split_silencer
from datalchemy_nb.notebook.sessions import LIST, Sessions, take_name
from datalchemy_nb.progress import Meter, Tick

if TYPE_CHECKING:
    from datalchemy_nb.session import Session


class ProgressSink(Protocol):
    """Receives events through its meter until it is closed."""

    meter: Meter

    def close(self) -> None:
        """Leave the last state standing."""


class NotebookProgress:
    """Updates one display at most ten times a second."""

    def __init__(self) -> None:
        self.meter = Meter(self._show)
        self._handle: Any = None

    def _show(self, tick: Tick) -> None:
        from datalchemy_nb.results import mimebundle

        bundle = mimebundle(tick)
        if self._handle is None:
            self._handle = show_bundle(bundle, updatable=True)
        else:
            self._handle.update(bundle, raw=True)
        if tick.last:
            self._handle = None

    def close(self) -> None:
        """Show the last state as finished."""
        self.meter.close()


PROGRESS_VARIABLE = "DATALCHEMY_PROGRESS"


def progress_for(shell: Any) -> ProgressSink | None:
    """The notebook's progress where there is a front end that updates outputs, the terminal's elsewhere.

    `DATALCHEMY_PROGRESS=off` shows none: outputs that are compared with saved ones do not depend on
    how fast the machine is.
    """
    if os.environ.get(PROGRESS_VARIABLE) == "off":
        return None
    if getattr(shell, "kernel", None) is not None:
        return NotebookProgress()
    from datalchemy_nb.commands.terminal import TerminalProgress

    return TerminalProgress()


COMMAND = "%datalchemy"
_SEEN_AT_MOST = 50
_STAYS_HERE = (
    "The password in this line stays in the notebook and in IPython's history. Leave it out and be asked, "
    "or take it from DATABASE_URL, ~/.pgpass, a service file, or a variable."
)


@magics_class
class DatalchemyMagics(Magics):  # type: ignore[misc, unused-ignore]
    """Fake, valid and reproducible PostgreSQL data."""

    out_dir = Unicode("runs", help="Where run directories go.").tag(config=True)
    goldens_dir = Unicode("goldens", help="Where goldens lie.").tag(config=True)
    strict = Bool(False, help="Unknown fields in plans and violations are errors.").tag(config=True)
    full_tracebacks = Bool(False, help="Show errors with their full traceback.").tag(config=True)

    def __init__(self, shell: InteractiveShell, **kwargs: Any) -> None:
        super().__init__(shell, **kwargs)
        self._ipython: Any = shell
        self.sessions = Sessions(self._new_session)
        self.seen_runs: dict[str, None] = {}
        self.seen_goldens: set[str] = set()
        self._warned = False

    def take_over(self, before: DatalchemyMagics) -> None:
        """Go on with another instance's session, and with the names it has met."""
        self.sessions = before.sessions
        self.seen_runs, self.seen_goldens = before.seen_runs, before.seen_goldens

    @property
    def started_session(self) -> Session | None:
        """The session in use, if it was needed yet."""
        return self.sessions.started

    @property
    def session(self) -> Session:
        """The session behind the magic, made when first needed; ``--as NAME`` chooses another."""
        return self.sessions.session

    def _new_session(self) -> Session:
        from datalchemy_nb.session import Session

        return Session(out_dir=self.out_dir, goldens_dir=self.goldens_dir, strict=self.strict)

    @property
    def variables(self) -> dict[str, Any]:
        """The user's variables."""
        found: dict[str, Any] = self._ipython.user_ns
        return found

    @observe("out_dir", "goldens_dir", "strict")
    def _settings_changed(self, change: Any) -> None:
        from pathlib import Path

        value = change["new"]
        for session in self.sessions.by_name.values():
            setattr(session, change["name"], value if isinstance(value, bool) else Path(value))

    @no_var_expand
    @line_cell_magic
    def datalchemy(self, line: str, cell: str | None = None) -> Any:
        """Run a verb. What a user sees of this text is made at the end of the module."""
        try:
            return self._line(line) if cell is None else self._cell(line, cell)
        except KeyboardInterrupt:
            raise self._prepared(Cancelled("interrupted"), line) from None
        except DatalchemyError as error:
            raise self._prepared(error, line) from None if not self._wants_traceback(line) else error.__cause__

    def _line(self, line: str) -> Any:
        text, silenced = split_silencer(line)
        words, given = self._expanded(text)
        words = self._in_session(words)
        if words == [LIST]:
            return self.sessions.listed()
        if not words or words[0] in ("-h", "--help", "help"):
            print(overview(COMMAND))
            return None
        call = parse(words)
        if call.help:
            print(verb_help(call.name, COMMAND))
            return None
        self._warn_of_password(call)
        quiet = call.quiet or silenced
        result = self._perform(call, quiet, given)
        self._remember(result)
        place = place_of_call(self._ipython.user_ns)
        assigned = place == "assigned"
        if call.all and not quiet and not assigned:
            from datalchemy_nb.results import text as whole

            print(whole(result, columns=None, rows=None))
            return None
        if place == "block" and not quiet and result is not None:
            # In a loop or a function nobody shows what stands alone.
            show(result)
            return None
        return None if quiet and not assigned else result

    def _in_session(self, words: list[str]) -> list[str]:
        """The words without ``--as NAME``, whose session is in use from now on."""
        name, rest = take_name(words)
        if name is None:
            return words
        self.sessions.current = name
        return rest or [LIST]

    def _expanded(self, line: str) -> tuple[list[str], dict[str, Any]]:
        """The words of a line, with ``{expression}`` and ``$name`` replaced by their values.

        Returns:
            The words, and by the words that stand for them the values that are no text or number: plans, runs.
        """
        marked, codes = mark_expressions(line, self.variables)
        values: dict[str, Any] = {}
        for mark, code in codes.items():
            try:
                values[mark] = self._ipython.ev(code)
            except Exception as error:
                raise UsageError(
                    f"{{{code}}} cannot be evaluated: {type(error).__name__}", hint="write {{ and }} for braces"
                ) from error
        objects = {mark: value for mark, value in values.items() if not isinstance(value, str | int | float)}
        texts = {mark: str(value) for mark, value in values.items()}
        words = split_line(marked)
        return [word if word in objects else put_back(word, texts) for word in words], objects

    def _perform(self, call: Call, quiet: bool, given: Mapping[str, Any] | None = None) -> Any:
        from datalchemy_nb.commands.perform import perform

        progress = None if quiet else progress_for(self._ipython)
        try:
            result = perform(
                self.session,
                call,
                on_progress=progress.meter if progress else None,
                show=None if quiet else _show_step,
                variables={**self.variables, **(given or {})},
            )
        except PlanInvalid as error:
            if len(error.issues) > 1 and not quiet:
                _show_issues(error)
            raise
        finally:
            if progress is not None:
                progress.close()
        if not call.json or call.name == "studio":
            return result
        from datalchemy_nb.results import plain

        return plain(result)

    def _cell(self, line: str, cell: str) -> Any:
        text, silenced = split_silencer(line)
        call = parse(self._in_session(split_line(text)))
        if call.help:
            print(verb_help(call.name, COMMAND))
            return None
        if call.name != "plan":
            raise UsageError(f"%%datalchemy {call.name} takes no cell", hint="write %%datalchemy plan NAME")
        name = call.values.get("plan")
        if name is not None and not name.isidentifier():
            raise UsageError(
                f"{name!r} cannot be the name of a variable", hint="%%datalchemy plan NAME keeps the plan under NAME"
            )
        call.values["plan"] = cell if cell.endswith("\n") else cell + "\n"
        plan = self._perform(call, quiet=call.quiet or silenced)
        if name is not None:
            self._ipython.push({name: plan})
        return None if call.quiet or silenced else plan

    def _remember(self, result: Any) -> None:
        """Keep the names of runs and goldens that were met, for completion."""
        kind = type(result).__name__
        if kind == "Run":
            self.seen_runs = {result.run_id: None, **self.seen_runs}
        elif kind == "RunList":
            self.seen_runs = {run.run_id: None for run in result.runs[:_SEEN_AT_MOST]}
        elif kind == "DemoResult":
            self.seen_runs = {**dict.fromkeys(result.runs), **self.seen_runs}
        elif kind == "GoldenSaved":
            self.seen_goldens.add(result.name)
        elif kind == "GoldenList":
            self.seen_goldens = set(result.names)

    def _warn_of_password(self, call: Call) -> None:
        """What is typed in a cell stays in the notebook and in IPython's history; say so once."""
        given = call.values.get("conninfo") or call.context.get("conninfo")
        if self._warned or not isinstance(given, str):
            return
        from datalchemy_nb.introspect.redaction import secrets_in

        if given not in self.variables and secrets_in(given):
            self._warned = True
            print(_STAYS_HERE, file=sys.stderr)

    def _wants_traceback(self, line: str) -> bool:
        return bool(self.full_tracebacks) or "--traceback" in line.split()

    def _prepared(self, error: DatalchemyError, line: str) -> DatalchemyError:
        """Give the error IPython's own traceback back where the user wants it."""
        if self._wants_traceback(line):
            render = self._ipython.InteractiveTB.structured_traceback
            setattr(error, "_render_traceback_", lambda: render(type(error), error, error.__traceback__))  # noqa: B010
        return error


def _show_issues(error: PlanInvalid) -> None:
    from datalchemy_nb.results import mimebundle

    show_bundle(mimebundle(error))


def _show_step(title: str, result: Any) -> None:
    show_title(title)
    show(result)


DatalchemyMagics.datalchemy.__doc__ = (
    overview(COMMAND)
    + """

A verb returns the object it shows: df = %datalchemy preview crm.usuarios
A plan is written as YAML or JSON in a cell under `%%datalchemy plan NAME`, and kept in the variable NAME.
`--as NAME` on any line goes on in the session of this name, with its own connection, schema and plan;
`%datalchemy sessions` lists them.
`;` at the end of the line, or -q, shows nothing. Variables may stand where a plan, a run or a database is meant.
"""
)


def show(value: Any) -> None:
    """Display an object as IPython would."""
    _display()(value)


def show_title(title: str) -> None:
    """Display a line of text, set strongly."""
    from datalchemy_nb.show.escape import escape, visible

    bundle = {"text/plain": f"── {visible(title)}", "text/html": f"<p><strong>{escape(title)}</strong></p>"}
    show_bundle(bundle)


def show_bundle(bundle: dict[str, str], *, updatable: bool = False) -> Any:
    """Display a mimebundle; with ``updatable``, return the handle that replaces it."""
    return _display()(bundle, raw=True, display_id=True) if updatable else _display()(bundle, raw=True)


def _display() -> Any:
    from IPython import display

    return display.display
