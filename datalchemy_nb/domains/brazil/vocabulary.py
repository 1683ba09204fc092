"""What Brazilian column names mean: data and one function that drafting asks.

A Portuguese name is read by its **head noun**, which stands first; what follows says which one, or of what:
``estado_civil`` is no state, ``data_nascimento_mae`` no person, ``placa_patrimonio`` no vehicle's. `read` takes a
name's words (lower case, accents folded, joining words such as ``de`` left out, usual abbreviations written out) and
looks for the longest phrase of `MEANINGS` at the beginning, or behind a word that says whose it is
(``cliente_email``). What is left must be understood too: a role (``mae``, ``comprador``, ``origem``), a number, or a
qualifier that changes nothing (``principal``, ``atual``); where it is not, the name means something else and `read`
returns None. So a name is never taken for its last word or its first alone.

Roles become the parameter ``role`` of facets, so that ``nome_mae`` is another person than ``nome``; ``mae``, ``pai``
and ``conjuge`` are relatives of the row's person where the table holds people. A meaning made of other columns (a
boleto's line of value and due date) names them by phrases that are looked for among the table's other columns.

Whether a generator's values fit the column's type is for the caller to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.registry import PersonParams, RoleParams, find_generator
from datalchemy_nb.records import dataclass

Words = tuple[str, ...]
_PARTS = parts_of(__package__, "data/vocabulary.txt")
_WORDS = {whose: frozenset(words.split()) for whose, words in _PARTS["words"]}
CONTEXTS: dict[str, frozenset[str]] = {about: frozenset(words.split()) for about, words in _PARTS["contexts"]}
"""Words of a table's name, or of its columns, that say what it is about."""

PEOPLE, FIRMS, PLACES = _WORDS["people"], _WORDS["firms"], _WORDS["places"]
RELATIVES = _WORDS["relatives"]
"""Roles that share a surname with the row's own person."""
PLAIN = _WORDS["plain"]
"""Qualifiers that leave the meaning as it is."""


@dataclass(frozen=True)
class MeaningOf:
    """One meaning.

    Attributes:
        phrases: how columns are called.
        generator: id of the generator.
        params: its parameters.
        contexts: what the table must be about, one of these; empty = anything.
        needs: parameter to the phrases of the other column it reads; a ``?`` before the first makes it optional.
        whole: whether nothing but a number may follow the phrase.
        confidence: how sure, 0 to 1.
    """

    phrases: tuple[Words, ...]
    generator: str
    params: Mapping[str, Any] = field(default_factory=dict)
    contexts: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    confidence: float = 0.9


@dataclass(frozen=True)
class Reading:
    """What a column name says.

    Attributes:
        generator: id of the generator.
        params: its parameters, with the role and the columns it reads.
        head: the phrase that decided.
        role: whose it is; empty = the row's own.
        confidence: how sure, 0 to 1.
    """

    generator: str
    params: Mapping[str, Any]
    head: str
    role: str
    confidence: float


def _meanings(lines: Iterable[list[str]]) -> Iterator[MeaningOf]:
    inputs: dict[str, str] = {}
    for first, *rest in lines:
        if first.startswith("<"):
            # Of the meaning that stands before it.
            inputs[first.removeprefix("<").strip()] = rest[0].replace(", ", ",")
            continue
        inputs = {}
        said = rest[1].split() if len(rest) > 1 else []
        given = dict(word.split("=") for word in said if "=" in word)
        sure = float(given.pop("sure", 0.9))
        yield MeaningOf(
            phrases=tuple(tuple(phrase.split()) for phrase in first.split(",")),
            generator=f"semantic.br.{rest[0]}",
            params={name: True if value == "yes" else value for name, value in given.items()},
            contexts=tuple(word for word in said if "=" not in word and word != "whole"),
            needs=inputs,
            whole="whole" in said,
            confidence=sure,
        )


MEANINGS = tuple(_meanings(_PARTS["meanings"]))
"""The first that fits of the longest phrase decides."""


@lru_cache(maxsize=1)
def _by_phrase() -> dict[Words, list[MeaningOf]]:
    found: dict[Words, list[MeaningOf]] = {}
    for meaning in MEANINGS:
        for phrase in meaning.phrases:
            found.setdefault(phrase, []).append(meaning)
    return found


def read(words: Words, table: Words = (), siblings: Mapping[str, Words] | None = None) -> Reading | None:
    """Return what a column's name says, or None where it is not understood whole.

    Args:
        words: of the column's name: lower case, without accents and joining words.
        table: of the table's name, in the singular.
        siblings: words of the other columns of the table, by name.
    """
    others = siblings or {}
    about = _contexts(table, others.values())
    owner, rest = _owner(words)
    for whose, left in ((None, words), (owner, rest)):
        if not left or (left is rest and owner is None):
            continue
        found = _named(left, whose, table, about) or _longest(left, whose, table, about, others)
        if found is not None:
            return found
    return None


def is_head(word: str) -> bool:
    """Return whether a meaning is named by the word alone: names that begin with it and are not read mean others."""
    return (word,) in _by_phrase()


def _contexts(table: Words, others: Iterable[Words]) -> frozenset[str]:
    said = set(table)
    # Of the columns, only those that name a thing by itself: `renavam`, `ncm`, `chassi`.
    said |= {phrase[0] for phrase in others if phrase and (len(phrase) == 1 or phrase[0] in ("nosso", "chave"))}
    return frozenset(context for context, known in CONTEXTS.items() if said & known)


def _owner(words: Words) -> tuple[str | None, Words]:
    """A word before the phrase that says whose it is: ``cliente_email``, ``origem_cidade``."""
    known = len(words) > 1 and words[0] in PEOPLE | FIRMS | PLACES
    return (words[0], words[1:]) if known else (None, ())


def _role(words: Words, whose: str | None) -> str | None:
    """The role that the words behind a phrase say; None where one of them is not understood."""
    roles = [] if whose is None else [whose]
    for word in words:
        if word in PEOPLE or word in FIRMS or word in PLACES:
            roles.append(word)
        elif word not in PLAIN and not word.isdigit():
            return None
        elif word.isdigit() and word != "1":
            roles.append(word)
    return "_".join(roles)


def _named(words: Words, whose: str | None, table: Words, about: frozenset[str]) -> Reading | None:
    """``nome`` alone, or of somebody: a person's or a company's by the word that follows, or by the table."""
    if words[0] != "nome":
        return None
    role = _role(words[1:], whose)
    if role is None:
        return None
    last = role.split("_")[-1] if role else next((word for word in table if word in PEOPLE | FIRMS), "")
    if last in FIRMS or (not role and "company" in about and "person" not in about):
        return _reading("semantic.br.company.name", {}, "nome", role, table, about, 0.9 if role else 0.8)
    if last in PEOPLE or (not role and "person" in about):
        return _reading("semantic.br.name", {}, "nome", role, table, about, 0.9 if role else 0.8)
    return None


def _longest(
    words: Words, whose: str | None, table: Words, about: frozenset[str], others: Mapping[str, Words]
) -> Reading | None:
    for length in range(len(words), 0, -1):
        for meaning in _by_phrase().get(words[:length], ()):
            role = _role(words[length:], whose)
            if role is None or (meaning.whole and any(not word.isdigit() for word in words[length:])):
                continue
            if meaning.contexts and not about & set(meaning.contexts):
                continue
            inputs = _inputs(meaning, others)
            if inputs is None:
                continue
            params = {**meaning.params, **inputs}
            head = " ".join(words[:length])
            return _reading(meaning.generator, params, head, role, table, about, meaning.confidence)
        if words[:length] in _by_phrase():
            # A longer name is not taken for a shorter one that its end makes another thing.
            return None
    return None


def _inputs(meaning: MeaningOf, others: Mapping[str, Words]) -> dict[str, Any] | None:
    """The columns that a meaning reads; None where one that it needs is not there."""
    found: dict[str, Any] = {}
    for parameter, phrases in meaning.needs.items():
        wanted = phrases.removeprefix("?").split(",")
        column = next((name for phrase in wanted for name, words in others.items() if " ".join(words) == phrase), None)
        if column is None and not phrases.startswith("?"):
            return None
        if column is not None and parameter:
            found[parameter] = [column] if parameter == "input_columns" else column
    return found


def _reading(
    generator: str,
    params: Mapping[str, Any],
    head: str,
    role: str,
    table: Words,
    about: frozenset[str],
    confidence: float,
) -> Reading:
    model = getattr(find_generator(generator), "params", None)
    # The table's own thing has no role: `nome_cliente` of a table of clients.
    role = "" if role in table else role
    given = dict(params)
    if model is not None and issubclass(model, PersonParams) and set(role.split("_")) <= PLACES:
        role = ""  # an address for work is still the same person's
    if role and model is not None and issubclass(model, RoleParams):
        given.setdefault("role", role)
        if issubclass(model, PersonParams) and role in RELATIVES and "person" in about:
            given.setdefault("family_of", "")
    return Reading(generator, given, head, str(given.get("role", role)), confidence)
