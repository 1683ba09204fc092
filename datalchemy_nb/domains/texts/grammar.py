"""Grammars of sentences: files of rules in, forms out, which the counted nodes of text number.

A file holds rules. A rule is a line ``= name`` and alternatives below it, one a line or several parted by ``|``:

    = chave.m
    portão | cadeado
    = chave.f
    porta | gaveta
    = note
    [O/A] <chave> está [trancado/trancada]{ desde ontem|}.

- ``<chave>`` is one alternative of that rule, ``<^chave>`` the same with a capital.
- ``{a|b}`` is one of the texts in it; spaces count there.
- ``[o/a]`` are the forms of a word in the classes of the language, in order: gender and number. A sentence with such
  forms exists once per class that its rules have, and everything in it agrees. ``<!chave>`` agrees with nobody.
- ``chave.m`` holds the words of a class.
- ``<chave%1>`` and ``<chave%2>`` are halves of a rule, for a sentence that uses it twice and should not repeat itself.
- ``<2..9>`` is a number from a range, ``<N4>`` a number of four digits, ``<A2>`` two capital letters.
- ``<@name>`` is where another column of the row stands.
- ``\\n`` is a line break; lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod

from datalchemy_nb.datafiles import text_of
from datalchemy_nb.domains.grammar.forms import Chars, Choice, Form, Repeat, Sequence, Words, literal, sequence, words
from datalchemy_nb.records import dataclass

CLASSES = {
    "pt": ("m", "f", "mp", "fp"),
    "pt_PT": ("m", "f", "mp", "fp"),
    "en": ("s", "p"),
    "es": ("m", "f", "mp", "fp"),
    "fr": ("m", "f", "mp", "fp"),
    "de": ("m", "f", "n", "p"),
}
"""The classes that words agree in, in the order of their forms in brackets."""
FALLBACK = "en"
HOLES = {"name": "\ue000", "role": "\ue001", "category": "\ue002"}
"""Characters of no script: where a column's text goes."""
_LISTED = 512
_EVEN = 1 << 16


class GrammarError(Exception):
    """A file of rules is broken: a fault of this package, which no column and no plan is to blame for."""


@dataclass(frozen=True)
class _Ref:
    name: str
    capital: bool
    free: bool


@dataclass(frozen=True)
class _Agreeing:
    forms: tuple[str, ...]


@dataclass(frozen=True)
class _Either:
    options: tuple[tuple[_Piece, ...], ...]


_Piece = str | _Ref | _Agreeing | _Either
_Text = tuple[_Piece, ...]


def languages() -> tuple[str, ...]:
    """Return the languages that have a grammar; some have varieties beside."""
    return tuple(one for one in CLASSES if "_" not in one)


def variety_of(locale: str) -> str:
    """Return whose grammar a locale's texts are written by: that of its country where there is one."""
    own = locale.replace("-", "_")
    return own if own in CLASSES else language_of(locale)


def language_of(locale: str) -> str:
    """Return the language of a locale's texts: its own where it has a grammar, else English."""
    own = locale.replace("-", "_").partition("_")[0].lower()
    return own if own in CLASSES else FALLBACK


@lru_cache(maxsize=len(CLASSES))
def grammar(language: str) -> Grammar:
    """Return the grammar of a language or a variety of one, read once."""
    base = language.partition("_")[0]
    rules, own = (text_of(__package__, f"data/{name}.txt") for name in (base, language))
    return Grammar(rules if base == language else varied(rules, own), CLASSES[language])


_REFERENCE = re.compile(r"(<[^>]*>)")
_EUROS = re.compile(r"R\$ (<[^>]+>0?(?:[.,](?:<[^>]+>0*|\d+))?)")
_GERUND = re.compile(r"\b([Ee]st(?:á|ão|ou|ava|amos)) (\w+?)([aei])ndo\b")
_NASAL = re.compile(r"(ô|ê)(?=[mn][aeiou])")


def varied(base: str, variety: str) -> str:
    """Return the rules of a variety of Portuguese: what it says otherwise, and rules of its own.

    Written by the differences between Brazil and Portugal: ``está faltando`` is ``está a faltar``, ``econômico`` is
    ``económico``, and money is written behind the number, in euros.

    Args:
        base: a file of rules.
        variety: a file of the variety: lines ``old > new`` of whole words, then rules that take the place of others.
    """
    head, _, rules = variety.partition("\n= ")
    told = (line.partition(" > ") for line in head.splitlines() if not line.startswith("#"))
    pairs = [(old, new) for old, sign, new in told if sign]
    said = dict(pairs) | {_upper(old): _upper(new) for old, new in pairs}
    words = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(said, key=len, reverse=True))) + r")(?![\w-])")
    own = {line[2:].strip() for line in ("= " + rules).splitlines() if line.startswith("= ")}
    kept, taken = list[str](), False
    for line in base.splitlines():
        if line.startswith("= "):
            taken = line[2:].strip() in own
        if taken:
            continue
        if line.startswith(("= ", "#")):
            kept.append(line)
            continue
        line = _EUROS.sub(r"\1 €", line)
        line = _NASAL.sub(lambda m: {"ô": "ó", "ê": "é"}[m[0]], _GERUND.sub(r"\1 a \2\3r", line))
        parts = _REFERENCE.split(line)
        kept.append("".join(part if part.startswith("<") else words.sub(lambda m: said[m[0]], part) for part in parts))
    return "\n".join([*kept, "= " + rules])


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


class Grammar:
    """The rules of one language.

    Args:
        text: a file of rules.
        classes: names of the classes that words agree in.

    Raises:
        GrammarError: a rule is malformed, defined twice or refers to one that is not there; the message names it.
    """

    def __init__(self, text: str, classes: tuple[str, ...]) -> None:
        self._order = classes
        self._rules = {name: tuple(map(_parse, lines)) for name, lines in _read(text)}
        self._variants: dict[str, tuple[str, ...]] = {}
        for name in self._rules:
            base, _, suffix = name.rpartition(".")
            if suffix in classes:
                self._variants[base] = (*self._variants.get(base, ()), suffix)
        self._agreeing: dict[str, frozenset[str] | None] = {}
        self._forms: dict[tuple[str, str | None], Form] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._rules or name in self._variants

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the rules, as they stand in the file."""
        return tuple(self._rules)

    def form(self, name: str) -> Form:
        """Return what a rule makes."""
        return self._rule(name, None)

    def parted(self, name: str, count: int) -> list[Form]:
        """Return ``count`` forms that share the alternatives of a rule, so that texts of them do not repeat.

        Args:
            name: the rule.
            count: how many; above the number of alternatives they begin again.
        """
        lines = self._rules[name]
        parts = min(count, len(lines))
        dealt = [self._choice(lines[number::parts], None, _EVEN if count == 1 else 1) for number in range(parts)]
        return [dealt[number % parts] for number in range(count)]

    # --- rules ---------------------------------------------------------------------------------------------------

    def _rule(self, name: str, agreed: str | None) -> Form:
        key = name, agreed
        if key not in self._forms:
            name, half, number = name.partition("%")
            lines: tuple[_Text, ...]
            if agreed is not None and f"{name}.{agreed}" in self._rules:
                lines = self._rules[f"{name}.{agreed}"]
            elif name in self._rules:
                lines = self._rules[name]
            elif name in self._variants:
                lines = tuple(line for one in self._variants[name] for line in self._rules[f"{name}.{one}"])
            else:
                raise GrammarError(f"there is no rule {name!r}")
            self._forms[key] = self._choice(lines[int(number) - 1 :: 2] if half else lines, agreed)
        return self._forms[key]

    def _choice(self, lines: tuple[_Text, ...], agreed: str | None, even: int = _EVEN) -> Form:
        return _either([form for line in lines for form in self._line(line, agreed)], even)

    def _line(self, line: _Text, agreed: str | None) -> Iterator[Form]:
        reach = self._classes_of(line) if agreed is None and self._must_agree(line) else None
        for one in (agreed,) if reach is None else [c for c in self._order if c in reach]:
            yield self._text(line, one)

    def _text(self, text: _Text, agreed: str | None) -> Form:
        return _after(self._piece(piece, agreed) for piece in text)

    def _piece(self, piece: _Piece, agreed: str | None) -> Form:
        match piece:
            case str():
                return literal(piece)
            case _Agreeing(choices):
                assert agreed is not None
                return literal(choices[self._order.index(agreed)])
            case _Either(options):
                return _either([form for option in options for form in self._line(option, agreed)])
            case _Ref(name, capital, free):
                made = _special(name)
                form = self._rule(name, None if free else agreed) if made is None else made
                return _capital(form) if capital else form

    def _must_agree(self, text: _Text) -> bool:
        """Whether more than one piece has classes; a piece alone agrees with itself."""
        own = [piece for piece in text if self._classes_of((piece,)) is not None]
        return len(own) > 1 or any(isinstance(piece, _Agreeing) for piece in own)

    def _classes_of(self, text: _Text) -> frozenset[str] | None:
        """The classes that everything in a text has; None where nothing in it agrees."""
        reach: frozenset[str] | None = None
        for piece in text:
            own: frozenset[str] | None = None
            match piece:
                case _Agreeing(choices):
                    own = frozenset(self._order[: len(choices)])
                case _Either(options):
                    own = self._common(options)
                case _Ref(name, free=False) if _special(name) is None:
                    own = self._classes(name)
            if own is not None:
                reach = own if reach is None else reach & own
        return reach

    def _common(self, texts: tuple[_Text, ...]) -> frozenset[str] | None:
        known = [own for own in map(self._classes_of, texts) if own is not None]
        return frozenset.intersection(*known) if known else None

    def _classes(self, name: str) -> frozenset[str] | None:
        name = name.partition("%")[0]
        if name not in self._agreeing:
            if name in self._variants:
                self._agreeing[name] = frozenset(self._variants[name])
            elif name in self._rules:
                self._agreeing[name] = self._common(self._rules[name])
            else:
                raise GrammarError(f"there is no rule {name!r}")
        return self._agreeing[name]


# --- reading -----------------------------------------------------------------------------------------------------


def _read(text: str) -> Iterator[tuple[str, list[str]]]:
    name, known = "", set[str]()
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("= "):
            if name:
                yield name, lines
            name, lines = line[2:].strip(), []
            if name in known:
                raise GrammarError(f"rule {name!r} is there twice")
            known.add(name)
        else:
            lines += [part.strip().replace("\\n", "\n") for part in _split(line, "|")]
    yield name, lines


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark outside of all brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "{[<") - (char in "}]>")
        if char == mark and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


_CLOSING = {"{": "}", "[": "]", "<": ">"}


def _parse(text: str) -> _Text:
    pieces: list[_Piece] = []
    at = 0
    while at < len(text):
        if text[at] not in _CLOSING:
            end = min((found for mark in _CLOSING if (found := text.find(mark, at)) >= 0), default=len(text))
            pieces.append(text[at:end])
            at = end
            continue
        end = _closed(text, at)
        inner = text[at + 1 : end]
        match text[at]:
            case "{":
                pieces.append(_Either(tuple(map(_parse, _split(inner, "|")))))
            case "[":
                pieces.append(_Agreeing(tuple(inner.split("/"))))
            case _:
                capital, inner = inner.startswith("^"), inner.removeprefix("^")
                pieces.append(_Ref(inner.removeprefix("!"), capital, inner.startswith("!")))
        at = end + 1
    return tuple(pieces)


def _closed(text: str, at: int) -> int:
    opening, closing, depth = text[at], _CLOSING[text[at]], 0
    for end in range(at, len(text)):
        depth += (text[end] == opening) - (text[end] == closing)
        if not depth:
            return end
    raise GrammarError(f"{opening!r} is not closed in {text!r}")


def _special(name: str) -> Form | None:
    """Numbers, letters and holes."""
    if name.startswith("@"):
        return literal(HOLES[name[1:]])
    first, dots, last = name.partition("..")
    if dots:
        return Words(tuple(str(number) for number in range(int(first), int(last) + 1)))
    if name[0] in "NA" and name[1:].isdigit():
        count = int(name[1:])
        if name[0] == "A":
            return Repeat(Chars(string.ascii_uppercase), count, count)
        return sequence([Chars(string.digits[1:]), Repeat(Chars(string.digits), count - 1, count - 1)])
    return None


# --- putting together --------------------------------------------------------------------------------------------


def _either(options: list[Form], even: int = _EVEN) -> Form:
    """One of some forms: listed where they are few; those of ``even`` texts and more evenly, others by how many."""
    flat: list[Form] = []
    for form in options:
        flat += [inner for _, inner in form.options] if isinstance(form, Choice) else [form]
    if all(isinstance(form, Words) for form in flat) or sum(map(_count, flat)) <= _LISTED:
        return words(dict.fromkeys(text for form in flat for text in _texts(form)))
    unique = list(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Choice(tuple((min(_count(form), even), form) for form in unique))


def _after(parts: Iterator[Form]) -> Form:
    """Forms one after the other, neighbours joined where their texts are few."""
    joined: list[Form] = []
    for part in parts:
        for one in part.parts if isinstance(part, Sequence) else (part,):
            last = joined[-1] if joined else None
            if isinstance(one, Words) and isinstance(last, Words) and len(one.labels) * len(last.labels) <= _LISTED:
                joined[-1] = words(dict.fromkeys(a + b for a in last.labels for b in one.labels))
            else:
                joined.append(one)
    return joined[0] if len(joined) == 1 else Sequence(tuple(joined)) if joined else literal("")


def _count(form: Form) -> int:
    match form:
        case Words(labels):
            return len(labels)
        case Chars(characters):
            return len(characters)
        case Sequence(parts):
            return prod(map(_count, parts))
        case Choice(options):
            return sum(_count(option) for _, option in options)
        case Repeat(part, least, most):
            return sum(_count(part) ** times for times in range(least, most + 1))


def _texts(form: Form) -> list[str]:
    match form:
        case Words(labels):
            return list(labels)
        case Chars(characters):
            return list(characters)
        case Choice(options):
            return [text for _, option in options for text in _texts(option)]
        case Sequence(parts):
            return ["".join(texts) for texts in product(*map(_texts, parts))]
        case Repeat(part, least, most):
            repeats = (product(_texts(part), repeat=times) for times in range(least, most + 1))
            return ["".join(texts) for alike in repeats for texts in alike]


def _capital(form: Form) -> Form:
    match form:
        case Words(labels):
            return words(dict.fromkeys(label[:1].upper() + label[1:] for label in labels))
        case Sequence(parts):
            return Sequence((_capital(parts[0]), *parts[1:]))
        case Choice(options):
            return Choice(tuple((weight, _capital(option)) for weight, option in options))
        case Chars() | Repeat():
            return form
