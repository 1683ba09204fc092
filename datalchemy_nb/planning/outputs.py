"""What comes out of a column's transforms, tried on its values before the run."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.planning.constraints import Demands
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.resolved import Keyed, Step
from datalchemy_nb.transforms.base import Transform

_SAMPLE = 2048
_UUID = r"(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$"


class Fits(Transform):
    """Stops the run before a text that is too long is written; for values that keys fix, which cannot be redrawn."""

    injective = True

    def __init__(self, column: str, max_length: int) -> None:
        self.column, self.max_length = column, max_length

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        example = _too_long(values, self.max_length).head(1)
        if len(example):
            raise GenerationError(
                f"{self.column}: {example[0]!r} is longer than the {self.max_length} characters it holds",
                hint="use a generator with shorter values, or transform.truncate where the column need not be unique",
            )
        return values


def check_outputs(draft: TableDraft, demands: Demands) -> None:
    """Try every column's transforms on a sample of its values, all of them where they are few.

    Refused are values that are none of the column's type, and texts that are all too long. Where only some are too
    long, rows are redrawn; a unique column, whose values are fixed, is refused, or watched while the run goes on.
    """
    for item in draft.columns.values():
        if item.steps and item.domain is not None and not any(i.severity == "error" for i in draft.issues):
            _check(draft, demands, item, item.domain)


def _check(draft: TableDraft, demands: Demands, item: Draft, domain: Domain) -> None:
    last = pointer("rules", item.rule_index, "transforms", item.steps[-1].index)
    name, slot = draft.name_of(item.name), item.slot
    try:
        made = cast(_made(item, domain), slot.dtype)
    except (pl.exceptions.PolarsError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0]
        _refuse(draft, last, f"{name}: its transforms make values that are no {slot.type_name}: {reason}")
        return
    strange = _strange(made, slot).head(1)
    if len(strange):
        _refuse(draft, last, f"{name}: its transforms make {strange[0]!r}, which is no {slot.type_name}")
    elif slot.max_length is not None and made.dtype == pl.String:
        _check_length(draft, demands, item, made, last)


def _check_length(draft: TableDraft, demands: Demands, item: Draft, made: pl.Series, last: str) -> None:
    most = item.slot.max_length
    assert most is not None
    keyed = isinstance(item.source, Keyed)
    long = _too_long(made, most)
    if len(long) and (keyed or len(long) == len(made)):
        message = f"{draft.name_of(item.name)}: its transforms make {long[0]!r}, longer than {item.slot.type_name}"
        _refuse(draft, last, message)
        return
    watched = [p for p in demands.predicates if p.name == item.slot.type_name and p.columns == (item.name,)]
    if keyed and watched:
        # Redrawing cannot help where a key fixes the value.
        demands.predicates[:] = [p for p in demands.predicates if p not in watched]
        item.steps = (*item.steps, Step("length", len(item.steps), Fits(draft.name_of(item.name), most)))


def _made(item: Draft, domain: Domain) -> pl.Series:
    count = domain.size if domain.size <= FILTER_SIZE else _SAMPLE
    step = max(domain.size // count, 1)
    ordinals = np.arange(count, dtype=np.uint64) * np.uint64(step)
    values = domain.take(ordinals)
    for number, part in enumerate(item.steps):
        values = part.transform.apply(values, mix(ordinals + np.uint64(number)))
    return values


def _strange(made: pl.Series, slot: Slot) -> pl.Series:
    """Texts that the column's type does not read."""
    given = made.drop_nulls()
    if slot.category == "enum" and slot.labels:
        return given.filter(~given.is_in(pl.Series(list(slot.labels)).implode()))
    if slot.category == "uuid" and given.dtype == pl.String:
        return given.filter(~given.str.contains(_UUID))
    return given.head(0)


def _too_long(values: pl.Series, most: int) -> pl.Series:
    """Texts longer than the column, spaces at the end apart."""
    given = values.drop_nulls()
    return given.filter(given.str.strip_chars_end(" ").str.len_chars() > most)


def _refuse(draft: TableDraft, where: str, message: str) -> None:
    hint = "change the generator's or the transform's parameters, or drop the transform"
    draft.refuse("transform_output_misfit", where, message, hint)
