"""How panels look: parts every panel is made of, on the theme of `datalchemy_nb.results`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from datalchemy_nb.show.document import Document, Note
from datalchemy_nb.show.escape import escape, visible
from datalchemy_nb.show.render_html import note, render_html
from datalchemy_nb.show.theme import SCOPE, stylesheet
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel
from datalchemy_nb.widgets.words import say

PANEL = "datalchemy-panel"
CARD = "datalchemy-card"
SCROLL = "dc-scroll"
LABEL = "92px"
_TICKED = re.compile(r"(`{1,2})([^`]+)\1")
NOTHING = ""
"""Value of a list's entry that stands for none: a list shows no entry for the value None, even where one has it."""

_OUTPUT = ".jp-OutputArea-child"
# While the panels live, the card before them is hidden; when they are gone, so is the message about missing models.
_SHOW_ONE = (
    f"{_OUTPUT}:has(.{CARD}):has(+ {_OUTPUT} .{PANEL}){{display:none}}"
    f"{_OUTPUT}:has(.{CARD}) + {_OUTPUT} > .jupyter-widgets:not(:has(*)){{display:none}}"
)
_RESTARTED = "The kernel was restarted, and the panel is of the one before: run the cell again to have it back."
"""Stands over a panel whose kernel is gone, in place of a broken link at every control."""
_ARROW = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath fill='none' stroke='%23e6e8eb' stroke-width='1.6' d='M5.5 7.5 9 11l3.5-3.5'/%3E%3C/svg%3E"
)
"""The arrow of a dropdown in the dark: the stock one is black."""
_RULES = f"""
.{PANEL}{{padding:6px 2px;overflow:hidden;max-width:100%}}
.{PANEL} .{SCOPE}{{margin:2px 0}}
.{PANEL} .dc-sheet{{border:1px solid var(--jp-border-color2,#d5dae0);border-radius:6px;padding:6px 8px}}
.{PANEL} .dc-bare .{SCOPE}{{border:0;padding:0 2px;background:none}}
.{PANEL} .widget-html-content{{min-width:0}}
.{PANEL} .dc-hint .{SCOPE}{{border:0;padding:0 6px;background:none;line-height:1.3;font-size:12px}}
.{PANEL} .widget-label{{text-align:left}}
.{PANEL} .dc-magic input{{font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:12px}}
.{PANEL} select,.{PANEL} select option{{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:12px}}
.{PANEL} .widget-select select{{padding:2px 0}}
.{PANEL} .widget-select select option{{padding:2px 6px}}
body[data-jp-theme-light="false"] .{PANEL} .widget-dropdown>select{{background-image:url("{_ARROW}")}}
.{PANEL} .widget-inline-hbox .widget-label{{color:var(--jp-ui-font-color1,#1c2127)}}
.{PANEL} :is(input,select,textarea,button):focus-visible{{outline:2px solid var(--jp-brand-color1,#0b5cad);
outline-offset:1px}}
.{PANEL} .jp-RenderedHTMLCommon table{{margin:0}}
.{PANEL} .dc-scroll .{SCOPE}{{overflow:auto;max-height:440px;box-sizing:border-box}}
.{PANEL} .dc-progress dd .g{{width:260px}}
.{PANEL} .dc-progress td .g{{width:140px}}
.{PANEL} .dc-scroll .{SCOPE}:has(.sc){{max-height:none}}
.{PANEL} .dc-scroll .sc{{max-height:460px}}
.{PANEL} .dc-scroll table:not(.ln) thead th{{position:sticky;top:-8px;background:var(--d-bg)}}
.{PANEL} .jupyter-widgets.jupyter-widget-tab>.lm-TabBar .lm-TabBar-tab{{color:var(--jp-ui-font-color1,#1c2127)}}
.{PANEL} .widget-select select{{width:100%}}
.{PANEL} .dc-code textarea{{font:12px var(--jp-code-font-family,ui-monospace,monospace)}}
.{PANEL} .dc-editor{{border-right:1px solid var(--jp-border-color2,#d5dae0);padding-right:8px}}
.{PANEL} .dc-editor>*,.{PANEL} .dc-editor .widget-vbox>*{{flex-shrink:0}}
.{PANEL} .widget-toggle-buttons button{{width:auto}}
.{PANEL} .jupyter-widgets-disconnected::before{{content:none}}
.{PANEL}.jupyter-widgets-disconnected::before{{content:"{_RESTARTED}";display:block;width:auto;height:auto;
margin:0 0 6px;padding:5px 10px;border-radius:4px;background:#fdf1d6;color:#7a4a00;mask:none;
font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif)}}
.{PANEL}.jupyter-widgets-disconnected>*{{opacity:.5;pointer-events:none}}
.{PANEL} ::placeholder{{color:var(--jp-ui-font-color2,#59636e);opacity:1}}
"""


def show_one() -> str:
    """Style of the static card: it is seen where its panels are not."""
    return f"<style>{_SHOW_ONE}</style>"


def style() -> w.HTML:
    """The style of a panel and of the documents in it, once."""
    return w.HTML(f"{stylesheet()}<style>{_RULES}</style>", layout=w.Layout(display="none"))


def fragment(document: Document) -> str:
    """A document as html, for a place that has the style."""
    # A panel is long: those who do not see it go from heading to heading.
    return render_html(document, style=False).replace("<p class='t'>", "<p class='t' role='heading' aria-level='3'>", 1)


class Doc:
    """A place for a document."""

    def __init__(self, css: str = "", **layout: str) -> None:
        self.widget = w.HTML(layout=w.Layout(width="auto", **layout))
        self._scrolls = css == SCROLL
        if css:
            self.widget.add_class(css)
        self.show(None)

    def show(self, document: Document | None) -> None:
        """Show it; None shows nothing and takes no room."""
        value = fragment(document) if document is not None else ""
        if self._scrolls:
            # What scrolls must be reached by keyboard.
            value = value.replace(f"<div class='{SCOPE}'>", f"<div class='{SCOPE}' tabindex='0'>", 1)
        if value != self.widget.value:
            self.widget.value = value
        self.widget.layout.display = None if value else "none"


def hint(text: str) -> w.HTML:
    """Quiet words beside a field."""
    made = w.HTML(
        f'<div class="{SCOPE}"><span class="d">{escape(say(text))}</span></div>', layout=w.Layout(width="auto")
    )
    made.add_class("dc-hint")
    return made


def prose(text: str = "") -> Prose:
    """Words of our own; what stands in backticks is code."""
    made = Prose()
    made.show(text)
    return made


class Prose:
    """A place for a sentence of our own."""

    def __init__(self) -> None:
        self.widget = w.HTML(layout=w.Layout(width="auto", display="none"))
        self.widget.add_class("dc-bare")

    def show(self, text: str) -> None:
        """Show it; nothing takes no room."""
        value = f'<div class="{SCOPE}"><p>{with_code(text)}</p></div>' if text else ""
        if value != self.widget.value:
            self.widget.value = value
        self.widget.layout.display = None if value else "none"


def with_code(text: str) -> str:
    """Return a sentence of our own as html; what stands in backticks is code."""
    return _TICKED.sub(r"<code>\2</code>", escape(text))


def button(text: str, on_click: Callable[[], Any], *, main: bool = False, tip: str = "") -> w.Button:
    """A button that says what it does."""
    made = w.Button(
        description=say(text),
        tooltip=say(tip or text),
        button_style="primary" if main else "",
        layout=w.Layout(width="auto", min_width="64px"),
    )
    made.on_click(lambda _: on_click())
    return made


def labelled(kind: Any, label: str, **settings: Any) -> Any:
    """A stock control with its label beside it, in the language in use."""
    settings |= {name: say(settings[name]) for name in ("placeholder", "tooltip") if name in settings}
    layout = settings.pop("layout", w.Layout(width="auto", min_width="200px"))
    return kind(
        description=say(label),
        style={"description_width": settings.pop("label_width", LABEL)},
        layout=layout,
        **settings,
    )


def row(*children: Any, wrap: bool = True) -> w.HBox:
    """Controls side by side."""
    return w.HBox(
        children, layout=w.Layout(flex_flow="row wrap" if wrap else "row", grid_gap="4px 8px", align_items="center")
    )


def choices(names: Any) -> list[tuple[str, Any]]:
    """Options of a list: names made visible, values themselves; equal labels are told apart."""
    seen: dict[str, int] = {}
    options = []
    for name in names:
        label = visible(name)
        seen[label] = seen.get(label, 0) + 1
        options.append((label if seen[label] == 1 else f"{label} ({seen[label]})", name))
    return options


class NoticeLine:
    """What happened last, or what is under way."""

    def __init__(self, model: PanelModel) -> None:
        self.widget = w.HTML(layout=w.Layout(width="auto", min_height="22px", margin="0"))
        self.widget.add_class("dc-bare")
        self._model = model
        model.observe(lambda _: self.refresh(), ["notice", "busy"])
        self.refresh()

    def refresh(self) -> None:
        """Show it."""
        self.widget.value = f'<div class="{SCOPE}" role="status">{self._text()}</div>'

    def _text(self) -> str:
        if self._model.busy:
            return f"<p>{escape(self._model.busy)} …</p>"
        notice: Notice | None = self._model.notice
        if notice is None:
            return ""
        told = note(Note(notice.text, notice.state))
        if notice.state == "ok":
            told = f'<p><span class="b ok">✓ done</span> {escape(notice.text)}</p>'
        return f'{told[: -len("</p>")]} <span class="d">{with_code(notice.hint)}</span></p>' if notice.hint else told


def magic_line(model: PanelModel) -> w.Widget:
    """The line that does the same in a cell, to be copied; typing into it changes nothing."""
    field = labelled(w.Text, "Same as", value=model.magic, layout=w.Layout(width="auto", flex="1 1 auto"))
    field.add_class("dc-magic")
    field.tooltip = say("The magic that does the same in a cell; select and copy it")

    def refresh(_: Any) -> None:
        field.value = visible(model.magic)

    model.observe(refresh, ["magic"])
    field.observe(refresh, ["value"])
    return w.HBox([field], layout=w.Layout(width="100%"))
