"""A rule's generator: known, with parameters it takes, and of a family the column holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import Column
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.registering import revision
from datalchemy_nb.domains.registry import GeneratorSpec, generators
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.dates import is_cut
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.read import closest, explain, locate, show
from datalchemy_nb.planning.rules.scope import Place, Scope, missing_column

# --- which families of values a column of each family can hold, in PostgreSQL's own text form at least ----------------

_ANYTHING_WRITTEN: frozenset[Category] = frozenset(
    {"text", "enum", "uuid", "json", "network", "other", "array", "range", "bytes", "interval"}
)
HOLDERS: dict[Category, frozenset[Category]] = {
    "boolean": frozenset({"boolean", "text"}),
    "integer": frozenset({"integer", "decimal", "float", "text"}),
    "decimal": frozenset({"decimal", "float", "integer", "text"}),
    "float": frozenset({"float", "decimal", "text"}),
    "text": _ANYTHING_WRITTEN,
    "uuid": frozenset({"uuid", "text"}),
    "date": frozenset({"date", "timestamp", "timestamptz", "text"}),
    "time": frozenset({"time", "text"}),
    "timestamp": frozenset({"timestamp", "timestamptz", "text"}),
    "timestamptz": frozenset({"timestamptz", "timestamp", "text"}),
    "interval": frozenset({"interval", "text"}),
    "json": frozenset({"json", "text"}),
    "enum": frozenset({"enum", "text"}),
    "bytes": frozenset({"bytes"}),
    "array": frozenset({"array", "text"}),
    "range": frozenset({"range", "text"}),
    "network": frozenset({"network", "text"}),
    "other": frozenset({"other", "text"}),
}
"""Family made -> families of columns that take it. Single values are judged when the plan is resolved."""


def fits(produced: Iterable[Category], column: Category) -> bool:
    """Whether one of the families made can stand in a column; a generator that names none may make any."""
    families = tuple(produced)
    return not families or any(column in HOLDERS[family] for family in families)


# --- references from a rule's params: columns of the same table, and a column of a parent -----------------------------

PARENT_VALUE = "derive.parent_value"
PARENT_KEYS = ("parent_schema", "parent_table", "parent_column")


def input_columns(place: Place) -> Iterator[Issue]:
    """Check that ``input_columns``, and parameters such as ``rating_column``, name columns of the rule's table."""
    params = place.rule.effective_params
    if not isinstance(params, dict):
        return
    for key, name in params.items():
        if key.endswith("_column") and key not in PARENT_KEYS and isinstance(name, str):
            yield from _input(place, place.at_param(key), name)
    if "input_columns" not in params:
        return
    given = params["input_columns"]
    if not isinstance(given, list):
        message = f"{place.name}: input_columns must be a list of column names, not {show(given)}"
        yield error("invalid_input_columns", place.at_param("input_columns"), message, "write it as a list")
        return
    for j, name in enumerate(given):
        path = place.at_param("input_columns", j)
        if isinstance(name, str):
            yield from _input(place, path, name)
        else:
            message = f"{place.name}: input_columns must hold column names, not {show(name)}"
            yield error("invalid_input_columns", path, message, "write the column's name as text")


def _input(place: Place, path: str, name: str) -> Iterator[Issue]:
    if name not in place.table.by_name:
        message, hint = missing_column(place.rule.ref, name, place.table.by_name)
        yield error("unknown_input_column", path, f"{place.name} reads {message}", hint)


def parent_reference(place: Place) -> Iterator[Issue]:
    """Check that ``derive.parent_value`` names a column that exists."""
    params = place.rule.effective_params
    if place.rule.generator_id != PARENT_VALUE or not (params is None or isinstance(params, dict)):
        return
    if params is None:
        message = f"{place.name}: {PARENT_VALUE} does not say which parent column to copy"
        yield error("missing_parent_reference", place.at_param(), message, f"give params {', '.join(PARENT_KEYS)}")
        return
    absent = [key for key in PARENT_KEYS if not isinstance(params.get(key), str)]
    for key in absent:
        message = f"{place.name}: {PARENT_VALUE} needs {key}, as text"
        yield error("missing_parent_reference", place.at_param(key), message, f"give params {', '.join(PARENT_KEYS)}")
    if not absent:
        yield from _parent(place, TableRef(params["parent_schema"], params["parent_table"]), params["parent_column"])


def parent_column(place: Place) -> Column | None:
    """Return the column ``derive.parent_value`` copies, if the reference is whole and right."""
    params = place.rule.effective_params
    named = [params[key] for key in PARENT_KEYS if isinstance(params.get(key), str)] if isinstance(params, dict) else []
    if len(named) < len(PARENT_KEYS):
        return None
    schema, table_name, column = named
    table = place.scope.schema.tables.get(TableRef(schema, table_name))
    return table.by_name.get(column) if table else None


def _parent(place: Place, ref: TableRef, column: str) -> Iterator[Issue]:
    table = place.scope.schema.tables.get(ref)
    if table is None:
        key = "parent_table" if ref.schema in place.scope.schema_names else "parent_schema"
        message, hint = place.scope.missing_table(ref)
    elif column not in table.by_name:
        key = "parent_column"
        message, hint = missing_column(ref, column, table.by_name)
    else:
        return
    yield error("unknown_parent_reference", place.at_param(key), f"{place.name} copies from {message}", hint)


# --- locales are Faker's ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def available_locales() -> frozenset[str]:
    """Return the names of all locales."""
    # Importing Faker's list walks all its providers, which takes a fifth of a second.
    from faker.config import AVAILABLE_LOCALES

    return frozenset(AVAILABLE_LOCALES)


def locale_hint(name: str | None) -> str | None:
    """Return what to write in place of an unknown locale, or None when there is nothing wrong."""
    if name is None or name in ("en_US", "pt_BR") or name in available_locales():
        return None
    swapped = name.replace("-", "_")
    return did_you_mean(swapped, sorted(available_locales())) or "use a name such as pt_BR or en_US"


def check_locales(scope: Scope) -> Iterator[Issue]:
    """Check the plan's locale, or all that it mixes."""
    told = scope.plan.global_.locale if scope.plan.global_ else None
    for name in (told,) if told is None or isinstance(told, str) else told:
        hint = locale_hint(name)
        if hint is not None:
            where = pointer("global", "locale") if name is told else pointer("global", "locale", str(name))
            yield error("unknown_locale", where, f"there is no locale {name!r}", hint)


# --- a rule's generator: known, with parameters it takes, and of a family the column holds ----------------------------

_KEEPING_FAMILY = frozenset(
    {"transform.null_rate", "transform.casing", "transform.truncate", "transform.slug", "transform.round"}
)


def named(place: Place) -> Iterator[Issue]:
    """Check that there is an id."""
    if not place.rule.generator_id.strip():
        message = f"{place.name}: the generator has no id"
        yield error("empty_generator_id", place.at("generator"), message, "name a generator, e.g. primitive.text")


def params_shape(place: Place) -> Iterator[Issue]:
    """Check that params are an object."""
    params = place.rule.effective_params
    if params is not None and not isinstance(params, dict):
        message = f"{place.name}: the generator's params must be an object, not {show(params)}"
        yield error("invalid_generator_params", place.at_param(), message, 'write them as {"name": value}')


def known(place: Place) -> Iterator[Issue]:
    """Check that the catalogue has the generator."""
    if place.spec is None:
        id_ = place.rule.generator_id
        message = f"{place.name}: there is no generator {id_!r}"
        yield error("unknown_generator", place.at_generator(), message, _closest_generator(id_, revision()))


def params(place: Place) -> Iterator[Issue]:
    """Check every parameter against the generator's model."""
    given = place.rule.effective_params
    if place.spec is None or (place.spec.id == PARENT_VALUE and given is None):
        return
    elsewhere = set(PARENT_KEYS) if place.spec.id == PARENT_VALUE else set()
    if any(issue.code == "invalid_input_columns" for issue in input_columns(place)):
        elsewhere.add("input_columns")
    for path, message, hint in parameter_errors(place.spec.params, given or {}, elsewhere):
        where = f"{place.name}: {place.spec.id}: {message}"
        yield error("invalid_generator_params", pointer(*place.params_path, *path), where, hint)


def locale(place: Place) -> Iterator[Issue]:
    """Check the rule's own locale."""
    name = place.rule.locale
    hint = locale_hint(name)
    if hint is not None:
        message = f"{place.name}: there is no locale {name!r}"
        yield error("unknown_locale", place.at("generator", "locale"), message, hint)


def fits_type(place: Place) -> Iterator[Issue]:
    """Check that the column can hold a family of values the generator makes; transforms may change it later."""
    if place.spec is None or any(step.transform not in _KEEPING_FAMILY for step in place.rule.transforms):
        return
    column_type = place.column.column_type
    category = category_of(column_type, place.scope.schema)
    families = families_of(place, place.spec)
    if is_cut(place.rule, place.scope.schema):
        message = f"{place.name} is date, and {place.spec.id} makes moments: they are cut to the date"
        yield warning("timestamp_cut", place.at_generator(), message, "use primitive.date.range")
    elif not fits(families, category):
        made = " or ".join(families)
        message = f"{place.name} is {column_type.data_type}, but {place.spec.id} makes {made} values here"
        yield error("generator_type_mismatch", place.at_generator(), message, _alternatives(category, revision()))


def parameter_errors(
    model: type[BaseModel], given: dict[str, Any], elsewhere: Collection[str] = ()
) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
    """Yield path, message and hint for every parameter the model refuses.

    Args:
        model: the parameter model.
        given: the parameters as they stand in the plan.
        elsewhere: parameters that other checks speak of.
    """
    try:
        model.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as reason:
        known_names = [field.alias or name for name, field in model.model_fields.items()]
        found: dict[tuple[str | int, ...], ErrorDetails] = {}
        for details in reason.errors(include_url=False):
            path = _path(details, given)
            # A number is an integer or a float to pydantic: of its two complaints the second says both.
            if path not in found or details["type"] == "float_type":
                found[path] = details
        for path, details in found.items():
            if not path or path[0] not in elsewhere:
                yield path, *_parameter_error(path, details, known_names)


def families_of(place: Place, spec: GeneratorSpec) -> tuple[Category, ...]:
    """What the generator makes in this place; nothing where only the foreign key or a parent's column can tell."""
    if spec.id == "derive.fk":
        return ()
    if spec.id == PARENT_VALUE:
        column = parent_column(place)
        return (category_of(column.column_type, place.scope.schema),) if column else ()
    return spec.produces


@lru_cache
def _closest_generator(id_: str, catalogue: int) -> str:
    del catalogue
    return did_you_mean(id_, generators()) or "the `generators` verb lists all of them"


_PLAINEST_FIRST = ("primitive", "semantic", "domain", "derive", "faker")


@lru_cache
def _alternatives(category: Category, catalogue: int) -> str:
    del catalogue
    native = [id_ for id_, spec in generators().items() if spec.produces[:1] == (category,)]
    native.sort(key=lambda id_: _PLAINEST_FIRST.index(id_.split(".")[0]) if id_.split(".")[0] in _PLAINEST_FIRST else 9)
    return f"generators for it: {', '.join(native[:5])}" if native else "remove the rule"


def _path(details: ErrorDetails, given: dict[str, Any]) -> tuple[str | int, ...]:
    path = locate(details["loc"], given)
    return (*path, details["loc"][-1]) if details["type"] == "missing" else path


def _parameter_error(
    path: tuple[str | int, ...], details: ErrorDetails, names: Iterable[str]
) -> tuple[str, str | None]:
    listed = ", ".join(names)
    hint = f"its parameters: {listed}" if listed else "it takes no parameters"
    name = ".".join(str(part) for part in path)
    if details["type"] == "missing":
        return f"parameter {name!r} is missing", hint
    if details["type"] == "extra_forbidden":
        guess = did_you_mean(str(path[-1]), names)
        return f"there is no parameter {name!r}", f"{guess} {hint}" if guess else hint
    return f"{name} {explain(details)}".strip(), closest(details) or hint


def mismatch(where: str, name: str, takes: tuple[Category, ...], family: Category) -> tuple[str, str, str, str]:
    """Return code, pointer, message and hint about a transform that is given values it does not take."""
    message = f"{name} takes {', '.join(takes)} values, and is given {family}"
    return "transform_type_mismatch", f"{where}/transform", message, "drop it, or use transform.format before it"
