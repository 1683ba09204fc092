"""What panels may cost: until the first is seen, from an edit to its rows, and in the notebook's file.

Times are printed (``-s``); with ``DATALCHEMY_BUDGETS=1``, on a machine that does nothing else, they must be kept.
"""

from __future__ import annotations

import os
import time

from ..widgets.shops import shop, shop_plan
from .lab import Lab

FIRST_PANEL_SECONDS, EDIT_SECONDS, NOTEBOOK_BYTES, OUTPUT_BYTES = 1.5, 0.2, 550_000, 100_000

_EDIT = """
async ([rows]) => {
  const panel = [...document.querySelectorAll('.datalchemy-panel')].pop();
  const field = panel.querySelector('input[aria-label="rows of clientes"]');
  const done = new Promise((resolve) => {
    const look = () => panel.textContent.includes(`of ${rows}, in`) ? resolve(performance.now()) : setTimeout(look, 2);
    look();
  });
  const started = performance.now();
  field.value = String(rows);
  field.dispatchEvent(new Event('change', {bubbles: true}));
  return (await done) - started;
}
"""


def test_first_panel_and_edits(lab: Lab) -> None:
    started = time.perf_counter()
    lab.run("%datalchemy studio")
    lab.button("Start and connect").wait_for()
    first = time.perf_counter() - started
    (lab.work / "schema.json").write_text(shop().to_json())
    (lab.work / "plan.json").write_text(shop_plan().to_json())
    lab.run("%datalchemy schema --schema-file schema.json -q")
    lab.run("%datalchemy plan plan.json -q")
    lab.run("%datalchemy studio plan")
    lab.shows("Live preview of")
    edits = sorted(lab.page.evaluate(_EDIT, [rows]) / 1000 for rows in range(201, 216))
    print(f"\nfirst panel {first:.2f} s; edit to rows, median {edits[len(edits) // 2] * 1000:.0f} ms of {len(edits)}")
    if os.environ.get("DATALCHEMY_BUDGETS"):
        assert first < FIRST_PANEL_SECONDS
        assert edits[len(edits) // 2] < EDIT_SECONDS


def test_a_notebook_of_all_verbs_is_small(lab: Lab) -> None:
    lab.run("%datalchemy demo --rows 50")
    lines = (
        "introspect --schema crm", "schema", "schema crm.usuarios", "plan --draft --rows 200", "plan", "validate",
        "generators cpf", "preview crm.usuarios", "generate", "runs", "evaluate", "golden save base",
        "golden check base", "golden list", "verify", "load",
        "studio", "studio plan", "studio run", "studio report", "studio golden",
    )  # fmt: skip
    for line in lines:
        outputs = lab.run(f"%datalchemy {line}")
        for output in outputs:
            size = max((len(str(value).encode()) for value in output.get("data", {}).values()), default=0)
            assert size <= OUTPUT_BYTES, line
    lab.settle()
    path = lab.save()
    print(f"\nnotebook of all verbs: {path.stat().st_size / 1000:.0f} kB")
    assert path.stat().st_size < NOTEBOOK_BYTES
