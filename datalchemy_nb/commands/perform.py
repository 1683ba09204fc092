"""A call from the table of verbs, carried out on a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.commands.verb import Call, Option
from datalchemy_nb.demo.examples import example_plan, examples
from datalchemy_nb.errors import OutputError, UsageError

if TYPE_CHECKING:
    from datalchemy_nb.session import Session


def perform(
    session: Session,
    call: Call,
    *,
    on_progress: Callable[[Any], None] | None = None,
    show: Callable[[str, Any], None] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Any:
    """Do what the call says and return the verb's result.

    Args:
        session: on which it is done.
        call: the verb with its words.
        on_progress: for verbs that report progress.
        show: shows the steps of the demo, with their titles.
        variables: Python objects that may stand where a plan, run, schema or database is meant, by name.

    Raises:
        DatalchemyError: what the verb raises; also for what the operating system refuses (a name too long, a disk
            that is full).
    """
    _refuse_nul(call)
    given = {name: _meant(call, name, value, variables or {}) for name, value in call.values.items()}
    if call.verb.progress and on_progress is not None:
        given["on_progress"] = on_progress
    if call.name == "demo" and show is not None:
        given["show"] = show
    with session.settings(call.context):
        _take_schema(session, call.context, variables or {})
        try:
            return getattr(session, str(call.verb.session_method))(**given)
        except BrokenPipeError:
            raise
        except OSError as error:
            place = f"{str(error.filename)[:120]}: " if error.filename else ""
            raise OutputError(f"{place}{error.strerror or error}", hint="name another file or directory") from error


def _refuse_nul(call: Call) -> None:
    """No file, program, address or name of PostgreSQL holds the character NUL."""
    for name, value in {**call.values, **call.context}.items():
        for word in value if isinstance(value, list | tuple) else (value,):
            if isinstance(word, str) and "\0" in word:
                raise UsageError(f"{name}: the character NUL cannot be meant")


def _take_schema(session: Session, context: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
    if "ddl" in context:
        session.introspect(ddl=context["ddl"])
    elif "schema_file" in context:
        session.use_schema(_object(context["schema_file"], variables, ("DatabaseSchema",)))
    elif "conninfo" in context:
        session.introspect(_object(context["conninfo"], variables, ()))


def _meant(call: Call, name: str, value: Any, variables: Mapping[str, Any]) -> Any:
    option: Option = next(o for o in call.verb.parameters if o.name == name)
    if option.completes == "plan" and isinstance(value, str):
        found = _object(value, variables, ("Plan", "Validation", "dict"))
        if isinstance(found, str) and found in examples() and not Path(found).exists():
            return example_plan(found)
        return getattr(found, "plan", found)
    if option.completes == "run":
        return _object(value, variables, ("Run", "EvaluationResult"))
    if name == "conninfo":
        return _object(value, variables, ())
    if option.completes == "table":
        return _object(value, variables, ("TableRef",), texts=False)
    return value


def _object(word: Any, variables: Mapping[str, Any], kinds: tuple[str, ...], *, texts: bool = True) -> Any:
    """The variable of this name if it holds something of these kinds, else the word itself.

    Args:
        word: from the line.
        variables: the user's.
        kinds: names of types.
        texts: a path or text is also meant, as the name of a file; not where the word may name a table itself.
    """
    if not isinstance(word, str) or word not in variables:
        return word
    found = variables[word]
    found = getattr(found, "schema", found) if type(found).__name__ == "SchemaResult" else found
    if type(found).__name__ in kinds or (texts and isinstance(found, str | Path)):
        return found
    return word
