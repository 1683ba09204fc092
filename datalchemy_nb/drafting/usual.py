"""How often each value of a closed list is met: by the lists everybody knows, by scales, and by words of exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains import reference
from datalchemy_nb.drafting.words import split_words

_FROM_LIBRARIES = frozenset(
    "country currency language locale time_zone unit subdivision job_title app_setting diagnosis medication".split()
)
"""Lists of many records, whose weights say nothing of a short list."""
_KNOWN_SHARE = 0.6
_COMMON_SHARE = 0.4
_FEWEST = 3
_VALUES = parts_of(__package__, "data/values.txt")
_SCALES = tuple(
    {value: float(weight) for value, weight in (step.split() for step in scale)} for scale in _VALUES["scales"]
)
"""Scales of which the middle, or one end, is met most. Blood types are about as in a mixed population."""
_USUAL, _EXCEPTIONAL = (frozenset(_VALUES[name][0][0].split()) for name in ("usual", "exceptional"))
_OFTEN, _SOMETIMES, _SELDOM = 60.0, 20.0, 5.0


def usual_weights(values: Sequence[object]) -> list[float] | None:
    """Return how often each value is met, in proportion; None where nothing is known of them.

    Args:
        values: a closed list, as an enum or a CHECK gives it.
    """
    if len(values) < 2 or not all(isinstance(value, str) for value in values):
        return None
    texts = [str(value) for value in values]
    return _by_scale(texts) or _by_list(texts) or _by_words(texts)


def known_weights(values: Sequence[str]) -> dict[str, float] | None:
    """Return the weights of the list everybody knows that holds most of the values; None where there is none."""
    weights = _by_list(values) if len(values) >= _FEWEST else None
    return None if weights is None else dict(zip(values, weights, strict=True))


def _by_scale(texts: Sequence[str]) -> list[float] | None:
    plain = [_plain(text) for text in texts]
    if len(plain) < _FEWEST and max(map(len, plain)) == 1:
        return None  # two letters may stand for anything
    scale = next((scale for scale in _SCALES if set(plain) <= set(scale)), None)
    return None if scale is None else [float(scale[text]) for text in plain]


def _by_list(texts: Sequence[str]) -> list[float] | None:
    """The weights of the known list that holds most of the values; of those it does not hold, its least."""
    plain = [_plain(text) for text in texts]
    if max(map(len, plain)) == 1:
        return None
    best: Mapping[str, float] = {}
    for known in _lists():
        held = sum(text in known for text in plain)
        common = sum(known[text] for text in dict.fromkeys(plain) if text in known) / sum(known.values())
        if held < len(plain) and common < _COMMON_SHARE:
            continue  # what the list has most of is not here: it is of other things
        if held >= max(2, _KNOWN_SHARE * len(plain)) and held > sum(text in best for text in plain):
            best = known
    if not best:
        return None
    least = min(best[text] for text in plain if text in best)
    weights = [best.get(text, least) for text in plain]
    return weights if len(set(weights)) > 1 else None


def _by_words(texts: Sequence[str]) -> list[float] | None:
    weights = [_weight(split_words(text)) for text in texts]
    return weights if len(set(weights)) > 1 else None


def _weight(words: Iterable[str]) -> float:
    told = set(words)
    if told & _EXCEPTIONAL:
        return _SELDOM
    return _OFTEN if told & _USUAL else _SOMETIMES


_SPELT = {"canceled": "cancelled", "trialing": "trial", "trialling": "trial"}


def _plain(text: str) -> str:
    """A value as lists keep it: lower case, words joined."""
    return "_".join(_SPELT.get(word, word) for word in split_words(text)) if len(text) > 3 else text.lower()


@lru_cache(maxsize=1)
def _lists() -> tuple[Mapping[str, float], ...]:
    """Codes and names of the short lists, in two languages, each with its weight."""
    found: list[Mapping[str, float]] = []
    for one in reference.lists():
        if one.id in _FROM_LIBRARIES:
            continue
        for locale in ("en_US", "pt_BR"):
            columns = reference.records(one.id, locale).columns
            weights = [float(weight) for weight in columns["weight"]]
            found += [
                {_plain(str(text)): weight for text, weight in zip(columns[field], weights, strict=True)}
                for field in ("code", "name")
            ]
    return tuple(found)
