"""Reads what a Faker method puts together by running it once, with placeholders for what is left to chance.

A provider whose `random_element`, `numerify`, `parse` and so on return placeholders runs the method; the text that
comes out shows how the pieces are joined. Methods that do more than join (compute check digits, compare, loop until
something holds) fail on the placeholders or give themselves away by samples that do not fit, and are refused.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from datalchemy_nb.domains.faker.clock import pinned
from datalchemy_nb.domains.faker.forms import (
    Chars,
    Form,
    Words,
    choice,
    ends,
    literal,
    masked,
    rewrite,
    sequence,
    words,
)
from datalchemy_nb.domains.faker.library import Library

_FIRST_MARK = 0xF0000
_MARK = re.compile("([\U000f0000-\U000fffff])")
_TOKEN = re.compile(r"\{\{\s*(\w+)(:\s*\w+?)?\s*\}\}")
_SAMPLES = 48
_MAX_MARKS = 60_000
_MAX_RANGE = 10_000
_MAX_RUNS = 400
_TOKEN_SAMPLES = 3000
TODAY = dt.date(2026, 1, 1)


class NotReadableError(Exception):
    """The method does more than put pieces together."""


class _Fork(Exception):  # noqa: N818
    """The method goes on with one of several masks: it is run once for each."""

    def __init__(self, options: int) -> None:
        self.options = options


class _Text(str):
    """A text with placeholders, as far as one can be changed without looking at it."""

    tracer: Tracer

    def _changed(self, change: Callable[[str], str]) -> _Text:
        form = rewrite(self.tracer.read(self), lambda t: literal(change(t)), change)
        return self.tracer.mark(form)

    def upper(self) -> str:
        return self._changed(str.upper)

    def lower(self) -> str:
        return self._changed(str.lower)

    def _refuse(self, *_: object, **__: object) -> Any:
        raise NotReadableError("looks into a text")

    replace = split = strip = lstrip = rstrip = title = capitalize = translate = zfill = _refuse
    startswith = endswith = find = index = count = encode = isdigit = ljust = rjust = swapcase = _refuse
    __len__ = __iter__ = __getitem__ = __eq__ = __ne__ = __lt__ = __gt__ = __contains__ = _refuse
    __hash__ = str.__hash__


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
        except Exception as error:  # noqa: BLE001 - whatever a method does with a placeholder, it is not readable
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
            except _Fork as fork:
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
        form = _options(elements) if _are_texts(elements) else None
        if form is None:
            return _Picked(self, elements)
        if not any("?" in label for label in form.labels):
            return self.mark(form)
        if len(form.labels) == 1:
            return form.labels[0]
        if self._taken == len(self._turns):
            raise _Fork(len(form.labels))
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

    def mark(self, form: Form) -> _Text:
        """Return a placeholder."""
        self._forms.append(form)
        text = _Text(chr(_FIRST_MARK + len(self._forms) - 1))
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
            stand_in = _stand_in(type(real))(_Generator(self))
            stand_in._tracer = self
            stand_in.__dict__.update({k: v for k, v in vars(real).items() if k != "generator"})
            self._providers[name] = stand_in
        return self._providers[name]


class _Generator:
    """Stands in for Faker's generator."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self.random = _Random(tracer)

    def parse(self, text: str) -> str:
        return self._tracer.mark(self._tracer.parsed(text))

    def format(self, method: str, *args: object, **kwargs: object) -> str:
        return str(getattr(self, method)(*args, **kwargs))

    def __getattr__(self, method: str) -> Callable[..., str]:
        def call(**arguments: object) -> str:
            if arguments:
                return self._tracer.mark(self._tracer.form_of(method, None, arguments))
            return self._tracer.mark(self._tracer.token(method))

        return call


class _Random:
    """Stands in for `random.Random`."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def choice(self, elements: Any) -> Any:
        return self._tracer.pick(elements)

    def __getattr__(self, name: str) -> Any:
        raise NotReadableError(f"random.{name}")


class _Picked:
    """One of several tuples, of which one field may be looked at."""

    def __init__(self, tracer: Tracer, elements: Any) -> None:
        self._tracer, self._elements = tracer, elements
        self._field: int | str | None = None

    def __getitem__(self, field: int | str) -> Any:
        if self._field not in (None, field):
            raise NotReadableError("uses two fields of one thing")
        self._field = field
        weights = list(self._elements.values()) if isinstance(self._elements, OrderedDict) else None
        values = [element[field] for element in self._elements]
        return self._tracer.pick(values if weights is None else OrderedDict(zip(values, weights, strict=True)))


def _are_texts(elements: Any) -> bool:
    items = list(elements)
    if not items or isinstance(elements, set | frozenset):
        raise NotReadableError("a choice of other things than texts")
    if all(isinstance(item, str) for item in items):
        return True
    if all(isinstance(item, tuple | list | dict) for item in items):
        return False
    raise NotReadableError("a choice of other things than texts")


def _options(elements: Any) -> Words:
    weighted = isinstance(elements, OrderedDict)
    return words(list(elements), list(elements.values()) if weighted else None)


_HEX = string.hexdigits[:16]


class _Chance:
    """What a provider inherits from to give placeholders."""

    _tracer: Tracer

    def random_element(self, elements: Any = ("a", "b", "c")) -> Any:
        return self._tracer.pick(elements)

    def random_elements(self, elements: Any = (), length: int | None = None, unique: bool = False, **_: Any) -> Any:
        if unique or not isinstance(length, int):
            raise NotReadableError("a choice of several")
        return [self.random_element(elements) for _ in range(length)]

    def random_choices(self, elements: Any = (), length: int | None = None) -> Any:
        return self.random_elements(elements, length)

    def random_int(self, min: int = 0, max: int = 9999, step: int = 1) -> Any:  # noqa: A002 - Faker's names
        numbers = range(min, max + 1, step)
        if not 0 < len(numbers) <= _MAX_RANGE:
            raise NotReadableError("a wide range")
        return self._tracer.mark(words(map(str, numbers)))

    def _chars(self, characters: str) -> Any:
        return self._tracer.mark(Chars(characters))

    def random_digit(self) -> Any:
        return self._chars(string.digits)

    def random_digit_not_null(self) -> Any:
        return self._chars("123456789")

    def random_digit_above_two(self) -> Any:
        return self._chars("23456789")

    def random_letter(self) -> Any:
        return self._chars(string.ascii_letters)

    def random_lowercase_letter(self) -> Any:
        return self._chars(string.ascii_lowercase)

    def random_uppercase_letter(self) -> Any:
        return self._chars(string.ascii_uppercase)

    def numerify(self, text: str = "###") -> str:
        return self._masked(text, None)

    def lexify(self, text: str = "????", letters: str = string.ascii_letters) -> str:
        return self._masked(text, letters, digits=False)

    def bothify(self, text: str = "## ??", letters: str = string.ascii_letters) -> str:
        return self._masked(text, letters)

    def hexify(self, text: str = "^^^^", upper: bool = False) -> str:
        letters = _HEX.upper() if upper else _HEX
        return self._masked(text.replace("^", "?"), letters, digits=False)

    def _masked(self, text: str, letters: str | None, digits: bool = True) -> str:
        form = self._tracer.read(text)
        return self._tracer.mark(rewrite(form, lambda t: masked(t, letters, digits)))

    def _refuse(self, *_: object, **__: object) -> Any:
        raise NotReadableError("counts or compares")

    random_sample = random_number = randomize_nb_elements = random_letters = _refuse
    random_digit_or_empty = random_digit_not_null_or_empty = _refuse


@lru_cache(maxsize=None)
def _stand_in(provider: type) -> type:
    return type("StandIn", (_Chance, provider), {})


@lru_cache(maxsize=16)
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
