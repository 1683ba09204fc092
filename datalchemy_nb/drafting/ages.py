"""How old people are, by what a table says of them: pupils, patients, staff, customers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from datalchemy_nb.drafting.offers import first_fitting, offer, shaped_offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import PUPILS, ColumnView
from datalchemy_nb.drafting.words import singular, vocabulary
from datalchemy_nb.records import dataclass

_YEAR = 365.2425


@dataclass(frozen=True)
class Ages:
    """Ages in years: from, to, the middle, and the standard deviation."""

    least: int
    most: int
    middle: int
    spread: int


_BY_WORD: tuple[tuple[str, Ages], ...] = (
    ("pet animal mascota haustier dog cat horse cavalo perro gato cheval pferd", Ages(0, 17, 6, 4)),
    ("child kid baby newborn dependent crianca filho dependente bebe enfant kind nino hijo", Ages(0, 17, 8, 5)),
    ("pupil schoolchild eleve schueler", Ages(6, 18, 12, 4)),
    ("student aluno estudante alumno etudiant undergraduate", Ages(6, 35, 18, 5)),
    ("player athlete jogador atleta jugador joueur spieler", Ages(16, 40, 26, 5)),
    ("patient paciente pessoa_atendida", Ages(0, 97, 46, 23)),
    ("employee staff worker funcionario colaborador teacher professor instructor doctor medico nurse enfermeiro "
     "physician provider driver motorista agent agente manager gerente empleado employe mitarbeiter person_name user "
     "usuario candidate candidato", Ages(19, 66, 40, 11)),
    ("mother father mae pai parent guardian responsavel", Ages(28, 88, 55, 13)),
    ("retiree aposentado pensioner", Ages(58, 97, 72, 8)),
    ("author autor director actor ator artist artista", Ages(22, 92, 52, 16)),
)  # fmt: skip
_PUPILS = PUPILS | {"estudante", "etudiant"}
_ADULTS = Ages(18, 92, 44, 16)
_BORN = vocabulary(
    "birth date, birthday, birthdate, date birth, birth, dob, date of birth", "nascimento, data nascimento, nasc"
)


def ages_of(view: ColumnView) -> Ages:
    """Return the ages of those whose birth the column dates: by its own words, then by its table's."""
    if view.table.of_a_school and {singular(word) for word in view.table.noun} & _PUPILS:
        return Ages(6, 18, 12, 4)
    for words in (view.words, view.table.words):
        plain = {singular(word) for word in words}
        for stems, ages in _BY_WORD:
            if plain & set(stems.split()):
                return ages
    return _ADULTS


def of_their_age(view: ColumnView, found: Suggestion) -> Suggestion:
    """Let a date of birth be that of somebody of an age that the table tells."""
    if view.category not in ("date", "timestamp", "timestamptz") or not view.says(_BORN) or found.distribution:
        return found
    ages = ages_of(view)
    if found.generator_id == "semantic.br.birth_date":
        params = {**found.params, "min_age": ages.least, "max_age": ages.most}
        wanted = offer(found.generator_id, **params)
    elif found.generator_id in ("primitive.date", "primitive.timestamp"):
        first, last, middle = (
            view.slot.base_date - dt.timedelta(days=round(age * _YEAR)) for age in (ages.most, ages.least, ages.middle)
        )
        time = "" if found.generator_id == "primitive.date" else "T00:00:00"
        plain = offer(found.generator_id, min=f"{first}{time}", max=f"{last}{time}")
        wanted = shaped_offer(plain, "normal", mean=f"{middle}{time}", stddev=ages.spread * _YEAR)
    else:
        return found
    if first_fitting(view, [wanted]) is None:
        return found
    told = f"people of {ages.least} to {ages.most} years"
    return replace(
        found, params=dict(wanted.params), distribution=wanted.distribution, evidence=(*found.evidence, told)
    )
