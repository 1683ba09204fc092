"""Portuguese names read by their head noun, in drafts of Brazil: what they mean is data of the Brazilian domains."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.domains.base import Derivation
from datalchemy_nb.domains.brazil.vocabulary import Reading, read
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.meaning import source_of, suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.rules.places import with_address
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, split_words, vocabulary

_DIGITS = {"cpf": 11, "cnpj": 14, "rg": 9, "pis": 11, "cep": 8, "phone": 11}
"""Digits of numbers that are kept with or without their punctuation."""
_PUNCTUATION = 6
_LAST = vocabulary("", "sobrenome, ultimo nome, nome familia")
_PERSONAL = frozenset({"email", "e mail", "correio eletronico", "nome"})


def recognise_brazil(view: ColumnView) -> Suggestion | None:
    """Suggest what a Portuguese name says, where it is understood whole and the values fit."""
    if not view.is_brazilian or not view.words:
        return None
    for reading in _readings(view):
        if _others_know_better(view, reading):
            return None
        found = first_fitting(view, [one for one in _offers(view, reading) if _takes_its_nulls(view, one)])
        if found is not None:
            told = f"{source_of(view)} says {reading.head}" + (f" of {reading.role}" if reading.role else "")
            return suggest(view, "recognise_brazil", found, (told,), reading.confidence)
    return None


def _readings(view: ColumnView) -> Iterator[Reading]:
    """With the columns that it is made of, then by itself."""
    table = tuple(singular(word) for word in view.table.words)
    others = {
        name: split_words(name)
        for name, other in view.table.columns.items()
        if name != view.name and other.column.generated is None
    }
    for known in (others, {}):
        reading = read(view.words, table, known)
        if reading is not None:
            yield reading


def _others_know_better(view: ColumnView, reading: Reading) -> bool:
    """A name beside a family name, a firm's addresses, a state that is no place: other rules look at what is beside."""
    if reading.head == "nome" and not reading.role:
        return view.neighbour(_LAST) is not None
    if reading.head == "estado":
        return not with_address(view)
    return reading.head in _PERSONAL and not reading.role and view.is_about("company")


def _offers(view: ColumnView, reading: Reading) -> list[Offer]:
    wanted = offer(reading.generator, **reading.params)
    digits = _DIGITS.get(reading.generator.rpartition(".")[2])
    if digits is None or "formatted" in reading.params:
        return [wanted]
    length = view.slot.max_length
    formatted = length is not None and digits < length <= digits + _PUNCTUATION
    return [offer(wanted.id, **wanted.params, formatted=each) for each in (formatted, not formatted)]


def _takes_its_nulls(view: ColumnView, wanted: Offer) -> bool:
    """What is made of other columns is null where they are."""
    if view.may_be_null:
        return True
    spec = find_generator(wanted.id)
    if spec is None:
        return False
    built = spec.build(spec.params.model_validate(dict(wanted.params)), view.slot)
    read_columns = built.inputs if isinstance(built, Derivation) else ()
    return not any(name in view.table.columns and view.table.may_be_null(name) for name in read_columns)
