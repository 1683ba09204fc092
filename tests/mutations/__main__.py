"""``python -m tests.mutations --count 10000 --seed 1``"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.mutations import files
from tests.mutations.trying import attempt


def main() -> int:
    """Try documents and print what came of them; 1 where there is a defect."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--files", type=int, default=0, help="so many changed manifests and checkpoints, too")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = attempt(range(asked.first, asked.first + asked.count), asked.seed)
    print(f"{asked.count:,} documents: {', '.join(f'{count:,} {what}' for what, count in found.counts.most_common())}")
    for title, listed in (("late", found.late), ("DEFECT", found.defects)):
        for number, text in listed:
            print(f"{title} {number}: {text}")
    bad = bool(found.defects)
    if asked.files:
        for name, tried in (("manifests", files.manifests), ("checkpoints", files.checkpoints)):
            with tempfile.TemporaryDirectory() as place:
                told, wrong = tried(Path(place), asked.files, asked.seed)
            print(f"{name}: {told.total():,} changed, {', '.join(f'{n:,} {what}' for what, n in told.most_common())}")
            print("\n".join(f"DEFECT {text}" for text in wrong) or "none unnoticed")
            bad = bad or bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
