"""Colours and styles, scoped under one class. Jupyter's own variables come first, ours where there are none."""

from __future__ import annotations

from collections.abc import Collection

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

_PARTS = {
    "base": """
.S{background:var(--d-bg);color:var(--d-fg);font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);
padding:8px 10px;border:1px solid var(--d-line);border-radius:6px;overflow-x:auto;max-width:100%}
.S .t{font-weight:600;font-size:14px;margin:0 0 6px}
.S .b{display:inline-block;padding:0 7px;border-radius:9px;font-size:12px;font-weight:600;white-space:nowrap}
.S .t .b{margin-left:4px}
.S b{font-weight:600}
.S summary{cursor:pointer;font-weight:600;padding:4px 0;color:var(--d-fg)}
.S.S .r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.S.S code{overflow-wrap:normal;background:none;
font:12px var(--jp-code-font-family,ui-monospace,monospace);color:inherit;padding:0}
.S .d,.S .m{color:var(--d-dim)}
.S p{margin:3px 0}
.S svg{max-width:100%;height:auto;vertical-align:middle}
.S .g{display:inline-block;width:64px;height:8px;background:var(--d-off-bg);border-radius:4px;overflow:hidden;
margin-right:6px;vertical-align:middle}
.S .g i{display:block;height:100%;background:var(--d-bar)}
.S.S .hb path{fill:var(--d-bar)}
""",
    "facts": """
.S dl{display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;margin:4px 0 8px}
.S.S dt{color:var(--d-dim);float:none;width:auto;font-weight:400;white-space:nowrap}
.S.S dd{margin:0;float:none;width:auto;overflow-wrap:anywhere}
""",
    "grid": """
.S table{border-collapse:collapse;margin:4px 0 8px;color:inherit;background:var(--d-bg);font-size:12px;border:0}
.S caption{caption-side:top;text-align:left;font-weight:600;padding:4px 0;color:var(--d-fg)}
.S th{text-align:left;font-weight:600;color:var(--d-fg);border-bottom:1px solid var(--d-line);vertical-align:bottom}
.S th small{display:block;font-weight:400;color:var(--d-dim)}
.S.S th,.S.S td{padding:2px 10px 2px 0;max-width:460px;overflow-wrap:break-word;vertical-align:top;text-align:left}
.S.S .lg{min-width:14em;overflow-wrap:anywhere}
.S tbody tr{background:var(--d-bg)}
.S tbody tr:nth-child(even){background:var(--d-alt)}
""",
    "lines": """
.S .sc{overflow:auto;max-height:46em;margin:4px 0 6px;border:1px solid var(--d-line);border-radius:4px}
.S.S .ln{margin:0;border-collapse:separate;border-spacing:0}
.S.S .ln th,.S.S .ln td{padding:2px 10px;white-space:nowrap;max-width:26em;overflow:hidden;text-overflow:ellipsis}
.S .ln thead{position:sticky;top:0;z-index:2}
.S .ln thead tr{background:var(--d-bg)}
.S.S .ln thead tr:last-child>*{border-bottom:1px solid var(--d-line)}
.S.S .ln thead tr:not(:last-child)>*{border-bottom:0;padding-bottom:0}
.S.S .ln thead td{color:var(--d-dim);vertical-align:bottom;padding-bottom:4px}
.S .ln thead td small{display:block;max-width:18em;overflow:hidden;text-overflow:ellipsis;font-size:11px;
line-height:1.4}
.S.S .ln .p0,.S.S .ln .p1{position:sticky;background:inherit;z-index:1}
.S.S .ln .p0{left:0;min-width:var(--p);width:var(--p);max-width:var(--p);box-sizing:border-box}
.S.S .ln .p1{left:var(--p);max-width:16em;border-right:1px solid var(--d-line)}
.S.S .ln .p1:first-child{left:0}
.S.S .ln summary{font-weight:400;padding:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;list-style:none;
max-width:24em}
.S.S .ln .na summary{max-width:9em}
.S .ln summary::-webkit-details-marker{display:none}
.S.S .ln details[open] summary{white-space:pre-wrap;overflow-wrap:anywhere}
""",
    "drawing": """
.S .no{display:none}
.S .dr[hidden]{display:block}
.S .e text{font:12px var(--jp-code-font-family,ui-monospace,monospace);fill:var(--d-fg)}
.S .e .d{fill:var(--d-dim)}
.S .e rect{fill:var(--d-bg);stroke:var(--d-line)}
.S .e .h{fill:var(--d-alt)}
.S .e path{fill:none;stroke:var(--d-accent)}
.S .e .a{fill:var(--d-accent);stroke:none}
.S .e .f{font-weight:600}
""",
}
"""Rules by the part of a document that needs them; those of ``base`` are needed by all."""


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
    chosen = "".join(text[1:] for part, text in _PARTS.items() if parts is None or part == "base" or part in parts)
    return (colours + chosen + _states()).replace(".S", f".{SCOPE}")


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two ``#rrggbb`` colours."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
