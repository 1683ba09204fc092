"""The whole story in the panels, as a user sees it; pictures of every step, in light and in dark."""

from __future__ import annotations

import re

from .lab import Lab

CHANGED = "usuarios = %datalchemy preview crm.usuarios --rows 3\nprint(*usuarios.frame['nome'])"


def _printed(lab: Lab, source: str) -> str:
    return "".join(output.get("text", "") for output in lab.run(source))


def test_story(lab: Lab) -> None:
    lab.run("%datalchemy studio")
    _connect(lab)
    _schema(lab)
    _plan(lab)
    _preview(lab)
    _run(lab)
    _report(lab)
    _golden(lab)


def _connect(lab: Lab) -> None:
    lab.button("Start and connect").click()
    lab.shows("reachable")
    lab.shows("read-only")
    lab.panel.get_by_label("Schemas").fill("crm")
    lab.button("Read the catalog").click()
    lab.shows("read 20 tables")
    assert "***" in lab.panel.inner_text()
    lab.picture("connect-light", ".datalchemy-panel")


def _schema(lab: Lab) -> None:
    lab.tab("Schema")
    lab.panel.get_by_label("Find").locator("visible=true").fill("oportunidade")
    lab.shows("crm.oportunidades")
    lab.list("Tables that fit").select_option("crm.oportunidades")
    lab.shows("Foreign keys; parents on the left")
    lab.picture("schema-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("schema-dark", ".datalchemy-panel")
    lab.theme("Light")


def _plan(lab: Lab) -> None:
    lab.tab("Plan")
    lab.button("Draft a plan").click()
    lab.shows("drafted: 20 tables")
    lab.list("Tables").select_option("crm.usuarios")
    lab.list("Columns and their generators").select_option(index=1)
    lab.shows("crm.usuarios.nome")
    lab.picture("plan-light", ".datalchemy-panel")
    before = _printed(lab, CHANGED)
    lab.pick_generator("product", "semantic.br.product.name")
    lab.offers("nome · semantic.br.product.name")
    assert _printed(lab, CHANGED) != before
    lab.theme("Dark")
    lab.picture("plan-dark", ".datalchemy-panel")
    lab.theme("Light")
    lab.button("Undo").click()
    lab.offers("nome · semantic.br.name")
    assert _printed(lab, CHANGED) == before
    _wrong_parameter(lab)


def _wrong_parameter(lab: Lab) -> None:
    lab.pick_generator("primitive.text", "primitive.text")
    lab.panel.get_by_label("max_len").fill("many")
    lab.panel.get_by_label("max_len").press("Enter")
    lab.shows("✗ error")
    lab.picture("plan-issue-light", ".datalchemy-panel")
    lab.button("Undo").click()
    lab.button("Undo").click()
    lab.offers("nome · semantic.br.name")


def _preview(lab: Lab) -> None:
    lab.tab("Preview")
    lab.panel.get_by_label("Table").locator("visible=true").select_option("crm.usuarios")
    lab.button("Last").click()
    lab.shows("crm.usuarios: rows")
    lab.panel.get_by_label("Columns").locator("visible=true").fill("nome email criado")
    lab.picture("preview-light", ".datalchemy-panel")


def _run(lab: Lab) -> None:
    lab.tab("Run")
    lab.button("Start").click()
    lab.shows("is complete")
    lab.picture("run-light", ".datalchemy-panel")


def _report(lab: Lab) -> None:
    lab.tab("Report")
    lab.button("Evaluate").click()
    lab.shows("no violations")
    lab.picture("report-light", ".datalchemy-panel")


def _golden(lab: Lab) -> None:
    lab.tab("Golden")
    lab.panel.get_by_label("Golden", exact=True).fill("base")
    lab.panel.get_by_label("Golden", exact=True).press("Enter")
    lab.button("Accept the run").click()
    lab.shows("golden base saved")
    lab.button("Compare").click()
    lab.shows("equal: 20 tables")
    lab.tab("Plan")
    lab.pick_generator("cpf", "semantic.br.cpf")
    lab.offers("nome · semantic.br.cpf")
    lab.tab("Run")
    lab.button("Start").click()
    lab.shows("2 runs in runs")
    lab.tab("Golden")
    lab.button("Compare").click()
    lab.panel.get_by_text(re.compile(r"\d+ of 20 tables differ")).wait_for(timeout=60_000)
    lab.picture("golden-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("golden-dark", ".datalchemy-panel")
    lab.theme("Light")
