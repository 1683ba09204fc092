"""Finding tables, columns and generators by typed words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import Category
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from datalchemy_nb.domains.registry import GeneratorSpec

MOST_OFFERED = 200
FILLABLE = ("table", "partitioned_table")


def matching(words: str, texts: Iterable[str]) -> list[str]:
    """Texts that hold every word, in their order."""
    wanted = words.lower().split()
    return [text for text in texts if all(word in text.lower() for word in wanted)]


def matching_tables(schema: DatabaseSchema, words: str, *, fillable: bool = False) -> list[TableRef]:
    """Tables whose name, or the name of a column, holds every word; those found by their own name first."""
    wanted = words.lower().split()
    by_name: list[TableRef] = []
    by_column: list[TableRef] = []
    for ref, table in schema.tables.items():
        if fillable and (table.kind not in FILLABLE or table.partition_of is not None):
            continue
        name = str(ref).lower()
        if all(word in name for word in wanted):
            by_name.append(ref)
        elif all(any(word in text.lower() for text in (name, *table.by_name)) for word in wanted):
            by_column.append(ref)
    return [*by_name, *by_column]


@dataclass(frozen=True)
class Candidate:
    """A generator that a column could take.

    Attributes:
        params: parameters it would begin with.
        why: what speaks for it; empty where only its words fit.
    """

    spec: GeneratorSpec
    params: Mapping[str, Any]
    samples: tuple[str, ...]
    why: str = ""


MOST_CANDIDATES, MOST_SAMPLED = 40, 12


def candidates_for(plan: Plan, schema: DatabaseSchema, ref: TableRef, column: str, words: str) -> tuple[Candidate, ...]:
    """Generators for a column, best first: what words mean, in English or Portuguese, then whose text holds them.

    Args:
        plan: gives the locale.
        schema: of the table.
        ref: the table.
        column: the column.
        words: what a person typed; empty = what the column's own name says.
    """
    from datalchemy_nb.constraints.types import category_of
    from datalchemy_nb.domains.registry import find_generator
    from datalchemy_nb.drafting.candidates import candidates, sample_values, view_of

    view = view_of(plan, schema, ref, column)
    found: dict[str, tuple[GeneratorSpec, Mapping[str, Any], str]] = {}
    for suggestion in candidates(view, words):
        spec = find_generator(suggestion.generator_id or "")
        if spec is not None:
            found[spec.id] = (spec, dict(suggestion.params), "; ".join(suggestion.evidence))
    for spec in matching_generators(words, category_of(view.column.column_type, schema)):
        found.setdefault(spec.id, (spec, {}, ""))
    first = list(found.values())[:MOST_CANDIDATES]
    return tuple(
        Candidate(spec, params, sample_values(view, spec.id, params) if i < MOST_SAMPLED else (), why)
        for i, (spec, params, why) in enumerate(first)
    )


def matching_generators(words: str, category: Category) -> list[GeneratorSpec]:
    """Generators whose id or description holds every word: those made for the column's family, others that fit it.

    Without words those that are made on demand (Faker's, the reference lists) are left out: making them all takes time,
    and nobody looks through fifteen hundred.
    """
    wanted = words.lower().split()
    native, other = _fitting(category, everything=bool(wanted))
    found = [spec for spec in (*native, *other) if all(w in f"{spec.id} {spec.doc}".lower() for w in wanted)]
    if wanted:
        # An id that begins with the words is what was meant; then ids that hold them, then descriptions.
        found.sort(key=lambda spec: (not spec.id.startswith(wanted[0]), not all(w in spec.id for w in wanted)))
    return found[:MOST_OFFERED]


@lru_cache(maxsize=32)
def _fitting(category: Category, *, everything: bool) -> tuple[tuple[GeneratorSpec, ...], tuple[GeneratorSpec, ...]]:
    from datalchemy_nb.domains.registry import generators, registered
    from datalchemy_nb.planning.rules.generators import fits

    native: list[GeneratorSpec] = []
    other: list[GeneratorSpec] = []
    for spec in (generators() if everything else registered()).values():
        if spec.produces[:1] == (category,):
            native.append(spec)
        elif fits(spec.produces, category):
            other.append(spec)
    # The thousand of the faker library come after the project's own.
    return tuple(sorted(native, key=_late)), tuple(sorted(other, key=_late))


def _late(spec: GeneratorSpec) -> bool:
    return spec.id.startswith("faker.")
