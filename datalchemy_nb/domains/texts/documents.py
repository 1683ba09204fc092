"""Documents: JSON that follows a schema, one domain a leaf.

A document is counted like every other value: its ordinal is the mixed radix of its leaves' ordinals, and what 48 bits
do not hold any more follows from the ordinal. Facets of one entity in one object agree: the city is in its state.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Entity, Facet, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.choice import ChoiceDomain, boolean
from datalchemy_nb.domains.finder import WeightTable, places
from datalchemy_nb.domains.fitting import recent_days, recent_moments
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.number import DecimalDomain, IntegerDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.radix import Radix
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.strings import join
from datalchemy_nb.domains.temporal import DateDomain, TimeDomain, TimestampDomain
from datalchemy_nb.domains.text import by_part
from datalchemy_nb.records import dataclass

_PART = 0xC2B2AE3D27D4EB4F
_COUNTED = 1 << 48
_USUAL_SHARE = 0.8
_NULL_SHARE = 0.1
_MOST_ITEMS = 3
_LONGEST_LIST = 32
_STEP = 0x9E3779B1
_NOTES = frozenset(
    {"title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "deprecated",
     "readOnly", "writeOnly", "additionalProperties", "x-share", "x-params"}
)  # fmt: skip
_UNQUOTED: tuple[Category, ...] = ("integer", "decimal", "float", "boolean", "json")


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class SchemaError(ValueError):
    """A JSON Schema asks for what cannot be made; the message says where."""


# --- domains of JSON -----------------------------------------------------------------------------------------------


class Leaf(Domain):
    """The values of a domain as JSON: texts, dates and times quoted, numbers and booleans as they are.

    Args:
        base: the values.
    """

    category: Category = "json"

    def __init__(self, base: Domain) -> None:
        self.base, self.size, self.injective = base, base.size, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        return join(self.pieces(ordinals))

    def pieces(self, ordinals: U64) -> list[pl.Series | str]:
        """Return what the values are put together from."""
        return _as_json(self.base.take(ordinals), self.base.category)

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)


def _as_json(values: pl.Series, category: Category) -> list[pl.Series | str]:
    if values.dtype == pl.Boolean:
        return [values.cast(pl.String)]
    if category in _UNQUOTED and values.dtype != pl.String:
        return [values.cast(pl.String)]
    if category == "json":
        return [values]
    text = values.dt.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(values.dtype, pl.Datetime) else values.cast(pl.String)
    # Few values hold a mark, and one look for all of them is cheaper than five.
    for mark, written in _ESCAPED.items() if text.str.contains_any(list(_ESCAPED)).any() else ():
        text = text.str.replace_all(mark, written, literal=True)
    return ['"', text, '"']


@dataclass(frozen=True)
class _Wheel:
    """One digit of a document's ordinal."""

    size: int
    draw: Callable[[U64], U64]


class _Wheels:
    """An ordinal taken apart into digits; those that do not count follow from it."""

    def __init__(self, wheels: Sequence[_Wheel]) -> None:
        self.wheels = tuple(wheels)
        self._radix = Radix([wheel.size for wheel in wheels], most=_COUNTED)
        self.size, self.whole = self._radix.size, all(self._radix.counted)

    def split(self, ordinals: U64) -> list[U64]:
        return [
            wheel.draw(mix(ordinals + _salt(number + 1))) if digit is None else digit
            for number, (wheel, digit) in enumerate(zip(self.wheels, self._radix.split(ordinals), strict=True))
        ]

    def draw(self, bits: U64) -> U64:
        drawn = (
            wheel.draw(mix(bits ^ _salt(number))) if counts else None
            for number, (wheel, counts) in enumerate(zip(self.wheels, self._radix.counted, strict=True))
        )
        return self._radix.joined(drawn, len(bits))


def _salt(number: int) -> np.uint64:
    return np.uint64(number * _PART % MAX_SIZE)


@dataclass(frozen=True)
class Member:
    """One key of an object.

    Attributes:
        key: its name.
        value: JSON texts, or the facet of an entity.
        share: how often it is there.
    """

    key: str
    value: Domain
    share: float = 1.0


class ObjectDomain(Domain):
    """Objects with their keys in order.

    Args:
        members: the keys; at least one is always there, or none at all.
    """

    category: Category = "json"

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = tuple(members)
        wheels: list[_Wheel] = []
        self._entities: dict[str, int] = {}
        self._places: list[tuple[int | None, int, int | None]] = []
        for member in self.members:
            entity, value = None, member.value
            own = _Wheel(value.size, value.draw)
            if isinstance(value, Facet):
                entity = self._entity(value.entity, wheels)
                own = _Wheel(value.own_size, value.draw_own)
            wheels.append(own)
            place, there = len(wheels) - 1, None
            if member.share < 1:
                presence = boolean(member.share)
                wheels.append(_Wheel(presence.size, presence.draw))
                there = len(wheels) - 1
            self._places.append((entity, place, there))
        self._wheels = _Wheels(wheels)
        self.size = self._wheels.size
        self.injective = self._wheels.whole and all(
            m.value.injective and m.share == 1 and not isinstance(m.value, Facet) for m in self.members
        )

    def _entity(self, entity: Entity, wheels: list[_Wheel]) -> int:
        if entity.name not in self._entities:
            wheels.append(_Wheel(entity.size, entity.draw))
            self._entities[entity.name] = len(wheels) - 1
        return self._entities[entity.name]

    def take(self, ordinals: U64) -> pl.Series:
        digits = self._wheels.split(ordinals)
        pieces: list[pl.Series | str] = []
        for member, (entity, place, there) in zip(self.members, self._places, strict=True):
            value = member.value
            if isinstance(value, Facet) and entity is not None:
                texts = _as_json(value.take_in(digits[entity], digits[place]), value.category)
            else:
                texts = value.pieces(digits[place]) if isinstance(value, Leaf) else [value.take(digits[place])]
            piece = [f", {json.dumps(member.key, ensure_ascii=False)}: ", *texts]
            pieces.extend(piece if there is None else [_where(digits[there] == 1, join(piece))])
        return _enclosed("{", pieces, "}", len(ordinals))

    def draw(self, bits: U64) -> U64:
        return self._wheels.draw(bits)


class ListDomain(Domain):
    """Lists of values.

    Args:
        element: JSON texts.
        least: fewest elements.
        most: most elements.
        apart: the elements of a list differ.
    """

    category: Category = "json"

    def __init__(self, element: Domain, least: int, most: int, apart: bool = False) -> None:
        if apart and element.size < most:
            most = element.size
        if least > most:
            raise SchemaError(f"a list of {least} different elements needs as many values; there are {element.size}")
        self.element, self.least, self.most, self.apart = element, least, most, apart
        counts = _Wheel(most - least + 1, partial(scale, size=most - least + 1))
        one = _Wheel(element.size, element.draw)
        self._wheels = _Wheels([counts, *([one] * (min(most, 1) if apart else most))])
        self.size = self._wheels.size
        self.injective = False
        step = _STEP % element.size or 1
        while np.gcd(step, element.size) != 1:
            step += 1
        self._step = np.uint64(step)

    def take(self, ordinals: U64) -> pl.Series:
        if not len(ordinals):
            return pl.Series(dtype=pl.String)
        digits = self._wheels.split(ordinals)
        counts = digits[0] + np.uint64(self.least)
        pieces: list[pl.Series | str] = []
        for place in range(self.most):
            own = digits[1] if self.apart else digits[1 + place]
            if self.apart and place:
                turned = np.uint64(place) * self._step % np.uint64(min(self.element.size, MAX_SIZE - 1))
                left = np.uint64((self.element.size - 1) % MAX_SIZE) - turned
                own = np.where(own > left, own - left - np.uint64(1), own + turned)
            piece = [", ", *(self.element.pieces(own) if isinstance(self.element, Leaf) else [self.element.take(own)])]
            pieces.extend(piece if place < self.least else [_where(counts > place, join(piece))])
        return _enclosed("[", pieces, "]", len(ordinals))

    def draw(self, bits: U64) -> U64:
        return self._wheels.draw(bits)


class OneOfDomain(Domain):
    """The values of several domains of JSON.

    Args:
        options: the domains.
        weights: their shares.
    """

    category: Category = "json"
    injective = False

    def __init__(self, options: Sequence[Domain], weights: Sequence[float]) -> None:
        self.options = tuple(options)
        self._most = max(1, MAX_SIZE // 4 // len(options))
        sizes = [min(option.size, self._most) for option in options]
        self._starts: U64 = np.array([sum(sizes[:i]) for i in range(len(sizes))], dtype=np.uint64)
        self.size, self._table = sum(sizes), WeightTable(weights)

    def take(self, ordinals: U64) -> pl.Series:
        option = places(self._starts, ordinals) - 1
        rest = ordinals - self._starts[option]
        return by_part(option, len(self.options), lambda number, rows: self.options[number].take(rest[rows]))

    def draw(self, bits: U64) -> U64:
        option, inner = self._table.pick(bits), mix(bits ^ _salt(1))
        drawn = np.empty(len(bits), dtype=np.uint64)
        for number, domain in enumerate(self.options):
            here = option == np.uint64(number)
            drawn[here] = domain.draw(inner[here]) % np.uint64(self._most) + self._starts[number]
        return drawn


def _enclosed(begin: str, pieces: list[pl.Series | str], end: str, rows: int) -> pl.Series:
    """Put together what begins with ``, `` each, without the first of them."""
    match pieces:
        case []:
            return pl.repeat(begin + end, rows, eager=True, dtype=pl.String)
        case [str(first), *rest]:
            return join([begin + first.removeprefix(", "), *rest, end])
    return join([begin, join(pieces).str.slice(2), end])


def _where(condition: np.ndarray[Any, np.dtype[np.bool_]], texts: pl.Series) -> pl.Series:
    return texts.zip_with(pl.Series(condition, dtype=pl.Boolean), pl.Series([""]).new_from_index(0, len(texts)))


# --- from a schema -------------------------------------------------------------------------------------------------


def document(schema: Mapping[str, Any], slot: Slot) -> Domain:
    """Return the documents of a JSON Schema.

    Understood: type (one or several), enum, const, properties, required, items, minItems, maxItems, uniqueItems,
    format, pattern, minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf,
    and ``$ref`` to ``#/$defs/``. Of its own: ``x-share``, how often a key that is not required is there (of a
    boolean, how often it is true), ``x-weights`` of an enum, and ``x-generator`` with ``x-params``, a generator of the
    catalogue for a leaf.

    Args:
        schema: the schema, read.
        slot: the column: locale, base date and seed.

    Raises:
        SchemaError: the schema asks for something else, or for what cannot be; the message says where.
    """
    made = _Reader(schema, replace(slot, category="text", max_length=None, unique=False)).read(schema, "#")
    return made if made.category == "json" and not isinstance(made, Facet) else Leaf(made)


class _Reader:
    def __init__(self, root: Mapping[str, Any], slot: Slot) -> None:
        self.root, self.slot = root, slot
        self._open: list[str] = []

    def read(self, schema: Any, at: str) -> Domain:
        """Return JSON texts, or the facet of an entity."""
        if schema is True:
            schema = {}
        if not isinstance(schema, Mapping):
            raise SchemaError(f"{at}: a schema is an object, not {schema!r}")
        if "$ref" in schema:
            return self._reference(str(schema["$ref"]), at)
        if "const" in schema:
            return _listed([schema["const"]])
        if "enum" in schema:
            self._only(schema, at, "enum", "type", "x-weights")
            return _listed(schema["enum"], schema.get("x-weights"))
        if "anyOf" in schema:
            self._only(schema, at, "anyOf", "type")
            options = [self._text(one, f"{at}/anyOf/{i}") for i, one in enumerate(schema["anyOf"])]
            return OneOfDomain(options, [1] * len(options))
        if "x-generator" in schema:
            return self._generator(str(schema["x-generator"]), dict(schema.get("x-params", {})), at)
        return self._typed(schema, at)

    def _text(self, schema: Any, at: str) -> Domain:
        made = self.read(schema, at)
        return Leaf(made) if isinstance(made, Facet) else made

    def _reference(self, target: str, at: str) -> Domain:
        parts = target.split("/")
        if parts[0] != "#" or target in self._open:
            raise SchemaError(f"{at}: $ref {target!r} is not supported: it leaves the schema or refers to itself")
        found: Any = self.root
        for part in parts[1:]:
            if not isinstance(found, Mapping) or part not in found:
                raise SchemaError(f"{at}: $ref {target!r} leads nowhere")
            found = found[part]
        self._open.append(target)
        made = self.read(found, target)
        self._open.pop()
        return made

    def _only(self, schema: Mapping[str, Any], at: str, *known: str) -> None:
        unknown = sorted(set(schema) - set(known) - _NOTES)
        if unknown:
            raise SchemaError(f"{at}: {unknown[0]!r} is not supported here; use {', '.join(known)}")

    def _typed(self, schema: Mapping[str, Any], at: str) -> Domain:
        kind = schema.get("type", _implied(schema))
        if isinstance(kind, list):
            kinds = [self._text({**schema, "type": one}, at) for one in kind if one != "null"]
            shares = [(1 - _NULL_SHARE) / len(kinds)] * len(kinds) if kinds else []
            if "null" in kind:
                kinds, shares = [*kinds, _listed([None])], [*shares, _NULL_SHARE if kinds else 1.0]
            return kinds[0] if len(kinds) == 1 else OneOfDomain(kinds, shares)
        match kind:
            case "object":
                return self._object(schema, at)
            case "array":
                return self._array(schema, at)
            case "string":
                return self._string(schema, at)
            case "integer" | "number":
                return Leaf(self._number(schema, at, whole=kind == "integer"))
            case "boolean":
                self._only(schema, at, "type")
                share = schema.get("x-share", 0.5)
                return Leaf(boolean(float(share)))
            case "null":
                return _listed([None])
        raise SchemaError(f"{at}: there is no type {kind!r}")

    def _object(self, schema: Mapping[str, Any], at: str) -> Domain:
        self._only(schema, at, "type", "properties", "required")
        properties, required = schema.get("properties", {}), schema.get("required", [])
        unknown = [name for name in required if name not in properties]
        if unknown:
            raise SchemaError(f"{at}: {unknown[0]!r} is required, but not among the properties")
        members = []
        for name, value in properties.items():
            made = self.read(value, f"{at}/properties/{name}")
            asked = value.get("x-share", _USUAL_SHARE) if isinstance(value, Mapping) else _USUAL_SHARE
            members.append(Member(name, made, 1.0 if name in required else float(asked)))
        return ObjectDomain(members)

    def _array(self, schema: Mapping[str, Any], at: str) -> Domain:
        self._only(schema, at, "type", "items", "minItems", "maxItems", "uniqueItems")
        least = int(schema.get("minItems", 0))
        most = int(schema.get("maxItems", max(least, _MOST_ITEMS)))
        if least > most:
            raise SchemaError(f"{at}: minItems {least} is above maxItems {most}")
        if most > _LONGEST_LIST:
            raise SchemaError(f"{at}: lists of up to {_LONGEST_LIST} elements are made; maxItems is {most}")
        element = self._text(schema.get("items", {}), f"{at}/items")
        try:
            return ListDomain(element, least, most, bool(schema.get("uniqueItems", False)))
        except SchemaError as error:
            raise SchemaError(f"{at}: {error}") from None

    def _string(self, schema: Mapping[str, Any], at: str) -> Domain:
        self._only(schema, at, "type", "format", "pattern", "minLength", "maxLength")
        if "format" in schema:
            self._only(schema, at, "type", "format")
            made = self._formatted(str(schema["format"]), at)
        elif "pattern" in schema:
            made = PatternDomain(_anchored(str(schema["pattern"])))
        else:
            made = self._built("text.tag", {}, at)
        if "minLength" in schema or "maxLength" in schema:
            limit = Length(int(schema.get("minLength", 0)), schema.get("maxLength"))
            narrowed = made.narrow(limit) if "pattern" in schema else _texts_within(self.slot, limit, at)
            if narrowed is None:
                raise SchemaError(f"{at}: no text of the pattern has that length")
            made = narrowed
        return Leaf(made)

    def _formatted(self, name: str, at: str) -> Domain:
        slot = self.slot
        match name:
            case "date":
                return DateDomain(*recent_days(slot))
            case "time":
                return TimeDomain(dt.time(), dt.time(23, 59, 59))
            case "date-time":
                return TimestampDomain(*recent_moments(slot), utc=True)
            case "uuid":
                return UuidDomain(slot.seed)
            case "email" | "idn-email":
                return self._built("semantic.person.email", {}, at)
            case "ipv4":
                return PatternDomain(r"10\.(\d|[1-9]\d|1\d\d)\.(\d|[1-9]\d|1\d\d)\.([1-9]|[1-9]\d|1\d\d)")
            case "hostname":
                return PatternDomain(r"[a-z]{4,10}\.example\.com")
            case "uri" | "url" | "uri-reference":
                return PatternDomain(r"https://example\.com/[a-z]{4,10}/[1-9]\d{2,5}")
        raise SchemaError(f"{at}: format {name!r} is not supported; give a pattern or an x-generator")

    def _number(self, schema: Mapping[str, Any], at: str, whole: bool) -> Domain:
        self._only(
            schema, at, "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"
        )  # fmt: skip
        step = Fraction(str(schema.get("multipleOf", 1 if whole else "0.01")))
        if whole and step.denominator > 1:
            step = Fraction(step.numerator)
        above, below = "exclusiveMinimum" in schema, "exclusiveMaximum" in schema
        low = Fraction(str(schema.get("exclusiveMinimum", schema.get("minimum", 0))))
        given = schema.get("exclusiveMaximum", schema.get("maximum"))
        high = Fraction(str(given)) if given is not None else max(low, Fraction(0)) + 1000 * max(step, Fraction(1))
        first, last = -(-low // step), high // step
        first += above and first * step == low
        last -= below and last * step == high
        if first > last:
            raise SchemaError(f"{at}: no number lies between the bounds")
        if step.denominator == 1:
            return IntegerDomain(int(first * step), int(last * step), int(step))
        digits = next(n for n in range(1, 19) if (step * 10**n).denominator == 1)
        return DecimalDomain(first * step, last * step, digits, step=int(step * 10**digits))

    def _generator(self, id_: str, params: dict[str, Any], at: str) -> Domain:
        made = self._built(id_, params, at)
        return made if isinstance(made, Facet) else Leaf(made)

    def _built(self, id_: str, params: dict[str, Any], at: str) -> Domain:
        spec = find_generator(id_)
        if spec is None:
            raise SchemaError(f"{at}: there is no generator {id_!r}")
        category: Category = spec.produces[0] if spec.produces else "text"
        built = spec.build(
            spec.params.model_validate(params), replace(self.slot, category=category, type_name=category)
        )
        if not isinstance(built, Domain):
            raise SchemaError(f"{at}: {id_} reads other columns, which a document has not")
        return built


def _implied(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return "integer" if {"minimum", "maximum"} & set(schema) else "string"


def _listed(values: Sequence[Any], weights: Sequence[float] | None = None) -> Domain:
    written = [json.dumps(value, ensure_ascii=False) for value in values]
    return ChoiceDomain(written, weights, category="json")


def _anchored(pattern: str) -> str:
    """A JSON Schema's pattern may match anywhere; texts are made of the pattern alone."""
    return pattern.removeprefix("^").removesuffix("$") if not pattern.endswith(r"\$") else pattern.removeprefix("^")


def _texts_within(slot: Slot, limit: Length, at: str) -> Domain:
    from datalchemy_nb.domains.texts.compose import Recipe, TextDomain
    from datalchemy_nb.domains.texts.grammar import variety_of

    most = 1 << 31 if limit.at_most is None else limit.at_most
    if limit.at_least > most:
        raise SchemaError(f"{at}: minLength {limit.at_least} is above maxLength {most}")
    return TextDomain(Recipe(variety_of(slot.locale), ("description",), (1.0,)), (limit.at_least, most))
