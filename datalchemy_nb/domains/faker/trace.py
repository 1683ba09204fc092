"""Reads what a Faker method puts together by running it once, with placeholders for what is left to chance.

A provider whose `random_element`, `numerify`, `parse` and so on return placeholders runs the method; the text that
comes out shows how the pieces are joined. Methods that do more than join (compute check digits, compare, loop until
something holds) fail on the placeholders or give themselves away by samples that do not fit, and are refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from datalchemy_nb.domains.faker.clock import pinned
from datalchemy_nb.domains.faker.library import Library
from datalchemy_nb.domains.faker.placeholders import (
    Fork,
    Generator,
    NotReadableError,
    Picked,
    Text,
    are_texts,
    options_of,
    stand_in,
)
from datalchemy_nb.domains.grammar.forms import (
    Form,
    choice,
    ends,
    literal,
    rewrite,
    sequence,
    words,
)

_FIRST_MARK = 0xF0000
_MARK = re.compile("([\U000f0000-\U000fffff])")
_TOKEN = re.compile(r"\{\{\s*(\w+)(:\s*\w+?)?\s*\}\}")
_SAMPLES = 160
_MAX_MARKS = 60_000
_MAX_RANGE = 10_000
_MAX_RUNS = 400
_TOKEN_SAMPLES = 3000
TODAY = dt.date(2026, 1, 1)


class Tracer:
    """Reads the methods of one locale."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._forms: list[Form] = []
        self._tokens: dict[str, Form] = {}
        self._running: list[str] = []
        self._turns: list[int] = []
        self._taken = 0
        self._providers: dict[str, Any] = {}

    def form_of(self, method: str, provider: str | None = None, arguments: Mapping[str, Any] | None = None) -> Form:
        """Return the form of a method's texts.

        Raises:
            NotReadableError: it cannot be told.
        """
        name = provider or self._library.owner(method)
        if name is None or method in self._running or len(self._forms) > _MAX_MARKS:
            raise NotReadableError(method)
        self._running.append(method)
        outer = self._turns, self._taken
        try:
            return self._every_run(lambda: getattr(self._provider(name), method)(**(arguments or {})))
        except NotReadableError:
            raise
        except Exception as error:
            raise NotReadableError(f"{method}: {error}") from error
        finally:
            self._running.pop()
            self._turns, self._taken = outer

    def _every_run(self, call: Callable[[], object]) -> Form:
        """Run the method with every choice of masks it makes on its way."""
        pending: list[tuple[list[int], float]] = [([], 1.0)]
        found: list[tuple[float, Form]] = []
        for _ in range(_MAX_RUNS):
            turns, weight = pending.pop()
            self._turns, self._taken = turns, 0
            try:
                text = call()
            except Fork as fork:
                pending += [([*turns, i], weight / fork.options) for i in range(fork.options)]
                continue
            if not isinstance(text, str):
                raise NotReadableError("gives no text")
            found.append((weight, self.read(text)))
            if not pending:
                return choice(found) if len(found) > 1 else found[0][1]
        raise NotReadableError("too many ways")

    def pick(self, elements: Any) -> Any:
        """Return a placeholder for one of the elements; masks with letters are taken one by one."""
        form = options_of(elements) if are_texts(elements) else None
        if form is None:
            return Picked(self, elements)
        if not any("?" in label for label in form.labels):
            return self.mark(form)
        if len(form.labels) == 1:
            return form.labels[0]
        if self._taken == len(self._turns):
            raise Fork(len(form.labels))
        self._taken += 1
        return form.labels[self._turns[self._taken - 1]]

    def token(self, method: str) -> Form:
        """Return the form of a method named in a template."""
        if method not in self._tokens:
            try:
                self._tokens[method] = self.form_of(method)
            except NotReadableError:
                self._tokens[method] = self._sampled(method)
        return self._tokens[method]

    def _sampled(self, method: str) -> Form:
        if method in self._running or not self._library.has(method):
            raise NotReadableError(method)
        with pinned(self._library, TODAY, 0):
            found = [getattr(self._library.generator, method)() for _ in range(_TOKEN_SAMPLES)]
        return words(sorted({str(value) for value in found}), partial=True)

    def mark(self, form: Form) -> Text:
        """Return a placeholder."""
        self._forms.append(form)
        text = Text(chr(_FIRST_MARK + len(self._forms) - 1))
        text.tracer = self
        return text

    def read(self, text: str) -> Form:
        """Return the form of a text with placeholders."""
        pieces = _MARK.split(str.__str__(text))
        return sequence(self._forms[ord(p) - _FIRST_MARK] if _MARK.match(p) else literal(p) for p in pieces)

    def parsed(self, text: str) -> Form:
        """Return the form of a template: ``{{first_name}} {{last_name}}``."""
        return rewrite(self.read(text), self._template)

    def _template(self, text: str) -> Form:
        if "{{" not in text:
            return literal(text)
        parts: list[Form] = []
        position = 0
        for found in _TOKEN.finditer(text):
            if found[2]:
                raise NotReadableError("a template with arguments")
            parts += [literal(text[position : found.start()]), self.token(found[1])]
            position = found.end()
        return sequence([*parts, literal(text[position:])])

    def _provider(self, name: str) -> Any:
        if name not in self._providers:
            real = self._library.providers[name]
            kind: Any = type(real)
            provider = stand_in(kind)(Generator(self))
            provider._tracer = self
            provider.__dict__.update({k: v for k, v in vars(real).items() if k != "generator"})
            self._providers[name] = provider
        return self._providers[name]


@lru_cache(maxsize=128)
def tracer(library: Library) -> Tracer:
    """Return the tracer of a locale."""
    return Tracer(library)


def form_of(
    library: Library, method: str, provider: str | None = None, arguments: Mapping[str, Any] | None = None
) -> Form | None:
    """Return the form of a method's texts, checked against what the method gives; None where it cannot be told."""
    try:
        form = tracer(library).form_of(method, provider, arguments)
    except (NotReadableError, RecursionError):
        return None
    call = getattr(library.generator if provider is None else library.providers[provider], method)
    with pinned(library, TODAY, 0):
        samples = [call(**(arguments or {})) for _ in range(_SAMPLES)]
    fits = all(isinstance(s, str) and len(s) in ends(form, s) for s in samples)
    return form if fits else None
