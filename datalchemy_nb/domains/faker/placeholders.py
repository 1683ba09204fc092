"""Placeholders: what Faker's methods are given in place of chance, so that what they do with it shows."""

from __future__ import annotations

import string
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from datalchemy_nb.domains.grammar.forms import Chars, Words, literal, masked, rewrite, words

if TYPE_CHECKING:
    from datalchemy_nb.domains.faker.trace import Tracer

_MAX_RANGE = 10_000


class NotReadableError(Exception):
    """The method does more than put pieces together."""


class Fork(Exception):
    """The method goes on with one of several masks: it is run once for each."""

    def __init__(self, options: int) -> None:
        self.options = options


class Text(str):
    """A text with placeholders, as far as one can be changed without looking at it."""

    tracer: Tracer

    def _changed(self, change: Callable[[str], str]) -> Text:
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


class Generator:
    """Stands in for Faker's generator."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self.random = Random(tracer)

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


class Random:
    """Stands in for `random.Random`."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def choice(self, elements: Any) -> Any:
        return self._tracer.pick(elements)

    def __getattr__(self, name: str) -> Any:
        raise NotReadableError(f"random.{name}")


class Picked:
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


def are_texts(elements: Any) -> bool:
    items = list(elements)
    if not items or isinstance(elements, set | frozenset):
        raise NotReadableError("a choice of other things than texts")
    if all(isinstance(item, str) for item in items):
        return True
    if all(isinstance(item, tuple | list | dict) for item in items):
        return False
    raise NotReadableError("a choice of other things than texts")


def options_of(elements: Any) -> Words:
    # Some lists of Faker's are made from sets, whose order is another one in every process.
    weights = elements.values() if isinstance(elements, OrderedDict) else [1.0] * len(elements)
    items = sorted(zip(elements, weights, strict=True))
    return words([label for label, _ in items], [weight for _, weight in items])


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


@cache
def stand_in(provider: type) -> type:
    return type("StandIn", (_Chance, provider), {})
