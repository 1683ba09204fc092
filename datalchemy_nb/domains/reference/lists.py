"""Short lists of this package's own, in Portuguese, English, Spanish, French and German.

A file of `data/lists` holds several lists:

    [size]                                          the list; its records follow in their order
    @cut Corte de {name}. | Cut of {name}. | ...    a sentence that several records share, by its mark
    m 30 abbr=M,M,M,M,M | Médio | Medium | ...      code, weight, mark or values of further fields, then the names
    > A medida comum. | The usual measure. | ...    the record's own sentence

Names and sentences stand in the order of `records.LANGUAGES`. A further field has one value, or five with commas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from datalchemy_nb.domains.reference.records import LANGUAGES, Column, Records, slug
from datalchemy_nb.records import dataclass

_BASE = ("code", "slug", "name")
_LAST = ("description", "position", "weight")
_EXTRA = {"abbr": "abbreviation"}


@dataclass
class _Record:
    code: str
    weight: int
    names: tuple[str, ...]
    extras: dict[str, tuple[str, ...]]
    sentences: tuple[str, ...] = ()


@dataclass
class _List:
    records: list[_Record] = field(default_factory=list)
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, _List]:
    found: dict[str, _List] = {}
    folder = files(__package__).joinpath("data", "lists")
    for path in sorted((p for p in folder.iterdir() if p.name.endswith(".txt")), key=lambda p: p.name):
        current = _List()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                current = _read_line(line, current, found)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from None
    return found


def _read_line(line: str, current: _List, found: dict[str, _List]) -> _List:
    if line.startswith("["):
        return found.setdefault(line.strip("[] "), _List())
    if not line.strip() or line.startswith("#"):
        return current
    head, _, rest = line.partition(" " if line.startswith(("@", ">")) else "|")
    texts = tuple(part.strip() for part in rest.split("|"))
    if len(texts) != len(LANGUAGES) or not all(texts):
        raise ValueError(f"{len(LANGUAGES)} texts are needed, one a language")
    if line.startswith("@"):
        current.shared[head] = texts
    elif line.startswith(">"):
        current.records[-1].sentences = texts
    else:
        code, weight, *others = head.split()
        extras = dict(_extra(part) for part in others if "=" in part)
        shared = next((current.shared[part] for part in others if part.startswith("@")), ())
        current.records.append(_Record(code, int(weight), texts, extras, shared))
    return current


def _extra(part: str) -> tuple[str, tuple[str, ...]]:
    name, _, value = part.partition("=")
    values = tuple(value.replace("~", " ").split(","))
    return _EXTRA.get(name, name), values if len(values) == len(LANGUAGES) else (value.replace("~", " "),) * len(
        LANGUAGES
    )


def ids() -> tuple[str, ...]:
    """Return the lists there are."""
    return tuple(_lists())


def fields(list_id: str) -> tuple[str, ...]:
    """Return the fields of a list."""
    extras = dict.fromkeys(chain.from_iterable(record.extras for record in _lists()[list_id].records))
    return (*_BASE, *(name for name in extras if name != "slug"), *_LAST)


@lru_cache(maxsize=256)
def read(list_id: str, language: str) -> Records:
    """Return a list in a language; in English where it is not one of the five."""
    at = LANGUAGES.index(language) if language in LANGUAGES else LANGUAGES.index("en")
    records = _lists()[list_id].records
    count = len(records)
    columns: dict[str, Column] = {
        "code": tuple(r.code for r in records),
        "slug": tuple(r.extras["slug"][at] if "slug" in r.extras else slug(r.names[at]) for r in records),
        "name": tuple(r.names[at] for r in records),
        **{name: tuple(r.extras[name][at] for r in records) for name in fields(list_id)[len(_BASE) : -len(_LAST)]},
        "description": tuple(_sentences(records, at)),
        "position": tuple(range(1, count + 1)),
        "weight": tuple(r.weight for r in records),
    }
    return Records({name: columns[name] for name in fields(list_id)}, tuple(r.weight for r in records))


def _sentences(records: list[_Record], at: int) -> Iterator[str]:
    for record in records:
        told = {"code": record.code} | {name: values[at] for name, values in record.extras.items()}
        yield record.sentences[at].format(name=record.names[at], **told)
