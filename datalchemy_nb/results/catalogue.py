"""How the list of generators is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datalchemy_nb.results.base import GeneratorList
from datalchemy_nb.show import document as doc

if TYPE_CHECKING:
    from datalchemy_nb.domains.registry import GeneratorSpec


def describe_generators(result: GeneratorList) -> doc.Document:
    """One row a generator; few of them with every parameter explained."""
    rows: list[list[doc.Cell]] = [
        [doc.Code(spec.id), ", ".join(spec.produces), _parameters(spec), spec.doc, ", ".join(spec.tags)]
        for spec in result.specs
    ]
    found = f" for {result.search!r}" if result.search else ""
    blocks: tuple[doc.Block, ...] = (
        (doc.grid(["generator", "gives", "parameters", "what", "tags"], rows),) if rows else ()
    )
    return doc.Document(f"{doc.plural(len(rows), 'generator')}{found}", (), blocks)


def _parameters(spec: GeneratorSpec) -> doc.Cell:
    fields = spec.params.model_fields
    return doc.Code(", ".join(_field(name, field) for name, field in fields.items())) if fields else None


def _field(name: str, field: Any) -> str:
    if field.is_required():
        return f"{name} (required)"
    return name if field.default is None else f"{name}={field.get_default()!r}"
