"""Completion after ``%datalchemy``, also behind ``df =``: from what the session already knows, without I/O."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from datalchemy_nb.commands.completion import Completion, Known, complete
from datalchemy_nb.notebook.sessions import LIST, OPTION

if TYPE_CHECKING:
    from datalchemy_nb.notebook.magics import DatalchemyMagics

_LINE = re.compile(r"\s*(?:[^%=\"']+=\s*)?%{1,2}datalchemy(?P<rest>\s.*)\Z", re.DOTALL)
_PLAN_CELL = re.compile(r"\s*%%datalchemy\s+plan\b")
Matcher = Callable[[CompletionContext], SimpleMatcherResult]


def matcher_for(magics: DatalchemyMagics) -> Matcher:
    """Return the matcher to be added to the shell's completer."""

    def datalchemy_matcher(context: CompletionContext) -> SimpleMatcherResult:
        before = context.line_with_cursor[: context.cursor_position]
        line = _LINE.match(before)
        found = _completed(line["rest"], magics) if line else _in_plan(context, magics)
        if found is None:
            # A new one each time: the shell writes into what it is given.
            return {"completions": []}
        return {
            "completions": [SimpleCompletion(text=text, type=found.kind) for text in found.candidates],
            "matched_fragment": found.fragment,
            "suppress": True,
            "ordered": True,
        }

    matcher: Matcher = context_matcher()(datalchemy_matcher)
    return matcher


def _in_plan(context: CompletionContext, magics: DatalchemyMagics) -> Completion | None:
    """What a plan may say next, in a cell that begins with ``%%datalchemy plan``."""
    lines = context.full_text.split("\n")
    number = context.cursor_line
    if not number or not _PLAN_CELL.match(lines[0]):
        return None
    from datalchemy_nb.commands.plan_cells import complete_plan

    before = [*lines[1:number], lines[number][: context.cursor_position]]
    after = [lines[number][context.cursor_position :], *lines[number + 1 :]]
    return complete_plan("\n".join(before), "\n".join(after), known_to(magics))


def _completed(rest: str, magics: DatalchemyMagics) -> Completion | None:
    """What the line may say next, sessions of the notebook included."""
    words = rest.split()
    fragment = words.pop() if words and not rest[-1:].isspace() else ""
    if words[-1:] == [OPTION]:
        names = tuple(name for name in magics.sessions.by_name if name.startswith(fragment))
        return Completion(fragment, names, "session") if names else None
    found = complete(rest, known_to(magics))
    own = {"verb": LIST, "option": OPTION}.get(found.kind if found else "verb" if not words else "")
    if own is None or not own.startswith(fragment) or OPTION in words or (own == LIST and words):
        return found
    return Completion(fragment, (*(found.candidates if found else ()), own), "verb" if own == LIST else "option")


def known_to(magics: DatalchemyMagics) -> Known:
    """What can be offered: the session's schema, the runs and goldens it has met, plans among the variables."""
    session = magics.started_session
    return Known(
        schema=session.schema if session else None,
        runs=tuple(magics.seen_runs),
        goldens=tuple(sorted(magics.seen_goldens)),
        plans=_plans(magics.variables),
        generator_ids=_generator_ids,
        locales=_locales,
        params=_params,
        transforms=_transforms,
        today=dt.datetime.now(dt.UTC).date().isoformat(),
    )


def _plans(variables: dict[str, Any]) -> tuple[str, ...]:
    # A list first: another thread may add a variable meanwhile.
    return tuple(name for name, value in list(variables.items()) if type(value).__name__ == "Plan" and name[0] != "_")


def _generator_ids() -> Collection[str]:
    from datalchemy_nb.domains.registry import generators

    return generators().keys()


def _locales() -> Collection[str]:
    from datalchemy_nb.planning.rules.generators import available_locales

    return available_locales()


def _params(generator: str) -> Collection[str]:
    from datalchemy_nb.domains.registry import find_generator

    spec = find_generator(generator)
    return spec.params.model_fields if spec is not None else ()


def _transforms() -> Collection[str]:
    from datalchemy_nb.transforms.base import transforms

    return transforms().keys()
