"""Names of accounts."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import by_locale, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

MEANINGS = (
    Meaning(
        "a user name",
        vocabulary(
            "username, user name, login, screen name, nickname, account name, created by, updated by, modified by, "
            "changed by, deleted by, approved by, submitted by, requested by, uploaded by, closed by, added by",
            "usuario, apelido, nome usuario, criado por, alterado por, atualizado por, modificado por, excluido por, "
            "aprovado por, cadastrado por, enviado por",
        ),
        by_locale(
            [offer("semantic.br.username")], [offer("semantic.person.username"), offer("faker.internet.user_name")]
        ),
        confidence=0.95,
        when=lambda view: view.words[0] != "last",
    ),
)


def recognise_username(view: ColumnView) -> Suggestion | None:
    """Suggest user names that agree with the row's person."""
    return first_meaning(view, "recognise_username", MEANINGS)
