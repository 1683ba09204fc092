"""A rule's transforms built, and held against the values they are given and the column they end in."""

from __future__ import annotations

from pydantic import ValidationError

from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.domains.base import Category, Derivation, Domain, ParentValue
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.resolved import Step
from datalchemy_nb.planning.rules.compatibility import fits
from datalchemy_nb.planning.types import category_of
from datalchemy_nb.transforms.base import Transform, find_transform
from datalchemy_nb.transforms.choice import NullRate, NullsHere


def draft_steps(draft: TableDraft, item: Draft, rule: ColumnRule) -> tuple[Step, ...]:
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
    # Text is tried on the domain's values, in `datalchemy_nb.planning.outputs`.
    tried = family == "text" and isinstance(item.built, Domain)
    if steps and family is not None and not tried and not fits((family,), item.slot.category):
        message = f"{draft.name_of(item.name)}: {steps[-1].id} leaves {family} values, the column is "
        draft.refuse("generator_type_mismatch", item.path, message + item.slot.type_name, "drop the transform")
    return tuple(_fill_in_place(steps))


def mismatch(where: str, name: str, takes: tuple[Category, ...], family: Category) -> tuple[str, str, str, str]:
    """Return code, pointer, message and hint about a transform that is given values it does not take."""
    message = f"{name} takes {', '.join(takes)} values, and is given {family}"
    return "transform_type_mismatch", f"{where}/transform", message, "drop it, or use transform.format before it"


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


def _family(draft: TableDraft, item: Draft) -> Category | None:
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
