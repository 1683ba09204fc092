"""From words to a `Call`: the parser shared by the magic and the command line. It never exits the process."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from datalchemy_nb.commands.verb import COMMON, Call, Option, Verb
from datalchemy_nb.commands.verbs import BY_NAME
from datalchemy_nb.errors import UsageError, did_you_mean

_CONNECTION = re.compile(
    r"\s*(?:(?:postgres|postgresql|pgsql)(?:\+\w+)?:|\w[\w+.\-]*://.*@"
    r"|(?:host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=)",
    re.IGNORECASE | re.DOTALL,
)


def split_line(line: str) -> list[str]:
    """Split a line as a shell would; nothing is expanded.

    Raises:
        UsageError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"the line cannot be read: {str(error).lower()}", hint="close the quote") from None


def parse(words: Sequence[str]) -> Call:
    """Read a verb with its words.

    Raises:
        UsageError: unknown verb or option, a word too many, a value missing or of the wrong kind.
    """
    name, verb, rest = find_verb(words)
    reader = _Reader(name, verb)
    reader.read(rest)
    return reader.call()


def find_verb(words: Sequence[str]) -> tuple[str, Verb, Sequence[str]]:
    """Return the full name of the verb, the verb, and the words after it.

    Raises:
        UsageError: there is none, or it is not known.
    """
    if not words:
        raise UsageError("no verb given", hint=f"one of {', '.join(BY_NAME)}")
    verb = BY_NAME.get(words[0])
    if verb is None:
        raise UsageError(
            f"no verb {_quoted(words[0])}", hint=did_you_mean(words[0], BY_NAME) or f"one of {', '.join(BY_NAME)}"
        )
    if not verb.subverbs or (len(words) > 1 and words[1] in ("-h", "--help")):
        return verb.name, verb, words[1:]
    names = [sub.name for sub in verb.subverbs]
    given = words[1] if len(words) > 1 else ""
    sub = verb.subverb(given)
    if sub is None:
        problem = f"{verb.name}: no verb {_quoted(given)}" if given else f"{verb.name} what?"
        raise UsageError(problem, hint=did_you_mean(given, names) or f"one of {', '.join(names)}")
    return f"{verb.name} {sub.name}", sub, words[2:]


class _Reader:
    def __init__(self, name: str, verb: Verb) -> None:
        self._name, self._verb = name, verb
        self._by_spelling = {s: option for option in verb.named for s in option.spellings}
        self._values: dict[str, Any] = {}
        self._places: list[str] = []

    def read(self, words: Sequence[str]) -> None:
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word == "--":
                self._places += rest
                return
            if word.startswith("-") and len(word) > 1 and not _is_number(word):
                self._option(word, rest)
            else:
                self._places.append(word)

    def _option(self, word: str, rest: list[str]) -> None:
        spelling, equals, attached = word.partition("=")
        option = self._by_spelling.get(spelling)
        if option is None:
            hint = did_you_mean(spelling, self._by_spelling) or f"see `{self._name} --help`"
            raise UsageError(f"{self._name} has no option {_quoted(spelling)}", hint=hint)
        if option.kind == "flag":
            if equals:
                raise UsageError(f"{spelling} takes no value", hint=f"write {option.long} or --no-{option.long[2:]}")
            self._values[option.name] = not spelling.startswith("--no-")
            return
        if not equals and (not rest or rest[0] in self._by_spelling):
            raise UsageError(f"{spelling} wants a value: {spelling} {option.placeholder}")
        self._set(option, attached if equals else rest.pop(0), spelling)
        while option.greedy and rest and not rest[0].startswith("-") and not is_connection(rest[0]):
            self._set(option, rest.pop(0), spelling)

    def _set(self, option: Option, text: str, where: str) -> None:
        if not option.multiple:
            self._values[option.name] = _value(option, text, where)
            return
        for part in [text] if option.greedy else (part.strip() for part in text.split(",")):
            if part:
                self._values.setdefault(option.name, []).append(_value(option, part, where))

    def call(self) -> Call:
        self._take_connection()
        for option, text in zip(self._free_places(), self._places, strict=False):
            self._set(option, text, option.placeholder)
        known = {option.name for option in self._verb.parameters}
        common = {option.name: self._values.get(option.name, False) for option in COMMON}
        self._require(common["help"])
        return Call(
            self._name,
            self._verb,
            values={k: _collected(v) for k, v in self._values.items() if k in known},
            context={k: v for k, v in self._values.items() if k in self._verb.context},
            **common,
        )

    def _take_connection(self) -> None:
        """A connection string is one wherever it stands: ``load postgresql://...`` is not a run of that name."""
        for word in [word for word in self._places if is_connection(word)]:
            option = self._by_spelling.get("--conninfo")
            if option is None:
                raise UsageError(f"{self._name} takes no connection string", hint=f"see `{self._name} --help`")
            if option.name in self._values:
                raise UsageError(f"{self._name}: a second connection string", hint="give one")
            self._places.remove(word)
            self._set(option, word, option.placeholder)

    def _free_places(self) -> list[Option]:
        free = [option for option in self._verb.arguments if option.name not in self._values]
        if len(self._places) > len(free):
            extra = self._places[len(free)]
            raise UsageError(f"{self._name}: one word too many: {_quoted(extra)}", hint=f"see `{self._name} --help`")
        return free

    def _require(self, asked_for_help: bool) -> None:
        missing = [o.placeholder for o in self._verb.parameters if o.required and o.name not in self._values]
        if missing and not asked_for_help:
            raise UsageError(f"{self._name} wants {' and '.join(missing)}", hint=f"see `{self._name} --help`")


def _quoted(word: str) -> str:
    """The word for a message, unless it may be a connection string."""
    return repr(word) if re.fullmatch(r"[\w.,*+\-]{1,60}", word) else "of that form"


def is_connection(word: str) -> bool:
    """Whether a word is a URL of a database, a list of connection parameters, or another URL with credentials."""
    return bool(_CONNECTION.match(word))


def _is_number(word: str) -> bool:
    return word[1:].replace("_", "").isdigit()


def _value(option: Option, text: str, where: str) -> Any:
    if option.choices and text not in option.choices:
        hint = did_you_mean(text, option.choices) or f"one of {', '.join(option.choices)}"
        raise UsageError(f"{where} cannot be {_quoted(text)}", hint=hint)
    if option.kind == "int":
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"{where} wants a whole number, not {_quoted(text)}") from None
    if option.kind == "float":
        try:
            return float(text)
        except ValueError:
            raise UsageError(f"{where} wants a number, not {_quoted(text)}") from None
    if option.kind == "pairs":
        left, equals, right = text.partition("=")
        if not (left and equals and right):
            raise UsageError(f"{where} wants {option.placeholder}, not {_quoted(text)}")
        return left, right
    return text


def _collected(value: Any) -> Any:
    """Pairs become a mapping; everything else stays."""
    return dict(value) if isinstance(value, list) and value and isinstance(value[0], tuple) else value
