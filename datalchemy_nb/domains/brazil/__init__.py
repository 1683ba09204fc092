"""Brazilian people, places, companies, documents: importing this package registers its generators.

Columns of one table that show the same person, place, company, product or street agree, row by row.
"""

from datalchemy_nb.domains.brazil import (
    addresses,
    banking,
    civil,
    companies,
    documents,
    emails,
    fiscal,
    goods,
    lists,
    lives,
    money,
    names,
    network,
    payroll,
    phones,
    pix,
    places,
    plates,
    products,
    registrations,
    vehicles,
)

__all__ = [
    "addresses",
    "banking",
    "civil",
    "companies",
    "documents",
    "emails",
    "fiscal",
    "goods",
    "lists",
    "lives",
    "money",
    "names",
    "network",
    "payroll",
    "phones",
    "pix",
    "places",
    "plates",
    "products",
    "registrations",
    "vehicles",
]
