"""Column names in Portuguese: what they are taken for, and what they must not be taken for."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from datalchemy_nb.domains.brazil.vocabulary import Reading, read
from datalchemy_nb.drafting.words import singular, split_words

NAMES = Path(__file__).with_name("column_names.csv")


def readings() -> list[tuple[str, str, str, str, Reading | None]]:
    rows = [tuple(row) for row in csv.reader(NAMES.read_text().splitlines()[1:])]
    tables: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for table, column, _, _ in rows:
        tables[table][column] = split_words(column)
    found = []
    for table, column, wanted, role in rows:
        others = {name: words for name, words in tables[table].items() if name != column}
        about = tuple(singular(word) for word in split_words(table))
        found.append((table, column, wanted, role, read(tables[table][column], about, others)))
    return found


def test_recall_and_precision_over_three_hundred_names() -> None:
    answers = readings()
    assert len(answers) >= 300
    right = [a for a in answers if a[4] is not None and (a[4].generator, a[4].role) == (a[2], a[3])]
    said = [a for a in answers if a[4] is not None]
    meant = [a for a in answers if a[2]]
    wrong = [f"{a[0]}.{a[1]}: {a[4] and (a[4].generator, a[4].role)}" for a in answers if (a in said) != bool(a[2]) or (
        a in said and a not in right)]  # fmt: skip
    assert len(right) >= 0.98 * len(meant), wrong
    assert len(right) >= 0.98 * len(said), wrong
