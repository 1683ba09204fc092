"""Companies: registered and trade names, sites, industries."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import by_locale, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_FOREIGN = [offer("semantic.company.name"), offer("faker.company.company")]
_NAME = by_locale([offer("semantic.br.company.name")], _FOREIGN)

MEANINGS = (
    Meaning("a registered company name", vocabulary("legal entity name", "razao social"), _NAME, confidence=0.98),
    Meaning(
        "a trade name",
        vocabulary("trade name, trading name, doing business as", "nome fantasia"),
        by_locale([offer("semantic.br.company.trade_name")], _FOREIGN),
        confidence=0.98,
    ),
    Meaning(
        "a company's name",
        vocabulary(
            "company name, organization name, organisation name, supplier name, vendor name, employer, "
            "company, organization, organisation, supplier, vendor, manufacturer, publisher",
            "nome empresa, empresa, fornecedor, fabricante, empregador, transportadora",
        ),
        _NAME,
        confidence=0.85,
    ),
    Meaning(
        "a company's name",
        vocabulary("name", "nome"),
        _NAME,
        when=lambda view: view.is_about("company") and view.is_bare,
    ),
    Meaning(
        "a company's site",
        vocabulary("website, site, homepage, web site", "site, pagina web"),
        by_locale([offer("semantic.br.company.site"), offer("semantic.br.url")], [offer("faker.internet.url")]),
        when=lambda view: view.is_about("company"),
    ),
    Meaning("an industry", vocabulary("industry", ""), by_locale([], [offer("semantic.company.industry")])),
)


def recognise_company(view: ColumnView) -> Suggestion | None:
    """Suggest company names; a bare name is a company's only where the table speaks of companies."""
    return first_meaning(view, "recognise_company", MEANINGS)
