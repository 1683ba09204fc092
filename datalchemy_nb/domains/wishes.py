"""What people want of a column, in English and Portuguese, and the generators that make it, the usual one first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TABLE = """
# People | Pessoas
full name | nome completo | semantic.person.name semantic.br.name
first name | primeiro nome, nome | semantic.person.first_name semantic.br.first_name
last name, surname | sobrenome | semantic.person.last_name semantic.br.last_name
e-mail, email address | e-mail, correio eletrônico | semantic.person.email semantic.br.email.safe
phone number, telephone | telefone, fixo | place.phone semantic.br.phone semantic.person.phone
mobile, cell phone | celular, whatsapp | place.mobile semantic.person.cell
user name, login | nome de usuário, login | semantic.person.username semantic.br.username
password | senha | semantic.internet.password
birth date, birthday | data de nascimento, aniversário | semantic.br.birth_date primitive.date
gender, sex | sexo, gênero | reference.gender.name semantic.br.sex
job title, position | cargo, função | reference.job_title.name semantic.br.job_title
salary, wage | salário | semantic.br.salary
marital status | estado civil | reference.marital_status.name semantic.br.estado_civil
blood type | tipo sanguíneo | reference.blood_type.name semantic.br.tipo_sanguineo
# Documents | Documentos
taxpayer number of a person | CPF | semantic.br.cpf
taxpayer number of a company | CNPJ | semantic.br.cnpj
identity card | RG, identidade | semantic.br.rg
driver's licence | CNH, carteira de motorista | semantic.br.cnh
voter's registration | título de eleitor | semantic.br.titulo_eleitor
social security number | PIS, NIS, PASEP | semantic.br.pis
passport | passaporte | semantic.br.passaporte
PIX key | chave PIX | semantic.br.pix_key semantic.br.pix_key.of
# Places | Lugares
address, street and number | endereço, logradouro e número | place.street_line semantic.br.address
street | rua, logradouro | place.street semantic.br.street
house number | número da casa | place.house_number
neighbourhood, district | bairro | semantic.br.neighborhood
city, town | cidade, município | place.city semantic.br.city
state, region, province | estado, UF, região | place.region place.region_code semantic.br.uf semantic.br.state
postal code, zip code | CEP, código postal | place.postal_code semantic.br.cep
country | país | place.country place.country_code reference.country.name
latitude, longitude, coordinates | latitude, longitude, coordenadas | place.latitude place.longitude
time zone | fuso horário | place.time_zone reference.time_zone.name
address document, JSON address | endereço em JSON | document.address
# Companies and products | Empresas e produtos
company name | nome da empresa, razão social | semantic.company.name semantic.br.company.name
trade name, brand | nome fantasia, marca | semantic.br.company.trade_name text.brand_name
industry, line of business | ramo de atividade, setor | reference.industry.name semantic.br.company.cnae
department | departamento | reference.department.name semantic.br.departamento
product name | nome do produto | text.product_name semantic.br.product.name
product category | categoria de produto | reference.product_category.name semantic.br.product.category
product code, SKU | código do produto, SKU | primitive.text.pattern semantic.br.product.sku
barcode, GTIN, EAN, ISBN | código de barras, GTIN, EAN, ISBN | semantic.br.product.gtin semantic.barcode.isbn13
product description | descrição do produto | text.product_description
vehicle, car, licence plate | veículo, carro, placa | semantic.br.vehicle.modelo semantic.br.plate
# Money | Dinheiro
price | preço | money.price semantic.br.product.price
amount, value | valor, quantia | primitive.decimal.numeric semantic.br.money.brl
total of a line | total do item | derive.money_total
currency | moeda | reference.currency.code reference.currency.name
payment method | forma de pagamento, meio de pagamento | reference.payment_method.name semantic.br.forma_pagamento
instalments | parcelas | domain.finance.installments
bank account, branch | conta bancária, agência | semantic.br.bank.account semantic.br.bank.branch semantic.br.bank.code
bank slip | boleto | semantic.br.boleto.line semantic.br.boleto.barcode
invoice key | chave de acesso, nota fiscal, NF-e | semantic.br.fiscal.access_key
credit card number | cartão de crédito | faker.creditcard.raw.CreditCardNumber
# States and lists | Situações e listas
status of an order | status do pedido, situação do pedido | reference.order_status.code semantic.br.situacao_pedido
status of a payment | situação do pagamento | reference.payment_status.code semantic.br.situacao_pagamento
status of an account | status da conta, situação | reference.account_status.code semantic.br.situacao
status of a ticket, task | status do chamado, tarefa | reference.ticket_status.code reference.task_status.code
status of a delivery | status da entrega, situação do envio | reference.shipment_status.code
priority | prioridade | reference.priority.code semantic.br.prioridade
role, permission | papel, perfil de acesso, permissão | reference.role.code reference.permission.code
yes or no, flag | sim ou não, indicador | primitive.bool semantic.br.sim_nao
one of my own values, list with weights | uma lista minha, valores com pesos | primitive.choice
label of an enum | rótulo de um enum | primitive.enum
color | cor | reference.color.name semantic.color.hex
size of clothes | tamanho de roupa | reference.size.code
language | idioma, língua | reference.language.name reference.language.code
# Dates and numbers | Datas e números
date | data | primitive.date
date and time, timestamp | data e hora | primitive.timestamp
time of day | hora, horário | primitive.time
created at, updated at | criado em, atualizado em | primitive.timestamp derive.updated_after_created
end after start, deadline | fim depois do início, prazo, validade | derive.end_after_start
whole number, quantity | número inteiro, quantidade | primitive.int
decimal number | número decimal | primitive.decimal.numeric
floating point number, measurement | medida, ponto flutuante | primitive.float
# Texts | Textos
short text, title | texto curto, título | text.title text.label
description | descrição | text.description
comment, note, remark | comentário, nota, observação | text.comment text.note
review, opinion | avaliação, opinião | text.review text.review_title
message, subject | mensagem, assunto | text.message text.subject
support ticket | chamado de suporte | text.ticket_description
article, headline | artigo, manchete | text.article_body text.headline
tags | etiquetas, tags | text.tags text.tag
slug, address of a page | slug, URL amigável | text.slug
text that fits a pattern | texto com padrão, máscara, expressão regular | primitive.text.pattern
# Computers | Computadores
identifier, UUID | identificador, UUID | primitive.uuid
link, URL, site | link, URL, site | semantic.br.url faker.internet.url
IP address | endereço IP | semantic.internet.ipv4 semantic.internet.ipv6
MAC address | endereço MAC | semantic.internet.mac
user agent, browser | navegador, user agent | semantic.internet.user_agent
file name, file type | nome de arquivo, tipo de arquivo | text.file_name reference.file_type.name
log message, log level | mensagem de log, nível de log | text.log_message reference.log_level.code
JSON document | documento JSON | document.json document.metadata document.settings
"""


@dataclass(frozen=True)
class Wish:
    """One thing wanted of a column.

    Attributes:
        group: what kind of thing it is, in English and Portuguese.
        english: its words, some names of it with commas between.
        portuguese: the same in Portuguese.
        ids: generators, the usual one first.
    """

    group: tuple[str, str]
    english: str
    portuguese: str
    ids: tuple[str, ...]


def _read() -> Iterator[Wish]:
    group = ("", "")
    for line in _TABLE.strip().splitlines():
        parts = [part.strip() for part in line.removeprefix("# ").split("|")]
        if line.startswith("# "):
            group = (parts[0], parts[1])
        else:
            yield Wish(group, parts[0], parts[1], tuple(parts[2].split()))


WISHES = tuple(_read())


def plain(text: str) -> str:
    """Return a text in small letters without accents."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().casefold()


def wished(words: str) -> tuple[str, ...]:
    """Return the generators of the wishes in whose words each of these begins one, in either language.

    Args:
        words: as somebody types them; accents and capitals do not matter.
    """
    asked = plain(words).split()
    found = [id_ for wish in WISHES if asked and _speaks_of(wish, asked) for id_ in wish.ids]
    return tuple(dict.fromkeys(found))


def _speaks_of(wish: Wish, asked: list[str]) -> bool:
    texts = (plain(text).replace(",", " ").split() for text in (wish.english, wish.portuguese))
    return any(all(any(own.startswith(word) for own in text) for word in asked) for text in texts)
