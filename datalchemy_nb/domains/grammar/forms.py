"""What a text is put together from, before it is counted: literals, word lists, characters, sequences, choices."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Words:
    """One of some texts; a single one is a literal.

    Attributes:
        labels: the texts, each once.
        weights: their shares, or None where they are even.
        partial: there are more, which were not met.
    """

    labels: tuple[str, ...]
    weights: tuple[float, ...] | None = None
    partial: bool = False


@dataclass(frozen=True)
class Chars:
    """One character."""

    characters: str


@dataclass(frozen=True)
class Sequence:
    """Forms one after the other."""

    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Choice:
    """One of several forms, with weights."""

    options: tuple[tuple[float, Form], ...]


@dataclass(frozen=True)
class Repeat:
    """The part, ``least`` to ``most`` times, each number of times as often."""

    part: Form
    least: int
    most: int


Form = Words | Chars | Sequence | Choice | Repeat

_DIGITS: dict[str, tuple[str, bool]] = {
    "#": (string.digits, False),
    "%": ("123456789", False),
    "$": ("23456789", False),
    "!": (string.digits, True),
    "@": ("123456789", True),
}


def literal(text: str) -> Words:
    """Return the form of one text."""
    return Words((text,))


def words(labels: Iterable[str], weights: Iterable[float] | None = None, partial: bool = False) -> Words:
    """Return the form of some texts, each once, with the weights of repeated ones added up."""
    items = list(labels)
    shares = [1.0] * len(items) if weights is None else list(weights)
    summed: dict[str, float] = {}
    for label, share in zip(items, shares, strict=True):
        summed[label] = summed.get(label, 0.0) + share
    even = len(set(summed.values())) == 1
    return Words(tuple(summed), None if even else tuple(summed.values()), partial)


def sequence(parts: Iterable[Form]) -> Form:
    """Return forms one after the other, flattened, neighbouring literals joined."""
    flat: list[Form] = []
    for part in _flatten(parts):
        last = flat[-1] if flat else None
        if is_literal(part) and last is not None and is_literal(last):
            flat[-1] = literal(text_of(last) + text_of(part))
        else:
            flat.append(part)
    kept = [p for p in flat if not (is_literal(p) and not text_of(p))]
    return kept[0] if len(kept) == 1 else Sequence(tuple(kept)) if kept else literal("")


def _flatten(parts: Iterable[Form]) -> Iterator[Form]:
    for part in parts:
        if isinstance(part, Sequence):
            yield from part.parts
        else:
            yield part


def choice(options: Iterable[tuple[float, Form]]) -> Form:
    """Return one of several forms; those that differ in their first words only become one, equal ones too."""
    grouped: dict[tuple[Form, ...], list[tuple[float, Words]]] = {}
    rest: dict[Form, float] = {}
    for weight, form in _spread(options, 1.0):
        parts = form.parts if isinstance(form, Sequence) else (form,)
        if isinstance(parts[0], Words):
            grouped.setdefault(parts[1:], []).append((weight, parts[0]))
        else:
            rest[form] = rest.get(form, 0.0) + weight
    merged = [(sum(w for w, _ in heads), sequence((_merged(heads), *tail))) for tail, heads in grouped.items()]
    merged += [(weight, form) for form, weight in rest.items()]
    return merged[0][1] if len(merged) == 1 else Choice(tuple(merged))


def _spread(options: Iterable[tuple[float, Form]], share: float) -> Iterator[tuple[float, Form]]:
    for weight, form in options:
        if isinstance(form, Choice):
            total = sum(w for w, _ in form.options)
            yield from _spread(form.options, share * weight / total)
        else:
            yield share * weight, form


def _merged(heads: list[tuple[float, Words]]) -> Words:
    if len(heads) == 1:
        return heads[0][1]
    labels: list[str] = []
    weights: list[float] = []
    for weight, head in heads:
        shares = head.weights or (1.0,) * len(head.labels)
        total = sum(shares)
        labels += head.labels
        weights += [weight * share / total for share in shares]
    return words(labels, weights, any(head.partial for _, head in heads))


def is_literal(form: Form) -> bool:
    """Whether the form is one text."""
    return isinstance(form, Words) and len(form.labels) == 1


def text_of(form: Form) -> str:
    """Return the text of a literal."""
    assert isinstance(form, Words)
    return form.labels[0]


def rewrite(form: Form, change: Callable[[str], Form], characters: Callable[[str], str] = str) -> Form:
    """Return the form with every text in it replaced by what ``change`` makes of it.

    Args:
        form: what to change.
        change: text to form.
        characters: what becomes of the characters of a class.
    """
    match form:
        case Chars(chars):
            return Chars("".join(dict.fromkeys(characters(chars))))
        case Sequence(parts):
            return sequence(rewrite(p, change, characters) for p in parts)
        case Choice(options):
            return choice((w, rewrite(f, change, characters)) for w, f in options)
        case Repeat(part, least, most):
            return Repeat(rewrite(part, change, characters), least, most)
        case Words(labels, weights, partial):
            changed = [change(label) for label in labels]
            shares = weights or (1.0,) * len(labels)
            made = choice(zip(shares, changed, strict=True)) if len(changed) > 1 else changed[0]
            return replace(made, partial=True) if partial and isinstance(made, Words) else made


def masked(text: str, letters: str | None = None, digits: bool = True) -> Form:
    """Read a mask: ``#`` is a digit, ``%`` not 0, ``$`` above 1, ``!`` and ``@`` may be left out, ``?`` is a letter.

    Args:
        text: the mask.
        letters: what ``?`` stands for; None = itself.
        digits: whether the marks of digits are read.
    """
    parts: list[Form] = []
    for char in text:
        if digits and char in _DIGITS:
            characters, optional = _DIGITS[char]
            one = Chars(characters)
            parts.append(Choice(((1.0, literal("")), (1.0, one))) if optional else one)
        elif char == "?" and letters is not None:
            parts.append(Chars("".join(dict.fromkeys(letters))))
        else:
            parts.append(literal(char))
    return sequence(parts)


def ends(form: Form, text: str, starts: frozenset[int] = frozenset({0})) -> frozenset[int]:
    """Return where in the text a match of the form can end that begins at one of the starts."""
    match form:
        case Chars(characters):
            return frozenset(i + 1 for i in starts if text[i : i + 1] and text[i] in characters)
        case Words(labels, partial=True):
            lengths = {len(label) for label in labels}
            return frozenset(i + n for i in starts for n in range(min(lengths), len(text) - i + 1))
        case Words(labels):
            known, sizes = _index(form), {len(label) for label in labels}
            return frozenset(i + n for i in starts for n in sizes if text[i : i + n] in known)
        case Sequence(parts):
            for part in parts:
                starts = ends(part, text, starts)
            return starts
        case Choice(options):
            return frozenset().union(*(ends(f, text, starts) for _, f in options))
        case Repeat(part, least, most):
            reached = starts if least == 0 else frozenset[int]()
            for times in range(1, most + 1):
                starts = ends(part, text, starts)
                reached |= starts if times >= least else frozenset()
            return reached


_indices: dict[int, tuple[Words, frozenset[str]]] = {}


def _index(form: Words) -> frozenset[str]:
    if id(form) not in _indices:
        if len(_indices) > 256:
            _indices.clear()
        _indices[id(form)] = (form, frozenset(form.labels))
    return _indices[id(form)][1]
