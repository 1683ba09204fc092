"""Run on through the numbers and report: ``python -m tests.endless [FIRST [LAST [ROWS]]]``; faults are made small.

What is refused is told apart: of a contradiction no row was found, of what is few there are rows, but not as many as
were asked for, and what cannot be is this project's to mend.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter

import psycopg

from datalchemy_nb.demo import EmbeddedServer
from tests.endless.grammar import Schema, schema, smaller
from tests.endless.judge import Mode, Verdict, judge

_ASKED = 60
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


def main(first: int = 0, last: int = 1000, rows: int = 50) -> None:
    """Judge the schemas of some numbers, drafts and bare plans in turn."""
    warnings.simplefilter("ignore")
    outcomes, reasons = Counter[str](), Counter[tuple[str, str]]()
    with EmbeddedServer() as server:
        for number in range(first, last):
            mode: Mode = "draft" if number % 2 else "bare"
            whole = schema(number)
            try:
                verdict = judge(server.conninfo, whole.ddl, rows=rows, mode=mode, name="some", explain=True)
            except psycopg.Error:
                outcomes["no schema"] += 1
                continue
            told = f"{verdict.outcome}: {verdict.reason}" if verdict.reason else verdict.outcome
            outcomes[told] += 1
            if verdict.outcome != "clean":
                reasons[told, _reason(verdict)] += 1
            if verdict.outcome == "FAULT":
                print(f"-- {number}, {mode}: {verdict}\n{_smallest(server.conninfo, whole, rows, mode)}", flush=True)
    judged = sum(outcomes.values()) - outcomes["no schema"]
    print(f"{judged} schemas, {rows} rows:", *(f"{name} {n} ({n / judged:.1%})" for name, n in outcomes.most_common()))
    for (outcome, reason), count in sorted(reasons.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:5}  {outcome:22} {reason}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
