"""The studio: every panel as a tab, or one alone, over one workbench a session; and the card that a
notebook without a kernel shows.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from datalchemy_nb.errors import UsageError, did_you_mean
from datalchemy_nb.results.golden import describe_check
from datalchemy_nb.results.rows import frame_grid
from datalchemy_nb.results.runs import status_badge
from datalchemy_nb.show.document import Badge, Block, Cell, Code, Document, Note, facts, grid, plural
from datalchemy_nb.show.render_html import render_html
from datalchemy_nb.show.render_text import render_text
from datalchemy_nb.show.theme import SCOPE
from datalchemy_nb.widgets.follow import follow
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import PanelModel, Workbench
from datalchemy_nb.widgets.panels import look
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.words import choose, say

if TYPE_CHECKING:
    from datalchemy_nb.session import Session

_GONE = "The panels live while the kernel does: run the cell again to open them."
_ELSEWHERE = "Panels need a notebook: JupyterLab, Notebook 7, VS Code. Every verb works here too."


def card(bench: Workbench, name: str, plan: PlanModel | None, *, here: bool = True) -> Document:
    """The last state of the session, and of the panel it stands for.

    Args:
        bench: the session.
        name: ``studio``, or the panel's name.
        plan: the plan panel's model, where it was opened.
        here: panels can be opened here at all.
    """
    blocks: list[Block] = [facts(*_facts(bench))]
    if name in ("studio", "plan") and plan is not None and plan.preview is not None:
        blocks.append(Note(f"Rows of {plan.preview.ref}, as the plan is now:", "off"))
        blocks.append(frame_grid(plan.preview.frame, first_row=plan.preview.offset))
    if name in ("studio", "golden") and bench.difference is not None:
        blocks += describe_check(bench.difference).blocks
    if name in ("run", "report", "golden") and bench.runs:
        rows: list[list[Cell]] = [[status_badge(run.status), Code(run.run_id[:8]), run.rows] for run in bench.runs[:5]]
        blocks.append(grid(["", "run", "rows>"], rows, "Newest runs"))
    blocks.append(Note(_GONE if here else _ELSEWHERE, "off"))
    return Document(f"datalchemy {name}", (), tuple(blocks))


def _facts(bench: Workbench) -> list[tuple[str, Cell]]:
    schema, plan, run = bench.schema, bench.plan, bench.run
    connection = bench.connection
    known: list[tuple[str, Cell]] = [
        ("connection", connection.redacted if connection else None),
        ("schema", plural(len(schema.tables), "table") if schema else "none yet"),
    ]
    if plan is None:
        known.append(("plan", "none yet"))
    else:
        rows = sum(plan.counts().values())
        parts = (plural(len(plan.targets), "table"), plural(rows, "row"), plural(len(plan.column_rules), "rule"))
        known.append(("plan", f"{', '.join(parts)}, hash {plan.sha256()[:12]}"))
    if run is not None:
        known.append(("run", f"{run.run_id[:8]}: {run.report.status}, in {run.directory}"))
    if bench.evaluation is not None:
        count = bench.evaluation.metrics.violation_count
        which = bench.evaluation.directory.name.rpartition("__run_")[2][:8]
        verdict = Badge(plural(count, "violation"), "bad") if count else Badge("no violations", "ok")
        known.append((f"run {which} evaluated", verdict))
    return known


PANELS = {
    "connect": ("Connect", "ConnectModel", "ConnectPanel"),
    "schema": ("Schema", "SchemaModel", "SchemaPanel"),
    "plan": ("Plan", "PlanModel", "PlanPanel"),
    "preview": ("Preview", "PreviewModel", "PreviewPanel"),
    "run": ("Run", "RunModel", "RunPanel"),
    "load": ("Load", "LoadModel", "LoadPanel"),
    "report": ("Report", "ReportModel", "ReportPanel"),
    "golden": ("Golden", "GoldenModel", "GoldenPanel"),
    "profile": ("Profile", "ProfileModel", "ProfilePanel"),
}
"""Name -> title, and the classes in `models` and `panels` modules of that name."""

_CARD_SECONDS = 0.5
_CARD_TRAITS = ["connection", "schema", "plan", "run", "runs", "evaluation", "difference"]
_benches: weakref.WeakKeyDictionary[Session, Workbench] = weakref.WeakKeyDictionary()


class Studio:
    """Panels over a session; shown by a notebook, described in words elsewhere.

    Args:
        session: what they work on; studios of one session share everything.
        panel: name of the one panel to show; None = all, as tabs.
        language: of their buttons and headings, ``en`` or ``pt_BR``; None = the one in use, at first that of
            ``LC_ALL`` or ``LANG``.

    Raises:
        UsageError: there is no such panel, or there are no words of that language.
    """

    def __init__(self, session: Session, panel: str | None = None, *, language: str | None = None) -> None:
        if language is not None:
            choose(language)
        if panel is not None and panel not in PANELS:
            raise UsageError(
                f"there is no panel {panel!r}", hint=did_you_mean(panel, PANELS) or f"one of {', '.join(PANELS)}"
            )
        if session not in _benches:
            _benches[session] = Workbench(session)
        self.bench = _benches[session]
        self.bench.sync()
        self.name = panel or "studio"
        self.models: dict[str, PanelModel] = {}
        self.panels: dict[str, Panel] = {}
        self._filled: set[str] = set()
        self._card: Any = None
        self._card_due = False

    def model(self, name: str) -> Any:
        """Return a panel's model, made when first asked for."""
        if name not in self.models:
            module = import_module(f"datalchemy_nb.widgets.models.{name}")
            self.models[name] = getattr(module, PANELS[name][1])(self.bench)
        return self.models[name]

    def open(self, name: str) -> Panel:
        """Return a panel, made when first asked for."""
        if name not in self.panels:
            module = import_module(f"datalchemy_nb.widgets.panels.{name}")
            self.panels[name] = getattr(module, PANELS[name][2])(self.model(name))
        return self.panels[name]

    def widget(self) -> w.Widget:
        """Return the panels as one widget; tabs are filled when first looked at."""
        inner = self._tabs() if self.name == "studio" else self.open(self.name).widget
        root = w.VBox([look.style(), inner], layout=w.Layout(width="100%"))
        root.add_class(look.PANEL)
        return root

    def html(self) -> str:
        """Return the static card."""
        return (
            f'{look.show_one()}<div class="{look.CARD}">{render_html(card(self.bench, self.name, self._plan()))}</div>'
        )

    def __str__(self) -> str:
        return render_text(card(self.bench, self.name, self._plan()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """For front ends that show no ipywidgets: the card."""
        return self.html()

    def _ipython_display_(self) -> None:
        from IPython import get_ipython
        from IPython.display import display

        if type(get_ipython()).__name__ == "TerminalInteractiveShell":  # type: ignore[no-untyped-call, unused-ignore]
            print(render_text(card(self.bench, self.name, self._plan(), here=False)))
            return
        follow(self.bench)
        widget = self.widget()
        bundle = {"text/plain": str(self), "text/html": self.html()}
        self._card = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call, unused-ignore]
        self.bench.observe(lambda _: self._card_later(), _CARD_TRAITS)
        view = widget._repr_mimebundle_()
        view = {kind: data for kind, data in view.items() if kind != "text/plain"}
        display({**view, "text/plain": f"datalchemy {self.name}"}, raw=True)  # type: ignore[no-untyped-call, unused-ignore]

    def _plan(self) -> Any:
        return self.models.get("plan")

    def _tabs(self) -> w.Tab:
        names = list(PANELS)
        tabs = w.Tab(children=[w.VBox([_opening()]) for _ in names], titles=[say(PANELS[name][0]) for name in names])
        tabs.observe(lambda change: self._fill(tabs, names, change["new"]), ["selected_index"])
        tabs.selected_index = names.index(self._first())
        self._fill(tabs, names, tabs.selected_index)
        return tabs

    def _first(self) -> str:
        """Where the work goes on: what is missing first."""
        if self.bench.schema is None:
            return "connect"
        return "plan"

    def _fill(self, tabs: w.Tab, names: list[str], index: int | None) -> None:
        if index is not None and names[index] not in self._filled:
            self._filled.add(names[index])
            tabs.children[index].children = [self.open(names[index]).widget]

    def _card_later(self) -> None:
        """Bring the card up to date, at most twice a second."""
        if self._card is None or self._card_due:
            return
        self._card_due = True
        _later(_CARD_SECONDS, self._update_card)

    def _update_card(self) -> None:
        self._card_due = False
        self._card.update({"text/plain": str(self), "text/html": self.html()}, raw=True)


def _opening() -> w.HTML:
    """Stands in a tab until the kernel has filled it."""
    return w.HTML(f'<p class="{SCOPE} dc-opening" role="status">opening …</p>')


def _later(seconds: float, call: Callable[[], None]) -> None:
    try:
        asyncio.get_running_loop().call_later(seconds, call)
    except RuntimeError:
        call()
