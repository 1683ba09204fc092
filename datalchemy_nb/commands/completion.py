"""What may come next on a line, from the table of verbs and what a session already knows. No I/O, no IPython."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from datalchemy_nb.commands.verb import COMMON, Option, Verb
from datalchemy_nb.commands.verbs import BY_NAME
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from datalchemy_nb.contracts.schema import DatabaseSchema

_PLAIN_WORD = re.compile(r"[\w./+:@%-]+\Z")


@dataclass
class Known:
    """What a session has seen so far.

    Attributes:
        generator_ids: called only when a generator is being named.
        locales: called only when a locale is.
        params: called with a generator's id, for the names of its parameters.
        transforms: called only when a transform is being named.
        today: the day that is offered as a date.
    """

    schema: DatabaseSchema | None = None
    runs: Sequence[str] = ()
    goldens: Sequence[str] = ()
    plans: Sequence[str] = ()
    generator_ids: Callable[[], Collection[str]] = field(default=tuple)
    locales: Callable[[], Collection[str]] = field(default=tuple)
    params: Callable[[str], Collection[str]] = field(default=lambda generator: ())
    transforms: Callable[[], Collection[str]] = field(default=tuple)
    today: str = ""


@dataclass(frozen=True)
class Completion:
    """Candidates for the fragment before the cursor.

    Attributes:
        kind: verb, option, table, ...; told to the user.
    """

    fragment: str
    candidates: tuple[str, ...]
    kind: str


def complete(rest: str, known: Known) -> Completion | None:
    """Return what may stand at the end of ``rest``, the text after ``%datalchemy``; None if that is not ours to say."""
    words = rest.split()
    fragment = "" if not words or rest[-1:].isspace() else words.pop()
    if not words:
        return _fitting(fragment, BY_NAME, "verb")
    verb = BY_NAME.get(words[0])
    if verb is None:
        return None
    words = words[1:]
    if verb.subverbs:
        if not words:
            return _fitting(fragment, [sub.name for sub in verb.subverbs], "verb")
        verb, words = verb.subverb(words[0]) or verb, words[1:]
    return _in_verb(verb, words, fragment, known)


def _in_verb(verb: Verb, words: list[str], fragment: str, known: Known) -> Completion | None:
    by_spelling = {spelling: option for option in verb.named for spelling in option.spellings}
    name, equals, value = fragment.partition("=")
    if equals and name in by_spelling:
        return _value(by_spelling[name], value, words, verb, known)
    offered = _offered(verb, words, by_spelling)
    if fragment.startswith("-"):
        return _fitting(fragment, offered, "option")
    before = by_spelling.get(words[-1]) if words else None
    if before is not None and before.kind != "flag":
        return _value(before, fragment, words, verb, known)
    places = _places(words, by_spelling)
    free = [option for option in verb.arguments if option.long not in words]
    expected = free[len(places)] if len(places) < len(free) else None
    found = _value(expected, fragment, words, verb, known) if expected else None
    if found is None and expected is not None and expected.kind == "path":
        return None
    return found or _fitting(fragment, offered, "option")


def _offered(verb: Verb, words: list[str], by_spelling: dict[str, Option]) -> list[str]:
    """Options that say something new: those of the verb first, none that stands on the line already."""
    given = {option.name for word in words if (option := by_spelling.get(word.partition("=")[0])) is not None}
    options = [option for option in verb.named if option.multiple or option.name not in given]
    own = sorted(s for option in options if option not in COMMON for s in option.offered)
    return own + sorted(s for option in options if option in COMMON for s in option.offered)


def _places(words: list[str], by_spelling: dict[str, Option]) -> list[str]:
    """Words that are arguments: neither options nor their values."""
    found: list[str] = []
    after_option = False
    for word in words:
        option = by_spelling.get(word)
        if option is None and not after_option and not word.startswith("-"):
            found.append(word)
        after_option = option is not None and option.kind != "flag"
    return found


def _value(option: Option, fragment: str, words: list[str], verb: Verb, known: Known) -> Completion | None:
    if option.multiple:
        fragment = fragment.rpartition(",")[2]
    if option.choices:
        return _fitting(fragment, option.choices, "choice")
    match option.completes:
        case "table":
            return _fitting(fragment, _tables(known.schema, fragment), "table")
        case "schema":
            return _fitting(fragment, [s.name for s in known.schema.schemas] if known.schema else [], "schema")
        case "column":
            return _fitting(fragment, _columns(known.schema, words, verb), "column")
        case "place":
            return _fitting(fragment, _places_of(known.schema), "column")
        case "locale":
            return _fitting(fragment, sorted(known.locales()), "locale")
        case "date":
            return _fitting(fragment, [known.today] if known.today else [], "date")
        case "generator":
            return _fitting(fragment, known.generator_ids(), "generator")
        case "run":
            return _fitting(fragment, known.runs, "run")
        case "golden":
            return _fitting(fragment, known.goldens, "golden")
        case "plan" if fits := _fitting(fragment, known.plans, "plan"):
            return fits
        case _:
            return None


def _tables(schema: DatabaseSchema | None, fragment: str) -> list[str]:
    """``schema.table``; the bare name too where the fragment has no dot and the name is the only one."""
    if schema is None:
        return []
    refs = list(schema.tables)
    full = [_word(f"{ref.schema}.{ref.table}") for ref in refs]
    if "." in fragment or not fragment:
        return full
    names = [ref.table for ref in refs]
    return full + [_word(name) for name in names if names.count(name) == 1]


def _columns(schema: DatabaseSchema | None, words: list[str], verb: Verb) -> list[str]:
    if schema is None:
        return []
    for ref, table in schema.tables.items():
        if f"{ref.schema}.{ref.table}" in words or str(ref) in words or ref.table in words:
            return [_word(column.name) for column in table.columns]
    return []


def _places_of(schema: DatabaseSchema | None) -> list[str]:
    tables = schema.tables.items() if schema is not None else ()
    return [_word(f"{ref.schema}.{ref.table}.{column.name}") for ref, table in tables for column in table.columns]


def _word(name: str) -> str:
    return name if _PLAIN_WORD.match(name) else shlex.quote(name)


def _fitting(fragment: str, candidates: Iterable[str], kind: str) -> Completion | None:
    found = tuple(candidate for candidate in candidates if candidate.startswith(fragment))
    return Completion(fragment, found, kind) if found else None
