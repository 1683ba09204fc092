"""Ctrl-C while modules are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_while_modules_load_is_a_line() -> None:
    # The signal arrives when the first module behind the entry point is looked for.
    script = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "datalchemy_nb.commands.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from datalchemy_nb.__main__ import main
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr == "datalchemy: interrupted; nothing more was done\n"
