"""The named generators: ``faker.<module>.raw.<Name>`` and their ``semantic.*`` aliases.

Importing this package registers them; Faker itself is imported when one of them is built.
"""

from datalchemy_nb.domains.faker.ids import (
    address,
    codes,
    color,
    company,
    filesystem,
    internet,
    lorem,
    markdown,
    moments,
    persons,
    plain,
)

__all__ = [
    "address",
    "codes",
    "color",
    "company",
    "filesystem",
    "internet",
    "lorem",
    "markdown",
    "moments",
    "persons",
    "plain",
]
