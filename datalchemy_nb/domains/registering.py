"""Catalogues that others may add to: from a notebook's cell, or from an installed package by an entry point."""

from __future__ import annotations

import importlib
import inspect
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib import metadata
from typing import Any, Generic, TypeVar

from datalchemy_nb.errors import UsageError

_OURS = "datalchemy_nb"
_ID = re.compile(r"[A-Za-z_]\w*(\.\w+)+\Z")
_changes = 0


def revision() -> int:
    """Return a number that grows whenever someone adds or replaces an entry; what was made before may be stale."""
    return _changes


def is_builtin(owner: Callable[..., Any]) -> bool:
    """Whether this package defines the function."""
    return owner.__module__.partition(".")[0] == _OURS


Made = TypeVar("Made")


def taking(build: Callable[..., Made]) -> Callable[[Any, Any], Made]:
    """Return a builder that is called with parameters and slot, of one that names only what it uses.

    Args:
        build: takes both, in this order; or one of them, called ``slot`` or anything else; or nothing.
    """
    named = inspect.signature(build, follow_wrapped=False).parameters.values()
    if any(each.kind is each.VAR_POSITIONAL for each in named):
        return build
    names = tuple(each.name for each in named if each.default is each.empty)
    if not names:
        return wraps(build)(lambda params, slot: build())
    if len(names) == 1:
        return wraps(build)(
            (lambda params, slot: build(slot)) if names == ("slot",) else lambda params, slot: build(params)
        )
    return build


Entry = TypeVar("Entry")


class Catalogue(Generic[Entry]):
    """Entries by id.

    Args:
        kind: what an entry is, for messages.
        group: entry point group of installed packages; importing what an entry point names registers it.
        modules: modules of this package that register the built-in entries.
        reserved: whether an id is built in though no module registers it.
        homes: built-in id -> the one module that registers it, which is then loaded alone.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        modules: Sequence[str] = (),
        reserved: Callable[[str], bool] = lambda id_: False,
        homes: Mapping[str, str] | None = None,
    ) -> None:
        self._kind, self._group, self._modules, self._reserved = kind, group, modules, reserved
        self._homes = homes or {}
        self._entries: dict[str, tuple[Entry, Callable[..., Any]]] = {}
        self._builtin = self._installed = False

    def add(self, id_: str, entry: Entry, owner: Callable[..., Any]) -> None:
        """Add an entry; the same function, defined again, replaces its own.

        Raises:
            UsageError: the id is no dotted name, built in, or taken by another function.
        """
        global _changes
        if not is_builtin(owner):
            self._load_builtin()
            self._admit(id_, owner)
            _changes += 1
        elif id_ in self._entries:
            raise UsageError(f"{self._kind} {id_!r} is registered twice")
        self._entries[id_] = entry, owner

    def entries(self) -> dict[str, Entry]:
        """Return all entries by id, in the order they were added."""
        self._load()
        return {id_: entry for id_, (entry, _) in self._entries.items()}

    def find(self, id_: str) -> Entry | None:
        """Return the entry with this id, or None; one that has a home is loaded from there, and nothing else is."""
        if id_ not in self._entries and id_ in self._homes:
            importlib.import_module(self._homes[id_])
        if id_ not in self._entries:
            self._load()
        found = self._entries.get(id_)
        return found[0] if found else None

    def remove(self, id_: str) -> None:
        """Take an entry of others' away; built-in ones and unknown ids stay as they are."""
        global _changes
        if id_ in self._entries and not is_builtin(self._entries[id_][1]):
            del self._entries[id_]
            _changes += 1

    def _admit(self, id_: str, owner: Callable[..., Any]) -> None:
        if not _ID.match(id_):
            raise UsageError(
                f"{id_!r} cannot be the id of a {self._kind}", hint="write letters, digits and dots, such as acme.badge"
            )
        before = self._entries.get(id_)
        if self._reserved(id_) or (before and is_builtin(before[1])):
            raise UsageError(
                f"{self._kind} {id_!r} is built in", hint="choose an id of your own, such as acme." + id_.split(".")[-1]
            )
        if before and _place(before[1]) != _place(owner):
            raise UsageError(
                f"{self._kind} {id_!r} is taken by {'.'.join(_place(before[1]))}",
                hint="choose another id, or define it under the same function name to replace it",
            )

    def _load(self) -> None:
        self._load_builtin()
        if not self._installed:
            self._installed = True
            for point in metadata.entry_points(group=self._group):
                try:
                    point.load()
                except Exception as error:  # noqa: BLE001  (another package's fault must not stop the work)
                    told = str(error).splitlines()[0] if str(error) else ""
                    reason = f"{type(error).__name__}: {told}"
                    warnings.warn(f"{self._group}: {point.name} = {point.value} does not load: {reason}", stacklevel=2)

    def _load_builtin(self) -> None:
        if not self._builtin:
            self._builtin = True
            for module in self._modules:
                importlib.import_module(module)


def _place(owner: Callable[..., Any]) -> tuple[str, str]:
    return owner.__module__, owner.__qualname__
