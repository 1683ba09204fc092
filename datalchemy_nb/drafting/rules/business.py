"""Companies and products: their names, and what stands beside them."""

from __future__ import annotations

from datalchemy_nb.drafting.meaning import Meaning, first_meaning
from datalchemy_nb.drafting.offers import always, by_locale, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import vocabulary

# --- companies: registered and trade names, sites, industries ---------------------------------------------------------

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


# --- products: names, categories, stock codes, barcodes ---------------------------------------------------------------

_NAME_PRODUCT = by_locale([offer("semantic.br.product.name")], [offer("text.product_name")])


def recognise_product(view: ColumnView) -> Suggestion | None:
    """Suggest product names and codes; a bare name is a product's only where the table speaks of products."""
    return first_meaning(view, "recognise_product", MEANINGS_PRODUCT)


def _is_product(view: ColumnView) -> bool:
    return view.is_about("product")


MEANINGS_PRODUCT = (
    Meaning(
        "a stock code",
        vocabulary("sku, stock keeping unit", "sku"),
        by_locale([offer("semantic.br.product.sku")], [offer("primitive.text.pattern", pattern=r"[A-Z]{3}-\d{5}")]),
        confidence=0.95,
    ),
    Meaning(
        "a product's name",
        vocabulary("product name, item name", "nome produto, produto nome"),
        _NAME_PRODUCT,
        confidence=0.95,
    ),
    Meaning(
        "a product's name",
        vocabulary("name, title", "nome, titulo"),
        _NAME_PRODUCT,
        when=lambda view: _is_product(view) and view.is_bare,
    ),
    Meaning(
        "a product category",
        vocabulary("product category, category", "categoria, categoria produto"),
        always(offer("semantic.br.product.category")),
        when=_is_product,
    ),
    Meaning(
        "a barcode",
        vocabulary("ean, gtin, barcode, upc", "ean, gtin, codigo barras"),
        always(offer("faker.barcode.ean13"), offer("primitive.text.pattern", pattern=r"789\d{10}")),
    ),
    Meaning(
        "an ISBN", vocabulary("isbn", "isbn"), always(offer("semantic.barcode.isbn13"), offer("faker.isbn.isbn13"))
    ),
)
