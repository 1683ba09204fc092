"""Plans that draft themselves: inference rules over a schema, each leaving its evidence.

Names are imported when first used: what looks for one rule does not load the shapes of whole schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datalchemy_nb.drafting.draft import draft_plan
    from datalchemy_nb.drafting.explaining import explain
    from datalchemy_nb.drafting.suggestion import Draft, RowCount, Suggestion

__all__ = ["Draft", "RowCount", "Suggestion", "draft_plan", "explain"]
_HOMES = {"draft_plan": "draft", "explain": "explaining"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'suggestion')}"), name)
