"""Which module has which built-in generators, so that one is loaded when its id is used, and not before.

An id that is not in `homes.txt` is looked for in all of them, and in the packages that name generators of their own.
"""

from __future__ import annotations

from datalchemy_nb.datafiles import parts_of

_ROOT = "datalchemy_nb.domains."
_IDS = parts_of(__package__, "homes.txt")

MODULES = tuple(_ROOT + module for module in _IDS)
HOMES = {
    prefix + name: _ROOT + module for module, lines in _IDS.items() for prefix, names in lines for name in names.split()
}
"""Id -> module."""
