"""A PostgreSQL server of one's own with the CRM schema, for the tutorial and the tests.

Names are imported when first used: the example plans are looked up by every command, and need no server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datalchemy_nb.demo.crm import crm_sql, start_demo
    from datalchemy_nb.demo.server import EmbeddedServer

__all__ = ["EmbeddedServer", "crm_sql", "start_demo"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "server" if name == "EmbeddedServer" else "crm"
    return getattr(import_module(f"{__name__}.{home}"), name)
