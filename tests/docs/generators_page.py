"""docs/generators.md, made from the registry: ``python -m tests.docs.generators_page docs/generators.md``."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import BaseModel

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Built, Category, Domain, Facet, Slot
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.reference import lists, records
from datalchemy_nb.domains.reference.catalogue import ReferenceParams, SubdivisionParams
from datalchemy_nb.domains.registry import GeneratorSpec, generators
from datalchemy_nb.domains.wishes import WISHES

_DEFAULT_LOCALE = "en_US"
_METHOD_POOL = 64
_LONGEST = 48
_SHORT = 28
_FAMILIES = (
    ("primitive.", "Plain values"),
    ("derive.", "From other columns"),
    ("semantic.br.", "Brazil"),
    ("domain.", "Lines of business"),
    ("text.", "Texts by purpose, in Portuguese, English, Spanish, French and German"),
    ("document.", "Documents of JSON"),
    ("place.", "Places of the world"),
    ("", "People, places, companies, the net: Faker's lists"),
)
_DTYPES: dict[Category, pl.DataType] = {
    "boolean": pl.Boolean(), "integer": pl.Int64(), "decimal": pl.Decimal(38, 2), "float": pl.Float64(),
    "date": pl.Date(), "time": pl.Time(), "timestamp": pl.Datetime("us"), "timestamptz": pl.Datetime("us", "UTC"),
}  # fmt: skip
_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "primitive.text.pattern": {"pattern": r"[A-Z]{3}-\d{4}"},
    "primitive.choice": {"values": ["small", "medium", "large"]},
}
"""Parameters for generators that need some."""
_INTRODUCTION = """\
# Generators

Made by `python -m tests.docs.generators_page docs/generators.md` from the registry; do not edit.

A rule names a generator by its id: `{"generator": {"id": "semantic.person.email"}}`. Parameters are checked before the
run: an unknown name or a value of another type is an error. *Values* is how many there are to draw from in a column of
the generator's own type, locale en_US. A column that must be unique needs at least as many values as rows; texts that
can be told apart by a number widen themselves. *May repeat* marks generators of which two draws may read the same; in a
column that must be unique they keep to what differs. Samples are of one fixed column."""
_WISHES = """
## By wish

What a column should hold, in English and Portuguese, and what makes it. `%datalchemy generators telefone` finds these
by either language's words; those of one country are `semantic.br.*` (Brazil), the others follow the plan's locale.
"""
_LISTS = """
Texts of this part also take `min_len`, `max_len`, `pattern` and `charset`, which leave out what does not fit.
"""
_TEXT_PARAMETERS = ("min_len", "max_len", "allow_empty", "pattern", "charset")
_REFERENCE = """
## Reference lists: `reference.<list>.<field>`

Real records, in the plan's language. The fields of one row are of one record; [plans](plan_generators.md) tells how to
fill the table of a list, or columns that refer to one. Every field takes these parameters:

"""
_METHODS = """
## Every method of Faker: `faker.<provider>.<method>`

Each method of the installed [Faker](https://faker.readthedocs.io) (MIT) that gives single values, in any of its
locales, with its arguments as parameters; dates such as `2026-01-31` where it takes dates. Methods that only put texts
together are counted and drawn from whole; of the others a *pool* of distinct values is taken once, 4096 of them or as
many as the parameter `pool` says. "Today" is the plan's base date. Samples are of en_US, or of the first locale that
has the method.
"""


def slot_of(spec: GeneratorSpec, locale: str = _DEFAULT_LOCALE, **facts: Any) -> Slot:
    """Return a column that a generator's native values fit."""
    category = facts.pop("category", spec.produces[0] if spec.produces else "text")
    usual: dict[str, Any] = {
        "rows": 1000, "locale": locale, "base_date": dt.date(2026, 1, 1), "labels": ("new", "open", "closed"),
    }  # fmt: skip
    dtype = _DTYPES.get(category, pl.String())
    type_name = facts.pop("type_name", category)
    return Slot(TableRef("docs", "samples"), "sample", category, dtype, type_name, **(usual | facts))


def built(spec: GeneratorSpec, params: dict[str, Any] | None = None, **facts: Any) -> Built | None:
    """Build a generator with its defaults, or None where it needs other columns."""
    given = _EXAMPLES.get(spec.id, {}) | (params or {})
    if any(field.is_required() and name not in given for name, field in spec.params.model_fields.items()):
        return None
    return spec.build(spec.params.model_validate(given), slot_of(spec, **facts))


def sample(domain: Domain, key: str, count: int = 3) -> list[Any]:
    """Return values as a column of this name would have them."""
    rows = np.arange(count, dtype=np.uint64)
    bits = draw(stream_key("docs", key), rows)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key("docs", domain.entity.name), rows))
        return domain.take_in(entity, domain.draw_own(bits)).to_list()
    return domain.take(domain.draw(bits)).to_list()


def generators_markdown() -> str:
    """Return the catalogue as Markdown."""
    named = [spec for spec in generators().values() if not is_method(spec.id) and not is_field(spec.id)]
    parts = [_INTRODUCTION, _WISHES, *_wish_tables(), *_sections(named), _REFERENCE, *_reference_table(), _METHODS]
    methods = [spec for spec in generators().values() if is_method(spec.id)]
    for provider, specs in groupby(methods, key=lambda spec: spec.id.split(".")[1]):
        parts += [f"\n### {provider}\n", *_method_table(specs)]
    return "\n".join(line.rstrip() for line in "\n".join(parts).splitlines()) + "\n"


def is_method(id_: str) -> bool:
    """Whether the id is ``faker.<provider>.<method>``."""
    return id_.startswith("faker.") and id_.count(".") == 2


def is_field(id_: str) -> bool:
    """Whether the id is ``reference.<list>.<field>``."""
    return id_.startswith("reference.")


def _wish_tables() -> Iterator[str]:
    for (english, portuguese), wishes in groupby(WISHES, key=lambda wish: wish.group):
        yield f"\n### {english} · {portuguese}\n\n| I want | eu quero | generators |\n|---|---|---|"
        for wish in wishes:
            yield f"| {wish.english} | {wish.portuguese} | {', '.join(f'`{id_}`' for id_ in wish.ids)} |"


def _reference_table() -> Iterator[str]:
    usual = parameters(ReferenceParams)
    yield from (f"- `{name}`: {text}" for name, text in usual.items())
    for name, text in parameters(SubdivisionParams).items():
        if name not in usual:
            yield f"- `{name}`: {text}; of the list subdivision"
    yield "\n| list | records | fields | samples |\n|---|---|---|---|"
    for one in lists():
        names = records(one.id).columns["name"]
        samples = ", ".join(code(name, _SHORT) for name in names[:: max(len(names) // 3, 1)][:3])
        fields = " ".join(f"`{field.name}`" for field in one.fields)
        yield f"| `{one.id}` | {one.size} | {fields} | {samples} |"


def _sections(specs: Iterable[GeneratorSpec]) -> Iterator[str]:
    left = list(specs)
    for prefix, title in _FAMILIES:
        own = [spec for spec in left if spec.id.startswith(prefix)]
        left = [spec for spec in left if spec not in own]
        yield f"\n## {title}" + ("" if prefix else f"\n{_LISTS.rstrip()}")
        for group in _aliases(own):
            yield from _entry(group)


def _aliases(specs: Iterable[GeneratorSpec]) -> list[list[GeneratorSpec]]:
    """Group ids that are one generator; the semantic name first."""
    groups: dict[Callable[..., Any], list[GeneratorSpec]] = {}
    for spec in specs:
        groups.setdefault(spec.build, []).append(spec)
    return [sorted(group, key=lambda spec: (not spec.id.startswith("semantic."), spec.id)) for group in groups.values()]


def _entry(group: list[GeneratorSpec]) -> Iterator[str]:
    spec = group[0]
    yield "\n### " + " · ".join(f"`{s.id}`" for s in group) + f"\n\n{spec.doc}\n"
    for name, text in parameters(spec.params).items():
        if name not in _TEXT_PARAMETERS or spec.id.startswith("primitive."):
            yield f"- `{name}`: {text}"
    facts = [f"type {' / '.join(spec.produces)}" if spec.produces else "type of the column it reads"]
    domain = built(spec)
    if isinstance(domain, Domain):
        facts.append(f"values {count(domain.size)}" + ("" if domain.injective else ", may repeat"))
    facts += ["locale-aware"] if spec.locale_aware else []
    facts += [f"tags {', '.join(spec.tags)}"] if spec.tags else []
    yield f"- {'; '.join(facts)}"
    if isinstance(domain, Domain):
        yield "- " + ", ".join(code(value, _LONGEST) for value in sample(domain, spec.id))


def _method_table(specs: Iterable[GeneratorSpec]) -> Iterator[str]:
    yield "| method | parameters | type | values | samples |\n|---|---|---|---|---|"
    for spec in specs:
        domain, locale, pooled, others = _method_domain(spec)
        where = f" ({locale}{f' and {others} more' if others else ''})" if locale != _DEFAULT_LOCALE else ""
        method = f"`{spec.id.rsplit('.', 1)[1]}`{where}"
        given = ", ".join(f"`{name}` {text}" for name, text in parameters(spec.params).items() if name != "pool")
        samples = ", ".join(code(value, _SHORT) for value in sample(domain, spec.id))
        size = "pool" if pooled else count(domain.size)
        yield f"| {method} | {given.replace('|', 'or')} | {spec.produces[0]} | {size} | {samples} |"


def _method_domain(spec: GeneratorSpec) -> tuple[Domain, str, bool, int]:
    """Return a method's domain, the locale it is of, whether it is a pool, and how many other locales have it."""
    from datalchemy_nb.domains.faker.catalogue import is_counted
    from datalchemy_nb.domains.faker.methods import methods_of

    _, provider, name = spec.id.split(".")
    locales = methods_of(provider)[name].locales or (_DEFAULT_LOCALE,)
    for locale in sorted(locales, key=lambda one: one != _DEFAULT_LOCALE):
        pooled = not is_counted(spec.id, locale)
        try:
            domain = built(spec, {"pool": _METHOD_POOL} if pooled else None, locale=locale)
        except ValueError:
            continue
        if isinstance(domain, Domain):
            return domain, locale, pooled, len(locales) - 1
    raise ValueError(f"{spec.id} cannot be built in any locale")


def parameters(model: type[BaseModel]) -> dict[str, str]:
    """Return what each parameter takes, in words: ``integer, default 5``."""
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    found = {}
    for name, field in schema.get("properties", {}).items():
        kind = _kind(field, schema.get("$defs", {}))
        default = field.get("default")
        found[name] = (
            f"{kind}, required" if name in required else kind if default in (None, "") else f"{kind} = {default}"
        )
    return found


def _kind(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        kinds = [_kind(option, definitions) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        return _kind(definitions[field["$ref"].rsplit("/", 1)[1]], definitions)
    if "enum" in field:
        return " or ".join(f'"{value}"' for value in field["enum"])
    if field.get("type") == "array":
        inner = [_kind(option, definitions) for option in field.get("prefixItems", [field.get("items", {})])]
        return f"[{', '.join(inner)}]" if "prefixItems" in field else f"list of {inner[0]}"
    return str(field.get("format") or field.get("const") or field.get("type", "value"))


def count(size: int) -> str:
    """Write a number of values: exactly, or as a power of two or ten."""
    if size < 10**9:
        return f"{size:,}"
    return "2^64" if size == 1 << 64 else f"{size:.1e}".replace("e+", "e")


def code(value: Any, longest: int) -> str:
    """Write one value for a table cell."""
    text = str(value).replace("\n", "⏎").replace("|", "¦").replace("`", "'")
    return f"`{text if len(text) <= longest else text[: longest - 1] + '…'}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(generators_markdown(), encoding="utf-8")
