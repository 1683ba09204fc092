"""The command: ``datalchemy VERB ...``.

Exit codes: 0 done, 1 a difference or (with --strict) a violation was found, 2 an error, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb._version import __version__
from datalchemy_nb.commands.help import overview, verb_help
from datalchemy_nb.commands.parser import parse
from datalchemy_nb.commands.terminal import Elapsed, TerminalProgress, error_lines
from datalchemy_nb.commands.verb import Call
from datalchemy_nb.errors import BytesMoved, Cancelled, DatalchemyError, UsageError, without_secrets

if TYPE_CHECKING:
    from datalchemy_nb.session import Session

COMMAND = "datalchemy"
_COMPARE = ("golden check", "golden diff", "verify", "demo", "evidence")
_NEED_SCHEMA = ("schema", "validate", "preview", "generate", "ci")
_SCHEMA_IN_PLAN = frozenset({"draft", "rebase", "explain"})
"""Options of `plan` and `validate` that look at the schema."""
_NEED_PLAN = ("plan", "validate", "preview", "generate", "ci")
_NARROWEST = 40
DEFAULT_SCHEMA, DEFAULT_PLANS = "schema.json", ("plan.json", "plan.yaml", "plan.yml")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; never raises for what the user can do wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A pipe or file under LC_ALL=C is ASCII, and names are not.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # `datalchemy generators | head`: the reader has seen enough.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(words: Sequence[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview(COMMAND))
        return 0 if words else 2
    if words[0] in ("-V", "--version"):
        print(f"{COMMAND} {__version__}")
        return 0
    with_traceback = "--traceback" in words
    try:
        return _carry_out(parse(words))
    except KeyboardInterrupt:
        return _report(Cancelled("interrupted", hint="nothing more was done"), with_traceback)
    except BrokenPipeError:
        raise
    except DatalchemyError as error:
        return _report(error, with_traceback)
    except Exception as error:  # noqa: BLE001 - the last resort of a command
        return _report_defect(error, with_traceback)


def _carry_out(call: Call) -> int:
    if call.help:
        print(verb_help(call.name, COMMAND))
        return 0
    if call.name == "studio":
        raise UsageError("panels are shown by a notebook", hint="%load_ext datalchemy_nb, then %datalchemy studio")
    from datalchemy_nb.session import Session

    progress = None if call.quiet else TerminalProgress()
    with Session() as session, warnings.catch_warnings():
        warnings.simplefilter("always", BytesMoved)
        warnings.showwarning = _show_warning  # type: ignore[assignment]
        try:
            result = _perform(session, call, progress)
        finally:
            if progress is not None:
                progress.close()
        if not call.quiet:
            _print(call, result)
        if call.context.get("keep"):
            _wait()
    return _exit_code(call, result)


def _show_warning(message: Warning | str, *place: object) -> None:
    """One line, before the run: whose code it came from says nothing to a user."""
    print(f"{COMMAND}: warning: {message}", file=sys.stderr, flush=True)


def _perform(session: Session, call: Call, progress: TerminalProgress | None) -> Any:
    from datalchemy_nb.commands.perform import perform

    if call.name == "introspect":
        call.values.setdefault("run_dir", session.out_dir)
    resuming = "resume" in call.values
    if (call.name in _NEED_SCHEMA or _SCHEMA_IN_PLAN & call.values.keys()) and not resuming:
        _default_source(call)
    plan = next((name for name in DEFAULT_PLANS if Path(name).is_file()), None)
    if call.name in _NEED_PLAN and not resuming and plan is not None and not call.values.get("draft"):
        call.values.setdefault("plan", plan)
    show = None if call.quiet or call.json else _show_step
    counted = call.verb.progress and (call.name != "plan" or call.values.get("draft"))
    waiting = Elapsed(call.name) if progress and not counted else contextlib.nullcontext()
    with waiting:
        return perform(session, call, on_progress=progress.meter if progress else None, show=show)


def _default_source(call: Call) -> None:
    """Without a word about the schema: the database of the environment, else ./schema.json; for `ci` the file first."""
    if {"schema_file", "conninfo", "ddl"} & call.context.keys():
        return
    if call.name == "ci" and Path(DEFAULT_SCHEMA).is_file():
        call.context["schema_file"] = DEFAULT_SCHEMA
    elif os.environ.get("DATABASE_URL"):
        call.context["conninfo"] = None
    elif Path(DEFAULT_SCHEMA).is_file():
        call.context["schema_file"] = DEFAULT_SCHEMA


def _show_step(title: str, result: Any) -> None:
    print(f"\n── {title} {'─' * max(96 - len(title), 3)}")
    print(result, flush=True)


def _print(call: Call, result: Any) -> None:
    from datalchemy_nb.results import plain, text

    if call.json:
        print(json.dumps(plain(result), indent=2, ensure_ascii=False))
        return
    if call.name == "demo":
        print()
    if call.all or not sys.stdout.isatty():
        print(text(result, columns=None, rows=None), flush=True)
    else:
        print(text(result, columns=max(shutil.get_terminal_size().columns, _NARROWEST)), flush=True)


def _wait() -> None:
    """Until Ctrl-C."""
    import threading

    print("The server runs until Ctrl-C.", file=sys.stderr)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _exit_code(call: Call, result: Any) -> int:
    if call.name in _COMPARE:
        return 0 if getattr(result, "ok", True) else 1
    if call.name == "validate":
        return 0 if result.ok else 2
    if call.name == "ci":
        return int(result.exit_code)
    if call.name == "evaluate":
        return 1 if not result.ok and _is_strict(call, result.directory) else 0
    return 0


def _is_strict(call: Call, run: Path) -> bool:
    """What the line says, else what the run's plan says."""
    if "strict" in call.context:
        return bool(call.context["strict"])
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.export.rundir import PLAN

    return bool((run / PLAN).is_file() and Plan.read(run / PLAN).settings.strict)


def _report(error: DatalchemyError, with_traceback: bool) -> int:
    if with_traceback:
        _print_traceback(error)
    else:
        print("\n".join(error_lines(error)), file=sys.stderr)
    return error.exit_code


def _report_defect(error: Exception, with_traceback: bool) -> int:
    """Not one of our errors: short all the same, and without secrets."""
    if with_traceback:
        _print_traceback(error)
        return 2
    first = next(iter(_without_secrets(str(error)).splitlines()), "")
    print(f"datalchemy: unexpected {type(error).__name__}: {first}", file=sys.stderr)
    print("Hint: this is a defect; `--traceback` shows where, please report it", file=sys.stderr)
    return 2


def _print_traceback(error: Exception) -> None:
    print(_without_secrets("".join(traceback.format_exception(error))), end="", file=sys.stderr)


def _without_secrets(text: str) -> str:
    from datalchemy_nb.introspect.redaction import scrub, secrets_in

    words = [*sys.argv[1:], os.environ.get("DATABASE_URL", "")]
    secrets = [secret for word in words if "://" in word or "=" in word for secret in secrets_in(word)]
    return without_secrets(scrub(text, [*secrets, os.environ.get("PGPASSWORD", "")]))
