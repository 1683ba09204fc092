"""Locales are Faker's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.planning.rules.scope import Scope


@lru_cache(maxsize=1)
def available_locales() -> frozenset[str]:
    """Return the names of all locales."""
    # Importing Faker's list walks all its providers, which takes a fifth of a second.
    from faker.config import AVAILABLE_LOCALES

    return frozenset(AVAILABLE_LOCALES)


def locale_hint(name: str | None) -> str | None:
    """Return what to write in place of an unknown locale, or None when there is nothing wrong."""
    if name is None or name in ("en_US", "pt_BR") or name in available_locales():
        return None
    swapped = name.replace("-", "_")
    return did_you_mean(swapped, sorted(available_locales())) or "use a name such as pt_BR or en_US"


def check(scope: Scope) -> Iterator[Issue]:
    """Check the plan's locale."""
    name = scope.plan.global_.locale if scope.plan.global_ else None
    hint = locale_hint(name)
    if hint is not None:
        yield error("unknown_locale", pointer("global", "locale"), f"there is no locale {name!r}", hint)
