"""Companies and products: their names, and what stands beside them."""

from __future__ import annotations

from datalchemy_nb.drafting.meaning import Meaning, first_meaning
from datalchemy_nb.drafting.offers import always, by_locale, offer
from datalchemy_nb.drafting.rules.technical import SITES
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, vocabulary

# --- companies: registered and trade names, sites, industries ---------------------------------------------------------

_BRANDED = by_locale([offer("semantic.br.company.trade_name", role="brand")], [offer("semantic.company.name")])
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
            "company name, business name, firm name, organization name, organisation name, manufacturer name, "
            "wholesaler, wholesaler name, insurer, insurer name, clinic name, "
            "supplier name, vendor name, employer, "
            "company, organization, organisation, supplier, vendor, manufacturer, publisher, funder, funder name, "
            "grantor",
            "nome empresa, empresa, fornecedor, fabricante, empregador, transportadora, editora, financiador, "
            "patrocinador",
        ),
        _NAME,
        confidence=0.85,
    ),
    Meaning(
        "a company's registered name",
        vocabulary("legal name, registered name", "nome empresarial"),
        _NAME,
        when=lambda view: view.is_about("company"),
    ),
    Meaning(
        "a company's name",
        vocabulary("name", "nome"),
        _NAME,
        when=lambda view: view.is_about("company") and view.is_bare and not view.table.is_site,
    ),
    Meaning(
        "a company's site",
        vocabulary("website, site, homepage, web site", "site, pagina web"),
        by_locale(
            [offer("semantic.br.company.site"), offer("semantic.br.url")],
            [offer("primitive.text.pattern", pattern=pattern) for pattern in SITES],
        ),
        when=lambda view: view.is_about("company"),
    ),
    Meaning(
        "a company by what it is to the row",
        vocabulary(
            "competitor, rival, promoter, organizer, laboratory, training provider, gas station, fuel station, "
            "sponsor, client company, customer company, shipper, shipper name, carrier name, garage, workshop, "
            "insurer, insurance company, bank, merchant, merchant name, carrier, publisher name, airline, airline "
            "name, "
            "bank name, dealer, "
            "dealership, contractor, subcontractor, agency, lender, landlord name, distributor, wholesaler, retailer",
            "estabelecimento, nome estabelecimento, concorrente, laboratorio, promotora, organizadora, patrocinador, "
            "posto, posto combustivel, "
            "transportadora nome, oficina, seguradora, banco, nome banco, concessionaria, empreiteira, distribuidora",
        ),
        _NAME,
        confidence=0.7,
    ),
    Meaning(
        "a company that sells fuel",
        vocabulary("station, station name", "posto, posto combustivel"),
        _NAME,
        confidence=0.7,
        when=lambda view: bool({"fuel", "refueling", "combustivel", "abastecimento"} & set(view.table.words)),
    ),
    Meaning("an industry", vocabulary("industry", ""), by_locale([], [offer("semantic.company.industry")])),
)


_MEDICINES = frozenset("medication medicine drug medicamento remedio medicament medikament arzneimittel".split())
_MEDICINE = (
    r"(Cardi|Neur|Gastr|Derm|Flex|Vit|Resp|Puls|Alg|Sed|Tens|Gluc|Ost|Febr|Tuss|Somn)(alen|amox|azen|iprin|odol|"
    r"ovix|ulex|irol|amin|ebra|oran|ivan)"
)


def is_of_medicines(view: ColumnView) -> bool:
    """Whether a row of the table is a medicine."""
    return bool(_MEDICINES & {singular(word) for word in view.table.noun})


def recognise_company(view: ColumnView) -> Suggestion | None:
    """Suggest company names; a bare name is a company's only where the table speaks of companies."""
    if is_of_medicines(view) and {"commercial", "comercial", "brand"} & set(view.words):
        return None
    return first_meaning(view, "recognise_company", MEANINGS)


# --- products: names, categories, stock codes, barcodes ---------------------------------------------------------------

_NAME_PRODUCT = by_locale([offer("semantic.br.product.name")], [offer("text.product_name")])


def recognise_product(view: ColumnView) -> Suggestion | None:
    """Suggest product names and codes; a bare name is a product's only where the table speaks of products."""
    return first_meaning(view, "recognise_product", MEANINGS_PRODUCT)


_SOLD = vocabulary(
    "quantity, qty, unit price, price each, line total, sku", "quantidade, preco unitario, valor unitario, total item"
)
_NO_GOODS = frozenset(
    "track song album film movie book show series game episode musica faixa filme livro disco jogo course curso class "
    "aula turma room quarto ticket ingresso event evento plan plano subscription assinatura service servico procedure "
    "procedimento medicine medicamento medication drug exam exame dish prato recipe receita menu trip viagem tour "
    "flight voo property imovel vehicle veiculo car carro order pedido invoice fatura fee taxa rate tarifa offer "
    "promotion promocao coupon cupom treatment tratamento test".split()
)
"""What has a price too, and names of its own."""


def _is_product(view: ColumnView) -> bool:
    return view.is_about("product") and not _NO_GOODS & {singular(word) for word in view.table.noun[-1:]}


_TRACKED = vocabulary("tracking number, tracking code, shipped at", "codigo rastreio, rastreio, enviado em")
_CARRIERS = {
    "en": "UPS|FedEx|DHL|USPS", "pt": "Correios|Jadlog|Loggi|Total Express", "es": "Correos|SEUR|MRW|DHL",
    "fr": "La Poste|Chronopost|Colissimo|DHL", "de": "DHL|Hermes|DPD|GLS",
}  # fmt: skip
_PACKED = {
    "en": r"(6|10|12|24|36|48) (boxes|bags|bottles|jars|cans|packs) x (100|200|250|330|500|750) (g|ml)",
    "pt": r"(6|10|12|24|36|48) (caixas|sacos|garrafas|potes|latas|pacotes) x (100|200|250|330|500|750) (g|ml)",
    "es": r"(6|10|12|24|36|48) (cajas|bolsas|botellas|frascos|latas|paquetes) x (100|200|250|330|500|750) (g|ml)",
    "fr": r"(6|10|12|24|36|48) (boîtes|sachets|bouteilles|pots|canettes|paquets) x (100|200|250|330|500|750) (g|ml)",
    "de": r"(6|10|12|24|36|48) (Kartons|Beutel|Flaschen|Gläser|Dosen|Packungen) x (100|200|250|330|500|750) (g|ml)",
}
_CALLED = vocabulary("name, title, label", "nome, titulo, denominacao")
_NAME_LENGTH = 200


def _is_short(view: ColumnView) -> bool:
    return view.slot.max_length is not None and view.slot.max_length <= _NAME_LENGTH


_VEHICLES = frozenset("vehicle veiculo car carro truck caminhao van fleet frota automobile auto bus onibus".split())


def _is_vehicle(view: ColumnView) -> bool:
    return bool(_VEHICLES & {singular(word) for word in (*view.table.words, *view.words)})


MEANINGS_PRODUCT = (
    Meaning(
        "a medicine's brand",
        vocabulary("brand name, trade name, brand, commercial name", "nome comercial, marca, nome fantasia"),
        always(offer("primitive.text.pattern", pattern=_MEDICINE)),
        when=is_of_medicines,
    ),
    Meaning(
        "a vehicle's make",
        vocabulary("make, brand, manufacturer, vehicle make, car make", "marca, fabricante, montadora, marca veiculo"),
        by_locale([offer("semantic.br.vehicle.marca")], [offer("reference.vehicle_model.make")]),
        when=_is_vehicle,
    ),
    Meaning(
        "a vehicle's model",
        vocabulary("model, model name, vehicle model, car model", "modelo, modelo veiculo"),
        by_locale([offer("semantic.br.vehicle.modelo")], [offer("reference.vehicle_model.name")]),
        when=_is_vehicle,
    ),
    Meaning(
        "a vehicle's identification number",
        vocabulary("vin, vehicle identification number, chassis, chassis number", "chassi, numero chassi"),
        by_locale(
            [offer("semantic.br.vehicle.chassi")], [offer("faker.automotive.vin"), offer("semantic.br.vehicle.chassi")]
        ),
    ),
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
        "the product of a line",
        vocabulary(
            "product, item, article, product description, item description",
            "produto, item, artigo, mercadoria, descricao item, descricao produto, item descricao",
        ),
        _NAME_PRODUCT,
        confidence=0.8,
        when=lambda view: view.neighbour(_SOLD) is not None,
    ),
    Meaning(
        "a product's name",
        vocabulary("name, title", "nome, titulo"),
        _NAME_PRODUCT,
        when=lambda view: _is_product(view) and view.is_bare,
    ),
    Meaning(
        "a product's name, where nothing else names it",
        vocabulary("description", "descricao"),
        _NAME_PRODUCT,
        when=lambda view: _is_product(view) and view.is_bare and _is_short(view) and view.neighbour(_CALLED) is None,
    ),
    Meaning(
        "a maker's brand",
        vocabulary("brand, brand name, make", "marca, nome marca"),
        lambda view: [offer("text.brand_name"), *_BRANDED(view)],
        when=_is_product,
        confidence=0.6,
    ),
    Meaning(
        "a product category",
        vocabulary("product category, category", "categoria, categoria produto"),
        by_locale([offer("semantic.br.product.category")], [offer("reference.product_category.name")]),
        when=_is_product,
    ),
    Meaning(
        "a size of clothes",
        vocabulary("size, size label", "tamanho"),
        lambda view: [offer("reference.size.abbreviation"), offer("reference.size.name")],
        when=lambda view: view.is_about("product") or bool({"variant", "sku", "variante"} & set(view.table.words)),
    ),
    Meaning(
        "a company that carries",
        vocabulary("carrier, shipper, courier, carrier name, shipping company", "transportadora, nome transportadora"),
        lambda view: [offer("primitive.choice", values=_CARRIERS.get(view.text_language, _CARRIERS["en"]).split("|"))],
        confidence=0.85,
        when=lambda view: (
            view.neighbour(_TRACKED) is not None
            or bool({"shipment", "delivery", "entrega"} & {singular(word) for word in view.table.words})
        ),
    ),
    Meaning(
        "how it is packed",
        vocabulary("quantity per unit, package size, pack size, packaging, unit size", "embalagem, apresentacao"),
        lambda view: [offer("primitive.text.pattern", pattern=_PACKED.get(view.text_language, _PACKED["en"]))],
        confidence=0.8,
    ),
    Meaning(
        "a barcode",
        vocabulary("ean, gtin, barcode, upc", "ean, gtin, codigo barras"),
        always(offer("faker.barcode.ean13"), offer("primitive.text.pattern", pattern=r"789\d{10}")),
    ),
    Meaning(
        "an ISBN",
        vocabulary("isbn", "isbn"),
        lambda view: [
            offer("semantic.barcode.isbn13"),
            offer("faker.isbn.isbn13", separator=""),
            offer("semantic.barcode.isbn10"),
        ],
    ),
)
