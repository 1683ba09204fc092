"""The whole story in the panels, as a user sees it; pictures of every step, in light and in dark."""

from __future__ import annotations

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
    lab.choose_table("crm.usuarios")
    lab.choose_column("nome")
    lab.shows("crm.usuarios.nome")
    lab.picture("plan-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("plan-dark", ".datalchemy-panel")
    lab.theme("Light")
    before = _printed(lab, CHANGED)
    lab.pick_generator("product", "semantic.br.product.name")
    lab.made_by("nome", "semantic.br.product.name")
    assert _printed(lab, CHANGED) != before
    lab.button("Undo").click()
    lab.made_by("nome", "semantic.br.name")
    assert _printed(lab, CHANGED) == before
    _wrong_parameter(lab)
    _distribution(lab)
    _children(lab)


def _wrong_parameter(lab: Lab) -> None:
    lab.pick_generator("primitive.text", "primitive.text")
    lab.enter("max_len", "many")
    lab.shows("✗ error")
    lab.picture("plan-issue-light", ".datalchemy-panel")
    lab.button("Undo").click()
    lab.button("Undo").click()
    lab.made_by("nome", "semantic.br.name")


def _distribution(lab: Lab) -> None:
    lab.choose_table("crm.oportunidades")
    lab.choose_column("valor_estimado")
    lab.panel.get_by_label("Distribution").select_option("normal")
    lab.panel.get_by_role("slider", name="mean").wait_for()
    lab.enter("mean", "")
    lab.shows("Not in the plan yet: it needs mean.")
    for name, value in (("mean", "20000"), ("stddev", "4000")):
        lab.enter(name, value)
    lab.panel.get_by_text("Not in the plan yet").wait_for(state="detached")
    assert lab.panel.get_by_label("mean", exact=True).input_value() == "20000"
    lab.picture("plan-distribution-light", ".datalchemy-panel")


def _children(lab: Lab) -> None:
    lab.choose_column("empresa_id")
    lab.shows("Every row takes the key of a row of crm.empresas.")
    lab.panel.get_by_label("Children per parent").select_option("range")
    lab.made_by("empresa_id", "foreign key, range")
    lab.theme("Dark")
    lab.picture("plan-children-dark", ".datalchemy-panel")
    lab.theme("Light")
    lab.enter("max", "0")
    lab.shows("max must be at least 1")
    lab.picture("plan-children-issue-light", ".datalchemy-panel")
    lab.button("Undo").click()
    lab.made_by("empresa_id", "foreign key")
    lab.button("Check all").click()
    lab.shows("valid: 20 tables")


def _preview(lab: Lab) -> None:
    lab.choose_table("crm.leads")
    lab.enter("rows of leads", "1000000020")
    lab.shows("of 1,000,000,020, in")
    lab.tab("Preview")
    lab.panel.get_by_label("Table").locator("visible=true").select_option("crm.leads")
    lab.shows("crm.leads: rows 0 to 19")
    lab.enter("Row", "1000000000")
    lab.shows("crm.leads: rows 1,000,000,000 to 1,000,000,019")
    lab.picture("preview-billion-light", ".datalchemy-panel")
    lab.tab("Plan")
    lab.button("Undo").click()
    lab.shows("of 1,000, in")
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
    _offending(lab)


def _offending(lab: Lab) -> None:
    """A file is broken behind the panels' back; the report leads to the rows."""
    (path,) = lab.work.glob("runs/*/crm.usuarios.csv")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:400], lines[20], *lines[401:]]), encoding="utf-8")
    lab.button("Evaluate").click()
    lab.shows("violations")
    broken = lab.grid("Violations").locator("tbody tr", has_text="primary key")
    broken.filter(has_text="crm.usuarios").first.click()
    lab.shows("rows 398 to 402 of the file")
    lab.picture("report-offending-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("report-offending-dark", ".datalchemy-panel")
    lab.theme("Light")
    path.write_text("".join(lines), encoding="utf-8")


def _golden(lab: Lab) -> None:
    lab.tab("Golden")
    lab.enter("Golden", "base")
    lab.button("Accept the run").click()
    lab.shows("golden base saved")
    lab.button("Compare").click()
    lab.shows("equal: 20 tables")
    lab.tab("Plan")
    lab.choose_table("crm.produtos")
    lab.choose_column("descricao")
    lab.pick_generator("semantic.br.product", "semantic.br.product.category")
    lab.made_by("descricao", "semantic.br.product.category")
    lab.tab("Run")
    lab.button("Start").click()
    lab.shows("2 runs in runs")
    lab.tab("Golden")
    lab.button("Compare").click()
    lab.shows("1 of 20 tables differs")
    lab.shows("Cells of the golden's sample that differ")
    lab.picture("golden-light", ".datalchemy-panel")
    lab.theme("Dark")
    lab.picture("golden-dark", ".datalchemy-panel")
    lab.theme("Light")
    assert lab.button("Accept the run").is_disabled()
    lab.panel.get_by_label("replace the golden of this name").check()
    lab.button("Accept the run").click()
    lab.shows("golden base saved")
    lab.button("Compare").click()
    lab.shows("equal: 20 tables")
