"""A rule's transforms built, and held against the values they are given and the column they end in."""

from __future__ import annotations

import numpy as np
import polars as pl
from pydantic import ValidationError

from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.domains.base import FILTER_SIZE, Category, Derivation, Domain, ParentValue, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.rules.generators import fits, mismatch
from datalchemy_nb.planning.rules.values import UUID
from datalchemy_nb.resolve.phases import OrderedTable, TableTask
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.sources import Keyed, Step
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.transforms.base import Transform, find_transform
from datalchemy_nb.transforms.choice import NullRate, NullsHere

# --- a rule's transforms built, and held against the values they are given and the column they end in -----------------


def draft_steps(draft: TableTask, item: Draft, rule: ColumnRule) -> tuple[Step, ...]:
    """Return a rule's steps; those that cannot take the values they would be given are refused."""
    steps: list[Step] = []
    family = _family(draft, item)
    for index, ref in enumerate(rule.transforms):
        where = pointer("rules", item.rule_index, "transforms", index)
        spec = find_transform(ref.transform)
        if spec is None:
            draft.refuse("unknown_transform", f"{where}/transform", f"unknown transform {ref.transform!r}")
            continue
        name = f"{draft.name_of(item.name)}: {spec.id}"
        try:
            step = spec.build(spec.params.model_validate(ref.params or {}), item.slot)
        except ValidationError as error:
            draft.refuse("invalid_transform_params", f"{where}/params", f"{name}: {error.errors()[0]['msg']}")
            continue
        except ValueError as error:
            draft.refuse("invalid_transform_params", f"{where}/params", f"{name}: {error}", "change its parameters")
            continue
        takes = step.accepts or spec.accepts
        if family is not None and takes and family not in takes:
            draft.refuse(*mismatch(where, name, takes, family))
            return tuple(steps)
        steps.append(Step(spec.id, index, step))
        family = step.category or family
    # Text is tried on the domain's values, in `datalchemy_nb.resolve.transforms`.
    tried = family == "text" and isinstance(item.built, Domain)
    if steps and family is not None and not tried and not fits((family,), item.slot.category):
        message = f"{draft.name_of(item.name)}: {steps[-1].id} leaves {family} values, the column is "
        draft.refuse("generator_type_mismatch", item.path, message + item.slot.type_name, "drop the transform")
    return tuple(_fill_in_place(steps))


def before_steps(item: Draft, limit: Limit) -> Limit | None:
    """Return what a limit of the finished text asks of the domain's; None when that cannot be told.

    Raises:
        EmptyDomainError: what the steps add is too long already.
    """
    if not isinstance(limit, Length) or item.domain is None or item.domain.category != "text":
        return None
    added = 0
    for step in item.steps:
        if step.transform.added is None:
            return None
        added += step.transform.added
    if limit.at_most is not None and added > limit.at_most:
        raise EmptyDomainError(str(limit))
    return Length(max(limit.at_least - added, 0), None if limit.at_most is None else limit.at_most - added)


def holds_already(item: Draft, limit: Limit) -> bool:
    """Whether the steps by themselves keep texts short enough, whatever they are given."""
    if not isinstance(limit, Length) or limit.at_least > 0 or limit.at_most is None:
        return False
    longest: int | None = None
    for step in item.steps:
        longest = _longest(step.transform, longest)
    return longest is not None and longest <= limit.at_most


def _longest(step: Transform, before: int | None) -> int | None:
    after = before + step.added if before is not None and step.added is not None else None
    known = [length for length in (after, step.longest) if length is not None]
    return min(known, default=None)


def _family(draft: TableTask, item: Draft) -> Category | None:
    """The family of the values before any step; None where only the run can tell."""
    columns = draft.table.by_name
    match item.built:
        case Domain():
            return item.built.category
        case Derivation():
            if item.built.category is not None or not item.built.inputs:
                return item.built.category
            source = columns.get(item.built.inputs[0])
            return category_of(source.column_type, draft.schema) if source else None
        case ParentValue(_, parent, name):
            found = draft.schema.tables[parent].by_name.get(name) if parent in draft.schema.tables else None
            return category_of(found.column_type, draft.schema) if found else None
    return None


def _fill_in_place(steps: list[Step]) -> list[Step]:
    """Nulls that a later step fills are placed where they stand; the engine places the others last."""
    last = max((i for i, step in enumerate(steps) if step.transform.fills), default=-1)
    for i, step in enumerate(steps[: max(last, 0)]):
        if isinstance(step.transform, NullRate):
            steps[i] = Step(step.id, step.index, NullsHere(step.transform.null_rate))
    return steps


# --- what comes out of a column's transforms, tried on its values before the run --------------------------------------

_SAMPLE = 2048


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


def check_outputs(draft: OrderedTable) -> tuple[Predicate, ...]:
    """Try every column's transforms on a sample of its values, all of them where they are few.

    Refused are values that are none of the column's type, and texts that are all too long. Where only some are too
    long, rows are redrawn; a unique column, whose values are fixed, is refused, or watched while the run goes on.

    Returns:
        The predicates that are left: those about the length of a watched column are not.
    """
    watched = set[str]()
    for item in draft.columns.values():
        if item.steps and item.domain is not None and not any(i.severity == "error" for i in draft.issues):
            watched |= _check(draft, item, item.domain)
    return tuple(one for one in draft.left.predicates if _of_type(draft, one) not in watched)


def _check(draft: OrderedTable, item: Draft, domain: Domain) -> frozenset[str]:
    """Try the transforms of a column; return it where its length is watched from here on."""
    last = pointer("rules", item.rule_index, "transforms", item.steps[-1].index)
    name, slot = draft.name_of(item.name), item.slot
    try:
        made = cast(_made(item, domain), slot.dtype)
    except (pl.exceptions.PolarsError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0]
        _refuse(draft, last, f"{name}: its transforms make values that are no {slot.type_name}: {reason}")
        return frozenset()
    strange = _strange(made, slot).head(1)
    if len(strange):
        _refuse(draft, last, f"{name}: its transforms make {strange[0]!r}, which is no {slot.type_name}")
    elif slot.max_length is not None and made.dtype == pl.String:
        return _check_length(draft, item, made, last)
    return frozenset()


def _check_length(draft: OrderedTable, item: Draft, made: pl.Series, last: str) -> frozenset[str]:
    most = item.slot.max_length
    assert most is not None
    keyed = isinstance(item.source, Keyed)
    long = _too_long(made, most)
    if len(long) and (keyed or len(long) == len(made)):
        message = f"{draft.name_of(item.name)}: its transforms make {long[0]!r}, longer than {item.slot.type_name}"
        _refuse(draft, last, message)
        return frozenset()
    if not keyed or not any(_of_type(draft, one) == item.name for one in draft.left.predicates):
        return frozenset()
    # Redrawing cannot help where a key fixes the value.
    item.steps = (*item.steps, Step("length", len(item.steps), Fits(draft.name_of(item.name), most)))
    return frozenset({item.name})


def _of_type(draft: OrderedTable, predicate: Predicate) -> str | None:
    """The column whose type asks for a predicate; None where none does."""
    name = predicate.columns[0] if len(predicate.columns) == 1 else ""
    item = draft.columns.get(name)
    return name if item is not None and predicate.name == item.slot.type_name else None


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
        return given.filter(~given.str.contains(UUID))
    return given.head(0)


def _too_long(values: pl.Series, most: int) -> pl.Series:
    """Texts longer than the column, spaces at the end apart."""
    given = values.drop_nulls()
    return given.filter(given.str.strip_chars_end(" ").str.len_chars() > most)


def _refuse(draft: TableTask, where: str, message: str) -> None:
    hint = "change the generator's or the transform's parameters, or drop the transform"
    draft.refuse("transform_output_misfit", where, message, hint)
