"""Dataclasses whose methods are written when first used, not when their module is imported.

`dataclasses.dataclass` compiles five or six functions for every class, half a millisecond each class. A program of some
hundred dataclasses, of which a run makes instances of half, spends more time on that than on much of its work. The
`dataclass` of this module behaves the same for whoever uses the class. The standard library is asked for the fields
when they are first needed, only `__init__` is compiled, and the other methods read the fields.
"""

from __future__ import annotations

import dataclasses
import inspect
import threading
from collections.abc import Callable
from copy import copy
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_UNDERSTOOD = frozenset({"frozen", "eq", "repr", "kw_only"})
_APART = ("ClassVar", "InitVar", "KW_ONLY")  # annotations that are no fields: the standard library reads them at once
_LATER = ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__signature__", "__replace__")
_METHODS = ("__init__", "__repr__", "__eq__", "__hash__")
_lock = threading.RLock()  # one for all: making a class makes its bases

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """`dataclasses.dataclass`, whose methods are made when one of them is first needed.

        Args:
            cls: the class, when used without parentheses.
            options: as of the standard library. What is not among `frozen`, `eq`, `repr` and `kw_only`, and a class
                with annotations that are no fields (`ClassVar`), is left to the standard library at once.

        Returns:
            The same class object, never a copy. A mistake in its fields (a mutable default) is raised when the
            methods are made.
        """
        if cls is None:
            return lambda given: dataclass(given, **options)
        annotations = inspect.get_annotations(cls)
        if not options.keys() <= _UNDERSTOOD or not all(map(_is_field, annotations.values())):
            return dataclasses.dataclass(**options)(cls)
        _Unmade(cls, options, annotations).stand_in()
        return cls


def _is_field(annotation: object) -> bool:
    return isinstance(annotation, str) and not any(word in annotation for word in _APART)


class _Unmade:
    """A class that is to be a dataclass: what stands in its methods' places, and how they are made."""

    def __init__(self, cls: type, options: dict[str, bool], annotations: dict[str, Any]) -> None:
        own = vars(cls)
        self._cls = cls
        self._options = options
        self._frozen, self._compared = options.get("frozen", False), options.get("eq", True)
        self._written = {name: own[name] for name in _METHODS if name in own}
        self._annotations = annotations
        self._named = {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
        self._defaults = {name: own[name] for name in annotations if name in own}
        self._making: set[str] = set()

    def stand_in(self) -> None:
        """Puts what calls `make` where the methods will be, as the options say."""
        cls = self._cls
        for name, default in self._defaults.items():
            if isinstance(default, dataclasses.Field):
                if default.default is dataclasses.MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, default.default)
        self._making = {"__init__"}
        self._making |= {"__repr__"} if self._options.get("repr", True) else set()
        self._making |= {"__eq__"} if self._compared else set()
        self._making -= self._written.keys()
        standing: dict[str, Any] = {name: _Asked(name, self.make) for name in _LATER}
        if self._compared and self._written.get("__hash__") is None:
            self._making |= {"__hash__"} if self._frozen else set()
            standing["__hash__"] = None
        if self._frozen:
            for name, verb in (("__setattr__", "assign to"), ("__delattr__", "delete")):
                standing[name] = _named(_refusing(cls, verb, name), cls, name)
        standing |= {name: self._standing(name) for name in self._making}
        for name, one in standing.items():
            setattr(cls, name, one)

    def _standing(self, name: str) -> Callable[..., Any]:
        def standing(instance: object, *args: Any, **named: Any) -> Any:
            self.make()
            return getattr(self._cls, name)(instance, *args, **named)

        return _named(standing, self._cls, name)

    def make(self) -> None:
        """Asks the standard library for the fields, of a class that has no more than them, and writes the methods."""
        cls = self._cls
        with _lock:
            if not isinstance(vars(cls).get("__dataclass_fields__"), _Asked):
                return
            made = self._bare()
            methods = self._methods(made)
            for name, method in methods.items():
                setattr(cls, name, _named(method, cls, name))
            for name in _LATER:
                if name in vars(made):
                    setattr(cls, name, vars(made)[name])
                else:
                    delattr(cls, name)

    def _bare(self) -> type:
        """A class of the same fields, those of its bases first, without methods."""
        inherited: dict[str, dataclasses.Field[Any]] = {}
        for base in self._cls.__mro__[:0:-1]:
            if dataclasses.is_dataclass(base):
                inherited |= {one.name: one for one in dataclasses.fields(base)}
        own: dict[str, Any] = self._annotations
        types = {name: one.type for name, one in inherited.items()} | own
        values = {name: copy(one) for name, one in inherited.items() if name not in own} | self._defaults
        bare = type(self._cls.__name__, (), {**values, **self._named, "__annotations__": types, "__doc__": "."})
        only: dict[str, Any] = {"init": False, "repr": False, "eq": False}
        made: type = dataclasses.dataclass(**only, kw_only=self._options.get("kw_only", False))(bare)
        said = vars(made)["__dataclass_params__"]
        said.init, said.repr, said.eq = True, self._options.get("repr", True), self._compared
        said.frozen = self._frozen
        return made

    def _methods(self, made: type) -> dict[str, Callable[..., Any]]:
        fields = dataclasses.fields(made)
        compared = _together([one.name for one in fields if one.compare])
        hashed = _together([one.name for one in fields if (one.compare if one.hash is None else one.hash)])
        shown = [one.name for one in fields if one.repr]

        def equal(instance: object, other: object) -> Any:
            if other.__class__ is not instance.__class__:
                return NotImplemented
            return compared(instance) == compared(other)

        @recursive_repr()
        def told(instance: object) -> str:
            parts = ", ".join([f"{name}={getattr(instance, name)!r}" for name in shown])
            return f"{instance.__class__.__qualname__}({parts})"

        def number(instance: object) -> int:
            return hash(hashed(instance))

        every: dict[str, Callable[..., Any]] = {"__repr__": told, "__eq__": equal, "__hash__": number}
        return {name: self._init(fields) if name == "__init__" else every[name] for name in self._making}

    def _init(self, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
        """Compiles `__init__`: a parameter and an assignment for every field."""
        known: dict[str, Any] = {"_set": object.__setattr__, "_none_given": _NONE_GIVEN}
        places: list[str] = []
        named: list[str] = []
        lines: list[str] = []
        for one in fields:
            value = one.name
            if one.default_factory is not dataclasses.MISSING:
                known[f"_make_{one.name}"] = one.default_factory
                fresh = f"_make_{one.name}()"
                value = f"{fresh} if {one.name} is _none_given else {one.name}" if one.init else fresh
            elif not one.init:
                continue  # the class holds its default
            default = ""
            if one.default is not dataclasses.MISSING:
                known[f"_default_{one.name}"] = one.default
                default = f"=_default_{one.name}"
            elif one.default_factory is not dataclasses.MISSING:
                default = "=_none_given"
            if one.init:
                (named if one.kw_only else places).append(one.name + default)
            lines.append(f"_set(self, {one.name!r}, {value})" if self._frozen else f"self.{one.name} = {value}")
        if hasattr(self._cls, "__post_init__"):
            lines.append("self.__post_init__()")
        taken = ", ".join(["self", *places, *(["*", *named] if named else [])])
        exec(f"def __init__({taken}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 (names of fields)
        written: Callable[..., None] = known["__init__"]
        written.__annotations__ = {**{one.name: one.type for one in fields if one.init}, "return": None}
        return written


class _NoneGiven:
    def __repr__(self) -> str:
        return "<factory>"


_NONE_GIVEN = _NoneGiven()


class _Asked:
    """An attribute of the class that is known when its methods are made."""

    def __init__(self, name: str, make: Callable[[], None]) -> None:
        self._name, self._make = name, make

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is not None and self._name == "__signature__":
            raise AttributeError(self._name)
        self._make()
        if self._name == "__signature__":
            return inspect.signature(owner)
        return getattr(owner if instance is None else instance, self._name)


def _together(names: list[str]) -> Callable[[object], Any]:
    """What reads the fields of an instance as one value."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple([getattr(instance, name) for name in names])


def _refusing(cls: type, verb: str, method: str) -> Callable[..., None]:
    """What a frozen class says when an attribute of an instance is to change."""

    def refuse(instance: object, name: str, *value: object) -> None:
        if type(instance) is cls or name in {one.name for one in dataclasses.fields(cls)}:
            raise dataclasses.FrozenInstanceError(f"cannot {verb} field {name!r}")
        getattr(super(cls, instance), method)(name, *value)

    return refuse


def _named(method: Callable[..., Any], cls: type, name: str) -> Callable[..., Any]:
    method.__name__, method.__qualname__, method.__module__ = name, f"{cls.__qualname__}.{name}", cls.__module__
    return method
