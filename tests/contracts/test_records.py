"""Dataclasses made when first used behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pytest

import datalchemy_nb
from datalchemy_nb import records

T = TypeVar("T")


@records.dataclass(frozen=True)
class Kept:
    """At the module's level, so that it can be pickled."""

    name: str
    parts: tuple[int, ...] = ()


@records.dataclass(frozen=True)
class NeverMade:
    """Of which no test makes an instance before it is unpickled."""

    name: str


def alike(one: object, other: object) -> bool:
    return hash(one) == hash(other)


def _plain(make: Callable[..., Any]) -> list[type]:
    @make
    class Point:
        x: int
        y: int = 2
        rest: list[int] = dataclasses.field(default_factory=list)

    @make(frozen=True)
    class Frozen:
        a: str
        b: int = dataclasses.field(default=3, compare=False)
        c: int = dataclasses.field(default=4, repr=False, kw_only=True)
        d: tuple[int, ...] = dataclasses.field(init=False, default=(1,))

        def twice(self) -> int:
            return self.b * 2

    @make(frozen=True)
    class Below(Frozen):
        e: int = 5

    @make(frozen=True, eq=False)
    class Apart(Generic[T]):
        a: int = 1

    @make(frozen=True, eq=False, kw_only=True)
    class Named:
        a: int
        b: int = 1

    @make(frozen=True, repr=False)
    class Told:
        a: int = 1

        def __repr__(self) -> str:
            return f"<{self.a}>"

    @make(frozen=True)
    class Same:
        a: int = 1

        def __eq__(self, other: object) -> bool:
            return True

    @make(frozen=True)
    class Hashed:
        a: int = 1

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Hashed)

        def __hash__(self) -> int:
            return 7

    @make(frozen=True)
    class After:
        a: list[int] = dataclasses.field(default_factory=list)

        def __post_init__(self) -> None:
            self.a.append(1)

    @make(frozen=True)
    class Nothing:
        pass

    return [Point, Frozen, Below, Apart, Named, Told, Same, Hashed, After, Nothing]


NAMES = [cls.__name__ for cls in _plain(dataclasses.dataclass)]
CALLS: list[Callable[[Any], object]] = [
    lambda cls: repr(cls(1)).replace("ours", ""),
    lambda cls: repr(cls(a=1)),
    lambda cls: repr(cls()),
    lambda cls: repr(cls(1, 2, 3, 4, 5, 6)),
    lambda cls: cls(1) == cls(1),
    lambda cls: cls() == cls(),
    lambda cls: cls(a=1) == cls(a=2),
    lambda cls: cls() == 3,
    lambda cls: alike(cls(1), cls(1)),
    lambda cls: alike(cls(), cls()),
    lambda cls: cls.__hash__ is None,
    lambda cls: cls.__match_args__,
    lambda cls: [(f.name, f.type, f.init, f.repr, f.compare, f.kw_only) for f in dataclasses.fields(cls)],
    lambda cls: [str(one) for one in inspect.signature(cls).parameters.values() if "factory" not in str(one)],
    lambda cls: dataclasses.asdict(cls(1)),
    lambda cls: dataclasses.replace(cls(1), a=5).a,
    lambda cls: setattr(cls(1), "a", 2),
    lambda cls: setattr(cls(), "other", 2),
    lambda cls: delattr(cls(1), "a"),
    lambda cls: copy.deepcopy(cls(1)) == cls(1),
    lambda cls: cls(1).twice(),
    lambda cls: {name: getattr(cls, name, "none") for name in ("b", "c", "d", "rest")},
    lambda cls: (cls.__dataclass_params__.frozen, cls.__dataclass_params__.eq, cls.__dataclass_params__.repr),
]


def told(call: Callable[[Any], object], cls: type) -> object:
    try:
        return call(cls)
    except (TypeError, AttributeError, ValueError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_the_standard_library_makes_it(name: str) -> None:
    theirs = _plain(dataclasses.dataclass)[NAMES.index(name)]
    for call in CALLS:
        ours = _plain(records.dataclass)[NAMES.index(name)]
        assert told(call, ours) == told(call, theirs)
    for call in CALLS:
        assert told(call, ours) == told(call, theirs)


def test_an_instance_is_read_again_by_who_never_made_one() -> None:
    value = object.__new__(NeverMade)
    value.__dict__["name"] = "a"
    again = pickle.loads(pickle.dumps(value))
    with pytest.raises(dataclasses.FrozenInstanceError):
        again.name = "b"
    assert again == NeverMade("a")
    assert pickle.loads(pickle.dumps(Kept("a", (1,)))) == Kept("a", (1,))


def test_threads_make_the_first_instances_at_once() -> None:
    for _ in range(30):

        @records.dataclass(frozen=True)
        class Shared:
            a: int
            b: tuple[int, ...] = ()

        ready = threading.Barrier(8)
        made: list[Any] = []

        def work(cls: Any = Shared, ready: threading.Barrier = ready, made: list[Any] = made) -> None:
            ready.wait()
            made.append(cls(1, b=(2,)))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [Shared(1, (2,))] * 8


def test_every_dataclass_of_the_package_can_be_made() -> None:
    found = 0
    for one in pkgutil.walk_packages(datalchemy_nb.__path__, "datalchemy_nb."):
        if one.name.endswith("__main__"):
            continue
        for cls in vars(importlib.import_module(one.name)).values():
            if isinstance(cls, type) and cls.__module__ == one.name and dataclasses.is_dataclass(cls):
                found += 1
                assert inspect.signature(cls).parameters.keys() >= {
                    one.name for one in dataclasses.fields(cls) if one.init
                }
    assert found > 300
