"""The panels in a real shell: what is put out, what follows the cells, what unloading takes away."""

from __future__ import annotations

from pathlib import Path

from .conftest import Notebook

VIEW = "application/vnd.jupyter.widget-view+json"


def test_first_a_card_then_the_panels(shop: Notebook) -> None:
    card, panels = shop.good("%datalchemy studio").outputs
    assert "datalchemy-card" in card["text/html"]
    assert VIEW not in card
    assert panels[VIEW]["model_id"]
    assert len(card["text/html"]) < 200_000


def test_an_assigned_studio_is_shown_when_it_is_named(shop: Notebook) -> None:
    assert shop.good("s = %datalchemy studio plan").outputs == []
    assert len(shop.good("s").outputs) == 2


def test_panels_follow_the_cells(shop: Notebook) -> None:
    shop.good("s = %datalchemy studio plan")
    shop.good("s")
    shop.good("%datalchemy plan --draft --rows 33")
    assert shop.shell.user_ns["s"].bench.plan.targets[0].rows == 33


def test_unloading_takes_the_hook_away(shop: Notebook) -> None:
    before = list(shop.shell.events.callbacks["post_run_cell"])
    shop.good("%datalchemy studio")
    assert len(shop.shell.events.callbacks["post_run_cell"]) == len(before) + 1
    shop.good("%unload_ext datalchemy_nb")
    assert shop.shell.events.callbacks["post_run_cell"] == before


def test_an_unknown_panel(shop: Notebook) -> None:
    assert "did you mean 'plan'" in str(shop.run("%datalchemy studio plam").error)


def test_a_terminal_is_told_that_panels_need_a_notebook(tmp_path: Path) -> None:
    import subprocess
    import sys

    typed = "%load_ext datalchemy_nb\n%datalchemy studio\nexit\n"
    command = [sys.executable, "-m", "IPython", "--no-banner", "--simple-prompt", "--colors=NoColor"]
    done = subprocess.run(command, input=typed, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert "Panels need a notebook" in done.stdout
    assert "run the cell again" not in done.stdout
