"""What a report says of memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from datalchemy_nb.export.report import peak_memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_child_does_not_count_what_its_parent_had() -> None:
    held = bytearray(600_000_000)
    held[::4096] = b"x" * len(held[::4096])
    code = "from datalchemy_nb.export.report import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mine = peak_memory()
    assert mine is not None
    assert mine > 600_000_000 > int(done.stdout)
