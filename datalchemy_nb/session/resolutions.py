"""Resolved plans, kept in the user's cache directory: a plan that ran before is neither parsed nor resolved again.

What is kept are pickles, which can do harm where others wrote them. So they are read only from files and directories
that are the user's alone, only with a digest made with a secret that lies in the user's home, and they may name nothing
but classes and functions that describe a plan. Anything else, a damaged file included, is as if it were not there.
"""

from __future__ import annotations

import hmac
import io
import pickle
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.session.cache import Shelf, secret

SHELF = Shelf("resolved", "plan", largest=1 << 25, files=128, private=True)
_DIGEST_BYTES = 32
_OWN = tuple(f"datalchemy_nb.{name}." for name in ("constraints", "contracts", "domains", "resolve", "transforms"))
_OTHERS = frozenset(
    """
    builtins.set builtins.frozenset builtins.range builtins.slice datetime.date datetime.datetime datetime.time
    datetime.timedelta datetime.timezone decimal.Decimal fractions.Fraction functools.partial uuid.UUID numpy.dtype
    numpy.ndarray numpy._core.multiarray._reconstruct numpy._core.multiarray.scalar numpy._core.numeric._frombuffer
    polars.series.series.Series polars.dataframe.frame.DataFrame
    """.split()
)
_TYPES = "polars.datatypes.classes."


def find(name: str | None) -> ResolvedPlan | None:
    """Return the plan kept under a verdict's key; None where there is none that can be trusted."""
    kept = SHELF.find(name) if name is not None else None
    known = secret() if kept is not None else None
    if name is None or kept is None or known is None:
        return None
    signed, body = kept[:_DIGEST_BYTES], memoryview(kept)[_DIGEST_BYTES:]
    if not hmac.compare_digest(signed, digest(known, name, body)):
        return None
    found = loads(body)
    return found if isinstance(found, ResolvedPlan) else None


def keep(name: str | None, resolved: ResolvedPlan) -> None:
    """Keep a plan that can run.

    Not where its rows come of a server's answers or of rows listed in the plan, which are the user's own data.
    """
    if name is None or resolved.consulted or any(table.known is not None for table in resolved.tables.values()):
        return
    known = secret(make=True) if SHELF.is_open else None
    body = dumps(resolved) if known is not None else None
    if known is not None and body is not None:
        SHELF.keep(name, digest(known, name, body) + body)


def digest(known: bytes, name: str, body: bytes | memoryview) -> bytes:
    """Return what only who knows the secret can say of a body under a name."""
    told = hmac.new(known, name.encode(), "sha256")
    told.update(body)
    return told.digest()


def dumps(value: object) -> bytes | None:
    """Return a resolved plan, or part of one, as bytes; None where something of it is no data."""
    written = io.BytesIO()
    try:
        _Writer(written, protocol=5).dump(value)
    except Exception:  # noqa: BLE001  # pickling raises whatever its objects raise
        return None
    return written.getvalue()


def loads(body: bytes | memoryview) -> object:
    """Return what `dumps` was given; None where that cannot be told, or names anything that is no part of a plan."""
    try:
        return _Reader(io.BytesIO(body)).load()
    except Exception:  # noqa: BLE001  # whatever is wrong with it, it is made again
        return None


def _is_part(name: str) -> bool:
    """Whether a class or function, by its full name, may be part of a resolved plan."""
    return name in _OTHERS or name.startswith((*_OWN, _TYPES)) or name == f"{__name__}.{_bound.__name__}"


def _bound(owner: Any, name: str) -> Callable[..., Any]:
    """A method of an object, as pickles name it here."""
    method: Callable[..., Any] = MethodType(getattr(type(owner), name), owner)
    return method


class _Writer(pickle.Pickler):
    """Refuses what `_Reader` would."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MethodType):
            return _bound, (value.__self__, value.__func__.__name__)
        if isinstance(value, type | FunctionType | BuiltinFunctionType):
            name = f"{value.__module__}.{value.__qualname__}"
            if not _is_part(name):
                raise pickle.PicklingError(f"{name} is no part of a plan")
        return NotImplemented


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if not _is_part(f"{module}.{name}"):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a plan")
        return super().find_class(module, name)
