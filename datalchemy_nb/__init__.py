"""PostgreSQL data that is fake, valid and reproducible, inside Jupyter.

    %load_ext datalchemy_nb
    %datalchemy demo

Or in Python: ``from datalchemy_nb import Session``. Names are imported when first used, so loading is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datalchemy_nb._version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.errors import (
        Cancelled,
        ConnectionFailed,
        ContractError,
        DatalchemyError,
        GenerationError,
        GoldenError,
        Infeasible,
        IntrospectionError,
        LoadError,
        OutputError,
        PlanInvalid,
        RunNotFound,
        UsageError,
    )
    from datalchemy_nb.extending import (
        Derivation,
        Domain,
        Offer,
        Params,
        Slot,
        Transform,
        choices,
        generator,
        inference_rule,
        numbered,
        offer,
        pattern,
        step,
        transform,
        vocabulary,
    )
    from datalchemy_nb.session import Session

_ERRORS = (
    "Cancelled",
    "ConnectionFailed",
    "ContractError",
    "DatalchemyError",
    "GenerationError",
    "GoldenError",
    "Infeasible",
    "IntrospectionError",
    "LoadError",
    "OutputError",
    "PlanInvalid",
    "RunNotFound",
    "UsageError",
)
_EXTENDING = (
    "Derivation",
    "Domain",
    "Offer",
    "Params",
    "Slot",
    "Transform",
    "choices",
    "generator",
    "inference_rule",
    "numbered",
    "offer",
    "pattern",
    "step",
    "transform",
    "vocabulary",
)
_HOMES = {
    "DatabaseSchema": "datalchemy_nb.contracts.schema",
    "Plan": "datalchemy_nb.contracts.plan",
    "Session": "datalchemy_nb.session",
    **dict.fromkeys(_ERRORS, "datalchemy_nb.errors"),
    **dict.fromkeys(_EXTENDING, "datalchemy_nb.extending"),
}

__all__ = [
    "Cancelled",
    "ConnectionFailed",
    "ContractError",
    "DatabaseSchema",
    "DatalchemyError",
    "Derivation",
    "Domain",
    "GenerationError",
    "GoldenError",
    "Infeasible",
    "IntrospectionError",
    "LoadError",
    "Offer",
    "OutputError",
    "Params",
    "Plan",
    "PlanInvalid",
    "RunNotFound",
    "Session",
    "Slot",
    "Transform",
    "UsageError",
    "__version__",
    "choices",
    "generator",
    "inference_rule",
    "load_ipython_extension",
    "numbered",
    "offer",
    "pattern",
    "step",
    "transform",
    "unload_ipython_extension",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext datalchemy_nb``."""
    from datalchemy_nb.notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """``%unload_ext datalchemy_nb``: the shell is as it was before."""
    from datalchemy_nb.notebook.extension import unload

    unload(shell)
