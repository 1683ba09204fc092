"""Faker's providers, one set per locale.

Nothing here is imported before a generator of Faker's is asked for: Faker's modules take a while to load.
"""

from __future__ import annotations

import inspect
import threading
import warnings
from functools import lru_cache
from typing import Any

DEFAULT_LOCALE = "en_US"
_MADE_FROM_SETS = (("address", "cities"),)
"""Lists whose order is another one in every process (those of it_IT)."""
LOCK = threading.RLock()
"""Held while Faker runs: its modules are patched meanwhile."""


class Library:
    """The providers of one locale.

    Args:
        locale: as Faker writes it, ``pt_BR``.

    Raises:
        ValueError: Faker has no such locale.
    """

    def __init__(self, locale: str) -> None:
        from faker.factory import Factory

        self.locale = locale
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.generator: Any = Factory.create(locale)
            except AttributeError as error:
                raise ValueError(f"Faker has no locale {locale!r}") from error
        self.providers: dict[str, Any] = {p.__provider__.rsplit(".", 1)[1]: p for p in self.generator.providers}
        for provider, attribute in _MADE_FROM_SETS:
            if hasattr(self.providers[provider], attribute):
                setattr(self.providers[provider], attribute, sorted(getattr(self.providers[provider], attribute)))

    def has(self, method: str, provider: str | None = None) -> bool:
        """Whether the locale has the method."""
        owner = self.generator if provider is None else self.providers[provider]
        return callable(getattr(owner, method, None))

    def owner(self, method: str) -> str | None:
        """Return the provider a method of templates belongs to: the one added last wins, as in Faker."""
        for name, provider in self.providers.items():
            if inspect.isfunction(getattr(type(provider), method, None)):
                return name
        return None


@lru_cache(maxsize=128)
def library(locale: str) -> Library:
    """Return the providers of a locale."""
    with LOCK:
        return Library(locale)


def having(locale: str, *methods: str) -> tuple[Library, str]:
    """Return the first method that the locale has; in its absence, the first one of the default locale."""
    own = library(locale)
    for method in methods:
        if own.has(method):
            return own, method
    return library(DEFAULT_LOCALE), methods[0]
