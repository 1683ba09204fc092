"""Which module has which built-in generators, so that one is loaded when its id is used, and not before.

An id that stands nowhere here is looked for in all of them, and in the packages that name generators of their own.
"""

from __future__ import annotations

_ROOT = "datalchemy_nb.domains."
_IDS: dict[str, dict[str, str]] = {
    "primitives": {
        "primitive.": """
            bool int int.range int.sequence_hint float float.range decimal.numeric text text.pattern
            text.lorem uuid uuid.v4 date date.range time time.range timestamp timestamp.range enum
        """,
    },
    "choices": {
        "primitive.": "choice",
    },
    "prices": {
        "money.": "price",
    },
    "derive": {
        "derive.": "email_from_name updated_after_created end_after_start money_total fk parent_value",
    },
    "parties": {
        "semantic.party.": "name",
        "semantic.br.": "party.name party.email",
    },
    "brazil.addresses": {
        "semantic.br.": "street address neighborhood",
    },
    "brazil.banking": {
        "semantic.br.": """
            bank.code bank.name bank.ispb bank.digit boleto.line boleto.barcode boleto.our_number
            bank.branch bank.account boleto
        """,
    },
    "brazil.lives": {
        "semantic.br.": "job_title birth_date",
    },
    "brazil.civil": {
        "semantic.br.": "sex cns certidao passaporte ctps cbo",
    },
    "brazil.companies": {
        "semantic.br.": "company.name company.trade_name company.site",
    },
    "brazil.places": {
        "semantic.br.": "cep uf state city city.ibge state.ibge ddd",
    },
    "brazil.documents": {
        "semantic.br.": "cpf cnpj rg cnh pis titulo_eleitor",
    },
    "brazil.parties": {
        "semantic.br.": "party.document",
    },
    "brazil.emails": {
        "semantic.br.": "email.safe email.corporate username",
    },
    "brazil.fiscal": {
        "semantic.br.": """
            fiscal.access_key fiscal.protocol fiscal.cfop fiscal.rate company.cnae company.natureza_juridica
            company.porte company.regime
        """,
    },
    "brazil.products": {
        "semantic.br.": "product.name product.category product.sku",
    },
    "brazil.goods": {
        "semantic.br.": "product.ncm product.cest product.unit product.gtin product.price",
    },
    "brazil.lists": {
        "semantic.br.": """
            fiscal.cst_icms fiscal.csosn fiscal.cst_pis_cofins fiscal.cst_ipi fiscal.origem fiscal.modelo
            fiscal.serie fiscal.natureza_operacao fiscal.finalidade fiscal.frete fiscal.meio_pagamento
            fiscal.tipo_operacao fiscal.indicador_ie
            estado_civil raca_cor escolaridade nacionalidade tipo_sanguineo orgao_emissor cor_olhos
            cor_cabelo categoria_cnh parentesco deficiencia tipo_contrato turno jornada bank.tipo_conta
            bank.carteira tipo_logradouro complemento regiao zona estado_conservacao tipo_pessoa sim_nao
            forma_pagamento condicao_pagamento prioridade situacao situacao_pagamento situacao_pedido
            unidade_medida departamento
        """,
    },
    "brazil.money": {
        "semantic.br.": "money.brl",
    },
    "brazil.names": {
        "semantic.br.": "name first_name last_name",
    },
    "brazil.network": {
        "semantic.br.": "ip url",
    },
    "brazil.payroll": {
        "semantic.br.": "salary payroll.inss payroll.irrf payroll.fgts payroll.net competencia",
    },
    "brazil.phones": {
        "semantic.br.": "phone",
    },
    "brazil.pix": {
        "semantic.br.": "pix_key pix_kind pix_key.of",
    },
    "brazil.plates": {
        "semantic.br.": "plate",
    },
    "brazil.registrations": {
        "semantic.br.": "inscricao_estadual",
    },
    "brazil.vehicles": {
        "semantic.br.": """
            vehicle.renavam vehicle.chassi vehicle.rntrc vehicle.cor vehicle.marca vehicle.modelo
            vehicle.combustivel vehicle.tipo vehicle.ano vehicle.ano_modelo vehicle.valor
        """,
    },
    "packs.crm": {
        "domain.": "crm.lead_stage crm.activity_type crm.deal_value crm.pipeline_name",
    },
    "packs.finance": {
        "domain.": "finance.iban finance.transaction_type finance.payment_method finance.invoice_status "
        "finance.installments",
    },
    "packs.logistics": {
        "domain.": "logistics.tracking_code logistics.shipment_status logistics.carrier logistics.dimensions_cm",
    },
    "faker.ids.address": {
        "semantic.": """
            address.building_number address.city address.country_code address.country address.postcode
            address.zipcode address.secondary address.secondary_type address.state_abbr address.state
            address.street address.street_suffix address.timezone
        """,
        "faker.": """
            address.raw.BuildingNumber address.raw.CityName address.raw.CityPrefix address.raw.CitySuffix
            address.raw.CountryCode address.raw.CountryName address.raw.Geohash address.raw.Latitude
            address.raw.Longitude address.raw.PostCode address.raw.ZipCode address.raw.SecondaryAddress
            address.raw.SecondaryAddressType address.raw.StateAbbr address.raw.StateName address.raw.StreetName
            address.raw.StreetSuffix address.raw.TimeZone
        """,
    },
    "faker.ids.codes": {
        "semantic.": "barcode.isbn10 barcode.isbn13 finance.bic finance.isin color.hex color.rgb color.hsl",
        "faker.": """
            barcode.raw.Isbn10 barcode.raw.Isbn13 barcode.raw.Isbn creditcard.raw.CreditCardNumber
            finance.raw.Bic finance.raw.Isin color.raw.HexColor color.raw.RgbColor color.raw.RgbaColor
            color.raw.HslColor color.raw.HslaColor color.raw.Color filesystem.raw.DirPath
            filesystem.raw.FileExtension filesystem.raw.FileName filesystem.raw.FilePath filesystem.raw.MimeType
            filesystem.raw.SemverStable filesystem.raw.SemverUnstable filesystem.raw.Semver
        """,
    },
    "faker.ids.company": {
        "semantic.": """
            company.name company.suffix company.industry company.profession company.catch_phrase company.bs
            company.bs_verb company.bs_adj company.bs_noun company.buzzword finance.currency_code
            finance.currency_name finance.currency_symbol
        """,
        "faker.": """
            company.raw.CompanyName company.raw.CompanySuffix company.raw.Industry company.raw.Profession
            company.raw.CatchPhrase company.raw.Bs company.raw.BsVerb company.raw.BsAdj company.raw.BsNoun
            company.raw.Buzzword company.raw.BuzzwordMiddle company.raw.BuzzwordTail job.raw.Field
            job.raw.Position job.raw.Seniority job.raw.Title currency.raw.CurrencyCode currency.raw.CurrencyName
            currency.raw.CurrencySymbol
        """,
    },
    "faker.ids.internet": {
        "semantic.": """
            internet.ipv4 internet.ipv6 internet.mac internet.domain_suffix internet.free_email_provider
            internet.user_agent internet.password http.status_code
        """,
        "faker.": """
            internet.raw.IPv4 internet.raw.IP internet.raw.IPv6 internet.raw.MACAddress
            internet.raw.DomainSuffix internet.raw.FreeEmailProvider internet.raw.UserAgent
            internet.raw.Password http.raw.RfcStatusCode http.raw.ValidStatusCode
        """,
    },
    "faker.ids.prose": {
        "semantic.": "lorem.word markdown.bold markdown.italic markdown.link",
        "faker.": """
            lorem.raw.Word lorem.raw.Words lorem.raw.Sentence lorem.raw.Sentences lorem.raw.Paragraph
            lorem.raw.Paragraphs markdown.raw.BoldWord markdown.raw.ItalicWord markdown.raw.Link
            markdown.raw.BlockQuoteSingleLine markdown.raw.BlockQuoteMultiLine markdown.raw.BulletPoints
            markdown.raw.ListItems markdown.raw.Code
        """,
    },
    "faker.ids.moments": {
        "semantic.": "time.date time.datetime",
        "faker.": """
            time.raw.Date chrono.raw.Date time.raw.DateTime chrono.raw.DateTime time.raw.DateTimeAfter
            chrono.raw.DateTimeAfter time.raw.DateTimeBefore chrono.raw.DateTimeBefore time.raw.DateTimeBetween
            chrono.raw.DateTimeBetween time.raw.Time chrono.raw.Time time.raw.Duration chrono.raw.Duration
            boolean.raw.Boolean number.raw.Digit
        """,
    },
    "faker.ids.persons": {
        "semantic.person.": "name first_name last_name username email free_email sex title suffix phone cell",
        "faker.": """
            name.raw.Name name.raw.NameWithTitle name.raw.FirstName name.raw.LastName internet.raw.Username
            internet.raw.SafeEmail internet.raw.FreeEmail name.raw.Title name.raw.Suffix
            phone_number.raw.PhoneNumber phone_number.raw.CellNumber
        """,
    },
    "texts.generators": {
        "text.": """
            description product_name product_description category_description review review_title comment
            note reason subject ticket_description message biography title headline article_body
            task_description job_description clinical_note diagnosis_note address_complement instruction
            question answer company_description slogan event_name project_name campaign_name course_name
            team_name song_title album_title film_title book_title recipe_name dish_name file_name tag
            brand_name visit_reason label word slug snake log_message error_message search_query
            commit_message changelog policy tags
        """,
    },
    "texts.drafted": {
        "document.": """
            json address settings preferences metadata attributes items event permissions translations tags
        """,
    },
    "reference.places": {
        "place.": """
            city region region_code country_code country time_zone population latitude longitude postal_code
            phone mobile street_line street house_number unit
        """,
    },
}
"""Module -> prefix -> the rest of each id."""

MODULES = tuple(_ROOT + module for module in _IDS)
HOMES = {
    prefix + name: _ROOT + module
    for module, names in _IDS.items()
    for prefix, listed in names.items()
    for name in listed.split()
}
"""Id -> module."""
