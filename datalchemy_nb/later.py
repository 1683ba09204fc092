"""Libraries that are loaded when something of them is first used, not when a module that may use them is."""

from __future__ import annotations

import importlib
from typing import Any


class Later:
    """Stands for a module; its names are looked up there when first asked for, and kept.

    Args:
        name: of the module.
    """

    def __init__(self, name: str) -> None:
        self.__name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(importlib.import_module(self.__name), name)
        setattr(self, name, found)
        return found
