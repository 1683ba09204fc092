"""Every public method of every provider of the installed Faker, read from their signatures."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import types
import typing
import warnings
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, LOCK
from datalchemy_nb.domains.faker.pools import LARGEST
from datalchemy_nb.domains.parameters import Bool, Int, Num, Str
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.records import dataclass

BASE = "base"
_LEFT_OUT = frozenset({"misc.image", "misc.tar", "misc.zip", "misc.xml", "misc.uuid1", "base.random_element"})
"""They need other packages, carry the time of the machine or are no values."""
_FAMILIES: dict[type, Category] = {
    bool: "boolean", int: "integer", float: "float", Decimal: "decimal", str: "text", dt.date: "date",
    dt.datetime: "timestamp", dt.time: "time", dt.timedelta: "interval", bytes: "bytes",
}  # fmt: skip
_SIMPLE: dict[object, Any] = {str: Str, int: Int, bool: Bool, float: Num}
_MOMENTS = frozenset({dt.date, dt.datetime})


class MethodParams(Params):
    """Parameters of every method: how many values to take from Faker where they cannot be counted."""

    pool: Annotated[Int, Field(ge=1, le=LARGEST)] | None = None


@dataclass(frozen=True)
class Method:
    """One method.

    Attributes:
        provider: last part of its module, e.g. ``person``.
        name: as called.
        produces: families of its values.
        locales: those that have it; None = all.
        params: model of its arguments, with ``pool``.
    """

    provider: str
    name: str
    produces: tuple[Category, ...]
    locales: tuple[str, ...] | None
    params: type[MethodParams]

    @property
    def id(self) -> str:
        """The generator's id."""
        return f"faker.{self.provider}.{self.name}"


@lru_cache(maxsize=1)
def provider_paths() -> Mapping[str, str]:
    """Return the modules of all providers by their short names."""
    with LOCK:
        from faker.config import PROVIDERS

    paths = {path.rsplit(".", 1)[1]: path for path in PROVIDERS if path != "faker.providers"}
    return {BASE: "faker.providers", **paths}


@cache
def methods_of(provider: str) -> Mapping[str, Method]:
    """Return the methods of a provider that give single values, in all its locales."""
    with LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classes = dict(_classes(provider_paths()[provider]))
    inherited = set() if provider == BASE else set(dir(_base()))
    owners: dict[str, list[str | None]] = {}
    for locale, cls in classes.items():
        for name in dir(cls):
            if not name.startswith("_") and name not in inherited:
                owners.setdefault(name, []).append(locale)
    found = {}
    for name, locales in sorted(owners.items()):
        method = _method(provider, name, classes[locales[0]], locales if len(locales) < len(classes) else None)
        if method is not None:
            found[name] = method
    return found


def _base() -> type:
    return typing.cast(type, importlib.import_module("faker.providers").BaseProvider)


def _classes(path: str) -> Iterator[tuple[str | None, type]]:
    """Yield the class of each locale, the default one first."""
    from faker.utils.loading import list_module

    module = importlib.import_module(path)
    if path == "faker.providers" or not getattr(module, "localized", False):
        yield None, module.BaseProvider if path == "faker.providers" else module.Provider
        return
    default = getattr(module, "default_locale", DEFAULT_LOCALE)
    for locale in sorted(list_module(module), key=lambda name: (name != default, name)):
        yield locale, importlib.import_module(f"{path}.{locale}").Provider


def _method(provider: str, name: str, cls: type, locales: list[str | None] | None) -> Method | None:
    function = inspect.getattr_static(cls, name)
    # Static and class methods are helpers that give nothing of chance.
    if f"{provider}.{name}" in _LEFT_OUT or not inspect.isfunction(function) or "compute" in name:
        return None
    signature = inspect.signature(function)
    produces = families(signature.return_annotation)
    if not produces:
        return None
    fields: dict[str, Any] = {}
    for parameter in list(signature.parameters.values())[1:]:
        kind = _parameter(parameter.annotation)
        required = parameter.default is inspect.Parameter.empty
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if kind is None or parameter.name.startswith("_"):
            if required:
                return None
            continue
        fields[parameter.name] = (kind, ... if required else _default(parameter.default))
    params = _model(provider, name, fields) if fields else MethodParams
    shown = None if locales is None else tuple(locale for locale in locales if locale is not None)
    return Method(provider, name, produces, shown, params)


def _model(provider: str, name: str, fields: dict[str, Any]) -> type[MethodParams]:
    return create_model(f"{provider}_{name}", __base__=MethodParams, **fields)


def _default(value: Any) -> Any:
    return list(value) if isinstance(value, set) else value


def families(annotation: Any) -> tuple[Category, ...]:
    """Return the families of values an annotation names; nothing where it is not of single values."""
    if annotation is inspect.Signature.empty:
        return ("text",)
    options = [a for a in _options(annotation) if a is not type(None)]
    if any(a not in _FAMILIES and typing.get_origin(a) is not Literal for a in options):
        return ()
    return tuple(dict.fromkeys(_FAMILIES.get(a, "text") for a in reversed(options)))


def _options(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(inner for a in typing.get_args(annotation) for inner in _options(a))
    return (annotation,)


def _parameter(annotation: Any) -> Any:
    """Return the checked type of an argument, or None where plans cannot write it."""
    options = _options(annotation)
    kinds = [kind for option in options if (kind := _kind(option)) is not None]
    if not kinds:
        return None
    joined: Any = kinds[0]
    for kind in kinds[1:]:
        joined = joined | kind
    return joined | None if type(None) in options else joined


def _kind(option: Any) -> Any:
    if option in _SIMPLE:
        return _SIMPLE[option]
    if option in _MOMENTS:
        return Str
    if typing.get_origin(option) is Literal:
        return option
    origin, arguments = typing.get_origin(option), typing.get_args(option)
    if inspect.isclass(origin) and issubclass(origin, typing.Sequence) and arguments and arguments[0] in _SIMPLE:
        return types.GenericAlias(tuple, (_SIMPLE[arguments[0]], ...))
    return None
