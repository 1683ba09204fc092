"""Loading and unloading: everything that is added to the shell is taken away again."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any

from datalchemy_nb.notebook.cell import question_to_help
from datalchemy_nb.notebook.completer import Matcher, matcher_for
from datalchemy_nb.notebook.magics import DatalchemyMagics

_NAME = "DatalchemyMagics"
_MATCHER = "datalchemy_matcher"
_SHOWN = (
    # Contracts know nothing of display, so the shell is told how they look.
    ("datalchemy_nb.contracts.plan", "Plan"),
    ("datalchemy_nb.contracts.schema", "DatabaseSchema"),
)
_reloading: weakref.WeakKeyDictionary[Any, DatalchemyMagics] = weakref.WeakKeyDictionary()
"""What `%reload_ext` took away and puts back, by shell: the user's session survives it."""


def load(shell: Any) -> None:
    """Add the magic, its completion, ``VERB?`` and the form of plans. Does nothing the second time."""
    if _NAME in shell.magics_manager.registry:
        return
    magics = DatalchemyMagics(shell)
    if before := _reloading.pop(shell, None):
        magics.take_over(before)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.append(matcher_for(magics))
    shell.input_transformers_cleanup.append(question_to_help)
    for module, name in _SHOWN:
        shell.display_formatter.mimebundle_formatter.for_type_by_name(module, name, _bundle)


def unload(shell: Any) -> None:
    """Take it all away, and close the session; in a reload the session and its panels wait for `load`."""
    magics = shell.magics_manager.registry.pop(_NAME, None)
    if magics is None:
        return
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("datalchemy", None)
    if magics in shell.configurables:
        shell.configurables.remove(magics)
    matchers: list[Matcher] = shell.Completer.custom_matchers
    matchers[:] = [matcher for matcher in matchers if getattr(matcher, "__name__", "") != _MATCHER]
    shell.input_transformers_cleanup.remove(question_to_help)
    for module, name in _SHOWN:
        shell.display_formatter.mimebundle_formatter.pop(f"{module}.{name}", None)
    if _is_reload():
        _reloading[shell] = magics
        return
    if panels := sys.modules.get("datalchemy_nb.widgets.follow"):
        panels.unfollow(shell)
    magics.sessions.close()


def _is_reload() -> bool:
    """Whether the shell unloads only to load again. It does not say so, and nothing else calls this by that name."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "reload_extension":
        frame = frame.f_back
    return frame is not None


def _bundle(value: Any, include: Any = None, exclude: Any = None) -> dict[str, str]:
    from datalchemy_nb.results import mimebundle

    return mimebundle(value)
