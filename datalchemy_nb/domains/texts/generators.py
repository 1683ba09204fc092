"""The generators ``text.<purpose>``: texts that stand alone, and texts that agree with other columns of their row."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, create_model

from datalchemy_nb.domains.base import Built, Category, Derivation, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.grammar.forms import Choice, Form, Sequence, Words, literal, words
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.parameters import Int, Num, Str
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import fold_expr
from datalchemy_nb.domains.text import by_part
from datalchemy_nb.domains.texts.compose import FormDomain, Recipe, TextDomain
from datalchemy_nb.domains.texts.grammar import HOLES, grammar, variety_of
from datalchemy_nb.domains.texts.purpose import URGENCIES, Purpose, keywords, purposes

_LOWEST, _HIGHEST = 0.375, 0.625
_USUAL_NAME = 32
_MOST_TAGS = 4
_STEP = 0x9E3779B1
_PRIORITY = "priority_column"


def _params(purpose: Purpose) -> type[Params]:
    fields: dict[str, Any] = {"max_len": (Annotated[Int, Field(ge=1)] | None, None)}
    if purpose.sentences is not None:
        fields["sentences"] = (Annotated[Int, Field(ge=1, le=20)] | None, None)
    if purpose.paragraphs != (1, 1):
        fields["paragraphs"] = (Annotated[Int, Field(ge=1, le=10)] | None, None)
    if purpose.kinds:
        fields["kind"] = (Literal[tuple(purpose.kinds)] | None, None)
    for name in (purpose.reads, purpose.names, _PRIORITY if purpose.urgent else None):
        if name is not None:
            fields[name] = (Str | None, None)
    if purpose.reads == "rating_column":
        fields |= {"worst": (Num, 1), "best": (Num, 5)}
    name = "".join(word.capitalize() for word in purpose.name.split("_"))
    return create_model(f"{name}Params", __base__=Params, __module__=__name__, **fields)


def recipe_of(purpose: Purpose, language: str, given: Mapping[str, Any], opening: str = "^") -> Recipe:
    """Return what the texts of a purpose are made of.

    Args:
        purpose: what they are for.
        language: one of `languages`.
        given: parameters of the generator, those with a value; ``urgency`` beside them.
        opening: suffix of the rules of first sentences.
    """
    kinds = dict(purpose.kinds)
    if given.get("kind"):
        kinds = {given["kind"]: 1.0}
    elif kinds and not purpose.mixed:
        kinds = dict([next(iter(kinds.items()))])
    rules = tuple(f"{purpose.name}/{kind}" for kind in kinds) or (purpose.name,)
    sentences, paragraphs = given.get("sentences"), given.get("paragraphs")
    ending: tuple[str, ...] = ()
    if purpose.urgent and (sentences or 2) > 1:
        urgency = given.get("urgency")
        ending = (f"urgency/{urgency}",) if urgency else tuple(f"urgency/{one}" for one in URGENCIES)
    return Recipe(
        language,
        rules,
        tuple(kinds.values()) or (1.0,),
        (sentences, sentences) if sentences else purpose.sentences or (1, 1),
        (paragraphs, paragraphs) if paragraphs else purpose.paragraphs,
        opening,
        ending,
        purpose.separator,
    )


class RowText(Derivation):
    """Texts that agree with other columns of their row: of the kind that one says, with the words of another in them.

    Args:
        purpose: what they are for.
        given: the parameters with a value.
        slot: the column.
    """

    category: Category | None = "text"

    def __init__(self, purpose: Purpose, given: Mapping[str, Any], slot: Slot) -> None:
        self.purpose, self.given = purpose, dict(given)
        self.language = variety_of(slot.locale)
        self.longest = _longest(given, slot)
        self.kind_column = given.get(purpose.reads) if purpose.reads else None
        self.name_column = given.get(purpose.names) if purpose.names else None
        self.priority_column = given.get(_PRIORITY)
        named = (self.kind_column, self.name_column, self.priority_column)
        self.inputs = tuple(dict.fromkeys(name for name in named if name is not None))
        smallest = min(self._domain(kind, None).size for kind in (*purpose.kinds, None))
        self.unique_by_row = slot.unique and self.name_column is None and smallest >= slot.rows

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        kinds, urgencies = tuple(self.purpose.kinds), tuple(URGENCIES)
        kind = np.full(len(rows), -1)
        if self.kind_column is not None:
            kind = self._kinds(inputs[self.kind_column], kinds)
        urgency = np.full(len(rows), -1)
        if self.priority_column is not None:
            urgency = _by_keywords(inputs[self.priority_column], urgencies)
        names = None if self.name_column is None else inputs[self.name_column].cast(pl.String).replace("", None)
        case = (kind + 1) * (len(urgencies) + 1) + urgency + 1

        def texts(one: int, here: np.ndarray[tuple[int], np.dtype[np.intp]]) -> pl.Series:
            of_kind, of_urgency = one // (len(urgencies) + 1) - 1, one % (len(urgencies) + 1) - 1
            return self._texts(
                kinds[of_kind] if of_kind >= 0 else None,
                urgencies[of_urgency] if of_urgency >= 0 else None,
                bits[here],
                rows[here],
                None if names is None else names[here],
            )

        return by_part(case, (len(kinds) + 1) * (len(urgencies) + 1), texts)

    def _texts(self, kind: str | None, urgency: str | None, bits: U64, rows: U64, names: pl.Series | None) -> pl.Series:
        domain = self._domain(kind, urgency)
        plain = domain.take(_spread(rows, domain.size) if self.unique_by_row else domain.draw(bits))
        if names is None:
            return plain
        try:
            about = self._domain(kind, urgency, opening="@")
        except EmptyDomainError:
            return plain
        texts = about.take(about.draw(bits))
        for hole in HOLES.values():
            frame = pl.DataFrame([texts.alias("text"), names.alias("name")])
            texts = frame.select(pl.col("text").str.replace_all(hole, pl.col("name"), literal=True)).to_series()
        fits = names.is_not_null()
        if self.longest is not None:
            fits &= (texts.str.len_chars() <= self.longest).fill_null(False)
        return texts.zip_with(fits, plain)

    def _domain(self, kind: str | None, urgency: str | None, opening: str = "^") -> TextDomain:
        given = self.given | {"kind": kind or self.given.get("kind"), "urgency": urgency}
        most = self.longest
        if most is not None and opening == "@":
            most = max(most - _USUAL_NAME, 1)
        recipe = recipe_of(self.purpose, self.language, given, opening)
        if opening == "@":
            return TextDomain(recipe, (0, most) if most is not None else TextDomain.ANY, spare=False)
        return TextDomain(recipe, (0, most) if most is not None else TextDomain.ANY)

    def _kinds(self, values: pl.Series, kinds: tuple[str, ...]) -> npt.NDArray[np.int64]:
        if self.purpose.reads != "rating_column" or not (values.dtype.is_numeric() or values.dtype.is_decimal()):
            number = values.cast(pl.Float64, strict=False) if self.purpose.reads == "rating_column" else None
            told = _by_keywords(values, kinds)
            return (
                told if number is None or values.dtype == pl.Boolean else np.where(told < 0, self._rated(number), told)
            )
        return self._rated(values.cast(pl.Float64))

    def _rated(self, numbers: pl.Series) -> npt.NDArray[np.int64]:
        worst, best = float(self.given.get("worst", 1)), float(self.given.get("best", 5))
        share = ((numbers - worst) / (best - worst)).fill_null(float("nan")).to_numpy()
        known = ~np.isnan(share)
        return np.where(~known, -1, np.where(share >= _HIGHEST, 0, np.where(share > _LOWEST, 1, 2)))


def _longest(given: Mapping[str, Any], slot: Slot) -> int | None:
    """The most characters: the parameter's or the column's."""
    asked, held = given.get("max_len"), slot.max_length
    if asked is not None and held is not None and asked > held:
        raise ValueError(f"max_len {asked} is longer than the column holds ({held})")
    return held if asked is None else int(asked)


def _by_keywords(values: pl.Series, kinds: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return the place of the first kind whose keywords the value holds, or -1."""
    told = pl.lit(-1, dtype=pl.Int64)
    folded = pl.DataFrame([values.cast(pl.String).alias("value")]).select(
        exact=pl.col("value").str.to_lowercase(),
        value=fold_expr(pl.col("value")).str.replace_all(".", " ", literal=True),
    )
    for place, kind in reversed(list(enumerate(kinds))):
        says = pl.col("value").str.contains(keywords()[kind]) | (pl.col("exact") == kind)
        told = pl.when(says).then(pl.lit(place, dtype=pl.Int64)).otherwise(told)
    return folded.select(told.alias("kind")).to_series().fill_null(-1).to_numpy()


def _spread(rows: U64, size: int) -> U64:
    """Return an ordinal of its own for every row: a walk through them in steps that come by all."""
    modulus = min(size, 1 << 32)
    step = _STEP % modulus or 1
    while gcd(step, modulus) != 1:
        step += 1
    return (rows % np.uint64(modulus)) * np.uint64(step % modulus or 1) % np.uint64(modulus)


def _register(purpose: Purpose) -> None:
    def build(params: Params, slot: Slot) -> Built:
        given = {name: value for name, value in params if value is not None}
        columns = (purpose.reads, purpose.names, _PRIORITY)
        if any(name in given for name in columns if name is not None):
            if "kind" in given and purpose.reads in given:
                raise ValueError(f"kind and {purpose.reads} exclude each other")
            return RowText(purpose, given, slot)
        domain = TextDomain(recipe_of(purpose, variety_of(slot.locale), given))
        longest = _longest(given, slot)
        return domain if longest is None else domain.narrow(Length(0, longest)) or domain

    build.__doc__ = purpose.doc
    build.__qualname__ = build.__name__ = purpose.name
    generator(f"text.{purpose.name}", params=_params(purpose), locale_aware=True)(build)


for _one in purposes():
    _register(_one)


class TagsParams(Params):
    """``min_items`` to ``max_items`` words."""

    min_items: Annotated[Int, Field(ge=0, le=_MOST_TAGS)] = 0
    max_items: Annotated[Int, Field(ge=1, le=8)] = _MOST_TAGS


def tag_lists(
    language: str, least: int, most: int, before: str, between: str, after: str, longest: int | None = None
) -> Form:
    """Return lists of different words: of each number of words evenly.

    Args:
        language: whose words.
        least: fewest words.
        most: most words.
        before: what a list begins with.
        between: what parts the words.
        after: what it ends with.
        longest: characters that a word has at most.

    Raises:
        ValueError: there are not so many words that are no longer.
    """
    groups = grammar(language).parted("tag", most + 1)
    if longest is not None:
        groups = [short for group in groups if (short := _no_longer(group, longest)) is not None]
        if len(groups) < max(least, 1):
            raise ValueError(f"there are not {max(least, 1)} words of at most {longest} characters")
        most = min(most, len(groups))
    lists: list[tuple[float, Form]] = []
    for count in range(least, most + 1):
        turns: list[Form] = []
        for turn in range(len(groups) if count else 1):
            parts: list[Form] = [literal(before)]
            for place in range(count):
                parts += [literal(between)] if place else []
                parts.append(groups[(turn + place) % len(groups)])
            turns.append(Sequence((*parts, literal(after))) if count else literal(before[:1] + after[-1:]))
        lists.append((1.0, turns[0] if len(turns) == 1 else Choice(tuple((1.0, turn) for turn in turns))))
    return lists[0][1] if len(lists) == 1 else Choice(tuple(lists))


def _no_longer(form: Form, longest: int) -> Form | None:
    """The words of a form that have at most so many characters; None where there are none."""
    if isinstance(form, Choice):
        options = ((weight, _no_longer(one, longest)) for weight, one in form.options)
        kept = tuple((weight, one) for weight, one in options if one is not None)
        return Choice(kept) if kept else None
    if not isinstance(form, Words):
        return None
    shares = form.weights or (1.0,) * len(form.labels)
    weights = {label: share for label, share in zip(form.labels, shares, strict=True) if len(label) <= longest}
    return words(weights, weights.values()) if weights else None


@generator("text.tags", params=TagsParams, produces=("array", "json", "text"), locale_aware=True)
def tags(params: TagsParams, slot: Slot) -> Built:
    """None to four different words that sort things: an array, a JSON array, or a text with commas."""
    if params.min_items > params.max_items:
        raise ValueError(f"min_items {params.min_items} is above max_items {params.max_items}")
    language = variety_of(slot.locale)
    category: Category = slot.category if slot.category in ("array", "json") else "text"
    before, between, after = {"array": ('{"', '","', '"}'), "json": ('["', '", "', '"]')}.get(category, ("", ", ", ""))
    least = params.min_items if category != "text" else max(params.min_items, 1)
    longest = slot.max_length if category == "array" else None
    form = tag_lists(language, least, max(params.max_items, least), before, between, after, longest)
    return FormDomain(form, category)
