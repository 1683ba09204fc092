"""Stopping, reloading, many tables, hostile names, the keyboard."""

from __future__ import annotations

import json
import re
from typing import Any

from datalchemy_nb.contracts.schema import DatabaseSchema

from ..display.samples import EMOJI, QUOTES, SCRIPT
from ..display.samples import schema as hostile_schema
from ..widgets.shops import many_tables, shop, shop_plan
from .lab import Lab

_NAMELESS = """
(root) => [...root.querySelectorAll('input, select, textarea, button')]
  .filter((e) => e.offsetParent && !e.textContent.trim() && !e.title && !e.getAttribute('aria-label'))
  .filter((e) => ![...(e.labels ?? [])].some((l) => l.textContent.trim()))
  .map((e) => e.outerHTML.slice(0, 120))
"""


# One sentence over the panel, and no broken link at any control.
_RESTARTED = """
() => {
  const panel = [...document.querySelectorAll('.datalchemy-panel')].pop();
  const icons = [...panel.querySelectorAll('.jupyter-widgets-disconnected')];
  const before = (e) => getComputedStyle(e, '::before').content;
  return before(panel).includes('run the cell again') && icons.every((e) => before(e) === 'none');
}
"""


def _given(lab: Lab, schema: DatabaseSchema, plan: str | None = None) -> None:
    (lab.work / "schema.json").write_text(schema.to_json(), encoding="utf-8")
    lab.run("%datalchemy schema --schema-file schema.json -q")
    if plan is not None:
        (lab.work / "plan.json").write_text(plan, encoding="utf-8")
        lab.run("%datalchemy plan plan.json -q")


def test_a_run_is_stopped_and_resumed(lab: Lab) -> None:
    _given(lab, shop(), shop_plan(20_000_000).to_json())
    lab.run("%datalchemy studio run")
    lab.button("Start").click()
    lab.shows("rows/s")
    lab.shows("under way")
    lab.picture("run-under-way-light", ".datalchemy-panel")
    lab.button("Stop").click()
    lab.shows("stopped; what was written is in")
    lab.shows("partial")
    lab.theme("Dark")
    lab.picture("run-stopped-dark", ".datalchemy-panel")
    lab.button("Resume").click()
    lab.shows("resuming")
    lab.button("Stop").click()
    lab.shows("stopped; what was written is in")


def test_reloading_with_and_without_the_kernel(lab: Lab) -> None:
    _given(lab, shop(), shop_plan().to_json())
    lab.run("%datalchemy studio plan")
    _ask_rows(lab, 77)
    assert not lab.page.locator(".datalchemy-card").locator("visible=true").count()
    lab.page.locator(".datalchemy-card", has_text="377 rows").wait_for(state="attached")
    path = lab.save()
    card = json.loads(path.read_text())["cells"][-1]["outputs"][0]["data"]
    assert "377 rows" in "".join(card["text/plain"])
    lab.reload()
    lab.shows("of 77, in")
    _ask_rows(lab, 55)
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    lab.page.wait_for_function(_RESTARTED)
    lab.picture("restarted-light", ".datalchemy-panel")
    lab.reload()
    shown = lab.page.locator(".datalchemy-card")
    shown.wait_for()
    lab.page.get_by_text("Error displaying widget").wait_for(state="attached")
    assert "377 rows" in shown.inner_text()
    assert not lab.page.get_by_text("Error displaying widget").locator("visible=true").count()
    lab.picture("card-light")


def _ask_rows(lab: Lab, rows: int) -> None:
    lab.enter("rows of clientes", str(rows))
    lab.shows(f"of {rows}, in")


def test_three_hundred_tables(lab: Lab) -> None:
    _given(lab, many_tables())
    lab.run("%datalchemy studio plan")
    lab.button("Draft a plan").click()
    lab.shows("drafted: 300 tables")
    lab.panel.get_by_label("Find", exact=True).fill("tabela_29")
    lab.choose_table("loja.tabela_299")
    lab.shows("loja.tabela_299")
    lab.pick_generator("cpf", "semantic.br.cpf")
    lab.grid("Columns").get_by_text("semantic.br.cpf", exact=True).wait_for()
    lab.picture("three-hundred-tables-light", ".datalchemy-panel")
    lab.run("%datalchemy studio schema")
    lab.shows("300 tables")


def test_hostile_names_are_text(lab: Lab) -> None:
    lab.page.evaluate("() => { window.alert = (m) => { (window.spoken ??= []).push(m) } }")
    _given(lab, hostile_schema())
    lab.run("%datalchemy studio")
    for name in ("Connect", "Schema", "Plan"):
        lab.tab(name)
    lab.button("Draft a plan").click()
    lab.shows("drafted")
    lab.grid("Tables of the plan").locator("tbody tr", has_text="<script>").first.click()
    lab.shows("<script>alert(1)</script>")
    columns = lab.grid("Columns").locator("tbody tr")
    for i in range(columns.count()):
        columns.nth(i).click()
        lab.settle()
    lab.picture("hostile-plan-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("hostile-plan-dark", ".datalchemy-panel")
    lab.tab("Schema")
    lab.list("Tables that fit").select_option(index=1)
    lab.shows("<script>alert(1)</script>")
    lab.picture("hostile-schema-dark", ".datalchemy-panel")
    lab.tab("Preview")
    lab.panel.get_by_label("Table").locator("visible=true").select_option(index=1)
    lab.shows("rows 0 to")
    _judge(lab)
    text = lab.page.locator(".jp-Notebook").inner_text()
    assert SCRIPT in text
    assert QUOTES.replace('"', '""') in text
    assert EMOJI in lab.panel.evaluate("(root) => root.textContent")
    assert "\u202e" not in text
    assert lab.page.locator(".jp-OutputArea script").count() == 0
    assert lab.page.evaluate("() => window.spoken ?? []") == []


def _judge(lab: Lab) -> None:
    lab.tab("Run")
    lab.button("Start").click()
    lab.shows("is complete")
    lab.tab("Report")
    lab.button("Evaluate").click()
    lab.panel.get_by_text(re.compile("violations")).locator("visible=true").first.wait_for(timeout=60_000)


def _focused(lab: Lab) -> str:
    said: Any = lab.page.evaluate(
        "() => { const e = document.activeElement; return e.tagName + ' ' + (e.textContent || '').slice(0, 30) }"
    )
    return str(said)


def test_controls_are_reached_by_keyboard_and_have_names(lab: Lab) -> None:
    _given(lab, shop(), shop_plan().to_json())
    lab.run("%datalchemy studio")
    lab.shows("Live preview of")
    lab.panel.locator(".lm-TabBar-tab.lm-mod-current").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("Enter")
    lab.shows("loja.clientes: rows 0 to 19 of 100")
    lab.panel.locator(".lm-TabBar-tab").nth(2).focus()
    lab.page.keyboard.press("Enter")
    lab.shows("Live preview of")
    seen = []
    for _ in range(40):
        lab.page.keyboard.press("Tab")
        seen.append(_focused(lab))
    kinds = " ".join(seen)
    assert kinds.count("TR") >= 3, "one row of each grid: tables, columns, generators"
    assert kinds.count("SELECT") >= 1, "the locale"
    assert kinds.count("BUTTON") >= 5
    assert kinds.count("INPUT") >= 8
    for name in ("Connect", "Schema", "Plan", "Preview", "Run", "Load", "Report", "Golden", "Profile"):
        lab.tab(name)
        lab.settle()
        assert lab.panel.evaluate(_NAMELESS) == [], name
        for theme in ("Dark", "Light"):
            lab.theme(theme)
            assert lab.faint() == [], (name, theme)
