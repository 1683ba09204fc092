"""How panels look: parts every panel is made of, on the theme of `datalchemy_nb.results`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from datalchemy_nb.datafiles import text_of
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


def show_one() -> str:
    """Style of the static card: it is seen where its panels are not."""
    return f"<style>{_SHOW_ONE}</style>"


def style() -> w.HTML:
    """The style of a panel and of the documents in it, once."""
    # The stock arrow of a dropdown is black in the dark too. A panel whose kernel is gone says so, in place of a broken
    # link at every control.
    rules = text_of(__package__, "panel.css")
    return w.HTML(f"{stylesheet()}<style>\n{rules}</style>", layout=w.Layout(display="none"))


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
