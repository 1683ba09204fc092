"""How panels look: parts every panel is made of, on the theme of `datalchemy_nb.display`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from datalchemy_nb.display.document import Document, Note
from datalchemy_nb.display.escape import escape, visible
from datalchemy_nb.display.render_html import note, render_html
from datalchemy_nb.display.theme import SCOPE, stylesheet
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel

PANEL = "datalchemy-panel"
CARD = "datalchemy-card"
SCROLL = "dc-scroll"
LABEL = "92px"
NOTHING = ""
"""Value of a list's entry that stands for none: a list shows no entry for the value None, even where one has it."""

_OUTPUT = ".jp-OutputArea-child"
# While the panels live, the card before them is hidden; when they are gone, so is the message about missing models.
_SHOW_ONE = (
    f"{_OUTPUT}:has(.{CARD}):has(+ {_OUTPUT} .{PANEL}){{display:none}}"
    f"{_OUTPUT}:has(.{CARD}) + {_OUTPUT} > .jupyter-widgets:not(:has(*)){{display:none}}"
)
_RULES = f"""
.{PANEL}{{padding:6px 2px;overflow:hidden;max-width:100%}}
.{PANEL} .{SCOPE}{{margin:2px 0}}
.{PANEL} .dc-bare .{SCOPE}{{border:0;padding:0 2px;background:none}}
.{PANEL} .widget-html-content{{min-width:0}}
.{PANEL} .dc-hint .{SCOPE}{{border:0;padding:0 6px;background:none;line-height:1.3;font-size:12px}}
.{PANEL} .dc-magic input{{font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:12px}}
.{PANEL} select,.{PANEL} select option{{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:12px}}
.{PANEL} .widget-inline-hbox .widget-label{{color:var(--jp-ui-font-color1,#1c2127)}}
.{PANEL} :is(input,select,textarea,button):focus-visible{{outline:2px solid var(--jp-brand-color1,#0b5cad);
outline-offset:1px}}
.{PANEL} .jp-RenderedHTMLCommon table{{margin:0}}
.{PANEL} .dc-scroll .{SCOPE}{{overflow:auto;max-height:440px;box-sizing:border-box}}
.{PANEL} .dc-scroll thead th{{position:sticky;top:-8px;background:var(--d-bg)}}
.{PANEL} .jupyter-widgets.jupyter-widget-tab>.lm-TabBar .lm-TabBar-tab{{color:var(--jp-ui-font-color1,#1c2127)}}
.{PANEL} .widget-select select{{width:100%}}
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
    return render_html(document, style=False)


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
            value = value.replace(f'<div class="{SCOPE}">', f'<div class="{SCOPE}" tabindex="0">', 1)
        if value != self.widget.value:
            self.widget.value = value
        self.widget.layout.display = None if value else "none"


def hint(text: str) -> w.HTML:
    """Quiet words beside a field."""
    made = w.HTML(f'<div class="{SCOPE}"><span class="d">{escape(text)}</span></div>', layout=w.Layout(width="auto"))
    made.add_class("dc-hint")
    return made


def button(text: str, on_click: Callable[[], Any], *, main: bool = False, tip: str = "") -> w.Button:
    """A button that says what it does."""
    made = w.Button(
        description=text,
        tooltip=tip or text,
        button_style="primary" if main else "",
        layout=w.Layout(width="auto", min_width="64px"),
    )
    made.on_click(lambda _: on_click())
    return made


def labelled(kind: Any, label: str, **settings: Any) -> Any:
    """A stock control with its label beside it."""
    layout = settings.pop("layout", w.Layout(width="auto", min_width="200px"))
    return kind(
        description=label, style={"description_width": settings.pop("label_width", LABEL)}, layout=layout, **settings
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
        self.widget = w.HTML(layout=w.Layout(width="auto", min_height="24px"))
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
        text = f"{notice.text} ({notice.hint})" if notice.hint else notice.text
        return (
            note(Note(text, notice.state))
            if notice.state != "ok"
            else f'<p><span class="b ok">✓ done</span> {escape(text)}</p>'
        )


def magic_line(model: PanelModel) -> w.Widget:
    """The line that does the same in a cell, to be copied; typing into it changes nothing."""
    field = labelled(w.Text, "Same as", value=model.magic, layout=w.Layout(width="auto", flex="1 1 auto"))
    field.add_class("dc-magic")
    field.tooltip = "The magic that does the same in a cell; select and copy it"

    def refresh(_: Any) -> None:
        field.value = visible(model.magic)

    model.observe(refresh, ["magic"])
    field.observe(refresh, ["value"])
    return w.HBox([field], layout=w.Layout(width="100%"))
