"""Panels follow the cells: after every cell they take over what it changed in the session."""

from __future__ import annotations

import weakref
from typing import Any

from datalchemy_nb.widgets.models.workbench import Workbench

_EVENT = "post_run_cell"
_benches: weakref.WeakSet[Workbench] = weakref.WeakSet()
_shells: weakref.WeakSet[Any] = weakref.WeakSet()


def follow(bench: Workbench) -> None:
    """Keep a workbench in step with its session, where there is a shell."""
    from IPython import get_ipython

    _benches.add(bench)
    shell = get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
    if shell is not None and shell not in _shells:
        shell.events.register(_EVENT, _sync)
        _shells.add(shell)


def unfollow(shell: Any) -> None:
    """Leave the shell as it was, and end the workers."""
    if shell in _shells:
        shell.events.unregister(_EVENT, _sync)
        _shells.discard(shell)
    for bench in list(_benches):
        bench.jobs.close()
    _benches.clear()


def _sync(result: Any = None) -> None:
    for bench in list(_benches):
        bench.sync()
