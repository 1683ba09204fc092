"""The generators ``document.<name>``: documents by a schema of the plan, and drafted ones by what they are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ConfigDict, Field

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.registry import NoParams, Params, generator
from datalchemy_nb.domains.texts.compose import FormDomain
from datalchemy_nb.domains.texts.documents import ListDomain, document
from datalchemy_nb.domains.texts.generators import tag_lists
from datalchemy_nb.domains.texts.grammar import variety_of

Schema = dict[str, Any]

_LANGUAGES = ("pt", "en", "es", "fr", "de")


@lru_cache(maxsize=1)
def _words() -> Mapping[str, list[list[str]]]:
    return parts_of(__package__, "data/documents.txt")


@lru_cache(maxsize=2 * len(_LANGUAGES))
def _keys(language: str) -> Mapping[str, str]:
    """Keys of a language, or of a variety of one, by their English roots."""
    place = _LANGUAGES.index(language.partition("_")[0]) + 1
    return {line[0]: line[place] for line in _words()["keys"]} | dict(_words().get(f"keys {language}", ()))


class JsonParams(Params):
    """``schema``: a JSON Schema of the documents; `x-share` says how often a key that is not required is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: dict[str, Any] = Field(alias="schema")


@generator("document.json", params=JsonParams, produces=("json", "text"), locale_aware=True)
def json_document(params: JsonParams, slot: Slot) -> Domain:
    """Documents that follow a JSON Schema given in the plan: keys in its order, optional ones in a share of rows.

    Types, enums, formats, patterns, bounds, lists and nesting; a leaf may name a generator as `x-generator`.
    """
    return document(params.schema_, slot)


def _drafted(name: str, doc: str) -> Callable[[Callable[[str, Slot], Schema]], Callable[[str, Slot], Schema]]:
    def register(make: Callable[[str, Slot], Schema]) -> Callable[[str, Slot], Schema]:
        def build(slot: Slot) -> Domain:
            return document(make(variety_of(slot.locale), slot), slot)

        build.__doc__, build.__name__, build.__qualname__ = doc, name, name
        generator(f"document.{name}", produces=("json", "text"), locale_aware=True)(build)
        return make

    return register


def _choice(language: str, name: str) -> Schema:
    lines = [*_words()[f"values {language}"], *_words()[f"values {language.partition('_')[0]}"]]
    return {"enum": next(line[1:] for line in lines if line[0] == name)}


def _generated(id_: str, **params: Any) -> Schema:
    return {"x-generator": id_, "x-params": params}


def _object(language: str, members: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object whose keys are in the language; the keys are given by their English roots."""
    keys = _keys(language)
    return {
        "type": "object",
        "properties": {keys[name]: value for name, value in members.items()},
        "required": [keys[name] for name in members if name not in optional],
    }


_TRUE: Schema = {"type": "boolean"}
_QUANTITY: Schema = {"enum": [1, 2, 3, 4, 5], "x-weights": [50, 25, 12, 8, 5]}
_PRICE: Schema = {"type": "number", "minimum": 4.9, "maximum": 499.9, "multipleOf": 0.1}


@_drafted("address", "An address: street, number, perhaps a flat, place and postal code.")
def _address(language: str, slot: Slot) -> Schema:
    brazil = slot.locale.replace("-", "_").lower() in ("pt_br", "pt")
    place = (
        {"street": "semantic.br.street", "district": "semantic.br.neighborhood", "city": "semantic.br.city",
         "state": "semantic.br.uf", "code": "semantic.br.cep"}
        if brazil
        else {"street": "place.street", "city": "place.city", "state": "place.region", "code": "place.postal_code"}
    )  # fmt: skip
    members = {name: _generated(id_) for name, id_ in place.items()}
    number: Schema = {"type": "integer", "minimum": 1, "maximum": 1999}
    extra: Schema = _generated("text.address_complement") | {"x-share": 0.35}
    first, *rest = members
    return _object(
        language, {first: members[first], "number": number, "extra": extra} | {n: members[n] for n in rest}, ("extra",)
    )


@_drafted("settings", "Settings of a person or an application: language, theme, notifications.")
def _settings(language: str, slot: Slot) -> Schema:
    del slot
    told = _object(language, {"email": _TRUE, "sms": {"type": "boolean", "x-share": 0.2}, "push": _TRUE})
    return _object(
        language,
        {
            "language": _choice(language, "language"), "theme": _choice(language, "theme"), "notifications": told,
            "zone": _choice(language, "zone"), "page": {"enum": [10, 20, 25, 50, 100]},
            "sound": {"type": "boolean", "x-share": 0.7}, "autosave": {"type": "boolean", "x-share": 0.9},
        },
        ("sound", "autosave"),
    )  # fmt: skip


@_drafted("preferences", "What a customer prefers: news, currency, favourite things.")
def _preferences(language: str, slot: Slot) -> Schema:
    del slot
    favourites = {"type": "array", "items": _generated("text.tag"), "maxItems": 3, "uniqueItems": True}
    return _object(
        language,
        {
            "news": {"type": "boolean", "x-share": 0.6}, "frequency": _choice(language, "frequency"),
            "channel": _choice(language, "channel"), "currency": _choice(language, "currency"),
            "favourites": favourites,
        },
        ("channel",),
    )  # fmt: skip


@_drafted("metadata", "Where a record comes from: source, device, campaign, version.")
def _metadata(language: str, slot: Slot) -> Schema:
    del slot
    return _object(
        language,
        {
            "source": _choice(language, "source"), "version": {"type": "integer", "minimum": 1, "maximum": 9},
            "device": _choice(language, "device"), "campaign": _generated("text.slug") | {"x-share": 0.4},
            "reviewed": _TRUE, "imported": {"type": "string", "format": "date-time"},
        },
        ("device", "campaign", "imported"),
    )  # fmt: skip


@_drafted("attributes", "Attributes of a product: colour, material, weight, warranty.")
def _attributes(language: str, slot: Slot) -> Schema:
    del slot
    return _object(
        language,
        {
            "colour": _choice(language, "colour"), "material": _choice(language, "material"),
            "weight": {"type": "number", "minimum": 0.1, "maximum": 12, "multipleOf": 0.1},
            "warranty": {"enum": [3, 6, 12, 24, 36]}, "size": _choice(language, "size"),
            "waterproof": {"type": "boolean", "x-share": 0.3},
        },
        ("warranty", "size", "waterproof"),
    )  # fmt: skip


@generator("document.items", produces=("json", "text"), locale_aware=True)
def items(params: NoParams, slot: Slot) -> Domain:
    """Lines of an order: one to four products with quantity and price."""
    del params
    language = variety_of(slot.locale)
    line = _object(
        language,
        {
            "product": _generated("text.product_name"), "quantity": _QUANTITY, "price": _PRICE,
        },
    )  # fmt: skip
    return ListDomain(document(line, slot), 1, 4)


@_drafted("event", "The payload of an event: its type, its moment, whom and what it is about.")
def _event(language: str, slot: Slot) -> Schema:
    del slot
    data = _object(
        language,
        {
            "order": {"type": "integer", "minimum": 1000, "maximum": 99999},
            "amount": {"type": "number", "minimum": 5, "maximum": 900, "multipleOf": 0.01},
            "channel": _choice(language, "channel"),
        },
        ("amount",),
    )
    return _object(
        language,
        {
            "kind": _choice(language, "kind"), "happened": {"type": "string", "format": "date-time"},
            "user": {"type": "integer", "minimum": 1, "maximum": 5000}, "ip": {"type": "string", "format": "ipv4"},
            "data": data,
        },
        ("ip",),
    )  # fmt: skip


@_drafted("permissions", "What somebody may do: read, write, delete, and in which areas.")
def _permissions(language: str, slot: Slot) -> Schema:
    del slot
    areas = {"type": "array", "items": _choice(language, "areas"), "minItems": 1, "maxItems": 4, "uniqueItems": True}
    return _object(
        language,
        {
            "read": {"type": "boolean", "x-share": 0.95}, "write": {"type": "boolean", "x-share": 0.5},
            "delete": {"type": "boolean", "x-share": 0.15}, "export": {"type": "boolean", "x-share": 0.3},
            "areas": areas,
        },
        ("export",),
    )  # fmt: skip


@generator("document.translations", produces=("json", "text"))
def translations(params: NoParams, slot: Slot) -> Domain:
    """One label in five languages: `{"pt": "Livros", "en": "Books", ...}`."""
    del params, slot
    rows = _words()["labels"]
    documents = ["{" + ", ".join(f'"{c}": "{t}"' for c, t in zip(_LANGUAGES, row, strict=True)) + "}" for row in rows]
    return ChoiceDomain(documents, category="json")


@generator("document.tags", produces=("json", "text"), locale_aware=True)
def tags(params: NoParams, slot: Slot) -> Domain:
    """None to four different words that sort things, as a JSON array."""
    del params
    category: Category = "json"
    return FormDomain(tag_lists(variety_of(slot.locale), 0, 4, '["', '", "', '"]'), category)
