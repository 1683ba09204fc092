"""One of several kinds of a thing, each with fields of its own: a distribution, children per parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, get_args

from pydantic import ValidationError
from traitlets import Any as AnyTrait
from traitlets import HasTraits

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.planning.read import explain
from datalchemy_nb.records import dataclass
from datalchemy_nb.widgets.models.fields import FormField, form_fields

KIND = "kind"


@dataclass(frozen=True)
class Variant:
    """One kind.

    Attributes:
        doc: what it means, in a sentence.
        fields: what it is told, its kind apart.
    """

    kind: str
    model: type[Contract]
    doc: str
    fields: tuple[FormField, ...]


@lru_cache(maxsize=8)
def variants(union: Any) -> dict[str, Variant]:
    """Return the members of a union told apart by ``kind``, by their kind."""
    found = {}
    for model in get_args(get_args(union)[0]):
        kind = str(get_args(model.model_fields[KIND].annotation)[0])
        doc = (model.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()
        fields = tuple(field for field in form_fields(model) if field.name != KIND)
        found[kind] = Variant(kind, model, doc, fields)
    return found


class VariantModel(HasTraits):
    """Editing one: it goes into the plan as soon as it is whole, and waits here until then.

    Args:
        union: the kinds there are.
        read: what the plan holds now; None for nothing.
        write: puts one into the plan; None takes it out.
        propose: values a kind begins with.

    Attributes:
        pending: what was entered but is not whole yet; None when the plan says it all.
    """

    pending = AnyTrait(None, allow_none=True)

    def __init__(
        self,
        union: Any,
        read: Callable[[], Contract | None],
        write: Callable[[Contract | None], None],
        propose: Callable[[str], Mapping[str, Any]] = lambda kind: {},
    ) -> None:
        super().__init__()
        self.kinds = variants(union)
        self._read, self._write, self._propose = read, write, propose
        self._problems: dict[str, Issue] = {}

    @property
    def values(self) -> dict[str, Any]:
        """The kind and the fields as they were entered; empty for nothing."""
        if self.pending is not None:
            return dict(self.pending)
        held = self._read()
        return {} if held is None else {KIND: getattr(held, KIND), **held.model_dump(exclude_defaults=True)}

    @property
    def variant(self) -> Variant | None:
        """The kind that is chosen."""
        return self.kinds.get(self.values.get(KIND, ""))

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that are needed and empty."""
        variant, values = self.variant, self.values
        return tuple(f.name for f in variant.fields if f.required and f.name not in values) if variant else ()

    def problem(self, name: str) -> tuple[Issue, ...]:
        """What is wrong with a field, or with the whole where the name is empty."""
        return (self._problems[name],) if name in self._problems else ()

    def choose(self, kind: str | None) -> None:
        """Take another kind; None takes it out of the plan."""
        if kind is None:
            self._write(None)
            self._take(None, {})
            return
        self._enter({KIND: kind, **self._propose(kind)})

    def set(self, name: str, value: Any) -> None:
        """Enter a field; None empties it."""
        after = {key: item for key, item in {**self.values, name: value}.items() if item is not None}
        self._enter(after)

    def forget(self) -> None:
        """Drop what is not whole."""
        self._take(None, {})

    def _enter(self, values: dict[str, Any]) -> None:
        variant = self.kinds[values[KIND]]
        try:
            whole = variant.model.model_validate(values)
        except ValidationError as reason:
            self._take(values, _problems(reason))
            return
        # First the plan, so that nothing is seen empty in between.
        self._write(whole)
        self._take(None, {})

    def _take(self, pending: dict[str, Any] | None, problems: dict[str, Issue]) -> None:
        self._problems = problems
        self.pending = pending


def _problems(reason: ValidationError) -> dict[str, Issue]:
    """One issue a field; a field that is missing is no mistake, only not entered yet."""
    found: dict[str, Issue] = {}
    for details in reason.errors(include_url=False):
        if details["type"] == "missing":
            continue
        name = str(details["loc"][0]) if details["loc"] else ""
        message = f"{name} {explain(details)}" if name else explain(details)
        found.setdefault(name, Issue(severity="error", code="invalid_value", path=f"/{name}", message=message))
    return found
