"""Names of people: whole or in parts, and what people are called by."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import always, by_locale, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_LAST = vocabulary("last name, family name, surname", "sobrenome, ultimo nome, nome familia")
_ROLES = (
    "cliente, responsavel, contato, usuario, autor, vendedor, medico, paciente, aluno, professor, motorista, titular, "
    "mae, pai, conjuge, funcionario"
)
_FULL = by_locale(
    [offer("semantic.br.name")],
    [offer("semantic.person.name"), offer("faker.person.name"), offer("faker.name.raw.Name")],
)
_GIVEN = by_locale(
    [offer("semantic.br.first_name")], [offer("semantic.person.first_name"), offer("faker.person.first_name")]
)


def recognise_person_name(view: ColumnView) -> Suggestion | None:
    """Suggest names; `nome` or `name` alone is a person's only where the table speaks of people."""
    return first_meaning(view, "recognise_person_name", MEANINGS)


def _is_person(view: ColumnView) -> bool:
    return view.is_about("person")


MEANINGS = (
    Meaning(
        "a given name",
        vocabulary("first name, given name, fname, forename, middle name", "primeiro nome, prenome"),
        _GIVEN,
        confidence=0.95,
    ),
    Meaning(
        "a family name",
        _LAST,
        by_locale(
            [offer("semantic.br.last_name")], [offer("semantic.person.last_name"), offer("faker.person.last_name")]
        ),
        confidence=0.95,
    ),
    Meaning(
        "the given name of a person whose family name stands beside it",
        vocabulary("name", "nome"),
        _GIVEN,
        when=lambda view: _is_person(view) and view.is_bare and view.neighbour(_LAST) is not None,
    ),
    Meaning(
        "a person's name",
        vocabulary(
            "full name, legal name, customer name, user name, contact name, author name, person name, owner name, "
            "employee name, recipient name, sender name, real name, cardholder",
            "nome completo, nome mae, nome pai, nome social, nome cliente, nome contato, nome responsavel, "
            "cliente nome, contato nome, responsavel nome, usuario nome, nome titular, nome pessoa, nome funcionario",
        ),
        _FULL,
    ),
    Meaning("a person's name", vocabulary("name", "nome"), _FULL, when=lambda view: _is_person(view) and view.is_bare),
    Meaning("a person by role", vocabulary("author, contact person", _ROLES), _FULL, confidence=0.6),
    Meaning(
        "a job title",
        vocabulary("job title, job, occupation, profession, position title", "cargo, profissao, ocupacao, funcao"),
        by_locale([offer("semantic.br.job_title")], [offer("semantic.company.profession"), offer("faker.job.job")]),
    ),
    Meaning(
        "a form of address",
        vocabulary("title, salutation, honorific", "tratamento"),
        by_locale(
            [offer("primitive.choice", values=["Sr.", "Sra.", "Dr.", "Dra."])],
            [offer("primitive.choice", values=["Mr", "Mrs", "Ms", "Dr"])],
        ),
        confidence=0.8,
        when=lambda view: view.neighbour(_LAST) is not None,
    ),
    Meaning(
        "a sex or gender",
        vocabulary("gender, sex", "sexo, genero"),
        always(
            offer("primitive.choice", values=["female", "male"]),
            offer("primitive.choice", values=["F", "M"]),
        ),
        confidence=0.6,
        when=lambda view: _is_person(view) and view.literal_default is None,
    ),
)
