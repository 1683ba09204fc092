"""What becomes of a mutated document: a word about it, or rows; never anything else."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.export.digest import frame_bytes
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.session import Session
from tests.mutations.documents import PLAN, SCHEMA, mutated

MOST_ROWS = 100
LONGEST_S = 60.0


@dataclass
class Outcome:
    """How many documents came to what.

    Attributes:
        counts: ``refused`` before planning, ``invalid``, ``valid``, ``late`` (valid, but a row could not be made).
        defects: documents at which something else happened, with what it was.
        late: messages of those that failed late.
    """

    counts: Counter[str] = field(default_factory=Counter)
    defects: list[tuple[int, str]] = field(default_factory=list)
    late: list[tuple[int, str]] = field(default_factory=list)


def documents(number: int, seed: int) -> tuple[Any, Any]:
    """A plan and a schema, of which one or both were changed."""
    chance = random.Random(f"{seed} {number}")
    which = chance.choice(("plan", "schema", "both"))
    plan = mutated(PLAN, chance) if which != "schema" else PLAN
    schema = mutated(SCHEMA, chance) if which != "plan" else SCHEMA
    return plan, schema


def attempt(numbers: range, seed: int) -> Outcome:
    """Try some documents."""
    outcome = Outcome()
    for number in numbers:
        began = time.process_time()
        try:
            outcome.counts[_one(number, seed, outcome)] += 1
        except Exception as error:  # noqa: BLE001 - what must not happen, whatever it is
            outcome.defects.append((number, f"{type(error).__name__}: {str(error)[:300]}"))
        spent = time.process_time() - began
        if spent > LONGEST_S:
            outcome.defects.append((number, f"took {spent:.0f} s"))
    return outcome


def _one(number: int, seed: int, outcome: Outcome) -> str:
    plan, schema = documents(number, seed)
    with Session(out_dir="/nonexistent/runs", goldens_dir="/nonexistent/goldens") as session:
        try:
            session.use_schema(DatabaseSchema.from_json(json.dumps(schema)))
        except DatalchemyError as error:
            _told(str(error))
            return "refused"
        found = session.validate(plan)
        for issue in found.issues:
            _told(str(issue))
        if not found.ok:
            return "invalid"
        resolved = session.resolved()
        engine = Engine(resolved)
        try:
            for ref, table in resolved.tables.items():
                rows = min(table.rows, MOST_ROWS)
                frame = engine.rows(ref, range(rows))
                assert frame.height == rows
                assert frame.columns == list(table.column_names)
                frame_bytes(frame)
        except DatalchemyError as error:
            _told(str(error))
            outcome.late.append((number, error.message))
            return "late"
        return "valid"


def _told(text: str) -> None:
    assert text.strip()
    assert len(text) < 8_000, f"a message of {len(text)} characters"
    assert "Traceback" not in text
