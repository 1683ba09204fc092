"""Short texts that a trade has few words for: kinds of visits, states of rooms, routes of medicines, reasons.

The words lie in ``data/kinds*.txt``, in five languages, with how often each is met. A column is recognised by the whole
of its name or by one end of it, where its table (or the schema) is of the trade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from datalchemy_nb.domains.reference.records import LANGUAGES
from datalchemy_nb.domains.reference.vocabulary import plain_name
from datalchemy_nb.drafting.meaning import suggest
from datalchemy_nb.drafting.offers import first_fitting, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import Words, singular, split_words, subject_noun
from datalchemy_nb.records import dataclass

_KIND = frozenset("type kind category class tipo categoria classe clase especie genre art typ kategorie sorte".split())
_STATE = frozenset("status state situacao estado situacion statut etat zustand stand".split())
_ENDINGS = ("", "s", "es", "n", "en", "e", "er", "se", "ne")
"""What makes a plural of a noun; `companies` and `oportunidades` are found by `_singulars`."""


@dataclass(frozen=True)
class Kind:
    """One list of words.

    Attributes:
        what: the thing, with its article.
        columns: names of columns that hold it, as words.
        kinds: things whose type it is.
        states: things whose status it is.
        of: words of tables or of the column itself, one of which must be there; none = anywhere.
        also: words of which the table must bear one too; none = no other word is asked for.
        within: words of tables, one of which the schema must have; none = any schema.
        values: per language.
        weights: how often each value is met.
        by: another list, whose values decide these, line by line: what species a breed is of. Such a list is in no
            column by itself.
    """

    what: str
    columns: tuple[Words, ...] = ()
    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    values: tuple[tuple[str, ...], ...] = ()
    weights: tuple[int, ...] = ()
    by: str = ""


def recognise_kinds(view: ColumnView) -> Suggestion | None:
    """Suggest the words of the trade; a literal default means that the application has words of its own."""
    many = view.category == "array" and view.column.column_type.data_type in _LISTS_OF_TEXTS
    if not (view.category == "text" or many) or view.literal_default is not None or view.is_region:
        return None
    found = words_of_the_trade(view)
    if found is None:
        return None
    words, told = found.words, found.evidence
    if view.in_key:
        # Within what else the key holds, each word comes once: of every species some breeds.
        if many or view.is_unique or len(words) * _BESIDE < view.slot.rows:
            return None
        each = offer("primitive.choice", values=list(words))
        return suggest(view, "recognise_kinds", first_fitting(view, [each]), (told,), 0.8)
    chosen = _some_of(words) if many else words
    wanted = offer("primitive.choice", values=list(chosen), weights=list(chosen.values()))
    return suggest(view, "recognise_kinds", first_fitting(view, [wanted]), (told,), 0.8)


_BESIDE = 4
"""So many rows may share a word in a key of more columns: one for each value beside it."""
_LISTS_OF_TEXTS = ("text[]", "character varying[]")


@dataclass(frozen=True)
class Told:
    """The words that a column's name asks for.

    Attributes:
        what: of which thing, with its article, as the list of kinds calls it.
        words: with how often each is met.
        evidence: what tells so.
    """

    what: str
    words: Mapping[str, int]
    evidence: str


def words_of_the_trade(view: ColumnView) -> Told | None:
    """Return the words that a column's name asks for.

    Args:
        view: a column of texts; what its keys and CHECKs ask is not looked at.
    """
    found = _said(view)
    if found is None:
        return None
    kind, told = found
    at = LANGUAGES.index(view.text_language) if view.text_language in LANGUAGES else LANGUAGES.index("en")
    values = kind.values[at]
    merged = dict.fromkeys(values, 0)
    for value, weight in zip(values, kind.weights, strict=True):
        merged[value] += weight
    return Told(kind.what, merged, f"name says {kind.what} ({told})")


def decided_by(view: ColumnView, other: ColumnView) -> Mapping[str, str] | None:
    """Return what each word of another column of the row makes of this one: a breed is of one species.

    Args:
        view: the column that is decided.
        other: the column that decides it.
    """
    mine, its = words_of_the_trade(view), words_of_the_trade(other)
    if mine is None or its is None:
        return None
    found = next((one for one in kinds() if one.by == its.what and one.what == mine.what), None)
    if found is None:
        return None
    at = LANGUAGES.index(view.text_language) if view.text_language in LANGUAGES else LANGUAGES.index("en")
    return dict(zip(its.words, found.values[at], strict=True)) if len(its.words) == len(found.values[at]) else None


def _some_of(words: Mapping[str, int]) -> dict[str, int]:
    """Lists of one to three of the words, each word as often as by itself; some rows have none."""
    listed, weights = list(words), list(words.values())
    found = {"{}": max(sum(weights) // 4, 1)}
    for size in (1, 2, 3):
        for place, weight in enumerate(weights):
            members = dict.fromkeys(listed[(place + step) % len(listed)] for step in range(size))
            quoted = ",".join('"' + word.replace('"', "") + '"' for word in members)
            found.setdefault("{" + quoted + "}", weight)
    return found


def _said(view: ColumnView) -> tuple[Kind, str] | None:
    """The list that the name says: a whole name before an end of one, the longest end first."""
    written = _written(view)
    for size in range(max(map(len, written)), 0, -1):
        for words in written:
            if size > len(words):
                continue
            for phrase in dict.fromkeys((words[-size:], words[:size])):
                for kind in _by_phrase().get("".join(phrase), ()):
                    rest = set(words) - set(phrase)
                    if (kind.of or size == len(words) or size > 1) and _belongs(view, kind, rest):
                        return kind, " ".join(phrase)
    return next(((kind, "of " + thing) for words in written for kind, thing in _of_things(view, words)), None)


def _written(view: ColumnView) -> tuple[Words, ...]:
    """The words as the schema writes them, and as they are read in English."""
    own = view.comment_words or split_words(view.name)
    return tuple(dict.fromkeys((own, view.words)))


def _of_things(view: ColumnView, words: Words) -> Iterator[tuple[Kind, str]]:
    for heads, attribute in ((_KIND, "kinds"), (_STATE, "states")):
        if not heads & set(words):
            continue
        own = [word for word in words if word not in heads]
        for kind in kinds():
            things: frozenset[str] = getattr(kind, attribute)
            named = next((word for word in (own or _nouns(view.table)) if _is_one_of(word, things)), None)
            if named is not None and _within(view, kind):
                yield kind, named


def _belongs(view: ColumnView, kind: Kind, rest: set[str]) -> bool:
    if any(subject_noun(word) == "person" for word in rest) and not _of_persons(kind, rest):
        return False
    asked = [one for one in (kind.of, kind.also) if one]
    if asked:
        borne = _singulars_of(_nouns(view.table)).union(*map(_singulars, rest))
        if any(borne.isdisjoint(one) for one in asked):
            return False
    return _within(view, kind)


def _of_persons(kind: Kind, rest: set[str]) -> bool:
    """Whether a list is of what such a person has: the job of a `driver`."""
    return bool(_singulars_of(frozenset(rest)) & kind.of) or not {"name", "nome"} & {p[-1] for p in kind.columns}


def _within(view: ColumnView, kind: Kind) -> bool:
    return not kind.within or not kind.within.isdisjoint(_singulars_of(_schema_words(view.table)))


def _nouns(table: TableView) -> Words:
    return (*_nouns_in(table.ref.table), *table.words)


@lru_cache(maxsize=4096)
def _nouns_in(name: str) -> Words:
    """The words of a name, those written together (`homework`) whole as well as in parts."""
    return tuple(dict.fromkeys((*split_words(name), *plain_name(name).split("_"))))


@lru_cache(maxsize=8)
def _words_of_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in _nouns_in(name))


def _schema_words(table: TableView) -> frozenset[str]:
    return _words_of_names(tuple(ref.table for ref in table.schema.tables))


def _is_one_of(word: str, nouns: frozenset[str]) -> bool:
    return any(single in nouns for single in _singulars(word))


@lru_cache(maxsize=4096)
def _singulars_of(words: Words | frozenset[str]) -> frozenset[str]:
    return frozenset(single for word in words for single in _singulars(word))


@lru_cache(maxsize=4096)
def _singulars(word: str) -> tuple[str, ...]:
    """What a word may be the plural of."""
    cut = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    return tuple(dict.fromkeys([*cut, singular(word), *([word[:-3] + "y"] if word.endswith("ies") else [])]))


# --- the file --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Return all lists, in the order of the file.

    Raises:
        ValueError: a line of the file is not as it should be.
    """
    folder = files("datalchemy_nb.drafting").joinpath("data")
    named = sorted(one.name for one in folder.iterdir() if one.name.startswith("kinds") and one.name.endswith(".txt"))
    lines = [line for name in named for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines()]
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("["):
            blocks.append([line])
        elif line.strip() and not line.startswith("#"):
            blocks[-1].append(line)
    return tuple(_read(block) for block in blocks)


def _read(block: list[str]) -> Kind:
    head, *lines = block
    heads = {name: rest for name, _, rest in (line.partition(": ") for line in lines) if name.isalpha()}
    rows = [line.split(" ", 1) for line in lines if line[0].isdigit()]
    texts = [tuple(part.strip() for part in row[1].split("|")) for row in rows]
    if any(len(row) != len(LANGUAGES) for row in texts) or len(rows) + len(heads) != len(lines):
        raise ValueError(f"lists of kinds, {head}: every line needs {len(LANGUAGES)} texts, one a language")
    phrases = [tuple(phrase.split()) for phrase in heads.get("columns", "").split(",") if phrase.strip()]
    return Kind(
        what=head.strip("[]"),
        by=heads.get("by", ""),
        columns=tuple(dict.fromkeys(phrases)),
        kinds=_nouns_of(heads, "kind"),
        states=_nouns_of(heads, "state"),
        of=_nouns_of(heads, "of"),
        also=_nouns_of(heads, "also"),
        within=_nouns_of(heads, "in"),
        values=tuple(zip(*texts, strict=True)),
        weights=tuple(int(row[0]) for row in rows),
    )


def _nouns_of(heads: dict[str, str], name: str) -> frozenset[str]:
    return frozenset(word for phrase in heads.get(name, "").split(",") for word in phrase.split())


@lru_cache(maxsize=1)
def _by_phrase() -> dict[str, tuple[Kind, ...]]:
    """Lists by a phrase written together: `bed_type` and `bedtype` say the same."""
    found: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds():
        for phrase in dict.fromkeys("".join(words) for words in kind.columns):
            found[phrase] = (*found.get(phrase, ()), kind)
    return found
