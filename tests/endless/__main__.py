"""Run on through the numbers and report: ``python -m tests.endless [FIRST [LAST [ROWS]]]``; faults are made small.

What is refused is told apart: of a contradiction no row was found, of what is few there are rows, but not as many as
were asked for, and what cannot be is this project's to mend.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator

import psycopg

from datalchemy_nb.demo import EmbeddedServer
from tests.endless.grammar import Schema, schema, smaller
from tests.endless.judge import Mode, Verdict, judge

_ASKED = 60
_TOLD_EVERY = 50
_PLACE = re.compile(r'(?<![\w"])some\.(?:"(?:[^"]|"")*"|\w+)(?:\.(?:"(?:[^"]|"")*"|\w+))?')


def _reason(verdict: Verdict) -> str:
    """The first thing that was said, without names and numbers."""
    told = next(iter([*verdict.refusals, *verdict.said]), "")
    return re.sub(r"\d+(\.\d+)?", "n", _PLACE.sub("T", told))[:160]


def _smallest(url: str, whole: Schema, rows: int, mode: Mode) -> str:
    def broken(part: Schema) -> bool:
        try:
            return judge(url, part.ddl, rows=rows, mode=mode, name="some").outcome == "FAULT"
        except psycopg.Error:
            return False

    return smaller(whole, broken, _ASKED).ddl


class Tally:
    """What became of the schemas so far.

    Attributes:
        outcomes: how many of each; schemas that the server did not take are "no schema".
        reasons: of those that are not clean, by outcome and what was said.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.outcomes, self.reasons = Counter[str](), Counter[tuple[str, str]]()

    def judge(self, url: str, number: int) -> None:
        """Judge the schema of a number; drafts and bare plans in turn."""
        mode: Mode = "draft" if number % 2 else "bare"
        whole = schema(number)
        try:
            verdict = judge(url, whole.ddl, rows=self.rows, mode=mode, name="some", explain=True)
        except psycopg.Error:
            self.outcomes["no schema"] += 1
            return
        told = f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
        self.outcomes[told] += 1
        if verdict.outcome != "clean":
            self.reasons[told, _reason(verdict)] += 1
        if verdict.outcome == "FAULT":
            print(f"-- {number}, {mode}: {verdict}\n{_smallest(url, whole, self.rows, mode)}", flush=True)

    def __str__(self) -> str:
        judged = sum(self.outcomes.values()) - self.outcomes["no schema"]
        shares = (f"{name} {n} ({n / max(judged, 1):.1%})" for name, n in self.outcomes.most_common())
        return " ".join((f"{judged} schemas, {self.rows} rows:", *shares))

    def details(self) -> Iterator[str]:
        """Yield how often what was said, the most frequent of an outcome first."""
        for (outcome, reason), count in sorted(self.reasons.items(), key=lambda item: (item[0][0], -item[1])):
            yield f"{count:5}  {outcome:22} {reason}"


def main(first: int = 0, last: int = 1000, rows: int = 50) -> int:
    """Judge the schemas of some numbers; Ctrl-C ends it with what is known by then."""
    warnings.simplefilter("ignore")
    tally, code = Tally(rows), 0
    with EmbeddedServer() as server:
        for number in range(first, last):
            try:
                tally.judge(server.conninfo, number)
            except KeyboardInterrupt:
                print(f"stopped at number {number}; go on with FIRST={number}")
                code = 130
                break
            if (number - first) % _TOLD_EVERY == _TOLD_EVERY - 1:
                print(tally, file=sys.stderr, flush=True)
    print(tally, *tally.details(), sep="\n")
    return 1 if tally.outcomes["FAULT"] else code


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
