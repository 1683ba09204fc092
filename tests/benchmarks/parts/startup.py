"""What a command costs before it does anything: a process of its own each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from datalchemy_nb.demo import crm_sql
from datalchemy_nb.demo.examples import example_plan
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, shares_of

_PROBE = """
import json, os, subprocess, sys
subprocess.run([sys.executable, "-m", "datalchemy_nb", *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
import resource
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
_LOOK = """
import json, sys
from tests.benchmarks.sampler import Sampler
with Sampler() as sampler:
    from datalchemy_nb.__main__ import main
    sys.argv[0] = "datalchemy"
    out, sys.stdout = sys.stdout, sys.stderr
    main()
print(json.dumps(sampler.shares()), file=out)
"""
_FIRST_LOOK = """
import contextlib, io, json, sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
begun = time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    shell.run_line_magic("load_ext", "datalchemy_nb")
    result = shell.run_line_magic("datalchemy", " ".join(sys.argv[1:]))
    shown, _ = shell.display_formatter.format(result)
assert "text/html" in shown, list(shown)
print(json.dumps(time.process_time() - begun))
"""
_MOST_MB = 110


def startup(bench: Bench) -> Iterator[Figure]:
    """Processor time of small commands, the first time and when a verdict on the plan is kept; and their memory."""
    session = bench.session("crm", crm_sql())
    assert session.schema is not None
    with bench.scratch() as here:
        (here / "schema.json").write_text(session.schema.to_json(), encoding="utf-8")
        (here / "plan.json").write_text(example_plan("full_stack_ptbr").read_text(encoding="utf-8"), encoding="utf-8")
        (here / "one.json").write_text(json.dumps(_one_row()), encoding="utf-8")
        first = {"DATALCHEMY_CACHE": "off"}
        kept = {"DATALCHEMY_CACHE": str(here / "cache")}
        validate = ("validate", "plan.json", "--schema-file", "schema.json", "-q")
        generate = ("generate", "one.json", "--schema-file", "schema.json", "-q")
        for title, limit, words, cache in (
            ("`datalchemy --help`", 100, ("--help",), first),
            ("`validate` of full_stack_ptbr, the first time", 350, validate, first),
            ("`validate` of full_stack_ptbr, again", 350, validate, kept),
            ("`generate` of one row, the first time", 500, generate, first),
            ("`generate` of one row, again", 500, generate, kept),
        ):
            yield from _command(bench, here, title, limit, words, cache)
        look = ("preview", "crm.usuarios", "--plan", "one.json", "--schema-file", "schema.json", "--rows", "5")
        for when, cache in (("the first time", first), ("again", kept)):
            title = f"`%load_ext datalchemy_nb` and a first preview, {when}"
            bench.say(title)
            _output(here, _FIRST_LOOK, look, cache)
            spent = tuple(1000 * float(_output(here, _FIRST_LOOK, look, cache)) for _ in range(max(bench.runs, 3)))
            value = Sample(label="processor time", unit="ms", values=spent)
            yield Figure(part="startup", title=title, value=value, limit=600)


def _one_row() -> dict[str, object]:
    plan: dict[str, object] = json.loads(example_plan("minimal").read_text(encoding="utf-8"))
    rules = plan["rules"]
    assert isinstance(rules, list)
    plan["targets"] = [{"schema": "crm", "table": "usuarios", "rows": 1}]
    plan["rules"] = [rule for rule in rules if rule["table"] == "usuarios"]
    return plan


def _command(
    bench: Bench, here: Path, title: str, limit: float, words: tuple[str, ...], cache: Mapping[str, str]
) -> Iterator[Figure]:
    bench.say(title)
    _run(here, words, cache)
    runs = [_run(here, words, cache) for _ in range(max(bench.runs, 3))]
    value = Sample(label="processor time", unit="ms", values=tuple(seconds * 1000 for seconds, _ in runs))
    shares = shares_of(json.loads(_output(here, _LOOK, words, cache)))
    yield Figure(part="startup", title=title, value=value, limit=limit, shares=shares)
    peak = Sample(label="memory", unit="MB", values=tuple(mb for _, mb in runs))
    yield Figure(part="startup", title=f"{title}: peak of memory", value=peak, limit=_MOST_MB)


def _run(here: Path, words: tuple[str, ...], cache: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of processor time and megabytes of one command."""
    seconds, megabytes = json.loads(_output(here, _PROBE, words, cache))
    return float(seconds), float(megabytes)


def _output(here: Path, code: str, words: tuple[str, ...], cache: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=here,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **cache},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
