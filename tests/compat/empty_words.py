"""``python -m tests.compat.empty_words [NAME...]``: columns of drafted applications that say nothing.

Every column of the schemas that `python -m tests.compat` has kept, drafted with 100 rows a table: does it hold Latin,
numbered words (`Name 12345`), or one value in every row? The names of such columns are printed, with what the draft
gave them. One value is what the schema asks for where a type, a CHECK or a key has no other, and in tables of so few
rows; those are counted apart.
"""

from __future__ import annotations

import gzip
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from faker.providers.lorem.la import Provider as Latin

from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.drafting import Draft, draft_plan
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve
from tests.compat.recipes import home

ROWS = 100
_NUMBERED = re.compile(r"^\w+ \d{2,}$")
_WORD = re.compile(r"[a-z]+")
_ENGLISH = frozenset(
    "a ad et in is nobis non pro qui sed sit sub ut vel alias error modi nam animi at ab ea eos hic id".split()
)
_LATIN = frozenset(Latin.word_list) - _ENGLISH
_PLACES = ("place.unit", "place.street_line", "place.address")
"""What is rightly a word with a number: `Suite 21`."""
_KINDS = ("latin", "numbered", "constant", "default", "asked")
_MOSTLY, _FEW = 0.5, 5


@dataclass(frozen=True)
class Empty:
    """A column that says nothing.

    Attributes:
        where: table and column.
        kind: ``latin``, ``numbered``, ``constant``, or ``default`` where the constant is what the schema puts there.
        given: the generator, or how the value came about.
        shown: a value.
    """

    where: str
    kind: str
    given: str
    shown: str


def is_latin(texts: Iterable[str]) -> bool:
    """Whether most values are made of Latin words."""
    told = [[word in _LATIN for word in _WORD.findall(text.lower())] for text in texts]
    return sum(len(one) > 1 and sum(one) > len(one) / 2 for one in told) > len(told) * _MOSTLY


def is_numbered(texts: Iterable[str]) -> bool:
    """Whether most values are a word with a number."""
    told = [bool(_NUMBERED.match(text)) for text in texts]
    return sum(told) > len(told) * _MOSTLY


def judged(schema: DatabaseSchema, draft: Draft) -> Iterator[Empty]:
    """Yield the columns of a draft's rows that say nothing."""
    engine = Engine(resolve(draft.plan, schema))
    for ref, table in engine.plan.tables.items():
        frame = engine.rows(ref, np.arange(table.rows, dtype=np.uint64))
        view = TableView(ref, schema.tables[ref], schema, draft.plan, table.rows)
        for name in frame.columns:
            values = frame[name].drop_nulls()
            if len(values) < _FEW or name in view.foreign_columns:
                continue
            found = draft.by_column.get((ref, name))
            given = "" if found is None else found.generator_id or found.rule
            kind = _kind(values, view.columns[name], schema.tables[ref])
            if kind and not given.startswith(_PLACES):
                yield Empty(f"{ref}.{name}", kind, given, str(values[0])[:40])


def _kind(values: pl.Series, column: ColumnView, table: Table) -> str:
    if values.dtype == pl.String:
        texts = values.unique().to_list()
        if is_latin(texts):
            return "latin"
        if is_numbered(texts):
            return "numbered"
    try:
        single = values.n_unique() == 1
    except pl.exceptions.PolarsError:
        single = values.cast(pl.String, strict=False).n_unique() == 1
    if not single:
        return ""
    if _has_no_other(column, table):
        return "asked"
    return "default" if str(values[0]) == column.literal_default else "constant"


def _has_no_other(column: ColumnView, table: Table) -> bool:
    """Whether the schema allows one value only, as far as types and CHECKs of one column tell."""
    if column.category == "enum":
        return len(column.slot.labels) == 1
    if column.column.generated is not None or any(column.name in one.expression for one in table.checks):
        return True
    return any(isinstance(limit, OneOf) and len(limit.values) == 1 for _, limit in column.limits)


def main(names: list[str]) -> int:
    """Judge kept schemas; print every column and the counts."""
    warnings.simplefilter("ignore")
    kept = sorted((home() / "schemas").glob("*.json.gz"))
    for path in kept:
        name = path.name.removesuffix(".json.gz")
        if names and name not in names:
            continue
        schema = DatabaseSchema.model_validate_json(gzip.decompress(path.read_bytes()))
        found = list(judged(schema, draft_plan(schema, rows=ROWS)))
        counts = {kind: sum(one.kind == kind for one in found) for kind in _KINDS}
        for one in found:
            if one.kind in _KINDS[:3]:
                sys.stdout.write(f"  {one.kind:9} {one.where} <{one.given}> {one.shown!r}\n")
        sys.stdout.write(f"{name}: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
