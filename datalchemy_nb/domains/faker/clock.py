"""Faker held still: its clock at a given day, its zone UTC, its every source of chance seeded."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from datalchemy_nb.domains.faker.library import LOCK, Library


class _Real(type):
    """Lets plain dates pass for the pinned classes, which Faker tests with isinstance."""

    plain: type

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.plain)


def _classes(today: dt.date) -> tuple[type[dt.date], type[dt.datetime]]:
    now = dt.datetime.combine(today, dt.time())

    class Date(dt.date, metaclass=_Real):
        plain = dt.date

        @classmethod
        def today(cls) -> dt.date:  # type: ignore[override]
            return today

    class Moment(dt.datetime, metaclass=_Real):
        plain = dt.datetime

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return now if tz is None else now.replace(tzinfo=dt.UTC).astimezone(tz)

        @classmethod
        def today(cls) -> dt.datetime:  # type: ignore[override]
            return now

        @classmethod
        def utcnow(cls) -> dt.datetime:  # type: ignore[override]
            return now

        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            moment = dt.datetime.fromtimestamp(timestamp, tz or dt.UTC)
            return moment.replace(tzinfo=None) if tz is None else moment

    return Date, Moment


class _Shim:
    """A module with some names replaced."""

    def __init__(self, module: ModuleType, source: object, **names: object) -> None:
        self.__dict__.update(names)
        self._fallbacks = (source, module)

    def __getattr__(self, name: str) -> Any:
        for place in self._fallbacks:
            if hasattr(place, name):
                return getattr(place, name)
        raise AttributeError(name)


@contextmanager
def pinned(library: Library, today: dt.date, seed: int) -> Iterator[None]:
    """Run Faker's methods as if it were the start of ``today``, with all chance from ``seed``."""
    date, moment = _classes(today)
    chance = random.Random(seed)
    stand_ins: list[tuple[object, object]] = [
        (dt.date, date),
        (dt.datetime, moment),
        (dt, _Shim(dt, dt, date=date, datetime=moment)),
        (random, _Shim(random, chance)),
    ]
    with LOCK:
        changed: list[tuple[ModuleType, str, object]] = [*_swap(stand_ins), *_silence(library)]
        library.generator.seed_instance(seed)
        try:
            yield
        finally:
            for module, name, value in reversed(changed):
                if value is None:
                    delattr(module, name)
                else:
                    setattr(module, name, value)


def _swap(stand_ins: list[tuple[object, object]]) -> Iterator[tuple[ModuleType, str, object]]:
    for module_name, module in list(sys.modules.items()):
        if not module_name.startswith("faker.providers"):
            continue
        for name, value in list(vars(module).items()):
            for real, stand_in in stand_ins:
                if value is real:
                    setattr(module, name, stand_in)
                    yield module, name, value


def _silence(library: Library) -> Iterator[tuple[ModuleType, str, None]]:
    """Keep providers from printing (the Indian one does)."""
    for name in sorted({type(provider).__module__ for provider in library.providers.values()}):
        module: Any = sys.modules[name]
        module.print = lambda *_, **__: None
        yield module, "print", None


def plain(value: Any) -> Any:
    """Return a value without the pinned classes."""
    if isinstance(value, dt.datetime):
        return dt.datetime.combine(dt.date(value.year, value.month, value.day), value.timetz())
    if isinstance(value, dt.date):
        return dt.date(value.year, value.month, value.day)
    return value
