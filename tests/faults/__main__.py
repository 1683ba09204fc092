"""Every fault of every verb, and random kills: ``python -m tests.faults --all --kills 200``."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from datalchemy_nb.demo import EmbeddedServer
from datalchemy_nb.session import Session
from tests.faults import verbs
from tests.pipeline.conftest import bare_plan


def faults(most: int | None) -> None:
    """Try the faults of each verb, and print how many there were."""
    for formats in ("csv", "parquet", "both", "sql"):
        for lasting in (False, True):
            with tempfile.TemporaryDirectory() as place:
                tally = verbs.generate(Path(place), formats, most=most, lasting=lasting)
            _tell(f"generate --format {formats}{', disk stays full' if lasting else ''}", tally)
    for lasting in (False, True):
        with tempfile.TemporaryDirectory() as place:
            for name, tally in verbs.judge_and_keep(Path(place), most=most, lasting=lasting).items():
                _tell(f"{name}{', disk stays full' if lasting else ''}", tally)
    with tempfile.TemporaryDirectory() as place, EmbeddedServer() as server:
        url = server.create_database("faults")
        verbs.execute(url, verbs.DDL)
        _tell("load --commit", verbs.load(Path(place), url, most=most))


def _tell(name: str, tally: verbs.Tally) -> None:
    print(
        f"{name}: {tally.operations} operations, {tally.tried} failed, all survived ({tally.silent} unnoticed)",
        flush=True,
    )


def kills(count: int, seed: int) -> None:
    """Kill a run at random moments, its resumptions too, until one gets to its end; compare the bytes."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        command = prepare(place)
        started = time.monotonic()
        subprocess.run([*command, "--out", "model"], cwd=place, check=True, capture_output=True)
        whole = time.monotonic() - started
        (model,) = (place / "model").iterdir()
        expected = verbs.hashes(model)
        done = ends = 0
        while done < count:
            resumed: list[str] = []
            while True:
                process = subprocess.Popen(
                    [*command, *resumed], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
                try:
                    process.wait(chance.uniform(0.3, 1.0) * whole)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    done += 1
                told = process.communicate()[1].decode()
                assert process.returncode in (0, -signal.SIGKILL), told
                with Session(out_dir=place / "runs") as session:
                    runs = session.runs().runs
                    if process.returncode == 0:
                        ends += 1
                        assert [run.status for run in runs] == ["complete"], runs
                        assert verbs.hashes(runs[0].directory) == expected
                        assert session.verify(runs[0].directory, files=True).ok
                        verbs.clean(place / "runs")
                        shutil.rmtree(place / "runs")
                        break
                    resumed = ["--resume", runs[0].run_id] if runs else []
        print(f"{done} kills, {ends} runs brought to their end, all with the same sha256", flush=True)


def prepare(place: Path) -> list[str]:
    """Write schema and plan; the command that runs them."""
    (place / "schema.json").write_text(verbs.schema.to_json())
    (place / "plan.json").write_text(json.dumps(bare_plan(verbs.schema, 400_000)))
    return [sys.executable, "-m", "datalchemy_nb", "generate"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--all", action="store_true", help="every fault, not a sample")
    parser.add_argument("--kills", type=int, default=0, help="SIGKILLs at random moments")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.all or not asked.kills:
        faults(None if asked.all else 5)
    if asked.kills:
        kills(asked.kills, asked.seed)
