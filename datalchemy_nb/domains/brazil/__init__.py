"""Brazilian people, places, companies, documents: importing this package registers its generators.

Columns of one table that show the same person, place, company, product or street agree, row by row.
"""

from datalchemy_nb.domains.brazil import (
    addresses,
    banking,
    companies,
    documents,
    emails,
    lives,
    money,
    names,
    network,
    phones,
    pix,
    places,
    plates,
    products,
)

__all__ = [
    "addresses",
    "banking",
    "companies",
    "documents",
    "emails",
    "lives",
    "money",
    "names",
    "network",
    "phones",
    "pix",
    "places",
    "plates",
    "products",
]
