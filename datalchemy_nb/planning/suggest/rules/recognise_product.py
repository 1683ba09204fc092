"""Products: names, categories, stock codes, barcodes."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import always, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_NAME = always(offer("semantic.br.product.name"))


def recognise_product(view: ColumnView) -> Suggestion | None:
    """Suggest product names and codes; a bare name is a product's only where the table speaks of products."""
    return first_meaning(view, "recognise_product", MEANINGS)


def _is_product(view: ColumnView) -> bool:
    return view.is_about("product")


MEANINGS = (
    Meaning("a stock code", vocabulary("sku", "sku"), always(offer("semantic.br.product.sku")), confidence=0.95),
    Meaning(
        "a product's name",
        vocabulary("product name, item name", "nome produto, produto nome"),
        _NAME,
        confidence=0.95,
    ),
    Meaning(
        "a product's name",
        vocabulary("name, title", "nome, titulo"),
        _NAME,
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
