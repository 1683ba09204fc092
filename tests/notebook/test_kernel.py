"""A real kernel, asked over the wire as a front end asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

SECONDS = 60


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(kernel: Any, source: str) -> None:
    reply = kernel.execute_interactive(source, timeout=SECONDS, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"]


def completed(kernel: Any, text: str) -> list[str]:
    reply: dict[str, Any] = kernel.complete(text, reply=True, timeout=SECONDS)
    assert reply["content"]["status"] == "ok", reply["content"]
    found: list[str] = reply["content"]["matches"]
    return found


def test_python_completes_as_before(kernel: Any) -> None:
    run(kernel, "import os, sys")
    asked = ("os.pa", "sys.ver", "os.pa", "pri", "sys.ver")
    before = {text: completed(kernel, text) for text in asked}
    assert "os.path" in before["os.pa"] or "path" in before["os.pa"]
    run(kernel, "%load_ext datalchemy_nb")
    for _ in range(3):
        for text in asked:
            assert completed(kernel, text) == before[text]
        assert "preview" in completed(kernel, "%datalchemy pre")
    run(kernel, "%reload_ext datalchemy_nb")
    assert completed(kernel, "sys.ver") == before["sys.ver"]
    assert "preview" in completed(kernel, "%datalchemy pre")


def test_a_plan_cell_completes_over_the_wire(kernel: Any, tmp_path: Path) -> None:
    from ..widgets.shops import shop

    (tmp_path / "schema.json").write_text(shop().to_json())
    run(kernel, "%load_ext datalchemy_nb")
    run(kernel, "%datalchemy schema --schema-file schema.json -q")
    assert completed(kernel, "%%datalchemy plan p\ntargets:\n- {schema: loja, table: ped") == ["pedidos"]
    cell = "%%datalchemy plan p\nrules:\n- type: column_generator\n  table: clientes\n  column: nome\n  generator: "
    assert "semantic.br.cpf" in completed(kernel, cell + "semantic.br.")
    assert "column:" in completed(kernel, "%%datalchemy plan p\nrules:\n- type: column_generator\n  col")
    assert "os" in completed(kernel, "import o"), "elsewhere Python completes"
