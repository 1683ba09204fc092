"""Manifests and checkpoints that somebody changed: what says so."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datalchemy_nb.contracts.run import SEAL
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError
from datalchemy_nb.export.checkpoint import CHECKPOINT
from datalchemy_nb.export.rundir import MANIFEST
from datalchemy_nb.session import Session
from tests.faults.verbs import hashes
from tests.mutations.documents import mutated
from tests.pipeline.conftest import bare_plan
from tests.trust.test_runs_as_they_are import SCHEMA

_OF_NO_CONSEQUENCE = ("package_version", "manifest_version", "run_id", "dependencies", "existing_sha256")
"""Fields of a manifest that no row depends on."""


def _session(place: Path) -> Session:
    schema = DatabaseSchema.model_validate(SCHEMA)
    session = Session(out_dir=place / "runs", goldens_dir=place / "goldens")
    session.use_schema(schema)
    session.use_plan(bare_plan(schema, 400))
    return session


def manifests(place: Path, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Change a run's manifest; `verify --files` and `golden check` must say so, or refuse to read it.

    Returns:
        How many were noticed how, and those that were not.
    """
    chance = random.Random(seed)
    told: Counter[str] = Counter()
    unnoticed = []
    with _session(place) as session:
        run = session.generate(formats="both")
        session.golden_save("base", run)
        path = run.directory / MANIFEST
        original = json.loads(path.read_text())
        for number in range(count):
            changed = mutated(original, chance)
            if _weighed(changed) == _weighed(original) or not isinstance(changed, dict) or SEAL not in changed:
                continue
            path.write_text(json.dumps(changed))
            try:
                if not session.verify(run.directory, files=True).ok:
                    told["verify --files"] += 1
                elif not session.golden_check("base", run.directory).ok:
                    told["golden check"] += 1
                else:
                    unnoticed.append(f"{number}: {_first_difference(original, changed)}")
            except DatalchemyError:
                told["refused"] += 1
    return told, unnoticed


def checkpoints(place: Path, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Change the checkpoint of a stopped run; it is refused, or the run ends with the bytes it would have had."""
    chance = random.Random(seed)
    told: Counter[str] = Counter()
    wrong = []
    with _session(place / "model") as session:
        expected = hashes(session.generate(formats="both").directory)
    with _session(place) as session:
        stopped = _stopped(session)
        lines = (stopped / CHECKPOINT).read_text().splitlines()
        kept = place / "kept"
        shutil.copytree(stopped, kept)
        for number in range(count):
            shutil.rmtree(stopped)
            shutil.copytree(kept, stopped)
            (stopped / CHECKPOINT).write_text("\n".join(_changed(lines, chance)) + chance.choice(("\n", "")))
            try:
                run = session.generate(resume=stopped)
            except DatalchemyError:
                told["refused"] += 1
                continue
            told["made anew"] += 1
            if hashes(run.directory) != expected or not session.verify(run, files=True).ok:
                wrong.append(f"{number}: other bytes")
    return told, wrong


def _stopped(session: Session) -> Path:
    """A run that was stopped when the rows of its first table were written."""

    def stop(progress: object) -> None:
        raise KeyboardInterrupt

    with contextlib.suppress(Cancelled):
        session.generate(formats="both", workers=1, on_progress=stop)
    return session.runs().runs[0].directory


def _changed(lines: list[str], chance: random.Random) -> list[str]:
    changed = list(lines)
    place = chance.randrange(len(changed))
    match chance.randrange(4):
        case 0:
            del changed[place]
        case 1:
            changed[place] = changed[place][: chance.randrange(len(changed[place]) + 1)]
        case 2:
            changed.insert(place, changed[chance.randrange(len(changed))])
        case _ if changed[place].strip():
            changed[place] = json.dumps(mutated(json.loads(changed[place]), chance))
    return changed


def _weighed(manifest: Any) -> Any:
    """What counts of a manifest."""
    if not isinstance(manifest, dict):
        return manifest
    return {key: value for key, value in manifest.items() if key.rstrip("_") not in _OF_NO_CONSEQUENCE}


def _first_difference(one: Any, other: Any, path: str = "") -> str:
    return next(_differences(one, other, path), "none")


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from _differences(one.get(key, "absent"), other.get(key, "absent"), f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differences(a, b, f"{path}/{place}")
    elif one != other:
        yield f"{path}: {str(one)[:60]} to {str(other)[:60]}"
