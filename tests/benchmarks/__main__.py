"""``make bench``: measure against the targets, and write docs/performance.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.figures import ORDER
from tests.benchmarks.run import PAGE, bench


def main() -> int:
    """Measure the parts asked for; exit with 1 when a figure got worse by more than 15 %."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"only these of {', '.join(ORDER)}; other figures stay")
    parser.add_argument("--runs", type=int, default=3, help="rounds of each comparison (default 3)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each large table (default 1,000,000)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="directory of the page (default docs)")
    asked = parser.parse_args()
    figures, worse = bench(asked.parts, asked.out, runs=asked.runs, rows=asked.rows, say=print)
    for figure in figures.figures:
        print(f"{'met   ' if figure.met else 'missed'}  {figure.title}: {figure.value.median:,.3g} {figure.value.unit}")
    for line in worse:
        print(f"worse: {line}")
    print(f"written to {asked.out / PAGE}")
    return int(bool(worse))


if __name__ == "__main__":
    raise SystemExit(main())
