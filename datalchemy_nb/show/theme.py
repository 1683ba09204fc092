"""Colours and styles, scoped under one class. Jupyter's own variables come first, ours where there are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from datalchemy_nb.datafiles import text_of

SCOPE = "datalchemy"

LIGHT = {
    "bg": "#ffffff",
    "alt": "#f5f6f8",
    "fg": "#1c2127",
    "dim": "#59636e",
    "line": "#d5dae0",
    "accent": "#0b5cad",
    "ok": "#12692f",
    "ok-bg": "#e3f5e8",
    "warn": "#7a4a00",
    "warn-bg": "#fdf1d6",
    "bad": "#a4161a",
    "bad-bg": "#fde7e7",
    "info": "#0b5cad",
    "info-bg": "#e5f0fb",
    "off": "#59636e",
    "off-bg": "#eceff2",
    "bar": "#0b5cad",
}
DARK = {
    "bg": "#111111",
    "alt": "#1d1f22",
    "fg": "#e6e8eb",
    "dim": "#a3acb6",
    "line": "#3b4149",
    "accent": "#74b3f5",
    "ok": "#7fd99a",
    "ok-bg": "#14301d",
    "warn": "#f0bd5e",
    "warn-bg": "#38290c",
    "bad": "#ff9b97",
    "bad-bg": "#431b1c",
    "info": "#8fc2f7",
    "info-bg": "#132b45",
    "off": "#a3acb6",
    "off-bg": "#2a2e33",
    "bar": "#74b3f5",
}
# Only surfaces are taken from the page: text and state colours are ours, so that contrast can be computed.
_FROM_PAGE = {"bg": "--jp-layout-color0", "line": "--jp-border-color2"}

PAIRS = (
    ("fg", "bg"),
    ("fg", "alt"),
    ("dim", "bg"),
    ("dim", "alt"),
    ("accent", "bg"),
    ("accent", "alt"),
    *((state, f"{state}-bg") for state in ("ok", "warn", "bad", "info", "off")),
)
"""Every text colour with every surface it is set on."""

PAGE_SURFACES = {"light": ("#ffffff",), "dark": ("#111111", "#1e1e1e")}
"""What ``bg`` is in JupyterLab's own themes and in VS Code's."""

_PART = re.compile(r"/\* (\w+) \*/\n")


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, str]:
    """Rules by the part of a document that needs them; those of ``base`` are needed by all."""
    _, *parts = _PART.split(text_of(__package__, "theme.css"))
    return {name: text.strip() + "\n" for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _variables(palette: dict[str, str]) -> str:
    return ";".join(
        f"--d-{name}:" + (f"var({_FROM_PAGE[name]},{value})" if name in _FROM_PAGE else value)
        for name, value in palette.items()
    )


def _states() -> str:
    states = ("ok", "warn", "bad", "info", "off")
    return "".join(f".S .{s}{{color:var(--d-{s});background:var(--d-{s}-bg)}}\n" for s in states)


def stylesheet(parts: Collection[str] | None = None) -> str:
    """The ``<style>`` element.

    Args:
        parts: only what these need, of ``facts``, ``grid``, ``lines``, ``drawing``; None = all.
    """
    return f"<style>{rules(parts)}</style>"


def rules(parts: Collection[str] | None = None) -> str:
    """What stands in the ``<style>`` element."""
    dark, light = _variables(DARK), _variables(LIGHT)
    colours = (
        f".S{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{body:not([data-jp-theme-light]):not(.vscode-light) .S{{{dark}}}}}\n"
        f"body[data-jp-theme-light=false] .S,body.vscode-dark .S{{{dark}}}\n"
    )
    chosen = "".join(text for part, text in _parts().items() if parts is None or part == "base" or part in parts)
    return colours.replace(".S", f".{SCOPE}") + chosen + _states().replace(".S", f".{SCOPE}")


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two ``#rrggbb`` colours."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
